"""One writer a data folder: a lock that the system itself lets go of when its holder ends, however it ends; it asks nobody anything."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ankletest.errors import StoreError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = "in-use.lock"
WORK = "at-work.lock"
"""Held while files are exchanged under the database: by a restore and by a move."""
FAR = 1 << 30
"""On Windows a locked byte cannot be read by others; one far behind the number of the process is in nobody's way."""


class FolderLock:
    """Held while a program writes to a data folder; make it with ``take``."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    @classmethod
    def take(cls, folder: Path, name: str = LOCK) -> "FolderLock | None":
        """Take the folder; None when another program has it.

        Raises
        ------
        StoreError
            The folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = (folder / name).open("a+b", buffering=0)
        except OSError as error:
            raise StoreError(
                f"The data folder {folder.name} cannot be written: {error.strerror}.", "Choose a folder that can be written."
            ) from error
        try:
            _lock(file)
        except OSError:
            file.close()
            return None
        file.truncate(0)
        file.write(str(os.getpid()).encode())
        return cls(file)

    @classmethod
    def demand(cls, folder: Path) -> "FolderLock":
        """Take the folder; raises ``StoreError`` when another program has it."""
        taken = cls.take(folder)
        if taken is None:
            number = holder(folder)
            raise StoreError(
                f"Another ankletest{f' (process {number})' if number else ''} has the data folder {folder.name}.",
                "Close its window, then try again.",
            )
        return taken

    def unlock(self) -> None:
        """Let the folder go."""
        self._file.close()


@contextmanager
def at_work(folder: Path) -> Generator[None, None, None]:
    """Keep every other program from opening the store meanwhile; raises ``StoreError`` where one is at work already."""
    taken = FolderLock.take(folder, WORK)
    if taken is None:
        raise _at_work(folder)
    try:
        yield
    finally:
        taken.unlock()
        with suppress(OSError):
            (folder / WORK).unlink()


def demand_rest(folder: Path) -> None:
    """Raise ``StoreError`` while the files of a store are exchanged or moved."""
    if not (folder / WORK).exists():
        return
    taken = FolderLock.take(folder, WORK)
    if taken is None:
        raise _at_work(folder)
    taken.unlock()


def _at_work(folder: Path) -> StoreError:
    return StoreError(f"The data folder {folder.name} is being restored or moved.", "Wait until that is done, then try again.")


def holder(folder: Path) -> int:
    """Return the number of the process that has, or last had, the folder; 0 when nobody knows."""
    try:
        text = (folder / LOCK).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return 0
    return int(text) if text.isdecimal() else 0


def _lock(file: BinaryIO) -> None:
    """Lock without waiting; raises ``OSError`` when it is taken."""
    if sys.platform == "win32":
        file.seek(FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
