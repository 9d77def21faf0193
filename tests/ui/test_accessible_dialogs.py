"""What a page or a question holds once there is something in it has a name too, and whoever works by keys sees where they are."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QMessageBox, QWidget

from ankletest.programme.targets import Origin
from ankletest.samples import Side
from ankletest.trial import Setup
from tests.ui.clinic import Clinic
from tests.ui.pages.test_followup_page import chosen
from tests.ui.test_accessible import unnamed
from ui.pages.asking import FeltDialog, StopDialog, WhyDialog
from ui.pages.battery_editor import BatteryEditor
from ui.pages.followup_rules import RulesDialog
from ui.pages.going import GoingDialog
from ui.pages.recovery import RecoveryDialog
from ui.pages.settings_asking import AskDialog, Asked, PassphraseDialog
from ui.words import settings as words_settings
from ui.words import visit as words_visit

LONG_MS = 20_000
PAGES = ("clients", "visit", "test", "results", "followup", "replay", "devices", "calibration", "check", "settings")
AROUND_PX = 4
"""A frame may be drawn at the very edge of a control."""


def test_every_control_of_a_client_s_follow_up_has_a_name(clinic: Clinic) -> None:
    clinic.months()
    clinic.take()
    assert clinic.page.history.cards
    assert unnamed(clinic.shell) == []
    clinic.click(chosen(clinic, Origin.OTHER_SIDE).set_button)
    assert clinic.page.targets.rows
    assert unnamed(clinic.shell) == []
    clinic.page.ladder.show_rules()
    rules = clinic.page.ladder.findChild(RulesDialog) or clinic.shell.findChild(RulesDialog)
    assert unnamed(rules) == []
    rules.close()
    clinic.click(clinic.page.recompute)
    clinic.settle()
    assert unnamed(clinic.page.recompute_dialog) == []
    clinic.page.recompute_dialog.close()
    clinic.settle()


@pytest.mark.parametrize("group", words_settings.GROUPS)
def test_every_control_of_the_settings_has_a_name(room, group: str) -> None:
    room.shell.show_page("settings")
    room.furniture.settings.show_group(group)
    room.qtbot.waitUntil(lambda: not room.furniture.jobs.busy, timeout=LONG_MS)

    assert unnamed(room.shell) == []


@pytest.mark.parametrize("name", ["felt", "stop", "why", "ask", "passphrase", "recovery", "battery", "going"])
def test_every_control_of_a_question_has_a_name(room, name: str) -> None:
    shell = room.shell
    make = {
        "felt": lambda: FeltDialog(Setup("stance", Side.LEFT), soreness=2, parent=shell),
        "stop": lambda: StopDialog(datetime.now(UTC), shell),
        "why": lambda: WhyDialog(words_visit.WHY_REPEAT, words_visit.REASONS_REPEAT, (words_visit.DO_REPEAT,), shell),
        "ask": lambda: AskDialog("Title", "Text", "Do", asked=(Asked("Code"),), parent=shell),
        "passphrase": lambda: PassphraseDialog(shell),
        "recovery": lambda: RecoveryDialog("ABCD-" * 7 + "ABCD", shell),
        "battery": lambda: BatteryEditor(room.furniture.batteries.all[0].battery, shell),
        "going": lambda: GoingDialog("Backing up", shell),
    }
    dialog: QDialog = make[name]()
    dialog.show()
    QApplication.processEvents()

    assert unnamed(dialog) == []
    assert dialog.windowTitle()
    dialog.done(0)


def test_every_control_of_a_locked_window_and_of_a_second_one_has_a_name(room, qtbot, tmp_path: Path) -> None:
    screen = room.furniture.door.locking.screen
    screen.cover("A test goes on.")
    assert unnamed(screen) == []
    screen.uncover()
    room.furniture.door._ask()
    box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())

    assert unnamed(box) == []
    assert all(button.accessibleName() for button in box.buttons())
    box.done(0)


def controls(window: QWidget) -> list[QWidget]:
    """Return what Tab can reach, but lines and tables: those show a cursor or a row."""
    kinds = (QAbstractButton, QComboBox)
    tabs = Qt.FocusPolicy.TabFocus
    found = [w for w in window.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible() and w.isEnabled() and w.focusPolicy() & tabs]
    return [w for w in found if w.window() is window.window()]


def looks(widget: QWidget) -> bytes:
    """Return the pixels of a control as it is seen in its window."""
    window = widget.window()
    at = widget.mapTo(window, QPoint(0, 0))
    image = window.grab(widget.rect().translated(at).adjusted(-AROUND_PX, -AROUND_PX, AROUND_PX, AROUND_PX)).toImage()
    return bytes(image.constBits())


@pytest.mark.parametrize("page", PAGES)
def test_who_works_by_keys_sees_where_they_are(room, page: str) -> None:
    room.shell.show_page(page)
    room.shell.activateWindow()
    with room.qtbot.waitActive(room.shell):
        pass
    if page == "devices":
        room.qtbot.waitUntil(lambda: room.furniture.devices.found.rowCount() > 0)
    unseen: list[str] = []
    for widget in controls(room.shell.stack.currentWidget()):
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        with_focus = looks(widget)
        widget.clearFocus()
        QApplication.processEvents()
        if looks(widget) == with_focus:
            unseen.append(f"{type(widget).__name__} {widget.accessibleName()!r}")

    assert not unseen
