"""Inclinations of known rotations, and axes found from movements of a sensor mounted any way."""

import math

import numpy as np
import pytest

from ankletest.samples import ACC, GYRO, FloatArray, G
from ankletest.signals.angles import (
    LiveUp,
    bias_tilt_rad,
    elevation_rad,
    frontal_rad,
    heading_rad,
    hinge_of,
    quiet_of,
    sagittal_rad,
    segment_axes,
    static_up,
    tilt_u_rad,
    total_tilt_rad,
    up_of,
)
from ankletest.signals.orientation import orientation

RATE = 100.0


def turn(axis: FloatArray, angle: float) -> FloatArray:
    """Return a rotation matrix (Rodrigues)."""
    x, y, z = axis / np.linalg.norm(axis)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.eye(3) + math.sin(angle) * cross + (1.0 - math.cos(angle)) * cross @ cross


X, Y, Z = np.eye(3)


def nodding(mount: FloatArray, *, top: float = math.radians(40.0), period_s: float = 2.0, times: int = 5) -> tuple[FloatArray, FloatArray]:
    """Return seconds and ideal samples (n, 6) of a segment that turns about its y axis, in a sensor mounted by ``mount``."""
    t = np.arange(round((3.0 + times * period_s) * RATE)) / RATE
    moving = np.clip(t - 3.0, 0.0, None)
    pitch = 0.5 * top * (1.0 - np.cos(2.0 * np.pi * moving / period_s))
    # What turned since the sample before: a filter that adds up rates of single instants lags by half a sample.
    rate = np.diff(pitch, prepend=0.0) * RATE
    acc = np.stack((-G * np.sin(pitch), np.zeros(len(t)), G * np.cos(pitch)), axis=1)
    gyro = np.stack((np.zeros(len(t)), rate, np.zeros(len(t))), axis=1)
    return t, np.concatenate((acc @ mount.T, gyro @ mount.T), axis=1)


def test_the_golden_tilt() -> None:
    # metrics.md 14: Ry(38 deg) Rx(-5 deg).
    phi, psi = math.radians(38.0), math.radians(5.0)
    up = (turn(Y, phi) @ turn(X, -psi)).T @ Z

    assert up == pytest.approx([-0.61566148, -0.06867966, 0.78501213], abs=1e-8)
    # In closed form atan(tan 38 / cos 5) = 38.10602610; the table says ...604, 6e-8 deg less, so it is held to 1e-7 and the form to 1e-12.
    assert math.degrees(float(sagittal_rad(up))) == pytest.approx(38.10602604, abs=1e-7)
    assert float(sagittal_rad(up)) == pytest.approx(math.atan(math.tan(phi) / math.cos(psi)), abs=1e-12)
    assert math.degrees(float(elevation_rad(up))) == pytest.approx(38.0, abs=1e-8)
    assert math.degrees(float(total_tilt_rad(up))) == pytest.approx(38.27819941, abs=1e-8)
    assert math.degrees(float(frontal_rad(up))) == pytest.approx(5.0, abs=1e-8)


def test_a_pure_sagittal_lean_is_read_as_it_is() -> None:
    up = turn(Y, math.radians(38.0)).T @ Z

    assert math.degrees(float(sagittal_rad(up))) == pytest.approx(38.0, abs=1e-12)
    assert float(frontal_rad(up)) == pytest.approx(0.0, abs=1e-12)


def test_a_sensor_at_rest_tells_up_and_a_bias_tips_it_by_the_figure_of_the_spec() -> None:
    up = static_up(np.tile([0.0, 0.0, G], (10, 1)))

    assert up == pytest.approx([0.0, 0.0, 1.0])
    assert [math.degrees(bias_tilt_rad(1e-3 * mg * G)) for mg in (10.0, 20.0)] == pytest.approx([0.573, 1.146], abs=5e-4)
    # Counted from a still start, half of 60 deg away: 2 sin(30 deg) = 1 of it is left, and none of it at 0.
    assert tilt_u_rad(np.array([math.radians(60.0), 0.0]), 0.02 * G) == pytest.approx([0.02, 0.0])


