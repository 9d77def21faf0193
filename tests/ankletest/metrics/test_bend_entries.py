"""The entries of lunges and squats on an ideal shin that is turned as written down, however the box is worn."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue, Status
from ankletest.samples import FloatArray, G, Side, Site
from ankletest.trial import Event, Happening, Outcome, Setup, Trial

RATE = 100.0
EVERY_S, FIRST_S, RISE_S, HELD_S = 8.0, 6.0, 1.5, 3.0
AS_WORN = np.eye(3)
UPSIDE_DOWN = {"about the shin's forward axis": np.diag((1.0, -1.0, -1.0)), "about its sideways axis": np.diag((-1.0, 1.0, -1.0))}


def bump(t: FloatArray, at_s: float) -> FloatArray:
    """Return a smooth rise to 1 at a time, a hold, and the way back."""
    out = np.clip((t - at_s) / RISE_S, 0.0, 1.0) - np.clip((t - at_s - RISE_S - HELD_S) / RISE_S, 0.0, 1.0)
    return np.asarray(out**3 * (10.0 + out * (6.0 * out - 15.0)))


def bent(
    make, exam: str, tops_deg: tuple[float, ...], *, medial_deg: float = 0.0, turn_deg: float = 0.0, side: Side = Side.LEFT,
    worn: FloatArray = AS_WORN, certificate: str = "of a test",
) -> Trial:  # fmt: skip
    """Return a trial of bends: R = Rz(turn) Ry(φ) Rx(−ψ), as in metrics.md 10, with ψ to the left of a right leg for medial."""
    t = np.arange(round((FIRST_S + EVERY_S * len(tops_deg)) * RATE)) / RATE
    each = [bump(t, FIRST_S + EVERY_S * number) for number in range(len(tops_deg))]
    phi = np.radians(sum(top * one for top, one in zip(tops_deg, each, strict=True)))
    psi, turn = (math.radians(angle) * sum(each) for angle in (medial_deg if side is Side.RIGHT else -medial_deg, turn_deg))
    room = Rotation.from_euler("ZYX", np.stack((turn, phi, -psi), axis=-1))
    steps = (room[:-2].inv() * room[2:]).as_rotvec() * RATE / 2.0
    gyro = np.concatenate((np.zeros((1, 3)), steps, np.zeros((1, 3))))
    acc = room.inv().apply((0.0, 0.0, G))
    events = (Event(Happening.PHASE, 0.0, note="still"), Event(Happening.PHASE, FIRST_S - 1.0, note=exam))
    span = (0.0, float(t[-1]))
    stream = make.imu(t, acc @ worn.T, gyro @ worn.T, site=Site.SHANK, side=side, certificate=certificate)
    return Trial(Setup(exam, side), Outcome.COMPLETED, (), span, (FIRST_S - 1.0, span[1]), events, (stream,), families=(exam,))


def values_of(trial: Trial) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial)}


@pytest.mark.parametrize("side", Side)
def test_a_lean_to_the_midline_is_medial_on_either_leg(make, side: Side) -> None:
    found = values_of(bent(make, "lunge", (38.0, 38.0, 38.0), medial_deg=5.0, side=side))

    # metrics.md 14: atan2 reads 38.106° for φ 38° and ψ 5°. The hold is 3 s long, so neither filter nor VQF has anything to add.
    assert found["lunge_angle"].value == pytest.approx(38.106, abs=0.02)
    assert found["lunge_drift"].value == pytest.approx(5.0, abs=0.02)


def test_squats_lean_and_turn_as_far_as_they_did(make) -> None:
    found = values_of(bent(make, "squat", (30.0, 32.0, 34.0), medial_deg=6.0, turn_deg=8.0))

    # The projected φ of metrics.md 10: atan(tan φ / cos ψ).
    deepest = [math.degrees(math.atan(math.tan(math.radians(top)) / math.cos(math.radians(6.0)))) for top in (30.0, 32.0, 34.0)]
    assert found["squat_depth"].value == pytest.approx(np.mean(deepest), abs=0.02)
    assert found["squat_spread"].value == pytest.approx(np.std(deepest, ddof=1), abs=0.02)
    assert found["squat_drift"].value == pytest.approx(6.0, abs=0.05)
    assert found["squat_medial"].value == pytest.approx(6.0, abs=0.05)
    # A squat begins and ends at a fifth of the reference (algorithms.md 7), and this turn goes with φ: 8° less a fifth of it.
    assert found["squat_turn"].value == pytest.approx(6.4, abs=0.1)


@pytest.mark.parametrize("how", UPSIDE_DOWN)
def test_a_sensor_worn_upside_down_reads_the_same_and_says_so(make, how: str) -> None:
    plain = values_of(bent(make, "lunge", (38.0, 36.0, 37.0), medial_deg=5.0))
    turned = values_of(bent(make, "lunge", (38.0, 36.0, 37.0), medial_deg=5.0, worn=UPSIDE_DOWN[how]))

    for key in ("lunge_angle", "lunge_angle_mean", "lunge_drift"):
        assert turned[key].value == pytest.approx(plain[key].value, abs=1e-6), key
        assert any("upside down" in reason for reason in turned[key].reasons), key
        assert not any("upside down" in reason for reason in plain[key].reasons), key
        assert turned[key].status is plain[key].status  # a remark: upright is taken from quiet stance


def turned_by(trial: Trial, axis: int, angle_deg: float) -> Trial:
    """Return the trial with the box turned on the shin within 0.8 s of being asked, gyroscope and gravity agreeing."""
    (stream,) = trial.streams
    u = np.clip((stream.t_s - FIRST_S + 1.0) / 0.8, 0.0, 1.0)
    angle = math.radians(angle_deg) * u**3 * (10.0 + u * (6.0 * u - 15.0))
    box = Rotation.from_rotvec(angle[:, None] * np.eye(3)[axis])
    gyro = box.inv().apply(stream.values[:, 3:]) + np.gradient(angle, 1.0 / RATE)[:, None] * np.eye(3)[axis]
    values = np.concatenate((box.inv().apply(stream.values[:, :3]), gyro), axis=1)
    return replace(trial, streams=(replace(stream, values=values),))


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("angle_deg", [90.0, 180.0])
def test_a_sensor_that_is_turned_over_after_quiet_stance_tells_no_wrong_angle(make, axis: int, angle_deg: float) -> None:
    found = values_of(turned_by(bent(make, "lunge", (38.0, 36.0, 37.0)), axis, angle_deg))["lunge_angle"]

    assert found.reasons
    if axis == 2 and angle_deg == 90.0:  # about the shin itself: upright stays, and forward is where the shin moves
        assert found.value == pytest.approx(38.0, abs=0.05)
        assert any("not mounted along the segment" in reason for reason in found.reasons)
    else:
        assert found.status is Status.INVALID


@pytest.mark.parametrize("axis", [0, 1])
def test_a_sensor_that_slips_is_a_caveat(make, axis: int) -> None:
    slipped = values_of(turned_by(bent(make, "lunge", (38.0, 36.0, 37.0)), axis, 20.0))["lunge_angle"]
    stays = values_of(bent(make, "lunge", (38.0, 36.0, 37.0)))["lunge_angle"]

    assert any(reason.startswith("E-REST: after the first one the sensor stays 20° from quiet stance") for reason in slipped.reasons)
    assert slipped.status is Status.WARN
    assert not any(reason.startswith("E-REST") for reason in stays.reasons)
