"""Walks through the window in another language, in a process of its own, and writes every text that is shown.

``python -m tests.ui.speaking LANGUAGE FOLDER``: pictures of each stage and ``texts.json`` go to the folder.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QWidget,
)

from ui import tongue

VISIT = Path(__file__).parents[2] / "fixtures" / "visit" / "visit.mcap"
PATIENCE_S = 30.0
WIDE, HIGH = 1280, 800


class Walk:
    """The window, what was seen in it, and what did not fit."""

    def __init__(self, folder: Path) -> None:
        from tests.ui.conftest import Room, fast_hub  # only now: pages take words when they are imported
        from ui.app import make_app

        self.app = make_app()
        self.folder = folder
        self.seen: dict[str, dict[str, None]] = {}
        self.clipped: dict[str, dict[str, None]] = {}
        self.room = Room(self, fast_hub(), folder / "data")
        self.room.shell.resize(WIDE, HIGH)
        self.pages = self.room.furniture

    # ---- what Room asks of pytest-qt ---------------------------------------------------------------------------------------

    def waitExposed(self, window: QWidget) -> None:  # noqa: N802  pytest-qt's name
        self.waitUntil(window.isVisible)

    def waitUntil(self, done: Callable[[], object], timeout: int = 0) -> None:  # noqa: N802  pytest-qt's name
        until = time.monotonic() + (timeout / 1000.0 or PATIENCE_S)
        while not done():
            if time.monotonic() > until:
                raise TimeoutError("what was waited for did not come")
            self.app.processEvents()
            time.sleep(0.005)

    def mouseClick(self, widget: QWidget, button: Qt.MouseButton) -> None:  # noqa: N802  pytest-qt's name
        QTest.mouseClick(widget, button)

    # ---- looking -------------------------------------------------------------------------------------------------------------

    def look(self, stage: str, window: QWidget | None = None) -> None:
        """Keep a picture and every text of what is shown."""
        for _ in range(5):
            self.app.processEvents()
        window = window or self.room.shell
        window.grab().save(str(self.folder / f"{stage}.png"))
        seen, clipped = self.seen.setdefault(stage, {}), self.clipped.setdefault(stage, {})
        for widget in (window, *window.findChildren(QWidget)):
            if not widget.isVisible():
                continue
            texts = [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle(), *shown(widget)]
            seen.update(dict.fromkeys(text for text in texts if text))
            if cut(widget):
                clipped[f"{type(widget).__name__} {shown(widget)} {widget.width()} of {widget.sizeHint().width()}"] = None

    def close(self) -> None:
        self.room.close()
        self.room.shell.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def shown(widget: QWidget) -> list[str]:
    """Return the texts in a widget."""
    if isinstance(widget, QLabel | QAbstractButton):
        return [widget.text()]
    if isinstance(widget, QComboBox):
        return [widget.itemText(k) for k in range(widget.count())]
    if isinstance(widget, QAbstractSpinBox):
        return [widget.text()]
    if isinstance(widget, QLineEdit):
        return [widget.placeholderText()]
    if isinstance(widget, QAbstractItemView) and not isinstance(widget, QHeaderView) and widget.model() is not None:
        model = widget.model()
        columns = range(model.columnCount(QModelIndex()) if isinstance(widget, QTableView) else 1)
        heads = [model.headerData(k, Qt.Orientation.Horizontal) for k in columns]
        cells = [model.index(row, column).data() for row in range(min(model.rowCount(QModelIndex()), 60)) for column in columns]
        return [text for text in (*heads, *cells) if isinstance(text, str)]
    return []


def cut(widget: QWidget) -> bool:
    """Tell whether a line of text or a button has less room than it needs."""
    if isinstance(widget, QLabel):
        return bool(widget.text()) and not widget.wordWrap() and widget.width() < widget.sizeHint().width() - 1
    if isinstance(widget, QAbstractButton):
        return bool(widget.text()) and widget.width() < widget.minimumSizeHint().width() - 1
    return False


def walk(one: Walk) -> None:
    """Go to every page, run a stance and hops, ask every question."""
    room, pages = one.room, one.pages
    for page in ("clients", "visit", "test", "results", "replay", "check", "calibration", "devices"):
        room.shell.show_page(page)
        one.look(f"empty-{page}")
    room.connect(0, 1, 2)
    one.look("devices")
    room.shell.show_page("check")
    one.look("check")
    pages.check.begin_or_stop()
    for k in range(3):
        one.waitUntil(lambda: pages.checking.going is not None or pages.checking.report is not None)
        one.look(f"check-going-{k}")
        if pages.checking.going is not None:
            pages.checking.skip()
    one.waitUntil(lambda: pages.checking.going is None)
    one.look("check-done")
    room.shell.show_page("test")
    bar = pages.test.setup_bar
    for k in range(bar.exam.count()):
        bar.exam.setCurrentIndex(k)
        one.look(f"test-{bar.exam.currentData()}")
    bar.choose_exam("stance")
    bar.duration.setValue(6)
    for exam in ("stance", "hops"):
        bar.choose_exam(exam)
        before = len(pages.visit.kept)
        pages.test.start_or_stop()
        one.waitUntil(lambda: pages.visit.running)
        one.look(f"{exam}-begun")
        one.waitUntil(lambda before=before: len(pages.visit.kept) > before and not pages.visit.running)
        one.look(f"{exam}-done")
        pages.visit.decide(counts=True)
    room.shell.show_page("results")
    pages.results.everything.setChecked(True)
    for row in range(pages.results.trials.rowCount()):
        pages.results.trial_view.selectRow(row)
        one.look(f"results-{row}")
    battery(one)
    room.shell.show_page("calibration")
    calibration(one)


def battery(one: Walk) -> None:
    """Begin a battery, and open its questions."""
    from ankletest.samples import Side
    from ankletest.trial import Setup
    from ui.pages.asking import FeltDialog, StopDialog, WhyDialog
    from ui.words import visit as words_visit

    room, pages = one.room, one.pages
    room.shell.show_page("visit")
    for k in range(pages.battery.choice.combo.count()):
        pages.battery.choice.combo.setCurrentIndex(k)
        one.look(f"battery-{k}")
    stop = StopDialog(datetime.now(UTC), room.shell)
    dialogs: dict[str, QDialog] = {
        "felt": FeltDialog(Setup("stance", Side.LEFT), soreness=2, parent=room.shell),
        "stop": stop,
        "why": WhyDialog(words_visit.WHY_REPEAT, words_visit.REASONS_REPEAT, (words_visit.DO_REJECT, words_visit.DO_REPEAT), room.shell),
    }
    for name, dialog in dialogs.items():
        dialog.show()
        one.look(f"ask-{name}", dialog)
        if dialog is stop:
            QTest.mouseClick(next(iter(stop.reasons.values())), Qt.MouseButton.LeftButton)
            one.look("ask-stop-advice", dialog)
        dialog.done(0)
    pages.rounds.by_itself = False
    room.shell.show_page("visit")
    pages.battery.choice.combo.setCurrentIndex(0)
    QTest.mouseClick(pages.battery.begin, Qt.MouseButton.LeftButton)
    room.shell.show_page("test")
    one.look("battery-test")
    pages.rounds.leave()


def calibration(one: Walk) -> None:
    """Show what every procedure asks and will do."""
    pages = one.pages
    page = pages.calibration
    one.look("calibration")
    QTest.mouseClick(page.calibrate, Qt.MouseButton.LeftButton)
    form = page.wizard.form
    for device in range(form.device.count()):
        form.device.setCurrentIndex(device)
        for k in range(form.procedure.count()):
            form.procedure.setCurrentIndex(k)
            one.look(f"calibration-{device}-{form.procedure.currentData()}")


def replay(one: Walk) -> None:
    """Open the shipped recording."""
    pages = one.pages
    one.room.shell.show_page("replay")
    pages.replay.open(VISIT)
    one.waitUntil(lambda: pages.replay.playing is not None)
    pages.replay.seek(20.0)
    for _ in range(400):
        one.app.processEvents()
    one.look("replay")


def main(code: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tongue.speak(code)
    one = Walk(folder)
    try:
        walk(one)
        replay(one)
    finally:
        one.close()
    write(one)


def write(one: Walk) -> None:
    """Write what was seen into the folder."""
    found = {"seen": {k: list(v) for k, v in one.seen.items()}, "clipped": {k: list(v) for k, v in one.clipped.items() if v}}
    (one.folder / "texts.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
