"""Export rules as dated data: a finding for a chip, a destination, a buyer and a date, then for a path.

Findings say *covered*, *not covered by any modelled rule* or *unclear*; they never judge anybody.
"""

from graphkit.rules.classify import Classification, Reason, classify
from graphkit.rules.finding import COVERAGE, Finding, Question
from graphkit.rules.licence import judge_chips, license_question, license_requirement
from graphkit.rules.paths import PathFindings, StepFinding, judge
from graphkit.rules.records import Chip, Rulebook
from graphkit.rules.rulebook import read_rulebook

__all__ = [
    "COVERAGE", "Chip", "Classification", "Finding", "PathFindings", "Question", "Reason", "Rulebook", "StepFinding",
    "classify", "judge", "judge_chips", "license_question", "license_requirement", "read_rulebook",
]
