"""What people look at: HTML pages, tables, briefs. Built from graphs and answers, never from a store."""
