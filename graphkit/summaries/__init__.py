"""Answers in two or three sentences of plain words, made from their records by rules, in English and French.

`words` reads the catalogue of a language, a file with the same keys for each; `statements` says who says what,
and when; `verdicts` what the rules say; the others put the sentences of one question together. A sentence never
says more than its record: a status that is not done, a denial, and the one source behind it stand in it.
"""
