"""References: words that stand for what was said before ("the company", "ces puces", "we" in a quotation), and whom
the next sentences may mean.
"""

from __future__ import annotations

import re

from graphkit.reading.lexicon import FILLER, LETTERS
from graphkit.reading.scenes import TOKEN, Context, Mention, Scene


def put_pronouns(scene: Scene, context: Context) -> None:
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
    _put_speakers(scene, context)
    for match in list(scene.lexicon.compile(forms["company"], bounded=True).finditer(scene.tagged)):
        earlier = [m for m in scene.of("c", 0, match.start()) if not m.entity.generic]
        before = context.topic or (earlier[0] if earlier else None)
        if earlier and match[0] in ("it", "il", "elle", "they"):
            free = [m for m in earlier if not is_governed(scene, m) and not is_possessor(scene, m)]
            before = free[-1] if free else earlier[0]
            sayers = [m for m in earlier if _says(scene, m, match.start())]
            before = sayers[-1] if sayers else before
        if match[0] in ("the latter", "ce dernier", "cette derniere", "celui-ci", "celle-ci"):
            before = earlier[-1] if earlier else context.last
        if before and _is_free(scene, match):
            start, end = match.span("noun" if match["noun"] else 0)
            scene.put(Mention(start, end, "c", before.entities, "pronoun"))


def _says(scene: Scene, mention: Mention, stop: int) -> bool:
    """Say whether a company says what follows: "after Tencent (0700.HK) said on Monday it"."""
    gap = scene.tagged[mention.end : stop]
    return (
        re.fullmatch(rf"(?: \([^)]*\))?(?: \w+){{0,2}}? (?:{scene.lexicon.sayings})\b[^,;:]{{0,40}}", gap) is not None
    )


def _put_speakers(scene: Scene, context: Context) -> None:
    """Read "we" in a quotation as the company that speaks."""
    lexicon = scene.lexicon
    company = lexicon.compile("<c>").pattern
    speaker = re.search(
        rf"[\"\u00bb],?[^\"\u00ab;]{{0,60}}?(?:(?P<a>{company})[^\"\u00ab;,]{{0,20}}? (?:{lexicon.sayings})\b"
        rf"|\b(?:{lexicon.sayings})\b[^\"\u00ab;]{{0,60}}?(?P<b>{company})|\b(?:{lexicon.sayings})\b)"
        rf"|^(?P<c>{company})[^\"\u00ab;]{{0,80}}? (?:{lexicon.sayings})\b[^\"\u00ab;]{{0,30}}[\"\u00ab]",
        scene.tagged,
    )
    if speaker is None:
        return
    name = next((name for name in "abc" if speaker[name]), "")
    said = scene.within(*speaker.span(name))[0] if name else context.topic
    if said is None or said.entity.generic:
        return
    for match in re.finditer(rf"(?:(?<=[\"\u00ab ,])|^)(?:{lexicon.speakers})(?= )", scene.tagged):
        if len(re.findall(r"[\"\u00ab\u00bb]", scene.plain[: match.start()])) % 2:
            scene.put(Mention(match.start(), match.end(), "c", said.entities, "pronoun"))


def _is_free(scene: Scene, match: re.Match[str]) -> bool:
    """Say whether no mention stands there, and no name follows that the noun is of: "l'entreprise chinoise X"."""
    after = scene.tagged[match.end() : match.end() + 60]
    if re.match(
        rf"(?: {LETTERS['j']}{FILLER}*| (?:de|of) [^\W\d_]+(?: [^\W\d_]+)??){{0,2}},?(?: de| of)? {LETTERS['c']}",
        after,
    ) and match[0] not in ("it", "il", "elle", "they"):
        return False
    start, end = match.span("noun" if match["noun"] else 0)
    return TOKEN.search(scene.tagged[start:end]) is None


def _is_loose(scene: Scene, match: re.Match[str]) -> bool:
    inner = scene.within(match.start(), match.end())
    reach = [m for m in scene.mentions.values() if m.start < match.end() < m.end]
    return all(m.bare and not m.inner for m in (*inner, *reach))


def leave_context(scene: Scene, context: Context) -> None:
    companies = [m for m in scene.of("c") if not m.entity.generic]
    free = [m for m in companies if not is_governed(scene, m)]
    if free:
        possessed = [m for m in free if not is_possessor(scene, m)]
        context.topic = _find_parent((possessed or free)[0], companies, context.topic)
    elif companies and context.topic is None:
        context.topic = companies[0]
    if companies:
        context.last = companies[-1]
    if groups := [m for m in scene.of("c") if m.entity.generic and m.inner]:
        context.group = groups[-1]
    if agencies := scene.of("a"):
        context.agency = agencies[0]
    chips = [m for m in scene.of("h") if not m.bare]
    if chips:
        context.chip = chips[-1]


def _find_parent(mention: Mention, companies: list[Mention], topic: Mention | None) -> Mention:
    """Return whom "the company" means after "Hanmei Pacific, its subsidiary": Hanmei, if the text speaks of it."""
    others: list[Mention] = [*companies, *([topic] if topic else ())]
    for one in others:
        if mention.entity.name.startswith(f"{one.entity.name} "):
            return one
    return mention


def is_possessor(scene: Scene, mention: Mention) -> bool:
    """Say whether a mention is a possessor: "Vantor's chief scientist"."""
    return bool(re.match(r"'s? ", scene.tagged[mention.end : mention.end + 3]))


def is_modifier(scene: Scene, mention: Mention) -> bool:
    """Say whether a company only tells whose chip follows: "Nvidia B200 chips"."""
    return mention.letter == "c" and scene.tagged[mention.end : mention.end + 2] == f" {LETTERS['h']}"


def is_governed(scene: Scene, mention: Mention) -> bool:
    """Say whether a preposition governs a mention, so that it is no subject: "of Nvidia", "chez Oracle"."""
    before = scene.tagged[: mention.start]
    adjective, noun = f"{LETTERS['j']}{FILLER}*", f"(?:{scene.lexicon.company_nouns})"
    lead = rf"(?:^|[ (])(?:{scene.lexicon.prepositions})(?: |(?<='))(?:(?:{scene.lexicon.determiners})(?: |(?<=')))?"
    tight = rf"{lead}(?:{noun}s? (?:{adjective} )?|{adjective} {noun} |{adjective} )?$"
    return re.search(tight, before[-80:]) is not None
