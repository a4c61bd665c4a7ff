"""The library of questions: its files keep to the format, its parameters are converted or refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graphkit import Explorer
from graphkit.answers.query import QueryAnswer, list_drawable, list_queries, name_parts
from graphkit.engines import open_store
from graphkit.errors import InvalidValue, QueryError, QueryRefused, UnknownName
from graphkit.factbase import read_factbase, read_rulebook
from graphkit.graph import Filters, Graph
from graphkit.loading.load import load
from graphkit.queries import library as queries
from graphkit.queries.library import (
    GROUPS,
    Parameter,
    ResultColumn,
    convert_parameters,
    find_query,
    load_library,
    parse_query,
)
from tests.counts import choose

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
    assert len(load_library()) >= 43
    for query in load_library().values():
        assert query.name.split("_")[0] in ("who", "what", "which", "where"), query.name
        assert query.description.endswith("."), query.name
        columns = {column.name for column in query.columns}
        assert any(name == "claim" or name.endswith("_claim") for name in columns), query.name
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


def test_every_group_has_questions() -> None:
    grouped = {group: [one for one in load_library().values() if one.group == group] for group in GROUPS}
    assert all(len(found) >= 4 for found in grouped.values())
    titles = [one.title for one in load_library().values()]
    assert len(set(titles)) == len(titles)


def test_a_title_and_a_name_fit_a_line_of_a_terminal() -> None:
    lines = list_queries().text().splitlines()
    assert max(map(len, lines)) <= 80
    assert [name for name in load_library() if not any(line.startswith(f"  {name} ") for line in lines)] == []


# the shipped base --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> Iterator[Explorer]:
    with Explorer.open() as explorer:
        yield explorer


@pytest.fixture(scope="module")
def whole(shipped: Explorer) -> Graph:
    return shipped.around()[0].graph


@pytest.mark.parametrize("name", load_library())
def test_an_example_has_rows_in_the_shipped_base(shipped: Explorer, name: str) -> None:
    answer = shipped.query(name, find_query(name).example)
    assert answer.rows and not answer.truncated
    assert answer.columns == tuple(column.name for column in find_query(name).columns)


def test_every_example_has_the_same_rows_on_a_server(shipped: Explorer, neo4j_url: str) -> None:
    with open_store(neo4j_url, readonly=False) as store:
        store.write("MATCH (n) DETACH DELETE n")
        load(store, read_factbase())
    with Explorer.open(db=neo4j_url) as served:
        different = [
            name
            for name, query in choose(load_library().items(), 6)
            if served.query(name, query.example).rows != shipped.query(name, query.example).rows
        ]
    assert different == []


#: Questions of seats and owners: without a start these are taken to have held before their document, too.
STANDING = {"which_companies_sit_in", "which_subsidiaries_sit_abroad", "who_owns"}
#: Questions whose rows are what is lacking: with fewer claims they have more rows.
LACKING = {
    "which_companies_have_no_known_owner",
    "which_companies_lack_a_seat",
    "which_plans_are_not_done",
    "which_plans_are_past_due",
    "which_sites_lack_a_place",
    "who_has_chips_by_allegation_only",
    "which_claims_rest_on_weak_sources",
}
#: Questions whose rows stand on more claims than the one that they show.
COMPOSED = {
    "what_chips_has_company",
    "what_is_the_chain_of_chip",
    "which_claims_contradict",
    "which_companies_of_a_country_hold_chip",
    "which_listed_parties_have_ties",
    "who_is_known_to_have_chip",
    "who_owns",
    *LACKING,
}
DATED = [name for name, query in load_library().items() if " AS begun" in query.text or name in STANDING]


def claim_ids(answer: QueryAnswer) -> set[str]:
    """Return the claims that the rows show."""
    names = [name for name in answer.columns if name == "claim" or name.endswith("_claim")]
    return {str(row[name]) for row in answer.rows for name in names if row[name]}


#: What a question is given, and the filters of a path that keep the same.
KEPT: list[tuple[dict[str, str], Filters]] = [
    ({"on": "2023-11"}, Filters(on="2023-11")),
    ({"on": "2025"}, Filters(on="2025")),
    ({"on": "2024-06-06"}, Filters(on="2024-06-06")),
    ({"known_by": "2024-06-30"}, Filters(known_by="2024-06-30")),
    ({"known_by": "2025-12-31"}, Filters(known_by="2025-12-31")),
    ({"known_by": "2025-03", "on": "2024"}, Filters(known_by="2025-03", on="2024")),
    ({"confidences": "confirmed, likely"}, Filters(min_confidence=0.75)),
    ({"without": "ByteDance, Supermicro"}, Filters(without=frozenset(("bytedance", "supermicro")))),
]


@pytest.mark.parametrize("name", choose(DATED, 12))
def test_a_question_keeps_the_claims_that_a_path_would(shipped: Explorer, whole: Graph, name: str) -> None:
    claims, documents = {one.id: one for one in whole.iterate_claims()}, whole.documents
    example = find_query(name).example
    everything = shipped.query(name, example)
    by_rows = "claims" not in everything.columns and "documents" not in everything.columns
    alone = by_rows and name not in COMPOSED and sum("claim" in column for column in everything.columns) == 1
    for given, filters in KEPT:
        passes = filters.keep_standing if name in STANDING else filters.keep
        bounded = claim_ids(shipped.query(name, {**example, **given}))
        told = {id_: claims[id_] for id_ in bounded | claim_ids(everything)}
        keep = {id_ for id_, one in told.items() if passes(one, documents[one.document])}
        assert bounded - keep == set(), given
        if alone:
            assert bounded == claim_ids(everything) & keep, given


def test_a_claim_is_left_out_by_its_id(shipped: Explorer) -> None:
    first = shipped.query("who_invests_in").rows[0]["claim"]
    assert str(first) not in claim_ids(shipped.query("who_invests_in", {"without": str(first)}))


# what is drawn -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cypher", "entities", "claims"),
    [
        ("MATCH p = (:Company {id: 'bytedance'})-[:OWNS]->(:Product {id: 'tiktok'}) RETURN p LIMIT 2", 2, 2),
        ("MATCH (n:Entity) WHERE n.id IN ['oracle', 'tiktok'] RETURN collect(n) AS some", 2, 0),
        ("MATCH (n:Company {id: 'oracle'}) RETURN {inside: [n]} AS map", 1, 0),
        ("MATCH (:Company {id: 'oracle'})-[r:OPERATES]->() RETURN r ORDER BY r.id LIMIT 3", 0, 3),
        ("MATCH ()-[r:OPERATES]->() RETURN r.id AS id, r.document AS document ORDER BY id LIMIT 3", 0, 3),
        ("MATCH (d:Document) RETURN d LIMIT 3", 0, 0),
    ],
)
def test_what_a_result_holds_is_found_wherever_it_stands(
    shipped: Explorer, cypher: str, entities: int, claims: int
) -> None:
    found = list_drawable(shipped.cypher(cypher).rows)
    assert len(found[0]) == entities and len(found[1]) == claims


def test_rows_that_hold_nothing_to_draw_are_refused(shipped: Explorer) -> None:
    with pytest.raises(InvalidValue, match="RETURN nodes, paths, or the ids of claims"):
        shipped.draw_rows(shipped.cypher("RETURN 'Oracle' AS name").rows)


def test_a_path_reads_as_its_steps() -> None:
    node = {one: {"id": one, "labels": ["Company", "Entity"], "properties": {"id": one, "name": one}} for one in "ab"}
    step = {"type": "OWNS", "start": "a", "end": "b", "properties": {"id": "1", "status": "done"}}
    assert name_parts({"nodes": [node["a"], node["b"]], "relationships": [step]}) == "a -[OWNS]-> b"
    assert name_parts({"nodes": [node["b"], node["a"]], "relationships": [step]}) == "b <-[OWNS]- a"
    assert name_parts([node["a"], step, 3]) == ["a", "OWNS (done)", 3]
