"""Copies of a store that lie on drives: reached by an erasure sooner or later, by the window that is opened while the drive is there."""

from pathlib import Path

from ankletest.store import keys
from ankletest.store.desk import KEYS, Desk
from ui.desk.unlock import unlock
from ui.furnish import Furniture
from ui.shell import Shell

LONG_MS = 30_000
PASSPHRASE = "correct horse"  # noqa: S105  of a store that lives for one test


def test_a_backup_that_an_erasure_did_not_reach_is_reached_when_the_window_is_opened_with_its_drive(qtbot, hub, tmp_path: Path) -> None:
    folder, usb = tmp_path / "data", tmp_path / "usb"
    usb.mkdir()
    store = unlock(folder, PASSPHRASE).store
    store.add_client("AB-17", name="Anna Berg")
    place = store.keeping.backup(usb, lambda _: None)
    drive = usb.rename(tmp_path / "in a drawer")
    (left,) = store.keeping.erase("AB-17").left
    assert "still holds the client" in left
    store.close()
    drive.rename(usb)
    shell = Shell()
    furniture = Furniture(shell, hub, folder=folder)
    shell.show()
    furniture.clients.unlock.emit(PASSPHRASE)
    qtbot.waitUntil(lambda: furniture.visit.store is not None, timeout=LONG_MS)
    qtbot.waitUntil(lambda: not furniture.jobs.busy, timeout=LONG_MS)
    shell.close()
    key = keys.unlock(place / KEYS, PASSPHRASE)
    copy = Desk.open(place, key)

    assert copy.clients() == []
    copy.close()
