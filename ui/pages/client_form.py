"""The form of one client, new or known: every field with what is wrong beside it, and who could be the same; it stores nothing itself."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ankletest.exchange.cells import Unreadable, read_birth, read_date, read_height, read_length, read_mass
from ankletest.metrics.published import Sex
from ankletest.samples import Side
from ankletest.store.people import (
    LONGEST_CODE,
    LONGEST_INJURY,
    LONGEST_NAME,
    Details,
    Fault,
    Wrong,
    faults,
    kept_asks,
    measure_key,
)  # fmt: skip
from ui import units
from ui.desk.store_port import ClientCard
from ui.pages.client_fields import ConsentRows, Field, choices_of, sentence_of, sides, today
from ui.pages.client_summary import scrolling
from ui.tongue import say
from ui.widgets.buttons import button_of
from ui.widgets.card import Card, label
from ui.words import clients as texts
from ui.words import common as words
from ui.words import pages as words_pages

NOTE_PX = 84
MOST_ALIKE = 3
MEASURE_HINT = "m, cm"
SEEN_S = 0.7
"""A warning counts as seen after so long: the press of the very button that made it come up is no answer to it."""


@dataclass(frozen=True, slots=True)
class Twin:
    """Somebody who could be the same person: the code, and the sentence."""

    code: str
    told: str


LookUp = Callable[[Details], Sequence[Twin]]
"""Finds who could be the same person."""
Propose = Callable[[str], str]
"""Finds a free code for a name."""


class ClientForm(QWidget):
    """Fields of a client; ``saved`` carries ``Details``, ``other_wanted`` the code of a client who is there already."""

    saved = Signal(object)
    cancelled = Signal()
    other_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look_up: LookUp = lambda _: ()
        self._propose: Propose = lambda _: ""
        self._before: tuple[str, ...] = ()
        self._start = Details("")
        self._asked: tuple[str, ...] = ()
        self._twins: tuple[Twin, ...] = ()
        self._warned_s = 0.0
        self.title = label(texts.FORM_NEW, "h1", self)
        self.sentence = label(texts.REQUIRED, "sub", self)
        self.sentence.setWordWrap(True)
        self.save = button_of(texts.SAVE, self, hint=texts.SAVE_HINT, kind="primary")
        self.cancel = button_of(texts.CANCEL, self)
        head = QHBoxLayout()
        head.setSpacing(10)
        titles = QVBoxLayout()
        titles.setSpacing(1)
        titles.addWidget(self.title)
        titles.addWidget(self.sentence)
        head.addLayout(titles, 1)
        head.addWidget(self.cancel)
        head.addWidget(self.save)
        self.warning = Card(texts.ALIKE_TITLE, parent=self)
        self.warning.hide()
        self.others: list[QPushButton] = []
        self.fields = _fields(self)
        self.measures = {
            measure_key(exam, ask.key, side): Field(
                texts.SIDE_OF.format(title=words.capital(say(ask.title)), side=words.SIDE[side].lower()),
                QLineEdit(self),
                hint=MEASURE_HINT,
                parent=self,
            )
            for exam, ask in kept_asks()
            for side in Side
        }
        self.consents = ConsentRows(self)
        inner = QWidget(self)
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(14)
        self._about = self._person(inner)
        columns.addLayout(_column(self._about, self._lengths(inner)), 1)
        columns.addLayout(_column(self._legs(inner), self._consent(inner), self._notes(inner)), 1)
        area = self._area = scrolling(inner, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.warning)
        column.addWidget(area, 1)
        self._wire()

    def _wire(self) -> None:
        self.save.clicked.connect(self.try_to_save)
        self.cancel.clicked.connect(self.cancelled)
        for keys, action in (("Ctrl+S", self.try_to_save), ("Ctrl+Return", self.try_to_save), ("Escape", self.cancelled.emit)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action)
        self.fields["name"].left.connect(self._name_left)
        self.fields["birth_date"].left.connect(self._look_for_twins)
        for name, field in {**self.fields, **self.measures}.items():
            field.setObjectName(name)
            field.left.connect(self._check_left)

    # ---- what is shown ----------------------------------------------------------------------------------------------------------

    def begin(self, card: ClientCard | None, *, code_kept: bool, look_up: LookUp, propose: Propose) -> None:
        """Show a client, or an empty form; ``code_kept`` tells that recordings carry the code."""
        self._look_up, self._propose = look_up, propose
        self._start = card or Details("")
        start = self._start
        self.title.setText(texts.FORM_EDIT.format(code=start.code) if card else texts.FORM_NEW)
        self.sentence.setText(texts.CODE_KEPT if code_kept else "" if card else texts.REQUIRED)
        self.sentence.setVisible(bool(self.sentence.text()))
        code = cast("QLineEdit", self.fields["code"].control)
        code.setReadOnly(code_kept)
        self._call_by_units()
        for name, text in _written(start).items():
            self.fields[name].put(text)
        for key, field in self.measures.items():
            value = start.measures.get(key)
            field.put(f"{units.bare(value, 'm')} {units.suffix('m')}" if value is not None else "")
        self.consents.put(start.consents)
        self._show_twins(())
        self._asked = self._person_now()
        self._before = self._shown()
        self._area.verticalScrollBar().setValue(0)
        self.fields["name"].control.setFocus()

    @property
    def changed(self) -> bool:
        """True while something is not as it was at the beginning."""
        return self._shown() != self._before

    def say(self, sentence: str) -> None:
        """Say what the store answered."""
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    def read(self) -> tuple[Details, list[Fault]]:
        """Return what is entered, and what is wrong with it."""
        wrong: list[Fault] = []

        def told(name: str, reader: Callable[[str], object]) -> object:
            field = self.measures.get(name) or self.fields[name]
            try:
                return reader(field.text) if field.text else None
            except Unreadable as why:
                wrong.append(Fault(name, why.wrong, field.text))
                return None

        length, mass = (units.suffix(si) for si in ("m", "kg"))
        length = "" if length == "cm" else length  # then what is typed tells by its size whether it is metres
        born = told("birth_date", read_birth)
        birth_date, birth_year = cast("tuple[object, object]", born) if born is not None else (None, None)
        measures = {key: value for key in self.measures if (value := told(key, lambda text: read_length(text, length))) is not None}
        consents, more = self.consents.read()
        choice = {name: self.fields[name].text for name in ("sex", "involved", "dominant", "tested")}
        details = Details(
            code=self.fields["code"].text,
            name=self.fields["name"].text,
            mass_kg=cast("float | None", told("mass_kg", lambda text: read_mass(text, mass))),
            involved=Side(choice["involved"]) if choice["involved"] else None,
            sex=Sex(choice["sex"]) if choice["sex"] else None,
            birth_year=birth_year,  # type: ignore[arg-type]  # as read_birth returns it
            birth_date=birth_date,  # type: ignore[arg-type]  # as read_birth returns it
            height_m=cast("float | None", told("height_m", lambda text: read_height(text, length))),
            dominant=Side(choice["dominant"]) if choice["dominant"] else None,
            tested=Side(choice["tested"]) if choice["tested"] else None,
            injury=self.fields["injury"].text,
            injured_on=told("injured_on", read_date),  # type: ignore[arg-type]  # as read_date returns it
            measures=cast("Mapping[str, float]", measures),
            note=self.fields["note"].text,
            consents=consents,
        )
        known = {(one.field, one.wrong) for one in (*wrong, *more)}
        return details, [*wrong, *more, *(one for one in faults(details, today()) if (one.field, one.wrong) not in known)]

    def try_to_save(self) -> None:
        """Save unless something is wrong; who could be there already is shown first, and saved at the second time."""
        if not self.fields["code"].text:
            self._offer_code()
        details, wrong = self.read()
        self._show_wrong(wrong)
        if wrong:
            return
        self._look_for_twins()
        if self._twins and time.monotonic() - self._warned_s < SEEN_S:
            return
        self.saved.emit(details)

    def refuse_code(self) -> None:
        """Say that the code is another client's."""
        self._show_wrong([Fault("code", Wrong.CODE_TAKEN)])

    def offer_weighing(self, line: QWidget) -> None:
        """Put what weighs below the body mass."""
        self._about.body.addWidget(line)

    def take_mass(self, mass_kg: float) -> None:
        """Enter a mass that was weighed and accepted; it is kept when the client is saved."""
        self.fields["mass_kg"].put(units.bare(mass_kg, "kg"))

    # ---- inside -----------------------------------------------------------------------------------------------------------------

    def _shown(self) -> tuple[str, ...]:
        return (*(field.text for field in (*self.fields.values(), *self.measures.values())), *self.consents.shown())

    def _call_by_units(self) -> None:
        """Ask for lengths and masses in the units of the clinic; a unit that is typed goes before."""
        for name, si in (("height_m", "m"), ("mass_kg", "kg")):
            unit = units.suffix(si)
            self.fields[name].call(texts.FIELD_UNIT[name].format(unit=unit), texts.HINT_UNIT.get(unit, texts.HINT[name]))
        unit = units.suffix("m")
        for field in self.measures.values():
            field.call(field.head.text(), unit if unit != "cm" else MEASURE_HINT)

    def _person_now(self) -> tuple[str, ...]:
        return self.fields["name"].text, self.fields["birth_date"].text

    def _name_left(self) -> None:
        if not self.fields["code"].text and self.fields["name"].text:
            self._offer_code()
        self._look_for_twins()

    def _offer_code(self) -> None:
        self.fields["code"].put(self._propose(self.fields["name"].text) if self.fields["name"].text else "")

    def _look_for_twins(self) -> None:
        if self._person_now() == self._asked:
            return
        self._asked = self._person_now()
        self._show_twins(self._look_up(self.read()[0])[:MOST_ALIKE] if self.fields["name"].text else ())

    def _show_twins(self, twins: Sequence[Twin]) -> None:
        self._twins = tuple(twins)
        self._warned_s = time.monotonic()
        while (item := self.warning.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.others = []
        for twin in self._twins:
            row = QWidget(self.warning)
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            told = label(twin.told, "fact", row)
            told.setWordWrap(True)
            which = texts.OPEN_WHICH.format(code=twin.code)
            button = button_of(texts.OPEN_THAT, row, hint=which, name=which)
            button.setObjectName(twin.code)
            button.clicked.connect(self._open_other)
            line.addWidget(told, 1)
            line.addWidget(button)
            self.warning.body.addWidget(row)
            self.others.append(button)
        self.warning.setVisible(bool(self._twins))
        self.save.setText(texts.SAVE_ANYWAY if self._twins else texts.SAVE)
        self.save.setAccessibleName(self.save.text())

    def _open_other(self) -> None:
        self.other_wanted.emit(self.sender().objectName())

    def _check_left(self) -> None:
        """Say what is wrong with the field that was left; an empty one is not wrong before it is saved."""
        name = self.sender().objectName()
        field = self.fields.get(name) or self.measures[name]
        if field.text:
            field.say(sentence_of([one for one in self.read()[1] if one.field == name]))

    def _show_wrong(self, wrong: Sequence[Fault]) -> None:
        for name, field in {**self.fields, **self.measures}.items():
            field.say(sentence_of([one for one in wrong if one.field == name]))
        self.consents.say(sentence_of([one for one in wrong if one.field == "consents"]))
        first = next((one.field for one in wrong if one.field in self.fields or one.field in self.measures), None)
        if first is not None:
            field = self.fields.get(first) or self.measures[first]
            field.control.setFocus()
            self._area.ensureWidgetVisible(field)

    def _person(self, parent: QWidget) -> Card:
        return _grid(texts.PERSON, parent, [self.fields[n] for n in ("name", "code", "birth_date", "sex", "height_m", "mass_kg")])

    def _legs(self, parent: QWidget) -> Card:
        return _grid(texts.LEGS, parent, [self.fields[n] for n in ("involved", "injured_on", "dominant", "tested")], self.fields["injury"])

    def _lengths(self, parent: QWidget) -> Card:
        return _grid(texts.LENGTHS, parent, list(self.measures.values()))

    def _consent(self, parent: QWidget) -> Card:
        card = Card(texts.CONSENT, parent=parent)
        card.body.addWidget(self.consents)
        return card

    def _notes(self, parent: QWidget) -> Card:
        card = Card(texts.NOTES, parent=parent)
        card.body.addWidget(self.fields["note"])
        self.fields["note"].head.hide()
        return card


def _fields(parent: QWidget) -> dict[str, Field]:
    sex = {"": texts.NOT_KNOWN, **{one.value: words_pages.SEX_NAME[one] for one in Sex}}
    titles = {"sex": sex, "involved": sides(texts.NOT_KNOWN), "dominant": sides(texts.NOT_KNOWN), "tested": sides(texts.BOTH_LEGS)}
    longest = {"code": LONGEST_CODE, "name": LONGEST_NAME, "injury": LONGEST_INJURY}
    fields: dict[str, Field] = {}
    for name in (
        "name",
        "code",
        "birth_date",
        "sex",
        "height_m",
        "mass_kg",
        "involved",
        "injured_on",
        "injury",
        "dominant",
        "tested",
        "note",
    ):
        control: QWidget
        if name in titles:
            control = choices_of(titles[name], parent)
        elif name == "note":
            control = QPlainTextEdit(parent)
            control.setFixedHeight(NOTE_PX)
        else:
            control = QLineEdit(parent)
            control.setMaxLength(longest.get(name, 40))
        fields[name] = Field(texts.FIELD[name], control, hint=texts.HINT.get(name, ""), parent=parent)
    return fields


def _written(start: Details) -> dict[str, str]:
    """Return what is known as it is written into the fields."""
    born = words.written(start.birth_date) if start.birth_date else str(start.birth_year) if start.birth_year else ""
    return {
        "code": start.code, "name": start.name, "birth_date": born, "sex": start.sex.value if start.sex else "",
        "height_m": units.bare(start.height_m, "m") if start.height_m is not None else "",
        "mass_kg": units.bare(start.mass_kg, "kg") if start.mass_kg is not None else "",
        "involved": start.involved.value if start.involved else "", "injury": start.injury,
        "injured_on": words.written(start.injured_on) if start.injured_on else "",
        "dominant": start.dominant.value if start.dominant else "", "tested": start.tested.value if start.tested else "",
        "note": start.note,
    }  # fmt: skip


def _grid(title: str, parent: QWidget, fields: Sequence[Field], wide: Field | None = None) -> Card:
    card = Card(title, parent=parent)
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(8)
    for column in range(2):
        grid.setColumnStretch(column, 1)
    for number, field in enumerate(fields):
        grid.addWidget(field, number // 2, number % 2, Qt.AlignmentFlag.AlignTop)
    if wide is not None:
        grid.addWidget(wide, grid.rowCount(), 0, 1, 2)
    card.body.addLayout(grid)
    return card


def _column(*cards: Card) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(14)
    for card in cards:
        column.addWidget(card)
    column.addStretch(1)
    return column
