"""Graphs of 5,000 claims of awkward shapes, and the cost of asking all of one: `python -m tests.awkward_graphs`.

    python -m tests.awkward_graphs KIND SEED HOPS ON VIA

prints seconds and MB of each question as JSON, in a process of its own so that the memory is its own.

    python -m tests.awkward_graphs whole KIND SEED CLAIMS FILE load
    python -m tests.awkward_graphs whole KIND SEED CLAIMS FILE ask HOPS

makes a fact base and a database of a shape, and asks it whole questions, each in a process of its own:

    python -m tests.awkward_graphs once COMMAND ...
"""

from __future__ import annotations

import itertools
import json
import math
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from graphkit.facts import Claim, Document, Entity
from graphkit.graph import Filters, build_graph
from graphkit.paths import Network, Search, explain_absence, find_refusals, find_undated, measure_slowness

CLAIMS = 5_000
_KINDS = {"c": "Company", "d": "Datacenter", "x": "Chip", "r": "Region"}
_RELATIONS = ("LEASES_FROM", "BUYS_FROM", "OWNS")


class Shape:
    """A shape under way: claims that all look alike but for what the shape needs.

    `size` are about as many claims, `side` the companies of a clique with as many.
    """

    def __init__(self, seed: int, size: int = CLAIMS) -> None:
        self.rng = random.Random(seed)
        self.size, self.side = size, math.isqrt(size)
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
    names = [f"c{n}" for n in range(shape.side)]
    for one, two in itertools.permutations(names, 2):
        shape.add(one, "LEASES_FROM", two)
    shape.end(*names[-10:])


def closed_clique(shape: Shape) -> None:
    """Every lease is limited to one place, and the site stands in another."""
    names = [f"c{n}" for n in range(shape.side)]
    for one, two in itertools.permutations(names, 2):
        shape.add(one, shape.rng.choice(_RELATIONS), two, regions=("ra",))
    shape.end(*names)


def owners(shape: Shape) -> None:
    names = [f"c{n}" for n in range(shape.side)]
    for one, two in itertools.permutations(names, 2):
        shape.add(one, "OWNS", two, status="done")
    shape.add(names[-1], "USES", "x")
    shape.end()


