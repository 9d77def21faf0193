"""The height of a jump by a sensor on the lower back: vertical acceleration summed between two still seconds (algorithms.md 6); no events.

CJ-01i velocity at take-off. CJ-02i ``v_TO²/2g`` (TOV), and the top of the trunk's way above standing (NDI). CJ-03i ``g FT²/8`` by the same
sensor. All are of the IMU and not for a trend with those of a pad: published limits of agreement are ±9.4, ±4.8 and ±8.5 cm (Toft Nielsen
et al. 2019, PMC6445523).
"""

from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray, G


@dataclass(frozen=True, slots=True)
class Rise:
    """How the trunk went up.

    Parameters
    ----------
    v_take_off_m_s
        Upward velocity where it stops to feel anything.
    top_m
        Highest point above where it was at rest.
    drift_m_s
        Velocity that the plain sum has in the second still window; it was taken away along a straight line.
    taken_m_s
        How much of that line was taken away at the take-off.
    """

    v_take_off_m_s: float
    top_m: float
    drift_m_s: float
    taken_m_s: float

    @property
    def height_m(self) -> float:
        """``v_TO²/2g`` (CJ-02i)."""
        return self.v_take_off_m_s**2 / (2.0 * G)


def rise_of(
    t_s: FloatArray, up_m_s2: FloatArray, *, still_s: tuple[float, float], again_s: tuple[float, float], take_off_s: float, landing_s: float
) -> Rise:
    """Return the rise between two still windows.

    Velocity is the trapezoid sum of the acceleration less its mean in the first window, less the straight line that makes its mean 0 in
    both (zero-velocity update). The way is the sum of that, less the straight line that ends it where it began.

    The velocity is taken at the take-off and not at its greatest value: that comes 20-30 ms before, when the force is back at body weight,
    and is worth 4 cm more (22 real jumps' force; 5 cm in simulated ones).

    Parameters
    ----------
    t_s, up_m_s2 : (n,)
        Uniform samples that cover both windows; upward acceleration with or without gravity.
    still_s, again_s
        Start and end of the windows before the jump and after the landing.
    take_off_s, landing_s
        Of the flight.
    """
    first, again = _rows(t_s, still_s), _rows(t_s, again_s)
    v = _summed(t_s, up_m_s2 - up_m_s2[first].mean())
    v = v - v[first].mean()
    drift = float(v[again].mean())
    share = (t_s - t_s[first].mean()) / (t_s[again].mean() - t_s[first].mean())
    moved = _summed(t_s, v - share * drift)
    moved = moved - moved[first].mean()
    way = moved - share * float(moved[again].mean())
    taken = float(np.interp(take_off_s, t_s, share)) * drift
    top = float(way[_rows(t_s, (take_off_s, landing_s))].max())
    return Rise(float(np.interp(take_off_s, t_s, v)) - taken, top, drift, taken)


# ---- helpers -----------------------------------------------------------------------------------------------------------------


def _rows(t_s: FloatArray, window_s: tuple[float, float]) -> slice:
    first, last = np.searchsorted(t_s, window_s)
    return slice(int(first), int(last))


def _summed(t_s: FloatArray, values: FloatArray) -> FloatArray:
    """Return the cumulative trapezoid from 0, (n,)."""
    return np.concatenate((np.zeros(1), np.cumsum(0.5 * (values[1:] + values[:-1]) * np.diff(t_s))))
