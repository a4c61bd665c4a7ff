"""Loading a fact base: what changes, what stays, and what an interruption leaves."""

from __future__ import annotations

import itertools
import pickle
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

import graphkit.loading.run as run
from graphkit import slices
from graphkit.engines import Row, Statement, Store, open_store
from graphkit.errors import InvalidValue, StoreBusy, StoreDisagrees, StoreError, StoreNotOurs
from graphkit.factbase import FactBase, Part
from graphkit.facts import Claim, Document, Entity
from graphkit.loading.load import Changes, is_loaded, load, read_load_states
from tests.conftest import empty
from tests.counts import sample
from tests.random_bases import dump, edited, list_incomplete, made_base

RELATIONS = ("LEASES_FROM", "OPERATES", "HOSTS", "RESTRICTS", "LINKED_TO")
BASE = made_base(relations=RELATIONS)


def emptied(store: Store, name: str) -> Changes:
    """Load a fact base of that name without a record in it: what only it had goes."""
    return load(store, FactBase(name, (), (), (), "empty"))


def with_claims(base: FactBase, *claims: Claim) -> FactBase:
    return msgspec.structs.replace(base, claims=claims, sha256=base.sha256 + "x")


def test_loading_says_what_it_added_and_reports_progress(store: Store) -> None:
    steps: list[tuple[int, int]] = []
    changes = load(store, BASE, lambda done, total: steps.append((done, total)))
    assert changes.claims.added == tuple(sorted(claim.id for claim in BASE.claims))
    assert changes.entities.added == tuple(one.id for one in BASE.entities)
    assert changes.documents.added == tuple(one.id for one in BASE.documents)
    assert not (changes.claims.changed or changes.claims.removed or changes.entities.changed)
    total = len(BASE.claims) + len(BASE.entities) + len(BASE.documents)
    assert steps[-1] == (total, total) and steps == sorted(steps)


def test_loading_twice_changes_nothing(store: Store) -> None:
    assert load(store, BASE)
    before = dump(store)
    assert not load(store, BASE)
    assert dump(store) == before
    same_but_new_files = msgspec.structs.replace(BASE, sha256="other bytes, same content")
    assert not load(store, same_but_new_files)
    assert read_load_states(store)["made"].sha256 == "other bytes, same content"


def test_a_store_knows_what_content_it_holds(store: Store) -> None:
    assert not is_loaded(store, BASE.sha256, [BASE.name])
    load(store, BASE)
    assert is_loaded(store, BASE.sha256, [BASE.name])
    assert not is_loaded(store, "other content", [BASE.name])
    assert not is_loaded(store, BASE.sha256, [BASE.name, "another"])
    store.write("MATCH (f:FactBase) SET f.complete = false")
    assert not is_loaded(store, BASE.sha256, [BASE.name])


def test_removing_a_claim_from_the_base_removes_it_from_the_store(store: Store) -> None:
    load(store, BASE)
    gone, *rest = BASE.claims
    changes = load(store, with_claims(BASE, *rest))
    assert changes.claims.removed == (gone.id,)
    assert not (changes.claims.added or changes.claims.changed or changes.entities or changes.documents)
    left = store.read("MATCH ()-[r]->() RETURN r.id AS id")
    assert {row["id"] for row in left} == {claim.id for claim in rest}


def test_a_reworded_claim_is_changed_and_loses_what_became_empty(store: Store) -> None:
    load(store, BASE)
    first = next(claim for claim in BASE.claims if claim.share is not None)
    others = [claim for claim in BASE.claims if claim.id != first.id]
    new = msgspec.structs.replace(first, summary="Said otherwise.", share=None, stage="probe")
    changes = load(store, with_claims(BASE, new, *others))
    assert changes.claims.changed == (first.id,)
    assert not (changes.claims.added or changes.claims.removed)
    (row,) = store.read("MATCH ()-[r]->() WHERE r.id = $id RETURN properties(r) AS p", {"id": first.id})
    properties = row["p"]
    assert isinstance(properties, dict)
    assert properties["summary"] == "Said otherwise." and properties["stage"] == "probe"
    assert "share" not in properties


