"""Which way is forward for a sensor that is worn: by a slow bow, knee bend or heel raise before the trial; not where up is.

Functional alignment (algorithms.md 4; Kong et al. 2016): the static pose gives up, the axis of the slow movement points to the left, and
forward is across both. Only a movement that could be nothing else is taken: it starts and ends in the static pose, inclines by 15° or
more, is slow, and is almost wholly about one level axis. Steps and swings of a leg are quicker and knock.
"""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.samples import ACC, GYRO, BoolArray, FloatArray, G
from ankletest.signals.angles import EXPLAINED_FRONTAL, Quiet, hinge_of, quiet_of, segment_axes, total_tilt_rad, up_of
from ankletest.signals.orientation import TAU_STANCE_S, orientation

STATIC_S = (3.0, 2.0, 1.0)
"""Length of the static pose, s; the longest that there is."""
BEGUN_RAD, BOWED_RAD = math.radians(5.0), math.radians(15.0)
"""A movement begins and ends this near to the static pose, and goes at least so far."""
SLOW_RAD_S, SLOW_G = math.radians(200.0), 0.3
"""It turns slower than a leg swings, and shakes less than a step: |a| within 1 ± 0.3 g."""
BESIDE_S = 0.5
"""Also so long before and after it: a foot knocks before it leaves the floor, and when it comes down."""
LONGEST_S = 8.0
"""Longer than this is another posture."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Forward in the sensor, (3,) of unit length; share of the turning about the axis; how far the movement inclined; how often."""

    forward: FloatArray
    explained: float
    leaned_rad: float
    times: int


def alignment_of(t_s: FloatArray, imu: FloatArray, *, rate_hz: float) -> Alignment | None:
    """Return the alignment that the samples before a trial tell; None where nothing in them is surely such a movement.

    The first inclination is taken for forward (plantarflexion, of a foot): a pelvis that leans by 15° in standing leans forward.

    Parameters
    ----------
    t_s : (n,)
        Uniform seconds.
    imu : (n, 6)
        Columns of ``Kind.IMU``, none missing.
    rate_hz
    """
    still = _static(t_s, imu)
    if still is None:
        return None
    gyro = imu[:, GYRO] - still.bias_rad_s
    up = up_of(orientation(imu[:, ACC], gyro, rate_hz=rate_hz, tau_s=TAU_STANCE_S))
    start = up[still.first : still.last].mean(axis=0)
    start = start / np.linalg.norm(start)
    tilt = total_tilt_rad(up, start)
    slow = (np.linalg.norm(gyro, axis=1) < SLOW_RAD_S) & (np.abs(np.linalg.norm(imu[:, ACC], axis=1) / G - 1.0) < SLOW_G)
    moved, times = _movements(t_s, tilt, slow)
    if not times:
        return None
    hinge = hinge_of(gyro[moved], up[moved], start, rate_hz=rate_hz)
    if hinge is None or hinge.explained < EXPLAINED_FRONTAL:
        return None
    axes = segment_axes(start, hinge.axis)
    return Alignment(axes[0], hinge.explained, float(tilt[moved].max()), times) if axes is not None else None


# ---- helpers -----------------------------------------------------------------------------------------------------------------


def _static(t_s: FloatArray, imu: FloatArray) -> Quiet | None:
    """Return the stillest pose of the longest length there is."""
    found = (quiet_of(t_s, imu, length_s=length, one_leg=False) for length in STATIC_S)
    return next((quiet for quiet in found if quiet is not None), None)


def _movements(t_s: FloatArray, tilt_rad: FloatArray, slow: BoolArray) -> tuple[BoolArray, int]:
    """Return the rows of whole slow movements out of the static pose and back, (n,), and how many there are."""
    away = np.concatenate(([False], tilt_rad > BEGUN_RAD, [False]))
    edges = np.flatnonzero(np.diff(away.astype(np.int8))).reshape(-1, 2)
    rows = np.zeros(len(t_s), np.bool_)
    times = 0
    for first, last in edges.tolist():
        whole = first > 0 and last < len(t_s) and t_s[last - 1] - t_s[first] <= LONGEST_S
        about = slice(*t_s.searchsorted((t_s[first] - BESIDE_S, t_s[last - 1] + BESIDE_S)))
        if whole and bool(slow[about].all()) and float(tilt_rad[first:last].max()) >= BOWED_RAD:
            rows[first:last] = True
            times += 1
    return rows, times
