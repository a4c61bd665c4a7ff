"""Building a base and opening it: `python -m bench.opening [--claims 10000 100000 1000000] [--against OTHER]`.

A made supply chain per size, built into a file and asked for a path by a command of its own: seconds of the clock and
of the processor, and the most memory of the whole process. `--against` measures another copy of the repository on a
file that it has built itself, in turn with this one. `--listing` tells what a second `path` imports and opens.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench import make_environment

HERE = Path(__file__).parents[1]
PAIR = ("company-5", "chip-3")

_BUILD = """
import gc, json, sys, time
from pathlib import Path
from bench.supply_chain import supply_chain
from graphkit.engines import open_store
from graphkit.loading.load import load
gc.disable()
base = supply_chain(int(sys.argv[1]))
clock, processor = time.perf_counter(), time.process_time()
with open_store(sys.argv[2], readonly=False) as store:
    load(store, base)
print(json.dumps([time.perf_counter() - clock, time.process_time() - processor]))
"""

_LISTING = """
import sys
files = []
def note(event, given):
    if event == "open" and isinstance(given[0], str) and not given[0].endswith((".pyc", ".py")):
        files.append(given[0])
    if event == "sqlite3.connect":
        files.append(str(given[0]))
sys.addaudithook(note)
from graphkit.__main__ import main
sys.argv = ["graphkit", "path", "ByteDance", "H100"]
try:
    main()
finally:
    for name in list(sys.modules):
        print("module", name, file=sys.stderr)
    for name in files:
        print("file", name, file=sys.stderr)
"""


def spend(copy: Path, *arguments: str) -> tuple[float, float, float, str]:
    """Return the seconds of the clock and of the processor, the most MB, and the output of a process."""
    with tempfile.TemporaryFile("w+") as out:
        started = time.perf_counter()
        child = subprocess.Popen([sys.executable, *arguments], cwd=copy, env=make_environment(copy), stdout=out)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        taken = time.perf_counter() - started
        out.seek(0)
        if child.returncode not in (0, 1):
            raise SystemExit(f"{' '.join(arguments)} ended with {child.returncode}")
        return taken, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3, out.read()


def measure(size: int, copies: dict[str, Path], folder: Path, runs: int) -> list[str]:
    """Return the rows of a size: one for each copy of the repository."""
    built, asked = {}, {name: [] for name in copies}
    for name, copy in copies.items():
        file = folder / f"{name}-{size}.kgl"
        *_, most, said = spend(copy, "-c", _BUILD, str(size), str(file))
        clock, processor = json.loads(said)
        built[name] = f"{clock:.3g} | {processor:.3g} | {most:.3g} | {file.stat().st_size / 1e6:.3g}"
    for run in range(runs + 1):
        for name, copy in copies.items():
            command = ("-m", "graphkit", "path", *PAIR, "--db", str(folder / f"{name}-{size}.kgl"))
            spent = spend(copy, *command)[:3]
            if run:  # the first fills the caches
                asked[name].append(spent)
    return [
        f"| {size:,} claims, {name} | {built[name]} | "
        + " | ".join(f"{min(one[which] for one in asked[name]):.3g}" for which in range(3))
        + " |"
        for name in copies
    ]


def tell_listing() -> str:
    """Return what a second `path` imports and opens: modules by their package, files by name."""
    given = [sys.executable, "-c", _LISTING]
    for _ in range(2):
        done = subprocess.run(given, capture_output=True, text=True, cwd=HERE, env=make_environment(HERE))
    lines = [line.partition(" ")[::2] for line in done.stderr.splitlines()]
    packages = Counter(name.partition(".")[0] for what, name in lines if what == "module")
    files = Counter(Path(name).name for what, name in lines if what == "file")
    told = ", ".join(f"{name} {n}" for name, n in packages.most_common(12))
    return f"Modules: {sum(packages.values())}, of {told}.\nFiles opened: {', '.join(sorted(files))}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--against", type=Path, help="another copy of the repository")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--listing", action="store_true", help="tell what a second path imports and opens")
    options = parser.parse_args()
    if options.listing:
        print(tell_listing())
        return
    copies = {"this": HERE} | ({"other": options.against.resolve()} if options.against else {})
    heads = ["build, clock s", "processor s", "most MB", "file MB", "cold `path`, clock s", "processor s", "most MB"]
    print(f"|  | {' | '.join(heads)} |\n| --- |{' ---: |' * len(heads)}")
    with tempfile.TemporaryDirectory() as folder:
        for size in options.claims:
            print("\n".join(measure(size, copies, Path(folder), options.runs)), flush=True)


if __name__ == "__main__":
    main()
