"""Mentions: where a sentence speaks of a company, chip, place, site, authority, rule or product, and of which.

Names come first, then descriptions ("puces IA avancées", "two small cloud providers"), then words that stand for what
was said before ("the company", "ces puces"). In `Scene.tagged` each mention is a run of one letter of its kind, as
long as its words, so that patterns see kinds and places stay the same.
"""

from __future__ import annotations

import re

import msgspec

from graphkit.facts import Entity
from graphkit.reading.known_names import KnownNames, NameHit, make_slug
from graphkit.reading.lexicon import FILLER, KIND_LETTERS, LETTERS, Lexicon, read_concepts, read_names_data
from graphkit.reading.sentences import Sentence, even_text

_KIND_OF = {letter: kind for kind, letter in KIND_LETTERS.items()} | {"j": "Region"}
_TOKEN = re.compile(f"[{''.join(LETTERS.values())}]{FILLER}*")


class Mention(msgspec.Struct, frozen=True):
    """A place in a sentence (`start`, `end`) that speaks of one of `entities`; `inner` are names in a description.

    `manner` is name, pattern, adjective, seat, description or pronoun; `bare` marks a class that nothing narrows.
    """

    start: int
    end: int
    letter: str
    entities: tuple[Entity, ...]
    manner: str
    bare: bool = False
    inner: tuple[Entity, ...] = ()

    @property
    def entity(self) -> Entity:
        return self.entities[0]


class Scene:
    """One sentence with its mentions."""

    def __init__(self, sentence: Sentence, lexicon: Lexicon) -> None:
        self.sentence, self.lexicon = sentence, lexicon
        self.plain = even_text(sentence.text)
        self.tagged = self.plain
        self.mentions: dict[int, Mention] = {}

    def put(self, mention: Mention) -> None:
        """Add a mention; those that it covers go."""
        for start in [one for one in self.mentions if mention.start <= one < mention.end]:
            del self.mentions[start]
        self.mentions[mention.start] = mention
        tag = LETTERS[mention.letter] + FILLER * (mention.end - mention.start - 1)
        self.tagged = self.tagged[: mention.start] + tag + self.tagged[mention.end :]

    def of(self, letters: str, start: int = 0, end: int | None = None) -> list[Mention]:
        """Return the mentions of some kinds within a stretch, in order."""
        stop = len(self.tagged) if end is None else end
        return [m for at, m in sorted(self.mentions.items()) if m.letter in letters and start <= at and m.end <= stop]

    def within(self, start: int, end: int) -> list[Mention]:
        """Return the mentions of a matched stretch, such as a list."""
        return [
            self.mentions[start + t.start()]
            for t in _TOKEN.finditer(self.tagged[start:end])
            if start + t.start() in self.mentions
        ]


class Context:
    """The things that a document has spoken of so far."""

    def __init__(self) -> None:
        self.topic: Mention | None = None
        self.chip: Mention | None = None
        self.rule: Mention | None = None
        self.rule_status = "done"
        self.agency: Mention | None = None
        self.group: Mention | None = None
        self.short: dict[str, Entity] = {}
        self.providers: frozenset[str] = frozenset()


def find_short_forms(text: str, names: KnownNames) -> dict[str, Entity]:
    """Return the first words by which a text calls companies that it names in full somewhere, such as "Baoshan"."""
    found: dict[str, dict[str, Entity]] = {}
    data = read_names_data()
    ordinary = {*data["ordinary"], *data["legal_forms"]}
    for hit in names.find(text):
        entity = hit.entities[0]
        written = text[hit.start : hit.end]
        first, _, rest = written.partition(" ")
        if (
            entity.kind == "Company"
            and not entity.generic
            and rest
            and first[:1].isupper()
            and len(first) > 3
            and first not in ordinary
        ):
            found.setdefault(first, {})[entity.id] = entity
    return {
        word: next(iter(those.values())) for word, those in found.items() if len(those) == 1 and not names.find(word)
    }


def find_providers(text: str, lexicon: Lexicon, names: KnownNames) -> frozenset[str]:
    """Return the ids of the companies that a text calls providers of computing: "l'hébergeur suédois Nordhal"."""
    found = set()
    words = even_text(text)
    for hit in names.find(text):
        near = words[max(0, hit.start - 40) : hit.start]
        if hit.entities[0].kind == "Company" and re.search(
            rf"(?:{lexicon.providers})s?(?: [^\W\d_,.]+){{0,2}} $", near
        ):
            found.add(hit.entities[0].id)
    return frozenset(found)


