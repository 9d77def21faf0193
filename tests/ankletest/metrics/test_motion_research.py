"""The research tier of IMU sway: the formulas, a trunk that sways as scripted, and what is told where a number cannot be."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ankletest.metrics import evaluate, spectrum, sway
from ankletest.metrics import motion_research as r
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.profiles import prepare
from ankletest.samples import RAD_PER_DEG, FloatArray, G
from ankletest.trial import Trial

RATE = 100.0
IDS = {"IM-04", "IM-05", "IM-06", "IM-08", "IM-09"}


def research(trial: Trial) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial) if value.metric.id in IDS}


def pendulum(
    seconds: float, *, roll_deg: float, pitch_deg: float, hz: float, noise: float = 1e-4
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return times, specific force and rate of a sensor that only tilts: gravity turns in it, and the gyroscope knows."""
    rng = np.random.default_rng(30)
    t = np.arange(round(seconds * RATE)) / RATE
    w = 2.0 * np.pi * hz
    roll, pitch = (RAD_PER_DEG * a * np.sin(w * t + p) for a, p in ((roll_deg, 0.3), (pitch_deg, 0.9)))
    droll, dpitch = (RAD_PER_DEG * a * w * np.cos(w * t + p) for a, p in ((roll_deg, 0.3), (pitch_deg, 0.9)))
    # Rz = 0; R = Ry(pitch) Rx(roll): up in the sensor, and the body rates of it.
    up = np.stack((-np.sin(pitch), np.sin(roll) * np.cos(pitch), np.cos(roll) * np.cos(pitch)), axis=-1)
    gyro = np.stack((droll, dpitch * np.cos(roll), -dpitch * np.sin(roll)), axis=-1)
    return t, G * up + noise * rng.standard_normal(up.shape), gyro + noise * rng.standard_normal(up.shape)


def test_the_ellipse_is_that_of_sway() -> None:
    t = np.arange(3000) / RATE
    ml, ap = 0.1 * np.cos(np.pi * t), 0.1 * np.sin(np.pi * t)

    assert r.ellipse_area_m2_s4(ml, ap) == pytest.approx(943.020809e-4, rel=1e-8)  # the circle of metrics.md 2, r 0.1 for 10
    assert r.ellipse_area_m2_s4(ml, ap) == sway.ellipse(ml, ap).area_mm2


def test_a_circle_of_acceleration_moves_at_amplitude_over_omega() -> None:
    t = np.arange(6000) / RATE
    w = 2.0 * np.pi * 1.0
    speed = r.sway_speed_m_s(0.1 * np.cos(w * t), 0.1 * np.sin(w * t), RATE)

    # metrics.md IM-06. 1 Hz passes a 0.1 Hz high-pass to 4e-5; the trapezoid costs (ωΔ)²/12 = 3e-4; the ends ring by 0.8 %
    # of a minute's mean, for the speed starts at 0 and its mean is the filter's to find.
    assert speed == pytest.approx(0.1 / w, rel=0.01)


def test_a_sine_along_one_axis_has_two_over_pi_of_its_peak_speed() -> None:
    t = np.arange(6000) / RATE
    w = 2.0 * np.pi * 1.0

    assert r.sway_speed_m_s(0.1 * np.cos(w * t), np.zeros(6000), RATE) == pytest.approx(2.0 / np.pi * 0.1 / w, rel=5e-3)


def test_a_bias_of_the_sensor_is_drift_and_not_speed() -> None:
    t = np.arange(6000) / RATE
    w = 2.0 * np.pi * 1.0
    biased = r.sway_speed_m_s(0.1 * np.cos(w * t) + 0.02, 0.1 * np.sin(w * t), RATE)

    assert biased == pytest.approx(0.1 / w, rel=0.02)  # 0.02 m/s² would be 1.2 m/s after a minute
    assert math.isnan(r.sway_speed_m_s(np.zeros(1), np.zeros(1), RATE))


def test_a_sine_of_lean_has_its_rms_and_range() -> None:
    lean = RAD_PER_DEG * (3.0 + 2.0 * np.sin(2.0 * np.pi * 0.5 * np.arange(3000) / RATE))

    assert r.angle_rms_deg(lean) == pytest.approx(2.0 / math.sqrt(2.0), rel=1e-9)  # metrics.md IM-08: Θ/√2, 2Θ
    assert r.angle_range_deg(lean) == pytest.approx(4.0, rel=1e-9)


def test_corrections_are_counted_by_their_time() -> None:
    rng = np.random.default_rng(31)
    gyro = 0.01 * rng.standard_normal((3000, 3))
    for start in (200, 900, 1500, 2400):
        gyro[start : start + 100, 1] += 0.5
    share = r.correction_percent(gyro, RATE)

    # Four bursts of 1 s in 30; of the noise, a Maxwell distribution, 0.2 to 0.9 % lies beyond three robust SDs of its mean.
    assert share == pytest.approx(100.0 * 400.0 / 3000.0, abs=1.2)


def test_a_sensor_that_never_moves_has_no_corrections() -> None:
    assert math.isnan(r.correction_percent(np.zeros((3000, 3)), RATE))
    assert math.isnan(r.correction_percent(np.random.default_rng(1).standard_normal((400, 3)), RATE))


def test_a_leaning_trunk_is_told_in_degrees_and_by_direction(make) -> None:
    found = research(make.stance(make.imu(*pendulum(40.0, roll_deg=1.0, pitch_deg=3.0, hz=0.5)), window=(8.0, 38.0)))

    # VQF follows gyroscope and gravity, which agree here; its settling from rest is over before the window.
    assert found["sway_angle_rms_ap"].value == pytest.approx(3.0 / math.sqrt(2.0), rel=0.02)
    assert found["sway_angle_rms_ml"].value == pytest.approx(1.0 / math.sqrt(2.0), rel=0.02)
    assert found["sway_angle_range_ap"].value == pytest.approx(6.0, rel=0.02)
    assert found["sway_angle_range_ml"].value == pytest.approx(2.0, rel=0.03)
    assert found["sway_angle_rms_ap"].profile == "P-ACC"


