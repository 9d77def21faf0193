"""Noise, zero, gravity and turn at rest from made signals with known answers; each limit from both sides."""

import math

import numpy as np
import pytest

from ankletest.checks import limits
from ankletest.checks.base import Aspect, Finding, Level
from ankletest.checks.rest import at_rest, noise_sd, pad_findings, worn_findings
from ankletest.samples import RAD_PER_DEG, FloatArray, G

RATE_HZ = 200.0
T = np.arange(round(3.0 * RATE_HZ)) / RATE_HZ


def imu(*, acc: float = 0.01, gyro_dps: float = 0.05, gravity: float = G, bias_dps: float = 0.0, seed: int = 1) -> FloatArray:
    """Return a sensor at rest: noise SD in m/s² and °/s, the length of gravity, a bias about z."""
    rng = np.random.default_rng(seed)
    out = rng.standard_normal((len(T), 6)) * np.repeat([acc, gyro_dps * RAD_PER_DEG], 3)
    out[:, 2] += gravity
    out[:, 5] += bias_dps * RAD_PER_DEG
    return out


def pad(zero_n: float = 0.0, *, noise_n: float = 0.5, slope_n_s: float = 0.0) -> FloatArray:
    rng = np.random.default_rng(2)
    out = np.full((len(T), 3), np.nan)
    out[:, 0] = zero_n + slope_n_s * (T - T.mean()) + noise_n * rng.standard_normal(len(T))
    return out


def found(findings: tuple[Finding, ...], aspect: Aspect) -> Finding:
    return next(finding for finding in findings if finding.aspect is aspect)


def test_noise_is_told_without_the_movement_it_rides_on() -> None:
    rng = np.random.default_rng(3)
    sway = 0.3 * np.sin(2.0 * np.pi * 1.2 * T)[:, None]
    told = noise_sd(sway + 0.02 * rng.standard_normal((len(T), 1)))

    assert told[0] == pytest.approx(0.02, rel=0.15)  # MAD of 600 correlated values: SD 6 %; the sway's bend adds 0.4 %


def test_noise_of_one_spike_is_the_noise_without_it() -> None:
    values = np.random.default_rng(4).standard_normal((len(T), 1))
    spiked = values.copy()
    spiked[300] += 1000.0

    assert noise_sd(spiked)[0] == pytest.approx(noise_sd(values)[0], rel=0.02)


@pytest.mark.parametrize(
    ("values", "aspect", "level"),
    [
        (imu(), Aspect.NOISE, Level.GOOD),
        (imu(acc=0.09), Aspect.NOISE, Level.WARN),
        (imu(acc=0.2), Aspect.NOISE, Level.BAD),
        (imu(gyro_dps=0.8), Aspect.NOISE, Level.WARN),
        (imu(gyro_dps=5.0), Aspect.NOISE, Level.BAD),
        (imu(gravity=G * 1.02), Aspect.ZERO, Level.GOOD),
        (imu(gravity=G * 1.05), Aspect.ZERO, Level.WARN),
        (imu(gravity=G * 0.85), Aspect.ZERO, Level.BAD),
        (imu(gravity=2.0 * G), Aspect.ZERO, Level.BAD),  # decoded with half its range
        (imu(bias_dps=1.5), Aspect.TURN, Level.GOOD),
        (imu(bias_dps=4.0), Aspect.TURN, Level.WARN),
        (imu(bias_dps=-15.0), Aspect.TURN, Level.BAD),
    ],
)
def test_a_worn_sensor_is_judged_by_each_limit(values: FloatArray, aspect: Aspect, level: Level) -> None:
    finding = found(worn_findings(T, values), aspect)

    assert finding.level is level, finding
    assert bool(finding.hint) is (level is not Level.GOOD)


def test_figures_are_what_was_put_in() -> None:
    findings = worn_findings(T, imu(gravity=G * 1.05, bias_dps=4.0))

    assert found(findings, Aspect.ZERO).value == pytest.approx(50.0, abs=0.5)  # mg; noise 0.01 m/s² over 600 samples is 0.04 mg
    assert found(findings, Aspect.TURN).value == pytest.approx(4.0, abs=0.02)  # °/s; noise 0.05 over 600 samples is 0.002


def test_who_moves_is_not_judged_and_not_passed() -> None:
    values = imu()
    values[:, 0] += 0.5 * np.sin(2.0 * np.pi * 1.5 * T)
    values[:, 3] += 0.4 * np.sin(2.0 * np.pi * 1.5 * T)
    (finding,) = worn_findings(T, values)

    assert finding.level is Level.NOT_DONE
    assert "it moved" in finding.words


def test_a_bias_is_no_movement() -> None:
    assert at_rest(imu(bias_dps=8.0))
    assert not at_rest(imu() + np.array([0, 0, 0, 1, 0, 0]) * np.sin(8.0 * T)[:, None])


@pytest.mark.parametrize("rows", [0, 3, round(0.5 * RATE_HZ)])
def test_a_short_look_tells_nothing(rows: int) -> None:
    assert [f.level for f in worn_findings(T[:rows], imu()[:rows])] == [Level.NOT_DONE]
    assert [f.level for f in pad_findings(T[:rows], pad()[:rows])] == [Level.NOT_DONE]


def test_a_sensor_that_is_stuck_or_sends_nonsense_is_bad() -> None:
    stuck = np.tile(imu()[:1], (len(T), 1))
    holed = imu()
    holed[5, 1] = np.nan

    assert [f.level for f in worn_findings(T, stuck)] == [Level.BAD]
    assert "same value" in worn_findings(T, stuck)[0].words
    assert [f.level for f in worn_findings(T, holed)] == [Level.BAD]


def test_without_a_gyroscope_the_rest_is_still_told() -> None:
    values = imu()
    values[:, 3:] = np.nan

    assert {f.aspect: f.level for f in worn_findings(T, values)} == {Aspect.NOISE: Level.GOOD, Aspect.ZERO: Level.GOOD}


@pytest.mark.parametrize(
    ("values", "aspect", "level"),
    [
        (pad(3.0), Aspect.ZERO, Level.GOOD),
        (pad(-8.0), Aspect.ZERO, Level.WARN),
        (pad(-45.0), Aspect.ZERO, Level.BAD),
        (pad(limits.LOADED_N + 50.0), Aspect.ZERO, Level.NOT_DONE),
        (pad(slope_n_s=2.6), Aspect.ZERO, Level.WARN),
        (pad(noise_n=0.8), Aspect.NOISE, Level.GOOD),
        (pad(noise_n=4.0), Aspect.NOISE, Level.WARN),
        (pad(noise_n=14.0), Aspect.NOISE, Level.BAD),
    ],
)
def test_a_pad_is_judged_by_each_limit(values: FloatArray, aspect: Aspect, level: Level) -> None:
    assert found(pad_findings(T, values), aspect).level is level


def test_a_pad_without_force_says_that_it_cannot_tell_and_a_stuck_one_is_bad() -> None:
    nothing = np.full((len(T), 3), math.nan)
    stuck = nothing.copy()
    stuck[:, 0] = 2.0
    holed = pad()
    holed[7, 0] = math.nan

    assert [f.level for f in pad_findings(T, nothing)] == [Level.NOT_TOLD]
    assert [f.level for f in pad_findings(T, stuck)] == [Level.BAD]
    assert [f.level for f in pad_findings(T, holed)] == [Level.BAD]


def test_numbers_are_written_with_a_real_minus() -> None:
    assert "−8.0 N" in found(pad_findings(T, pad(-8.0, noise_n=0.01)), Aspect.ZERO).words
