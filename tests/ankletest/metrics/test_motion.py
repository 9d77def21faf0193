import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ankletest.metrics import evaluate, motion
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.traces import AXES_SENSOR
from ankletest.samples import FloatArray, G, Side, Site
from ankletest.trial import Trial
from drivers.people.pose import felt, pose

RATE = 100.0
T = np.arange(3000) / RATE


def numbers(trial: Trial) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial) if value.metric.id.startswith("IM-")}


def still(t: FloatArray = T) -> tuple[FloatArray, FloatArray]:
    acc = np.zeros((len(t), 3))
    acc[:, 2] = G
    return acc, np.zeros((len(t), 3))


def test_the_jerk_of_the_specification() -> None:
    t = np.arange(2001) / RATE  # 20 s from the first to the last sample
    sine = 0.1 * np.sin(2.0 * np.pi * 0.8 * t)

    assert motion.jerk_m2_s5(sine, np.zeros(2001), RATE) == pytest.approx(1.262246, rel=1e-4)  # metrics.md 14
    cosine = 0.1 * np.cos(2.0 * np.pi * 0.8 * t)
    # One-sided differences at the two ends of a cosine: the trapezoid weighs them by a half of 1/2000 each.
    assert motion.jerk_m2_s5(sine, cosine, RATE) == pytest.approx(2.0 * 1.262246, rel=5e-4)


def test_a_circle_of_acceleration_has_its_radius_as_rms_and_its_turns_as_path() -> None:
    t = np.arange(3001) / RATE
    x, y = 0.1 * np.cos(np.pi * t), 0.1 * np.sin(np.pi * t)

    assert motion.rms_m_s2(x[:-1], y[:-1]) == pytest.approx(0.1, abs=1e-9)
    assert motion.path_m_s2(x, y) == pytest.approx(2.0 * 0.1 * RATE * 30.0 * math.sin(math.pi * 0.5 / RATE), rel=1e-9)
    assert motion.path_m_s2(x, y) == pytest.approx(9.424778, rel=1e-4)  # the limit of metrics.md IM-03


def test_a_sine_of_angular_rate_has_its_amplitude_over_root_two() -> None:
    gyro = np.zeros((3000, 3))
    gyro[:, 1] = math.radians(4.0) * np.sin(np.pi * T) + 0.3  # a bias does not count

    assert motion.rate_rms_deg_s(gyro) == pytest.approx(4.0 / math.sqrt(2.0), rel=1e-9)


def test_one_sample_has_no_jerk() -> None:
    assert math.isnan(motion.jerk_m2_s5(np.zeros(1), np.zeros(1), RATE))


def test_a_swaying_trunk_is_told_from_the_sensors_samples(make) -> None:
    acc, gyro = still()
    acc[:, 0] += 0.3 * np.sin(2.0 * np.pi * 1.5 * T)
    acc[:, 1] += 0.1 * np.sin(2.0 * np.pi * 2.5 * T)
    gyro[:, 1] = math.radians(2.0) * np.sin(2.0 * np.pi * 1.0 * T)
    found = numbers(make.stance(make.imu(T, acc, gyro)))

    # VQF takes up to 5 % of a push at 1.5 Hz for tilt, and the gyroscope of this test turns by 0.3° without gravity following.
    assert found["acc_rms_ap"].value == pytest.approx(0.3 / math.sqrt(2.0), rel=0.08)
    assert found["acc_rms_ml"].value == pytest.approx(0.1 / math.sqrt(2.0), rel=0.08)
    assert found["acc_rms"].value == pytest.approx(math.hypot(found["acc_rms_ml"].value, found["acc_rms_ap"].value), rel=1e-9)
    assert found["gyro_rms"].value == pytest.approx(2.0 / math.sqrt(2.0), rel=2e-3)  # 1 Hz passes a 10 Hz filter but for its ends
    assert found["acc_rms"].profile == "P-ACC"
    assert all(value.status is Status.OK for value in found.values() if value.metric.id != "IM-06")  # which always warns
    assert all(value.uncertainty is not None for value in found.values())


