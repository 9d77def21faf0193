"""The audit log as a table: of one client, between two days, and as CSV; what is logged, the store decides."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QDate, QDateTime, Qt, QTime, Signal
from PySide6.QtWidgets import (
    QDateEdit,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ankletest.language import plural
from ankletest.store.audit import Entry
from ui import theme
from ui.pages.ask_box import Labelled, inset
from ui.pages.going import GoingDialog
from ui.safekeeping import LogPage, Safekeeping
from ui.tongue import say
from ui.widgets.card import Card, label
from ui.words import settings as words
from ui.words.common import day, qt_date

SHOWN = 2000
"""Entries in the table; who looks for older ones narrows the days."""
DAYS = 30
TIME = "%H:%M:%S"
CLIENT_ID = re.compile(r"(?<=client )[0-9a-f-]{36}")


class LogGroup(QWidget):
    """Reads the log when it is shown and whenever a filter is used; ``said`` carries a sentence and whether it is a bad one."""

    said = Signal(str, bool)

    def __init__(self, safe: Safekeeping, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._safe = safe
        self._page: LogPage | None = None
        self._path = Path()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        card = Card(words.LOG_CARD, parent=self)
        column.addWidget(card)
        self.client = QLineEdit(self)
        self.since = _day(QDate.currentDate().addDays(-DAYS), words.LOG_SINCE, self)
        self.until = _day(QDate.currentDate(), words.LOG_UNTIL, self)
        self.show_button = QPushButton(words.LOG_SHOW, self)
        self.csv = QPushButton(words.LOG_CSV, self)
        self.client.setAccessibleName(words.LOG_CLIENT)
        self.client.setClearButtonEnabled(True)
        card.body.addWidget(Labelled(words.LOG_CLIENT, self.client, self))
        line = QHBoxLayout()
        line.setSpacing(10)
        for name, control in ((words.LOG_SINCE, self.since), (words.LOG_UNTIL, self.until)):
            line.addWidget(Labelled(name, control, self))
        line.addStretch(1)
        for button in (self.show_button, self.csv):
            button.setAccessibleName(button.text())
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        card.body.addLayout(line)
        self.table = _table(self)
        card.body.addWidget(self.table, 1)
        self.count = label("", "sub", self)
        card.body.addWidget(self.count)
        self.show_button.clicked.connect(self.read)
        self.client.returnPressed.connect(self.read)
        self.csv.clicked.connect(self.ask_csv)
        self._show(None)

    def look(self) -> None:
        """Read the log anew, or say that it cannot be seen."""
        if self._safe.keeping is None:
            self._show(None)
        elif not self._safe.jobs.busy:
            self.read()

    def read(self) -> None:
        """Read what the filters ask for."""
        why = self._safe.why_not(alone=False)
        if why:
            self.said.emit(why, True)
            return
        work = self._safe.log(
            client=self.client.text().strip(), since=_utc(self.since.date()), until=_utc(self.until.date().addDays(1)), limit=SHOWN
        )
        self.count.setText(words.LOG_READING)
        job = self._safe.jobs.run(words.LOG_READING, work)
        job.done.connect(self._read)
        job.failed.connect(self._not_read)

    def ask_csv(self) -> None:
        """Ask where the entries shown are to be written to."""
        dialog = QFileDialog(self, words.LOG_CSV, "", words.LOG_FILES)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(self._csv_picked)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, path: Path) -> None:
        """Write the entries shown."""
        why = self._safe.why_not(alone=False)
        if self._page is None or why:
            self.said.emit(why or words.LOG_LOCKED, True)
            return
        self._path = path
        going = GoingDialog(words.LOG_CSV, self, stoppable=False)
        going.over.connect(self._written)
        going.failed.connect(self._not_done)
        going.run(self._safe.jobs, self._safe.write_log(path, self._page))

    # ---- inside ---------------------------------------------------------------------------------------------------------------

    def _csv_picked(self, name: str) -> None:
        self.write(Path(name))

    def _written(self, done: object) -> None:
        count = done if isinstance(done, int) else 0
        self.said.emit(plural(words.LOG_WRITTEN, count).format(count=count, name=self._path.name), False)

    def _read(self, page: object) -> None:
        self._show(page if isinstance(page, LogPage) else None)

    def _not_read(self, error: Exception) -> None:
        self.said.emit(say(str(error)), True)

    def _not_done(self, why: str) -> None:
        self.said.emit(why, True)

    def _show(self, page: LogPage | None) -> None:
        self._page = page
        entries = page.entries if page is not None else ()
        codes = page.codes if page is not None else {}
        self.table.setRowCount(len(entries))
        for row, one in enumerate(entries):
            for column, text in enumerate(_cells(one, codes)):
                cell = QTableWidgetItem(text)
                cell.setToolTip(one.entity_id if column in {3, 4} else text)
                self.table.setItem(row, column, cell)
        self.csv.setEnabled(bool(entries))
        whole = (words.LOG_MOST if len(entries) == SHOWN else plural(words.LOG_COUNT, len(entries))).format(count=len(entries))
        self.count.setText(whole if page is not None else words.LOG_LOCKED)


def _with_codes(detail: str, codes: dict[str, str]) -> str:
    """Name a client by the code instead of the id, which nobody knows by heart; an erased one has the id alone."""
    return CLIENT_ID.sub(lambda found: codes.get(found[0], found[0]), detail)


def _cells(one: Entry, codes: dict[str, str]) -> tuple[str, ...]:
    what, act = words.ENTITIES.get(one.entity, one.entity), words.ACTS.get(one.act, one.act)
    return (
        f"{day(one.at)} {one.at.astimezone():{TIME}}",
        one.actor,
        act,
        what,
        codes.get(one.entity_id, ""),
        say(_with_codes(one.detail, codes)),
    )


def _table(parent: QWidget) -> QTableWidget:
    table = QTableWidget(0, len(words.LOG_COLUMNS), parent)
    table.setHorizontalHeaderLabels(words.LOG_COLUMNS)
    table.setAccessibleName(words.LOG_CARD)
    table.verticalHeader().setVisible(False)
    table.setShowGrid(False)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    table.setStyleSheet("QTableView { border:none; } QTableView::item { padding:0 10px; }")
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    head.setResizeContentsPrecision(50)
    head.setStretchLastSection(not theme.large())  # in large letters it is as wide as its text, and scrolled to
    return table


def _day(day: QDate, name: str, parent: QWidget) -> QDateEdit:
    edit = QDateEdit(day, parent)
    edit.setDisplayFormat(qt_date())
    edit.setAccessibleName(name)
    inset(edit)
    return edit


def _utc(day: QDate) -> datetime:
    """Return when a day of this place begins, in UTC."""
    seconds = QDateTime(day, QTime(0, 0)).toSecsSinceEpoch()
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
