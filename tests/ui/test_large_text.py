"""Text at 150 %: every page fits a window of 1280 by 800, and nothing that is written has less room than it needs."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget

from ankletest.samples import Side
from ankletest.trial import Setup
from tests.ui.conftest import fast_hub
from tests.ui.followed import both, new_desk, visited
from ui import theme
from ui.batteries import Batteries
from ui.desk.desk_store import DeskStore
from ui.furnish import Furniture
from ui.pages.asking import FeltDialog, StopDialog, WhyDialog
from ui.pages.battery_editor import BatteryEditor
from ui.pages.guide import Guide
from ui.pages.recovery import RecoveryDialog
from ui.pages.results import STORED
from ui.pages.settings_asking import PassphraseDialog
from ui.shell import Shell
from ui.widgets.caption import Caption
from ui.widgets.lamp import DeviceLamp
from ui.words import visit as words_visit

WIDE, HIGH = 1280, 800
PERCENT = 150.0
ARROW_PX = 24
"""The arrow of a box, which text may not reach."""
BAR_PADDING_PX = 10
"""The buttons of the bar have no frame: what their hint adds for one is not needed."""
PAGES = ("clients", "visit", "test", "results", "followup", "replay", "devices", "calibration", "check", "settings")


@pytest.fixture
def large(qapp: QApplication) -> Iterator[None]:
    theme.set_text(PERCENT)
    theme.apply(qapp, theme.Scheme.LIGHT)
    yield
    theme.set_text(100.0)  # applied when the next test starts: by then no plot listens any more


class Large:
    """The window in large letters, with a client."""

    def __init__(self, qtbot, folder: Path, *, locked: bool) -> None:
        self.qtbot = qtbot
        self.store = None if locked else DeskStore(new_desk(folder))
        if self.store is not None:
            self.store.add_client("AB-17", name="Anna Berg-Oberhofer")
        self.shell = Shell()
        self.furniture = Furniture(self.shell, fast_hub(), store=self.store, folder=folder if locked else None)
        self.shell.resize(WIDE, HIGH)
        self.shell.show()
        qtbot.waitExposed(self.shell)

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.furniture.jobs.busy, timeout=20_000)
        QApplication.processEvents()
        QApplication.processEvents()

    def close(self) -> None:
        self.settle()
        self.shell.close()
        self.qtbot.waitUntil(lambda: not self.shell.isVisible(), timeout=20_000)
        if self.store is not None:
            self.store.close()


@pytest.fixture
def window(large, qtbot, tmp_path: Path) -> Iterator[Callable[..., Large]]:
    made: list[Large] = []

    def make(*, locked: bool = False) -> Large:
        made.append(Large(qtbot, tmp_path / "data", locked=locked))
        return made[-1]

    yield make
    for one in made:
        one.close()


def short_of_room(window: QWidget) -> list[str]:
    """Return what is written where there is less room than it needs; a caption ends in dots and has the whole as its hint."""
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, Caption):
            continue
        text, wide, high = "", 0.0, 0.0
        if isinstance(widget, QLabel) and widget.text() and not widget.wordWrap():
            text, wide, high = widget.text(), widget.sizeHint().width(), widget.sizeHint().height()
        elif isinstance(widget, QAbstractButton) and widget.text():
            spare = BAR_PADDING_PX if widget.parent().objectName() == "nav" else 0
            text, wide = widget.text(), widget.minimumSizeHint().width() - spare
            high = QFontMetricsF(widget.font()).height()
        elif isinstance(widget, QComboBox):
            text = widget.currentText()
            wide = QFontMetricsF(widget.font()).horizontalAdvance(text) + ARROW_PX
            high = QFontMetricsF(widget.font()).height()
        elif isinstance(widget, QLineEdit):
            high = QFontMetricsF(widget.font()).height()
            text = widget.accessibleName()
        if widget.width() < wide - 1 or widget.height() < high - 1:
            name = f"{type(widget).__name__} {text!r}"
            found.append(f"{name}: {widget.width()} x {widget.height()}, needs {wide:.0f} x {high:.0f}")
    return found


def too_wide(one: Large) -> str:
    """Return how much wider than its room the page wants to be, if it does."""
    page = one.shell.stack.currentWidget()
    least, room = page.minimumSizeHint(), one.shell.stack.size()
    return (
        f"{one.shell.page}: {least.width()} x {least.height()} in {room.width()} x {room.height()}" if least.width() > room.width() else ""
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_page_fits_and_nothing_is_cut(window, page: str) -> None:
    one = window()
    one.furniture.visit.choose_client(one.store.clients()[0])
    one.shell.show_page(page)
    if page == "devices":
        one.qtbot.waitUntil(lambda: one.furniture.devices.found.rowCount() > 0)
    one.settle()

    assert (one.shell.width(), one.shell.height()) == (WIDE, HIGH)
    assert not too_wide(one)
    assert not short_of_room(one.shell)


CELL_PX = 10
"""Padding of a cell of the exam table."""
WRAPPED = Qt.TextFlag.TextWordWrap
PRACTICE_ROWS = (0, 1, 2, 5, 6)
"""The pad, and a sensor on either foot and either shin."""


@pytest.mark.parametrize("rows", [PRACTICE_ROWS[:1], PRACTICE_ROWS[:2], PRACTICE_ROWS[:3], PRACTICE_ROWS], ids=len)
def test_the_lamps_of_the_devices_are_read_whole(window, qtbot, rows: tuple[int, ...]) -> None:
    one = window()
    visit, devices = one.furniture.visit, one.furniture.devices
    one.shell.show_page("devices")
    qtbot.waitUntil(lambda: devices.found.rowCount() > max(rows))
    for row in rows:
        qtbot.mouseClick(devices.found.tick(row), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(devices.connect_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: one.shell.page == "test" and all(lamp.state == "good" for lamp in lamps(one)) and len(lamps(one)) == len(rows))
    one.settle()

    assert (one.shell.width(), one.shell.height()) == (WIDE, HIGH)
    assert not too_wide(one)
    assert not short_of_room(one.shell)
    with qtbot.waitSignal(visit.closed, timeout=20_000):
        visit.close()


def test_every_column_of_a_second_visit_is_in_sight(window) -> None:
    one = window()
    desk = one.store._desk
    (client,) = desk.clients("AB-17")
    for k in range(2):
        lunge = both("lunge", {"lunge_angle": 36.0}, {"lunge_angle": 40.0}, tag=f"l{k}", u=0.4)
        hops = both("hops", {"contact_time": 0.24}, {"contact_time": 0.23}, tag=f"h{k}")
        visited(desk, client, datetime.now(UTC) - timedelta(days=30 * (2 - k)), *lunge, *hops)
    one.furniture.visit.choose_client(one.store.clients()[0])
    page = one.furniture.results
    one.shell.show_page("results")
    page.source.setCurrentIndex(page.source.findData(STORED))
    one.settle()
    table = page.exams
    heads = [column for column in range(table.columnCount()) if not table.isColumnHidden(column)]

    assert len(heads) == 6, "changes since both visits are there"
    assert table.horizontalScrollBar().maximum() == 0
    for row in range(table.rowCount()):
        for column in heads:
            item = table.item(row, column)
            if item is not None and table.columnSpan(row, column) == 1:
                text = table.fontMetrics().boundingRect(0, 0, table.columnWidth(column) - CELL_PX, 9999, WRAPPED, item.text())
                assert text.width() <= table.columnWidth(column), item.text()
                assert text.height() <= table.rowHeight(row), item.text()


def lamps(one: Large) -> list[DeviceLamp]:
    return list(one.shell.stack.currentWidget().findChildren(DeviceLamp))


@pytest.mark.parametrize("group", ["clinic", "measuring", "sound", "look", "safety", "log"])
def test_every_group_of_settings_fits(window, group: str) -> None:
    one = window()
    one.shell.show_page("settings")
    one.furniture.settings.show_group(group)
    one.settle()

    assert not too_wide(one)
    assert not short_of_room(one.shell)


def test_the_locked_store_and_the_form_of_a_client_fit(window) -> None:
    one = window(locked=True)
    one.shell.show_page("clients")
    one.settle()
    assert not too_wide(one)
    assert not short_of_room(one.shell)


def test_the_form_of_a_client_fits(window) -> None:
    one = window()
    one.shell.show_page("clients")
    one.furniture.clients.begin_new()
    one.settle()

    assert not too_wide(one)
    assert not short_of_room(one.furniture.clients.form)


@pytest.mark.parametrize("name", ["felt", "stop", "why", "passphrase", "recovery", "battery"])
def test_every_question_fits(window, name: str, tmp_path: Path) -> None:
    one = window()
    make = {
        "felt": lambda: FeltDialog(Setup("stance", Side.LEFT), soreness=2, parent=one.shell),
        "stop": lambda: StopDialog(datetime.now(UTC), one.shell),
        "why": lambda: WhyDialog(words_visit.WHY_REPEAT, words_visit.REASONS_REPEAT, ("a", "b"), one.shell),
        "passphrase": lambda: PassphraseDialog(one.shell),
        "recovery": lambda: RecoveryDialog("WWWW-" * 7 + "WWWW", one.shell),
        "battery": lambda: BatteryEditor(Batteries(None, one.furniture).all[0].battery, one.shell),
    }
    dialog = make[name]()
    dialog.open()
    one.settle()
    if isinstance(dialog, StopDialog):
        one.qtbot.mouseClick(next(iter(dialog.reasons.values())), Qt.MouseButton.LeftButton)
        one.settle()

    assert dialog.width() <= WIDE
    assert dialog.height() <= HIGH
    assert not short_of_room(dialog)
    dialog.done(0)


def test_a_long_sentence_of_the_guide_goes_on_in_a_second_line(qtbot) -> None:
    guide = Guide(deciding=False)
    qtbot.addWidget(guide)
    guide.resize(1100, guide.sizeHint().height())
    guide.show()
    sentence = (
        "The check of the sensor on the left foot: it moved with neither foot. See whether it is worn, and on which leg, then check again."
    )
    guide.say(sentence)
    QApplication.processEvents()
    head = guide.findChild(QLabel, "guide-head")

    assert QFontMetricsF(head.font()).horizontalAdvance(sentence) > head.width(), "one line would not do"
    assert head.wordWrap()
    assert guide.sizeHint().height() >= head.heightForWidth(head.width())
