"""Pushes, taps and landings on a cue through a whole session: any chunking, devices that vanish, an operator who stops."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ankletest.device import EVENT, OPERATOR, Notification
from ankletest.metrics.base import Status
from ankletest.samples import Side
from ankletest.session import Finished, Session
from ankletest.trial import Outcome, Setup
from drivers.catalog import MODELS
from drivers.people.body import Person
from drivers.people.faults import Faults, Vanish
from drivers.transports.simulator import PRACTICE_CHOICES, simulate

PAD = replace(PRACTICE_CHOICES[0], rate_hz=200.0)
FOOT = PRACTICE_CHOICES[1]
SETUPS = (
    Setup("calf_strength", Side.LEFT, mass_kg=72.0, given={"rest_s": 3.0, "hold_s": 7.0}),
    Setup("taps", Side.LEFT),
    Setup("reactive_landing", Side.LEFT, given={"landings": 3.0}),
)
EXAMS = pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.exam)


def fed(items: Sequence[Notification], cuts: Sequence[int] = ()) -> list[Finished]:
    session = Session(MODELS)
    finished: list[Finished] = []
    for a, b in zip((0, *cuts), (*cuts, len(items)), strict=True):
        finished += session.feed(items[a:b]).finished
    return [*finished, *session.finish().finished]


@EXAMS
def test_any_chunking_gives_the_same_trial_and_the_same_numbers(setup: Setup) -> None:
    items, _ = simulate((setup,), (PAD, FOOT), Person(), 11, Faults(loss=0.01))
    (whole,) = fed(items)
    for seed in range(3):
        cuts = np.random.default_rng(seed).integers(1, len(items), 300).tolist()
        (again,) = fed(items, sorted(set(cuts)))

        assert _told(again) == _told(whole)
        assert again.values == whole.values
        assert again.trial.window_s == whole.trial.window_s
        assert again.trial.outcome is whole.trial.outcome


def _told(finished: Finished) -> list[str]:
    # NaN is not equal to itself, but is written alike; repr gives every bit of a float.
    return [repr(event) for event in finished.trial.events]


@EXAMS
@pytest.mark.parametrize("seed", range(4))
def test_losses_on_the_air_never_make_a_wrong_number(setup: Setup, seed: int) -> None:
    (clean,) = fed(simulate((setup,), (PAD, FOOT), Person(), seed)[0])
    (lossy,) = fed(simulate((setup,), (PAD, FOOT), Person(), seed, Faults(loss=0.05))[0])
    true = {value.metric.key: value for value in clean.values}

    assert lossy.trial.outcome in {Outcome.COMPLETED, Outcome.NOT_HELD}
    for value in lossy.values:
        assert (value.value is None) == (value.status is Status.INVALID)
        assert value.value is not None or value.reasons
        if value.metric.key in {"calf_force", "calf_torque", "reaction_time", "cue_to_landing"} and value.value is not None:
            # Another push of the three may be the best one left (spread of 2 %), another cue the median (spread of 30 ms).
            assert value.value == pytest.approx(true[value.metric.key].value, rel=0.06, abs=0.06)


@EXAMS
def test_a_pad_that_vanishes_makes_it_invalid_and_gives_no_number(setup: Setup) -> None:
    (gone,) = fed(simulate((setup,), (PAD, FOOT), Person(), 5, Faults(vanish=(Vanish("pad", 18.0, 25.0),)))[0])

    assert gone.trial.outcome is Outcome.INVALID
    assert "the pad was lost" in gone.trial.reasons[0]
    assert gone.values
    assert all(value.value is None and value.reasons for value in gone.values)


@EXAMS
def test_the_operator_may_stop_and_keeps_what_was_done(setup: Setup) -> None:
    items, _ = simulate((setup,), (PAD, FOOT), Person(), 5)
    stop = Notification(OPERATOR, EVENT, round(26.0 * 1e9), b'{"event": "stop", "why": "pain"}')
    (stopped,) = fed(sorted([*items, stop], key=lambda one: one.received_ns))
    values = {value.metric.key: value for value in stopped.values}

    assert stopped.trial.outcome is Outcome.STOPPED
    assert "stopped: pain" in stopped.trial.reasons
    assert stopped.trial.span_s[1] == pytest.approx(26.0, abs=0.1)
    if setup.exam == "calf_strength":
        assert values["calf_force"].n_used == 1
        assert values["calf_force_mean"].value is None
