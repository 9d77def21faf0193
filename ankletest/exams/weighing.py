"""Stepping on a pad and being weighed: what every exam on a pad begins with; no phases."""

import math

import numpy as np

from ankletest.exams.detectors import LOADED_N, LOADED_SHARE, MASS_SHARE, STILL_N, STILL_N_S, STILL_S, STILL_SHARE, UNLOADED_N
from ankletest.samples import FloatArray, G

WAIT_S = 0.25
"""Somebody is on the pad, or off it, after so long, s."""
KEEP_S = 2.0
"""How much force is looked back at, s."""


class Weighing:
    """Feed it the force of the pad, slice by slice.

    Parameters
    ----------
    mass_kg
        If known; a weight further than 15 % from it is shared with the other foot or a rail.
    """

    def __init__(self, mass_kg: float | None = None) -> None:
        self._mass_n = mass_kg * G if mass_kg else math.nan
        self._t: FloatArray = np.empty(0)
        self._f: FloatArray = np.empty(0)
        self.weight_n = math.nan
        """Mean of the stillest second so far, N."""
        self.sd_n = math.nan
        """Its standard deviation, N."""
        self.at_s = math.nan
        """When that second ended."""

    def take(self, t_s: FloatArray, force_n: FloatArray) -> None:
        """Take samples; what is missing is left out."""
        good = np.isfinite(force_n)
        t = np.concatenate((self._t, t_s[good]))
        first = int(t.searchsorted(t[-1] - KEEP_S)) if len(t) else 0
        self._t, self._f = t[first:], np.concatenate((self._f, force_n[good]))[first:]

    def forget(self) -> None:
        """Start over: somebody else may step on."""
        self.weight_n = self.sd_n = self.at_s = math.nan

    @property
    def loaded(self) -> bool:
        """Whether somebody stands on the pad."""
        force = self._last(WAIT_S)
        least = max(LOADED_N, LOADED_SHARE * self._mass_n) if self._mass_n > 0.0 else LOADED_N
        return len(force) > 1 and float(np.min(force)) >= least

    @property
    def empty(self) -> bool:
        """Whether nobody is on the pad."""
        force = self._last(WAIT_S)
        return len(force) > 1 and float(np.max(force)) < UNLOADED_N

    def weigh(self) -> bool:
        """Look at the last second; return whether it was still (SD within 1 % or 3 N, slope within 5 N/s). The stillest one counts."""
        force = self._last(STILL_S)
        if len(force) < 10 or self._t[-1] - self._t[0] < 0.9 * STILL_S:
            return False
        at = self._t[-len(force) :]
        mean, sd = float(np.mean(force)), float(np.std(force, ddof=1))
        if mean < LOADED_N or (self._mass_n > 0.0 and abs(mean / self._mass_n - 1.0) > MASS_SHARE):
            return False
        apart = at - np.mean(at)
        slope = float(np.sum(apart * force) / np.sum(apart * apart))
        if sd > max(STILL_SHARE * mean, STILL_N) or abs(slope) > STILL_N_S:
            return False
        if not sd >= self.sd_n:
            self.weight_n, self.sd_n, self.at_s = mean, sd, float(at[-1])
        return True

    def _last(self, seconds: float) -> FloatArray:
        return self._f[int(self._t.searchsorted(self._t[-1] - seconds)) :] if len(self._t) else self._f
