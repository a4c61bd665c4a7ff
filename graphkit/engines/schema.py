"""The schema of a database that graphkit keeps: labels, properties, constraints and indexes, from the ontology.

An entity is `(:Entity:Company {id, name, ...})`, a document `(:Document {...})`, a claim one
relationship of its relation's type, and each loaded fact base `(:FactBase {name, sha256, ...})`.
The constraints and indexes have names of graphkit's own, which nobody else's should have.
"""

from __future__ import annotations

from graphkit.facts import Claim, Document, Entity
from graphkit.ontology import RELATIONS

#: Raised whenever what is written changes; a database of another number is refused.
SCHEMA = 3

#: The labels that graphkit owns in a database it writes to.
OWNED_LABELS = ("Entity", "Document", "FactBase")

ENTITY_PROPERTIES = (*Entity.__struct_fields__, "folded", "folded_aliases", "factbases", "declared")
DOCUMENT_PROPERTIES = (*Document.__struct_fields__, "factbases", "declared")
CLAIM_PROPERTIES = tuple(
    name for name in Claim.__struct_fields__ if name not in ("subject", "relation", "object", "sentence_hash")
)

#: The marks of the fact bases that a database holds.
MARKS = (
    "MATCH (f:FactBase) RETURN f.name AS name, f.sha256 AS sha256, f.complete AS complete, "
    "f.schema AS schema, f.records AS records, f.newest AS newest ORDER BY name"
)

#: What counts the documents, entities and claims of a fact base.
RECORD_COUNTS = (
    "MATCH (n:Document) WHERE $name IN n.factbases RETURN count(n.id) AS n",
    "MATCH (n:Entity) WHERE $name IN n.factbases RETURN count(n.id) AS n",
    "MATCH ()-[r]->() WHERE r.factbase = $name RETURN count(r.id) AS n",
)

#: Where the embedded engine keeps full text: a label and one property.
TEXT_INDEXES = (("Entity", "name"), ("Entity", "aliases"))

#: The indexes of Neo4j that are no constraint's: a server builds them after they were made, and may fail.
NEO4J_INDEXES = ("graphkit_entity_folded", "graphkit_entity_names")

_CONSTRAINTS = (
    "CREATE CONSTRAINT graphkit_entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT graphkit_document_id IF NOT EXISTS FOR (n:Document) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT graphkit_factbase_id IF NOT EXISTS FOR (n:FactBase) REQUIRE n.id IS UNIQUE",
)
_FOLDED = "CREATE INDEX graphkit_entity_folded IF NOT EXISTS FOR (n:Entity) ON (n.folded)"


#: On a server: the label or relation that each of our names is for, and the properties.
NEO4J_NAMES: dict[str, tuple[list[str], list[str]]] = {
    "graphkit_entity_id": (["Entity"], ["id"]),
    "graphkit_document_id": (["Document"], ["id"]),
    "graphkit_factbase_id": (["FactBase"], ["id"]),
    "graphkit_entity_folded": (["Entity"], ["folded"]),
    "graphkit_entity_names": (["Entity"], ["name", "aliases"]),
    **{f"graphkit_{name.lower()}_claim": ([name], ["id", "factbase"]) for name in RELATIONS},
}


Statements = tuple[str, ...]


def build_embedded_schema() -> tuple[Statements, Statements]:
    """Return the constraints and the indexes of the embedded engine: one property to an index."""
    text = tuple(  # made where no entity is yet: refused where none of those there has such a text
        f"CREATE FULLTEXT INDEX graphkit_{label.lower()}_{name} IF NOT EXISTS FOR (n:{label}) ON EACH [n.{name}]"
        for label, name in TEXT_INDEXES
    )
    claims = (
        f"CREATE INDEX graphkit_{name.lower()}_claim IF NOT EXISTS FOR ()-[r:{name}]-() ON (r.id)"
        for name in RELATIONS
    )
    return (*_CONSTRAINTS, *text), (_FOLDED, *claims)


def build_neo4j_schema() -> tuple[Statements, Statements]:
    """Return the constraints and the indexes of Neo4j: a claim is unique within its fact base."""
    return _CONSTRAINTS, (
        _FOLDED,
        "CREATE FULLTEXT INDEX graphkit_entity_names IF NOT EXISTS FOR (n:Entity) ON EACH [n.name, n.aliases]",
        *(
            f"CREATE CONSTRAINT graphkit_{name.lower()}_claim IF NOT EXISTS "
            f"FOR ()-[r:{name}]-() REQUIRE (r.id, r.factbase) IS UNIQUE"
            for name in RELATIONS
        ),
    )
