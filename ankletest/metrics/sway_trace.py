"""What every number of CoP sway starts from: the trace of a trial, what pad noise does to it (metrics.md SW-21), and when there is none."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ankletest.metrics import sway as s
from ankletest.metrics.base import CopTrace, Evidence, Measured, Profile
from ankletest.metrics.shaken import filtered_noise
from ankletest.metrics.sway import Ellipse, EllipseForm
from ankletest.metrics.traces import caveat
from ankletest.samples import FloatArray

NOISE_SHARE = 0.25
"""SW-21: a path or velocity carries a caveat where noise alone would show more than this share of it."""
STILL = "the CoP has no such value: it moves on a line, or not at all, or in a circle"

Values = tuple[float, float]
"""A value and its standard uncertainty; NaN for none."""


@dataclass(frozen=True, slots=True)
class Sway:
    """A trace and what noise is in it.

    ``seconds`` from first to last sample, ``u_mm`` SD per axis, ``noise_mm_s`` speed of noise alone, ``free`` independent samples;
    the path, the ellipse and the hull, which several numbers need.
    """

    x: FloatArray
    y: FloatArray
    seconds: float
    rate_hz: float
    u_mm: float
    noise_mm_s: float
    free: float
    path_mm: float
    ellipse: Ellipse
    hull: FloatArray

    @property
    def noise_axis_mm_s(self) -> float:
        """Mean speed of noise along one axis: 2/π of that in the plane."""
        return self.noise_mm_s * 2.0 / math.pi


def sway_metric(measure: Callable[[Sway], Values]) -> Callable[[Evidence], Measured]:
    """Return a metric of a CoP trace."""

    def of(evidence: Evidence) -> Measured:
        sway, reasons = sway_of(evidence)
        if sway is None:
            return Measured(math.nan, reasons=reasons)
        value, u = measure(sway)
        if not math.isfinite(value):
            reasons = (STILL, *reasons)
        return Measured(value, u, reasons, caveat(reasons), n_used=len(sway.x))

    return of


def way_metric(measure: Callable[[Sway], tuple[float, float, float]], *, per_second: bool) -> Callable[[Evidence], Measured]:
    """Return a metric of a length of way, whose ``measure`` is that length, the speed of noise, and chance; with the rule of SW-21.

    ``per_second`` divides the way by the time it took: the mean velocity ``PATH / T`` (SW-06).
    """

    def of(evidence: Evidence) -> Measured:
        sway, reasons = sway_of(evidence)
        if sway is None:
            return Measured(math.nan, reasons=reasons)
        length, noise, chance = measure(sway)
        speed = length / sway.seconds
        scale = 1.0 if per_second else sway.seconds
        if noise > NOISE_SHARE * speed:
            reasons = (f"SW-21: noise alone shows {noise:.1f} mm/s, more than {NOISE_SHARE} of this velocity", *reasons)
        # Noise adds to the speed in squares; what it added is not taken off but stands as uncertainty.
        u = math.hypot(inflated(speed, noise), chance / sway.seconds)
        return Measured(speed * scale, u * scale, reasons, caveat(reasons), n_used=len(sway.x))

    return of


def speed_u_mm_s(w: Sway) -> float:
    """Return the uncertainty of the mean velocity, mm/s: what noise made of it, and chance."""
    return math.hypot(inflated(w.path_mm / w.seconds, w.noise_mm_s), chance_mm(w) / w.seconds)


def area_u_mm2(w: Sway) -> float:
    """Return the uncertainty of the ellipse's area, mm².

    Noise adds to both eigenvalues, ``A/2 (κσ²/a² + κσ²/b²)``; its chance covariance with sway, of SD ``2 σ √(λ/m)``, makes
    ``A √((κσ²/a² + κσ²/b²) / m)``, m the number of independent samples.
    """
    whole = w.ellipse
    if not whole.minor_mm > s.LSB:
        return math.nan
    noise = kappa_of(w) * w.u_mm**2
    share = noise / whole.major_mm**2 + noise / whole.minor_mm**2
    return whole.area_mm2 * math.hypot(0.5 * share, math.sqrt(share / w.free))


def kappa_of(w: Sway) -> float:
    """Return the factor from eigenvalues of the covariance to squares of the ellipse's semi-axes."""
    both = float(w.x.var(ddof=1) + w.y.var(ddof=1))
    return (w.ellipse.major_mm**2 + w.ellipse.minor_mm**2) / both if both > s.LSB else math.nan


