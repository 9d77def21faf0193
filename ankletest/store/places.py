"""What lies where in a data folder, and how a file is copied, summed and overwritten; nothing of what is in them."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ankletest.errors import StoreError
from ankletest.places import sync_folder

DATABASE = "ankletest.db"
KEYS = "keys.json"
KEYS_COPY = "keys-copy.json"
RECORDINGS = "recordings"
BLOCK = 1 << 20
JOURNALS = ("-wal", "-shm", "-journal")


def demand_folder(folder: Path) -> None:
    """Make the data folder; raises ``StoreError`` where that is not possible."""
    try:
        (folder / RECORDINGS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The data folder cannot be made: {error.strerror}.", "Choose a folder that can be written.") from error


def recordings_of(folder: Path) -> list[Path]:
    """Return the files of a folder's recordings, sealed or not, by name; copies in the making are left out."""
    place = folder / RECORDINGS
    if not place.is_dir():
        return []
    return sorted(path for path in place.iterdir() if path.is_file() and path.suffix != ".restoring")


def copy_file(source: Path, target: Path) -> str:
    """Copy a file to the disk and return the SHA-256 of what was copied, in hex; raises ``OSError``."""
    digest = hashlib.sha256()
    with source.open("rb") as old, target.open("xb") as new:
        while piece := old.read(BLOCK):
            digest.update(piece)
            new.write(piece)
        new.flush()
        os.fsync(new.fileno())
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex; raises ``OSError``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_text(path: Path, text: str) -> None:
    """Write a small file in one go, and bring it to the disk: there is the old one or the new one; raises ``OSError``."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def remove(place: Path) -> None:
    """Remove a folder of which nothing is wanted any more, if it is there; what cannot be removed stays."""
    shutil.rmtree(place, ignore_errors=True)


def drop_database(database: Path) -> None:
    """Remove a database of which nothing is wanted any more, with its journals; what cannot be removed stays."""
    for path in with_journals(database):
        with contextlib.suppress(OSError):
            path.unlink()


def shred(path: Path) -> None:
    """Overwrite a file and delete it; raises ``OSError``. What a drive or a file system keeps of old blocks cannot be reached."""
    with path.open("r+b") as file:
        _overwrite(file)
    path.unlink()


def replace_shredded(fresh: Path, path: Path) -> None:
    """Put a file in the place of another in one go, and overwrite the other; raises ``OSError``."""
    if os.name == "nt":  # a file that is open cannot be replaced there, and one that is not named cannot be opened
        fresh.replace(path)
        return
    with path.open("r+b") as file:
        fresh.replace(path)
        sync_folder(path.parent)
        _overwrite(file)


def _overwrite(file: BinaryIO) -> None:
    left = os.fstat(file.fileno()).st_size
    while left > 0:
        left -= file.write(bytes(min(BLOCK, left)))
    file.flush()
    os.fsync(file.fileno())


def with_journals(database: Path) -> Iterator[Path]:
    """Yield the journals of a database that are there, then the database itself."""
    for ending in JOURNALS:
        journal = database.with_name(database.name + ending)
        if journal.exists():
            yield journal
    if database.exists():
        yield database
