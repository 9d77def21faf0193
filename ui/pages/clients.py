"""The page of clients: find, take, enter one; and the store's door, as the clinic's clients are kept encrypted."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ankletest.errors import AnkletestError
from ankletest.metrics.published import Sex
from ankletest.samples import Side
from ui import words, words_pages
from ui.pages.ask_box import inset
from ui.store_port import ClientCard, StorePort
from ui.tongue import say
from ui.visit import Visit
from ui.widgets.card import Card, label

EARLIEST_BIRTH = 1900


class ClientsPage(QWidget):
    """Chooses whose visit it is; ``unlock`` asks for the store to be opened with a passphrase."""

    unlock = Signal(str)

    def __init__(self, visit: Visit, *, lockable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._cards: list[ClientCard] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addWidget(label(words_pages.CLIENTS, "h1", self))
        self.lock_card = Card(words_pages.STORE, parent=self)
        lock = QHBoxLayout()
        self.passphrase = QLineEdit(self.lock_card)
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setPlaceholderText(words_pages.PASSPHRASE)
        self.passphrase.setAccessibleName(words_pages.PASSPHRASE)
        self.unlock_button = QPushButton(words_pages.UNLOCK, self.lock_card)
        self.unlock_button.setAccessibleName(words_pages.UNLOCK)
        lock.addWidget(self.passphrase, 1)
        lock.addWidget(self.unlock_button)
        self.lock_card.body.addLayout(lock)
        self.sentence = label(words_pages.STORE_LOCKED if lockable else words_pages.NO_STORE, "sub", self.lock_card)
        self.sentence.setWordWrap(True)
        self.lock_card.body.addWidget(self.sentence)
        self.passphrase.setVisible(lockable)
        self.unlock_button.setVisible(lockable)
        column.addWidget(self.lock_card)
        self.client_card = Card(words_pages.CLIENTS, parent=self)
        column.addWidget(self.client_card, 1)
        self._fill_clients()
        self.passphrase.returnPressed.connect(self._ask)
        self.unlock_button.clicked.connect(self._ask)
        visit.client_changed.connect(self.refresh)
        self.refresh()

    def _fill_clients(self) -> None:
        body = self.client_card.body
        self.search = QLineEdit(self.client_card)
        self.search.setPlaceholderText(words_pages.FIND)
        self.search.setAccessibleName(words_pages.FIND)
        body.addWidget(self.search)
        self.table = QTableWidget(0, len(words_pages.CLIENT_COLUMNS), self.client_card)
        self.table.setHorizontalHeaderLabels(words_pages.CLIENT_COLUMNS)
        self.table.setAccessibleName(words_pages.CLIENTS)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.setStyleSheet("QTableView { border:none; } QTableView::item { padding:0 10px; }")
        self.table.verticalHeader().setVisible(False)
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        body.addWidget(self.table, 1)
        line = QHBoxLayout()
        line.setSpacing(10)
        self.take = QPushButton(words_pages.SELECT, self.client_card)
        self.code = QLineEdit(self.client_card)
        self.name = QLineEdit(self.client_card)
        self.born = QSpinBox(self.client_card)
        inset(self.born)
        self.born.setRange(EARLIEST_BIRTH - 1, datetime.now(UTC).year)
        self.born.setSpecialValueText(f"{words_pages.BORN}: {words_pages.NOT_KNOWN}")
        self.born.setAccessibleName(words_pages.BORN)
        self.sex = QComboBox(self.client_card)
        self.sex.addItem(f"{words_pages.SEX}: {words_pages.NOT_KNOWN}", "")
        for sex in Sex:
            self.sex.addItem(f"{words_pages.SEX}: {words_pages.SEX_NAME[sex]}", sex.value)
        self.sex.setAccessibleName(words_pages.SEX)
        self.involved = QComboBox(self.client_card)
        self.involved.addItem(f"{words_pages.INVOLVED}: {words_pages.NOT_KNOWN}", "")
        for side in Side:
            self.involved.addItem(f"{words_pages.INVOLVED}: {words.SIDE[side].lower()}", side.value)
        self.involved.setAccessibleName(words_pages.INVOLVED)
        self.add = QPushButton(words_pages.ADD, self.client_card)
        for edit, name in ((self.code, words_pages.NEW_CODE), (self.name, words_pages.NEW_NAME)):
            edit.setPlaceholderText(name)
            edit.setAccessibleName(name)
        for button in (self.take, self.add):
            button.setAccessibleName(button.text())
        line.addWidget(self.take)
        line.addStretch(1)
        for widget in (self.code, self.name, self.born, self.sex, self.involved, self.add):
            line.addWidget(widget)
        body.addLayout(line)
        self.search.textChanged.connect(self.refresh)
        self.take.clicked.connect(self._take)
        self.table.cellActivated.connect(self._take)
        self.add.clicked.connect(self._add)
        self.code.returnPressed.connect(self._add)

    @property
    def store(self) -> StorePort | None:
        """The open store."""
        return self._visit.store

    def say(self, text: str) -> None:
        """Show a sentence."""
        self.sentence.setText(text)
        self.sentence.setAccessibleName(text)

    def refresh(self) -> None:
        """Show the clients found."""
        store = self.store
        self.client_card.setEnabled(store is not None)
        taken = self._visit.client
        self.client_card.set_right(words_pages.TAKEN.format(code=taken.code) if taken else words_pages.NO_CLIENT)
        if store is None:
            return
        self.passphrase.hide()
        self.unlock_button.hide()
        try:
            self._cards = list(store.clients(self.search.text()))
        except AnkletestError as error:
            self.say(say(str(error)))
            return
        self.table.setRowCount(len(self._cards))
        for row, card in enumerate(self._cards):
            mass = words.with_unit(card.mass_kg, 1, "kg") if card.mass_kg else words.NO_VALUE
            involved = words.SIDE[card.involved] if card.involved else words_pages.NOT_KNOWN
            born = str(card.birth_year) if card.birth_year else words_pages.NOT_KNOWN
            sex = words_pages.SEX_NAME[card.sex] if card.sex else words_pages.NOT_KNOWN
            for column, text in enumerate((card.code, card.name, born, sex, mass, involved)):
                self.table.setItem(row, column, QTableWidgetItem(text))
            if taken is not None and card.code == taken.code:
                self.table.selectRow(row)

    def _ask(self) -> None:
        passphrase = self.passphrase.text()
        self.passphrase.clear()
        self.unlock.emit(passphrase)

    def _take(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._cards):
            self._visit.choose_client(self._cards[row])

    def _add(self) -> None:
        if self.store is None:
            return
        side, sex = str(self.involved.currentData()), str(self.sex.currentData())
        try:
            card = self.store.add_client(
                self.code.text(),
                name=self.name.text(),
                involved=Side(side) if side else None,
                sex=Sex(sex) if sex else None,
                birth_year=self.born.value() if self.born.value() >= EARLIEST_BIRTH else None,
            )
        except AnkletestError as error:
            self.say(say(str(error)))
            return
        self.code.clear()
        self.name.clear()
        # What is known of one client must not be entered for the next.
        self.born.setValue(self.born.minimum())
        self.sex.setCurrentIndex(0)
        self.involved.setCurrentIndex(0)
        self.say("")
        self._visit.choose_client(card)
        self.refresh()
