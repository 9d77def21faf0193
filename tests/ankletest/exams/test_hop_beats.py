"""The metronome of hops: when its beats were, due or heard, until when, and that without one nothing is other than it was."""

import math
from dataclasses import replace

import numpy as np
import padded as people
import pytest

from ankletest import exams
from ankletest.exams import beats
from ankletest.exams.base import Phase, PhaseChange
from ankletest.exams.conditions import both_legs, conditions_of
from ankletest.exams.hops import ASKS, EXAM, TICKING, phases_for
from ankletest.metrics import evaluate
from ankletest.samples import Side
from ankletest.trial import Event, Happening, Outcome, Setup, Trial

EXACT = 1e-9
TO_BEAT = Setup("hops", Side.LEFT, hops=5, trial="2", given={"beats": 120.0})


def change(name: str, t_s: float) -> PhaseChange:
    return PhaseChange(Phase(name, ""), t_s, math.nan)


def marked(note: str, t_s: float) -> Event:
    return Event(Happening.MARK, t_s, device="operator", note=note)


def made(setup: Setup = TO_BEAT, marks: tuple[Event, ...] = (), end_s: float = 10.0) -> list[Event]:
    phases = (change("step on", 2.1), change("still", 3.0), change("hop", 5.0))
    return list(beats.beats_in(setup, phases, marks, ticking=TICKING, end_s=end_s))


def played(setup: Setup, **more: object) -> people.Played:
    device = people.on_pad(lambda t: people.hops_force(t, hops=5, first_s=4.0), length_s=12.0, rate_hz=500.0)
    return people.play(setup, [device], **more)


def told(trial: Trial) -> list[Event]:
    return people.happened(trial, Happening.BEAT)


def test_beats_are_counted_from_the_begin_of_the_run_and_told_from_the_first_phase_that_ticks() -> None:
    at = [beat.t_s for beat in made(end_s=6.0)]

    assert at == pytest.approx([3.1, 3.6, 4.1, 4.6, 5.1, 5.6], abs=EXACT)
    assert {beat.note for beat in made()} == {""}
    assert {beat.u_s for beat in made()} == {beats.DUE_U_S}


def test_where_a_mark_says_when_a_beat_was_heard_they_are_counted_from_there() -> None:
    found = made(marks=(marked("beat", 4.123),), end_s=6.0)

    assert [beat.t_s for beat in found] == pytest.approx([3.123, 3.623, 4.123, 4.623, 5.123, 5.623], abs=EXACT)
    assert {(beat.note, beat.u_s) for beat in found} == {(beats.HEARD, beats.HEARD_U_S)}


def test_a_sound_that_began_anew_is_counted_anew_and_no_two_beats_are_near() -> None:
    at = np.array([beat.t_s for beat in made(marks=(marked("beat", 3.12), marked("beat", 7.3)))])

    assert at[at < 7.0] == pytest.approx(3.12 + 0.5 * np.arange(8), abs=EXACT)
    assert at[at > 7.0] == pytest.approx(7.3 + 0.5 * np.arange(6), abs=EXACT)
    assert np.diff(at).min() >= 0.25 - EXACT


@pytest.mark.parametrize("a_minute", [120.0, 140.0, 180.0])
def test_the_last_beat_is_before_the_end_and_there_is_one_in_each_period(a_minute: float) -> None:
    found = made(replace(TO_BEAT, given={"beats": a_minute}), end_s=33.3)

    assert np.diff([beat.t_s for beat in found]) == pytest.approx(60.0 / a_minute, abs=EXACT)
    assert 33.3 - 60.0 / a_minute <= found[-1].t_s < 33.3


def test_after_pain_there_is_no_beat() -> None:
    found = made(marks=(marked("pain", 6.05), marked("pain", 8.0)))

    assert max(beat.t_s for beat in found) == pytest.approx(5.6, abs=EXACT)
    assert made(marks=(marked("pain", 2.5),)) == []


def test_in_ones_own_tempo_and_where_nobody_stepped_on_there_is_none() -> None:
    assert made(replace(TO_BEAT, given={})) == []
    assert made(replace(TO_BEAT, given={"beats": 0.0})) == []
    assert beats.beats_in(TO_BEAT, (change("step on", 0.0),), (), ticking=TICKING, end_s=60.0) == ()


def test_a_run_keeps_its_beats_whatever_the_chunks() -> None:
    first = played(TO_BEAT).trial()

    assert first.outcome is Outcome.COMPLETED
    assert told(first)[0].t_s >= 1.5  # nobody is on the pad before
    assert np.allclose(np.mod(np.array([beat.t_s for beat in told(first)]), 0.5), 0.0)  # the run began at 0
    for seed in range(3):
        again = played(TO_BEAT, seed=seed).trial()
        assert [repr(e) for e in again.events] == [repr(e) for e in first.events]