def find_mentions(sentence: Sentence, lexicon: Lexicon, names: KnownNames, context: Context) -> Scene:
    """Return a sentence with its mentions; what later sentences may refer to is left in the context."""
    scene = Scene(sentence, lexicon)
    hits = names.find(sentence.text, context.short)
    for hit in hits:
        if mention := _has_name(hit):
            scene.put(mention)
    _put_chips(scene, names)
    for kind in ("rule", "agency", "site", "chip", "group"):
        _put_described(scene, kind, names, context)
    _put_pronouns(scene, context)
    _leave_context(scene, context)
    return scene


def _has_name(hit: NameHit) -> Mention | None:
    first = hit.entities[0]
    letter = "j" if hit.manner == "adjective" else KIND_LETTERS[first.kind]
    manner = "description" if first.generic else hit.manner
    return Mention(hit.start, hit.end, letter, tuple(e for e in hit.entities if e.kind == first.kind)[:2], manner)


def _put_chips(scene: Scene, names: KnownNames) -> None:
    for pattern in read_names_data()["chip_patterns"]:
        for match in re.finditer(rf"(?<![\w-])(?:{pattern})(?=s?(?![\w]))", scene.sentence.text):
            if scene.tagged[match.start() : match.end()] == scene.plain[match.start() : match.end()]:
                name = match[0]
                scene.put(
                    Mention(
                        match.start(),
                        match.end(),
                        "h",
                        (Entity(id=make_slug(name), name=name, kind="Chip"),),
                        "pattern",
                    )
                )
    # "H100s": the plural belongs to the name
    for mention in scene.of("h"):
        if (
            scene.tagged[mention.end : mention.end + 1] == "s"
            and not scene.tagged[mention.end + 1 : mention.end + 2].isalnum()
        ):
            scene.put(msgspec.structs.replace(mention, end=mention.end + 1))


def _put_described(scene: Scene, kind: str, names: KnownNames, context: Context) -> None:
    letter = {"rule": "l", "agency": "a", "site": "d", "chip": "h", "group": "c"}[kind]
    pattern = scene.lexicon.compile(scene.lexicon.described[kind], bounded=True)
    for match in list(pattern.finditer(scene.tagged)):
        start, end = match.span()
        inner = list(scene.within(start, end))
        if any(m.letter in "lda" for m in inner) or _touches_named_chip(scene, kind, start, end):
            continue
        mention = _describe(scene, kind, letter, start, end, inner, names, context)
        if mention:
            scene.put(mention)


def _touches_named_chip(scene: Scene, kind: str, start: int, end: int) -> bool:
    """Say whether a class is only the noun of a named chip: "puces H100", "H100 chips"."""
    if kind != "chip":
        return False
    after, before = scene.tagged[end : end + 2], scene.tagged[max(0, start - 2) : start].rstrip()
    chip = LETTERS["h"]
    return after[1:2] == chip or (
        before[-1:] in (chip, FILLER) and any(m.letter == "h" and m.end >= start - 2 for m in scene.of("h", 0, start))
    )