def test_an_entity_that_changes_its_kind_keeps_its_claims(store: Store) -> None:
    """The embedded engine cannot change a first label: the kind is never the first."""
    agency = Entity(id="x", name="X", kind="Agency", aliases=("Ex",), note="n")
    company = Entity(id="y", name="Y", kind="Company")
    claim = Claim(
        id="1",
        document="d",
        subject="y",
        relation="LINKED_TO",
        object="x",
        status="done",
        confidence="likely",
        summary="s",
        factbase="f",
    )
    documents = (Document(id="d", name="D"),)
    load(store, FactBase("f", documents, (agency, company), (claim,), "1"))
    changed = Entity(id="x", name="X", kind="Company")
    changes = load(store, FactBase("f", documents, (changed, company), (claim,), "2"))
    assert changes.entities.changed == ("x",) and not changes.claims
    assert store.read("MATCH (y)-[:LINKED_TO]->(n:Entity:Company) RETURN n") == [
        {
            "n": {
                "id": "x",
                "labels": ["Company", "Entity"],
                "properties": {
                    "id": "x",
                    "name": "X",
                    "kind": "Company",
                    "generic": False,
                    "folded": "x",
                    "factbases": ["f"],
                },
            }
        }
    ]


def test_an_edited_base_ends_as_a_clean_load_of_it(database: str) -> None:
    after = edited(BASE)
    with open_store(database, readonly=False) as store:
        load(store, BASE)
    with open_store(database, readonly=False) as store:
        changes = load(store, after)
        assert changes.claims.changed and changes.claims.removed and changes.entities.changed
        found = dump(store)
    assert found == clean(database, after)


def clean(database: str, *bases: FactBase) -> tuple[list[str], list[str]]:
    """Return the dump of the bases loaded into an empty database of the same engine."""
    if "://" in database:
        empty(database)
    else:
        database = f"{database}.clean"
        Path(database).unlink(missing_ok=True)
    with open_store(database, readonly=False) as store:
        for base in bases:
            load(store, base)
        return dump(store)


def test_two_fact_bases_stand_side_by_side(store: Store) -> None:
    """The second shares entities, documents and even claims with the first."""
    load(store, BASE)
    alone = dump(store)
    entities = (
        msgspec.structs.replace(BASE.entities[0], aliases=("Another alias",)),
        *BASE.entities[1:40],
        Entity(id="mine", name="Mine", kind="Company"),
    )
    ids = {one.id for one in entities}
    shared = [claim for claim in BASE.claims if claim.subject in ids and claim.object in ids][:20]
    claims = tuple(msgspec.structs.replace(claim, factbase="case", summary="As I see it.") for claim in shared)
    load(store, FactBase("case", BASE.documents[:1], entities, claims, "c"))
    both = store.read("MATCH ()-[r]->() RETURN r.factbase AS name, count(*) AS n ORDER BY name")
    assert both == [{"name": "case", "n": 20}, {"name": "made", "n": len(BASE.claims)}]
    (row,) = store.read("MATCH (n:Entity {id: $id}) RETURN n.factbases AS f, n.aliases AS a", {"id": entities[0].id})
    assert row == {"f": ["case", "made"], "a": [*BASE.entities[0].aliases, "Another alias"]}
    assert not load(store, BASE) and not load(store, msgspec.structs.replace(BASE, sha256="again"))
    changes = emptied(store, "case")
    assert changes.claims.removed == tuple(sorted(claim.id for claim in claims))
    assert store.read("MATCH (n:Entity {id: 'mine'}) RETURN n") == []
    store.write("MATCH (f:FactBase {id: 'case'}) DELETE f")
    load(store, msgspec.structs.replace(BASE, sha256="last"))
    load(store, BASE)
    assert dump(store) == alone


