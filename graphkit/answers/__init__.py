"""One room per question."""
