"""Files as bytes: each read once, within bounds, and with the hash of what was read."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path

from graphkit.errors import Fault, InvalidValue

#: Larger files are refused rather than read into memory; GRAPHKIT_MAX_MB sets another number of megabytes.
MAX_MB = 256
_MOST_MB = 1_000_000
#: As many bytes of standard input as tell whether it is text at all.
_HEAD = 1 << 20


def quote_value(value: object) -> str:
    """Return a value as a message quotes it: on one line, escaped, at most about 60 characters.

    >>> quote_value("a\\nb")
    "'a\\\\nb'"
    """
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "...")


def print_path(path: Path) -> str:
    """Return a path as messages show it, printable whatever bytes its name is made of."""
    text = os.fsencode(path).decode(errors="backslashreplace")
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def name_input(path: Path) -> str:
    """Return what messages call a file that is read: - is standard input."""
    return "standard input" if str(path) == "-" else print_path(path)


def read_standard_input(most: int, wanted: str) -> bytes:
    """Return the bytes of standard input. Raises InvalidValue where they are more than `most`, or all zero.

    `wanted` says what should have come: "give a list of names".
    """
    data = sys.stdin.buffer.read(_HEAD) if sys.stdin else b""
    if data and not data.strip(b"\0"):  # such as /dev/zero: nothing comes after
        raise InvalidValue(f"standard input holds zero bytes and no text: {wanted}")
    data += sys.stdin.buffer.read(most + 1 - len(data)) if len(data) == _HEAD else b""
    if len(data) > most:
        raise InvalidValue(f"standard input holds more than {most:,} bytes: {wanted}, in parts")
    return data


def is_there(path: Path) -> bool:
    """Say whether something bears a name, be it a dangling link or beyond our permissions."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True


def is_file_name(name: str) -> bool:
    """Say whether a text is the plain name of a file, in no other folder and not hidden."""
    return bool(name) and "/" not in name and "\\" not in name and not name.startswith(".")


def find_folder_fault(folder: Path) -> Fault | None:
    """Return what is wrong with a folder as the place of a fact base, None if it can be one."""
    mend = "give the folder of a fact base"
    try:
        if stat.S_ISDIR(folder.stat().st_mode):
            return None
        return Fault(print_path(folder), 0, "is a file, not a folder", mend)
    except (FileNotFoundError, NotADirectoryError):
        return Fault(print_path(folder), 0, "is a folder that does not exist", mend)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return Fault(print_path(folder), 0, f"cannot be read ({reason})", mend)


def get_byte_limit(megabytes: int = MAX_MB) -> int:
    """Return how large a file may be, in bytes: so many megabytes, unless GRAPHKIT_MAX_MB says otherwise.

    Raises InvalidValue where that is no number.
    """
    given = os.environ.get("GRAPHKIT_MAX_MB", "")
    if not given:
        return megabytes << 20
    if not (given.isascii() and given.isdecimal() and 0 < int(given) <= _MOST_MB):
        raise InvalidValue(f"GRAPHKIT_MAX_MB is {given!r}: write a whole number of megabytes, 1 to {_MOST_MB:,}")
    return int(given) << 20


class Files:
    """Reads files and keeps the faults met, what is worth a warning, and the SHA-256 of what was read."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.warnings: list[str] = []
        self.digests: dict[Path, bytes] = {}

    def fault(self, file: str, line: int, what: str, mend: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(file, line, what, mend))

    def digest(self, path: Path, folder: Path) -> bytes:
        """Return the SHA-256 of a file's bytes, as they were when it was read; a constant where it cannot be."""
        if path not in self.digests:
            silent = Files()  # what is wrong with it is told where its content is wanted
            silent.read(path, folder)
            self.digests |= silent.digests
        return self.digests.get(path, b"unreadable")

    def read(self, path: Path, folder: Path | None, most: int | None = None) -> bytes | None:
        """Return the bytes of a regular file, inside a folder if one is given.

        None, and a fault, where that cannot be, or where it has more than `most` bytes.
        """
        most = get_byte_limit() if most is None else most
        try:
            status = path.stat()
            if folder is not None and not path.resolve().is_relative_to(folder.resolve()):
                what, mend = "is a link to a place outside its folder", "put the file itself here"
            elif stat.S_ISDIR(status.st_mode):
                what, mend = "is a folder where a file is expected", "put a file of that name here"
            elif not stat.S_ISREG(status.st_mode):
                what, mend = "is not a regular file", "put a plain file here"
            elif status.st_size > most:
                what = f"has {status.st_size:,} bytes, more than {most:,}"
                mend = "split it, or set GRAPHKIT_MAX_MB to as many megabytes"
            else:
                with path.open("rb") as file:
                    data = file.read(min(most, status.st_size) + 1)  # as much is set aside as is asked for
                    data += file.read(most + 1 - len(data)) if len(data) > status.st_size else b""  # it has grown
                self.digests[path] = hashlib.sha256(data).digest()
                return data[:most]
        except FileNotFoundError:
            what = "points to a file that does not exist" if path.is_symlink() else "is missing"
            mend = "add the file"
        except (OSError, RuntimeError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            what, mend = f"cannot be read ({reason})", "mend the file or its permissions"
        self.fault(print_path(path), 0, what, mend)
        return None


def lock_file(handle: int) -> None:
    """Lock a file for this process alone, until it is closed. Raises BlockingIOError where another has it."""
    try:
        import fcntl
    except ImportError:  # Windows
        try:
            import msvcrt
        except ImportError:  # nobody can lock: the writer that ends last is the one that counts
            return
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except PermissionError as error:
            raise BlockingIOError(*error.args) from None
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
