"""Orientation of an IMU without magnetometer, gravity removal, and a segment's own forward and sideways; no anatomical calibration yet."""

import numpy as np
from vqf import VQF

from ankletest.samples import FloatArray

TAU_STANCE_S = 3.0
"""Time constant of the accelerometer's say in quiet tasks (VQF's default)."""
TAU_HOPS_S = 8.0
"""In hops: landings must not pull the filter (algorithms.md 4: 6-10 s)."""
FORWARD_SEEN = 0.5
"""The sensor's x axis must lie this much in the horizontal (cosine) to tell forward from sideways."""


def orientation(acc_m_s2: FloatArray, gyro_rad_s: FloatArray, *, rate_hz: float, tau_s: float = TAU_STANCE_S) -> FloatArray:
    """Return unit quaternions (n, 4), w first, that turn sensor vectors into an earth frame with z up and a heading of its own.

    VQF 6D (Laidig & Seel 2023, Information Fusion 91:187).

    Parameters
    ----------
    acc_m_s2, gyro_rad_s : (n, 3)
        Uniform samples; a single NaN would end the filter's bias estimation for good, so NaN raises ``ValueError``.
    rate_hz
        Their rate.
    tau_s
        Time constant of the accelerometer correction.
    """
    if not (np.isfinite(acc_m_s2).all() and np.isfinite(gyro_rad_s).all()):
        raise ValueError("orientation takes no NaN: fill gaps first")
    filtered = VQF(1.0 / rate_hz, tauAcc=tau_s).updateBatch(np.ascontiguousarray(gyro_rad_s), np.ascontiguousarray(acc_m_s2))
    return np.asarray(filtered["quat6D"], dtype=np.float64)


def rotated(quat: FloatArray, vectors: FloatArray) -> FloatArray:
    """Return sensor vectors, (n, 3) or (3,), in the earth frame of ``quat`` (n, 4)."""
    w, x, y, z = quat.T
    a, b, c = vectors.T
    # v + 2 w (q × v) + 2 q × (q × v)
    u, v, t = 2.0 * (y * c - z * b), 2.0 * (z * a - x * c), 2.0 * (x * b - y * a)
    return np.stack((a + w * u + y * t - z * v, b + w * v + z * u - x * t, c + w * t + x * v - y * u), axis=-1)


def linear_acc(acc_m_s2: FloatArray, quat: FloatArray, *, rest_m_s2: float) -> FloatArray:
    """Return earth-frame acceleration without gravity, (n, 3).

    Parameters
    ----------
    acc_m_s2 : (n, 3)
    quat : (n, 4)
    rest_m_s2
        ``|a|`` of a still window, not 9.80665: that takes a scale error out along gravity.
    """
    return np.asarray(rotated(quat, acc_m_s2) - np.array((0.0, 0.0, rest_m_s2)), dtype=np.float64)


def levelled(acc_m_s2: FloatArray, quat: FloatArray) -> tuple[FloatArray, bool]:
    """Return horizontal acceleration along the segment's own axes and whether they mean anything.

    Until a functional alignment exists, forward is where the sensor's x axis points after levelling, at each instant, so a slow drift of
    heading does not leak from one axis into the other. Where x points up or down the columns are horizontal but not anatomical.

    Parameters
    ----------
    acc_m_s2 : (n, 3)
    quat : (n, 4)

    Returns
    -------
    (n, 2) medio-lateral (+ right) and antero-posterior (+ forward), m/s²; True where x is horizontal enough to call them so
    """
    forward = rotated(quat, np.array((1.0, 0.0, 0.0)))[:, :2]
    told = float(np.hypot(forward[:, 0], forward[:, 1]).mean()) >= FORWARD_SEEN
    if not told:
        forward = rotated(quat, np.array((0.0, 0.0, 1.0)))[:, :2]
    size = np.hypot(forward[:, 0], forward[:, 1])
    fx, fy = forward[:, 0] / size, forward[:, 1] / size
    flat = rotated(quat, acc_m_s2)
    ap = flat[:, 0] * fx + flat[:, 1] * fy
    ml = flat[:, 0] * fy - flat[:, 1] * fx
    return np.stack((ml, ap), axis=-1), told
