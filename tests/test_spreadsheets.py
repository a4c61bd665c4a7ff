"""What spreadsheets of five countries save is read alike, or refused with place and cure; no row is lost."""

from __future__ import annotations

import csv
import io
import random
import time
import types
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec
import openpyxl
import pytest

from graphkit.errors import FactBaseError, InvalidValue
from graphkit.factbase import FactBase, read_factbase
from graphkit.factbase.lists import read_list
from tests.counts import sample


class Office(msgspec.Struct, frozen=True):
    """How a country's spreadsheet saves: separators, encodings, line ends, the decimal sign, the day of a date."""

    separators: str
    encodings: tuple[str, ...]
    ends: tuple[str, ...]
    decimal: str
    day: str
    names: tuple[str, ...]


OFFICES = {
    "us": Office(
        ",\t", ("utf-8", "utf-8-sig", "utf-16"), ("\r\n", "\n"), ".", "{m}/{d}/{y}", ("Acme, Inc.", "O'Neil")
    ),
    "germany": Office(
        ";", ("cp1252", "utf-8-sig", "utf-16"), ("\r\n",), ",", "{d}.{m}.{y}", ("Müller & Söhne", "Straßen AG")
    ),
    "france": Office(
        ";",
        ("cp1252", "utf-8-sig", "utf-16-le"),
        ("\r\n", "\r"),
        ",",
        "{d}/{m}/{y}",
        ("Société Générale", "Évry; Cie"),
    ),
    "poland": Office(";", ("cp1250", "utf-8-sig"), ("\r\n",), ",", "{y}-{m}-{d}", ("Łódź Serwery", "Poznań Chmura")),
    "japan": Office(
        ",\t", ("cp932", "utf-8-sig", "utf-16"), ("\r\n",), ".", "{y}/{m}/{d}", ("ガスサーバー", "日本計算")
    ),
}

Table = list[list[str]]


def save(table: Table, office: Office, rng: random.Random) -> bytes:
    """Write a table as an office's spreadsheet may: with a line of `sep=`, empty rows and columns, quotes."""
    separator = rng.choice(office.separators)
    width = len(table[0]) + (rng.randrange(3) if rng.random() < 0.3 else 0)
    rows = [[*row, *[""] * (width - len(row))] for row in table]
    if rng.random() < 0.3:
        rows[0] = [cell.replace("_", " ").title() if cell else "" for cell in rows[0]]
    if rng.random() < 0.4:
        rows += [[""] * width for _ in range(rng.randrange(1, 4))]
    if rng.random() < 0.2:
        rows.insert(rng.randrange(1, len(rows) + 1), [""] * width)
    out = io.StringIO()
    quoting = rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    csv.writer(out, delimiter=separator, lineterminator="\n", quoting=quoting).writerows(rows)
    text = f"sep={separator}\n" * (rng.random() < 0.2) + out.getvalue()
    encoding = rng.choice(office.encodings)
    text = text.replace("\n", rng.choice(office.ends))
    return (b"\xff\xfe" if encoding == "utf-16-le" else b"") + text.encode(encoding, errors="replace")


def tables(
    office: Office, rng: random.Random, write: Callable[[str], str], day: Callable[[str], str]
) -> dict[str, Table]:
    """Return the tables of a fact base whose numbers and days are written in some way."""
    one, other = office.names
    return {
        "documents.csv": [["id", "name", "published"], ["memo", f"Memo on {one}", day("2024-05-06")]],
        "entities.csv": [
            ["id", "name", "kind", "aliases", "generic"],
            ["one", one, "Company", "", ""],
            ["other", other, "Company", "Other; The other", ""],
            ["land", "Elbonia", "Region", "", ""],
        ],
        "chips.csv": [["id", "name", "tpp", "performance_density"], ["x9", "X9", write("4992"), write("6.04")]],
        "claims/memo.csv": [
            [
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
                "value",
                "currency",
                "share",
            ],
            [
                "one",
                "LEASES_FROM",
                "other",
                "done",
                "likely",
                other,
                "1",
                f"{one} rents, it says",
                day("2024-01-25"),
                "x9",
                "~1500",
                "",
                "",
                "",
            ],
            ["other", "INVESTS_IN", "one", "done", "likely", "", "2", "A share", "", "", "", "", "", write("12.5")],
            [
                "one",
                "HEADQUARTERED_IN",
                "land",
                "done",
                "confirmed",
                "",
                "3",
                "Its seat",
                "2024",
                "",
                "",
                "7000000000",
                "USD",
                "",
            ],
        ],
    }


def content(base: FactBase) -> tuple[object, ...]:
    chips = [one for one in base.rulebook.chips if one.id == "x9"]
    return base.documents, base.entities, base.claims, chips


