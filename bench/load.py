"""Loading a fact base: `python -m bench.load [--claims 1000000] [--only embedded]`.

From files, checks and progress included, on both engines, beside a bare trial (rows made ahead,
one label, no check), row-by-row MERGE, and `neo4j-admin database import`. Every measurement is a
process of its own, so that its memory is its own. Neo4j is the tests' server (or NEO4J_TEST_URI).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from graphkit.engines import Store, open_store
from graphkit.engines.properties import get_claim_properties, get_entity_properties
from graphkit.factbase import hash_content, read_factbase
from graphkit.loading import load as loading
from tests.neo4j_server import PASSWORD, Server

_KINDS = {"Company": 55, "Datacenter": 25, "Product": 10, "Chip": 5, "Region": 3, "Regulation": 1, "Agency": 1}
_SHARES = {
    ("LEASES_FROM", "Company", "Company"): 22,
    ("BUYS_FROM", "Company", "Company"): 15,
    ("OPERATES", "Company", "Datacenter"): 15,
    ("HOSTS", "Datacenter", "Chip"): 15,
    ("LOCATED_IN", "Datacenter", "Region"): 8,
    ("USES", "Company", "Chip"): 8,
    ("OWNS", "Company", "Product"): 6,
    ("HEADQUARTERED_IN", "Company", "Region"): 5,
    ("INVESTS_IN", "Company", "Company"): 4,
    ("RESTRICTS", "Regulation", "Chip"): 1,
    ("INVESTIGATES", "Agency", "Company"): 1,
}
_COLUMNS = (
    "subject",
    "relation",
    "object",
    "status",
    "confidence",
    "attribution",
    "sentence",
    "summary",
    "since",
    "chips",
    "quantity",
    "unit",
)
_PER_DOCUMENT = 1_000


def write_base(folder: Path, entities: int, claims: int, seed: int = 1) -> None:
    """Write a fact base of this many entities and claims as files; a seed gives the same one always."""
    rng = random.Random(seed)
    (folder / "claims").mkdir(parents=True)
    by_kind = {
        kind: [f"{kind.lower()}-{n:06}" for n in range(max(5, entities * share // 100))]
        for kind, share in _KINDS.items()
    }
    with _table(folder / "entities.csv", ("id", "name", "kind", "aliases", "generic", "note")) as write:
        for kind, ids in sorted(by_kind.items(), key=lambda one: one[0].lower()):
            for n, id_ in enumerate(ids):
                write((id_, f"{kind} Number {n}", kind, f"{kind[:4]}. {n}" if n % 3 == 0 else "", "", ""))
    documents = [f"document-{n:05}" for n in range(claims // _PER_DOCUMENT)]
    with _table(
        folder / "documents.csv",
        (
            "id",
            "name",
            "publisher",
            "published",
            "published_basis",
            "language",
            "url",
            "reliability",
            "cites",
            "file",
        ),
    ) as write:
        for n, id_ in enumerate(documents):
            published = f"20{10 + n % 16}-0{1 + n % 9}"
            write((id_, f"Document {n}", f"Publisher {n % 300}", published, "", "en", "", "", "", ""))
    shapes, weights = list(_SHARES), list(_SHARES.values())
    for id_ in documents:
        with _table(folder / "claims" / f"{id_}.csv", _COLUMNS) as write:
            for n, (relation, of, to) in enumerate(rng.choices(shapes, weights, k=_PER_DOCUMENT)):
                subject, object_ = rng.choice(by_kind[of]), rng.choice(by_kind[to])
                while subject == object_:
                    object_ = rng.choice(by_kind[to])
                sold = relation == "BUYS_FROM"
                chips = rng.choice(by_kind["Chip"]) if relation == "LEASES_FROM" and n % 2 else ""
                write(
                    (
                        subject,
                        relation,
                        object_,
                        "done" if n % 9 else "planned",
                        "likely",
                        "",
                        n,
                        f"The document says that number {n} is so, and in its own words how.",
                        f"20{10 + n % 16}",
                        chips,
                        f">{n}" if sold else "",
                        "chips" if sold else "",
                    )
                )


@contextmanager
def _table(path: Path, columns: tuple[str, ...]) -> Iterator[Callable[[tuple[object, ...]], object]]:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        yield writer.writerow


# what each process measures -----------------------------------------------------------------


def whole(folder: Path, url: str) -> dict[str, float]:
    """From the files to the database, checks and progress included; then again, unchanged."""
    clock = _Clock()
    base = read_factbase(folder)
    reading, records = clock.times(), _peak()
    with open_store(url, readonly=False) as store:
        loading.load(store, base, lambda done, total: print(done, total, end="\r", file=sys.stderr))
    return {**clock.times(), "reading cpu": reading["cpu"], "records MB": records, "peak MB": _peak()}


def again(folder: Path, url: str) -> dict[str, float]:
    """The unchanged base once more, in a fresh process, by the content hash of its files."""
    clock = _Clock()
    with open_store(url) as store:
        assert loading.is_loaded(store, hash_content(folder), [folder.name])
    return clock.times()


def checked_again(folder: Path, url: str) -> dict[str, float]:
    """The unchanged base read, checked and loaded once more."""
    return whole(folder, url)


def bare(folder: Path, url: str) -> dict[str, float]:
    """The same rows, made ahead: UNWIND batches of 5,000 and nothing else."""
    base = read_factbase(folder)
    nodes: dict[str, list[dict[str, Any]]] = {}
    for one in base.entities:
        nodes.setdefault(one.kind, []).append(get_entity_properties(one))
    edges: dict[str, list[dict[str, Any]]] = {}
    for claim in base.claims:
        row = {"a": claim.subject, "b": claim.object, "props": get_claim_properties(claim)}
        edges.setdefault(claim.relation, []).append(row)
    with open_store(url, readonly=False) as store:
        store.write("CREATE CONSTRAINT graphkit_entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE")
        clock = _Clock()
        for kind, rows in nodes.items():
            create = f"CREATE (n:Entity:{kind} {{id: row.id, name: row.name}}) SET n += row"
            _batches(store, f"UNWIND $rows AS row {create}", rows)
        for relation, rows in edges.items():
            _batches(
                store,
                "UNWIND $rows AS row MATCH (a:Entity {id: row.a}) MATCH (b:Entity {id: row.b}) "
                f"CREATE (a)-[r:{relation}]->(b) SET r = row.props",
                rows,
            )
    return clock.times()


def row_by_row(folder: Path, url: str) -> dict[str, float]:
    """MERGE, one claim to a transaction, ends found by an index; as many as fit in twenty seconds, once warm."""
    claims = read_factbase(folder).claims
    with open_store(url, readonly=False) as store:
        store.write("CREATE CONSTRAINT row_id IF NOT EXISTS FOR (n:Row) REQUIRE n.id IS UNIQUE")
        done = 0
        for done, claim in enumerate(claims):
            if done == 200:
                started = time.perf_counter()
            if done > 200 and time.perf_counter() - started > 20:
                break
            store.write(
                f"MERGE (a:Row {{id: $a}}) MERGE (b:Row {{id: $b}}) MERGE (a)-[r:{claim.relation} {{id: $id}}]->(b) "
                "SET r += $props",
                {"a": claim.subject, "b": claim.object, "id": claim.id, "props": get_claim_properties(claim)},
            )
        took = time.perf_counter() - started
    return {"a second": (done - 200) / took}


def admin_import(folder: Path, home: str) -> dict[str, float]:
    """`neo4j-admin database import full` of the same records, from CSV files made ahead."""
    base = read_factbase(folder)
    files = Path(home).parent
    with _table(files / "nodes.csv", ("id:ID", "name", "kind", "folded", ":LABEL")) as write:
        for one in base.entities:
            write((one.id, one.name, one.kind, one.name.lower(), f"Entity;{one.kind}"))
    names = ("id", "document", "status", "confidence", "summary", "locator", "since")
    with _table(files / "edges.csv", (":START_ID", ":END_ID", ":TYPE", *names)) as write:
        for claim in base.claims:
            write((claim.subject, claim.object, claim.relation, *(getattr(claim, name) or "" for name in names)))
    server = Server(Path(home))
    clock = _Clock()
    server.admin(
        "database",
        "import",
        "full",
        "neo4j",
        f"--nodes={files / 'nodes.csv'}",
        f"--relationships={files / 'edges.csv'}",
        f"--report-file={files / 'report'}",
        "--overwrite-destination",
    )
    times = clock.times()
    server.remove()
    return times


def _batches(store: Store, cypher: str, rows: list[dict[str, Any]]) -> None:
    remaining = iter(rows)
    while batch := list(islice(remaining, 5_000)):
        store.write(cypher, {"rows": batch})


class _Clock:
    """Wall and processor seconds of this process and of those it has waited for."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), _cpu()

    def times(self) -> dict[str, float]:
        return {"seconds": time.perf_counter() - self.wall, "cpu": _cpu() - self.cpu}


