"""Inclination of a segment from where up is in its sensor, and how the sensor sits on the segment; no repetition, no exam.

Frame of a segment (docs/frames-and-units.md): x forward, y to the left, z up along it. ``u`` is the direction of up in that frame:
``u = Rᵀ ẑ``. A segment that leans forward by φ and to its left by ψ, ``R = Ry(φ) Rx(−ψ)``, has
``u = (−sin φ, −sin ψ cos φ, cos ψ cos φ)`` (metrics.md 10 SQ, 14).
"""

import math
from dataclasses import dataclass

import numpy as np
from vqf import VQF

from ankletest.samples import ACC, GYRO, FloatArray, G, known_rows
from ankletest.signals.rest import ONE_LEG_GYRO_RAD_S, STEP_S, stands_still

TURNING_RAD_S = math.radians(20.0)
"""Samples that turn faster tell the axis of a joint (algorithms.md 4)."""
TURNED_S = 0.3
"""So much turning is needed; less is noise that happens to pass the line."""
EXPLAINED = 0.85
"""Share of the turning about the axis, below which there is no axis (algorithms.md 4)."""
EXPLAINED_FRONTAL = 0.95
"""Below this the frontal plane leaks a tenth of the sagittal one (algorithms.md 4)."""
TILTED_RAD = math.radians(5.0)
"""A segment that inclined less has no direction of inclination either."""
CUT_HZ = 6.0
"""P-ANG (metrics.md 0.1)."""
BRIDGE_S = 0.500
"""Across a longer gap the orientation is lost."""


def up_of(quat: FloatArray) -> FloatArray:
    """Return the direction of up in the sensor, (n, 3): the third row of the rotation matrix of ``quat`` (n, 4), w first."""
    w, x, y, z = quat.T
    return np.stack((2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)), axis=-1)


def static_up(acc_m_s2: FloatArray) -> FloatArray:
    """Return the direction of up of a sensor at rest, (3,): ``u = ā / |ā|`` of (n, 3) samples (metrics.md LU)."""
    mean = acc_m_s2.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float64)


def sagittal_rad(up: FloatArray) -> FloatArray:
    """Return what an inclinometer in the sagittal plane reads, ``φ = atan2(−u_x, u_z)``, + forward (LU-01). ``up`` is (n, 3) or (3,)."""
    return np.asarray(np.arctan2(-up[..., 0], up[..., 2]), dtype=np.float64)


def frontal_rad(up: FloatArray) -> FloatArray:
    """Return the tilt in the frontal plane, ``ψ = atan2(−u_y, u_z)``, + to the left (LU-02)."""
    return np.asarray(np.arctan2(-up[..., 1], up[..., 2]), dtype=np.float64)


def elevation_rad(up: FloatArray) -> FloatArray:
    """Return how steep the forward axis points down, ``asin(−u_x)``: what the height of a heel depends on (HR-02)."""
    return np.asarray(np.arcsin(np.clip(-up[..., 0], -1.0, 1.0)), dtype=np.float64)


def total_tilt_rad(up: FloatArray, start: FloatArray | None = None) -> FloatArray:
    """Return the angle between up and ``start`` (3,), by default the segment's own z; 0 or more, needs no alignment."""
    start = np.array((0.0, 0.0, 1.0)) if start is None else start
    across = np.linalg.norm(np.cross(up, start), axis=-1)
    # By both products: an arc cosine alone loses half the digits near 0.
    return np.asarray(np.arctan2(across, np.sum(up * start, axis=-1)), dtype=np.float64)


def heading_rad(forward: FloatArray) -> FloatArray:
    """Return where a segment's x axis (n, 3 in the room) points from above, rad to the left, unwrapped, 0 at the first row (SQ-03).

    Forward lean and sideways tilt do not turn it: ``Rz(ω) Ry(φ) Rx(−ψ) x̂`` has the heading ω.
    """
    turned = np.unwrap(np.arctan2(forward[:, 1], forward[:, 0]))
    return np.asarray(turned - turned[0] if len(turned) else turned, dtype=np.float64)


