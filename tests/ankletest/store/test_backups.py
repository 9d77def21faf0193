"""Backups and restores: verified, refused when damaged, and nothing of the data folder is ever lost."""

import json
import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, text

from ankletest.errors import StoreError
from ankletest.store import backups, keys, restoring
from ankletest.store.backups import LIST, verify_backup
from ankletest.store.database import make_engine
from ankletest.store.desk import DATABASE, KEYS, RECORDINGS, Desk
from ankletest.store.folder_lock import FolderLock
from ankletest.store.keys import DataKey
from ankletest.store.records import BackupRecord
from ankletest.store.restoring import READY, finish_restore, restore

WORDS = "four quiet ankles hop"


@pytest.fixture
def folder(tmp_path: Path, no_keyring: None) -> Path:
    """A data folder with a key file, a client, a visit and a recording."""
    folder = tmp_path / "data"
    key, _ = keys.create(folder / KEYS, WORDS, in_keyring=False)
    desk = Desk.open(folder, key)
    client = desk.add_client("A-1", name="Anna Berg")
    (folder / RECORDINGS / "v.mcap").write_bytes(b"sealed bytes" * 1000)
    desk.open_visit(client, folder / RECORDINGS / "v.mcap")
    desk.close()
    return folder


@pytest.fixture
def data_key(folder: Path) -> DataKey:
    return keys.unlock(folder / KEYS, WORDS)


def codes(folder: Path, key: DataKey) -> list[str]:
    desk = Desk.open(folder, key)
    found = [client.code for client in desk.clients()]
    desk.close()
    return found


def backed_up(folder: Path, key: DataKey, parent: Path) -> Path:
    parent.mkdir(exist_ok=True)
    desk = Desk.open(folder, key)
    place = desk.backup(parent)
    desk.close()
    return place


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_backup_holds_everything_and_says_so(folder: Path, data_key: DataKey, tmp_path: Path) -> None:
    told: list[float] = []
    (tmp_path / "usb").mkdir()
    desk = Desk.open(folder, data_key)
    place = desk.backup(tmp_path / "usb", told.append)
    newest = desk.entries()[0]
    desk.close()
    listed = verify_backup(place, data_key)

    assert set(listed.files) == {DATABASE, KEYS, "keys-copy.json", f"{RECORDINGS}/v.mcap"}
    assert sorted(p.name for p in place.iterdir()) == sorted([DATABASE, KEYS, "keys-copy.json", RECORDINGS, LIST])
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert (newest.act, newest.entity) == ("backup", "store")
    assert b"Anna" not in b"".join(content(place).values())
    assert listed.audit_head


def test_restoring_gives_back_the_day_of_the_backup_and_sets_aside_what_was_there(folder: Path, data_key: DataKey, tmp_path: Path) -> None:
    place = backed_up(folder, data_key, tmp_path / "usb")
    desk = Desk.open(folder, data_key)
    desk.add_client("B-2")
    desk.close()
    (folder / RECORDINGS / "later.mcap").write_bytes(b"later")
    done = restore(folder, place, data_key)

    assert codes(folder, data_key) == ["A-1"]
    assert codes(done.aside, data_key) == ["A-1", "B-2"], "what was there is whole, and aside"
    assert (done.aside / RECORDINGS / "later.mcap").read_bytes() == b"later"
    assert (folder / RECORDINGS / "v.mcap").read_bytes() == b"sealed bytes" * 1000
    assert keys.unlock(folder / KEYS, WORDS) == data_key
    assert not (folder / READY).exists()


def test_a_backup_restores_into_an_empty_folder(folder: Path, data_key: DataKey, tmp_path: Path) -> None:
    place = backed_up(folder, data_key, tmp_path / "usb")
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    done = restore(fresh, place, keys.unlock(place / KEYS, WORDS))

    assert codes(fresh, data_key) == ["A-1"]
    assert not done.aside.exists()
    assert done.told == ""


def test_a_restore_brings_nobody_back_who_was_erased(folder: Path, data_key: DataKey, tmp_path: Path) -> None:
    place = backed_up(folder, data_key, tmp_path / "usb")
    away = place.rename(tmp_path / "elsewhere")  # nobody knows of it there
    (tmp_path / "usb").rmdir()
    desk = Desk.open(folder, data_key)
    done = desk.erase(desk.clients()[0])
    desk.close()
    assert len(done.left) == 1
    assert "cannot be reached" in done.left[0]
    restored = restore(folder, away, data_key)

    assert codes(folder, data_key) == []
    assert not (folder / RECORDINGS / "v.mcap").exists()
    assert "1 clients who were erased since were erased again" in restored.told


