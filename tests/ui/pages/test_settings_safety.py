"""Backup, restore, passphrase, log, moving and erasing by the buttons of the page: done, cancelled, refused, and confirmed first."""

import csv
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from ankletest.programme.decisions import Choice, Decision
from ankletest.recording.keyhole import KEYHOLE
from ankletest.samples import Side
from ankletest.store import backups
from ankletest.store.follow_up import FollowUp
from ankletest.trial import Setup
from tests.ui.conftest import code_written
from tests.ui.pages.test_settings_page import LONG_MS, Desk
from ui.jobs import Progress
from ui.pages.going import GoingDialog
from ui.report.letterhead import Letterhead, put
from ui.words import door as words_door
from ui.words import settings as words

PASSPHRASE, FRESH = "correct horse", "battery staple"


@pytest.fixture(autouse=True)
def keyhole_empty():
    yield
    assert not KEYHOLE.open, "closing the window wipes the key"
    put(Letterhead())


@pytest.fixture
def desk(qtbot, hub, tmp_path: Path):
    """The window with an open store and two clients."""
    it = Desk(qtbot, hub, tmp_path)
    it.furniture.door.unlock(PASSPHRASE)
    code_written(qtbot)
    qtbot.waitUntil(lambda: it.furniture.safe.keeping is not None and not it.furniture.jobs.busy, timeout=LONG_MS)
    for code in ("AB-17", "CD-2"):
        it.furniture.visit.store.add_client(code, name="Somebody")
    yield it
    it.close()


def pick(desk: Desk, folder: Path) -> None:
    """Choose a folder (or a file) in the window that asks for it."""
    desk.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QFileDialog), timeout=LONG_MS)
    dialog = QApplication.activeModalWidget()
    dialog.fileSelected.emit(str(folder))
    dialog.reject()


def said(desk: Desk, text: str) -> None:
    desk.qtbot.waitUntil(lambda: text in desk.page.sentence.text(), timeout=LONG_MS)
    desk.qtbot.waitUntil(lambda: not desk.furniture.jobs.busy, timeout=LONG_MS)


def codes(desk: Desk) -> list[str]:
    return [card.code for card in desk.furniture.visit.store.clients()]


def backup(desk: Desk, parent: Path) -> Path:
    parent.mkdir(exist_ok=True)
    desk.click(desk.group("safety").back_up)
    pick(desk, parent)
    said(desk, "was written and read again")
    return max(parent.glob(f"{backups.PREFIX}*"))


def test_a_backup_is_made_and_when_it_was_is_shown(desk, tmp_path: Path) -> None:
    assert desk.page.safety.last.text() == words.NO_BACKUP
    place = backup(desk, tmp_path / "stick")
    assert backups.verify_backup(place)
    assert desk.page.safety.last.text().startswith("Last backup: 20")
    assert desk.kept.backup_folder == str(tmp_path / "stick")


def test_a_restore_backs_up_what_is_there_first_and_opens_the_backup(desk, tmp_path: Path) -> None:
    place = backup(desk, tmp_path / "stick")
    desk.furniture.visit.store.add_client("EF-3")
    desk.click(desk.page.safety.restore)
    pick(desk, place)
    dialog = desk.dialog()
    assert not dialog.act.isEnabled(), "the passphrase is asked for"
    desk.qtbot.keyClicks(dialog.lines[0], PASSPHRASE)
    desk.qtbot.keyClick(dialog.lines[0], Qt.Key.Key_Return)
    said(desk, "is in its place")
    desk.qtbot.waitUntil(lambda: desk.furniture.safe.keeping is not None and not desk.furniture.jobs.busy, timeout=LONG_MS)
    assert codes(desk) == ["AB-17", "CD-2"]
    assert len(list((tmp_path / "stick").glob(f"{backups.PREFIX}*"))) == 2


def test_a_restore_with_a_wrong_passphrase_changes_nothing(desk, tmp_path: Path) -> None:
    place = backup(desk, tmp_path / "stick")
    desk.furniture.visit.store.add_client("EF-3")
    desk.page.safety.restore_from(place)
    dialog = desk.dialog()
    desk.qtbot.keyClicks(dialog.lines[0], "something else")
    desk.click(dialog.act)
    said(desk, "not right")
    desk.furniture.door.unlock(PASSPHRASE)
    desk.qtbot.waitUntil(lambda: desk.furniture.safe.keeping is not None and not desk.furniture.jobs.busy, timeout=LONG_MS)
    assert codes(desk) == ["AB-17", "CD-2", "EF-3"]


