"""A bad byte anywhere in the journal of a crash: found, taken back where the library would give up what was saved, and never guessed."""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from ankletest.errors import StoreError
from ankletest.store.database import Database
from ankletest.store.desk import DATABASE, Desk
from ankletest.store.journal import FRAME_HEAD, HEAD, PAGE, broken
from ankletest.store.keys import DataKey
from ankletest.store.mending import CUT, MENDED, WAL

ROOT = Path(__file__).parents[3]
CLIENTS = 60
FRAME = FRAME_HEAD + PAGE
DIES = """
import os, sys
from pathlib import Path
from ankletest.store.desk import Desk
from ankletest.store.keys import DataKey
desk = Desk.open(Path(sys.argv[1]), DataKey(bytes(range(32))))
for number in range(int(sys.argv[2])):
    desk.add_client(f"A-{number}", name="x" * 150)
os._exit(9)
"""


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder of a program that was killed after it had entered some clients."""
    folder = tmp_path_factory.mktemp("crashed") / "data"
    ended = subprocess.run([sys.executable, "-c", DIES, folder, str(CLIENTS)], cwd=ROOT, check=False)
    assert ended.returncode == 9
    return folder


@pytest.fixture
def plain(tmp_path: Path) -> tuple[Path, list[bytes]]:
    """Return a database of Python's own library while it is open, and its journal after each of ten savings."""
    path = tmp_path / "plain.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("CREATE TABLE t (x)")
    journals = []
    for number in range(10):
        with connection:
            connection.executemany("INSERT INTO t VALUES (?)", [(f"{number}-{k}" * 300,) for k in range(4)])
        journals.append(path.with_name(path.name + WAL).read_bytes())
    copy = tmp_path / "copy.db"
    shutil.copy(path, copy)
    connection.close()
    return copy, journals


def rows(path: Path, journal: bytes) -> list[str]:
    """Return what the library reads with such a journal."""
    here = path.with_name("read.db")
    for ending in ("", WAL, "-shm"):
        here.with_name(here.name + ending).unlink(missing_ok=True)
    shutil.copy(path, here)
    here.with_name(here.name + WAL).write_bytes(journal)
    connection = sqlite3.connect(here)
    try:
        return [row[0] for row in connection.execute("SELECT x FROM t")]
    except sqlite3.OperationalError:
        return []  # the table is in what is given up
    finally:
        connection.close()


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


