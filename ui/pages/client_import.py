"""A table of clients before it is taken in: what its columns are, what every row says, what is left out and why; it reads no file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ankletest.exchange.cells import DateOrder
from ankletest.exchange.clients_in import FIELDS, LINE, MEASURES, Plan, Row
from ankletest.exchange.sheet import Sheet
from ankletest.language import plural
from ankletest.samples import Side
from ankletest.store.alike import Alike, Kind
from ankletest.store.people import Fault, kept_asks, measure_key
from ui import theme, units
from ui.pages.ask_box import Labelled
from ui.pages.client_fields import why_told
from ui.pages.client_summary import born_of, see_through
from ui.tongue import say
from ui.widgets.card import Card, label
from ui.words import clients as texts
from ui.words import common as words
from ui.words import pages as words_pages

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
ORDERS = {"": texts.DATES_UNTOLD, DateOrder.DMY.value: texts.DATES_DMY, DateOrder.MDY.value: texts.DATES_MDY}
TICK_COLUMN, SAID_COLUMN = 0, 2
COLUMNS = len(texts.IMPORT_COLUMNS)
SAID_SHARE = 0.36
"""Of the window's width: what is said is read first."""
A_ROW, ROWS_SEEN = 5, 2
"""Columns of the table beside each other, and rows of them that are seen at once."""
LETTERS = 10
MOST_ALIKE = 2


class RowTable(QAbstractTableModel):
    """Rows of a table, those with something to say first; those that could be there already can be ticked."""

    ticked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()
        self.known: Mapping[str, str] = {}
        self._ticks: set[int] = set()

    def show_rows(self, rows: Sequence[Row], known: Mapping[str, str]) -> None:
        """Show rows; ``known`` tells who is behind a code."""
        self.beginResetModel()
        self.rows = tuple(sorted(rows, key=lambda row: (not row.wrong, not row.alike, row.line)))
        self.known = known
        self._ticks = set()
        self.endResetModel()
        self.ticked.emit()

    @property
    def chosen(self) -> list[Row]:
        """The rows that will be imported, in the order of the file."""
        wanted = [row for row in self.rows if row.good or (row.line in self._ticks and tickable(row))]
        return sorted(wanted, key=lambda row: row.line)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return the number of columns."""
        return 0 if parent.isValid() else len(texts.IMPORT_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> object:
        """Return a heading."""
        return texts.IMPORT_COLUMNS[section] if orientation is Qt.Orientation.Horizontal and role == ROLE.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let rows be ticked that could be there already."""
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsUserCheckable if index.column() == TICK_COLUMN and tickable(self.rows[index.row()]) else usual

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> object:
        """Return a cell; what is said has colour, shape and words."""
        row = self.rows[index.row()]
        if role == ROLE.DisplayRole:
            return self._cells(row)[index.column()]
        if role == ROLE.ToolTipRole and index.column() == SAID_COLUMN:
            return self._said(row)
        if role == ROLE.CheckStateRole and index.column() == TICK_COLUMN and tickable(row):
            return Qt.CheckState.Checked if row.line in self._ticks else Qt.CheckState.Unchecked
        if role == ROLE.AccessibleTextRole and index.column() == TICK_COLUMN and tickable(row):
            return texts.TICK.format(line=row.line)
        if role == ROLE.ForegroundRole and not row.good:
            state = "bad" if row.wrong else "warn"
            return theme.color(state) if index.column() == SAID_COLUMN else theme.color("muted")
        return None

    def setData(self, index: Index, value: object, role: int = ROLE.EditRole) -> bool:
        """Tick a row, or not."""
        row = self.rows[index.row()]
        if role != ROLE.CheckStateRole or not tickable(row):
            return False
        if Qt.CheckState(value) is Qt.CheckState.Checked:
            self._ticks.add(row.line)
        else:
            self._ticks.discard(row.line)
        self.dataChanged.emit(index, index, [role])
        self.ticked.emit()
        return True

    def _cells(self, row: Row) -> tuple[str, ...]:
        one = row.details
        return (
            "", str(row.line), self._said(row), one.code, one.name, born_of(one), words_pages.SEX_NAME[one.sex] if one.sex else "",
            units.told(one.height_m, "m") if one.height_m is not None else "",
            units.told(one.mass_kg, "kg") if one.mass_kg is not None else "", words.SIDE[one.involved] if one.involved else "",
        )  # fmt: skip

    def _said(self, row: Row) -> str:
        if row.wrong:
            return f"{words.SYMBOL['bad']}  {'  ·  '.join(_fault(one) for one in row.wrong)}"
        if row.alike:
            more = "  …" if len(row.alike) > MOST_ALIKE else ""
            return f"{words.SYMBOL['warn']}  {'  ·  '.join(alike_told(one, self.known) for one in row.alike[:MOST_ALIKE])}{more}"
        return f"{words.SYMBOL['good']}  {texts.GOOD_ROW}"


