import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import alembic.command
import alembic.config
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text

from ankletest.errors import StoreError
from ankletest.store.database import Database, make_engine
from ankletest.store.desk import DATABASE, Desk
from ankletest.store.keys import DataKey
from ankletest.store.migrating import MIGRATIONS
from ankletest.store.records import Base, ClientRecord

if sys.platform != "win32":
    import resource

ROOT = Path(__file__).parents[3]


def test_migrations_and_tables_tell_the_same(tmp_path: Path, key: DataKey) -> None:
    database = Database.open(tmp_path / "a.db", key)
    with database._engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    database.close()

    assert difference == []


def test_a_wrong_key_is_told_and_changes_nothing(tmp_path: Path, key: DataKey) -> None:
    Database.open(tmp_path / "a.db", key).close()
    before = (tmp_path / "a.db").read_bytes()

    with pytest.raises(StoreError, match="does not open with this key"):
        Database.open(tmp_path / "a.db", DataKey(bytes(32)))
    assert (tmp_path / "a.db").read_bytes() == before


def test_a_newer_schema_is_refused_with_both_versions(tmp_path: Path, key: DataKey) -> None:
    database = Database.open(tmp_path / "a.db", key)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    with pytest.raises(StoreError, match=r"9999.*0007"):
        Database.open(tmp_path / "a.db", key)


def test_a_foreign_file_is_told(tmp_path: Path, key: DataKey) -> None:
    (tmp_path / "a.db").write_bytes(b"not a database at all" * 500)

    with pytest.raises(StoreError, match="does not open"):
        Database.open(tmp_path / "a.db", key)


def test_a_folder_that_is_missing_is_told(tmp_path: Path, key: DataKey) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        Database.open(tmp_path / "none" / "a.db", key)


def test_a_failed_unit_of_work_leaves_nothing(desk: Desk) -> None:
    desk.add_client("A-1")

    def half() -> None:
        with desk.database.writing() as session:
            session.execute(text("UPDATE client SET note = 'half'"))
            session.execute(text("INSERT INTO nowhere VALUES (1)"))

    with pytest.raises(StoreError):
        half()

    with desk.database.reading() as session:
        assert session.scalars(select(ClientRecord.note)).all() == [""]


def test_a_backup_opens_with_the_same_key(tmp_path: Path, key: DataKey) -> None:
    desk = Desk.open(tmp_path / "data", key)
    desk.add_client("A-1", name="Anna Berg")
    desk.database.backup(tmp_path / "copy.db")
    desk.close()
    copy = Database.open(tmp_path / "copy.db", key)
    with copy.reading() as session:
        names = session.scalars(select(ClientRecord.name)).all()
    copy.close()

    assert names == ["Anna Berg"]


def test_no_name_is_readable_in_any_file(tmp_path: Path, key: DataKey) -> None:
    desk = Desk.open(tmp_path / "data", key)
    for number in range(50):
        desk.add_client(f"CODE-{number}", name="Unmistakable Personname")
    files = [p for p in (tmp_path / "data").rglob("*") if p.is_file()]
    content = b"".join(p.read_bytes() for p in files)
    desk.close()

    assert any(p.name == DATABASE for p in files)
    assert any(p.name.endswith("-wal") for p in files)
    assert b"Unmistakable" not in content
    assert b"CODE-" not in content


WRITER = """
import sys
from pathlib import Path
from ankletest.store.desk import Desk
from ankletest.store.keys import DataKey
desk = Desk.open(Path(sys.argv[1]), DataKey(bytes(range(32))))
number = 0
while True:
    desk.add_client(f"C-{number:05}")
    print(number, flush=True)
    number += 1
"""


@pytest.mark.parametrize("wait_s", [0.02, 0.11, 0.23])
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, key: DataKey, wait_s: float) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "data")], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert writer.stdout
    acknowledged = int(writer.stdout.readline())
    time.sleep(wait_s)  # any moment will do; there is nothing to wait for
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged = max([acknowledged, *(int(line) for line in writer.stdout.read().split())])
    writer.stdout.close()
    writer.wait()
    desk = Desk.open(tmp_path / "data", key)
    codes = {c.code for c in desk.clients(limit=100_000)}
    desk.close()

    assert {f"C-{n:05}" for n in range(acknowledged + 1)} <= codes


def test_a_store_of_the_first_version_keeps_its_clients_and_learns_sex_and_year(tmp_path: Path, key: DataKey) -> None:
    path = tmp_path / "a.db"
    engine = make_engine(path, key)
    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO client (id, code, name, search_key, note, created_at, changed) VALUES (:id, 'A-1', 'Anna', 'a-1', '', :at, 1)"
            ),
            {"id": "0" * 32, "at": "2026-01-05 10:00:00"},
        )
        connection.commit()
    engine.dispose()
    database = Database.open(path, key)
    with database.reading() as session:
        (client,) = session.scalars(select(ClientRecord))
    database.close()

    assert (client.code, client.sex, client.birth_year) == ("A-1", None, None)
    assert (tmp_path / "a-before-0007.db").exists()


def test_every_connection_is_as_safe_as_it_is_said_to_be(tmp_path: Path, key: DataKey) -> None:
    database = Database.open(tmp_path / "a.db", key)
    with database._engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SAFE}
        used = connection.exec_driver_sql("PRAGMA cipher_use_hmac").scalar()
    database.close()

    assert found == SAFE
    assert str(used) == "1", "a flipped byte is found"


SAFE = {"journal_mode": "wal", "synchronous": 2, "temp_store": 2, "secure_delete": 1, "foreign_keys": 1}
"""FULL: an acknowledged commit survives a power cut, which no kill shows; MEMORY: a sort of names is in no file."""


@pytest.mark.skipif(sys.platform == "win32", reason="the system decides there")
def test_a_crash_writes_no_memory_into_a_file_once_there_was_a_key() -> None:
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    if most == 0:
        pytest.skip("this computer lets nobody write such files")
    line = (
        f"import resource; from ankletest.store.keys import DataKey; resource.setrlimit(resource.RLIMIT_CORE, ({most}, {most})); "
        "DataKey(bytes(32)); print(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", line], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "0\n"
