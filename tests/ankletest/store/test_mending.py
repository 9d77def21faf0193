"""Mending the journal of a crash: what is killed, refused by the disk, only looked at or restored over gives nothing up without a word."""

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from ankletest.errors import StoreError
from ankletest.store import keys
from ankletest.store.database import Database
from ankletest.store.desk import DATABASE, KEYS, Desk
from ankletest.store.journal import FRAME_HEAD, HEAD, PAGE
from ankletest.store.keys import DataKey
from ankletest.store.mending import CUT, MENDED, WAL, mend
from ankletest.store.records import BackupRecord
from ankletest.store.restoring import restore

FRAME = FRAME_HEAD + PAGE
CLIENTS = 20


def flip(path: Path, at: int) -> bytes:
    """Flip a bit of a file, and return what it holds then."""
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)
    return bytes(data)


def left_by_a_kill(desk: Desk, folder: Path) -> Path:
    """Copy a store that is open to a folder, where it lies as a killed program leaves it; return its journal."""
    folder.mkdir(exist_ok=True)
    for ending in ("", WAL):
        shutil.copy(desk.folder / f"{DATABASE}{ending}", folder / f"{DATABASE}{ending}")
    return folder / f"{DATABASE}{WAL}"


@pytest.fixture
def journal(desk: Desk, tmp_path: Path) -> Path:
    """Return the journal of a program that was killed after it had entered some clients."""
    for number in range(CLIENTS):
        desk.add_client(f"A-{number}", name="x" * 150)
    return left_by_a_kill(desk, tmp_path / "crashed")


def count(folder: Path, key: DataKey, *, read_only: bool = False) -> int:
    desk = Desk.open(folder, key, read_only=read_only)
    found = len(desk.clients(limit=99))
    desk.close()
    return found


def test_who_only_looks_is_told_and_gives_nothing_up(journal: Path, key: DataKey) -> None:
    bad = flip(journal, HEAD + 4 * FRAME + 20)
    with pytest.raises(StoreError, match="only looks mends nothing") as caught:
        count(journal.parent, key, read_only=True)
    assert "other window" in caught.value.hint
    assert journal.read_bytes() == bad

    assert count(journal.parent, key) == CLIENTS, "the other window mends it"
    assert count(journal.parent, key, read_only=True) == CLIENTS


def test_who_only_looks_while_another_window_writes_is_let_in(desk: Desk, key: DataKey) -> None:
    for number in range(3):
        desk.add_client(f"A-{number}")
        assert count(desk.folder, key, read_only=True) == number + 1


def test_a_disk_that_takes_nothing_is_told_and_leaves_the_journal(journal: Path, key: DataKey, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = flip(journal, HEAD + 4 * FRAME + 20)

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="cannot be mended: No space left"):
        mend(journal.with_name(DATABASE), key)
    monkeypatch.undo()

    assert journal.read_bytes() == bad
    assert mend(journal.with_name(DATABASE), key) == MENDED


def test_a_bad_byte_in_a_page_that_was_let_go_is_found_too(journal: Path, desk: Desk, tmp_path: Path, key: DataKey) -> None:
    with desk.database.writing() as session:
        session.execute(text("DELETE FROM client"))
    left_by_a_kill(desk, tmp_path / "emptied")
    whole = (tmp_path / "emptied" / f"{DATABASE}{WAL}").read_bytes()
    last = {whole[at : at + 4]: at for at in range(HEAD, len(whole), FRAME)}
    assert len(last) > 10
    for at in list(last.values())[::2]:
        data = left_by_a_kill(desk, journal.parent)
        flip(data, at + FRAME_HEAD + 99)
        assert mend(data.with_name(DATABASE), key).startswith(CUT[:20])
        database = Database.open(data.with_name(DATABASE), key)
        database.check()
        database.close()


def test_a_kill_while_a_damaged_journal_is_kept_leaves_none_that_an_erasure_does_not_find(
    journal: Path, key: DataKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip(journal, -5)
    honest, left = Path.rename, [1]

    def dying(path: Path, target: Path) -> Path:
        if left.pop() if left else 0:
            return honest(path, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", dying)
    with pytest.raises(KeyboardInterrupt):
        mend(journal.with_name(DATABASE), key)
    monkeypatch.undo()

    for kept in journal.parent.glob(f"ankletest-before-mending-*{WAL}"):
        assert kept.with_name(kept.name.removesuffix(WAL)).exists(), "erasures look for databases"
    assert mend(journal.with_name(DATABASE), key).startswith(CUT[:20])
    assert list(journal.parent.glob("*.unfinished*")) == []


def test_what_was_kept_before_is_not_written_over(journal: Path, key: DataKey) -> None:
    now = datetime.now(UTC)
    taken = [journal.with_name(f"ankletest-before-mending-{now + timedelta(seconds=s):%Y-%m-%d_%H%M%S}.db") for s in range(60)]
    for path in taken:
        path.write_text("mine")
    flip(journal, -5)
    told = mend(journal.with_name(DATABASE), key)

    assert {path.read_text() for path in taken} == {"mine"}
    assert told not in {CUT.format(copy=path.name) for path in taken}


def test_that_a_journal_was_mended_is_logged(journal: Path, key: DataKey) -> None:
    flip(journal, HEAD + 4 * FRAME + 20)
    desk = Desk.open(journal.parent, key)
    assert desk.mended == MENDED
    assert [entry.detail for entry in desk.entries() if entry.act == "restore"] == ["journal"]
    desk.close()


def test_a_restore_over_a_damaged_journal_loses_nothing_of_what_it_sets_aside(tmp_path: Path, no_keyring: None) -> None:
    key, _ = keys.create(tmp_path / "data" / KEYS, "four quiet ankles hop", in_keyring=False)
    (tmp_path / "usb").mkdir()
    desk = Desk.open(tmp_path / "data", key)
    first = desk.backup(tmp_path / "usb")
    desk.add_client("A-1")
    second = desk.backup(tmp_path / "usb")
    left_by_a_kill(desk, tmp_path / "left")
    desk.close()
    for ending in ("", WAL):
        shutil.copy(tmp_path / "left" / f"{DATABASE}{ending}", desk.folder / f"{DATABASE}{ending}")
    flip(desk.folder / f"{DATABASE}{WAL}", 20)
    done = restore(desk.folder, first, key)

    assert count(done.aside, key) == 1
    desk = Desk.open(tmp_path / "data", key)
    with desk.database.reading() as session:
        assert set(session.scalars(select(BackupRecord.place))) == {str(first), str(second)}, "an erasure looks for both"
    desk.close()
