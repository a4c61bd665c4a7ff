"""Loading a fact base: what changes, what stays, and what an interruption leaves."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

import graphkit.stores.load as loading
from graphkit.errors import InvalidValue, StoreBusy, StoreNotOurs
from graphkit.factbase import FactBase, Part
from graphkit.facts import Claim, Document, Entity
from graphkit.stores import Store, open_store
from graphkit.stores.load import Changes, holds, incomplete, load, marks
from tests.conftest import empty
from tests.made import dump, edited, made_base

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
    assert marks(store)["made"].sha256 == "other bytes, same content"


def test_a_store_knows_what_content_it_holds(store: Store) -> None:
    assert not holds(store, BASE.sha256, [BASE.name])
    load(store, BASE)
    assert holds(store, BASE.sha256, [BASE.name])
    assert not holds(store, "other content", [BASE.name])
    assert not holds(store, BASE.sha256, [BASE.name, "another"])
    store.write("MATCH (f:FactBase) SET f.complete = false")
    assert not holds(store, BASE.sha256, [BASE.name])


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
    claim = Claim(id="1", document="d", subject="y", relation="LINKED_TO", object="x", status="done",
                  confidence="likely", summary="s", factbase="f")  # fmt: skip
    documents = (Document(id="d", name="D"),)
    load(store, FactBase("f", documents, (agency, company), (claim,), "1"))
    changed = Entity(id="x", name="X", kind="Company")
    changes = load(store, FactBase("f", documents, (changed, company), (claim,), "2"))
    assert changes.entities.changed == ("x",) and not changes.claims
    assert store.read("MATCH (y)-[:LINKED_TO]->(n:Entity:Company) RETURN n") == [
        {"n": {"id": "x", "labels": ["Company", "Entity"],
               "properties": {"id": "x", "name": "X", "kind": "Company", "folded": "x", "factbases": ["f"]}}}
    ]  # fmt: skip


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
    entities = (msgspec.structs.replace(BASE.entities[0], aliases=("Another alias",)), *BASE.entities[1:40],
                Entity(id="mine", name="Mine", kind="Company"))  # fmt: skip
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
        return Claim(id=id_, document="d", subject="a", relation="OWNS", object="b", status="done",
                     confidence="likely", summary="s", factbase=factbase)  # fmt: skip

    parts = (
        Part("one", "1", frozenset({"d"}), frozenset({"a", "b"})),
        Part("two", "2", frozenset(), frozenset({"b"})),
    )
    documents = (Document(id="d", name="D"),)
    load(store, FactBase("one+two", documents, (a, b), (claim("1", "one"), claim("2", "two")), "12", (), parts))
    assert list(marks(store)) == ["one", "two"]
    assert store.read("MATCH (n:Entity) RETURN n.id AS id, n.factbases AS f ORDER BY id") == [
        {"id": "a", "f": ["one"]}, {"id": "b", "f": ["one", "two"]}
    ]  # fmt: skip
    assert emptied(store, "two").claims.removed == ("2",)
    assert store.read("MATCH ()-[r]->() RETURN r.id AS id, r.factbase AS f") == [{"id": "1", "f": "one"}]
    assert emptied(store, "one").entities.removed == ("a", "b")
    assert store.read("MATCH (n) WHERE NOT n:FactBase RETURN n") == []


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
    assert incomplete(store) == ["made"]
    load(store, BASE)
    assert incomplete(store) == []


@pytest.mark.parametrize("when", [0.0, 0.5, 1.0])
def test_a_load_that_another_takes_over_writes_nothing_more(
    database: str, when: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second begins, and ends, while the first has still to write."""
    monkeypatch.setattr(loading, "BATCH", 50)
    after = edited(BASE)
    with open_store(database, readonly=False) as store:
        began: list[int] = []

        def another(done: int, total: int) -> None:
            if done >= when * total and not began:
                began.append(done)
                load(store, after)

        with pytest.raises(StoreBusy, match="another load of made has begun: wait until it is done, then run again"):
            load(store, BASE, another)
        assert holds(store, after.sha256, ["made"])
        found = dump(store)
    assert began and found == clean(database, after)


def test_of_two_loads_at_once_one_ends_and_is_whole(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "BATCH", 50)
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
        (kept,) = [version for version in versions if holds(store, version.sha256, ["made"])]
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
    assert incomplete(store) == ["made"]
    load(store, BASE)
    assert holds(store, BASE.sha256, ["made"])


_LOADER = """
import sys, msgspec
import graphkit.stores.load as loading
from graphkit.factbase import FactBase
from graphkit.stores import open_store
loading.BATCH = 50
base = msgspec.msgpack.decode(open(sys.argv[2], "rb").read(), type=FactBase)
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


def test_a_loader_killed_at_any_moment_leaves_what_the_next_load_heals(database: str, tmp_path: Path) -> None:
    """Twenty kills, over a load, a change and a removal in turn; full dumps, not counts."""
    rng = random.Random(4)
    first = made_base(entities=100, claims=800, relations=RELATIONS)
    bases = [first, edited(first), made_base(seed=7, entities=60, claims=400, relations=RELATIONS)]
    files, dumps = [], []
    for n, base in enumerate(bases):
        files.append(tmp_path / f"{n}.base")
        files[-1].write_bytes(msgspec.msgpack.encode(base))
        dumps.append(clean(database, base))
    if "://" in database:
        empty(database)
    process = loader(database, files[0])
    started = time.monotonic()
    process.communicate()
    took = time.monotonic() - started
    assert process.returncode == 0
    unfinished = 0
    for turn in range(1, 21):
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
    assert unfinished > 5
    if "://" not in database:
        assert [path.name for path in tmp_path.iterdir() if path.suffix not in (".base", ".clean")] == ["graph.kgl"]
