"""The table of a visit by exam: each number left and right, their symmetry, change, target and published figures; it judges nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from ankletest.samples import Side
from ui import theme
from ui.report.parts import ExamPart, Line
from ui.widgets.columns import fit
from ui.words import pages as words_pages
from ui.words import results as told

LEG_COLUMNS = {1: Side.LEFT, 2: Side.RIGHT}
SYMMETRY, FIRST_OPTIONAL = 3, 4
NUMBERS = tuple(LEG_COLUMNS)
"""A number and its error stay in one line."""
PUBLISHED = len(told.EXAM_COLUMNS) - 1


class ExamTable(QTableWidget):
    """``trace_wanted`` carries the ``Shown`` trial and the metric's key when somebody clicks a number, or presses Enter on it.

    ``told`` carries what is to be said of the number that the cursor is on: its reasons, and whom its published figures are of.
    """

    trace_wanted = Signal(object, str)
    told = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(told.EXAM_COLUMNS), parent)
        self._lines: dict[int, Line] = {}
        self.setHorizontalHeaderLabels(told.EXAM_COLUMNS)
        self.setAccessibleName(told.BY_EXAM.replace("&", ""))
        self.verticalHeader().setVisible(False)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setStyleSheet("QTableView { border:none; } QTableView::item { padding:2px 5px; }")
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.clicked.connect(self._clicked)
        self.currentCellChanged.connect(self._tell)

    def show_parts(self, parts: Sequence[ExamPart]) -> None:
        """Show these exams; columns that nothing stands in are left out."""
        self.blockSignals(True)
        self.clearSpans()
        self._lines.clear()
        self.setRowCount(sum(2 + len(part.lines) for part in parts))
        row = 0
        for part in parts:
            self._heading(row, part.title, bold=True)
            self._heading(row + 1, part.used, bold=False)
            row += 2
            for line in part.lines:
                self._lines[row] = line
                for column, text in enumerate(line.cells):
                    self.setItem(row, column, self._cell(line, column, text))
                row += 1
        for column in range(FIRST_OPTIONAL, len(told.EXAM_COLUMNS)):
            self.setColumnHidden(column, not any(line.cells[column] for line in self._lines.values()))
        self.blockSignals(False)
        self._fit()

    def line_at(self, row: int) -> Line | None:
        """Return the number in a row; None in headings."""
        return self._lines.get(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room out anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the trace by Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        fit(self, whole=NUMBERS)
        self.resizeRowsToContents()

    def _clicked(self, index: QModelIndex) -> None:
        line, side = self._lines.get(index.row()), LEG_COLUMNS.get(index.column())
        if line is not None and side is not None and side in line.legs:
            self.trace_wanted.emit(line.legs[side], line.metric.key)

    def _tell(self, row: int, column: int) -> None:
        line, side = self._lines.get(row), LEG_COLUMNS.get(column)
        if line is None:
            self.told.emit("")
            return
        reasons = [line.why[side]] if side is not None and side in line.why else [*dict.fromkeys(line.why.values())]
        published = [words_pages.NORMS_FROM.format(sources="; ".join(line.sources))] if line.sources else []
        self.told.emit("  ".join(text for text in (*reasons, *published) if text))

    def _heading(self, row: int, text: str, *, bold: bool) -> None:
        item = QTableWidgetItem(text)
        font = item.font()
        font.setBold(bold)
        item.setFont(font)
        if not bold:
            item.setForeground(theme.color("muted"))
        item.setToolTip(text)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.setItem(row, 0, item)
        self.setSpan(row, 0, 1, len(told.EXAM_COLUMNS))

    def _cell(self, line: Line, column: int, text: str) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        item.setToolTip(text)
        side = LEG_COLUMNS.get(column)
        if side is not None:
            item.setForeground(theme.color(side.value))
            if side in line.legs:
                item.setToolTip("\n".join(text for text in (line.why[side], told.SHOW_TRACE) if text))
        elif column == PUBLISHED and line.sources:
            item.setToolTip("\n".join((text, *line.sources)))
        elif column == SYMMETRY and line.state:
            item.setForeground(theme.color(line.state))
        return item
