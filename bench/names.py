"""Names: `python -m bench.names [FILE ...]`: precision and recall at each level, and the speed.

The pairs are those of tests/names, and of any CSV file named that has the columns name, expected and level (or
`expected_level`). A match counts at a level if it is at that one or a surer one; it is right if it has the entity
that is expected. A trap is expected to match nothing. Speed: 10,000 made names against 5,000 made companies.
"""

from __future__ import annotations

import csv
import random
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from graphkit.factbase import read_factbase
from graphkit.facts import Entity
from graphkit.matching import Matcher

PAIRS = Path(__file__).resolve().parent.parent / "tests" / "names" / "pairs.csv"
LEVELS = ("exact", "same", "probable")
_LEGAL = ("", " Ltd", " Co., Ltd.", " Inc.", " GmbH", " Holdings Limited", " (Hong Kong) Limited", " Technology Ltd")


def measure(matcher: Matcher, files: Iterable[Path]) -> list[tuple[str, float, float, int]]:
    """Return for each level: its name, precision, recall, and how many names match at it or surer."""
    rows = [row for file in files for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())]
    found = [(row, matcher.match(row["name"])) for row in rows]
    measured = []
    for place, level in enumerate(LEVELS):
        sure = LEVELS[: place + 1]
        matched = [(row, some[0]) for row, some in found if some and some[0].level in sure]
        right = sum(one.entity.id == row["expected"] for row, one in matched)
        wanted = sum((row.get("level") or row.get("expected_level")) in sure for row in rows)
        hits = sum(
            one.entity.id == row["expected"] and (row.get("level") or row.get("expected_level")) in sure
            for row, one in matched
        )
        measured.append((level, right / max(len(matched), 1), hits / max(wanted, 1), len(matched)))
    return measured


def make_companies(count: int, rng: random.Random) -> list[Entity]:
    """Return companies with made names of two words, some with an alias."""
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or", "ix")]
    found: dict[str, Entity] = {}
    while len(found) < count:
        name = " ".join("".join(rng.choices(syllables, k=rng.randint(2, 3))).title() for _ in range(2))
        found[name] = Entity(id=f"made-{len(found)}", name=name, kind="Company", aliases=(name.split()[0],))
    return list(found.values())


def time_matching(names: int = 10_000, companies: int = 5_000, seed: int = 1) -> float:
    """Return the seconds it takes to match names as customers write them against made companies."""
    rng = random.Random(seed)
    known = make_companies(companies, rng)
    others = make_companies(names // 2, rng)
    asked = [rng.choice(known if rng.random() < 0.5 else others).name + rng.choice(_LEGAL) for _ in range(names)]
    start = time.perf_counter()
    matcher = Matcher(known)
    for name in asked:
        matcher.match(name)
    return time.perf_counter() - start


def main(arguments: list[str]) -> None:
    """Print the measures of the pairs and the speed."""
    matcher = Matcher(read_factbase().entities)
    print(f"{'level':<10}{'precision':>10}{'recall':>10}{'names':>8}")
    for level, precision, recall, matched in measure(matcher, [PAIRS, *map(Path, arguments)]):
        print(f"{level:<10}{precision:>10.3f}{recall:>10.3f}{matched:>8}")
    print(f"10,000 names against 5,000 companies: {time_matching():.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