def _cpu() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# all of them ---------------------------------------------------------------------------------


def measured(
    what: Callable[..., dict[str, float]], folder: Path, url: str, server: Server | None = None
) -> dict[str, float]:
    """Run one measurement in a process of its own; a server's processor seconds count with it."""
    before = _server_cpu(server)
    said = subprocess.run(
        [sys.executable, "-m", "bench.load", "--measure", what.__name__, str(folder), url],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, float] = json.loads(said.stdout)
    if server is not None:
        found["server cpu"] = _server_cpu(server) - before
    print(f"{what.__name__:>14}", ", ".join(f"{name} {value:.1f}" for name, value in found.items()), flush=True)
    return found


def _server_cpu(server: Server | None) -> float:
    if server is None or server.process is None:
        return 0.0
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def size(path: Path) -> float:
    """Size of a file or folder in MB."""
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--entities", type=int)
    parser.add_argument("--only", choices=("embedded", "neo4j"))
    parser.add_argument("--measure", nargs=3)
    options = parser.parse_args()
    if options.measure:
        what, folder, url = options.measure
        print(json.dumps(globals()[what](Path(folder), url)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        folder = work / "made"
        write_base(folder, options.entities or options.claims // 10, options.claims)
        if options.only != "neo4j":
            file = work / "graph.kgl"
            measured(bare, folder, str(work / "bare.kgl"))
            measured(whole, folder, str(file))
            print(f"disk {size(file):.0f} MB, files {size(folder):.0f} MB")
            measured(again, folder, str(file))
            measured(checked_again, folder, str(file))
            measured(row_by_row, folder, str(work / "row.kgl"))
        if options.only != "embedded":
            os.environ.update(NEO4J_USERNAME="neo4j", NEO4J_PASSWORD=PASSWORD)
            for steps in ((bare,), (whole, again, checked_again), (row_by_row,)):
                server = Server(work / "home", tests=False)
                try:
                    server.start()
                    for step in steps:
                        measured(step, folder, server.url, server)
                    print(f"disk {size(work / 'home' / 'data'):.0f} MB")
                finally:
                    server.remove()
            measured(admin_import, folder, str(work / "home"))
            shutil.rmtree(work / "home", ignore_errors=True)


if __name__ == "__main__":
    main()
