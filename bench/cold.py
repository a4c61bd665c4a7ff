"""The cold command: `python -m bench.cold`; processor time of whole processes, beside `import networkx`.

Each command runs once to fill the cache and is then measured in turn with `python -c "import networkx"`; the median
of the ratios of neighbours counts, since what the machine does otherwise comes and goes in seconds. A path should
take at most three times that import. The page of `make demo` is written and measured, too.

`--against FOLDER` measures another copy of the repository in turn with this one.
"""

from __future__ import annotations

import argparse
import operator
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import make_environment

COMMANDS = (
    "--help",
    "path ByteDance H100",
    "show Oracle",
    "license H100 --to MY --hq CN",
    "close ByteDance H100",
    "exposure --buyers hq:CN --chips controlled",
    "path ByteDance H100 --html demo.html",
)
HERE = Path(__file__).parents[1]


def spend(command: list[str], folder: Path, home: Path) -> tuple[float, float]:
    """Return the seconds of the processor and of the clock that a command takes in a copy of the repository."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = make_environment(folder, XDG_CACHE_HOME=str(home / "cache"))
    done = subprocess.run(command, cwd=home, env=environment, stdout=subprocess.DEVNULL, timeout=600)
    taken, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, taken


def measure(command: str, against: Path | None, runs: int) -> str:
    """Return the row of a command: its times, and its ratios to the import and to the other copy."""
    own = [sys.executable, "-m", "graphkit", *command.split()]
    ways = {"own": (own, HERE), "import": ([sys.executable, "-c", "import networkx"], HERE)}
    if against:
        ways["other"] = own, against
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    size = ""
    with tempfile.TemporaryDirectory() as temporary:
        for name in ways:
            Path(temporary, name).mkdir()
        for run in range(runs + 1):
            for name, (arguments, folder) in ways.items():
                taken = spend(arguments, folder, Path(temporary, name))
                if run:  # the first fills the cache
                    spent[name].append(taken)
        page = Path(temporary, "own", "demo.html")
        if page.exists():
            size = f", a page of {page.stat().st_size:,} bytes"

    def ratio(name: str, which: int) -> float:
        columns = [[one[which] for one in spent[key]] for key in ("own", name)]
        return statistics.median(map(operator.truediv, *columns))

    processor, clock = (statistics.median(one[which] for one in spent["own"]) for which in (0, 1))
    beside = f" {ratio('other', 0):.3g} | {ratio('other', 1):.3g} |" if against else ""
    return f"| `{command}`{size} | {processor:.3g} | {clock:.3g} | {ratio('import', 0):.3g} |{beside}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="another copy of the repository")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    heads = ["second run", "processor s", "clock s", "/ `import networkx`"]
    if options.against:
        heads += ["processor / other copy", "clock / other copy"]
    print(f"| {' | '.join(heads)} |\n| --- |{' ---: |' * (len(heads) - 1)}")
    for command in COMMANDS:
        print(measure(command, options.against and options.against.resolve(), options.runs), flush=True)


if __name__ == "__main__":
    main()
