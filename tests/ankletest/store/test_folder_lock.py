"""The lock of a folder whose files are exchanged: one at a time, told to the other, and in nobody's way once it is over."""

from pathlib import Path

import pytest

from ankletest.errors import StoreError
from ankletest.store import keys
from ankletest.store.desk import KEYS, Desk
from ankletest.store.folder_lock import LOCK, WORK, at_work, demand_rest, holder
from ankletest.store.restoring import restore


def test_a_second_one_that_exchanges_files_is_told(tmp_path: Path) -> None:
    with at_work(tmp_path):
        with pytest.raises(StoreError, match="being restored or moved"), at_work(tmp_path):
            pytest.fail("both are at work")
        with pytest.raises(StoreError, match="being restored or moved"):
            demand_rest(tmp_path)

    demand_rest(tmp_path)
    assert not (tmp_path / WORK).exists()


def test_nothing_is_restored_into_a_folder_that_is_being_moved(tmp_path: Path, no_keyring: None) -> None:
    key, _ = keys.create(tmp_path / "data" / KEYS, "four quiet ankles hop", in_keyring=False)
    (tmp_path / "usb").mkdir()
    desk = Desk.open(tmp_path / "data", key)
    place = desk.backup(tmp_path / "usb")
    desk.add_client("A-1")
    desk.close()
    with at_work(tmp_path / "data"), pytest.raises(StoreError, match="being restored or moved"):
        restore(tmp_path / "data", place, key)

    desk = Desk.open(tmp_path / "data", key)
    assert [client.code for client in desk.clients()] == ["A-1"]
    desk.close()


def test_looking_whether_one_is_at_work_keeps_nobody_from_it(tmp_path: Path) -> None:
    (tmp_path / WORK).write_text("1")  # of one that was killed
    demand_rest(tmp_path)
    with at_work(tmp_path):
        pass


@pytest.mark.parametrize("left", ["", "soon", "-1", "é"])
def test_a_lock_with_anything_else_in_it_is_nobodys(tmp_path: Path, left: str) -> None:
    (tmp_path / LOCK).write_text(left, "utf-8")

    assert holder(tmp_path) == 0
