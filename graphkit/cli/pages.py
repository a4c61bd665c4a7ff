"""The pages that `path` and `exposure` write, with the answers of other days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphkit.answers.matrix import ExposureAnswer
    from graphkit.answers.path_answer import PathAnswer
    from graphkit.explorer import Explorer
    from graphkit.graph import Graph
    from graphkit.summaries.words import Language

_BOUNDS = ("via", "limit", "max_hops", "max_slice")


def render_paths(
    explorer: Explorer,
    answer: PathAnswer,
    graph: Graph,
    ends: tuple[str, str],
    asked: dict[str, Any],
    words: Language,
    taken: float,
) -> str:
    """Return the page of an answer to `path`; `ends` are buyer and chip, `asked` the terms, as they were given.

    `taken` are the seconds of the processor that the answer took.
    """
    from graphkit.answers.chip import make_chip_timeline
    from graphkit.answers.path_periods import find_path_periods
    from graphkit.page.html import render_page
    from graphkit.summaries.paths import make_title
    from graphkit.summaries.words import load_words

    title = make_title(load_words(words), answer.buyer, answer.chip, found=bool(answer.paths))
    controls = [period.to_dict() for period in make_chip_timeline(explorer.rulebook, answer, graph)]
    bounds, filters = _split_terms(asked)
    periods = find_path_periods(explorer, *ends, explorer.filters(**filters), taken=taken, **bounds)
    told = {**answer.in_language(words).to_dict(), "timeline": controls}
    return render_page(graph, answer=told, title=title, words=words, periods=periods)


def render_exposure(
    explorer: Explorer,
    answer: ExposureAnswer,
    graph: Graph,
    buyers: Sequence[str],
    chips: str,
    asked: dict[str, Any],
    words: Language,
    taken: float,
) -> str:
    """Return the page of an answer to `exposure`; `asked` are its terms as they were given, `taken` its seconds."""
    from graphkit import slices
    from graphkit.answers.exposure_periods import find_matrix_periods
    from graphkit.page.html import render_exposure_page

    periods = None
    if answer.buyers:
        bounds, filters = _split_terms(asked)
        periods = find_matrix_periods(explorer, buyers, [chips], explorer.filters(**filters), taken=taken, **bounds)
    buyers_asked = {one.id for one in answer.buyers}
    days = [day.found for period in periods.moved.values() for day in period.answers] if periods else []
    seats = slices.fetch_seats(
        explorer.store, buyers_asked | {row.buyer.id for day in days if day for row in day.rows}
    )
    told = answer.in_language(words).to_dict()
    return render_exposure_page(graph, told, words=words, periods=periods, seats=seats)


def _split_terms(asked: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the bounds of a question and its filters."""
    bounds = {name: value for name, value in asked.items() if name in _BOUNDS}
    return bounds, {name: value for name, value in asked.items() if name not in bounds}
