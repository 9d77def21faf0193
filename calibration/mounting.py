"""How a sensor sits on its segment: upright from quiet stance, left from the axis of a few slow bends, and whether it slipped since.

The axis and its sign are those of ``signals.angles``; here they are judged: by each movement alone, by gravity against the gyro, and by a
movement that was held out.
"""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.samples import ACC, GYRO, FloatArray
from ankletest.signals.angles import TURNING_RAD_S, hinge_of, segment_axes, total_tilt_rad, up_of
from ankletest.signals.filters import evened, fill
from ankletest.signals.orientation import orientation
from ankletest.signals.rest import stands_still
from calibration.still import Still, statistic_of

TILTED_RAD = math.radians(8.0)
"""A movement inclines the segment so far."""
BACK_SHARE = 0.7
"""So much of the way back it is over."""
POSTURE_U_RAD = math.radians(1.0)
"""Standard uncertainty of a segment that is taken for upright in quiet stance (algorithms.md 4: ±1-2°)."""
OUT_OF_PLANE = 0.08
"""Share of a slow bend that people make out of its plane: it left 3.9° of heading (algorithms.md 4)."""
SLIP_WARN_RAD, SLIP_RAD = math.radians(3.0), math.radians(6.0)
"""The pose differs by more than before: the strap may have slipped, has slipped (algorithms.md 4)."""


@dataclass(frozen=True, slots=True)
class Mounting:
    """How a sensor sits.

    Parameters
    ----------
    axes : (3, 3)
        Rows x (forward), y (left), z (up) of the segment in the sensor; ``values @ axes.T`` are in the segment.
    explained
        Share of the turning about one axis.
    apart_rad
        How far the axis of each movement is from the one of all of them, RMS.
    held_out_rad
        How far the axis of the last movement is from that of the others.
    agree
        Correlation of the gyro's turn about the axis and gravity's: 1 where both have the same hand, −1 where one is mirrored.
    turned_rad
        How far the sensor's own x axis is turned from forward, seen from above; about π for a box put on back to front.
    movements
        How many there were.
    """

    axes: FloatArray
    explained: float
    apart_rad: float
    held_out_rad: float
    agree: float
    turned_rad: float
    movements: int

    @property
    def heading_u_rad(self) -> float:
        """Standard uncertainty of the direction of forward: what the movements differ by, and what they have in common."""
        return math.hypot(self.apart_rad / math.sqrt(max(self.movements, 1)), OUT_OF_PLANE * 0.5)


def mounting_of(t_s: FloatArray, imu: FloatArray, stance: Still, *, rate_hz: float) -> Mounting | None:
    """Return how a sensor sits, from quiet stance and a few slow bends that begin forward (knees) or upward (heels).

    Parameters
    ----------
    t_s : (n,)
        Of the movements.
    imu : (n, 6)
        Columns of ``Kind.IMU``; short gaps are closed.
    stance
        Quiet stance before.
    rate_hz
        Nominal rate.

    Returns
    -------
    None where there were fewer than two movements, or they had no axis of their own (less than 85 % about one, or an upright one)
    """
    filled = fill(t_s, imu, near_hz=rate_hz)
    if len(filled.t_s) < 3:
        return None
    t, even = evened(filled)
    gyro = even[:, GYRO] - stance.gyro_rad_s
    up = up_of(orientation(even[:, ACC], gyro, rate_hz=filled.rate_hz))
    parts = movements_of(up, stance.up)
    whole = hinge_of(gyro, up, stance.up, rate_hz=filled.rate_hz)
    if whole is None or len(parts) < 2:
        return None
    axes = segment_axes(stance.up, whole.axis)
    if axes is None:
        return None
    single = [_axis(gyro[part]) for part in parts]
    apart = [_between(axis, whole.axis) for axis in single]
    rest = _axis(np.concatenate([gyro[part] for part in parts[:-1]]))
    own = np.array((1.0, 0.0, 0.0)) @ axes.T
    return Mounting(
        axes,
        whole.explained,
        math.sqrt(float(np.mean(np.square(apart)))),
        _between(single[-1], rest),
        _agreement(gyro, tilt_of(t, even), stance.up, whole.axis, rate_hz=filled.rate_hz),
        math.atan2(float(own[1]), float(own[0])),
        len(parts),
    )


