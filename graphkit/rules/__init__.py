"""Export rules as dated data: a finding for a chip, a destination, a buyer and a date, then for a path.

Findings say *covered*, *not covered by any modelled rule* or *unclear*; they never judge anybody.
"""

from graphkit.factbase import read_rulebook
from graphkit.rulebook import Chip, Rulebook
from graphkit.rules.buyers import PartyQuestion, judge_parties, question_for_buyer, questions_for_parties
from graphkit.rules.classify import Classification, Reason, classify
from graphkit.rules.finding import COVERAGE, Finding, Question
from graphkit.rules.licence import judge_chips, license_question, license_requirement
from graphkit.rules.path_findings import PathFindings, StepFinding, judge

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
    "judge",
    "judge_chips",
    "judge_parties",
    "license_question",
    "license_requirement",
    "question_for_buyer",
    "questions_for_parties",
    "read_rulebook",
]
