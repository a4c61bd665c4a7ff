"""Mentions: where a sentence speaks of a company, chip, place, site, authority, rule or product, and of which.

Names come first, then descriptions ("puces IA avancées", "two small cloud providers"), then references to what was
said before.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

import msgspec

from graphkit.facts import Entity
from graphkit.reading.known_names import KnownNames, NameHit, make_slug
from graphkit.reading.lexicon import FILLER, KIND_LETTERS, LETTERS, Lexicon, read_concepts, read_names_data
from graphkit.reading.references import leave_context, put_pronouns
from graphkit.reading.scenes import Context, Mention, Scene
from graphkit.reading.sentences import Sentence, even_text
from graphkit.reading.unnamed import find_authority, lets_computing, make_unnamed, name_chips, name_group, name_site

_KIND_OF = {letter: kind for kind, letter in KIND_LETTERS.items()} | {"j": "Region"}


def find_short_forms(text: str, hits: Iterable[NameHit], names: KnownNames) -> dict[str, Entity]:
    """Return the first words by which a text calls companies that it names in full somewhere, such as "Baoshan"."""
    found: dict[str, dict[str, Entity]] = {}
    data = read_names_data()
    ordinary = {*data["ordinary"], *data["legal_forms"]}
    for hit in hits:
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


def find_providers(text: str, hits: Iterable[NameHit], lexicon: Lexicon) -> frozenset[str]:
    """Return the ids of the companies that a text calls providers of computing: "l'hébergeur suédois Nordhal"."""
    found = set()
    words = even_text(text)
    called = rf"(?:{lexicon.providers})s?(?:,|(?: [^\W\d_,.]+){{0,2}}) $"
    apposed = rf", (?:an? |une? |the |le |la |l')(?:[\w'-]+ ){{0,4}}?(?:{lexicon.providers})\b"
    for hit in hits:
        if hit.entities[0].kind == "Company" and (
            re.search(called, words[max(0, hit.start - 40) : hit.start])
            or re.match(apposed, words[hit.end : hit.end + 60])
        ):
            found.add(hit.entities[0].id)
    return frozenset(found)


def find_mentions(sentence: Sentence, lexicon: Lexicon, names: KnownNames, context: Context) -> Scene:
    """Return a sentence with its mentions; what later sentences may refer to is left in the context."""
    scene = Scene(sentence, lexicon)
    hits = names.find(sentence.text, context.short)
    for hit in hits:
        if hit.manner == "seat" and _is_city(scene, hit):
            city = names.make_city(
                names.capital(sentence.text[hit.start : hit.end], hit.entities[0]), hit.entities[0]
            )
            hit = NameHit(hit.start, hit.end, (city,), "city")
        if mention := _has_name(hit):
            scene.put(mention)
    _put_chips(scene, names)
    for kind in ("rule", "agency", "site", "chip", "group"):
        _put_described(scene, kind, names, context)
    put_pronouns(scene, context)
    leave_context(scene, context)
    return scene


_PLACED = re.compile(
    r"\b(?:based in|headquartered in|located in|sites? (?:in|near)|cent(?:er|re)s? (?:in|near)|campus (?:in|near)"
    r"|(?:sites?|cent(?:er|re)s?|campus(?:es)?|donnees|facilit(?:y|ies)|installations?|buildings?|batiments?|halls?)\b"
    r"[^,;.]{0,40} (?:in|at|outside|a)|near|pres de|(?:basee?|etablie?|installee?|situee?)s? a|donnees (?:de|a)"
    r"|siege(?: social)?(?: est| se trouve)? a|cent(?:er|re)s?, in|a l'etranger, a) $"
)


def _is_city(scene: Scene, hit: NameHit) -> bool:
    """Say whether a capital is the place itself, and not its government: "based in Washington", "Tokyo-based"."""
    after = scene.plain[hit.end : hit.end + 14]
    called = re.match(r"-(?:based|headquartered)| (?:data ?cent|campus|site\b|facilit)", after)
    return bool(_PLACED.search(scene.plain[: hit.start]) or called)


def _has_name(hit: NameHit) -> Mention | None:
    first = hit.entities[0]
    letter = "j" if hit.manner == "adjective" else KIND_LETTERS[first.kind]
    manner = "description" if first.generic else hit.manner
    return Mention(hit.start, hit.end, letter, tuple(e for e in hit.entities if e.kind == first.kind)[:2], manner)


@functools.cache
def _compile_chips() -> list[re.Pattern[str]]:
    patterns = read_names_data()["chip_patterns"]
    return [re.compile(rf"(?<![\w-])(?:{pattern})(?=s?(?![\w]))") for pattern in patterns]


def _put_chips(scene: Scene, names: KnownNames) -> None:
    for pattern in _compile_chips():
        for match in pattern.finditer(scene.sentence.text):
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
        if mention and kind == "chip" and inner and inner[-1].letter == "c" and inner[-1].end == mention.end:
            _put_makers(scene, mention, names)


def _touches_named_chip(scene: Scene, kind: str, start: int, end: int) -> bool:
    """Say whether a class is only the noun of a named chip: "puces H100", "H100 chips"."""
    if kind != "chip":
        return False
    after, before = scene.tagged[end : end + 2], scene.tagged[max(0, start - 2) : start].rstrip()
    chip = LETTERS["h"]
    return after[1:2] == chip or (
        before[-1:] in (chip, FILLER) and any(m.letter == "h" and m.end >= start - 2 for m in scene.of("h", 0, start))
    )


def _put_makers(scene: Scene, mention: Mention, names: KnownNames) -> None:
    """Read the second designer of "chips from Nvidia and AMD" as chips of its own."""
    one = scene.lexicon.compile("<c>").pattern
    more = re.match(rf"(?:{scene.lexicon.separator}(?:d')?{one})+", scene.tagged[mention.end :])
    for maker in scene.within(mention.end, mention.end + more.end()) if more else []:
        if maker.entity.name in read_names_data()["designers"]:
            fit = names.fitting("Chip", frozenset({"chip", "ai", f"id:{maker.entity.id}"}))
            chips = fit or [make_unnamed(name_chips([maker.entity], []), "Chip")]
            scene.put(Mention(maker.start, maker.end, "h", tuple(chips[:1]), "description", False, (maker.entity,)))


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
    seller = re.search(r" from (?=[^a-z]+$)", scene.tagged[start:end])
    if kind == "chip" and seller and _is_seller(scene, inner[-1], start):
        end, inner = start + seller.start(), []  # "bought the chips from Dell" names the seller
        text = scene.sentence.text[start:end]
    parts = tuple(m.entity for m in inner)
    ids = {f"id:{m.entity.id}" for m in inner if m.letter in "crj"}
    words = list(scene.plain[start:end])
    for m in inner:
        words[m.start - start : m.end - start] = " " * (m.end - m.start)
    _, concept = read_concepts()
    concepts = frozenset(
        {m.lastgroup or "" for m in concept.finditer("".join(words).replace("blacklist", "black list"))} | ids
    )
    whole = _KIND_OF[letter]
    makers = [m.entity for m in inner if m.letter == "c"]
    places = [m.entity for m in inner if m.letter in "rj"]
    if kind == "rule":
        if fit := names.fitting("Regulation", concepts, 0.9):
            return Mention(start, end, "l", tuple(fit), "description", False, parts)
        return Mention(start, end, "l", (Entity(id="", name=text, kind="Regulation"),), "description", True, parts)
    if kind == "agency":
        fit = names.fitting("Agency", concepts, 0.8) or _find_agency(names, concepts)
        if not fit and places and (who := concepts & {"authority", "police", "government"}):
            fit = [find_authority(names.get_country(places[0]), names, "government" in who)]
        return Mention(start, end, "a", tuple(fit), "description", False, parts) if fit else None
    if kind == "chip":
        if "own" in concepts:
            owner = context.topic.entity if context.topic else None
            before = [m for m in scene.of("c", 0, start) if not m.entity.generic]
            owner = before[0].entity if before else owner
            if not owner:
                return None
            concepts = frozenset({f"id:{owner.id}", "own", "chip", "ai"})
            fit = names.fitting("Chip", concepts) or [make_unnamed(f"{owner.name} in-house AI chips", "Chip")]
            return Mention(start, end, "h", tuple(fit), "description", False, (owner,))
        narrowed = bool(ids) or "advanced" in concepts
        if not narrowed:
            fit = names.fitting("Chip", frozenset({"advanced", "ai", "chip"})) or [
                make_unnamed("Advanced AI chips", "Chip")
            ]
            return Mention(start, end, "h", tuple(fit[:1]), "description", True, parts)
        kept = frozenset({"chip", "ai", *(f"id:{m.id}" for m in makers)}) if makers else concepts | {"ai"}
        fit = names.fitting("Chip", kept)
        owned = re.search(r"'s? | d(?:e |')", scene.plain[start:end]) is not None
        if not fit and makers and owned and not any(one.name in read_names_data()["designers"] for one in makers):
            return None  # "Nordhal's chips" are those that it has
        fit = fit or [make_unnamed(name_chips(makers, places), "Chip")]
        return Mention(start, end, "h", tuple(fit[:1]), "description", False, parts)
    if kind == "group":
        if not ids and not (concepts & {"provider", "two", "three", "reseller"}):
            return None  # "companies" alone are nobody
        if "customer" in concepts and re.search(r"'s? (?:[\w-]+ )?$", scene.tagged[:start]):
            return None  # "one of Nvidia's largest customers in Asia" is whoever is called so
        if not ids and not (concepts & {"two", "three"}) and context.group and lets_computing(context.group.entity):
            return Mention(start, end, "c", context.group.entities, "pronoun", False)
        fit = names.fitting("Company", concepts, 0.85) or [
            make_unnamed(_name_companies(scene, start, end, concepts, inner, names), "Company")
        ]
        bare = not ids and not (concepts & {"two", "three"})
        return Mention(start, end, "c", tuple(fit), "description", bare, parts)
    if not makers:
        return None  # an unnamed site of nobody: its place is what is told of it
    # the narrowest place names a site: "Kestrel's Norwegian site, in Narvik"
    places = [
        m.entity for m in sorted(inner, key=lambda m: (m.letter == "j", m.manner != "city")) if m.letter in "rj"
    ]
    said = frozenset({"site", f"id:{makers[0].id}", *(f"id:{one.id}" for one in places[:1])})
    fit = names.fitting(whole, concepts) or names.fitting(whole, said)
    if not fit:
        name = name_site(makers[0], places[0] if places else None, scene.plain[start:end])
        fit = [make_unnamed(name, whole)]
    return Mention(start, end, "d", tuple(fit), "description", False, (*makers, *places))


def _is_seller(scene: Scene, company: Mention, start: int) -> bool:
    """Say whether the company of "chips from X" sells them: somebody takes them, or it designs none."""
    taken = re.search(scene.lexicon.takers, scene.plain[max(0, start - 60) : start])
    return taken is not None or company.entity.name not in read_names_data()["designers"]


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


def _name_companies(
    scene: Scene, start: int, end: int, concepts: frozenset[str], inner: list[Mention], names: KnownNames
) -> str:
    """Return a name for a group: "chinese companies" are called by their country, "companies in China" are there."""
    place = next((m for m in inner if m.letter in "rj"), None)
    origin = names.demonym(place.entity) if place and place.letter == "j" else ""
    return name_group(concepts, scene.plain[start:end], origin, place.entity.name if place and not origin else "")
