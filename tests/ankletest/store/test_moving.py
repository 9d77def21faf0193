"""A data folder moved: whole and compared, or not at all; the former one stays until it is let go, and only what has a copy goes then."""

import os
import shutil
from pathlib import Path

import pytest

from ankletest.errors import StoreError
from ankletest.store import keys, moving
from ankletest.store.desk import KEYS, Desk
from ankletest.store.folder_lock import LOCK, WORK
from ankletest.store.moving import SPARE, UNFINISHED, let_go, move

PASSPHRASE = "correct horse"  # noqa: S105  of a store that lives for one test


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    place.mkdir()
    key, _ = keys.create(place / KEYS, PASSPHRASE, in_keyring=False)
    desk = Desk.open(place, key)
    desk.add_client("AB-17", name="Somebody")
    desk.close()
    key.wipe()
    (place / "recordings" / "one.mcap").write_bytes(bytes(range(256)) * 4096)
    (place / "certificates").mkdir()
    (place / "certificates" / "pad.json").write_text("{}")
    (place / LOCK).write_text("1")
    return place


def content(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_everything_is_in_the_new_place_the_store_opens_there_and_the_old_one_is_as_it_was(folder: Path, tmp_path: Path) -> None:
    before = content(folder)
    told: list[float] = []
    done = move(folder, tmp_path / "far" / "new", told.append)
    assert content(folder) == before
    assert content(done.folder) == {name: data for name, data in before.items() if name != LOCK}
    assert (done.files, done.former) == (len(before) - 1, folder)
    assert told == sorted(told)
    assert told[-1] == 1.0
    key = keys.unlock(done.folder / KEYS, PASSPHRASE)
    desk = Desk.open(done.folder, key)
    key.wipe()
    assert [client.code for client in desk.clients()] == ["AB-17"]
    desk.close()


@pytest.mark.parametrize("at", [0.0, 0.3, 0.6, 0.98])
def test_one_that_is_ended_half_way_leaves_nothing_behind(folder: Path, tmp_path: Path, at: float) -> None:
    before, target = content(folder), tmp_path / "new"
    target.mkdir()

    def stop(share: float) -> None:
        if share >= at:
            raise StoreError("enough")

    with pytest.raises(StoreError, match="enough"):
        move(folder, target, stop)
    assert content(folder) == before
    assert list(target.iterdir()) == []
    assert not target.with_name(target.name + UNFINISHED).exists()


def test_a_copy_that_differs_is_no_move(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "new"
    copy = target.with_name(target.name + UNFINISHED) / "recordings" / "one.mcap"

    def spoil(share: float) -> None:
        if share <= 0.5 and copy.exists() and copy.stat().st_size:
            copy.write_bytes(b"x" * copy.stat().st_size)

    with pytest.raises(StoreError, match="not copied as it is"):
        move(folder, target, spoil)
    assert not target.exists()


def test_places_that_will_not_do_are_refused(folder: Path, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter.txt").write_text("mine")
    other = tmp_path / "other"
    other.mkdir()
    (other / "ankletest.db").write_text("")
    for target, said in (
        (folder, "must not be"), (folder / "in", "must not be"), (tmp_path, "must not be"), (full, "not empty"), (other, "another store"),
        (full / "letter.txt", "not empty"), (full / "letter.txt" / "in", "cannot be copied"),
    ):  # fmt: skip
        with pytest.raises(StoreError, match=said):
            move(folder, target)
    assert (full / "letter.txt").read_text() == "mine"


def test_letting_go_deletes_what_has_a_copy_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    done = move(folder, tmp_path / "new")
    (folder / "recordings" / "late.mcap").write_text("recorded after the move")
    (folder / "letter.txt").write_text("mine")
    assert let_go(folder, done.folder) == done.files
    assert set(content(folder)) == {"recordings/late.mcap", "letter.txt"}


def test_letting_go_of_a_folder_that_was_moved_whole_removes_it(folder: Path, tmp_path: Path) -> None:
    done = move(folder, tmp_path / "new")
    let_go(folder, done.folder)
    assert not folder.exists()


def test_nothing_is_deleted_while_the_data_are_nowhere_else(folder: Path, tmp_path: Path) -> None:
    before = content(folder)
    with pytest.raises(StoreError, match="not in"):
        let_go(folder, tmp_path / "nowhere")
    assert content(folder) == before


def test_a_store_that_is_written_to_meanwhile_is_no_move(folder: Path, tmp_path: Path) -> None:
    def meddle(share: float) -> None:
        if share > 0.5:
            with (folder / "ankletest.db").open("r+b") as file:
                file.write(b"x")

    with pytest.raises(StoreError, match="written while it was copied"):
        move(folder, tmp_path / "new", meddle)
    assert not (tmp_path / "new").exists()


def test_nobody_opens_a_store_that_is_being_moved(folder: Path, tmp_path: Path) -> None:
    key = keys.unlock(folder / KEYS, PASSPHRASE)
    told: list[str] = []

    def come(share: float) -> None:
        if not told:
            with pytest.raises(StoreError, match="being restored or moved") as caught:
                Desk.open(folder, key)
            told.append(caught.value.hint)

    move(folder, tmp_path / "new", come)
    assert told
    assert told[0]
    Desk.open(folder, key).close()


def test_a_file_that_comes_while_the_folder_is_copied_is_no_move(folder: Path, tmp_path: Path) -> None:
    def come(share: float) -> None:
        if share > 0.5:
            (folder / "recordings" / "late.mcap").write_text("recorded meanwhile")

    with pytest.raises(StoreError, match="written while it was copied"):
        move(folder, tmp_path / "new", come)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("over", [-1, 0])
def test_there_must_be_room_for_all_of_it_and_some_more(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, over: int) -> None:
    whole = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name != LOCK)
    real = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: real._replace(free=whole + SPARE + over))  # a drive of that room
    if over < 0:
        with pytest.raises(StoreError, match="no room"):
            move(folder, tmp_path / "new")
        assert not (tmp_path / "new").exists()
    else:
        assert move(folder, tmp_path / "new").size == whole


def test_what_is_let_go_is_overwritten_and_nothing_that_a_link_points_at(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    (folder / "recordings" / "letter.txt").symlink_to(tmp_path / "letter.txt")
    os.link(folder / "recordings" / "one.mcap", tmp_path / "block")  # what the drive had of it
    done = move(folder, tmp_path / "new")
    assert "recordings/letter.txt" not in content(done.folder)
    (done.folder / "recordings" / "letter.txt").write_text("another one")
    let_go(folder, done.folder)

    assert not any((tmp_path / "block").read_bytes())
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_letting_go_of_a_folder_whose_restore_was_killed_removes_it(folder: Path, tmp_path: Path) -> None:
    done = move(folder, tmp_path / "new")
    (folder / WORK).write_text("1")
    let_go(folder, done.folder)

    assert not folder.exists()


def test_a_link_into_the_data_folder_is_no_other_place(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(StoreError, match="must not be"):
        move(folder, tmp_path / "link" / "in")


def test_a_drive_that_writes_something_else_is_found_out(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = moving.copy_file

    def lying(source: Path, target: Path) -> str:
        digest = honest(source, target)
        target.write_bytes(target.read_bytes()[:-1] + b"?")
        return digest

    monkeypatch.setattr(moving, "copy_file", lying)
    with pytest.raises(StoreError, match="not copied as it is"):
        move(folder, tmp_path / "new")
    assert not (tmp_path / "new").exists()
