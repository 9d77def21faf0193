"""What the program asks of the store: clients, visits, trials, the last numbers of a leg; in values of the core, never in table rows."""

import uuid
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, func, select

import ankletest
from ankletest.errors import StoreError
from ankletest.metrics.published import Sex
from ankletest.programme.felt import Felt, Stop
from ankletest.programme.round import Round
from ankletest.samples import Side
from ankletest.store import audit, backups, erasing, keys, looking, visiting
from ankletest.store.audit import Act
from ankletest.store.client_book import PAGE as PAGE
from ankletest.store.client_book import ClientBook
from ankletest.store.database import Database
from ankletest.store.mending import demand_whole, mend
from ankletest.store.people import Details
from ankletest.store.places import DATABASE as DATABASE
from ankletest.store.places import KEYS as KEYS
from ankletest.store.places import RECORDINGS as RECORDINGS
from ankletest.store.places import demand_folder
from ankletest.store.records import BackupRecord, SettingRecord, VisitRecord
from ankletest.store.restoring import settle, write_known
from ankletest.store.stored import Client as Client
from ankletest.store.stored import Measurement as Measurement
from ankletest.store.stored import StoredTrial as StoredTrial
from ankletest.store.stored import TrendPoint as TrendPoint
from ankletest.trial import Setup


