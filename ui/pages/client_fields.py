"""Parts of the form of a client: a field with its label above and its sentence below, choices, consent; they know no client."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from ankletest.exchange.cells import Unreadable, read_date
from ankletest.samples import Side
from ankletest.store.people import Consent, Fault, Purpose, Said, Wrong
from ui import units
from ui.widgets.caption import Caption
from ui.widgets.card import label
from ui.words import clients as texts
from ui.words import common as words

LEAST_PX = 90
WIDEST_DAY, INSET_PX = "2028-08-28", 14


class Field(QWidget):
    """A control under its label, with a sentence below it while something is wrong; ``edited`` tells of every change."""

    edited = Signal()
    left = Signal()

    def __init__(self, title: str, control: QWidget, *, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        control.setParent(self)
        control.setAccessibleName(title)
        control.setMinimumWidth(LEAST_PX)
        self.head = Caption(title, "cap", self)
        self.head.setBuddy(control)
        self.error = label("", "error", self)
        self.error.setWordWrap(True)
        self.error.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for widget in (self.head, control, self.error):
            column.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        if isinstance(control, QLineEdit):
            control.setPlaceholderText(hint)
            control.textEdited.connect(self._change)
            control.editingFinished.connect(self.left)
        elif isinstance(control, QPlainTextEdit):
            control.setTabChangesFocus(True)
            control.textChanged.connect(self._change)
        elif isinstance(control, QComboBox):
            control.currentIndexChanged.connect(self._change)

    @property
    def text(self) -> str:
        """What is written or chosen: of a choice its value."""
        control = self.control
        if isinstance(control, QLineEdit):
            return control.text().strip()
        if isinstance(control, QPlainTextEdit):
            return control.toPlainText().strip()
        return str(control.currentData() or "") if isinstance(control, QComboBox) else ""

    def put(self, text: str) -> None:
        """Write or choose something; nothing is wrong with it."""
        control = self.control
        control.blockSignals(True)
        if isinstance(control, QLineEdit):
            control.setText(text)
        elif isinstance(control, QPlainTextEdit):
            control.setPlainText(text)
        elif isinstance(control, QComboBox):
            control.setCurrentIndex(max(0, control.findData(text)))
        control.blockSignals(False)
        self.say("")

    def call(self, title: str, hint: str) -> None:
        """Call it otherwise: the units of the clinic are others."""
        self.head.setText(title)
        self.control.setAccessibleName(title)
        if isinstance(self.control, QLineEdit):
            self.control.setPlaceholderText(hint)

    def say(self, sentence: str) -> None:
        """Say what is wrong, or nothing."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        self.control.setAccessibleDescription(sentence)

    def _change(self) -> None:
        self.say("")
        self.edited.emit()


