import math

import numpy as np
import pytest

from ankletest.samples import G
from ankletest.signals.rest import shoe_statistic, stands_still, still_force, still_motion

RNG = np.random.default_rng(11)


def test_the_stillest_second_is_found_between_movements() -> None:
    t = np.arange(6000) / 1000.0
    force = 700.0 + 60.0 * np.sin(2.0 * np.pi * t)
    quiet = (t >= 2.4) & (t < 3.6)
    force[quiet] = 686.0 + 1.0 * RNG.standard_normal(int(quiet.sum()))
    still = still_force(t, force)

    assert still is not None
    assert still.start_s >= 2.4
    assert still.end_s <= 3.6 + 1e-9
    assert still.mean_n == pytest.approx(686.0, abs=0.15)  # noise 1 N over 1000 samples: 0.03 N
    assert still.sd_n == pytest.approx(1.0, abs=0.1)
    assert still.samples == 1000


def test_mean_sd_and_slope_are_those_of_the_window() -> None:
    t = 100.0 + np.arange(100) / 100.0
    force = 600.0 + 3.0 * (t - t[0]) + 0.5 * RNG.standard_normal(100)
    still = still_force(t, force)

    assert still is not None
    assert still.mean_n == pytest.approx(force.mean(), abs=1e-9)
    assert still.sd_n == pytest.approx(force.std(ddof=1), abs=1e-6)  # differences of running sums lose some digits
    assert still.slope_n_s == pytest.approx(np.polyfit(t - t[0], force, 1)[0], abs=1e-6)


@pytest.mark.parametrize(
    ("name", "force"),
    [
        ("too loud", 700.0 + 10.0 * RNG.standard_normal(3000)),
        ("rising", 700.0 + 6.0 * np.arange(3000) / 1000.0),
        ("not a number", np.where(np.arange(3000) % 500 == 0, np.nan, 700.0)),
        ("nothing at all", np.full(3000, np.nan)),
    ],
)
def test_nobody_stands_still(name: str, force: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> None:
    assert still_force(np.arange(3000) / 1000.0, force) is None, name


def test_less_than_a_second_is_no_window() -> None:
    assert still_force(np.arange(95) / 100.0, np.full(95, 700.0)) is None
    assert still_force(np.arange(2) / 100.0, np.full(2, 700.0)) is None


def test_exactly_a_second_is_a_window() -> None:
    assert still_force(np.arange(100) / 100.0, np.full(100, 700.0)) is not None


def test_an_empty_pad_is_still_but_is_nobody() -> None:
    t = np.arange(2000) / 1000.0
    empty = 0.2 * RNG.standard_normal(2000)

    assert still_force(t, empty) is not None
    assert still_force(t, empty, above_n=200.0) is None


def test_a_window_with_half_of_its_samples_missing_does_not_count() -> None:
    t = np.delete(np.arange(1500) / 1000.0, slice(300, 1000))

    assert still_force(t, np.full(len(t), 700.0)) is None


def test_an_imu_on_a_table_is_still_and_tells_its_bias() -> None:
    t = np.arange(1000) / 100.0
    imu = np.array((0.0, 0.0, G, 0.01, -0.002, 0.0)) + np.array((0.02,) * 3 + (0.001,) * 3) * RNG.standard_normal((1000, 6))
    imu[:300, 0] += 2.0 * np.sin(30.0 * t[:300])
    still = still_motion(t, imu)

    assert still is not None
    assert still.start_s >= 2.95  # a window may hang over the end of the movement by less than a step
    assert still.gyro_rad_s == pytest.approx([0.01, -0.002, 0.0], abs=5e-4)  # 0.001 over 100 samples, five SD
    assert np.linalg.norm(still.acc_m_s2) == pytest.approx(G, abs=0.02)
    rows = (t >= still.start_s - 1e-9) & (t < still.end_s - 1e-9)
    assert still.shoe == pytest.approx(shoe_statistic(imu[rows, :3], imu[rows, 3:]), rel=1e-6)


def test_a_swinging_imu_is_never_still() -> None:
    t = np.arange(1000) / 100.0
    imu = np.zeros((1000, 6))
    imu[:, 2], imu[:, 4] = G, np.sin(5.0 * t)

    assert still_motion(t, imu) is None
    assert still_motion(t[:50], imu[:50]) is None


def test_a_lost_imu_sample_spoils_its_windows_only() -> None:
    t = np.arange(300) / 100.0
    imu = np.tile((0.0, 0.0, G, 0.0, 0.0, 0.0), (300, 1))
    imu[20] = np.nan
    still = still_motion(t, imu)

    assert still is not None
    assert still.start_s > t[20]


def test_somebody_on_one_leg_may_turn_more() -> None:
    turning = np.zeros((500, 6))
    turning[:, 2], turning[:, 3] = G, math.radians(5.0)
    shaking = turning.copy()
    shaking[::2, 2] += 0.5

    assert stands_still(turning, one_leg=True)
    assert not stands_still(turning, one_leg=False)
    assert not stands_still(shaking, one_leg=True)
    assert not stands_still(np.full((5, 6), np.nan), one_leg=True)
