"""Puts a backup in the place of a data folder: what was there is set aside, never deleted, and a crash in the middle is made good.

The backup is copied and checked first. Only then names change, one after the other, from a folder that says by its name that it is
whole; whatever of it is still there when the store is opened is moved then.
"""

import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ankletest.errors import StoreError
from ankletest.store import audit, erasing
from ankletest.store.audit import Act
from ankletest.store.backups import LIST, Listed, verify_backup
from ankletest.store.database import Database, free_name
from ankletest.store.keys import DataKey
from ankletest.store.places import DATABASE, KEYS, KEYS_COPY, RECORDINGS, copy_file, with_journals

UNFINISHED, READY = "restore.unfinished", "restore.ready"
ASIDE = "aside.name"
"""In the folder that is ready: the name of the folder that takes what was there."""

Progress = Callable[[float], None]
"""Told how far it is, 0-1."""


@dataclass(frozen=True, slots=True)
class Restored:
    """When the backup was made, where the data folder's former content is, and a sentence about what is to be known."""

    made_at: datetime
    aside: Path
    told: str


def restore(folder: Path, backup: Path, key: DataKey, progress: Progress = lambda _: None) -> Restored:
    """Restore a backup into a data folder that no program has open (hold its ``FolderLock``).

    Parameters
    ----------
    folder
        The data folder; it may be empty.
    backup
        Folder of the backup.
    key
        Opened from the backup's key file by the passphrase of its day.
    progress
        Told how far it is.

    Raises
    ------
    StoreError
        The backup is damaged or cannot be copied: the data folder is as it was then.
    """
    listed = verify_backup(backup, key)
    erased, why = _erased_since(folder, key)
    working, ready = folder / UNFINISHED, folder / READY
    aside = free_name(folder / f"before-restore-{datetime.now(UTC):%Y-%m-%d_%H%M%S}")
    try:
        shutil.rmtree(working, ignore_errors=True)
        (working / RECORDINGS).mkdir(parents=True)
        _copy(backup, working, listed, progress)
        (working / ASIDE).write_text(aside.name, "utf-8")
        working.rename(ready)
        finish_restore(folder)
    except OSError as error:
        shutil.rmtree(working, ignore_errors=True)
        raise StoreError(
            f"The backup cannot be restored: {error.strerror or error}.", "Make room or choose another data folder, then try again."
        ) from error
    except StoreError:
        shutil.rmtree(working, ignore_errors=True)
        raise
    database = Database.open(folder / DATABASE, key)
    try:
        back = erasing.apply(database, folder, erased)
        with database.writing() as session:
            audit.note(session, Act.RESTORE, "store", detail=f"backup of {listed.at:%Y-%m-%d %H:%M} UTC")
    finally:
        database.close()
    progress(1.0)
    again = f"{back} clients who were erased since were erased again." if back else ""
    return Restored(listed.at, aside, " ".join(word for word in (again, why) if word))


def finish_restore(folder: Path) -> bool:
    """Move what is ready into its place; return False when nothing was. Raises ``OSError``."""
    ready = folder / READY
    if not ready.is_dir():
        return False
    aside = folder / (ready / ASIDE).read_text("utf-8")
    aside.mkdir(exist_ok=True)
    for name in (RECORDINGS, KEYS, KEYS_COPY, DATABASE):
        fresh, place = ready / name, folder / name
        if not fresh.exists():
            continue
        former = list(with_journals(place)) if name == DATABASE else [place] if place.exists() else []
        for path in former:
            path.rename(aside / path.name)
        fresh.rename(place)
    shutil.rmtree(ready)
    if not any(aside.iterdir()):
        aside.rmdir()
    return True


def _copy(backup: Path, working: Path, listed: Listed, progress: Progress) -> None:
    names = [name for name in listed.files if name != LIST]
    for done, name in enumerate(names, start=1):
        (working / name).parent.mkdir(parents=True, exist_ok=True)
        if copy_file(backup / name, working / name) != listed.files[name]:
            raise StoreError(f"The backup {backup.name} changed while it was read: {name}.", "Try again, or take another backup.")
        progress(0.9 * done / len(names))


def _erased_since(folder: Path, key: DataKey) -> tuple[list[uuid.UUID], str]:
    """Return who was erased in the data folder as it is, so that the backup does not bring them back."""
    path = folder / DATABASE
    if not path.exists():
        return [], ""
    try:
        database = Database.open(path, key)
    except StoreError:
        return [], "Whether the backup holds clients who were erased since cannot be told: the former database does not open."
    try:
        return erasing.erased_of(database), ""
    except StoreError:
        return [], "Whether the backup holds clients who were erased since cannot be told: the former database is damaged."
    finally:
        database.close()
