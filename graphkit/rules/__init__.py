"""Export rules as dated data: a finding for a chip, a destination, a buyer and a date, then for a path.

Findings say *covered*, *not covered by any modelled rule* or *unclear*; they never judge anybody.
"""

from graphkit.rulebook import Chip, Rulebook
from graphkit.rules.buyers import PartyQuestion, judge_parties, make_party_questions
from graphkit.rules.classification import Classification, Reason, classify
from graphkit.rules.finding import COVERAGE, Finding, Question
from graphkit.rules.licence import find_license_requirement, judge_chips, make_license_question
from graphkit.rules.path_findings import PathFindings, StepFinding, judge_path

__all__ = [
    "COVERAGE",
    "Chip",
    "Classification",
    "Finding",
    "PartyQuestion",
    "PathFindings",
    "Question",
    "Reason",
    "Rulebook",
    "StepFinding",
    "classify",
    "find_license_requirement",
    "judge_chips",
    "judge_parties",
    "judge_path",
    "make_license_question",
    "make_party_questions",
]
