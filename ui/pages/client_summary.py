"""What is known of one client, beside the list: who, legs, lengths, consent; it changes nobody."""

from datetime import date, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ankletest.language import plural
from ankletest.samples import Side
from ankletest.store.people import Details, Purpose, kept_asks, measure_key
from ui import theme, units
from ui.desk.store_port import ClientCard
from ui.tongue import say
from ui.widgets.buttons import button_of
from ui.widgets.card import Card, label
from ui.widgets.chip import Chip
from ui.words import clients as texts
from ui.words import common as words
from ui.words import pages as words_pages


class Summary(Card):
    """What is known of one client."""

    WIDE_PX, WIDE_LARGE_PX = 300, 372

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(texts.CLIENT, parent=parent)
        self.setFixedWidth(self.WIDE_LARGE_PX if theme.large() else self.WIDE_PX)
        self.name = label("", "h2", self)
        self.code = label("", "sub", self)
        self.consent = Chip("", "", self)
        self.name.setWordWrap(True)
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.name, self.code, self.consent):
            column.addWidget(widget)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(10)
        self.grid.setVerticalSpacing(4)
        self.grid.setColumnStretch(1, 1)
        column.addLayout(self.grid)
        column.addStretch(1)
        area = scrolling(inner, self)
        self.take = button_of(texts.TAKE, self, hint=texts.TAKE_HINT)
        self.edit = button_of(texts.EDIT, self, hint=texts.EDIT_HINT)
        self.body.addWidget(area, 1)
        self.body.addWidget(self.take)
        self.body.addWidget(self.edit)
        self.show_client(None)

    def show_client(self, card: ClientCard | None) -> None:
        """Show a client, or nobody."""
        for button in (self.take, self.edit):
            button.setEnabled(card is not None)
        while (item := self.grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.consent.setVisible(card is not None)
        self.name.setText((card.name or texts.NO_NAME) if card is not None else "")
        self.code.setText(card.code if card is not None else "")
        if card is None:
            return
        text, state = consent_of(card)
        self.consent.set(text, state)
        for row, (fact, told) in enumerate(_facts(card, datetime.now().astimezone().date())):
            head, line = label(texts.FACT[fact], "cap", self), label(told, "fact", self)
            line.setWordWrap(True)
            line.setTextFormat(Qt.TextFormat.PlainText)
            if theme.large():  # there is no room side by side
                self.grid.addWidget(head, 2 * row, 0, 1, 2)
                self.grid.addWidget(line, 2 * row + 1, 0, 1, 2)
                continue
            self.grid.addWidget(head, row, 0, Qt.AlignmentFlag.AlignTop)
            self.grid.addWidget(line, row, 1)


def consent_of(card: ClientCard) -> tuple[str, str]:
    """Return what was last said to being tested, as a sentence, and its state."""
    last = card.consent(Purpose.TESTS)
    if last is None:
        return texts.NOT_ASKED, texts.SAID_STATE[""]
    day = words.written(last.on) if last.on else texts.NO_DAY
    return texts.SAID_ON[last.said.value].format(day=day), texts.SAID_STATE[last.said.value]


def born_of(card: Details) -> str:
    """Return the day of birth, or its year, as it is written."""
    return words.written(card.birth_date) if card.birth_date else str(card.birth_year) if card.birth_year else ""


def scrolling(inner: QWidget, parent: QWidget) -> QScrollArea:
    """Return an area in which a widget scrolls up and down; Tab goes by it, into what is inside."""
    area = QScrollArea(parent)
    area.setWidget(inner)
    area.setWidgetResizable(True)
    see_through(area, inner)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def see_through(area: QScrollArea, inner: QWidget) -> None:
    """Let what is behind a scroll area be seen: it fills its ground by itself otherwise."""
    area.viewport().setAutoFillBackground(False)
    inner.setAutoFillBackground(False)


def _facts(card: ClientCard, today: date) -> list[tuple[str, str]]:
    """Return what is known, each with the key of its heading; what nobody entered is left out."""
    facts: list[tuple[str, str]] = []
    age = card.age(today)
    if age is not None:
        facts.append(("born", f"{born_of(card)}  ·  {plural(texts.YEARS, age).format(age=age)}"))
    if card.sex is not None:
        facts.append(("sex", words_pages.SEX_NAME[card.sex]))
    if card.height_m is not None or card.mass_kg is not None:
        height = units.told(card.height_m, "m") if card.height_m is not None else words.NO_VALUE
        mass = units.told(card.mass_kg, "kg") if card.mass_kg is not None else words.NO_VALUE
        facts.append(("size", texts.HEIGHT_MASS.format(height=height, mass=mass)))
    if card.involved is not None or card.injury:
        side = words.SIDE[card.involved] if card.involved is not None else texts.NOT_KNOWN
        told = texts.INJURY_ON if card.injured_on else texts.INJURY
        day = words.written(card.injured_on) if card.injured_on else ""
        facts.append(("injury", told.format(side=side, what=card.injury or texts.INJURED, day=day)))
    facts += [
        (name, words.SIDE[side]) for name, side in (("dominant", card.dominant), ("tested", card.tested)) if side is not None
    ]  # fmt: skip
    lengths = [
        texts.MEASURE.format(title=words.capital(say(ask.title)), side=words.LETTER[side], value=units.told(value, ask.unit))
        for exam, ask in kept_asks()
        for side in Side
        if (value := card.measures.get(measure_key(exam, ask.key, side))) is not None
    ]
    if lengths:
        facts.append(("measures", "\n".join(lengths)))
    if card.note:
        facts.append(("note", card.note))
    return facts
