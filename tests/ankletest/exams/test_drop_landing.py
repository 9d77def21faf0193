"""Drop landings of simulated people: what the run does, and numbers against the truth."""

import math
from dataclasses import replace

import landers
import numpy as np
import padded as people
import pytest

from ankletest.exams import drop_landing
from ankletest.exams.base import Fitness
from ankletest.metrics import evaluate
from ankletest.metrics.base import Status
from ankletest.samples import G, Side, Site
from ankletest.trial import Happening, Outcome, Setup
from drivers.people.faults import Faults

SETUP = Setup("drop_landing", Side.LEFT, given={"box_height_m": 0.3})
KNOWN = replace(SETUP, mass_kg=landers.PERSON.mass_kg)
WEIGHT = landers.PERSON.weight_n


def settled(landed: landers.Landed, band: float) -> float:
    """Return the last time that the true force is outside a band about body weight."""
    motion, truth = landed.motion, landed.truth[0]
    first = round((truth["ic_s"] - motion.start_s) * motion.rate_hz)
    excess = motion.force_n[first : first + round(5.0 * motion.rate_hz)] / WEIGHT - 1.0
    return float(np.flatnonzero(np.abs(excess) > band)[-1] / motion.rate_hz)


@pytest.mark.parametrize("seed", range(20))
def test_numbers_of_simulated_landings_are_the_true_ones(seed: int) -> None:
    landed = landers.land(KNOWN, seed)
    truth = landed.truth[0]

    assert landed.trial.outcome is Outcome.COMPLETED
    # Edges of a 1 kHz averaging pad are known to 1.3 ms (signals.edges), and a raised cosine starts slowly.
    assert landed.trial.window_s[0] == pytest.approx(truth["ic_s"], abs=0.004)
    # Body weight is the mean of 3.5 s of a force that trembles by 0.3 % below 3 Hz: 0.07 % SD, three of them.
    assert landed.trial.body_weight_n == pytest.approx(WEIGHT, rel=0.003)
    assert landed.value("landing_peak") == pytest.approx(truth["peak_n"] / WEIGHT, rel=0.005)
    assert landed.value("landing_time_to_peak") == pytest.approx(truth["peak_after_s"], abs=0.005)
    # 0.3 % of body weight moves the band by as much: the time lies between those of bands 0.4 % narrower and wider.
    assert settled(landed, 0.054) - 0.005 < landed.value("tts_5") < settled(landed, 0.046) + 0.005
    # Trembling is not balanced by motion in the simulation: 4.5 mm SD, and 0.1 % of weight 6 mm.
    assert landed.value("effective_drop") == pytest.approx(truth["height_m"], abs=0.02)
    assert landed.value("landing_stiffness") == pytest.approx(truth["peak_n"] / truth["depth_m"], rel=0.08)
    assert landed.value("stuck") == 1.0
    assert {value.status for key, value in landed.values.items() if key != "dynamic_stability_index"} == {Status.OK}
    assert landed.values["dynamic_stability_index"].reasons == ("needs a three-axis plate: this one tells vertical force only",)


def test_without_a_known_mass_the_client_is_weighed_first() -> None:
    landed = landers.land(SETUP)

    assert people.phases(landed.played) == ["step on", "still", "away", "ready", "hold", "done"]
    assert landed.trial.body_weight_n == pytest.approx(WEIGHT, rel=0.005)
    assert not landed.trial.reasons
    assert landed.value("landing_peak") == pytest.approx(landed.truth[0]["peak_n"] / WEIGHT, rel=0.008)
    assert people.phases(landers.land(KNOWN).played) == ["away", "ready", "hold", "done"]


def test_any_chunking_and_late_stamps_give_the_same_run() -> None:
    whole = landers.land(KNOWN, 3)
    for chunks in range(2):
        pieces = landers.land(KNOWN, 3, chunks=chunks, rate_hz=1000.0)
        assert repr(pieces.played.changes) == repr(whole.played.changes)  # NaN equals NaN in print only
        assert pieces.values == whole.values
    late = replace(whole.played.trial(late_s=0.004), families=("landing", "drop"))
    values = {value.metric.key: value for value in evaluate(late)}
    assert late.window_s[0] == pytest.approx(whole.trial.window_s[0] + 0.004)
    assert values["tts_5"].value == pytest.approx(whole.value("tts_5"), abs=1e-3)


