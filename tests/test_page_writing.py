"""Writing a page: whole or not at all, over a page and over nothing else, and what is in the way is named."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from graphkit.errors import InvalidValue
from graphkit.page.html import write_page


def test_a_page_is_written_whole_and_readable_by_others(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    write_page(file, "<!DOCTYPE html>one\ntwo")
    write_page(file, "<!doctype html>three\nfour")
    assert file.read_bytes() == b"<!doctype html>three\nfour"
    other = tmp_path / "other"
    other.touch()
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)
    assert {one.name for one in tmp_path.iterdir()} == {"page.html", "other"}


def test_a_link_stays_a_link_and_a_page_keeps_its_permissions(tmp_path: Path) -> None:
    file, link, longest = tmp_path / "page.html", tmp_path / "link", tmp_path / ("x" * 255)
    write_page(file, "<!doctype html>old")
    file.chmod(0o600)
    link.symlink_to("page.html")
    write_page(link, "new")
    assert link.is_symlink() and file.read_text() == "new" and stat.S_IMODE(file.stat().st_mode) == 0o600
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "later.html")
    write_page(dangling, "later")
    assert dangling.is_symlink() and (tmp_path / "later.html").read_text() == "later"
    write_page(longest, "as long as a name may be")
    assert longest.read_text() == "as long as a name may be"


def test_what_is_there_and_is_no_page_stays(tmp_path: Path) -> None:
    customers, void = tmp_path / "customers.csv", tmp_path / "void.html"
    customers.write_text("name\nAcme\n")
    with pytest.raises(InvalidValue, match="is there and is no page"):
        write_page(customers, "<!doctype html>page")
    assert customers.read_text() == "name\nAcme\n"
    void.touch()
    write_page(void, "page")
    assert void.read_text() == "page"


def unwritten(path: str | Path, *parts: str) -> None:
    """Check that a page is refused by one line that names the target and never the temporary file."""
    with pytest.raises(InvalidValue) as caught:
        write_page(path, "page")
    said = str(caught.value)
    assert "\n" not in said and ".tmp" not in said
    for part in (str(path), *parts):
        assert part in said


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    pipe, link, loop = tmp_path / "pipe", tmp_path / "link", tmp_path / "loop"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    loop.symlink_to(loop)
    for path in (pipe, link):
        unwritten(path, "no regular file")
    assert stat.S_ISFIFO(pipe.lstat().st_mode) and link.is_symlink()
    unwritten(loop, "symbolic links")
    for folder in ("", tmp_path):
        unwritten(folder, "is a folder")
    protected = tmp_path / "protected.html"
    protected.write_text("kept")
    protected.chmod(0o444)
    unwritten(protected, "write-protected")
    assert protected.read_text() == "kept"
    assert {one.name for one in tmp_path.iterdir()} == {"pipe", "link", "loop", "protected.html"}


def test_where_no_page_can_be_written_the_target_is_named(tmp_path: Path) -> None:
    unwritten(tmp_path / ("x" * 256), "too long")
    unwritten("/proc/page.html")
    with pytest.raises(InvalidValue, match=r"there is no folder .*/none: make it"):
        write_page(tmp_path / "none" / "page.html", "page")
    (tmp_path / "plain").touch()
    unwritten(tmp_path / "plain" / "page.html", "Not a directory")
    with pytest.raises(InvalidValue, match=r"null (byte|character)"):
        write_page("a\0b", "page")


_NARROW = """
import os, resource, sys
from graphkit.errors import InvalidValue
from graphkit.page.html import write_page
folder = sys.argv[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
open(folder + "/page.html", "w").write("<!doctype html>")
for path in (folder + "/page.html", "page.html"):
    try:
        write_page(path, "x" * 10_000)
    except InvalidValue as error:
        print(error)
    os.makedirs(folder + "/gone")
    os.chdir(folder + "/gone")
    os.rmdir(folder + "/gone")
"""


def test_a_full_disk_and_a_working_folder_that_is_gone_are_told(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", _NARROW, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    ).stdout.splitlines()
    assert len(said) == 2
    assert str(tmp_path / "page.html") in said[0] and "File too large" in said[0] and ".tmp" not in said[0]
    assert "'page.html'" in said[1] and "No such file or directory" in said[1]
    assert [one.name for one in tmp_path.iterdir()] == ["page.html"]
    assert (tmp_path / "page.html").read_text() == "<!doctype html>"
