"""The packages of Debian as a supply chain that nobody made up: `apt` lists, as `apt-get update` fetches them.

A package depends on others as a customer on providers; ten libraries stand for chips, which a package that depends
on one uses. The source package that says so is the document, its maintainer the publisher.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Collection, Iterator

from graphkit.factbase import FactBase
from graphkit.facts import Claim, Document, Entity, make_claim_id

LIBRARIES = (
    "libcurl4",
    "libfreetype6",
    "libglib2.0-0",
    "libgmp10",
    "libpng16-16",
    "libsqlite3-0",
    "libssl3",
    "libx11-6",
    "libxml2",
    "zlib1g",
)
#: Packages from which on the lists are those of a whole distribution.
MANY = 10_000

_NAME = re.compile(r"[a-z0-9][a-z0-9.+-]+")


def debian() -> FactBase | None:
    """Return the packages that `apt-cache` knows as a fact base; None where there are no lists of a distribution."""
    try:
        listed = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    packages = {
        fields["Package"]: fields for fields in map(_read_fields, listed.split("\n\n")) if "Package" in fields
    }
    if len(packages) < MANY:
        return None
    documents = {_source(one): one.get("Maintainer", "").split("<")[0].strip() for one in packages.values()}
    claims = [claim for name, fields in packages.items() for claim in _claims(name, fields, packages.keys())]
    return FactBase(
        "debian",
        tuple(
            Document(id=source, name=source, publisher=maintainer or None, published="2023-06")
            for source, maintainer in sorted(documents.items())
        ),
        tuple(
            Entity(id=name, name=name, kind="Chip" if name in LIBRARIES else "Company") for name in sorted(packages)
        ),
        tuple(claims),
        "0",
    )


def _read_fields(record: str) -> dict[str, str]:
    """Return the fields of a record that are one line."""
    lines = (line.partition(": ") for line in record.splitlines() if line[:1] != " ")
    return {name: value for name, _, value in lines}


def _source(fields: dict[str, str]) -> str:
    return fields.get("Source", fields["Package"]).split(" ")[0]


def _claims(name: str, fields: dict[str, str], known: Collection[str]) -> Iterator[Claim]:
    """Yield a claim for each package that another depends on, or recommends."""
    if name in LIBRARIES:
        return
    seen = {name}
    for field, confidence in (("Pre-Depends", "confirmed"), ("Depends", "confirmed"), ("Recommends", "possible")):
        for number, wanted in enumerate(filter(None, fields.get(field, "").split(","))):
            choices = [match.group() for one in wanted.split("|") if (match := _NAME.match(one.strip()))]
            for other in choices:
                if other in seen or other not in known:
                    continue
                seen.add(other)
                relation = "USES" if other in LIBRARIES else "LEASES_FROM"
                source = _source(fields)
                yield Claim(
                    id=make_claim_id(source, f"{field} {number}", name, relation, other, "done"),
                    document=source,
                    subject=name,
                    relation=relation,
                    object=other,
                    status="done",
                    confidence=confidence if len(choices) == 1 else "likely",
                    summary=f"{name} {field.lower()} {other}.",
                )
