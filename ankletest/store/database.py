"""The encrypted database file: opening, migrating with a backup first, and the refusals; not what is in it.

SQLCipher with a raw key, WAL and ``synchronous=FULL``: an acknowledged commit survives a power cut (docs/decisions/0006).
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import alembic.command
import alembic.config
import alembic.script
import sqlcipher3.dbapi2 as sqlcipher
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as OrmSession

from ankletest.errors import StoreError
from ankletest.store.keys import DataKey

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MS = 5000
"""How long a second writer waits, ms."""
CACHE_KIB = 64_000
"""Page cache: whole-clinic queries take 0.6 s instead of 2.3 s with it."""


class Database:
    """An open, migrated database.

    Use ``reading`` for short looks and ``writing`` for units of work: each is a transaction that ends with the block.
    """

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine

    @classmethod
    def open(cls, path: Path, key: DataKey) -> "Database":
        """Open or make the database, and bring it to this version's schema.

        Raises
        ------
        StoreError
            Wrong key, not a database, newer schema, read-only folder, full disk.
        """
        engine = _engine(path, key)
        try:
            _migrate(engine, path, key)
        except DBAPIError as error:
            engine.dispose()
            raise _told(error, path) from error
        except StoreError:
            engine.dispose()
            raise
        return cls(path, engine)

    @contextmanager
    def reading(self) -> Generator[OrmSession, None, None]:
        """Look things up."""
        try:
            with OrmSession(self._engine, expire_on_commit=False) as session:
                yield session
        except DBAPIError as error:
            raise _told(error, self.path) from error

    @contextmanager
    def writing(self) -> Generator[OrmSession, None, None]:
        """Change things: all of it is kept, or none."""
        try:
            with OrmSession(self._engine.execution_options(immediate=True), expire_on_commit=False) as session, session.begin():
                yield session
        except DBAPIError as error:
            raise _told(error, self.path) from error

    def backup(self, target: Path) -> None:
        """Write a copy that opens with the same key."""
        if target.exists():
            raise StoreError(f"{target.name} is there already.", "Choose another name for the backup.")
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")  # VACUUM cannot run inside the transaction that begins by itself
                connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
                connection.exec_driver_sql("BEGIN")
        except DBAPIError as error:
            raise _told(error, target) from error

    def close(self) -> None:
        """Let go of the file and of the key."""
        self._engine.dispose()


def _engine(path: Path, key: DataKey) -> Engine:
    secret = key.derive("database").hex()

    def connect() -> DBAPIConnection:
        connection = sqlcipher.connect(str(path), check_same_thread=False)  # pyright: ignore[reportAttributeAccessIssue]  C module
        connection.isolation_level = None  # transactions are begun below, so that they cover DDL too
        for pragma in (
            f"key=\"x'{secret}'\"",
            "cipher_log_level=NONE",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_MS}",
            f"cache_size=-{CACHE_KIB}",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return cast("DBAPIConnection", connection)

    engine = create_engine("sqlite://", module=sqlcipher, creator=connect, poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _migrate(engine: Engine, path: Path, key: DataKey) -> None:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = alembic.script.ScriptDirectory.from_config(config)
    head = script.get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return
    if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
        raise StoreError(
            f"The database {path.name} has schema {current}; this program knows up to {head}.",
            "Update ankletest, or restore an older backup.",
        )
    if current is not None:
        Database(path, engine).backup(path.with_name(f"{path.stem}-before-{head}{path.suffix}"))
    # Batch migrations drop and rename tables; with foreign keys on, that deletes their children. FK stays off on this connection only.
    alone = _engine(path, key)
    try:
        with alone.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")
            broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
            if broken:
                connection.rollback()
                raise StoreError(
                    "The database could not be brought up to date; nothing was changed.", "Report this with the version numbers."
                )
            connection.commit()
    finally:
        alone.dispose()


def _told(error: DBAPIError, path: Path) -> StoreError:
    why = str(error.orig)
    if "not a database" in why:
        return StoreError(f"{path.name} does not open with this key.", "Check the passphrase; the file may belong to another data folder.")
    if "locked" in why:
        return StoreError("Another window is writing to the database.", "Wait a moment and try again.")
    if "readonly" in why or "unable to open" in why:
        return StoreError(f"{path.name} cannot be written: {why}.", "Choose a data folder that can be written.")
    if "full" in why:
        return StoreError("The disk is full; nothing was saved.", "Free some space and save again.")
    return StoreError(f"The database refused: {why}.", "Nothing was saved. Run 'ankletest doctor' and report what it prints.")
