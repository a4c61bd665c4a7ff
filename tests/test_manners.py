"""Manners of the command line: help that fits and runs, completion, settings, streams, colours, progress."""

from __future__ import annotations

import ast
import json
import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from graphkit.cli import main
from graphkit.cli.common import EXIT_CODES
from graphkit.cli.completion import COMPLETIONS, SHELLS
from graphkit.cli.groups import ALIASES, COMMANDS, OPTIONS
from tests.command_line import ask, excerpt_base, run, small_base
from tests.counts import choose, sample

ROOT = Path(__file__).resolve().parent.parent
NAMES = sorted(main.commands)
PROGRAM = (sys.executable, "-m", "graphkit")


@pytest.fixture(autouse=True, scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        patch.setenv("COLUMNS", "100")
        patch.setenv("PYTHONPATH", str(ROOT))
        yield


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_base(tmp_path_factory.mktemp("small") / "small")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, in which no user has settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


# help -------------------------------------------------------------------------------------


def help_of(*words: str) -> str:
    return run(*words, "--help").stdout


def examples_of(text: str) -> list[str]:
    return [line.strip() for line in text.partition("Examples:\n")[2].partition("\n\n")[0].splitlines()]


def list_next(text: str) -> list[str]:
    """Return the commands that a page of help names as next."""
    said = " ".join(text.partition("  Next: ")[2].partition("\n\n")[0].split())
    return said.split(", ")


@pytest.mark.parametrize("words", [[], *([name] for name in NAMES)], ids=" ".join)
def test_a_page_of_help_fits_80_columns_and_names_examples_and_what_comes_next(words: list[str]) -> None:
    text = help_of(*words)
    assert [line for line in text.splitlines() if len(line) > 80 or line.rstrip().endswith("...")] == []
    examples = examples_of(text)
    assert 2 <= len(examples) <= 3
    assert examples[0].startswith(" ".join(["graphkit", *words]))
    assert all(example.startswith("graphkit ") for example in examples)
    commands = list_next(text)
    assert commands and {one.split()[1] for one in commands} <= {*NAMES}


@pytest.mark.parametrize("columns", [30, 40, 60])
def test_a_page_of_help_fits_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """Examples are commands, which are never broken; a term without a blank cannot be."""
    monkeypatch.setenv("COLUMNS", str(columns))
    for words in ([], *([name] for name in NAMES)):
        lines = [line for line in help_of(*words).splitlines() if not line.startswith("    graphkit ")]
        wide = [line for line in lines if len(line) > columns and " " in line.strip()]
        assert [line for line in wide if not re.match(r" +-[-\w, ]+ \S+$", line)] == [], words
        assert [line for line in lines if line.rstrip().endswith("...")] == []


def test_what_is_printed_names_no_page_that_a_wheel_has_not() -> None:
    """Docstrings of modules may name the docs of a checkout: nobody is shown them."""
    for file in sorted((ROOT / "graphkit").rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        told = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, _DOCUMENTED) and _opens(node)}
        texts = [one for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        assert [one.value for one in texts if "docs/" in one.value and id(one) not in told] == [], file


_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _opens(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return bool(node.body) and isinstance(node.body[0], ast.Expr)


def test_every_command_stands_in_a_group_and_every_group_holds_commands() -> None:
    grouped = [name for names in COMMANDS.values() for name in names]
    assert sorted(grouped) == NAMES
    text = help_of()
    assert [title for title in COMMANDS if f"\n{title}:\n" not in text] == []
    assert "More:" not in text


def test_options_stand_in_groups() -> None:
    text = help_of("path")
    titles = re.findall(r"^([A-Z][a-z ]+):$", text, re.MULTILINE)
    assert titles == ["Options", *OPTIONS]
    filters = text.partition("\nFilters:\n")[2].partition("\n\n")[0]
    assert "--known-by" in filters and "--max-hops" not in filters


def test_exit_codes_are_on_the_first_page() -> None:
    text = help_of()
    for code, said in EXIT_CODES.items():
        assert re.search(rf"^ +{code}  {re.escape(said)}$", text, re.MULTILINE)


def test_without_a_command_the_first_page_is_shown() -> None:
    assert run().stdout == help_of()


@pytest.mark.parametrize(("wrong", "meant"), [("pth", "path"), ("exposur", "exposure"), ("licens", "license")])
def test_a_misspelt_command_is_told(wrong: str, meant: str) -> None:
    assert f"did you mean {meant}" in run(wrong, code=2).stderr


@pytest.mark.parametrize(("other", "name"), ALIASES.items())
def test_a_command_has_another_word(other: str, name: str) -> None:
    asked = ("H100", "--to", "MY", "--hq", "CN", "--on", "2024")
    assert run(other, *asked).stdout == run(name, *asked).stdout


def prepare_examples(folder: Path) -> None:
    """Make the files that examples name."""
    shutil.copytree(ROOT / "docs" / "my-base", folder / "my-base")
    (folder / "customers.csv").write_text("name,country\nByteDance Ltd.,KY\nOracle Glass,DE\n", encoding="utf-8")
    article = "ByteDance rents servers with Nvidia H100 chips from Oracle in the United States.\n"
    (folder / "article.txt").write_text(article, encoding="utf-8")
    (folder / "article.html").write_text(f"<html><body><p>{article}</p></body></html>", encoding="utf-8")
    (folder / "question.cypher").write_text("MATCH (n:Chip) RETURN n.name AS chip ORDER BY chip LIMIT 3", "utf-8")
    rules = (ROOT / "seeds" / "regulations.yaml").read_text(encoding="utf-8").partition("\n- id: ")
    first = rules[2].partition("\n- id: ")[0].splitlines()
    renamed = ["- id: MY-RULE", *first[1:]]
    (folder / "my-rules.yaml").write_text("\n".join(renamed) + "\n", encoding="utf-8")
    asked = [*PROGRAM, "path", "ByteDance", "H100", "--html", "page.html", "--format", "json", "-o", "answer.json"]
    subprocess.run(asked, cwd=folder, check=True, capture_output=True)
    excerpt_base(folder / "excerpt", "bytedance,LEASES_FROM", "h20")
    (folder / "texts").mkdir()
    (folder / "texts" / "one.txt").write_text(article, encoding="utf-8")
    gold = {"doc": "one.txt", "sentence": 0, "subject": "ByteDance", "subject_kind": "Company"}
    gold |= {"relation": "LEASES_FROM", "object": "Oracle", "object_kind": "Company", "status": "done"}
    (folder / "gold.jsonl").write_text(json.dumps(gold) + "\n", encoding="utf-8")


EXAMPLES = [example for name in NAMES for example in examples_of(help_of(name))]
NEXT = [command for words in ([], *([name] for name in NAMES)) for command in list_next(help_of(*words))]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("workplace")
    prepare_examples(place)
    for words in (
        ["init", "my-case"],
        ["ingest", "article.txt", "--into", "my-case"],
        ["build", "my-base", "--db", "my-base.kgl"],
        ["brief", "ByteDance", "H100", "-o", "brief.docx"],
    ):
        subprocess.run([*PROGRAM, *words], cwd=place, check=True, capture_output=True)
    return place


@pytest.mark.slow
@pytest.mark.parametrize(
    "example",
    choose(
        (
            one
            for one in dict.fromkeys([*examples_of(help_of()), *EXAMPLES, *NEXT])
            if not one.startswith("graphkit site") or sample(0, 1)  # those of a site: test_site.py
        ),
        16,
    ),
)
def test_what_a_page_of_help_names_runs(workplace: Path, example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = example.replace("graphkit", " ".join(PROGRAM), 1)
    if example == "graphkit review my-case":
        command += " --file-only"  # the page is served until somebody ends it
    elif example.startswith("graphkit site"):
        command += " -f excerpt"  # the site of all that is shipped is that of test_site.py
    if not set(example) & set("|<>*;&$~"):
        monkeypatch.chdir(workplace)
        run(*shlex.split(command)[len(PROGRAM) :])
        return
    done = subprocess.run(["/bin/sh", "-c", command], cwd=workplace, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


# completion ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_gets_its_program(shell: str, folder: Path) -> None:
    text = run("completion", shell).stdout
    assert "_GRAPHKIT_COMPLETE" in text and "graphkit" in text
    run("completion", shell, "-o", folder / "lines")
    assert (folder / "lines").read_text(encoding="utf-8") == text


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_reads_what_it_is_given() -> None:
    done = subprocess.run(["bash", "-n"], input=run("completion", "bash").stdout, text=True, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")


def complete(line: str) -> list[str]:
    """Return what bash is offered at the end of a line."""
    words = line.split(" ")
    environment = {"_GRAPHKIT_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = CliRunner().invoke(main, [], prog_name="graphkit", env=environment)
    assert "Traceback" not in done.output
    return [one.partition(",")[2] for one in done.stdout.splitlines() if one]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("graphkit scr", "screen"),
        ("graphkit path byted", "ByteDance"),
        ("graphkit path hq:C", "hq:CN"),
        ("graphkit path ByteDance h10", "H100"),
        ("graphkit path ByteDance cont", "controlled"),
        ("graphkit license H2", "h20"),
        ("graphkit license H20 --to M", "MY"),
        ("graphkit show US-2023", "US-2023-10"),
        ("graphkit show inspur-t", "inspur-taiwan"),
        ("graphkit whatif ByteDance H100 --enact BILL", "BILL-119-HR2683"),
        ("graphkit query who_r", "who_rents_from"),
        ("graphkit query who_rents_from -p prov", "provider="),
        ("graphkit path ByteDance H100 --include LEASES", "LEASES_FROM"),
        ("graphkit path ByteDance H100 --status done,pl", "done,planned"),
        ("graphkit list comp", "companies"),
        ("graphkit screen --through Orac", "Oracle"),
    ],
)
def test_a_shell_is_offered_what_the_base_holds(line: str, offered: str) -> None:
    assert offered in complete(line)


def test_a_shell_is_offered_the_names_of_the_base_that_is_named(base: Path) -> None:
    assert complete(f"graphkit path -f {base} Ac") == ["Acmé"]
    assert complete("graphkit path -f /nowhere Ac") == []


def test_all_that_can_be_completed_is_a_parameter() -> None:
    names = {param.name for command in main.commands.values() for param in command.params}
    both = {f"{name} {param.name}" for name, command in main.commands.items() for param in command.params}
    assert set(COMPLETIONS) <= names | both


# settings -----------------------------------------------------------------------------------


def write_settings(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_settings_are_the_defaults_and_every_answer_says_so(folder: Path, base: Path) -> None:
    write_settings(folder / "graphkit.toml", f'base = "{base}"\ndate = "2023-07-01"\n')
    answer = ask("path", "Acme Labs", "H100")
    assert answer["filters"]["on"] == "2023-07-01" and len(answer["paths"]) == 1
    told = f"set in graphkit.toml: base {base}, date 2023-07-01"
    assert told in answer["notes"]
    assert told in " ".join(run("path", "Acme Labs", "H100").stdout.split())
    assert told in run("path", "Acme Labs", "H100", "--format", "csv").stderr
    assert told in " ".join(run("path", "Acme Labs", "H100", "--format", "markdown").stdout.split())
    for words in (["exposure", "--buyers", "Acme Labs"], ["show", "Acme Labs"], ["close", "Acme Labs", "H100"]):
        assert "set in graphkit.toml" in " ".join(run(*words).output.split()), words


def test_the_command_line_comes_before_the_settings(folder: Path, base: Path) -> None:
    write_settings(folder / "graphkit.toml", f'base = "{base}"\ndate = "2022"\n')
    answer = ask("path", "acme", "h100", "--on", "2023-07-01")
    assert answer["filters"]["on"] == "2023-07-01"
    assert answer["notes"] == [f"set in graphkit.toml: base {base}"]
    assert ask("path", "ByteDance", "H100", "-f", "shipped", "--on", "2024-06-06")["notes"] == []


def test_the_working_folder_comes_before_the_users_settings(folder: Path, base: Path) -> None:
    write_settings(folder / "config" / "graphkit" / "graphkit.toml", f'base = "{base}"\ndate = "2022"\n')
    assert ask("path", "acme", "h100", code=1)["filters"]["on"] == "2022"
    write_settings(folder / "graphkit.toml", 'date = "2023-07-01"\n')
    answer = ask("path", "acme", "h100")
    assert answer["filters"]["on"] == "2023-07-01"
    (note,) = answer["notes"]
    assert "date 2023-07-01" in note and f"base {base}" in note and "2022" not in note


def test_a_base_of_the_settings_is_seen_from_their_file(folder: Path, base: Path) -> None:
    shutil.copytree(base, folder / "config" / "graphkit" / "mine")
    write_settings(folder / "config" / "graphkit" / "graphkit.toml", 'base = ["mine"]\n')
    assert ask("path", "acme", "h100")["paths"]


def test_a_database_of_the_settings_gives_way_to_a_named_base(folder: Path, base: Path) -> None:
    run("build", base, "--db", folder / "kept.kgl")
    write_settings(folder / "graphkit.toml", 'database = "kept.kgl"\n')
    assert ask("path", "acme", "h100")["notes"] == ["set in graphkit.toml: database kept.kgl"]
    write_settings(folder / "graphkit.toml", 'database = "none.kgl"\n')
    assert ask("path", "acme", "h100", "-f", base)["paths"]
    write_settings(folder / "graphkit.toml", 'base = "nowhere"\n')
    assert ask("path", "acme", "h100", "--db", folder / "kept.kgl")["paths"]


def test_rules_follow_the_date_of_the_settings_and_say_so(folder: Path) -> None:
    write_settings(folder / "graphkit.toml", 'date = "2022-01-01"\n')
    done = run("license", "H100", "--to", "CN", "--hq", "CN", "--format", "json")
    assert json.loads(done.stdout)["on"] == "2022-01-01"
    assert "set in graphkit.toml: date 2022-01-01" in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('dat = "2024"', "'dat' is no setting: did you mean date?"),
        ('date = "2024-13"', "date: '2024-13' is not a date"),
        ("date = 2024", 'write date = "VALUE"'),
        ("date = ", "write NAME"),
        ("base = 3", "base is no folder"),
        ("base = []", "base is no folder"),
        ('database = "neo4j://user:word@host:7687"', "NEO4J_PASSWORD"),
        ('database = "bolt://host?password=word"', "NEO4J_PASSWORD"),
        ('password = "word"', "'password' is no setting"),
        ('base = "nowhere"', "nowhere"),
    ],
)
def test_a_fault_in_the_settings_is_a_line_that_names_the_file(folder: Path, text: str, said: str) -> None:
    write_settings(folder / "graphkit.toml", text + "\n")
    stderr = run("path", "ByteDance", "H100", code=2).stderr
    assert said in stderr and "word@" not in stderr and "=word" not in stderr
    assert "graphkit.toml" in stderr or "nowhere" in stderr
    run("path", "--help")


def test_settings_that_are_no_text_are_told(folder: Path) -> None:
    (folder / "graphkit.toml").write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8 text" in run("list", code=2).stderr


# files and streams --------------------------------------------------------------------------


def test_cypher_comes_from_a_file_or_standard_input(folder: Path, base: Path) -> None:
    text = "MATCH (n:Company) RETURN collect(n.name) AS names, count(n) AS n"
    (folder / "ask.cypher").write_text(text, encoding="utf-8")
    (row,) = ask("query", "--cypher", "@ask.cypher", "-f", base)
    assert isinstance(row["names"], list) and len(row["names"]) == row["n"]
    done = CliRunner().invoke(main, ["query", "--cypher", "@-", "-f", str(base), "--format", "json"], input=text)
    assert json.loads(done.stdout) == [row]
    assert "nowhere" in run("query", "--cypher", "@nowhere", code=2).stderr
    (folder / "empty.cypher").write_text(" \n", encoding="utf-8")
    assert "holds no Cypher" in run("query", "--cypher", "@empty.cypher", code=2).stderr


def run_with(given: str | bytes, *words: object, code: int = 0) -> Result:
    """Run graphkit with something on standard input."""
    done = CliRunner().invoke(main, [str(word) for word in words], input=given)
    assert done.exit_code == code, done.output
    return done


ARTICLE = "ByteDance rents servers with Nvidia H100 chips from Oracle in the United States.\n"


@pytest.mark.parametrize("page", [False, True])
def test_an_article_may_come_from_standard_input(folder: Path, page: bool) -> None:
    run("init", "case")
    given = f"<html><body><p>{ARTICLE}</p></body></html>" if page else ARTICLE
    done = run_with(given, "ingest", "-", "--into", "case", "--title", "Who rents?", "--date", "2026-05")
    assert done.stdout.startswith("who-rents: candidates ")
    assert (folder / "case" / "texts" / "who-rents.txt").read_text(encoding="utf-8") == ARTICLE
    assert "who-rents,Who rents?,,2026-05" in (folder / "case" / "documents.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "words", "said"),
    [
        (ARTICLE, ["-"], "give it one with --title"),
        (ARTICLE, ["-", "article.txt", "--title", "T"], "read it alone"),
        ("", ["-", "--title", "T"], "standard input: holds no text"),
        ("\0" * 5000, ["-", "--title", "T"], "standard input: holds zero bytes"),
    ],
)
def test_what_is_wrong_with_an_article_on_standard_input_is_a_line(
    folder: Path, given: str, words: list[str], said: str
) -> None:
    run("init", "case")
    assert said in run_with(given, "ingest", *words, "--into", "case", code=2).stderr


def test_gold_may_come_from_standard_input(folder: Path) -> None:
    excerpt_base(folder / "excerpt", "bytedance,LEASES_FROM", "h20")
    (folder / "texts").mkdir()
    (folder / "texts" / "one.txt").write_text(ARTICLE, encoding="utf-8")
    gold = {"doc": "one.txt", "sentence": 0, "subject": "ByteDance", "subject_kind": "Company", "status": "done"}
    line = json.dumps(gold | {"relation": "LEASES_FROM", "object": "Oracle", "object_kind": "Company"})
    (folder / "gold.jsonl").write_text(line, encoding="utf-8")
    asked = ("--documents", "texts", "--format", "json")
    assert run_with(line, "evaluate", "-", *asked).stdout == run("evaluate", "gold.jsonl", *asked).stdout
    assert "standard input:1: is no claim" in run_with('{"doc": 1}', "evaluate", "-", *asked, code=2).stderr


def test_a_signed_answer_may_come_from_standard_input_and_a_brief_go_to_standard_output(base: Path) -> None:
    asked = ("Acme Labs", "H100", "-f", base)
    signed = run("path", *asked, "--format", "json").stdout
    assert run_with(signed, "replay", "-", "-f", base).stdout.startswith("the same: ")
    brief = run("brief", *asked, "-o", "-").stdout
    assert brief.startswith("# ")
    assert run_with(brief, "replay", "-", "-f", base).stdout.startswith("the same: ")
    assert "standard input: no provenance" in run_with("", "replay", "-", code=2).stderr


@pytest.mark.parametrize("option", ["--html", "--pdf", "--brief"])
def test_a_file_beside_the_answer_is_no_standard_output(folder: Path, base: Path, option: str) -> None:
    asked = ["path", "Acme Labs", "H100", "-f", base, option, "-"]
    assert "standard output has the answer" in run(*asked, code=2).stderr
    assert list(folder.iterdir()) == []


def test_every_file_that_a_command_reads_or_prints_to_may_be_a_dash() -> None:
    """What is written beside an answer and a file of rules have names of their own."""
    named = {"html", "pdf", "brief_file", "own"}
    for command in main.commands.values():
        for param in command.params:
            if isinstance(param.type, click.Path) and param.type.file_okay and param.name not in named:
                assert param.type.allow_dash or param.default == "-", (command.name, param.name)


def test_a_list_for_an_exposure_may_come_from_standard_input(base: Path) -> None:
    words = ["exposure", "--buyers", "-", "--chips", "h100", "-f", str(base), "--format", "json"]
    done = CliRunner().invoke(main, words, input="name\nAcme Labs\nNobody\n")
    assert [one["name"] for one in json.loads(done.stdout)["matched"]] == ["Acme Labs"]


def test_a_page_may_go_to_standard_output(base: Path, folder: Path) -> None:
    page = run("view", "acme", "-f", base, "-o", "-").stdout
    assert page.startswith("<!DOCTYPE html>") and page.rstrip().endswith("</html>")
    assert list(folder.iterdir()) == []


def test_every_command_that_answers_writes_to_a_file() -> None:
    without = {
        name for name, command in main.commands.items() if not any("--output" in p.opts for p in command.params)
    }
    assert without == {"init", "notebooks", "review"}


@pytest.mark.parametrize(
    "words",
    [
        ["path", "loner", "h100"],
        ["exposure", "--buyers", "loner", "--chips", "h100"],
        ["query", "--cypher", "MATCH (n:Company) WHERE n.id = 'x' RETURN n.id AS id"],
        ["query", "who_rents_from", "-p", "customer=Loner"],
        ["find", "zzzzqqq"],
        ["list", "companies", "--listed"],
        ["close", "loner", "h100"],
        ["whatif", "loner", "h100", "--repeal", "US-2022-10"],
    ],
    ids=" ".join,
)
def test_nothing_found_is_the_same_exit_code_everywhere(base: Path, words: list[str]) -> None:
    for form in ("text", "json", "csv"):
        run(*words, "-f", base, "--format", form, code=1)


# terminals ----------------------------------------------------------------------------------


def run_on_terminal(*words: object, seconds: float = 60, **changes: str) -> str:
    """Run the program with a terminal for its output and errors; return what the terminal was sent."""
    near, far = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "PAGER": "cat", **changes}
    child = subprocess.Popen(
        [*PROGRAM, *map(str, words)], stdin=subprocess.DEVNULL, stdout=far, stderr=far, env=environment
    )
    os.close(far)
    seen, end = b"", time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            part = os.read(near, 65536)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        seen += part
    child.wait(timeout=30)
    os.close(near)
    return seen.decode(errors="replace")


@pytest.mark.slow
def test_colours_follow_the_status_and_never_stand_alone(base: Path) -> None:
    words = ("path", "acme", "h100", "-f", base)
    coloured, plain = run_on_terminal(*words), run_on_terminal(*words, NO_COLOR="1")
    assert "\x1b[32mdone" in coloured and "\x1b[36mplanned" in coloured
    assert not re.search(r"\x1b\[\d*m", plain)
    # without what a slow machine says meanwhile and takes away again
    shown, told = (re.sub(r"\r\x1b\[2K[^\n]*?\x1b\[2K|\x1b\[[0-9;]*[mK]", "", one) for one in (coloured, plain))
    assert click.unstyle(shown).split() == click.unstyle(told).split()
    assert "done" in plain and "planned" in plain


@pytest.mark.slow
def test_what_takes_over_a_second_says_on_a_terminal_what_it_does(base: Path) -> None:
    slow = "UNWIND range(1, 2000) AS a RETURN sum(reduce(s = 0, b IN range(1, 20000) | s + b % 7)) AS n"
    words = ("query", "-f", base, "--cypher", slow, "--timeout", "4", "--format", "json")
    seen = run_on_terminal(*words)
    assert "graphkit: asking the database (" in seen
    assert seen.rfind("\x1b[2K") > seen.rfind("asking the database")  # it is taken away again
    quiet = subprocess.run([*PROGRAM, *map(str, words)], capture_output=True, text=True)
    assert "asking the database" not in quiet.stderr + quiet.stdout


def test_the_package_runs_as_the_program(base: Path) -> None:
    done = subprocess.run([*PROGRAM, "list", "-f", str(base)], capture_output=True, text=True)
    assert done.returncode == 0 and "next: graphkit" in done.stdout