def tilt_u_rad(angle_rad: FloatArray | float, bias_m_s2: float) -> FloatArray:
    """Return the standard uncertainty of an inclination counted from a still start: ``2 sin(|θ|/2) b / g``.

    An accelerometer's bias b tips the vertical by about b/g rad (10 mg: 0.573°). The same bias tips the start, so only its turn from the
    one to the other is left: ``b/g |1 − e^{iθ}|``.
    """
    return np.asarray(2.0 * np.abs(np.sin(0.5 * np.asarray(angle_rad))) * bias_m_s2 / G, dtype=np.float64)


def bias_tilt_rad(bias_m_s2: float) -> float:
    """Return how far a bias tips the vertical of an angle absolute to gravity: ``b/g`` rad (metrics.md LU-01)."""
    return bias_m_s2 / G


# ---- how the sensor sits --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hinge:
    """The axis a segment turns about, (3,) of unit length in the sensor, and the share of the turning that is about it.

    The sign makes the first large turn positive. ``by_gyro`` is False where the turning was too slow and gravity told it.
    """

    axis: FloatArray
    explained: float
    by_gyro: bool


def hinge_of(gyro_rad_s: FloatArray, up: FloatArray, start: FloatArray, *, rate_hz: float) -> Hinge | None:
    """Return the axis of a movement: first principal axis of ω where ``|ω| > 20 °/s`` (algorithms.md 4; Kong et al. 2016).

    Where it turns too slowly for that, the axis about which gravity went furthest.

    Parameters
    ----------
    gyro_rad_s : (n, 3)
        Rates less their bias.
    up : (n, 3)
        Direction of up in the sensor at the same times.
    start : (3,)
        The same at rest; the first inclination away from it is positive.
    rate_hz
        Samples a second.

    Returns
    -------
    None where nothing turned, or about no one axis
    """
    fast = gyro_rad_s[np.linalg.norm(gyro_rad_s, axis=1) > TURNING_RAD_S]
    found: Hinge | None = None
    if len(fast) >= TURNED_S * rate_hz:
        found = _principal(fast, by_gyro=True)
    if found is None or found.explained < EXPLAINED:
        went = np.cross(up, start)  # along the axis, as long as the sine of the inclination
        far = went[np.linalg.norm(went, axis=1) > math.sin(TILTED_RAD)]
        if len(far) < TURNED_S * rate_hz:
            return None
        found = _principal(far, by_gyro=False)
    if found.explained < EXPLAINED:
        return None
    return _signed(found, up, start)


def segment_axes(start: FloatArray, axis: FloatArray, *, start_tilt_rad: float = 0.0) -> FloatArray | None:
    """Return the segment's axes as rows (x, y, z) in the sensor, (3, 3); ``up @ axes.T`` is up in the segment.

    Parameters
    ----------
    start : (3,)
        Up in the sensor in the static pose.
    axis : (3,)
        The segment's y axis, roughly; what of it is along ``start`` is taken away (Gram-Schmidt).
    start_tilt_rad
        Forward inclination of the segment in the static pose, if it was measured.

    Returns
    -------
    None where the axis is within 45° of upright: a turn about it does not show against gravity
    """
    along = float(start @ axis)
    if abs(along) > math.sqrt(0.5):
        return None
    y = axis - along * start
    y = y / np.linalg.norm(y)
    x = np.cross(y, start)
    c, s = math.cos(start_tilt_rad), math.sin(start_tilt_rad)
    # In a segment that leans forward by the tilt, up is cos·z − sin·x.
    return np.stack((c * x - s * start, y, c * start + s * x))


UNSTILL = 1e3
"""Squared rate that stands for a missing sample, rad²/s²: no window with one is still, and running sums stay exact."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A second or more in which somebody stood still: rows ``[first, last)``, seconds, mean rate (3,) (the gyro's bias), RMS rate."""

    first: int
    last: int
    start_s: float
    end_s: float
    bias_rad_s: FloatArray
    rms_rad_s: float


