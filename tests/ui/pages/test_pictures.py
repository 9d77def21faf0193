"""What stance, hops and signals show: path and ellipse, hop marks, rows, units; known answers in, what is drawn out."""

import math
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ankletest.device import LinkState
from ankletest.exams.base import LiveNumber
from ankletest.metrics.sway import ellipse
from ankletest.samples import Block, Kind, Side, Site
from ankletest.session import DeviceStatus
from ankletest.trial import Event, Happening
from ui.pages.cop_trail import IDLE_S, SCREEN_HZ, CopTrail, centred, ellipse_of
from ui.pages.display import live_values, readable, slot_of
from ui.pages.hop_marks import HopEvents
from ui.pages.signals import rows_of
from ui.widgets.plots import close_plots
from ui.widgets.traces import TraceRow, Traces


def pad(t_s: np.ndarray, xy_mm: np.ndarray) -> Block:
    values = np.column_stack((np.full(len(t_s), 700.0), xy_mm))
    return Block("pad", Kind.PAD, t_s, values, np.zeros(len(t_s), bool), np.arange(len(t_s)))


def circle(seconds: float, rate_hz: float) -> tuple[np.ndarray, np.ndarray]:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return t, np.column_stack((100 + 10 * np.cos(2 * np.pi * t), 50 + 5 * np.sin(2 * np.pi * t)))


def test_a_path_is_thinned_to_what_a_screen_shows_and_centred() -> None:
    t, xy = circle(4.0, 1000.0)
    trail = CopTrail()
    trail.push(pad(t, xy))
    path = trail.path_mm()

    assert len(path) == pytest.approx(4.0 * SCREEN_HZ, abs=1)
    assert path.mean(axis=0) == pytest.approx([0.0, 0.0], abs=1e-9)
    assert path[0] == pytest.approx([10.0, 0.0], abs=0.03)  # one point of four turns more on the right: 10 mm / 401


@pytest.mark.parametrize("size", [1, 7, 16, 1000])
def test_the_path_does_not_depend_on_how_samples_are_cut(size: int) -> None:
    t, xy = circle(2.0, 1000.0)
    whole, pieces = CopTrail(), CopTrail()
    whole.push(pad(t, xy))
    for k in range(0, len(t), size):
        pieces.push(pad(t[k : k + size], xy[k : k + size]))

    assert np.array_equal(whole.path_mm(), pieces.path_mm())


def test_while_nothing_counts_the_last_seconds_are_shown_then_all_since_the_count() -> None:
    t, xy = circle(12.0, 100.0)
    trail = CopTrail()
    trail.push(pad(t, xy))
    assert len(trail.path_mm()) == pytest.approx(IDLE_S * 100, abs=1)
    trail.count_from(2.0)

    assert len(trail.path_mm()) == 1000
    trail.clear()
    assert len(trail.path_mm()) == 0


def test_a_pad_that_runs_all_day_does_not_fill_the_memory() -> None:
    trail = CopTrail()
    for k in range(60):
        t = np.arange(1000) / 100.0 + 10.0 * k
        trail.push(pad(t, np.zeros((1000, 2))))

    assert trail._t_s.size < 40_000
    assert len(trail.path_mm()) == pytest.approx(IDLE_S * 100, abs=1)


def test_the_ellipse_drawn_is_the_one_that_is_computed() -> None:
    rng = np.random.default_rng(5)
    xy = rng.normal(size=(3000, 2)) * (4.0, 9.0)
    outline, shape = ellipse_of(xy), ellipse(xy[:, 0], xy[:, 1])

    assert math.pi * outline.first_mm * outline.second_mm == pytest.approx(shape.area_mm2)
    assert math.degrees(outline.angle_rad) == pytest.approx(90.0, abs=3.0)  # the long axis is forward; 3000 samples tell it to 3°


def test_an_ellipse_of_nothing_is_none() -> None:
    assert ellipse_of(np.full((500, 2), np.nan)) is None
    assert ellipse_of(np.zeros((3, 2))) is None
    assert np.isnan(centred(np.full((4, 2), np.nan))).all()