def hub(shape: Shape) -> None:
    for n in range(2, shape.size * 2 // 5):
        shape.add("c0", "LEASES_FROM", f"c{n}")
        shape.add(f"c{n}", "BUYS_FROM", "c1", chips=("x",))
        shape.add(f"c{n + 9_000}", "LEASES_FROM", "c1")
    shape.add("c1", "DESIGNS", "x", status="done")
    shape.end("c1")


def parallel(shape: Shape) -> None:
    """Thousands of claims of two steps, each with its own place, dates and passage."""
    for n in range(shape.size // 2):
        for one, relation, two in (("c0", "LEASES_FROM", "c1"), ("c1", "USES", "x")):
            since = 2015 + n % 10
            dates = {"since": f"{since}-{1 + n % 12:02}", "until": f"{since + 1 + n % 3}-{1 + n % 7:02}"}
            shape.add(one, relation, two, regions=(f"r{n}",), locator=f"{n}-{n + 7}", **dates)
    shape.end()


def chain(shape: Shape) -> None:
    length = shape.size // 5
    for n in range(length):
        for _ in range(4):
            shape.add(f"c{n}", shape.rng.choice(_RELATIONS), f"c{n + 1}")
        shape.add(f"c{n}", "LEASES_FROM", f"c{n + 2}")
    shape.end("c6", f"c{length}")


def layers(shape: Shape) -> None:
    """Complete layers, each lease with its own of three places."""
    wide = math.isqrt(shape.size // 10)
    for layer, one, two in itertools.product(range(10), range(wide), range(wide)):
        place = shape.rng.choice(("ra", "rb", "rc"))
        from_, to = layer * wide + one if layer else 0, layer * wide + wide + two
        shape.add(f"c{from_}", "LEASES_FROM", f"c{to}", regions=(place,))
    shape.end(*(f"c{n}" for n in range(5 * wide, 6 * wide)))


def catalogue(shape: Shape) -> None:
    """A clique of 40 companies, and a hundred chips: each is used by all of them, some leases are limited to one."""
    names = [f"c{n}" for n in range(shape.side * 4 // 7)]
    chips = ["x", *(f"x{n}" for n in range(shape.side * 17 // 14))]
    for one, two in itertools.permutations(names, 2):
        shape.add(one, "LEASES_FROM", two, chips=(shape.rng.choice(chips),) if shape.rng.random() < 0.5 else ())
    for company, chip in itertools.product(names, chips):
        shape.add(company, "USES", chip)
    shape.end()


def one_document(shape: Shape) -> None:
    """Everything in one document, each claim in a wide passage of its own."""
    for n in range(shape.size):
        one, two = shape.rng.sample(range(max(20, shape.size // 25)), 2)
        first = shape.rng.randrange(500)
        shape.add(f"c{one}", "LEASES_FROM", f"c{two}", document="n1", locator=f"{first}-{first + 1 + n % 400}")
    shape.add("c7", "USES", "xany", document="n1")
    shape.end("c3", "c5")


def scattered(shape: Shape) -> None:
    companies = shape.size * 3 // 10
    for _ in range(shape.size):
        one, two = shape.rng.sample(range(companies), 2)
        shape.add(f"c{one}", shape.rng.choice(_RELATIONS), f"c{two}")
    shape.end(*(f"c{n}" for n in range(companies * 3 // 5, companies * 2 // 3)))


def wide_scopes(shape: Shape) -> None:
    """Every lease is limited to half of 300 chips and of 300 regions."""
    chips, regions = (["x", *(f"x{n}" for n in range(299))], ["rb", *(f"r{n}" for n in range(299))])
    names = [f"c{n}" for n in range(shape.side)]
    for one, two in itertools.permutations(names, 2):
        some = {
            name: tuple(shape.rng.sample(all_, len(all_) // 2))
            for name, all_ in (("chips", chips), ("regions", regions))
        }
        shape.add(one, "LEASES_FROM", two, **some)
    shape.end(*names[-10:])


SHAPES: dict[str, Callable[[Shape], None]] = {
    one.__name__: one
    for one in (
        clique,
        closed_clique,
        owners,
        hub,
        parallel,
        chain,
        layers,
        catalogue,
        one_document,
        scattered,
        wide_scopes,
    )
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


def load_shape(kind: str, seed: int, size: int, file: Path) -> None:
    """Make a fact base of a shape, a folder beside a database; forty of its companies sit in one country."""
    from tests.fact_bases import claim, write_base

    shape = Shape(seed, size)
    SHAPES[kind](shape)
    for company in sorted({one.subject for one in shape.claims if one.subject[0] == "c"})[:40]:
        shape.add(company, "HEADQUARTERED_IN", "rland", status="done")
    ends = {end for one in shape.claims for end in (one.subject, one.object, *one.regions, *one.chips)}
    rows: dict[str, dict[tuple[object, ...], dict[str, object]]] = {}
    for one in shape.claims:
        cells = claim(one.subject, one.relation, one.object, status=one.status, confidence=one.confidence)
        cells |= {"sentence": one.locator, "chips": ";".join(one.chips), "regions": ";".join(one.regions)}
        cells |= {"since": one.since, "until": one.until}
        key = (one.subject, one.relation, one.object, one.status, one.locator, one.chips, one.regions)
        rows.setdefault(one.document, {}).setdefault(key, cells)
    folder = write_base(
        file.with_suffix(""),
        [
            {"id": one.id, "name": one.name, "publisher": one.publisher, "published": one.published}
            for one in shape.documents
            if one.id in rows
        ],
        [
            {"id": one, "name": one, "kind": _KINDS[one[0]], "generic": "yes" if one == "xany" else ""}
            for one in sorted(ends | {"c0", "c1", "c3", "c5"})
        ],
        {document: list(some.values()) for document, some in rows.items()},
    )
    _run("build", folder, "--db", file)


def _run(*arguments: object) -> str:
    """Run a command as people do, in this process, and return what it prints: an answer, or the bound that it hit."""
    from click.testing import CliRunner

    from graphkit.cli import main

    done = CliRunner().invoke(main, [str(one) for one in arguments])
    bounds = "stopped at its", "more than a page can show", "make a slow page"
    bounded = any(bound in done.output for bound in bounds)
    if (done.exit_code > 1 and not bounded) or (done.exception and not isinstance(done.exception, SystemExit)):
        raise AssertionError(f"{arguments}: {done.output}") from done.exception
    return done.output


def ask_shape(file: Path, hops: int) -> dict[str, list[object]]:
    """Return seconds of the usual processor, MB of the process and what was said, for each whole question."""
    from graphkit.explorer import Explorer

    base, names, page = file.with_suffix(""), file.with_suffix(".csv"), file.with_suffix(".html")
    with Explorer.open(db=str(file)) as explorer:
        chips = [one.id for one in explorer.store.reader.list_entities() if one.kind == "Chip" and not one.generic]
    names.write_text("\n".join(["name", *(f"c{n}" for n in range(300))]))
    paths, pairs = ("path", "c0", "x"), ("--chips", ",".join(chips))
    questions: dict[str, tuple[object, ...]] = {
        "path": paths,
        "path on a date": (*paths, "--on", "2022"),
        "path through two": (*paths, "--via", "c3", "--via", "c5"),
        "path of a country": ("path", "hq:rland", "x"),
        "path as a page": (*paths, "--html", page),
        "a thousand paths": (*paths, "--limit", 1_000),
        "exposure": ("exposure", "--buyers", "hq:rland", *pairs),
        "exposure as a page": ("exposure", "--buyers", "hq:rland", "--chips", "x", "--html", page),
        "exposure of a list": ("exposure", "--buyers", names, "--chips", "x"),
        "screen": ("screen", names, *pairs),
        "screen through": ("screen", "--through", "c3", "--chips", "x"),
        "close": ("close", "c0", "x"),
        "whatif": ("whatif", "c0", "x", "--enact", "BILL-118-HR8152"),
    }
    asked = {name: (*given, "--max-hops", hops, "--db", file) for name, given in questions.items()}
    asked |= {
        "license": ("license", "H100", "--to", "MY", "--buyer", "c0", "--db", file),
        "view": ("view", "c0", "--db", file, "--output", page),
        "view of all": ("view", "--db", file, "--output", page),
        "show": ("show", "c0", "--db", file),
        "contents": ("list", "--db", file),
        "list": ("list", "companies", "--db", file),
        "find": ("find", "drawn", "--db", file),
        "who owns": ("query", "who_owns", "-p", "company=c0", "--db", file),
        "who rents": ("query", "who_rents_from", "-p", "provider=c1", "--db", file),
        "check": ("check", base),
        "build": ("build", base, "--db", file.with_suffix(".again.kgl")),
    }
    found: dict[str, list[object]] = {}
    for name, arguments in asked.items():
        done = subprocess.run(
            [sys.executable, "-m", "tests.awkward_graphs", "once", *map(str, arguments)],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise AssertionError(done.stderr)
        found[name] = json.loads(done.stdout)
        print(name, *found[name], file=sys.stderr, flush=True)
    return found


def ask_once(arguments: Sequence[str]) -> list[object]:
    """Return seconds of the usual processor and MB of this process and its children, and the first line, of one."""
    slowness = measure_slowness()
    said = (_run(*arguments).splitlines() or [""])[0]
    slowness = (slowness + measure_slowness()) / 2
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return [round(_count_seconds() / slowness, 2), max(children, most_megabytes()), said]


def _count_seconds() -> float:
    """Return the seconds of the processor that this process and its children have taken."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__" and sys.argv[1] == "whole":
    kind_, seed_, size_, file_, task, *rest = sys.argv[2:]
    if task == "load":
        load_shape(kind_, int(seed_), int(size_), Path(file_))
    else:
        print(json.dumps(ask_shape(Path(file_), int(rest[0]))))
elif __name__ == "__main__" and sys.argv[1] == "once":
    print(json.dumps(ask_once(sys.argv[2:])))
elif __name__ == "__main__":
    kind_, seed_, hops_, on_, via_ = sys.argv[1:]
    print(json.dumps(measure(kind_, int(seed_), int(hops_), on_ or None, tuple(filter(None, via_.split(","))))))
