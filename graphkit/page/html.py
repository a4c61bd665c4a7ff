"""The graph view: one HTML file that opens offline and carries the argument and its evidence.

Built on pyvis with a template of our own. The page loads nothing and runs nothing but the two scripts
whose hashes its policy names; every foreign text reaches the document as text.
"""

from __future__ import annotations

import bisect
import functools
import json
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from graphkit.atomic import replace_file
from graphkit.errors import InvalidValue
from graphkit.page.answers import expand_answer
from graphkit.page.columns import fold_records
from graphkit.page.data import CONTEXTS, LARGE, build_page_data
from graphkit.page.evidence_graph import EvidenceGraph
from graphkit.page.looks import OTHER, read_kind_looks
from graphkit.page.matrix import list_asked, list_beside, read_exposure
from graphkit.page.parts import build_policy, find_assets, read_script, read_style
from graphkit.page.periods import read_periods
from graphkit.page.pools import Record
from graphkit.page.provenance import describe_provenance, summarise_provenance, write_page_foot
from graphkit.page.vis import read_vis
from graphkit.page.words import clean_texts, read_words

if TYPE_CHECKING:
    from graphkit.answers.kept import Mode
    from graphkit.answers.matrix_periods import MatrixPeriods
    from graphkit.answers.paths import PathsFound
    from graphkit.answers.periods import Periods
    from graphkit.graph import Graph

#: Bytes of a page of paths, most of them vis-network; and of a matrix with the answers of other days.
WEIGHT, MATRIX_WEIGHT = 650_000, 900_000

_UNSAFE = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def render_page(
    graph: Graph,
    *,
    answer: Mapping[str, Any] | None = None,
    title: str,
    focus: Sequence[str] = (),
    limit: int | None = None,
    large: bool = False,
    words: str = "en",
    narrower: str = "",
    provenance: Mapping[str, Any] | None = None,
    periods: Mapping[Mode, Periods[PathsFound]] | None = None,
) -> str:
    """Return the page of a graph: its paths if given an answer of `graphkit path`, else an explorer.

    `limit` keeps the entities nearest to the paths or the focus; `large` allows more than 500. `narrower` is what
    to ask instead of a page that is too large, where it is not a path or a neighbourhood. `provenance` is that of
    the answer unless it is given. `periods` are the answers of other days, without which the dates of the page
    filter claims alone.
    The same input gives the same bytes. Raises ViewTooLarge, naming narrower questions.
    """
    stamp = provenance or (answer.get("provenance") if answer else None)
    dated = [read_periods(periods)] if periods else ()
    evidence = EvidenceGraph(graph, [answer] if answer else [], dated)

    def render(most: tuple[int, int] | None) -> str:
        data = build_page_data(
            evidence,
            title=title,
            focus=focus,
            most=most,
            large=large,
            narrower=narrower,
            words=read_words(words),
        )
        return _render_data({**data, "provenance": stamp}, words)

    if limit or not answer:
        return render((limit, LARGE[1]) if limit else None)
    return _render_widest(render)


def render_exposure_page(
    graph: Graph,
    exposure: Mapping[str, Any],
    *,
    title: str | None = None,
    words: str = "en",
    periods: MatrixPeriods | None = None,
    seats: Graph | None = None,
) -> str:
    """Return the page of many pairs: a table of buyers by chips whose cells open the paths.

    `exposure` is the JSON answer of `graphkit exposure`; `periods` have all paths of its pairs, and the answers of
    other days, which are left out where they make the page too heavy for an e-mail: first those on what was known.
    `seats` holds the claims on where the buyers have theirs, which `graph` lacks of those that nothing leads from.
    Raises ViewTooLarge.
    """
    told = read_words(words)
    heading = title or told["matrix.title"]

    def render(dated: MatrixPeriods | None) -> str:
        matrix = read_exposure(exposure, dated, seats)
        keys, answers, days = list_asked(matrix, exposure)
        evidence = EvidenceGraph(graph, answers, days, list_beside(matrix))
        # its graph draws the paths and what came nearest alone: what surrounds them all is most of the base
        data = build_page_data(
            evidence, title=heading, most=CONTEXTS[-1], large=True, matrix=(matrix, keys), words=told
        )
        return _render_data({**data, "provenance": exposure.get("provenance")}, words)

    html = render(periods)
    moved = dict(periods.moved) if periods else {}
    heavy = [mode for mode, one in moved.items() if one.answers]
    while periods and heavy and len(html.encode()) > MATRIX_WEIGHT:
        del moved[heavy.pop()]  # what was true on a day stays longest
        html = render(msgspec.structs.replace(periods, moved=moved))
    return html


