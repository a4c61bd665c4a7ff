"""The entities, claims and documents of a graph and of the answers about it, as plain records of one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphkit.answers.records import claim_record
from graphkit.facts import Document
from graphkit.graph import documents
from graphkit.ontology import CONFIDENCES, DEFAULT_STATUSES, RELATIONS
from graphkit.page.words import web_address
from graphkit.paths import Network

if TYPE_CHECKING:
    from graphkit.graph import Graph

Record = dict[str, Any]
#: Subject, relation, object, status, implied: what all claims of one line agree on.
Line = tuple[str, str, str, str, bool]

# relations that tie every chip to a few nodes: they say little about what surrounds a path
_CATALOGUED = frozenset(name for name, relation in RELATIONS.items() if relation.group == "making")
_UNTOLD = ("documents", "passage", "findings")
_STEP = ("relation", "status", "implied", "confidence", "marks")
_FIELDS = (
    "id",
    "subject",
    "relation",
    "object",
    "status",
    "confidence",
    "document",
    "implied",
    "since",
    "until",
    "due",
    "attribution",
    "locator",
    "summary",
    "quote",
    "via",
    "qualifiers",
)


class Sheet:
    """The entities, claims and documents of a graph and of the answers about it, as plain records."""

    def __init__(self, graph: Graph, answers: Sequence[Mapping[str, Any]]) -> None:
        self.answers = answers
        network = Network.of(graph)
        self.documents: dict[str, Record] = {one.id: _document(one) for one in documents(graph).values()}
        self.entities: dict[str, Record] = {}
        self.claims: dict[str, Record] = {}
        self.findings: list[Record] = []
        self.rules: list[Record] = []
        for node, data in graph.nodes(data=True):
            one = data["entity"]
            self.entities[node] = {"key": one.id, "name": one.name, "kind": one.kind}
            self.entities[node] |= {"aliases": list(one.aliases)} if one.aliases else {}
            self.entities[node] |= {"generic": True} if one.generic else {}
            self.entities[node] |= {"note": one.note} if one.note else {}
        for _, _, data in graph.edges(data=True):
            self._take(claim_record(data["claim"], network).to_dict())
        for answer in answers:
            self._add(answer)
        self.near: dict[str, set[str]] = {key: set() for key in self.entities}
        self.telling: dict[str, set[str]] = {key: set() for key in self.entities}
        for record in self.claims.values():
            one, other = record["subject"], record["object"]
            if one != other:
                self.near[one].add(other)
                self.near[other].add(one)
                if record["relation"] not in _CATALOGUED:
                    self.telling[one].add(other)
                    self.telling[other].add(one)

    def _take(self, claim: Mapping[str, Any]) -> None:
        """Keep a claim as the page tells it, without what is empty."""
        source = {
            "name": claim["document_name"],
            "publisher": claim["publisher"],
            "published": claim["published"],
            "url": web_address(claim["url"]),
        }
        self.documents.setdefault(claim["document"], {field: value for field, value in source.items() if value})
        record: Record = {field: claim[field] for field in _FIELDS}
        record["scope"] = {field: names for field, names in claim["scope"].items() if names}
        self.claims[claim["id"]] = {
            field: value for field, value in record.items() if value not in (None, "", [], {}, False)
        }

    def _add(self, answer: Mapping[str, Any]) -> None:
        """Take up what an answer tells of and the graph does not hold."""
        ends = [answer.get("buyer"), answer.get("chip")]
        steps = [step for path in answer["paths"] for step in path["steps"]]
        ends += [step[end] for step in steps for end in ("subject", "object")]
        for end in ends:
            if end and end["id"] not in self.entities:
                self.entities[end["id"]] = {"key": end["id"], "name": end["name"], "kind": end["kind"]}
        for claim in [claim for step in steps for claim in step["claims"]]:
            if claim["id"] not in self.claims and {claim["subject"], claim["object"]} <= self.entities.keys():
                self._take(claim)

    def choose(self, focus: Sequence[str], most: tuple[int, int] | None) -> list[str]:
        """Return the entities to draw: all, or those nearest to the paths and the focus."""
        core = [
            step[end]["id"]
            for answer in self.answers
            for path in answer["paths"]
            for step in path["steps"]
            for end in ("subject", "object")
        ]
        core += [end["id"] for answer in self.answers for end in (answer.get("buyer"), answer.get("chip")) if end]
        core = list(dict.fromkeys([*core, *(key for key in focus if key in self.entities)]))
        # those that only stand in the scope of a claim have no line to be drawn with
        tied = {key for key in self.entities if self.near[key]} or self.entities.keys()
        if most is None or most[0] >= len(tied):
            return sorted({*tied, *core})
        ranked = self._ranked(core, farthest=2 if self.answers else len(self.entities))
        kept = dict.fromkeys(core)
        pairs: dict[str, list[tuple[str, str]]] = {}
        for subject, relation, object_, status, implied in self._keys():
            pairs.setdefault(subject, []).append((object_, f"{relation}{status}{implied}"))
            pairs.setdefault(object_, []).append((subject, f"{relation}{status}{implied}"))
        lines = sum(other in kept for key in kept for other, _ in pairs.get(key, [])) // 2
        for key in ranked:
            if key in kept or key not in tied:
                continue
            more = sum(other in kept for other, _ in pairs.get(key, []))
            if len(kept) >= max(most[0], len(core)) or lines + more > most[1]:
                break
            kept[key] = None
            lines += more
        return sorted(kept)

    def _ranked(self, core: Sequence[str], farthest: int) -> list[str]:
        """Return the entities by distance from the core, then by telling ties to it, then by ties at all."""
        edge = list(core) or sorted(self.near, key=lambda key: (-len(self.telling[key]), key))[:1]
        inside = set(edge)
        distance = dict.fromkeys(edge, 0)
        while edge:
            edge = sorted({other for key in edge for other in self.near[key]} - distance.keys())
            distance |= dict.fromkeys(edge, max(distance.values()) + 1)
        away = len(self.entities)
        ranked = sorted(
            self.entities,
            key=lambda key: (
                distance.get(key, away),
                -min(3, len(self.telling[key] & inside)),
                -len(self.telling[key]),
                key,
            ),
        )
        return [key for key in ranked if distance.get(key, away) <= farthest]

    def _keys(self) -> dict[Line, list[Record]]:
        """Return the claims by line, the lines in order."""
        found: dict[Line, list[Record]] = {}
        for claim in self.claims.values():
            key = (claim["subject"], claim["relation"], claim["object"], claim["status"], claim.get("implied", False))
            found.setdefault(key, []).append(claim)
        return {key: sorted(found[key], key=self._rank) for key in sorted(found)}

    def _rank(self, claim: Record) -> tuple[float, bool, str, str]:
        """Put the surest first, among equals those with a quotation, then the earliest."""
        published = self.documents[claim["document"]].get("published", "9")
        return -CONFIDENCES.get(claim["confidence"], 0.0), "quote" not in claim, published, claim["id"]

    def lines(self, kept: Sequence[str]) -> list[tuple[Line, list[Record]]]:
        """Return the lines between kept entities, those of paths last so that they are drawn on top."""
        inside = set(kept)
        on_path = {
            claim["id"]
            for answer in self.answers
            for path in answer["paths"]
            for step in path["steps"]
            for claim in step["claims"]
        }
        found = [(key, claims) for key, claims in self._keys().items() if key[0] in inside and key[2] in inside]
        return sorted(found, key=lambda line: any(claim["id"] in on_path for claim in line[1]))

    def cut(self, key: str, wire: Mapping[str, str]) -> Record:
        """Return how many neighbours of an entity are not on the page, if there are any."""
        missing = len(self.near[key] - wire.keys())
        return {"cut": missing} if missing else {}

    def told(
        self,
        answer: Mapping[str, Any],
        wire: Mapping[str, str],
        line_of: Mapping[str, str],
        number: Mapping[str, int],
    ) -> Record:
        """Return an answer that speaks of the page's nodes, lines and claims by their numbers."""
        paths = []
        for path in answer["paths"]:
            steps = []
            for step in path["steps"]:
                ids = [claim["id"] for claim in step["claims"] if claim["id"] in number]
                finding = self._finding(step["finding"])
                steps.append(
                    {
                        **{field: step[field] for field in _STEP if step[field]},
                        **({} if finding is None else {"finding": finding}),
                        "from": wire[step["subject"]["id"]],
                        "to": wire[step["object"]["id"]],
                        "claims": [number[one] for one in ids],
                        "lines": list(dict.fromkeys(line_of[one] for one in ids)),
                    }
                )
            nodes = [steps[0]["from"], *(step["to"] for step in steps)] if steps else []
            said = [step["finding"] for step in steps if "finding" in step]
            others = [self._finding(one) for one in path.get("findings") or []]
            corroborated = [self._corroboration(claim, number) for claim in path.get("corroborated_by") or []]
            kept = {field: value for field, value in path.items() if value and field not in _UNTOLD}
            paths.append(
                {
                    **kept,
                    "stated": path["stated"],
                    "weakest": path["weakest"],
                    "steps": steps,
                    "nodes": nodes,
                    "corroborated_by": corroborated,
                    "findings": [one for one in others if one not in said],
                }
            )
        ends = {end: {**answer[end], "node": wire.get(answer[end]["id"])} for end in ("buyer", "chip")}
        kept = {
            field: answer[field]
            for field in ("as_of", "known_by", "searched", "notes", "timeline")
            if answer.get(field)
        }
        return {
            **kept,
            **ends,
            "paths": paths,
            "filters": _unusual(answer.get("filters") or {}),
            "negative": _negative(answer.get("negative")),
        }

    def _finding(self, finding: object) -> int | None:
        """Return the number of a finding: paths share them, as findings share rules, and each is sent once."""
        if not isinstance(finding, Mapping):
            return None if not finding else _number(self.findings, {"sentence": str(finding)})
        fields = ("coverage", "sentence", "missing", "duties")
        told = {field: finding[field] for field in fields if finding.get(field)}
        rules = [
            _number(self.rules, {"citation": rule.get("citation") or rule["id"], "reason": rule["reason"]})
            for rule in finding.get("rules") or []
        ]
        return _number(self.findings, {**told, "rules": rules})

    def _corroboration(self, claim: Mapping[str, Any], number: Mapping[str, int]) -> Record:
        if claim["id"] in number:
            return {"claim": number[claim["id"]]}
        return {
            "text": claim.get("quote") or claim.get("summary"),
            "status": claim.get("status"),
            "source": claim.get("document_name") or claim.get("document"),
            "published": claim.get("published"),
            "url": web_address(claim.get("url")),
        }


