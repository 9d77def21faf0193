"""Bad bytes, a full disk, a folder that cannot be written, a copied file, a second program: a clear sentence each, and nothing lost."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import alembic.command
import pytest
from sqlalchemy import event, text

from ankletest.errors import StoreError
from ankletest.store import keys, migrating
from ankletest.store.database import Database, make_engine
from ankletest.store.desk import DATABASE, KEYS, Desk
from ankletest.store.folder_lock import FolderLock, holder
from ankletest.store.keys import DataKey

ROOT = Path(__file__).parents[3]
WORDS = "four quiet ankles hop"


def filled(folder: Path, key: DataKey, count: int = 450) -> Path:
    desk = Desk.open(folder, key)
    for number in range(count):
        desk.add_client(f"A-{number}", name="x" * 150)
    desk.close()
    return folder / DATABASE


def test_a_flipped_byte_anywhere_is_told_or_read_past_and_never_gives_a_wrong_row(tmp_path: Path, key: DataKey) -> None:
    path = filled(tmp_path / "data", key)
    good = path.read_bytes()
    told = 0
    for at in range(5, len(good), len(good) // 40):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        for journal in ("-wal", "-shm"):
            path.with_name(path.name + journal).unlink(missing_ok=True)
        try:
            database = Database.open(path, key)
            try:
                with database.reading() as session:
                    names = session.execute(text("SELECT name FROM client")).scalars().all()
                assert names == ["x" * 150] * 450
                with pytest.raises(StoreError, match="damaged"):
                    database.check()
            finally:
                database.close()
        except StoreError as error:
            told += 1
            assert "damaged" in error.message, at  # noqa: PT017  which of the two ways it goes depends on the byte
            assert "ankletest restore" in error.hint  # noqa: PT017  which of the two ways it goes depends on the byte

    assert told > 10
    path.write_bytes(good)
    database = Database.open(path, key)
    database.check()
    database.close()


def test_a_database_copied_into_another_folder_is_told(tmp_path: Path, key: DataKey) -> None:
    path = filled(tmp_path / "one", key, 1)
    (tmp_path / "two").mkdir()
    shutil.copy(path, tmp_path / "two" / DATABASE)

    with pytest.raises(StoreError, match="copied from another data folder") as caught:
        Desk.open(tmp_path / "two", DataKey(bytes(32)))
    assert "key file" in caught.value.hint
    assert (tmp_path / "two" / DATABASE).read_bytes() == path.read_bytes()


def test_a_copied_folder_opens_with_its_passphrase(tmp_path: Path, no_keyring: None) -> None:
    key, _ = keys.create(tmp_path / "one" / KEYS, WORDS, in_keyring=False)
    filled(tmp_path / "one", key, 1)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    desk = Desk.open(tmp_path / "two", keys.unlock(tmp_path / "two" / KEYS, WORDS))

    assert [c.code for c in desk.clients()] == ["A-0"]
    desk.close()


def test_a_full_disk_is_told_and_what_was_there_stays(tmp_path: Path, key: DataKey) -> None:
    desk = Desk.open(tmp_path / "data", key)
    desk.add_client("A-1")

    @event.listens_for(desk.database._engine, "checkout")
    def small(connection: object, *rest: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # type: ignore[attr-defined]  # a database that may not grow is what a full disk is

    def fill() -> None:
        for number in range(500):
            desk.add_client(f"B-{number}", name="x" * 190)

    with pytest.raises(StoreError, match="disk is full; nothing was saved"):
        fill()
    event.remove(desk.database._engine, "checkout", small)
    desk.database.check()
    codes = [c.code for c in desk.clients(limit=1000)]
    desk.close()
    again = Desk.open(tmp_path / "data", key)

    assert codes[0] == "A-1"
    assert [c.code for c in again.clients(limit=1000)] == codes
    again.close()


LIMITED = """
import resource, signal, sys
from pathlib import Path
from ankletest.errors import StoreError
from ankletest.store.desk import Desk
from ankletest.store.keys import DataKey
desk = Desk.open(Path(sys.argv[1]), DataKey(bytes(range(32))))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, resource.RLIM_INFINITY))
for number in range(5000):
    try:
        desk.add_client(f"C-{number:04}", name="x" * 190)
    except StoreError as error:
        print("told:", error)
        break
    print(number, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="only POSIX systems limit the size of files")
