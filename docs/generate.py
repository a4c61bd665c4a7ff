"""Write into README.md and docs/ what they take from the code, or check that it is current.

    python docs/generate.py            write
    python docs/generate.py --check    change nothing; exit 1 naming each place that is not current

docs/answer.yaml says which lines of an answer the README explains. Each abbreviation that a command of the pages
prints must have its line in docs/glossary.md.

What stands between marks such as `kinds`, `relations` or `commands` is taken from the code, and so is
the output of the `$ ` lines in each block that opens with ```console (`first=N width=M` after the
word shows the first N, cut to M signs; `last=N` the last). Every line of a ```sh block and every
```python block is run and must succeed; a line may end with `# exit N`. Each page's commands run
in a folder of their own that holds a copy of docs/my-base.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
import yaml

from graphkit import ontology

if TYPE_CHECKING:
    from graphkit.rules.reference import Comparison

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(
    r"^```(?P<kind>console|sh|python)(?: (?P<end>first|last)=(?P<lines>\d+) width=(?P<width>\d+))?\n"
    r"(?P<body>.*?)^```$",
    re.M | re.S,
)


#: Capitals of two signs and more, control paragraphs, country groups, routes.
ABBREVIATION = re.compile(
    r"(?<![\w.:/#=-])(?:\d[A-Z]\d{3}(?:\.[a-z])?|[A-E]:\d|R\d{1,2}|[A-Z][A-Z0-9]+(?:[./][A-Z0-9]+)*|[A-Z](?:\.[A-Z])+)(?![\w:=-])"
)


class Failed(Exception):
    """A command or an example that does not do what the page says."""


class Shell:
    """Runs a page's commands in a folder of its own, which is also their home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "docs" / "my-base", folder / "my-base")
        kept = {
            name: os.environ[name] for name in ("LANG", "PYTHONPATH", "SYSTEMROOT", "TMPDIR") if name in os.environ
        }
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        self.printed: dict[str, str] = {}
        self.environment = {**kept, "PATH": path, "HOME": str(folder), "COLUMNS": "100", "NO_COLOR": "1"}

    def run(self, command: str, expected: int = 0) -> str:
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=self.folder,
            env=self.environment,
            text=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=300,
            encoding="utf-8",
        )
        if done.returncode != expected:
            raise Failed(f"`{command}` ended with {done.returncode}, not {expected}: {done.stderr.strip()[-400:]}")
        shown = done.stdout if expected == 0 else done.stdout + done.stderr
        self.printed[command] = shown
        return shown.replace(str(self.folder.resolve()), "/home/you").replace(str(self.folder), "/home/you")

    def python(self, code: str) -> None:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            cwd=self.folder,
            env=self.environment,
            text=True,
            capture_output=True,
            timeout=300,
        )
        if done.returncode:
            raise Failed(f"a Python example fails: {done.stderr.strip()[-400:]}")


def expected_code(line: str) -> tuple[str, int]:
    command, _, code = line.partition("# exit ")
    return command.strip(), int(code or 0)


def block(match: re.Match[str], shell: Shell) -> str:
    """The block as it should be; runs what is in it."""
    body = match["body"]
    if match["kind"] == "python":
        shell.python(body)
        return match[0]
    if match["kind"] == "sh":
        for line in body.splitlines():
            shell.run(*expected_code(line))
        return match[0]
    shown = []
    for line in (line for line in body.splitlines() if line.startswith("$ ")):
        output = shell.run(*expected_code(line[2:])).rstrip().splitlines()
        limit, width = int(match["lines"] or len(output)), int(match["width"] or 10_000)
        kept = output[-limit:] if match["end"] == "last" else output[:limit]
        texts = [cut(text.rstrip(), width) for text in kept]
        omitted = ["..."] if len(output) > limit else []
        shown += [line, *omitted, *texts] if match["end"] == "last" else [line, *texts, *omitted]
    opening = match[0].splitlines()[0]
    return "\n".join([opening, *shown, "```"])


def cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 4]} ..."


def table_of_relations() -> str:
    rows = ["| relation | from → to | meaning |", "| --- | --- | --- |"]
    for relation in ontology.RELATIONS.values():
        ends = "<br>".join(f"{subject} → {object_}" for subject, object_ in relation.ends)
        name = f"**{relation.name}**" if relation.access else relation.name
        rows.append(f"| {name} | {ends} | {relation.description} |")
    return "\n".join(rows)


def table_of_kinds() -> str:
    rows = ["| kind | what it is |", "| --- | --- |"]
    rows += [f"| {kind.name} | {kind.description} |" for kind in ontology.KINDS.values()]
    return "\n".join(rows)


def table_of_statuses() -> str:
    rows = ["| status | meaning |", "| --- | --- |"]
    rows += [f"| {status.name} | {status.description} |" for status in ontology.STATUSES.values()]
    return "\n".join(rows)


