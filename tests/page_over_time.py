"""What a page says on a day, and what the command line says on it, as the same plain data."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphkit.answers.exposure_periods import find_matrix_periods
from graphkit.answers.path_periods import find_path_periods
from graphkit.errors import InvalidValue
from graphkit.explorer import Explorer
from graphkit.page.answers import cite_claim, list_reasons
from graphkit.page.pools import Numbers
from graphkit.page.words import read_words

#: What the page says of one path or of a chip that is not named, and of the whole answer.
_READ = """() => {
  const answer = graphkit.answer();
  if (answer.fault) return { fault: answer.fault };
  const cited = (list) => list.map(({ document, ...told }) => told);
  const reasons = (misses) => (misses ?? []).map((miss) => cited(miss.reasons));
  const step = (one) => [one.relation, one.status, one.confidence, one.marks ?? [], one.claims.length,
    one.finding?.sentence ?? null, (one.finding?.rules ?? []).map((rule) => rule.reason),
    (one.denied_by ?? []).length];
  return {
    paths: answer.paths.map((path) => [path.status, path.confidence, path.evidence, path.marks ?? [], path.verdict,
      path.route ?? null, path.steps.map(step)]),
    unnamed: answer.unnamed.map((way) => [way.chip_class, way.status, way.confidence, way.marks ?? [], way.verdict]),
    outcome: answer.negative?.outcome ?? null,
    near: [...reasons(answer.negative?.near_misses), ...reasons(answer.near_misses)],
    notes: answer.notes,
    compliance: cited(answer.compliance),
  };
}"""

_CELLS = """() => {
  const cells = graphkit.cells();
  if (cells.compliance) cells.compliance = cells.compliance.map(({ document, ...told }) => told);
  return cells;
}"""


def find_periods(explorer: Explorer, question: Sequence[str], **filters: Any) -> Any:
    """Return the answers of `graphkit path` over time."""
    return find_path_periods(explorer, question[0], question[1], explorer.filters(**filters))


def find_matrix(explorer: Explorer, question: Sequence[str]) -> Any:
    """Return the matrix of `graphkit exposure` over time."""
    return find_matrix_periods(explorer, [question[0]], [question[1]], explorer.filters())


def move_to(page: Any, mode: str, day: str) -> None:
    """Show a day as a link into the page does."""
    page.evaluate("(hash) => { location.hash = hash; }", f"#{'on' if mode == 'on' else 'known'}={day}")
    page.wait_for_selector(f'#day[data-day="{day}"]', state="attached")


def read_page(page: Any) -> Any:
    """Return what a page of paths says on the day that it shows."""
    return page.evaluate(_READ)


def read_cells(page: Any) -> Any:
    """Return what a matrix says on the day that it shows: pairs with a path, and ways to chips that are not named."""
    return page.evaluate(_CELLS)


def ask_paths(explorer: Explorer, question: Sequence[str], mode: str, day: str, **more: Any) -> Any:
    """Return what `graphkit path` says on a day, as `read_page` does."""
    try:
        answer = explorer.paths(question[0], question[1], **{**more, mode: day}).to_dict()
    except InvalidValue as error:
        return {"fault": str(error)}
    negative: Any = answer["negative"] or {}
    misses = [*negative.get("near_misses", []), *answer["near_misses"]]
    return _plain(
        {
            "paths": [[*_whole(path), path["route"], list(map(_step, path["steps"]))] for path in answer["paths"]],
            "unnamed": [
                [way["chip_class"]["name"], way["status"], way["confidence"], way["marks"], way["verdict"]]
                for way in answer["unnamed"]
            ],
            "outcome": negative.get("outcome"),
            "near": [_drop_numbers(list_reasons(miss, _make_numbers())) for miss in misses],
            "notes": answer["notes"],
            "compliance": _list_compliance(answer),
        }
    )


def ask_cells(explorer: Explorer, question: Sequence[str], mode: str, day: str) -> Any:
    """Return what `graphkit exposure` says on a day, as `read_cells` does."""
    try:
        answer = explorer.exposure([question[0]], [question[1]], **{mode: day}).to_dict()
    except InvalidValue as error:
        return {"fault": str(error)}
    found = [
        [
            *(cell["buyer"]["name"], cell["chip"]["name"], cell["status"], cell["confidence"], cell["hops"]),
            *(cell["evidence"], cell["marks"], cell["path"]["verdict"]),
        ]
        for cell in answer["cells"]
        if cell["path"]
    ]
    near = [
        [cell["buyer"]["name"], cell["chip"]["name"], list(dict.fromkeys(cell["near_misses"][0]["reasons"]))]
        for cell in answer["cells"]
        if cell["near_misses"]
    ]
    apart = [
        [way["buyer"]["name"], way["chip_class"]["name"], way["status"], way["confidence"], way["verdict"]]
        for way in answer["unnamed"]
    ]
    told = {"pairs": len(answer["cells"]), "found": sorted(found), "near": sorted(near), "apart": sorted(apart)}
    return _plain({**told, "compliance": _list_compliance(answer)})


def _make_numbers() -> Numbers:
    return Numbers({}, {}, {}, read_words("en"))


def _list_compliance(answer: Mapping[str, Any]) -> list[Any]:
    return _drop_numbers([cite_claim(claim, _make_numbers()) for claim in answer["compliance"]])


def _drop_numbers(cited: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [{name: value for name, value in one.items() if name != "document"} for one in cited]


def _whole(path: Mapping[str, Any]) -> list[Any]:
    return [path["status"], path["confidence"], path["evidence"], path["marks"], path["verdict"]]


def _step(step: Mapping[str, Any]) -> list[Any]:
    finding = step["finding"] or {"sentence": None, "rules": []}
    said = [finding["sentence"], [rule["reason"] for rule in finding["rules"]]]
    told = [step["relation"], step["status"], step["confidence"], step["marks"], len(step["claims"])]
    return [*told, *said, len(step["denied_by"])]


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def list_days(changes: Sequence[Sequence[Any]]) -> list[str]:
    """Return the days on which something changes, the days around them, and one some time later."""
    days = {_move(day, by) for day, _ in changes[1:] for by in (-1, 0, 1, 9)}
    return sorted(days)


def list_moves(record: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield the modes of a record of answers with the days on which it changes."""
    for mode, one in (record.get("moved") or {}).items():
        yield mode, one["changes"]


def _move(day: str, by: int) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(by)).isoformat()