def test_a_merged_base_is_its_parts(store: Store) -> None:
    """Folders read as one leave the same graph as marks that name each of them."""
    a, b = Entity(id="a", name="A", kind="Company"), Entity(id="b", name="B", kind="Company")

    def claim(id_: str, factbase: str) -> Claim:
        return Claim(
            id=id_,
            document="d",
            subject="a",
            relation="OWNS",
            object="b",
            status="done",
            confidence="likely",
            summary="s",
            factbase=factbase,
        )

    parts = (
        Part("one", "1", frozenset({"d"}), frozenset({"a", "b"})),
        Part("two", "2", frozenset(), frozenset({"b"})),
    )
    documents = (Document(id="d", name="D"),)
    load(store, FactBase("one+two", documents, (a, b), (claim("1", "one"), claim("2", "two")), "12", (), parts))
    assert list(read_load_states(store)) == ["one", "two"]
    assert store.read("MATCH (n:Entity) RETURN n.id AS id, n.factbases AS f ORDER BY id") == [
        {"id": "a", "f": ["one"]},
        {"id": "b", "f": ["one", "two"]},
    ]
    assert emptied(store, "two").claims.removed == ("2",)
    assert store.read("MATCH ()-[r]->() RETURN r.id AS id, r.factbase AS f") == [{"id": "1", "f": "one"}]
    assert emptied(store, "one").entities.removed == ("a", "b")
    assert store.read("MATCH (n) WHERE NOT n:FactBase RETURN n") == []


def small(name: str, *records: Entity | Document, sha256: str = "1") -> FactBase:
    documents = tuple(one for one in records if isinstance(one, Document))
    return FactBase(name, documents, tuple(one for one in records if isinstance(one, Entity)), (), sha256)


ACME = Entity(id="acme", name="Acme", kind="Company")


@pytest.mark.parametrize(
    ("theirs", "ours", "said"),
    [
        (ACME, Entity(id="acme", name="Acme Inc", kind="Company"), "the name of the entity 'acme' is 'Acme Inc' in "),
        (ACME, Entity(id="acme", name="Acme", kind="Agency"), "the kind of the entity 'acme' is 'Agency' in "),
        (Document(id="acme", name="A"), Document(id="acme", name="B"), "the name of the document 'acme' is 'B' in "),
    ],
)
def test_a_base_that_disagrees_with_one_there_is_refused_and_nothing_written(
    store: Store, theirs: Entity | Document, ours: Entity | Document, said: str
) -> None:
    first = Entity(id="aaa", name="Other", kind="Company")
    load(store, small("one", theirs))
    load(store, small("three", first))
    before = dump(store)
    with pytest.raises(StoreDisagrees) as refused:
        load(store, small("two", ours, first))
    assert str(refused.value).startswith(said + "'two' and ")
    assert "in the fact base 'one', which the database holds too: nothing was written; make both the same" in str(
        refused.value
    )
    assert dump(store) == before
    assert not load(store, small("one", theirs)) and not load(store, small("one", theirs, sha256="2"))


def test_a_change_that_another_base_contradicts_is_refused_until_both_are_built_together(store: Store) -> None:
    load(store, small("one", ACME))
    load(store, small("two", ACME))
    renamed = Entity(id="acme", name="Acme Inc", kind="Company")
    for name in ("one", "two"):
        with pytest.raises(StoreDisagrees, match="'Acme Inc' in"):
            load(store, small(name, renamed, sha256="2"))
    parts = tuple(Part(name, "2", frozenset(), frozenset({"acme"})) for name in ("one", "two"))
    changes = load(store, msgspec.structs.replace(small("one+two", renamed, sha256="2"), parts=parts))
    assert changes.entities.changed == ("acme",)
    load(store, small("one", renamed, sha256="3"))
    assert store.read("MATCH (n:Entity) RETURN n.name AS name, n.factbases AS f, n.declared AS d") == [
        {"name": "Acme Inc", "f": ["one", "two"], "d": None}
    ]


def test_what_only_one_of_two_bases_said_goes_with_it(store: Store) -> None:
    noted = Entity(id="acme", name="Acme", kind="Company", aliases=("ACM",), generic=True, note="Ours.")
    dated = Document(id="d", name="D", published="2024", published_basis="its address")
    load(store, small("one", ACME, Document(id="d", name="D")))
    alone = dump(store)
    load(store, small("two", noted, dated))
    both = store.read(
        "MATCH (n:Entity) MATCH (d:Document) RETURN n.aliases AS a, n.generic AS g, n.note AS n, "
        "d.published AS p, d.published_basis AS b"
    )
    assert both == [{"a": ["ACM"], "g": True, "n": "Ours.", "p": "2024", "b": "its address"}]
    changes = load(store, small("two", msgspec.structs.replace(noted, note=None, aliases=()), dated, sha256="2"))
    assert changes.entities.changed == ("acme",) and not changes.documents
    (row,) = store.read("MATCH (n:Entity) RETURN n.aliases AS a, n.generic AS g, n.note AS n")
    assert row == {"a": None, "g": True, "n": None}
    assert emptied(store, "two").entities.removed == ("acme",)
    store.write("MATCH (f:FactBase {id: 'two'}) DELETE f")
    assert dump(store) == alone


