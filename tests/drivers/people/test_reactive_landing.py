"""A simulated client who answers random cues, through the real codecs."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from ankletest.device import EVENT, OPERATOR, Notification
from ankletest.exams.base import Fitness, Member, PhaseChange
from ankletest.exams.reactive_landing import EVERY_S, EXAM, FIRST_S, RANDOM_S, begin, cue_s, fit, phases_for, whole
from ankletest.exams.walker import WalkRun
from ankletest.metrics.base import MetricValue, Status
from ankletest.samples import Block, FloatArray, Kind, Side, Site
from ankletest.session import Finished, Session
from ankletest.trial import Event, Happening, Outcome, Setup
from drivers.catalog import MODELS
from drivers.people import reactive_landing as person_file
from drivers.people import world
from drivers.people.body import Leg, Person
from drivers.people.faults import Faults
from drivers.transports.simulator import PRACTICE_CHOICES, simulate

PAD, FOOT = PRACTICE_CHOICES[0], PRACTICE_CHOICES[1]
SETUP = Setup("reactive_landing", Side.LEFT, given={"landings": 3.0}, trial="a")
MEMBER = Member("pad", Kind.PAD, Site.PAD, None, 500.0)
RATE = 500.0


def visit(
    seed: int, *, setup: Setup = SETUP, marks_s: float | None = None, told: str = "", rate: float = 1000.0
) -> tuple[Finished, dict[str, object]]:
    items, truth = simulate((setup,), (replace(PAD, rate_hz=rate), FOOT), Person(), seed)
    true = truth["trials"][0]  # type: ignore[index]  # the truth is JSON
    if marks_s is not None:
        ns = [round(1e9 * (hop["cue_s"] + marks_s)) for hop in true["hops"]]
        marks = [Notification(OPERATOR, EVENT, at, f'{{"event": "mark", "what": "cue"{told}}}'.encode()) for at in ns]
        items = sorted([*items, *marks], key=_arrival)
    session = Session(MODELS)
    finished = [*session.feed(items).finished, *session.finish().finished]
    assert len(finished) == 1
    return finished[0], true


def _arrival(one: Notification) -> int:
    return one.received_ns


def values(finished: Finished) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in finished.values}


def found(finished: Finished, what: Happening) -> list[Event]:
    return [event for event in finished.trial.events if event.what is what]


@pytest.mark.parametrize("seed", range(20))
def test_every_answer_is_found_as_it_truly_was(seed: int) -> None:
    finished, truth = visit(seed, setup=replace(SETUP, trial=f"trial {seed}"))
    hops, got = truth["hops"], values(finished)

    assert finished.trial.outcome is Outcome.COMPLETED
    assert [event.t_s for event in found(finished, Happening.CUE)] == pytest.approx([hop["cue_s"] for hop in hops], abs=1e-9)
    assert all(event.valid for event in found(finished, Happening.CUE))
    # A dip of 40 % in 0.22 s leaves 2 % of the weight after 3.5 ms, up to 4 % (unrest) after 7; device clock to host: 10 ms.
    assert got["reaction_time"].value == pytest.approx(np.median([hop["move_s"] - hop["cue_s"] for hop in hops]), abs=0.018)
    assert got["cue_to_landing"].value == pytest.approx(np.median([hop["land_s"] - hop["cue_s"] for hop in hops]), abs=0.013)
    # Within one device there is no clock between: the limit is late by 3 to 7 ms, the take-off by 2.
    assert got["cue_push_off"].value == pytest.approx(0.48, abs=0.009)
    assert got["cues_missed"].value == 0.0
    assert {value.status for value in got.values()} == {Status.OK}
    assert -3.0 < got["braking_sparc"].value < -1.2
    assert got["braking_ldlj"].value < -4.0


def test_the_cue_is_when_it_was_heard_where_that_is_marked() -> None:
    at_once, _ = visit(3)
    later, truth = visit(3, marks_s=0.08)

    # The second before a later cue is another one, and so is its unrest: within what the limit moves.
    assert values(later)["reaction_time"].value == pytest.approx(values(at_once)["reaction_time"].value - 0.08, abs=2e-3)
    assert values(later)["reaction_time"].uncertainty < values(at_once)["reaction_time"].uncertainty
    assert not any("when it sounded" in reason for reason in values(later)["reaction_time"].reasons)
    assert [event.t_s for event in found(later, Happening.CUE)] == pytest.approx([hop["cue_s"] + 0.08 for hop in truth["hops"]])


def test_a_sound_that_is_told_of_afterwards_is_when_it_began() -> None:
    at_once, _ = visit(3, marks_s=0.08)
    told_later, truth = visit(3, marks_s=0.3, told=', "ago_s": 0.22')

    heard = [event.t_s for event in found(told_later, Happening.CUE)]
    assert heard == pytest.approx([hop["cue_s"] + 0.08 for hop in truth["hops"]], abs=1e-8)  # whole nanoseconds
    assert values(told_later)["reaction_time"].value == pytest.approx(values(at_once)["reaction_time"].value, abs=1e-8)


@pytest.mark.parametrize("odd", ["-0.2", "NaN", "Infinity", '"long"', "null"])
def test_a_mark_with_an_odd_word_on_its_age_is_when_it_came(odd: str) -> None:
    finished, truth = visit(3, marks_s=0.08, told=f', "ago_s": {odd}')

    assert [event.t_s for event in found(finished, Happening.CUE)] == pytest.approx([hop["cue_s"] + 0.08 for hop in truth["hops"]])


def test_no_mark_is_older_than_its_run() -> None:
    finished, _ = visit(3, marks_s=0.08, told=', "ago_s": 1e6')

    assert {event.t_s for event in found(finished, Happening.MARK)} == {finished.trial.span_s[0]}


@pytest.mark.parametrize("rate", [100.0, 200.0])
def test_slower_pads_come_close(rate: float) -> None:
    finished, truth = visit(5, rate=rate)
    got = values(finished)

    true = float(np.median([hop["land_s"] - hop["cue_s"] for hop in truth["hops"]]))
    assert got["cue_to_landing"].value == pytest.approx(true, abs=0.013 + 0.5 / rate)
    assert got["reaction_time"].status is (Status.WARN if rate < 200.0 else Status.OK)


def test_cues_are_random_and_the_same_again() -> None:
    some = [[cue_s(replace(SETUP, trial=name), k) for k in range(6)] for name in "abcdefgh"]

    assert some == [[cue_s(replace(SETUP, trial=name), k) for k in range(6)] for name in "abcdefgh"]
    parts = np.array([[at - FIRST_S - EVERY_S * k for k, at in enumerate(row)] for row in some])
    assert parts.min() >= 0.0
    assert parts.max() <= RANDOM_S
    assert len(np.unique(parts)) == parts.size
    assert parts.std() > 0.2 * RANDOM_S  # uniform: 0.29
    assert person_file.LEAD_S == world.REACTION_S  # both know when the run began


# ---- the run, on written forces ----------------------------------------------------------------------------------------------------


def stood(hops_s: list[float], *, end_s: float, off_s: float = 1e9, weight: float = 700.0) -> tuple[FloatArray, FloatArray]:
    """Return somebody who steps on after a second and, at each time, dips, takes off after 0.4 s, flies 0.25 s and lands."""
    t = np.arange(round(end_s * RATE)) / RATE
    force = weight * np.clip((t - 1.0) / 0.5, 0.0, 1.0)
    for at in hops_s:
        force -= 0.4 * weight * np.where((t > at) & (t < at + 0.2), np.sin(np.pi * (t - at) / 0.2), 0.0)
        force += 1.2 * weight * np.where((t > at + 0.2) & (t < at + 0.4), np.sin(np.pi * (t - at - 0.2) / 0.2), 0.0)
        force[(t >= at + 0.4) & (t < at + 0.65)] = 0.0
        force += 1.5 * weight * np.where((t > at + 0.65) & (t < at + 0.85), np.sin(np.pi * (t - at - 0.65) / 0.2), 0.0)
    force[t > off_s] = 0.0
    return t, force + np.random.default_rng(9).standard_normal(len(t))


def walked(t: FloatArray, force: FloatArray, cuts: tuple[int, ...] = ()) -> tuple[WalkRun, list[PhaseChange]]:
    run = begin(SETUP, [MEMBER], 0.0)
    assert isinstance(run, WalkRun)
    values_ = np.column_stack((force, np.zeros((len(t), 2))))
    none = np.zeros(len(t), np.bool_)
    changes: list[PhaseChange] = []
    for a, b in itertools.pairwise([0, *cuts, len(t)]):
        if b > a:
            changes += [c for c in run.feed(Block("pad", Kind.PAD, t[a:b], values_[a:b], none[a:b], np.arange(a, b))) if _change(c)]
    return run, changes


def _change(change: object) -> bool:
    return isinstance(change, PhaseChange)


CUES = [cue_s(SETUP, k) for k in range(8)]
ANSWERED = [at + 0.3 for at in CUES]


def test_three_answers_are_a_completed_trial_in_any_chunking() -> None:
    t, force = stood(ANSWERED[:3], end_s=CUES[2] + 6.0)
    run, changes = walked(t, force)

    one = ["still", "wait", "go", "air", "hold"]
    assert [c.phase.name for c in changes] == ["step on", *one, *one, *one, "still", "done"]
    assert [c.t_s for c in changes if c.phase.name == "go"] == pytest.approx(CUES[:3])
    assert run.progress.done == run.progress.total == 3.0
    assert {number.key: number.value for number in run.live()}["left"] == pytest.approx(0.7, abs=0.05)
    for seed in range(4):
        cuts = tuple(sorted(set(np.random.default_rng(seed).integers(1, len(t), 200).tolist())))
        assert repr(walked(t, force, cuts)[1]) == repr(changes)  # NaN equals NaN in print only


def test_a_false_start_and_a_missed_cue_are_followed_by_the_next() -> None:
    t, force = stood([CUES[0] - 0.5, *ANSWERED[2:5]], end_s=CUES[4] + 6.0)
    run, changes = walked(t, force)
    names = [c.phase.name for c in changes]

    assert run.phase.outcome is Outcome.COMPLETED
    assert names[:5] == ["step on", "still", "wait", "still", "wait"]
    assert [c.t_s for c in changes if c.phase.name == "go"] == pytest.approx(CUES[1:5])
    assert run.trial(()).reasons == ("1 false starts before a cue",)


def test_stepping_off_ends_the_set_or_starts_over() -> None:
    t, force = stood(ANSWERED[:1], end_s=CUES[0] + 6.0, off_s=CUES[0] + 2.0)
    ended, _ = walked(t, force)
    t, force = stood([], end_s=CUES[0] + 1.0, off_s=CUES[0] - 2.0)
    _, again = walked(t, force)
    nobody, _ = walked(*stood([], end_s=62.0, off_s=0.5))
    restless_t, restless = stood([], end_s=70.0)
    unsteady, _ = walked(restless_t, restless + 40.0 * np.sin(9.0 * restless_t))

    assert ended.phase.outcome is Outcome.NOT_HELD
    assert "left the pad" in ended.trial(()).reasons[0]
    assert [c.phase.name for c in again][-1] == "step on"
    assert nobody.phase.outcome is Outcome.INVALID
    assert unsteady.phase.outcome is Outcome.NOT_HELD


def test_a_landing_beside_the_pad_ends_the_set() -> None:
    t, force = stood(ANSWERED[:1], end_s=CUES[0] + 6.0, off_s=ANSWERED[0] + 0.5)

    assert "beside the pad" in walked(t, force)[0].trial(()).reasons[0]


def test_a_record_without_phases_has_contacts_and_no_cues() -> None:
    finished, truth = visit(2)
    trial = whole(SETUP, finished.trial.streams)

    assert sum(event.what is Happening.FLIGHT and event.valid for event in trial.events) >= len(truth["hops"])
    assert not any(event.what is Happening.CUE for event in trial.events)


def test_only_a_pad_will_do_and_instructions_name_the_leg() -> None:
    foot = Member("foot", Kind.IMU, Site.FOOT, Side.LEFT, 200.0)

    assert fit([MEMBER], SETUP).fitness is Fitness.GOOD
    assert fit([replace(MEMBER, nominal_hz=100.0)], SETUP).fitness is Fitness.LIMITED
    assert fit([replace(MEMBER, nominal_hz=50.0)], SETUP).fitness is Fitness.REFUSED
    assert fit([foot], SETUP).fitness is Fitness.REFUSED
    assert "left leg" in phases_for(SETUP)["still"].instruction
    assert set(phases_for(SETUP)) == set(EXAM.phases)


def test_who_is_stopped_lands_first() -> None:
    act = person_file.act(Person(right=Leg(flight=0.8)), replace(SETUP, side=Side.RIGHT), Faults(), (1, 1))
    stopped = act.stopped(act.hops[0].off_s + 0.05)

    assert len(stopped.hops) == 1
    assert stopped.gone_s > act.hops[0].still_s
    assert stopped.tested is Side.RIGHT
    assert act.hops[0].move_s - act.hops[0].cue_s > 0.15
