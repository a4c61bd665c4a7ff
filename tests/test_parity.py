"""One corpus, two engines, one expected answer, thought out by hand.

A case has a `query` of the library or its own `cypher`, `parameters`, and `rows` in the order of
the columns; `base` names the fact base it asks, if not `base`. `@ledger:3` stands for the id of
the claim in sentence 3 of the document `ledger`. Cases are asked as people's questions are: of a
database opened for reading, within limits. Of the many cases of `base` a server, which plans each statement anew, is
asked some; in the soak all.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from graphkit.engines import Row, Store, is_server, open_store
from graphkit.factbase import read_factbase
from graphkit.loading.load import load
from graphkit.queries import library as queries
from graphkit.queries.guard import check_cypher
from tests.counts import choose

HERE = Path(__file__).parent / "parity"
CASES = [case for path in sorted(HERE.glob("*.json")) for case in json.loads(path.read_text("utf-8"))]


@pytest.mark.parametrize("name", ["base", "chain", "disputed", "questions"])
def test_both_engines_give_the_answers_thought_out_by_hand(database: str, name: str) -> None:
    base = read_factbase(HERE / name)
    with open_store(database, readonly=False) as writing:
        load(writing, base)
    claims = {f"@{claim.document}:{claim.locator}": claim.id for claim in base.claims}
    failures = []
    cases = [one for one in CASES if one.get("base", "base") == name]
    with open_store(database) as store:
        for case in choose(cases, 40) if is_server(database) and name == "base" else cases:
            expected = [list(row) for row in meant(case["rows"], claims)]
            columns, rows = answer(store, case, meant(case.get("parameters", {}), claims))
            found = [list(row.values()) for row in rows]
            if typed(found) != typed(expected):
                failures.append(f"{case['name']}:\n  expected {expected}\n  found    {found}")
            declared = declares(case) or columns
            if any(names != declared for names in (columns, *map(list, rows))):
                failures.append(f"{case['name']}: columns {columns} instead of {declared}")
    assert not failures, "\n".join(failures)


def test_every_question_of_the_library_has_a_case_that_answers_it() -> None:
    assert {case["query"] for case in CASES if "query" in case and case["rows"]} == set(queries.load_library())


def test_the_corpus_has_sixty_cases_with_names_of_their_own() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 60


def test_the_guard_lets_every_case_pass() -> None:
    for case in CASES:
        check_cypher(case.get("cypher") or queries.load_library()[case["query"]].text, embedded=True)


def answer(store: Store, case: dict[str, Any], parameters: dict[str, Any]) -> tuple[list[str], list[Row]]:
    text = case.get("cypher", "")
    if "query" in case:
        query = queries.find_query(case["query"])
        text, parameters = query.text, queries.convert_parameters(query, parameters)
    return store.read_at_most(10_000, text, parameters, seconds=30)


def declares(case: dict[str, Any]) -> list[str] | None:
    """Return the columns that a case, or its query's header, says the answer has."""
    if "query" in case:
        return [column.name for column in queries.find_query(case["query"]).columns]
    return case.get("columns")


def meant(value: Any, claims: dict[str, str]) -> Any:
    """Return what a value of a case stands for: claim ids, dates, long texts and lists."""
    match value:
        case {"$date": day}:
            return datetime.date.fromisoformat(day)
        case {"$repeat": [text, times]}:
            return text * times
        case {"$range": end}:
            return list(range(end))
        case dict():
            return {key: meant(one, claims) for key, one in value.items()}
        case list():
            return [meant(one, claims) for one in value]
        case str() if value.startswith("@"):
            return claims[value]
    return value


def typed(value: Any) -> Any:
    """Return a value in which 1, 1.0 and True differ, and the order of a map does not count."""
    if isinstance(value, dict):
        return {key: typed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [typed(one) for one in value]
    return type(value).__name__, value
