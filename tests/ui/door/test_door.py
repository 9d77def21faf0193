"""The door of a data folder: locked when nobody is there, a running test not interrupted, a second window, a folder that cannot be used."""

import logging
import os
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from ankletest.recording.keyhole import KEYHOLE, PURPOSE, Keyhole
from ankletest.recording.mcap_file import Writer
from ankletest.recording.reader import Recording, is_encrypted
from ankletest.store import keys
from ankletest.store.desk import KEYS, RECORDINGS, Desk
from ui.desk.desk_store import DeskStore
from ui.desk.keeping import restore_backup
from ui.desk.unlock import unlock, unlock_remembered
from ui.door.doorbell import Doorbell, ring
from ui.furnish import Furniture
from ui.shell import Shell
from ui.words import store as words

LONG_MS = 30_000
PASSPHRASE = "correct horse"  # noqa: S105  of a store that lives for one test


@pytest.fixture(autouse=True)
def keyhole_empty():
    yield
    assert not KEYHOLE.open, "closing the window wipes the key"


def type_in(room, edit, text: str) -> None:
    room.qtbot.keyClicks(edit, text)
    room.qtbot.keyClick(edit, Qt.Key.Key_Return)


def enter(room, code: str = "AB-17") -> None:
    """Open the store and enter a client."""
    room.open_store(PASSPHRASE)
    clients = room.furniture.clients
    room.qtbot.waitUntil(lambda: not room.furniture.jobs.busy, timeout=LONG_MS)
    fill_in(room, clients, code)


def fill_in(room, clients, code: str, *, name: str = "") -> None:
    """Enter a client in the form."""
    clients.begin_new()
    for field, text in (("name", name), ("code", code)):
        clients.form.fields[field].control.clear()
        room.qtbot.keyClicks(clients.form.fields[field].control, text)
    room.qtbot.mouseClick(clients.form.save, Qt.MouseButton.LeftButton)


def locking_of(room):
    return room.furniture.door.locking


def test_it_locks_by_a_key_covers_everything_and_opens_again(room) -> None:
    enter(room)
    store, locking = room.furniture.visit.store, locking_of(room)
    key = store._desk._key
    assert locking.lock() == ""

    assert locking.is_locked
    assert not KEYHOLE.open
    assert not any(key._secret), "wiped"
    assert room.furniture.visit.store is None
    assert not room.shell.body.isVisible()
    assert locking.screen.geometry() == room.shell.rect()
    assert not any(shortcut.isEnabled() for shortcut in room.shell.findChildren(QShortcut))
    type_in(room, locking.screen.passphrase, "something else")
    room.qtbot.waitUntil(lambda: "not right" in locking.screen.sentence.text(), timeout=LONG_MS)
    assert locking.is_locked
    type_in(room, locking.screen.passphrase, PASSPHRASE)
    room.qtbot.waitUntil(lambda: not locking.is_locked, timeout=LONG_MS)

    assert room.shell.body.isVisible()
    assert all(shortcut.isEnabled() for shortcut in room.shell.findChildren(QShortcut))
    assert [card.code for card in room.furniture.visit.store.clients()] == ["AB-17"]
    assert [e.act for e in room.furniture.visit.store.keeping.log(last=2)] == ["unlock", "lock"]


def test_it_locks_by_itself_when_nobody_is_there_and_not_before(room) -> None:
    enter(room)
    locking = locking_of(room)
    locking.set_minutes(0.6 / 60.0)
    for _ in range(8):
        room.qtbot.wait(150)
        room.qtbot.keyClick(room.shell, Qt.Key.Key_Shift)
        assert not locking.is_locked, "somebody is there"
    room.qtbot.waitUntil(lambda: locking.is_locked, timeout=LONG_MS)


def test_nothing_locks_before_the_store_is_open(room) -> None:
    assert locking_of(room).lock() == words.NOTHING_TO_LOCK
    assert room.shell.body.isVisible()


def test_a_test_that_runs_is_not_interrupted_and_its_trial_is_saved(room) -> None:
    enter(room)
    room.connect(0)
    test, visit, locking = room.furniture.test, room.furniture.visit, locking_of(room)
    test.setup_bar.duration.setValue(12)
    room.qtbot.keyClick(test, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: visit.running, timeout=LONG_MS)
    assert locking.lock() == words.LOCK_LATER
    assert not locking.is_locked
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)
    room.qtbot.waitUntil(lambda: locking.is_locked, timeout=LONG_MS)

    assert visit.connected, "the recording goes on"
    assert locking.screen.sentence.text() == words.LOCKED_GOES_ON
    type_in(room, locking.screen.passphrase, PASSPHRASE)
    room.qtbot.waitUntil(lambda: not locking.is_locked, timeout=LONG_MS)
    assert len(visit.store.trials("AB-17")) == 1
    path = visit.recording
    room.close()
    assert is_encrypted(path)
    desk = Desk.open(path.parent.parent, keys.unlock(path.parent.parent / KEYS, PASSPHRASE))
    keyhole = Keyhole()
    keyhole.insert(desk.derive(PURPOSE))
    recording = Recording.open(path, keyhole)
    assert recording.complete
    assert desk.sealed() == {path: recording.sha256()}
    desk.close()


