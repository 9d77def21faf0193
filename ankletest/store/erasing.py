"""Erases a client: rows, recordings, and the same in every copy that is known; what cannot be reached is told and tried again.

The rows go first, in one transaction that also writes down which files and copies are still to go. So a program that dies in the middle
goes on with it when it opens the store again, and a backup that is restored brings nobody back.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as OrmSession

from ankletest.errors import StoreError
from ankletest.store import audit
from ankletest.store.audit import Act
from ankletest.store.backups import LIST, PREFIX, read_list, write_list
from ankletest.store.database import Database, make_engine, told
from ankletest.store.keys import DataKey
from ankletest.store.places import DATABASE, copy_file, recordings_of, replace_shredded, sha256_of, shred
from ankletest.store.records import BackupRecord, ClientRecord, ErasureRecord, VisitRecord

COPIES = f"{Path(DATABASE).stem}-before-*{Path(DATABASE).suffix}"
"""Copies of the database that a migration left in the data folder."""
ASIDE = "before-restore-*"
"""What a restored data folder was before."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What became of it: recordings that are gone, and a sentence about everything that could not be reached yet."""

    recordings: int
    left: tuple[str, ...]


def erase(database: Database, folder: Path, key: DataKey, client: uuid.UUID) -> Erasure:
    """Erase a client for good.

    Raises
    ------
    StoreError
        The client is not there, or the database cannot be written: nothing was erased then.
    """
    with database.writing() as session:
        row = session.get(ClientRecord, client)
        if row is None:
            raise StoreError("This client is not there any more.", "Look at the list of clients.")
        recorded = list(session.scalars(select(VisitRecord.recording).where(VisitRecord.client_id == client)))
        others = set(session.scalars(select(VisitRecord.recording).where(VisitRecord.client_id != client)))
        places = [str(path) for path in [*sorted(folder.glob(COPIES)), *sorted(folder.glob(ASIDE))]]
        places += session.scalars(select(BackupRecord.place)).all()
        files = [str(path) for path in _files(folder, recorded, others)]
        session.execute(delete(ClientRecord).where(ClientRecord.id == client))
        session.merge(ErasureRecord(client_id=client, at=datetime.now(UTC), files=files, backups=places))
        audit.note(session, Act.ERASE, "client", client, detail=f"{len(recorded)} visits, {len(files)} files, {len(places)} copies")
    database.settle()
    return Erasure(len(files), tuple(go_on(database, folder, key)))


def go_on(database: Database, folder: Path, key: DataKey | None) -> list[str]:
    """Erase what is still to be reached; with no key only files. Return sentences about what could not be, each once."""
    with database.reading() as session:
        pending = [(row.client_id, list(row.files), list(row.backups)) for row in session.scalars(select(ErasureRecord))]
    left: list[str] = []
    for client, files, backups in pending:
        if not files and (not backups or key is None):
            continue
        files_left = [name for name in files if _failed(folder / name, left)]
        backups_left = backups if key is None else [place for place in backups if _not_reached(Path(place), folder, key, client, left)]
        with database.writing() as session:
            row = session.get_one(ErasureRecord, client)
            row.files, row.backups = files_left, backups_left
    return list(dict.fromkeys(left))


def apply(database: Database, folder: Path, erased: Mapping[uuid.UUID, Sequence[str]]) -> int:
    """Erase clients again who were erased after this database was copied; return how many were back.

    ``erased`` names the copies of each that are still to be reached; those that the database knows itself stay.
    """
    back = 0
    for client, places in erased.items():
        with database.writing() as session:
            entry = session.get(ErasureRecord, client)
            if entry is None:
                entry = ErasureRecord(client_id=client, at=datetime.now(UTC), files=[], backups=[])
                session.add(entry)
            entry.backups = list(dict.fromkeys([*entry.backups, *places]))
            row = session.get(ClientRecord, client)
            if row is None:
                continue
            recorded = list(session.scalars(select(VisitRecord.recording).where(VisitRecord.client_id == client)))
            others = set(session.scalars(select(VisitRecord.recording).where(VisitRecord.client_id != client)))
            entry.files = [str(path) for path in _files(folder, recorded, others)]
            session.execute(delete(ClientRecord).where(ClientRecord.id == client))
            audit.note(session, Act.ERASE, "client", client, detail="again, after a backup was restored")
            back += 1
    database.settle()
    go_on(database, folder, None)
    return back


