"""The reader: candidate claims of a text, by rules alone. The same text and names give the same candidates."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from copy import copy

import msgspec

from graphkit.facts import Document, Entity
from graphkit.ontology import RELATIONS
from graphkit.reading.candidates import SENTENCE, Candidate, make_summary
from graphkit.reading.known_names import KnownNames
from graphkit.reading.law import find_law
from graphkit.reading.lexicon import Lexicon, find_language, read_lexicon
from graphkit.reading.mentions import find_mentions, find_providers, find_short_forms
from graphkit.reading.quantities import DAYS, find_count, find_dates, find_money, find_share
from graphkit.reading.relations import RelationMatch, find_relations
from graphkit.reading.scenes import Context, Mention, Scene
from graphkit.reading.sentences import find_sentences
from graphkit.reading.statuses import find_clause, is_inability
from graphkit.reading.tiers import get_tier
from graphkit.reading.unnamed import find_site

_PAIRS = 12  # pairs that one sentence of tier C lists
_LASTING = frozenset({"HEADQUARTERED_IN", "DESIGNS", "VARIANT_OF", "OWNS", "FORM_OF", "NEEDS"})
_STAGES = (
    ("convicted", r"plead(?:ed|s)? guilty|convicted|sentenced|condamn|plaide coupable"),
    ("charged", r"charg(?:ed|es)|indict|inculp|mis(?:e)? en examen|accus"),
    ("settled", r"settle|transaction"),
    ("probe", r"investigat|enquete|probe"),
)
_AGAINST = (
    ("employees", r"employees?|employes?|salaries?"),
    ("officers", r"executives?|officers?|dirigeants?|directors?|founders?|fondateurs?"),
    ("customers", r"customers?|clients?"),
)


class Reading(msgspec.Struct, frozen=True):
    """A text as it was read: its candidate claims and its sentences with their mentions, in the order of the text."""

    candidates: list[Candidate]
    scenes: list[Scene]


def read_document(
    document: Document, text: str, names: KnownNames, records: Mapping[str, tuple[int, int]] | None = None
) -> Reading:
    """Read a text in French or English.

    `records` counts how often a rule was right and how often it was asked, for its tier.
    """
    language = document.language if document.language in ("fr", "en") else find_language(text)
    context = Context()
    found: list[Candidate] = []
    scenes: list[Scene] = []
    for before, scene in _iterate_scenes(text, read_lexicon(language or "en"), names, context):
        scenes.append(scene)
        if not scene.mentions:
            continue
        here = list(_iterate_candidates(scene, document, context, before, names, records or {}))
        taken = {frozenset((c.subject.id, c.object.id)) for c in here if c.subject and c.object}
        found += [*here, *_make_leftover(scene, document, taken)]
    return Reading(_drop_repeated(found), scenes)


def _iterate_scenes(
    text: str, lexicon: Lexicon, names: KnownNames, context: Context
) -> Iterator[tuple[Context, Scene]]:
    """Iterate over the sentences of a text with their mentions, each with what was spoken of before it."""
    hits = names.find(text)
    context.short = find_short_forms(text, hits, names)
    context.providers = find_providers(text, hits, lexicon)
    for sentence in find_sentences(text):
        before = copy(context)
        yield before, find_mentions(sentence, lexicon, names, context)


def find_scenes(text: str, language: str, names: KnownNames) -> list[Scene]:
    """Return the sentences of a text with their mentions."""
    return [scene for _, scene in _iterate_scenes(text, read_lexicon(language), names, Context())]


def _iterate_candidates(
    scene: Scene,
    document: Document,
    context: Context,
    before: Context,
    names: KnownNames,
    records: Mapping[str, tuple[int, int]],
) -> Iterator[Candidate]:
    laws = list(find_law(scene, context, before, names))  # first: it leaves the rule that others may oppose
    findings = _choose_findings([*find_relations(scene, context, before, names), *laws])
    who = find_attribution(scene) if findings else ""
    for finding in findings:
        candidate = _make_candidate(scene, document, finding, who, records)
        yield candidate
        yield from _iterate_summaries(candidate, scene)
        yield from _iterate_implied(candidate, names)


def _choose_findings(findings: Iterable[RelationMatch]) -> list[RelationMatch]:
    """Return each relation of a sentence once: the finding with more scope, then the first."""
    best: dict[tuple[str, str, str], RelationMatch] = {}
    for one in findings:
        key = (one.subject.id, one.relation, one.object.id)
        known = best.get(key)
        if known is None or (len(one.chips) + len(one.regions)) > (len(known.chips) + len(known.regions)):
            best[key] = one
    # who buys from a supplier is not said a second time as who buys the chip of that same trigger
    bought = {
        (f.subject.id, chip.id)
        for f in best.values()
        if f.relation in ("BUYS_FROM", "LEASES_FROM")
        for chip in f.chips
    }
    return [
        f for f in best.values() if not (f.relation in ("BUYS", "USES") and (f.subject.id, f.object.id) in bought)
    ]


def _make_candidate(
    scene: Scene, document: Document, finding: RelationMatch, who: str, records: Mapping[str, tuple[int, int]]
) -> Candidate:
    sentence = scene.sentence
    status, attribution = finding.status, who
    if status == "proposed" and RELATIONS[finding.relation].group != "law":
        status = "considered"
    if status == "negated" and (denier := _find_denier(scene)):
        attribution = denier
    if finding.relation in ("HEADQUARTERED_IN", "VARIANT_OF", "DESIGNS"):
        attribution = ""
    candidate = Candidate(
        document=document.id,
        sentence=sentence.locator,
        start=sentence.start,
        end=sentence.end,
        quote=sentence.text,
        rule=finding.rule,
        tier=get_tier(finding.rule, records),
        subject=finding.subject,
        relation=finding.relation,
        object=finding.object,
        status=status,
        cue=finding.cue,
        attribution=attribution if attribution != finding.subject.name or status == "negated" else "",
        chips=finding.chips,
        regions=tuple(one for one in finding.regions if one.id != finding.object.id),
        values=_find_values(scene, finding, document.published),
    )
    return msgspec.structs.replace(candidate, summary=make_summary(candidate))


_DENIAL = re.compile(r"\b(?:dement(?:i|ent)?|nie(?:nt)?|conteste|denie[sd]|deny|denying)\b")


def _find_denier(scene: Scene) -> str:
    match = _DENIAL.search(scene.plain)
    if not match:
        return ""
    before = list(scene.of("ca", 0, match.start()))
    return before[0].entity.name if before else ""


_NOBODY = re.compile(r"\b(?:not|never|which|been|previously|qui|que|pas|jamais)\b")


#: An article that is part of the name: "selon Les Échos", but not "selon les enquêteurs".
_ARTICLE = re.compile(r"\b(?:(?:Les?|La)\s+|L['’])$")


@functools.lru_cache(maxsize=1)  # the relations of a sentence and what is left of it ask for the same
def find_attribution(scene: Scene) -> str:
    """Return who is said to say what a sentence says, as it is written; empty if nobody."""
    for pattern in scene.lexicon.attribution:
        match = scene.lexicon.compile(pattern).search(scene.plain)
        if match and "who" in match.groupdict():
            start, end = match.span("who")
            if article := _ARTICLE.search(scene.sentence.text[:start]):
                start = article.start()
            who = " ".join(scene.sentence.text[start:end].split()).strip(' ,«»"“”')
            who = re.split(r"[,;]\s|\bthat\b|\bque\b", who)[-1].strip()
            who = re.sub(
                rf"^(?:on )?(?:{'|'.join(DAYS)})(?: (?:dernier|last))? (?=[A-Z])", "", who, flags=re.IGNORECASE
            )
            if _NOBODY.search(who.lower()):
                continue
            if 1 < len(who) <= 80 and who.lower() not in ("it", "he", "she", "il", "elle", "they", "we", "i", "on"):
                return who
    return ""


def _find_values(scene: Scene, finding: RelationMatch, published: str | None) -> dict[str, str]:
    """Return the quantities, money and dates that a relation may carry."""
    values: dict[str, str] = {}
    relation = finding.relation
    access = relation in ("BUYS", "BUYS_FROM", "LEASES_FROM", "USES", "HOSTS")
    if access and finding.near is not None and finding.near.letter == "h":
        before, after = scene.sentence.text[: finding.near.start], scene.sentence.text[finding.near.end :]
        if count := find_count(before[-90:], after[:30], scene.lexicon.units):
            values |= {"quantity": count[0], "unit": count[1]}
    deal = relation in ("BUYS", "BUYS_FROM", "LEASES_FROM", "INVESTS_IN") or finding.rule in (
        "acquire",
        "acquired-by",
        "buy",
    )
    if deal and (money := find_money(scene.sentence.text)):
        values |= {"value": money[0], "currency": money[1]}
    if (
        relation in ("OWNS", "INVESTS_IN")
        and (share := find_share(scene.sentence.text))
        and (relation == "INVESTS_IN" or float(share) >= 50)
    ):
        values["share"] = share
    if relation == "INVESTIGATES":
        words = scene.plain
        values["stage"] = next((stage for stage, cue in _STAGES if re.search(cue, words)), "probe")
        near = words[max(0, finding.start) : finding.end + 40]
        if values["stage"] != "probe" and (
            against := next((who for who, cue in _AGAINST if re.search(cue, near)), "company")
        ):
            values["against"] = against
    if relation not in _LASTING:
        first, last = find_clause(scene, finding.start, finding.end)
        ended = re.match(scene.lexicon.status["ended"], finding.cue) is not None
        for start, _, role, date in find_dates(scene.sentence.text, published):
            if not first <= start < last:
                continue
            if role == "due" or (
                not role
                and finding.status in ("planned", "considered")
                and (not published or date >= published[: len(date)])
            ):
                values.setdefault("due", date)
            elif role in ("since", "until"):
                values.setdefault(role, date)
            elif ended:
                values.setdefault("until", date)
            elif finding.status == "done" and RELATIONS[relation].group == "law":
                values.setdefault("since", date)
            elif finding.status == "done" and RELATIONS[relation].access:
                values.setdefault("observed", date)
    if finding.status == "negated" and is_inability(scene, finding.start, finding.end):
        values["inability"] = "yes"
    if values.get("since", "0") > values.get("until", "9"):
        del values["until"]
    return values


#: What a sentence that names an intermediary sums up: "uses H100 via Oracle" beside "rents from Oracle".
_SUMS = {"LEASES_FROM": "USES", "BUYS_FROM": "BUYS"}


def _iterate_summaries(candidate: Candidate, scene: Scene) -> Iterator[Candidate]:
    """Iterate over the chips that a sentence says the customer has by way of the provider it names."""
    relation = _SUMS.get(candidate.relation)
    if not relation or not candidate.object or not re.search(scene.lexicon.by_way_of, scene.plain):
        return
    for chip in candidate.chips:
        summed = msgspec.structs.replace(
            candidate, rule="by-way-of", tier="B", relation=relation, object=chip, chips=(), via=(candidate.object,)
        )
        yield msgspec.structs.replace(summed, summary=make_summary(summed))


def _iterate_implied(candidate: Candidate, names: KnownNames) -> Iterator[Candidate]:
    """Iterate over what must be so for a candidate to be true: that a city is in its country, and, for a lease of
    chips in a place, that a site of the provider holds them."""
    for city in (candidate.object, *candidate.regions):
        if city and candidate.status not in ("refused", "negated") and (country := names.country_of.get(city.id)):
            part = msgspec.structs.replace(
                candidate,
                subject=city,
                relation="PART_OF",
                object=country,
                status="done",
                cue="",
                attribution="",
                chips=(),
                regions=(),
                values={},
                implied=True,
                needs=candidate.key,
            )
            yield msgspec.structs.replace(part, summary=make_summary(part))
    subject, provider = candidate.subject, candidate.object
    chips, regions = candidate.chips, candidate.regions
    if candidate.relation != "LEASES_FROM" or provider is None or subject is None or not chips or not regions:
        return
    if candidate.status in ("refused", "negated"):
        return
    for region in regions[:1]:
        site = find_site(provider, region, names)
        ends = [
            (provider, "OPERATES", site),
            (site, "LOCATED_IN", region),
            *((site, "HOSTS", chip) for chip in chips),
        ]
        for one, relation, other in ends:
            implied = msgspec.structs.replace(
                candidate,
                subject=one,
                relation=relation,
                object=other,
                chips=(),
                regions=(),
                values={},
                implied=True,
                needs=candidate.key,
            )
            yield msgspec.structs.replace(implied, summary=make_summary(implied))


def _make_leftover(scene: Scene, document: Document, known: Set[frozenset[str]]) -> list[Candidate]:
    """Return a sentence with a cue and typed pairs that no rule took, as one candidate of tier C."""
    lexicon = scene.lexicon
    if not scene.triggers and not re.search(f"{lexicon.cues}|{lexicon.law['restrict']}", scene.plain):
        return []
    pairs: list[tuple[Entity, Entity]] = []
    ends: dict[str, Mention] = {}
    for m in scene.of("chrdalp"):
        if m.entity.id and not (m.bare and m.letter != "h"):
            ends.setdefault(m.entity.id, m)
    mentions = list(ends.values())
    kinds = {pair for relation in RELATIONS.values() for pair in relation.ends}
    for place, one in enumerate(mentions):
        for other in mentions[place + 1 :]:
            if (
                frozenset((one.entity.id, other.entity.id)) in known
                or "Region" == one.entity.kind == other.entity.kind
            ):
                continue
            for pair in ((one.entity, other.entity), (other.entity, one.entity)):
                if (pair[0].kind, pair[1].kind) in kinds:
                    pairs.append(pair)
                    break
    if not pairs:
        return []
    sentence = scene.sentence
    return [
        Candidate(
            document=document.id,
            sentence=sentence.locator,
            start=sentence.start,
            end=sentence.end,
            quote=sentence.text,
            rule=SENTENCE,
            tier="C",
            attribution=find_attribution(scene),
            pairs=tuple(pairs[:_PAIRS]),
        )
    ]


def _drop_repeated(found: list[Candidate]) -> list[Candidate]:
    """Return candidates each once a sentence."""
    seen: dict[tuple[str, str], Candidate] = {}
    for one in found:
        seen.setdefault((one.key, one.status), one)
    return list(seen.values())