class ImportView(QWidget):
    """Shows a table and its plan; ``plan_changed`` carries another ``Plan``, ``confirmed`` the rows to take in."""

    plan_changed = Signal(object)
    confirmed = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plan = Plan({}, {})
        self.boxes: list[QComboBox] = []
        self.title = label("", "h1", self)
        self.count = label("", "sub", self)
        self.count.setWordWrap(True)
        self.cancel = QPushButton(texts.CANCEL, self)
        self.confirm = QPushButton(self)
        self.confirm.setProperty("kind", "primary")
        self.cancel.setAccessibleName(texts.CANCEL)
        head = QHBoxLayout()
        head.setSpacing(10)
        titles = QVBoxLayout()
        titles.setSpacing(1)
        titles.addWidget(self.title)
        titles.addWidget(self.count)
        head.addLayout(titles, 1)
        self.dates = QComboBox(self)
        for value, title in ORDERS.items():
            self.dates.addItem(title, value)
        self.dates.setAccessibleName(texts.DATES)
        head.addWidget(Labelled(texts.DATES, self.dates, self))
        head.addWidget(self.cancel)
        head.addWidget(self.confirm)
        self.card = Card("", parent=self)
        self._area = QScrollArea(self.card)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.model = RowTable(self)
        self.table = _view(self.model, self.card)
        self._style()
        theme.changes.changed.connect(self._style)
        self.card.body.addWidget(self._area)
        self.card.body.addWidget(self.table, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.card, 1)
        self.cancel.clicked.connect(self.cancelled)
        self.confirm.clicked.connect(self._confirm)
        self.dates.currentIndexChanged.connect(self._order_changed)
        self.model.ticked.connect(self._show_count)
        self.table.viewport().installEventFilter(self)
        self._show_count()

    def show_sheet(self, name: str, sheet: Sheet, plan: Plan) -> None:
        """Show the columns of a table; its rows come with ``show_rows``."""
        self.title.setText(texts.IMPORT_TITLE.format(name=name))
        self._plan = plan
        inner = QWidget(self._area)
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        self.boxes = []
        for index, heading in enumerate(sheet.header):
            box = QComboBox(inner)
            for field in ("", *FIELDS):
                box.addItem(title_of(field), field)
            box.setAccessibleName(texts.COLUMN_IS.format(heading=heading or index + 1))
            box.setCurrentIndex(box.findData(plan.columns.get(index, "")))
            box.currentIndexChanged.connect(self._column_changed)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(LETTERS)
            box.view().setMinimumWidth(box.view().sizeHintForColumn(0) + 24)
            self.boxes.append(box)
            grid.addWidget(Labelled(heading or str(index + 1), box, inner), index // A_ROW, index % A_ROW)
        for column in range(A_ROW):
            grid.setColumnStretch(column, 1)
        self._area.setWidget(inner)
        see_through(self._area, inner)
        rows = -(-len(sheet.header) // A_ROW)
        self._area.setFixedHeight(round(inner.sizeHint().height() * min(1.0, (ROWS_SEEN + 0.4) / rows)))
        self._put(self.dates, plan.order.value if plan.order else "")
        self.model.show_rows((), {})

    def show_rows(self, rows: Sequence[Row], known: Mapping[str, str]) -> None:
        """Show how the rows are understood; ``known`` tells who is behind a code."""
        self.model.show_rows(rows, known)
        cells = [[self.model.index(row, column).data() for column in range(SAID_COLUMN + 1, COLUMNS)] for row in range(len(rows))]
        for column in range(SAID_COLUMN + 1, COLUMNS):
            self.table.setColumnHidden(column, not any(row[column - SAID_COLUMN - 1] for row in cells))
        self.table.resizeColumnsToContents()
        self._share_room()
        self.confirm.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Share the room of the table out anew when it has another."""
        if watched is self.table.viewport() and event.type() == QEvent.Type.Resize:
            self._share_room()
        return super().eventFilter(watched, event)

    def _share_room(self) -> None:
        """Give what is said of a row the room that the other columns leave, and never less than a good part of the window."""
        others = sum(self.table.columnWidth(column) for column in range(COLUMNS) if column != SAID_COLUMN)
        least = round(SAID_SHARE * self.window().width())
        self.table.setColumnWidth(SAID_COLUMN, max(least, self.table.viewport().width() - others))

    def _style(self) -> None:
        edge, full = theme.color("muted").name(), theme.color("accent").name()
        self.table.setStyleSheet(
            "QTableView { border:none; } QTableView::item { padding:0 10px; }"
            f"QTableView::indicator {{ width:14px; height:14px; border:2px solid {edge}; border-radius:4px; }}"
            f"QTableView::indicator:checked {{ background:{full}; border-color:{full}; }}"
        )

    def _show_count(self) -> None:
        rows = self.model.rows
        bad = sum(1 for row in rows if row.wrong)
        alike = sum(1 for row in rows if row.alike and not row.wrong)
        good = len(self.model.chosen)
        self.count.setText(texts.IMPORT_COUNT.format(good=good, alike=alike, bad=bad))
        self.confirm.setText(plural(texts.IMPORT_DO, good).format(count=good))
        self.confirm.setAccessibleName(self.confirm.text())
        self.confirm.setEnabled(good > 0)

    def _column_changed(self) -> None:
        index = next(k for k, box in enumerate(self.boxes) if box is self.sender())
        self._plan = self._plan.put(index, str(self.boxes[index].currentData()))
        for k, box in enumerate(self.boxes):
            self._put(box, self._plan.columns.get(k, ""))
        self._again()

    def _order_changed(self) -> None:
        value = str(self.dates.currentData())
        self._plan = replace(self._plan, order=DateOrder(value) if value else None)
        self._again()

    def _again(self) -> None:
        self.confirm.setEnabled(False)
        self.plan_changed.emit(self._plan)

    def _confirm(self) -> None:
        self.confirm.setEnabled(False)
        self.confirmed.emit(self.model.chosen)

    @staticmethod
    def _put(box: QComboBox, value: str) -> None:
        box.blockSignals(True)
        box.setCurrentIndex(max(0, box.findData(value)))
        box.blockSignals(False)


def tickable(row: Row) -> bool:
    """Tell whether a row may be imported although somebody is like it: nothing is wrong, and its code is free."""
    return not row.wrong and bool(row.alike) and all(alike.kind is not Kind.CODE for alike in row.alike)


def alike_told(alike: Alike, known: Mapping[str, str]) -> str:
    """Return how somebody is alike in the words of the window; ``known`` tells who is behind a code."""
    line = alike.token.removeprefix(LINE)
    who = texts.LINE.format(number=line) if line != alike.token and alike.token not in known else known.get(alike.token, alike.token)
    return texts.ALIKE[alike.kind.name].format(who=who)


def who_told(code: str, name: str, born: str) -> str:
    """Return who is behind a code."""
    return texts.WHO.format(name=name or texts.NO_NAME, code=code, born=born or texts.NOT_KNOWN)


def title_of(field: str) -> str:
    """Return what a column may be, in the words of the window."""
    if field in MEASURES:
        asks = {measure_key(exam, ask.key, side): (ask, side) for exam, ask in kept_asks() for side in Side}
        ask, side = asks[field]
        return texts.SIDE_OF.format(title=words.capital(say(ask.title)), side=words.SIDE[side].lower())
    return texts.FIELD_OF_COLUMN.get(field) or texts.FIELD[field]


def _fault(one: Fault) -> str:
    why = why_told(one).rstrip(".")
    told = texts.WRONG_WRITTEN if one.written else texts.WRONG_CELL
    return told.format(field=title_of(one.field) if one.field in FIELDS else texts.FIELD[one.field], why=why, written=one.written)


def _view(model: RowTable, parent: QWidget) -> QTableView:
    table = QTableView(parent)
    table.setModel(model)
    table.setAccessibleName(texts.IMPORT_OPEN)
    table.verticalHeader().setVisible(False)
    table.setShowGrid(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    head.setStretchLastSection(True)
    return table
