"""Widths of columns: natural where there is room, shared where there is not, and never less than the longest word."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QTableWidget, QTableWidgetItem

from ui import theme
from ui.widgets.columns import fit, shared_out

DARK = 128
NATURAL, LEAST = (200, 100, 300), (80, 100, 120)


def test_where_there_is_room_the_last_column_takes_what_is_over() -> None:
    assert shared_out(NATURAL, LEAST, 700) == [200, 100, 400]
    assert shared_out(NATURAL, LEAST, 600) == [200, 100, 300]


@pytest.mark.parametrize("room", [599, 450, 301])
def test_in_less_room_each_gives_of_what_it_has_above_its_longest_word(room: int) -> None:
    widths = shared_out(NATURAL, LEAST, room)

    assert room - len(widths) < sum(widths) <= room, "whole pixels: at most one a column is left"
    assert all(low <= wide <= full for low, wide, full in zip(LEAST, widths, NATURAL, strict=True))
    assert widths[1] == 100


def test_words_are_never_cut_even_where_the_table_must_be_scrolled() -> None:
    assert shared_out(NATURAL, LEAST, 200) == list(LEAST)
    assert shared_out((), (), 200) == []


def test_a_table_leaves_hidden_columns_out_and_breaks_lines_but_not_those_of_numbers(qtbot) -> None:
    table = QTableWidget(1, 3)
    qtbot.addWidget(table)
    table.setHorizontalHeaderLabels(["A", "B", "C"])
    texts = ("a name of many short words that goes on and on", "12.3 ± 0.4", "hidden")
    for column, text in enumerate(texts):
        table.setItem(0, column, QTableWidgetItem(text))
    table.setColumnHidden(2, True)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    table.resize(260, 200)
    table.show()
    qtbot.waitExposed(table)
    fit(table, whole=(1,))
    metrics = QFontMetrics(table.font())

    assert table.columnWidth(1) > metrics.horizontalAdvance(texts[1])
    assert table.columnWidth(0) < metrics.horizontalAdvance(texts[0]), "its line breaks"
    assert table.columnWidth(0) + table.columnWidth(1) <= table.viewport().width()


@pytest.mark.parametrize(
    "title", ["Shin inclination, best lunge, °", "Heel work, J", "Time to peak force, ms", "Contact time, mean of all hops, s"]
)
def test_no_line_breaks_beside_empty_room(qtbot, title: str) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme.Scheme.LIGHT)
    table = QTableWidget(1, 3)
    qtbot.addWidget(table)
    table.setStyleSheet("QTableView { border:none; } QTableView::item { padding:2px 5px; }")
    table.setHorizontalHeaderLabels(["A", "B", "C"])
    for column, text in enumerate((title, "35.1 ± 1.2", "107 % L\nwithin 3.3")):
        table.setItem(0, column, QTableWidgetItem(text))
    table.resize(900, 200)
    table.show()
    qtbot.waitExposed(table)
    fit(table, whole=(1,))
    table.resizeRowsToContents()

    cell = table.viewport().grab(table.visualItemRect(table.item(0, 0))).toImage()
    inked = [y for y in range(cell.height()) if any(cell.pixelColor(x, y).lightness() < DARK for x in range(cell.width()))]
    assert inked[-1] - inked[0] < table.fontMetrics().height(), "one line"
