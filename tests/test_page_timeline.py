"""The page of a chip over time."""

from __future__ import annotations

from graphkit.answers.chip import make_timeline
from graphkit.facts import get_latest_day


def test_one_period_of_a_history_is_that_of_the_day() -> None:
    from graphkit.factbase import find_shipped_seeds, read_rulebook
    from graphkit.rules import Question
    from graphkit.rules.history import list_periods

    rulebook = read_rulebook(find_shipped_seeds())
    periods = list_periods(rulebook, rulebook.models_of("h20"), Question("2024", "china", "china"))
    assert len(periods) > 2
    for day in ("1990", *(one.first for one in periods if one.first), *(one.last for one in periods if one.last)):
        (marked,) = [one for one in make_timeline(periods, day) if one.now]
        assert (marked.first or "") <= get_latest_day(day) <= (marked.last or "9999")
