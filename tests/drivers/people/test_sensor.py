"""The sensor chain: statics, filters whose delay is taken off, noise, range."""

import numpy as np
import pytest

from ankletest.samples import FloatArray, G, Site
from drivers.people.firmware import CORNERS_MM
from drivers.people.motion import Motion, Spot
from drivers.people.sensor import Flaws, Sensor, imu_flaws, pad_flaws, statics

RATE = 200.0
SPOT = Spot(Site.FOOT)


def _clean(columns: int, limit: float = 1e6) -> Flaws:
    return Flaws(np.eye(columns), np.zeros(columns), np.zeros(columns), np.zeros(columns), np.full(columns, limit))


def _wave(hz: float) -> Motion:
    t = np.arange(20_000) / 4000.0
    worn = np.zeros((len(t), 6))
    worn[:, 2] = G + np.sin(2 * np.pi * hz * t)
    return Motion(10.0, 4000.0, 700.0 + 100.0 * np.sin(2 * np.pi * hz * t), np.zeros((len(t), 2)), {SPOT: worn})


def _sensor(flaws: Flaws, *, averaging: bool = False, delay: float = 0.0, rate: float = RATE) -> Sensor:
    return Sensor(flaws, rate_hz=rate, averaging=averaging, known_delay_s=delay, rng=np.random.default_rng(1))


def _drawn(sensor: Sensor, motion: Motion, spot: Spot | None, t: FloatArray) -> FloatArray:
    return sensor.draw(motion, sensor.prepare(motion, spot), t)


def test_four_cells_bear_the_force_where_it_acts() -> None:
    force, x, y = 700.0, 63.0, -41.0
    cells = statics(CORNERS_MM) @ [force, force * x, force * y]

    assert cells.sum() == pytest.approx(force)
    assert cells @ CORNERS_MM / force == pytest.approx([x, y])
    # Least norm: no part of the loads that tips the pad about its diagonals without force or moment.
    assert cells @ [1.0, -1.0, -1.0, 1.0] == pytest.approx(0.0, abs=1e-9)


def test_the_filters_own_delay_is_off_the_sample_times() -> None:
    motion, t = _wave(5.0), 11.0 + np.arange(400) / RATE
    seen = _drawn(_sensor(_clean(6)), motion, SPOT, t)[:, 2]

    # A second-order Butterworth at 90 Hz delays 5 Hz by its delay at 0 Hz to 0.1 %.
    assert seen == pytest.approx(G + np.sin(2 * np.pi * 5.0 * (t - 10.0)), abs=2e-3)


def test_a_delay_that_the_driver_takes_off_stays_in_the_samples() -> None:
    motion, t = _wave(5.0), 11.0 + np.arange(400) / RATE
    seen = _drawn(_sensor(_clean(6), delay=0.010), motion, SPOT, t)[:, 2]

    assert seen == pytest.approx(G + np.sin(2 * np.pi * 5.0 * (t - 10.010)), abs=2e-3)


def test_above_half_its_rate_little_gets_through() -> None:
    motion, t = _wave(400.0), 11.0 + np.arange(400) / RATE

    # 12 dB an octave above 90 Hz: (90/400)² = 5 %.
    assert np.std(_drawn(_sensor(_clean(6)), motion, SPOT, t)[:, 2]) < 0.06


def test_an_averaging_converter_gives_the_mean_about_the_sample_time() -> None:
    motion, t = _wave(3.0), 11.0 + np.arange(60) / 20.0
    seen = _drawn(_sensor(_clean(3), averaging=True, rate=20.0), motion, None, t)[:, 0]
    share = np.sinc(3.0 / 20.0)  # mean of a sine over one period of the converter

    assert seen == pytest.approx(700.0 + 100.0 * share * np.sin(2 * np.pi * 3.0 * (t - 10.0)), abs=0.05)


def test_an_averaging_converter_loses_no_impulse() -> None:
    grid = np.arange(8000) / 4000.0
    pulse = np.where((grid > 1.0003) & (grid < 1.0103), 1000.0, 0.0)
    motion = Motion(0.0, 4000.0, pulse, np.zeros((8000, 2)), {})
    t = np.arange(1, 190) / 100.0
    seen = _drawn(_sensor(_clean(3), averaging=True, rate=100.0), motion, None, t)[:, 0]

    assert seen.sum() / 100.0 == pytest.approx(pulse.sum() / 4000.0, rel=1e-9)


def test_noise_grows_with_the_root_of_the_rate() -> None:
    still = np.tile([0.0, 0.0, G, 0.0, 0.0, 0.0], (20_000, 1))
    spread: list[FloatArray] = []
    for rate in (100.0, 400.0):
        flaws = imu_flaws(np.random.default_rng(2), rate_hz=rate, acc_range_g=16.0, gyro_range_dps=2000.0)
        values, clipped = _sensor(flaws, rate=rate).measure(still, np.zeros(20_000))
        assert not clipped.any()
        spread.append(values.std(axis=0))

    # 20 000 draws: 0.5 % SD of an SD.
    assert spread[0] == pytest.approx(np.repeat([1.2e-3 * G, np.radians(0.08)], 3), rel=0.03)
    assert spread[1] == pytest.approx(2.0 * spread[0], rel=0.03)


def test_beyond_the_range_samples_stay_at_it_and_are_marked() -> None:
    values, clipped = _sensor(_clean(6, limit=10.0)).measure(np.diag([1.0, 9.9, 9.96, 12.0, -30.0, 0.0]), np.zeros(6))

    assert clipped.tolist() == [False, False, True, True, True, False]
    assert values[3, 3] == 10.0
    assert values[4, 4] == -10.0


def test_flaws_are_as_small_as_an_ordinary_sensors() -> None:
    still = np.tile([0.0, 0.0, G, 0.0, 0.0, 0.0], (1000, 1))
    errors = [
        _sensor(imu_flaws(np.random.default_rng(seed), rate_hz=RATE, acc_range_g=16.0, gyro_range_dps=2000.0))
        .measure(still, np.zeros(1000))[0]
        .mean(axis=0)
        for seed in range(30)
    ]
    size = np.linalg.norm([error[:3] for error in errors], axis=1) / G - 1.0
    tilt = np.degrees([np.arccos(error[2] / np.linalg.norm(error[:3])) for error in errors])

    assert np.abs(size).max() < 0.04
    assert np.abs([error[3:] for error in errors]).max() < np.radians(0.8)
    assert 0.5 < np.median(tilt) < 6.0


def test_a_drifting_pad_drifts() -> None:
    flaws = pad_flaws(np.random.default_rng(4), CORNERS_MM, rate_hz=1000.0, limit_n=2000.0, drift_n_s=2.0)
    t = np.linspace(0.0, 30.0, 3000)
    total = _sensor(flaws, rate=1000.0).measure(np.zeros((3000, 3)), t)[0].sum(axis=1)

    assert np.polyfit(t, total, 1)[0] == pytest.approx(2.0, abs=0.02)
