"""The plotted widgets: what they keep, what range they show, and what they tell."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ankletest.samples import Side
from ui import theme
from ui.widgets.buckets import Buckets
from ui.widgets.plots import Plot, close_plots
from ui.widgets.stabilogram import MOST_POINTS, Outline, Stabilogram, half_range_cm
from ui.widgets.traces import BUCKETS, TraceRow, Traces, stepped_range

RNG = np.random.default_rng(7)


class Told(QObject):
    """Writes down who is painted, and when the window begins to."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        if event.type() == QEvent.Type.UpdateRequest:
            self.order.append("window")
        elif event.type() == QEvent.Type.Paint:
            self.order.append(watched.objectName())
        return False


def test_all_plots_of_a_window_are_painted_in_one_go(qtbot):
    window, told = QWidget(), Told()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    traces, path = Traces([TraceRow("force", "Force", "N", 0.0, 1000.0)], 5.0), Stabilogram()
    for plot, name in ((traces, "traces"), (path, "path")):
        row.addWidget(plot)
        plot.findChild(Plot).viewport().setObjectName(name)
        plot.findChild(Plot).viewport().installEventFilter(told)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: {"traces", "path"} <= set(told.order))
    window.installEventFilter(told)
    told.order.clear()
    traces.push("force", np.arange(100) / 100.0, np.full(100, 700.0))
    traces.set_now(1.0)
    traces.refresh()
    path.set_trace(RNG.normal(size=(100, 2)), trail=20)
    qtbot.waitUntil(lambda: {"traces", "path"} <= set(told.order))

    assert told.order.count("window") == 1
    close_plots(window)


# ---- buckets ----


