"""Briefs: an answer on one or two pages, as Markdown, HTML or DOCX, with its sources as notes and its provenance."""
