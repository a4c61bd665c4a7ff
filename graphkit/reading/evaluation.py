"""The measure of the reader: its candidates against gold, by name, relation and status; missed and wrong listed.

Names are resolved through aliases on both sides; what else counts as one the gold declares (`{"same": [...]}`). A
relation counts once a document; rows with `implied` are left out, and rows that the ontology forbids are listed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from graphkit.errors import InvalidValue
from graphkit.factbase.files import get_byte_limit, name_input, read_standard_input
from graphkit.facts import Document, Entity, fold
from graphkit.formats import Table
from graphkit.ontology import KINDS, RELATIONS, STATUSES
from graphkit.reading.candidates import Candidate
from graphkit.reading.case import Case
from graphkit.reading.known_names import KnownNames, make_slug
from graphkit.reading.lexicon import find_language
from graphkit.reading.reader import read_document
from graphkit.reading.scenes import Scene


class Score(msgspec.Struct, frozen=True):
    """Counts of one measure: found and right, found, and in the gold."""

    right: int
    found: int
    gold: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class GoldRow(msgspec.Struct, frozen=True):
    """One claim of the gold."""

    doc: str
    sentence: int | None
    subject: str
    subject_kind: str
    relation: str
    object: str
    object_kind: str
    status: str
    implied: bool = False
    scope: dict[str, list[str]] = {}


class Gold(msgspec.Struct, frozen=True):
    """The claims of a gold file, the names that count as one, and the rows that the ontology forbids."""

    rows: tuple[GoldRow, ...]
    same: tuple[tuple[str, ...], ...]
    forbidden: tuple[str, ...]


def read_gold(file: Path) -> Gold:
    """Read gold in the form of JSON lines, - for standard input. Raises InvalidValue, naming the line."""
    rows: list[GoldRow] = []
    same: list[tuple[str, ...]] = []
    forbidden: list[str] = []
    try:
        data = read_standard_input(get_byte_limit(), "give gold") if str(file) == "-" else file.read_bytes()
        lines = data.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        what = f"cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'}); give gold as JSON lines"
        raise InvalidValue(f"{name_input(file)}: {what}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if not isinstance(data, dict):
                raise TypeError("not an object")
            if "same" in data:
                same.append(tuple(map(str, data["same"])))
                continue
            row = msgspec.convert(data, GoldRow)
        except (ValueError, TypeError, RecursionError, msgspec.ValidationError) as error:
            what = f"is no claim of a gold ({error}); its fields are {', '.join(GoldRow.__struct_fields__)}"
            raise InvalidValue(f"{name_input(file)}:{number}: {what}") from None
        ends = RELATIONS[row.relation].ends if row.relation in RELATIONS else ()
        fits = (row.subject_kind, row.object_kind) in ends and row.status in STATUSES
        if not fits or (row.status == "proposed" and RELATIONS[row.relation].group != "law"):
            forbidden.append(f"line {number}: {row.subject} {row.relation} {row.object} ({row.status})")
        elif not row.implied:
            rows.append(row)
    return Gold(tuple(rows), tuple(same), tuple(forbidden))


class Evaluation(msgspec.Struct, frozen=True):
    """The measure of the reader: scores by name, missed and wrong as lines, and how many documents were read."""

    documents: int
    names: Score
    relations: Score
    with_status: Score
    status_right: float
    recall_with_c: float
    tiers: dict[str, Score]
    by_relation: dict[str, Score]
    by_rule: dict[str, Score]
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    forbidden: tuple[str, ...]

    def tables(self) -> list[Table]:
        """Return the scores, and what was missed and wrong, as tables."""
        scores = [
            ("names", "", self.names),
            ("relations", "", self.relations),
            ("relations with status", "", self.with_status),
        ]
        for measure, those in (("tier", self.tiers), ("relation", self.by_relation), ("rule", self.by_rule)):
            scores += [(measure, name, one) for name, one in those.items()]
        rates = ("right", "found", "gold", "precision", "recall", "f1")
        rows = [
            {"measure": measure, "name": name, **{rate: round(getattr(one, rate), 4) for rate in rates}}
            for measure, name, one in scores
        ]
        lists = (("missed", self.missed), ("wrong", self.wrong), ("forbidden", self.forbidden))
        apart = [Table(name, (name,), [{name: line} for line in lines]) for name, lines in lists]
        return [Table("scores", ("measure", "name", *rates), rows), *apart]

    def styled_text(self) -> str:
        """Return the evaluation as people read it."""
        return render_evaluation(self)

    def json_value(self) -> object:
        """Return the evaluation with the rates of its scores."""
        return convert_evaluation(self)

    def provenance_tables(self) -> list[Table]:
        """Return nothing: this is no answer of a base."""
        return []

    def remarks(self) -> list[str]:
        """Return the rows that were not scored."""
        return [f"not scored: {one}" for one in self.forbidden]


class _Names:
    """Resolves names through aliases and what the gold declares to be one."""

    def __init__(self, entities: Iterable[Entity], same: Sequence[Sequence[str]]) -> None:
        self._keys: dict[str, str] = {}
        for one in entities:
            for name in (one.name, *one.aliases):
                self._keys.setdefault(_key(name), one.id)
        for group in same:
            first = self.key(group[0])
            for name in group[1:]:
                old = self.key(name)
                self._keys = {k: first if v == old else v for k, v in self._keys.items()} | {_key(name): first}

    @property
    def known(self) -> set[str]:
        """The names that are known, as they are compared."""
        return set(self._keys)

    def key(self, name: str) -> str:
        """Return the id of the entity with a name, else the name as it is compared."""
        key = _key(name)
        return self._keys.get(key, key)


def _key(name: str) -> str:
    return re.sub(r" \((?:agency )?unnamed\)$", "", fold(name))


def list_gold_entities(gold: Gold, known: Iterable[Entity]) -> list[Entity]:
    """Return the entities that the gold names and the fact bases do not know."""
    names = _Names(known, ())
    present = names.known
    found: dict[str, Entity] = {}
    for row in gold.rows:
        for name, kind in ((row.subject, row.subject_kind), (row.object, row.object_kind)):
            if kind in KINDS and _key(name) not in present:
                generic = "(unnamed)" in name or (kind in ("Chip", "Company", "Datacenter") and name[:1].islower())
                found.setdefault(
                    _key(name),
                    Entity(
                        id=f"{make_slug(name)}",
                        name=name,
                        kind=kind,
                        generic=generic or kind == "Datacenter" or name.endswith(" chips"),
                    ),
                )
    return list(found.values())


def evaluate_reader(
    gold: Gold,
    documents: Path,
    known: Sequence[Entity],
    *,
    names_known: bool,
    published: Mapping[str, Document] | None = None,
) -> Evaluation:
    """Read the documents that a gold names and compare. Raises InvalidValue where one is not there."""
    entities = [*known, *(list_gold_entities(gold, known) if names_known else ())]
    names = KnownNames(entities)
    resolve = _Names([*names.entities.values(), *names.regions], gold.same)
    found: list[Candidate] = []
    mentioned: set[tuple[str, str]] = set()
    files = sorted({row.doc for row in gold.rows})
    for name in files:
        if "/" in name or "\\" in name or not (documents / name).is_file():
            raise InvalidValue(
                f"{documents}: holds no {name!r}, which the gold names; give the folder of its documents"
            )
        text = (documents / name).read_text("utf-8")
        document = (published or {}).get(name) or Document(id=Path(name).stem, name=name, file=name)
        if find_language(text) is None:
            raise InvalidValue(f"{documents / name}: is neither in French nor in English")
        reading = read_document(document, text, names)
        found += [msgspec.structs.replace(c, document=name) for c in reading.candidates]
        mentioned |= {(name, resolve.key(e.name)) for scene in reading.scenes for e in _list_named(scene)}
    return compare_with_gold(gold, found, mentioned, resolve, len(files))


def _list_named(scene: Scene) -> list[Entity]:
    return [e for m in scene.mentions.values() for e in (*m.entities, *m.inner) if e.id]


def compare_with_gold(
    gold: Gold, found: Sequence[Candidate], mentioned: set[tuple[str, str]], resolve: _Names, documents: int
) -> Evaluation:
    """Return how candidates fare against a gold."""
    Row = tuple[str, str, str, str]
    wanted: dict[Row, set[str]] = {}
    words: dict[Row, str] = {}
    for row in gold.rows:
        key = (row.doc, resolve.key(row.subject), row.relation, resolve.key(row.object))
        wanted.setdefault(key, set()).add(row.status)
        words.setdefault(key, f"{row.doc}:{row.sentence}: {row.subject} {row.relation} {row.object} ({row.status})")
    got: dict[Row, list[Candidate]] = {}
    pairs: set[tuple[str, frozenset[str]]] = set()
    for one in found:
        if one.tier == "C":
            pairs |= {(one.document, frozenset((resolve.key(a.name), resolve.key(b.name)))) for a, b in one.pairs}
        elif not one.implied and one.subject and one.object:
            got.setdefault(
                (one.document, resolve.key(one.subject.name), one.relation, resolve.key(one.object.name)), []
            ).append(one)
    right = [key for key in got if key in wanted]
    good = [key for key in right if {c.status for c in got[key]} & wanted[key]]
    in_c = [key for key in wanted if key not in got and (key[0], frozenset((key[1], key[3]))) in pairs]
    gold_names = {(doc, name) for doc, s, _, o in wanted for name in (s, o)}
    found_names = {(d, n) for d, s, _, o in got for n in (s, o)}
    mentioned = mentioned | found_names  # a rule that is described is resolved with its relation
    wrong = []
    for key in got:
        if key not in wanted:
            c = got[key][0]
            assert c.subject and c.object  # noqa: S101
            wrong.append(
                f"{c.document}:{c.sentence}: {c.subject.name} {c.relation} {c.object.name} ({c.status}, {c.rule})"
            )
        elif key not in good:
            c = got[key][0]
            wrong.append(f"{words[key]} read as {c.status} ({c.rule})")
    tiers = {}
    for tier in ("A", "B", "M"):
        mine = [key for key in got if min(c.tier for c in got[key]) == tier]
        tiers[tier] = Score(sum(key in wanted for key in mine), len(mine), len(wanted))
    rules = sorted({c.rule for rows in got.values() for c in rows})
    by_rule = {rule: [key for key in got if got[key][0].rule == rule] for rule in rules}
    relations = sorted({key[2] for key in (*got, *wanted)}, key=list(RELATIONS).index)
    return Evaluation(
        documents=documents,
        names=Score(
            len(gold_names & mentioned), len((found_names & mentioned) | (gold_names & mentioned)), len(gold_names)
        ),
        relations=Score(len(right), len(got), len(wanted)),
        with_status=Score(len(good), len(got), len(wanted)),
        status_right=len(good) / len(right) if right else 0.0,
        recall_with_c=(len(right) + len(in_c)) / len(wanted) if wanted else 0.0,
        tiers=tiers,
        by_relation={
            r: Score(sum(k[2] == r for k in right), sum(k[2] == r for k in got), sum(k[2] == r for k in wanted))
            for r in relations
        },
        by_rule={rule: Score(sum(k in wanted for k in keys), len(keys), 0) for rule, keys in by_rule.items()},
        missed=tuple(sorted(words[key] + (" (tier C)" if key in in_c else "") for key in wanted if key not in got)),
        wrong=tuple(sorted(wrong)),
        forbidden=gold.forbidden,
    )


def evaluate_case(case: Case) -> Evaluation:
    """Measure the rules by the decisions of a case: what was accepted is right, what was rejected is wrong."""
    from graphkit.reading.ingest import read_queues
    from graphkit.reading.rows import is_right

    rules: dict[str, list[int]] = {}
    relations: dict[str, list[int]] = {}
    tiers: dict[str, list[int]] = {}
    missed, wrong = [], []
    queues = read_queues(case)
    status_right = status_asked = 0
    for queue in queues:
        for row in queue.rows:
            cells = row.cells
            if row.decision not in ("accept", "reject", "edit") or cells["needs"] or not cells["relation"]:
                continue
            right = is_right(row)
            said = " ".join(cells[name] for name in ("subject_name", "relation", "object_name"))
            line = f"{queue.document}:{cells['sentence']}: {said}"
            if cells["tier"] == "C":
                missed.append(f"{line} (tier C)")
                relations.setdefault(cells["relation"], [0, 0, 0])[2] += 1
                continue
            for table, name in ((rules, cells["rule"]), (relations, cells["relation"]), (tiers, cells["tier"])):
                counts = table.setdefault(name, [0, 0, 0])
                counts[0] += right
                counts[1] += 1
                counts[2] += right or row.decision == "edit"
            if right:
                status_asked += 1
                status_right += "status" not in json.loads(cells["proposed"] or "{}")
            else:
                wrong.append(f"{line} ({cells['status']}, {cells['rule']})")
    total = [sum(counts[place] for counts in relations.values()) for place in range(3)]
    return Evaluation(
        documents=len(queues),
        names=Score(0, 0, 0),
        relations=Score(*total),
        with_status=Score(total[0] - (status_asked - status_right), total[1], total[2]),
        status_right=status_right / status_asked if status_asked else 0.0,
        recall_with_c=1.0 if total[2] else 0.0,
        tiers={name: Score(*counts) for name, counts in sorted(tiers.items())},
        by_relation={name: Score(*relations[name]) for name in RELATIONS if name in relations},
        by_rule={name: Score(*counts) for name, counts in sorted(rules.items())},
        missed=tuple(sorted(missed)),
        wrong=tuple(sorted(wrong)),
        forbidden=(),
    )


def convert_evaluation(found: Evaluation) -> dict[str, Any]:
    """Return an evaluation as JSON data, its scores with precision, recall and F1."""

    def score(one: Score) -> dict[str, Any]:
        rates = {name: round(getattr(one, name), 4) for name in ("precision", "recall", "f1")}
        return {**msgspec.to_builtins(one), **rates}

    data: dict[str, Any] = msgspec.to_builtins(found)
    for name in ("names", "relations", "with_status"):
        data[name] = score(getattr(found, name))
    for name in ("tiers", "by_relation", "by_rule"):
        data[name] = {key: score(one) for key, one in getattr(found, name).items()}
    return data


def render_evaluation(found: Evaluation) -> str:
    """Return an evaluation as text."""

    def line(name: str, one: Score) -> str:
        rates = f"P {one.precision:.2f}  R {one.recall:.2f}  F1 {one.f1:.2f}"
        return f"{name:24} {rates}  ({one.right} right of {one.found} found, {one.gold} in the gold)"

    lines = [f"documents: {found.documents}"]
    lines += [line("names", found.names)] if found.names.gold else []
    lines += [line("relations", found.relations), line("relations with status", found.with_status)]
    lines += [
        f"status right on {found.status_right:.2f} of the relations found; "
        f"recall with tier C {found.recall_with_c:.2f}",
        "",
    ]
    lines += [line(f"tier {name}", one) for name, one in found.tiers.items() if one.found] + [""]
    lines += [line(name, one) for name, one in found.by_relation.items()] + [""]
    lines += [f"rule {name:19} right {one.right} of {one.found}" for name, one in found.by_rule.items()]
    for title, those in (
        ("missed", found.missed),
        ("wrong", found.wrong),
        ("not scored: the ontology forbids", found.forbidden),
    ):
        lines += ["", f"{title}: {len(those)}", *(f"  {one}" for one in those)]
    return "\n".join(lines)
