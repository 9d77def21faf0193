"""Any exam as one file: a table, timers and an observer; shown with one that asks for two seconds on the pad and a jump off it."""

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest

from ankletest.errors import ExamError
from ankletest.exams.base import Exam, Fitness, LiveNumber, Member, Phase, PhaseChange, Progress, Verdict
from ankletest.exams.members import driver_of
from ankletest.exams.walker import LOST, STOP, Course, Seen, Timer, WalkRun, with_ends
from ankletest.exams.weighing import Weighing
from ankletest.samples import FORCE, Block, FloatArray, Kind, Side, Site
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

RATE = 200.0
PAD = Member("pad", Kind.PAD, Site.PAD, None, RATE)
FOOT = Member("foot", Kind.IMU, Site.FOOT, Side.LEFT, RATE)
PHASES = {
    p.name: p
    for p in (
        Phase("step on", "Step onto the pad."),
        Phase("still", "Keep still.", counted=True),
        Phase("off", "Step off."),
        Phase("done", "Well done.", outcome=Outcome.COMPLETED),
        Phase("late", "That took too long.", outcome=Outcome.NOT_HELD),
        Phase("stopped", "Stopped.", outcome=Outcome.STOPPED),
        Phase("invalid", "We repeat this.", outcome=Outcome.INVALID),
    )
}
TABLE = with_ends({
    "step on": {"loaded": "still", "too long": "invalid"},
    "still": {"held": "off", "empty": "step on"},
    "off": {"empty": "done", "too long": "late"},
    "done": {}, "late": {}, "stopped": {}, "invalid": {},
})  # fmt: skip
TIMERS = {
    "step on": (Timer(60.0, "too long", "nobody stepped on the pad"),),
    "still": (Timer(2.0, "held"),),
    "off": (Timer(3.0, "too long", "did not step off"),),
}


class Eye:
    def __init__(self) -> None:
        self.weighing = Weighing()
        self.entered: list[str] = []

    def look(self, phase: str, t_s: FloatArray, values: FloatArray, end_s: float) -> Sequence[Seen | Event]:
        self.weighing.take(t_s, values[:, FORCE])
        if self.weighing.loaded:
            return [Seen("loaded", end_s)]
        return [Seen("empty", end_s, "left the pad")] if self.weighing.empty else []

    def enter(self, phase: str, t_s: float) -> None:
        self.entered.append(phase)

    def numbers(self) -> Sequence[LiveNumber]:
        return (LiveNumber("weight", "weight", "N", self.weighing.weight_n, 0),)

    def progress(self, now_s: float) -> Progress:
        return Progress(now_s, 2.0, "s")


def finish(course: Course, streams: Sequence[Stream]) -> Trial:
    start = course.entered_s("still")
    mark = Event(Happening.CONTACT, start, course.end_s)
    return course.trial(streams, window_s=(start, course.end_s), events=[mark], body_weight_n=700.0)


def begin(setup: Setup, members: Sequence[Member], t_s: float) -> WalkRun:
    return WalkRun(setup, members, t_s, phases=PHASES, table=TABLE, timers=TIMERS, observer=Eye(), finish=finish)


EXAM = Exam("two seconds", "Two seconds", PHASES, TABLE, lambda _m, _s: Verdict(Fitness.GOOD), begin, lambda _s, _t: pytest.fail("unused"))
SETUP = Setup("two seconds", Side.LEFT)


def blocks(force: FloatArray, cuts: Sequence[int], *, start_s: float = 0.0) -> list[Block]:
    t = start_s + np.arange(len(force)) / RATE
    values = np.column_stack((force, np.zeros((len(force), 2))))
    none = np.zeros(len(force), np.bool_)
    bounds = [0, *cuts, len(force)]
    return [Block("pad", Kind.PAD, t[a:b], values[a:b], none[a:b], np.arange(a, b)) for a, b in itertools.pairwise(bounds) if b > a]


def standing(seconds: float = 4.0) -> FloatArray:
    rng = np.random.default_rng(1)
    on = 700.0 + rng.standard_normal(round(seconds * RATE))
    return np.concatenate((np.zeros(round(1.0 * RATE)), on, np.zeros(round(1.0 * RATE))))


def walked(force: FloatArray, cuts: Sequence[int] = ()) -> tuple[WalkRun, list[PhaseChange]]:
    run = begin(SETUP, [PAD, FOOT], 0.0)
    changes = [c for block in blocks(force, cuts) for c in run.feed(block)]
    return run, [c for c in changes if isinstance(c, PhaseChange)]


def test_a_table_timers_and_an_eye_are_a_run() -> None:
    run, changes = walked(standing())

    assert [c.phase.name for c in changes] == ["step on", "still", "off", "done"]
    assert changes[2].t_s == pytest.approx(changes[1].t_s + 2.0)
    assert changes[1].ends_s == pytest.approx(changes[1].t_s + 2.0)  # the screen can count down
    assert run.phase.outcome is Outcome.COMPLETED
    assert run.end_s == changes[-1].t_s
    trial = run.trial(())
    assert trial.window_s == (changes[1].t_s, run.end_s)
    assert [e.note for e in trial.events if e.what is Happening.PHASE] == ["step on", "still", "off", "done"]
    assert trial.reasons == ("left the pad",)


