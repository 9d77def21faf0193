"""Who is due for re-assessment: late ones first, those whom nobody saw for half a year only when asked for."""

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QTableWidget, QTableWidgetItem, QWidget

from ankletest.language import plural
from ankletest.programme.due import SOON
from ankletest.store.follow_up import DueClient
from ui import theme
from ui.widgets.card import Card, label
from ui.widgets.row_table import dress_rows
from ui.words import common as words
from ui.words import followup as told

LOST_TOUCH = timedelta(days=182)
"""Not seen for so long: treated to the end, or gone elsewhere; a list that is full of them helps nobody."""
MOST = 500
NAME_COLUMN, LATE_COLUMN = 1, 3
"""Of ``words.followup.DUE_COLUMNS``: who, and how late."""


class DueCard(Card):
    """The list; ``chosen`` carries the code of a client who is to be opened."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(told.DUE, parent=parent)
        self._all: Sequence[DueClient] = ()
        self._today = date.min
        self._shown: list[DueClient] = []
        how = label(told.DUE_HOW, "sub", self)
        how.setWordWrap(True)
        self.body.addWidget(how)
        self.table = QTableWidget(0, len(told.DUE_COLUMNS), self)
        self.table.setHorizontalHeaderLabels(told.DUE_COLUMNS)
        dress_rows(self.table, told.DUE, wide=NAME_COLUMN)
        self.body.addWidget(self.table, 1)
        self.sentence = label("", "sub", self)
        self.body.addWidget(self.sentence)
        self.old = QCheckBox(self)
        self.body.addWidget(self.old)
        self.old.toggled.connect(self._fill)
        self.table.cellActivated.connect(self._choose)
        self.table.cellClicked.connect(self._choose)
        self.show_due((), date.min)

    def show_due(self, found: Sequence[DueClient], today: date) -> None:
        """Show who is due within a week, and who is late."""
        self._all = [one for one in found if one.due.on <= today + SOON] if found else ()
        self._today = today
        gone = sum(not self._here(one) for one in self._all)
        self.old.setText(told.DUE_OLD.format(count=gone))
        self.old.setAccessibleName(self.old.text())
        self.old.setVisible(gone > 0)
        self._fill()

    def _here(self, one: DueClient) -> bool:
        return self._today - one.seen <= LOST_TOUCH

    def _fill(self) -> None:
        shown = [one for one in self._all if self.old.isChecked() or self._here(one)]
        self._shown = shown[:MOST]
        self.set_right(told.DUE_COUNT.format(count=len(shown)) if shown else "")
        self.sentence.setText("" if shown else plural(told.DUE_EMPTY, SOON.days).format(days=SOON.days))
        self.sentence.setVisible(not shown)
        self.table.setRowCount(len(self._shown))
        for row, one in enumerate(self._shown):
            late = one.due.late_days(self._today)
            last = words.written(one.due.last) if one.due.last is not None else told.DUE_NEVER
            for column, text in enumerate((one.code, one.name, words.written(one.due.on), _late(late), last, words.written(one.seen))):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column == LATE_COLUMN and late > 0:
                    item.setForeground(theme.color("warn"))
                self.table.setItem(row, column, item)

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._shown):
            self.chosen.emit(self._shown[row].code)


def _late(days: int) -> str:
    if days == 0:
        return told.DUE_TODAY
    return plural(told.DUE_LATE if days > 0 else told.DUE_IN, abs(days)).format(days=abs(days))
