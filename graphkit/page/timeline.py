"""A chip's history as one small offline page: no script, one style sheet whose hash its policy names."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from html import escape

from graphkit.answers.chip import ChipAnswer, PeriodRecord, list_history_rows
from graphkit.formats.cells import as_line

#: Where the bar begins; what came before is one stretch.
START = date(2022, 1, 1)
_WIDTH, _HEIGHT = 960, 56
_STYLE = """
:root { color-scheme: light dark; --ink: #1a202c; --paper: #fff; --line: #cbd5e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e2e8f0; --paper: #171923; --line: #4a5568; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; }
svg { width: 100%; height: auto; } text { font-size: 12px; fill: var(--ink); }
.covered { fill: #c05621; } .unclear { fill: #b7a33c; } .not { fill: #4a6fa5; } .tick { stroke: var(--line); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: start; padding: .3rem .6rem;
  border-bottom: 1px solid var(--line); vertical-align: top; }
td:nth-child(-n+2) { white-space: nowrap; } h1, td { overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.3; }
@media (max-width: 44rem) {
  body { margin: 1rem auto; } h1 { font-size: 1.2rem; } svg text { font-size: 26px; } thead { display: none; }
  table, tbody, tr, td { display: block; } tr { padding: .6rem 0; border-bottom: 1px solid var(--line); }
  td { border: 0; padding: .1rem 0; } td:empty { display: none; }
  td:nth-child(-n+2) { display: inline; font-weight: 600; }
  td:nth-child(n+4)::before { content: attr(data-label) ": "; opacity: .75; }
  td:nth-child(2)::before { content: " – "; }
}
""".strip()
_CLASSES = {"covered": "covered", "unclear": "unclear", "not covered by any modelled rule": "not"}


def render_timeline(answer: ChipAnswer, *, today: str) -> str:
    """Return the page of an answer of `graphkit chip --history`: a bar over time, and the table it is drawn from."""
    now, last = answer.now, date.fromisoformat(today)
    title = f"{as_line(answer.chip)} to {now.destination} for a buyer from {now.hq}"
    rows = list_history_rows(answer.history)
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0]) if rows else ""
    body = "".join(
        "<tr>"
        + "".join(
            f'<td dir="auto" data-label="{escape(name)}">{escape(as_line(cell))}</td>' for name, cell in row.items()
        )
        + "</tr>"
        for row in rows
    )
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            '<head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head>",
            f'<body><h1 dir="auto">{escape(title)}</h1>',
            _draw_bar(answer.history, last),
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>",
            f"<p>{escape(_describe_announcements(answer))}",
            "Orange: covered by a rule; blue: not covered by any modelled rule; yellow: unclear.",
            "Exports from the United States unless told otherwise; no legal advice.</p>",
            "</body></html>",
            "",
        ]
    )


def _describe_announcements(answer: ChipAnswer) -> str:
    """Return when the forms of the chip were announced, before which all is hypothetical."""
    told = [f"{as_line(one.name)} {one.announced}" for one in answer.forms if one.announced]
    return f"Announced: {', '.join(told)}; what stands before is hypothetical." if told else ""


def _draw_bar(history: Sequence[PeriodRecord], last: date) -> str:
    """Return the periods as SVG: coloured stretches from START to a day, with a tick for every year."""
    end = max(last, date(START.year + 1, 1, 1))
    days = (end - START).days

    def x(day: date) -> float:
        return round(min(max((day - START).days, 0), days) / days * _WIDTH, 1)

    shapes = []
    for one in history:
        left = x(date.fromisoformat(one.first)) if one.first else 0
        right = x(date.fromisoformat(one.last)) if one.last else _WIDTH
        label = escape(f"{one.first or 'before'} to {one.last or 'now'}: {one.sentence}")
        kind, width = _CLASSES[one.coverage], max(right - left, 1)
        box = f'<rect class="{kind}" x="{left}" y="0" width="{width:g}" height="24">'
        shapes.append(f"{box}<title>{label}</title></rect>")
    for year in range(START.year, end.year + 1):
        at = x(date(year, 1, 1))
        shapes.append(f'<line class="tick" x1="{at}" x2="{at}" y1="24" y2="30"/><text x="{at}" y="52">{year}</text>')
    label = "status over time; the table below says the same"
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">{"".join(shapes)}</svg>'