def erased_of(database: Database) -> dict[uuid.UUID, list[str]]:
    """Return who was erased, with the copies of each that are still to be reached."""
    with database.reading() as session:
        return {row.client_id: list(row.backups) for row in session.scalars(select(ErasureRecord))}


def forget_backup(session: OrmSession, place: str) -> None:
    """Take a backup off the list of known ones."""
    session.execute(delete(BackupRecord).where(BackupRecord.place == place))


def _files(folder: Path, recorded: Sequence[str], others: set[str]) -> list[Path]:
    """Return a client's recordings with what was restored of them or left by a crash; paths relative to the folder where they are in it."""
    out: list[Path] = []
    beside = recordings_of(folder)
    for name in recorded:
        if name in others or not name:
            continue
        stem = PurePosixPath(name).stem
        near = [p for p in beside if p.name.startswith(stem) and p.name[len(stem) : len(stem) + 1] in {".", "-"}]
        mine = [p.relative_to(folder) for p in near if p.relative_to(folder).as_posix() not in others]
        if (folder / name).is_file() and Path(name) not in mine:
            mine.append(Path(name))
        out.extend(mine)
    return list(dict.fromkeys(out))


def _failed(path: Path, left: list[str]) -> bool:
    try:
        shred(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        left.append(f"The recording {path.name} cannot be erased now ({error.strerror}); it is tried again when the store is opened.")
        return True
    return False


def _not_reached(place: Path, folder: Path, key: DataKey, client: uuid.UUID, left: list[str]) -> bool:
    """Erase a client in a copy; True when it cannot be reached, after a sentence about it.

    A folder where a drive is hung into the system stays when the drive is pulled, and another drive may have its letter: only other
    backups beside it tell that the drive is there.
    """
    try:
        if place.is_dir():
            _erase_in_folder(place, key, client)
        elif place.is_file():
            _erase_rows(place, key, client)
        elif any(place.parent.glob(f"{PREFIX}*")) or place.parent == folder:
            return False  # the drive is there, with other backups, and this one is not: somebody deleted it
        else:
            left.append(
                f"The copy {place} cannot be reached now; unless somebody deleted it, it still holds the client. "
                "It is tried again when the store is opened: let its drive be there then."
            )
            return True
    except (StoreError, OSError) as error:
        left.append(f"The copy {place} could not be changed: {error}")
        return True
    return False


def _erase_in_folder(place: Path, key: DataKey, client: uuid.UUID) -> None:
    """Erase in what a backup or a restore left. The rows go last: they are what tells which files are the client's."""
    database = place / DATABASE
    gone = _files(place, *_recorded(database, key, client))
    listed = read_list(place) if (place / LIST).is_file() else None
    if listed is None:
        for name in gone:
            shred(place / name)
        _erase_rows(database, key, client)
        return
    # At no moment does the list ask for a file that is gone, or for a database that is another.
    names = {name.as_posix() for name in gone}
    files = {name: digest for name, digest in listed.files.items() if name not in names}
    fresh = database.with_name(f"{DATABASE}.fresh")
    fresh.unlink(missing_ok=True)
    copy_file(database, fresh)
    try:
        _erase_rows(fresh, key, client)
        files = {**files, DATABASE: sha256_of(fresh)}
        write_list(place, replace(listed, files=files, former=sha256_of(database)))
        for name in gone:
            shred(place / name)
        replace_shredded(fresh, database)
        write_list(place, replace(listed, files=files, former=""))
    finally:
        fresh.unlink(missing_ok=True)


def _recorded(path: Path, key: DataKey, client: uuid.UUID) -> tuple[list[str], set[str]]:
    """Return the recordings of a client in a copy of whatever schema, and those of others."""
    engine = make_engine(path, key, journal="DELETE")
    try:
        with engine.begin() as connection:
            mine = {"id": client.hex}
            recorded = connection.execute(text("SELECT recording FROM visit WHERE client_id = :id"), mine).scalars().all()
            others = connection.execute(text("SELECT recording FROM visit WHERE client_id <> :id"), mine).scalars().all()
    except DBAPIError as error:
        raise told(error, path) from error
    finally:
        engine.dispose()
    return [str(name) for name in recorded], {str(name) for name in others}


def _erase_rows(path: Path, key: DataKey, client: uuid.UUID) -> None:
    """Erase a client's rows in a copy of whatever schema, all or none."""
    engine = make_engine(path, key, journal="DELETE")
    try:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM client WHERE id = :id"), {"id": client.hex})
    except DBAPIError as error:
        raise told(error, path) from error
    finally:
        engine.dispose()
