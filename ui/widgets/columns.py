"""How wide the columns of a table become in the room there is: where their text has too little, lines break before anything is cut."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QTableWidget

from ui import theme

SPARE_PX = 15
"""Beside the text of a cell: padding, and a pixel or two that a line needs more than it says."""
WHOLE_SPARE_PX = 20
"""The same of a line that must not break: Qt breaks it before it is full."""
HEAD_SPARE_PX = 21
HEAD_FONT_PX = 12
"""Of the stylesheet: what Qt asks for a heading has room for an arrow too, and these tables are not sorted."""


def shared_out(natural: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Return widths: natural ones where there is room, and what is over goes to the last; else each gives of what it has above its least.

    Parameters
    ----------
    natural
        Pixels a column needs for its lines as they are; at least ``least``.
    least
        Pixels of its longest word.
    room
        Pixels of all together; in less than all of ``least`` that is what they get.
    """
    if not natural:
        return []
    wanted, needed = sum(natural), sum(least)
    if wanted <= room:
        return [*natural[:-1], natural[-1] + room - wanted]
    if needed >= room:
        return list(least)
    share = (room - needed) / (wanted - needed)
    return [low + int((wide - low) * share) for wide, low in zip(natural, least, strict=True)]


def fit(table: QTableWidget, *, whole: Sequence[int] = ()) -> None:
    """Give the columns that are shown their widths; the lines of ``whole`` do not break, and headings never do."""
    columns = [column for column in range(table.columnCount()) if not table.isColumnHidden(column)]
    heads = QFontMetricsF(theme.font(HEAD_FONT_PX, QFont.Weight.Medium))
    natural: list[int] = []
    least: list[int] = []
    for column in columns:
        heading = table.horizontalHeaderItem(column)
        head = int(heads.horizontalAdvance(heading.text() if heading is not None else "")) + HEAD_SPARE_PX
        lines = [line for row in range(table.rowCount()) for line in _lines(table, row, column)]
        words = lines if column in whole else [word for line in lines for word in line.split(" ")]
        natural.append(max(head, _widest(table, lines) + WHOLE_SPARE_PX))
        least.append(max(head, _widest(table, words) + (WHOLE_SPARE_PX if column in whole else SPARE_PX)))
    for column, width in zip(columns, shared_out(natural, least, table.viewport().width()), strict=True):
        table.setColumnWidth(column, width)


def _lines(table: QTableWidget, row: int, column: int) -> list[str]:
    """Return the lines in a cell; a heading that goes over all columns says nothing of one."""
    item = table.item(row, column)
    return item.data(Qt.ItemDataRole.DisplayRole).split("\n") if item is not None and table.columnSpan(row, column) == 1 else []


def _widest(table: QTableWidget, texts: Sequence[str]) -> int:
    metrics = QFontMetricsF(table.font())
    return max((int(metrics.horizontalAdvance(text)) + 1 for text in dict.fromkeys(texts)), default=0)