def test_heading_ignores_lean() -> None:
    turned = [turn(Z, a) @ turn(Y, 0.5) @ turn(X, -0.2) @ X for a in (0.3, 0.4, 0.1)]

    assert heading_rad(np.array(turned)) == pytest.approx([0.0, 0.1, -0.2], abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_any_mounting_gives_the_angle_within_the_oracle(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mount = turn(rng.standard_normal(3), float(rng.uniform(0.0, 3.0)))
    t, imu = nodding(mount)
    up = up_of(orientation(imu[:, ACC], imu[:, GYRO], rate_hz=RATE, tau_s=8.0))
    start = static_up(imu[t < 2.5][:, ACC])
    hinge = hinge_of(imu[t > 2.5][:, GYRO], up[t > 2.5], start, rate_hz=RATE)
    assert hinge is not None
    axes = segment_axes(start, hinge.axis)
    assert axes is not None

    angle = np.degrees(elevation_rad(up @ axes.T))
    truth = 20.0 * (1.0 - np.cos(np.pi * np.clip(t - 3.0, 0.0, None)))
    assert hinge.by_gyro
    assert np.abs(angle - truth).max() < 0.3  # algorithms.md 4, oracle; accelerations of the lever are left out here
    assert hinge.axis == pytest.approx(mount @ Y, abs=0.01)


def test_a_slow_movement_is_told_by_gravity_and_none_by_nobody() -> None:
    t, imu = nodding(np.eye(3), top=math.radians(30.0), period_s=24.0, times=1)  # at most 4 deg/s
    up = imu[:, ACC] / G
    hinge = hinge_of(imu[:, GYRO], up, Z, rate_hz=RATE)

    assert hinge is not None
    assert not hinge.by_gyro
    assert hinge.axis == pytest.approx(Y, abs=1e-9)
    assert hinge_of(imu[t < 2.5][:, GYRO], up[t < 2.5], Z, rate_hz=RATE) is None


def test_turning_about_everything_is_no_hinge() -> None:
    rng = np.random.default_rng(2)
    up = rng.standard_normal((400, 3))

    assert hinge_of(rng.standard_normal((400, 3)), up / np.linalg.norm(up, axis=1)[:, None], Z, rate_hz=RATE) is None


def test_an_axis_that_is_upright_tells_no_segment() -> None:
    assert segment_axes(Z, np.array([0.0, 0.1, 0.99])) is None
    leaning = segment_axes(turn(Y, 0.1).T @ Z, Y, start_tilt_rad=0.1)
    assert leaning == pytest.approx(np.eye(3), abs=1e-12)  # a shin that leans 0.1 rad at the start reads 0.1, not 0


def test_the_quietest_second_is_found_and_its_mean_rate_is_the_bias() -> None:
    t, imu = nodding(np.eye(3))
    rng = np.random.default_rng(0)
    noisy = imu + rng.standard_normal(imu.shape) * np.repeat([0.02, 0.002], 3)
    noisy[:, GYRO] += (0.01, -0.02, 0.0)
    quiet = quiet_of(t, noisy, length_s=1.0, one_leg=True)

    assert quiet is not None
    assert 0.0 <= quiet.start_s < quiet.end_s <= 3.1
    assert quiet.bias_rad_s == pytest.approx([0.01, -0.02, 0.0], abs=1e-3)  # 5 standard errors of 100 samples
    moving = t > 3.3
    assert quiet_of(t[moving], noisy[moving], length_s=1.0, one_leg=True) is None
    assert quiet_of(t[:2], noisy[:2], length_s=1.0, one_leg=True) is None


def test_up_while_samples_come_is_the_same_in_any_pieces_and_takes_no_nan() -> None:
    t, imu = nodding(turn(X, 0.4))
    broken = imu.copy()
    broken[[100, 351, 352], 2] = np.nan
    kept = np.ones(len(t), np.bool_)
    kept[420:428] = False
    t, broken = t[kept], broken[kept]
    whole = LiveUp(rate_hz=RATE, tau_s=3.0).feed(t, broken)
    live = LiveUp(rate_hz=RATE, tau_s=3.0)
    rows = np.array_split(np.arange(len(t)), 37)
    pieces = np.concatenate([live.feed(t[part], broken[part]) for part in rows])

    assert np.array_equal(pieces, whole, equal_nan=True)
    assert np.flatnonzero(np.isnan(whole[:, 0])).tolist() == [100, 351, 352]


def test_what_turns_while_samples_are_missing_is_not_lost() -> None:
    t, imu = nodding(np.eye(3))
    truth = math.radians(20.0) * (1.0 - np.cos(np.pi * np.clip(t - 3.0, 0.0, None)))
    there = np.abs(t - 3.5) > 0.1  # 0.2 s on the way up, 62 deg/s
    up = LiveUp(rate_hz=RATE, tau_s=8.0).feed(t[there], imu[there])

    assert np.abs(np.degrees(sagittal_rad(up) - truth[there])).max() < 1.0  # the rate bends by 0.2 deg over the gap; 12 deg were turned
