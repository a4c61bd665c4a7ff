"""The faults that a user can cause or meet, each with the line that tells of it.

::

    GraphkitError                 exit code 2: what was given is wrong
    ├── FactBaseError             a fact base has faults; all of them, with file and line
    ├── UnknownName               no entity of that name; carries near names
    ├── AmbiguousName             several entities answer to that name
    ├── InvalidValue              a date, country, share or option that makes no sense
    │   └── NoControlledChip      no chip that a claim speaks of is controlled on a date
    ├── QueryError                Cypher that is wrong: syntax, parameter, unknown name
    │   └── QueryRefused          Cypher that graphkit does not run, with the reason
    ├── ViewTooLarge              more than one page can show; carries narrower questions
    └── StoreError                exit code 3: a database's fault
        ├── StoreUnavailable      not there, wrong password, unknown database, TLS mismatch
        ├── StoreNotOurs          the database holds entities that graphkit did not write
        ├── StoreDisagrees        another fact base there says otherwise of the same id
        ├── StoreBusy             a second writer
        ├── StoreDamaged          an embedded file that cannot be read
        ├── SchemaMismatch        written by a newer or older graphkit
        └── QueryTimeout          stopped at its time, memory or work limit

Every message is one line: what, where, how to mend. Engine and library errors are
translated where they are caught; none reaches the command line as a traceback.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class GraphkitError(Exception):
    """Base of all faults that a user can cause or meet."""

    exit_code = 2


class Fault(msgspec.Struct, frozen=True, order=True):
    """One fault of a fact base: where it is, what it is, how to mend it."""

    file: str
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.what}; {self.mend}"


class FactBaseError(GraphkitError):
    """A fact base that cannot be used. `faults` holds every fault found, sorted, each once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        count = len(self.faults)
        super().__init__(f"{count} fault{'s' if count != 1 else ''} in the fact base")


class UnknownName(GraphkitError):
    """No entity is called `name`; `near` holds similar names, best first, `advice` says what else to do.

    `what` is what was looked for: "chip".
    """

    def __init__(self, name: str, near: Sequence[str] = (), what: str = "entity", advice: str = "") -> None:
        self.name, self.near, self.what, self.advice = name, tuple(near), what, advice
        hint = f": did you mean {' or '.join(near)}?" if near else ""
        more = (f" {advice[0].upper()}{advice[1:]}" if near else f"; {advice}") if advice else ""
        super().__init__(f"no {what} is called {name!r}{hint}{more}")


class AmbiguousName(GraphkitError):
    """Several entities answer to `name`; `matches` holds their ids."""

    def __init__(self, name: str, matches: Sequence[str]) -> None:
        self.name, self.matches = name, tuple(matches)
        super().__init__(f"{name!r} is the name of several entities: give one of the ids {', '.join(matches)}")


class InvalidValue(GraphkitError):
    """A value that makes no sense where it stands."""


class NoControlledChip(InvalidValue):
    """No chip that some claim speaks of is controlled on the date asked for."""


class QueryError(GraphkitError):
    """Cypher that an engine cannot run as written; `query` is its text."""

    def __init__(self, message: str, query: str = "") -> None:
        self.query = query
        super().__init__(message)


class QueryRefused(QueryError):
    """Cypher that graphkit does not hand to an engine; the message gives the reason."""


class ViewTooLarge(GraphkitError):
    """More nodes or edges than one page can show; the message names narrower questions."""


class StoreError(GraphkitError):
    """A database's fault."""

    exit_code = 3


class StoreUnavailable(StoreError):
    """The database cannot be reached or does not let us in."""


class StoreNotOurs(StoreError):
    """The database holds nodes with graphkit's labels that graphkit did not write."""


class StoreDisagrees(StoreError):
    """Another fact base in the database says otherwise of an entity or document."""


class StoreBusy(StoreError):
    """Another process is writing to the same embedded database, or loading the same fact base."""


class StoreDamaged(StoreError):
    """An embedded database file that cannot be read."""


class SchemaMismatch(StoreError):
    """The database was written by another version of graphkit's schema."""


class QueryTimeout(StoreError):
    """A query that was stopped at its time, memory or work limit."""
