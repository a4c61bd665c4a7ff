"""Graphs of 5,000 claims of awkward shapes, and the cost of asking all of one: `python -m tests.awkward_graphs`.

    python -m tests.awkward_graphs KIND SEED HOPS ON VIA

prints seconds and MB of each question as JSON, in a process of its own so that the memory is its own.

    python -m tests.awkward_graphs whole KIND SEED FILE load
    python -m tests.awkward_graphs whole KIND SEED FILE ask HOPS

makes a database of a shape, and asks it whole questions.
"""

from __future__ import annotations

import itertools
import json
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from graphkit.answers.answer import Answer
from graphkit.facts import Claim, Document, Entity
from graphkit.graph import Filters, build_graph
from graphkit.paths import Network, Search, explain_absence, find_refusals, find_undated

CLAIMS = 5_000
_KINDS = {"c": "Company", "d": "Datacenter", "x": "Chip", "r": "Region"}
_RELATIONS = ("LEASES_FROM", "BUYS_FROM", "OWNS")


class Shape:
    """A shape under way: claims that all look alike but for what the shape needs."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.claims: list[Claim] = []
        self.documents = [
            Document(id=f"n{n}", name=f"N{n}", publisher=f"P{n % 7}", published=f"{2020 + n % 6}") for n in range(200)
        ]

    def add(self, subject: str, relation: str, other: str, **more: object) -> None:
        rng = self.rng
        given: dict[str, object] = {
            "document": f"n{rng.randrange(200)}",
            "status": rng.choice(("done", "done", "planned", "considered", "refused")),
            "confidence": rng.choice(("confirmed", "likely", "possible")),
            "locator": rng.choice(("", "1", f"{rng.randrange(9)}-{rng.randrange(9, 40)}")),
            **more,
        }
        self.claims.append(
            Claim(
                id=f"{len(self.claims):016}",
                subject=subject,
                relation=relation,
                object=other,
                summary="drawn",
                **given,  # type: ignore[arg-type]
            )
        )

    def end(self, *companies: str) -> None:
        for company in companies:
            self.add(company, "OPERATES", "d1", status="done")
        self.add("d1", "HOSTS", "x", status="done")
        self.add("d1", "LOCATED_IN", "rb", status="done")
        self.add("x", "IN_CLASS", "xany", status="done")


def clique(shape: Shape) -> None:
    names = [f"c{n}" for n in range(70)]
    for one, two in itertools.permutations(names, 2):
        shape.add(one, "LEASES_FROM", two)
    shape.end(*names[60:])


def closed_clique(shape: Shape) -> None:
    """Every lease is limited to one place, and the site stands in another."""
    names = [f"c{n}" for n in range(70)]
    for one, two in itertools.permutations(names, 2):
        shape.add(one, shape.rng.choice(_RELATIONS), two, regions=("ra",))
    shape.end(*names)


def owners(shape: Shape) -> None:
    names = [f"c{n}" for n in range(70)]
    for one, two in itertools.permutations(names, 2):
        shape.add(one, "OWNS", two, status="done")
    shape.add("c69", "USES", "x")
    shape.end()


def hub(shape: Shape) -> None:
    for n in range(2, 2_000):
        shape.add("c0", "LEASES_FROM", f"c{n}")
        shape.add(f"c{n}", "BUYS_FROM", "c1", chips=("x",))
        shape.add(f"c{n + 9_000}", "LEASES_FROM", "c1")
    shape.add("c1", "DESIGNS", "x", status="done")
    shape.end("c1")


def parallel(shape: Shape) -> None:
    """Thousands of claims of two steps, each with its own place, dates and passage."""
    for n in range(CLAIMS // 2):
        for one, relation, two in (("c0", "LEASES_FROM", "c1"), ("c1", "USES", "x")):
            since = 2015 + n % 10
            dates = {"since": f"{since}-{1 + n % 12:02}", "until": f"{since + 1 + n % 3}-{1 + n % 7:02}"}
            shape.add(one, relation, two, regions=(f"r{n}",), locator=f"{n}-{n + 7}", **dates)
    shape.end()


def chain(shape: Shape) -> None:
    for n in range(1_000):
        for _ in range(4):
            shape.add(f"c{n}", shape.rng.choice(_RELATIONS), f"c{n + 1}")
        shape.add(f"c{n}", "LEASES_FROM", f"c{n + 2}")
    shape.end("c6", "c1000")


def layers(shape: Shape) -> None:
    """Complete layers, each lease with its own of three places."""
    for layer, one, two in itertools.product(range(10), range(22), range(22)):
        place = shape.rng.choice(("ra", "rb", "rc"))
        shape.add(
            f"c{layer * 22 + one if layer else 0}", "LEASES_FROM", f"c{layer * 22 + 22 + two}", regions=(place,)
        )
    shape.end(*(f"c{n}" for n in range(110, 132)))


def catalogue(shape: Shape) -> None:
    """A clique of 40 companies, and a hundred chips: each is used by all of them, some leases are limited to one."""
    names = [f"c{n}" for n in range(40)]
    chips = ["x", *(f"x{n}" for n in range(85))]
    for one, two in itertools.permutations(names, 2):
        shape.add(one, "LEASES_FROM", two, chips=(shape.rng.choice(chips),) if shape.rng.random() < 0.5 else ())
    for company, chip in itertools.product(names, chips):
        shape.add(company, "USES", chip)
    shape.end()


def one_document(shape: Shape) -> None:
    """Everything in one document, each claim in a wide passage of its own."""
    for n in range(CLAIMS):
        one, two = shape.rng.sample(range(200), 2)
        first = shape.rng.randrange(500)
        shape.add(f"c{one}", "LEASES_FROM", f"c{two}", document="n1", locator=f"{first}-{first + n % 400}")
    shape.add("c7", "USES", "xany", document="n1")
    shape.end("c3", "c5")


def scattered(shape: Shape) -> None:
    for _ in range(CLAIMS):
        one, two = shape.rng.sample(range(1_500), 2)
        shape.add(f"c{one}", shape.rng.choice(_RELATIONS), f"c{two}")
    shape.end(*(f"c{n}" for n in range(900, 1_000)))


SHAPES: dict[str, Callable[[Shape], None]] = {
    one.__name__: one
    for one in (clique, closed_clique, owners, hub, parallel, chain, layers, catalogue, one_document, scattered)
}


def most_megabytes() -> int:
    """Return the most memory that this process has had; getrusage would count the parent's from before exec."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(kind: str, seed: int, hops: int, on: str | None, via: tuple[str, ...]) -> dict[str, list[object]]:
    """Return processor seconds, MB of the process and what was said, for each question that the search answers."""
    shape = Shape(seed)
    SHAPES[kind](shape)
    ids = {end for one in shape.claims for end in (one.subject, one.object, *one.regions, *one.chips)} | {"c0"}
    entities = [Entity(id=one, name=one, kind=_KINDS[one[0]], generic=one == "xany") for one in sorted(ids)]
    network = Network.of(build_graph(entities, shape.claims, shape.documents))
    found: dict[str, list[object]] = {}

    def questions() -> Iterator[tuple[str, object]]:
        named = Search(network, "c0", "x", Filters(on=on), max_hops=hops, via=via)
        paths = list(itertools.islice(named, 10))
        yield "paths", (len(paths), named.effort.bound)
        yield (
            "unnamed",
            len(list(itertools.islice(Search(network, "c0", "x", Filters(on=on), max_hops=hops, unnamed=True), 10))),
        )
        negative = explain_absence(named)
        yield "why not", (negative.outcome, negative.bound)
        yield "refusals", len(list(itertools.islice(find_refusals(named), 5)))
        yield "undated", len(find_undated(named))

    started = time.process_time()
    for name, said in questions():
        now = time.process_time()
        found[name] = [round(now - started, 2), most_megabytes(), said]
        started = now
    return found


