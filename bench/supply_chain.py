"""A made supply chain of any size: skewed degrees, hubs, scopes, doubts; a seed gives the same one always.

Everything grows in proportion to the number of claims but what one company does: how much a company
rents, buys, owns and operates is drawn from the same skewed distribution at every size, while the
customers of the largest providers are a tenth, a twentieth and a fiftieth of all claims.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

from graphkit.factbase import FactBase
from graphkit.facts import Claim, Document, Entity, make_claim_id

#: Share of all claims by relation; what is left over goes to leases and to parallel claims.
SHARES = {
    "LEASES_FROM": 0.16,
    "BUYS_FROM": 0.13,
    "OWNS": 0.08,
    "OPERATES": 0.09,
    "HOSTS": 0.11,
    "LOCATED_IN": 0.07,
    "USES": 0.04,
    "BUYS": 0.02,
    "HEADQUARTERED_IN": 0.05,
    "INVESTS_IN": 0.02,
    "LINKED_TO": 0.02,
}

#: The customers of the hubs, as a share of all claims: at a million, 100,000, 50,000 and 20,000.
HUBS = (0.1, 0.05, 0.02)

_STATUSES = ("done", "planned", "considered", "alleged", "refused", "negated")
_STATUS_WEIGHTS = (80, 8, 4, 3, 3, 2)
_CONFIDENCES, _CONFIDENCE_WEIGHTS = ("confirmed", "likely", "possible", "doubtful"), (30, 45, 20, 5)
_REGIONS, _CHIPS, _FAMILIES = 120, 60, 15


def supply_chain(claims: int, *, seed: int = 1) -> FactBase:
    """Return a fact base of about this many claims, a third as many entities, a twentieth as many documents."""
    return _Chain(claims, random.Random(seed)).base()


class _Chain:
    def __init__(self, size: int, rng: random.Random) -> None:
        self.size, self.rng = size, rng
        self.companies = [f"company-{n}" for n in range(size // 5)]
        self.sites = [f"site-{n}" for n in range(size // 12)]
        self.families = [f"chip-{n}" for n in range(_FAMILIES)]
        self.chips = [*self.families, *(f"chip-{n}" for n in range(_FAMILIES, _CHIPS))]
        self.regions = [f"region-{n}" for n in range(_REGIONS)]
        self.documents = [
            Document(
                id=f"document-{n}",
                name=f"Document {n}",
                publisher=f"Publisher {int(rng.paretovariate(0.8)) % 400}",
                published=f"{rng.randrange(2019, 2026)}-{rng.randrange(1, 13):02}",
            )
            for n in range(max(20, size // 20))
        ]
        self.papers = [document.id for document in self.documents]
        # popularity falls with rank; how much a company itself rents and owns does not depend on it
        self.known = list(itertools.accumulate(1 / (n + 10) for n in range(len(self.companies))))
        self.active = list(itertools.accumulate(min(40.0, rng.paretovariate(1.3)) for _ in self.companies))
        self.wanted = list(itertools.accumulate(1 / (n + 3) for n in range(_CHIPS)))

    def base(self) -> FactBase:
        claims = {claim.id: claim for claim in self._claims()}
        entities = [
            *(
                Entity(id=id_, name=id_.replace("-", " ").title(), kind="Company", generic=n % 50 == 49)
                for n, id_ in enumerate(self.companies)
            ),
            *(
                Entity(id=id_, name=id_.replace("-", " ").title(), kind="Datacenter", generic=n % 4 == 3)
                for n, id_ in enumerate(self.sites)
            ),
            *(Entity(id=id_, name=id_.replace("-", " ").title(), kind="Chip") for id_ in self.chips),
            Entity(id="chip-any", name="Advanced chips", kind="Chip", generic=True),
            *(Entity(id=id_, name=id_.replace("-", " ").title(), kind="Region") for id_ in self.regions),
        ]
        return FactBase("made", tuple(self.documents), tuple(entities), tuple(claims.values()), f"made-{self.size}")

    def _claims(self) -> Iterator[Claim]:
        yield from self._taxonomy()
        for number, share in enumerate(HUBS):
            for customer in self.rng.sample(self.companies, int(share * self.size)):
                yield self._claim(customer, "LEASES_FROM", self.companies[number])
        count = {name: int(share * self.size) for name, share in SHARES.items()}
        for relation in ("INVESTS_IN", "LINKED_TO"):
            for one, other in zip(self._busy(count[relation]), self._busy(count[relation]), strict=True):
                yield self._claim(one, relation, other)
        for relation in ("LEASES_FROM", "BUYS_FROM"):
            for customer, provider in zip(self._busy(count[relation]), self._popular(count[relation]), strict=True):
                yield self._claim(customer, relation, provider)
        subsidiaries = self.rng.sample(self.companies, count["OWNS"])
        for parent, subsidiary in zip(self._busy(count["OWNS"]), subsidiaries, strict=True):
            yield self._claim(parent, "OWNS", subsidiary)
        for operator, site in zip(self._operators(count["OPERATES"]), itertools.cycle(self.sites)):
            yield self._claim(operator, "OPERATES", site)
        for site, chip in zip(itertools.cycle(self.sites), self._chips(count["HOSTS"])):
            owner = self.rng.choice(self.companies[:2000]) if self.rng.random() < 0.05 else None
            yield self._claim(site, "HOSTS", chip, owner=owner)
        for relation in ("USES", "BUYS"):
            for company, chip in zip(self._busy(count[relation]), self._chips(count[relation]), strict=True):
                yield self._claim(company, relation, chip)
        for site in self.sites[: count["LOCATED_IN"]]:
            yield self._claim(site, "LOCATED_IN", self.rng.choice(self.regions))
        for company in self.companies[: count["HEADQUARTERED_IN"]]:
            yield self._claim(company, "HEADQUARTERED_IN", self.rng.choice(self.regions))
        for passage in range(self.size // 100):
            yield from self._sentence(str(1000 + passage % 500))

    def _taxonomy(self) -> Iterator[Claim]:
        for number, chip in enumerate(self.chips):
            if chip not in self.families:
                yield self._claim(chip, "FORM_OF", self.families[number % _FAMILIES], status="done")
            else:
                yield self._claim(chip, "IN_CLASS", "chip-any", status="done")
        for number, region in enumerate(self.regions[20:]):
            yield self._claim(region, "PART_OF", self.regions[number % 20], status="done")

    def _sentence(self, locator: str) -> Iterator[Claim]:
        """Four claims of one sentence: who rents what, from whom, and where; the last three implied."""
        (customer,), (provider,), (chip,) = self._busy(1), self._popular(1), self._chips(1)
        site, region, told = (self.rng.choice(some) for some in (self.sites, self.regions, self.papers))
        yield self._claim(customer, "LEASES_FROM", provider, told, locator, chips=(chip,), regions=(region,))
        for subject, relation, object_ in (
            (provider, "OPERATES", site),
            (site, "LOCATED_IN", region),
            (site, "HOSTS", chip),
        ):
            yield self._claim(subject, relation, object_, told, locator, implied=True)

    def _claim(
        self,
        subject: str,
        relation: str,
        object_: str,
        document: str = "",
        locator: str = "",
        status: str = "",
        chips: Sequence[str] = (),
        regions: Sequence[str] = (),
        **rest: object,
    ) -> Claim:
        rng = self.rng
        if not document:
            document, locator = rng.choice(self.papers), str(rng.randrange(400))
            if relation in ("LEASES_FROM", "BUYS_FROM"):
                chips = self._chips(1) if rng.random() < 0.2 else ()
                regions = (rng.choice(self.regions),) if rng.random() < 0.15 else ()
        status = status or rng.choices(_STATUSES, _STATUS_WEIGHTS)[0]
        return Claim(
            id=make_claim_id(document, locator, subject, relation, object_, status, chips, (), regions),
            document=document,
            locator=locator,
            subject=subject,
            relation=relation,
            object=object_,
            status=status,
            confidence=rng.choices(_CONFIDENCES, _CONFIDENCE_WEIGHTS)[0],
            summary=f"{subject} {relation.lower().replace('_', ' ')} {object_}, it says.",
            attribution=f"Agency {rng.randrange(50)}" if rng.random() < 0.2 else None,
            since=f"{rng.randrange(2018, 2026)}" if rng.random() < 0.3 else None,
            chips=tuple(chips),
            regions=tuple(regions),
            **rest,  # type: ignore[arg-type]
        )

    def _busy(self, count: int) -> list[str]:
        return self.rng.choices(self.companies, cum_weights=self.active, k=count)

    def _popular(self, count: int) -> list[str]:
        return self.rng.choices(self.companies, cum_weights=self.known, k=count)

    def _chips(self, count: int) -> list[str]:
        return self.rng.choices(self.chips, cum_weights=self.wanted, k=count)

    def _operators(self, count: int) -> Iterator[str]:
        """Operators of sites: the hubs run a hundred or more, others as many as they are active."""
        for hub in range(len(HUBS)):
            yield from itertools.repeat(self.companies[hub], min(150, count // 20))
        yield from self._busy(count - min(150, count // 20) * len(HUBS))
