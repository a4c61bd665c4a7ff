"""Tiers of rules: A where a rule was right in 95 % and more of decisions and gold, B the others."""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Mapping
from importlib import resources

#: How often a rule must have been asked, and the share of right answers, before its candidates are tier A.
LEAST_ASKED, LEAST_RIGHT = 5, 0.95


@functools.cache
def read_shipped_records() -> Mapping[str, tuple[int, int]]:
    """Return how often each rule was right and asked: in the gold of the tuned articles as they are read now, and in
    the last 220 of the sentences as they were first read, before a rule was mended by them."""
    text = (resources.files("graphkit.reading") / "rules.csv").read_text("utf-8")
    return {row["rule"]: (int(row["right"]), int(row["asked"])) for row in csv.DictReader(io.StringIO(text))}


def get_tier(rule: str, records: Mapping[str, tuple[int, int]]) -> str:
    """Return the tier of a rule by its record: what shipped, with what was decided since."""
    shipped, own = read_shipped_records().get(rule, (0, 0)), records.get(rule, (0, 0))
    right, asked = shipped[0] + own[0], shipped[1] + own[1]
    return "A" if asked >= LEAST_ASKED and right >= LEAST_RIGHT * asked else "B"
