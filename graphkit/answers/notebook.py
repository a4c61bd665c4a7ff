"""Paths as a notebook shows them: a small list of steps, inert whatever its texts hold."""

from __future__ import annotations

import html
from collections.abc import Sequence

from graphkit.answers.evidence_text import EVIDENCE
from graphkit.answers.path_records import PathRecord
from graphkit.formats.cells import file_text
from graphkit.ontology import RELATIONS


def path_html(path: PathRecord) -> str:
    """Return one path as a list of its steps, each with its first claim and what denies it."""
    items = []
    for step in path.steps:
        phrase = RELATIONS[step.relation].phrase if step.relation in RELATIONS else step.relation
        ends = f"<b>{_text(step.subject.name)}</b> {_text(phrase)} <b>{_text(step.object.name)}</b>"
        lines = [f"{ends} ({_text(step.status)})"]
        for claim in [*step.claims[:1], *step.denied_by]:
            denied = "denied: " if claim in step.denied_by else ""
            note = f" ({_text(claim.qualifiers.note)})" if claim.qualifiers.note else ""
            source = " · ".join(_text(part) for part in (claim.document_name, claim.published) if part)
            words = f"{denied}{_text(claim.quote or claim.summary)}{note}"
            lines.append(f'<span dir="auto">{words}</span> <small>{source}</small>')
        items.append(f'<li dir="auto">{"<br>".join(lines)}</li>')
    verdict = f'<p dir="auto">{_text(path.verdict)}</p>' if path.verdict else ""
    whole = f"{_text(path.status)} · {_text(EVIDENCE[path.evidence])} · {round(path.confidence * 100)} %"
    return f"<p>{whole}</p><ol>{''.join(items)}</ol>{verdict}"


def paths_html(paths: Sequence[PathRecord]) -> str:
    """Return paths one below the other."""
    return "<hr>".join(map(path_html, paths))


def _text(value: object) -> str:
    return html.escape(file_text(value), quote=True)
