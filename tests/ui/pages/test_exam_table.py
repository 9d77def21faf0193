"""From a number to its trace by one click or by Enter, of trials at hand and of stored ones, in the real window."""

import math
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ankletest.programme.past import PastNumber
from ankletest.samples import Kind, Side, Site
from ankletest.store.stored import StoredTrial
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial
from tests.ui.followed import new_desk
from tests.ui.test_accessible import unnamed
from ui import theme
from ui.desk.desk_store import DeskStore
from ui.desk.store_port import ClientCard
from ui.pages.results import STORED
from ui.survey import survey
from ui.tracing import traced
from ui.widgets.trace_plot import TracePlot
from ui.words import results as told

LONG_MS = 20_000
LEFT = Qt.MouseButton.LeftButton
KEY = Qt.Key


@pytest.fixture
def page(room, visit_file: Path):
    room.shell.resize(1280, 800)
    room.shell.show_page("results")
    room.furniture.results.show_recording(survey(room.furniture.hub, visit_file, lambda _: None))
    return room.furniture.results


def row_of(page, key: str) -> int:
    return next(row for row in range(page.exams.rowCount()) if (line := page.exams.line_at(row)) and line.metric.key == key)


def click(page, row: int, column: int) -> None:
    view = page.exams
    view.scrollToItem(view.item(row, column))
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualItemRect(view.item(row, column)).center())


def test_one_click_on_a_number_shows_the_trace_behind_it(room, page) -> None:
    click(page, row_of(page, "contact_time"), 2)
    window = page.traces.window

    assert "right, trial 4" in window.accessibleName()
    assert window.number.text().startswith("Contact time: ")
    assert "Force (N)" in window.plot.accessibleDescription()
    value = next(v for v in page._survey.finished[3].values if v.metric.key == "contact_time")
    assert f"window {value.window_s[0]:.2f} to {value.window_s[1]:.2f} s" in window.plot.accessibleDescription()
    window.close()


def test_enter_does_the_same_and_escape_goes_back(room, page) -> None:
    page.exams.setFocus()
    page.exams.setCurrentCell(row_of(page, "contact_time"), 1)
    room.qtbot.keyClick(page.exams, KEY.Key_Return)
    window = page.traces.window
    assert window.plot.hasFocus() or window.focusWidget() is window.plot
    assert "left, trial 3" in window.accessibleName()
    room.qtbot.keyClick(window, KEY.Key_Escape)

    assert not window.isVisible()
    room.shell.activateWindow()
    room.qtbot.waitUntil(page.exams.hasFocus)
    assert page.exams.currentColumn() == 1


def test_every_control_of_a_trace_has_a_name_and_keys_reach_all_of_it(room, page) -> None:
    page.exams.setFocus()
    page.exams.setCurrentCell(row_of(page, "contact_time"), 1)
    room.qtbot.keyClick(page.exams, KEY.Key_Return)
    window = page.traces.window
    assert unnamed(window) == []
    assert window.windowTitle()

    window.resize(700, 320)  # too low for all tracks
    bar = window.area.verticalScrollBar()
    room.qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert axis_is_seen(window)
    room.qtbot.keyClick(window.plot, KEY.Key_PageDown)
    assert bar.value() > 0
    assert axis_is_seen(window)
    room.qtbot.keyClick(window.plot, KEY.Key_Tab)
    assert window.focusWidget() is window.leave
    room.qtbot.keyClick(window.leave, KEY.Key_Space)
    assert not window.isVisible()


def axis_is_seen(window) -> bool:
    """Tell whether the seconds stand at the lower edge of what is seen: some pixel of text there, on the right."""
    image = window.area.viewport().grab().toImage()
    low = range(image.height() - theme.scaled(20), image.height() - 4)
    ground = image.pixelColor(image.width() - 40, image.height() - 4)
    return any(
        image.pixelColor(x, y).lightness() < ground.lightness() - 60 for y in low for x in range(image.width() // 2, image.width() - 8)
    )


def test_headings_and_other_columns_open_nothing(room, page) -> None:
    click(page, 0, 0)
    click(page, row_of(page, "contact_time"), 3)

    assert page.traces.window is None


def test_a_number_of_a_trial_leads_to_its_trace_too(room, page) -> None:
    room.qtbot.mouseClick(page.view_trials, LEFT)
    assert page.trial_view.isVisible()
    page.trial_view.selectRow(2)
    view = page.number_view
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(view.model().index(0, 1)).center())
    window = page.traces.window

    assert "left, trial 3" in window.accessibleName()
    window.close()


class Kept(DeskStore):
    """A store with one client, whose trials are given."""

    def __init__(self, folder: Path, *trials: StoredTrial) -> None:
        desk = new_desk(folder)
        desk.add_client("AB-17")
        super().__init__(desk)
        self._trials = trials

    def trials(self, client: str):
        return self._trials