def load_shape(kind: str, seed: int, file: Path) -> None:
    """Make a database of a shape; forty of its companies sit in one country."""
    from graphkit.engines import open_store
    from graphkit.factbase import FactBase
    from graphkit.loading.load import load

    shape = Shape(seed)
    SHAPES[kind](shape)
    for company in sorted({one.subject for one in shape.claims if one.subject[0] == "c"})[:40]:
        shape.add(company, "HEADQUARTERED_IN", "rland", status="done")
    ids = {end for one in shape.claims for end in (one.subject, one.object, *one.regions, *one.chips)} | {
        "c0",
        "c3",
        "c5",
    }
    base = FactBase(
        name="shape",
        sha256="0" * 64,
        documents=tuple(shape.documents),
        entities=tuple(Entity(id=one, name=one, kind=_KINDS[one[0]], generic=one == "xany") for one in sorted(ids)),
        claims=tuple(msgspec.structs.replace(one, factbase="shape") for one in shape.claims),
    )
    with open_store(file, readonly=False) as store:
        load(store, base)


def ask_shape(file: Path, hops: int) -> dict[str, list[object]]:
    """Return seconds of the processor, MB of the process and what was said, for each whole question."""
    from graphkit.errors import QueryTimeout
    from graphkit.explorer import Explorer

    names = file.with_suffix(".csv")
    with Explorer.open(db=str(file)) as explorer:
        chips = [one.id for one in explorer.store.reader.list_entities() if one.kind == "Chip" and not one.generic]
        names.write_text("\n".join(["name", *(f"c{n}" for n in range(300))]))
        questions: dict[str, Callable[[], Answer]] = {
            "path": lambda: explorer.paths("c0", "x", max_hops=hops),
            "path on a date": lambda: explorer.paths("c0", "x", max_hops=hops, on="2022"),
            "path through two": lambda: explorer.paths("c0", "x", max_hops=hops, via=["c3", "c5"]),
            "path of a country": lambda: explorer.paths("hq:rland", "x", max_hops=hops),
            "a thousand paths": lambda: explorer.paths("c0", "x", max_hops=hops, limit=1_000),
            "exposure": lambda: explorer.exposure("hq:rland", chips, max_hops=hops),
            "exposure of a list": lambda: explorer.exposure(names, "x", max_hops=hops),
            "screen": lambda: explorer.screen(names, chips=chips, max_hops=hops),
            "screen through": lambda: explorer.screen(through="c3", chips="x", max_hops=hops),
            "close": lambda: explorer.closings("c0", "x", max_hops=hops),
            "whatif": lambda: explorer.whatif("c0", "x", max_hops=hops, enact=["BILL-118-HR8152"]),
            "show": lambda: explorer.show("c0"),
            "list": lambda: explorer.list_things("companies"),
            "contents": explorer.contents,
            "find": lambda: explorer.find("drawn"),
            "who owns": lambda: explorer.query("who_owns", {"company": "c0"}),
            "who rents": lambda: explorer.query("who_rents_from", {"provider": "c1"}),
        }
        found: dict[str, list[object]] = {}
        for name, ask in questions.items():
            before = _count_seconds()
            try:
                said = ask().styled_text().splitlines()[0]
            except QueryTimeout as error:
                said = str(error)
            children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            found[name] = [round(_count_seconds() - before, 2), max(children, most_megabytes()), said]
    return found


def _count_seconds() -> float:
    """Return the seconds of the processor that this process and its children have taken."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__" and sys.argv[1] == "whole":
    if sys.argv[5] == "load":
        load_shape(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
    else:
        print(json.dumps(ask_shape(Path(sys.argv[4]), int(sys.argv[6]))))
elif __name__ == "__main__":
    kind_, seed_, hops_, on_, via_ = sys.argv[1:]
    print(json.dumps(measure(kind_, int(seed_), int(hops_), on_ or None, tuple(filter(None, via_.split(","))))))
