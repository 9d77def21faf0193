"""Where pushes begin: closed forms, noise, countermovements, and records without phases."""

import math

import numpy as np
import pytest

from ankletest.samples import FloatArray
from ankletest.signals.push import ONSET_N, Push, level, push_in, relaxed, spans, stillest

RATE = 1000.0
TAU = 0.1


def pushing(
    onsets: tuple[float, ...] = (2.0,), *, peak: float = 1000.0, rest: float = 70.0, noise: float = 0.0, dip: float = 0.0,
    length_s: float = 3.0, rate: float = RATE, seed: int = 1,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    t = np.arange(round((onsets[-1] + length_s + 1.5) * rate)) / rate
    force = np.full(len(t), rest)
    for onset in onsets:
        on = (t >= onset) & (t < onset + length_s)
        force[on] += peak * (1.0 - np.exp(-(t[on] - onset) / TAU))
        down = (t > onset - 0.2) & (t < onset)
        force[down] -= dip * np.sin(np.pi * (t[down] - onset + 0.2) / 0.2)
    return t, force + noise * np.random.default_rng(seed).standard_normal(len(t))


def found(t: FloatArray, force: FloatArray) -> Push:
    push = push_in(t, force)
    assert push is not None
    return push


def late_s(threshold: float, peak: float = 1000.0) -> float:
    """How long after its true begin a rise crosses the threshold."""
    return -TAU * math.log(1.0 - threshold / peak)


def test_the_onset_is_where_the_threshold_is_crossed() -> None:
    push = found(*pushing())

    assert push.threshold_n == ONSET_N
    assert push.onset_s == pytest.approx(2.0 + late_s(5.0), abs=1e-5)  # chord against curve within one sample
    assert push.baseline_n == pytest.approx(70.0, abs=1e-9)
    assert push.peak_n == pytest.approx(1000.0, rel=1e-6)
    assert push.end_s == pytest.approx(5.0, abs=2e-3)
    assert not push.dipped


@pytest.mark.parametrize("seed", range(20))
def test_noise_moves_the_onset_by_less_than_a_sample_and_a_half(seed: int) -> None:
    push = found(*pushing(noise=0.8, seed=seed))

    assert push.onset_s == pytest.approx(2.0 + late_s(push.threshold_n), abs=1.5e-3)
    assert push.baseline_sd_n == pytest.approx(0.8, rel=0.15)  # five standard errors of an SD of 500 samples: 16 %
    assert push.threshold_n == max(5.0 * push.baseline_sd_n, ONSET_N)


def test_a_restless_foot_raises_the_threshold() -> None:
    push = found(*pushing(noise=4.0))

    assert push.threshold_n == pytest.approx(20.0, rel=0.16)
    assert push.onset_s == pytest.approx(2.0 + late_s(20.0), abs=3e-3)


@pytest.mark.parametrize("dip", [8.0, 30.0, 60.0])
def test_a_countermovement_is_seen_however_deep(dip: float) -> None:
    push = found(*pushing(dip=dip, noise=0.5))

    assert push.dipped
    assert push.baseline_n == pytest.approx(70.0, abs=0.3)  # the still half second, not the one with the dip


def test_a_shallow_or_early_dip_is_none() -> None:
    t, force = pushing(dip=3.0, noise=0.5)
    early = force - 30.0 * np.exp(-(((t - 1.0) / 0.05) ** 2))

    assert not found(t, force).dipped
    assert not found(t, early).dipped


def test_a_slow_push_is_counted_from_its_own_begin() -> None:
    t = np.arange(6000) / RATE
    force = 70.0 + np.clip((t - 2.0) * 200.0, 0.0, 600.0)

    push = found(t, force)
    # The half second before the onset holds the 25 ms in which the force is on its way to the threshold: 0.13 N, 0.65 ms.
    assert push.onset_s == pytest.approx(2.0 + 5.0 / 200.0, abs=7e-4)
    assert push.baseline_n == pytest.approx(70.0, abs=0.14)


def test_nothing_relaxed_before_or_no_rise_is_no_push() -> None:
    t, force = pushing((0.3,))
    flat = np.arange(3000) / RATE

    assert push_in(t, force) is None
    assert push_in(flat, np.full(3000, 70.0)) is None
    assert push_in(flat[:5], np.zeros(5)) is None
    assert push_in(flat, 70.0 + np.where(flat > 2.0, 20.0, 0.0)) is None  # 20 N are below five times the threshold
    assert level(t, force, 0.2) is None


def test_pushes_of_a_record_without_phases_are_told_apart() -> None:
    t, force = pushing((2.0, 12.0, 22.0), noise=0.5)
    knock = force + np.where((t > 8.0) & (t < 8.1), 400.0, 0.0)
    cuts = spans(t, knock)
    inside = [push_in(t[(t >= a) & (t < b)], knock[(t >= a) & (t < b)]) for a, b in cuts]

    assert [round(push.onset_s) for push in inside if push is not None] == [2, 12, 22]


def test_levels_are_the_least_and_the_stillest_half_second() -> None:
    t = np.arange(4000) / RATE
    force = np.where(t < 2.0, 20.0 + 3.0 * np.sin(40.0 * np.pi * t), 50.0)
    low, still = relaxed(t, force), stillest(t, force)

    assert low is not None
    assert still is not None
    assert low.mean_n == pytest.approx(20.0, abs=0.01)
    assert still.mean_n == pytest.approx(50.0)
    assert still.sd_n == pytest.approx(0.0, abs=1e-9)
    assert relaxed(t[:100], force[:100]) is None
    assert spans(t[:100], force[:100]) == []
