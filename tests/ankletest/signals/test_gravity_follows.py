"""Does gravity turn in a sensor as its gyroscope says? Of whole sensors, mirrored ones, and ones whose halves do not belong together."""

import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ankletest.samples import FloatArray, G
from ankletest.signals.orientation import gravity_follows

RATE = 100.0


def leaning(seed: int, *, push: float = 0.02) -> tuple[FloatArray, FloatArray]:
    """Return what a sensor in any position on something that leans by some degrees feels, with noise and a bias of 0.7 °/s."""
    rng = np.random.default_rng(seed)
    t = np.arange(3000) / RATE
    sines = [sum(rng.uniform(0.5, 3.0) * np.sin(2.0 * np.pi * f * t + rng.uniform(0.0, 6.0)) for f in (0.1, 0.23, 0.41)) for _ in range(2)]
    room = Rotation.from_euler("YX", np.radians(np.stack(sines, axis=-1))) * Rotation.random(random_state=seed)
    gyro = np.concatenate((np.zeros((1, 3)), (room[:-2].inv() * room[2:]).as_rotvec() * RATE / 2.0, np.zeros((1, 3))))
    acc = room.inv().apply((0.0, 0.0, G)) + push * rng.standard_normal((3000, 3))
    return acc, gyro + math.radians(0.7) + 0.002 * rng.standard_normal((3000, 3))


@pytest.mark.parametrize("seed", range(20))
def test_of_a_whole_sensor_it_follows_however_it_is_mounted(seed: int) -> None:
    acc, gyro = leaning(seed)
    follows, turning = gravity_follows(acc, gyro, rate_hz=RATE)

    assert follows > 0.9
    assert math.radians(0.5) < turning < math.radians(12.0)


@pytest.mark.parametrize("seed", range(20))
def test_of_a_mirrored_or_swapped_sensor_it_goes_the_other_way(seed: int) -> None:
    acc, gyro = leaning(seed)

    for turn in (np.diag((1.0, -1.0, 1.0)), np.eye(3)[[1, 0, 2]], np.eye(3)[[0, 2, 1]]):
        assert gravity_follows(acc @ turn.T, gyro @ turn.T, rate_hz=RATE)[0] < -0.9
    assert gravity_follows(acc, -gyro, rate_hz=RATE)[0] < -0.9


def test_of_a_sensor_that_hardly_turns_or_is_seen_briefly_nothing_is_told() -> None:
    rng = np.random.default_rng(1)
    still = 0.02 * rng.standard_normal((3000, 3)) + (0.0, 0.0, G)

    assert gravity_follows(still, 0.001 * rng.standard_normal((3000, 3)), rate_hz=RATE)[1] < math.radians(0.3)
    assert math.isnan(gravity_follows(still[:250], still[:250], rate_hz=RATE)[0])
