"""Heel raises of simulated people: counted exactly, as high as they truly were, and ended for the right reason."""

import math
from dataclasses import replace

import numpy as np
import pytest
from bends import FOOT, PAD, SHANK, Seen, imu, visit

from ankletest.device import Choice
from ankletest.exams import by_key
from ankletest.exams.base import Fitness, Member, PhaseChange
from ankletest.exams.heel_raise import begin, fit, phases_for
from ankletest.metrics.base import Status
from ankletest.samples import Block, Kind, Side, Site
from ankletest.signals.repetitions import BROKEN
from ankletest.trial import Happening, Outcome, Setup
from drivers.people.body import Leg, Person
from drivers.people.faults import Faults, Vanish

LEVER_M = 0.16
SETUP = Setup("heel_raise", Side.LEFT, mass_kg=70.0, trial="1", given={"lever_m": LEVER_M, "beats": 60.0})
HEIGHT_M = 1e-3
"""Acceptance (algorithms.md 11): within 1 mm; the lever is exact here."""


def heights_m(seen: Seen) -> list[float]:
    tops = [e.value for e in seen.trial.events if e.what is Happening.REPETITION and e.valid]
    return [LEVER_M * math.sin(math.radians(top)) for top in tops]


@pytest.mark.parametrize("seed", range(20))
def test_every_raise_is_counted_and_as_high_as_it_was(seed: int) -> None:
    rate = (60.0, 100.0, 200.0, 400.0)[seed % 4]
    seen = visit(SETUP, [imu(Site.FOOT, rate_hz=rate)], seed=seed)
    raises = seen.told("raises")

    assert seen.trial.outcome is Outcome.COMPLETED
    assert seen["raises"] == len(raises)
    assert heights_m(seen) == pytest.approx([one["height_m"] for one in raises], abs=HEIGHT_M)
    assert seen["raise_height_peak"] == pytest.approx(100.0 * max(one["height_m"] for one in raises), abs=100.0 * HEIGHT_M)
    work = 70.0 * 9.80665 * sum(one["height_m"] for one in raises)
    assert seen["raise_work"] == pytest.approx(work, abs=70.0 * 9.80665 * HEIGHT_M * len(raises))
    assert seen.values["raise_work"].status is Status.OK


@pytest.mark.parametrize("seed", range(5))
def test_a_pad_alone_counts_and_tells_no_height(seed: int) -> None:
    seen = visit(SETUP, [PAD], seed=seed)

    assert seen["raises"] == len(seen.told("raises"))
    assert "raise_height" not in seen.values
    assert seen["raise_cadence"] == pytest.approx(30.0, abs=0.5)  # nobody keeps the beat better than 2 % of a period here
    assert any("a height needs a sensor on the foot" in reason for reason in seen.values["raises"].reasons)


@pytest.mark.parametrize("choices", [[FOOT], [PAD], [PAD, FOOT, SHANK]], ids=["foot", "pad", "all"])
def test_both_legs_raise_too(choices: list[Choice]) -> None:
    seen = visit(replace(SETUP, given={"lever_m": LEVER_M, "legs": 2.0, "reps": 6.0}), choices, seed=3)

    assert seen["raises"] == 6
    assert seen.truth["both"] is True


def test_the_number_asked_for_ends_the_set_and_its_last_raise_is_whole() -> None:
    seen = visit(replace(SETUP, given={"lever_m": LEVER_M, "reps": 5.0}), [FOOT], seed=2)

    assert seen["raises"] == 5
    assert seen.trial.reasons == ()
    assert seen.trial.span_s[1] - seen.told("raises")[-1]["end_s"] < 2.0


def test_own_tempo_has_no_beat_to_miss() -> None:
    seen = visit(replace(SETUP, given={"lever_m": LEVER_M}), [FOOT], seed=4)

    assert seen["raises"] == len(seen.told("raises"))
    assert [e.note for e in seen.trial.events if e.what is Happening.PHASE] == ["ready", "still", "raise", "done"]
    assert seen.values["raise_off_beat"].status is Status.INVALID
    assert "no metronome in this run" in seen.values["raise_off_beat"].reasons


