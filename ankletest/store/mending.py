"""Mends the journal that a crash left beside the database, before the library reads it; nothing that can be had is given up."""

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ankletest.errors import StoreError
from ankletest.places import sync_folder
from ankletest.store.database import UNFINISHED, Database, free_name, make_engine
from ankletest.store.journal import broken
from ankletest.store.keys import DataKey
from ankletest.store.places import copy_file, drop_database

WAL, INDEX = "-wal", "-shm"
MENDED = "A damaged place in the journal of the last session was mended: nothing is missing."
CUT = (
    "The journal of the last session is damaged: what was saved last before the program ended may be missing. "
    "The recordings are whole, and the database as it was found is kept as {copy}."
)


def mend(path: Path, key: DataKey) -> str:
    """Mend the journal of a database that nobody has open; return a sentence where there was something to mend, else nothing.

    What lies behind a bad byte is taken back when every page of it passes its own seal (SQLCipher's HMAC), on a copy first. Else the
    journal is cut where the library would stop, after everything was copied. A program that dies meanwhile leaves the journal as it was,
    or mended.

    Raises
    ------
    StoreError
        It cannot be read or written, this is not the key, or more than the journal is damaged: nothing was changed then.
    """
    journal = path.with_name(path.name + WAL)
    try:
        found = broken(journal.read_bytes()) if journal.exists() else None
        if found is None:
            return ""
        with suppress(StoreError):
            _try(path, found.whole, key)
            _put(journal, found.whole)
            return MENDED
        _try(path, found.sound, key)
        copy = _keep(path, journal)
        _put(journal, found.sound)
        return CUT.format(copy=copy.name)
    except OSError as error:
        raise StoreError(f"{journal.name} cannot be mended: {error.strerror}.", "Make room, or make the data folder writable.") from error


def demand_whole(path: Path) -> None:
    """Raise ``StoreError`` where there is something to mend: opened as it is, the library gives up what lies behind the bad byte.

    For who only looks, and has another program beside that may write: what differs when it is read again is being written.
    """
    journal = path.with_name(path.name + WAL)
    try:
        data = journal.read_bytes() if journal.exists() else b""
        damaged = broken(data) is not None and journal.read_bytes() == data
    except FileNotFoundError:
        return  # the other program has let go of it
    except OSError as error:
        raise StoreError(f"{journal.name} cannot be read: {error.strerror}.", "Make the data folder readable.") from error
    if damaged:
        raise StoreError(
            "The journal of the last session is damaged, and a window that only looks mends nothing.",
            "Unlock the store in the other window first, or close that one and unlock it here.",
        )


def _try(path: Path, journal: bytes, key: DataKey) -> None:
    """Demand that the database with such a journal is sound, of a copy that is gone when this returns."""
    working = _working(path)
    try:
        shutil.copyfile(path, working)
        working.with_name(working.name + WAL).write_bytes(journal)
        database = Database(path, make_engine(working, key))
        try:
            database.settle()
            database.check()
        finally:
            database.close()
    finally:
        drop_database(working)


def _keep(path: Path, journal: Path) -> Path:
    """Copy both to the disk under the name of copies; the database has the name first, as an erasure finds a journal by it."""
    copy = free_name(path.with_name(f"{path.stem}-before-mending-{datetime.now(UTC):%Y-%m-%d_%H%M%S}{path.suffix}"))
    working = _working(path)
    for source, ending in ((path, ""), (journal, WAL)):
        copy_file(source, working.with_name(working.name + ending))
    working.rename(copy)
    working.with_name(working.name + WAL).rename(copy.with_name(copy.name + WAL))
    sync_folder(copy.parent)
    return copy


def _working(path: Path) -> Path:
    return path.with_name(f"{path.stem}-mending{UNFINISHED}")


def _put(journal: Path, data: bytes) -> None:
    """Exchange the journal in one go, or leave the one that is there; its index is of the one before."""
    fresh = journal.with_name(f"{journal.name}{UNFINISHED}")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    journal.with_name(journal.name.removesuffix(WAL) + INDEX).unlink(missing_ok=True)
    fresh.replace(journal)
    sync_folder(journal.parent)
