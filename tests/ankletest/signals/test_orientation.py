import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from ankletest.samples import FloatArray, G
from ankletest.signals.orientation import levelled, linear_acc, orientation, rotated

RATE = 100.0


def at_rest(turn: Rotation, rows: int = 1000) -> tuple[FloatArray, FloatArray]:
    """Return what a sensor mounted by ``turn`` (sensor to earth) reads at rest."""
    acc = turn.inv().apply(np.array((0.0, 0.0, G)))
    return np.tile(acc, (rows, 1)), np.zeros((rows, 3))


@settings(max_examples=25)
@given(st.floats(-60.0, 60.0), st.floats(-60.0, 60.0))
def test_up_is_up_however_the_sensor_is_mounted(roll: float, pitch: float) -> None:
    acc, gyro = at_rest(Rotation.from_euler("xy", (roll, pitch), degrees=True))
    earth = rotated(orientation(acc, gyro, rate_hz=RATE), acc)

    assert np.allclose(earth[-1], (0.0, 0.0, G), atol=1e-3)  # VQF's own filters settle to 6e-5 rad, 6e-4 m/s²


def test_rotation_by_a_quaternion_is_that_of_scipy() -> None:
    rng = np.random.default_rng(12)
    turns = Rotation.random(50, random_state=3)
    x, y, z, w = turns.as_quat().T
    vectors = rng.standard_normal((50, 3))

    assert np.allclose(rotated(np.stack((w, x, y, z), axis=-1), vectors), turns.apply(vectors), atol=1e-12)


def test_one_vector_may_be_turned_by_many_quaternions() -> None:
    quat = np.tile((1.0, 0.0, 0.0, 0.0), (4, 1))

    assert np.array_equal(rotated(quat, np.array((1.0, 2.0, 3.0))), np.tile((1.0, 2.0, 3.0), (4, 1)))


def test_gravity_is_taken_away_with_the_size_it_has_at_rest() -> None:
    acc, gyro = at_rest(Rotation.from_euler("y", 20.0, degrees=True))
    scaled = 1.03 * acc  # a scale error of 3 %
    left = linear_acc(scaled, orientation(scaled, gyro, rate_hz=RATE), rest_m_s2=1.03 * G)

    assert np.abs(left).max() < 1e-3  # VQF's own filters settle to 6e-5 rad; 3 % of gravity would be 0.29


@pytest.mark.parametrize("heading", [0.0, 35.0, 170.0])
@pytest.mark.parametrize("pitch", [0.0, 15.0, -25.0])
def test_forward_is_where_the_sensors_x_axis_points_whatever_its_tilt(heading: float, pitch: float) -> None:
    turn = Rotation.from_euler("zy", (heading, pitch), degrees=True)
    t = np.arange(3000) / RATE
    ahead = turn.apply((1.0, 0.0, 0.0)) * (1.0, 1.0, 0.0)
    ahead /= np.linalg.norm(ahead)
    leftward = np.cross((0.0, 0.0, 1.0), ahead)
    push = 0.1 * np.sin(2.0 * np.pi * 0.8 * t)[:, None] * ahead - 0.2 * np.sin(2.0 * np.pi * 1.1 * t)[:, None] * leftward
    acc = turn.inv().apply(push + np.array((0.0, 0.0, G)))
    horizontal, told = levelled(acc, orientation(acc, np.zeros((3000, 3)), rate_hz=RATE))

    assert told
    # The filter takes some of a slow push for tilt (its accelerometer correction has 3 s): up to 10 % at 0.8 Hz.
    assert horizontal[500:, 1].std() == pytest.approx(0.1 / math.sqrt(2.0), rel=0.10)
    assert horizontal[500:, 0].std() == pytest.approx(0.2 / math.sqrt(2.0), rel=0.10)
    assert np.corrcoef(horizontal[500:, 0], np.sin(2.0 * np.pi * 1.1 * t[500:]))[0, 1] > 0.98  # + is to the right


def test_a_drifting_heading_does_not_mix_the_axes() -> None:
    t = np.arange(6000) / RATE
    acc = np.zeros((6000, 3))
    acc[:, 0], acc[:, 2] = 0.2 * np.sin(2.0 * np.pi * t), G
    gyro = np.zeros((6000, 3))
    gyro[:, 2] = math.radians(3.0)  # 180 degrees over the minute
    horizontal, _ = levelled(acc, orientation(acc, gyro, rate_hz=RATE))

    assert horizontal[500:, 1].std() > 10.0 * horizontal[500:, 0].std()


def test_with_the_x_axis_upright_forward_is_not_told() -> None:
    acc, gyro = at_rest(Rotation.from_euler("y", -88.0, degrees=True))
    horizontal, told = levelled(acc, orientation(acc, gyro, rate_hz=RATE))

    assert not told
    assert np.isfinite(horizontal).all()


def test_tilting_slowly_is_followed_by_the_gyroscope_and_leaves_no_acceleration() -> None:
    t = np.arange(2000) / RATE
    angle = np.radians(10.0) * np.sin(2.0 * np.pi * 0.5 * t)
    turn = Rotation.from_euler("y", angle[:, None])
    acc = turn.inv().apply(np.tile((0.0, 0.0, G), (2000, 1)))
    gyro = np.zeros((2000, 3))
    gyro[:, 1] = np.gradient(angle, 1.0 / RATE)
    horizontal, _ = levelled(acc, orientation(acc, gyro, rate_hz=RATE))

    assert np.abs(horizontal).max() < 0.05  # 10° alone would show 1.7 m/s²; 0.05 is 0.3°, the oracle of algorithms.md 4


@pytest.mark.parametrize("column", [0, 1])
def test_nan_never_reaches_the_filter(column: int) -> None:
    parts = [np.zeros((10, 3)), np.zeros((10, 3))]
    parts[column][3, 1] = np.nan

    with pytest.raises(ValueError, match="NaN"):
        orientation(parts[0], parts[1], rate_hz=RATE)