def table_of_confidences() -> str:
    rows = ["| confidence | number |", "| --- | --- |"]
    rows += [f"| {name} | {number} |" for name, number in ontology.CONFIDENCES.items()]
    return "\n".join(rows)


def _comparisons() -> list[Comparison]:
    from graphkit.factbase import find_shipped_seeds, read_rulebook
    from graphkit.rules.reference import compare_with_reference

    return compare_with_reference(read_rulebook(), find_shipped_seeds())


def table_of_chips() -> str:
    from graphkit.rules.reference import VERSIONS

    found = _comparisons()
    titles = [title for title, _, _ in VERSIONS]
    rows = [f"| chip | {' | '.join(titles)} | figures |", "| --- " * (len(titles) + 2) + "|"]
    for start in range(0, len(found), len(titles)):
        cells = [one.computed + ("" if one.agree else " \\*") for one in found[start : start + len(titles)]]
        chip = found[start].chip
        rows.append(f"| {chip.name} | {' | '.join(cells)} | {chip.confidence} |")
    return "\n".join(rows)


def table_of_disagreements() -> str:
    rows = ["| chip | version | engine | reference | TPP | density | I/O GB/s |", "| --- " * 7 + "|"]
    for one in _comparisons():
        if not one.agree:
            chip = one.chip
            figures = [
                "?" if value is None else f"{value:g}"
                for value in (chip.tpp, chip.density and round(chip.density, 2), chip.io_bidirectional_gb_s)
            ]
            said = (chip.name, one.version, one.computed, one.reference, *figures)
            rows.append(f"| {' | '.join(said)} |")
    return "\n".join(rows)


def table_of_regulations() -> str:
    from graphkit.factbase import read_rulebook

    rows = ["| id | kind | name | citation | in force | how sure | last checked |", "| --- " * 7 + "|"]
    for one in read_rulebook().regulations:
        ended = f" to {one.ended}" if one.ended else ""
        since = "proposed" if one.proposal else f"{one.effective or 'not modelled'}{ended}"
        cited = f"[{one.citation}]({one.addresses[0]})" if one.addresses else one.citation
        said = (one.id, one.kind, one.name, cited, since, one.confidence, one.verified or "never")
        rows.append(f"| {' | '.join(said)} |")
    return "\n".join(rows)


def table_of_the_unmodelled() -> str:
    from graphkit.factbase import read_rulebook

    rows = ["| rule | what it says and nothing here weighs |", "| --- " * 2 + "|"]
    rows += [
        f"| {one.id} | {'; '.join(one.not_evaluated)} |" for one in read_rulebook().regulations if one.not_evaluated
    ]
    return "\n".join(rows)


def table_of_routes() -> str:
    from graphkit.factbase import read_rulebook

    rows = ["| route | name | the rules reach | the rules do not reach |", "| --- " * 4 + "|"]
    rows += [
        f"| {one.id} | {one.name} | {one.covered} | {one.not_covered} |"
        for one in sorted(read_rulebook().routes, key=lambda one: int(one.id[1:]))
    ]
    return "\n".join(rows)


def table_of_exit_codes() -> str:
    from graphkit.cli.common import EXIT_CODES

    rows = ["| code | it says |", "| --- | --- |"]
    return "\n".join([*rows, *(f"| {code} | {said} |" for code, said in EXIT_CODES.items())])


