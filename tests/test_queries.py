"""The library of questions: its files keep to the format, its parameters are converted or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphkit.errors import InvalidValue, QueryError, QueryRefused, UnknownName
from graphkit.factbase import read_rulebook
from graphkit.queries import library as queries
from graphkit.queries.library import (
    Parameter,
    ResultColumn,
    convert_parameters,
    find_query,
    load_library,
    parse_query,
)

GOOD = """// group: owners
// title: Owners
// example: owner=Dragon Corp; most=3
// Who owns what.
// Mind that control counts too.
// $owner (entity): the owner
// $statuses (list = done, planned): what may be said of it
// $on (date = null): the day
// $most (integer = 5): rows at most
// -> owner, owned
// -> share: per cent
// -> claim
MATCH (a:Company {id: $owner})-[r:OWNS]->(b) WHERE r.status IN $statuses AND ($on IS NULL OR r.since <= $on)
RETURN a.name AS owner, b.name AS owned, r.share AS share, r.id AS claim ORDER BY claim LIMIT $most
"""


def test_a_header_is_data() -> None:
    query = parse_query("who_owns_what", GOOD)
    assert (query.description, query.note) == ("Who owns what.", "Mind that control counts too.")
    assert query.parameters == (
        Parameter("owner", "entity", "the owner"),
        Parameter("statuses", "list", "what may be said of it", False, ["done", "planned"]),
        Parameter("on", "date", "the day", False, None),
        Parameter("most", "integer", "rows at most", False, 5),
    )
    assert query.columns == (
        ResultColumn("owner"),
        ResultColumn("owned"),
        ResultColumn("share", "per cent"),
        ResultColumn("claim"),
    )


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("group: owners", "group: people", "group is none of"),
        ("// title: Owners\n", "", "no title"),
        ("title: Owners", "title: Owners, their owners, and the owners of those", "no title of at most"),
        ("example: owner=Dragon Corp; most=3", "example: most=3", "parameters that it needs"),
        ("; most=3", "; most=3; least=2", "or gives others"),
        ("; most=3", "; most", "no value of the example"),
        ("// Who owns what.\n// Mind that control counts too.\n", "", "does not say what it answers"),
        ("(entity)", "(company)", "is no parameter"),
        ("// $most (integer = 5): rows at most\n", "", "parameters are not those"),
        ("$most\n", "5\n", "parameters are not those"),
        ("// -> claim\n", "// -> claim\n// And more.\n", "comes after the parameters"),
        ("// -> owner, owned\n", "// -> owner, owner\n", "declared twice"),
        ("ORDER BY claim ", "", "ORDER BY"),
        ("LIMIT $most\n", "LIMIT $most;\n", "semicolon"),
        ("MATCH", "CREATE", "writes"),
        ("a.name AS owner", "r {.id} AS owner", "takes a form of it otherwise"),
        ("(integer = 5)", "(integer = five)", "is no integer"),
    ],
)
def test_a_file_that_breaks_the_format_is_refused_with_the_reason(was: str, becomes: str, said: str) -> None:
    assert was in GOOD
    with pytest.raises((QueryError, QueryRefused, InvalidValue), match=said):
        parse_query("who_owns_what", GOOD.replace(was, becomes))


def test_a_name_that_is_no_question_in_snake_case_is_refused() -> None:
    with pytest.raises(QueryError, match="snake_case"):
        parse_query("WhoOwns", GOOD)


def test_every_file_is_a_question_with_a_claim_to_stand_on() -> None:
    assert len(load_library()) >= 14
    for query in load_library().values():
        assert query.name.split("_")[0] in ("who", "what", "which", "where"), query.name
        assert query.description.endswith("."), query.name
        columns = {column.name for column in query.columns}
        assert columns & {"claim", "says_claim"}, query.name
        assert len({parameter.name for parameter in query.parameters}) == len(query.parameters)


def test_the_library_is_found_from_any_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert {path.stem for path in queries.folder().glob("*.cypher")} == set(load_library())


@pytest.mark.parametrize("on", ["2026-07-01", "2026-07-31"])
def test_the_countries_asked_for_by_default_are_the_group_on_the_date_they_claim(on: str) -> None:
    asked = {one.name: one for one in find_query("which_companies_of_a_country_hold_chip").parameters}["countries"]
    assert "Country Group D:5 as of July 2026, Hong Kong, and Macau" in asked.meaning
    rules = read_rulebook()
    members = {region.id for region in rules.regions if rules.groups(region.id, on).get("D:5")}
    assert asked.default == sorted(members | {"hong-kong", "macau"})


def test_a_name_misspelt_gets_near_names() -> None:
    with pytest.raises(UnknownName) as unknown:
        find_query("who_rents_form")
    assert unknown.value.near[0] == "who_rents_from"
    assert "did you mean who_rents_from" in str(unknown.value)


def test_values_become_what_the_query_asks_for() -> None:
    query = parse_query("who_owns_what", GOOD)
    given = {"owner": "Dragon Corp", "statuses": "done, alleged ,", "on": "2024-06", "most": "3"}
    assert convert_parameters(query, given, resolve={"Dragon Corp": "dragon"}.__getitem__) == {
        "owner": "dragon",
        "statuses": ["done", "alleged"],
        "on": "2024-06",
        "most": 3,
    }
    assert convert_parameters(query, {"owner": "dragon", "statuses": ("done",), "most": 3, "on": None}) == {
        "owner": "dragon",
        "statuses": ["done"],
        "on": None,
        "most": 3,
    }


def test_several_entities_are_each_resolved_from_a_name() -> None:
    query = find_query("which_companies_of_a_country_hold_chip")
    ids = {"H100": "h100", "Chine": "china", "Singapour": "singapore"}.__getitem__
    given = {"chip": "H100", "countries": "Chine, Singapour"}
    assert convert_parameters(query, given, ids) == {
        **convert_parameters(query, {"chip": "h100"}),
        "countries": ["china", "singapore"],
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, r"needs \$owner"),
        ({"owner": None}, r"needs \$owner"),
        ({"owner": "x", "buyer": "y"}, r"has no parameter 'buyer': it takes \$owner, \$statuses, \$on, \$most"),
        ({"owner": "x", "on": "yesterday"}, "is no date: write YYYY"),
        ({"owner": "x", "on": "2024-13"}, "is no date"),
        ({"owner": "x", "most": "many"}, "is no integer: write a whole number"),
        ({"owner": "x", "most": 2.5}, "is no integer"),
        ({"owner": "x", "statuses": 7}, "is no list"),
        ({"owner": " "}, r"needs \$owner"),
    ],
)
def test_values_that_make_no_sense_are_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        convert_parameters(parse_query("who_owns_what", GOOD), given)
