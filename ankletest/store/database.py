"""The encrypted database file: opening, checking, copying, and the refusals; not what is in it, nor how its schema changes.

SQLCipher with a raw key, WAL and ``synchronous=FULL``: an acknowledged commit survives a power cut (docs/decisions/0006).
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as OrmSession

from ankletest.errors import StoreError
from ankletest.places import sync_folder
from ankletest.store import migrating
from ankletest.store.keys import DataKey
from ankletest.store.places import drop_database

BUSY_MS = 5000
"""How long a second writer waits, ms."""
UNFINISHED = ".unfinished"
"""Ending of a copy that is being made."""
CACHE_KIB = 64_000
"""Page cache: whole-clinic queries take 0.6 s instead of 2.3 s with it."""
_RESTORE = "Nothing was changed. Restore the newest backup (ankletest restore); recordings are files of their own and not touched by this."


class Database:
    """An open, migrated database.

    Use ``reading`` for short looks and ``writing`` for units of work: each is a transaction that ends with the block.
    """

    def __init__(self, path: Path, engine: Engine, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._engine = engine

    @classmethod
    def open(cls, path: Path, key: DataKey, *, read_only: bool = False) -> "Database":
        """Open or make the database, and bring it to this version's schema.

        Raises
        ------
        StoreError
            Wrong key, not a database, damaged, newer schema, read-only folder, full disk; or ``read_only`` and not there or not of this
            version's schema.
        """
        if read_only and not path.exists():
            raise StoreError(f"There is no database {path.name} to look at.", "Close the other window, then unlock the store here.")
        engine = make_engine(path, key)
        try:
            if migrating.needed(engine, path.name):
                _migrate(engine, path, key, read_only=read_only)
        except DBAPIError as error:
            engine.dispose()
            raise told(error, path) from error
        except StoreError:
            engine.dispose()
            raise
        return cls(path, engine, read_only=read_only)

    @contextmanager
    def reading(self) -> Generator[OrmSession, None, None]:
        """Look things up."""
        try:
            with OrmSession(self._engine, expire_on_commit=False) as session:
                yield session
        except DBAPIError as error:
            raise told(error, self.path) from error

    @contextmanager
    def writing(self) -> Generator[OrmSession, None, None]:
        """Change things: all of it is kept, or none; raises ``StoreError`` where the database is only looked at."""
        if self.read_only:
            raise StoreError("This window only looks: another one has the data folder.", "Change it there, or close that window first.")
        with self.noting() as session:
            yield session

    @contextmanager
    def noting(self) -> Generator[OrmSession, None, None]:
        """Write what is written even by who only looks: the audit log."""
        try:
            with OrmSession(self._engine.execution_options(immediate=True), expire_on_commit=False) as session, session.begin():
                yield session
        except DBAPIError as error:
            raise told(error, self.path) from error

    def check(self) -> None:
        """Check every page and every reference; raises ``StoreError`` where one is not sound."""
        try:
            with self._engine.connect() as connection:
                bad = connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()
                sound = connection.exec_driver_sql("PRAGMA quick_check").scalar()
                orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        except DBAPIError as error:
            raise told(error, self.path) from error
        if bad or sound != "ok":
            raise damaged(self.path)
        if orphans:
            raise StoreError(f"{self.path.name} has {len(orphans)} rows that belong to nothing.", _RESTORE)

    def backup(self, target: Path) -> None:
        """Write a copy that opens with the same key; it is on the disk when this returns."""
        copy_into(self._engine, target)

    def settle(self) -> None:
        """Bring the journal into the file and empty it, so that nothing erased stays in it."""
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")  # a checkpoint cannot run inside the transaction that begins by itself
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
        except DBAPIError as error:
            raise told(error, self.path) from error

    def close(self) -> None:
        """Let go of the file and of the key."""
        self._engine.dispose()


def make_engine(path: Path, key: DataKey, *, journal: str = "WAL", look: bool = False) -> Engine:
    """Return an engine for an encrypted file; each connection asks for the key, so a wiped one opens no more.

    Parameters
    ----------
    path
        The file.
    key
        The clinic's key.
    journal
        Kind of journal; ``DELETE`` for a file that shall lie alone when it is closed.
    look
        Change not one byte of the file.
    """
    place = f"{path.resolve().as_uri()}?mode=ro" if look else str(path)

    def connect() -> DBAPIConnection:
        connection = sqlcipher.connect(place, uri=look, check_same_thread=False)  # pyright: ignore[reportAttributeAccessIssue]  C module
        connection.isolation_level = None  # transactions are begun below, so that they cover DDL too
        try:
            for pragma in (
                f"key=\"x'{key.derive('database').hex()}'\"",
                "cipher_log_level=NONE",
                *([] if look else [f"journal_mode={journal}"]),
                "synchronous=FULL",
                "foreign_keys=ON",
                "secure_delete=ON",
                f"busy_timeout={BUSY_MS}",
                f"cache_size=-{CACHE_KIB}",
                "temp_store=MEMORY",
            ):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return cast("DBAPIConnection", connection)

    engine = create_engine("sqlite://", module=sqlcipher, creator=connect, poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def copy_into(engine: Engine, target: Path) -> None:
    """Write a compact copy under the same key and bring it to the disk; a copy that fails leaves no file.

    Raises
    ------
    StoreError
        There is a file of that name, or the disk does not take it.
    """
    if target.exists():
        raise StoreError(f"{target.name} is there already.", "Choose another name for the backup.")
    working = target.with_name(f"{target.name}{UNFINISHED}")
    try:
        drop_database(working)  # of one that died
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # VACUUM cannot run inside the transaction that begins by itself
            connection.exec_driver_sql("VACUUM INTO ?", (str(working),))
            connection.exec_driver_sql("BEGIN")
        with working.open("r+b") as file:
            os.fsync(file.fileno())
        working.rename(target)
        sync_folder(target.parent)
    except DBAPIError as error:
        drop_database(working)
        raise told(error, target) from error
    except OSError as error:
        drop_database(working)
        raise StoreError(f"{target.name} cannot be written: {error.strerror}.", "Choose another place for the backup.") from error


def free_name(wanted: Path) -> Path:
    """Return the name, or the next one that is not taken."""
    target, number = wanted, 2
    while target.exists():
        target = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        number += 1
    return target


def _migrate(engine: Engine, path: Path, key: DataKey, *, read_only: bool) -> None:
    if read_only:
        raise StoreError(f"{path.name} has an older schema.", "Close the other window and open it here, so that it is updated.")

    def backup() -> None:
        copy_into(engine, free_name(path.with_name(f"{path.stem}-before-{migrating.head()}{path.suffix}")))

    migrating.migrate(engine, lambda: make_engine(path, key), backup)


def _writable(place: Path) -> bool:
    return os.access(place, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def damaged(path: Path) -> StoreError:
    """Say that a database is damaged."""
    return StoreError(f"{path.name} is damaged: a part of it does not pass its checksum.", _RESTORE)


def told(error: DBAPIError, path: Path) -> StoreError:
    """Say what an error of the database means."""
    why = str(error.orig)
    if "not a database" in why:
        return StoreError(
            f"{path.name} does not open with this key: it was copied from another data folder, or its beginning is damaged.",
            "Nothing was changed. Put the key file beside it that belongs to it, or restore a backup (ankletest restore).",
        )
    # A page that does not pass its checksum lets the library write no more, and it says of itself that it is read-only.
    refused = "readonly" in why and _writable(path) and _writable(path.parent)
    if "malformed" in why or refused:
        return damaged(path)
    if "locked" in why:
        return StoreError("Another window is writing to the database.", "Wait a moment and try again.")
    if "readonly" in why or "unable to open" in why:
        return StoreError(f"{path.name} cannot be written: {why}.", "Choose a data folder that can be written.")
    if "full" in why:
        return StoreError("The disk is full; nothing was saved.", "Free some space and save again.")
    if "disk I/O" in why:
        return StoreError(
            f"The disk does not take or give what belongs to {path.name}; nothing was saved.", "Check its space and its cable."
        )
    return StoreError(f"The database refused: {why}.", "Nothing was saved. Run 'ankletest doctor' and report what it prints.")