def _number(known: list[Record], one: Record) -> int:
    if one not in known:
        known.append(one)
    return known.index(one)


def _unusual(filters: Mapping[str, Any]) -> Record:
    """Return the filters that a reader must know of: dates are told apart, the usual statuses not at all."""
    return {
        name: value
        for name, value in filters.items()
        if name not in ("on", "known_by") and value and value != sorted(DEFAULT_STATUSES)
    }


def _negative(negative: Mapping[str, Any] | None) -> Record | None:
    """Return in names why there is no path."""
    if not negative:
        return None
    return {
        "outcome": negative.get("outcome"),
        "near_misses": [
            {
                "steps": [
                    [step["subject"]["name"], step["relation"], step["object"]["name"]]
                    for step in miss.get("steps", [])
                ],
                "reasons": [_broken(one) for one in miss.get("broken_by", [])] or list(miss.get("reasons", [])),
            }
            for miss in negative.get("near_misses", [])
        ],
        "holders": list(
            dict.fromkeys(
                f"{one['name']} ({one['claim']['status']})" if one.get("claim") else one["name"]
                for one in negative.get("holders", [])
            )
        ),
        **{
            field: list(dict.fromkeys(one["name"] for one in negative.get(field, [])))
            for field in ("reached", "unnamed")
        },
    }


def _broken(one: Mapping[str, Any]) -> str:
    """Return what breaks a near miss, with the claim that does and its source."""
    claim = one["claim"]
    source = ", ".join(filter(None, (claim["attribution"], claim["document_name"], claim["published"])))
    return f"{one['reason']}: {claim['quote'] or claim['summary']} ({source})"


def _document(one: Document) -> Record:
    record = {
        "name": one.name,
        "publisher": one.publisher,
        "published": one.published,
        "published_basis": one.published_basis,
        "url": web_address(one.url),
        "reliability": one.reliability,
    }
    return {field: value for field, value in record.items() if value}
