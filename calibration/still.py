"""Whether a motion sensor lies still in a window, and its mean there; which pose that is, and what for, is the caller's business.

The usual statistic of rest compares |a| with g and the rate with 0 (``signals.rest``). Here neither is known yet: 20 mg of bias alone put
it at 15. So the same statistic is taken about the window's own means, and whatever drifts within the window is not still.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ankletest.samples import ACC, GYRO, FloatArray, G
from ankletest.signals.rest import SHOE_ACC_M_S2, SHOE_GYRO_RAD_S, SHOE_LIMIT

LEAST_S, LEAST_SAMPLES = 2.0, 200
"""Length of a still window, and what its mean is made of at least: a second more than algorithms.md 9.1, because noise goes with time."""
TENTHS = 10
DRIFT_M_S2, DRIFT_SDS = 0.001 * G, 5.0
"""The mean of each tenth of a window is the window's, but for so much or for noise. T alone lets the end of being put down pass, or a tilt
of 0.5 °/s: both spoilt means by 1 mg, ten times their noise."""
TURN_RAD_S = math.radians(10.0)
"""No gyro is as far off as this; what turns faster is turning."""
ODD_SHARE = 0.2
"""At rest |a| is g, give or take what any chip is off by; a fifth more or less is another range, or the end of it."""


class Unstill(StrEnum):
    """Why a window is not still."""

    MOVED = "moved"
    TIPPING = "tipping"
    TURNING = "turning"
    SHORT = "still window missing"
    RANGE = "wrong range"


WORDS: dict[Unstill, tuple[str, str]] = {
    Unstill.MOVED: ("The sensor moves.", "Put it down and take the hand away."),
    Unstill.TIPPING: ("The sensor tips slowly.", "Put it on something firm, not on foam or cloth."),
    Unstill.TURNING: ("The sensor turns.", "Let it come to rest."),
    Unstill.SHORT: ("There are too few samples.", "Bring the sensor nearer to the computer."),
    Unstill.RANGE: (
        "The accelerometer reads another gravity than there is.",
        "Switch the sensor off and on again; choose a range of 4 g or more.",
    ),
}
"""What the operator is told, and what to do."""


@dataclass(frozen=True, slots=True)
class Still:
    """A still window ``[start_s, end_s)`` of a motion sensor; ``mean`` and ``sd`` (6,) are of the columns of ``Kind.IMU``.

    ``sd`` is the median of the window's tenths: noise, whatever else happened at either end.
    """

    start_s: float
    end_s: float
    mean: FloatArray
    sd: FloatArray
    samples: int
    statistic: float

    @property
    def acc_m_s2(self) -> FloatArray:
        """Mean specific force, (3,)."""
        return self.mean[ACC]

    @property
    def gyro_rad_s(self) -> FloatArray:
        """Mean rate, (3,)."""
        return self.mean[GYRO]

    @property
    def up(self) -> FloatArray:
        """Direction of up in the sensor, (3,)."""
        return np.asarray(self.acc_m_s2 / np.linalg.norm(self.acc_m_s2), dtype=np.float64)

    @property
    def acc_u_m_s2(self) -> float:
        """Standard uncertainty of an axis of the mean by noise alone."""
        return float(np.sqrt(np.mean(self.sd[ACC] ** 2) / self.samples))

    @property
    def gyro_u_rad_s(self) -> FloatArray:
        """Standard uncertainty of the mean rate by noise alone, (3,)."""
        return np.asarray(self.sd[GYRO] / math.sqrt(self.samples), dtype=np.float64)


def still_of(t_s: FloatArray, values: FloatArray, *, least_samples: int = LEAST_SAMPLES) -> Still | Unstill:
    """Return a window as still, or why it is not.

    Parameters
    ----------
    t_s : (n,)
        Session seconds.
    values : (n, 6)
        Columns of ``Kind.IMU``; rows with a NaN are left out.
    least_samples
        With fewer there is no window.
    """
    good = np.isfinite(values).all(axis=1)
    t, rows = t_s[good], values[good]
    if len(t) < max(least_samples, 3):
        return Unstill.SHORT
    statistic = statistic_of(rows)
    if not statistic < SHOE_LIMIT:
        return Unstill.MOVED
    mean = rows.mean(axis=0)
    tenths = np.array_split(rows, TENTHS)
    sd = np.asarray(np.median([part.std(axis=0, ddof=1) for part in tenths], axis=0), dtype=np.float64)
    drift = np.abs(np.stack([part[:, ACC].mean(axis=0) for part in tenths]) - mean[ACC])
    if not bool((drift < np.maximum(DRIFT_M_S2, DRIFT_SDS * sd[ACC] / math.sqrt(len(tenths[-1])))).all()):
        return Unstill.TIPPING
    if not abs(float(np.linalg.norm(mean[ACC])) / G - 1.0) < ODD_SHARE:
        return Unstill.RANGE
    if not float(np.linalg.norm(mean[GYRO])) < TURN_RAD_S:
        return Unstill.TURNING
    period = float(t[-1] - t[0]) / (len(t) - 1)
    return Still(float(t[0]), float(t[-1]) + period, mean, sd, len(rows), statistic)


def statistic_of(values: FloatArray) -> float:
    """Return ``T = 1/W Σ( |a − ā|²/σ_a² + |ω − ω̄|²/σ_ω² )`` of one window (n, 6), about its own means (Skog et al. 2010)."""
    spread = values.var(axis=0)
    return float(spread[ACC].sum() / SHOE_ACC_M_S2**2 + spread[GYRO].sum() / SHOE_GYRO_RAD_S**2)
