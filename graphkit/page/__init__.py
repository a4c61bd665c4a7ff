"""The offline pages: HTML files that carry their evidence, built from graphs and answers, never from a store."""