def flight(t_s: float, end_s: float, device: str = "pad", *, valid: bool = True, note: str = "") -> Event:
    return Event(Happening.FLIGHT, t_s, end_s, device=device, valid=valid, note=note)


def contact(t_s: float, end_s: float, device: str = "pad") -> Event:
    return Event(Happening.CONTACT, t_s, end_s, 1500.0, device)


def test_hops_are_contacts_between_flights() -> None:
    events = HopEvents()
    for event in (contact(0.0, 2.0), flight(2.0, 2.3), contact(2.3, 2.55), flight(2.55, 2.85), contact(2.85, 3.1)):
        events.take(event)
    marks = events.marks()

    assert [(m.ic_s, m.to_s) for m in marks] == [(2.3, 2.55), (2.85, 3.1)]
    assert marks[0].next_ic_s == 2.85
    assert math.isnan(marks[1].next_ic_s), "the last is still in the air"


def test_a_contact_going_on_is_not_drawn_and_an_excluded_one_says_why() -> None:
    events = HopEvents()
    for event in (flight(0.0, 0.3), contact(0.3, 0.5), flight(0.5, 0.55, valid=False, note="flight under 0.1 s"), contact(0.55, math.nan)):
        events.take(event)

    (mark,) = events.marks()
    assert not mark.valid
    assert mark.why == "flight under 0.1 s"


def test_hops_of_one_device_only_are_drawn() -> None:
    events = HopEvents()
    assert events.take(flight(0.0, 0.3))
    assert not events.take(flight(0.01, 0.31, "foot-left"))
    assert not events.take(Event(Happening.MARK, 0.2))


def status(device: str, site: Site, side: Side | None) -> DeviceStatus:
    return DeviceStatus(device, "m", "M", site, side, LinkState.STREAMING, 100.0, 0.0, 0.0, 0, 0, None, "device", "good", "streaming")


DEVICES = [status("pad", Site.PAD, None), status("foot-left", Site.FOOT, Side.LEFT), status("lumbar", Site.LUMBAR, None)]


def test_rows_are_those_of_the_tested_leg() -> None:
    left = [row.key for row in rows_of(DEVICES, Side.LEFT, hops=False)]
    right = [row.key for row in rows_of(DEVICES, Side.RIGHT, hops=False)]

    assert left == ["pad/force", "pad/ml", "lumbar/gyro", "lumbar/acc"]
    assert "foot-left/gyro" not in right
    assert [row.key for row in rows_of(DEVICES, Side.LEFT, hops=True)] == ["pad/force", "foot-left/acc"]
    assert {row.colour for row in rows_of(DEVICES, Side.RIGHT, hops=True)} == {"right"}


def test_a_pad_alone_shows_both_axes() -> None:
    assert [row.key for row in rows_of(DEVICES[:1], Side.LEFT, hops=False)] == ["pad/force", "pad/ml", "pad/ap"]


def test_units_are_those_that_people_read() -> None:
    assert readable({"contact_time": 0.25, "jump_height": 0.131, "ellipse_area": 380.0, "path": 412.0}) == pytest.approx({
        "contact_time": 250.0, "jump_height": 13.1, "ellipse_area": 3.8, "path": 412.0,
    })  # fmt: skip


def test_a_live_number_takes_the_key_of_its_metric() -> None:
    height = LiveNumber("height", "Height", "cm", 13.1, 1)

    assert slot_of(height).key == "jump_height"
    assert live_values([height, replace(height, key="rsi", value=None)]) == {"jump_height": 13.1, "rsi": None}


def test_a_signal_that_stands_still_is_drawn(qtbot: QtBot) -> None:
    traces = Traces([TraceRow("force", "Force", "N", 0.0, 100.0, follow=True)])
    qtbot.addWidget(traces)
    traces.push("force", np.arange(100) / 100.0, np.full(100, 500.0))
    traces.set_now(1.0)
    traces.refresh()
    low, high = traces.shown_range("force")

    assert low <= 500.0 <= high
    close_plots(traces)
