"""The two pictures of the calibration page: where the weight goes, and how a number drifted; what they tell and what they paint."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtGui import QColor, QImage

from ui import theme
from ui.drift import Main, Point
from ui.widgets.drift import LEFT_PX, RIGHT_PX, DriftPlot
from ui.widgets.placing import Place, Placing, where
from ui.words import calibration as told

GRID = [Place(x, y) for y in (-100.0, 0.0, 100.0) for x in (-150.0, 0.0, 150.0)]
PLACES = [*GRID, Place(-105.0, 70.0, check=True), Place(105.0, -70.0, check=True)]
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
ZERO = Main("gyro_bias", "Zero of the gyro", "°/s", 3)


def colours(image: QImage, x: float, y: float, *, reach: int = 4) -> set[str]:
    spots = [(round(x) + dx, round(y) + dy) for dx in range(-reach, reach + 1) for dy in range(-reach, reach + 1)]
    return {QColor(image.pixel(*spot)).name() for spot in spots}


@pytest.fixture
def shown(qtbot):
    def show(widget, width=420, height=320):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        return widget

    return show


# ---- where the weight goes ----------------------------------------------------------------------------------------------------------


def test_the_place_that_is_next_is_told_in_words_with_its_number_and_what_it_is_for(shown):
    picture = shown(Placing())
    picture.show_places(PLACES, 0, "98 N")
    assert picture.accessibleDescription() == "Put 98 N 150 mm to the left and 100 mm back. Place 1 of 11, for the fit."
    picture.show_places(PLACES, 4, "98 N")
    assert picture.accessibleDescription() == "Put 98 N on the middle. Place 5 of 11, for the fit."
    picture.show_places(PLACES, 9, "98 N")
    assert picture.accessibleDescription() == "Put 98 N 105 mm to the left and 70 mm forward. Place 10 of 11, for the check."
    picture.show_places(PLACES, 11)
    assert picture.accessibleDescription() == "All 11 places are done."
    picture.show_places(PLACES, -1)
    assert picture.accessibleDescription() == "11 places; nothing is to be put there now."


@pytest.mark.parametrize(
    ("place", "words"),
    [(Place(0.0, 0.0), "on the middle"), (Place(80.0, 0.2), "80 mm to the right"), (Place(0.0, -60.0), "60 mm back")],
)  # fmt: skip
def test_a_place_on_an_axis_is_told_by_one_distance(place, words):
    assert where(place) == words


@pytest.mark.parametrize("scheme", list(theme.Scheme))
def test_done_next_and_still_open_places_are_painted_differently(shown, qapp, scheme):
    theme.apply(qapp, scheme)
    picture = shown(Placing())
    picture.show_places(PLACES, 5, "98 N")
    image = picture.grab().toImage()
    done, now, still_open, check = (picture.spot(PLACES[k]) for k in (1, 5, 8, 9))

    assert theme.color("good").name() in colours(image, done.x(), done.y(), reach=2)
    assert theme.color("accent").name() in colours(image, now.x(), now.y())
    assert theme.color("good").name() not in colours(image, still_open.x(), still_open.y(), reach=8)
    # A diamond reaches further to its corners than a circle of its size does: by shape and not by colour alone.
    assert colours(image, check.x(), check.y() - 7.0, reach=1) != colours(image, still_open.x(), still_open.y() - 7.0, reach=1)


def test_to_the_right_and_forward_are_to_the_right_and_up(shown):
    picture = shown(Placing())
    picture.show_places(PLACES, 0, "98 N")
    left, right = picture.spot(Place(-150.0, 0.0)), picture.spot(Place(150.0, 0.0))
    back, front = picture.spot(Place(0.0, -100.0)), picture.spot(Place(0.0, 100.0))

    assert left.x() < right.x()
    assert front.y() < back.y()
    assert (right.x() - left.x()) / (back.y() - front.y()) == pytest.approx(1.5)  # as wide as the pad is


@pytest.mark.parametrize("size", [(200, 170), (900, 200), (200, 700)])
def test_every_place_stays_inside_whatever_the_size(shown, size):
    picture = shown(Placing(), *size)
    picture.show_places(PLACES, 3, "98 N")

    assert not picture.grab().isNull()
    for place in PLACES:
        spot = picture.spot(place)
        assert 0 < spot.x() < picture.width()
        assert 0 < spot.y() < picture.height()


def test_without_places_it_is_painted_too(shown):
    picture = shown(Placing())
    picture.show_places([], -1)

    assert not picture.grab().isNull()
    assert picture.now is None


# ---- drift --------------------------------------------------------------------------------------------------------------------------


def points(*values: float, u: float | None = 0.01, failed: int = -1) -> list[Point]:
    return [Point(BEGAN + timedelta(days=10 * k), (value,), u, passed=k != failed) for k, value in enumerate(values)]


def ink_rows(image: QImage, name: str) -> list[int]:
    """Return the rows of the picture, top first, in which a colour is."""
    wanted = theme.color(name).name()
    return [y for y in range(image.height()) if any(QColor(image.pixel(x, y)).name() == wanted for x in range(64, image.width() - 66))]


def test_a_drift_tells_its_number_first_and_last_in_words(shown):
    plot = shown(DriftPlot())
    assert plot.accessibleDescription() == told.DRIFT_EMPTY
    plot.show_points(points(0.1, 0.2, 0.35), ZERO)

    assert plot.accessibleDescription() == told.DRIFT_TOLD[1].format(
        title="Zero of the gyro", count=3, first="0.100", last="0.350", unit="°/s"
    )


def test_whiskers_are_two_u_long_and_a_point_without_u_has_none(shown):
    plot = shown(DriftPlot())
    plot.show_points(points(0.1, 0.1, 0.1, u=0.05), ZERO)
    middle = LEFT_PX + 0.5 * (plot.width() - LEFT_PX - RIGHT_PX)  # the second of three dates
    wide = _inked(plot.grab().toImage(), middle)
    plot.show_points(points(0.1, 0.1, 0.1, u=None), ZERO)
    none = _inked(plot.grab().toImage(), middle)

    assert wide > 150  # most of the height: nothing else sets the scale
    assert none < 20  # the dot alone


def _inked(image: QImage, x: float) -> int:
    """Return how many rows at a column hold neither the ground nor the grid."""
    ground = {theme.color("grid").name()}
    columns = [{QColor(image.pixel(round(x) + dx, y)).name() for dx in (-1, 0, 1)} for y in range(30, image.height() - 30)]
    paper = {QColor(image.pixel(round(x) + 30, y)).name() for y in range(30, image.height() - 30)}  # beside it, lines of the curve and all
    return sum(bool(column - ground - paper) for column in columns)


def test_one_that_failed_is_red_and_the_chosen_one_is_ringed(shown):
    plot = shown(DriftPlot())
    plot.show_points(points(0.1, 0.2, 0.3), ZERO)
    assert ink_rows(plot.grab().toImage(), "bad") == []
    plot.show_points(points(0.1, 0.2, 0.3, failed=1), ZERO)
    assert ink_rows(plot.grab().toImage(), "bad")
    before = plot.grab().toImage()
    plot.show_points(points(0.1, 0.2, 0.3, failed=1), ZERO, chosen=2)
    assert plot.grab().toImage() != before


@pytest.mark.parametrize("values", [(0.1,), (0.1, 0.1), (-1e6, 1e6), (0.0, 1e-9)])
@pytest.mark.parametrize("scheme", list(theme.Scheme))
def test_one_point_equal_points_and_odd_sizes_are_painted(shown, qapp, scheme, values):
    theme.apply(qapp, scheme)
    plot = shown(DriftPlot(), 260, 150)
    plot.show_points(points(*values), ZERO)

    assert not plot.grab().isNull()
    assert ink_rows(plot.grab().toImage(), "accent")


def test_components_differ_by_their_letter(shown):
    plot = shown(DriftPlot())
    plot.show_points([Point(BEGAN + timedelta(days=k), (0.1, 0.2, 0.3), None, passed=True) for k in range(2)], ZERO)
    image = plot.grab().toImage()

    assert ink_rows(image, "accent")
    assert ink_rows(image, "right")
    assert ink_rows(image, "good")
