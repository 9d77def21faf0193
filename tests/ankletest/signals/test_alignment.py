"""Forward found from a slow bow before the trial, for a sensor mounted any way; and what is not taken for one."""

import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ankletest.samples import FloatArray
from ankletest.signals.alignment import alignment_of
from drivers.people.pose import felt, pose

RATE = 100.0
t: FloatArray = np.arange(0.0, 20.0, 1.0 / RATE)
BOWS_S = (6.0, 10.0)


def bowing(
    mount: Rotation, *, degrees: float = 35.0, length_s: float = 3.0, sideways: float = 0.0, shake: float = 0.0, noise: float = 0.02
) -> FloatArray:
    """Stand, bow twice, stand: samples of a sensor whose axes are ``mount`` away from the trunk's."""
    rng = np.random.default_rng(3)
    lean = sum(np.sin(math.pi * np.clip((t - at) / length_s, 0.0, 1.0)) ** 2 for at in BOWS_S) * math.radians(degrees)
    up = shake * sum(((t > at) & (t < at + 0.05)).astype(np.float64) for at in BOWS_S)
    ideal = felt(pose(len(t), pitch=lean * math.cos(sideways), roll=lean * math.sin(sideways), up=up), RATE)
    noisy = ideal + noise * rng.standard_normal(ideal.shape) * np.repeat((1.0, 0.1), 3)
    return np.concatenate((mount.inv().apply(noisy[:, :3]), mount.inv().apply(noisy[:, 3:])), axis=1)


@pytest.mark.parametrize("seed", range(6))
def test_forward_is_found_however_the_sensor_is_mounted(seed: int) -> None:
    mount = Rotation.random(rng=np.random.default_rng(seed))
    found = alignment_of(t, bowing(mount), rate_hz=RATE)

    assert found is not None
    away = math.degrees(math.acos(min(float(found.forward @ mount.inv().apply((1.0, 0.0, 0.0))), 1.0)))
    # algorithms.md 4: within 0.3° without noise; here 0.02 m/s² and 0.1 °/s of it.
    assert away < 0.5
    assert found.times == 2
    assert math.degrees(found.leaned_rad) == pytest.approx(35.0, abs=0.5)
    assert found.explained > 0.99


def test_without_noise_it_is_found_to_a_third_of_a_degree() -> None:
    mount = Rotation.from_euler("zyx", (40.0, 15.0, -70.0), degrees=True)
    found = alignment_of(t, bowing(mount, noise=0.0), rate_hz=RATE)

    assert found is not None
    assert float(found.forward @ mount.inv().apply((1.0, 0.0, 0.0))) > math.cos(math.radians(0.3))


@pytest.mark.parametrize(
    "of",
    [
        {"degrees": 10.0},  # sway, a shift of weight
        {"degrees": 40.0, "length_s": 0.4},  # a leg that swings
        {"shake": 6.0},  # a step: it knocks
        {"degrees": 0.0},
    ],
)
def test_what_is_not_surely_a_bow_is_not_taken(of: dict[str, float]) -> None:
    assert alignment_of(t, bowing(Rotation.identity(), **of), rate_hz=RATE) is None


def test_turning_about_two_axes_tells_no_forward() -> None:
    one, other = bowing(Rotation.identity()), bowing(Rotation.identity(), sideways=0.5 * math.pi)
    half = t < 9.5

    assert alignment_of(t, one, rate_hz=RATE) is not None
    assert alignment_of(t, np.where(half[:, None], one, other), rate_hz=RATE) is None


def test_a_bow_that_has_not_ended_or_nobody_who_stands_first_tells_nothing() -> None:
    imu = bowing(Rotation.identity())
    cut = t < BOWS_S[0] + 1.5
    moving = (t > BOWS_S[0] - 0.5) & (t < BOWS_S[0] + 3.4)

    assert alignment_of(t[cut], imu[cut], rate_hz=RATE) is None
    assert alignment_of(t[moving], imu[moving], rate_hz=RATE) is None
    assert alignment_of(t[:2], imu[:2], rate_hz=RATE) is None
