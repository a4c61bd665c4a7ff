"""Addresses of databases: a file or a server, and an address as messages may show it."""

from __future__ import annotations

import re

SERVER_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


def is_server(url: str) -> bool:
    """Say whether an address names a Neo4j server; anything else is a file."""
    return url.partition("://")[0].lower() in SERVER_SCHEMES if "://" in url else False


def mask_secrets(text: str) -> str:
    """Return an address without what may be a secret: what stands before its last @, and after a question mark.

    >>> mask_secrets("neo4j://user:p@ss:word@localhost:7687"), mask_secrets("bolt://localhost?password=word")
    ('neo4j://***@localhost:7687', 'bolt://localhost?***')
    """
    shown = re.sub(r"(?<=://).+@", "***@", text, flags=re.DOTALL)
    return re.sub(r"(?<=[?#]).+", "***", shown, flags=re.DOTALL) if "://" in text else shown
