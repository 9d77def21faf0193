"""The first passphrase: typed twice, told how good it is, slips found; the recovery code confirmed on paper, copied, printed."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QLineEdit

from ankletest.store import keys
from ankletest.store.desk import KEYS
from ankletest.store.passphrase import SHORTEST
from tests.ui.conftest import LONG_MS, code_written
from ui.desk.unlock import unlock
from ui.furnish import Furniture
from ui.pages.recovery import RecoveryDialog, in_rows
from ui.pages.secrets import SecretLine, told
from ui.shell import Shell
from ui.words import door as words
from ui.words import pages as words_pages
from ui.words import store as words_store

PASSPHRASE = "seven quiet otters"  # noqa: S105  of a store that lives for one test
KEY, HIDDEN = Qt.Key, QLineEdit.EchoMode.Password
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def door(room):
    room.shell.show_page("clients")
    room.shell.activateWindow()
    return room.furniture.clients.lock_card


def recovery(room) -> RecoveryDialog:
    room.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), RecoveryDialog), timeout=LONG_MS)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RecoveryDialog)
    return dialog


def made(room, door) -> RecoveryDialog:
    """Choose a passphrase, and see the recovery code."""
    for line in (door.passphrase, door.again):
        room.qtbot.keyClicks(line, PASSPHRASE)
    room.qtbot.mouseClick(door.button, LEFT)
    return recovery(room)


def test_the_first_time_a_passphrase_is_chosen_and_the_button_says_what_it_makes(door) -> None:
    assert door.first
    assert door.button.text() == words.MAKE
    assert door.again.isVisible()
    assert door.sentence.text() == words.FIRST_TEXT
    assert door.pair.strength.text() == words.ADVICE.format(least=SHORTEST)
    assert (door.passphrase.echoMode(), door.again.echoMode()) == (HIDDEN, HIDDEN)


def test_a_store_that_is_there_asks_once(qtbot, hub, tmp_path: Path) -> None:
    unlock(tmp_path / "data", PASSPHRASE).store.close()
    shell = Shell()
    furniture = Furniture(shell, hub, folder=tmp_path / "data")
    shell.show()
    shell.show_page("clients")
    door = furniture.clients.lock_card

    assert not door.first
    assert door.button.text() == words_pages.UNLOCK
    assert not door.again.isVisible()
    assert not door.pair.strength.isVisible()
    qtbot.keyClicks(door.passphrase, "short")
    qtbot.keyClick(door.passphrase, KEY.Key_Return)
    qtbot.waitUntil(lambda: "not right" in door.sentence.text(), timeout=LONG_MS)
    qtbot.keyClicks(door.passphrase, PASSPHRASE)
    qtbot.keyClick(door.passphrase, KEY.Key_Return)
    qtbot.waitUntil(lambda: furniture.visit.store is not None, timeout=LONG_MS)
    assert not door.pair.isVisible()
    assert QApplication.activeModalWidget() is None, "no recovery code a second time"
    shell.close()


def test_a_slip_in_the_repeat_is_told_beside_it_and_makes_nothing(room, door, tmp_path: Path) -> None:
    room.qtbot.keyClicks(door.passphrase, PASSPHRASE)
    room.qtbot.keyClicks(door.again, PASSPHRASE[:5])
    assert door.pair.wrong.text() == "", "who is still typing is not wrong"
    room.qtbot.mouseClick(door.button, LEFT)
    assert door.pair.wrong.text() == words.DIFFERS
    room.qtbot.keyClicks(door.again, "x")
    assert door.pair.wrong.text() == words.DIFFERS
    assert door.again.accessibleDescription() == words.DIFFERS
    assert not (tmp_path / "data" / KEYS).exists()
    assert door.passphrase.text() == PASSPHRASE, "what was right need not be typed again"


def test_by_keys_alone_enter_goes_to_the_repeat_and_then_makes_the_store(room, door) -> None:
    room.qtbot.keyClicks(door.passphrase, PASSPHRASE)
    room.qtbot.keyClick(door.passphrase, KEY.Key_Return)
    assert QApplication.focusWidget() is door.again
    room.qtbot.keyClick(door.again, KEY.Key_Return)
    assert door.pair.wrong.text() == words.REPEAT_MISSING
    room.qtbot.keyClicks(door.again, PASSPHRASE)
    room.qtbot.keyClick(door.again, KEY.Key_Return)
    code_written(room.qtbot)
    room.qtbot.waitUntil(lambda: room.furniture.visit.store is not None, timeout=LONG_MS)

    assert door.passphrase.text() == door.again.text() == "", "nothing of it stays in the window"
    assert not door.pair.isVisible()


@pytest.mark.parametrize("typed", ["short", "aaaaaaaaaaaa", "password123", "qwertzuiop"])
def test_one_that_is_not_taken_is_told_why_and_makes_nothing(room, door, tmp_path: Path, typed: str) -> None:
    for line in (door.passphrase, door.again):
        room.qtbot.keyClicks(line, typed)
    room.qtbot.mouseClick(door.button, LEFT)

    assert door.pair.strength.property("state") == "bad"
    assert door.passphrase.accessibleDescription() == door.pair.strength.text() == told(typed)[0]
    assert QApplication.focusWidget() is door.passphrase
    assert not (tmp_path / "data" / KEYS).exists()


def test_how_good_it_is_is_told_while_it_is_typed(room, door) -> None:
    room.qtbot.keyClicks(door.passphrase, "seven")
    assert door.pair.strength.text() == words.WEAKNESS["short"].format(count=5, least=SHORTEST)
    room.qtbot.keyClicks(door.passphrase, " quiet")
    assert "4\u202f000\u202f000" in door.pair.strength.text()
    assert "weak" in door.pair.strength.text()
    room.qtbot.keyClicks(door.passphrase, " otters")
    assert "fair" in door.pair.strength.text()
    room.qtbot.keyClicks(door.passphrase, " swim home")
    assert "strong" in door.pair.strength.text()
    assert door.pair.strength.property("state") == "good"


def test_the_eye_shows_both_lines_and_hides_them_again(room, door) -> None:
    room.qtbot.keyClick(door.eye, KEY.Key_Space)
    assert (door.passphrase.echoMode(), door.again.echoMode()) == (QLineEdit.EchoMode.Normal,) * 2
    assert door.eye.accessibleName() == words.HIDE_HINT
    room.qtbot.keyClick(door.eye, KEY.Key_Space)
    assert (door.passphrase.echoMode(), door.again.echoMode()) == (HIDDEN, HIDDEN)


def test_what_is_shown_is_hidden_again_once_the_store_is_made(room, door) -> None:
    room.qtbot.keyClick(door.eye, KEY.Key_Space)
    made(room, door)
    assert door.passphrase.echoMode() is HIDDEN
    code_written(room.qtbot)


def letter(line: SecretLine, text: str, modifier: Qt.KeyboardModifier) -> None:
    QApplication.sendEvent(line, QKeyEvent(QEvent.Type.KeyPress, KEY.Key_A, modifier, text))


def test_caps_lock_is_known_by_a_letter(room, door) -> None:
    none, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    caps = door.pair.caps
    for text, modifier, on in (("A", none, True), ("a", none, False), ("a", shift, True), ("A", shift, False), ("A", none, True)):
        letter(door.passphrase, text, modifier)
        assert caps.isVisible() is on
    letter(door.passphrase, "1", none)
    assert caps.isVisible(), "a figure tells nothing"
    door.again.setFocus()
    room.qtbot.waitUntil(lambda: not caps.isVisible(), timeout=LONG_MS)


def test_caps_lock_is_told_on_the_lock_screen_too(room) -> None:
    screen = room.furniture.door.locking.screen
    screen.cover("The recording goes on.")
    letter(screen.passphrase, "A", Qt.KeyboardModifier.NoModifier)
    assert screen.sentence.text() == words.CAPS
    letter(screen.passphrase, "a", Qt.KeyboardModifier.NoModifier)
    assert screen.sentence.text() == ""
    screen.uncover()


def test_a_second_window_makes_no_store(room, hub, qtbot) -> None:
    shell = Shell()
    second = Furniture(shell, hub, folder=room.furniture.door.folder)
    shell.show()
    shell.show_page("clients")
    assert not second.clients.lock_card.first
    second.door.unlock(PASSPHRASE)
    qtbot.waitUntil(lambda: words_store.NOT_YET in second.clients.sentence.text(), timeout=LONG_MS)
    assert not keys.exists(room.furniture.door.folder / KEYS)
    shell.close()


# ---- recovery code ------------------------------------------------------------------------------------------------------------------


def test_the_recovery_code_stays_until_it_is_confirmed_and_opens_the_store(room, door, tmp_path: Path) -> None:
    dialog = made(room, door)
    room.qtbot.mouseClick(dialog.leave, LEFT)
    assert dialog.said.text() == words.TICK_FIRST
    room.qtbot.keyClick(dialog, KEY.Key_Escape)
    assert dialog.isVisible()
    code = code_written(room.qtbot)
    room.qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=LONG_MS)

    assert keys.unlock(tmp_path / "data" / KEYS, code.replace("\n", "-"))
    shown = [widget.text() for widget in room.shell.findChildren(QLineEdit)]
    assert not any(code.split("-")[0] in text for text in shown)


def test_a_copied_code_leaves_the_clipboard_with_its_window(room, door) -> None:
    dialog = made(room, door)
    room.qtbot.mouseClick(dialog.copy, LEFT)
    clipboard = QGuiApplication.clipboard()
    assert in_rows(clipboard.text()) == dialog.shown.text()
    code_written(room.qtbot)
    room.qtbot.waitUntil(lambda: clipboard.text() == "", timeout=LONG_MS)


def test_what_was_copied_since_stays_in_the_clipboard(room, door) -> None:
    dialog = made(room, door)
    room.qtbot.mouseClick(dialog.copy, LEFT)
    QGuiApplication.clipboard().setText("something else")
    code_written(room.qtbot)
    assert QGuiApplication.clipboard().text() == "something else"
    QGuiApplication.clipboard().clear()


def test_it_is_printed_with_what_it_is_for(room, door, tmp_path: Path) -> None:
    dialog = made(room, door)
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    dialog.print_to(printer)

    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")
    assert dialog.said.text() == words.PRINTED
    code_written(room.qtbot)


def test_the_lock_closes_it_and_says_so_when_the_store_is_open_again(room, door) -> None:
    made(room, door)
    room.qtbot.waitUntil(lambda: not room.furniture.jobs.busy, timeout=LONG_MS)
    assert room.furniture.door.locking.lock() == ""
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, RecoveryDialog) and w.isVisible()]
    room.furniture.door.unlock(PASSPHRASE)
    room.qtbot.waitUntil(lambda: words.CODE_LOST in room.shell.news.text(), timeout=LONG_MS)
    room.qtbot.waitUntil(lambda: not room.furniture.jobs.busy, timeout=LONG_MS)
