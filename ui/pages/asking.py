"""Questions of a visit as windows of their own: how a set felt, why it was stopped, why a trial does not count; they decide nothing."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ankletest import exams
from ankletest.programme.felt import ADVICE, AFTER, LOCKING, SCALES, Felt, Reason
from ankletest.trial import Setup
from ui import theme
from ui.tongue import english, say
from ui.widgets.buttons import button_of
from ui.widgets.card import label
from ui.widgets.scale import Scale
from ui.words import common as words
from ui.words import visit as told

WIDE_PX = 460
REASON_PX, REASONS_A_ROW = 56, 3
"""Height of the buttons of a stop: pressed in haste. Where five do not fit side by side they take two rows."""


class FeltDialog(QDialog):
    """Asks how a set felt; ``answered`` carries a ``Felt`` when it is saved, ``cut_off`` tells that the lock closed it and no person."""

    answered = Signal(object)
    cut_off = Signal()

    def __init__(self, setup: Setup, *, soreness: int | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _dress(self, told.FELT)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(label(told.FELT, "h1", self))
        title = say(exams.by_key(setup.exam).title)
        column.addWidget(label(told.FELT_OF.format(exam=title, side=words.SIDE[setup.side].lower()), "sub", self))
        self.scales = {name: Scale(told.SCALE[name], told.SCALE_ENDS[name], self) for name in SCALES}
        for scale in self.scales.values():
            column.addWidget(scale)
        self.scales["soreness"].set_value(soreness)
        self.note = QLineEdit(self)
        self.note.setPlaceholderText(told.NOTE)
        self.note.setAccessibleName(told.NOTE)
        self.note.setMaxLength(500)
        column.addWidget(self.note)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.later = button_of(told.PASS_OVER, self)
        self.save = button_of(told.SAVE, self)
        self.save.setProperty("kind", "primary")
        self.save.setDefault(True)
        foot.addWidget(self.later)
        foot.addWidget(self.save)
        column.addLayout(foot)
        self.save.clicked.connect(self.accept)
        self.later.clicked.connect(self.reject)
        self.accepted.connect(self._say)
        self.scales["pain"].setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell who closes it: a person does so by a button, a key or the frame of the window."""
        if not event.spontaneous():
            self.cut_off.emit()
        super().closeEvent(event)

    def _say(self) -> None:
        self.answered.emit(Felt(**{name: scale.value for name, scale in self.scales.items()}, note=self.note.text().strip()))


