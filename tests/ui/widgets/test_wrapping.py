"""A line that goes on in the next: nothing is narrower than it wants, nothing overlaps, and what is hidden takes no room."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.wrapping import Wrapping

GAP, LINE = 8, 6


class Block(QWidget):
    """Wants so much room."""

    def __init__(self, wide: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._wide = wide

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        return QSize(self._wide, 30)


@pytest.fixture
def holder(qtbot) -> QWidget:
    it = QWidget()
    qtbot.addWidget(it)
    return it


def filled(holder: QWidget, wides: list[int], width: int) -> list[Block]:
    line = Wrapping(holder, gap_px=GAP, line_px=LINE)
    blocks = [Block(wide, holder) for wide in wides]
    for block in blocks:
        line.addWidget(block)
    holder.resize(width, 200)
    holder.show()
    return blocks


def test_what_fits_stays_in_one_line(holder: QWidget) -> None:
    blocks = filled(holder, [100, 50, 42], 100 + 50 + 42 + 2 * GAP)

    assert [block.geometry().getRect() for block in blocks] == [(0, 0, 100, 30), (108, 0, 50, 30), (166, 0, 42, 30)]
    assert holder.layout().heightForWidth(holder.width()) == 30
    assert holder.layout().sizeHint() == QSize(208, 30)


def test_what_does_not_fit_goes_on_below(holder: QWidget) -> None:
    blocks = filled(holder, [100, 50, 42], 207)

    assert [block.geometry().getRect() for block in blocks] == [(0, 0, 100, 30), (108, 0, 50, 30), (0, 36, 42, 30)]
    assert holder.layout().heightForWidth(207) == 66
    assert holder.layout().heightForWidth(99) == 102  # three lines
    assert holder.layout().minimumSize() == QSize(100, 30)


def test_what_is_hidden_takes_no_room(holder: QWidget) -> None:
    blocks = filled(holder, [100, 50, 42], 150)
    blocks[0].hide()

    assert holder.layout().heightForWidth(150) == 30
    assert holder.layout().sizeHint() == QSize(100, 30)


def test_a_layout_around_it_gives_it_the_height_it_needs(qtbot) -> None:
    outer = QWidget()
    qtbot.addWidget(outer)
    column = QVBoxLayout(outer)
    column.setContentsMargins(0, 0, 0, 0)
    inner, below = QWidget(outer), QWidget(outer)
    column.addWidget(inner)
    column.addWidget(below, 1)
    filled(inner, [100, 100, 100], 320)
    outer.resize(320, 300)
    outer.show()
    qtbot.waitUntil(lambda: inner.height() == 30)
    outer.resize(210, 300)

    qtbot.waitUntil(lambda: inner.height() == 66)
    assert below.geometry().top() >= inner.geometry().bottom()


def test_items_are_counted_given_and_taken_back(holder: QWidget) -> None:
    blocks = filled(holder, [10, 20], 200)
    line = holder.layout()

    assert line.count() == 2
    assert line.itemAt(1).widget() is blocks[1]
    assert line.itemAt(2) is None
    assert line.takeAt(0).widget() is blocks[0]
    assert line.takeAt(5) is None
    assert line.count() == 1
    assert line.hasHeightForWidth()
