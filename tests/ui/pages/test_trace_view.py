"""Any exam that has no picture of its own: title, instruction, how far it is, big numbers and signals, on the real page and alone."""

import itertools
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from ankletest import exams
from ankletest.device import LinkState
from ankletest.exams.base import Exam, LiveNumber, Member, Phase, PhaseChange, Progress
from ankletest.exams.walker import Course, Seen, Timer, WalkRun, with_ends
from ankletest.samples import COLUMNS, FORCE, Block, FloatArray, Kind, Side, Site
from ankletest.session import DeviceStatus, Finished
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial
from ankletest.wiring import run_command
from ui import theme
from ui.pages.display import final_values, live_values, slot_of
from ui.pages.live_view import LiveView
from ui.pages.number_grid import MOST
from ui.pages.trace_view import TraceView
from ui.survey import survey
from ui.widgets.plots import close_plots
from ui.widgets.strip import row_in
from ui.widgets.traces import Traces
from ui.words import common as words
from ui.words import pages as words_pages

LONG_MS = 20_000
DRAWN_SHARE = 0.9
"""Of the columns of a row: ten seconds are in sight, and the samples of the newest tenth of a second may still be on their way."""
RATE = 100.0


def drawn(traces: Traces, token: str) -> list[float]:
    """Return for each row the share of columns in which a picture of the signals has the colour of its line."""
    grabbed = traces.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(grabbed.constBits(), dtype=np.uint8).reshape(grabbed.height(), grabbed.bytesPerLine() // 4, 4)
    pixels = raw[:, : grabbed.width(), 2::-1].astype(np.float64)
    line, ground = (np.array(theme.color(name).getRgb()[:3], dtype=np.float64) for name in (token, "surface"))
    # How far from the ground to the line: grids and words, which are grey, come less than a third of the way along this direction.
    way = line - ground
    along = (pixels - ground) @ way / (way @ way)
    off = np.linalg.norm(pixels - ground - along[..., None] * way, axis=2)
    inked = (along > 0.35) & (off < 60.0)
    room = QRectF(0, 0, traces.width(), traces.height())
    shares = []
    for k in range(len(traces.rows)):
        row = row_in(room, k, len(traces.rows)).toRect()
        shares.append(float(inked[row.top() : row.bottom(), row.left() : row.right()].any(axis=0).mean()))
    return shares


# ---- every exam of the catalog, recorded and shown on the real page -----------------------------------------------------------


def counted_s(exam: Exam, trial: Trial) -> float:
    """Return the middle of the last counted phase, else of the trial."""
    changes = [e for e in trial.events if e.what is Happening.PHASE]
    spans = [(a.t_s, b.t_s) for a, b in itertools.pairwise(changes) if exam.phases[a.note].counted]
    first, last = spans[-1] if spans else trial.span_s
    return (first + last) / 2.0


@pytest.mark.parametrize("exam", exams.EXAMS, ids=lambda exam: exam.key)
def test_an_exam_without_a_picture_of_its_own_shows_all_there_is(room, hub, tmp_path: Path, exam: Exam, capsys) -> None:
    path = tmp_path / "trial.mcap"
    shorter = ["--duration", "6"] if exam.key == "stance" else []  # else as long as the exam itself asks for
    assert run_command(["simulate", exam.key, "--side", "left", "--seed", "3", *shorter, "-o", str(path)]) == 0
    capsys.readouterr()
    page = room.furniture.replay
    view = page.live.traced
    page.live._pictures.clear()  # as if nobody had drawn one
    room.shell.show_page("replay")
    found = survey(hub, path, lambda _: None)
    page.show_survey(found)
    (finished,) = found.finished
    outcome = finished.trial.outcome
    assert outcome in (Outcome.COMPLETED, Outcome.STOPPED)  # a series that only the operator ends is stopped with the recording

    page.seek(counted_s(exam, finished.trial))
    room.qtbot.waitUntil(lambda: not page.playing.catching_up and page.playing.session.busy, timeout=LONG_MS)
    room.qtbot.waitUntil(lambda: view.ring.text() != words.NO_VALUE, timeout=LONG_MS)
    page.live.paint(page.playing.session)
    run = page.playing.session.run
    view.paint(page.playing.session.now_s, run, numbers=True)
    live = run.live()[:MOST]

    assert page.live.picture is view
    assert page.title.text() == exam.title
    assert page.live.guide.head == run.phase.instruction
    assert view.ring.text() == words.number(max(0.0, run.progress.total - run.progress.done), 1 if run.progress.unit == "s" else 0)
    assert [slot.title for slot in view.numbers.slots] == [slot_of(number).title for number in live]
    for slot in view.numbers.slots:
        assert view.numbers.number(slot.key).text() == words.number(live_values(live)[slot.key], slot.decimals)
    assert min(drawn(view.traces, "left")) > 0.25  # a trial that has just begun fills a part of the ten seconds

    page.seek(found.playback.duration_s)
    room.qtbot.waitUntil(lambda: not page.playing.catching_up, timeout=LONG_MS)
    if not page.live.concluded:  # what ends with the recording is ended by whoever closes it
        page.playing.pump.drain_all()
    room.qtbot.waitUntil(lambda: page.live.concluded, timeout=LONG_MS)
    values = final_values(finished.values)
    assert page.live.guide.head == words_pages.OUTCOME[outcome]
    assert view.number_card._title.text() == words_pages.NUMBERS_FINAL
    assert view.numbers.slots
    for slot in view.numbers.slots:
        assert view.numbers.number(slot.key).text() == words.number(values[slot.key], slot.decimals) != words.NO_VALUE


# ---- alone, with an exam made up here -----------------------------------------------------------------------------------------

PHASES = {
    p.name: p
    for p in (
        Phase("ready", "Get ready."),
        Phase("go", "Go!", counted=True),
        Phase("done", "Well done.", outcome=Outcome.COMPLETED),
        Phase("stopped", "Stopped.", outcome=Outcome.STOPPED),
        Phase("invalid", "We repeat this.", outcome=Outcome.INVALID),
    )
}
TABLE = with_ends({"ready": {"now": "go"}, "go": {"enough": "done"}, "done": {}, "stopped": {}, "invalid": {}})
TIMERS = {"ready": (Timer(3.0, "now"),), "go": (Timer(20.0, "enough"),)}
SETUP = Setup("made up", Side.RIGHT)
PAD = DeviceStatus("pad", "m", "M", Site.PAD, None, LinkState.STREAMING, RATE, 0.0, 0.0, 0, 0, None, "device", "good", "streaming")


class Eye:
    """Tells the newest force, and how far it is in ``unit``."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.newest: float | None = None

    def look(self, phase: str, t_s: FloatArray, values: FloatArray, end_s: float) -> Sequence[Seen | Event]:
        self.newest = float(values[-1, FORCE]) if phase == "go" else None
        return []

    def enter(self, phase: str, t_s: float) -> None: ...

    def numbers(self) -> Sequence[LiveNumber]:
        return (LiveNumber("contact_time", "contact time", "s", 0.2134, 3), LiveNumber("force", "force", "N", self.newest, 1))

    def progress(self, now_s: float) -> Progress:
        return Progress(2.5, 20.0, "s") if self.unit == "s" else Progress(4.0, 10.0, self.unit)


def finish(course: Course, streams: Sequence[Stream]) -> Trial:
    return course.trial(streams, window_s=(course.begin_s, course.end_s))


def begun(unit: str = "s") -> WalkRun:
    return WalkRun(
        SETUP,
        [Member("pad", Kind.PAD, Site.PAD, None, RATE)],
        0.0,
        phases=PHASES,
        table=TABLE,
        timers=TIMERS,
        observer=Eye(unit),
        finish=finish,
    )


def samples(first_s: float, last_s: float) -> Block:
    t = np.arange(round(first_s * RATE), round(last_s * RATE)) / RATE
    values = np.zeros((len(t), len(COLUMNS[Kind.PAD])))
    values[:, FORCE] = 600.0 + 200.0 * np.sin(2 * np.pi * t)
    return Block("pad", Kind.PAD, t, values, np.zeros(len(t), bool), np.arange(len(t)))


@pytest.fixture
def live(qtbot: QtBot) -> LiveView:
    view = LiveView(deciding=True)
    qtbot.addWidget(view, before_close_func=close_plots)
    view.resize(1100, 760)
    view.show()
    qtbot.waitExposed(view)
    return view


def played(live: LiveView, run: WalkRun, until_s: float, *, others: dict[str, float] | None = None) -> TraceView:
    """Feed a run to a view up to a second, drawn as the page draws."""
    live.show_devices({"pad": PAD})
    live.begin(SETUP, others or {})
    view = live.traced
    for k in range(round(until_s * 10)):
        block = samples(k / 10, (k + 1) / 10)
        live.take_blocks([block])
        for change in run.feed(block):
            live.take_change(change)
        view.paint((k + 1) / 10, run, numbers=True)
    return view


def test_an_exam_nobody_drew_is_shown_as_numbers_and_signals(live: LiveView) -> None:
    view = played(live, begun(), 2.0)

    assert live.picture is view
    assert view.isVisible()
    assert view.traces.rows == ("pad/force",)
    live.show_exam("stance")
    assert not view.isVisible()


def test_before_it_counts_the_seconds_until_then_are_told(live: LiveView) -> None:
    view = played(live, begun(), 2.0)

    assert live.guide.head == "Get ready."
    assert float(view.ring.text()) == pytest.approx(1.0, abs=0.11)  # the run begins with the first slice, drawn ten times a second
    assert words_pages.UNTIL_GO in view.ring.accessibleDescription()


@pytest.mark.parametrize(("unit", "text", "label"), [("s", "17.5", words_pages.SECONDS_LEFT), ("hops", "6", words_pages.DONE_OF)])
def test_while_it_counts_what_is_left_is_told_in_its_own_unit(live: LiveView, unit: str, text: str, label: str) -> None:
    view = played(live, begun(unit), 5.0)
    view.show_trials(1, 3)

    assert live.guide.head == "Go!"
    assert view.ring.text() == text
    assert view.ring.accessibleDescription() == f"{text} {label}, trial 2 of 3"
    assert view.time_card.right() == "trial 2 of 3"


def test_numbers_stand_in_the_unit_people_read_and_a_missing_one_is_a_dash(live: LiveView) -> None:
    run = begun()
    view = played(live, run, 2.0)

    assert [(slot.title, slot.unit) for slot in view.numbers.slots] == [("Contact time", "ms"), ("Force", "N")]
    assert view.numbers.number("contact_time").text() == "213"
    assert view.numbers.number("force").text() == words.NO_VALUE
    run = begun()
    played(live, run, 5.0)
    force = run.live()[1].value
    assert force is not None
    assert view.numbers.number("force").text() == f"{force:.1f}"


def test_the_other_legs_number_stands_beside_it_and_in_the_symmetry(live: LiveView) -> None:
    view = played(live, begun(), 5.0, others={"contact_time": 250.0})

    assert view.number_card.right() == "R now   ·   L last trial"
    assert view.numbers.number("contact_time").accessibleDescription() == "Right 213 ms, Left 250 ms"
    assert "Contact time" in view.symmetry.accessibleDescription()


@pytest.mark.parametrize("scheme", theme.Scheme)
def test_the_signals_are_drawn_across_the_picture_and_only_when_there_are_any(live: LiveView, qapp, scheme: theme.Scheme) -> None:
    theme.apply(qapp, scheme)
    live.set_side(Side.RIGHT)
    live.show_devices({"pad": PAD})
    live.show_exam(SETUP.exam)
    assert drawn(live.traced.traces, "right") == [0.0]
    view = played(live, begun(), 12.0)

    assert min(drawn(view.traces, "right")) > DRAWN_SHARE
    low, high = view.traces.shown_range("pad/force")
    assert low <= 400.0 < 800.0 <= high
    live.clear()
    assert drawn(view.traces, "right") == [0.0]


def test_marks_and_events_are_put_on_the_signals(live: LiveView) -> None:
    view = played(live, begun(), 9.0)
    before = view.traces.grab().toImage()
    for event in (Event(Happening.MARK, 4.0, note="pain"), Event(Happening.CONTACT, 6.0, 6.3, 900.0, "pad")):
        live.take_change(event)
    view.paint(9.0, None, numbers=False)
    marked = view.traces.grab().toImage()
    live.take_change(Event(Happening.PHASE, 7.0, note="go"))
    view.paint(9.0, None, numbers=False)

    assert marked != before
    assert view.traces.grab().toImage() == marked, "not every event is a mark"


def test_a_trial_without_numbers_keeps_the_last_ones_as_dashes_and_says_how_it_ended(live: LiveView) -> None:
    run = begun()
    view = played(live, run, 5.0)
    for change in run.stop(5.0, "pain"):
        live.take_change(change)
    live.conclude(Finished(run.trial(()), ()), {})
    view.paint(6.0, run, numbers=True)

    assert live.guide.head == "Stopped"
    assert view.number_card._title.text() == words_pages.NUMBERS_FINAL
    assert [view.numbers.number(slot.key).text() for slot in view.numbers.slots] == [words.NO_VALUE] * 2


def test_the_distance_view_gets_what_is_left_and_the_first_number(live: LiveView) -> None:
    view = played(live, begun(), 5.0)
    left, first = view.giants()

    assert (left.title, left.value) == (words_pages.DONE_OF.capitalize(), 17.5)
    assert (first.value, first.unit, first.colour) == (pytest.approx(213.4), "ms", "right")
    live.clear()
    assert view.giants()[0].value is None
    assert math.isnan(begun().end_s)


def test_another_exam_begins_without_the_numbers_of_the_last(live: LiveView) -> None:
    view = played(live, begun(), 5.0)
    live.show_exam(SETUP.exam)
    assert view.numbers.slots, "the same one keeps its numbers"
    live.show_exam("another")

    assert view.numbers.slots == ()
    assert view.ring.text() == words.NO_VALUE
    assert view.number_card._title.text() == words_pages.NUMBERS
    assert len(view.giants()) == 1


def test_a_new_run_begins_empty(live: LiveView) -> None:
    view = played(live, begun(), 5.0)
    view.take_change(PhaseChange(PHASES["done"], 5.0, math.nan))
    view.begin(SETUP, {})

    assert view.ring.text() == words.NO_VALUE
    assert [giant.value for giant in view.giants()] == [None, None]
    assert {view.numbers.number(slot.key).text() for slot in view.numbers.slots} == {words.NO_VALUE}
    assert view.number_card.right() == ""