def write_tables(folder: Path, found: dict[str, bytes]) -> Path:
    for name, data in found.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def plain(table: Table) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return out.getvalue().encode()


@pytest.mark.parametrize("country", OFFICES)
def test_a_fact_base_from_a_spreadsheet_is_read_alike_or_refused(country: str, tmp_path: Path) -> None:
    office, rng, alike = OFFICES[country], random.Random(country), 0
    right = write_tables(
        tmp_path / "plain" / "base",
        {name: plain(table) for name, table in tables(office, rng, str, str).items()},
    )
    expected = content(read_factbase(right))
    count = sample(20, 200)

    def day(date: str) -> str:
        if rng.random() < 0.85:
            return date
        y, m, d = date.split("-")
        return office.day.format(y=y, m=m, d=d)

    for number in range(count):
        found = tables(office, rng, lambda text: text.replace(".", office.decimal), day)
        folder = tmp_path / str(number) / "base"
        write_tables(folder, {name: save(table, office, rng) for name, table in found.items()})
        try:
            base = read_factbase(folder)
        except FactBaseError as error:
            for fault in error.faults:
                assert fault.file.startswith(str(folder)) and fault.mend, fault
                assert "graphkit" not in fault.what
        else:
            alike += 1
            assert content(base) == expected, number
    assert alike > count // 10


def customers(office: Office, rng: random.Random) -> Table:
    names = [
        *office.names,
        "ByteDance",
        "Tencent Holdings",
        "字节跳动" if office.encodings[-1] == "utf-8-sig" else "Oracle",
    ]
    rng.shuffle(names)
    head = rng.choice(
        (["name"], ["ID", "Name", "Country"], ["Kunde", "Land"], ["nr", "customer name"], ["code", "x"], [])
    )
    if not head:
        return [[name] for name in names]
    place = next((place for place, cell in enumerate(head) if cell.lower() in ("name", "kunde", "customer name")), 1)
    rows = [
        [name if column == place else str(number) for column in range(len(head))] for number, name in enumerate(names)
    ]
    return [head, *rows]


