"""How well a time between two crossings of a level of an angle is known; which crossings is the caller's business."""

import math
from collections.abc import Sequence

import numpy as np

from ankletest.samples import FloatArray


def apart_u_s(t_s: FloatArray, angle_rad: FloatArray, pairs: Sequence[tuple[float, float]], *, angle_u_rad: float, rate_hz: float) -> float:
    """Return the standard uncertainty of the mean time between two crossings, s: ``u = √(u_θ²/θ̇₁² + u_θ²/θ̇₂² + 2 Δt²/12)``.

    An angle that is off by ``u_θ`` crosses a level so much sooner or later as it takes to turn that far, and samples lie ``Δt`` apart. NaN
    where the angle does not turn at a crossing.

    Parameters
    ----------
    t_s, angle_rad : (n,)
        Uniform; the angle may be NaN where it is not known.
    pairs
        First and second crossing of each movement, s.
    angle_u_rad
        Standard uncertainty of the angle against another of the same movement.
    rate_hz
    """
    if len(angle_rad) < 2 or not pairs:
        return math.nan
    turning = np.abs(np.gradient(angle_rad, 1.0 / rate_hz))
    rows = np.asarray(t_s.searchsorted(np.array(pairs)).clip(0, len(turning) - 1))
    known = turning[rows]
    slopes = [float(each[np.isfinite(each)].mean()) if bool(np.isfinite(each).any()) else 0.0 for each in known.T]
    if not min(slopes) > 0.0:
        return math.nan
    return math.sqrt(sum((angle_u_rad / slope) ** 2 for slope in slopes) + 1.0 / (6.0 * rate_hz**2))
