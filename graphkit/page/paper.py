"""Answers of the rules as one small offline page: no script, one style sheet whose hash its policy names."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphkit.answers.answer import SummarisedAnswer
from graphkit.formats import Table
from graphkit.formats.cells import as_line
from graphkit.page.parts import build_still_policy, find_assets
from graphkit.page.provenance import describe_provenance, write_page_foot
from graphkit.page.words import clean_texts, read_words

if TYPE_CHECKING:
    from jinja2 import Template


#: Columns of a table that fits a page.
_MOST_COLUMNS = 9


def render_paper(
    answer: SummarisedAnswer,
    *,
    title: str,
    tables: Sequence[Table],
    bar: Mapping[str, Any] | None = None,
    notes: Sequence[str] = (),
) -> str:
    """Return the page of an answer in its language: its sentences, a bar over time if given, tables, provenance."""
    words = read_words(answer.language)
    stamp = clean_texts(answer.provenance.to_dict()) if answer.provenance else None
    style = (find_assets() / "paper.css").read_text("utf-8") + write_page_foot(stamp, words)
    page: str = _load_template().render(
        language=answer.language,
        policy=build_still_policy(style),
        style=style,
        title=as_line(title),
        said=[as_line(text) for text in answer.summary or answer.summarise()],
        bar=bar,
        tables=[read_table(table, words) for table in tables if table.rows],
        notes=[as_line(text) for text in notes if text],
        made=describe_provenance(stamp, words) if stamp else [],
        w=words,
    )
    return page


def read_table(table: Table, words: Mapping[str, str]) -> dict[str, Any]:
    """Return a table of lines of text in the words of a language, without columns that are empty throughout."""
    used = [name for name in table.columns if any(row.get(name) not in (None, "", [], ()) for row in table.rows)]
    columns = {name: name.replace("_", " ") for name in used}
    rows = [{columns[name]: _read_cell(row.get(name), words) for name in used} for row in table.rows]
    # what is too wide for a page is told field by field
    wide = len(used) > _MOST_COLUMNS or len(rows) == 1
    return {"name": table.name, "columns": list(columns.values()), "rows": rows, "wide": wide}


def _read_cell(value: object, words: Mapping[str, str]) -> str:
    return words["paper.yes" if value else "paper.no"] if isinstance(value, bool) else as_line(value)


@functools.cache
def _load_template() -> Template:
    from jinja2 import Environment, FileSystemLoader

    loader = FileSystemLoader(str(find_assets()))
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template(
        "paper.html.j2"
    )
