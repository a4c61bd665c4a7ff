"""The index of the embedded store and the statements of the server answer every request and question alike."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import pytest

from bench.supply_chain import supply_chain
from graphkit.answers.answer import Answer
from graphkit.engines import Store, open_store
from graphkit.engines.reads import SCOPES, Between, Follow, Records, Step, Walk, Whole, Widen
from graphkit.errors import GraphkitError
from graphkit.explorer import Explorer
from graphkit.factbase import FactBase
from graphkit.loading.load import load
from graphkit.ontology import ACCESS, RELATIONS, STATUSES
from tests.conftest import empty
from tests.counts import sample
from tests.random_bases import made_base

pytestmark = pytest.mark.slow

#: Claims of one request: small, so that bounds are hit.
LIMITS = (0, 1, 5, 20, 1000)


@contextmanager
def both(url: str, folder: Path, *bases: FactBase) -> Iterator[tuple[str, str]]:
    """Load some fact bases into a file and a server; yield the addresses."""
    file = str(folder / "graph.kgl")
    Path(file).unlink(missing_ok=True)
    empty(url)
    for address in (file, url):
        with open_store(address, readonly=False) as store:
            for base in bases:
                load(store, base)
    yield file, url


def random_steps(rng: random.Random, names: list[str]) -> list[Step]:
    """Return a request of some steps, each from sets that are given or that one before it may have named."""
    known = [*names, SCOPES, "never named"]
    steps: list[Step] = []
    for number in range(rng.randrange(1, 6)):
        if rng.random() < 0.15:
            steps.append(Widen(rng.choice(names), rng.choice(names), rng.randrange(1, 5), rng.choice([0, 3, 200])))
        else:
            steps.append(
                Follow(
                    tuple(rng.sample(list(RELATIONS), rng.randrange(1, 8))),
                    tuple(rng.sample(known, rng.randrange(1, 3))),
                    backwards=rng.random() < 0.5,
                    levels=rng.choice([1, 1, 1, 2, 8, None]),
                    into=rng.choice(["", f"set {number}"]),
                    named=rng.random() < 0.2,
                    ends=rng.choice(["", "", "", *names]),
                    status=rng.choice(["", "", "", *STATUSES]),
                    bounded=rng.random() < 0.3,
                    most=rng.choice([None] * 8 + [2]),
                )
            )
        known.append(f"set {number}")
    widened = [step for step in steps if isinstance(step, Widen)]
    return [step for step in steps if step not in widened[1:]]


def order(records: Records) -> Records:
    return msgspec.structs.replace(
        records,
        entities=sorted(records.entities, key=lambda one: one.id),
        documents=sorted(records.documents, key=lambda one: one.id),
    )


def ask_requests(store: Store, base: FactBase, seed: int) -> list[object]:
    """Return the answers to one random request of each kind."""
    rng = random.Random(seed)
    reader = store.reader
    ids = [one.id for one in base.entities]
    some, others, chips = (rng.sample(ids, rng.randrange(1, 8)) for _ in range(3))
    names = [rng.choice(base.entities) for _ in range(3)]
    asked = {
        rng.choice([one.id, one.name, one.name.upper(), *one.aliases, "nobody"]): rng.choice(
            [None, {one.kind}, {"Chip"}]
        )
        for one in names
    }
    sets = {"one": some, "other": others, "chips": chips}
    limit = rng.choice(LIMITS)
    ties = {a: rng.sample(ids, 20) for a in some}
    walk = Walk("one", "chips", rng.randrange(1, 7), rng.choice([0, 3, 1000, 1000]), ends="ends", holders="holders")
    back, few = rng.random() < 0.5, rng.choice([1, 3, 1000])
    return [
        order(reader.fetch_claims(random_steps(rng, list(sets)), sets, limit=limit, entities=chips)),
        order(reader.fetch_claims([Between(ties)], {}, limit=limit)),
        order(reader.fetch_claims([Whole()], {}, limit=limit)),
        order(reader.fetch_claims([walk, *random_steps(rng, ["ends", "holders"])], sets, limit=limit)),
        reader.find_ends(chips),
        reader.list_ties(some, backwards=back, ends=() if back else chips, limit=few),
        reader.count_waiting(some, backwards=back),
        reader.meet(some, others, steps=rng.choice([1, 2]), arriving=rng.random() < 0.5, limit=1000),
        [[sorted(tier, key=lambda one: one.id) for tier in tiers[:2]] for tiers in reader.find_named(asked).values()],
        reader.find_chips(some),
        reader.list_customers(some),
        reader.find_words(rng.choice(["said", "reworded", "7"]), rng.choice([3, 1000])),
    ]


def test_random_requests_have_the_same_answers_in_both_stores(neo4j_url: str, tmp_path: Path) -> None:
    for seed in range(sample(1, 20)):
        relations = sorted({*ACCESS, "FORM_OF", "IN_CLASS", "LOCATED_IN"}) if seed % 2 else ()
        base = made_base(seed=seed, entities=40, claims=250, relations=relations)
        other = made_base("other", seed=seed, entities=40, claims=80)
        with both(neo4j_url, tmp_path, base, other) as addresses, ExitStack() as opened:
            stores = [opened.enter_context(open_store(address)) for address in addresses]
            for request in range(sample(2, 100)):
                here, there = (ask_requests(store, base, request) for store in stores)
                for one, two in zip(here, there, strict=True):
                    assert one == two, (seed, request)
            for ask in LISTS:
                here, there = (ask(store) for store in stores)
                assert here == there


LISTS: tuple[Callable[[Store], object], ...] = (
    lambda store: store.reader.list_entities(),
    lambda store: store.reader.list_documents(),
    lambda store: store.reader.list_pairs(sorted(RELATIONS)),
    lambda store: [store.reader.count_claims(by) for by in ("entity", "relation", "document")],
    lambda store: [store.reader.count_records(name) for name in ("made", "other", "nothing")],
    lambda store: [mark["name"] for mark in store.reader.list_marks()],
)


def ask_question(explorer: Explorer, base: FactBase, seed: int, customers: Path) -> str:
    """Return the answer to a random question, as JSON, or its fault."""
    rng = random.Random(seed)
    companies = [one.id for one in base.entities if one.kind == "Company"]
    chips = [one.id for one in base.entities if one.kind == "Chip"]
    given = {
        "on": rng.choice([None, "2023", "2024-06"]),
        "status": rng.choice([(), ("done", "planned", "considered", "alleged")]),
        "without": rng.sample(companies, rng.choice([0, 0, 1])),
    }
    some, chip = rng.sample(companies, 3), rng.choice(chips)
    customers.write_text("\n".join(["name", *(one.replace("-", " ") for one in some), "Nobody"]))
    ask: tuple[Callable[[], Answer], ...] = (
        *[lambda: explorer.paths(some[0], chip, max_hops=rng.randrange(1, 7), **given)] * 6,
        lambda: explorer.paths(some[0], chip, max_slice=rng.choice([1, 10, 50]), **given),
        lambda: explorer.exposure(some, [chip, rng.choice(chips)], max_hops=4, **given),
        lambda: explorer.show(rng.choice(base.entities).id),
        lambda: explorer.list_things(
            rng.choice(["companies", "chips", "sites", "regions", "documents", "relations"])
        ),
        lambda: explorer.find(rng.choice(["company 7", "chip", "leases from", "nothing at all"])),
        lambda: explorer.screen(customers, chips=chip, max_hops=4, accept=True),
    )
    try:
        answer = rng.choice(ask)()
    except GraphkitError as error:
        return f"{type(error).__name__}: {error}"
    return msgspec.structs.replace(answer, provenance=None).to_json()  # which names the database


def test_random_questions_have_the_same_answers_in_both_stores(neo4j_url: str, tmp_path: Path) -> None:
    for number in range(sample(1, 10)):
        base = supply_chain(600, seed=number)
        with both(neo4j_url, tmp_path, base) as addresses, ExitStack() as opened:
            explorers = [opened.enter_context(Explorer.open(db=address)) for address in addresses]
            for seed in range(sample(4, 1000)):
                here, there = (ask_question(one, base, seed, tmp_path / "customers.csv") for one in explorers)
                assert here == there, (number, seed)
