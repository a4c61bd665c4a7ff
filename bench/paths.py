"""Access paths: `python -m bench.paths [--claims 10000 100000 1000000]`; 10^7 on request.

One made supply chain per size, in both engines, ten buyer-chip pairs that have paths, the first
through a hub; K = 10, at most 6 hops. The search alone on the whole graph in memory, beside
networkx `shortest_simple_paths` and igraph's k shortest paths on the same graph; end to end from
each store (slice and search), beside Neo4j's own `SHORTEST 10` over Bolt; the cold command beside
only opening its store; the memory of a question. What is compared is measured in turn, in one run.

The packages of Debian, which nobody made up, follow in memory where `apt` has their lists (`--debian` alone).

Each size is a process of its own. `--folder` keeps the embedded databases for the next run, and
`--server SIZE=URL` asks a server that holds the graph already (NEO4J_USERNAME, NEO4J_PASSWORD).
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from bench import make_environment
from bench.debian import LIBRARIES, debian
from bench.supply_chain import supply_chain
from graphkit.engines import Store, open_store
from graphkit.engines.reads import ACCESS
from graphkit.errors import StoreUnavailable
from graphkit.factbase import FactBase
from graphkit.graph import Filters, build_graph
from graphkit.loading.load import load
from graphkit.paths import Network, Search
from graphkit.slices.widening import fetch_path_slice
from tests.neo4j_server import PASSWORD, Server

K, HOPS, REPEATS = 10, 6, 7
#: Rounds before a server's times count: its Java compiles what is asked often.
WARM = 15
#: Claims beyond which the whole graph does not fit a small machine's memory.
IN_MEMORY = 2_000_000
HUB = "company-0"
HERE = Path(__file__).parents[1]

Pair = tuple[str, str]
Times = dict[str, list[float]]


def search(network: Network, pair: Pair) -> int:
    """Number of paths found, at most K."""
    return len(list(islice(Search(network, *pair, Filters(), max_hops=HOPS), K)))


def end_to_end(store: Store, pair: Pair) -> int:
    return search(Network.of(fetch_path_slice(store, [pair[0]], [pair[1]], max_hops=HOPS).graph), pair)


def shortest(store: Store, pair: Pair) -> int:
    """Neo4j's own: by hops only, whatever the claims say."""
    return len(
        store.read(
            f"MATCH p = SHORTEST {K} (a:Entity {{id: $a}})-[:{'|'.join(ACCESS)}]->{{1,{HOPS}}}(b:Entity {{id: $b}}) "
            "RETURN [n IN nodes(p) | n.id] AS nodes",
            {"a": pair[0], "b": pair[1]},
        )
    )


def choose(base: FactBase, store: Store) -> list[Pair]:
    """Ten pairs that have paths: first a customer of the hub whose paths lead through it."""
    rng = random.Random(7)
    customers = sorted({c.subject for c in base.claims if c.object == HUB and c.relation == "LEASES_FROM"})
    companies = [entity.id for entity in base.entities if entity.kind == "Company"]
    pairs: list[Pair] = []
    while len(pairs) < 10:
        pair = rng.choice(companies if pairs else customers), f"chip-{rng.randrange(60)}"
        network = Network.of(fetch_path_slice(store, [pair[0]], [pair[1]], max_hops=HOPS).graph)
        found = list(islice(Search(network, *pair, Filters(), max_hops=HOPS), K))
        if found and (pairs or any(HUB in path.nodes for _, path in found)):
            pairs.append(pair)
    return pairs


def in_turn(
    pairs: list[Pair],
    ways: dict[str, Callable[[Pair], object]],
    repeats: int = REPEATS,
    clock: Callable[[], float] = time.perf_counter,
) -> Times:
    """Least seconds of each way for each pair, once warm; the ways take turns, so that load falls on all alike.

    At each turn a way is run twice: the first time it finds the processor's caches full of the others' data.
    """
    found: Times = {name: [] for name in ways}
    for pair in pairs:
        taken: Times = {name: [] for name in ways}
        for way in ways.values():
            way(pair)
        for _ in range(repeats):
            for name, way in ways.items():
                for _ in range(2):
                    started = clock()
                    way(pair)
                    taken[name].append(clock() - started)
        for name, seconds in taken.items():
            found[name].append(min(seconds))
    return found


# what is measured -----------------------------------------------------------------------------


