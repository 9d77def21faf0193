"""Who is to be asked about the day after a stop, so that somebody rings them up; the question itself is asked with the client."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QWidget

from ankletest.store.follow_up import AskedClient
from ui.widgets.card import Card, wrapped
from ui.widgets.row_table import dress_rows
from ui.words import common as words
from ui.words import followup as told

ROWS_SEEN = 4
NAME_COLUMN = 1
"""Of ``words.followup.ASKED_COLUMNS``."""


class AskedCard(Card):
    """The list, hidden while nobody is to be asked; ``chosen`` carries the code of a client who is to be opened."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(told.ASKED, parent=parent)
        self._shown: Sequence[AskedClient] = ()
        self.body.addWidget(wrapped(told.ASKED_HOW, parent=self))
        self.table = QTableWidget(0, len(told.ASKED_COLUMNS), self)
        self.table.setHorizontalHeaderLabels(told.ASKED_COLUMNS)
        dress_rows(self.table, told.ASKED, wide=NAME_COLUMN)
        self.body.addWidget(self.table)
        self.table.cellActivated.connect(self._choose)
        self.table.cellClicked.connect(self._choose)
        self.hide()

    def show_asked(self, found: Sequence[AskedClient]) -> None:
        """Show who is to be asked."""
        self._shown = found
        self.table.setRowCount(len(found))
        for row, one in enumerate(found):
            for column, text in enumerate((one.code, one.name, words.day(one.stopped))):
                self.table.setItem(row, column, QTableWidgetItem(text))
        rows = min(len(found), ROWS_SEEN)
        self.table.setFixedHeight(
            self.table.horizontalHeader().sizeHint().height() + rows * self.table.verticalHeader().defaultSectionSize() + 4
        )
        self.setVisible(bool(found))

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._shown):
            self.chosen.emit(self._shown[row].code)