@pytest.mark.parametrize("country", OFFICES)
def test_a_list_from_a_spreadsheet_is_read_with_all_its_rows_or_refused(country: str, tmp_path: Path) -> None:
    office, rng, alike = OFFICES[country], random.Random(country), 0
    count = sample(40, 400)
    for number in range(count):
        table = customers(office, rng)
        file = tmp_path / f"{number}.csv"
        file.write_bytes(save(table, office, rng) if table[0] != [""] else b"")
        try:
            found = read_list(file)
        except InvalidValue as error:
            assert str(file) in str(error) and "\n" not in str(error)
            continue
        place = next(
            (n for n, cell in enumerate(table[0]) if cell.lower() in ("name", "kunde", "customer name")), None
        )
        names = [row[place or 0] for row in table[place is not None :]]
        if any("Windows-1252" in note for note in found.notes):
            assert len(found.rows) == len(names)
        else:
            folded = [name.casefold() for name in names]  # a heading may have been written in capitals
            assert [row.name.casefold() for row in found.rows] == folded, (number, table)
        assert all(len(row.cells) == len(table[0]) for row in found.rows)
        alike += 1
    assert alike > count // 4


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"name\nByteDance\n", ["ByteDance"]),
        (b"\xef\xbb\xbfsep=;\r\nid;Name\r\n1;A, B\r\n;;\r\n2;C\r\n", ["A, B", "C"]),
        ("Kunde\tLand\nMüller\tDE\n".encode("utf-16"), ["Müller"]),
        ("Firma;Ort\nMüller;Köln\n".encode("cp1252"), ["Müller"]),
        (b"ByteDance\rTencent\r", ["ByteDance", "Tencent"]),
        (b"a|company\n1|X\n", ["X"]),
        ("客户名称,城市\n腾讯,深圳\n".encode(), ["腾讯"]),
        (b'"Huawei Technologies Co., Ltd."\nZTE\n', ["Huawei Technologies Co., Ltd.", "ZTE"]),
        (b"Oracle\n\nOracle\n", ["Oracle", "Oracle"]),
        (b"name,country\nA,US\n,FR\nB,DE\n", ["A", "", "B"]),
    ],
)
def test_a_list_gives_its_names_in_order(data: bytes, names: Sequence[str], tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(data)
    assert [row.name for row in read_list(file).rows] == names


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"id,Wer\n1,A\n", 1, "which column holds the names"),
        (b"id\n1\n", 1, "which column holds the names"),
        (b"customer,buyer\nA,B\n", 1, "which column holds the names, 'customer' or 'buyer'"),
        (b"name\nHuawei Technologies Co., Ltd.\n", 2, "the row has 2 cells, the header 1"),
        (b"ZTE\nHuawei Technologies Co., Ltd.\n", 2, "the row has 2 cells, not one"),
        (b"id;name\n1;A\n2;B;c\n", 3, "the row has 3 cells, the header 2"),
        (b'name\n"A\n', 2, "a quote is never closed"),
        ("name\nГазпром\n".encode("cp1251"), 2, "is not UTF-8"),
        (b"name\nA\0\n", 2, "U+0000"),
        (b"", 0, "holds no name"),
        (b"name\n", 0, "holds no name"),
        (b"\n\n", 0, "holds no name"),
        (b"\xd0\xcf\x11\xe0rest", 0, "workbook of the old kind"),
        (b"PK\x03\x04rest", 0, "cannot be read as XLSX"),
        (b"name" + b",x" * 2_000 + b"\nA\n", 1, "columns, more than 1,000"),
        (b'[{"name": "Acme"}]', 0, "is JSON and no list"),
        (b" <!DOCTYPE html><table><tr><td>Acme</table>", 0, "is HTML or XML and no list"),
        (b"%PDF-1.4", 0, "is a PDF and no list"),
        (b"name\n" + b"A" * 200_000 + b",\n", 2, "characters: shorten it"),
    ],
)
def test_a_list_that_cannot_be_told_is_a_question_in_one_line(
    data: bytes, line: int, what: str, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(data)
    with pytest.raises(InvalidValue) as caught:
        read_list(file)
    said = str(caught.value)
    assert what in said and "\n" not in said
    assert said.startswith(f"{file}:{line}: " if line else str(file))


def test_a_column_may_be_named_and_every_cell_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Nr;Wer;Wo\n7;A;\n8;B;Rom;\n")
    found = read_list(file, column="wer")
    assert found.header == ("Nr", "Wer", "Wo")
    assert [(row.number, row.cells, row.name) for row in found.rows] == [
        (2, ("7", "A", ""), "A"),
        (3, ("8", "B", "Rom"), "B"),
    ]
    with pytest.raises(InvalidValue, match="no one column is headed 'was'"):
        read_list(file, column="was")


def test_a_line_of_a_text_file_is_a_name(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("Huawei Technologies Co., Ltd.\nA; B\n\nZTE\n")
    assert [row.name for row in read_list(file).rows] == ["Huawei Technologies Co., Ltd.", "A; B", "ZTE"]


def test_a_workbook_is_read_as_its_first_sheet_shows_it(tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["No", "Customer", "since"],
        [1.0, " ByteDance ", None],
        [None] * 3,
        [2, "字节跳动", True],
        [3, None, "x"],
    ):
        sheet.append(row)
    book.create_sheet("other").append(["name", "Nobody"])
    book.save(file)
    found = read_list(file)
    assert found.header == ("No", "Customer", "since")
    assert [(row.number, row.cells, row.name) for row in found.rows] == [
        (2, ("1", "ByteDance", ""), "ByteDance"),
        (4, ("2", "字节跳动", "yes"), "字节跳动"),
        (5, ("3", "", "x"), ""),
    ]
    assert found.notes == ("of its 2 sheets, 'Sheet' is read", "line 5 without a name")


def test_a_workbook_with_a_cell_at_its_very_end_is_read_soon(tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["A1048576"] = "name", "ByteDance", "Tencent"
    book.save(file)
    started = time.process_time()
    assert [row.name for row in read_list(file).rows] == ["ByteDance", "Tencent"]
    assert time.process_time() - started < 10


def test_a_list_that_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    import os

    pipe, endless = tmp_path / "pipe.csv", tmp_path / "endless.csv"
    os.mkfifo(pipe)
    endless.symlink_to("/dev/zero")
    for path in (pipe, endless, tmp_path, tmp_path / "nowhere.csv"):
        with pytest.raises(InvalidValue, match=r"is not a regular file|is a folder|is missing"):
            read_list(path)


def test_a_list_as_large_as_a_number_of_megabytes_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "list.csv"
    file.write_text("name\n" + "A company of some length\n" * 60_000)
    monkeypatch.setenv("GRAPHKIT_MAX_MB", "1")
    with pytest.raises(InvalidValue, match="more than 1,048,576"):
        read_list(file)
    monkeypatch.setenv("GRAPHKIT_MAX_MB", "2")
    assert len(read_list(file).rows) == 60_000


def write_hostile_workbook(file: Path, part: str, pieces: Iterable[bytes]) -> Path:
    """Write a workbook that holds one name, one part of it replaced; the pieces are repeated as they come."""
    book = openpyxl.Workbook()
    book.active.append(["name"])
    sound = io.BytesIO()
    book.save(sound)
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != part:
                target.writestr(name, source.read(name))
        with target.open(part, "w") as stream:
            for piece in pieces:
                stream.write(piece)
    return file


SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET, SHEET_END = b"<worksheet " + SPACE + b"><sheetData>", b"</sheetData></worksheet>"
CELL = b'<c t="inlineStr"><is><t>x</t></is></c>'
MANY = 1_000


@pytest.mark.parametrize(
    ("part", "pieces", "said"),
    [
        ("sheet", [SHEET, *[b" " * (1 << 20)] * 70, SHEET_END], "GRAPHKIT_MAX_MB"),
        (
            "strings",
            [b"<sst " + SPACE + b">", *[b"<si><t>abcde</t></si>" * MANY] * 3_200, b"</sst>"],
            "GRAPHKIT_MAX_MB",
        ),
        ("strings", [b"<sst " + SPACE + b">", *[b"<si/>" * MANY] * 2_200, b"</sst>"], "cells and texts"),
        ("sheet", [SHEET, b"<row>", *[CELL * MANY] * MANY, b"</row>", SHEET_END], "more than 16,384 columns"),
        ("sheet", [SHEET, b'<row><c r="ZZZZZZ1"/></row>', SHEET_END], "more than 16,384 columns"),
        ("sheet", [SHEET, b'<row r="1048576000"/>', SHEET_END], "more than 1,048,576 rows"),
        ("sheet", [SHEET, b'<row r="99999999999999999999"/>', SHEET_END], "more than 1,048,576 rows"),
        ("sheet", [SHEET, *[b"<row/>" * MANY] * 1_100, SHEET_END], "more than 1,048,576 rows"),
        ("sheet", [SHEET, *[b'<row><c r="XFD1"/></row>' * MANY] * 2, SHEET_END], "cells and texts"),
        ("sheet", [SHEET, *[b"<row>" + b"<c/>" * MANY + b"</row>"] * 2_200, SHEET_END], "cells and texts"),
        ("sheet", [SHEET, b"<a>" * 300_000, b"</a>" * 300_000, SHEET_END], "styles, links and other parts"),
        (
            "styles",
            [b"<styleSheet " + SPACE + b"><fonts>", *[b"<font/>" * MANY] * 300, b"</fonts></styleSheet>"],
            "styles",
        ),
        ("sheet", [b'<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>', SHEET, SHEET_END], "document type"),
        ("sheet", [b'<!DOCTYPE l SYSTEM "file:///etc/passwd">', SHEET, SHEET_END], "document type"),
    ],
)
def test_a_workbook_that_would_cost_too_much_is_refused_before(
    tmp_path: Path, part: str, pieces: Sequence[bytes], said: str
) -> None:
    name = {"sheet": "worksheets/sheet1", "strings": "sharedStrings", "styles": "styles"}[part]
    file = write_hostile_workbook(tmp_path / "list.xlsx", f"xl/{name}.xml", pieces)
    started = time.process_time()
    with pytest.raises(InvalidValue, match=said) as refused:
        read_list(file)
    assert time.process_time() - started < 5
    assert "\n" not in str(refused.value)


def test_a_number_of_megabytes_lets_a_larger_workbook_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = b"<row>" + CELL + b"</row>"
    file = write_hostile_workbook(tmp_path / "list.xlsx", "xl/worksheets/sheet1.xml", [SHEET, row, SHEET_END])
    monkeypatch.setenv("GRAPHKIT_MAX_MB", "1")
    assert [one.name for one in read_list(file).rows] == ["x"]
    write_hostile_workbook(file, "xl/worksheets/sheet1.xml", [SHEET, row, b" " * (1 << 20), SHEET_END])
    with pytest.raises(InvalidValue, match="GRAPHKIT_MAX_MB"):
        read_list(file)
    monkeypatch.setenv("GRAPHKIT_MAX_MB", "2")
    assert [one.name for one in read_list(file).rows] == ["x"]


@pytest.mark.parametrize("count", [1_001, 1_000_000])
def test_a_list_of_too_many_columns_is_refused_soon(tmp_path: Path, count: int) -> None:
    file = tmp_path / "list.csv"
    file.write_text("name," + ",".join(f"c{number}" for number in range(count)) + "\nOracle\n")
    started = time.process_time()
    with pytest.raises(InvalidValue, match=f"has {count + 1:,} columns, more than 1,000"):
        read_list(file)
    assert time.process_time() - started < 3


def test_standard_input_that_never_ends_is_refused_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    class Zeros(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            Zeros.given += size
            return bytes(size)

    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(buffer=Zeros()))
    with pytest.raises(InvalidValue, match="zero bytes"):
        read_list("-")
    assert Zeros.given <= 1 << 20


def test_a_formula_without_its_value_is_no_empty_row(tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    for row in (["name"], ["Acme"], ['="Hua"&"wei"']):
        book.worksheets[0].append(row)
    book.save(file)
    with pytest.raises(InvalidValue, match="row 3 holds a formula without its value"):
        read_list(file)