def test_a_journal_that_is_whole_cut_off_or_begun_anew_is_not_broken(plain: tuple[Path, list[bytes]]) -> None:
    _, journals = plain
    whole = journals[-1]
    later = len(journals[-2])

    assert [broken(journal) for journal in journals] == [None] * 10
    assert broken(b"") is broken(whole[:HEAD]) is broken(whole[: HEAD + 50]) is None
    for end in range(later, len(whole), 1000):  # a writing that was cut off
        assert broken(whole[:end]) is None
    anew = flipped(flipped(whole[:HEAD], 18), 22)
    assert broken(anew[:24] + _head_sum(anew) + whole[HEAD:]) is None, "every frame is of the journal before"
    torn = whole[:later] + bytes(FRAME) * ((len(whole) - later) // FRAME)
    assert broken(torn) is None, "room was made for a writing that never came"


def test_a_bad_byte_anywhere_is_found_and_what_is_behind_it_taken_back(plain: tuple[Path, list[bytes]]) -> None:
    path, journals = plain
    whole = journals[-1]
    every = rows(path, whole)
    assert len(every) == 40
    heads = [HEAD + k * FRAME + j for k in range(0, (len(whole) - HEAD) // FRAME, 3) for j in range(FRAME_HEAD)]
    lost = 0
    for at in sorted({*range(HEAD), *heads, *range(HEAD, len(whole), 1999)}):
        bad = flipped(whole, at)
        read = rows(path, bad)
        found = broken(bad)
        if read == every:
            assert found is None or found.whole == whole, at
            continue
        lost += 1
        assert found is not None, at
        assert found.commits >= 1
        assert rows(path, found.sound) == read, "where the library stops"
        page = at >= HEAD and (at - HEAD) % FRAME >= FRAME_HEAD
        named = (at - HEAD) % FRAME < 8
        if at < 12 or 15 < at < HEAD or (at >= HEAD and not page and not named):
            assert found.whole == whole, at  # what can be told from the rest is as it was
        elif page:
            changed = {k for k in range(len(whole)) if found.whole[k] != whole[k]} - {at}
            assert all(16 <= (k - HEAD) % FRAME < FRAME_HEAD for k in changed), "but for the byte itself only checksums differ"
    assert lost > 200


def test_frames_of_the_journal_before_are_not_taken_for_what_was_saved_last(tmp_path: Path) -> None:
    path = tmp_path / "plain.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE t (x)")
    for number in range(9):
        if number == 7:
            connection.execute("PRAGMA wal_checkpoint(RESTART)")
            shutil.copy(path, tmp_path / "copy.db")
        with connection:
            connection.execute("INSERT INTO t VALUES (?)", (str(number),))
    data = path.with_name(path.name + WAL).read_bytes()
    connection.close()
    every = [str(number) for number in range(9)]
    assert rows(tmp_path / "copy.db", data) == every
    assert len(data) > HEAD + 4 * FRAME, "older frames lie behind the two savings"

    for at in (20, HEAD + 20, HEAD + FRAME + 20):  # a salt, the sums of the first frame and of the second one
        found = broken(flipped(data, at))
        assert found is not None, at
        assert (rows(tmp_path / "copy.db", found.whole), found.whole) == (every, data[: len(found.whole)]), at
        assert len(found.whole) == HEAD + 2 * FRAME
    only = broken(flipped(data[: HEAD + FRAME], HEAD + 20))
    assert only is not None
    assert only.whole == data[: HEAD + FRAME]


def test_a_head_of_zeros_and_a_journal_of_the_other_order_of_bytes_are_taken_back(plain: tuple[Path, list[bytes]]) -> None:
    path, journals = plain
    whole = journals[-1]
    every = rows(path, whole)
    zeros = broken(bytes(HEAD) + whole[HEAD:])
    assert zeros is not None
    assert (rows(path, zeros.whole), zeros.sound, zeros.commits) == (every, b"", 11), "ten savings and the table"

    other = broken(whole[:3] + bytes([whole[3] ^ 1]) + whole[4:])  # what is left does not tell the order: the other will do
    assert other is not None
    assert other.whole[3] == whole[3] ^ 1
    assert rows(path, other.whole) == every, "the library reads it"
    assert broken(other.whole) is None
    before = (len(journals[-2]) - HEAD) // FRAME
    found = broken(flipped(other.whole, HEAD + before * FRAME + 20))
    assert found is not None
    assert (found.sound, found.whole, found.commits) == (other.whole[: HEAD + before * FRAME], other.whole, 1)


def test_after_a_crash_a_bad_byte_costs_nothing_or_the_last_moments_and_is_told(crashed: Path, tmp_path: Path, key: DataKey) -> None:
    whole = (crashed / f"{DATABASE}{WAL}").read_bytes()
    told: list[str] = []
    for number in range(25):
        at = 5 + number * (len(whole) - 10) // 24
        folder = tmp_path / f"data-{number}"
        shutil.copytree(crashed, folder)
        (folder / f"{DATABASE}{WAL}").write_bytes(flipped(whole, min(at, len(whole) - 5)))
        desk = Desk.open(folder, key)
        try:
            desk.check()
            assert desk.tampered() == ""
            codes = {client.code for client in desk.clients(limit=99)}
            told.append(desk.mended)
            copies = sorted(path.name for path in folder.glob("ankletest-before-mending-*"))
            if desk.mended == MENDED:
                assert len(codes) == CLIENTS
                assert copies == []
            else:
                assert desk.mended == CUT.format(copy=copies[0])
                assert codes == {f"A-{k}" for k in range(len(codes))}
                assert len(codes) < CLIENTS
                assert copies[1] == f"{copies[0]}{WAL}"
        finally:
            desk.close()
        again = Desk.open(folder, key)
        assert again.mended == ""
        again.close()

    assert told.count(MENDED) >= 15


def test_what_was_kept_of_a_damaged_journal_is_reached_by_an_erasure(crashed: Path, tmp_path: Path, key: DataKey) -> None:
    folder = tmp_path / "data"
    shutil.copytree(crashed, folder)
    journal = folder / f"{DATABASE}{WAL}"
    journal.write_bytes(flipped(journal.read_bytes(), journal.stat().st_size - 5))
    desk = Desk.open(folder, key)
    try:
        copy = next(folder.glob("ankletest-before-mending-*.db"))
        gone = next(client for client in desk.clients(limit=99) if client.code == "A-7")
        assert desk.erase(gone).left == ()
    finally:
        desk.close()

    assert not copy.with_name(copy.name + WAL).exists()
    kept = Database.open(copy, key, read_only=True)
    with kept.reading() as session:
        codes = {row[0] for row in session.connection().exec_driver_sql("SELECT code FROM client")}
    kept.close()
    assert codes == {f"A-{k}" for k in range(CLIENTS - 1)} - {"A-7"}


def test_another_key_changes_not_one_byte(crashed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(crashed, folder)
    journal = folder / f"{DATABASE}{WAL}"
    journal.write_bytes(flipped(journal.read_bytes(), 20_000))
    before = {path: path.read_bytes() for path in (folder / DATABASE, journal)}

    with pytest.raises(StoreError, match="does not open with this key"):
        Desk.open(folder, DataKey(bytes(32)))

    assert {path: path.read_bytes() for path in before} == before


def test_a_window_that_only_looks_mends_nothing(crashed: Path, tmp_path: Path, key: DataKey) -> None:
    folder = tmp_path / "data"
    shutil.copytree(crashed, folder)
    desk = Desk.open(folder, key, read_only=True)
    assert desk.mended == ""
    desk.close()


def _head_sum(head: bytes) -> bytes:
    """Return the checksum of a head, pair by pair as the file format has it."""
    order = "big" if head[3] & 1 else "little"
    words = [int.from_bytes(head[k : k + 4], order) for k in range(0, 24, 4)]
    first = second = 0
    for one, two in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return first.to_bytes(4, "big") + second.to_bytes(4, "big")
