"""One or two numbers use the room that four would have."""

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from ankletest.samples import Side
from ui import theme
from ui.pages.number_grid import NumberGrid, Slot
from ui.widgets.number import BARS_PX, TITLE_PX, BigNumber

SLOTS = tuple(Slot(f"n{k}", f"Number {k}", "mm", 0) for k in range(4))
WIDTH, HEIGHT = 400, 240


@pytest.fixture
def grid(qtbot) -> NumberGrid:
    it = NumberGrid((), size=42)
    qtbot.addWidget(it)
    it.resize(WIDTH, HEIGHT)
    it.show()
    return it


def numbers(grid: NumberGrid, count: int, *, value: float = 38.0) -> list[BigNumber]:
    grid.set_slots(SLOTS[:count])
    grid.show_values(dict.fromkeys([slot.key for slot in SLOTS], value), {}, Side.LEFT)
    QApplication.processEvents()
    return [grid.number(slot.key) for slot in SLOTS[:count]]


def test_the_fewer_numbers_the_larger_their_digits(grid: NumberGrid) -> None:
    sizes = [numbers(grid, count)[0].fitting_px() for count in (4, 3, 2, 1)]

    assert sizes[0] == sizes[1]
    assert sizes[0] * 1.4 < sizes[2] < sizes[3]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("value", [7.0, 38.0, 1234.0])
def test_digits_and_bars_stay_inside(grid: NumberGrid, count: int, value: float) -> None:
    for number in numbers(grid, count, value=value):
        px = number.fitting_px()
        digits = QFontMetricsF(theme.font(px, theme.QFont.Weight.DemiBold))
        unit = QFontMetricsF(theme.font(max(14.0, px * 0.3), theme.QFont.Weight.Medium)).horizontalAdvance("mm")
        assert digits.horizontalAdvance(number.text()) + unit < number.width()
        assert TITLE_PX + digits.capHeight() + BARS_PX < number.height()


def test_a_single_number_has_the_whole_width_and_gives_it_back(grid: NumberGrid) -> None:
    (alone,) = numbers(grid, 1)
    assert alone.width() == WIDTH
    assert alone.height() == HEIGHT
    first, second, *_ = numbers(grid, 4)

    assert first.width() == pytest.approx((WIDTH - 28) / 2, abs=1)  # 28 px between the columns
    assert first.geometry().right() < second.geometry().left()


def test_with_few_numbers_the_digits_stand_in_the_middle(grid: NumberGrid) -> None:
    (alone,) = numbers(grid, 1)
    alone._size = 20  # small digits in a large room
    alone._fit = None
    picture = alone.grab().toImage()
    ground = picture.pixelColor(WIDTH - 2, HEIGHT - 2)
    inked = [y for y in range(30, picture.height()) if any(picture.pixelColor(x, y) != ground for x in range(0, 120, 2))]

    assert abs((inked[0] + inked[-1]) / 2 - (TITLE_PX + HEIGHT - BARS_PX) / 2) < 20  # of the room between title and bars


def test_titles_that_do_not_fit_end_in_an_ellipsis(grid: NumberGrid) -> None:
    grid.set_slots((Slot("a", "A" * 90, "", 0), SLOTS[1]))
    QApplication.processEvents()
    before = grid.number("n1").grab().toImage()
    grid.set_slots((Slot("a", "A", "", 0), SLOTS[1]))
    QApplication.processEvents()

    assert grid.number("n1").grab().toImage() == before, "it does not run into its neighbour"
