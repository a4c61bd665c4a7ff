"""Kinds, relations, statuses and confidences, each declared once.

Validation, the store's schema, the path search, the legend of the views and the
tables of the docs are all derived from the four tables of this module.

One invariant: an access relation points from who gains to what is gained.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeVar

import msgspec

Group = Literal["access", "making", "place", "law", "ties"]


class Kind(msgspec.Struct, frozen=True):
    """A kind of entity. How it looks on a page stands in page/assets/looks.json."""

    name: str
    description: str


class Relation(msgspec.Struct, frozen=True):
    """A kind of claim.

    `ends` lists the allowed (subject kind, object kind) pairs. `access` says that whoever
    holds the subject gains the object, so a path may take it forwards. `needs_named_chip`
    limits that to paths whose scope already names the chip. `phrase` completes
    "subject ... object" in English.
    """

    name: str
    group: Group
    ends: tuple[tuple[str, str], ...]
    phrase: str
    description: str
    access: bool = False
    needs_named_chip: bool = False

    def agree(self, plural: bool) -> str:
        """Return the phrase for a subject of one or of many.

        >>> RELATIONS["BUYS_FROM"].agree(True), RELATIONS["IN_CLASS"].agree(True), RELATIONS["LINKED_TO"].agree(True)
        ('buy from', 'belong to', 'are linked to')
        """
        if not plural:
            return self.phrase
        verb, _, rest = self.phrase.partition(" ")
        verb = "are" if verb == "is" else f"{verb[:-3]}y" if verb.endswith("ies") else verb.removesuffix("s")
        return f"{verb} {rest.replace('it complies', 'they comply')}".strip()

    @property
    def subjects(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(subject for subject, _ in self.ends))

    @property
    def objects(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(object_ for _, object_ in self.ends))


class Status(msgspec.Struct, frozen=True):
    """The stage of an act, as a document tells it. `rank` orders the statuses that can make a path, best 0."""

    name: str
    description: str
    rank: int | None = None


_Row = TypeVar("_Row", Kind, Relation, Status)


def _index_by_name(*rows: _Row) -> Mapping[str, _Row]:
    return MappingProxyType({row.name: row for row in rows})


KINDS: Mapping[str, Kind] = _index_by_name(
    Kind("Company", "a firm, university or other organisation that buys, rents, owns or runs"),
    Kind("Chip", "an accelerator model, its family, or a generic class of chips"),
    Kind("Datacenter", "a site where computers run; generic when unnamed"),
    Kind("Region", "a country, a part of one, or a group of countries"),
    Kind("Regulation", "a rule, proposed rule, letter, guidance, bill, announcement or list"),
    Kind("Agency", "a public authority"),
    Kind("Product", "something a company offers, such as an app or a model; no path passes it"),
)

#: Kinds that an access path may pass on its way; it ends at a Chip.
PASSABLE = frozenset({"Company", "Datacenter"})

RELATIONS: Mapping[str, Relation] = _index_by_name(
    # access -------------------------------------------------------------------------------
    # (:Company)-[:LEASES_FROM]->(:Company)
    Relation(
        "LEASES_FROM",
        "access",
        (("Company", "Company"),),
        "rents computing from",
        "customer to provider of computing",
        access=True,
    ),
    # (:Company)-[:BUYS_FROM]->(:Company)
    Relation(
        "BUYS_FROM",
        "access",
        (("Company", "Company"),),
        "buys from",
        "customer to supplier of chips, or of servers that hold them",
        access=True,
    ),
    # (:Company)-[:OWNS]->(:Company|:Product)
    Relation(
        "OWNS",
        "access",
        (("Company", "Company"), ("Company", "Product")),
        "owns",
        "parent to subsidiary, at 50 % or more or with stated control; also company to product",
        access=True,
    ),
    # (:Company)-[:OPERATES]->(:Datacenter)
    Relation(
        "OPERATES",
        "access",
        (("Company", "Datacenter"),),
        "operates",
        "runs computers there, in its own building or a landlord's",
        access=True,
    ),
    # (:Datacenter)-[:HOSTS]->(:Chip)
    Relation(
        "HOSTS",
        "access",
        (("Datacenter", "Chip"),),
        "hosts",
        "the site holds the chip; `owner` when it is not the operator's",
        access=True,
    ),
    # (:Company|:Product)-[:USES]->(:Chip)
    Relation(
        "USES",
        "access",
        (("Company", "Chip"), ("Product", "Chip")),
        "uses",
        "has the chip in use or for hire, no more said",
        access=True,
    ),
    # (:Company)-[:BUYS]->(:Chip)
    Relation("BUYS", "access", (("Company", "Chip"),), "buys", "buys the chip, supplier not said", access=True),
    # making -------------------------------------------------------------------------------
    # (:Company)-[:DESIGNS]->(:Chip)
    Relation(
        "DESIGNS",
        "making",
        (("Company", "Chip"),),
        "designs",
        "a path passes it only inside a scope that names the chip",
        access=True,
        needs_named_chip=True,
    ),
    # (:Company)-[:MANUFACTURES]->(:Chip)
    Relation("MANUFACTURES", "making", (("Company", "Chip"),), "manufactures", "makes the chip for its designer"),
    # (:Company)-[:EQUIPS]->(:Company)
    Relation(
        "EQUIPS", "making", (("Company", "Company"),), "equips", "maker of tools, such as lithography, to foundry"
    ),
    # (:Company)-[:MAKES_MEMORY_FOR]->(:Chip)
    Relation(
        "MAKES_MEMORY_FOR",
        "making",
        (("Company", "Chip"),),
        "makes memory for",
        "makes the memory in the chip's package; `part` says which",
    ),
    # (:Company)-[:PACKAGES]->(:Chip)
    Relation("PACKAGES", "making", (("Company", "Chip"),), "packages", "joins dies and memory; `part` says how"),
    # (:Company)-[:BUILDS_SERVERS_WITH]->(:Chip)
    Relation(
        "BUILDS_SERVERS_WITH",
        "making",
        (("Company", "Chip"),),
        "builds servers with",
        "sells servers that hold the chip; for whom is not said, so it gives no access",
    ),
    # (:Chip)-[:FORM_OF]->(:Chip)
    Relation("FORM_OF", "making", (("Chip", "Chip"),), "is a form of", "a chip to its family: H100 SXM to H100"),
    # (:Chip)-[:VARIANT_OF]->(:Chip)
    Relation(
        "VARIANT_OF",
        "making",
        (("Chip", "Chip"),),
        "is a variant of",
        "a chip to the one it was cut down from: H800 to H100; gives no access",
    ),
    # (:Chip)-[:IN_CLASS]->(:Chip)
    Relation("IN_CLASS", "making", (("Chip", "Chip"),), "belongs to", "a chip to a generic chip that contains it"),
    # place --------------------------------------------------------------------------------
    # (:Company)-[:HEADQUARTERED_IN]->(:Region)
    Relation("HEADQUARTERED_IN", "place", (("Company", "Region"),), "is headquartered in", "seat of the company"),
    # (:Company)-[:INCORPORATED_IN]->(:Region)
    Relation("INCORPORATED_IN", "place", (("Company", "Region"),), "is incorporated in", "legal seat of the company"),
    # (:Company)-[:DEPLOYS_IN]->(:Region)
    Relation("DEPLOYS_IN", "place", (("Company", "Region"),), "deploys in", "has capacity there, site not named"),
    # (:Datacenter)-[:LOCATED_IN]->(:Region)
    Relation("LOCATED_IN", "place", (("Datacenter", "Region"),), "is located in", "where the site stands"),
    # (:Region)-[:PART_OF]->(:Region)
    Relation("PART_OF", "place", (("Region", "Region"),), "is part of", "the smaller region to the larger"),
    # law ----------------------------------------------------------------------------------
    # (:Regulation)-[:ISSUED_BY]->(:Agency|:Region)
    Relation(
        "ISSUED_BY",
        "law",
        (("Regulation", "Agency"), ("Regulation", "Region")),
        "is issued by",
        "who made, proposed or announced it",
    ),
    # (:Regulation)-[:RESTRICTS]->(:Chip)
    Relation("RESTRICTS", "law", (("Regulation", "Chip"),), "restricts", "the chip it limits"),
    # (:Regulation)-[:APPLIES_TO]->(:Region|:Company)
    Relation(
        "APPLIES_TO",
        "law",
        (("Regulation", "Region"), ("Regulation", "Company")),
        "applies to",
        "the destination or party it reaches",
    ),
    # (:Regulation)-[:AMENDS]->(:Regulation)
    Relation("AMENDS", "law", (("Regulation", "Regulation"),), "amends", "the later text to the earlier"),
    # (:Company)-[:LISTED_ON]->(:Regulation)
    Relation("LISTED_ON", "law", (("Company", "Regulation"),), "is listed on", "party to the list that names it"),
    # (:Agency)-[:INVESTIGATES]->(:Company)
    Relation(
        "INVESTIGATES",
        "law",
        (("Agency", "Company"),),
        "investigates",
        "`stage`: probe, charged, convicted, settled; `against` whom, which need not be the company",
    ),
    # (:Company)-[:COMPLIES_WITH]->(:Regulation)
    Relation(
        "COMPLIES_WITH",
        "law",
        (("Company", "Regulation"),),
        "says that it complies with",
        "a statement of the company itself: no denial of a deal, and no finding of a court",
    ),
    # (:Company)-[:OPPOSES]->(:Regulation)
    Relation("OPPOSES", "law", (("Company", "Regulation"),), "opposes", "spoke against it"),
    # ties ---------------------------------------------------------------------------------
    # (:Company)-[:LEASES_SPACE_FROM]->(:Company)
    Relation(
        "LEASES_SPACE_FROM",
        "ties",
        (("Company", "Company"),),
        "leases space from",
        "tenant to landlord; the computers are the tenant's",
    ),
    # (:Company)-[:INVESTS_IN]->(:Company)
    Relation("INVESTS_IN", "ties", (("Company", "Company"),), "invests in", "below control, with `share`"),
    # (:Company|:Product)-[:NEEDS]->(:Chip)
    Relation(
        "NEEDS",
        "ties",
        (("Company", "Chip"), ("Product", "Chip")),
        "needs",
        "said not to do without the chip; gives no access",
    ),
    # (:Company)-[:LINKED_TO]->(:Company|:Agency)
    Relation(
        "LINKED_TO",
        "ties",
        (("Company", "Company"), ("Company", "Agency")),
        "is linked to",
        "a tie that the document does not define",
    ),
    # (:Company)-[:COMPETES_WITH]->(:Company)
    Relation("COMPETES_WITH", "ties", (("Company", "Company"),), "competes with", "rivals in a market"),
    # (:Company)-[:CALLS_API_OF]->(:Company)
    Relation("CALLS_API_OF", "ties", (("Company", "Company"),), "calls the API of", "uses its models, not its chips"),
)

#: The relations along which paths go.
ACCESS = frozenset(name for name, relation in RELATIONS.items() if relation.access)

STATUSES: Mapping[str, Status] = _index_by_name(
    Status("done", "the document says that it is or was so", 0),
    Status("planned", "decided or announced, not yet done", 1),
    Status("considered", "weighed or talked about, not decided", 2),
    Status("proposed", "a rule or bill that is not in force; law only"),
    Status("alleged", "said by somebody of somebody else, without proof shown", 3),
    Status("refused", "asked for and turned down"),
    Status("negated", "the document says that it is not so, or somebody denies it"),
)

#: Statuses that may make a path, best first, and those asked for unless told otherwise.
PATH_STATUSES = tuple(
    sorted((s.name for s in STATUSES.values() if s.rank is not None), key=lambda name: STATUSES[name].rank or 0)
)
DEFAULT_STATUSES = tuple(name for name in PATH_STATUSES if name != "alleged")

#: A claim's confidence category as a probability.
CONFIDENCES: Mapping[str, float] = MappingProxyType(
    {"confirmed": 0.95, "likely": 0.75, "possible": 0.5, "doubtful": 0.2}
)

#: Whom a case is against; only "company" makes it a case against the company.
AGAINST = ("company", "officers", "employees", "customers")
#: What became of an order.
DELIVERIES = ("ordered", "delivered", "seized", "withdrawn")
STAGES = ("probe", "charged", "convicted", "settled")
LICENCES = ("sought", "granted", "refused")
