"""A customer list as an exposure tells it: every row, with its own cells, and whom it was read as."""

from __future__ import annotations

from graphkit.answers.answer import Record


class CustomerRow(Record, frozen=True, kw_only=True):
    """A row of a customer list: its line, its name (empty: it has none), its cells, the ids that it stands for."""

    line: int
    name: str
    cells: tuple[str, ...]
    buyers: tuple[str, ...]


class CustomerList(Record, frozen=True, kw_only=True):
    """A customer list as it was read: its file, its headings, and every row that holds something."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[CustomerRow, ...]

    def column_names(self) -> list[str]:
        """Return the headings as names of columns, none of which is there twice or is one of an answer's.

        >>> CustomerList(file="a.csv", columns=("Name", "", "Name"), rows=()).column_names()
        ['list: Name', 'list: 2', 'list: Name (3)']
        """
        found: list[str] = []
        for place, heading in enumerate(self.columns, 1):
            name = f"list: {heading or place}"
            found.append(f"{name} ({place})" if name in found else name)
        return found