ERRORS = {
    "beside the pad": (Faults(touch_down_s=2.5), Happening.TOUCH_DOWN, 0.08),
    "on the pad": (Faults(touch_down_s=2.5, touch_on_pad=True), Happening.TOUCH_DOWN, 0.12),  # bins of 50 ms
    "hop": (Faults(hop_off_s=2.5), Happening.STANCE_HOP, 0.01),
    "off": (Faults(step_off_s=2.5), Happening.OFF_PAD, 0.5),  # half a second of stepping off
}


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("error", ERRORS)
def test_a_landing_that_is_not_held_says_why_and_keeps_its_peak(error: str, side: Side) -> None:
    faults, what, tolerance = ERRORS[error]
    for seed in range(3):
        landed = landers.land(replace(KNOWN, side=side), seed, faults=faults)
        found = people.happened(landed.trial, what)

        assert landed.trial.outcome is Outcome.NOT_HELD, seed
        assert found[0].t_s - landed.truth[0]["ic_s"] == pytest.approx(2.5, abs=tolerance), seed
        assert f"{found[0].what.value} {found[0].t_s - landed.trial.window_s[0]:.1f} s after the landing" in landed.trial.reasons[0]
        assert landed.value("stuck") == 0.0
        assert landed.values["stuck"].reasons
        assert landed.value("landing_peak") == pytest.approx(landed.truth[0]["peak_n"] / WEIGHT, rel=0.01)
        assert landed.values["landing_path_5"].value is None
        assert "E-SHORT" in landed.values["landing_path_5"].reasons[0]


def test_a_foot_that_touches_twice_has_not_landed() -> None:
    landed = landers.land(KNOWN, 2, faults=Faults(hop_off_s=0.55))

    assert landed.trial.outcome is Outcome.NOT_HELD
    assert landed.values["landing_peak"].status is Status.INVALID
    assert "touched twice" in landed.values["landing_peak"].reasons[0]
    assert landed.value("stuck") == 0.0


def test_a_mark_of_the_operator_fails_the_hold_but_pain_does_not() -> None:
    for what, outcome in (("hands", Outcome.NOT_HELD), ("pain", Outcome.COMPLETED)):
        motion = landers.moved(KNOWN, 1)
        run = drop_landing.begin(KNOWN, [landers.pad_of(motion, 1).member], landers.BEGIN_S)
        pad = landers.pad_of(motion, 1)
        run.feed(pad.block(round(1000 * landers.BEGIN_S), len(pad.t_s)))
        run.mark(what, motion.truth["landings"][0]["ic_s"] + 2.0)
        assert run.trial([pad.stream(run.end_s)]).outcome is outcome


def test_several_landings_are_counted_and_averaged() -> None:
    landed = landers.land(replace(KNOWN, given={"box_height_m": 0.2, "landings": 3, "hold_s": 4}))
    contacts = people.happened(landed.trial, Happening.CONTACT)

    assert [c.t_s for c in contacts] == pytest.approx([truth["ic_s"] for truth in landed.truth], abs=0.004)
    assert landed.values["landing_peak"].n_used == 3
    assert landed.value("landing_peak") == pytest.approx(np.mean([t["peak_n"] for t in landed.truth]) / WEIGHT, rel=0.005)
    assert landed.played.run.progress.unit == "landings"


def test_nobody_who_lands_is_an_invalid_run_and_stepping_on_is_no_landing() -> None:
    nobody = people.play(KNOWN, [people.on_pad(lambda t: np.zeros(len(t)), length_s=120.0)])
    assert nobody.trial().outcome is Outcome.INVALID
    assert "nobody landed" in nobody.trial().reasons[0]
    stepped = people.play(KNOWN, [people.on_pad(lambda t: people.stepped_on(t, 4.0), length_s=10.0)])
    assert "hold" not in people.phases(stepped)
    assert people.phases(stepped)[:4] == ["away", "ready", "away", "stopped"]
    assert stepped.trial().outcome is Outcome.STOPPED


