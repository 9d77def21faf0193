"""The list of clients: found as one types, chosen by arrows, taken by Enter; and what is known of the one chosen. It changes nobody."""

from collections.abc import Sequence
from datetime import date, datetime

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ankletest.samples import Side
from ankletest.store.client_book import PAGE
from ankletest.store.people import Purpose, kept_asks, measure_key
from ui import words, words_pages
from ui import words_clients as texts
from ui.store_port import ClientCard
from ui.widgets.card import Card, label
from ui.widgets.chip import Chip

ARROWS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
CONSENT_COLUMN = 6


class ClientList(QWidget):
    """Search, table and summary; ``taken`` and ``edited`` carry a ``ClientCard``, ``searched`` the words."""

    searched = Signal(str)
    taken = Signal(object)
    edited = Signal(object)
    fresh = Signal()
    import_wanted = Signal()
    export_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: list[ClientCard] = []
        self.card = Card(words_pages.CLIENTS, parent=self)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(texts.FIND)
        self.search.setAccessibleName(texts.FIND)
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        self.new = _button(texts.NEW, texts.NEW_HINT, self)
        self.bring = _button(texts.IMPORT, texts.IMPORT, self)
        self.give = _button(texts.EXPORT, texts.EXPORT, self)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.search, 1)
        for button in (self.new, self.bring, self.give):
            top.addWidget(button)
        self.table = _table(self)
        self.table.installEventFilter(self)
        self.note = label("", "sub", self)
        self.note.setWordWrap(True)
        self.card.body.addLayout(top)
        self.card.body.addWidget(self.table, 1)
        self.card.body.addWidget(self.note)
        self.summary = Summary(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(14)
        line.addWidget(self.card, 1)
        line.addWidget(self.summary)
        self.search.textChanged.connect(self.searched)
        self.search.returnPressed.connect(self.take_chosen)
        self.table.currentCellChanged.connect(self._show_chosen)
        self.table.cellDoubleClicked.connect(self.take_chosen)
        self.new.clicked.connect(self.fresh)
        self.bring.clicked.connect(self.import_wanted)
        self.give.clicked.connect(self.export_wanted)
        self.summary.take.clicked.connect(self.take_chosen)
        self.summary.edit.clicked.connect(self.edit_chosen)

    @property
    def chosen(self) -> ClientCard | None:
        """The client of the row chosen."""
        row = self.table.currentRow()
        return self._cards[row] if 0 <= row < len(self._cards) else None

    def show_cards(self, cards: Sequence[ClientCard], *, taken: str, anybody: bool) -> None:
        """Show who was found; ``taken`` is the code of this visit's client, ``anybody`` tells whether there is a client at all."""
        before = self.chosen
        wanted = before.code if before is not None else taken
        self._cards = list(cards)
        today = datetime.now().astimezone().date()
        self.table.blockSignals(True)  # a row is chosen once, below
        self.table.setRowCount(len(self._cards))
        for row, card in enumerate(self._cards):
            for column, text in enumerate(_cells(card, today)):
                item = QTableWidgetItem(text)
                font = item.font()
                font.setBold(card.code == taken)
                item.setFont(font)
                self.table.setItem(row, column, item)
        codes = [card.code for card in self._cards]
        if codes:
            self.table.setCurrentCell(codes.index(wanted) if wanted in codes else 0, 0)
        self.table.blockSignals(False)
        full = texts.FOUND.format(shown=len(codes)) if len(codes) >= PAGE else texts.KEYS
        self.note.setText(full if codes else texts.NOBODY if anybody else texts.NOBODY_YET)
        self._show_chosen()

    def choose(self, code: str) -> None:
        """Choose a client who is shown."""
        rows = [row for row, card in enumerate(self._cards) if card.code == code]
        if rows:
            self.table.setCurrentCell(rows[0], 0)

    def take_chosen(self) -> None:
        """Take the client chosen for the visit."""
        if self.chosen is not None:
            self.taken.emit(self.chosen)

    def edit_chosen(self) -> None:
        """Ask for the form of the client chosen."""
        if self.chosen is not None:
            self.edited.emit(self.chosen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows of the search choose a row, Enter of the table take one, and letters of the table search."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        key = Qt.Key(event.key())
        if watched is self.search and event.matches(QKeySequence.StandardKey.Undo) and not self.search.isUndoAvailable():
            self.undo_wanted.emit()
            return True
        if watched is self.search and key in ARROWS:
            self._step({Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10}.get(key, 10))
            return True
        if watched is self.table and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take_chosen()
            return True
        if watched is self.table and event.text().isprintable() and event.text().strip():
            self.search.setFocus()
            self.search.setText(self.search.text() + event.text())
            return True
        return super().eventFilter(watched, event)

    def _step(self, rows: int) -> None:
        last = self.table.rowCount() - 1
        if last >= 0:
            self.table.setCurrentCell(min(max(self.table.currentRow() + rows, 0), last), 0)

    def _show_chosen(self) -> None:
        self.summary.show_client(self.chosen)


class Summary(Card):
    """What is known of one client."""

    WIDE_PX = 300

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(texts.CLIENT, parent=parent)
        self.setFixedWidth(self.WIDE_PX)
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
        area = QScrollArea(self)
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.take = _button(texts.TAKE, texts.TAKE_HINT, self)
        self.edit = _button(texts.EDIT, texts.EDIT_HINT, self)
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
            self.grid.addWidget(head, row, 0, Qt.AlignmentFlag.AlignTop)
            self.grid.addWidget(line, row, 1)


def consent_of(card: ClientCard) -> tuple[str, str]:
    """Return what was last said to being tested, as a sentence, and its state."""
    last = card.consent(Purpose.TESTS)
    if last is None:
        return texts.NOT_ASKED, texts.SAID_STATE[""]
    day = last.on.isoformat() if last.on else texts.NO_DAY
    return texts.SAID_ON[last.said.value].format(day=day), texts.SAID_STATE[last.said.value]


def _cells(card: ClientCard, today: date) -> tuple[str, ...]:
    last = card.consent(Purpose.TESTS)
    said = last.said.value if last is not None else ""
    age = card.age(today)
    return (
        card.code, card.name, _born(card), str(age) if age is not None else "",
        words_pages.SEX_NAME[card.sex] if card.sex else "", words.SIDE[card.involved] if card.involved else "",
        f"{words.SYMBOL[texts.SAID_STATE[said]]}  {texts.SAID[said]}",
    )  # fmt: skip


def _born(card: ClientCard) -> str:
    return card.birth_date.isoformat() if card.birth_date else str(card.birth_year) if card.birth_year else ""


def _facts(card: ClientCard, today: date) -> list[tuple[str, str]]:
    """Return what is known, each with the key of its heading; what nobody entered is left out."""
    facts: list[tuple[str, str]] = []
    age = card.age(today)
    if age is not None:
        facts.append(("born", f"{_born(card)}  ·  {texts.YEARS.format(age=age)}"))
    if card.sex is not None:
        facts.append(("sex", words_pages.SEX_NAME[card.sex]))
    if card.height_m is not None or card.mass_kg is not None:
        height = words.with_unit(100.0 * card.height_m, 0, "cm") if card.height_m is not None else words.NO_VALUE
        mass = words.with_unit(card.mass_kg, 1, "kg") if card.mass_kg is not None else words.NO_VALUE
        facts.append(("size", texts.HEIGHT_MASS.format(height=height, mass=mass)))
    if card.involved is not None or card.injury:
        side = words.SIDE[card.involved] if card.involved is not None else texts.NOT_KNOWN
        told = texts.INJURY_ON if card.injured_on else texts.INJURY
        facts.append(("injury", told.format(side=side, what=card.injury or texts.INJURED, day=card.injured_on)))
    facts += [
        (name, words.SIDE[side]) for name, side in (("dominant", card.dominant), ("tested", card.tested)) if side is not None
    ]  # fmt: skip
    lengths = [
        texts.MEASURE.format(title=words.capital(ask.title), side=words.LETTER[side], value=words.with_unit(value, ask.decimals, ask.unit))
        for exam, ask in kept_asks()
        for side in Side
        if (value := card.measures.get(measure_key(exam, ask.key, side))) is not None
    ]
    if lengths:
        facts.append(("measures", "\n".join(lengths)))
    if card.note:
        facts.append(("note", card.note))
    return facts


def _table(parent: QWidget) -> QTableWidget:
    table = QTableWidget(0, len(texts.COLUMNS), parent)
    table.setHorizontalHeaderLabels(texts.COLUMNS)
    table.setAccessibleName(words_pages.CLIENTS)
    table.verticalHeader().setVisible(False)
    table.setShowGrid(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setStyleSheet("QTableView { border:none; } QTableView::item { padding:0 10px; }")
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    return table


def _button(title: str, hint: str, parent: QWidget) -> QPushButton:
    button = QPushButton(title, parent)
    button.setAccessibleName(title)
    button.setToolTip(hint)
    return button
