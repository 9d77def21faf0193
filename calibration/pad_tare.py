"""Tares a force pad from a second without load; refused while something stands on it, it shakes, or it drifts."""

import numpy as np

from ankletest.device import Correction
from ankletest.errors import ExamError
from ankletest.samples import FloatArray, Kind

LEAST_S = 1.0
"""Shortest unloaded stretch, s (metrics.md 0.1, P-FJUMP)."""
LOADED_N = 30.0
"""More than any pad's offset, less than any foot, N."""
NOISE_N = 3.0
DRIFT_N_S = 2.0
"""Limits of a tare (algorithms.md 1)."""


def tare_of(t_s: FloatArray, cells_n: FloatArray, *, certificate: str = "tare") -> Correction:
    """Return the correction that makes the mean of an unloaded pad zero.

    Parameters
    ----------
    t_s : (n,)
        Seconds.
    cells_n : (n, c)
        Force of each cell, N.
    certificate
        What the correction is called in recordings.

    Raises
    ------
    ExamError
        Too short, loaded, noisy or drifting.
    """
    hint = "Take everything off the pad, wait until it is still, and try again."
    if len(t_s) < 2 or t_s[-1] - t_s[0] < LEAST_S:
        raise ExamError(f"The pad was watched for {0.0 if len(t_s) < 2 else t_s[-1] - t_s[0]:.1f} s; {LEAST_S:.0f} s are needed.", hint)
    total = cells_n.sum(axis=1)
    mean = float(total.mean())
    if abs(mean) > LOADED_N:
        raise ExamError(f"The pad carries {mean:.0f} N.", hint)
    slope = float(np.polyfit(t_s - t_s[0], total, 1)[0])
    if abs(slope) > DRIFT_N_S:
        raise ExamError(f"The pad drifts by {slope:.1f} N/s.", "Let it warm up for half an hour on an even floor, then try again.")
    noise = float(total.std(ddof=1))
    if noise > NOISE_N:
        raise ExamError(f"The pad shakes by {noise:.1f} N.", hint)
    cells = cells_n.shape[1]
    return Correction(Kind.CELLS, np.eye(cells), -cells_n.mean(axis=0), certificate)