def test_a_folder_that_is_no_backup_is_refused(desk, tmp_path: Path) -> None:
    desk.page.safety.restore_from(tmp_path)
    assert "is no backup" in desk.page.sentence.text()


def test_the_passphrase_is_changed_by_typing_it_and_twice_the_new_one(desk) -> None:
    desk.click(desk.group("safety").change)
    dialog = desk.dialog()
    for line, text in zip(dialog.lines, (PASSPHRASE, FRESH, "battery stable"), strict=True):
        desk.qtbot.keyClicks(line, text)
    desk.click(dialog.act)
    assert dialog.pair.wrong.text() == words_door.DIFFERS
    dialog.lines[2].selectAll()
    desk.qtbot.keyClicks(dialog.lines[2], FRESH)
    desk.click(dialog.act)
    said(desk, words.KEY_CHANGED)
    assert [entry.act for entry in desk.furniture.safe.keeping.log(last=1)] == ["keys"]
    desk.furniture.door.locking.shut()
    desk.furniture.door.unlock(FRESH)
    desk.qtbot.waitUntil(lambda: desk.furniture.safe.keeping is not None and not desk.furniture.jobs.busy, timeout=LONG_MS)


def test_lock_now_covers_the_window(desk) -> None:
    desk.click(desk.group("safety").lock)
    assert desk.furniture.door.locking.is_locked
    desk.furniture.door.unlock(PASSPHRASE)
    desk.qtbot.waitUntil(lambda: not desk.furniture.door.locking.is_locked and not desk.furniture.jobs.busy, timeout=LONG_MS)


def test_the_lock_time_is_noted_in_the_log_and_in_force(desk) -> None:
    group = desk.group("safety")
    group.minutes.setFocus()
    desk.qtbot.keyClick(group.minutes, Qt.Key.Key_Up)
    assert desk.kept.lock_minutes == 11.0
    assert desk.furniture.door.locking._idle_s == 660.0
    entry = desk.furniture.safe.keeping.log(last=1)[0]
    assert (entry.act, entry.entity, entry.entity_id, entry.detail) == ("change", "setting", "lock_minutes", "11")


def test_the_log_is_shown_of_one_client_and_written_as_csv(desk, tmp_path: Path) -> None:
    log = desk.group("log")
    desk.qtbot.waitUntil(lambda: log.table.rowCount() == 3, timeout=LONG_MS)
    desk.qtbot.waitUntil(lambda: not desk.furniture.jobs.busy, timeout=LONG_MS)
    desk.qtbot.keyClicks(log.client, "CD-2")
    desk.qtbot.keyClick(log.client, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: log.table.rowCount() == 1 and not desk.furniture.jobs.busy, timeout=LONG_MS)
    assert [log.table.item(0, column).text() for column in (2, 3, 4)] == ["entered", "client", "CD-2"]
    desk.click(log.csv)
    pick(desk, tmp_path / "log.csv")
    said(desk, "1 entry was written")
    rows = csv.DictReader((tmp_path / "log.csv").read_text("utf-8").splitlines())
    assert [row["client"] for row in rows] == ["CD-2"]
    assert desk.furniture.safe.keeping.log(last=1)[0].act == "export"


def test_the_log_names_a_decision_and_its_client_by_the_code(desk) -> None:
    store = desk.furniture.visit.store
    client = next(one for one in store._desk.clients("AB-17"))
    FollowUp(store._desk).decide(client, Decision(datetime.now(UTC), 1, 0, 1, ("it holds",), Choice.ACCEPTED, 1, "Strength, slow"))
    log = desk.group("log")
    desk.qtbot.waitUntil(lambda: log.table.rowCount() == 4 and not desk.furniture.jobs.busy, timeout=LONG_MS)

    assert [log.table.item(0, column).text() for column in (2, 3, 4, 5)] == [
        "entered", "ladder step", "AB-17", "of client AB-17: step 1 to 2, accepted",
    ]  # fmt: skip


def test_a_client_is_erased_once_the_code_was_typed_again(desk) -> None:
    desk.furniture.visit.choose_client(desk.furniture.visit.store.clients("AB-17")[0])
    group = desk.group("safety")
    assert not group.erase.isEnabled()
    desk.qtbot.keyClicks(group.code, "AB-17")
    desk.click(group.erase)
    dialog = desk.dialog()
    desk.qtbot.keyClicks(dialog.lines[0], "AB-1")
    assert not dialog.act.isEnabled()
    desk.qtbot.keyClicks(dialog.lines[0], "7")
    desk.click(dialog.act)
    said(desk, "AB-17 was erased")
    assert codes(desk) == ["CD-2"]
    assert desk.furniture.visit.client is None