def test_a_run_that_is_stopped_or_loses_its_pad_says_so() -> None:
    stopped = landers.land(KNOWN, 1, until_s=9.0)
    assert stopped.trial.outcome is Outcome.STOPPED
    motion = landers.moved(KNOWN, 1)
    pad = landers.pad_of(motion, 1)
    run = drop_landing.begin(KNOWN, [pad.member], 1.0)
    run.feed(pad.block(1000, 5000))
    run.lose("pad", 5.5, "battery")
    trial = run.trial([pad.stream(5.5)])
    assert trial.outcome is Outcome.INVALID
    assert "the pad was lost during 'ready' (battery); repeat the trial" in trial.reasons
    assert all(value.value is None and value.reasons for value in evaluate(replace(trial, families=("landing", "drop"))))


def test_a_foot_sensor_alone_tells_shock_and_errors() -> None:
    landed = landers.land(KNOWN, 1, pad=False, sites=(Site.FOOT,))
    felt = np.linalg.norm(landed.motion.worn[next(iter(landed.motion.worn))][:, :3], axis=1) / G

    assert people.phases(landed.played) == ["away", "ready", "hold", "done"]
    assert set(landed.values) == {"foot_shock", "stuck"}
    assert landed.trial.window_s[0] == pytest.approx(landed.truth[0]["ic_s"], abs=0.008)
    # A spike of 5-10 ms sampled at 200 Hz may miss its top by 25 %.
    assert 0.75 * felt.max() < landed.value("foot_shock") <= 1.01 * felt.max()
    hopped = landers.land(KNOWN, 1, pad=False, sites=(Site.FOOT,), faults=Faults(hop_off_s=2.0))
    assert hopped.trial.outcome is Outcome.NOT_HELD
    assert hopped.value("stuck") == 0.0


def test_shank_and_trunk_tell_how_much_of_a_shock_is_taken_up() -> None:
    landed = landers.land(KNOWN, 1, sites=(Site.SHANK, Site.LUMBAR))

    assert landed.value("shock_attenuation") == pytest.approx(1.0 - _most(landed, Site.LUMBAR) / _most(landed, Site.SHANK), abs=0.06)
    assert landed.values["shank_shock"].status is Status.OK
    assert landed.values["shank_shock"].profile == "P-IMUEV"


def _most(landed: landers.Landed, site: Site) -> float:
    """Return the largest acceleration within 60 ms of the contact, g."""
    felt = next(values for spot, values in landed.motion.worn.items() if spot.site is site)
    first = round((landed.truth[0]["ic_s"] - landed.motion.start_s) * landed.motion.rate_hz)
    return float(np.linalg.norm(felt[first : first + 240, :3], axis=1).max() / G)


def test_a_lumbar_sensor_alone_sees_the_landing() -> None:
    for seed in range(4):
        landed = landers.land(KNOWN, seed, pad=False, sites=(Site.LUMBAR,))

        assert landed.trial.outcome is Outcome.COMPLETED
        # Soft tissue delays it by 11-14 ms (algorithms.md 2.3).
        assert 0.0 < landed.trial.window_s[0] - landed.truth[0]["ic_s"] < 0.03


@pytest.mark.parametrize(
    ("member", "fitness", "word"),
    [
        (people.pad_member(1000.0), Fitness.GOOD, ""),
        (people.pad_member(490.0), Fitness.GOOD, ""),
        (people.pad_member(200.0), Fitness.LIMITED, "500 Hz"),
        (people.pad_member(50.0), Fitness.REFUSED, "80 Hz"),
        (people.foot_member(), Fitness.LIMITED, "no forces"),
        (people.foot_member(rate_hz=60.0), Fitness.REFUSED, "100 Hz"),
        (replace(people.foot_member(), acc_range_g=8.0), Fitness.LIMITED, "clips"),
    ],
)
def test_the_sensor_rule(member: object, fitness: Fitness, word: str) -> None:
    verdict = drop_landing.EXAM.fit([member], SETUP)

    assert verdict.fitness is fitness
    assert word in " ".join(verdict.reasons)
    assert drop_landing.EXAM.fit([], SETUP).fitness is Fitness.REFUSED


