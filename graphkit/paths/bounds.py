"""The bounds of paths under way: what the rest of a path can be at best, looked up as it is asked, then kept.

With three steps left at `a`, the rest is at best 0.75 sure and two steps long:

    a --0.75--> b --1.0--> chip
    a --0.5--> c --1.0--> d --1.0--> chip

With one step left there is none. Bellman's recursion over the steps left, forwards from where it is asked, so that
what no path comes by costs nothing; what is known of a chip serves every buyer.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from graphkit.ontology import PATH_STATUSES
from graphkit.paths.lazy_table import LazyTable

if TYPE_CHECKING:
    from graphkit.paths.network import ParallelClaims

#: The most confidence that something can have at each tier or better, the best rank first; 0 where it has none.
UpperBounds = tuple[float, ...]

#: The tiers of the statuses that can make a path, best first.
TIERS = range(len(PATH_STATUSES))


class Arc(msgspec.Struct, frozen=True, gc=False):
    """A group that may be a step, to the entity `to`, its object.

    `sums` bounds what its origins can be together, `singles` what one claim can; `narrow` says that each claim is
    limited to places, `designs` that it says who designs the chip, `holding` that none tells a provider or a site.
    `documents` and `origins` map those that say
    so to their best rank, `tiers` are those whose claims add to the arc.
    """

    to: str
    group: ParallelClaims
    sums: UpperBounds
    singles: UpperBounds
    narrow: bool
    owns: bool
    designs: bool
    holding: bool
    documents: dict[str, int]
    origins: dict[str, int]
    tiers: tuple[int, ...]

    def limit_to_rank(self, level: int) -> Arc:
        """Return the arc as far as it is said at a rank or worse."""
        if not level or not self.sums[level - 1]:
            return self
        nothing = (0.0,) * level
        sums = nothing + self.sums[level:]
        singles = nothing + self.singles[level:]
        return msgspec.structs.replace(self, sums=sums, singles=singles, tiers=list_tiers(sums))


class Rest(msgspec.Struct, frozen=True, gc=False):
    """The rest of a path at best: its steps, its confidence as a product of sums, its least single claim.

    `product_hops` and `least_hops` are the fewest steps of what comes as near to the product, and to the least.
    """

    hops: int
    product: float
    product_hops: int
    least: float
    least_hops: int


_AT_THE_END = Rest(0, 1.0, 0, 1.0, 0)

#: The part of a product within which products count as equal, and more than the order of a product can change.
NEAR = 1e-3

#: For a number of steps, the arcs that leave each node and may lead to an end in so many.
Leading = Callable[[int], Mapping[str, Sequence[Arc]]]


def list_tiers(sums: UpperBounds) -> tuple[int, ...]:
    """Return the tiers at which the sums of an arc grow."""
    return tuple(level for level in TIERS if sums[level] > (sums[level - 1] if level else 0.0))


class Bounds:
    """The bounds over some arcs: `leading(steps)` gives those that leave a node and may end in so many steps."""

    def __init__(self, leading: Leading, ends: Collection[str]) -> None:
        self.leading, self.ends = leading, ends
        self._rests: LazyTable[tuple[int, bool, bool, int], LazyTable[str, Rest | None]] = LazyTable(
            lambda key: LazyTable(functools.partial(self._look_for_rest, *key))
        )
        #: for a buyer and a number of steps, whether a path may be a holding, and the stages of its paths: by tier,
        #: those that tell a route before holdings
        self.stages: LazyTable[tuple[str, int], tuple[bool, list[tuple[int, bool]]]] = LazyTable(
            lambda key: self._look_for_stages(*key)
        )

    def rest(self, level: int, held: bool, owner: bool, steps: int) -> Mapping[str, Rest | None]:
        """Return, for each node, what the rest of a path is at best in so many steps; None where there is no rest.

        Arcs count at the tier `level` or better. `owner` says that the path has followed owners only: then with
        `held` the rest makes it a holding, without it one that tells a route. What has left the owners tells one.
        """
        return self._rests[level, held, owner, steps]

    def walk(self, buyer: str, max_hops: int) -> Iterator[tuple[str, int]]:
        """Iterate over the nodes on some walk from a buyer to an end, each with the steps left there."""
        queue, seen = [(buyer, max_hops)], {buyer}
        for node, steps in queue:
            yield node, steps
            for arc in self.leading(steps)[node] if steps > 1 else ():
                if arc.to not in seen and arc.to not in self.ends:
                    seen.add(arc.to)
                    queue.append((arc.to, steps - 1))

    def _look_for_stages(self, buyer: str, max_hops: int) -> tuple[bool, list[tuple[int, bool]]]:
        arcs = [arc for node, steps in self.walk(buyer, max_hops) for arc in self.leading(steps)[node]]
        may_hold = any(arc.holding for arc in arcs) and self._may_hold(buyer, max_hops)
        held = (False, True) if may_hold else (False,)
        return may_hold, [(level, one) for level in sorted({n for arc in arcs for n in arc.tiers}) for one in held]

    def _may_hold(self, buyer: str, max_hops: int) -> bool:
        """Say whether a buyer, or one that it owns through others, holds something without a route told."""
        front, seen = [buyer], {buyer}
        for steps in range(max_hops, 0, -1):
            arcs = [arc for node in front for arc in self.leading(steps)[node]]
            if any(arc.holding for arc in arcs):
                return True
            front = list(dict.fromkeys(arc.to for arc in arcs if arc.owns and arc.to not in seen))
            seen.update(front)
            if not front:
                break
        return False

    def _look_for_rest(self, level: int, held: bool, owner: bool, steps: int, node: str) -> Rest | None:
        if held and not owner:
            return None
        if node in self.ends:
            return _AT_THE_END if held or not owner else None
        if not steps:
            return None
        beyond = self._rests[level, False, False, steps - 1]
        along_owners = self._rests[level, held, True, steps - 1] if owner else beyond
        some: list[tuple[int, float, int, float, int]] = []
        for arc in self.leading(steps)[node]:
            sum_ = arc.sums[level]
            if not sum_:
                continue
            along = owner and (arc.owns or arc.holding)
            rest = along_owners[arc.to] if along else None if held else beyond[arc.to]
            if rest is None:
                continue
            single = arc.singles[level]
            # where the arc itself is the least, what follows may be any
            least, hops = (rest.least, rest.least_hops) if rest.least <= single else (single, rest.hops)
            some.append((rest.hops, sum_ * rest.product, rest.product_hops, least, hops))
        if not some:
            return None
        if len(some) == 1:
            hops, product, product_hops, least, least_hops = some[0]
            return Rest(1 + hops, product, 1 + product_hops, least, 1 + least_hops)
        product, least = max(one[1] for one in some), max(one[3] for one in some)
        near = product * (1.0 - NEAR)
        return Rest(
            1 + min(one[0] for one in some),
            product,
            1 + min(one[2] for one in some if one[1] >= near),
            least,
            1 + min(one[4] for one in some if one[3] >= least),
        )
