"""The repository holds no run of 40 characters of the two articles that its first claims come from.

`gold/ngrams` holds the sorted 64-bit hashes of every 24 consecutive letters and digits of the
articles, so the check needs no text of them and works in any clone.

Why no run can be missed: texts are compared by their letters and digits alone, without accents or
case. Every run of 40 characters of the articles holds at least 26 of those (checked when the hashes
were made), and among any 26 = 24 + 3 - 1 of them, wherever they stand in a file, one window of 24
starts at a multiple of 3. So it is enough to look up every third window of each file.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from graphkit.facts import fold

ROOT = Path(__file__).parents[1]
WINDOW, STRIDE = 24, 3
_ADDRESS = re.compile(r"https?://[^\s\",;<>)]+")
SKIPPED = {".git", ".venv", "__pycache__", "node_modules", "build", "dist"}


def letters(text: str) -> str:
    """Return the letters and digits of a text, folded; JSON's escapes are undone first."""
    plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"[\W_]+", "", fold(plain))


def window_hash(window: str) -> bytes:
    return hashlib.blake2b(window.encode(errors="replace"), digest_size=8).digest()


def all_hashes(text: str) -> set[bytes]:
    plain = letters(text)
    return {window_hash(plain[i : i + WINDOW]) for i in range(len(plain) - WINDOW + 1)}


def article_hashes() -> set[bytes]:
    data = (ROOT / "tests/gold/ngrams").read_bytes()
    return {data[i : i + 8] for i in range(0, len(data), 8)}


def text_files(root: Path) -> list[Path]:
    """Return the tracked files of a checkout, or all files where there is no git."""
    command = ["git", "-C", str(root), "ls-files", "-z"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        found: Iterable[Path] = (p for p in root.rglob("*") if SKIPPED.isdisjoint(p.relative_to(root).parts))
    else:
        found = (root / name for name in listed.decode().split("\0") if name)
    return sorted(path for path in found if path.is_file())


def copied_runs(paths: Iterable[Path], forbidden: set[bytes]) -> Iterator[str]:
    """Name each file that holds a forbidden window."""
    for path in paths:
        data = path.read_bytes()
        if b"\0" in data:
            continue
        # an address may spell a title: it is where the text stands, not the text
        plain = letters(_ADDRESS.sub(" ", data.decode(errors="replace")))
        windows = (plain[i : i + WINDOW] for i in range(0, len(plain) - WINDOW + 1, STRIDE))
        if any(window_hash(window) in forbidden for window in windows):
            yield str(path)


@pytest.mark.slow
def test_no_file_holds_a_run_of_the_articles() -> None:
    paths = text_files(ROOT)
    assert len(paths) > 50
    assert list(copied_runs(paths, article_hashes())) == []


def test_the_hashes_are_those_of_the_articles(tmp_path: Path) -> None:
    data = (ROOT / "tests/gold/ngrams").read_bytes()
    hashes = [data[i : i + 8] for i in range(0, len(data), 8)]
    assert len(hashes) > 6_000
    assert hashes == sorted(set(hashes))
    planted = tmp_path / "planted.md"
    fragment = " ".join(reversed(["puces H100 de", "contenant les", "serveurs"]))
    planted.write_text(f"Some words before it: {fragment}, and after.")
    assert list(copied_runs([planted], article_hashes())) == [str(planted)]


def test_a_run_of_40_characters_is_found_wherever_it_stands(tmp_path: Path) -> None:
    article = (
        "L’été dernier, un fournisseur de serveurs a loué mille puces à un client étranger.\n"
        "  • Le contrat, signé à Lisbonne, court jusqu’en 2031 ; personne n’a voulu le commenter."
    )
    forbidden = all_hashes(article)
    plain = [i for i in range(len(article) - 39) if len(letters(article[i : i + 40])) >= WINDOW + STRIDE - 1]
    assert len(plain) > 100
    for i in plain:
        planted = tmp_path / f"{i}.txt"
        planted.write_text("x" * (i % 7) + " Ours. " + article[i : i + 40] + " ours again")
    assert len(list(copied_runs(text_files(tmp_path), forbidden))) == len(plain)


def test_a_disguised_run_is_found_and_our_own_words_are_not(tmp_path: Path) -> None:
    forbidden = all_hashes("Un fournisseur de serveurs a loué mille puces à un client étranger.")
    disguises = {
        "upper.md": "UN FOURNISSEUR DE SERVEURS A LOUE **MILLE** PUCES",
        "wrapped.py": "# un fournisseur de serveurs\n# a loué mille puces",
        "escaped.json": '{"t": "fournisseur de serveurs a lou\\u00e9 mille puces"}',
    }
    for name, text in disguises.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "ours.md").write_text("A supplier let a thousand chips to a customer from abroad.")
    found = {Path(name).name for name in copied_runs(text_files(tmp_path), forbidden)}
    assert found == set(disguises)
