"""One room per question: each asks, returns a typed record, and says how it reads as tables and as text."""