def test_the_filter_settles_on_what_lies_before_the_window(make) -> None:
    t = np.arange(4000) / RATE
    acc, gyro = still(t)
    acc[:, 0] += 0.3 * np.sin(2.0 * np.pi * 1.5 * t)
    trial = make.stance(make.imu(t, acc, gyro), window=(10.0, 40.0))

    assert numbers(trial)["acc_rms"].n_used == 3000
    assert numbers(trial)["acc_rms"].value == pytest.approx(0.3 / math.sqrt(2.0), rel=0.06)


def test_a_tilted_sensor_does_not_show_gravity_as_sway(make) -> None:
    acc, gyro = still()
    acc[:, 0], acc[:, 2] = G * math.sin(0.4), G * math.cos(0.4)
    acc[:, 1] += 0.05 * np.sin(2.0 * np.pi * 1.5 * T)
    found = numbers(make.stance(make.imu(T, acc, gyro)))

    assert found["acc_rms_ml"].value == pytest.approx(0.05 / math.sqrt(2.0), rel=0.06)
    assert found["acc_rms_ap"].value < 0.005


def test_an_upright_x_axis_leaves_the_plane_but_not_its_axes(make) -> None:
    acc, gyro = np.zeros((3000, 3)), np.zeros((3000, 3))
    acc[:, 0] = G
    acc[:, 1] = 0.1 * np.sin(2.0 * np.pi * 1.5 * T)
    found = numbers(make.stance(make.imu(T, acc, gyro)))

    assert found["acc_rms_ml"].status is Status.INVALID
    assert "upright" in found["acc_rms_ml"].reasons[0]
    assert found["acc_rms"].value == pytest.approx(0.1 / math.sqrt(2.0), rel=0.06)


def test_the_lumbar_sensor_is_preferred_and_the_site_is_named(make) -> None:
    acc, gyro = still()
    loud = acc.copy()
    loud[:, 0] += np.sin(2.0 * np.pi * 1.5 * T)
    foot = make.imu(T, loud, gyro, site=Site.FOOT, side=Side.LEFT)
    acc[:, 0] += 0.1 * np.sin(2.0 * np.pi * 1.5 * T)
    both = numbers(make.stance(foot, make.imu(T, acc, gyro)))["acc_rms"]
    alone = numbers(make.stance(foot))["acc_rms"]

    assert both.value < 0.1
    assert "site: lumbar" in both.reasons
    assert "site: foot" in alone.reasons


def test_the_tested_leg_is_preferred(make) -> None:
    acc, gyro = still()
    acc[:, 0] += 0.1 * np.sin(2.0 * np.pi * 1.5 * T)
    right = make.imu(T, 5.0 * acc - 4.0 * np.array((0.0, 0.0, G)), gyro, site=Site.SHANK, side=Side.RIGHT, device="shank-right")
    left = make.imu(T, acc, gyro, site=Site.SHANK, side=Side.LEFT, device="shank-left")

    assert numbers(make.stance(right, left))["acc_rms"].value < 0.1  # the trial tests the left leg


@pytest.mark.parametrize(
    ("code", "spoil"), [("E-SHORT", "short"), ("E-GAP", "gap"), ("E-GAP", "nan"), ("E-SAT", "clipped"), ("E-RATE", "slow")]
)
def test_what_spoils_a_trace_leaves_no_number(make, code: str, spoil: str) -> None:
    acc, gyro = still()
    acc[:, 0] += 0.1 * np.sin(2.0 * np.pi * 1.5 * T)
    t = T
    more: dict[str, object] = {}
    if spoil == "nan":
        gyro[500:520, 2] = math.nan
    if spoil == "clipped":
        more["clipped"] = np.arange(3000) == 700
    keep = {"gap": np.abs(np.arange(3000) - 1000) > 20, "slow": np.arange(3000) % 3 == 0}.get(spoil, np.ones(3000, np.bool_))
    if spoil == "slow":
        more["rate_hz"] = 100.0 / 3.0
    stream = make.imu(t[keep], acc[keep], gyro[keep], **more)
    found = numbers(make.stance(stream, window=(0.0, 9.0) if spoil == "short" else None))

    assert {value.metric.id for value in found.values()} == {f"IM-0{n}" for n in range(1, 10)}
    for value in found.values():
        assert value.status is Status.INVALID
        assert value.value is None
        assert value.reasons[0].startswith(code)


