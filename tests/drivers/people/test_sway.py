"""The pendulum against its closed forms, and people's sway against published speeds."""

import numpy as np
import pytest
from scipy import signal

from drivers.people.body import Person
from drivers.people.sway import AP, AP_CLOSED, ML, ML_CLOSED, Control, Pendulum, Sway, mean_speed, people_sway, white_sway

SPEC = Pendulum(inertia_kg_m2=66.0, fall_nm_rad=648.0, com_m=0.87, stiffness_nm_rad=1100.0, damping_nm_s_rad=300.0)


def test_the_test_mode_has_the_closed_form_variances() -> None:
    lean, rate = white_sway(SPEC, 40.0, n=2_000_000, rate_hz=50.0, rng=np.random.default_rng(3))

    # 40 000 s hold about 10 000 independent samples of a pendulum this slow: 1.4 % SD of a variance; 5 % is asked for.
    assert np.var(lean) == pytest.approx(1.474926e-4, rel=0.05)
    assert np.var(rate) == pytest.approx(1.010101e-3, rel=0.05)
    assert np.sqrt(np.var(lean)) * 0.87e3 == pytest.approx(10.57, rel=0.025)
    assert np.sqrt(np.var(rate)) * 0.87e3 == pytest.approx(27.65, rel=0.025)


def test_the_test_mode_does_not_depend_on_the_step() -> None:
    variances = [np.var(white_sway(SPEC, 40.0, n=int(8000 * hz), rate_hz=hz, rng=np.random.default_rng(5))[0]) for hz in (20.0, 200.0)]

    # 8000 s: 3 % SD each.
    assert variances[0] == pytest.approx(variances[1], rel=0.12)


def test_the_lean_rate_is_the_derivative_of_the_lean() -> None:
    lean, rate = white_sway(SPEC, 40.0, n=20_000, rate_hz=1000.0, rng=np.random.default_rng(1))
    slope = np.gradient(lean, 1e-3)

    # The rate is a random walk between samples, so the central difference differs by its steps: S/J² dt = 3e-3 rad/s an SD.
    assert np.std(slope - rate) < 4e-3
    assert np.std(rate) > 5 * np.std(slope - rate)


def test_the_test_mode_refuses_a_delay() -> None:
    with pytest.raises(ValueError, match="no delay"):
        white_sway(Pendulum(66.0, 648.0, 0.87, 1100.0, 300.0, 0.1), 40.0, n=10, rate_hz=100.0, rng=np.random.default_rng(0))


def _speed(x: Sway, y: Sway) -> tuple[float, float, float]:
    """Return mean speed and RMS of both axes after P-COP's steps: 100 Hz, zero-phase 10 Hz."""
    sos = signal.butter(2, 12.249, fs=100.0, output="sos")  # two passes make 10 Hz
    cop = np.stack([signal.sosfiltfilt(sos, axis.cop_mm[::10]) for axis in (x, y)], axis=1)
    rms = np.std(cop, axis=0)
    return float(np.sum(np.hypot(*np.diff(cop, axis=0).T)) / (len(cop) - 1) * 100.0), float(rms[0]), float(rms[1])


@pytest.mark.parametrize(
    ("controls", "speed", "low", "high"),
    [((ML, AP), 36.0, 30.0, 45.0), ((ML_CLOSED, AP_CLOSED), 87.0, 80.0, 95.0)],
)
def test_people_sway_at_published_speeds_within_a_foot(controls: tuple[Control, Control], speed: float, low: float, high: float) -> None:
    found: list[tuple[float, float, float]] = []
    for seed in range(8):
        rng = (np.random.default_rng((seed, 0)), np.random.default_rng((seed, 1)))
        found.append(_speed(*people_sway(Person(), controls, speed_mm_s=speed, n=30_000, rate_hz=1000.0, rng=rng)))
    speeds = [row[0] for row in found]

    # A 30 s window of sway holds some 60 independent speeds: single windows may leave the range of group means a little.
    assert low < float(np.mean(speeds)) < high
    assert low * 0.85 < min(speeds) < max(speeds) < high * 1.15
    # Expected speed is set by an integral over the spectrum; 8 windows leave about 3 %.
    assert float(np.mean(speeds)) == pytest.approx(speed, rel=0.08)
    assert all(2.0 < ml < 14.0 and 2.0 < ap < 17.0 for _, ml, ap in found)


def test_eyes_closed_does_not_look_like_the_other_foot_coming_down() -> None:
    far = 0
    for seed in range(6):
        rng = (np.random.default_rng((seed, 0)), np.random.default_rng((seed, 1)))
        sways = people_sway(Person(), (ML_CLOSED, AP_CLOSED), speed_mm_s=87.0, n=10_000, rate_hz=500.0, rng=rng)
        places = np.stack([sway.cop_mm for sway in sways], axis=1).reshape(-1, 25, 2).mean(axis=1)
        far += int((np.hypot(*(places[4:] - places[:-4]).T) > 40.0).sum())

    # E2 wants 40 mm within 200 ms, kept for 200 ms: of 2400 frames of healthy sway hardly one even gets there.
    assert far <= 2


def test_a_longer_act_begins_with_the_samples_of_a_shorter_one() -> None:
    short, long = (
        people_sway(Person(), (ML, AP), speed_mm_s=36.0, n=n, rate_hz=500.0, rng=(np.random.default_rng(1), np.random.default_rng(2)))
        for n in (1000, 3000)
    )

    assert np.array_equal(short[0].cop_mm, long[0].cop_mm[:1000])
    assert np.array_equal(short[1].lean_rad, long[1].lean_rad[:1000])


def test_the_centre_of_pressure_leads_the_lean_to_push_it_back() -> None:
    sway, _ = people_sway(
        Person(), (ML, AP), speed_mm_s=36.0, n=60_000, rate_hz=1000.0, rng=(np.random.default_rng(8), np.random.default_rng(9))
    )
    com_mm = 1000.0 * Person().com_m * sway.lean_rad
    pushed = np.gradient(np.gradient(com_mm, 1e-3), 1e-3)

    # CoP − CoM is proportional to minus the acceleration of the CoM (Winter 1995).
    assert np.corrcoef(sway.cop_mm - com_mm, -pushed)[0, 1] > 0.99


def test_the_mean_speed_of_a_round_and_of_a_flat_cloud_are_the_known_ones() -> None:
    assert mean_speed(2.0, 2.0) == pytest.approx(2.0 * np.sqrt(np.pi / 2.0))
    assert mean_speed(3.0, 1e-9) == pytest.approx(3.0 * np.sqrt(2.0 / np.pi))
