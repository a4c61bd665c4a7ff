"""The answer of the engine on every chip for China, beside the reference columns of chips.csv."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import msgspec

from graphkit.rulebook import Chip, Rulebook
from graphkit.rules.finding import Finding, Question
from graphkit.rules.licence import judge_chips

#: The versions of the rules that are compared: a title, a day, the column with the reference.
VERSIONS = (
    ("2022 rule", "2022-10-21", "reference_2022_rule"),
    ("2023 rule", "2023-11-17", "reference_2023_rule"),
    ("2025-04", "2025-04-09", "reference_2025_04"),
    ("2026-01-15", "2026-01-15", "reference_2026_01_15"),
)


class Comparison(msgspec.Struct, frozen=True):
    """The answers of engine and reference on a chip under one version, for an export from the US to China."""

    chip: Chip
    version: str
    computed: str
    reference: str

    @property
    def agree(self) -> bool:
        """Say whether both say the same."""
        return self.computed == self.reference


def compare_with_reference(rulebook: Rulebook, folder: Path) -> list[Comparison]:
    """Return how the chips of a folder's chips.csv compare under every version that they have a reference for."""
    with (folder / "chips.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    return [
        _compare_chip(rulebook, chip, rows[chip.id], *version)
        for chip in rulebook.chips
        for version in VERSIONS
        if rows[chip.id][version[2]]
    ]


def _compare_chip(
    rulebook: Rulebook, chip: Chip, row: Mapping[str, str], version: str, day: str, column: str
) -> Comparison:
    finding = judge_chips(rulebook, [chip], Question(day, "china", "china"))
    return Comparison(chip, version, _shorten(finding, version), row[column])


def _shorten(finding: Finding, version: str) -> str:
    """Return the answer in the words of the reference columns."""
    if finding.outcome == "unclear":
        unknown = {"io_bidirectional_gb_s": "I/O", "die_area_mm2": "density", "tpp": "TPP"}
        missing = finding.missing[0]
        return f"unknown: {unknown[missing]} not published" if missing in unknown else f"unclear: {missing}"
    if finding.outcome == "not_required":
        noted = any("Note 2" in reason.reason for reason in finding.rules)
        return "not controlled, Note 2" if noted else "not controlled"
    policy = finding.policy.replace("_", " ") if finding.policy else ""
    if finding.paragraph is None:
        return "licence by letter" + (f", {policy}" if policy else "")
    if version == "2026-01-15":
        return policy or "review not stated"
    return f"{finding.paragraph}, NAC" if finding.policy == "notification" else finding.paragraph