def test_the_metronome_speaks_on_the_beat() -> None:
    seen = visit(replace(SETUP, given={"lever_m": LEVER_M, "beats": 60.0}), [FOOT], seed=5)
    beats = [e.t_s for e in seen.trial.events if e.what is Happening.PHASE and e.note in {"up", "down"}]

    assert np.diff(beats) == pytest.approx(np.ones(len(beats) - 1), abs=1e-9)
    assert seen["raise_off_beat"] == 0
    assert seen["raise_cadence"] == pytest.approx(30.0, abs=0.5)


def test_weight_comes_from_the_pad_where_no_mass_is_known() -> None:
    seen = visit(replace(SETUP, mass_kg=None), [PAD, FOOT], seed=6, person=Person(mass_kg=81.0))

    assert seen.trial.body_weight_n == pytest.approx(81.0 * 9.80665, rel=0.01)  # cells 0.1 % and up to 3 N off
    assert seen.values["raise_work"].status is Status.OK


def test_without_lever_or_mass_there_are_angles_only() -> None:
    seen = visit(replace(SETUP, mass_kg=None, given={}), [FOOT], seed=7)

    assert seen["raise_rom"] == pytest.approx(np.mean([one["top_deg"] for one in seen.told("raises")]), abs=0.4)
    for key in ("raise_height", "raise_work", "raise_fatigue", "raise_power"):
        assert seen.values[key].status is Status.INVALID
        assert "the lever" in seen.values[key].reasons[0]


def test_an_incline_is_taken_off_the_height() -> None:
    seen = visit(replace(SETUP, given={"lever_m": LEVER_M, "incline_deg": 10.0}), [FOOT], seed=8)

    assert seen["raise_height"] == pytest.approx(100.0 * np.mean([one["height_m"] for one in seen.told("raises")]), abs=100.0 * HEIGHT_M)


@pytest.mark.parametrize("loss", [0.01, 0.05])
def test_losses_on_the_air_lose_no_raise(loss: float) -> None:
    for seed in range(3):
        seen = visit(SETUP, [FOOT], seed=seed, faults=Faults(loss=loss))
        torn = sum(e.note == BROKEN for e in seen.trial.events)  # seed 2 loses 0.56 s in one go, in the middle of a raise, and says so

        assert seen["raises"] + torn == len(seen.told("raises"))
        assert torn == (1 if (loss, seed) == (0.05, 2) else 0)
        assert seen.values["raises"].status is (Status.WARN if loss > 0.02 else seen.values["raises"].status)
        # Across gaps of up to 0.1 s the top itself may be made up: 2 mm.
        assert seen["raise_height_peak"] == pytest.approx(100.0 * max(r["height_m"] for r in seen.told("raises")), abs=0.2)


def test_a_foot_sensor_that_vanishes_makes_the_trial_invalid() -> None:
    seen = visit(SETUP, [FOOT], seed=1, faults=Faults(vanish=(Vanish("foot-left", 15.0),)))

    assert seen.trial.outcome is Outcome.INVALID
    assert seen.values["raises"].status is Status.INVALID


def test_a_weaker_leg_does_fewer_and_lower_ones() -> None:
    person = Person(left=Leg(flight=0.6))
    left = visit(SETUP, [FOOT], seed=9, person=person)
    right = visit(replace(SETUP, side=Side.RIGHT), [imu(Site.FOOT, Side.RIGHT)], seed=9, person=person)

    assert left["raises"] < right["raises"]
    assert left["raise_height"] < right["raise_height"]


# ---- the run ---------------------------------------------------------------------------------------------------------------------