def test_a_basis_of_a_date_never_goes_to_another_date(store: Store) -> None:
    load(store, small("one", Document(id="d", name="D", published="2024-05", publisher="P")))
    load(store, small("two", Document(id="d", name="D", published_basis="its address", url="u")))
    (row,) = store.read("MATCH (n:Document) RETURN properties(n) AS p")
    document = row["p"]
    assert isinstance(document, dict) and "published_basis" not in document
    assert (document["published"], document["publisher"], document["url"]) == ("2024-05", "P", "u")


@pytest.mark.parametrize("field", ["publisher", "published", "reliability", "cites"])
def test_bases_that_contradict_each_other_on_a_document_are_refused(store: Store, field: str) -> None:
    values = {"published": ("2024-05", "2024"), "reliability": ("A", "B")}.get(field, ("One", "Another"))
    here, there = (Document(id="d", name="D", **{field: value}) for value in values)
    load(store, small("one", here))
    load(store, small("two", Document(id="d", name="D", url="u")))
    before = dump(store)
    with pytest.raises(StoreDisagrees, match=f"the {field} of the document 'd' is .* in 'two' and .* in .*'one'"):
        load(store, small("two", there, sha256="2"))
    assert dump(store) == before
    load(store, small("one", there, sha256="2"))  # who is silent contradicts nobody
    load(store, small("two", there, sha256="2"))


@pytest.mark.parametrize("kept", [["{"], [], ['{"id":"acme"}', "{}"]])
def test_a_node_whose_record_of_its_bases_was_spoilt_is_said_to_be_and_can_be_mended(
    store: Store, kept: list[str]
) -> None:
    load(store, small("one", ACME))
    load(store, small("two", msgspec.structs.replace(ACME, note="Ours.")))
    store.write("MATCH (n:Entity) SET n.declared = $kept", {"kept": kept})
    with pytest.raises(StoreError, match="remove its property `declared`, then build 'two' again"):
        load(store, small("one", ACME, sha256="2"))
    store.write("MATCH (n:Entity) REMOVE n.declared")
    load(store, small("one", ACME, sha256="2"))
    load(store, small("two", ACME, sha256="2"))
    assert store.read("MATCH (n:Entity) RETURN n.note AS n, n.declared AS d") == [{"n": None, "d": None}]


def test_the_same_claim_of_two_bases_is_refused_where_it_is_not_the_same(store: Store) -> None:
    one = made_base("one")
    load(store, one)
    before = dump(store)
    named = [msgspec.structs.replace(claim, factbase="two") for claim in one.claims]
    unsure = "likely" if named[0].confidence == "doubtful" else "doubtful"
    other = msgspec.structs.replace(named[0], confidence=unsure)
    two = msgspec.structs.replace(one, name="two", sha256="2", claims=(other, *named[1:]))
    with pytest.raises(StoreDisagrees, match=f"the claim {other.id} .* has another confidence in 'two'.*nothing was"):
        load(store, two)
    assert dump(store) == before
    reworded = msgspec.structs.replace(named[0], summary="In other words.")
    load(store, msgspec.structs.replace(two, claims=(reworded, *named[1:])))
    (told,) = [claim for claim in slices.fetch_whole(store).graph.iterate_claims() if claim.id == other.id]
    assert (told.factbase, told.summary) == ("one", one.claims[0].summary)


def case(rng: random.Random, name: str) -> FactBase:
    """Return what an analyst's base may hold at some moment: a few of ten ids, more or less said of each."""
    documents = tuple(
        Document(
            id=f"d{n}",
            name=f"D{n}",
            published=rng.choice([None, "2023"]),
            cites=rng.choice([None, "Them"]),
            language=rng.choice([None, name]),
        )
        for n in range(5)
        if rng.random() < 0.7
    )
    entities = tuple(
        Entity(
            id=f"e{n}",
            name=f"E{n}",
            kind="Company",
            aliases=tuple(rng.sample(["x", "y", name], rng.randrange(3))),
            generic=rng.random() < 0.3,
            note=rng.choice([None, f"Of {name}."]),
        )
        for n in range(10)
        if rng.random() < 0.7
    )
    claims = tuple(
        Claim(
            id=f"{a.id}-{b.id}",
            document=documents[0].id,
            subject=a.id,
            relation="OWNS",
            object=b.id,
            status="done",
            confidence="likely",
            summary=rng.choice("st"),
            factbase=name,
        )
        for a, b in pairwise(entities)
        if documents and rng.random() < 0.5
    )
    return FactBase(name, documents, entities, claims, str(rng.random()))


