"""What the painted widgets show and tell: digits, units, sides."""

import math
from dataclasses import replace

import pytest
from PySide6.QtGui import QAccessible

from ankletest.metrics.change import Meaning
from ankletest.samples import Side
from ui import theme
from ui.widgets.card import Card, label
from ui.widgets.chip import Chip
from ui.widgets.distance import DistanceView, Giant
from ui.widgets.number import BigNumber
from ui.widgets.ring import CountdownRing
from ui.widgets.stabilogram import Stabilogram
from ui.widgets.symmetry import SymmetryBars, SymmetryRow, grade
from ui.widgets.timeline import HopMark, HopTimeline
from ui.words import common as words


def named(widget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def told(widget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Description)


@pytest.fixture
def shown(qtbot):
    """Show a widget and paint it once, so that its paint code has run."""

    def show(widget, width=320, height=240):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        widget.grab()
        return widget

    return show


def test_a_number_shows_rounded_digits_and_tells_value_unit_and_both_sides(shown):
    number = shown(BigNumber("Sway path", "mm", 0, hint="last 10 s"))

    assert (number.text(), named(number), told(number)) == ("–", "Sway path", "no value")
    number.set(411.6, 356.2, Side.RIGHT)
    number.grab()
    assert number.text() == "412"
    assert told(number) == "Right 412 mm, Left 356 mm"
    number.set(3.0)
    assert told(number) == "3 mm"


@pytest.mark.parametrize(("value", "other"), [(0.0, 0.0), (-3.0, 2.0), (1e9, 1.0)])
def test_odd_values_are_painted_too(shown, value, other):
    number = shown(BigNumber("x", "mm/s", 1))
    number.set(value, other)
    number.grab()

    assert number.text() != "–"


def test_a_group_of_numbers_shares_the_smallest_size(shown):
    short, long = shown(BigNumber("a", "mm", 0), 200, 160), shown(BigNumber("b", "mm/s", 2), 200, 160)
    short.set(3)
    long.set(12345.67)
    alone = short.fitting_px()
    BigNumber.share_size([short, long])

    assert long.fitting_px() < alone
    assert short.grab().toImage() != long.grab().toImage()


def test_the_ring_is_painted_anew_only_when_it_shows_something_else(shown, qapp):
    ring = shown(CountdownRing("seconds left"))
    paints = []
    ring.paintEvent = lambda event: (paints.append(event), CountdownRing.paintEvent(ring, event))
    for done, painted in ((3.0, 1), (3.001, 1), (3.04, 2), (3.2, 3)):
        ring.set(done, 30.0, decimals=1)
        qapp.processEvents()
        assert len(paints) == painted, done


def test_the_ring_counts_down_and_tells_trials(shown):
    ring = shown(CountdownRing("seconds left"))

    assert ring.text() == "–"
    ring.set(18.4, 30, decimals=1)
    ring.trial_dots(1, 3)
    ring.set_colour("right")
    ring.grab()
    assert ring.text() == "11.6"
    assert told(ring) == "11.6 seconds left, trial 2 of 3"
    ring.set(31, 30, decimals=1)
    assert ring.text() == "0.0"


@pytest.mark.parametrize(
    ("state", "symbol", "says"), [("good", "●", "good"), ("warn", "▲", "attention"), ("bad", "■", "not usable"), ("off", "○", "off")]
)
def test_a_chip_tells_its_state_by_symbol_and_word_as_well_as_colour(shown, state, symbol, says):
    chip = shown(Chip("Force pad", state), 160, 28)

    assert chip.text() == f"{symbol}  Force pad"
    assert (named(chip), told(chip)) == ("Force pad", says)
    assert chip.property("state") == chip.state == state


def test_a_chip_that_changes_its_state_changes_its_look(shown):
    chip = shown(Chip("Force pad", "good"), 160, 28)
    before = chip.grab().toImage().pixelColor(80, 3)
    chip.set("Force pad", "bad")

    assert chip.grab().toImage().pixelColor(80, 3) != before


def test_a_card_has_a_title_a_remark_and_a_body(shown):
    card = Card("Time", right="trial 1 of 3")
    card.body.addWidget(label("inside", "h2"))
    shown(card)

    assert named(card) == "Time"
    assert card.right() == "trial 1 of 3"
    card.set_right("trial 2 of 3")
    card.set_title("Hops")
    assert (named(card), card.right()) == ("Hops", "trial 2 of 3")


HOPS = (HopMark(0.3, 0.55, 0.86), HopMark(0.86, 1.12, 1.4, valid=False, why="contact not on one foot"), HopMark(1.4, 1.63))


def test_the_timeline_tells_each_hop_and_why_one_is_left_out(shown):
    line = shown(HopTimeline(), 700, 180)

    assert told(line) == "no hops yet"
    line.set(HOPS, (0.0, 2.0))
    line.set_side(Side.RIGHT)
    line.grab()
    assert told(line).split("; ") == [
        "hop 1: contact 250 ms, flight 310 ms",
        "hop 2 left out: contact not on one foot",
        "hop 3: contact 230 ms, flight not known",
    ]
    line.clear()
    assert told(line) == "no hops yet"


ROW = SymmetryRow("Flight time", 358, 314, 0, "ms", 87.7, Meaning.REAL)


def test_symmetry_tells_both_sides_the_index_and_whether_it_is_beyond_error(shown):
    bars = shown(SymmetryBars(), 420, 200)

    assert told(bars) == words.SYMMETRY_EMPTY
    bars.set([ROW, SymmetryRow("RSI", 0.0, 0.0, 2, "")])
    bars.grab()
    assert told(bars).split("; ") == [
        "Flight time: left 358 ms, right 314 ms, LSI 88 %, beyond error",
        "RSI: left 0.00, right 0.00, LSI –, error unknown",
    ]


def test_where_a_ratio_says_nothing_the_difference_is_told_and_no_index(shown):
    lifts = SymmetryRow("Lunges limited by the heel", 1.0, 2.0, 0, "", None, of=Side.RIGHT, ratio=False)
    lean = SymmetryRow("Furthest medial lean", 4.25, 1.0, 1, "°", None, of=Side.LEFT, ratio=False)

    assert (lifts.symmetry, lean.symmetry) == ("R +1", "L +3.2 °")
    assert replace(lean, right=4.29).symmetry == "="  # equal as it is shown
    bars = shown(SymmetryBars(), 420, 200)
    bars.set([lifts])
    assert told(bars) == "Lunges limited by the heel: left 1, right 2, error unknown"


def test_symmetry_grows_with_the_text(shown, qapp):
    usual = shown(SymmetryBars(), 420, 200)
    usual.set([ROW, ROW])
    theme.set_text(150.0)
    try:
        large = shown(SymmetryBars(), 420, 200)
        large.set([ROW, ROW])
        assert large.minimumHeight() == pytest.approx(1.5 * usual.minimumHeight(), abs=3)  # each part is rounded by itself
        assert usual.minimumWidth() == 300
        assert 300 < large.minimumWidth() <= 340  # a card of three beside each other in a window of 1280
    finally:
        theme.set_text(100.0)


@pytest.mark.parametrize(
    ("lsi", "verdict", "colour"),
    [
        (89.8, Meaning.REAL, "good"), (89.4, Meaning.REAL, "warn"), (79.4, Meaning.REAL, "bad"), (60.0, Meaning.WITHIN, ""),
        (60.0, Meaning.UNKNOWN, ""), (None, Meaning.REAL, ""),
    ],
)  # fmt: skip
def test_only_a_difference_beyond_error_has_a_colour_and_it_is_that_of_the_printed_number(lsi, verdict, colour):
    assert grade(SymmetryRow("x", 1, 1, 0, "", lsi, verdict)) == colour


def test_the_distance_view_shows_one_picture_and_at_most_two_numbers(shown):
    view = shown(DistanceView(Stabilogram(big=True), "Centre of pressure"), 900, 600)
    view.set_numbers([Giant("Seconds left", 11.64, "s", 1), Giant("Sway path", None, "mm"), Giant("too many", 1.0)])
    view.grab()

    assert view.texts() == ("11.6", "–")
    view.set_numbers([Giant("Hops left", 3)])
    view.grab()
    assert view.texts() == ("3",)


def test_a_giant_number_can_be_read_from_three_metres(shown):
    view = shown(DistanceView(Stabilogram(big=True), "Centre of pressure"), 1440, 900)
    view.set_numbers([Giant("Seconds left", 11.6, "s", 1, "text"), Giant("Sway path", 412, "mm", 0)])
    picture = view.grab().toImage()
    dark = [y for y in range(picture.height() // 2) if any(picture.pixelColor(x, y).lightness() < 60 for x in range(760, 1180, 2))]

    # 19 mm on a 24 inch screen of 1440 pixels across (0.37 mm a pixel) are 52 px.
    assert max(dark) - min(dark) > 52
    assert math.isfinite(max(dark))
