"""What the rules say of a chip is kept for the days on which it is the same: it is that of any day."""

from __future__ import annotations

import itertools
import random

import msgspec
import pytest

from graphkit.factbase import read_rulebook
from graphkit.facts import BEGINNING, find_day_before
from graphkit.rulebook import Activity, Rulebook
from graphkit.rules import Question
from graphkit.rules.finding import Listing
from graphkit.rules.judgement import judge_chip
from graphkit.rules.provisions import Standing, list_standing_days
from tests.counts import sample

PLACES = (None, "china", "hong-kong", "macau", "malaysia", "germany", "united-arab-emirates", "india", "russia")


def _make_question(rulebook: Rulebook, rng: random.Random) -> Question:
    activity: Activity = rng.choice(["export", "lease", "domestic"])
    members = [one for rule in rulebook.regulations for group in rule.recipients for one in group.members]
    party, owner = (tuple(rng.sample([*members, "Somebody"], rng.randint(0, 1))) for _ in range(2))
    shares = ((0.0, 0.0), (50.0, 50.0), (10.0, 60.0))
    listings = tuple(
        Listing(one, rng.random() < 0.4, rng.choice(shares), rng.choice([(), ("2024-12-02",)]))
        for one in rulebook.lists
        if rng.random() < 0.7
    )
    places = ["united-states"] * 2 if activity == "domestic" else [rng.choice(PLACES), "united-states"]
    return Question(
        "",
        places[0],
        rng.choice(PLACES),
        places[1],
        activity,
        incorporated=rng.choice(PLACES),
        listings=listings,
        parent_known=rng.random() < 0.5,
        buyer=party,
        owners=owner,
        asked=party,
        asked_owners=owner,
    )


@pytest.mark.slow
def test_a_finding_that_was_made_for_another_day_is_that_of_the_day() -> None:
    shared, rng = read_rulebook(), random.Random(5)
    days = [one for change in shared.changes for one in (find_day_before(change), change)]
    for _ in range(sample(4, 400)):
        question, place = _make_question(shared, rng), rng.randrange(len(shared.chips))
        for day in rng.sample(days, len(days)):
            asked = msgspec.structs.replace(question, on=day)
            kept = judge_chip(shared, shared.chips[place], asked)
            fresh = _judge_afresh(shared, place, asked)
            assert kept == fresh, (day, shared.chips[place].name, question)


def _judge_afresh(rulebook: Rulebook, place: int, question: Question) -> object:
    """Judge by a copy of the rules that was asked nothing before."""
    return judge_chip(msgspec.structs.replace(rulebook), rulebook.chips[place], question)


def test_days_on_which_the_rules_say_nothing_else_of_a_chip_have_one_standing() -> None:
    rulebook = read_rulebook()
    (chip,) = rulebook.models("B200")
    days = sorted(list_standing_days(rulebook, chip, ["lease"]))
    # the rules on remote access begin and end on fewer days than all rules do
    assert days and len(days) < len(rulebook.changes) / 2
    signs = [Standing.of(rulebook, chip, one).make_fingerprint("lease") for one in (BEGINNING, *days)]
    assert all(one != other for one, other in itertools.pairwise(signs))
