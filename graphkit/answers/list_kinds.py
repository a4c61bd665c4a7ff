"""The kinds of things that can be listed; apart, so that the command line names them without the answers."""

from __future__ import annotations

from typing import Literal, get_args

ListKind = Literal["companies", "chips", "sites", "regions", "rules", "documents", "relations"]
LIST_KINDS: tuple[ListKind, ...] = get_args(ListKind)