def test_any_chunking_gives_the_same_trial() -> None:
    whole = visit(SETUP, [PAD, FOOT], seed=11, batch=100_000)
    for batch in (1, 37):
        again = visit(SETUP, [PAD, FOOT], seed=11, batch=batch)
        assert repr(again.trial.events) == repr(whole.trial.events)  # NaN equals NaN in print only
        assert {k: v.value for k, v in again.values.items()} == {k: v.value for k, v in whole.values.items()}


def still_blocks(seconds: float, rate: float = 100.0) -> Block:
    n = round(seconds * rate)
    values = np.tile([0.0, 0.0, 9.80665, 0.0, 0.0, 0.0], (n, 1))
    return Block("foot", Kind.IMU, np.arange(n) / rate, values, np.zeros(n, np.bool_), np.arange(n))


MEMBER = Member("foot", Kind.IMU, Site.FOOT, Side.LEFT, 100.0)


def test_somebody_who_raises_no_heel_has_not_done_it() -> None:
    run = begin(SETUP, [MEMBER], 0.0)
    changes = [c for c in run.feed(still_blocks(40.0)) if isinstance(c, PhaseChange)]

    assert run.phase.outcome is Outcome.NOT_HELD
    assert changes[-1].why == "no heel raise within 15 s"
    assert [number.value for number in run.live()] == [0.0, None]


def test_somebody_who_never_stands_still_ends_the_run() -> None:
    run = begin(SETUP, [MEMBER], 0.0)
    block = still_blocks(40.0)
    run.feed(replace(block, values=block.values + np.random.default_rng(1).standard_normal(block.values.shape)))

    assert run.phase.outcome is Outcome.INVALID
    assert run.trial(()).reasons == ("nobody stood still for 30 s",)


def test_two_low_raises_in_a_row_end_the_set() -> None:
    t = np.arange(4500) / 100.0
    tops = {8: 40, 10: 41, 12: 40, 14: 39, 16: 16, 18: 17, 20: 40}
    pitch = np.zeros(len(t))
    for start, top in tops.items():
        inside = (t >= start) & (t < start + 2)
        pitch[inside] = 0.5 * math.radians(top) * (1.0 - np.cos(np.pi * (t[inside] - start)))
    values = np.zeros((len(t), 6))
    values[:, 0], values[:, 2] = -9.80665 * np.sin(pitch), 9.80665 * np.cos(pitch)
    values[:, 4] = np.gradient(pitch, 0.01)
    run = begin(replace(SETUP, given={}), [MEMBER], 0.0)
    run.feed(Block("foot", Kind.IMU, t, values, np.zeros(len(t), np.bool_), np.arange(len(t))))

    assert run.phase.outcome is Outcome.COMPLETED
    assert run.end_s == pytest.approx(20.0, abs=0.5)
    assert run.trial(()).reasons[0] == "2 raises in a row were less than half as high"


def test_which_sensors_will_do() -> None:
    foot = Member("foot", Kind.IMU, Site.FOOT, Side.LEFT, 100.0)
    pad = Member("pad", Kind.PAD, Site.PAD, None, 100.0)
    shank = Member("shank", Kind.IMU, Site.SHANK, Side.LEFT, 100.0)

    assert fit([foot], SETUP).fitness is Fitness.GOOD
    assert fit([foot], replace(SETUP, given={})).fitness is Fitness.LIMITED
    assert fit([pad], SETUP).fitness is Fitness.LIMITED
    assert fit([shank], SETUP).fitness is Fitness.REFUSED
    assert fit([replace(foot, nominal_hz=20.0)], SETUP).fitness is Fitness.REFUSED
    assert fit([], SETUP).fitness is Fitness.REFUSED


def test_the_instructions_name_the_leg_or_both() -> None:
    assert phases_for(SETUP)["still"].instruction == "Stand still on your left leg."
    assert phases_for(replace(SETUP, given={"legs": 2.0}))["still"].instruction == "Stand still on both legs."
    assert math.isnan(by_key("heel_raise").given(Setup("heel_raise", Side.LEFT), "lever_m"))  # a length is never assumed
