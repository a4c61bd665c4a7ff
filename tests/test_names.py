"""Names: letters are not accents, one name may belong to two kinds, and hints follow a name's own words."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from graphkit.answers.selection import select_buyers
from graphkit.cli import main
from graphkit.errors import AmbiguousName, FactBaseError
from graphkit.explorer import Explorer
from graphkit.factbase import read_factbase, read_rulebook
from graphkit.facts import Entity
from graphkit.names import Directory, Spellings, draw_outline, find_mixed_letter, fold
from tests.fact_bases import claim, write_base

DIFFERENT = [
    ("ガス", "カス"),  # Japanese voicing marks
    ("ﾊﾞﾝｸ", "ハンク"),
    ("ぱん", "はん"),
    ("йога", "иога"),  # Cyrillic
    ("Ёлка", "Елка"),
    ("Київ", "Киив"),
    ("दिल", "दल"),  # Hindi vowel signs
    ("क़लम", "कलम"),  # the dot below
    ("கா", "க"),  # Tamil
    ("กา", "กี"),  # Thai
    ("ป่า", "ปา"),
    ("한국", "하국"),  # Korean
    ("أمن", "امن"),  # hamza is a letter's own
    ("字节", "宇节"),
    ("H100", "H200"),
    ("A-1", "A1"),
]
SAME = [
    ("Société Générale", "societe generale"),
    ("Łódź", "LODZ"),
    ("Ørsted", "orsted"),
    ("Đà Nẵng", "da nang"),
    ("Iğdır", "igdir"),
    ("Straße", "STRASSE"),
    ("Ærø", "aero"),
    ("Þór", "thor"),
    ("œuvre", "OEUVRE"),
    ("Ωμέγα", "ωμεγα"),
    ("שָׁלוֹם", "שלום"),
    ("بِنْك", "بنك"),
    ("بـنـك", "بنك"),  # stretched letters
    ("O’Neil", "O'Neil"),
    ("„Acme“", '"Acme"'),
    ("Rolls–Royce", "Rolls-Royce"),
    ("Soft\u00adbank", "Softbank"),
    ("Byte\u200bDance", "ByteDance"),
    ("ByteDance\u200e", "ByteDance"),
    ("می\u200cخواهم", "میخواهم"),
    ("Acme\u00a0Labs", "Acme  Labs"),
    ("ＢｙｔｅＤａｎｃｅ", "bytedance"),
    ("ｶﾞｽ", "ガス"),
    (unicodedata.normalize("NFD", "Café ガス й"), "Café ガス й"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_letters_are_not_accents(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_accents_case_and_typography_do_not_divide_names(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(max_size=30))
def test_folding_is_the_same_for_every_way_to_write_a_letter(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    for form in ("NFC", "NFD"):
        assert fold(fold(unicodedata.normalize(form, text))) == fold(unicodedata.normalize(form, text))


@given(st.text(st.characters(categories=["Lo"]), min_size=1, max_size=8))
def test_a_name_of_letters_without_case_never_folds_to_nothing(text: str) -> None:
    filler = {"\u115f", "\u1160", "\u3164", "\uffa0"}
    assert fold(text) or set(text) <= filler


# one name, two kinds -----------------------------------------------------------------------

ARM = [
    {"id": "arm-holdings", "name": "Arm", "kind": "Company", "aliases": "ARM; Georgia Power"},
    {"id": "georgia-country", "name": "Georgia", "kind": "Region"},
    {"id": "georgia-firm", "name": "Georgia", "kind": "Company"},
    {"id": "h1", "name": "H1", "kind": "Chip"},
]


def arms(folder: Path, *more: dict[str, object]) -> Path:
    return write_base(
        folder,
        [{"id": "memo", "name": "Memo"}],
        [*ARM, *more],
        {"memo": [claim("georgia-firm", "HEADQUARTERED_IN", "georgia-country"), claim("arm-holdings", "USES", "h1")]},
        regions__csv="id,name,aliases,iso2,iso3\narmenia,Armenia,,AM,ARM\n",
    )


def test_a_company_may_bear_a_countrys_name_or_code(tmp_path: Path) -> None:
    base = read_factbase(arms(tmp_path / "base"))
    directory = Directory(base.entities)
    for name, kind, id_ in (
        ("Arm", "Company", "arm-holdings"),
        ("ARM", "Region", "armenia"),
        ("Georgia", "Region", "georgia-country"),
        ("georgia", "Company", "georgia-firm"),
    ):
        found = directory.find(name, {kind})
        assert found is not None and found.id == id_
    with pytest.raises(AmbiguousName, match=r"georgia-country.*georgia-firm"):
        directory.find("Georgia")
    with Explorer.open(arms(tmp_path / "base")) as explorer:
        assert [one.id for one in select_buyers(explorer.store, "Georgia").members] == ["georgia-firm"]
        assert [one.id for one in select_buyers(explorer.store, "hq:Georgia").members] == ["georgia-firm"]
        with pytest.raises(AmbiguousName, match=r"georgia-country.*georgia-firm"):
            explorer.entity("Georgia")


def test_two_of_a_kind_may_not_bear_one_name(tmp_path: Path) -> None:
    for name in ("Arm", "arm", "GEORGIA", "Georgia power"):
        with pytest.raises(FactBaseError, match="1 fault"):
            read_factbase(arms(tmp_path / "base", {"id": "second", "name": name, "kind": "Company"}))


def test_a_base_may_hold_names_that_differ_by_letters_alone(tmp_path: Path) -> None:
    more = [
        {"id": f"{kind}-{n}", "name": name, "kind": "Company"}
        for n, pair in enumerate(DIFFERENT)
        for kind, name in zip(("one", "other"), pair, strict=True)
        if name != "A1"
    ]
    assert len(read_factbase(arms(tmp_path / "base", *more)).entities) == len(more) + len(ARM) + 1


# hints -------------------------------------------------------------------------------------

NAMES = Spellings(
    [
        ("Oracle", ["Oracle"]),
        ("Nvidia", ["Nvidia", "Nvidia Corporation"]),
        ("Microsoft", ["Microsoft", "MSFT"]),
        ("Huawei", ["Huawei", "Huawei Technologies"]),
        ("ByteDance", ["ByteDance", "字节跳动"]),
        ("Tencent", ["Tencent", "腾讯"]),
        ("H100", ["H100", "Nvidia H100"]),
        ("H200", ["H200"]),
        ("A100 80GB", ["A100 80GB"]),
        ("MI300X", ["MI300X"]),
        ("Bank of Elbonia", ["Bank of Elbonia"]),
    ]
)


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("Oracle Corporation", "Oracle"),
        ("Oracle America Inc.", "Oracle"),
        ("Orcale Corp", "Oracle"),
        ("Microsoft Corp", "Microsoft"),
        ("MSFT Inc", "Microsoft (MSFT)"),
        ("Huawei Technologies Co., Ltd.", "Huawei (Huawei Technologies)"),
        ("字节跳动有限公司", "ByteDance (字节跳动)"),
        ("北京字节跳动科技有限公司", "ByteDance (字节跳动)"),
        ("腾讯控股有限公司", "Tencent (腾讯)"),
        ("Byte Dance", "ByteDance"),
        ("H 100", "H100"),
        ("H-100", "H100"),
        ("H100 80GB", "H100"),
        ("H100 GPUs", "H100"),
        ("mi 300x", "MI300X"),
        ("Elbonia Bank", "Bank of Elbonia"),
        ("Bank", "Bank of Elbonia"),
    ],
)
def test_a_hint_follows_the_names_own_words(wanted: str, first: str) -> None:
    assert NAMES.find_near(wanted)[:1] == [first]


@pytest.mark.parametrize(
    "wanted", ["H300", "Corporation", "Inc.", "Ltd", "Acme Corporation", "公司", "", "  ", "B100 80GB"]
)
def test_no_hint_is_better_than_another_number_or_a_legal_form(wanted: str) -> None:
    assert not {"H100", "H200", "A100 80GB", "Nvidia (Nvidia Corporation)", "Oracle"} & set(NAMES.find_near(wanted))


@pytest.mark.parametrize("wanted", ["H-100", "H 100", "H100 80GB", "H100 GPUs", "h1oo", "A 100", "H 20", "B200s"])
def test_every_command_suggests_the_same_chips(wanted: str) -> None:
    hints = set()
    for words in (
        ["show", wanted],
        ["license", wanted, "--to", "MY", "--hq", "CN"],
        ["chip", wanted],
        ["path", "ByteDance", wanted],
    ):
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 2, words
        hints.add(done.stderr.partition(" is called ")[2].partition("?")[0].partition(";")[0].strip())
    assert len(hints) == 1, hints


def test_a_hint_is_of_the_kind_that_is_asked_for() -> None:
    known = [Entity(id="a", name="Acme One", kind="Company"), Entity(id="b", name="Acme Two", kind="Chip")]
    assert Directory(known).find_near("Acme", {"Chip"}) == ["Acme Two"]
    assert Directory(known).find_near("Acme") == ["Acme One", "Acme Two"]
    rulebook = read_rulebook()
    for look_up, wanted, meant in (
        (rulebook.region, "Malasya", "Malaysia"),
        (rulebook.region, "Kingdom of Norway", "Norway"),
        (rulebook.regulation, "US-2023-10 rule", "US-2023-10"),
    ):
        with pytest.raises(Exception, match=f"did you mean .*{meant}"):
            look_up(wanted)


def test_a_hint_takes_no_time_for_a_hostile_name() -> None:
    for name in ("字" * 100_000, "a " * 50_000, "1" * 100_000, "é" * 100_000):
        NAMES.find_near(name)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["chip", "H10O"], "H100"),
        (["chip", "h1000"], "H100"),
        (["chip", "B2000"], "B200"),
        (["chip", "GB30"], "GB300"),
        (["chip", "A10O"], "A100"),
        (["chip", "H2l"], None),
        (["chip", "H300"], None),
        (["path", "ByteDance", "GB30O"], "GB300"),
        (["path", "Inspur Taiwann", "H100"], "Inspur Taiwan"),
        (["path", "Tencnet", "H100"], "Tencent"),
        (["path", "ByteDance", "H100", "--status", "doen"], "done"),
        (["path", "ByteDance", "H100", "--include", "LEASE_FROM"], "LEASES_FROM"),
        (["path", "ByteDance", "H100", "--via", "0racle"], "Oracle"),
        (["show", "BILL-119-HR268"], "Remote Access Security Act (BILL-119-HR2683)"),
        (["whatif", "ByteDance", "H100", "--enact", "BILL-119-HR268"], "BILL-119-HR2683"),
        (["license", "H100", "--to", "Malaysa", "--hq", "CN"], "Malaysia"),
        (["query", "where_are_the_sites_of", "-p", "company=Foo"], None),
        (["query", "where_are_the_sites_of", "-p", "company=Orcle"], "Oracle"),
        (["query", "where_are_the_sites_of", "-p", "company=Malaysai"], None),
        (["query", "who_rent_from"], "who_rents_from"),
        (["list", "companies", "--seat", "Chnia"], "China"),
        (["screen", "--through", "Oracel"], "Oracle"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_hint_is_what_the_keys_were_meant_to_write(words: list[str], meant: str | None) -> None:
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    hint = re.search(r"did you mean (.+?)\?", done.stderr)
    assert (hint and hint[1].split(" or ")[0]) == meant, done.stderr


# look-alikes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Оrасle", "Oracle"),
        ("Nvidiа", "Nvidia"),
        ("lntel", "Intel"),
        ("H1OO", "H100"),
        ("ΑΜD", "AMD"),
        ("Теnсеnt", "Tencent"),
    ],
)
def test_a_look_alike_is_told_and_both_are_kept(one: str, other: str, tmp_path: Path) -> None:
    assert draw_outline(one) == draw_outline(other) and fold(one) != fold(other)
    more = [{"id": "first", "name": other, "kind": "Product"}, {"id": "second", "name": one, "kind": "Company"}]
    base = read_factbase(arms(tmp_path / "base", *more))
    told = [warning for warning in base.warnings if "look-alike" in warning]
    assert len(told) == 1 and "entities.csv:7: " in told[0] and "of first" in told[0]


@pytest.mark.parametrize("name", ["Яндекс AI", "Газпром", "Nvidia", "Ωmega Labs", "Ball", "Société"])
def test_a_name_of_one_script_to_a_word_is_no_look_alike(name: str, tmp_path: Path) -> None:
    if name != "Ωmega Labs":
        assert find_mixed_letter(name) is None
    assert read_factbase(arms(tmp_path / "base", {"id": "x", "name": name, "kind": "Company"})).warnings == ()


def test_a_foreign_letter_among_latin_ones_is_told_without_a_twin(tmp_path: Path) -> None:
    (told,) = read_factbase(arms(tmp_path / "base", {"id": "x", "name": "Zеta", "kind": "Company"})).warnings
    assert "entities.csv:6: " in told and "U+0435 (cyrillic small letter ie)" in told
    done = CliRunner().invoke(main, ["check", str(tmp_path / "base")])
    assert done.exit_code == 0 and "warning: " in done.stderr and "U+0435" in done.stderr