class Desk:
    """The store of one data folder.

    Parameters
    ----------
    folder
        The data folder.
    database
        Open database in it.
    key
        The clinic's key; wiped by ``close``.
    mended
        What had to be mended before it could be opened, as a sentence; empty where nothing had to.
    """

    def __init__(self, folder: Path, database: Database, key: keys.DataKey, *, mended: str = "") -> None:
        self.folder = folder
        self.mended = mended
        self.database = database
        self.book = ClientBook(database)
        self._key = key
        self._seen: set[uuid.UUID] = set()

    @classmethod
    def open(cls, folder: Path, key: keys.DataKey, *, read_only: bool = False) -> "Desk":
        """Open (or make) the store of a data folder, and go on with what a crash interrupted: a restore, an erasure.

        ``read_only`` is for a second window: it changes nothing but the audit log. The key is copied; wipe what was handed in.
        """
        if read_only:
            demand_whole(folder / DATABASE)
        else:
            settle(folder)
            demand_folder(folder)
        own = keys.DataKey(key.secret)
        mended = "" if read_only else mend(folder / DATABASE, own)
        desk = cls(folder, Database.open(folder / DATABASE, own, read_only=read_only), own, mended=mended)
        try:
            if not read_only:
                write_known(desk.database, folder)
                erasing.go_on(desk.database, folder, None)
            if mended:
                desk.note(Act.RESTORE, "store", detail="journal")
            desk.note(Act.UNLOCK, "store")
        except StoreError:
            desk.database.close()
            raise
        return desk

    def close(self) -> None:
        """Close the database and wipe the key."""
        self.database.close()
        self._key.wipe()

    # ---- kept safe ------------------------------------------------------------------------------------------------------------

    def derive(self, purpose: str) -> bytes:
        """Return the key of one purpose, such as recordings."""
        return self._key.derive(purpose)

    def note(self, act: Act, entity: str, entity_id: object = "", *, detail: str = "") -> None:
        """Write what somebody did into the audit log; ids and no names."""
        with self.database.noting() as session:
            audit.note(session, act, entity, entity_id, detail=detail)

    def saw(self, client: Client) -> None:
        """Note that somebody looked at a client, once for each time the store was unlocked."""
        if client.id not in self._seen:
            self.note(Act.SEE, "client", client.id)
            self._seen.add(client.id)

    def entries(self, *, of: object = "", limit: int | None = None) -> list[audit.Entry]:
        """Return the audit log, newest first: all of it, or what was done to one client or visit."""
        with self.database.reading() as session:
            return audit.entries(session, entity_id=of, limit=limit)

    def tampered(self) -> str:
        """Return a sentence when the audit log is not as it was written, else nothing."""
        with self.database.reading() as session:
            return audit.broken(session)

    def check(self) -> None:
        """Check every page of the database; raises ``StoreError`` where one is damaged."""
        self.database.check()

    def backup(self, parent: Path, progress: backups.Progress = lambda _: None) -> Path:
        """Write a backup into a new folder under ``parent``, verify it and return it; raises ``StoreError``, also where we are damaged."""
        self.check()
        with self.database.reading() as session:
            head = audit.head(session)
        place = backups.free_place(parent)
        # Known before it is there: whatever becomes of this program, an erasure looks for it, and the copy knows of itself.
        with self.database.noting() as session:
            session.add(BackupRecord(at=datetime.now(UTC), place=str(place.resolve())))
        try:
            backups.write_backup(self.database, self.folder, place, self._key, audit_head=head, progress=progress)
        except StoreError:
            with self.database.noting() as session:
                erasing.forget_backup(session, str(place.resolve()))
            raise
        self.note(Act.BACKUP, "store", detail=place.name)
        return place

    def backed_up(self) -> datetime | None:
        """Return when the newest backup was made that is known of, UTC; None where there is none."""
        with self.database.reading() as session:
            newest = session.scalar(select(func.max(BackupRecord.at)))
        return newest.replace(tzinfo=UTC) if newest is not None else None

    def reach_copies(self) -> list[str]:
        """Erase in copies what an erasure could not reach, or a crash interrupted; return sentences about what still cannot be."""
        return erasing.go_on(self.database, self.folder, self._key)

    def erase(self, client: Client) -> erasing.Erasure:
        """Erase a client: rows, recordings, and the same in every known backup."""
        return erasing.erase(self.database, self.folder, self._key, client.id)

    def setting(self, key: str, default: str = "") -> str:
        """Return a setting of the clinic."""
        with self.database.reading() as session:
            row = session.get(SettingRecord, key)
            return row.value if row else default

    def change_setting(self, key: str, value: str) -> None:
        """Keep a setting of the clinic."""
        with self.database.writing() as session:
            session.merge(SettingRecord(key=key, value=value))
            audit.note(session, Act.CHANGE, "setting", key, detail=value)

    # ---- clients and visits ---------------------------------------------------------------------------------------------------

    def add_client(
        self,
        code: str,
        *,
        name: str = "",
        mass_kg: float | None = None,
        involved: Side | None = None,
        sex: Sex | None = None,
        birth_year: int | None = None,
    ) -> Client:
        """Enter a client; the code must be new."""
        return self.book.enter(Details(code, name, mass_kg, involved, sex, birth_year))

    def clients(self, search: str = "", *, limit: int = PAGE) -> list[Client]:
        """Return clients whose code, name or date of birth holds the words, in order of code."""
        return self.book.find(search, limit=limit)

    def open_visit(self, client: Client, recording: Path) -> uuid.UUID:
        """Enter a visit with the recording it is written to."""
        try:
            place = recording.relative_to(self.folder)
        except ValueError:
            place = recording
        row = VisitRecord(
            client_id=client.id, opened_at=datetime.now(UTC), program=ankletest.__version__, recording=place.as_posix(), sha256=""
        )
        with self.database.writing() as session:
            session.add(row)
            session.flush()
            audit.note(session, Act.ADD, "visit", row.id, detail=f"of client {client.id}")
        return row.id

    def seal_visit(self, visit: uuid.UUID, recording: Path, sha256: str) -> None:
        """Note the sealed recording and its checksum."""
        with self.database.writing() as session:
            row = session.get_one(VisitRecord, visit)
            row.sha256 = sha256
            row.recording = recording.relative_to(self.folder).as_posix() if recording.is_relative_to(self.folder) else recording.as_posix()

    def save_trial(
        self, visit: uuid.UUID, finished: Measurement, *, counts: bool = True, why: str = "", mass_typed: bool = True
    ) -> uuid.UUID:
        """Save a trial with all its numbers, at once or not at all; one that does not count too, with the reason.

        ``mass_typed``: the body mass of the set-up was typed for this trial, so it is the newest one known of the client.
        """
        with self.database.writing() as session:
            row = visiting.trial_row(session, visit, finished, counts=counts, why=why)
            session.add(row)
            session.flush()
            audit.note(session, Act.ADD, "trial", row.id, detail=f"of visit {visit}")
            weighed = visiting.keep_mass(session, visit, finished) if counts and mass_typed else None
            if weighed is not None:
                audit.note(session, Act.CHANGE, "client", weighed, detail="mass_kg")
        return row.id

    def tell_felt(self, visit: uuid.UUID, trial: str, felt: Felt) -> None:
        """Keep how a trial felt, by the id that recordings carry."""
        with self.database.writing() as session:
            row = visiting.tell_felt(session, visit, trial, felt)
            audit.note(session, Act.CHANGE, "trial", row, detail="how it felt")

    def add_stop(self, visit: uuid.UUID, stop: Stop) -> None:
        """Keep that a set was stopped at once."""
        with self.database.writing() as session:
            visiting.add_stop(session, visit, stop)
            audit.note(session, Act.CHANGE, "visit", visit, detail="a set was stopped")

    def keep_round(self, visit: uuid.UUID, one: Round | None) -> None:
        """Keep where the battery of a visit stands; None once it is done or ended."""
        with self.database.writing() as session:
            session.get_one(VisitRecord, visit).round = one.as_json() if one is not None else None

    def open_round(self, client: Client) -> visiting.OpenRound | None:
        """Return the newest battery of a client that was interrupted."""
        with self.database.reading() as session:
            return visiting.open_round(session, client.id)

    def trials(self, client: Client, *, exam: str | None = None) -> list[StoredTrial]:
        """Return a client's trials, newest visit first."""
        self.saw(client)
        with self.database.reading() as session:
            return looking.trials(session, self.folder, client.id, exam=exam)

    def trend(self, client: Client, key: str, *, exam: str, side: Side) -> list[TrendPoint]:
        """Return one number of all usable trials of a leg, oldest first, with what is needed to compare only what is alike."""
        self.saw(client)
        with self.database.reading() as session:
            return looking.trend(session, client.id, key, exam=exam, side=side)

    def unsealed(self) -> list[tuple[uuid.UUID, Path]]:
        """Return visits whose recording has no checksum yet: going on now, or interrupted."""
        with self.database.reading() as session:
            rows = session.execute(select(VisitRecord.id, VisitRecord.recording).where(VisitRecord.sha256 == "")).all()
        return [(visit, self.folder / recording) for visit, recording in rows]

    def sealed(self) -> dict[Path, str]:
        """Return the recordings of all visits that were sealed, with their SHA-256."""
        with self.database.reading() as session:
            rows = session.execute(select(VisitRecord.recording, VisitRecord.sha256).where(VisitRecord.sha256 != "")).all()
        return {self.folder / recording: sha256 for recording, sha256 in rows}

    def last_values(self, client: Client, setup: Setup) -> dict[str, float]:
        """Return the numbers of the newest usable trial of that leg under the same conditions, by metric key; empty when there is none."""
        self.saw(client)
        with self.database.reading() as session:
            return looking.last_values(session, client.id, setup)

    def forget_visit(self, visit: uuid.UUID) -> None:
        """Remove a visit that was opened by mistake, with its trials."""
        with self.database.writing() as session:
            session.execute(delete(VisitRecord).where(VisitRecord.id == visit))
            audit.note(session, Act.ERASE, "visit", visit, detail="opened by mistake")
