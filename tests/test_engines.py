"""The seam: the same statements, the same plain rows, from either engine."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from graphkit.engines import Store, is_server, open_store
from graphkit.engines.properties import get_document_properties, get_entity_properties, make_claims
from graphkit.engines.reads import Whole
from graphkit.engines.schema import CLAIM_PROPERTIES, DOCUMENT_PROPERTIES, ENTITY_PROPERTIES
from graphkit.errors import InvalidValue, QueryError, StoreUnavailable
from graphkit.facts import Claim, Document, Entity
from graphkit.loading.load import load
from graphkit.ontology import RELATIONS
from tests.random_bases import made_base

#: Names that one of the engines keeps for itself.
FORBIDDEN = {"title", "label", "type", "start", "end", "node_type", "connection_type", "updated_at", "git_sha"}


def test_no_property_takes_a_name_that_an_engine_claims() -> None:
    assert not FORBIDDEN & {*ENTITY_PROPERTIES, *DOCUMENT_PROPERTIES, *CLAIM_PROPERTIES}


def test_values_come_back_as_plain_python(store: Store) -> None:
    (row,) = store.read(
        "RETURN $text AS text, 2 AS whole, 1.0 AS real, true AS yes, null AS nothing, "
        "[1, [2, 'x'], {a: 1}] AS list, {b: [1], c: null} AS map, date('2024-02-29') AS day",
        {"text": "naïve ✓ \" ' ` \\ \n"},
    )
    assert row == {
        "text": "naïve ✓ \" ' ` \\ \n",
        "whole": 2,
        "real": 1.0,
        "yes": True,
        "nothing": None,
        "list": [1, [2, "x"], {"a": 1}],
        "map": {"b": [1], "c": None},
        "day": datetime.date(2024, 2, 29),
    }
    assert type(row["real"]) is float and type(row["day"]) is datetime.date


@pytest.fixture
def small(store: Store) -> Store:
    store.create_schema()
    store.write("CREATE (:Entity:Company {id: 'a', name: 'A', factbases: ['t'], aliases: ['x', 'y']})")
    store.write("CREATE (:Entity:Chip {id: 'b', name: 'B', factbases: ['t']})")
    store.write(
        "MATCH (a:Entity {id: 'a'}) MATCH (b:Entity {id: 'b'}) CREATE (a)-[r:USES]->(b) SET r = $p",
        {"p": {"id": "c1", "document": "d", "status": "done", "confidence": "likely", "factbase": "t", "share": 1.0}},
    )
    return store


A = {
    "id": "a",
    "labels": ["Company", "Entity"],
    "properties": {"id": "a", "name": "A", "factbases": ["t"], "aliases": ["x", "y"]},
}
B = {"id": "b", "labels": ["Chip", "Entity"], "properties": {"id": "b", "name": "B", "factbases": ["t"]}}
CLAIM = {"id": "c1", "document": "d", "status": "done", "confidence": "likely", "factbase": "t", "share": 1.0}


def test_a_node_is_its_id_its_sorted_labels_and_its_own_properties(small: Store) -> None:
    assert small.read("MATCH (n:Company) RETURN n, properties(n) AS p") == [{"n": A, "p": A["properties"]}]
    assert small.read("MATCH (n:Chip) RETURN {node: n} AS m, [n] AS l") == [{"m": {"node": B}, "l": [B]}]


def test_a_bare_relationship_names_no_ends_and_one_in_a_path_does(small: Store) -> None:
    bare = {"type": "USES", "start": None, "end": None, "properties": CLAIM}
    assert small.read("MATCH ()-[r:USES]->() RETURN r, properties(r) AS p, [r] AS l") == [
        {"r": bare, "p": CLAIM, "l": [bare]}
    ]
    path = {"nodes": [A, B], "relationships": [{**bare, "start": "a", "end": "b"}]}
    assert small.read("MATCH p = (:Company)-[:USES]->() RETURN p") == [{"p": path}]
    backwards = {"nodes": [B, A], "relationships": path["relationships"]}
    assert small.read("MATCH p = (:Chip)<-[:USES]-() RETURN p") == [{"p": backwards}]


def test_a_map_that_the_query_itself_made_is_left_as_it_is(small: Store) -> None:
    assert small.read("MATCH (n:Company) RETURN {type: 'Company', title: n.name, id: n.id} AS m") == [
        {"m": {"type": "Company", "title": "A", "id": "a"}}
    ]
    assert small.read("MATCH ()-[r]->() RETURN {id: r.id, type: type(r)} AS m") == [
        {"m": {"id": "c1", "type": "USES"}}
    ]


def test_a_read_cannot_write(small: Store) -> None:
    for statement in ("CREATE (:Entity {id: 'z'})", "MATCH (n) DETACH DELETE n", "MATCH (n) SET n.name = 'z'"):
        with pytest.raises(QueryError):
            small.read(statement)
    assert small.read("MATCH (n) RETURN count(n) AS n") == [{"n": 2}]


def test_a_store_opened_for_reading_does_not_write(database: str) -> None:
    with open_store(database, readonly=False) as opened:
        opened.write("CREATE (:Document {id: 'd', name: 'D'})")
    with open_store(database) as opened:
        with pytest.raises(QueryError, match="opened for reading"):
            opened.write("MATCH (n) DETACH DELETE n")
        assert opened.read("MATCH (n) RETURN n.id AS id") == [{"id": "d"}]


def test_many_statements_are_each_written_and_answer_in_their_order(store: Store) -> None:
    create = "CREATE (n:Document {id: $id, name: 'D'}) RETURN n.id AS id"
    written = store.write_many((create, {"id": f"d{n}"}) for n in range(20))
    assert [row["id"] for (row,) in written] == [f"d{n}" for n in range(20)]
    assert store.read("MATCH (n) RETURN count(n) AS n") == [{"n": 20}]
    with pytest.raises(QueryError):
        list(store.write_many([(create, {"id": "later"}), ("CREATE (n", {}), (create, {"id": "never"})] * 20))
    assert store.read("MATCH (n) RETURN count(n) AS n")[0]["n"] < 24


@pytest.mark.parametrize(
    "cypher", ["MATCH (n RETURN n", "MATCH (n) RETURN m", "RETURN $absent", "CALL no.such() YIELD x RETURN x"]
)
def test_wrong_cypher_is_a_query_error_of_one_line(store: Store, cypher: str) -> None:
    with pytest.raises(QueryError) as caught:
        store.read(cypher)
    assert "\n" not in str(caught.value) and caught.value.query == cypher


@pytest.mark.parametrize("value", [object(), 2**70, {"a": {1, 2}}])
def test_a_parameter_that_no_database_holds_is_a_query_error(store: Store, value: object) -> None:
    with pytest.raises(QueryError):
        store.read("RETURN $value AS value", {"value": value})


def test_creating_the_schema_again_changes_nothing(store: Store) -> None:
    store.create_schema()
    listed = "SHOW INDEXES YIELD name, type RETURN name, type ORDER BY name"
    before = store.read(listed)
    store.create_schema()
    assert store.read(listed) == before
    assert {"graphkit_entity_id", "graphkit_document_id", "graphkit_entity_folded"} <= {row["name"] for row in before}


def test_a_second_entity_of_the_same_id_is_refused(small: Store) -> None:
    with pytest.raises(QueryError):
        small.write("CREATE (:Entity {id: 'a', name: 'Another'})")


def test_full_text_finds_names_and_aliases(store: Store) -> None:
    load(store, made_base())
    indexes = [
        row["name"]
        for row in store.read("SHOW INDEXES YIELD name, type RETURN name, type")
        if row["type"] == "FULLTEXT"
    ]
    found = [
        row["id"]
        for index in indexes
        for word in ("17", "Alias")
        for row in store.read(
            "CALL db.index.fulltext.queryNodes($index, $word) YIELD node RETURN node.id AS id",
            {"index": index, "word": word},
        )
    ]
    assert "e00017" in found
    assert len(set(found)) > 5


def test_records_come_back_as_they_went_in(store: Store) -> None:
    base = made_base(claims=400)
    load(store, base)
    found = store.reader.fetch_claims([Whole()], {}, entities=[one.id for one in base.entities])
    claims = set(found.claims)
    assert claims == set(base.claims)
    assert {claim.relation for claim in claims} == set(RELATIONS)
    assert set(found.entities) == set(store.reader.list_entities()) == set(base.entities)
    assert set(found.documents) <= set(store.reader.list_documents()) == set(base.documents)


def test_empty_values_are_left_out_of_the_database() -> None:
    entity = Entity(id="a", name="Société", kind="Company")
    said = {"id": "a", "name": "Société", "kind": "Company", "folded": "societe", "generic": False}
    assert get_entity_properties(entity) == said
    assert get_document_properties(Document(id="d", name="D")) == {"id": "d", "name": "D"}


def test_a_claim_without_summary_comes_back() -> None:
    claim = Claim(
        id="1", document="d", subject="a", relation="OWNS", object="b", status="done", confidence="likely", summary=""
    )
    row = {
        "subject": "a",
        "relation": "OWNS",
        "object": "b",
        "id": "1",
        "document": "d",
        "status": "done",
        "confidence": "likely",
    }
    assert make_claims([row]) == [claim]


def test_addresses_name_a_server_or_a_file(tmp_path: Path) -> None:
    assert all(map(is_server, ("neo4j://h", "neo4j+s://h", "bolt://h:1", "bolt+ssc://h", "NEO4J+SSC://h")))
    assert not any(map(is_server, ("graph.kgl", "embedded:x", "/tmp/x", "C:/x", "http://h")))
    with pytest.raises(InvalidValue, match="is not the address of a database"):
        open_store("http://localhost:7474")
    with pytest.raises(StoreUnavailable, match="graphkit build"):
        open_store(f"embedded:{tmp_path / 'absent.kgl'}")
