"""Backups: a folder with a copy of the database, the wrapped keys and the recordings, verified after it was written.

Everything in it is encrypted as it is in the data folder; the list of its files carries sums and no names.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import ankletest
from ankletest.errors import StoreError
from ankletest.store import migrating
from ankletest.store.database import Database, free_name, make_engine
from ankletest.store.keys import DataKey
from ankletest.store.places import DATABASE, KEYS, KEYS_COPY, RECORDINGS, copy_file, recordings_of, sha256_of

LIST = "backup.json"
FORMAT = 1
PREFIX = "ankletest-backup-"
UNFINISHED = ".unfinished"
SPARE = 50_000_000
"""Bytes that must be left over on the drive of a backup."""
_AGAIN = "Choose another drive, or make room; the data folder is as it was."

Progress = Callable[[float], None]
"""Told how far it is, 0-1."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list of a backup says: when, by which program, from which schema, and its files with their sums."""

    at: datetime
    program: str
    schema: str
    audit_head: str
    files: Mapping[str, str]


def write_backup(database: Database, folder: Path, parent: Path, key: DataKey, *, audit_head: str, progress: Progress) -> Path:
    """Write a backup into a new folder under ``parent``, read it again, and return it.

    Raises
    ------
    StoreError
        The database is damaged, there is no room, the drive does not take it, or what is read again differs. No backup is left then.
    """
    database.check()
    _demand_room(folder, parent)
    now = datetime.now(UTC)
    target = free_name(parent / f"{PREFIX}{now:%Y-%m-%d_%H%M%S}")
    working = target.with_name(target.name + UNFINISHED)
    try:
        (working / RECORDINGS).mkdir(parents=True)
        _fill(database, folder, working, Listed(now, ankletest.__version__, migrating.head(), audit_head, {}), progress)
        verify_backup(working, key)
        working.rename(target)
    except OSError as error:
        shutil.rmtree(working, ignore_errors=True)
        raise StoreError(f"The backup cannot be written to {parent}: {error.strerror or error}.", _AGAIN) from error
    except StoreError:
        shutil.rmtree(working, ignore_errors=True)
        raise
    progress(1.0)
    return target


def verify_backup(place: Path, key: DataKey | None = None) -> Listed:
    """Read every file of a backup again, and with the key also the database; return what the list says.

    Raises
    ------
    StoreError
        It is no backup, a newer program wrote it, or a file is missing or differs.
    """
    listed = read_list(place)
    for name, digest in listed.files.items():
        try:
            same = sha256_of(place / name) == digest
        except OSError as error:
            raise StoreError(f"The backup {place.name} cannot be read: {name}: {error.strerror}.", "Take another backup.") from error
        if not same:
            raise StoreError(f"The backup {place.name} is damaged: {name} is not as it was written.", "Take another backup.")
    if key is not None:
        _check_database(place / DATABASE, key)
    return listed


def read_list(place: Path) -> Listed:
    """Return the list of a backup; raises ``StoreError`` when there is none that can be read."""
    try:
        content = json.loads((place / LIST).read_text("utf-8"))
        version = int(content["format"])
        if version > FORMAT:
            raise StoreError(f"The backup has format {version}; this program reads up to format {FORMAT}.", "Update ankletest.")
        files = {str(name): str(digest) for name, digest in content["files"].items()}
        at = datetime.fromisoformat(content["at"])
        listed = Listed(at, str(content["program"]), str(content["schema"]), str(content["audit_head"]), files)
    except FileNotFoundError as error:
        raise StoreError(f"{place.name} is no backup of ankletest: {LIST} is missing.", "Choose a folder that a backup made.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"The list {LIST} of the backup {place.name} cannot be read ({error}).", "Take another backup.") from error
    if any(Path(name).is_absolute() or ".." in Path(name).parts for name in files):
        raise StoreError(f"The list {LIST} of the backup {place.name} names a file outside of it.", "Take another backup.")
    return listed


def write_list(place: Path, listed: Listed) -> None:
    """Write the list of a backup; raises ``OSError``."""
    fields = {
        "format": FORMAT,
        "at": listed.at.isoformat(),
        "program": listed.program,
        "schema": listed.schema,
        "audit_head": listed.audit_head,
        "files": dict(listed.files),
    }
    fresh = place / f"{LIST}.new"
    fresh.write_text(json.dumps(fields, indent=1), "utf-8")
    fresh.replace(place / LIST)


def _fill(database: Database, folder: Path, working: Path, listed: Listed, progress: Progress) -> None:
    database.backup(working / DATABASE)
    files = {DATABASE: sha256_of(working / DATABASE)}
    recordings = recordings_of(folder)
    sources = [*(folder / name for name in (KEYS, KEYS_COPY) if (folder / name).is_file()), *recordings]
    whole = sum(path.stat().st_size for path in sources) or 1
    done = 0
    for source in sources:
        name = source.relative_to(folder).as_posix()
        files[name] = copy_file(source, working / name)
        done += (working / name).stat().st_size
        # The second half is reading it again.
        progress(0.5 * min(1.0, done / whole))
    write_list(working, Listed(listed.at, listed.program, listed.schema, listed.audit_head, files))


def _demand_room(folder: Path, parent: Path) -> None:
    try:
        wanted = sum(path.stat().st_size for path in [folder / DATABASE, *recordings_of(folder)]) + SPARE
        free = shutil.disk_usage(parent).free
    except OSError as error:
        raise StoreError(f"The backup cannot be written to {parent}: {error.strerror}.", _AGAIN) from error
    if free < wanted:
        raise StoreError(f"There is no room for the backup: {free / 1e6:.0f} MB are free, {wanted / 1e6:.0f} MB are needed.", _AGAIN)


def _check_database(path: Path, key: DataKey) -> None:
    """Open the copy as it lies there and check it; its schema may be an older one."""
    engine = make_engine(path, key, look=True)
    try:
        Database(path, engine).check()
    finally:
        engine.dispose()