def stance_of(t_s: FloatArray, imu: FloatArray) -> Still | None:
    """Return the mean of a stretch of quiet stance; None where somebody moved (algorithms.md 5). People are never as still as tables."""
    rows = np.isfinite(imu).all(axis=1)
    values = imu[rows]
    if len(values) < 3 or not stands_still(values, one_leg=False):
        return None
    t = t_s[rows]
    end = float(t[-1]) + float(t[-1] - t[0]) / (len(t) - 1)
    return Still(float(t[0]), end, values.mean(axis=0), values.std(axis=0, ddof=1), len(values), statistic_of(values))


def movements_of(up: FloatArray, start: FloatArray) -> list[slice]:
    """Return the rows of each movement away from a pose and back to it.

    Parameters
    ----------
    up : (n, 3)
        Direction of up in the sensor.
    start : (3,)
        The same in the pose.
    """
    found: list[slice] = []
    low = high = math.inf
    first = 0
    out = False
    for row, angle in enumerate(total_tilt_rad(up, start).tolist()):
        if not out and angle <= low:
            low, first = angle, row
        elif not out and angle - low >= TILTED_RAD:
            out, high = True, angle
        elif out and angle > high:
            high = angle
        elif out and high - angle >= BACK_SHARE * (high - low):
            # A strap that slips leaves the segment tilted, so back is measured from the top.
            out, low = False, angle
            found.append(slice(first, row + 1))
            first = row
    return found


def tilt_of(t_s: FloatArray, imu: FloatArray, *, smooth_s: float = 0.2) -> FloatArray:
    """Return the direction of gravity in the sensor by the accelerometer alone, (n, 3): enough to count slow movements while they go on."""
    rows = max(1, round(smooth_s * (len(t_s) - 1) / max(float(t_s[-1] - t_s[0]), 1e-9))) if len(t_s) > 1 else 1
    kernel = np.ones(rows) / rows
    acc = np.stack(
        [np.convolve(np.pad(imu[:, k], (rows // 2, rows - 1 - rows // 2), mode="edge"), kernel, "valid") for k in range(3)], axis=1
    )
    return np.asarray(acc / np.linalg.norm(acc, axis=1)[:, None], dtype=np.float64)


def slip_rad(before: FloatArray, after: FloatArray) -> float:
    """Return the angle between two directions of up in the sensor, (3,): the same pose before and after."""
    return float(total_tilt_rad(after, before))


# ---- helpers --------------------------------------------------------------------------------------------------------------------


def _axis(gyro: FloatArray) -> FloatArray:
    """Return the first principal axis of the fast part of rates (n, 3); its sign means nothing."""
    fast = gyro[np.linalg.norm(gyro, axis=1) > TURNING_RAD_S]
    vectors = fast if len(fast) > 10 else gyro
    return np.asarray(np.linalg.eigh(vectors.T @ vectors)[1][:, 2], dtype=np.float64)


def _between(one: FloatArray, other: FloatArray) -> float:
    """Return the angle between two axes, 0 to 90°, rad."""
    return float(np.arctan2(np.linalg.norm(np.cross(one, other)), abs(float(one @ other))))


def _agreement(gyro: FloatArray, up: FloatArray, start: FloatArray, axis: FloatArray, *, rate_hz: float) -> float:
    """Return the correlation of the rate about the axis with the rate that gravity shows about it."""
    by_gravity = np.gradient(np.cross(up, start) @ axis) * rate_hz
    by_gyro = gyro @ axis
    norm = float(np.linalg.norm(by_gravity) * np.linalg.norm(by_gyro))
    return float(by_gravity @ by_gyro) / norm if norm > 0.0 else 0.0
