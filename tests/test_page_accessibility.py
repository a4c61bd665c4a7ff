"""Pages for everybody: axe finds nothing, light or dark, and the tree of roles and names leads everywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from graphkit.page.html import render_exposure_page
from tests.counts import choose
from tests.page_fixtures import exposure_of
from tests.page_graphs import sample_graph

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", choose(["light", "dark", "forced"], 1))
def test_axe_finds_nothing(open_page: Any, demo_page: str, path_page: str, axe: Path, scheme: str) -> None:
    graph = sample_graph()
    matrix = render_exposure_page(graph, exposure_of(graph, [("acme", "x100"), ("orbit", "x100"), ("orbit", "x200")]))
    for html, link in (
        (matrix, ""),
        (matrix, "#pair=acme~x100"),
        (demo_page, "#on=2000-01-01"),
        (demo_page, ""),
        (demo_page, "#view=table"),
        (demo_page, "#path=1&view=map"),
        (demo_page, "#node=oracle"),
        (path_page, "#path=2"),
        (demo_page, "#path=none"),
    ):
        forced = "active" if scheme == "forced" else "none"
        look = {"color_scheme": "light" if scheme == "forced" else scheme, "forced_colors": forced}
        page = open_page(html, link, bypass_csp=True, **look).page
        page.add_script_tag(path=axe)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        told = [(one["id"], *[node["target"][0] for node in one["nodes"]][:3]) for one in found["violations"]]
        assert told == [], link


class Reader:
    """A page as assistive technology has it: Chromium's tree of roles and names, the focus and the keyboard."""

    def __init__(self, page: Any) -> None:
        self.page, self.wire = page, page.context.new_cdp_session(page)
        self.wire.send("DOM.enable")
        self.wire.send("Accessibility.enable")

    def tell(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Return roles, names and nodes of the tree in the order in which they are read out."""
        nodes = {one["nodeId"]: one for one in self.wire.send("Accessibility.getFullAXTree")["nodes"]}
        found, left = [], [next(iter(nodes))]
        while left:
            one = nodes.get(left.pop())
            if one:
                left += reversed(one.get("childIds", ()))
                if not one["ignored"]:
                    found.append((one["role"]["value"], one.get("name", {}).get("value", ""), one))
        return found

    def read(self) -> str:
        return " ".join(name for role, name, _ in self.tell() if role in ("StaticText", "status"))

    def find(self, role: str, name: str) -> dict[str, Any]:
        """Return the node of a role whose name begins so."""
        told = self.tell()
        return next(node for one, said, node in told if one == role and said.startswith(name))

    def press(self, role: str, name: str, key: str = "Enter") -> None:
        """Go to what has a role and a name that begins so, and press a key there."""
        self.wire.send("DOM.focus", {"backendNodeId": self.find(role, name)["backendDOMNodeId"]})
        self.page.keyboard.press(key)


#: What the slider says of the days that are shown.
SPAN = re.compile(r"\d{4}-\d\d-\d\d (?:to \d{4}-\d\d-\d\d|on): ")


def get_property(node: dict[str, Any], name: str) -> Any:
    return next(one["value"].get("value") for one in node["properties"] if one["name"] == name)


def test_through_the_tree_of_roles_and_names_one_finds_follows_dates_and_exports(
    open_page: Any, demo_page: str
) -> None:
    page = open_page(demo_page).page
    reader = Reader(page)
    reader.press("combobox", "Find a company", "b")
    page.keyboard.type("ytedance")
    assert reader.find("option", "ByteDance") and "result" in reader.read()
    page.keyboard.press("Enter")
    assert reader.find("heading", "ByteDance")
    reader.press("button", "← Back to the path")
    # path 2, the source behind its second claim, what the rules say of it and on which day
    reader.press("tab", "1 ", "ArrowDown")
    tab = reader.find("tab", "2 ")
    assert get_property(tab, "selected")
    told = page.evaluate("graphkit.answer().paths[1]")
    sources = [node for role, _, node in reader.tell() if role == "link"]
    assert len(sources) > 1 and get_property(sources[1], "url").startswith("https://")
    assert told["verdict"] and told["verdict"] in reader.read()
    assert told["day"] in reader.read()
    # June 2024, stop by stop
    reader.press("slider", "Date", "Home")
    said = ""
    while "2024-06" not in said[:7]:
        page.keyboard.press("ArrowRight")
        (said,) = (name for role, name, _ in reader.tell() if role == "StaticText" and SPAN.match(name))
        assert said < "2024-07"
    assert said.endswith((" path", " paths"))
    assert reader.find("heading", "ByteDance → H100")
    with page.expect_download() as saved:
        reader.press("button", "↓ SVG")
    assert saved.value.suggested_filename.endswith(".svg")