def in_memory(base: FactBase, pairs: list[Pair]) -> Times:
    import igraph
    import networkx as nx

    graph = build_graph(base.entities, base.claims, base.documents)
    network = Network.of(graph)
    plain: nx.DiGraph[str] = nx.DiGraph(graph.to_networkx())
    number = {node: n for n, node in enumerate(plain)}
    other = igraph.Graph(len(number), [(number[a], number[b]) for a, b in plain.edges], directed=True)
    gc.freeze()
    gc.enable()
    return in_turn(
        pairs,
        {
            "search": lambda pair: search(network, pair),
            "search, first": lambda pair: search(Network(graph), pair),
            "networkx": lambda pair: list(islice(nx.shortest_simple_paths(plain, *pair), K)),
            "igraph": lambda pair: other.get_k_shortest_paths(number[pair[0]], number[pair[1]], k=K),
        },
    )


def real_pairs(network: Network, count: int = 250) -> list[Pair]:
    """Pairs of a package and a library with paths between them; a large subgraph and a dense one first."""
    rng = random.Random(7)
    packages = sorted(node for node in network.graph if network.kind(node) == "Company")
    pairs: list[Pair] = [("live-task-gnome", "libfreetype6"), ("konsole", "libfreetype6")]
    pairs = [pair for pair in pairs if network.graph.entities.keys() >= set(pair)]
    while len(pairs) < count:
        pair = rng.choice(packages), rng.choice(LIBRARIES)
        if search(network, pair):
            pairs.append(pair)
    return pairs


def told_debian() -> str:
    """The results on the packages of Debian in seconds of the processor, or that they are not there."""
    base = debian()
    if base is None:
        return "The packages of Debian were left out: `apt` has no lists here (`apt-get update` fetches them)."
    import networkx as nx

    network = Network.of(build_graph(base.entities, base.claims, base.documents))
    plain: nx.DiGraph[str] = nx.DiGraph(network.graph.to_networkx())
    pairs = real_pairs(network)
    ways: dict[str, Callable[[Pair], object]] = {
        "search": lambda pair: search(network, pair),
        "networkx": lambda pair: list(islice(nx.shortest_simple_paths(plain, *pair), K)),
    }
    try:
        import rustworkx as rx
    except ImportError:
        third = "rustworkx was left out: it is not installed (`pip install rustworkx`)."
    else:
        number = {node: n for n, node in enumerate(plain)}
        other_graph = rx.PyDiGraph(multigraph=False)
        other_graph.add_nodes_from(list(plain))
        other_graph.add_edges_from_no_data([(number[a], number[b]) for a, b in plain.edges])
        ways["rustworkx"] = lambda pair: rx.digraph_k_shortest_path_lengths(
            other_graph, number[pair[0]], K, lambda _: 1.0, number[pair[1]]
        )
        third = ""
    gc.freeze()
    found = in_turn(pairs, ways, repeats=3, clock=time.thread_time)
    if "rustworkx" in found:
        slowest = {name: max(found[name]) * 1000 for name in ("search", "rustworkx")}
        third = (
            f"rustworkx, which gives the lengths of k shortest walks alone, took a median of "
            f"{statistics.median(found['rustworkx']) * 1000:.3g} ms; its slowest pair {slowest['rustworkx']:.3g} ms, "
            f"the slowest of the search {slowest['search']:.3g} ms."
        )
    own, other = (statistics.median(found[name]) * 1000 for name in ("search", "networkx"))
    ratios = sorted(theirs / ours for theirs, ours in zip(found["networkx"], found["search"], strict=True))
    size = f"{len(base.entities):,} packages, {len(base.claims):,} claims, ten libraries as chips"
    return (
        f"The packages of Debian as a base ({size}), in memory,\n{len(pairs)} pairs: the search took a median of "
        f"{own:.3g} ms of the processor, networkx {other:.3g} ms. Of the ratios networkx / search the median is\n"
        f"{statistics.median(ratios):.3g}, the least {ratios[0]:.3g}, the next {ratios[1]:.3g} and {ratios[2]:.3g}.\n"
        f"{third}"
    )


_PEAK = """
import sys
from graphkit.cli import main
try:
    main()
finally:  # of this program alone: what the system counts for a child begins with its parent's
    print([line for line in open("/proc/self/status") if "VmHWM" in line][0].split()[1], file=sys.stderr)
"""


