"""Brings a database to this version's schema: a copy first, then all changes or none, and no row lost; a newer schema is refused."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import alembic.command
import alembic.config
import alembic.script
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from ankletest.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"


@cache
def head() -> str:
    """Return this version's schema."""
    found = _script().get_current_head()
    if found is None:
        raise StoreError("This installation has lost its migrations.", "Install ankletest again.")
    return found


@cache
def known() -> frozenset[str]:
    """Return every schema there has been up to this version's."""
    return frozenset(revision.revision for revision in _script().walk_revisions())


def current(engine: Engine) -> str | None:
    """Return the schema of a database; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def needed(engine: Engine, name: str) -> bool:
    """Tell whether a database has an older schema, or none; raises ``StoreError`` for a newer one."""
    here = current(engine)
    if here is not None and here not in known():
        raise StoreError(
            f"The database {name} has schema {here}; this program knows up to {head()}.",
            "Update ankletest, or restore an older backup.",
        )
    return here != head()


def migrate(engine: Engine, alone: Callable[[], Engine], backup: Callable[[], None]) -> None:
    """Bring the database to this version's schema in one transaction.

    Parameters
    ----------
    engine
        The database.
    alone
        Makes an engine of its own for the changes.
    backup
        Writes a copy; called first unless the database is empty.

    Raises
    ------
    StoreError
        The copy cannot be written, or a row would be lost: nothing was changed then.
    """
    if current(engine) is not None:
        backup()
    config = _config()
    # Batch migrations drop and rename tables; with foreign keys on, that deletes their children. FK stays off on this connection only.
    own = alone()
    try:
        with own.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            before = _rows(connection)
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")
            broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
            after = _rows(connection)
            lost = [table for table, count in before.items() if after.get(table, 0) < count]
            if broken or lost:
                connection.rollback()
                what = f"rows of {', '.join(lost)} would be lost" if lost else f"{len(broken)} rows would belong to nothing"
                raise StoreError(
                    f"The database could not be brought to schema {head()}: {what}; nothing was changed.",
                    "Report this with the version numbers.",
                )
            connection.commit()
    finally:
        own.dispose()


def _rows(connection: Connection) -> dict[str, int]:
    tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")).scalars().all()
    names = [str(name) for name in tables if str(name) != "alembic_version"]
    return {name: int(connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar() or 0) for name in names}  # noqa: S608  our own names


def _config() -> alembic.config.Config:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _script() -> alembic.script.ScriptDirectory:
    return alembic.script.ScriptDirectory.from_config(_config())