def chance_mm(w: Sway) -> float:
    """Return what chance does to the path, mm: ``σ √(Σ |eₖ₊₁ − eₖ|²)`` with e the direction of the way.

    A point moved by noise makes a straight way no longer, and a way that turns there by as much as it turns. Noise is alike over
    ``seconds / free``, so points lie so far apart.
    """
    stride = max(round(len(w.x) / w.free), 1)
    dx, dy = np.diff(w.x[::stride]), np.diff(w.y[::stride])
    size = np.maximum(np.sqrt(dx * dx + dy * dy), s.LSB)
    ex, ey = np.diff(dx / size), np.diff(dy / size)
    return w.u_mm * math.sqrt(float((ex * ex + ey * ey).sum()))


def chance_1d_mm(axis: FloatArray, w: Sway) -> float:
    """Return what chance does to the path along one axis, mm: ``2 σ √m``, m the number of its turns (as ``chance_mm``)."""
    up = np.diff(axis) > 0.0
    return 2.0 * w.u_mm * math.sqrt(float(np.count_nonzero(up[1:] != up[:-1])))


def sway_of(evidence: Evidence) -> tuple[Sway | None, tuple[str, ...]]:
    """Return the trace, or None, and what is to be said of it."""
    trace = evidence.cop
    if trace is None or trace.blocked:
        return None, trace.reasons if trace is not None else ("no pad with a CoP",)
    return evidence.made(_made), trace.reasons


def shaken_sway(evidence: Evidence) -> tuple[Sway, ...]:
    """Return the trace with the pad's noise in it once more, several times (``shaken``); for ``Evidence.made``.

    Empty where it is not known. Only ``x`` and ``y`` are those of the shaken trace; not under a profile without a filter, whose samples
    are as they came.
    """
    sway, cut = evidence.made(_made), evidence.profile.cut_hz
    if sway is None or not (math.isfinite(sway.u_mm) and math.isfinite(cut)):
        return ()
    noise = filtered_noise(len(sway.x), 2, rate_hz=sway.rate_hz, cut_hz=cut)
    both = (sway.u_mm * (one - one.mean(axis=0)) for one in noise)
    return tuple(replace(sway, x=np.ascontiguousarray(sway.x + one[:, 0]), y=np.ascontiguousarray(sway.y + one[:, 1])) for one in both)


def inflated(spread: float, noise: float) -> float:
    """Return what noise, adding in squares, has made of a spread or a speed."""
    return spread - math.sqrt(max(spread**2 - noise**2, 0.0))


def _made(evidence: Evidence) -> Sway | None:
    return sway_in(evidence.cop, evidence.profile) if evidence.cop is not None else None


def sway_in(trace: CopTrace, profile: Profile) -> Sway:
    """Return what the numbers of a trace are made of, with what its noise does to them."""
    cut = profile.cut_hz
    seconds = float(trace.t_s[-1] - trace.t_s[0])
    noise = s.noise_speed_mm_s(trace.u_mm, trace.rate_hz, cut) if math.isfinite(trace.u_mm) else math.nan
    free = max(2.0 * cut * seconds, 1.0) if math.isfinite(cut) else float(len(trace.t_s))
    x, y = trace.x_mm, trace.y_mm
    whole = s.ellipse(x, y, EllipseForm(profile.ellipse))
    return Sway(x, y, seconds, trace.rate_hz, trace.u_mm, noise, free, s.path_mm(x, y), whole, s.hull_of(x, y))
