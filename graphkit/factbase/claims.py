"""The claim files of a fact base: each row checked against the ontology and the known ids."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from sys import intern

import msgspec

from graphkit.errors import Fault, InvalidValue
from graphkit.factbase.quotations import Quotations
from graphkit.factbase.tables import read_table, shown
from graphkit.facts import Claim, claim_id, earliest, fold, latest
from graphkit.ontology import AGAINST, CONFIDENCES, DELIVERIES, LICENCES, RELATIONS, STAGES, STATUSES

REQUIRED = ("subject", "relation", "object", "status", "confidence", "attribution", "sentence", "summary")
OPTIONAL = (
    "since",
    "until",
    "due",
    "chips",
    "sites",
    "regions",
    "via",
    "implied",
    "quantity",
    "unit",
    "value",
    "currency",
    "share",
    "owner",
    "purpose",
    "licence",
    "licence_by",
    "part",
    "event",
    "transit",
    "stage",
    "against",
    "delivery",
    "observed",
    "note",
    "sentence_hash",
)

_CHIP, _SITE, _REGION = frozenset({"Chip"}), frozenset({"Datacenter"}), frozenset({"Region"})
_COMPANY, _PASSED = frozenset({"Company"}), frozenset({"Company", "Datacenter"})
_LICENSOR = frozenset({"Agency", "Region"})

#: Relations that must not lead back to where they came from.
HIERARCHIES = frozenset({"FORM_OF", "PART_OF", "IN_CLASS"})

_SENTENCE = re.compile(r"(0|[1-9][0-9]{0,6})(?:-([1-9][0-9]{0,6}))?\Z")
_EVENT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_HASH = re.compile(r"[0-9a-f]{16}\Z")
_SHARE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,9})?\Z")
_NUMBER = re.compile(r"[0-9]+")
_MAX_HINTS = 25

#: A claim file and the lines of its claims by id.
Seen = tuple[str, dict[str, int]]


_Words = tuple[str, str, str, bool, str | None, str | None, str | None, str | None]
_Dates = tuple[str | None, str | None, str | None, str | None]


class Names:
    """The ids that claims may use, with their kinds, and help for ids that nobody declares.

    A kind of None belongs to an entity whose own row is faulty: nothing more is said of it.
    `complete` is False when a file of entities could not be read to its end.
    """

    def __init__(self) -> None:
        self.kinds: dict[str, str | None] = {}
        self.ids: dict[str, str] = {}
        self.complete = True
        self._hints = 0

    def hint(self, wanted: str) -> str:
        """Say how to mend an id that is not known; near names are looked up for the first few only."""
        found = self.ids.get(fold(wanted))
        self._hints += 1
        if not found and self._hints <= _MAX_HINTS:
            from rapidfuzz import process

            near = process.extract(wanted, [id_ for id_, kind in self.kinds.items() if kind], score_cutoff=75)
            # H100 is no misspelling of H200.
            found = next((id_ for id_, *_ in near if _NUMBER.findall(id_) == _NUMBER.findall(wanted)), None)
        return f"write {found}, or declare the entity" if found else "declare it in entities.csv"


class Edge(msgspec.Struct, frozen=True, gc=False):
    """A claim of a hierarchy and where it stands."""

    subject: str
    object: str
    file: str
    line: int


class ClaimReader:
    """Reads claim files one after the other; what it learns of one row serves the next."""

    def __init__(self, names: Names, quotations: Quotations, faults: list[Fault]) -> None:
        self.claims: list[Claim] = []
        self.hierarchy: list[Edge] = []
        self._names, self._quotations, self._faults = names, quotations, faults
        self._words: dict[tuple[str, ...], _Words] = {}
        self._ends: set[tuple[str | None, str, str | None]] = {
            (subject, name, object_) for name, relation in RELATIONS.items() for subject, object_ in relation.ends
        }
        self._dates: dict[tuple[str, str, str, str], _Dates] = {}
        self._sentences: set[str] = {""}
        self._lists: dict[frozenset[str], dict[str, tuple[str, ...]]] = {}
        self._file, self._line = "", 0

    def read(self, path: Path, folder: Path, factbase: str, document: str, earlier: list[Seen]) -> None:
        """Read one file of a document's claims; `earlier` holds those met in its other files, and grows."""
        table = read_table(path, folder, self._faults, REQUIRED, OPTIONAL)
        if table is None:
            return
        self._file = table.file
        seen: dict[str, int] = {}
        earlier.append((table.file, seen))
        factbase, document = intern(factbase), intern(document)
        kinds, faults = self._names.kinds, self._faults
        summary_absent = "summary" in table.absent
        for line, sound, cells in table.rows():
            if not sound:
                continue
            (
                subject,
                relation,
                object_,
                status,
                confidence,
                attribution,
                sentence,
                summary,
                since,
                until,
                due,
                chips,
                sites,
                regions,
                via,
                implied,
                quantity,
                unit,
                value,
                currency,
                share,
                owner,
                purpose,
                licence,
                licence_by,
                part,
                event,
                transit,
                stage,
                against,
                delivery,
                observed,
                note,
                hash_,
            ) = cells
            self._line, before = line, len(faults)
            written = (relation, status, confidence, implied, licence, stage, against, delivery)
            words = self._words.get(written) or self._check_words(written, table.absent)
            if subject == object_ and subject in kinds:
                self._fault(f"the claim leads from {shown(subject)} to itself", "name two different entities")
            elif (kinds.get(subject), relation, kinds.get(object_)) not in self._ends:
                self._check_ends(subject, relation, object_, table.absent)
            dates = self._dates.get((since, until, due, observed)) or self._check_dates(since, until, due, observed)
            if not summary and not summary_absent:
                self._fault("the cell 'summary' is empty", "say in a sentence of your own what the document says")
            chip_ids = self._ids("chips", chips, _CHIP) if chips else ()
            site_ids = self._ids("sites", sites, _SITE) if sites else ()
            region_ids = self._ids("regions", regions, _REGION) if regions else ()
            if sentence not in self._sentences:
                self._check_sentence(sentence)
            if hash_ and not _HASH.match(hash_):
                self._fault(f"sentence_hash {shown(hash_)} is not 16 hex digits", "take it from the document's text")
            percent = self._share(share, relation) if share else None
            via_ids = self._ids("via", via, _PASSED) if via else ()
            transit_ids = self._ids("transit", transit, _REGION) if transit else ()
            owner_ids = self._ids("owner", owner, _COMPANY) if owner else ()
            licensors = self._ids("licence_by", licence_by, _LICENSOR) if licence_by else ()
            if len(licensors) > 1:
                self._fault("'licence_by' names several authorities", "name one, and write a claim for each other")
            if event and not _EVENT.match(event):
                self._fault(f"the event {shown(event)} is no name", "write small letters, digits and hyphens")
            if len(owner_ids) > 1:
                self._fault("'owner' names several companies", "name one, and write a claim for each other")
            if len(faults) > before:
                continue
            id_ = claim_id(document, sentence, subject, relation, object_, status, chip_ids, site_ids, region_ids)
            if id_ in seen or (len(earlier) > 1 and any(id_ in lines for _, lines in earlier)):
                place = next(f"{file}:{lines[id_]}" for file, lines in earlier if id_ in lines)
                mend = "keep one: subject, relation, object, status, scope and sentence are the same"
                self._fault(f"the same claim is already at {place}", mend)
                continue
            seen[id_] = line
            claim = Claim(
                id=id_,
                document=document,
                subject=intern(subject),
                relation=words[0],
                object=intern(object_),
                status=words[1],
                confidence=words[2],
                summary=summary,
                locator=intern(sentence),
                attribution=intern(attribution) if attribution else None,
                since=dates[0],
                until=dates[1],
                due=dates[2],
                chips=chip_ids,
                sites=site_ids,
                regions=region_ids,
                via=via_ids,
                implied=words[3],
                quantity=quantity or None,
                unit=intern(unit) if unit else None,
                value=value or None,
                currency=intern(currency) if currency else None,
                share=percent,
                owner=owner_ids[0] if owner_ids else None,
                purpose=intern(purpose) if purpose else None,
                licence=words[4],
                licence_by=licensors[0] if licensors else None,
                part=intern(part) if part else None,
                event=intern(event) if event else None,
                transit=transit_ids,
                stage=words[5],
                against=words[6],
                delivery=words[7],
                observed=dates[3],
                note=note or None,
                quote=self._quotations.quote(sentence, hash_, line),
                sentence_hash=hash_ or None,
                factbase=factbase,
            )
            self.claims.append(claim)
            if relation in HIERARCHIES and status not in ("refused", "negated"):
                self.hierarchy.append(Edge(claim.subject, claim.object, self._file, line))
        self._quotations.close(table.file)

    def _fault(self, what: str, mend: str) -> None:
        self._faults.append(Fault(self._file, self._line, what, mend))

    def _check_words(self, written: tuple[str, ...], absent: Collection[str]) -> _Words:
        before = len(self._faults)
        relation, status, confidence, implied, licence, stage, against, delivery = map(intern, written)
        self._one_of("relation", relation, RELATIONS, absent)
        self._one_of("status", status, STATUSES, absent)
        self._one_of("confidence", confidence, CONFIDENCES, absent)
        if implied:
            self._one_of("implied", implied, ("yes",), absent)
        if licence:
            self._one_of("licence", licence, LICENCES, absent)
        if stage:
            self._one_of("stage", stage, STAGES, absent)
        if against:
            self._one_of("against", against, AGAINST, absent)
        if delivery:
            self._one_of("delivery", delivery, DELIVERIES, absent)
        known = RELATIONS.get(relation)
        if status == "proposed" and known and known.group != "law":
            self._fault(f"status 'proposed' is for law only, not for {relation}", "write planned or considered")
        words = (
            relation,
            status,
            confidence,
            bool(implied),
            licence or None,
            stage or None,
            against or None,
            delivery or None,
        )
        if len(self._faults) == before:
            self._words[written] = words
        return words

    def _one_of(self, column: str, value: str, allowed: Collection[str], absent: Collection[str]) -> None:
        if value in allowed or column in absent:
            return
        from difflib import get_close_matches

        what = f"unknown {column} {shown(value)}" if value else f"the cell {column!r} is empty"
        near = get_close_matches(value[:60].upper() if column == "relation" else value[:60].lower(), allowed, 1)
        self._fault(what, f"write {near[0] if near else 'one of ' + ', '.join(allowed)}")

    def _check_ends(self, subject: str, name: str, object_: str, absent: Collection[str]) -> None:
        found = [self._kind(column, id_, absent) for column, id_ in (("subject", subject), ("object", object_))]
        relation = RELATIONS.get(name)
        if relation is None or None in found or tuple(found) in relation.ends:
            return
        allowed = " or ".join(f"{one} to {other}" for one, other in relation.ends)
        fitting = [other for other, one in RELATIONS.items() if tuple(found) in one.ends]
        if (found[1], found[0]) in relation.ends:
            mend = f"turn it round: {object_} {name} {subject}"
        elif fitting:
            mend = f"name other entities, or write {' or '.join(fitting)}"
        else:
            mend = "name other entities"
        self._fault(f"{name} goes from {allowed}, not from {found[0]} to {found[1]}", mend)

    def _kind(self, column: str, id_: str, absent: Collection[str] = ()) -> str | None:
        """Return the kind behind an id; None, and a fault where it is the row's, if there is none."""
        if id_ in self._names.kinds:
            return self._names.kinds[id_]
        if not id_:
            if column not in absent:
                self._fault(f"the cell {column!r} is empty", "write the id of an entity")
        elif self._names.complete:
            self._fault(f"{column} {shown(id_)} is no known entity", self._names.hint(id_))
        return None

    def _ids(self, column: str, cell: str, kinds: frozenset[str]) -> tuple[str, ...]:
        if not cell:
            return ()
        known = self._lists.setdefault(kinds, {})
        if cell in known:
            return known[cell]
        before = len(self._faults)
        ids = tuple(dict.fromkeys(intern(id_.strip()) for id_ in cell.split(";") if id_.strip()))
        for id_ in ids:
            kind = self._kind(column, id_)
            if kind is not None and kind not in kinds:
                what = f"{column} {shown(id_)} is a {kind}"
                self._fault(what, f"name a {' or a '.join(sorted(kinds))} there")
        if len(self._faults) == before:
            known[cell] = ids
        return ids

    def _check_dates(self, since: str, until: str, due: str, observed: str) -> _Dates:
        before = len(self._faults)
        for column, date in (("since", since), ("until", until), ("due", due), ("observed", observed)):
            if date and not is_date(date):
                self._fault(f"{column} {shown(date)} is not a date", "write YYYY, YYYY-MM or YYYY-MM-DD")
        if len(self._faults) == before and since and until and earliest(since) > latest(until):
            self._fault(f"since {since} is after until {until}", "exchange or mend them")
        dates = (since or None, until or None, due or None, observed or None)
        if len(self._faults) == before:
            self._dates[since, until, due, observed] = dates
        return dates

    def _check_sentence(self, cell: str) -> None:
        match = _SENTENCE.match(cell)
        if match and (match[2] is None or int(match[1]) < int(match[2])):
            self._sentences.add(cell)
        else:
            what = f"the sentence {shown(cell)} is neither a number nor a passage"
            self._fault(what, "write 11, or 11-13 for a passage, counted from 0")

    def _share(self, cell: str, relation: str) -> float | None:
        if not _SHARE.match(cell) or float(cell) > 100:
            self._fault(f"share {shown(cell)} is not within 0 to 100", "write the per cent as a number, such as 12.5")
            return None
        share = float(cell)
        if relation == "OWNS" and share < 50:
            self._fault(f"OWNS with a share of {cell} %", "below 50 % write INVESTS_IN")
        return share


@cache
def is_date(text: str) -> bool:
    """Say whether a text is a partial ISO date."""
    try:
        earliest(text)
    except InvalidValue:
        return False
    return True


def cycles(edges: Iterable[Edge]) -> Iterable[Fault]:
    """Iterate over one fault for each edge that closes a circle, however long."""
    onward: dict[str, dict[str, Edge]] = {}
    for edge in edges:
        onward.setdefault(edge.subject, {}).setdefault(edge.object, edge)
    state: dict[str, bool] = {}
    for root in onward:
        if root in state:
            continue
        state[root] = True
        trail = [(root, iter(onward[root].values()))]
        while trail:
            node, left = trail[-1]
            step = next(left, None)
            if step is None:
                state[node] = False
                trail.pop()
            elif step.object not in state:
                state[step.object] = True
                trail.append((step.object, iter(onward.get(step.object, {}).values())))
            elif state[step.object]:
                nodes = [node for node, _ in trail]
                circle = [*nodes[nodes.index(step.object) :], step.object]
                what = f"the claims run in a circle: {' > '.join(circle[:8])}{' > ...' if len(circle) > 8 else ''}"
                yield Fault(step.file, step.line, what, "remove the one that is wrong")
