"""The list of clients: found as one types, chosen by arrows, taken by Enter; and what is known of the one chosen. It changes nobody."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QTableView,
    QWidget,
)

from ankletest.store.client_book import PAGE
from ankletest.store.people import Purpose
from ui import theme
from ui.desk.store_port import ClientCard
from ui.pages.client_summary import Summary, born_of
from ui.widgets.buttons import button_of
from ui.widgets.card import Card, label
from ui.widgets.row_table import dress_rows
from ui.words import clients as texts
from ui.words import common as words
from ui.words import pages as words_pages

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
HELD = (ROLE.DisplayRole, ROLE.ToolTipRole, ROLE.AccessibleTextRole)
LEG, CONSENT = len(texts.COLUMNS) - 2, len(texts.COLUMNS) - 1
ARROWS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class CardTable(QAbstractTableModel):
    """Clients as text, one a row; the one of this visit is bold."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cells: list[tuple[str, ...]] = []
        self._bold: list[bool] = []

    def show_cells(self, cells: list[tuple[str, ...]], bold: list[bool]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self.cells, self._bold = cells, bold
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return the number of clients shown."""
        return 0 if parent.isValid() else len(self.cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return the number of columns."""
        return 0 if parent.isValid() else len(texts.COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> object:
        """Return a heading."""
        return texts.COLUMNS[section] if orientation is Qt.Orientation.Horizontal and role == ROLE.DisplayRole else None

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> object:
        """Return a cell."""
        if role == ROLE.DisplayRole and index.column() == CONSENT and theme.large():
            return self.cells[index.row()][index.column()].split()[0]  # its shape alone: the names need the room
        if role in HELD:
            return self.cells[index.row()][index.column()]
        if role == ROLE.FontRole and self._bold[index.row()]:
            return theme.font(14, QFont.Weight.DemiBold)
        return None


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
        self.new = button_of(texts.NEW, self, hint=texts.NEW_HINT)
        self.bring = button_of(texts.IMPORT, self)
        self.give = button_of(texts.EXPORT, self)
        top = QHBoxLayout()
        top.setSpacing(10)
        if theme.large():
            self.card.body.addWidget(self.search)
        else:
            top.addWidget(self.search, 1)
        for button in (self.new, self.bring, self.give):
            top.addWidget(button)
        if theme.large():
            top.addStretch(1)
        self.model = CardTable(self)
        self.table = _table(self.model, self)
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
        self.table.selectionModel().currentRowChanged.connect(self._show_chosen)
        self.table.doubleClicked.connect(self.take_chosen)
        self.new.clicked.connect(self.fresh)
        self.bring.clicked.connect(self.import_wanted)
        self.give.clicked.connect(self.export_wanted)
        self.summary.take.clicked.connect(self.take_chosen)
        self.summary.edit.clicked.connect(self.edit_chosen)

    @property
    def chosen(self) -> ClientCard | None:
        """The client of the row chosen."""
        row = self.table.currentIndex().row()
        return self._cards[row] if 0 <= row < len(self._cards) else None

    def show_cards(self, cards: Sequence[ClientCard], *, taken: str, anybody: bool) -> None:
        """Show who was found; ``taken`` is the code of this visit's client, ``anybody`` tells whether there is a client at all."""
        before = self.chosen
        wanted = before.code if before is not None else taken
        self._cards = list(cards)
        self.model.show_cells([_cells(card) for card in cards], [card.code == taken for card in cards])
        codes = [card.code for card in self._cards]
        if codes:
            self._choose_row(codes.index(wanted) if wanted in codes else 0)
        full = texts.FOUND.format(shown=len(codes)) if len(codes) >= PAGE else texts.KEYS
        self.note.setText(full if codes else texts.NOBODY if anybody else texts.NOBODY_YET)
        self._show_chosen()

    def choose(self, code: str) -> None:
        """Choose a client who is shown."""
        rows = [row for row, card in enumerate(self._cards) if card.code == code]
        if rows:
            self._choose_row(rows[0])

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
        last = len(self._cards) - 1
        if last >= 0:
            self._choose_row(min(max(self.table.currentIndex().row() + rows, 0), last))

    def _choose_row(self, row: int) -> None:
        self.table.setCurrentIndex(self.model.index(row, 0))

    def _show_chosen(self) -> None:
        self.summary.show_client(self.chosen)


def _cells(card: ClientCard) -> tuple[str, ...]:
    last = card.consent(Purpose.TESTS)
    said = last.said.value if last is not None else ""
    consent = f"{words.SYMBOL[texts.SAID_STATE[said]]}  {texts.SAID[said]}"
    return card.code, card.name, born_of(card), words.SIDE[card.involved] if card.involved else "", consent


def _table(model: CardTable, parent: QWidget) -> QTableView:
    table = QTableView(parent)
    table.setModel(model)
    dress_rows(table, words_pages.CLIENTS, wide=1)
    table.setColumnHidden(LEG, theme.large())  # it stands beside the list, and the names need the room
    return table
