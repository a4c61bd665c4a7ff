"""A session of review: which card comes next, and what a decision does; it is on the disk before it is answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from graphkit.errors import AmbiguousName, InvalidValue
from graphkit.facts import Entity
from graphkit.names import Directory
from graphkit.ontology import KINDS, RELATIONS
from graphkit.reading.candidates import make_candidate_key, make_row_summary
from graphkit.reading.cards import Card, group_rows, make_card, make_name_card, split_article
from graphkit.reading.case import Case, write_file
from graphkit.reading.circles import find_circles
from graphkit.reading.ingest import (
    load_name_decisions,
    load_names,
    read_again,
    read_queues,
    write_decided,
    write_name_decisions,
)
from graphkit.reading.known_names import KnownNames, make_slug
from graphkit.reading.queue import Queue, check_row
from graphkit.reading.rows import COLUMNS, Row, find_span, read_entities
from graphkit.reading.texts import clean_cell
from graphkit.reading.unknown_names import UnknownMention

#: Names that are asked of one article; the others wait in its file.
MAX_NAMES = 15
_EDITABLE = ("relation", "status", "since", "until", "due", "observed", "attribution", "summary")


class Session:
    """The cards of a case and their decisions, with undo without limit."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.queues: dict[str, Queue] = {queue.document: queue for queue in read_queues(case, placed=True)}
        self._put_off = {row.key for queue in self.queues.values() for row in queue.rows if row.decision == "skip"}
        self._names_skipped: set[str] = set()
        self._asks_all = False
        self._history_path = case.folder / "candidates" / "history.jsonl"
        self.history = self._load_history()
        for queue in self.queues.values():
            write_decided(case, queue)  # what a file decided, or a process that was killed left undone

    # cards --------------------------------------------------------------------------------

    def names(self, document: str) -> list[UnknownMention]:
        """Return the names of a document that wait for a decision, best first."""
        decided = load_name_decisions(self.case)
        open_ = [one for one in load_names(self.case, document) if not one.person and one.name not in decided]
        asked = sum(one.get("document") == document for one in decided.values())
        return [one for one in open_[: max(MAX_NAMES - asked, 0)] if one.key not in self._names_skipped]

    def cards(self, document: str) -> list[Card]:
        """Return the cards of a document that wait, in the order of its text, then those that were put off."""
        rows = [row for row in self.queues[document].rows if not row.cells["needs"]]
        rows = [row for row in rows if self._asks_all or not _is_later(row)]
        if all(row.decision and row.key not in self._put_off for row in rows):
            return []
        cards = group_rows(rows, self.case.text(document))
        waiting = [[row for row in card.rows if not row.decision] for card in cards]
        later = [[row for row in card.rows if row.decision == "skip" and row.key in self._put_off] for card in cards]
        return [Card(rows) for rows in (*waiting, *later) if rows]

    def state(self) -> dict[str, Any]:
        """Return the next card with its article, and how much is left."""
        counts = {"names": 0, "claims": 0, "decided": len(self.history)}
        found: dict[str, Any] = {"card": None, "counts": counts, "document": "", "bulk": []}
        for id_, queue in self.queues.items():
            names, cards = self.names(id_), self.cards(id_)
            counts["names"] += len(names)
            counts["claims"] += len(cards)
            if found["card"] is None and (names or cards):
                text = self.case.text(id_)
                card = make_name_card(names[0]) if names else make_card(self.case, queue, cards[0])
                at = text.find(names[0].quote) if names else -1
                now = cards[0].span if not names else (at, at + len(names[0].quote)) if at >= 0 else (0, 0)
                bulk = [row for one in cards for row in one.rows if row.cells["tier"] == "A" and not row.decision]
                found |= {
                    "card": card,
                    "document": id_,
                    "title": self.case.documents[id_].name,
                    "article": split_article(text, queue.rows, now),
                    "bulk": [] if names else [{"key": row.key, "summary": row.cells["summary"]} for row in bulk],
                }
        later = {(id_, find_span(row)) for id_, queue in self.queues.items() for row in queue.open if _is_later(row)}
        return {**found, "undo": bool(self.history), "more": 0 if self._asks_all else len(later)}

    def say_state(self) -> str:
        """Return in a line what has been decided and what is left."""
        state = self.state()
        accepted = sum(len(queue.accepted) for queue in self.queues.values())
        left = f"{state['counts']['claims']} cards and {state['counts']['names']} names are left"
        left += f", and {state['more']} sentences on request" if state["more"] else ""
        return f"{self.case.folder}: {accepted} claims written; {left}"

    # decisions ----------------------------------------------------------------------------

    def decide(self, key: str, action: str, given: Mapping[str, Any]) -> None:
        """Take one decision. Raises InvalidValue where it cannot be; then nothing has changed."""
        for queue in self.queues.values():
            queue.refuse_changed()
        if action == "undo":
            self._undo()
        elif action == "bulk":
            self._accept_all([str(one) for one in given.get("keys", ())])
        elif action == "more":
            self._asks_all = True
        elif key.startswith("name:"):
            self._decide_name(key, action, given)
        else:
            self._decide_card(key, action, given)

    def _find(self, key: str) -> tuple[Queue, Row]:
        for queue in self.queues.values():
            if row := queue.find(key):
                return queue, row
        raise InvalidValue("this card is no longer there: load the page again")

    def _find_card(self, key: str) -> tuple[Queue, Card]:
        for document, queue in self.queues.items():
            for card in self.cards(document):
                if card.key == key:
                    return queue, card
        raise InvalidValue("this card is no longer there: load the page again")

    def _decide_card(self, key: str, action: str, given: Mapping[str, Any]) -> None:
        """Decide on a card: accept what is not `off` with the relations of `picks`, reject or put off all of it, or
        edit one `row` of it."""
        queue, card = self._find_card(key)
        after = {row.key: dict(row.cells) for row in card.rows}
        if action in ("reject", "skip"):
            for cells in after.values():
                cells["decision"] = action
        elif action == "edit":
            chosen = str(given.get("row") or card.rows[0].key)
            if chosen not in after or after[chosen]["tier"] == "C":
                raise InvalidValue("this claim is none of the card")
            after = {chosen: self._edited(after[chosen], given)}
        elif action == "accept":
            off = {str(one) for one in given.get("off", ())}
            if not off <= after.keys():
                raise InvalidValue("this claim is none of the card")
            picked = self._pick(queue, card, given.get("picks", ()))
            for row in card.claims:
                after[row.key]["decision"] = "reject" if row.key in off else "accept"
            taken = {cells["quote"] for cells in picked.values()}
            for row in card.sentences:
                after[row.key]["decision"] = "accept" if row.cells["quote"] in taken else "reject"
            after |= picked
        else:
            raise InvalidValue(f"{action!r} is no decision")
        for cells in after.values():
            if cells["decision"] in ("accept", "edit") and cells["relation"]:
                check_row(Row(cells), queue.document)
        self._refuse_circles({queue.document: after})
        self._put_off -= after.keys()
        self._change(queue, after)

    def _refuse_circles(self, changes: Mapping[str, Mapping[str, dict[str, str]]]) -> None:
        """Raise InvalidValue where changes to the rows of documents would make claims run in a circle."""
        queues = []
        for document, queue in self.queues.items():
            changed = {key: Row(cells) for key, cells in changes.get(document, {}).items()}
            rows = {row.key: row for row in queue.rows} | changed
            queues.append(Queue(self.case.folder, document, list(rows.values())))
        for _, _, what in find_circles(self.case, queues):
            raise InvalidValue(f"{what}; leave one of them out")

    def _edited(self, cells: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, str]:
        after = dict(cells)
        entities = read_entities(cells)
        for name in _EDITABLE:
            if name in given:
                after[name] = clean_cell(str(given[name]), 1_000)
        for end in ("subject", "object"):
            if given.get(end):
                one = self._lookup(str(given[end]))
                entities[one.id] = one
                after[end], after[f"{end}_name"] = one.id, one.name
        if given.get("turn"):
            after["subject"], after["object"] = after["object"], after["subject"]
            after["subject_name"], after["object_name"] = after["object_name"], after["subject_name"]
        if "scope" in given:
            after |= {"chips": "", "sites": "", "regions": ""}
            columns = {"Chip": "chips", "Datacenter": "sites", "Region": "regions"}
            for name in filter(None, (part.strip() for part in str(given["scope"]).split(";"))):
                one = next((e for e in entities.values() if e.name == name), None) or self._lookup(name)
                if one.kind not in columns:
                    raise InvalidValue(f"{name!r} is a {one.kind}: a scope names chips, sites and regions")
                entities[one.id] = one
                column = columns[one.kind]
                after[column] = ";".join(filter(None, [*after[column].split(";"), one.id]))
        if "summary" not in given or given["summary"] == cells["summary"]:
            after["summary"] = make_row_summary(after, entities)
        after["entities"] = json.dumps(
            [msgspec.to_builtins(one) for one in entities.values()], ensure_ascii=False, sort_keys=True
        )
        changed = {name: cells[name] for name in COLUMNS if cells[name] != after[name] and name != "entities"}
        if not changed:
            raise InvalidValue("nothing was changed: accept the card, or change something")
        after["proposed"] = cells["proposed"] or json.dumps(changed, ensure_ascii=False, sort_keys=True)
        after["decision"] = "edit"
        return after

    def _lookup(self, name: str) -> Entity:
        directory = Directory(self.case.entities)
        try:
            one = directory.find(name)
        except AmbiguousName as error:
            raise InvalidValue(str(error)) from None
        if one is None:
            near = directory.find_near(name)
            raise InvalidValue(
                f"no name {name!r} is known" + (f": did you mean {' or '.join(near)}?" if near else "")
            )
        return one

    def _pick(self, queue: Queue, card: Card, picks: Sequence[Any]) -> dict[str, dict[str, str]]:
        """Return the rows of the relations that were picked for the pairs of a card's sentences."""
        sentences = {row.key: row.cells for row in card.sentences}
        found: dict[str, dict[str, str]] = {}
        for pick in picks:
            key, place, relation, turned = str(pick[0]), int(pick[1]), str(pick[2]), bool(pick[3])
            pairs = json.loads(sentences[key]["pairs"] or "[]") if key in sentences else []
            if not 0 <= place < len(pairs) or relation not in RELATIONS:
                raise InvalidValue("this pair or relation is none of the card")
            entities = read_entities(sentences[key])
            subject, object_ = (entities[id_] for id_ in (reversed(pairs[place]) if turned else pairs[place]))
            cells = dict(sentences[key]) | {
                "subject": subject.id,
                "object": object_.id,
                "subject_name": subject.name,
                "object_name": object_.name,
                "relation": relation,
                "decision": "accept",
                "rule": "picked",
                "pairs": "",
                "status": "done",
                "confidence": "likely",
            }
            cells["summary"] = make_row_summary(cells, entities)
            cells["key"] = make_candidate_key(queue.document, cells["quote"], subject.name, relation, object_.name)
            found[cells["key"]] = cells
        return found

    def _accept_all(self, keys: Sequence[str]) -> None:
        changes: dict[str, dict[str, dict[str, str]]] = {}
        for key in keys:
            queue, row = self._find(key)
            if row.cells["tier"] != "A" or row.decision:
                raise InvalidValue("only what rules of tier A found, and is not decided, is accepted in bulk")
            check_row(row, queue.document)
            changes.setdefault(queue.document, {})[key] = {**row.cells, "decision": "accept"}
        self._refuse_circles(changes)
        for document, rows in changes.items():
            self._change(self.queues[document], rows)

    def _change(self, queue: Queue, changes: Mapping[str, dict[str, str]]) -> None:
        before = {key: (dict(row.cells) if (row := queue.find(key)) else None) for key in changes}
        self._push({"document": queue.document, "rows": before})
        self._put(queue, changes)

    def _put(self, queue: Queue, changes: Mapping[str, dict[str, str] | None]) -> None:
        rows = {row.key: row for row in queue.rows}
        for key, cells in changes.items():
            if cells is None:
                rows.pop(key, None)
            elif key in rows:
                rows[key].cells = dict(cells)
            else:
                rows[key] = Row(dict(cells))
        queue.rows = list(rows.values())
        write_decided(self.case, queue)

    # names --------------------------------------------------------------------------------

    def _decide_name(self, key: str, action: str, given: Mapping[str, Any]) -> None:
        here = ((id_, n) for id_ in self.queues for n in load_names(self.case, id_) if n.key == key)
        document, one = next(here, ("", None))
        if one is None:
            raise InvalidValue("this name is no longer there: load the page again")
        if action == "skip":
            self._names_skipped.add(key)
            return
        decisions = load_name_decisions(self.case)
        entity: Entity | None = None
        if action == "accept":
            kind = str(given.get("kind") or one.kind)
            if kind not in KINDS:
                raise InvalidValue(f"{kind!r} is no kind: one of {', '.join(KINDS)}")
            entity = self.case.settle(Entity(id=make_slug(one.name), name=one.name, kind=kind))
        elif action == "alias":
            target = self._lookup_or_unknown(str(given.get("of", "")))
            entity = msgspec.structs.replace(target, aliases=tuple(dict.fromkeys([*target.aliases, one.name])))
        elif action != "reject":
            raise InvalidValue(f"{action!r} is no decision on a name")
        before = self.case.own.get(entity.id) if entity else None
        was = msgspec.to_builtins(before) if before else None
        self._push(
            {"name": one.name, "entity": entity.id if entity else "", "was": was, "decision": decisions.get(one.name)}
        )
        if entity:
            self.case.replace_entity(entity)
        decisions[one.name] = {
            "decision": "ignore" if action == "reject" else action,
            "entity": entity.id if entity else "",
            "document": document,
        }
        write_name_decisions(self.case, decisions)
        if entity:
            self._read_again(one.name)

    def _lookup_or_unknown(self, name: str) -> Entity:
        other = next((n for id_ in self.queues for n in load_names(self.case, id_) if n.name == name), None)
        return Entity(id=make_slug(name), name=name, kind=other.kind) if other else self._lookup(name)

    def _read_again(self, name: str) -> None:
        names = KnownNames(self.case.entities)
        for id_, queue in self.queues.items():
            if name.split()[0] in self.case.text(id_):
                read_again(self.case, names, queue)

    # undo ---------------------------------------------------------------------------------

    def _load_history(self) -> list[dict[str, Any]]:
        try:
            lines = self._history_path.read_text("utf-8").splitlines()
        except OSError:
            return []
        found = []
        for line in lines:
            try:
                found.append(json.loads(line))
            except ValueError:
                break  # the last line of a process that was killed
        return found

    def _push(self, change: dict[str, Any]) -> None:
        self.history.append(change)
        self._save_history()

    def _save_history(self) -> None:
        lines = (json.dumps(change, ensure_ascii=False, sort_keys=True) + "\n" for change in self.history)
        write_file(self._history_path, "".join(lines))

    def _undo(self) -> None:
        if not self.history:
            raise InvalidValue("nothing is left to undo")
        change = self.history[-1]
        if "rows" in change:
            if change["document"] in self.queues:
                self._put(self.queues[change["document"]], change["rows"])
        else:
            decisions = load_name_decisions(self.case)
            if change["decision"] is None:
                decisions.pop(change["name"], None)
            else:
                decisions[change["name"]] = change["decision"]
            write_name_decisions(self.case, decisions)
            if change["was"]:
                self.case.replace_entity(msgspec.convert(change["was"], Entity))
            elif change["entity"]:
                self.case.remove_entities([change["entity"]])
            if change["entity"]:
                self._read_again(change["name"])
        self.history.pop()
        self._save_history()


def _is_later(row: Row) -> bool:
    """Say whether a row is asked on request only."""
    return row.cells["on_request"] == "yes" and not row.decision