def test_any_chunking_gives_the_same_changes() -> None:
    whole = walked(standing())[1]
    for seed in range(5):
        rng = np.random.default_rng(seed)
        cuts = sorted(set(rng.integers(1, 1100, 60).tolist()))
        assert repr(walked(standing(), cuts)[1]) == repr(whole)  # NaN equals NaN in print only


def test_a_timer_is_dropped_when_its_phase_is_left() -> None:
    force = np.concatenate((standing(1.0), standing(4.0)))  # stepped off too early, and again

    assert [c.phase.name for c in walked(force)[1]] == ["step on", "still", "step on", "still", "off", "done"]


def test_what_takes_too_long_ends_with_its_reason() -> None:
    run, _ = walked(standing(9.0))

    assert run.phase.outcome is Outcome.NOT_HELD
    assert run.trial(()).reasons == ("did not step off",)


def test_the_operator_and_a_lost_device_end_it_in_every_phase() -> None:
    assert all(row[STOP] == "stopped" and row[LOST] == "invalid" for row in TABLE.values() if row)
    for lost in (False, True):
        run, _ = walked(standing()[:400])
        changes = run.lose("pad", 2.5, "out of reach") if lost else run.stop(2.5, "pain")
        assert [c.phase.outcome for c in changes if isinstance(c, PhaseChange)] == [Outcome.INVALID if lost else Outcome.STOPPED]
        assert run.end_s == 2.5
        assert not run.feed(blocks(standing(), ())[0])


def test_another_device_that_is_lost_is_only_told() -> None:
    run, _ = walked(standing()[:400])

    assert run.lose("foot", 2.0, "asleep") == []
    run.stop(2.5, "")
    assert "foot was lost during the run (asleep)" in run.trial(()).reasons


def test_an_exam_may_say_which_site_drives_it() -> None:
    run = WalkRun(SETUP, [PAD, FOOT], 0.0, phases=PHASES, table=TABLE, timers=TIMERS, observer=Eye(), finish=finish, drivers=(Site.FOOT,))
    assert len(run.feed(blocks(standing(), ())[0])) == 0  # the pad does not drive it
    run.lose("foot", 2.0, "asleep")

    assert run.phase.outcome is Outcome.INVALID
    assert driver_of([PAD, FOOT], (Site.SHANK, Site.FOOT)) is FOOT
    assert driver_of([PAD, FOOT], (Site.SHANK,)) is PAD  # nobody wears one there


def test_a_silent_driver_ends_the_run() -> None:
    run = begin(SETUP, [PAD], 0.0)
    first = blocks(standing()[:400], ())[0]
    later = blocks(standing()[:400], (), start_s=8.0)[0]
    run.feed(first)
    run.feed(later)

    assert run.phase.outcome is Outcome.INVALID
    assert "the pad was lost for" in run.trial(()).reasons[0]


def test_a_mark_is_kept_and_other_devices_do_not_drive() -> None:
    run, _ = walked(standing()[:400])
    run.mark("pain", 1.5)
    foot = Block("foot", Kind.IMU, np.array([1.0]), np.zeros((1, 6)), np.zeros(1, np.bool_), np.arange(1))
    assert run.feed(foot) == []
    run.stop(2.0, "")

    assert [e.note for e in run.trial(()).events if e.what is Happening.MARK] == ["pain"]
    with pytest.raises(ExamError):
        begin(SETUP, [], 0.0)


def test_the_stillest_second_is_the_weight() -> None:
    weighing = Weighing(mass_kg=700.0 / 9.80665)
    rng = np.random.default_rng(3)
    t = np.arange(600) / RATE
    force = np.concatenate((700.0 + 6.0 * rng.standard_normal(200), 702.0 + rng.standard_normal(400)))
    still = []
    for a in range(0, 600, 10):
        weighing.take(t[a : a + 10], force[a : a + 10])
        still.append(weighing.weigh())

    assert weighing.weight_n == pytest.approx(702.0, abs=0.3)  # 4 standard errors of a second of 1 N noise at 200 Hz
    assert weighing.sd_n < 1.2
    assert weighing.loaded
    assert not still[0]
    weighing.forget()
    assert math.isnan(weighing.weight_n)


def test_half_of_a_known_weight_is_nobody_alone_on_the_pad() -> None:
    weighing = Weighing(mass_kg=100.0)
    t = np.arange(300) / RATE
    weighing.take(t, np.full(300, 600.0) + np.tile((0.1, -0.1), 150))

    assert not weighing.weigh()
    assert weighing.loaded
    weighing.take(t + 1.5, np.zeros(300))
    assert weighing.empty
