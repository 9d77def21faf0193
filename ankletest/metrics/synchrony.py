"""How movements keep to an even beat (sensorimotor synchronisation): circular statistics of asynchronies; it finds no beats, no movements.

HB-01 to HB-05 are this program's own ids, of hops on a metronome. The terms are those of Repp 2005 (Psychon Bull Rev 12:969): the
asynchrony is the time of a movement less that of the nearest beat, negative where it comes first, and people who keep to a beat come some
20 to 80 ms before it. As the nearest beat wraps around, mean and spread are those of directions on a circle of one period (Fisher 1993,
Statistical Analysis of Circular Data).
"""

import math

import numpy as np

from ankletest.samples import BoolArray, FloatArray

ON_BEAT = 0.25
"""On the beat is within this share of the period, as of heel raises (algorithms.md 7)."""
BY_CHANCE = 0.05
"""With a larger probability of as much agreement by chance nobody kept to a beat."""


def asynchrony_s(at_s: FloatArray, beats_s: FloatArray, period_s: float) -> FloatArray:
    """Return each instant less the nearest beat, s, (n,); NaN where there is none within half a period.

    Parameters
    ----------
    at_s : (n,)
    beats_s : (m,)
        Increasing.
    period_s
        From beat to beat.
    """
    if len(beats_s) == 0:
        return np.full(len(at_s), np.nan)
    after = np.clip(np.searchsorted(beats_s, at_s), 1, max(len(beats_s) - 1, 1))
    before = after - 1
    after = np.minimum(after, len(beats_s) - 1)
    early, late = at_s - beats_s[after], at_s - beats_s[before]
    away = np.where(np.abs(early) < np.abs(late), early, late)
    # Half a period and a little: two beats that were counted anew may be further apart.
    return np.asarray(np.where(np.abs(away) <= 0.5 * period_s * (1.0 + 1e-9), away, np.nan), dtype=np.float64)


def resultant(away_s: FloatArray, period_s: float) -> complex:
    """Return the mean of ``exp(i 2π a / T)``: its length R tells how well they agree, 0 to 1 (HB-04), its angle where they are."""
    return complex(np.exp(2j * math.pi * away_s / period_s).mean())


def mean_s(away_s: FloatArray, period_s: float) -> float:
    """Return the circular mean asynchrony, ``T arg(mean exp(i 2π a / T)) / 2π``, s (HB-02)."""
    whole = resultant(away_s, period_s)
    return period_s * math.atan2(whole.imag, whole.real) / (2.0 * math.pi)


def sd_s(away_s: FloatArray, period_s: float) -> float:
    """Return the circular SD of asynchronies, ``T √(−2 ln R) / 2π``, s (HB-03; Fisher 1993, 2.12); of close ones the SD with ddof 0."""
    length = min(abs(resultant(away_s, period_s)), 1.0)
    return period_s * math.sqrt(-2.0 * math.log(length)) / (2.0 * math.pi) if length > 0.0 else math.inf


def on_beat(away_s: FloatArray, period_s: float, share: float = ON_BEAT) -> BoolArray:
    """Tell which are within ``share`` of the period of their own mean asynchrony, (n,) (HB-05).

    The mean is taken away, as of heel raises (HR-11): who always lands a little before the beat keeps to it, and what a loudspeaker is late
    by is alike in all beats.
    """
    turn = np.exp(2j * math.pi * away_s / period_s) * np.conj(resultant(away_s, period_s))
    return np.asarray(np.abs(np.angle(turn)) <= 2.0 * math.pi * share + 1e-12, dtype=np.bool_)


def by_chance(away_s: FloatArray, period_s: float) -> float:
    """Return the probability of as much agreement of as many instants that keep to no beat: Rayleigh's test.

    ``p = exp(√(1 + 4n + 4(n² − n²R²)) − (1 + 2n))`` (Zar 1999, Biostatistical Analysis, 27.4).
    """
    n = len(away_s)
    long = n * abs(resultant(away_s, period_s))
    return math.exp(math.sqrt(1.0 + 4.0 * n + 4.0 * (n * n - long * long)) - (1.0 + 2.0 * n))