def _render_widest(render: Callable[[tuple[int, int]], str]) -> str:
    """Return the page with the widest surroundings of its paths that leave it fit for an e-mail."""
    made: dict[tuple[int, int], str] = {}

    def fits(most: tuple[int, int]) -> bool:
        made[most] = render(most)
        return len(made[most].encode()) <= WEIGHT

    # the less stands around the paths, the lighter is the page; most are light enough with the most
    if fits(CONTEXTS[0]):
        return made[CONTEXTS[0]]
    widest = CONTEXTS[min(bisect.bisect_left(CONTEXTS, True, key=fits), len(CONTEXTS) - 1)]
    return made.get(widest) or render(widest)


def write_page(path: str | os.PathLike[str], html: str) -> None:
    """Write a page in one step, as `write_whole` does."""
    write_whole(path, html.encode(), b"<!doctype html")


def write_whole(path: str | os.PathLike[str], content: bytes, begin: bytes) -> None:
    """Write a page in one step: whoever reads the file finds the old page or the new one, whole.

    A link stays a link: the file that it leads to is replaced. `begin` is how files of this kind begin, in small
    letters: no other file is replaced. Raises InvalidValue, naming `path`, where no regular file can be written: a
    folder, a device, a pipe, a protected file, a full disk.
    """
    try:
        place, mode = _find_target(path, begin)
        replace_file(place, content, mode=mode)
    except (OSError, ValueError) as error:
        said = (isinstance(error, OSError) and error.strerror) or error
        raise InvalidValue(
            f"the page cannot be written to {os.fspath(path)!r} ({said}): make room or write it elsewhere"
        ) from error


def _find_target(path: str | os.PathLike[str], kind: bytes) -> tuple[Path, int]:
    """Return the file that a path leads to and the permissions that a page there gets."""
    place = Path(os.path.realpath(path))
    try:
        found = Path(path).stat()
    except FileNotFoundError:
        if not place.parent.is_dir():
            raise InvalidValue(f"there is no folder {place.parent}: make it, or write the page elsewhere") from None
        mask = os.umask(0)
        os.umask(mask)
        return place, 0o666 & ~mask
    if not stat.S_ISREG(found.st_mode):
        what = "a folder" if stat.S_ISDIR(found.st_mode) else "no regular file"
        raise InvalidValue(f"{os.fspath(path)!r} is {what}: give the name of a file to write the page to")
    # whoever may write anything still means a file that nobody may write to stay as it is
    if not found.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise InvalidValue(f"{os.fspath(path)!r} is write-protected: write the page elsewhere")
    with Path(path).open("rb") as file:
        if (begin := file.read(64).lstrip().lower()) and not begin.startswith(kind):
            raise InvalidValue(f"{os.fspath(path)!r} is there and is no page: write the page elsewhere")
    return place.resolve(strict=True), stat.S_IMODE(found.st_mode)


def _render_data(data: Record, language: str) -> str:
    words = read_words(language)
    # cleaned last, so that no text can slip past on its way through the page model
    page = _make_network_class()(clean_texts(data), words, language)
    html: str = page.generate_html()
    return html


