"""Every command in whatever surroundings a machine gives it: encodings, terminals, homes, disks, streams, memory.

A command ends as it does elsewhere, or says in a line what it lacks; what it writes is whole or is not there.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import os
import pty
import random
import re
import shlex
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from graphkit.cli import main
from tests.command_line import small_base
from tests.counts import sample

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = f"{shlex.quote(sys.executable)} -m graphkit"
ARTICLE = "ByteDance rents servers with Nvidia H100 chips from Oracle in Malaysia, says the émigré Łukasz Ōsaka.\n"

#: Lines of every command with the exit code that each ends with elsewhere.
LINES: dict[str, int] = {
    "path acme h100 -f small": 0,
    "path acme h100 -f small --format json -o made.json": 0,
    "path acme h100 -f small --language fr --html made.html --brief made.docx": 0,
    "path loner h100 -f small": 1,
    "path nobody h100 -f small": 2,
    "exposure --buyers customers.csv --chips h100 -f small": 0,
    "exposure --buyers hq:land --chips h100 -f small --format xlsx -o made.xlsx": 0,
    "screen customers.csv -f small --format csv": 0,
    "screen - -f small < customers.csv": 0,
    "license H100 --to MY --buyer acme -f small": 0,
    "license H100 --to MY --hq CN --language fr --html made.html": 0,
    "chip H100": 0,
    "chip H100 --history --hq CN --format markdown -o made.md": 0,
    "whatif acme h100 --repeal US-2022-10 -f small": 0,
    "close acme h100 -f small": 0,
    "query": 0,
    "query who_rents_from -p provider=North -f small --html made.html": 0,
    "query --cypher 'MATCH (n:Company) RETURN n.name AS name ORDER BY name' -f small": 0,
    "query --cypher @- -f small --format json < own.cypher": 0,
    "show acme -f small": 0,
    "list -f small": 0,
    "list companies -f small --format csv": 0,
    "find rents -f small": 0,
    "check small": 0,
    "check broken": 2,
    "build small --db made.kgl": 0,
    "init made": 0,
    "ingest article.txt --into case": 0,
    "evaluate gold.jsonl --documents texts": 0,
    "review case --file-only": 0,
    "view -f small -o made.html": 0,
    "view acme -f small -o -": 0,
    "brief acme h100 -f small -o made.docx": 0,
    "brief acme h100 -f small -o - --language fr": 0,
    "site -f small --path acme h100 -o made": 0,
    "replay answer.json": 0,
    "completion bash": 0,
    "notebooks made": 0,
    "path --help": 0,
    "--version": 0,
    "pth": 2,
}


class Surrounding(NamedTuple):
    """A shell's line around a command, `{}`, and the codes that it may end with where it does not end as elsewhere.

    `lines` are those that it may say on standard error besides, `printed` that it prints the same as elsewhere.
    """

    line: str
    codes: tuple[int, ...] = ()
    lines: int = 0
    printed: bool = True


PLAIN = Surrounding("{}")
BROKEN_PIPE = 141
SURROUNDINGS = {
    **{
        f"encoding {name}": Surrounding(f"PYTHONIOENCODING={name} {{}}")
        for name in ("ascii", "latin-1", "cp1252", "cp437", "utf-16")
    },
    **{f"locale {name}": Surrounding(f"LC_ALL={name} PYTHONUTF8=0 {{}}") for name in ("C", "POSIX", "tr_TR", "none")},
    "coercion off": Surrounding("LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 {}"),
    **{f"{n} columns": Surrounding(f"COLUMNS={n} {{}}", lines=4, printed=False) for n in (1, 40)},
    "no HOME": Surrounding("env -u HOME -u XDG_CACHE_HOME {}", lines=1),
    "HOME is no folder": Surrounding("HOME=/dev/null XDG_CACHE_HOME= {}", lines=1),
    "HOME is empty": Surrounding("HOME= XDG_CACHE_HOME= {}", lines=1),
    "HOME is not there": Surrounding("HOME=/proc/none XDG_CACHE_HOME= {}", lines=1),
    "HOME has odd bytes": Surrounding("HOME=$PWD/../$'\\xff\\xfe' XDG_CACHE_HOME= {}", lines=1),
    "HOME has odd signs": Surrounding("HOME=$PWD/../$'a\\n\\'\"%s%d é' XDG_CACHE_HOME= {}"),
    "cache may not be written": Surrounding("XDG_CACHE_HOME=/proc {}", lines=1),
    "no temporary folder": Surrounding("TMPDIR=/proc/none {}", codes=(2, 3)),
    "output is full": Surrounding("{} > /dev/full", codes=(2,), lines=1, printed=False),
    "errors are full": Surrounding("{} 2> /dev/full"),
    "both are full": Surrounding("{} > /dev/full 2> /dev/full", codes=(2,), printed=False),
    "output is closed": Surrounding("{} >&-", printed=False),
    "errors are closed": Surrounding("{} 2>&-"),
    "input is closed": Surrounding("{} <&-"),
    "all are closed": Surrounding("{} <&- >&- 2>&-", printed=False),
    "reader of one line": Surrounding(
        "{} | head -n 1 > /dev/null; exit ${PIPESTATUS[0]}", (BROKEN_PIPE, 0), printed=False
    ),
    "reader that is gone": Surrounding("{} | true; exit ${PIPESTATUS[0]}", (BROKEN_PIPE, 0), printed=False),
    "reader of both is gone": Surrounding("{} 2>&1 | true; exit ${PIPESTATUS[0]}", (BROKEN_PIPE, 0), printed=False),
    "no room in files": Surrounding("trap '' XFSZ; ulimit -f 0; {}", codes=(2, 3), lines=1, printed=False),
    "little room in files": Surrounding("trap '' XFSZ; ulimit -f 8; {}", codes=(2, 3), lines=1, printed=False),
    "few files open": Surrounding("ulimit -n 8; {}", codes=(2, 3), lines=2, printed=False),
    **{
        f"memory of {kilobytes // 1000} MB": Surrounding(
            f"ulimit -v {kilobytes}; {{}}", codes=(3,), lines=2, printed=False
        )
        for kilobytes in (40_000, 60_000, 80_000, 100_000, 120_000, 150_000, 200_000, 300_000, 500_000)
    },
}


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the lines name."""
    place = tmp_path_factory.mktemp("surroundings") / "filled"
    small_base(place / "small")
    shutil.copytree(place / "small", place / "broken")
    (place / "broken" / "claims" / "alpha.csv").write_text(
        "subject,relation\nnobody\x1b[31m,LIKES\n", encoding="utf-8"
    )
    (place / "customers.csv").write_text("name,country\nACMÉ Labs,LD\n台積電,TW\n", encoding="utf-8")
    (place / "own.cypher").write_text("MATCH (n:Chip) RETURN n.name AS chip ORDER BY chip LIMIT 3", "utf-8")
    (place / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (place / "texts").mkdir()
    (place / "texts" / "one.txt").write_text(ARTICLE, encoding="utf-8")
    gold = {"doc": "one.txt", "sentence": 0, "subject": "ByteDance", "subject_kind": "Company", "status": "done"}
    gold |= {"relation": "LEASES_FROM", "object": "Oracle", "object_kind": "Company"}
    (place / "gold.jsonl").write_text(json.dumps(gold) + "\n", encoding="utf-8")
    for line in ("init case", "path acme h100 -f small --format json -o answer.json"):
        done = subprocess.run(
            f"{PROGRAM} {line}", shell=True, cwd=place, env=_environment(place), capture_output=True
        )
        assert done.returncode == 0, done.stderr
    return place


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR", "XDG_CACHE_HOME")}
    kept.setdefault("XDG_CACHE_HOME", str(folder.parent / "cache"))
    return {**kept, "PYTHONPATH": str(ROOT), "HOME": str(folder.parent), "COLUMNS": "100"}


class Ended(NamedTuple):
    """How a command ended: code, what it printed and said, the files of its folder."""

    code: int
    stdout: bytes
    stderr: str
    files: dict[str, bytes]


def ask_in(surrounding: Surrounding, line: str, workplace: Path, *, again: bool = False) -> Ended:
    """Run a line in a surrounding, in a copy of the workplace that always has the same name; `again` in that copy."""
    folder = workplace.parent / "here"
    if not again:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(workplace, folder)
    done = subprocess.run(
        ["bash", "-c", surrounding.line.replace("{}", f"{PROGRAM} {line}")],
        cwd=folder,
        env=_environment(workplace),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    files = {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
    return Ended(done.returncode, done.stdout, done.stderr.decode(errors="surrogateescape"), files)


def list_faults(surrounding: Surrounding, ended: Ended, plain: Ended) -> Iterator[str]:
    """Yield what is wrong with how a line ended, beside how it ends in no surrounding."""
    if ended.code not in {plain.code, *surrounding.codes}:
        yield f"exit code {ended.code}, elsewhere {plain.code}"
    if re.search(r"Traceback|Exception ignored|Error in sys|panicked|Segmentation|core dumped|\x1b", ended.stderr):
        yield "is no clean line"
    if ended.stderr.count("\n") > max(plain.stderr.count("\n"), 1) + surrounding.lines:
        yield "says more lines than are to be said"
    if ended.code not in (0, 1, BROKEN_PIPE) and "2>" not in surrounding.line and not ended.stderr.strip():
        yield "says nothing of why it failed"
    if (
        surrounding.printed
        and ended.code == plain.code
        and not _is_alike(ended.stdout, plain.stdout, surrounding.line)
    ):
        yield "prints something else"
    if left := [name for name in ended.files if _TEMPORARY.search(name)]:
        yield f"leaves {left}"
    if ended.code == plain.code:
        yield from _compare_files(ended, plain)


_TEMPORARY = re.compile(r"\.(tmp|part)\b|\.part-|\.writing\b|\.graphkit\.")


def _compare_files(ended: Ended, plain: Ended) -> Iterator[str]:
    for name in sorted(ended.files.keys() ^ plain.files.keys()):
        yield f"{name} is not there, or elsewhere is not"
    for name in ended.files.keys() & plain.files.keys():
        # a database, and the archives that documents and workbooks are, tell of the time at which they were made
        if not name.endswith((".kgl", ".xlsx", ".docx")) and ended.files[name] != plain.files[name]:
            yield f"{name} is not what is written elsewhere"


def _is_alike(printed: bytes, plain: bytes, line: str) -> bool:
    """Say whether what was printed is the same; of what an encoding cannot show, what is left."""
    if "PYTHONIOENCODING" in line or "LC_ALL" in line:
        return len(printed) >= len(plain) // 2
    return printed == plain


def test_every_command_is_asked() -> None:
    named = {shlex.split(line)[0] for line in LINES}
    assert set(main.commands) <= named


PAIRS = [
    (name, line)
    for name, line in itertools.product(SURROUNDINGS, LINES)
    if not ("<&-" in SURROUNDINGS[name].line and "<" in line)
]


#: Pairs that ended otherwise once, each for a reason of its own.
MET = [
    ("errors are closed", "pth"),
    ("reader of one line", "notebooks made"),
    ("reader of both is gone", "--version"),
    ("reader of both is gone", "path acme h100 -f small --language fr --html made.html --brief made.docx"),
    ("memory of 100 MB", "build small --db made.kgl"),
    ("no room in files", "init made"),
    ("memory of 40 MB", "chip H100 --history --hq CN --format markdown -o made.md"),
    ("memory of 100 MB", "query who_rents_from -p provider=North -f small --html made.html"),
    ("output is full", "replay answer.json"),
    ("little room in files", "exposure --buyers hq:land --chips h100 -f small --format xlsx -o made.xlsx"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "line"), sorted({*MET, *random.Random(13).sample(PAIRS, sample(8, len(PAIRS)))}))
def test_a_command_ends_alike_in_any_surrounding(name: str, line: str, workplace: Path) -> None:
    plain = ask_in(PLAIN, line, workplace)
    assert plain.code == LINES[line], plain.stderr
    ended = ask_in(SURROUNDINGS[name], line, workplace)
    faults = list(list_faults(SURROUNDINGS[name], ended, plain))
    assert not faults, (faults, ended.stderr, ended.stdout[-300:])
    if ended.code != plain.code:  # what it left is no fault of the next run
        healed = ask_in(PLAIN, line, workplace, again=True)
        assert healed.code == plain.code, healed.stderr
        assert not list(_compare_files(healed, plain))


@pytest.mark.slow
@pytest.mark.parametrize("line", sorted(random.Random(40).sample(sorted(LINES), sample(6, len(LINES)))))
def test_a_command_ends_alike_on_a_terminal_of_40_columns(line: str, workplace: Path) -> None:
    folder = workplace.parent / "there"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(workplace, folder)
    shown, edge = pty.openpty()
    fcntl.ioctl(edge, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    environment = {name: value for name, value in _environment(workplace).items() if name != "COLUMNS"}
    running = subprocess.Popen(
        ["bash", "-c", f"{PROGRAM} {line}"],
        cwd=folder,
        env={**environment, "TERM": "xterm", "PAGER": "cat"},
        stdin=subprocess.DEVNULL,
        stdout=edge,
        stderr=edge,
    )
    os.close(edge)
    printed = b""
    with contextlib.suppress(OSError):  # how a terminal says that nobody writes to it any more
        while read := os.read(shown, 65_536):
            printed += read
    os.close(shown)
    assert running.wait(timeout=120) == LINES[line]
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", printed.decode()).replace("\r\n", "\n")
    assert "Traceback" not in text and "\x1b" not in text