def cold(file: Path, pairs: list[Pair]) -> Times:
    """The command with its memory, and what it takes to start Python and open its store: processes of their own."""

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], check=True, capture_output=True, text=True, env=make_environment(HERE)
        )
        return done.stderr

    opening = f"from graphkit.cli import main; from graphkit.engines import open_store; open_store({str(file)!r})"
    asked = ("--db", str(file), "--format", "json")
    found = in_turn(
        pairs,
        {
            "open": lambda pair: run("-c", opening),
            "command": lambda pair: run("-m", "graphkit.cli", "path", *pair, *asked),
        },
        repeats=2,
    )
    most = int(run("-c", _PEAK, "path", *pairs[0], *asked).split()[-1])
    return found | {"memory of the command": [most / 1000]}


def memory(store: Store, pairs: list[Pair]) -> Times:
    """Peak MB of Python's memory for each question, from the store to the paths; and of the search alone.

    With the number of claims in its slice.
    """
    found: Times = {"memory": [], "memory of the search": [], "claims of a slice": []}
    for pair in pairs:
        gc.collect()
        tracemalloc.start()
        graph = fetch_path_slice(store, [pair[0]], [pair[1]], max_hops=HOPS).graph
        found["claims of a slice"].append(graph.count_claims())
        kept, most = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        search(Network.of(graph), pair)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        found["memory"].append(max(most, peak) / 1e6)
        found["memory of the search"].append((peak - kept) / 1e6)
    return found


@contextmanager
def server(base: FactBase, url: str | None) -> Iterator[str]:
    """The address of a Neo4j server that holds the base."""
    if url:
        yield url
        return
    os.environ.update(NEO4J_USERNAME="neo4j", NEO4J_PASSWORD=PASSWORD)
    with tempfile.TemporaryDirectory() as folder:
        started = Server(Path(folder, "home"), heap="3g", tests=False)
        try:
            started.start()
            with available(started.url) as store:
                load(store, base)
            yield started.url
        finally:
            started.remove()


def available(url: str) -> Store:
    for _ in range(60):
        try:
            return open_store(url, readonly=False)
        except StoreUnavailable:
            time.sleep(1)
    return open_store(url, readonly=False)


def measure(size: int, folder: Path, url: str | None) -> dict[str, Any]:
    """Everything about one size."""
    gc.disable()  # millions of records are made that are no garbage
    base = supply_chain(size)
    file = folder / f"{size}.kgl"
    if not file.exists():
        with open_store(file, readonly=False) as store:
            load(store, base)
    with open_store(file) as embedded:
        pairs = choose(base, embedded)
        found: dict[str, Any] = {"claims": len(base.claims), "pairs": pairs}
        with server(base, url) as address:
            if size <= IN_MEMORY:
                found |= in_memory(base, pairs)
                gc.unfreeze()
            del base
            gc.enable()
            gc.collect()
            with open_store(address) as neo4j:
                for pair in pairs * WARM:
                    end_to_end(neo4j, pair)
                    shortest(neo4j, pair)
                found |= in_turn(
                    pairs,
                    {
                        "embedded": lambda pair: end_to_end(embedded, pair),
                        "neo4j": lambda pair: end_to_end(neo4j, pair),
                        "SHORTEST": lambda pair: shortest(neo4j, pair),
                    },
                )
        found |= memory(embedded, pairs)
    found |= cold(file, pairs[:1])
    return found


# what is told -----------------------------------------------------------------------------------