def _describe(
    scene: Scene,
    kind: str,
    letter: str,
    start: int,
    end: int,
    inner: list[Mention],
    names: KnownNames,
    context: Context,
) -> Mention | None:
    text = scene.sentence.text[start:end]
    parts = tuple(m.entity for m in inner)
    ids = {f"id:{m.entity.id}" for m in inner if m.letter in "crj"}
    words = list(scene.plain[start:end])
    for m in inner:
        words[m.start - start : m.end - start] = " " * (m.end - m.start)
    _, concept = read_concepts()
    concepts = frozenset({m.lastgroup or "" for m in concept.finditer("".join(words))} | ids)
    whole = _KIND_OF[letter]
    if kind == "rule":
        if fit := names.fitting("Regulation", concepts, 0.9):
            return Mention(start, end, "l", tuple(fit), "description", False, parts)
        return Mention(start, end, "l", (Entity(id="", name=text, kind="Regulation"),), "description", True, parts)
    if kind == "agency":
        fit = names.fitting("Agency", concepts, 0.8) or _find_agency(names, concepts)
        return Mention(start, end, "a", tuple(fit), "description", False, parts) if fit else None
    if kind == "chip":
        if "own" in concepts:
            owner = context.topic.entity if context.topic else None
            before = [m for m in scene.of("c", 0, start) if not m.entity.generic]
            owner = before[0].entity if before else owner
            if not owner:
                return None
            concepts = frozenset({f"id:{owner.id}", "own", "chip", "ai"})
            fit = names.fitting("Chip", concepts) or [_make_entity(f"{owner.name} in-house AI chips", "Chip")]
            return Mention(start, end, "h", tuple(fit), "description", False, (owner,))
        narrowed = bool(ids) or "advanced" in concepts
        if not narrowed:
            fit = names.fitting("Chip", frozenset({"advanced", "ai", "chip"})) or [
                _make_entity("Advanced AI chips", "Chip")
            ]
            return Mention(start, end, "h", tuple(fit[:1]), "description", True, parts)
        makers = [m.entity for m in inner if m.letter == "c"]
        kept = frozenset({"chip", "ai", *(f"id:{m.id}" for m in makers)}) if makers else concepts | {"ai"}
        fit = names.fitting("Chip", kept) or [_make_entity(_make_chip_class(makers, inner), "Chip")]
        return Mention(start, end, "h", tuple(fit[:1]), "description", False, parts)
    if kind == "group":
        if not ids and not (concepts & {"provider", "two", "three", "reseller"}):
            return None  # "companies" alone are nobody
        if (
            not ids
            and not (concepts & {"two", "three"})
            and context.group
            and "provider" in context.group.entity.name.lower()
        ):
            return Mention(start, end, "c", context.group.entities, "pronoun", False)
        fit = names.fitting("Company", concepts, 0.85) or [_make_entity(_name_group(concepts, inner), "Company")]
        bare = not ids and not (concepts & {"two", "three"})
        return Mention(start, end, "c", tuple(fit), "description", bare, parts)
    makers = [m.entity for m in inner if m.letter == "c"]
    places = [m.entity for m in inner if m.letter in "rj"]
    if not makers and not places:
        return None
    if not makers:
        return None  # an unnamed site of nobody: its place is what is told of it
    fit = names.fitting(whole, concepts) or [_make_entity(_name_site(makers, places), "Datacenter")]
    return Mention(start, end, "d", tuple(fit), "description", False, (*makers, *places))


def _find_agency(names: KnownNames, concepts: frozenset[str]) -> list[Entity]:
    """Return the one authority whose name holds all of a description, such as "Commerce Department"."""
    if concepts <= {"congress", "senate"}:
        held = [
            e for known, e in names.described("Agency") if concepts == {c for c in known if not c.startswith("id:")}
        ]
        return held[:1]
    if len({c for c in concepts if not c.startswith("id:")} - {"government", "authority"}) < 1 or len(concepts) < 2:
        return []
    holding = {e.id: e for known, e in names.described("Agency") if concepts <= known}
    return list(holding.values()) if len(holding) == 1 else []


def _make_entity(name: str, kind: str) -> Entity:
    return Entity(id=make_slug(name), name=name, kind=kind, generic=True)


def _make_chip_class(makers: list[Entity], inner: list[Mention]) -> str:
    if makers:
        return f"{makers[0].name} AI chips"
    places = [m.entity for m in inner if m.letter in "rj"]
    return f"AI chips from {places[0].name}" if places else "Advanced AI chips"


_GROUP_WORDS = {
    "two": "Two",
    "three": "Three",
    "several": "Several",
    "small": "small",
    "foreign": "foreign",
    "cloud": "cloud",
    "tech": "technology",
}


def _name_group(concepts: frozenset[str], inner: list[Mention]) -> str:
    words = [word for concept, word in _GROUP_WORDS.items() if concept in concepts]
    noun = next(
        (
            n
            for c, n in (("provider", "providers"), ("reseller", "resellers"), ("customer", "customers"))
            if c in concepts
        ),
        "companies",
    )
    places = [m.entity.name for m in inner if m.letter in "rj"]
    name = " ".join([*words, noun, *(["in", places[0]] if places else [])])
    return f"{name[:1].upper()}{name[1:]} (unnamed)"


def _name_site(makers: list[Entity], places: list[Entity]) -> str:
    return f"{makers[0].name} site{f' in {places[0].name}' if places else ''} (unnamed)"


