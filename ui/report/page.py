"""Sheets of A4 and the ways to put text and tables on them; what a report says is not its business."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QLineF, QMarginsF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPageSize, QPainter, QPdfWriter, QPen

from ankletest.errors import AnkletestError
from ui import theme
from ui.report import letterhead
from ui.words import common as words

DPI = 1200
CSS_DPI = 96
"""One unit on the sheet is a CSS pixel, 1/96 inch."""
WIDTH, HEIGHT = 793.7, 1122.5
MARGIN = 56.0
FOOT = 44.0
ROW = 23.0
CELL_PX, CELL_PX_LEAST = 12, 10
CELL = 7.0
"""Space left and right in a cell."""
LEFT_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its share of the width, whether it holds numbers, and the token of its colour."""

    head: str
    share: float
    number: bool = False
    colour: str = "text"
    bold: bool = False

    @property
    def weight(self) -> QFont.Weight:
        """Of its letters."""
        return QFont.Weight.DemiBold if self.bold else QFont.Weight.Normal


def ink(name: str) -> QPen:
    """Return a pen in a colour for paper."""
    return QPen(theme.color(name, of=theme.LIGHT))


def save(path: Path, content: bytes) -> None:
    """Write a document to a file.

    Raises
    ------
    AnkletestError
        When the file cannot be written; then a file that was there is as it was.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise AnkletestError(words.REPORT_UNWRITABLE.format(path=path, why=error.strerror or str(error)), words.REPORT_HINT) from error


def fitting_px(text: str, width: float, weight: QFont.Weight) -> int:
    """Return the largest whole size at which a text fits into a cell: long names are set a little smaller before they are wrapped."""
    sizes = range(CELL_PX, CELL_PX_LEAST, -1)
    fits = (px for px in sizes if QFontMetricsF(theme.font(px, weight, tabular=False)).horizontalAdvance(text) <= width - 1)
    return next(fits, CELL_PX_LEAST)


class Page:
    """A document going on: a painter and how far down it is.

    Parameters
    ----------
    title
        Title of the document.
    version
        Of the program.
    pages
        How many sheets there will be, for the footer.
    """

    def __init__(self, title: str, *, version: str, pages: int) -> None:
        self._version, self._pages = version, pages
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self._buffer)
        self._writer.setTitle(title)
        self._writer.setCreator(f"ankletest {version}")
        self._writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        self._writer.setPageMargins(QMarginsF(0, 0, 0, 0))
        self._writer.setResolution(DPI)
        self.painter = QPainter()
        if not self.painter.begin(self._writer):
            raise AnkletestError(words.REPORT_UNDRAWN)
        self.painter.scale(DPI / CSS_DPI, DPI / CSS_DPI)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.number = 1
        self.y = MARGIN
        self.y += letterhead.draw(self.painter, self.left, self.y, self.width)
        self._foot()

    @property
    def left(self) -> float:
        """Where the text begins."""
        return MARGIN

    @property
    def width(self) -> float:
        """Width of the text."""
        return WIDTH - 2 * MARGIN

    def close(self) -> bytes:
        """End the document and return it."""
        self.painter.end()
        self._buffer.close()
        return bytes(self._buffer.data().data())

    def need(self, height: float) -> None:
        """Go on to a new sheet unless there is this much left."""
        if self.y + height > HEIGHT - MARGIN - FOOT + 20:
            self._writer.newPage()
            self.number += 1
            self.y = MARGIN
            self._foot()

    def skip(self, height: float) -> None:
        """Leave some space."""
        self.y += height

    def write(
        self, box: QRectF, text: str, *, px: float = 12, tint: str = "text", weight: QFont.Weight = QFont.Weight.Normal, where: int = 0
    ) -> None:
        """Write a line into a box; ``where`` are Qt's alignment flags, left and middle unless told."""
        # Without tabular digits: with them every digit is lost to search and copy.
        self.painter.setFont(theme.font(px, weight, tabular=False))
        self.painter.setPen(ink(tint))
        self.painter.drawText(box, where or int(LEFT_MIDDLE), text)

    def wide(self, text: str, *, px: float, weight: QFont.Weight = QFont.Weight.Normal) -> float:
        """Return how wide a line is."""
        return QFontMetricsF(theme.font(px, weight, tabular=False)).horizontalAdvance(text)

    def line(
        self, text: str, *, px: float = 12, tint: str = "text", weight: QFont.Weight = QFont.Weight.Normal, height: float = 18
    ) -> None:
        """Write a line and go on below it."""
        self.need(height)
        self.write(QRectF(self.left, self.y, self.width, height), text, px=px, tint=tint, weight=weight)
        self.y += height

    def heading(self, text: str, *, keep: float = 60.0) -> None:
        """Write a heading that stays with at least ``keep`` of what follows."""
        self.need(keep + 28)
        self.skip(10)
        self.line(text, px=15, weight=QFont.Weight.DemiBold, height=24)

    def paragraph(self, text: str, *, px: float = 11, tint: str = "muted") -> None:
        """Write wrapped text."""
        metrics = QFontMetricsF(theme.font(px, tabular=False))
        height = metrics.boundingRect(QRectF(0, 0, self.width, 10_000), int(WRAPPED), text).height() + 3
        self.need(height)
        self.write(QRectF(self.left, self.y, self.width, height), text, px=px, tint=tint, where=int(WRAPPED))
        self.y += height

    def rule(self, tint: str = "border") -> None:
        """Draw a line across."""
        self.painter.setPen(ink(tint))
        self.painter.drawLine(QLineF(self.left, self.y, self.left + self.width, self.y))

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Write a table; its head stands again on every sheet it goes on to."""
        total = sum(column.share for column in columns)
        self.need(3 * ROW)
        self._head(columns, total)
        for row in rows:
            before = self.number
            high = max(self._high(column, text, total) for column, text in zip(columns, row, strict=True))
            self.need(high)
            if self.number != before:
                self._head(columns, total)
            x = self.left
            for column, text in zip(columns, row, strict=True):
                wide = self.width * column.share / total
                where = int((RIGHT_MIDDLE if column.number else LEFT_MIDDLE) | Qt.TextFlag.TextWordWrap)
                box = QRectF(x + CELL, self.y, wide - 2 * CELL, high)
                px = fitting_px(text, box.width(), column.weight)
                self.write(box, text, px=px, tint=column.colour, weight=column.weight, where=where)
                x += wide
            self.y += high
            self.rule("grid")
        self.skip(4)

    def _high(self, column: Column, text: str, total: float) -> float:
        """Return how high a cell is: what does not fit into a line at the least size goes on in the next."""
        wide = self.width * column.share / total - 2 * CELL
        metrics = QFontMetricsF(theme.font(fitting_px(text, wide, column.weight), column.weight, tabular=False))
        lines = metrics.boundingRect(QRectF(0, 0, wide, 10_000), int(WRAPPED), text).height()
        return max(ROW, lines + CELL)

    def _head(self, columns: Sequence[Column], total: float) -> None:
        high = max(self._high(replace(column, bold=True), column.head, total) for column in columns)
        self.painter.fillRect(QRectF(self.left, self.y, self.width, high), theme.color("bg", of=theme.LIGHT))
        x = self.left
        for column in columns:
            wide = self.width * column.share / total
            where = int((RIGHT_MIDDLE if column.number else LEFT_MIDDLE) | Qt.TextFlag.TextWordWrap)
            box = QRectF(x + CELL, self.y, wide - 2 * CELL, high)
            px = fitting_px(column.head, box.width(), QFont.Weight.DemiBold)
            self.write(box, column.head, px=px, tint="muted", weight=QFont.Weight.DemiBold, where=where)
            x += wide
        self.y += high
        self.rule()

    def _foot(self) -> None:
        text = words.FOOTER.format(version=self._version, page=self.number, pages=self._pages)
        box = QRectF(self.left, HEIGHT - MARGIN - 16, self.width, 16)
        self.write(box, text, px=10, tint="muted", where=int(Qt.AlignmentFlag.AlignCenter))
