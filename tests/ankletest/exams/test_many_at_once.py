"""Bins and spans that are looked at together give what a look at each one by one gives, to the bit, whatever happens in them."""

import numpy as np
import padded as people
import pytest

from ankletest.exams.imu_errors import MANY as MANY_SPANS
from ankletest.exams.imu_errors import ImuErrors
from ankletest.exams.stance import TABLE, phases_for
from ankletest.exams.stance_walk import Walk
from ankletest.samples import FloatArray, G, Side, Site
from ankletest.trial import Setup

PAD_HZ, IMU_HZ = 200.0, 200.0
SECONDS = 30.0
PIECE = 10
"""Samples a call, by which nothing ever comes together: a bin is 5 and a span 10."""


def troubled_force(seed: int) -> tuple[FloatArray, FloatArray]:
    """Return a stance with every kind of trouble at random times: a shared load, a hop, a jump of the CoP, a shift, a hole, a NaN."""
    rng = np.random.default_rng(seed)
    t = np.arange(0.0, SECONDS, 1.0 / PAD_HZ)
    force = people.stepped_on(t) + rng.normal(0.0, 1.0, len(t))
    x, y = np.cumsum(rng.normal(0.0, 0.3, (2, len(t))), axis=1) * 0.3
    for _ in range(6):
        at, length = rng.uniform(6.0, 28.0), rng.choice([0.06, 0.2, 0.5, 1.0])
        now = (t >= at) & (t < at + length)
        trouble = rng.integers(6)
        if trouble == 0:
            force[now] *= rng.uniform(0.6, 0.97)
        elif trouble == 1:
            force[now] = 0.0
            x[now] = y[now] = np.nan
        elif trouble == 2:
            x[now] += rng.uniform(50.0, 90.0) * rng.choice([-1.0, 1.0])
        elif trouble == 3:
            x[t >= at] += rng.uniform(-35.0, 35.0)
            y[t >= at] += rng.uniform(-70.0, 70.0)
        elif trouble == 4:
            keep = ~now
            t, force, x, y = t[keep], force[keep], x[keep], y[keep]
        else:
            x[now] = np.nan
    return t, np.stack((force, x, y), axis=1)


def troubled_motion(seed: int) -> tuple[FloatArray, FloatArray]:
    """Return a worn sensor that is hit, turned, laid over for good and cut off at random times."""
    rng = np.random.default_rng(seed)
    t = np.arange(0.0, SECONDS, 1.0 / IMU_HZ)
    values = rng.normal(0.0, 0.05, (len(t), 6))
    values[:, 2] += G
    for _ in range(6):
        at, length = rng.uniform(1.0, 28.0), rng.choice([0.01, 0.1, 0.6])
        now = (t >= at) & (t < at + length)
        trouble = rng.integers(5)
        if trouble == 0:
            values[now, 2] = rng.uniform(1.2, 3.0) * G
        elif trouble == 1:
            values[now, 3:] = rng.uniform(1.0, 4.0)
        elif trouble == 2:
            lean = rng.uniform(0.05, 0.8)
            values[t >= at, 0] += G * np.sin(lean)
        elif trouble == 3:
            values[now, 1] += rng.uniform(0.2, 0.5) * G
        else:
            t, values = t[~now], values[~now]
    return t, values


def walk(stance: Setup, t_s: FloatArray, values: FloatArray, *, piece: int) -> Walk:
    walked = Walk(stance, [people.pad_member()], phases_for(stance), TABLE, 0.0)
    for at in range(0, len(t_s), piece):
        walked.feed("pad", t_s[at : at + piece], values[at : at + piece])
    return walked


@pytest.mark.parametrize("seed", range(40))
def test_a_stance_of_whole_blocks_is_that_of_single_bins(stance: Setup, seed: int) -> None:
    t_s, values = troubled_force(seed)
    whole, single = walk(stance, t_s, values, piece=4000), walk(stance, t_s, values, piece=PIECE)

    assert repr(whole.changes) == repr(single.changes)
    assert repr(whole.errors()) == repr(single.errors())
    assert repr(whole.live.numbers()) == repr(single.live.numbers())


def test_the_troubles_are_of_every_kind(stance: Setup) -> None:
    found = {e.what.value for seed in range(40) for e in walk(stance, *troubled_force(seed), piece=4000).errors()}

    assert found >= {"touch-down", "stance-foot hop", "shift"}


@pytest.mark.parametrize(
    ("site", "side"), [(Site.FOOT, Side.LEFT), (Site.FOOT, Side.RIGHT), (Site.LUMBAR, Side.LEFT), (Site.SHANK, Side.LEFT)]
)
def test_a_sensor_of_whole_blocks_says_what_single_spans_say(site: Site, side: Side) -> None:
    said = 0
    for seed in range(40):
        t_s, values = troubled_motion(seed)
        whole, single = (ImuErrors(people.foot_member(site=site, side=side), Side.LEFT) for _ in range(2))
        spans = [span for at in range(0, len(t_s), 1500) for span in whole.feed(t_s[at : at + 1500], values[at : at + 1500])]
        one_by_one = [span for at in range(0, len(t_s), PIECE) for span in single.feed(t_s[at : at + PIECE], values[at : at + PIECE])]
        said += len(whole.events)

        assert repr(spans) == repr(one_by_one)
        assert repr(whole.events) == repr(single.events)
    assert 1500 / (IMU_HZ * 0.05) > MANY_SPANS
    assert (said > 10) == (site is not Site.SHANK)
