import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ankletest.samples import G
from calibration.gyro import CLOSE_RAD, UNTOLD_U, GyroRest, Run, clips, rest_of, run_of, scale_of
from calibration.still import Still, Unstill, still_of
from tests.calibration.boxes import RATE_HZ, Box, box_of, placed, times

UP = np.eye(3)


def turned(box: Box, up: np.ndarray, turns: float, *, wobble: float = 0.0, slow: float = 8.0) -> tuple[np.ndarray, np.ndarray]:
    """Return times and samples: 2 s of rest, turns about the vertical in ``slow`` seconds, 2 s of rest."""
    rest, n = round(2.0 * RATE_HZ), round(slow * RATE_HZ)
    part = np.arange(n) / n
    speed = 30.0 * part**2 * (1.0 - part) ** 2 / slow
    rate = np.zeros((2 * rest + n, 3))
    rate[rest : rest + n] = 2.0 * math.pi * turns * speed[:, None] * up
    side = np.cross(up, (0.3, 0.5, 0.8))
    rate[rest : rest + n] += wobble * np.sin(20.0 * math.pi * part)[:, None] * side
    felt = np.tile(G * up, (len(rate), 1))
    return times(len(rate)), box.says(felt, rate)


def run(box: Box, up: np.ndarray, turns: float, **more: float) -> Run:
    t, imu = turned(box, up, turns, **more)
    n = round(2.0 * RATE_HZ)
    before, after = still_of(t[:n], imu[:n]), still_of(t[-n:], imu[-n:])
    assert isinstance(before, Still)
    assert isinstance(after, Still)
    return run_of(t, imu, before, after)


def test_the_bias_is_within_its_uncertainty():
    off = []
    for seed in range(30):
        box = box_of(seed)
        found = rest_of(times(800), box.rests(UP[2], 4.0))
        assert isinstance(found, GyroRest)
        off.append((found.bias_rad_s - box.gyro_bias) / found.u_rad_s)
        assert float(found.u_rad_s.max()) < math.radians(0.03)  # 0.113°/s over the root of 800 is 0.004, as much for the earth

    # The earth's rate is in the uncertainty and not in the simulation, so a little below 1.
    assert 0.5 < float(np.sqrt(np.mean(np.square(off)))) < 1.1


def test_twenty_rests_of_plain_noise_are_all_accepted():
    assert all(isinstance(rest_of(times(400), box_of(seed).rests(UP[0], 2.0)), GyroRest) for seed in range(20))


def test_a_trembling_hand_is_no_rest():
    imu = box_of(1).rests(UP[2], 2.0)
    imu[:, 4] += np.radians(0.6) * np.sin(2.0 * np.pi * 7.0 * times(400))

    assert rest_of(times(400), imu) is Unstill.MOVED


def test_a_light_knock_on_the_table_is_no_rest():
    imu = box_of(1).rests(UP[2], 2.0)
    imu[200:202, 3] += np.radians(1.5)

    assert rest_of(times(400), imu) is Unstill.MOVED


@pytest.mark.parametrize("seed", range(20))
def test_scales_are_within_half_a_percent_with_a_hand_that_closes_turns_within_a_degree(seed: int):
    box = box_of(seed)
    rng = np.random.default_rng(100 + seed)
    ups = placed(UP, rng)
    runs = [run(box, up, sign * (3.0 + rng.normal(0.0, 1.0 / 360.0))) for up, sign in zip(ups, (1, -1, 1), strict=True)]

    found = scale_of(runs)
    # What is left of the sensor's scale along each axis; its skew moves that by less than 0.002 · sin 5°.
    left = found.scale * np.linalg.norm(box.gyro, axis=0) - 1.0

    assert found.told == (True, True, True)
    assert float(np.abs(left).max()) < 0.005
    assert float(found.u.max()) < 0.0015


def test_without_a_hand_the_scale_is_the_sensor_s():
    box = box_of(2, skew=0.0)
    quiet = Box(box.acc, box.acc_bias, box.gyro, box.gyro_bias, box.rng, acc_noise=1e-9, gyro_noise=1e-9)

    found = scale_of([run(quiet, up, 3.0) for up in UP])

    # The trapezoid of a smooth bump is exact; what is left is the noise of 1e-9.
    np.testing.assert_allclose(found.scale, 1.0 / np.diag(box.gyro), rtol=1e-6)


def test_how_flat_it_lies_does_not_matter():
    box = box_of(3, skew=0.0)
    quiet = Box(np.eye(3), np.zeros(3), 1.02 * np.eye(3), np.zeros(3), box.rng, acc_noise=1e-9, gyro_noise=1e-9)
    tilted = Rotation.from_euler("xy", (15.0, -10.0), degrees=True).apply(UP[2])

    found = scale_of([run(quiet, UP[0], 3.0), run(quiet, UP[1], 3.0), run(quiet, tilted, 3.0)])

    np.testing.assert_allclose(found.scale, 1.0 / 1.02, rtol=1e-6)


def test_an_axis_that_nobody_turned_about_keeps_its_scale_and_a_large_uncertainty():
    found = scale_of([run(box_of(4), UP[1], 3.0)])

    assert found.told == (False, True, False)
    assert found.scale[0] == found.scale[2] == 1.0
    assert found.u[0] == UNTOLD_U
    assert found.u[1] == pytest.approx(CLOSE_RAD / (6.0 * math.pi), rel=0.1)


def test_a_turn_on_a_corner_is_of_no_axis():
    corner = np.ones(3) / np.sqrt(3.0)

    assert run(box_of(5), corner, 3.0).axis is None


def test_two_turns_and_a_half_are_far_from_whole():
    one = run(box_of(6), UP[2], 2.5)

    assert abs(one.turned_rad / (2.0 * math.pi) - one.turns) > 0.4


def test_a_box_turned_in_the_hand_is_not_flat():
    assert run(box_of(7), UP[2], 3.0).flat > 0.99
    assert run(box_of(7), UP[2], 3.0, wobble=2.0).flat < 0.97


def test_lost_samples_widen_the_uncertainty_and_hardly_move_the_turn():
    box = box_of(8)
    t, imu = turned(box, UP[2], 3.0)
    before, after = still_of(t[:400], imu[:400]), still_of(t[-400:], imu[-400:])
    assert isinstance(before, Still)
    assert isinstance(after, Still)
    whole = run_of(t, imu, before, after)
    imu[1000:1030] = np.nan
    holed = run_of(t, imu, before, after)

    assert whole.lost_u_rad == 0.0
    assert math.radians(0.5) < holed.lost_u_rad < math.radians(3.0)  # 0.15 s of a hand that may change by 20°/s
    assert abs(holed.turned_rad - whole.turned_rad) < holed.lost_u_rad


def test_a_rate_at_the_end_of_the_range_is_told():
    _, imu = turned(box_of(9), UP[2], 3.0, slow=4.0)
    rate = imu[:, 3:]

    assert not clips(rate)
    assert clips(np.clip(rate, -math.radians(250.0), math.radians(250.0)))
    assert not clips(np.zeros((100, 3)))
