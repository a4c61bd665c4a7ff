"""Layouts without a browser: bands, distances, and the same places from run to run."""

from __future__ import annotations

from graphkit.page.layout import place_by_force, place_in_layers


def test_places_stand_below_the_parties_and_the_law_below_the_places() -> None:
    kinds = {
        "a": "Company",
        "b": "Company",
        "c": "Datacenter",
        "x": "Chip",
        "r": "Region",
        "l": "Regulation",
        "p": "Product",
    }
    links = [("a", "b"), ("b", "c"), ("c", "x"), ("c", "r"), ("l", "x"), ("a", "p")]
    places = place_in_layers(kinds, links, ["a", "b"])
    assert max(places[one][1] for one in "abcxp") < places["r"][1] < places["l"][1]
    assert len(set(places.values())) == len(kinds)


def test_forces_keep_entities_apart_and_bring_linked_ones_near() -> None:
    nodes = [f"n{at}" for at in range(60)]
    links = [(f"n{at}", f"n{at // 2}") for at in range(1, 60)]
    places = place_by_force(place_in_layers(dict.fromkeys(nodes, "Company"), links), links)
    spots = list(places.values())

    def apart(one: tuple[int, int], other: tuple[int, int]) -> float:
        return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)

    every = [apart(one, other) for at, one in enumerate(spots) for other in spots[at + 1 :]]
    linked = [apart(places[one], places[other]) for one, other in links]
    assert min(every) > 60
    assert sum(linked) / len(linked) < 0.6 * sum(every) / len(every)


def test_layouts_do_not_change_from_run_to_run() -> None:
    nodes = {f"n{at}": "Company" for at in range(40)}
    links = [(f"n{at}", f"n{at * 7 % 40}") for at in range(40)]
    assert place_in_layers(nodes, links) == place_in_layers(nodes, links)
    assert place_by_force(place_in_layers(nodes, links), links) == place_by_force(
        place_in_layers(nodes, links), links
    )
