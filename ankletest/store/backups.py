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
from ankletest.places import sync_folder
from ankletest.store import migrating
from ankletest.store.database import Database, free_name, make_engine
from ankletest.store.folder_lock import LOCK, FolderLock
from ankletest.store.keys import DataKey
from ankletest.store.places import (
    DATABASE,
    KEYS,
    KEYS_COPY,
    RECORDINGS,
    copy_file,
    recordings_of,
    remove,
    sha256_of,
    write_text,
)

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
    """What the list of a backup says: when, by which program, from which schema, and its files with their sums.

    ``former`` is the sum that the database may have instead: while it is exchanged for one without an erased client.
    """

    at: datetime
    program: str
    schema: str
    audit_head: str
    files: Mapping[str, str]
    former: str = ""

    def knows(self, name: str, digest: str) -> bool:
        """Tell whether a file may have this sum."""
        return digest == self.files[name] or (name == DATABASE and bool(self.former) and digest == self.former)


def free_place(parent: Path) -> Path:
    """Return where the next backup under ``parent`` will be."""
    return free_name(parent / f"{PREFIX}{datetime.now(UTC):%Y-%m-%d_%H%M%S}")


def write_backup(database: Database, folder: Path, target: Path, key: DataKey, *, audit_head: str, progress: Progress) -> None:
    """Write a backup into a new folder, and read it again.

    Raises
    ------
    StoreError
        There is no room, the drive does not take it, or what is read again differs. No backup is left then.
    """
    parent = target.parent
    _demand_room(folder, parent)
    now = datetime.now(UTC)
    working = target.with_name(target.name + UNFINISHED)
    lock = None
    try:
        _clear(parent)
        (working / RECORDINGS).mkdir(parents=True)
        lock = FolderLock.take(working)
        _fill(database, folder, working, Listed(now, ankletest.__version__, migrating.head(), audit_head, {}), progress)
        verify_backup(working, key)
        if lock is not None:
            lock.unlock()
        (working / LOCK).unlink(missing_ok=True)
        sync_folder(working)
        working.rename(target)
        sync_folder(parent)
    except OSError as error:
        _give_up(working, lock)
        raise StoreError(f"The backup cannot be written to {parent}: {error.strerror or error}.", _AGAIN) from error
    except StoreError:
        _give_up(working, lock)
        raise
    progress(1.0)


def verify_backup(place: Path, key: DataKey | None = None) -> Listed:
    """Read every file of a backup again, and with the key also the database; return what the list says.

    Raises
    ------
    StoreError
        It is no backup, a newer program wrote it, or a file is missing or differs.
    """
    listed = read_list(place)
    for name in listed.files:
        try:
            same = listed.knows(name, sha256_of(place / name))
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
        former = str(content.get("former", ""))
        listed = Listed(at, str(content["program"]), str(content["schema"]), str(content["audit_head"]), files, former)
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
        **({"former": listed.former} if listed.former else {}),
    }
    write_text(place / LIST, json.dumps(fields, indent=1))


def _clear(parent: Path) -> None:
    """Remove what backups left here that were killed: whoever still writes one holds its lock."""
    for place in parent.glob(f"{PREFIX}*{UNFINISHED}"):
        lock = FolderLock.take(place)
        if lock is not None:
            _give_up(place, lock)


def _give_up(working: Path, lock: FolderLock | None) -> None:
    if lock is not None:
        lock.unlock()
    remove(working)


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