class StopDialog(QDialog):
    """Asks why a set was stopped, then says what follows; ``said`` carries the reason at once."""

    said = Signal(object)

    def __init__(self, at: datetime, parent: QWidget | None = None, *, in_set: bool = True) -> None:
        super().__init__(parent)
        self._at = at
        _dress(self, told.STOP_TITLE if in_set else told.STOP_BETWEEN_TITLE)
        self.setMinimumWidth(theme.scaled(WIDE_PX))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = label(self.windowTitle(), "h1", self)
        column.addWidget(self.head)
        column.addWidget(label(told.STOP_KEPT if in_set else told.STOP_BETWEEN_KEPT, "sub", self))
        grid = QGridLayout()
        grid.setSpacing(10)
        self.reasons = {reason: button_of(told.STOP_REASON[reason.value], self) for reason in Reason}
        for button in self.reasons.values():
            button.setProperty("kind", "choice")
            button.setCheckable(True)
            button.ensurePolished()  # before, it does not know how large its letters are
            button.setMinimumSize(button.sizeHint().width(), theme.scaled(REASON_PX))
            button.clicked.connect(self._choose)
        wide = sum(button.minimumWidth() + grid.spacing() for button in self.reasons.values())
        a_row = len(Reason) if wide <= theme.scaled(WIDE_PX) else REASONS_A_ROW
        for number, button in enumerate(self.reasons.values()):
            grid.addWidget(button, number // a_row, number % a_row)
        column.addLayout(grid)
        self.advice = QLabel("", self)
        self.advice.setObjectName("advice")
        self.advice.setWordWrap(True)
        self.advice.setTextFormat(Qt.TextFormat.PlainText)
        self.advice.hide()
        column.addWidget(self.advice)
        self.understood = button_of(told.UNDERSTOOD, self)
        self.understood.setProperty("kind", "primary")
        self.understood.hide()
        self.understood.clicked.connect(self.accept)
        column.addWidget(self.understood, 0, Qt.AlignmentFlag.AlignRight)

    def reject(self) -> None:
        """Stay: a stop has a reason, and nobody is to guess it later."""

    def _choose(self) -> None:
        reason = next(reason for reason, button in self.reasons.items() if button is self.sender())
        for each, button in self.reasons.items():
            button.setEnabled(False)
            button.setChecked(each is reason)
        self.said.emit(reason)
        if reason not in LOCKING:
            self.accept()
            return
        again = words.moment(self._at + AFTER)
        self.advice.setText(f"{say(ADVICE)}\n\n{told.STOP_LOCKED.format(when=again)}")
        self.advice.setAccessibleName(self.advice.text())
        self.advice.show()
        self.understood.show()
        self.understood.setDefault(True)
        self.understood.setFocus()
        margins = self.contentsMargins() if (inside := self.layout()) is None else inside.contentsMargins()
        self.advice.setMinimumHeight(self.advice.heightForWidth(self.width() - margins.left() - margins.right()))
        self.adjustSize()


class WhyDialog(QDialog):
    """Asks for a reason: one of some, or own words; ``chosen`` carries the reason and which button was pressed.

    Parameters
    ----------
    question
        What is asked.
    reasons
        What people mostly say.
    actions
        Titles of the buttons that end it with the reason.
    """

    chosen = Signal(str, int)

    def __init__(self, question: str, reasons: Sequence[str], actions: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _dress(self, question)
        self.setMinimumWidth(theme.scaled(WIDE_PX))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(label(question, "h1", self))
        self.ready: list[QPushButton] = []
        for reason in reasons:
            button = button_of(reason, self)
            button.setProperty("kind", "choice")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(self._take)
            self.ready.append(button)
            column.addWidget(button)
        self.own = QLineEdit(self)
        self.own.setPlaceholderText(told.OWN_REASON)
        self.own.setAccessibleName(told.OWN_REASON)
        self.own.setMaxLength(200)
        column.addWidget(self.own)
        foot = QHBoxLayout()
        cancel = button_of(told.CANCEL, self)
        cancel.clicked.connect(self.reject)
        foot.addWidget(cancel)
        foot.addStretch(1)
        self.endings = [button_of(title, self) for title in actions]
        for button in self.endings:
            button.clicked.connect(self._end)
            foot.addWidget(button)
        self.endings[-1].setProperty("kind", "primary")
        self.endings[-1].setDefault(True)
        column.addLayout(foot)
        self.own.textChanged.connect(self._show)
        self._show()

    @property
    def why(self) -> str:
        """The reason as it stands."""
        return self.own.text().strip()

    def _take(self) -> None:
        self.own.setText(next(button.text() for button in self.ready if button.isChecked()))

    def _show(self) -> None:
        for button in self.endings:
            button.setEnabled(bool(self.why))

    def _end(self) -> None:
        pressed = next(number for number, button in enumerate(self.endings) if button is self.sender())
        self.accept()
        self.chosen.emit(english(self.why), pressed)


class LeaveDialog(QDialog):
    """Asks what becomes of a battery that is not done: ``put_aside`` to go on with it later, or ``ended``."""

    put_aside = Signal()
    ended = Signal()

    def __init__(self, left: int, total: int, *, later: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        _dress(self, told.LEAVE_TITLE)
        self.setMinimumWidth(theme.scaled(WIDE_PX))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label(told.LEAVE_TITLE, "h1", self))
        text = label((told.LEAVE_OR_LATER if later else told.LEAVE_TEXT).format(left=left, total=total), "sub", self)
        text.setWordWrap(True)
        column.addWidget(text)
        foot = QHBoxLayout()
        cancel = button_of(told.CANCEL, self)
        self.later = button_of(told.PUT_ASIDE, self, kind="primary")
        self.later.setVisible(later)
        self.end = button_of(told.LEAVE, self)
        foot.addWidget(cancel)
        foot.addStretch(1)
        foot.addWidget(self.later)
        foot.addWidget(self.end)
        column.addLayout(foot)
        (self.later if later else cancel).setDefault(True)
        cancel.clicked.connect(self.reject)
        self.later.clicked.connect(self.accept)
        self.later.clicked.connect(self.put_aside)
        self.end.clicked.connect(self.accept)
        self.end.clicked.connect(self.ended)


def _dress(dialog: QDialog, title: str) -> None:
    dialog.setWindowTitle(title)
    dialog.setModal(True)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