@pytest.mark.parametrize("victim", [DATABASE, KEYS, f"{RECORDINGS}/v.mcap", LIST])
def test_a_flipped_byte_in_a_backup_is_told_and_nothing_is_restored(folder: Path, data_key: DataKey, tmp_path: Path, victim: str) -> None:
    place = backed_up(folder, data_key, tmp_path / "usb")
    bad = bytearray((place / victim).read_bytes())
    bad[len(bad) // 2] ^= 1
    (place / victim).write_bytes(bad)
    before = content(folder)

    with pytest.raises(StoreError) as caught:
        restore(folder, place, data_key)
    assert "backup" in caught.value.message
    assert caught.value.hint
    assert content(folder) == before


def test_a_missing_file_and_a_foreign_folder_are_told(folder: Path, data_key: DataKey, tmp_path: Path) -> None:
    place = backed_up(folder, data_key, tmp_path / "usb")
    (place / RECORDINGS / "v.mcap").unlink()

    with pytest.raises(StoreError, match=r"v\.mcap"):
        verify_backup(place)
    with pytest.raises(StoreError, match="is no backup"):
        verify_backup(tmp_path)


def test_a_newer_backup_and_one_that_points_outside_are_refused(folder: Path, data_key: DataKey, tmp_path: Path) -> None:
    place = backed_up(folder, data_key, tmp_path / "usb")
    fields = json.loads((place / LIST).read_text())
    (place / LIST).write_text(json.dumps({**fields, "format": 9}))
    with pytest.raises(StoreError, match=r"format 9.*format 1"):
        verify_backup(place)
    (place / LIST).write_text(json.dumps({**fields, "files": {"../../etc/passwd": "0"}}))
    with pytest.raises(StoreError, match="outside"):
        verify_backup(place)


def test_a_damaged_database_is_not_backed_up(folder: Path, data_key: DataKey, tmp_path: Path) -> None:
    path = folder / DATABASE
    desk = Desk.open(folder, data_key)
    for number in range(200):
        desk.add_client(f"C-{number}", name="x" * 150)
    desk.close()
    bad = bytearray(path.read_bytes())
    bad[len(bad) - 700] ^= 1
    path.write_bytes(bad)
    (tmp_path / "usb").mkdir()

    with pytest.raises(StoreError, match="damaged"):
        backed_up(folder, data_key, tmp_path / "usb")
    assert list((tmp_path / "usb").iterdir()) == []


def test_no_room_and_no_drive_are_told_and_leave_nothing(
    folder: Path, data_key: DataKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "usb").mkdir()
    monkeypatch.setattr(backups, "SPARE", 1 << 62)
    with pytest.raises(StoreError, match="no room for the backup"):
        backed_up(folder, data_key, tmp_path / "usb")
    monkeypatch.undo()
    desk = Desk.open(folder, data_key)
    with pytest.raises(StoreError, match="cannot be written"):
        desk.backup(tmp_path / "not there")
    desk.close()

    assert list((tmp_path / "usb").iterdir()) == []


def test_a_drive_that_breaks_while_it_is_written_leaves_no_half_backup(
    folder: Path, data_key: DataKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path) -> str:
        target.write_bytes(source.read_bytes()[:5])
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(backups, "copy_file", full)
    with pytest.raises(StoreError, match="No space left"):
        backed_up(folder, data_key, tmp_path / "usb")

    assert list((tmp_path / "usb").iterdir()) == []


def test_a_drive_that_writes_something_else_is_found_out(
    folder: Path, data_key: DataKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = backups.copy_file

    def lying(source: Path, target: Path) -> str:
        digest = honest(source, target)
        target.write_bytes(target.read_bytes()[:-1] + b"?")
        return digest

    monkeypatch.setattr(backups, "copy_file", lying)
    with pytest.raises(StoreError, match="not as it was written"):
        backed_up(folder, data_key, tmp_path / "usb")


@pytest.mark.parametrize("after", range(6))
def test_a_restore_that_is_interrupted_is_finished_when_the_store_is_opened(
    folder: Path, data_key: DataKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    place = backed_up(folder, data_key, tmp_path / "usb")
    desk = Desk.open(folder, data_key)
    desk.add_client("B-2")
    desk.close()
    honest, left = Path.rename, [after + 1]  # the first name that changes makes the copy whole

    def dying(path: Path, target: Path) -> Path:
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1
        return honest(path, target)

    monkeypatch.setattr(Path, "rename", dying)
    with pytest.raises(KeyboardInterrupt):
        restore(folder, place, data_key)
    monkeypatch.undo()
    (aside,) = folder.glob("before-restore-*") if after else [folder / "none"]

    assert codes(folder, data_key) == ["A-1"]
    assert (folder / RECORDINGS / "v.mcap").exists()
    assert not after or codes(next(folder.glob("before-restore-*")), data_key) == ["A-1", "B-2"], aside


def test_a_restore_that_dies_before_its_copy_is_whole_changes_nothing(
    folder: Path, data_key: DataKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = backed_up(folder, data_key, tmp_path / "usb")
    before = content(folder)

    def full(source: Path, target: Path) -> str:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(restoring, "copy_file", full)
    with pytest.raises(StoreError, match="No space left"):
        restore(folder, place, data_key)

    assert content(folder) == before
    assert not finish_restore(folder)


def test_a_backup_of_another_key_is_told(folder: Path, tmp_path: Path, data_key: DataKey) -> None:
    place = backed_up(folder, data_key, tmp_path / "usb")
    before = content(folder)
    with pytest.raises(StoreError, match="does not open with this key"):
        restore(folder, place, DataKey(bytes(32)))
    assert content(folder) == before


def test_two_backups_in_one_second_do_not_meet(folder: Path, data_key: DataKey, tmp_path: Path) -> None:
    one, two = (backed_up(folder, data_key, tmp_path / "usb") for _ in range(2))

    assert one != two
    shutil.rmtree(one)
    verify_backup(two, data_key)


def test_what_a_killed_backup_left_is_gone_with_the_next_and_one_that_goes_on_is_not(
    folder: Path, data_key: DataKey, tmp_path: Path
) -> None:
    usb = tmp_path / "usb"
    dead, alive = usb / "ankletest-backup-1.unfinished", usb / "ankletest-backup-2.unfinished"
    for place in (dead, alive):
        place.mkdir(parents=True)
        (place / DATABASE).write_bytes(b"half")
    lock = FolderLock.demand(alive)
    place = backed_up(folder, data_key, usb)
    lock.unlock()

    assert sorted(usb.iterdir()) == sorted([alive, place])


def test_a_restored_store_knows_every_backup_there_is_also_the_one_it_came_from(folder: Path, data_key: DataKey, tmp_path: Path) -> None:
    first = backed_up(folder, data_key, tmp_path / "usb")
    later = backed_up(folder, data_key, tmp_path / "usb")
    restore(folder, first, data_key)
    desk = Desk.open(folder, data_key)
    with desk.database.reading() as session:
        assert set(session.scalars(select(BackupRecord.place))) == {str(first), str(later)}
    assert desk.erase(desk.clients()[0]).left == ()
    desk.close()

    for place in (first, later):
        listed = verify_backup(place, data_key)
        assert not [name for name in listed.files if name.endswith(".mcap")]


def test_what_an_erasure_could_not_reach_is_not_forgotten_by_a_restore(folder: Path, data_key: DataKey, tmp_path: Path) -> None:
    place = backed_up(folder, data_key, tmp_path / "usb")
    away = backed_up(folder, data_key, tmp_path / "drive")
    (tmp_path / "drive").rename(tmp_path / "drawer")
    desk = Desk.open(folder, data_key)
    desk.erase(desk.clients()[0])
    desk.close()
    restore(folder, place, data_key)
    (tmp_path / "drawer").rename(tmp_path / "drive")
    desk = Desk.open(folder, data_key)
    assert desk.reach_copies() == []
    desk.close()

    assert codes_in(away / DATABASE, data_key) == []


def codes_in(path: Path, key: DataKey) -> list[str]:
    engine = make_engine(path, key, look=True)
    with engine.connect() as connection:
        found = list(connection.execute(text("SELECT code FROM client")).scalars())
    engine.dispose()
    return found


def test_a_backup_that_fails_is_not_looked_for_by_an_erasure(folder: Path, data_key: DataKey, tmp_path: Path) -> None:
    desk = Desk.open(folder, data_key)
    with pytest.raises(StoreError, match="cannot be written"):
        desk.backup(tmp_path / "not there")
    assert desk.erase(desk.clients()[0]).left == ()
    desk.close()


def test_a_restore_is_logged_and_one_that_dies_while_it_tidies_up_is_whole(
    folder: Path, data_key: DataKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = backed_up(folder, data_key, tmp_path / "usb")
    honest = restoring.remove

    def dying(rest: Path) -> None:
        if (rest / restoring.ASIDE).is_file():
            (rest / restoring.ASIDE).unlink()
            raise KeyboardInterrupt
        honest(rest)

    monkeypatch.setattr(restoring, "remove", dying)
    with pytest.raises(KeyboardInterrupt):
        restore(folder, place, data_key)
    monkeypatch.undo()
    desk = Desk.open(folder, data_key)
    logged = [entry.detail for entry in desk.entries() if entry.act == "restore"]
    desk.close()

    assert len(logged) == 1
    assert logged[0].startswith("backup of 20")
    assert not list(folder.glob("restore.*"))