class ConsentRows(QWidget):
    """What was said for each purpose, and when; ``edited`` tells of every change."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choices: dict[Purpose, QComboBox] = {}
        self.days: dict[Purpose, QLineEdit] = {}
        self._before: tuple[Consent, ...] = ()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for row, purpose in enumerate(Purpose):
            title = texts.PURPOSE[purpose.value]
            head = QLabel(title, self)
            head.setWordWrap(True)
            choice = choices_of(texts.SAID, self)
            choice.setAccessibleName(title)
            day = QLineEdit(self)
            day.setAccessibleName(texts.CONSENT_DAY.format(purpose=title))
            day.setPlaceholderText(texts.DAY)
            day.setMinimumWidth(day.fontMetrics().horizontalAdvance(WIDEST_DAY) + 2 * INSET_PX)
            head.setBuddy(choice)
            for column, widget in enumerate((head, choice, day)):
                grid.addWidget(widget, row, column)
            choice.currentIndexChanged.connect(self._chosen)
            day.textEdited.connect(self._change)
            self.choices[purpose], self.days[purpose] = choice, day
        self.error = label("", "error", self)
        self.note = label(texts.WITHDRAWN_NOTE, "sub", self)
        for line in (self.error, self.note):
            line.setWordWrap(True)
            line.hide()
            grid.addWidget(line, grid.rowCount(), 0, 1, 3)

    def put(self, consents: tuple[Consent, ...]) -> None:
        """Show what was said last for each purpose."""
        self._before = consents
        for purpose in Purpose:
            last = _last(consents, purpose)
            self.choices[purpose].blockSignals(True)
            self.choices[purpose].setCurrentIndex(max(0, self.choices[purpose].findData(last.said.value if last else "")))
            self.choices[purpose].blockSignals(False)
            self.days[purpose].setText(words.written(last.on) if last and last.on else "")
        self.say("")
        self._show()

    def read(self) -> tuple[tuple[Consent, ...], list[Fault]]:
        """Return everything that was said, what was said last at the end, and what is wrong.

        Another answer is added to those before; another day corrects the last answer; *not asked* takes all of a purpose away.
        """
        consents, wrong = self._before, list[Fault]()
        for purpose in Purpose:
            said, text = str(self.choices[purpose].currentData() or ""), self.days[purpose].text().strip()
            last = _last(self._before, purpose)
            if not said:
                consents = tuple(one for one in consents if one.purpose is not purpose)
                continue
            try:
                day = read_date(text) if text else None
            except Unreadable as why:
                wrong.append(Fault("consents", why.wrong, text))
                continue
            if day is not None and day > today():
                wrong.append(Fault("consents", Wrong.AHEAD, text))
            now = Consent(purpose, Said(said), day)
            if last is None or last.said is not now.said:
                consents = (*consents, now)
            elif last != now:
                consents = tuple(now if one is last else one for one in consents)
        return consents, wrong

    def shown(self) -> tuple[str, ...]:
        """Return what is chosen and written, to see whether it was changed."""
        return tuple(part for p in Purpose for part in (str(self.choices[p].currentData() or ""), self.days[p].text().strip()))

    def say(self, sentence: str) -> None:
        """Say what is wrong, or nothing."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    def _chosen(self) -> None:
        for purpose, choice in self.choices.items():
            if choice is self.sender():
                # Another answer is of another day, mostly of this one.
                self.days[purpose].setText(words.written(today()) if choice.currentData() else "")
        self._change()

    def _change(self) -> None:
        self.say("")
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        for purpose, day in self.days.items():
            day.setEnabled(bool(self.choices[purpose].currentData()))
        self.note.setVisible(self.choices[Purpose.TESTS].currentData() in {Said.REFUSED.value, Said.WITHDRAWN.value})


def choices_of(titles: Mapping[str, str], parent: QWidget) -> QComboBox:
    """Return a box of choices, the value of each with its title."""
    box = QComboBox(parent)
    for value, title in titles.items():
        box.addItem(title, value)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return box


def sides(nothing: str) -> dict[str, str]:
    """Return the legs to choose from, and what stands for neither."""
    return {"": nothing, **{side.value: words.SIDE[side] for side in Side}}


def today() -> date:
    """Return the day it is here."""
    return datetime.now().astimezone().date()


def sentence_of(faults: Sequence[Fault]) -> str:
    """Return what is wrong with one field in the words of the window."""
    return why_told(faults[0]) if faults else ""


def why_told(one: Fault) -> str:
    """Return what is wrong with something in the words of the window, bounds in the unit that it is entered in."""
    unit = units.of("kg" if one.field == "mass_kg" else "m")
    least, most = (
        words.with_unit(unit.shown(bound), 1, unit.suffix).replace(f"{words.DECIMAL}0 ", " ") if unit is not None else words.NO_VALUE
        for bound in (one.least, one.most)
    )
    return texts.WRONG[one.wrong.name].format(least=least, most=most)


def _last(consents: Sequence[Consent], purpose: Purpose) -> Consent | None:
    return next((one for one in reversed(consents) if one.purpose is purpose), None)