def test_a_lean_forward_is_positive_and_so_is_one_to_the_right(make) -> None:
    t, acc, gyro = pendulum(40.0, roll_deg=1.0, pitch_deg=3.0, hz=0.5)
    motion = prepare(make.stance(make.imu(t, acc, gyro), window=(8.0, 38.0))).motion
    at = motion.t_s

    # frames-and-units: + about y bows forward, + about x leans to the right.
    assert np.corrcoef(motion.tilt_rad[:, 1], np.sin(np.pi * at + 0.9))[0, 1] > 0.99
    assert np.corrcoef(motion.tilt_rad[:, 0], np.sin(np.pi * at + 0.3))[0, 1] > 0.99


def test_how_the_box_is_tilted_on_the_body_does_not_show(make) -> None:
    t, acc, gyro = pendulum(40.0, roll_deg=1.0, pitch_deg=3.0, hz=0.5)
    tilt = math.radians(20.0)
    turn = np.array(((math.cos(tilt), 0.0, -math.sin(tilt)), (0.0, 1.0, 0.0), (math.sin(tilt), 0.0, math.cos(tilt))))
    straight, tilted = (research(make.stance(make.imu(t, acc @ m.T, gyro @ m.T), window=(8.0, 38.0))) for m in (np.eye(3), turn))

    for key in ("sway_angle_rms_ap", "sway_angle_rms_ml", "correction_time"):
        assert tilted[key].value == pytest.approx(straight[key].value, rel=0.03), key


def test_the_spectrum_is_that_of_the_formulas_on_the_trace(make) -> None:
    rng = np.random.default_rng(32)
    t = np.arange(4000) / RATE
    acc = 0.05 * rng.standard_normal((4000, 3))
    acc[:, 0] += 0.4 * np.sin(2.0 * np.pi * 1.5 * t)
    acc[:, 2] += G
    trial = make.stance(make.imu(t, acc, 1e-3 * rng.standard_normal((4000, 3))), window=(5.0, 35.0))
    found, motion = research(trial), prepare(trial).motion
    band = spectrum.moments(spectrum.welch_density(motion.ap_m_s2, rate_hz=RATE), band_hz=(0.15, 10.0))

    assert found["acc_f50_ap"].value == pytest.approx(band.f50_hz, rel=1e-12)
    assert found["acc_f50_ap"].value == pytest.approx(1.5, abs=0.05)  # half a bin of 10 s
    assert found["acc_centroid_frequency_ap"].value == pytest.approx(band.centroid_hz, rel=1e-12)
    assert found["acc_frequency_dispersion_ml"].value > found["acc_frequency_dispersion_ap"].value  # noise against a tone
    assert found["acc_f95_ml"].status is Status.OK


def test_the_integrated_speed_always_carries_its_caveat(make) -> None:
    found = research(make.stance(make.imu(*pendulum(30.0, roll_deg=1.0, pitch_deg=1.0, hz=0.7))))["sway_speed"]

    assert found.status is Status.WARN
    assert found.reasons[0].startswith("drift:")


def test_an_upright_x_axis_leaves_only_what_needs_no_direction(make) -> None:
    t, acc, gyro = pendulum(30.0, roll_deg=1.0, pitch_deg=1.0, hz=0.7)
    found = research(make.stance(make.imu(t, acc[:, [2, 1, 0]], gyro[:, [2, 1, 0]] * np.array((1.0, 1.0, -1.0)))))
    told = {value.metric.id for value in found.values() if value.value is not None}

    assert told == {"IM-04", "IM-06", "IM-09"}
    for value in found.values():
        assert value.value is not None or "upright" in value.reasons[0]


def test_fifteen_seconds_have_no_spectrum_of_acceleration(make) -> None:
    found = research(make.stance(make.imu(*pendulum(15.0, roll_deg=1.0, pitch_deg=1.0, hz=0.7))))

    assert {v.metric.id for v in found.values() if v.value is None} == {"IM-05"}
    assert found["acc_f50_ml"].reasons[0].startswith("E-SHORT: 15.0 s analysed, 20 s needed")


def test_a_dead_sensor_has_a_reason_for_each_number(make) -> None:
    t = np.arange(3000) / RATE
    acc = np.zeros((3000, 3))
    acc[:, 2] = G
    found = research(make.stance(make.imu(t, acc, np.zeros((3000, 3)))))

    assert all(value.status is Status.INVALID for value in found.values())
    assert all(value.reasons[0].startswith("E-SAT: the acceleration never changes") for value in found.values())


def test_a_dead_gyroscope_tells_no_corrections(make) -> None:
    t, acc, _ = pendulum(30.0, roll_deg=0.5, pitch_deg=0.5, hz=0.3)
    found = {v.metric.key: v for v in evaluate(make.stance(make.imu(t, acc, np.zeros((3000, 3)))))}

    for key in ("correction_time", "gyro_rms"):
        assert found[key].status is Status.INVALID, key
        assert "not at all" in found[key].reasons[0]
    assert found["acc_rms"].value > 0.0


def test_a_clipped_gyroscope_leaves_none_of_them(make) -> None:
    stream = make.imu(*pendulum(30.0, roll_deg=1.0, pitch_deg=1.0, hz=0.7))
    found = research(make.stance(replace(stream, clipped=np.arange(3000) == 100)))

    assert all(value.status is Status.INVALID and value.reasons[0].startswith("E-SAT") for value in found.values())