def _put_pronouns(scene: Scene, context: Context) -> None:
    forms = scene.lexicon.pronouns
    rules = list(scene.lexicon.compile(forms["rule"], bounded=True).finditer(scene.plain))
    for match in rules:
        earlier = scene.of("l", 0, match.start())
        before = earlier[-1] if earlier and not earlier[-1].bare else context.rule
        if before and _is_loose(scene, match):
            scene.put(Mention(match.start(), match.end(), "l", before.entities, "pronoun"))
    for match in list(scene.lexicon.compile(forms["chip"], bounded=True).finditer(scene.plain)):
        earlier = [m for m in scene.of("h", 0, match.start()) if not m.bare]
        before = earlier[-1] if earlier else context.chip
        if before and _is_loose(scene, match):
            scene.put(Mention(match.start(), match.end(), "h", before.entities, "pronoun"))
    for match in list(
        scene.lexicon.compile(rf"(?:{scene.lexicon.those_of})<who:c>", bounded=True).finditer(scene.tagged)
    ):
        maker = scene.within(*match.span("who"))[0].entity
        fit = [e for e in (context.chip.entities if context.chip else ()) if maker.name in e.name]
        if fit:
            scene.put(Mention(match.start(), match.end(), "h", tuple(fit), "pronoun"))
    for match in list(scene.lexicon.compile(forms["company"], bounded=True).finditer(scene.tagged)):
        earlier = [m for m in scene.of("c", 0, match.start()) if not m.entity.generic]
        before = context.topic or (earlier[0] if earlier else None)
        if earlier and match[0] in ("it", "il", "elle", "they"):
            free = [m for m in earlier if not is_governed(scene, m) and not is_possessor(scene, m)]
            before = free[-1] if free else earlier[0]
        if before and _is_free(scene, match):
            scene.put(Mention(match.start(), match.end(), "c", before.entities, "pronoun"))


def _is_free(scene: Scene, match: re.Match[str]) -> bool:
    """Say whether no mention stands there, and no name follows that the noun is of: "l'entreprise chinoise X"."""
    after = scene.tagged[match.end() : match.end() + 60]
    if re.match(
        rf"(?: {LETTERS['j']}{FILLER}*| (?:de|of) [^\W\d_]+(?: [^\W\d_]+)??){{0,2}},? {LETTERS['c']}", after
    ) and match[0] not in ("it", "il", "elle", "they"):
        return False
    return _TOKEN.search(scene.tagged[match.start() : match.end()]) is None


def _is_loose(scene: Scene, match: re.Match[str]) -> bool:
    inner = scene.within(match.start(), match.end())
    reach = [m for m in scene.mentions.values() if m.start < match.end() < m.end]
    return all(m.bare and not m.inner for m in (*inner, *reach))


def _leave_context(scene: Scene, context: Context) -> None:
    companies = [m for m in scene.of("c") if not m.entity.generic]
    free = [m for m in companies if not is_governed(scene, m)]
    if free:
        possessed = [m for m in free if not is_possessor(scene, m)]
        context.topic = (possessed or free)[0]
    elif companies and context.topic is None:
        context.topic = companies[0]
    if groups := [m for m in scene.of("c") if m.entity.generic and m.inner]:
        context.group = groups[-1]
    if agencies := scene.of("a"):
        context.agency = agencies[0]
    chips = [m for m in scene.of("h") if not m.bare]
    if chips:
        context.chip = chips[-1]


def is_possessor(scene: Scene, mention: Mention) -> bool:
    """Say whether a mention is a possessor: "Vantor's chief scientist"."""
    return bool(re.match(r"'s? ", scene.tagged[mention.end : mention.end + 3]))


def is_governed(scene: Scene, mention: Mention) -> bool:
    """Say whether a preposition governs a mention, so that it is no subject: "of Nvidia", "chez Oracle"."""
    before = scene.tagged[: mention.start]
    adjective, noun = f"{LETTERS['j']}{FILLER}*", f"(?:{scene.lexicon.company_nouns})"
    lead = rf"(?:^|[ (])(?:{scene.lexicon.prepositions})(?: |(?<='))(?:(?:{scene.lexicon.determiners})(?: |(?<=')))?"
    tight = rf"{lead}(?:{noun}s? (?:{adjective} )?|{adjective} {noun} )?$"
    return re.search(tight, before[-80:]) is not None
