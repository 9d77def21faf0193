"""Puts a backup in the place of a data folder: what was there is set aside, never deleted, and a crash in the middle is made good.

The backup is copied and checked first. Only then names change, one after the other, from a folder that says by its name that it is
whole; whatever of it is still there when the data folder is used again is moved then. What the former database knows and the backup cannot,
who was erased since and where other backups are, waits in a file beside the database until it is written into it.
"""

import json
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from ankletest.errors import StoreError
from ankletest.places import sync_folder
from ankletest.store import audit, erasing
from ankletest.store.audit import Act
from ankletest.store.backups import LIST, Listed, verify_backup
from ankletest.store.database import Database, free_name
from ankletest.store.folder_lock import at_work, demand_rest
from ankletest.store.keys import DataKey
from ankletest.store.mending import mend
from ankletest.store.places import DATABASE, KEYS, KEYS_COPY, RECORDINGS, copy_file, remove, with_journals, write_text
from ankletest.store.records import BackupRecord

log = logging.getLogger(__name__)

UNFINISHED, READY, DONE = "restore.unfinished", "restore.ready", "restore.done"
ASIDE = "aside.name"
"""In the folder that is ready: the name of the folder that takes what was there."""
KNOWN = "restore.known.json"
"""What is to be written into the restored database; ids and places, no names."""

Progress = Callable[[float], None]
"""Told how far it is, 0-1."""


@dataclass(frozen=True, slots=True)
class Restored:
    """When the backup was made, where the data folder's former content is, and a sentence about what is to be known."""

    made_at: datetime
    aside: Path
    told: str


@dataclass(frozen=True, slots=True)
class Known:
    """What goes into a restored database: when the backup was made (UTC), who was erased and the copies to reach, where backups are."""

    made_at: str
    erased: dict[str, list[str]]
    backups: dict[str, str]

    def as_text(self) -> str:
        """Return it as it is written."""
        return json.dumps({"made_at": self.made_at, "erased": self.erased, "backups": self.backups})

    @classmethod
    def from_text(cls, text: str) -> "Known":
        """Return what was written; raises ``ValueError``, ``KeyError``, ``TypeError`` or ``AttributeError`` for anything else."""
        content = json.loads(text)
        erased = {str(uuid.UUID(client)): [str(place) for place in places] for client, places in content["erased"].items()}
        return cls(str(content["made_at"]), erased, {str(place): str(at) for place, at in content["backups"].items()})


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
    with at_work(folder):
        known, why = _known(folder, backup, listed, key)
        working = folder / UNFINISHED
        aside = free_name(folder / f"before-restore-{datetime.now(UTC):%Y-%m-%d_%H%M%S}")
        try:
            remove(working)
            (working / RECORDINGS).mkdir(parents=True)
            _copy(backup, working, listed, progress)
            write_text(working / KNOWN, known.as_text())
            write_text(working / ASIDE, aside.name)
            sync_folder(working / RECORDINGS)
            working.rename(folder / READY)
            finish_restore(folder)
        except OSError as error:
            remove(working)
            raise StoreError(
                f"The backup cannot be restored: {error.strerror or error}.", "Make room or choose another data folder, then try again."
            ) from error
        except StoreError:
            remove(working)
            raise
        database = Database.open(folder / DATABASE, key)
        try:
            back = write_known(database, folder)
        finally:
            database.close()
    progress(1.0)
    again = f"{back} clients who were erased since were erased again." if back else ""
    return Restored(listed.at, aside, " ".join(word for word in (again, why) if word))


def finish_restore(folder: Path) -> bool:
    """Move what is ready into its place, and remove what a restore left that died before; return False when nothing was ready.

    Raises ``OSError``.
    """
    ready, done = folder / READY, folder / DONE
    if not ready.is_dir():
        remove(folder / UNFINISHED)
        remove(done)
        return False
    aside = folder / (ready / ASIDE).read_text("utf-8")
    aside.mkdir(exist_ok=True)
    for name in (KNOWN, RECORDINGS, KEYS, KEYS_COPY, DATABASE):
        fresh, place = ready / name, folder / name
        if not fresh.exists():
            continue
        former = list(with_journals(place)) if name == DATABASE else [place] if place.exists() else []
        for path in former:
            # Its name may be taken, by what was moved before a crash and made again since.
            path.rename(free_name(aside / path.name))
        fresh.rename(place)
    sync_folder(folder)
    remove(done)
    ready.rename(done)  # half of it may be removed when somebody pulls the plug: it is not to be taken for a whole one
    remove(done)
    if not any(aside.iterdir()):
        aside.rmdir()
    return True


def settle(folder: Path) -> None:
    """Finish what a restore left in a data folder, before its keys are read or anything is recorded into it.

    Raises
    ------
    StoreError
        It cannot be finished, or a restore or a move is going on.
    """
    demand_rest(folder)
    try:
        finish_restore(folder)
    except OSError as error:
        raise StoreError(f"A restore cannot be finished: {error.strerror}.", "Make room in the data folder, then try again.") from error


def write_known(database: Database, folder: Path) -> int:
    """Write what waits for a restored database into it, if there is anything; return how many clients were erased again."""
    path = folder / KNOWN
    try:
        known = Known.from_text(path.read_text("utf-8"))
    except FileNotFoundError:
        return 0
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("what a restore left to be written into the database cannot be read: %s", error)
        return 0
    at = known.made_at
    with database.writing() as session:
        there = set(session.scalars(select(BackupRecord.place)))
        for place, made in known.backups.items():
            if place not in there:
                session.add(BackupRecord(at=datetime.fromisoformat(made), place=place))
        audit.note(session, Act.RESTORE, "store", detail=f"backup of {at} UTC")
    back = erasing.apply(database, folder, {uuid.UUID(client): places for client, places in known.erased.items()})
    path.unlink()
    return back


def _copy(backup: Path, working: Path, listed: Listed, progress: Progress) -> None:
    names = [name for name in listed.files if name != LIST]
    for done, name in enumerate(names, start=1):
        (working / name).parent.mkdir(parents=True, exist_ok=True)
        if not listed.knows(name, copy_file(backup / name, working / name)):
            raise StoreError(f"The backup {backup.name} changed while it was read: {name}.", "Try again, or take another backup.")
        progress(0.9 * done / len(names))


def _known(folder: Path, backup: Path, listed: Listed, key: DataKey) -> tuple[Known, str]:
    """Return what the data folder as it is knows and the backup cannot, and a sentence where that cannot be told."""
    made_at = f"{listed.at:%Y-%m-%d %H:%M}"
    backups = {str(backup.resolve()): listed.at.isoformat()}
    path, bare = folder / DATABASE, Known(made_at, {}, backups)
    if not path.exists():
        return bare, ""
    try:
        mend(path, key)
        database = Database.open(path, key)
    except StoreError:
        return bare, "Whether the backup holds clients who were erased since cannot be told: the former database does not open."
    try:
        with database.reading() as session:
            rows = session.execute(select(BackupRecord.place, BackupRecord.at)).all()
        backups = {place: at.replace(tzinfo=UTC).isoformat() for place, at in rows} | backups
        return Known(made_at, {str(client): places for client, places in erasing.erased_of(database).items()}, backups), ""
    except StoreError:
        return bare, "Whether the backup holds clients who were erased since cannot be told: the former database is damaged."
    finally:
        database.close()
