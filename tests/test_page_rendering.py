"""The file of a page: the same bytes for the same input, light, and readable without scripts."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import graphkit
from graphkit.cli.questions import view
from graphkit.errors import InvalidValue, ViewTooLarge
from graphkit.facts import Claim, Document, Entity
from graphkit.graph import build_graph
from graphkit.ontology import KINDS, STATUSES
from graphkit.page.answers import expand_answer
from graphkit.page.data import LARGE, NOTED, PLAIN
from graphkit.page.html import WEIGHT, render_page, write_page
from graphkit.page.looks import read_kind_looks, read_line_looks
from graphkit.page.parts import find_assets
from graphkit.page.script import join_modules, order_modules, read_modules
from graphkit.page.words import read_words
from tests.browser_fixtures import lacking
from tests.page_fixtures import data_of, shown
from tests.page_graphs import many, sample_answer, sample_graph


def test_the_same_input_gives_the_same_bytes(path_page: str) -> None:
    graph = sample_graph()
    assert render_page(graph, answer=sample_answer(graph), title="How Acme reaches X100") == path_page


def test_the_order_of_the_claims_does_not_change_the_page(explorer_page: str) -> None:
    graph = sample_graph()
    entities, claims = reversed(graph.entities.values()), reversed(list(graph.iterate_claims()))
    other = build_graph(entities, claims, graph.documents.values())
    assert render_page(other, title="Around Acme", focus=["acme"]) == explorer_page


def test_the_demo_page_is_light_and_tells_every_step(demo_page: str) -> None:
    assert len(demo_page.encode()) <= WEIGHT == 650_000
    data = data_of(demo_page)
    (answer,) = data["answers"]
    first = expand_answer(answer, data)["paths"][0]
    names = {node["id"]: node["key"] for node in data["nodes"]}
    assert [names[one] for one in first["nodes"]] == [
        "bytedance",
        "oracle",
        "oracle-servers-in-the-united-states-unnamed",
        "h100",
    ]
    assert all(step["claims"] for step in first["steps"])
    lines = {line["id"]: line for line in data["lines"]}
    for step in first["steps"]:
        drawn = lines[step["lines"][0]]
        for name, usual in (("status", "done"), ("implied", False)):
            assert drawn.get(name, usual) == step.get(name, usual)
    assert [step.get("implied", False) for step in first["steps"]] == [False, True, False]


def test_a_language_without_words_is_named() -> None:
    with pytest.raises(InvalidValue, match="there is en"):
        render_page(sample_graph(), title="x", words="tlh")


def test_every_word_of_the_catalogue_is_used_and_every_word_used_is_there() -> None:
    assets = Path(graphkit.__file__).parent / "page" / "assets"
    own = json.loads((assets / "words.en.json").read_text("utf-8"))
    files = [*assets.glob("script/*.js"), *assets.glob("*.j2"), *assets.parent.glob("*.py")]
    files += (assets.parent.parent / "cli" / name for name in ("questions.py", "pages.py"))
    code = "".join(file.read_text("utf-8") for file in files)
    whole = r"""(?:say\(|w\[|group\(|words\[)["']([a-z_]+\.[a-z_.]*[a-z])["'][,)\]]"""
    assert set(re.findall(whole, code)) <= set(read_words("en"))
    still = (file for file in (assets.parent.parent / "site").rglob("*") if file.suffix in (".py", ".j2"))
    site = "".join(file.read_text("utf-8") for file in still)  # where `say` takes the words of the summaries
    assert set(re.findall(r"""w\[["']([a-z_.]+)["']\]""", site)) <= set(read_words("en"))
    code += site
    by_data = (
        *(stem.rstrip(".") for stem in re.findall(r"""w\[f["']([a-z_.]+\.)\{""", site)),
        "kind",
        "relation",
        "status",
        "confidence",
        "qualifier",
        "answer.outcome",
        "finding",
        "evidence",
        "reason",
        "step",
        "mark",
        "provenance",
        "paper.name",
        "paper.activity",
        "paper.parentage",
    )
    for word in own:
        stem, _, name = word.removesuffix(".about").rpartition(".")
        # "answer.holders" as `answer.${key}` beside "holders", "date.by_on" as `date.by_${mode}`
        cuts = [at + 1 for at, sign in enumerate(word) if sign in "._"]
        built = any(f"`{word[:at]}${{" in code and f'"{word[at:]}"' in code for at in cuts)
        thing = stem.removeprefix("count.")
        counted = name in ("one", "many") and (f'"{stem}"' in code or f'countOf("{thing}"' in code)
        assert f'"{word}"' in code or stem in by_data or built or counted, word


def test_list_of_texts_in_noscript_holds_the_argument(path_page: str) -> None:
    text = re.search(r"<noscript>(.*?)</noscript>", path_page, re.DOTALL)
    assert text
    for said in (
        "Acme rents computing from Orbit Cloud",
        "Acme rents X100 servers in Utopia from Orbit.",
        "people who know",
        "The Daily: Acme rents",
        "Renting is not modelled.",
    ):
        assert said in text[1]


@pytest.mark.browser
def test_without_scripts_the_text_is_what_one_sees(browser: Any, tmp_path: Path, path_page: str) -> None:
    write_page(tmp_path / "page.html", path_page)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    text = page.locator("body").inner_text()
    assert "Acme rents X100 servers in Utopia from Orbit." in text
    assert not page.locator("#app").is_visible()
    context.close()


_SYNTAX = """
const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
const [written, joined] = require("fs").readFileSync(0, "utf-8").split("\\0");
const drop = (key, value) => (["start", "end", "raw"].includes(key) ? undefined : value);
const tree = (code) => JSON.stringify(parse(code, { ecmaVersion: "latest" }), drop);
console.log(tree(written) === tree(joined), tree(written).length);
"""


def test_the_script_of_a_page_means_what_its_modules_say(path_page: str) -> None:
    node = shutil.which("node")
    if node is None:
        lacking("no Node.js to read the script with")
    assert node
    sources = read_modules(find_assets() / "script")
    said = r"^import \{\n(?:  .*\n)*\} from .*\n|^import .*\n|^export (?=\w)"
    modules = {name: re.sub(said, "", text, flags=re.MULTILINE) for name, text in sources.items()}
    assert set(order_modules(sources, "main")) == sources.keys()
    written = "\n".join(modules[name] for name in order_modules(sources, "main"))
    joined = re.findall(r"<script>(.*?)</script>", path_page, re.DOTALL)[-1]
    assert len(joined) < 0.75 * len(written)
    told = subprocess.run(
        [node, "--expose-internals", "-e", _SYNTAX],
        input=f'"use strict"; (() => {{{written}}})();\0{joined}',
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    same, size = told.split()
    assert same == "true" and int(size) > 500_000


def test_modules_that_cannot_stand_in_one_script_are_named() -> None:
    circle = {"main": 'import { a } from "./a.js";\n', "a": 'import { b } from "./main.js";\n'}
    with pytest.raises(ValueError, match=r"circle: main -> a -> main"):
        join_modules(circle)
    twice = {"main": 'import { a } from "./a.js";\nconst b = 1;\n', "a": "export const a = 1;\nconst b = 2;\n"}
    with pytest.raises(ValueError, match=r"b stands in a.js and in main.js"):
        join_modules(twice)


def test_each_kind_and_each_status_has_a_look_and_a_page_takes_it_from_there(explorer_page: str) -> None:
    for kind in data_of(explorer_page)["kinds"]:
        assert kind == {"name": kind["name"], **read_kind_looks()[kind["name"]]}
    assert read_kind_looks().keys() == KINDS.keys()
    assert read_line_looks().keys() == {*STATUSES, "implied"}
    shapes = {"dot", "square", "hexagon", "triangle", "diamond", "triangleDown", "star"}
    for look in read_kind_looks().values():
        assert re.fullmatch("#[0-9a-f]{6}", look["colour"]) and look["shape"] in shapes


def test_more_is_refused_with_narrower_questions() -> None:
    for graph in (many(1501, 1600), many(200, 4001)):
        with pytest.raises(ViewTooLarge) as caught:
            render_page(graph, title="Too many", large=True)
        for narrower in ("graphkit path BUYER CHIP", "graphkit view NAME --radius 1", "--max-slice"):
            assert narrower in str(caught.value)
    assert (PLAIN, NOTED, LARGE) == ((150, 300), (500, 1_000), (1_500, 4_000))


def test_a_page_of_paths_among_thousands_of_ties_draws_the_paths_and_counts_what_it_leaves_out() -> None:
    names = [f"c{at}" for at in range(11)]
    told = [
        (one, relation, other, status)
        for one, other in itertools.permutations(names, 2)
        for relation in ("LEASES_FROM", "BUYS_FROM", "OWNS", "LINKED_TO")
        for status in ("done", "planned", "alleged")
    ]
    told += [(name, "USES", "x", "done") for name in names]
    claims = [
        Claim(
            id=f"k{at}",
            document="d",
            subject=one,
            relation=relation,
            object=other,
            status=status,
            confidence="likely",
            summary="x",
        )
        for at, (one, relation, other, status) in enumerate(told)
    ]
    entities = [
        *(Entity(id=name, name=name, kind="Company") for name in names),
        Entity(id="x", name="X", kind="Chip"),
    ]
    graph = build_graph(entities, claims, [Document(id="d", name="D")])
    data = data_of(render_page(graph, answer=sample_answer(graph, "c0", "x"), title="Ties"))
    assert len(data["lines"]) == NOTED[1] == 1_000 and data["claims_left_out"] == len(claims) - len(data["claims"])
    drawn = {line["id"] for line in data["lines"]}
    paths = expand_answer(data["answers"][0], data)["paths"]
    walked = [line for path in paths for step in path["steps"] for line in step["lines"]]
    assert walked and set(walked) <= drawn


def test_no_document_says_more_than_its_line_in_small_graphs_either(open_page: Any) -> None:

    empty = build_graph((), (), ())
    opened = open_page(render_page(empty, title="Nothing"))
    assert shown(opened.page) == {"nodes": 0, "lines": 0, "claims": 0}
    assert opened.complaints == []


def test_a_hub_that_cannot_be_drawn_gets_options_that_draw_it() -> None:
    graph = build_graph(
        [Entity(id=f"c{at}", name=f"C{at}", kind="Company") for at in range(1600)],
        [
            Claim(
                id=f"k{at}",
                document="d",
                subject=f"c{at}",
                relation="LEASES_FROM",
                object="c0",
                status="done",
                confidence="likely",
                summary="x",
            )
            for at in range(1, 1600)
        ],
        [Document(id="d", name="D")],
    )
    with pytest.raises(ViewTooLarge) as caught:
        render_page(graph, title="Hub", focus=["c0"])
    told = str(caught.value)
    options = {name for option in view.params for name in option.opts}
    named = set(re.findall(r"--[a-z-]+", told.replace("graphkit path BUYER CHIP --html", "")))
    assert named and named <= options
    assert "--radius" not in told, "one step around a hub is what could not be drawn"


def test_filters_that_leave_nothing_leave_the_entity_that_was_asked_for() -> None:
    graph = sample_graph()
    graph = build_graph(graph.entities.values(), (), graph.documents.values())
    assert [node["name"] for node in data_of(render_page(graph, title="None", focus=["acme"]))["nodes"]] == ["Acme"]
