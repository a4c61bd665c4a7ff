"""A company's name taken apart: its own words, and the words around them by what they tell."""

from __future__ import annotations

import functools
import re
import unicodedata
import warnings
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Literal

import msgspec

from graphkit.names import fold, read_legal_forms

Role = Literal["legal", "group", "branch", "business", "places"]

#: Letters of other scripts that look like Latin ones, in lower case.
_LOOKALIKES = str.maketrans(
    "авеёзіїјкмнопрстухѕԁԛԝγοαεικνρτυχωβηϲ",
    "abeeziijkmhonpctyxsdqwyoaeiknptuxwbhc",
)
#: Cyrillic letters above stand for their sound; these few are read by their shape.
_LOOKALIKES |= str.maketrans("врнсухптз", "bphcyxnt3")
#: Alphabets whose letters look like Latin ones, letters made for formulas, and Latin letters of living languages.
_ALPHABETS = frozenset(("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "GEORGIAN", "DESERET"))
_FORMULA = frozenset(("MATHEMATICAL", "CIRCLED", "PARENTHESIZED", "SQUARED", "NEGATIVE", "SCRIPT", "DOUBLE-STRUCK"))
_ASIAN = frozenset(("IDEOGRAPH", "HANGUL", "KATAKANA"))
_LATIN_LETTERS = frozenset("æÆœŒøØłŁđĐðÐþÞßẞ")
#: Letters of a legal form from which on a slip of the keys in it is looked for.
_LONG_FORM = 7
#: Characters of the longest name.
_LONGEST = 300
_OUTLINES = str.maketrans("i1|0", "lllo")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_BRACKETS = re.compile(r"[(（\[【]([^)）\]】]*)[)）\]】]")
#: A listing in brackets, "(0700.HK)" or "(NASDAQ: BIDU)", which says nothing of who it is.
_LISTING = re.compile(
    r"[(（](?:[a-z]+\s*:\s*[0-9a-z.]{1,8}|\d{3,6}(?:\.[a-z]{1,3})?|[a-z]{1,5}\.[a-z]{1,2})[)）]", re.IGNORECASE
)
_BRACKET_TICKER = re.compile(r"[(（]([a-z]{2,5})[)）]")
#: A legal form in brackets, of one sign: (株), (주).
_BRACKET_FORM = re.compile(r"\(([株有同合주유합])\)")
#: Brackets that hold another name of the same firm.
_OTHER_NAME = re.compile(r"(?:formerly|previously|f/?k/?a|a/?k/?a|d/?b/?a|t/?a|ex)\b")
_LATIN_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+", re.IGNORECASE)
_CJK = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_DASH = re.compile(r"\s[-–—|/:]\s")
_PLAIN = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "«": '"', "»": '"', "&": " and "}


class Core(msgspec.Struct, frozen=True):
    """A name's own words once some around them are taken away.

    `key` is their letters without spaces, `ordered` their words in alphabetical order, `digits`
    the numbers in them; `roles` says what was taken away, `left` which words.
    """

    key: str
    ordered: str
    digits: tuple[str, ...]
    roles: tuple[Role, ...] = ()
    left: tuple[str, ...] = ()


@functools.cache
def load_words() -> Mapping[str, Role]:
    """Return what each known word around a name tells."""
    import yaml
    from babel import Locale

    text = (resources.files("graphkit.matching") / "words.yaml").read_text("utf-8")
    lists: dict[str, list[str]] = yaml.safe_load(text)
    found: dict[str, Role] = {}
    for language in ("en", "fr", "de", "es", "it", "nl", "pt", "zh", "pl", "cs", "tr", "ru", "uk"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2:
                words = [name] if _CJK.search(name) else _LATIN_WORD.findall(fold(name))
                found |= dict.fromkeys((word for word in words if len(word) > 2 or _CJK.search(word)), "places")
    found |= dict.fromkeys((simplify(form) for form in read_legal_forms()), "legal")
    roles: tuple[Role, ...] = ("places", "business", "branch", "group")
    for role in roles:
        found |= dict.fromkeys(map(str, lists[role]), role)
    return found


@functools.cache
def load_tickers() -> Mapping[str, tuple[str, ...]]:
    """Return the tickers of companies by their cleaned name."""
    import yaml

    text = (resources.files("graphkit.matching") / "tickers.yaml").read_text("utf-8")
    return {clean(name): tuple(map(str.casefold, tickers)) for name, tickers in yaml.safe_load(text).items()}


@functools.cache
def load_spellings() -> Mapping[str, tuple[str, ...]]:
    """Return names as they are written in other alphabets, by the cleaned name of their company."""
    import yaml

    text = (resources.files("graphkit.matching") / "spellings.yaml").read_text("utf-8")
    return {clean(name): tuple(spellings) for name, spellings in yaml.safe_load(text).items()}


@functools.cache
def load_placeholders() -> frozenset[str]:
    """Return what stands in a column of names where there is no name."""
    import yaml

    text = (resources.files("graphkit.matching") / "words.yaml").read_text("utf-8")
    return frozenset(map(str, yaml.safe_load(text)["placeholders"]))


def is_name(text: str) -> bool:
    """Say whether a text can be a name: no placeholder, bare number, address or page of text."""
    if len(text) > _LONGEST:
        return False
    plain = clean(text)
    return any(map(str.isalpha, plain)) and plain not in load_placeholders() and not _ADDRESS.search(plain)


@functools.lru_cache(maxsize=50_000)
def clean(text: str) -> str:
    """Return a text in one spelling of its signs: no invisible ones, plain quotes, single spaces, no case."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    plain = "".join(_PLAIN.get(char, char) for char in plain)
    return " ".join(plain.casefold().split()).strip(" .,;'\"")


def normalize_case(text: str) -> str:
    """Return a text without case and runs of space; its signs stay.

    >>> normalize_case("  TENCENT   Holdings ")
    'tencent holdings'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def strip_accents(text: str) -> str:
    """Return a text whose letters have lost all marks: what it looks like, not what it says (see `names.fold`)."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


@functools.cache
def _make_converter() -> object:
    from opencc import OpenCC

    return OpenCC("t2s")


def simplify(text: str) -> str:
    """Return a text whose Chinese characters are the simplified ones."""
    return str(_make_converter().convert(text)) if _CJK.search(text) else text  # type: ignore[attr-defined]


@functools.lru_cache(maxsize=200_000)
def transliterate(word: str) -> str:
    """Return a word in Latin letters, lower case, without accents."""
    if word.isascii():
        return word
    from normality import ascii_text

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for a package that needs a compiler
        return "".join(_LATIN_WORD.findall((ascii_text(word) or "").casefold()))


def read_lookalikes(text: str) -> str | None:
    """Return a text with the letters that only look like Latin ones read as Latin; None where there are none."""
    plain = strip_accents(clean(text))
    read = plain.translate(_LOOKALIKES)
    return read if read != plain and read.isascii() else None


def mixes_scripts(text: str) -> bool:
    """Say whether letters of a text may stand for others that look like them.

    Those are letters of another alphabet in a word of Latin ones, letters made for formulas, and Latin letters that
    are no accented ones: "Nvidi\u0430", "Nv\u0131dia". Asian names in Latin and other letters are no such mix.

    >>> mixes_scripts("Nvidi\u0430"), mixes_scripts("SK하이닉스"), mixes_scripts("Яндекс AI")
    (True, False, False)
    """
    if text.isascii():
        return False
    names = [unicodedata.name(char, "?").split(" ") for char in text]
    if any(name[0] in _FORMULA and not _ASIAN.intersection(name) for name in names):  # ㈱ is no letter of a formula
        return True
    for word in strip_accents(_INVISIBLE.sub("", text)).split():
        scripts = {unicodedata.name(char, "?").split(" ")[0] for char in word if char.isalpha()}
        odd = any(not char.isascii() and unicodedata.name(char, "").startswith("LATIN") for char in word)
        if "LATIN" in scripts and scripts & _ALPHABETS:
            return True
        if odd and any(char not in _LATIN_LETTERS for char in word if not char.isascii()):
            return True
    return False


def draw_outline(key: str) -> str:
    """Return a key with the letters and digits that look alike in one shape.

    >>> draw_outline("0rac1e") == draw_outline("oracle")
    True
    """
    return key.translate(_OUTLINES)


def consists_of_known_words(text: str) -> bool:
    """Say whether a text without spaces is made of known words from end to end.

    >>> consists_of_known_words("信息技术深圳"), consists_of_known_words("烘焙")
    (True, False)
    """
    known = load_words()
    ends = {0}
    for end in range(1, len(text) + 1):
        if any(start in ends and text[start:end] in known for start in range(max(0, end - 8), end)):
            ends.add(end)
    return len(text) in ends


def iterate_cores(text: str) -> Iterator[Core]:
    """Iterate over the cores of a name, the whole name first, then with more and more taken away.

    >>> [core.key for core in iterate_cores("Beijing ByteDance Technology Co., Ltd.")]
    ['beijingbytedancetechnology', 'beijingbytedance', 'bytedance']
    """
    plain = _BRACKET_FORM.sub(" ", simplify(clean(text)))
    seen: set[tuple[str, bool]] = set()
    for variant, roles, left in _iterate_variants(plain):
        words = list(_split_words(_write_out(variant)))
        for core in _strip(words, roles, left):
            if core.key and (core.key, bool(core.roles)) not in seen:
                seen.add((core.key, bool(core.roles)))
                yield core


@functools.cache
def _read_short_forms() -> tuple[re.Pattern[str], Mapping[str, str]]:
    import yaml

    text = (resources.files("graphkit.matching") / "words.yaml").read_text("utf-8")
    forms: dict[str, str] = yaml.safe_load(text)["short_forms"]
    return re.compile(rf"\b(?:{'|'.join(forms)})\b"), forms


def _write_out(plain: str) -> str:
    """Return a text whose short forms are written out: Hong Kong for HK, holdings for hldgs."""
    short, forms = _read_short_forms()
    return short.sub(lambda match: forms[match[0]], plain)


def mend_legal_forms(text: str) -> str | None:
    """Return a name whose misspelt legal forms are right, None where none is: one slip, or a letter that looks like.

    >>> mend_legal_forms("Acme Corportion"), mend_legal_forms("Acme lnc."), mend_legal_forms("Acme Inc.")
    ('acme corporation', 'acme inc', None)
    """
    words = clean(text).split()
    mended = " ".join([*words[:1], *(_mend_legal_form(word) or word for word in words[1:])])
    return mended if mended != clean(text) else None


@functools.cache
def _index_legal_forms() -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return the legal forms in Latin letters by their outline, and those long enough for a slip."""
    forms = [form for form in read_legal_forms() if form.isascii()]
    return {draw_outline(form): form for form in forms}, tuple(form for form in forms if len(form) >= _LONG_FORM)


@functools.lru_cache(maxsize=100_000)
def _mend_legal_form(word: str) -> str | None:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    plain = word.strip(".,()")
    if not plain.isascii() or plain in load_words():
        return None
    outlines, long = _index_legal_forms()
    if like := outlines.get(draw_outline(plain)):
        return like
    near = process.extractOne(plain, long, scorer=OSA.distance, score_cutoff=1)
    return str(near[0]) if near else None


def _iterate_variants(plain: str) -> Iterator[tuple[str, tuple[Role, ...], tuple[str, ...]]]:
    """Iterate over a name with its brackets opened, without them, and each part beside a dash."""
    yield _BRACKETS.sub(r" \1 ", plain), (), ()
    unlisted = _BRACKET_TICKER.sub(lambda match: " " if _is_ticker(match[1]) else match[0], _LISTING.sub(" ", plain))
    if unlisted != plain and unlisted.strip():
        yield " ".join(unlisted.split()), (), ()
    bracketed = _BRACKETS.findall(plain)
    outside = " ".join(_BRACKETS.sub(" ", plain).split()) if not _CJK.search(plain) else _BRACKETS.sub("", plain)
    if bracketed and outside:
        words = [word for part in bracketed for word in _split_words(part)]
        known = load_words()
        if all(_OTHER_NAME.match(part.strip()) for part in bracketed):
            yield outside, ("branch",), tuple(part.strip() for part in bracketed)
        if all(word in known for word in words):
            yield outside, tuple(known[word] for word in words if known[word] != "legal"), tuple(words)
    parts = _DASH.split(plain)
    if len(parts) > 1:
        for part in parts:
            if len(part) > 3:
                yield part, ("branch",), tuple(other for other in parts if other != part)


@functools.lru_cache(maxsize=10_000)
def _is_ticker(word: str) -> bool:
    return any(word in tickers for tickers in load_tickers().values())


def _split_words(text: str) -> Iterator[str]:
    plain = fold(re.sub(r"(?<=\w)[.'](?=\w\b)", "", text))
    if not plain.isascii():  # a mark that folding keeps is part of its letter: Thai, Hindi
        plain = "".join(char if char.isalnum() or unicodedata.category(char)[0] == "M" else " " for char in plain)
    for word in plain.split() if not plain.isascii() else _LATIN_WORD.findall(plain):
        if _CJK.search(word):
            yield from _segment(word)
        else:
            yield word


def _segment(text: str) -> list[str]:
    """Return a text without spaces as its known words at either end and what stands between them."""
    known = load_words()
    before: list[str] = []
    after: list[str] = []
    while text:
        sizes = range(min(len(text) - 1, 8), 0, -1)
        size = next((n for n in sizes if text[-n:] in known and not _is_inside_word(text, len(text) - n)), 0)
        if not size:
            break
        after.insert(0, text[-size:])
        text = text[:-size]
    # 中国电信 is China Telecom's own name: what would leave known words only stays whole
    while len(text) > 2:
        sizes = range(min(len(text) - 1, 6), 1, -1)
        size = next((n for n in sizes if text[:n] in known and not _is_inside_word(text, n)), 0)
        if not size:
            break
        # 深圳市, 广东省: a city or province with the word for it
        suffix = known[text[:size]] == "places" and text[size : size + 1] in ("市", "省") and len(text) > size + 2
        before.append(text[:size])
        text = text[size + suffix :]
    return [*before, text, *after]


def _is_inside_word(text: str, place: int) -> bool:
    """Say whether a cut would part Latin letters, as N.V. from "nvidia株式会社"."""
    return text[place - 1 : place + 1].isascii()


def _strip(words: list[str], roles: tuple[Role, ...], left: tuple[str, ...]) -> Iterator[Core]:
    """Yield what is left as words are taken from both ends: legal forms at once, then one by one."""
    known = load_words()
    words = _strip_legal_forms(words)
    start, end = 0, len(words)
    while start < end:
        yield _make_core(words[start:end], roles, left)
        last, first = words[end - 1], words[start]
        if (role := known.get(last)) and end - start > 1:
            end -= 1
            roles, left = (roles, left) if role == "legal" else ((*roles, role), (last, *left))
        elif (role := known.get(first)) and end - start > 1:
            start += 1
            roles, left = (roles, left) if role == "legal" else ((*roles, role), (*left, first))
        else:
            return


def _strip_legal_forms(words: list[str]) -> list[str]:
    """Take legal forms from both ends of a name, and single letters that are what is left of one ("S.A.")."""
    known = load_words()
    start, end = 0, len(words)
    while end - start > 1 and known.get(words[end - 1]) == "legal":
        end -= 1
    while end - start > 1 and known.get(words[start]) == "legal":
        start += 1
    # 中国电信|股份有限公司|广东|分公司: a legal form between the name and its branch
    return [word for word in words[start:end] if not (_CJK.search(word) and known.get(word) == "legal")]


def _make_core(words: list[str], roles: tuple[Role, ...], left: tuple[str, ...]) -> Core:
    latin = [transliterate(word) for word in words]
    key = "".join(words)
    digits = tuple(re.findall(r"\d+", key))
    return Core(key, " ".join(sorted(latin)), digits, roles, left)
