from pathlib import Path

import numpy as np
import padded as people
import pytest

from ankletest.exams import by_key
from ankletest.samples import Block, G, Kind, Side, Site
from ankletest.trial import Eyes, Happening, Outcome, Setup, Stream, Surface
from drivers.people.body import Person
from drivers.people.faults import Errors
from drivers.people.stance import plan_stance
from drivers.people.stance import stance as person_stands

NO_ERRORS = Errors()


def simulated(seed: int, eyes: Eyes, errors: Errors = NO_ERRORS, side: Side = Side.LEFT) -> tuple[object, dict[str, object]]:
    """Play a simulated person on a 250 Hz pad of 1 N noise; return the trial and the truth."""
    setup = Setup("stance", side, duration_s=15.0, eyes=eyes, surface=Surface.FOAM if eyes is Eyes.CLOSED else Surface.FIRM)
    motion = person_stands(Person(), plan_stance(Person(), setup, errors, (seed, 1)), [], start_s=1.0, seed=(seed, 2))
    rng = np.random.default_rng(seed)
    every = round(motion.rate_hz / 250.0)
    force, cop = motion.force_n[::every], motion.cop_mm[::every]
    t = 1.0 + np.arange(len(force)) / 250.0
    values = np.column_stack([force + rng.normal(0.0, 1.0, len(t)), cop + rng.normal(0.0, 0.3, cop.shape)])
    values[force < 50.0, 1:] = np.nan
    return people.play(setup, [people.Samples(people.pad_member(250.0), t, values)], begin_s=1.0).trial(), motion.truth


@pytest.mark.parametrize("eyes", Eyes)
def test_simulated_people_sway_without_a_false_error_and_start_when_they_lift_the_foot(eyes: Eyes) -> None:
    for seed in range(8):
        trial, truth = simulated(seed, eyes)

        assert trial.outcome is Outcome.COMPLETED, seed
        assert not [e for e in trial.events if e.what is not Happening.PHASE], seed
        start = trial.window_s[0] - trial.setup.lead_in_s - truth["stance_s"][0]
        # The shift ends calmly with eyes open; on foam with eyes closed a calm half second may take 2 s to come.
        assert -0.35 < start < (0.1 if eyes is Eyes.OPEN else 2.5), seed


ERRORS = {
    "beside the pad": (Errors(touch_down_s=9.0), Happening.TOUCH_DOWN, 0.08),  # a quarter of the weight goes over in 0.12 s
    "on the pad": (Errors(touch_down_s=9.0, touch_on_pad=True), Happening.TOUCH_DOWN, 0.15),  # and is known to two bins of 25 ms
    "hop": (Errors(hop_s=9.0), Happening.STANCE_HOP, 0.005),
}


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("eyes", Eyes)
@pytest.mark.parametrize("error", ERRORS)
def test_every_scripted_error_of_simulated_people_is_found_once(error: str, eyes: Eyes, side: Side) -> None:
    script, what, tolerance_s = ERRORS[error]
    for seed in range(3):
        trial, truth = simulated(seed, eyes, script, side)
        (found,) = [e for e in trial.events if e.what is not Happening.PHASE]

        assert found.what is what, seed
        assert found.t_s - truth["stance_s"][0] == pytest.approx(9.0, abs=tolerance_s), seed
        assert trial.outcome is Outcome.NOT_HELD, seed


@pytest.mark.shared_data
@pytest.mark.parametrize("side", Side)
def test_a_real_stance_on_one_leg_runs_from_its_first_sample(shared_data: Path, side: Side) -> None:
    rows = np.genfromtxt(shared_data / "kinvent_single_leg" / f"sls_60s_{side}.csv", delimiter=",", skip_header=1)
    values = np.column_stack([rows[:, 1:5].sum(axis=1) * G, (rows[:, 6] - 0.5) * 191.0, (0.5 - rows[:, 5]) * 346.0])
    setup = Setup("stance", side, duration_s=25.0, eyes=Eyes.CLOSED)
    run = by_key("stance").begin(setup, [people.pad_member(250.0)], 0.0)
    n = len(rows)
    run.feed(Block("pad", Kind.PAD, rows[:, 0], values, np.zeros(n, np.bool_), np.arange(n)))
    end = int(rows[:, 0].searchsorted(run.end_s))
    no = np.zeros(end, np.bool_)
    trial = run.trial([Stream("pad", Site.PAD, None, Kind.PAD, rows[:end, 0], values[:end], no, no, 250.0)])

    assert trial.outcome is Outcome.COMPLETED
    assert trial.window_s[0] < 5.0
    # The README: about 77 kg.
    assert trial.body_weight_n / G == pytest.approx(77.0, abs=0.6)
