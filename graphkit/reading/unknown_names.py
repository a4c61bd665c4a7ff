"""The names step: capitalised words of a text that nobody knows, ranked, each with its reason and sentence."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

import msgspec

from graphkit.reading.known_names import KnownNames, make_slug
from graphkit.reading.lexicon import Lexicon, read_lexicon, read_names_data
from graphkit.reading.reader import find_scenes
from graphkit.reading.scenes import Scene
from graphkit.reading.sentences import Sentence, even_text

_WORD = r"[A-ZÀ-ÖØ-Þ][\w&.’'-]*(?<![.’'-])|[a-z]{1,2}[A-Z]\w+"
_NAME = re.compile(rf"(?<![\w.])(?:{_WORD})(?:(?: | (?:of|de|du|des|and|et|&) )(?:{_WORD}|\d{{1,3}}[A-Z]?\b))*")
_AGENCY = re.compile(
    r"\b(?:department|ministry|bureau|commission|agency|office|authority|ministere|autorite|agence|departement|court|tribunal|senate|congress|committee)\b"
)
_RULE = re.compile(r"\b(?:act|rule|bill|list|loi|reglement|framework|order)\b")


class UnknownMention(msgspec.Struct, frozen=True):
    """A name that is not known: its likely kind, why it may matter, how often and where it stands.

    `near` is a known name that it may be another form of; numbers block that: H100 is not H200.
    """

    name: str
    kind: str
    reason: str
    score: float
    count: int
    sentence: str
    quote: str
    near: str = ""
    person: bool = False

    @property
    def key(self) -> str:
        return f"name:{make_slug(self.name)}"


class _Span(msgspec.Struct, frozen=True):
    name: str
    sentence: Sentence
    start: int
    end: int


def find_unknown_names(
    text: str, language: str, names: KnownNames, scenes: Iterable[Scene] | None = None
) -> list[UnknownMention]:
    """Return the unknown names of a text, best first, persons last; `scenes` are its sentences, if they were read."""
    lexicon = read_lexicon(language)
    spans: dict[str, list[_Span]] = {}
    lower = set(re.findall(r"(?<![\w])[a-zà-ÿ][\w-]+", text))
    for scene in find_scenes(text, language, names) if scenes is None else scenes:
        here = [m for m in scene.of("chrjdalp") if m.manner != "pronoun" and not (m.bare and m.letter == "c")]
        # "chip" and "rule" are words of a name too: the Chip Tracking Rule
        common = {(m.start, m.end) for m in here if m.bare and not m.inner and m.letter in "hl"}
        taken = [(m.start, m.end) for m in here if (m.start, m.end) not in common]
        for span in _iterate_spans(scene.sentence, taken, lower):
            if (span.start, span.end) not in common:
                spans.setdefault(span.name, []).append(span)
    _cut_owners(spans, names)
    _merge_short(spans)
    found = [_judge(name, those, lexicon, names) for name, those in spans.items()]
    return sorted(
        (one for one in found if one.score > -1.2), key=lambda one: (one.person, -one.score, -one.count, one.name)
    )


@functools.cache
def _list_ordinary() -> frozenset[str]:
    return frozenset(read_names_data()["ordinary"])


def _iterate_spans(sentence: Sentence, taken: Sequence[tuple[int, int]], lower: set[str]) -> Iterable[_Span]:
    text = sentence.text
    words = re.findall(r"[^\W\d_]{3,}", text)
    capitals = sum(word[0].isupper() for word in words)
    if len(words) > 3 and capitals > 0.6 * len(words) and not any(len(w) > 4 and w[0].islower() for w in words):
        return  # a headline in which every word is capitalised tells nothing
    ordinary = _list_ordinary()
    for match in _NAME.finditer(text):
        start, end = match.span()
        for piece_start, piece_end in _cut_stretches(start, end, sorted(taken)):
            piece = text[piece_start:piece_end]
            while (first := re.match(r"[^\s’']+[\s’']+|[^\s’']+$", piece)) and first[0].strip(" ’'") in ordinary:
                piece_start += len(first[0])
                piece = text[piece_start:piece_end]
            piece = re.sub(r"(?:['’]s)?(?: (?:of|de|du|des|and|et|the|for|&))?\s*$", "", piece).strip()
            piece = re.sub(r"^(?:of|de|du|des|d’|d'|and|et|the|for|&)\s+", "", piece)
            if len(piece) < 2 or piece in ordinary or not (piece[0].isupper() or re.match(r"[a-z]{1,2}[A-Z]", piece)):
                continue
            at = text.find(piece, piece_start)
            begins = not re.search(r"\w", text[:at])
            if begins and " " not in piece and piece.lower() in lower and piece[1:].islower():
                continue
            for part in _split_run(piece):
                yield _Span(part, sentence, text.find(part, at), text.find(part, at) + len(part))


def _split_run(piece: str) -> list[str]:
    """Return the names of a run: "Acme and Beta" are two, "Bureau of Industry and Security" is one."""
    if _AGENCY.search(even_text(piece)):
        return [piece]
    return [one for one in re.split(r" (?:and|et) |['’]s |-(?:backed|based|owned|led)\b ?", piece) if one]


def _cut_stretches(start: int, end: int, taken: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    for one, other in taken:
        if other <= start or one >= end:
            continue
        if one > start:
            yield start, one
        start = max(start, other)
    if start < end:
        yield start, end


def _cut_owners(spans: dict[str, list[_Span]], names: KnownNames) -> None:
    """Read "Jade de Hanmei" as Jade where the text, or what is known, has Hanmei alone."""
    for name in sorted(spans):
        owned = re.fullmatch(r"(.+?) (?:of|de|du|d['’]) ?(.+)", name)
        if owned and (owned[2] in spans or names.find(owned[2], proper=True)) and not _AGENCY.search(even_text(name)):
            for one in spans.pop(name):
                cut = msgspec.structs.replace(one, name=owned[1], end=one.start + len(owned[1]))
                spans.setdefault(owned[1], []).append(cut)


def _merge_short(spans: dict[str, list[_Span]]) -> None:
    """Count "Marlowe" with "Marlowe Systems": the longer name stands for both."""
    for short in sorted(spans, key=len):
        first = spans[short][0]
        longer = [
            name
            for name in spans
            if name != short and name.startswith(f"{short} ") and not re.search(r"\d", name[len(short) :])
        ]
        # a full name comes before its short form; "Hanmei" that comes first is no short form of "Hanmei Pacific"
        if len(longer) == 1 and (spans[longer[0]][0].sentence.start, 0) <= (first.sentence.start + 1, 0):
            spans[longer[0]] += spans.pop(short)


def _judge(name: str, spans: list[_Span], lexicon: Lexicon, names: KnownNames) -> UnknownMention:
    data = read_names_data()
    first = spans[0]
    score, reasons = min(len(spans), 4) * 0.5, []
    kind = "Company"
    last = name.split()[-1].rstrip(".")
    words = even_text(name)
    if last in data["legal_forms"]:
        score += 3
        reasons.append(f"legal form {last}")
    triggers = said = person = False
    for span in spans:
        text = even_text(span.sentence.text)
        before, after = text[max(0, span.start - 60) : span.start], text[span.end : span.end + 60]
        noun = rf"(?:{lexicon.company_nouns})s?"
        if re.search(rf"\b{noun}(?: [^\W\d_]+){{0,3}},? $", before) or re.match(
            rf",? (?:an? |une? |le |la |l'|the )?(?:[\w-]+ ){{0,3}}?{noun}\b", after
        ):
            score += 3 if "called a company" not in reasons else 0
            reasons.append("called a company")
        if re.search(r"\b(?:puce|chip|gpu|processeur|processor)s?,? $", before):
            kind = "Chip"
            score += 2
            reasons.append("called a chip")
        if re.search(rf"\b(?:{lexicon.product_nouns})s?,? (?:\w+ )?$", before) or re.match(
            rf",? (?:(?:\w+ ){{0,2}})?(?:{lexicon.product_nouns})\b", after
        ):
            kind = "Product"
            score += 2
            reasons.append("called a product")
        if (
            re.search(r"\b(?:in|near|at|en|a|au|pres de|de|dans)(?: the| la| le)? $", before)
            and kind == "Company"
            and "called a company" not in reasons
        ):
            where = (
                re.search(r"\b(?:in|near|a|pres de|based in|siege est a|sites? de|campus de) $", before) is not None
            )
            if where and len(name.split()) <= 2 and last not in data["legal_forms"]:
                kind = "Region"
        if any(words.search(after) for _, words in lexicon.triggers[:8]):
            triggers = True
        if re.search(
            r"(?:selon|d'apres|according to)(?: l'agence| le site| le quotidien| the)? $", before
        ) or re.match(r",? (?:said|reported|rapporte|affirme|avait affirme|indique|revele)\b", after):
            said = True
        title = re.search(r"([\w.]+) $", span.sentence.text[: span.start])
        if (title and title[1].rstrip(".") in data["titles"]) or (
            name.split()[0] in data["first_names"] and len(name.split()) == 2
        ):
            person = True
        if re.match(
            r",? (?:\w+ ){0,2}(?:ceo|pdg|chief executive|president|directeur|fondateur|founder|spokes\w+|porte-parole"
            r"|lawyer|avocat|analyst\w*|chercheur|professor)\b",
            after,
        ):
            person = True
        if re.match(r"-(?:backed|owned|led|controlled)\b", after):
            score += 1.5
            reasons.append("behind another")
    if kind == "Region" and "called a company" in reasons:
        kind = "Company"
    begins = not re.search(r"\w", first.sentence.text[: first.start])
    if begins and len(spans) == 1 and " " not in name and not reasons and not triggers:
        score -= 2  # most words that begin a sentence are no names
    if triggers:
        score += 2
        reasons.append("before a trigger")
    if said:
        score -= 1.5
        reasons.append("said to say something")
    if _AGENCY.search(words):
        kind, score = "Agency", score + 1.5
        reasons.append("called an authority")
    elif _RULE.search(words):
        kind, score = "Regulation", score + 1
        reasons.append("called a rule")
    if kind == "Region":
        reasons.append("a place by its preposition")
        score += 1
    if len(spans) > 1:
        reasons.append(f"{len(spans)} times")
    near = _find_near(name, kind, names)
    if near:
        reasons.append(f"like {near}")
    if person:
        reasons.insert(0, "a person")
        score -= 2
    reason = ", ".join(dict.fromkeys(reasons)) or "capitalised"
    return UnknownMention(
        name, kind, reason, round(score, 2), len(spans), first.sentence.locator, first.sentence.text, near, person
    )


def _find_near(name: str, kind: str, names: KnownNames) -> str:
    """Return the known name that is spelt like this one; other numbers make another name."""
    from rapidfuzz import fuzz, process

    found = process.extract(name, names.proper_names(kind), scorer=fuzz.WRatio, limit=3, score_cutoff=88)
    return next((one for one, _, _ in found if re.findall(r"\d+", one) == re.findall(r"\d+", name)), "")
