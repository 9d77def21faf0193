"""The page of the sensor check: what the client is to do now, how far it is, and a lamp a device with its reason in words."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ankletest.checks.base import LAMP, CheckReport
from ankletest.checks.check import Check
from ui.checking import Checking
from ui.pages.check_rows import CheckRows, StepLine
from ui.pages.guide import Guide
from ui.visit import Visit
from ui.widgets.caption import Caption
from ui.widgets.card import Card, label
from ui.words import check as words


class CheckPage(QWidget):
    """Runs a check; ``finished`` asks for the page of tests."""

    finished = Signal()

    def __init__(self, visit: Visit, checking: Checking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._checking = checking
        self._exam = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words.TITLE)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        titles = QVBoxLayout()
        titles.setSpacing(1)
        titles.addWidget(label(words.TITLE, "h1", self))
        titles.addWidget(label(words.SUB, "sub", self))
        column.addLayout(titles)
        self.guide = Guide(deciding=False, parent=self)
        self.swap = QPushButton(words.SWAP, self.guide)
        self.swap.setAccessibleName(words.SWAP)
        self.swap.setAccessibleDescription(words.SWAP_WHY)
        self.swap.setToolTip(words.SWAP_WHY)
        self.guide.put_aside(self.swap)
        column.addWidget(self.guide)
        self.step_card = Card(words.STEPS, parent=self)
        self.steps = StepLine(self.step_card)
        self.step_card.body.addWidget(self.steps)
        column.addWidget(self.step_card)
        self.rows_card = Card(words.DEVICES, parent=self)
        self.rows = CheckRows(self.rows_card)
        self.rows_card.body.addWidget(self.rows)
        column.addWidget(self.rows_card, 1)
        column.addLayout(self._footer())
        self.swap.clicked.connect(checking.swap)
        checking.changed.connect(self.refresh)
        visit.ticked.connect(self._paint)
        for signal in (visit.status, visit.opened, visit.closing, visit.started, visit.trials_changed):
            signal.connect(self.refresh)
        self.refresh()

    def _footer(self) -> QHBoxLayout:
        self.start = QPushButton(words.BEGIN, self)
        self.start.setMinimumWidth(160)
        self.skip = QPushButton(words.SKIP, self)
        self.to_test = QPushButton(words.TO_TEST, self)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        for button in (self.start, self.skip, self.to_test):
            button.setAccessibleName(button.text())
            foot.addWidget(button)
        keys = Caption(words.KEYS, "sub", self)
        keys.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        keys.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(keys, 1)
        self.start.clicked.connect(self.begin_or_stop)
        self.skip.clicked.connect(self._checking.skip)
        self.to_test.clicked.connect(self.finished)
        return foot

    def set_exam(self, exam: str) -> None:
        """Take the exam that the sensors are wanted for."""
        self._exam = exam

    def begin_or_stop(self) -> None:
        """Begin a check, or stop the one going on."""
        if self._checking.going is not None:
            self._checking.stop()
        else:
            self._checking.begin(self._exam)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Run the check from the keyboard."""
        actions = {Qt.Key.Key_Space: self.begin_or_stop, Qt.Key.Key_Escape: self._checking.stop}
        following = self._checking.skip if self._checking.going is not None else self.finished.emit
        actions |= {Qt.Key.Key_Return: following, Qt.Key.Key_Enter: following}
        action = actions.get(Qt.Key(event.key()))
        if action is None:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            action()

    def refresh(self) -> None:
        """Show the check as it is now."""
        going, report = self._checking.going, self._checking.report
        session = self._visit.session
        self._show_buttons(going)
        self.swap.setVisible(going is None and report is not None and bool(report.swapped))
        self.steps.show_check(going, self._checking.share)
        self.rows.show_devices(dict(session.devices) if session else {}, None if going is not None else report, going=going is not None)
        self._say(going, report)

    def _show_buttons(self, going: Check | None) -> None:
        text = words.STOP if going is not None else words.AGAIN if self._checking.report is not None else words.BEGIN
        kind = "danger" if going is not None else "primary"
        if (self.start.text(), self.start.property("kind")) != (text, kind):
            self.start.setText(text)
            self.start.setAccessibleName(text)
            self.start.setProperty("kind", kind)
            self.start.style().unpolish(self.start)
            self.start.style().polish(self.start)
        session = self._visit.session
        self.start.setEnabled(session is not None and bool(session.opened) and not self._visit.running)
        self.skip.setEnabled(going is not None)

    def _say(self, going: Check | None, report: CheckReport | None) -> None:
        if not self._visit.connected:
            self.guide.say(words.NOT_CONNECTED)
        elif self._visit.running:
            self.guide.say(words.RUNNING)
        elif going is not None:
            self.guide.say(going.instruction)
        elif report is None:
            self.guide.say(words.READY, words.READY_WHY)
        elif report.swapped:
            self.guide.say(words.SWAPPED, words.SWAPPED_WHY, state="bad")
        else:
            lamp = LAMP[report.level]
            self.guide.say(words.DONE[lamp], "" if lamp == "good" else words.DONE_WHY, state=lamp)

    def _paint(self) -> None:
        if self.isVisible() and self._checking.going is not None:
            self.steps.show_share(self._checking.share)