@functools.cache
def _make_network_class() -> Any:
    """Return the page as a subclass of pyvis's network, made when first needed: pyvis is slow to import."""
    from jinja2 import Environment, FileSystemLoader
    from pyvis.network import Network

    # pyvis makes its environment without escaping; one for all pages reads the template once
    environment = Environment(
        loader=FileSystemLoader(str(find_assets())), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )

    class PageNetwork(Network):  # type: ignore[misc]
        """A pyvis network whose template, data block and policy are our own."""

        def __init__(self, data: Record, words: Mapping[str, str], language: str) -> None:
            super().__init__(directed=True, heading=data["title"], cdn_resources="in_line")
            self.data, self.words, self.language = data, words, language
            self.templateEnv = environment
            self.path = "template.html.j2"
            self.options = {"physics": {"enabled": False}}
            looks = read_kind_looks()
            for node in data.pop("nodes"):
                self.add_node(node.pop("id"), label=" ", shape=looks.get(node["kind"], OTHER)["shape"], **node)
            for line in data.pop("lines"):
                self.add_edge(line.pop("from"), line.pop("to"), **line)

        def generate_html(self, name: str = "index.html", local: bool = True, notebook: bool = False) -> str:
            made = self.data.get("provenance")
            scripts, style = [read_vis(), read_script()], read_style() + write_page_foot(made, self.words)
            nodes, edges, heading, _, _, options = self.get_network_data()
            data = {
                **self.data,
                "nodes": [_drop_fields(node, "label", "shape") for node in nodes],
                "lines": [_drop_fields(edge, "arrows") for edge in edges],
                "options": json.loads(options),
                "language": self.language,
                "words": _select_words(self.words, self.data, nodes, edges),
            }
            self.html = self.templateEnv.get_template(self.path).render(
                heading=heading,
                language=self.language,
                w=self.words,
                made=describe_provenance(made, self.words) if made else [],
                made_line=summarise_provenance(made, self.words) if made else "",
                data=self.data,
                answers=[expand_answer(answer, self.data) for answer in _list_answers(self.data)],
                lines=edges,
                names={node["id"]: node["name"] for node in nodes},
                many={node["id"]: node.get("many") for node in nodes},
                block=_write_json(data),
                vis=scripts[0],
                script=scripts[1],
                style=style,
                policy=build_policy(scripts, style),
            )
            return self.html

    return PageNetwork


def _write_json(data: Record) -> str:
    """Return data as JSON that no parser of HTML or of scripts can take for anything else."""
    block = json.dumps(fold_records(data), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return block.translate(_UNSAFE)


def _select_words(
    words: Mapping[str, str], data: Record, nodes: Sequence[Record], edges: Sequence[Record]
) -> dict[str, str]:
    """Return the words that the page's script may need: of kinds, relations, statuses and the like those in use."""
    beside = [*(data["parts"][way["of"]] for way in data["ways"]), *data["misses"]]
    used = {
        "kind": {node["kind"] for node in nodes},
        "relation": {edge["relation"] for edge in edges}
        | set((data["map"] or {}).get("relations", ()))
        | {step[1] for one in beside for step in one["steps"]},
        "status": {"done", "implied", *(edge.get("status", "done") for edge in edges)},
        "reason": {why for miss in data["misses"] for why in miss["why"]},
        "evidence": {data["parts"][path["of"]]["evidence"] for path in data["paths"]},
    }
    unnamed = data["matrix"] or data["ways"]
    unused = (
        {"plain", "paper", "provenance", "site"}
        | ({"unnamed"} if not unnamed else set())
        | ({"matrix"} if not data["matrix"] else set())
    )

    def serves(key: str) -> bool:
        group, _, name = key.partition(".")
        if group in used:
            return name.removesuffix(".about").removesuffix(".many") in used[group]
        return group not in unused and key not in ("search.hint", "search.label", "graph.label", "graph.role")

    return {key: text for key, text in words.items() if serves(key)}


def _list_answers(data: Record) -> list[Record]:
    """Return the answers of a page: of a matrix those of its pairs, its buyers and the whole."""
    table = data["matrix"]
    return [*data["answers"], *table["rows"].values(), table["whole"]] if table else list(data["answers"])


def _drop_fields(item: Record, *fields: str) -> Record:
    return {field: value for field, value in item.items() if field not in fields}