def quiet_of(t_s: FloatArray, imu: FloatArray, *, length_s: float, one_leg: bool) -> Quiet | None:
    """Return the window of a person who stands still (algorithms.md 5) that turns least.

    Parameters
    ----------
    t_s : (n,)
    imu : (n, 6)
        Columns of ``Kind.IMU``; a window with a NaN is not still.
    length_s
        Of the window.
    one_leg
        Up to 8 °/s instead of 3.
    """
    if len(t_s) < 3:
        return None
    period = float(np.median(np.diff(t_s)))
    slides = math.floor((t_s[-1] + period - t_s[0] - length_s) / STEP_S + 1e-6)
    starts = t_s[0] + STEP_S * np.arange(slides + 1)
    first, last = np.searchsorted(t_s, starts - 1e-6 * period), np.searchsorted(t_s, starts + length_s - 1e-6 * period)
    full = (last - first) >= 0.9 * length_s / period
    starts, first, last = starts[full], first[full], last[full]
    # By running sums which windows turn least; each is then looked at as it is, and the first that is still is the one.
    squares = np.where(known_rows(imu), (imu[:, GYRO] ** 2).sum(axis=1), UNSTILL)
    running = np.concatenate(([0.0], np.cumsum(np.minimum(squares, UNSTILL))))
    mean = (running[last] - running[first]) / (last - first)
    for k in np.argsort(mean, kind="stable").tolist():
        rows = imu[first[k] : last[k]]
        if mean[k] > 2.0 * ONE_LEG_GYRO_RAD_S**2:
            break  # nor is any window after it
        if stands_still(rows, one_leg=one_leg):
            rms = math.sqrt(float((rows[:, GYRO] ** 2).sum(axis=1).mean()))
            start = float(starts[k])
            return Quiet(int(first[k]), int(last[k]), start, start + length_s, rows[:, GYRO].mean(axis=0), rms)
    return None


class LiveUp:
    """Up in a sensor while samples come; any chunking gives the same to the bit. For the screen and for phases, not for numbers.

    Parameters
    ----------
    rate_hz
        Nominal rate.
    tau_s
        Time constant of the accelerometer's say.
    """

    def __init__(self, *, rate_hz: float, tau_s: float) -> None:
        self._filter = VQF(1.0 / rate_hz, tauAcc=tau_s)
        self._period_s = 1.0 / rate_hz
        self._last_s = math.nan
        self._last: FloatArray | None = None

    def feed(self, t_s: FloatArray, imu: FloatArray) -> FloatArray:
        """Return up, (n, 3), for (n,) seconds and (n, 6) samples; a row with a NaN gives NaN and counts as missing.

        Missing samples are bridged by a straight line up to ``BRIDGE_S``, or what was turned meanwhile would be lost for seconds.
        """
        good = known_rows(imu)
        t, rows = t_s[good], imu[good]
        out = np.full((len(imu), 3), np.nan)
        if len(rows) == 0:
            return out
        before_s = np.concatenate(([self._last_s], t[:-1]))
        before = np.concatenate((rows[:1] if self._last is None else self._last[None], rows[:-1]))
        self._last_s, self._last = float(t[-1]), rows[-1]
        away = t - before_s
        missing = np.where(away <= BRIDGE_S, np.rint(away / self._period_s) - 1.0, 0.0)  # NaN: the first sample of all
        pieces: list[FloatArray] = []
        kept: list[int] = []
        count = 0
        for row, lost in enumerate(np.maximum(missing, 0.0).astype(np.int64).tolist()):
            if lost:
                share = np.arange(1, lost + 1)[:, None] / (lost + 1)
                pieces.append(before[row] + share * (rows[row] - before[row]))
            pieces.append(rows[row : row + 1])
            count += lost + 1
            kept.append(count - 1)
        every = np.concatenate(pieces)
        turned = self._filter.updateBatch(np.ascontiguousarray(every[:, GYRO]), np.ascontiguousarray(every[:, ACC]))
        out[good] = up_of(np.asarray(turned["quat6D"], dtype=np.float64)[kept])
        return out


# ---- helpers -----------------------------------------------------------------------------------------------------------------------


def _principal(vectors: FloatArray, *, by_gyro: bool) -> Hinge:
    """Return the first principal axis of vectors about zero, and its share of their squares."""
    values, axes = np.linalg.eigh(vectors.T @ vectors)
    return Hinge(np.asarray(axes[:, 2], dtype=np.float64), float(values[2] / values.sum()), by_gyro)


def _signed(hinge: Hinge, up: FloatArray, start: FloatArray) -> Hinge:
    """Turn the axis round if the first inclination beyond half of the furthest is negative about it."""
    sine = np.cross(up, start) @ hinge.axis  # sin of the inclination about the axis
    far = np.flatnonzero(np.abs(sine) >= 0.5 * np.abs(sine).max())
    return hinge if sine[far[0]] >= 0.0 else Hinge(-hinge.axis, hinge.explained, hinge.by_gyro)
