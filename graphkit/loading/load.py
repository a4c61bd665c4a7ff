"""Load a fact base into a store, changing only what carries its name.

The order makes an interrupted load safe to run again: its mark first (see `graphkit.loading.run`), then
documents, entities and claims in batches of one transaction each, then the removal of what is no longer
there, then the mark once more.
"""

from __future__ import annotations

import msgspec

from graphkit.engines import Store
from graphkit.errors import InvalidValue
from graphkit.factbase import FactBase
from graphkit.loading.edges import Edges
from graphkit.loading.load_states import (
    are_loaded,
    is_complete,
    is_loaded,
    read_load_states,
    refuse_foreign,
)
from graphkit.loading.nodes import Nodes
from graphkit.loading.run import Change, Progress, Run
from graphkit.ontology import KINDS, RELATIONS

__all__ = ["Change", "Changes", "is_loaded", "load", "read_load_states"]


class Changes(msgspec.Struct, frozen=True):
    """The changes that a load made to claims, entities and documents; false when it changed nothing."""

    claims: Change = Change()
    entities: Change = Change()
    documents: Change = Change()

    def __bool__(self) -> bool:
        return bool(self.claims or self.entities or self.documents)


def load(store: Store, base: FactBase, progress: Progress | None = None) -> Changes:
    """Make a store hold a fact base as it is now; `progress` is called with (records done, all).

    Nothing is written where the store already holds just this content. Raises StoreNotOurs,
    before anything is written, where the store holds nodes with graphkit's labels that graphkit
    did not write, and StoreDisagrees, too, where another fact base there says otherwise of an entity,
    a document or a claim; SchemaMismatch; StoreBusy where another load of the same fact base began; or
    another StoreError. Then the load can be run again.
    """
    found = read_load_states(store)
    names = [part.name for part in base.parts] or [base.name]
    _check_words(base)
    if are_loaded(found, base.sha256, names) and is_complete(store, found, names):
        return Changes()
    refuse_foreign(store)
    run = Run(store, base, names, found, progress or (lambda done, total: None))
    documents, entities, claims = Nodes(run, "Document"), Nodes(run, "Entity"), Edges(run)
    parts: dict[str, Nodes | Edges] = {"documents": documents, "entities": entities, "claims": claims}
    if found.keys() - set(names):
        for part in parts.values():
            part.refuse_disagreement()
    store.create_schema(indexes=False)
    run.begin()
    done = {"documents": documents.write(), "entities": entities.write()}
    if not run.fresh_claims:  # only now, since what an index cannot hold may just have been mended
        store.create_schema()
    done["claims"] = claims.write()
    if run.fresh_claims:  # an index is quicker built once than kept while a million claims come in
        store.create_schema()
    else:
        for name, part in reversed(parts.items()):
            done[name] = msgspec.structs.replace(done[name], removed=part.remove())
    run.finish()
    return Changes(**done)


def _check_words(base: FactBase) -> None:
    """Make sure that only words of the ontology become part of a statement."""
    kinds = {entity.kind for entity in base.entities} - KINDS.keys()
    relations = {claim.relation for claim in base.claims} - RELATIONS.keys()
    if words := kinds | relations:
        raise InvalidValue(f"{', '.join(map(repr, sorted(words)))}: no such kind or relation in the ontology")
