"""How uncertain noise makes a number that has no formula for it: the number is made again of samples with as much noise once more.

Noise that is in the samples has moved the number from ``f(x)`` to ``f(x + n)``. What as much noise of the same spectrum moves it once more,
``f(x + n + n') − f(x + n)``, is of the same size: what is random in it has the same variance, and what noise always does (it makes a path
longer, a power larger) it does again. So the standard uncertainty is ``u = √(Σ (f(x + n + n'ᵢ) − f(x + n))² / (m − 2))`` over m draws
``n'ᵢ``, a parametric bootstrap (Efron & Tibshirani 1993, chapter 6). So few draws know their mean square to a half only: over m − 2 and not
over m it is that of Student's t, and two u cover 95 %. The draws are the same in every run, so that a trial's numbers are.

An unknown scale of the sensor goes the same way: draws are larger and smaller by its uncertainty in turn.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.signal import lfilter

from ankletest.samples import FloatArray
from ankletest.signals.filters import lowpass, lowpass_gains

DRAWS = 8
"""More would cost time at the end of every run, and tell u no better than the noise itself is known."""
SEED = 20_260


@lru_cache(maxsize=8)
def filtered_noise(samples: int, columns: int, *, rate_hz: float, cut_hz: float) -> tuple[FloatArray, ...]:
    """Return ``DRAWS`` times white noise after a profile's low-pass, SD 1, each (samples, columns)."""
    rng = np.random.default_rng(SEED)
    gain = lowpass_gains(cut_hz, rate_hz)[0]
    return tuple(lowpass(rng.standard_normal((samples, columns)), rate_hz=rate_hz, cut_hz=cut_hz) / gain for _ in range(DRAWS))


@lru_cache(maxsize=32)
def white(samples: int, columns: int) -> tuple[FloatArray, ...]:
    """Return ``DRAWS`` times noise of which every number is on its own, SD 1, each (samples, columns)."""
    rng = np.random.default_rng(SEED + 2)
    return tuple(rng.standard_normal((samples, columns)) for _ in range(DRAWS))


@lru_cache(maxsize=8)
def wandering(samples: int, columns: int, *, rate_hz: float, tau_s: float) -> tuple[FloatArray, ...]:
    """Return ``DRAWS`` times noise that is forgotten with a time constant (Ornstein-Uhlenbeck), SD 1, each (samples, columns)."""
    rng = np.random.default_rng(SEED + 1)
    kept = math.exp(-1.0 / (rate_hz * tau_s))
    out: list[FloatArray] = []
    for _ in range(DRAWS):
        steps = rng.standard_normal((samples, columns)) * math.sqrt(1.0 - kept * kept)
        steps[:1] /= math.sqrt(1.0 - kept * kept)
        out.append(np.asarray(lfilter([1.0], [1.0, -kept], steps, axis=0), dtype=np.float64))
    return tuple(out)


def in_turn(u: float) -> tuple[float, ...]:
    """Return a scale for each draw, ``1 + u`` and ``1 − u`` in turn: an RMS of u without a mean of its own."""
    return tuple(1.0 + (u if draw % 2 else -u) for draw in range(DRAWS))


def turned_in_turn(u_rad: float) -> tuple[FloatArray, ...]:
    """Return a rotation of the plane for each draw, by ``u`` one way and the other; the pairs of draws so that scales go with neither."""
    angles = (u_rad if draw // 2 % 2 else -u_rad for draw in range(DRAWS))
    return tuple(np.array(((math.cos(a), math.sin(a)), (-math.sin(a), math.cos(a)))) for a in angles)


def shaken_u(value: float, again: Sequence[float]) -> float:
    """Return ``√(Σ (againᵢ − value)² / (m − 2))``; NaN without draws, or where one of them has no number."""
    if len(again) <= 2 or not math.isfinite(value):
        return math.nan
    return math.sqrt(sum((one - value) ** 2 for one in again) / (len(again) - 2.0))
