"""The share of a company that some parties hold, by themselves and through those whom they own to half or more."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

#: Ownership from which a parent counts as controlling, and from which it passes a listing on, in percent.
HALF = 50.0


def span_shares(stakes: Sequence[tuple[float | None, bool]]) -> tuple[float, float]:
    """Return the least and most percent that one owner holds by some claims: each a figure or none, and if control.

    Control without a figure is half or more, an investment without one less than half. A figure within that is the
    more exact word; one outside contradicts it, and both count.

    >>> span_shares([(49.0, False), (51.0, True)]), span_shares([(60.0, True), (None, True)])
    ((49.0, 51.0), (60.0, 60.0))
    >>> span_shares([(None, True)]), span_shares([(49.0, False), (None, True)])
    ((50.0, 100.0), (49.0, 100.0))
    """
    figures = [share for share, _ in stakes if share is not None]
    vague = {control for share, control in stakes if share is None} - {share >= HALF for share in figures}
    ranges = [(share, share) for share in figures]
    ranges += [(HALF, 100.0) if control else (0.0, HALF - 0.1) for control in vague]
    return min(least for least, _ in ranges), max(most for _, most in ranges)


def sum_shares(
    company: str, stakes: Mapping[str, Mapping[str, tuple[float, float]]], counted: Collection[str]
) -> tuple[float, float]:
    """Return the percent of a company that some parties hold, with those whom they own to half or more."""
    sure, maybe = set(counted), set(counted)
    found = True
    while found:  # owners may own each other: who counts is found upwards, until nobody is added
        found = False
        for node in reversed([node for node in stakes if node != company]):
            for held, share in zip((sure, maybe), _add_up(stakes[node], sure, maybe), strict=True):
                if share >= HALF and node not in held:
                    held.add(node)
                    found = True
    return _add_up(stakes[company], sure, maybe)


def _add_up(
    stakes: Mapping[str, tuple[float, float]], sure: Collection[str], maybe: Collection[str]
) -> tuple[float, float]:
    """Return the least and most percent that those who surely count, and those who may, hold together."""
    low = sum(least for owner, (least, _) in stakes.items() if owner in sure)
    high = sum(most for owner, (_, most) in stakes.items() if owner in maybe)
    return min(low, 100.0), min(high, 100.0)
