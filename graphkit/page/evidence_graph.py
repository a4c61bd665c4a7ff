"""The evidence graph of a page: its entities, its claims gathered into lines, and which of them are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphkit.answers.records import make_claim_record
from graphkit.facts import fold
from graphkit.ontology import CONFIDENCES, RELATIONS
from graphkit.page.answers import (
    list_claims,
    list_ends,
    read_claim,
    read_document,
    read_end,
    read_entity,
    read_source,
)
from graphkit.page.periods import PlainPeriods
from graphkit.page.pools import Answer, Record
from graphkit.paths import Network

if TYPE_CHECKING:
    from graphkit.graph import Graph

#: Subject, relation, object, status, implied: what all claims of one line agree on.
Line = tuple[str, str, str, str, bool]

#: Relations that say who an entity is, and what of it.
_STANDING = {
    "HEADQUARTERED_IN": "seat",
    "INCORPORATED_IN": "incorporated",
    "LISTED_ON": "listed",
    "LOCATED_IN": "place",
}
#: Entities that a page draws behind its first path; the others on request.
BEHIND = 15
# relations that tie every chip to a few nodes: they say little about what surrounds a path
_CATALOGUED = frozenset(name for name, relation in RELATIONS.items() if relation.group == "making")


class EvidenceGraph:
    """The entities, claims and documents of a graph and of the answers about it, as plain records by id.

    `beside` are entities that are drawn though no path passes them: those of what came nearest to one.
    """

    def __init__(
        self,
        graph: Graph,
        answers: Sequence[Answer],
        periods: Sequence[PlainPeriods | None] = (),
        beside: Sequence[Answer] = (),
    ) -> None:
        self.beside = beside
        #: the answers as they were asked, and with each what it is on other days
        self.asked = answers
        self.periods = list(periods) or [None] * len(answers)
        dated = [plain for one in self.periods if one for period in one.values() for _, plain in period.answers]
        ways = {id(path): path for plain in dated for path in plain.get("paths", ())}
        self.answers = [*answers, {"paths": list(ways.values())}]
        network = Network.of(graph)
        self.documents: dict[str, Record] = {one.id: read_document(one) for one in graph.documents.values()}
        self.entities: dict[str, Record] = {node: read_entity(entity) for node, entity in graph.entities.items()}
        self.claims: dict[str, Record] = {}
        for claim in graph.iterate_claims():
            self._add_claim(make_claim_record(claim, network).to_dict())
        for answer in answers:
            self._add_answer(answer)
        for end in beside:
            self.entities.setdefault(end["id"], read_end(end))
        #: The neighbours of each entity, and those of them that tell more than the catalogue of chips does.
        self.neighbours: dict[str, set[str]] = {key: set() for key in self.entities}
        self.telling: dict[str, set[str]] = {key: set() for key in self.entities}
        for record in self.claims.values():
            self._link(record["subject"], record["object"], record["relation"] not in _CATALOGUED)
        self._lines = self._group_claims()
        self._rules = {fold(key): key for key, one in self.entities.items() if one["kind"] == "Regulation"}
        self._standing: dict[str, list[Record]] = {}
        for record in self.claims.values():
            if record["relation"] in ("OWNS", *_STANDING) and record["status"] == "done":
                for end in {record["subject"], record["object"]}:
                    self._standing.setdefault(end, []).append(record)

    def _add_claim(self, claim: Answer) -> None:
        self.documents.setdefault(claim["document"], read_source(claim))
        self.claims[claim["id"]] = read_claim(claim)

    def _add_answer(self, answer: Answer) -> None:
        """Take up what an answer tells of and the graph does not hold."""
        for end in list_ends(answer):
            self.entities.setdefault(end["id"], read_end(end))
        for claim in list_claims(answer):
            if claim["id"] not in self.claims and {claim["subject"], claim["object"]} <= self.entities.keys():
                self._add_claim(claim)

    def _link(self, one: str, other: str, telling: bool) -> None:
        if one == other:
            return
        for neighbours in (self.neighbours, self.telling) if telling else (self.neighbours,):
            neighbours[one].add(other)
            neighbours[other].add(one)

    def choose_entities(self, focus: Sequence[str], most: tuple[int, int] | None) -> list[str]:
        """Return the ids of the entities to draw, sorted: all, or at most so many of them with so many lines.

        Those of the paths and of the focus are always among them, then those nearest to them.
        """
        core = [end["id"] for answer in self.answers for end in list_ends(answer)]
        core += [end["id"] for end in self.beside]
        core = list(dict.fromkeys([*core, *(key for key in focus if key in self.entities)]))
        # those that only stand in the scope of a claim have no line to be drawn with
        tied = {key for key in self.entities if self.neighbours[key]} or set(core) or self.entities.keys()
        if most is None or most[0] >= len(tied):
            return sorted({*tied, *core})
        # what a page of paths draws first is on it, whatever else is left out
        behind = sorted(self.choose_behind(BEHIND)) if self.asked and most[0] > len(core) else []
        kept = dict.fromkeys([*core, *behind])
        ends: dict[str, list[str]] = {}
        for subject, _, object_, _, _ in self._lines:
            ends.setdefault(subject, []).append(object_)
            ends.setdefault(object_, []).append(subject)
        lines = sum(other in kept for key in kept for other in ends.get(key, [])) // 2
        for key in self._rank_entities(core, farthest=2 if self.answers else len(self.entities)):
            if key in kept or key not in tied:
                continue
            more = sum(other in kept for other in ends.get(key, []))
            if len(kept) >= max(most[0], len(core)) or lines + more > most[1]:
                break
            kept[key] = None
            lines += more
        return sorted(kept)

    def choose_behind(self, most: int) -> set[str]:
        """Return the ids of what is drawn at first: the first path, and behind it at most so many entities.

        Those are the ends of what was refused or denied, the places of its sites, the nodes of the other paths, and
        the rules that decide its findings; the rest of the page is drawn on request.
        """
        first: list[str] = []
        behind: list[str] = []
        for answer in self.asked:
            first += [answer[end]["id"] for end in ("buyer", "chip") if answer.get(end)]
            for at, path in enumerate(answer["paths"]):
                nodes = [step[end]["id"] for step in path["steps"] for end in ("subject", "object")]
                (first if at == 0 else behind).extend(nodes)
            for miss in [
                *(answer.get("near_misses") or ()),
                *((answer.get("negative") or {}).get("near_misses") or ()),
            ]:
                for broken in miss.get("broken_by") or ():
                    behind += [broken["claim"]["subject"], broken["claim"]["object"]]
            for path in answer["paths"]:
                behind += [place["region"]["id"] for place in path.get("places") or () if place.get("region")]
                denials = [claim for step in path["steps"] for claim in step.get("denied_by") or ()]
                behind += [claim[end] for claim in denials for end in ("subject", "object")]
                said = [rule for step in path["steps"] for rule in (step.get("finding") or {}).get("rules") or ()]
                behind += [self._rules[fold(rule["id"])] for rule in said if fold(rule["id"]) in self._rules]
        drawn = dict.fromkeys(one for one in behind if one in self.entities and one not in first)
        return {*first, *list(drawn)[:most]}

    def list_facts(self, key: str) -> Record:
        """Return who an entity is by claims of what is done: its seat, its parents, the lists that name it."""
        names: dict[str, list[str]] = {}
        for claim in self._standing.get(key, ()):
            told = claim["relation"]
            if told == "OWNS" and claim["object"] == key:
                names.setdefault("parent", []).append(claim["subject"])
            elif told in _STANDING and claim["subject"] == key:
                names.setdefault(_STANDING[told], []).append(claim["object"])
        return {
            fact: sorted({self.entities[one]["name"] for one in ids if one in self.entities})
            for fact, ids in names.items()
        }

    def _rank_entities(self, core: Sequence[str], farthest: int) -> list[str]:
        """Return the entities by distance from the core, then by telling ties to it, then by ties at all."""
        edge = list(core) or sorted(self.neighbours, key=lambda key: (-len(self.telling[key]), key))[:1]
        inside = set(edge)
        distance = dict.fromkeys(edge, 0)
        while edge:
            edge = sorted({other for key in edge for other in self.neighbours[key]} - distance.keys())
            distance |= dict.fromkeys(edge, max(distance.values()) + 1)
        away = len(self.entities)

        def rank(key: str) -> tuple[int, int, int, str]:
            telling = self.telling[key]
            return distance.get(key, away), -min(3, len(telling & inside)), -len(telling), key

        return [key for key in sorted(self.entities, key=rank) if distance.get(key, away) <= farthest]

    def _group_claims(self) -> dict[Line, list[Record]]:
        """Return the claims by line, the lines in order, the surest claim first."""
        found: dict[Line, list[Record]] = {}
        for claim in self.claims.values():
            line = (
                claim["subject"],
                claim["relation"],
                claim["object"],
                claim["status"],
                claim.get("implied", False),
            )
            found.setdefault(line, []).append(claim)
        return {line: sorted(found[line], key=self._rank_claim) for line in sorted(found)}

    def _rank_claim(self, claim: Record) -> tuple[float, bool, str, str]:
        """Put the surest first, among equals those with a quotation, then the earliest."""
        published = self.documents[claim["document"]].get("published", "9")
        return -CONFIDENCES.get(claim["confidence"], 0.0), "quote" not in claim, published, claim["id"]

    def list_lines(self, kept: Sequence[str]) -> list[tuple[Line, list[Record]]]:
        """Return the lines between kept entities with their claims, those of paths last: they are drawn on top."""
        inside, on_path = set(kept), self._list_walked()
        found = [(line, claims) for line, claims in self._lines.items() if line[0] in inside and line[2] in inside]
        return sorted(found, key=lambda one: any(claim["id"] in on_path for claim in one[1]))

    def cut_lines(
        self, lines: Sequence[tuple[Line, list[Record]]], most: tuple[int, int]
    ) -> list[tuple[Line, list[Record]]]:
        """Return at most so many of the lines, and so many of their claims: those of the paths, then the surest."""
        on_path = self._list_walked()
        walked = {line for line, claims in lines if any(claim["id"] in on_path for claim in claims)}
        surest = sorted(lines, key=lambda one: (one[0] not in walked, -CONFIDENCES.get(one[1][0]["confidence"], 0.0)))
        kept = {line for line, _ in surest[: max(most[0], len(walked))]}
        each = max(1, (most[1] - len(on_path)) // max(1, len(kept)))

        def choose(claims: list[Record]) -> list[Record]:
            return [claim for place, claim in enumerate(claims) if place < each or claim["id"] in on_path]

        return [(line, choose(claims)) for line, claims in lines if line in kept]

    def _list_walked(self) -> set[str]:
        """Return the ids of the claims that the paths stand on."""
        return {claim["id"] for answer in self.answers for claim in list_claims(answer)}

    def count_left_out(self, key: str, kept: Sequence[str]) -> int:
        """Return how many neighbours of an entity are not drawn."""
        return len(self.neighbours[key].difference(kept))