def told(sizes: dict[int, dict[str, Any]]) -> str:
    """The results as Markdown: ratios first, then the milliseconds of this machine."""
    middle = {
        size: {name: statistics.median(values) for name, values in one.items() if name not in ("claims", "pairs")}
        for size, one in sizes.items()
    }
    smallest, largest = min(sizes), max(sizes)

    def row(name: str, aim: str, ratio: Callable[[int], float]) -> str:
        cells = []
        for size in sizes:
            try:
                cells.append(f"{ratio(size):.3g}")
            except KeyError:
                cells.append("-")
        return f"| {name} | {' | '.join(cells)} | {aim} |"

    def over(first: str, second: str) -> Callable[[int], float]:
        return lambda size: middle[size][first] / middle[size][second]

    def worst(name: str) -> Callable[[int], float]:
        return lambda size: max(sizes[size][name]) / middle[size][name]

    def hub(name: str) -> Callable[[int], float]:
        return lambda size: float(sizes[size][name][0] / middle[size][name])

    def grown(name: str) -> Callable[[int], float]:
        return lambda size: middle[size][name] / middle[smallest][name]

    heads = " | ".join(f"{size:,} claims" for size in sizes)
    lines = [
        f"| median of ten pairs | {heads} | aim |",
        f"| --- |{' ---: |' * len(sizes)} --- |",
        row("networkx `shortest_simple_paths` / search alone", "10 or more", over("networkx", "search")),
        row("networkx / search alone, nothing remembered of the graph", "", over("networkx", "search, first")),
        row("igraph k shortest paths / search alone", "", over("igraph", "search")),
        row("embedded, slice and search / Neo4j's `SHORTEST 10`", "at most 1", over("embedded", "SHORTEST")),
        row("Neo4j, slice and search / Neo4j's `SHORTEST 10`", "at most 3", over("neo4j", "SHORTEST")),
        row("pair with the hub / median, search alone", "at most 5", hub("search")),
        row("pair with the hub / median, embedded", "at most 5", hub("embedded")),
        row("slowest pair / median, search alone", "at most 5", worst("search")),
        row("slowest pair / median, embedded", "at most 5", worst("embedded")),
        row(f"search alone / the same at {smallest:,}", "less than 4", grown("search")),
        row(f"embedded / the same at {smallest:,}", "less than 4", grown("embedded")),
        row(f"memory of the search / the same at {smallest:,}", "less than 2", grown("memory of the search")),
        row(f"memory of a question, its slice included / the same at {smallest:,}", "", grown("memory")),
        row(
            "cold command beyond opening its store, seconds",
            "less than 1",
            lambda size: middle[size]["command"] - middle[size]["open"],
        ),
        "",
        f"| milliseconds on this machine | {heads} |",
        f"| --- |{' ---: |' * len(sizes)}",
    ]
    for name in ("search", "search, first", "networkx", "igraph", "embedded", "neo4j", "SHORTEST", "open", "command"):
        cells = [f"{middle[size][name] * 1000:.3g}" if name in middle[size] else "-" for size in sizes]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    others = {
        "memory of the search": "memory of the search, MB",
        "memory": "memory of a question, MB",
        "memory of the command": "memory of the whole command, MB",
        "claims of a slice": "claims of a slice, a number",
    }
    for name, told_as in others.items():
        lines.append(f"| {told_as} | {' | '.join(f'{middle[size][name]:.3g}' for size in sizes)} |")
    lines.append("")
    command = f"python -m bench.paths --claims {' '.join(map(str, sizes))}"
    return (
        f"## Paths\n\n`{command}`: ten pairs of a buyer and a chip\nwith paths between them, the first through a "
        f"hub with {largest // 10:,} customers at {largest:,} claims; K = {K}, at most {HOPS} hops.\nAll of a column "
        f"from one run, taking turns; medians of ten pairs, each the least of {2 * REPEATS}. The search ranks by\n"
        "evidence and stays inside scopes and dates; the yardsticks rank by hops only.\n\n" + "\n".join(lines)
    )


def write(section: str, file: Path) -> None:
    """Put the section in the place of the one that was there."""
    head, *parts = file.read_text(encoding="utf-8").rstrip().split("\n## ")
    parts = [section.removeprefix("## ").strip() + "\n" if part.startswith("Paths\n") else part for part in parts]
    file.write_text("\n## ".join([head, *parts]) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, help="keep the embedded databases here")
    parser.add_argument("--server", action="append", default=[], metavar="SIZE=URL")
    parser.add_argument("--write", action="store_true", help="write the section of bench/RESULTS.md")
    parser.add_argument("--debian", action="store_true", help="measure the packages of Debian alone")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    servers = dict(one.split("=", 1) for one in options.server)
    if options.measure:
        print(json.dumps(measure(options.measure, options.folder, servers.get(str(options.measure)))))
        return
    if options.debian:
        print(told_debian())
        return
    found = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        for size in options.claims:
            given = [f"--server={one}" for one in options.server]
            said = subprocess.run(
                [sys.executable, "-m", "bench.paths", f"--measure={size}", f"--folder={folder}", *given],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
            found[size] = json.loads(said.stdout)
            print(told(found), flush=True)
    real = told_debian()
    print(real)
    if options.write:
        write(f"{told(found)}\n\n{real}", Path(__file__).with_name("RESULTS.md"))


if __name__ == "__main__":
    main()
