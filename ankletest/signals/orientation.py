"""Orientation of an IMU without magnetometer, gravity removal, and a segment's own forward and sideways; which way forward is, is told."""

import numpy as np
from vqf import VQF

from ankletest.samples import RAD_PER_DEG, FloatArray, G
from ankletest.signals.filters import lowpass

TAU_STANCE_S = 3.0
"""Time constant of the accelerometer's say in quiet tasks (VQF's default)."""
TAU_HOPS_S = 8.0
"""In hops: landings must not pull the filter (algorithms.md 4: 6-10 s)."""
SLOW_HZ = 0.7
"""Sway and slow movements lean below this; pushes and steps are above."""
PIECE_S = 4.0
LEAST_RAD_S = 0.2 * RAD_PER_DEG
X = np.array((1.0, 0.0, 0.0))
"""The sensor's own x axis: forward by the frame in which sensors are worn (docs/frames-and-units.md)."""
FORWARD_SEEN = 0.5
"""The axis called forward must lie this much in the horizontal (cosine) to tell forward from sideways."""


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


def gravity_follows(acc_m_s2: FloatArray, gyro_rad_s: FloatArray, *, rate_hz: float) -> tuple[float, float]:
    """Return how well gravity in a sensor turns as its gyroscope says (a correlation, 1 for a whole sensor), and how fast, rad/s RMS.

    Seen from a sensor that turns by ω, gravity goes by ``du/dt = u × ω``. Where two axes are swapped, or one is mirrored, the gyroscope
    turns against gravity (−1); where only one of the two has other axes they have nothing to do with each other (0). Below 0.7 Hz
    gravity is most of what an accelerometer feels. Both are medians over the pieces of four seconds in which it turns by 0.2 °/s or
    more: NaN and 0 where there are none, NaN below six seconds.

    Parameters
    ----------
    acc_m_s2, gyro_rad_s : (n, 3)
        Uniform samples without NaN.
    rate_hz
    """
    edge, piece = round(rate_hz), round(PIECE_S * rate_hz)
    if len(acc_m_s2) < 2 * edge + piece:
        return float("nan"), float("nan")
    gyro = gyro_rad_s - gyro_rad_s.mean(axis=0)
    across = np.asarray(np.cross(acc_m_s2, gyro), dtype=np.float64)
    both = lowpass(np.concatenate((across, acc_m_s2), axis=1), rate_hz=rate_hz, cut_hz=SLOW_HZ)
    turn, rise = both[edge:-edge, :3], np.gradient(both[:, 3:], 1.0 / rate_hz, axis=0)[edge:-edge]
    # Piece by piece: in a step the foot is thrown about, and one step is larger than all else.
    pieces = [(_centred(turn[at : at + piece]), _centred(rise[at : at + piece])) for at in range(0, len(turn) - piece + 1, piece)]
    sizes = np.array([float((a * a).sum()) for a, _ in pieces])
    others = np.array([float((b * b).sum()) for _, b in pieces])
    told = np.flatnonzero((sizes > piece * (G * LEAST_RAD_S) ** 2) & (others > 0.0))
    if not len(told):
        return float("nan"), 0.0
    follows = [float((pieces[k][0] * pieces[k][1]).sum()) / float(np.sqrt(sizes[k] * others[k])) for k in told.tolist()]
    return float(np.median(follows)), float(np.sqrt(np.median(sizes[told]) / piece)) / G


def _centred(values: FloatArray) -> FloatArray:
    return np.asarray(values - values.mean(axis=0), dtype=np.float64)


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


def levelled(acc_m_s2: FloatArray, quat: FloatArray, forward: FloatArray = X) -> tuple[FloatArray, bool]:
    """Return horizontal acceleration along the segment's own axes and whether they mean anything.

    Forward is where an axis of the sensor points after levelling, at each instant, so a slow drift of heading does not leak from one axis
    into the other. Where it points up or down the columns are horizontal but not anatomical.

    Parameters
    ----------
    acc_m_s2 : (n, 3)
    quat : (n, 4)
    forward : (3,)
        That axis: by a functional alignment (``alignment``), else the sensor's own x axis.

    Returns
    -------
    (n, 2) medio-lateral (+ right) and antero-posterior (+ forward), m/s²; True where it is horizontal enough to call them so
    """
    ahead, told = _forward(quat, forward)
    return _sideways_and_forward(rotated(quat, acc_m_s2), ahead), told


def leaning(quat: FloatArray, forward: FloatArray = X) -> FloatArray:
    """Return how far a segment leans from its mean posture, (n, 2) rad: to the right, and forward (metrics.md IM-08).

    The axis of the segment is the direction in the sensor that points up on average, so that neither the tilt of the box on the body
    nor a steady lean counts. Forward as in ``levelled``.

    Parameters
    ----------
    quat : (n, 4)
    forward : (3,)
    """
    w, x, y, z = quat.T
    up = np.stack((2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)), axis=-1).mean(axis=0)
    axis = rotated(quat, up / np.sqrt((up * up).sum()))
    away = _sideways_and_forward(axis, _forward(quat, forward)[0])
    return np.asarray(np.arctan2(away, axis[:, 2:3]), dtype=np.float64)


def _forward(quat: FloatArray, axis: FloatArray) -> tuple[FloatArray, bool]:
    """Return the horizontal direction of an axis of the sensor, (n, 2) of length 1, and True; where it is upright that of z, and False."""
    ahead = rotated(quat, axis)[:, :2]
    told = float(np.hypot(ahead[:, 0], ahead[:, 1]).mean()) >= FORWARD_SEEN
    if not told:
        ahead = rotated(quat, np.array((0.0, 0.0, 1.0)))[:, :2]
    return np.asarray(ahead / np.hypot(ahead[:, 0], ahead[:, 1])[:, None], dtype=np.float64), told


def _sideways_and_forward(vectors: FloatArray, forward: FloatArray) -> FloatArray:
    """Return the components of earth vectors to the right of forward and along it, (n, 2)."""
    x, y, fx, fy = vectors[:, 0], vectors[:, 1], forward[:, 0], forward[:, 1]
    return np.stack((x * fy - y * fx, x * fx + y * fy), axis=-1)