@pytest.mark.parametrize("rate_hz", [80.0, 200.0])
def test_a_slow_pad_tells_times_but_no_peaks(rate_hz: float) -> None:
    landed = landers.land(KNOWN, 4, rate_hz=rate_hz)

    assert landed.values["landing_peak"].status is (Status.INVALID if rate_hz < 200.0 else Status.WARN)
    assert landed.values["tts_5"].status is Status.WARN
    assert "E-RATE" in " ".join(landed.values["tts_5"].reasons)
    assert landed.value("tts_5") == pytest.approx(landers.land(KNOWN, 4).value("tts_5"), abs=0.02)


def test_a_saturated_pad_censors_the_peak_and_tells_no_impulse() -> None:
    motion = landers.moved(KNOWN, 1)
    pad = landers.pad_of(motion, 1)
    played = people.play(KNOWN, [pad], begin_s=landers.BEGIN_S)
    stream = pad.stream(played.run.end_s)
    clipped = stream.values[:, 0] > 2000.0
    values = {
        v.metric.key: v for v in evaluate(replace(played.run.trial([replace(stream, clipped=clipped)]), families=("landing", "drop")))
    }

    assert values["landing_peak"].status is Status.WARN
    assert values["landing_peak"].reasons[0].startswith("E-SAT: ≥")
    for key in ("landing_impulse_100", "stability_index", "effective_drop"):
        assert values[key].status is Status.INVALID
        assert "E-SAT" in values[key].reasons[0]
    assert values["tts_5"].status is Status.OK


def test_what_was_not_entered_is_said() -> None:
    landed = landers.land(replace(KNOWN, given={}))

    assert landed.values["landing_stiffness"].value is None
    assert "box height" in landed.values["landing_stiffness"].reasons[0]
    assert landed.values["effective_drop"].status is Status.OK
    wrong = replace(landed.trial, setup=replace(KNOWN, given={"box_height_m": 0.5}))
    checked = next(v for v in evaluate(wrong) if v.metric.key == "effective_drop")
    assert checked.status is Status.WARN
    assert "DL-14" in checked.reasons[0]


def test_a_whole_record_is_searched_for_landings() -> None:
    motion = landers.moved(KNOWN, 5)
    pad = landers.pad_of(motion, 5)
    trial = drop_landing.EXAM.whole(KNOWN, [pad.stream(math.inf)])
    values = {v.metric.key: v for v in evaluate(replace(trial, families=("landing", "drop")))}

    assert trial.outcome is Outcome.COMPLETED
    assert values["landing_peak"].value == pytest.approx(motion.truth["landings"][0]["peak_n"] / WEIGHT, rel=0.01)
    empty = drop_landing.EXAM.whole(KNOWN, [people.standing().stream(math.inf)])
    assert empty.outcome is Outcome.INVALID
    assert "no landing" in " ".join(empty.reasons)


def test_samples_that_are_missing_at_the_landing_leave_it_out() -> None:
    motion = landers.moved(KNOWN, 1)
    pad = landers.pad_of(motion, 1)
    ic = motion.truth["landings"][0]["ic_s"]
    keep = (pad.t_s < ic - 0.03) | (pad.t_s > ic + 0.03)
    holed = people.Samples(pad.member, pad.t_s[keep], pad.values[keep])
    trial = replace(people.play(KNOWN, [holed], begin_s=landers.BEGIN_S).trial(), families=("landing", "drop"))
    values = {v.metric.key: v for v in evaluate(trial)}

    assert values["landing_peak"].status is Status.INVALID
    assert "missing" in values["landing_peak"].reasons[0]
    assert values["stuck"].status is Status.INVALID