def test_a_store_says_what_its_bases_say_in_whatever_order_they_came_and_changed(database: str) -> None:
    rng = random.Random(11)
    for _ in range(sample(2, 4)):
        held: dict[str, FactBase] = {}
        history = [case(rng, rng.choice(["one", "two", "three"])) for _ in range(9)]
        if "://" in database:
            empty(database)
        else:
            Path(database).unlink(missing_ok=True)
        for base in history:
            with open_store(database, readonly=False) as store:
                load(store, base)
                found = dump(store)
            held[base.name] = base
        assert found == clean(database, *rng.sample(list(held.values()), len(held)))


class Interrupted:
    """A store where something else happens just before each write."""

    def __init__(self, store: Store, happens: Callable[[], object]) -> None:
        self._store, self._happens = store, happens

    def write(self, cypher: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        self._happens()
        return self._store.write(cypher, parameters)

    def write_many(self, statements: Iterable[Statement]) -> Iterator[list[Row]]:
        return itertools.starmap(self.write, statements)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.parametrize("first", ["one", "two", None])
def test_two_bases_loaded_at_once_both_end_as_if_one_came_after_the_other(database: str, first: str | None) -> None:
    """At half the writes of one, the other has just changed what was read for it."""
    rng = random.Random(5)
    changing = [case(rng, "two") for _ in range(60)]
    ones = [case(rng, "one") for _ in range(3)]
    with open_store(database, readonly=False) as store:
        if first:
            load(store, case(rng, first))
        happened: list[FactBase] = []

        def another() -> None:
            if len(happened) < len(changing) and rng.random() < 0.5:
                happened.append(changing[len(happened)])
                load(store, happened[-1])

        for one in ones:
            load(cast(Store, Interrupted(store, another)), one)
        found = dump(store)
    assert 10 < len(happened) < len(changing) and found == clean(database, ones[-1], happened[-1])


def test_a_base_that_comes_to_disagree_during_a_load_stops_it_and_stays_as_it_is(store: Store) -> None:
    came: list[Changes] = []

    def another() -> None:
        if not came:
            came.append(load(store, small("two", ACME)))

    other = Entity(id="acme", name="Acme Inc", kind="Company")
    with pytest.raises(StoreDisagrees, match="since this load began; make both the same"):
        load(cast(Store, Interrupted(store, another)), small("one", other))
    assert list_incomplete(store) == ["one"]
    assert store.read("MATCH (n:Entity) RETURN n.name AS name, n.factbases AS f") == [{"name": "Acme", "f": ["two"]}]
    load(store, small("one", ACME, sha256="2"))
    assert list_incomplete(store) == []


def foreign(store: Store) -> None:
    """Another application's 1,000 nodes: companies with our names among them, tied in a ring."""
    rows = [{"id": f"e{n:05}", "name": f"Entité {n} ✓ `x`", "n": n} for n in range(1000)]
    store.write("UNWIND $rows AS row CREATE (n:Company) SET n += row", {"rows": rows[:500]})
    store.write("UNWIND $rows AS row CREATE (n:Theirs) SET n += row", {"rows": rows[500:]})
    store.write(
        "UNWIND $rows AS row MATCH (a:Company {n: row.n}) MATCH (b:Theirs {n: row.n + 500}) "
        "CREATE (a)-[r:OWNS]->(b) SET r.id = 'theirs', r.note = 'not yours'",
        {"rows": rows[:500]},
    )


def theirs(store: Store) -> tuple[list[str], list[str]]:
    nodes, edges = dump(store)
    ours = ('"Entity"', '"Document"', '"FactBase"')
    return [n for n in nodes if not any(label in n for label in ours)], [e for e in edges if "not yours" in e]


def test_what_others_keep_in_the_database_is_never_touched(store: Store) -> None:
    foreign(store)
    before = theirs(store)
    assert (len(before[0]), len(before[1])) == (1000, 500)
    load(store, BASE)
    assert theirs(store) == before
    load(store, edited(BASE))
    assert theirs(store) == before
    emptied(store, "made")
    store.write("MATCH (f:FactBase) DELETE f")
    assert theirs(store) == before == dump(store)


@pytest.mark.parametrize("label", ["Entity", "Document", "FactBase"])
def test_one_node_of_theirs_with_our_label_refuses_the_load(store: Store, label: str) -> None:
    foreign(store)
    store.write(f"CREATE (n:{label}) SET n.id = 'theirs', n.name = 'theirs'")
    before = dump(store), store.read("SHOW INDEXES YIELD name RETURN name ORDER BY name")
    with pytest.raises(StoreNotOurs, match=rf":{label}.*nothing was written"):
        load(store, BASE)
    assert (dump(store), store.read("SHOW INDEXES YIELD name RETURN name ORDER BY name")) == before


def test_their_node_beside_a_loaded_base_refuses_the_next_load(store: Store) -> None:
    load(store, BASE)
    store.write("CREATE (n:Entity) SET n.id = 'theirs', n.name = 'theirs'")
    before = dump(store)
    with pytest.raises(StoreNotOurs):
        load(store, edited(BASE))
    assert dump(store) == before


def test_a_relationship_of_theirs_keeps_our_node_until_it_is_gone(store: Store) -> None:
    load(store, BASE)
    store.write("MATCH (n:Entity {id: 'e00001'}) CREATE (:Theirs {id: 't', name: 't'})-[:NOTES]->(n)")
    emptied(store, "made")
    assert store.read("MATCH (t)-[r:NOTES]->(n) RETURN t.id AS t, n.id AS n, n.factbases AS f") == [
        {"t": "t", "n": "e00001", "f": []}
    ]
    store.write("MATCH (t:Theirs) DETACH DELETE t")
    load(store, BASE)
    emptied(store, "made")
    assert store.read("MATCH (n) WHERE NOT n:FactBase RETURN n") == []


def test_words_outside_the_ontology_never_reach_a_statement(store: Store) -> None:
    hostile = "X]->() WITH 1 AS x MATCH (n) DETACH DELETE n //"
    entity = Entity(id="a", name="A", kind=f"Company {hostile}")
    with pytest.raises(InvalidValue, match="DETACH DELETE"):
        load(store, FactBase("f", (), (entity,), (), "1"))
    claim = msgspec.structs.replace(BASE.claims[0], relation=hostile)
    with pytest.raises(InvalidValue, match="DETACH DELETE"):
        load(store, with_claims(BASE, claim))
    assert dump(store) == ([], [])


def test_an_unfinished_load_says_so(store: Store) -> None:
    def stop(done: int, total: int) -> None:
        if done > 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(store, BASE, stop)
    assert list_incomplete(store) == ["made"]
    load(store, BASE)
    assert list_incomplete(store) == []


@pytest.mark.parametrize("when", [0.0, 0.5, 1.0])
def test_a_load_that_another_takes_over_writes_nothing_more(
    database: str, when: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second begins, and ends, while the first has still to write."""
    monkeypatch.setattr(run, "BATCH", 50)
    after = edited(BASE)
    with open_store(database, readonly=False) as store:
        began: list[int] = []

        def another(done: int, total: int) -> None:
            if done >= when * total and not began:
                began.append(done)
                load(store, after)

        with pytest.raises(StoreBusy, match="another load of made has begun: wait until it is done, then run again"):
            load(store, BASE, another)
        assert is_loaded(store, after.sha256, ["made"])
        found = dump(store)
    assert began and found == clean(database, after)


def test_of_two_loads_at_once_one_ends_and_is_whole(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 50)
    versions = [edited(BASE), msgspec.structs.replace(BASE, sha256="again", claims=BASE.claims[::2])]
    with open_store(database, readonly=False) as store:
        load(store, BASE)

    def ended(version: FactBase) -> bool:
        try:
            with open_store(database, readonly=False) as store:
                load(store, version)
        except StoreBusy:
            return False
        return True

    with ThreadPoolExecutor() as threads:
        assert any(threads.map(ended, versions))
    with open_store(database) as store:
        (kept,) = [version for version in versions if is_loaded(store, version.sha256, ["made"])]
        found = dump(store)
    assert found == clean(database, kept)


def test_a_load_taken_over_by_one_that_stopped_is_never_called_complete(store: Store) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    def another(done: int, total: int) -> None:
        if done == total:
            with pytest.raises(KeyboardInterrupt):
                load(store, edited(BASE), stop)

    with pytest.raises(StoreBusy):
        load(store, BASE, another)
    assert list_incomplete(store) == ["made"]
    load(store, BASE)
    assert is_loaded(store, BASE.sha256, ["made"])


_LOADER = """
import pickle, sys
import graphkit.loading.load as loading
import graphkit.loading.run as run
from graphkit.engines import open_store
run.BATCH = 50
with open(sys.argv[2], "rb") as file:
    base = pickle.load(file)
print("loading", flush=True)
with open_store(sys.argv[1], readonly=False) as store:
    loading.load(store, base)
print("loaded", flush=True)
"""


def loader(database: str, base: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", _LOADER, database, str(base)], stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent
    )
    assert process.stdout is not None and process.stdout.readline() == b"loading\n"
    return process


@pytest.mark.slow
def test_two_processes_that_load_different_bases_leave_both_whole(database: str, tmp_path: Path) -> None:
    """They share their entities and documents; of an embedded file there is one writer at a time."""
    first = made_base(entities=200, claims=300, relations=RELATIONS)
    mine = made_base("case", seed=3, entities=200, claims=300, relations=RELATIONS)
    noted = tuple(msgspec.structs.replace(one, aliases=("Mine",), note="Mine.") for one in mine.entities)
    second = msgspec.structs.replace(mine, entities=noted)
    plain = tuple(msgspec.structs.replace(one, aliases=(), note=None) for one in first.entities)
    half = msgspec.structs.replace(first, entities=plain, claims=first.claims[::2], sha256="half")
    for bases in ((first, second), (half, second), (first, FactBase("case", (), (), (), "empty"))):
        files = []
        for base in bases:
            files.append(tmp_path / f"{base.name}.base")
            files[-1].write_bytes(pickle.dumps(base))
        waiting = files
        while waiting:
            running = [(file, loader(database, file)) for file in waiting]
            ended = [(file, process.communicate()[0], process.returncode) for file, process in running]
            waiting = [file for file, _, code in ended if code]
            assert len(waiting) < len(running)
            assert not waiting or "://" not in database
        with open_store(database) as store:
            found = dump(store)
        assert found == clean(database, *bases)


@pytest.mark.slow
def test_a_loader_killed_at_any_moment_leaves_what_the_next_load_heals(database: str, tmp_path: Path) -> None:
    """Nine or twenty kills, over a load, a change and a removal in turn; full dumps, not counts."""
    rng, kills = random.Random(4), sample(9, 20)
    first = made_base(entities=100, claims=800, relations=RELATIONS)
    bases = [first, edited(first), made_base(seed=7, entities=60, claims=400, relations=RELATIONS)]
    files, dumps = [], []
    for n, base in enumerate(bases):
        files.append(tmp_path / f"{n}.base")
        files[-1].write_bytes(pickle.dumps(base))
        dumps.append(clean(database, base))
    if "://" in database:
        empty(database)
    process = loader(database, files[0])
    started = time.monotonic()
    process.communicate()
    took = time.monotonic() - started
    assert process.returncode == 0
    unfinished = 0
    for turn in range(1, kills + 1):
        which = turn % len(bases)
        process = loader(database, files[which])
        started = time.monotonic()
        try:
            process.wait(rng.uniform(0, took))
            took = min(took, time.monotonic() - started)  # quicker than thought: the next is killed sooner
        except subprocess.TimeoutExpired:
            process.kill()
        said, _ = process.communicate()
        unfinished += said != b"loaded\n"
        with open_store(database) as store:
            store.read("MATCH (n) RETURN count(n) AS n")
        with open_store(database, readonly=False) as store:
            load(store, bases[which])
            assert dump(store) == dumps[which]
    assert unfinished > kills // 4
    if "://" not in database:
        assert [path.name for path in tmp_path.iterdir() if path.suffix not in (".base", ".clean")] == ["graph.kgl"]
