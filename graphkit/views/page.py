"""What a page shows: a graph and answers turned into plain data, with every foreign text cleaned.

The wire ids `n0`, `e1` stand for nodes and lines; real ids and names are only ever texts. A line of
the drawing is all claims that agree on subject, relation, object, status and whether they are implied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

from graphkit.access import Network
from graphkit.errors import InvalidValue, ViewTooLarge
from graphkit.facts import Document
from graphkit.graph import documents
from graphkit.ontology import CONFIDENCES, DEFAULT_STATUSES, KINDS, RELATIONS, STATUSES
from graphkit.views import layout
from graphkit.views.answers import claim_answer

if TYPE_CHECKING:
    from graphkit.graph import Graph

Record = dict[str, Any]

CONTEXTS = tuple((nodes, 2 * nodes + nodes // 4) for nodes in range(40, 12, -4))  # entities and lines around paths
PLAIN = 150, 300  # drawn without a word
NOTED = 500, 1_000  # drawn with a note
LARGE = 1_500, 4_000  # drawn when asked for by name; also the most claims of any page

_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]")
_WEB = re.compile(r"https?://[^\s<>\"'\\]+\Z", re.IGNORECASE)
# relations that tie every chip to a few nodes: they say little about what surrounds a path
_CATALOGUED = frozenset(name for name, relation in RELATIONS.items() if relation.group == "making")
_ON_LINE = ("subject", "relation", "object", "status", "implied")
_UNTOLD = ("documents", "passage", "findings")
_STEP = ("relation", "status", "implied", "confidence", "marks")
_FIELDS = ("id", "subject", "relation", "object", "status", "confidence", "document", "implied", "since", "until",
           "due", "attribution", "locator", "summary", "quote", "via", "qualifiers")


def catalogue(language: str) -> dict[str, str]:
    """Return the words of the page in a language. Raises InvalidValue where there is no such catalogue."""
    folder = resources.files("graphkit.views") / "assets"
    known = sorted(one.name.split(".")[1] for one in folder.iterdir() if one.name.startswith("words."))
    if language not in known:
        raise InvalidValue(f"no words of the page in {language!r}: there is {', '.join(known)}")
    found: dict[str, str] = json.loads((folder / f"words.{language}.json").read_text("utf-8"))
    for name, kind in KINDS.items():
        found.setdefault(f"kind.{name}", name)
        found.setdefault(f"kind.{name}.about", kind.description)
    for name, relation in RELATIONS.items():
        found.setdefault(f"relation.{name}", relation.phrase)
    for name, status in STATUSES.items():
        found.setdefault(f"status.{name}", name)
        found.setdefault(f"status.{name}.about", status.description)
    return found


def cleaned(value: Any) -> Any:
    """Return data without control characters, direction overrides and lone surrogates in its texts.

    >>> cleaned({"name": "a\u202eb"})
    {'name': 'ab'}
    """
    if isinstance(value, str):
        return _UNSEEN.sub("", value)
    if isinstance(value, Mapping):
        return {cleaned(key): cleaned(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [cleaned(one) for one in value]
    return value


def web_address(url: object) -> str | None:
    """Return an address if it is http or https, else None.

    >>> web_address("javascript:alert(1)"), web_address("https://example.org/a")
    (None, 'https://example.org/a')
    """
    return url if isinstance(url, str) and _WEB.match(url) else None


def page_data(
    graph: Graph,
    answers: Sequence[Mapping[str, Any]],
    *,
    title: str,
    focus: Sequence[str] = (),
    most: tuple[int, int] | None = None,
    large: bool = False,
    matrix: Mapping[str, Any] | None = None,
) -> Record:
    """Return the data of one page: what is drawn, what is said of it, where it stands.

    `answers` are JSON answers of `graphkit path`; without any the page explores the graph. `most`
    are the entities and lines to keep, those nearest to the paths or the focus first. Raises ViewTooLarge.
    """
    sheet = _Sheet(graph, answers)
    kept = sheet.choose(focus, most)
    lines = sheet.lines(kept)
    count = sum(len(claims) for _, claims in lines)
    _check_size(len(kept), len(lines), count, large)
    wire = {key: f"n{place}" for place, key in enumerate(kept)}
    claims: list[Record] = []
    drawn: list[Record] = []
    line_of: dict[str, str] = {}
    for place, ((subject, relation, object_, status, implied), members) in enumerate(lines):
        drawn.append({"id": f"e{place}", "from": wire[subject], "to": wire[object_], "relation": relation,
                      **({"status": status} if status != "done" else {}), **({"implied": True} if implied else {}),
                      "claims": list(range(len(claims), len(claims) + len(members)))})
        claims += [{field: value for field, value in claim.items() if field not in _ON_LINE} for claim in members]
        line_of |= {claim["id"]: f"e{place}" for claim in members}
    told = [sheet.told(answer, wire, line_of, {claim["id"]: at for at, claim in enumerate(claims)})
            for answer in answers]
    first: list[str] = next((path["nodes"] for answer in told for path in answer["paths"]), [])
    back = {name: key for key, name in wire.items()}
    places, wide = _places(sheet, kept, lines, [back[name] for name in first], told)
    for answer in told:
        for path in answer["paths"]:
            path["row"] = [x for x, _ in layout.row(len(path["nodes"]), wide)]
    sources = sorted({claim["document"] for claim in claims})
    number = {document: place for place, document in enumerate(sources)}
    for claim in claims:
        claim["document"] = number[claim["document"]]
    return {
        "title": title,
        "view": "matrix" if matrix else "path" if answers else "explorer",
        "kinds": _looks(sheet.entities[key]["kind"] for key in kept),
        "nodes": [{"id": wire[key], **sheet.entities[key], **places[key], **sheet.cut(key, wire)} for key in kept],
        "lines": drawn,
        "claims": claims,
        "documents": [sheet.documents[name] for name in sources],
        "answers": told,
        "findings": sheet.findings,
        "rules": sheet.rules,
        "matrix": matrix,
        "focus": [wire[key] for key in focus if key in wire],
        "left_out": len(sheet.entities) - len(kept),
        "noted": len(kept) > PLAIN[0] or len(lines) > PLAIN[1],
    }


def _check_size(nodes: int, lines: int, claims: int, large: bool) -> None:
    size = f"{nodes:,} entities and {lines:,} relations from {claims:,} claims"
    narrower = ("ask for a path (graphkit path BUYER CHIP --html FILE), for a neighbourhood "
                "(graphkit view NAME --radius 1) or for fewer entities (--limit)")
    if nodes > LARGE[0] or max(lines, claims) > LARGE[1]:
        raise ViewTooLarge(f"{size} are more than a page can show ({LARGE[0]:,} and {LARGE[1]:,}): {narrower}")
    if (nodes > NOTED[0] or lines > NOTED[1]) and not large:
        raise ViewTooLarge(f"{size} make a slow page: {narrower}, or allow it (--large)")


def _looks(kinds: Iterable[str]) -> list[Record]:
    present = set(kinds)
    return [{"name": name, "colour": kind.colour, "shape": kind.shape}
            for name, kind in KINDS.items() if name in present] + [
            {"name": name, "colour": "#5a6472", "shape": "dot"} for name in sorted(present - set(KINDS))]


def _places(
    sheet: _Sheet, kept: Sequence[str], lines: Sequence[Any], first: Sequence[str], told: Sequence[Record]
) -> tuple[dict[str, Record], int]:
    """Return where each node stands in both layouts, and how wide the row of a path is."""
    kinds = {key: sheet.entities[key]["kind"] for key in kept}
    links = [(line[0], line[2]) for line, _ in lines]
    longest = max((len(path["nodes"]) - 1 for answer in told for path in answer["paths"]), default=0)
    wide = layout.width(len(kept), longest)
    layered = layout.layered(kinds, links, list(dict.fromkeys(first)), wide)
    force = layout.force(layered, links)
    return {key: {"x": layered[key][0], "y": layered[key][1], "force": force[key]} for key in kept}, wide


class _Sheet:
    """The entities, claims and documents of a graph and of the answers about it, as plain records."""

    def __init__(self, graph: Graph, answers: Sequence[Mapping[str, Any]]) -> None:
        self.answers = answers
        network = Network.of(graph)
        self.documents: dict[str, Record] = {
            one.id: _document(one) for one in documents(graph).values()}
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
            self._take(claim_answer(data["claim"], network))
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
        source = {"name": claim["document_name"], "publisher": claim["publisher"],
                  "published": claim["published"], "url": web_address(claim["url"])}
        self.documents.setdefault(claim["document"], {field: value for field, value in source.items() if value})
        record: Record = {field: claim[field] for field in _FIELDS}
        record["scope"] = {field: names for field, names in claim["scope"].items() if names}
        self.claims[claim["id"]] = {
            field: value for field, value in record.items() if value not in (None, "", [], {}, False)}

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
        core = [step[end]["id"] for answer in self.answers for path in answer["paths"]
                for step in path["steps"] for end in ("subject", "object")]
        core += [end["id"] for answer in self.answers for end in (answer.get("buyer"), answer.get("chip")) if end]
        core = list(dict.fromkeys([*core, *(key for key in focus if key in self.entities)]))
        # those that only stand in the scope of a claim have no line to be drawn with
        tied = {key for key in self.entities if self.near[key]} or self.entities.keys()
        if most is None or most[0] >= len(tied):
            return sorted({*tied, *core})
        ranked = self._ranked(core)
        if self.answers:
            ranked = [key for key in ranked if self._distance.get(key, 9) <= 2]
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

    def _ranked(self, core: Sequence[str]) -> list[str]:
        """Return the entities by distance from the core, then by telling ties to it, then by ties at all."""
        start = list(core) or sorted(self.near, key=lambda key: (-len(self.telling[key]), key))[:1]
        self._distance = dict.fromkeys(start, 0)
        edge = start
        while edge:
            found = sorted({other for key in edge for other in self.near[key]} - self._distance.keys())
            self._distance |= dict.fromkeys(found, self._distance[edge[0]] + 1)
            edge = found
        inside = set(start)
        return sorted(self.entities, key=lambda key: (
            self._distance.get(key, len(self.entities)), -min(3, len(self.telling[key] & inside)),
            -len(self.telling[key]), key))

    def _keys(self) -> dict[tuple[str, str, str, str, bool], list[Record]]:
        """Return the claims by line, the lines in order."""
        found: dict[tuple[str, str, str, str, bool], list[Record]] = {}
        for claim in self.claims.values():
            key = (claim["subject"], claim["relation"], claim["object"], claim["status"],
                   claim.get("implied", False))
            found.setdefault(key, []).append(claim)
        return {key: sorted(found[key], key=self._rank) for key in sorted(found)}

    def _rank(self, claim: Record) -> tuple[float, bool, str, str]:
        """Put the surest first, among equals those with a quotation, then the earliest."""
        published = self.documents[claim["document"]].get("published", "9")
        return -CONFIDENCES.get(claim["confidence"], 0.0), "quote" not in claim, published, claim["id"]

    def lines(self, kept: Sequence[str]) -> list[tuple[tuple[str, str, str, str, bool], list[Record]]]:
        """Return the lines between kept entities, those of paths last so that they are drawn on top."""
        inside = set(kept)
        on_path = {claim["id"] for answer in self.answers for path in answer["paths"]
                   for step in path["steps"] for claim in step["claims"]}
        found = [(key, claims) for key, claims in self._keys().items() if key[0] in inside and key[2] in inside]
        return sorted(found, key=lambda line: any(claim["id"] in on_path for claim in line[1]))

    def cut(self, key: str, wire: Mapping[str, str]) -> Record:
        """Return how many neighbours of an entity are not on the page, if there are any."""
        missing = len(self.near[key] - wire.keys())
        return {"cut": missing} if missing else {}

    def told(
        self, answer: Mapping[str, Any], wire: Mapping[str, str], line_of: Mapping[str, str],
        number: Mapping[str, int],
    ) -> Record:
        """Return an answer that speaks of the page's nodes, lines and claims by their numbers."""
        paths = []
        for path in answer["paths"]:
            steps = []
            for step in path["steps"]:
                ids = [claim["id"] for claim in step["claims"] if claim["id"] in number]
                finding = self._finding(step["finding"])
                steps.append({
                    **{field: step[field] for field in _STEP if step[field]},
                    **({} if finding is None else {"finding": finding}),
                    "from": wire[step["subject"]["id"]], "to": wire[step["object"]["id"]],
                    "claims": [number[one] for one in ids],
                    "lines": list(dict.fromkeys(line_of[one] for one in ids))})
            nodes = [steps[0]["from"], *(step["to"] for step in steps)] if steps else []
            said = [step["finding"] for step in steps if "finding" in step]
            others = [self._finding(one) for one in path.get("findings") or []]
            corroborated = [self._corroboration(claim, number) for claim in path.get("corroborated_by") or []]
            kept = {field: value for field, value in path.items() if value and field not in _UNTOLD}
            paths.append({**kept, "stated": path["stated"], "weakest": path["weakest"], "steps": steps,
                          "nodes": nodes, "corroborated_by": corroborated,
                          "findings": [one for one in others if one not in said]})
        ends = {end: {**answer[end], "node": wire.get(answer[end]["id"])} for end in ("buyer", "chip")}
        kept = {field: answer[field] for field in ("as_of", "known_by", "searched", "notes", "timeline")
                if answer.get(field)}
        return {**kept, **ends, "paths": paths, "filters": _unusual(answer.get("filters") or {}),
                "negative": _negative(answer.get("negative"))}

    def _finding(self, finding: object) -> int | None:
        """Return the number of a finding: paths share them, as findings share rules, and each is sent once."""
        if not isinstance(finding, Mapping):
            return None if not finding else _number(self.findings, {"sentence": str(finding)})
        fields = ("coverage", "sentence", "missing", "duties")
        told = {field: finding[field] for field in fields if finding.get(field)}
        rules = [_number(self.rules, {"citation": rule.get("citation") or rule["id"], "reason": rule["reason"]})
                 for rule in finding.get("rules") or []]
        return _number(self.findings, {**told, "rules": rules})

    def _corroboration(self, claim: Mapping[str, Any], number: Mapping[str, int]) -> Record:
        if claim["id"] in number:
            return {"claim": number[claim["id"]]}
        return {"text": claim.get("quote") or claim.get("summary"), "status": claim.get("status"),
                "source": claim.get("document_name") or claim.get("document"),
                "published": claim.get("published"), "url": web_address(claim.get("url"))}


def _number(known: list[Record], one: Record) -> int:
    if one not in known:
        known.append(one)
    return known.index(one)


def _unusual(filters: Mapping[str, Any]) -> Record:
    """Return the filters that a reader must know of: dates are told apart, the usual statuses not at all."""
    return {name: value for name, value in filters.items()
            if name not in ("on", "known_by") and value and value != sorted(DEFAULT_STATUSES)}


def _negative(negative: Mapping[str, Any] | None) -> Record | None:
    """Return in names why there is no path."""
    if not negative:
        return None
    return {
        "outcome": negative.get("outcome"),
        "near_misses": [
            {"steps": [[step["subject"]["name"], step["relation"], step["object"]["name"]]
                       for step in miss.get("steps", [])], "reasons": list(miss.get("reasons", []))}
            for miss in negative.get("near_misses", [])],
        **{field: list(dict.fromkeys(one["name"] for one in negative.get(field, [])))
           for field in ("reached", "holders", "unnamed")},
    }


def _document(one: Document) -> Record:
    record = {"name": one.name, "publisher": one.publisher, "published": one.published,
              "published_basis": one.published_basis, "url": web_address(one.url), "reliability": one.reliability}
    return {field: value for field, value in record.items() if value}
