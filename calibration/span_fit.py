"""The straight line of a load cell through known weights, how well it holds, and which weight was typed in wrongly; no procedure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray

FULL_SHARE = 0.005
READ_SHARE, READ_N = 0.002, 1.0
"""A residual may be half a per cent of the greatest load, or 0.2 % of the reading and 1 N (algorithms.md 9.3)."""
PARABOLA_GAIN = 3.0
"""A parabola counts as better when it predicts left-out levels so many times more closely (algorithms.md 9.3)."""
WRONG_TIMES = 3.0
"""A level is wrong, and not the cell, when leaving it out makes the rest agree so many times better."""


@dataclass(frozen=True, slots=True)
class Span:
    """``force = zero + gain · reading``.

    ``u_gain`` is the standard error of the gain, ``residuals_n`` are reading by reading, ``sd_n`` is their standard deviation.
    ``hysteresis_n`` is the greatest difference of up and down at one level, ``left_out_n`` the worst error of a level predicted by the
    others, ``parabola`` how many times better a parabola predicts them.
    """

    gain: float
    zero_n: float
    u_gain: float
    sd_n: float
    residuals_n: tuple[float, ...]
    hysteresis_n: float
    left_out_n: float
    parabola: float


def allowed_n(weights_n: FloatArray) -> FloatArray:
    """Return the residual that is allowed at each weight, N."""
    return np.asarray(np.maximum(FULL_SHARE * np.max(np.abs(weights_n)), READ_SHARE * np.abs(weights_n) + READ_N), dtype=np.float64)


def span_of(readings: FloatArray, weights_n: FloatArray) -> Span:
    """Fit the line by least squares (algorithms.md 9.3).

    Parameters
    ----------
    readings : (n,)
        What the cell read above its zero, N by its present scale, in the order in which they were taken: up, then down.
    weights_n : (n,)
        What lay on it.
    """
    gain, zero = _line(readings, weights_n)
    residuals = weights_n - (zero + gain * readings)
    spread = readings - readings.mean()
    sd = math.sqrt(float(np.sum(residuals**2)) / max(1, len(readings) - 2))
    levels = np.unique(weights_n)
    apart = [float(np.ptp(readings[weights_n == level])) for level in levels]
    straight, bent = _left_out(readings, weights_n, 1), _left_out(readings, weights_n, 2)
    rms = [math.sqrt(float(np.mean(errors**2))) for errors in (straight, bent)]
    return Span(
        gain=gain,
        zero_n=zero,
        u_gain=sd / math.sqrt(float(np.sum(spread**2))),
        sd_n=sd,
        residuals_n=tuple(residuals.tolist()),
        hysteresis_n=gain * max(apart),
        left_out_n=float(np.max(np.abs(straight))),
        parabola=rms[0] / rms[1] if rms[1] > 0.0 else 1.0,
    )


def u_force_n(span: Span, readings: FloatArray, at: float, *, u_weight_n: float) -> float:
    """Return the standard uncertainty of a force read as ``at`` (algorithms.md 9.3), N."""
    n, mean = len(readings), float(readings.mean())
    spread = float(np.sum((readings - mean) ** 2))
    return math.sqrt(span.sd_n**2 * (1.0 + 1.0 / n + (at - mean) ** 2 / spread) + u_weight_n**2)


def wrong_level(readings: FloatArray, weights_n: FloatArray) -> tuple[float, float] | None:
    """Return a weight that does not fit the others, and what it seems to be, N; None where all fit or no single one is to blame.

    A level is judged by the line through the others: it is to blame where they agree well without it, and it is further off than
    anything the cell does by itself.
    """
    levels = [float(level) for level in np.unique(weights_n) if level != 0.0]
    if len(levels) < 4:
        return None
    worst = float(np.max(np.abs(weights_n - _fitted(readings, weights_n, readings)) / allowed_n(weights_n)))
    if worst <= 1.0:
        return None
    found: tuple[float, float, float] | None = None
    for level in levels:
        rest = weights_n != level
        left = float(
            np.max(np.abs(weights_n[rest] - _fitted(readings[rest], weights_n[rest], readings[rest])) / allowed_n(weights_n)[rest])
        )
        if found is None or left < found[0]:
            seems = float(np.mean(_fitted(readings[rest], weights_n[rest], readings[~rest])))
            found = (left, level, seems)
    if found is None or found[0] > 1.0 or WRONG_TIMES * found[0] > worst:
        return None
    return found[1], found[2]


def _line(readings: FloatArray, weights_n: FloatArray) -> tuple[float, float]:
    gain, zero = np.polyfit(readings, weights_n, 1)
    return float(gain), float(zero)


def _fitted(readings: FloatArray, weights_n: FloatArray, at: FloatArray) -> FloatArray:
    gain, zero = _line(readings, weights_n)
    return np.asarray(zero + gain * at, dtype=np.float64)


def _left_out(readings: FloatArray, weights_n: FloatArray, degree: int) -> FloatArray:
    """Return the error of each reading predicted by a fit without its level; not the ends, which would be extrapolated."""
    levels: Sequence[float] = [float(level) for level in np.unique(weights_n)][1:-1]
    errors: list[float] = []
    for level in levels:
        rest = weights_n != level
        fit = np.polyfit(readings[rest], weights_n[rest], degree)
        errors.extend((weights_n[~rest] - np.polyval(fit, readings[~rest])).tolist())
    return np.array(errors or [0.0])