def test_a_long_hole_before_the_window_is_not_bridged(make) -> None:
    t = np.arange(4000) / RATE
    acc, gyro = still(t)
    acc[:, 0] += 0.3 * np.sin(2.0 * np.pi * 1.5 * t)
    keep = (t < 6.0) | (t > 8.0)
    acc[t <= 6.0] = (G, 0.0, 0.0)  # another posture altogether
    holed = make.stance(make.imu(t[keep], acc[keep], gyro[keep]), window=(10.0, 39.99))

    assert numbers(holed)["acc_rms"].value == pytest.approx(0.3 / math.sqrt(2.0), rel=0.06)


def test_a_short_hole_is_closed(make) -> None:
    acc, gyro = still()
    acc[:, 0] += 0.1 * np.sin(2.0 * np.pi * 1.5 * T)
    keep = (np.arange(3000) < 1000) | (np.arange(3000) > 1003)
    found = numbers(make.stance(make.imu(T[keep], acc[keep], gyro[keep])))["acc_rms"]

    assert found.status is Status.WARN
    assert found.value == pytest.approx(0.1 / math.sqrt(2.0), rel=0.06)


# ---- functional alignment --------------------------------------------------------------------------------------------------------


BOW_S, STAND_S = 6.0, 12.0


def bowed_then_swayed(make, turn: Rotation, *, bow: bool = True) -> Trial:
    """Stand, bow by 35°, and sway forward and back at 1.5 Hz in a window, with a sensor that is turned on the body."""
    t = np.arange(0.0, STAND_S + 30.0, 1.0 / RATE)
    lean = math.radians(35.0 * bow) * np.sin(math.pi * np.clip((t - BOW_S) / 3.0, 0.0, 1.0)) ** 2
    sway = 0.3 * np.sin(2.0 * np.pi * 1.5 * t) * (t > STAND_S - 1.0)
    ideal = felt(pose(len(t), pitch=lean, forward=sway), RATE) + 1e-4 * np.random.default_rng(5).standard_normal((len(t), 6))
    stream = make.imu(t, turn.inv().apply(ideal[:, :3]), turn.inv().apply(ideal[:, 3:]))
    return make.stance(stream, window=(STAND_S, STAND_S + 30.0))


@pytest.mark.parametrize("degrees", [0.0, 35.0, 90.0])
def test_after_a_bow_a_turned_sensor_tells_forward_from_sideways(make, degrees: float) -> None:
    found = numbers(bowed_then_swayed(make, Rotation.from_euler("z", degrees, degrees=True)))

    # 0.3° of heading leak 0.5 % of the one into the other.
    assert found["acc_rms_ml"].value < 0.01 * found["acc_rms_ap"].value
    assert found["acc_rms_ap"].value == pytest.approx(0.3 / math.sqrt(2.0), rel=0.08)
    (said,) = [reason for reason in found["acc_rms_ap"].reasons if reason.startswith("axes:")]
    assert "functional alignment, 1 × 35° forward before the stance" in said
    assert f"x axis is {degrees:.0f}° off" in said
    assert found["acc_rms_ap"].status is Status.OK


def test_a_bow_tells_the_axes_of_a_sensor_whose_x_axis_is_upright(make) -> None:
    upright = Rotation.from_euler("y", -90.0, degrees=True)
    told, untold = (numbers(bowed_then_swayed(make, upright, bow=bow)) for bow in (True, False))

    assert told["acc_rms_ap"].value == pytest.approx(0.3 / math.sqrt(2.0), rel=0.08)
    assert untold["acc_rms_ap"].value is None
    assert untold["acc_rms"].value == pytest.approx(told["acc_rms"].value, rel=2e-3)  # the filter came from a bow


def test_without_a_bow_the_numbers_say_that_the_sensors_own_axes_are_meant(make) -> None:
    found = numbers(bowed_then_swayed(make, Rotation.from_euler("z", 35.0, degrees=True), bow=False))

    assert found["acc_rms_ml"].value == pytest.approx(0.3 * math.sin(math.radians(35.0)) / math.sqrt(2.0), rel=0.08)
    assert AXES_SENSOR in found["acc_rms_ml"].reasons
