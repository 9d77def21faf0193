"""The window in which a battery is edited: its name, its steps and their order, one step at a time; it writes no files."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ankletest import exams
from ankletest.programme.battery import MOST_STEPS, Battery, Step, out_of_order
from ui.pages.ask_box import Labelled, inset
from ui.pages.step_form import StepForm
from ui.tongue import say
from ui.widgets.buttons import button_of
from ui.widgets.card import Card, label
from ui.widgets.row_table import dress_rows
from ui.words import batteries as told
from ui.words import common as words

WIDE, HIGH = 1040, 640
EM_PX = 20.0
"""Height of a line at the usual size of letters; with larger letters the window grows."""
LONGEST = 80
EXAM_COLUMN = 1
"""Of ``words.batteries.STEP_COLUMNS``."""


class BatteryEditor(QDialog):
    """Edits a battery; ``saved`` carries what it has become when somebody saves it."""

    saved = Signal(object)

    def __init__(self, battery: Battery, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._battery = battery
        self._steps = list(battery.steps)
        self._start = battery
        self.setWindowTitle(told.EDITOR)
        self.setAccessibleName(told.EDITOR)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        em = self.fontMetrics().height() / EM_PX
        room = parent.window().size() if parent is not None else self.screen().availableSize()
        self.resize(min(round(WIDE * max(1.0, em)), room.width()), min(round(HIGH * max(1.0, em)), room.height()))
        self.title = QLineEdit(battery.title, self)
        self.title.setMaxLength(LONGEST)
        self.minutes = QSpinBox(self)
        self.minutes.setRange(1, 240)
        self.minutes.setValue(battery.minutes)
        self.minutes.setSuffix(told.MINUTES_UNIT)
        inset(self.minutes)
        self.note = QLineEdit(battery.note, self)
        self.note.setCursorPosition(0)
        for widget, name in ((self.title, told.TITLE), (self.minutes, told.MINUTES), (self.note, told.NOTE)):
            widget.setAccessibleName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Labelled(told.TITLE, self.title, self), 3)
        head.addWidget(Labelled(told.MINUTES, self.minutes, self), 1)
        head.addWidget(Labelled(told.NOTE, self.note, self), 4)
        column.addLayout(head)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(self._list(), 6)
        self.form_card = Card(told.STEP.format(number=1), parent=self)
        self.form = StepForm(self.form_card)
        area = QScrollArea(self.form_card)
        area.setWidget(self.form)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        self.form.setAutoFillBackground(False)
        self.form_card.body.addWidget(area, 1)
        body.addWidget(self.form_card, 5)
        column.addLayout(body, 1)
        self.sentence = label("", "error", self)
        self.sentence.setWordWrap(True)
        column.addWidget(self.sentence)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.leave = button_of(told.CANCEL, self)
        self.keep = button_of(told.SAVE, self)
        self.keep.setProperty("kind", "primary")
        foot.addWidget(self.leave)
        foot.addWidget(self.keep)
        column.addLayout(foot)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter in a line is no Save
        self.form.changed.connect(self._form_changed)
        self.title.textChanged.connect(self._tell)
        self.leave.clicked.connect(self.close)
        self.keep.clicked.connect(self.save)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self).activated.connect(self.save)
        self._fill(0)

    @property
    def battery(self) -> Battery:
        """What the window says."""
        return replace(
            self._battery, title=self.title.text().strip(), minutes=self.minutes.value(), note=self.note.text().strip(),
            steps=tuple(self._steps),
        )  # fmt: skip

    def save(self) -> None:
        """Hand over what has become of the battery, unless something is missing."""
        if self._fault():
            self._tell()
            self.title.setFocus()
            return
        self._start = self.battery
        self.saved.emit(self.battery)

    def refuse(self, why: str) -> None:
        """Say why it could not be saved; the window stays."""
        self._start = self._battery
        self.sentence.setText(why)

    def reject(self) -> None:
        """Leave, by Escape or by closing the window, but ask before changes are lost."""
        if self.battery == self._start:
            super().reject()
            return
        box = QMessageBox(self)
        box.setWindowTitle(told.UNSAVED_TITLE)
        box.setText(told.UNSAVED_TEXT)
        box.setStandardButtons(QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.button(QMessageBox.StandardButton.Discard).clicked.connect(self._discard)
        box.open()

    # ---- inside ----------------------------------------------------------------------------------------------------------------

    def _list(self) -> Card:
        card = Card(told.STEPS, parent=self)
        self.table = QTableWidget(0, len(told.STEP_COLUMNS), card)
        self.table.setHorizontalHeaderLabels(told.STEP_COLUMNS)
        dress_rows(self.table, told.STEPS, wide=EXAM_COLUMN, padding_px=8)
        card.body.addWidget(self.table, 1)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.add = button_of(told.ADD, card)
        self.remove = button_of(told.REMOVE, card)
        self.up = button_of(told.UP, card)
        self.down = button_of(told.DOWN, card)
        for button, action in ((self.add, self._add), (self.remove, self._remove), (self.up, self._up), (self.down, self._down)):
            line.addWidget(button)
            button.clicked.connect(action)
        line.addStretch(1)
        card.body.addLayout(line)
        self.order = label("", "sub", card)
        self.order.setWordWrap(True)
        card.body.addWidget(self.order)
        self.table.itemSelectionChanged.connect(self._selected)
        return card

    def _fill(self, row: int) -> None:
        """Write the list anew and choose a row of it."""
        self.table.blockSignals(True)
        self.table.setRowCount(len(self._steps))
        for number, step in enumerate(self._steps):
            for column, text in enumerate(_cells(number, step)):
                self.table.setItem(number, column, QTableWidgetItem(text))
        self.table.blockSignals(False)
        if self._steps:
            self.table.selectRow(min(row, len(self._steps) - 1))
        self._selected()
        self._tell()

    def _row(self) -> int:
        return self.table.currentRow() if self._steps else -1

    def _selected(self) -> None:
        row = self._row()
        there = 0 <= row < len(self._steps)
        self.form_card.setVisible(there)
        self.remove.setEnabled(there)
        self.up.setEnabled(there and row > 0)
        self.down.setEnabled(there and row < len(self._steps) - 1)
        self.add.setEnabled(len(self._steps) < MOST_STEPS)
        if there:
            self.form_card.set_title(told.STEP.format(number=row + 1))
            self.form.show_step(self._steps[row])

    def _form_changed(self) -> None:
        row = self._row()
        self._steps[row] = self.form.step
        for column, text in enumerate(_cells(row, self.form.step)):
            self.table.setItem(row, column, QTableWidgetItem(text))
        self._tell()

    def _add(self) -> None:
        row = self._row()
        self._steps.insert(row + 1, self._steps[row] if row >= 0 else Step(exams.EXAMS[0].key))
        self._fill(row + 1)
        self.form.exam.setFocus()

    def _remove(self) -> None:
        row = self._row()
        del self._steps[row]
        self._fill(row)

    def _up(self) -> None:
        self._move(-1)

    def _down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        row = self._row()
        self._steps[row], self._steps[row + by] = self._steps[row + by], self._steps[row]
        self._fill(row + by)

    def _fault(self) -> str:
        if not self.title.text().strip():
            return told.NO_TITLE
        return "" if self._steps else told.NO_STEPS

    def _tell(self) -> None:
        """Say what is missing, and what speaks against the order."""
        self.sentence.setText(self._fault())
        self.order.setText(say(out_of_order(self.battery)))

    def _discard(self) -> None:
        self._start = self.battery
        self.close()


def _cells(number: int, step: Step) -> tuple[str, ...]:
    rest = words.with_unit(step.rest_s, 0, "s") if step.practice + step.times > 1 else ""
    return (
        str(number + 1), say(exams.by_key(step.exam).title), told.LEG_NAMES[step.legs.value], str(step.practice) if step.practice else "",
        str(step.times), rest,
    )  # fmt: skip