def test_moving_asks_copies_closes_and_the_next_start_finds_the_data_and_lets_the_old_go(desk, qtbot, hub, tmp_path: Path) -> None:
    group, target = desk.group("safety"), tmp_path / "moved"
    desk.click(group.move_data)
    pick(desk, target)
    desk.click(desk.dialog().act)
    qtbot.waitUntil(lambda: not desk.shell.isVisible(), timeout=LONG_MS)
    assert (desk.kept.data_folder, desk.kept.old_data_folder) == (str(target), str(tmp_path / "data"))

    again = Desk(qtbot, hub, tmp_path, folder=target)
    again.furniture.door.unlock(PASSPHRASE)
    qtbot.waitUntil(lambda: again.furniture.safe.keeping is not None and not again.furniture.jobs.busy, timeout=LONG_MS)
    assert codes(again) == ["AB-17", "CD-2"]
    again.click(again.group("safety").let_go)
    again.click(again.dialog().act)
    said(again, "of the old folder were deleted")
    assert not (tmp_path / "data").exists()
    assert again.kept.old_data_folder == ""
    again.close()


def test_while_something_is_recorded_nothing_is_moved_restored_or_erased(desk, tmp_path: Path) -> None:
    group = desk.group("safety")
    room_connect(desk)
    desk.shell.show_page("settings")
    desk.group("safety")
    desk.qtbot.keyClicks(group.code, "AB-17")
    for button in (group.move_data, group.restore, group.erase):
        desk.page.say("", False)
        desk.click(button)
        assert desk.page.sentence.text() == words.RECORDS
    desk.furniture.visit.close()
    desk.qtbot.waitUntil(lambda: not desk.furniture.visit.leaving and not desk.furniture.jobs.busy, timeout=LONG_MS)


def test_a_run_is_recorded_with_the_gravity_of_the_place(desk) -> None:
    desk.furniture.preferences.change({"gravity": "typed", "typed_m_s2": 9.8123})
    room_connect(desk)
    visit = desk.furniture.visit
    desk.qtbot.waitUntil(lambda: visit.session is not None and visit.session.now_s > 1.0, timeout=LONG_MS)
    visit.start(Setup("stance", Side.LEFT, duration_s=5.0))
    desk.qtbot.waitUntil(lambda: visit.running, timeout=LONG_MS)
    assert visit.session.setup.gravity_m_s2 == 9.8123
    assert Setup.from_json(visit.session.setup.as_json()) == visit.session.setup
    fields = visit.session.setup.as_json()
    del fields["gravity_m_s2"]
    assert Setup.from_json(fields).gravity_m_s2 == 9.80665, "a recording of an earlier program"
    visit.discard()
    desk.qtbot.waitUntil(lambda: not visit.running, timeout=LONG_MS)
    visit.close()
    desk.qtbot.waitUntil(lambda: not visit.leaving and not desk.furniture.jobs.busy, timeout=LONG_MS)


def room_connect(desk: Desk) -> None:
    desk.shell.show_page("devices")
    devices = desk.furniture.devices
    desk.qtbot.waitUntil(lambda: devices.found.rowCount() > 0)
    desk.qtbot.mouseClick(devices.found.tick(0), Qt.MouseButton.LeftButton)
    desk.qtbot.mouseClick(devices.connect_button, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: desk.furniture.visit.connected and not desk.furniture.jobs.busy, timeout=LONG_MS)


def test_a_long_job_is_cancelled_by_its_button_and_says_so(desk) -> None:
    begun = threading.Event()

    def work(progress: Progress) -> None:
        while True:
            progress(0.25)
            begun.set()
            time.sleep(0.001)

    going = GoingDialog("Long", desk.page)
    told: list[str] = []
    going.failed.connect(told.append)
    going.run(desk.furniture.jobs, work)
    desk.qtbot.waitUntil(begun.is_set, timeout=LONG_MS)
    desk.qtbot.waitUntil(lambda: going.bar.value() == 250, timeout=LONG_MS)
    desk.click(going.cancel)
    desk.qtbot.waitUntil(lambda: told == [words.STOPPED], timeout=LONG_MS)


def test_without_an_open_store_buttons_say_what_to_do(qtbot, hub, tmp_path: Path) -> None:
    desk = Desk(qtbot, hub, tmp_path)
    group = desk.group("safety")
    qtbot.waitUntil(lambda: not desk.furniture.jobs.busy, timeout=LONG_MS)
    for button in (group.back_up, group.change):
        desk.click(button)
        assert desk.page.sentence.text() == words.STORE_CLOSED
    assert desk.group("log").count.text() == words.LOG_LOCKED
    desk.close()