@pytest.mark.parametrize("per", [1, 4, 10])
def test_buckets_are_the_same_however_the_samples_come(per):
    t_s = np.arange(1037) / 100.0
    values = RNG.normal(size=1037)
    whole = Buckets(60, per)
    whole.push(t_s, values)
    pieces = Buckets(60, per)
    cuts = np.sort(RNG.choice(1036, 90, replace=False)) + 1
    for part_t, part in zip(np.split(t_s, cuts), np.split(values, cuts), strict=True):
        pieces.push(part_t, part)

    np.testing.assert_array_equal(whole.view(), pieces.view())
    for one, other in zip(whole.line(10.0), pieces.line(10.0), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_bucket_keeps_its_values_while_it_scrolls():
    buckets = Buckets(20, 5)
    t_s = np.arange(100) / 100.0
    values = RNG.normal(size=100)
    buckets.push(t_s, values)
    before = buckets.view()[:, 10:].copy()
    buckets.push(t_s[:23] + 1.0, values[:23])

    # Four buckets came: what was there moved by four and is otherwise untouched.
    np.testing.assert_array_equal(buckets.view()[:, 6:16], before)
    np.testing.assert_array_equal(buckets.view()[1, :4], values.reshape(20, 5).min(axis=1)[4:8])


def test_the_newest_sample_is_seen_before_its_bucket_is_full():
    buckets = Buckets(20, 10)
    buckets.push(np.array([0.0, 0.01, 0.02]), np.array([1.0, 5.0, 2.0]))
    x, y = buckets.line(0.02)

    assert buckets.last() == (0.02, 2.0)
    assert (y.min(), y.max()) == (1.0, 5.0)
    assert x[0] == pytest.approx(-0.02)


def test_missing_samples_break_the_line():
    buckets = Buckets(100, 1)
    t_s = np.concatenate((np.arange(20), np.arange(40, 60))) / 100.0
    buckets.push(t_s, np.ones(40))
    _, y = buckets.line(0.6)

    assert np.isnan(y).sum() == 1
    assert np.flatnonzero(np.isnan(y)) == [20]


def test_values_a_device_cannot_tell_are_passed_over():
    buckets = Buckets(10, 4)
    buckets.push(np.arange(8) / 10, np.array([1, np.nan, 3, 2, np.nan, np.nan, np.nan, np.nan]))

    np.testing.assert_array_equal(buckets.view()[1:, -2:], [[1, np.nan], [3, np.nan]])


# ---- ranges ----

GYRO = TraceRow("g", "Gyro", "°/s", -20, 20)
FORCE = TraceRow("f", "Force", "N", 0, 1000)
SWAY = TraceRow("s", "Force", "N", 0, 160, follow=True)


@pytest.mark.parametrize(
    ("row", "low", "high", "shown", "wanted"),
    [
        (GYRO, -3, 5, (-20, 20), (-20, 20)),
        (GYRO, -3, 21, (-20, 20), (-30, 30)),
        (GYRO, -3, 19, (-30, 30), (-30, 30)),  # not back at once: it would breathe
        (GYRO, -3, 15, (-30, 30), (-20, 20)),
        (GYRO, math.nan, math.nan, (-30, 30), (-30, 30)),
        (FORCE, 0, 1700, (0, 1000), (0, 2000)),
        (FORCE, -30, 900, (0, 1000), (0, 1000)),
        (SWAY, 620, 660, (0, 160), (560, 720)),
        (SWAY, 600, 700, (560, 720), (560, 720)),
        (SWAY, 0, 700, (560, 720), (-40, 760)),
    ],
)
def test_a_range_changes_in_steps_only(row, low, high, shown, wanted):
    got = stepped_range(row, low, high, shown)

    assert got == pytest.approx(wanted)
    assert row is FORCE or not math.isfinite(low) or (got[0] <= low and high <= got[1])


# ---- traces ----


@pytest.fixture
def traces(qtbot):
    widget = Traces([GYRO, FORCE], seconds=10)
    qtbot.addWidget(widget)
    widget.resize(700, 200)
    widget.show()
    return widget


def test_traces_tell_their_newest_values(traces):
    t_s = np.arange(0, 5, 0.01)
    traces.push("g", t_s, np.full(500, 3.25))
    traces.push("f", t_s, np.full(500, 640.0))
    traces.push("nobody", t_s, t_s)
    traces.set_now(5.0)
    traces.refresh()

    assert traces.accessibleName() == "Signals"
    assert traces.accessibleDescription() == "Gyro 3.2 °/s; Force 640 N"
    assert traces.shown_range("f") == (0, 1000)


def test_a_row_draws_its_signal_in_its_colour_and_forgets_it_on_clear(traces):
    traces.set_colour("g", "right")
    ground = inked(traces, "right", near=80)
    traces.push("g", np.arange(0, 10, 0.01), 15 * np.sin(np.arange(0, 10, 0.01)))
    traces.set_now(10.0)
    traces.refresh()
    # A thin smooth line is nowhere quite its full colour.
    drawn = inked(traces, "right", near=80)
    traces.clear()

    assert ground == 0
    assert drawn > 100
    assert inked(traces, "right", near=80) == 0
    assert traces.accessibleDescription() == "Gyro no value; Force no value"


def test_a_fast_signal_is_drawn_with_two_points_a_pixel(traces):
    t_s = np.arange(0, 12, 0.001)
    for k in range(0, len(t_s), 50):
        traces.push("g", t_s[k : k + 50], RNG.normal(size=50))
    traces.set_now(12.0)
    traces.refresh()
    x, _ = traces._rows["g"].curve.getData()

    assert 1.9 * BUCKETS < len(x) < 2.6 * BUCKETS
    assert x.min() < -9.9


def test_marks_scroll_with_the_signals_and_out(traces):
    traces.mark(4.0, "touch-down")
    traces.set_now(5.0)
    traces.refresh()
    there = inked(traces, "warn")
    traces.set_now(20.0)
    traces.refresh()

    assert there > 50
    assert inked(traces, "warn") == 0


def test_other_rows_start_empty(traces):
    traces.push("f", np.arange(0, 1, 0.01), np.ones(100))
    traces.set_rows([FORCE])

    assert traces.rows == ("f",)
    assert traces.accessibleDescription() == "Force no value"


# ---- stabilogram ----


@pytest.fixture
def sole(qtbot):
    widget = Stabilogram()
    qtbot.addWidget(widget)
    widget.resize(400, 400)
    widget.show()
    return widget


def circle(radius_mm: float, count: int = 400) -> np.ndarray:
    angle = np.linspace(0, 4 * np.pi, count)
    return radius_mm * np.column_stack((np.cos(angle), np.sin(angle)))


def inked(widget, token: str, near: int = 12) -> int:
    image = widget.grab().toImage()
    want = theme.color(token)
    return sum(close(image.pixelColor(x, y), want, near) for x in range(image.width()) for y in range(image.height()))


def close(one: QColor, other: QColor, near: int) -> bool:
    return max(abs(one.red() - other.red()), abs(one.green() - other.green()), abs(one.blue() - other.blue())) <= near


def test_the_stabilogram_tells_leg_place_and_scale(sole):
    assert sole.accessibleDescription() == "no centre of pressure yet"
    sole.set_side(Side.RIGHT)
    sole.set_trace(np.array([[0.0, 0.0], [3.2, -7.9]]), trail=2)

    assert sole.accessibleDescription() == "Right leg, now 3 mm to the right and −8 mm forward, scale 2 cm"
    sole.clear()
    assert sole.accessibleDescription() == "no centre of pressure yet"


@pytest.mark.parametrize(("reach_mm", "step_cm"), [(5.0, 2.0), (20.0, 2.0), (20.1, 3.0), (45.0, 6.0), (900.0, 24.0)])
def test_the_scale_goes_in_steps_and_holds_both_legs(reach_mm, step_cm):
    assert half_range_cm([circle(3.0), circle(reach_mm, 401)]) == step_cm


def test_no_path_needs_the_smallest_scale():
    assert half_range_cm([]) == half_range_cm([np.full((4, 2), np.nan)]) == 2.0


def test_a_path_that_outgrows_the_scale_takes_a_step_and_tells(qtbot, sole):
    with qtbot.waitSignal(sole.half_range_changed) as told:
        sole.set_trace(circle(25.0), trail=50)

    assert told.args == [3.0]
    sole.set_trace(circle(5.0), trail=50)
    assert sole.half_range_cm == 3.0
    sole.set_half_range(2.0)
    assert sole.half_range_cm == 2.0


def test_an_ellipse_beyond_the_scale_takes_a_step_too(sole):
    sole.set_ellipse(Outline(0, 0, 40.0, 5.0, math.pi / 2))

    assert sole.half_range_cm == 4.0


def test_path_dot_and_ellipse_are_drawn_in_the_colour_of_the_leg(sole):
    assert inked(sole, "right") == inked(sole, "left") == 0
    sole.set_side(Side.RIGHT)
    sole.set_trace(circle(12.0), trail=100)
    sole.set_ellipse(Outline(0, 0, 16.0, 10.0, 0.3))

    assert inked(sole, "right") > 300
    assert inked(sole, "left") == 0
    sole.clear()
    assert inked(sole, "right") == 0


def test_now_is_where_the_path_ends(sole):
    sole.set_trace(np.array([[0.0, 0.0], [10.0, 10.0]]), trail=2)
    image = sole.grab().toImage()
    # 400 px wide, 26 px for words on each side: 2 cm are 174 px, and forward is up.
    x, y = 200 + 87, 200 - 87

    assert close(image.pixelColor(x, y), theme.color("left"), 6)
    assert not close(image.pixelColor(x, 400 - y), theme.color("left"), 40)


def test_a_long_path_is_thinned_and_keeps_its_points_while_it_grows(sole):
    path = np.column_stack((np.linspace(-10, 10, 30_000), np.zeros(30_000)))
    sole.set_trace(path)
    first = sole._path.getData()[0]
    sole.set_trace(path[:29_000])
    second = sole._path.getData()[0]

    assert len(first) <= MOST_POINTS
    np.testing.assert_array_equal(first[: len(second)], second)


def test_samples_a_device_cannot_tell_leave_a_hole_and_no_dot(sole):
    path = circle(10.0)
    path[-20:] = np.nan
    sole.set_trace(path, trail=50)
    sole.grab()

    assert sole.accessibleDescription() == "no centre of pressure yet"


def test_plots_follow_the_scheme(qapp, sole, traces):
    sole.set_trace(circle(10.0), trail=50)
    theme.apply(qapp, theme.Scheme.DARK)

    for widget in (sole, traces):
        assert widget.grab().toImage().pixelColor(2, 2) == theme.color("surface")
    assert inked(sole, "left") > 50