def test_a_mark_of_the_window_moves_the_beats_of_a_run_and_its_numbers() -> None:
    device = people.on_pad(lambda t: people.hops_force(t, hops=5, first_s=4.0), length_s=12.0, rate_hz=500.0)
    found: dict[float, Trial] = {}
    for late_s in (0.0, 0.04):
        run = exams.by_key("hops").begin(TO_BEAT, [device.member], 0.0)
        half = len(device.t_s) // 2
        run.feed(device.block(0, half))
        run.mark("beat", 3.0 + late_s)
        run.feed(device.block(half, len(device.t_s)))
        found[late_s] = replace(run.trial([device.stream(run.end_s)]), families=EXAM.families)
    # Landings at 4.3 s and every 0.5 s, so 0.3 s after a beat, which is 0.2 s before the next.
    values = {late: next(v for v in evaluate(trial) if v.metric.key == "hop_asynchrony").value for late, trial in found.items()}

    assert values[0.0] == pytest.approx(-200.0, abs=2.0)  # a sample at 500 Hz
    assert values[0.04] == pytest.approx(values[0.0] - 40.0, abs=1e-6)


def test_without_a_metronome_a_trial_is_what_it_was() -> None:
    plain, own = (
        replace(played(Setup("hops", Side.LEFT, hops=5, trial="2", given=given)).trial(), families=EXAM.families)
        for given in ({}, {"beats": 0.0, "legs": 1.0})
    )

    assert [repr(e) for e in own.events] == [repr(e) for e in plain.events]
    assert {e.what for e in plain.events} <= {Happening.PHASE, Happening.CONTACT, Happening.FLIGHT}
    assert len(evaluate(plain)) > 20
    assert [(v.metric.key, v.value, v.reasons) for v in evaluate(own)] == [(v.metric.key, v.value, v.reasons) for v in evaluate(plain)]


def test_an_old_trial_is_under_the_same_conditions_as_one_leg_in_own_tempo() -> None:
    old, new = Setup("hops", Side.LEFT), Setup("hops", Side.LEFT, given={"legs": 1.0, "beats": 0.0})
    pogo = Setup("hops", Side.LEFT, given={"legs": 2.0, "beats": 140.0})

    assert conditions_of(old) == conditions_of(new)
    assert conditions_of(old) != conditions_of(pogo)
    assert both_legs(pogo)
    assert not both_legs(old)


def test_the_client_is_told_which_legs_and_whether_there_is_a_beat() -> None:
    plain, pogo = (
        {name: phase.instruction for name, phase in phases_for(Setup("hops", Side.RIGHT, given=given)).items()}
        for given in ({}, {"legs": 2.0, "beats": 140.0})
    )

    assert plain["hop"] == "Hop 10 times: short on the ground, and high."
    assert plain["still"] == "Stand still on your right leg."
    assert pogo["hop"] == "Hop 10 times: land on every beat."
    assert (pogo["still"], pogo["countdown"]) == ("Stand still on both legs.", "Get ready to hop on both legs.")


def test_without_a_pad_the_metronome_ticks_from_the_countdown_on() -> None:
    run = EXAM.begin(TO_BEAT, [people.foot_member()], 1.0)

    assert run.phase.name == "countdown"
    assert run.phase.name in TICKING


# ---- tempos of any exam ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("exam", [exam for exam in exams.EXAMS if exam.tempos], ids=lambda exam: exam.key)
def test_tempos_enter_what_the_exam_asks_for(exam) -> None:
    asks = {ask.key: ask for ask in exam.asks}
    keys = {tuple(tempo.given) for tempo in exam.tempos}

    assert len(keys) == 1, "each enters the same numbers, so that one may take the place of another"
    assert len({tempo.title for tempo in exam.tempos}) == len(exam.tempos)
    assert len({tuple(tempo.given.values()) for tempo in exam.tempos}) == len(exam.tempos)
    for tempo in exam.tempos:
        assert all(asks[key].least <= value <= asks[key].most for key, value in tempo.given.items())
    assert exam.tempos[0].given == {key: asks[key].default for key in exam.tempos[0].given}, "the first is what is assumed"


def test_the_tempos_are_those_of_the_programme() -> None:
    raises, hops = ({tempo.title: dict(tempo.given) for tempo in exams.by_key(key).tempos} for key in ("heel_raise", "hops"))

    assert raises["Two up, two down"] == {"beats": 30.0, "lowers": 1.0}  # a beat lasts two seconds
    assert raises["Fast up, four down"] == {"beats": 60.0, "lowers": 4.0}
    assert [given["beats"] for given in hops.values()] == [0.0, 120.0, 140.0, 160.0, 180.0]


@pytest.mark.parametrize("exam", exams.EXAMS, ids=lambda exam: exam.key)
def test_an_even_metronome_ticks_in_phases_that_there_are_and_asks_for_its_beats(exam) -> None:
    assert set(exam.ticking) <= set(exam.phases)
    assert all(exam.phases[name].outcome is None for name in exam.ticking), "it is silent at the end"
    assert not exam.ticking or beats.KEY in {ask.key for ask in exam.asks}


def test_hops_ask_for_no_more_than_legs_and_beats_and_assume_what_was_before() -> None:
    assert {ask.key: ask.default for ask in ASKS} == {"legs": 1.0, "beats": 0.0}