def test_a_disk_that_takes_no_more_loses_nothing_that_was_acknowledged(tmp_path: Path, key: DataKey) -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path / "data")], cwd=ROOT, capture_output=True, text=True, check=False)
    *numbers, sentence = done.stdout.splitlines()
    desk = Desk.open(tmp_path / "data", key)
    desk.database.check()
    codes = {c.code for c in desk.clients(limit=10_000)}
    desk.close()

    assert sentence.startswith("told:"), done.stderr
    assert "nothing was saved" in sentence.lower()
    assert len(numbers) > 20
    assert {f"C-{int(number):04}" for number in numbers} <= codes


@pytest.fixture
def locked_away() -> Iterator[Path]:
    """A folder that nobody may write to: where root runs the tests, as somebody else, for whom the folder is not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    yield folder
    if root:
        os.seteuid(0)
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders are made read-only in another way here")
def test_a_folder_that_is_read_only_is_told_and_stays_as_it_is(locked_away: Path, key: DataKey) -> None:
    path = filled(locked_away / "data", key, 3)
    before = path.read_bytes()
    for place in (locked_away, locked_away / "data", locked_away / "data" / "recordings"):
        place.chmod(0o555)
    path.chmod(0o444)
    if os.geteuid() == 0:
        os.seteuid(65_534)  # nobody
    for attempt in (lambda: Desk.open(locked_away / "data", key), lambda: Desk.open(locked_away / "other", key)):
        with pytest.raises(StoreError) as caught:
            attempt()
        assert "can be written" in caught.value.hint, caught.value
    with pytest.raises(StoreError, match="cannot be written"):
        FolderLock.take(locked_away / "data")

    assert path.read_bytes() == before


def test_a_migration_that_fails_leaves_everything_and_a_copy(tmp_path: Path, key: DataKey, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    engine = make_engine(path, key)
    config = migrating._config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "0002")
        connection.commit()
    engine.dispose()
    honest = alembic.command.upgrade

    def half(config: object, revision: str) -> None:
        honest(config, revision)  # type: ignore[arg-type]  # handed on as it came
        config.attributes["connection"].exec_driver_sql("INSERT INTO nowhere VALUES (1)")  # type: ignore[attr-defined]  # Alembic's own, handed on as it came

    monkeypatch.setattr(alembic.command, "upgrade", half)
    for _ in range(2):
        with pytest.raises(StoreError):
            Database.open(path, key)
    monkeypatch.undo()
    kept = make_engine(path, key)

    assert migrating.current(kept) == "0002"
    kept.dispose()
    assert sorted(p.name for p in tmp_path.glob("a-before-*.db")) == ["a-before-0007-2.db", "a-before-0007.db"]
    Database.open(path, key).close()


def test_a_migration_that_loses_rows_is_undone(tmp_path: Path, key: DataKey, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(tmp_path / "data", key, 2)
    engine = make_engine(path, key)
    with engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
        connection.commit()

    def deleting(config: object, revision: str) -> None:
        config.attributes["connection"].exec_driver_sql("DELETE FROM client")  # type: ignore[attr-defined]  # alembic's own object

    monkeypatch.setattr(alembic.command, "upgrade", deleting)
    with pytest.raises(StoreError, match="rows of client would be lost; nothing was changed"):
        Database.open(path, key)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM client")).scalar() == 2
    engine.dispose()


# ---- two programs ---------------------------------------------------------------------------------------------------------------


def test_one_program_has_the_folder_and_the_other_is_told(tmp_path: Path) -> None:
    first = FolderLock.demand(tmp_path)
    assert FolderLock.take(tmp_path) is None
    with pytest.raises(StoreError, match=rf"process {os.getpid()}"):
        FolderLock.demand(tmp_path)
    first.unlock()
    again = FolderLock.demand(tmp_path)
    again.unlock()

    assert holder(tmp_path) == os.getpid()
    assert holder(tmp_path / "none") == 0


HOLDER = """
import sys, time
from pathlib import Path
from ankletest.store.folder_lock import FolderLock
lock = FolderLock.demand(Path(sys.argv[1]))
print("has it", flush=True)
time.sleep(60)
"""


def test_a_program_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.readline()
    assert FolderLock.take(tmp_path) is None
    assert holder(tmp_path) == child.pid
    child.kill()
    child.communicate()
    taken = FolderLock.take(tmp_path)

    assert taken is not None
    taken.unlock()


def test_two_programs_that_write_at_once_wait_for_each_other(tmp_path: Path, key: DataKey) -> None:
    one, two = Desk.open(tmp_path / "data", key), Desk.open(tmp_path / "data", key)
    for number in range(20):
        one.add_client(f"A-{number}")
        two.add_client(f"B-{number}")
    assert len(one.clients()) == 40
    assert one.tampered() == ""
    one.close()
    two.close()
