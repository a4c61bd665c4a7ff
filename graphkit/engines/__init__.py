"""The seam to the databases: reads, Cypher, the schema.

>>> with open_store("embedded:/tmp/example.kgl") as store:      # doctest: +SKIP
...     store.read("MATCH (n:Entity {id: $id}) RETURN n.name AS name", {"id": "bytedance"})
[{'name': 'ByteDance'}]
"""

from __future__ import annotations

import re
from pathlib import Path

from graphkit.engines.address import SERVER_SCHEMES, is_server, mask_secrets
from graphkit.engines.memory import check_memory
from graphkit.engines.store import Reader, Statement, Store
from graphkit.engines.values import Row
from graphkit.errors import InvalidValue

__all__ = ["Reader", "Row", "Statement", "Store", "check_memory", "is_server", "mask_secrets", "open_store"]


def _refuse_address_without_slashes(address: str) -> None:
    """Raise InvalidValue for what was meant as a server's address: a file would be named with its password."""
    scheme = address.partition(":")[0].lower()
    if scheme in SERVER_SCHEMES:
        raise InvalidValue(f"the address after {scheme}: lacks its two slashes: write {scheme}://HOST:PORT")
    looks_like_host = re.fullmatch(r"[\w.-]{2,}:\d{2,5}", address) or re.fullmatch(r"[^/\\]*:[^/\\]*@.+", address)
    if looks_like_host and not Path(address).exists():
        raise InvalidValue(
            "the address given names no kind of server: write neo4j://HOST:PORT, or ./NAME for a file of that name"
        )


def open_store(url: str | Path, *, readonly: bool = True, rebuildable: bool = False) -> Store:
    """Open a database: a path or `embedded:PATH` for a file, `neo4j://` or `bolt://` for a server.

    A file that is `rebuildable`, such as a cache, is taken away where it is found to be damaged. The server's user,
    password and database come from NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE. Raises InvalidValue,
    StoreUnavailable, StoreBusy or StoreDamaged, and StoreError where the memory allowed to this process is too
    little.
    """
    address = str(url)
    if is_server(address):
        from graphkit.engines.neo4j import Neo4jStore

        return Neo4jStore(address, readonly=readonly)
    if "://" in address:
        raise InvalidValue(
            f"{mask_secrets(address)!r} is not the address of a database: "
            f"give a file, or an address that starts with {', '.join(f'{s}://' for s in SERVER_SCHEMES)}"
        )
    _refuse_address_without_slashes(address)
    path = Path(address.removeprefix("embedded:"))
    check_memory(path, readonly=readonly)
    from graphkit.engines.embedded import EmbeddedStore

    return EmbeddedStore(path, readonly=readonly, rebuildable=rebuildable)
