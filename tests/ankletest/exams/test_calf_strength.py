"""The exam of calf strength: phases, pushes and reasons, on forces that are written down."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ankletest.exams.base import Fitness, Member, PhaseChange
from ankletest.exams.calf_strength import EXAM, begin, fit, phases_for, whole
from ankletest.exams.walker import WalkRun
from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue, Status
from ankletest.samples import Block, FloatArray, G, Kind, Side, Site
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

PAD = Member("pad", Kind.PAD, Site.PAD, None, 1000.0)
FOOT = Member("foot", Kind.IMU, Site.FOOT, Side.LEFT, 200.0)
SETUP = Setup("calf_strength", Side.LEFT, mass_kg=70.0, given={"rest_s": 3.0, "lever_m": 0.13})
HOLDING = replace(SETUP, given={"rest_s": 3.0, "hold_s": 8.0})
LEG_N = 60.0
TAU = 0.1
FIRST_S, EVERY_S, LONG_S = 4.0, 9.0, 3.0


def curve(
    peaks: Sequence[float] = (1000.0, 1050.0, 980.0), *, rate: float = 1000.0, noise: float = 0.5, foot_s: float = 1.0, dip: float = 0.0,
    tense: float = 0.0, long_s: float = LONG_S, tail_s: float = 4.0, seed: int = 3,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """Return a leg that is laid down after a second and pushes every nine seconds."""
    t = np.arange(round((FIRST_S + EVERY_S * (len(peaks) - 1) + long_s + tail_s) * rate)) / rate
    force = LEG_N * np.clip((t - foot_s) / 0.3, 0.0, 1.0)
    for number, peak in enumerate(peaks):
        at = FIRST_S + EVERY_S * number
        since = np.clip(t - at, 0.0, long_s)
        force += peak * (1.0 - np.exp(-since / TAU)) * np.exp(-np.maximum(t - at - long_s, 0.0) / 0.05)
        force += tense * ((t > at - 1.5) & (t < at + long_s))
        force -= dip * np.where((t > at - 0.2) & (t < at), np.sin(np.pi * (t - at + 0.2) / 0.2), 0.0)
    return t, force + noise * np.random.default_rng(seed).standard_normal(len(t))


def held(t: FloatArray, force: FloatArray, level: float, *, start_s: float, long_s: float) -> FloatArray:
    since = np.clip(t - start_s, 0.0, long_s)
    return force + level * (1.0 - np.exp(-since / 0.3)) * np.exp(-np.maximum(t - start_s - long_s, 0.0) / 0.05)


def stream(t: FloatArray, force: FloatArray, **more: object) -> Stream:
    values = np.column_stack((force, np.zeros((len(t), 2))))
    none = np.zeros(len(t), np.bool_)
    usual = {"clipped": none, "lost": none, "rate_hz": 1.0 / float(np.median(np.diff(t)))}
    return Stream("pad", Site.PAD, None, Kind.PAD, t, values, **(usual | more))  # type: ignore[arg-type]  # a test's shorthand


def walked(t: FloatArray, force: FloatArray, setup: Setup = SETUP, cuts: Sequence[int] = ()) -> tuple[WalkRun, list[PhaseChange]]:
    run = begin(setup, [PAD, FOOT], 0.0)
    assert isinstance(run, WalkRun)
    values = np.column_stack((force, np.zeros((len(force), 2))))
    none = np.zeros(len(force), np.bool_)
    changes: list[PhaseChange] = []
    for a, b in itertools.pairwise([0, *cuts, len(force)]):
        if b > a:
            block = Block("pad", Kind.PAD, t[a:b], values[a:b], none[a:b], np.arange(a, b))
            changes += [c for c in run.feed(block) if isinstance(c, PhaseChange)]
    return run, changes


def tried(t: FloatArray, force: FloatArray, setup: Setup = SETUP, **more: object) -> Trial:
    run, _ = walked(t, force, setup)
    if math.isnan(run.end_s):
        run.stop(float(t[-1]), "")
    trial = run.trial((stream(t, force, **more).between(0.0, run.end_s),))
    return replace(trial, families=EXAM.families)


def values(trial: Trial) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial)}


def pushes(trial: Trial) -> list[Event]:
    return [event for event in trial.events if event.what is Happening.PUSH]


def test_three_pushes_with_rests_are_a_completed_trial() -> None:
    t, force = curve()
    run, changes = walked(t, force)

    assert [c.phase.name for c in changes] == [
        "relax", "ready", "push", "rest", "relax", "ready", "push", "rest", "relax", "ready", "push", "rest", "done",
    ]  # fmt: skip
    assert run.phase.outcome is Outcome.COMPLETED
    assert run.progress.done == run.progress.total == 3.0
    assert changes[3].ends_s == pytest.approx(changes[3].t_s + 3.0)  # the rest counts down
    assert {number.key: number.value for number in run.live()}["best"] == pytest.approx(1050.0, abs=5.0)  # slices of 50 ms


def test_pushes_are_found_where_they_began() -> None:
    found = pushes(tried(*curve(noise=0.0)))

    late = -TAU * math.log(1.0 - 5.0 / 1000.0)
    assert [event.t_s for event in found] == pytest.approx([FIRST_S + EVERY_S * n + late for n in range(3)], abs=1e-4)
    assert [event.value for event in found] == pytest.approx([1000.0, 1050.0, 980.0], rel=1e-6)
    assert all(event.valid and event.device == "pad" for event in found)
    # 1 ms / √12 of sampling, and next to no noise.
    assert all(event.u_s == pytest.approx(1e-3 / math.sqrt(12.0), rel=0.01) for event in found)


def test_the_numbers_are_those_of_the_curve() -> None:
    trial = tried(*curve(noise=0.0))
    got = {key: value.value for key, value in values(trial).items()}
    mean = 1010.0
    late = -TAU * math.log(1.0 - 5.0 / mean)
    after = {ms: mean * math.exp(-late / TAU) * (1.0 - math.exp(-1e-3 * ms / TAU)) / (1e-3 * ms) for ms in (50, 100, 150, 200, 250)}

    assert got["calf_force"] == pytest.approx(1050.0, rel=1e-6)
    assert got["calf_force_mean"] == pytest.approx(1010.0, rel=1e-6)
    assert got["calf_force_per_kg"] == pytest.approx(1050.0 / 70.0, rel=1e-6)
    assert got["calf_force_bw"] == pytest.approx(1050.0 / 70.0 / G, rel=1e-6)
    assert got["calf_plateau"] == pytest.approx(1050.0, rel=1e-6)
    assert got["calf_torque"] == pytest.approx(1050.0 * 0.13, rel=1e-6)
    for ms, rfd in after.items():
        assert got[f"calf_rfd_{ms}"] == pytest.approx(rfd, rel=2e-4), ms  # chords of 1 ms on either end
    assert got["calf_rfd_peak"] == pytest.approx(mean * math.exp(-late / TAU) * (1.0 - math.exp(-0.2)) / 0.02, rel=2e-4)
    assert got["calf_time_50"] == pytest.approx(TAU * math.log(2.0) - late, abs=2e-5)
    assert got["calf_time_90"] == pytest.approx(TAU * math.log(10.0) - late, abs=2e-5)
    impulse = mean * (0.1 - TAU * math.exp(-late / TAU) * (1.0 - math.exp(-1.0)))
    assert got["calf_impulse_100"] == pytest.approx(impulse, rel=2e-4)
    assert "calf_steadiness" not in got
    assert {value.status for value in values(trial).values()} == {Status.OK}
    assert {value.profile for value in values(trial).values()} == {"P-FISO"}
    assert all(value.n_used in {1, 3} for value in values(trial).values())


def test_any_chunking_gives_the_same_changes() -> None:
    t, force = curve(rate=500.0)
    expected = walked(t, force)[1]
    for seed in range(4):
        cuts = sorted(set(np.random.default_rng(seed).integers(1, len(t), 200).tolist()))
        assert repr(walked(t, force, cuts=cuts)[1]) == repr(expected)  # NaN equals NaN in print only


def test_a_hold_at_the_target_follows_where_it_is_asked_for() -> None:
    t, force = curve(tail_s=20.0)
    start = FIRST_S + 3.0 * EVERY_S
    trial = tried(t, held(t, force, 525.0, start_s=start, long_s=9.0), HOLDING)
    got = values(trial)

    assert trial.outcome is Outcome.COMPLETED
    assert [event.note for event in pushes(trial)] == ["", "", "", "hold"]
    assert got["calf_force"].value == pytest.approx(1050.0, abs=1.0)  # the hold is no push
    assert got["calf_steadiness"].value == pytest.approx(100.0 * 0.5 / 525.0, abs=0.05)  # what is left of the rise after 2 s: 0.1 %
    assert got["calf_decline"].value == pytest.approx(0.0, abs=0.1)


def test_a_target_that_is_let_go_ends_the_set_but_keeps_the_pushes() -> None:
    t, force = curve(tail_s=20.0)
    trial = tried(t, held(t, force, 525.0, start_s=FIRST_S + 3.0 * EVERY_S, long_s=3.5), HOLDING)
    got = values(trial)

    assert trial.outcome is Outcome.NOT_HELD
    assert "let go" in trial.reasons[0]
    assert got["calf_force"].value == pytest.approx(1050.0, abs=1.0)
    assert got["calf_decline"].value is None
    assert "E-SHORT" in got["calf_decline"].reasons[0]


def test_somebody_who_stops_pushing_keeps_what_was_done() -> None:
    trial = tried(*curve((1000.0,), tail_s=30.0))
    got = values(trial)

    assert trial.outcome is Outcome.NOT_HELD
    assert trial.reasons == ("1 of 3 pushes: nobody pushed",)
    assert got["calf_force"].value == pytest.approx(1000.0, abs=1.0)
    assert got["calf_force_mean"].value is None
    assert got["calf_force_mean"].reasons[0].startswith("E-SHORT: 1 pushes")


def test_nobody_there_or_nobody_pushing_is_invalid() -> None:
    t, force = curve((1000.0,), tail_s=20.0)
    run, _ = walked(t, np.where(t < FIRST_S, force, LEG_N))
    wild_t = np.arange(95_000) / 1000.0
    restless, _ = walked(wild_t, 10.0 + 9.0 * np.sin(6.0 * wild_t))

    assert run.phase.outcome is Outcome.INVALID
    assert restless.phase.outcome is Outcome.INVALID
    assert "never still" in restless.trial(()).reasons[0]
    empty_t = np.arange(32_000) / 1000.0
    nobody, _ = walked(empty_t, np.random.default_rng(1).standard_normal(32_000))
    assert nobody.phase.outcome is Outcome.INVALID
    assert nobody.trial(()).reasons == ("nobody pushed",)


def test_a_leg_that_is_laid_down_and_a_knock_are_no_push() -> None:
    t, force = curve(foot_s=2.0)
    knock = force + 400.0 * ((t > 3.6) & (t < 3.7))
    _, changes = walked(t, knock)

    assert [c.phase.name for c in changes].count("rest") <= 3
    assert len([event for event in pushes(tried(t, knock)) if event.valid]) <= 3


def test_a_restless_foot_is_pushed_from_as_it_is() -> None:
    t = np.arange(40_000) / 1000.0
    force = LEG_N + 12.0 * np.sin(5.0 * t) + np.where((t > 25.0) & (t < 28.0), 900.0, 0.0)

    assert [c.phase.name for c in walked(t, force)[1]][:4] == ["relax", "ready", "push", "rest"]


def test_a_countermovement_forbids_the_rise_and_keeps_the_peak() -> None:
    got = values(tried(*curve(dip=30.0)))

    assert got["calf_force"].value == pytest.approx(1050.0, abs=2.0)
    assert got["calf_rfd_100"].value is None
    assert "countermovement" in got["calf_rfd_100"].reasons[0]
    assert got["calf_rfd_100"].status is Status.INVALID


def test_pushing_before_the_onset_is_a_caveat() -> None:
    got = values(tried(*curve(tense=130.0)))

    assert got["calf_force"].status is Status.WARN
    assert any("pushed already before the onset, 12 %" in reason or "12%" in reason for reason in got["calf_force"].reasons)
    assert got["calf_rfd_100"].status is Status.WARN


def test_a_half_hearted_push_is_left_out_and_named() -> None:
    trial = tried(*curve((1000.0, 500.0, 990.0)))
    got = values(trial)

    assert [event.valid for event in pushes(trial)] == [True, False, True]
    assert got["calf_rfd_100"].n_used == 2
    assert got["calf_rfd_100"].n_rejected == 1
    assert any("push 2 left out: not maximal: 50%" in reason for reason in got["calf_rfd_100"].reasons)


def test_a_pad_at_its_end_censors_the_peak() -> None:
    t, force = curve((1000.0, 1200.0, 1100.0))
    top = np.minimum(force, 1110.0)
    got = values(tried(t, top, clipped=top >= 1109.0))

    assert got["calf_force"].status is Status.WARN
    assert any(reason.startswith("E-SAT: ≥ the value") for reason in got["calf_force"].reasons)
    assert got["calf_rfd_50"].value is not None
    assert got["calf_rfd_50"].n_used == 2  # push 2 reaches the end after 208 ms, push 3 after 300


def test_gaps_forbid_what_lies_across_them() -> None:
    t, force = curve()
    keep = ~((t > 4.05) & (t < 4.09)) & ~((t > 14.0) & (t < 14.2))
    got = values(tried(t[keep], force[keep]))

    assert got["calf_force"].value == pytest.approx(1000.0, abs=1.0)  # the push with 1050 N has a hole of 200 ms
    assert got["calf_force"].n_rejected == 1
    assert any("push 1 left out: E-GAP" in reason for reason in got["calf_rfd_100"].reasons)
    assert got["calf_rfd_100"].n_used == 1


@pytest.mark.parametrize(("rate", "force", "rfd"), [(60.0, None, None), (100.0, Status.WARN, None), (250.0, Status.WARN, Status.WARN)])
def test_a_slow_pad_tells_what_it_can(rate: float, force: Status | None, rfd: Status | None) -> None:
    got = values(tried(*curve(rate=rate)))

    assert (got["calf_force"].status if got["calf_force"].value else None) is force
    assert (got["calf_rfd_100"].status if got["calf_rfd_100"].value else None) is rfd
    assert all("E-RATE" in " ".join(value.reasons) for value in got.values())


def test_without_mass_or_lever_there_is_a_force_only() -> None:
    got = values(tried(*curve(), replace(SETUP, mass_kg=None, given={"rest_s": 3.0})))

    assert got["calf_force"].value is not None
    assert got["calf_force_bw"].reasons[0].startswith("E-REST")
    assert got["calf_force_per_kg"].value is None
    assert "no lever" in got["calf_torque"].reasons[0]


def test_a_record_without_phases_has_the_same_pushes() -> None:
    t, force = curve()
    trial = replace(whole(SETUP, [stream(t, force)]), families=EXAM.families)
    walked_through = values(tried(t, force))

    assert len(pushes(trial)) == 3
    for key, value in values(trial).items():
        assert value.value == pytest.approx(walked_through[key].value, rel=1e-9), key


def test_a_long_push_of_a_record_without_phases_is_a_hold() -> None:
    t, force = curve(tail_s=20.0)
    trial = whole(SETUP, [stream(t, held(t, force, 500.0, start_s=FIRST_S + 3.0 * EVERY_S, long_s=9.0))])

    assert [event.note for event in pushes(trial)] == ["", "", "", "hold"]


@pytest.mark.parametrize(
    ("members", "fitness"),
    [
        ([PAD], Fitness.GOOD), ([replace(PAD, nominal_hz=250.0)], Fitness.LIMITED), ([replace(PAD, nominal_hz=100.0)], Fitness.LIMITED),
        ([replace(PAD, nominal_hz=50.0)], Fitness.REFUSED), ([FOOT], Fitness.REFUSED), ([], Fitness.REFUSED),
    ],
)  # fmt: skip
def test_only_a_pad_feels_a_push(members: list[Member], fitness: Fitness) -> None:
    verdict = fit(members, SETUP)

    assert verdict.fitness is fitness
    assert bool(verdict.reasons) is (fitness is not Fitness.GOOD)


def test_instructions_name_the_foot_and_numbers_are_asked_for() -> None:
    assert "left foot" in phases_for(SETUP)["relax"].instruction
    assert set(phases_for(SETUP)) == set(EXAM.phases)
    assert math.isnan(EXAM.given(replace(SETUP, given={}), "lever_m"))  # never assumed
    assert EXAM.given(replace(SETUP, given={}), "pushes") == 3.0