def table_of_the_answer() -> str:
    """The lines of an answer that docs/answer.yaml names, each with what it says."""
    told = yaml.safe_load((ROOT / "docs" / "answer.yaml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        printed = Shell(Path(folder)).run(told["command"]).splitlines()
    rows = ["| line | what it says |", "| --- | --- |"]
    for one in told["lines"]:
        found = next((line for line in printed if re.search(one["line"], line)), None)
        if found is None:
            raise Failed(f"docs/answer.yaml: no line of `{told['command']}` matches {one['line']!r}")
        line = textwrap.shorten(found, 76, placeholder=" ...").replace("|", "\\|")
        rows.append(f"| `{line}` | {one['says']} |")
    return "\n".join(rows)


def counts_of_the_base() -> str:
    """What the shipped base holds, and up to which day."""
    from graphkit.factbase import read_factbase, read_rulebook

    base = read_factbase()
    last = max(one.published for one in base.documents if one.published)
    publishers = len({one.publisher for one in base.documents if one.publisher})
    rules = read_rulebook()
    return (
        f"{len(base.claims):,} claims of {len(base.documents):,} documents by {publishers:,} publishers, "
        f"the latest of {last}; {len(rules.regulations)} rules, bills and lists as dated data, "
        f"law as of {rules.verified}."
    )


def _read_glossary() -> set[str]:
    """The terms of the glossary: several in a cell are separated by commas."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| ([^|]+) \|", text, re.M)
    return {term.strip(" `") for cell in cells for term in cell.split(",")}


def list_unexplained(printed: dict[str, str]) -> list[str]:
    """Each abbreviation that commands print and the glossary has no line for, with a command that prints it.

    Names explain themselves, of whatever is in the base and of documents and who published them; so do the ids of
    rules, the relations, the codes of countries and the words of Cypher.
    """
    from graphkit.factbase import read_factbase, read_rulebook

    base, rules = read_factbase(), read_rulebook()
    named = [name for one in base.entities if one.kind != "Regulation" for name in (one.id, one.name, *one.aliases)]
    named += [name for one in base.documents for name in (one.name, one.publisher or "", one.cites or "")]
    named += [one.attribution for one in base.claims if one.attribution]
    known = {word for text in named for word in ABBREVIATION.findall(text)}
    known |= {*ontology.RELATIONS, *(one.id for one in rules.regulations)}
    known |= {code for one in rules.regions for code in (one.iso2, one.iso3) if code}
    known |= {
        word for file in (ROOT / "cypher").glob("*.cypher") for word in ABBREVIATION.findall(file.read_text("utf-8"))
    }
    known |= _read_glossary()
    return [
        f"docs/glossary.md has no line for {word!r}, which `{command}` prints"
        for word, command in sorted(
            {word: command for command, text in printed.items() for word in ABBREVIATION.findall(text)}.items()
        )
        if word not in known
    ]


def commands() -> str:
    from graphkit.cli import main as program

    return "\n\n".join(_pages_of(program, "graphkit", None))


def _pages_of(command: click.Command, name: str, parent: click.Context | None) -> Iterator[str]:
    settings = {**command.context_settings, "max_content_width": 80, "terminal_width": 80}
    context = click.Context(command, parent, name, **settings)
    heading = "#" * (2 if parent is None else 3)
    yield f"{heading} {context.command_path}\n\n```text\n{command.get_help(context).rstrip()}\n```"
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            if found is not None and not found.hidden:
                yield from _pages_of(found, child, context)


GENERATED: dict[str, Callable[[], str]] = {
    "answer": table_of_the_answer,
    "base": counts_of_the_base,
    "kinds": table_of_kinds,
    "relations": table_of_relations,
    "statuses": table_of_statuses,
    "confidences": table_of_confidences,
    "chips": table_of_chips,
    "disagreements": table_of_disagreements,
    "regulations": table_of_regulations,
    "unmodelled": table_of_the_unmodelled,
    "routes": table_of_routes,
    "commands": commands,
    "exit codes": table_of_exit_codes,
}


def page(text: str, shell: Shell) -> tuple[str, list[str]]:
    """The page's text as it should be, and the examples that fail."""
    failures: list[str] = []

    def made_block(match: re.Match[str]) -> str:
        try:
            return block(match, shell)
        except Failed as failure:
            failures.append(str(failure))
            return match[0]

    for mark, made in GENERATED.items():
        opening, closing = f"<!-- {mark} -->", f"<!-- /{mark} -->"
        if opening in text:
            head, rest = text.split(opening, 1)
            try:
                text = f"{head}{opening}\n{made()}\n{closing}{rest.split(closing, 1)[1]}"
            except Failed as failure:
                failures.append(str(failure))
    return BLOCK.sub(made_block, text), failures


def stale(*, write: bool = False) -> list[str]:
    """Each place that is not current, in one line; with `write`, mended where that can be."""
    found = []
    for path in PAGES:
        text, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT)
        with tempfile.TemporaryDirectory() as folder:
            shell = Shell(Path(folder))
            new, failures = page(text, shell)
        failures += list_unexplained(shell.printed)
        found += [f"{name}: {failure}" for failure in failures]
        if new != text and write:
            path.write_text(new, encoding="utf-8", newline="\n")
        elif new != text:
            found.append(f"{name} is not current: run `make docs`")
    return found


def stale_schemas(*, write: bool = False) -> list[str]:
    """Each schema of an answer that is not what its record says; with `write`, all written anew."""
    from graphkit.answers import schemas

    held = {file.name for file in schemas.FOLDER.glob("*.schema.json")}
    made = {schemas.find_schema_file(name).name: schemas.encode_schema(name) for name in schemas.ANSWERS}
    wrong = held ^ made.keys() | {
        name for name in held & made.keys() if (schemas.FOLDER / name).read_text(encoding="utf-8") != made[name]
    }
    if write:
        schemas.write_schemas()
    return [] if write else [f"graphkit/schema/{name} is not current: run `make docs`" for name in sorted(wrong)]


def main() -> int:
    parser = argparse.ArgumentParser(description="Write or check what the docs take from the code.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if something is not current")
    write = not parser.parse_args().check
    faults = [*stale_schemas(write=write), *stale(write=write)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
