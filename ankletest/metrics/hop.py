"""Repeated hops (metrics.md 4): formulas on contact and flight times, and on the force of a pad; no events, no gates, no verdict.

``ct`` and ``ft`` are contact and flight time in seconds, floats or (n,) arrays of one hop a row.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.signal import find_peaks

from ankletest.samples import FloatArray, G

Times = FloatArray
BEST = 5
OF = 10
"""RSI 10/5: the best five of the first ten hops."""
QUICK_S = 0.250
"""Reactive strength is framed as contact below 0.25 s (Harper et al. 2011); variant ``ct250``."""
IMPACT_S = 0.050
IMPACT_BW = 0.2
"""HP-13: the impact peak is the first local maximum within 50 ms that stands out by more than 0.2 BW."""


def height_m(ft: Times) -> Times:
    """Return the height of a flight that starts and ends at the same posture: ``g FT²/8`` (HP-03)."""
    return np.asarray(G * ft**2 / 8.0, dtype=np.float64)


def rsi_m_s(ct: Times, ft: Times) -> Times:
    """Return the reactive strength index ``h_FT / CT`` of a contact and the flight after it, m/s (HP-04)."""
    return np.asarray(height_m(ft) / ct, dtype=np.float64)


def stiffness_n_m(ct: Times, ft: Times, mass_kg: float) -> Times:
    """Return leg stiffness by Dalleau et al. 2004 (Int J Sports Med 25:170): ``Mπ(FT+CT) / (CT²[(FT+CT)/π − CT/4])`` (HP-07)."""
    return np.asarray(mass_kg * math.pi * (ft + ct) / (ct**2 * ((ft + ct) / math.pi - ct / 4.0)), dtype=np.float64)


def modelled_peak_n(ct: Times, ft: Times, mass_kg: float) -> Times:
    """Return the peak of a half-sine force with the impulse of the hop: ``Mg(π/2)(FT/CT + 1)`` (HP-08; Morin et al. 2005)."""
    return np.asarray(mass_kg * G * (math.pi / 2.0) * (ft / ct + 1.0), dtype=np.float64)


def compression_m(ct: Times, ft: Times) -> Times:
    """Return how far the body sinks under that half-sine: ``F_mod CT²/(Mπ²) − g CT²/8`` (HP-09). The mass cancels."""
    return np.asarray(modelled_peak_n(ct, ft, 1.0) * ct**2 / math.pi**2 - G * ct**2 / 8.0, dtype=np.float64)


def spring_mass_n_m(ct: Times, ft: Times, mass_kg: float) -> Times:
    """Return the stiffness of a spring-mass body, ``M ω²`` with ``ω CT = 2(π − atan(v₀ω/g))``, ``v₀ = g FT/2`` (HP-10).

    Newton from ``π/CT``: the function is concave and rising, and negative there, so the steps never overshoot.
    """
    omega = np.asarray(math.pi / ct, dtype=np.float64)
    lift = np.asarray(ft, dtype=np.float64) / 2.0  # v₀/g
    for _ in range(12):
        off = omega * ct - 2.0 * (math.pi - np.arctan(lift * omega))
        omega = omega - off / (ct + 2.0 * lift / (1.0 + (lift * omega) ** 2))
    return np.asarray(mass_kg * omega**2, dtype=np.float64)


def best(rsi: Times, count: int = BEST) -> npt.NDArray[np.intp]:
    """Return the rows of the largest values, best first."""
    return np.argsort(-rsi, kind="stable")[:count]


def variation_percent(values: Times) -> float:
    """Return ``100 SD / mean``, SD with ddof 1 (HP-14)."""
    return 100.0 * float(values.std(ddof=1) / values.mean()) if len(values) > 1 else math.nan


def decay_percent_hop(number: Times, values: Times) -> float:
    """Return the least-squares slope over hop numbers as per cent of the mean a hop (HP-15)."""
    if len(values) < 2:
        return math.nan
    away = number - number.mean()
    return 100.0 * float((away * values).sum() / (away * away).sum() / values.mean())


def fatigue_percent(values: Times) -> float:
    """Return ``100 (1 − mean of the last three / mean of the best three)`` (HP-15)."""
    return 100.0 * (1.0 - float(values[-3:].mean() / np.sort(values)[-3:].mean())) if len(values) >= 3 else math.nan


def edges_u(formula: Callable[[Times, Times], Times], ct: Times, ft: Times, edge_s: Times) -> Times:
    """Return the standard uncertainty of ``formula(ct, ft)`` for three independent edges (landing, take-off, landing) of ``edge_s``.

    The take-off edge is in both times with opposite signs: ``u² = u_e² (f_c² + (f_c − f_f)² + f_f²)`` with the partial derivatives
    f_c, f_f, taken numerically over ±0.1 ms.
    """
    step = 1e-4
    by_ct = (formula(ct + step, ft) - formula(ct - step, ft)) / (2.0 * step)
    by_ft = (formula(ct, ft + step) - formula(ct, ft - step)) / (2.0 * step)
    return np.asarray(edge_s * np.sqrt(by_ct**2 + (by_ct - by_ft) ** 2 + by_ft**2), dtype=np.float64)


def momentum_balance(t_s: FloatArray, force_n: FloatArray, *, cycles: Sequence[tuple[float, float]], body_weight_n: float) -> float:
    """Return ``∫F dt / (BW ΣT)`` over whole cycles, landing to landing; 1 for a pad that tells the truth (HP-16).

    Parameters
    ----------
    t_s, force_n : (n,)
        Native samples that cover the cycles; trapezoid rule, the ends interpolated.
    cycles
        ``(landing, next landing)`` in seconds.
    body_weight_n
    """
    if not cycles or len(t_s) < 2 or cycles[0][0] < t_s[0] or cycles[-1][1] > t_s[-1]:
        return math.nan
    running = np.concatenate((np.zeros(1), np.cumsum(0.5 * (force_n[1:] + force_n[:-1]) * np.diff(t_s))))
    at = np.asarray(cycles, dtype=np.float64)
    impulse = _integral(t_s, force_n, running, at[:, 1]) - _integral(t_s, force_n, running, at[:, 0])
    return float(impulse.sum() / (body_weight_n * (at[:, 1] - at[:, 0]).sum()))


def impact_peak_n(t_s: FloatArray, force_n: FloatArray, *, body_weight_n: float) -> float:
    """Return the first local maximum in the first 50 ms of a contact if it stands out by 0.2 BW (HP-13); NaN without one.

    Parameters
    ----------
    t_s : (n,)
        Seconds since the landing.
    force_n : (n,)
        Native samples of one contact.
    body_weight_n
    """
    peaks, _ = find_peaks(force_n, prominence=IMPACT_BW * body_weight_n)
    early = [int(row) for row in peaks if t_s[row] <= IMPACT_S]
    # The only summit of a contact is its active peak and not an impact, however early it is.
    return float(force_n[early[0]]) if early and len(peaks) > 1 else math.nan


def _integral(t_s: FloatArray, force_n: FloatArray, running: FloatArray, at_s: FloatArray) -> FloatArray:
    """Return the running integral at other times; exact for a force that is linear between samples."""
    row = np.clip(np.searchsorted(t_s, at_s, side="right") - 1, 0, len(t_s) - 2)
    into = at_s - t_s[row]
    slope = (force_n[row + 1] - force_n[row]) / (t_s[row + 1] - t_s[row])
    return np.asarray(running[row] + into * (force_n[row] + 0.5 * slope * into), dtype=np.float64)