def show_stored(room, page, recording: Path, trial: str, folder: Path) -> None:
    """Show what is stored of a client: one set of hops of the left leg."""
    made = next(v for v in page._survey.finished[2].values if v.metric.key == "contact_time")
    number = PastNumber("HP-01", "contact_time", 0.25, "s", "OK", (), 0.002, made.profile, made.metric.version)
    setup = Setup("hops", Side.LEFT, trial=trial)
    visit = room.furniture.visit
    stored = StoredTrial(datetime(2026, 1, 5, tzinfo=UTC), 1, setup, "completed", (), (4.0, 9.0), recording, (number,), id=uuid4())
    visit.store = Kept(folder, stored)
    visit.choose_client(ClientCard("AB-17"))
    page.source.setCurrentIndex(page.source.findData(STORED))


def test_a_stored_trial_is_traced_through_its_recording(room, page, visit_file: Path, tmp_path: Path) -> None:
    show_stored(room, page, visit_file, "three", tmp_path)
    assert page.exams.item(row_of(page, "contact_time"), 1).text() == "0.250 ± 0.002"
    click(page, row_of(page, "contact_time"), 1)
    room.qtbot.waitUntil(lambda: page.traces.window is not None, timeout=LONG_MS)

    assert "Force (N)" in page.traces.window.plot.accessibleDescription()
    page.traces.window.close()


@pytest.mark.parametrize(("name", "trial", "why"), [("visit.mcap", "nobody", told.NOT_FOUND), ("gone.mcap", "three", "gone.mcap")])
def test_samples_that_are_not_at_hand_are_a_sentence(room, page, visit_file: Path, tmp_path: Path, name: str, trial: str, why: str) -> None:
    show_stored(room, page, visit_file.with_name(name), trial, tmp_path)
    click(page, row_of(page, "contact_time"), 1)
    room.qtbot.waitUntil(lambda: why in page.sentence.text() and not room.furniture.jobs.busy, timeout=LONG_MS)

    assert page.traces.window is None


# ---- the plot -------------------------------------------------------------------------------------------------------------------


def trial(n: int = 1000) -> Trial:
    """Return ten seconds of a pad at 100 Hz with a hole of a second, and a knock in it."""
    t_s = np.arange(n) / 100.0
    there = (t_s < 4.0) | (t_s >= 5.0)
    lost = t_s[there] == 5.0
    values = np.column_stack((700.0 + t_s, np.full(n, math.nan), np.full(n, math.nan)))[there]
    stream = Stream("pad", Site.PAD, None, Kind.PAD, t_s[there], values, clipped=lost, lost=lost, rate_hz=100.0)
    mark = Event(Happening.MARK, 2.0)
    return Trial(Setup("stance", Side.LEFT), Outcome.COMPLETED, (), (0.0, 10.0), (1.0, 9.0), (mark,), (stream,))


@pytest.fixture
def plot(qtbot) -> TracePlot:
    made = TracePlot()
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.set(traced(trial(), 1, None))
    made.show()
    return made


def dark(plot: TracePlot, x: float) -> int:
    """Return how many pixels of a column are in the colour of the line."""
    image = plot.grab().toImage()
    return sum(image.pixelColor(round(x), y).lightness() < 90 for y in range(24, plot.height() - 40))


def test_a_hole_is_not_drawn_over(plot: TracePlot) -> None:
    wide = plot.width() - 76.0 - 12.0
    whole, hole = 76.0 + 0.3 * wide, 76.0 + 0.45 * wide

    assert dark(plot, whole) > 0
    assert dark(plot, hole) == 0


def test_only_what_a_device_knows_has_a_track() -> None:
    assert [track.title for track in traced(trial(), 1, None).tracks] == [told.FORCE]


def test_keys_and_wheel_zoom_and_move_within_the_trial(qtbot, plot: TracePlot) -> None:
    assert plot.view == pytest.approx((0.0, 9.99))
    qtbot.keyClick(plot, KEY.Key_Plus)
    assert plot.view == pytest.approx((9.99 / 6.0, 9.99 * 5.0 / 6.0))
    qtbot.keyClick(plot, KEY.Key_Left)
    qtbot.keyClick(plot, KEY.Key_Left)
    qtbot.keyClick(plot, KEY.Key_Left)
    assert plot.view[0] == 0.0
    qtbot.keyClick(plot, KEY.Key_Minus)
    qtbot.keyClick(plot, KEY.Key_Minus)
    assert plot.view == pytest.approx((0.0, 9.99))
    for _ in range(40):
        qtbot.keyClick(plot, KEY.Key_Plus)
    assert plot.view[1] - plot.view[0] == pytest.approx(0.05)
    qtbot.keyClick(plot, KEY.Key_Home)

    assert plot.view == pytest.approx((0.0, 9.99))
