"""Faults of comparable tools, tried here: who a set stands for, customer lists, locales, folders and disks."""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from graphkit.explorer import Explorer
from graphkit.loading import cache
from graphkit.page.words import read_web_address
from tests.counts import cross, take
from tests.fact_bases import claim, write_base
from tests.page_fixtures import data_of

PROGRAM = [sys.executable, "-m", "graphkit"]


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mover sat in Old until it went to New in 2025-01; Firm bought App from Seller in 2024-05."""
    kinds = {"mover": "Company", "firm": "Company", "seller": "Company", "app": "Product", "x": "Chip"}
    kinds |= {"old": "Region", "new": "Region", "town": "Region"}
    return write_base(
        tmp_path_factory.mktemp("moved") / "moved",
        [
            {"id": "reg", "name": "Register", "publisher": "Office", "published": "2025-06"},
            {"id": "web", "name": "Web page", "publisher": "Site"},
        ],
        [{"id": name, "name": name.title(), "kind": kind} for name, kind in kinds.items()],
        {
            "reg": [
                claim("mover", "HEADQUARTERED_IN", "town", until="2025-01"),
                claim("town", "PART_OF", "old"),
                claim("mover", "HEADQUARTERED_IN", "new", since="2025-01", confidence="likely", sentence="1"),
                claim("seller", "OWNS", "app", until="2024-05", sentence="2"),
                claim("firm", "OWNS", "app", since="2024-05", sentence="3"),
                *(claim(one, "USES", "x", since="2020", sentence="4") for one in ("mover", "firm", "seller")),
            ],
            "web": [claim("firm", "HEADQUARTERED_IN", "old", sentence="1")],
        },
    )


@pytest.mark.parametrize(
    ("buyer", "filters", "who"),
    [
        ("hq:old", {}, ["firm", "mover"]),
        ("hq:old", {"on": "2024-06"}, ["firm", "mover"]),
        ("hq:old", {"on": "2025-01"}, ["firm", "mover"]),
        ("hq:old", {"on": "2025-02"}, ["firm"]),
        ("hq:old", {"on": "2025"}, ["firm", "mover"]),
        ("hq:old", {"known_by": "2025-06"}, ["mover"]),
        ("hq:old", {"without": "Mover"}, ["firm"]),
        ("hq:old", {"without": "Town"}, ["firm"]),
        ("hq:town", {"on": "2024"}, ["mover"]),
        ("hq:town", {"on": "2025-02"}, []),
        ("hq:new", {}, ["mover"]),
        ("hq:new", {"on": "2024-06"}, []),
        ("hq:new", {"on": "2025-01-31"}, ["mover"]),
        ("hq:new", {"known_by": "2025-05"}, []),
        ("hq:new", {"min_confidence": "confirmed"}, []),
        ("hq:new", {"min_confidence": "likely"}, ["mover"]),
        ("hq:new", {"exclude": "USES"}, ["mover"]),
        ("App", {}, ["firm", "seller"]),
        ("App", {"on": "2023"}, ["seller"]),
        ("App", {"on": "2024-06"}, ["firm"]),
        ("App", {"without": "Firm"}, ["seller"]),
        ("App", {"known_by": "2024"}, []),
        ("App", {"on": "2023", "without": "seller"}, []),
    ],
)
def test_who_a_set_stands_for_obeys_every_filter(
    moved: Path, buyer: str, filters: dict[str, str], who: list[str]
) -> None:
    with Explorer.open(moved) as explorer:
        found = explorer.exposure(buyer, "X", **filters)  # type: ignore[arg-type]
        assert sorted(one.id for one in found.buyers) == who
        assert bool(who) != any("that the date and the filters keep" in note for note in found.notes)
        if len(who) < 2:
            assert who or not explorer.paths(buyer, "X", **filters).paths  # type: ignore[arg-type]


def test_claims_of_undated_documents_that_a_date_leaves_out_are_counted(moved: Path) -> None:
    base = write_base(
        moved.parent / "undated",
        [{"id": "d", "name": "Web page"}],
        [{"id": "acme", "name": "Acme", "kind": "Company"}, {"id": "x", "name": "X", "kind": "Chip"}],
        {"d": [claim("acme", "USES", "x")]},
    )
    with Explorer.open(base) as explorer:
        assert explorer.paths("acme", "x").notes == ()
        answer = explorer.paths("acme", "x", known_by="2030")
        assert answer.notes == ("left out, since nobody knows when it was published: 1 claim of Web page",)


# customer lists ---------------------------------------------------------------------------


def run(*arguments: object, **changes: str | None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **{name: one for name, one in changes.items() if one is not None}}
    for name in (name for name, one in changes.items() if one is None):
        environment.pop(name, None)
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True,
        encoding=changes.get("encoding") or "utf-8",
        env=environment,
        timeout=120,
    )


ROWS = [["Name", "Ref", "Name"], ["Mover", "1", "=SUM(1)"], ["mover", "2", ""], ["", "3", ""], ["Qqqq", "4", "é"]]


def write_list(folder: Path, ending: str) -> Path:
    file = folder / f"customers.{ending}"
    if ending == "xlsx":
        book = openpyxl.Workbook()
        for row in [["Legal name", "Ref", "Note"], *ROWS[1:]]:
            book.active.append(row)
        book.active["C2"].data_type = "s"  # a text that begins as formulas do
        book.save(file)
        return file
    text = "\n".join({"csv": ";", "tsv": "\t", "txt": "\t"}[ending].join(row) for row in ROWS)
    text = text.replace("Name", "Legal name", 1).replace("Name\n", "Note\n", 1)
    file.write_text(text + "\n", encoding="cp1252" if ending == "csv" else "utf-8")
    return file


@pytest.mark.parametrize(
    ("ending", "form"), cross(["csv", "tsv", "txt", "xlsx"], ["csv", "json", "text", "markdown"])
)
def test_every_row_of_a_list_comes_back_with_its_own_columns(
    moved: Path, tmp_path: Path, ending: str, form: str
) -> None:
    file = write_list(tmp_path, ending)
    done = run("exposure", "--buyers", file, "--chips", "X", "-f", moved, "--format", form)
    assert done.returncode == 0, done.stderr
    said = " ".join((done.stdout + done.stderr).split())
    assert "line 4 without a name" in said
    if ending == "csv":
        assert "read as Windows-1252" in said
    if form == "csv":
        rows = [row for row in csv.DictReader(io.StringIO(done.stdout)) if row["section"] == "names of the list"]
        assert [(row["line"], row["result"], row["read_as"], row["list: Ref"]) for row in rows] == [
            ("2", "path", "Mover", "1"),
            ("3", "path", "Mover", "2"),
            ("4", "no name", "", "3"),
            ("5", "not matched", "", "4"),
        ]
        assert rows[0]["list: Note"] == "'=SUM(1)" and rows[3]["list: Note"] == "é"
    elif form == "json":
        (given,) = json.loads(done.stdout)["lists"]
        assert given["columns"] == ["Legal name", "Ref", "Note"]
        assert [(row["line"], row["buyers"], row["cells"][1]) for row in given["rows"]] == [
            (2, ["mover"], "1"),
            (3, ["mover"], "2"),
            (4, [], "3"),
            (5, [], "4"),
        ]
    elif form == "text":
        assert "  line 2: Mover · Ref: 1 · Note: =SUM(1) · path to X\n" in done.stdout
        assert "  line 4: no name · Ref: 3\n" in done.stdout
        assert "  line 5: Qqqq · Ref: 4 · Note: é · not matched\n" in done.stdout
    else:
        assert "list: Ref" in done.stdout and done.stdout.count(file.name) >= 4


def test_a_list_of_which_no_name_is_known_is_no_answer_that_there_is_no_path(moved: Path, tmp_path: Path) -> None:
    file = tmp_path / "customers.txt"
    file.write_text("Nobody\nNo one\n", encoding="utf-8")
    done = run("exposure", "--buyers", file, "--chips", "X", "-f", moved)
    assert done.returncode == 2
    assert "nothing was searched" in done.stdout and "no path" not in done.stdout
    assert done.stderr == "graphkit: no name of the list is known here, so nothing was searched: see its rows\n"
    assert "csv, tsv, txt or xlsx" in " ".join(run("exposure", "--help").stdout.split())


def test_python_takes_a_text_or_a_path_where_a_list_is_wanted(moved: Path, tmp_path: Path) -> None:
    file = tmp_path / "customers.txt"
    file.write_text("Mover\n", encoding="utf-8")
    with Explorer.open(moved) as explorer:
        assert explorer.exposure(file, "X").found == explorer.exposure([file], ["X"]).found
        assert explorer.filters(status="done,alleged").statuses == {"done", "alleged"}
        assert explorer.filters(without="Mover") == explorer.filters(without=["Mover"])
        assert explorer.paths("Mover", "X", via="Firm").paths == ()


# links ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://en.example.org/wiki/Moore's_law", "https://en.example.org/wiki/Moore%27s_law"),
        ('https://a.example/"quoted"', "https://a.example/%22quoted%22"),
        ("https://a.example/<b>", "https://a.example/%3Cb%3E"),
        ("https://a.example/a\\b", "https://a.example/a%5Cb"),
        ("https://a.example/名", "https://a.example/名"),
        ("HTTP://a.example", "HTTP://a.example"),
        ("javascript:alert(1)//https://a.example", None),
        ("https://a.example/a b", None),
        ("data:text/html,x", None),
    ],
)
def test_an_address_that_is_accepted_is_a_link_that_ends_no_attribute(address: str, link: str | None) -> None:
    assert read_web_address(address) == link


# the cache --------------------------------------------------------------------------------


def test_a_base_is_hashed_again_only_when_sizes_or_times_differ(
    moved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import graphkit.factbase.content as content

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(cache, "_REST", -(10**18))
    hashed = []
    digest = content.hash_content
    monkeypatch.setattr(
        "graphkit.factbase.hash_content", lambda *a, **b: hashed.append(a) or digest(*a, **b), raising=False
    )

    def ask() -> int:
        before = len(hashed)
        with Explorer.open(moved) as explorer:
            assert explorer.store.read("MATCH ()-[r]->() RETURN count(r) AS n")
        return len(hashed) - before

    assert ask() > 0
    assert ask() == 0
    file = moved / "claims" / "reg.csv"
    status = file.stat()
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))  # written back, but changed
    assert ask() == 1
    assert ask() == 0
    (kept,) = (tmp_path / "graphkit").glob("*.sha256")
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_text("no hash")
    assert ask() == 1


def test_files_that_were_just_written_are_hashed_each_time(
    moved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (moved / "entities.csv").touch()
    with Explorer.open(moved):
        pass
    assert not list((tmp_path / "graphkit").glob("*.sha256"))


# the machine around it --------------------------------------------------------------------


# Every surrounding with every command is for test_surroundings.py; these are the ones that were met.


@pytest.mark.parametrize(
    ("encoding", "command"),
    take(
        3,
        [
            ("ascii", "show ByteDance"),
            ("latin-1", "path ByteDance H100 --language fr --path 2"),
            ("cp1252", "exposure --buyers ByteDance --chips H100 --format json"),
            ("ascii", "path ByteDance H100"),
            ("ascii", "path ByteDance H100 --language fr --path 2"),
            ("ascii", "exposure --buyers ByteDance --chips H100 --format json"),
            ("ascii", "query"),
            ("ascii", "find rents"),
            ("latin-1", "path ByteDance H100"),
            ("latin-1", "show ByteDance"),
            ("latin-1", "exposure --buyers ByteDance --chips H100 --format json"),
            ("latin-1", "query"),
            ("latin-1", "find rents"),
            ("cp1252", "path ByteDance H100"),
            ("cp1252", "path ByteDance H100 --language fr --path 2"),
            ("cp1252", "show ByteDance"),
            ("cp1252", "query"),
            ("cp1252", "find rents"),
        ],
    ),
)
def test_what_an_encoding_cannot_show_is_shown_escaped(encoding: str, command: str) -> None:
    done = run(*command.split(), PYTHONIOENCODING=encoding, encoding={"ascii": "utf-8"}.get(encoding, encoding))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("locale", take(2, ["C", "nonsense", "POSIX", "en_US.ISO-8859-1"]))
def test_any_locale_will_do(locale: str) -> None:
    done = run("path", "ByteDance", "H100", LC_ALL=locale, PYTHONUTF8="0", PYTHONIOENCODING=None)
    assert done.returncode == 0 and done.stdout.startswith("ByteDance")


@pytest.mark.skipif(shutil.which("script") is None, reason="no program `script` makes a terminal")
@pytest.mark.parametrize("command", ["path ByteDance H100 --limit 1", "license H100 --to MY --hq CN"])
def test_a_terminal_of_forty_columns_is_kept_to_but_for_long_words(command: str) -> None:
    asked = f"stty cols 40; '{sys.executable}' -m graphkit {command}"
    done = subprocess.run(
        ["script", "-qec", asked, "/dev/null"],
        env={**os.environ, "NO_COLOR": "1", "TERM": "xterm", "COLUMNS": "40", "PAGER": "cat"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    # a command to copy is one line, however long
    wide = [line for line in done.stdout.splitlines() if len(line) > 40 and not line.startswith("next: ")]
    assert all(max(map(len, line.split())) > 24 for line in wide), wide


@pytest.mark.parametrize(
    ("redirect", "arguments", "code"),
    take(
        4,
        [
            ("> /dev/full", "query who_rents_from -p provider=Oracle --show", 2),
            ("2>&-", "query who_rents_from -p provider=Oracle --html page.html", 0),
            (">&- 2>&- <&-", "notebooks made", 0),
            ("> /dev/full 2> /dev/full", "path Nobody H100", 2),
            (">&-", "path ByteDance H100", 0),
            ("2>&-", "path ByteDance H100", 0),
            (">&- 2>&-", "path ByteDance H100", 0),
            ("2>&-", "path Nobody H100", 2),
            ("<&-", "query --cypher 'RETURN 1 AS n'", 0),
            ("> /dev/full 2> /dev/full", "path ByteDance H100", 2),
            ("> /dev/full", "path ByteDance H100", 2),
            ("2> /dev/full", "path Nobody H100", 2),
            ("> /dev/full 2>&-", "license H100 --to MY --hq CN", 2),
            ("2>&-", "build --db built.kgl", 0),
            ("2> /dev/full", "build --db built.kgl", 0),
            ("> /dev/full", "show Oracle --format json", 2),
            ("> /dev/full", "path ByteDance H100 --summary --language fr", 2),
            ("> /dev/full", "completion bash", 2),
            ("> /dev/full 2> /dev/full", "list", 2),
            (">&-", "init made", 0),
        ],
    ),
)
def test_streams_that_take_nothing_change_no_exit_code(
    tmp_path: Path, redirect: str, arguments: str, code: int
) -> None:
    done = subprocess.run(
        ["bash", "-c", f"'{sys.executable}' -m graphkit {arguments} {redirect}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("home", take(2, [None, b"/tmp/\xff\xfe/home", "/nonexistent/home", "/dev/null", ""]))
def test_it_answers_without_a_home_that_can_be_written(home: str | bytes | None) -> None:
    environment = {os.fsencode(name): os.fsencode(one) for name, one in os.environ.items()}
    for name in (b"HOME", b"XDG_CACHE_HOME"):
        environment.pop(name, None)
    if home is not None:
        environment[b"HOME"] = os.fsencode(home)
    done = subprocess.run(
        [*PROGRAM, "path", "ByteDance", "H100"], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0 and done.stdout.startswith("ByteDance")
    assert done.stderr.count("\n") <= 1


def test_it_answers_to_a_user_without_account_and_home() -> None:
    code = (
        "import pwd, sys\n"
        "def nobody(number): raise KeyError(number)\n"
        "pwd.getpwuid = nobody\n"
        "from graphkit.__main__ import main\n"
        "sys.argv = ['graphkit', 'path', 'ByteDance', 'H100']\n"
        "main()"
    )
    without = {name: one for name, one in os.environ.items() if name not in ("HOME", "XDG_CACHE_HOME")}
    done = subprocess.run([sys.executable, "-c", code], env=without, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and done.stdout.startswith("ByteDance")
    assert "temporary folder" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("kilobytes", take(3, [85_000, 150_000, 1_000_000, 40_000, 110_000, 250_000, 400_000]))
def test_little_memory_is_no_traceback_and_no_path_that_is_missing(kilobytes: int) -> None:
    done = subprocess.run(
        ["bash", "-c", f"ulimit -v {kilobytes}; '{sys.executable}' -m graphkit path ByteDance H100"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode in (0, 3), done.stderr
    assert "Traceback" not in done.stderr and done.stderr.count("\n") <= 3


# hostile texts, names and files ----------------------------------------------------------


@pytest.mark.skipif(shutil.which("localedef") is None, reason="no program `localedef` makes a locale")
@pytest.mark.parametrize(
    "command",
    take(
        2,
        [
            "path ByteDance H100 --language fr",
            "show ByteDance",
            "path ByteDance H100",
            "path ByteDance H100 --format json",
            "exposure --buyers ByteDance --chips H100",
            "license H100 --to MY --hq CN --language fr",
        ],
    ),
)
def test_a_real_french_locale_of_one_byte_a_letter_is_no_fault(
    tmp_path_factory: pytest.TempPathFactory, command: str
) -> None:
    places = tmp_path_factory.getbasetemp() / "locales"
    if not places.exists():
        places.mkdir()
        made = subprocess.run(
            ["localedef", "-i", "fr_FR", "-f", "ISO-8859-1", str(places / "fr_FR.ISO-8859-1")],
            capture_output=True,
            text=True,
        )
        if not (places / "fr_FR.ISO-8859-1").exists():
            pytest.skip(f"localedef makes no French locale here: {made.stderr.strip()[:200]}")
    french = {"LOCPATH": str(places), "LC_ALL": "fr_FR.ISO-8859-1", "PYTHONUTF8": None, "PYTHONIOENCODING": None}
    check = "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.getpreferredencoding(False))"
    environment = {name: one for name, one in {**os.environ, **french}.items() if one is not None}
    spoken = subprocess.run([sys.executable, "-c", check], env=environment, capture_output=True, text=True)
    assert spoken.stdout.strip() == "ISO-8859-1", spoken.stderr
    done = run(*command.split(), encoding="latin-1", **french)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\N{REPLACEMENT CHARACTER}" not in done.stdout and "Ã" not in done.stdout


ODD_RULES = {
    "cyclic": ("regulations.yaml", "- &a\n  id: X\n  name: x\n  self: *a\n"),
    "laughs": (
        "routes.yaml",
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in itertools.pairwise("abcdefghij")),
    ),
    "tag": ("routes.yaml", "- id: !!python/object/apply:os.system ['touch PWNED']\n  name: x\n"),
    "types": ("routes.yaml", "- id: {a: b}\n  name: [1,2]\n  kind: !!set {a}\n  effective: .nan\n"),
    "dates": (
        "regulations.yaml",
        "- {id: X-1, name: X, authority: BIS, kind: rule, citation: x, announced: 0000-00-00, effective: 9999-12-31,"
        " confidence: verified in source, sources: [x], summary: x}\n",
    ),
}


@pytest.mark.parametrize("name", ODD_RULES)
def test_build_refuses_the_rule_files_that_check_refuses(moved: Path, tmp_path: Path, name: str) -> None:
    base = tmp_path / "base"
    shutil.copytree(moved, base)
    file, text = ODD_RULES[name]
    (base / file).write_text(text)
    checked, built = run("check", base), run("build", base, "--db", tmp_path / "x.kgl")
    asked = run("path", "Mover", "X", "-f", base)
    assert (checked.returncode, built.returncode, asked.returncode) == (2, 2, 2)
    assert checked.stderr == built.stderr == asked.stderr
    assert file in checked.stderr and not (tmp_path / "x.kgl").exists() and not Path("PWNED").exists()


def test_numbers_are_taken_as_parameters_and_it_is_said(moved: Path) -> None:
    text = "UNWIND [1, 4, 9] AS x WITH x WHERE x > $n RETURN count(*) AS n"
    done = run("query", "-f", moved, "-p", "n=3", "--cypher", text, "--format", "json")
    assert json.loads(done.stdout) == [{"n": 2}]
    assert "parameters: n = 3 (a whole number)" in done.stderr
    done = run("query", "-f", moved, "-p", "n=2", "--cypher", "MATCH (c:Company) RETURN c.name LIMIT $n")
    assert done.returncode == 0


@pytest.mark.parametrize(
    "text",
    [
        "MATCH ()-[r]->() RETURN r.document AS load, count(*) AS n ORDER BY load",
        "MATCH ()-[r]->() WITH r.status AS show, count(*) AS n WHERE n > 1 RETURN show, n",
        "MATCH (c:Company) RETURN c.name AS call, c.id AS use LIMIT 1",
        "MATCH (a:Company)-[load:USES]->(b) RETURN load.status, count(*)",
    ],
)
def test_words_that_are_keywords_elsewhere_are_names(moved: Path, text: str) -> None:
    done = run("query", "-f", moved, "--cypher", text)
    assert (done.returncode, done.stderr) == (0, "")


def test_check_tells_names_that_differ_by_a_look_alike_letter(moved: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(moved, base)
    assert "look-alike" not in run("check", base).stderr
    with (base / "entities.csv").open("a", encoding="utf-8") as file:
        file.write("other,М\N{CYRILLIC SMALL LETTER O}ver,Company,,,\n")
    done = run("check", base)
    assert done.returncode == 0
    assert "by look-alike letters only" in done.stdout + done.stderr and "mover" in done.stdout + done.stderr


def test_a_cluster_that_is_too_dense_names_the_bound_that_it_hit(tmp_path: Path) -> None:
    names = [f"c{number}" for number in range(15)]
    base = write_base(
        tmp_path / "dense",
        [{"id": "d", "name": "D", "published": "2025"}],
        [
            *({"id": one, "name": one.upper(), "kind": "Company"} for one in names),
            {"id": "site", "name": "Site", "kind": "Datacenter"},
            {"id": "h100", "name": "H100", "kind": "Chip"},
            {"id": "h200", "name": "H200", "kind": "Chip"},
        ],
        {
            "d": [
                *(
                    claim(a, "LEASES_FROM", b, chips="h200", sentence=str(at))
                    for at, (a, b) in enumerate(itertools.permutations(names, 2))
                ),
                claim("c14", "OPERATES", "site", sentence="900"),
                claim("site", "HOSTS", "h100", sentence="901"),
            ]
        },
    )
    done = run("path", "c0", "h100", "-f", base, "--max-hops", "12", "--summary")
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    assert "a bound was hit" not in said or "--max-hops" in said


def test_an_entity_without_claims_is_drawn_and_filters_that_leave_nothing_say_so(moved: Path, tmp_path: Path) -> None:
    base, page = tmp_path / "alone", tmp_path / "page.html"
    people = [{"id": one, "name": one.title(), "kind": "Company"} for one in ("one", "two")]
    write_base(base, [{"id": "d", "name": "D"}], people, {})
    assert run("view", "-f", base, "-o", page).returncode == 0
    assert len(data_of(page.read_text())["nodes"]) == 2
    done = run("view", "Mover", "-f", moved, "--status", "refused", "-o", page)
    assert "no claim of the 3 here passes the filters" in done.stderr
    assert "no claim passes the filters" in page.read_text()
    assert "passes the filters" not in run("view", "Mover", "-f", moved, "--status", "done", "-o", page).stderr