def test_a_visit_that_ends_while_it_is_locked_gets_its_checksum_at_the_next_unlocking(room, qtbot, hub, tmp_path: Path) -> None:
    enter(room)
    room.connect(0)
    path = room.furniture.visit.recording
    locking_of(room).lock()
    room.close()
    assert path.exists()
    opened = unlock(tmp_path / "data", PASSPHRASE)
    opened.store.seal_left()
    assert opened.store.keeping.check() == ""

    assert opened.store._desk.sealed() == {path: Recording.open(path).sha256()}
    opened.store.close()


def test_what_a_crash_left_encrypted_waits_for_the_store(qtbot, hub, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    unlock(folder, PASSPHRASE).store.close()
    opened = unlock(folder, PASSPHRASE)
    part = folder / RECORDINGS / "a.mcap.part"
    writer = Writer(folder / RECORDINGS / "a.mcap", session={"session": "s", "devices": []}, sink=KEYHOLE.sink)
    writer.abandon()
    opened.store.close()
    shell = Shell()
    furniture = Furniture(shell, hub, folder=folder)
    shell.show()
    qtbot.waitUntil(lambda: not furniture.jobs.busy, timeout=LONG_MS)
    assert part.exists()
    assert not shell.news.isVisible()
    furniture.clients.unlock.emit(PASSPHRASE)
    qtbot.waitUntil(lambda: (folder / RECORDINGS / "a.mcap").exists(), timeout=LONG_MS)
    qtbot.waitUntil(lambda: not furniture.jobs.busy, timeout=LONG_MS)

    assert is_encrypted(folder / RECORDINGS / "a.mcap")
    shell.close()


# ---- two windows ------------------------------------------------------------------------------------------------------------------


def second_window(room, hub) -> tuple[Shell, Furniture]:
    shell = Shell()
    furniture = Furniture(shell, hub, folder=room.furniture.door.folder)
    shell.show()
    room.qtbot.waitExposed(shell)
    return shell, furniture


def press(shell: Shell, text: str, qtbot) -> None:
    box = shell.findChild(QMessageBox)
    assert box is not None
    button = next(b for b in box.findChildren(QPushButton) if b.text() == text)
    assert button.accessibleName() == text
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_second_window_brings_the_first_to_the_front_and_goes(room, hub) -> None:
    rung: list[bool] = []
    room.furniture.door._bell.rang.connect(lambda: rung.append(True))
    shell, furniture = second_window(room, hub)
    assert furniture.door.second
    # The bell waits for an answer of the other window, which lives in this very process here.
    room.shell.hide()
    press(shell, words.SECOND_SHOW, room.qtbot)
    room.qtbot.waitUntil(lambda: not shell.isVisible(), timeout=LONG_MS)
    room.qtbot.waitUntil(lambda: bool(rung), timeout=LONG_MS)

    assert room.shell.isVisible()


def test_a_second_window_may_only_look(room, hub) -> None:
    enter(room)
    shell, furniture = second_window(room, hub)
    press(shell, words.SECOND_LOOK, room.qtbot)
    assert shell.news.text() == words.SECOND_LOOKING
    assert furniture.visit._recordings is None, "it records nothing"
    furniture.clients.unlock.emit(PASSPHRASE)
    room.qtbot.waitUntil(lambda: furniture.visit.store is not None, timeout=LONG_MS)
    store = furniture.visit.store

    assert store.keeping.read_only
    assert [card.code for card in store.clients()] == ["AB-17"]
    shell.show_page("clients")
    fill_in(room, furniture.clients, "CD-18")
    assert "only looks" in furniture.clients.form.sentence.text()
    furniture.clients.show_list()
    assert [card.code for card in room.furniture.visit.store.clients()] == ["AB-17"]
    shell.close()


def test_a_bell_without_a_window_is_silent(qtbot, tmp_path: Path) -> None:
    assert not ring(tmp_path)
    bell = Doorbell(tmp_path)
    again = Doorbell(tmp_path / "other")
    assert ring(tmp_path)
    bell.close()
    again.close()
    assert not ring(tmp_path)


def test_a_window_that_closes_lets_the_folder_go(room, hub) -> None:
    room.close()
    shell, furniture = second_window(room, hub)
    assert not furniture.door.second
    assert furniture.door.recordings is not None
    shell.close()


# ---- a folder that cannot be used -------------------------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_is_a_sentence(qtbot, hub, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    shell = Shell()
    furniture = Furniture(shell, hub, folder=tmp_path / "file" / "data")
    shell.show()

    assert "Nothing can be recorded or kept" in shell.news.text()
    assert furniture.door.recordings is None
    shell.close()


def test_a_database_without_its_key_file_is_not_given_a_new_one(room, tmp_path: Path) -> None:
    enter(room)
    room.close()
    folder = tmp_path / "data"
    for name in ("keys.json", "keys-copy.json"):
        (folder / name).unlink()

    with pytest.raises(Exception, match=words.WRONG_KEY_FILE):
        unlock(folder, PASSPHRASE)
    assert not (folder / KEYS).exists()


# ---- what buttons ask ---------------------------------------------------------------------------------------------------------------


def test_keeping_backs_up_exports_erases_and_restores(tmp_path: Path) -> None:
    folder, usb = tmp_path / "data", tmp_path / "usb"
    usb.mkdir()
    store = unlock(folder, PASSPHRASE).store
    store.add_client("AB-17", name="Anna Berg")
    keeping = store.keeping
    told: list[float] = []
    place = keeping.backup(usb, told.append)
    assert told[-1] == 1.0
    assert keeping.export("AB-17", tmp_path / "out", pseudonymised=False) == []
    assert keeping.export("AB-17", tmp_path / "research", pseudonymised=True) == []
    assert keeping.check() == ""
    store.add_client("CD-18")
    assert keeping.erase("CD-18").left == ()
    with pytest.raises(Exception, match="no client with the code CD-18"):
        keeping.erase("CD-18")
    store.close()
    done = restore_backup(folder, place, PASSPHRASE, told.append)
    again = unlock(folder, PASSPHRASE).store

    assert done.aside.is_dir()
    assert [card.code for card in again.clients()] == ["AB-17"]
    assert (tmp_path / "out" / "client.csv").exists()
    again.close()


def test_a_changed_passphrase_opens_and_the_old_one_does_not(tmp_path: Path) -> None:
    store = unlock(tmp_path, PASSPHRASE).store
    with pytest.raises(Exception, match="not right"):
        store.keeping.change_passphrase("something else", "a longer phrase")
    store.keeping.change_passphrase(PASSPHRASE, "a longer phrase")
    store.close()
    with pytest.raises(Exception, match="not right"):
        unlock(tmp_path, PASSPHRASE)
    unlock(tmp_path, "a longer phrase").store.close()


class Drawer(KeyringBackend):
    """A keyring that lives in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


@pytest.fixture
def drawer():
    before = keyring.get_keyring()
    keyring.set_keyring(Drawer())
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("drawer")
def test_a_remembered_store_opens_by_itself_at_the_start_and_never_after_a_lock(qtbot, hub, tmp_path: Path) -> None:
    store = unlock(tmp_path / "data", PASSPHRASE).store
    assert store.keeping.remember(PASSPHRASE)
    store.close()
    shell = Shell()
    furniture = Furniture(shell, hub, folder=tmp_path / "data")
    shell.show()
    qtbot.waitUntil(lambda: isinstance(furniture.visit.store, DeskStore), timeout=LONG_MS)
    qtbot.waitUntil(lambda: not furniture.jobs.busy, timeout=LONG_MS)
    furniture.visit.store.keeping.forget()
    furniture.door.locking.lock()
    qtbot.wait(200)

    assert furniture.door.locking.is_locked
    assert unlock_remembered(tmp_path / "data") is None
    shell.close()


def test_a_dialog_that_is_open_is_closed_by_the_lock(room) -> None:
    enter(room)
    room.shell.about()
    assert [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]
    locking_of(room).lock()

    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible()]


def test_no_file_title_or_log_of_a_visit_holds_the_name_in_plain_text(
    room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setitem(os.environ, "TMPDIR", str(tmp_path))
    room.open_store(PASSPHRASE)
    clients = room.furniture.clients
    fill_in(room, clients, "AB-17", name="Unmistakable Personname")
    room.connect(0)
    room.qtbot.waitUntil(lambda: room.furniture.visit.session.now_s > 5.0, timeout=LONG_MS)

    def holding(*words: bytes) -> list[str]:
        found = [path for path in tmp_path.rglob("*") if path.is_file() and any(word in path.read_bytes() for word in words)]
        return [path.name for path in found]

    assert [p for p in tmp_path.rglob("*-wal") if p.stat().st_size], "the journal is there, and looked into"
    assert [p for p in tmp_path.rglob("*.part") if p.stat().st_size], "so is the recording that goes on"
    assert holding(b"Unmistakable", "Unmistakable".encode("utf-16-le"), b"unmistakable") == []
    assert holding(b"AB-17") == [], "the code is in no file's content either"
    for page in ("clients", "test", "results", "followup", "replay"):
        room.shell.show_page(page)
        titles = [widget.windowTitle() for widget in QApplication.topLevelWidgets()]
        assert not [title for title in titles if "Unmistakable" in title], "a title stands in lists of the system, and in their pictures"
    room.close()
    assert "nmistakable" not in caplog.text
    assert holding(b"Unmistakable", b"unmistakable", b"AB-17") == []
