"""What the research tier makes of a CoP trace once for several numbers: spectra, diffusion, entropy, fluctuation, boundary, density.

No formulas: which samples each takes, how many it needs (E-SHORT), and why there is none.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from scipy.signal import resample_poly

from ankletest.metrics import boundary, complexity, diffusion, spectrum
from ankletest.metrics.base import Evidence
from ankletest.metrics.boundary import Boundary
from ankletest.metrics.complexity import Fluctuation
from ankletest.metrics.diffusion import Diffusion
from ankletest.metrics.kept import Kept
from ankletest.metrics.spectrum import Axes
from ankletest.metrics.sway_trace import Sway, shaken_sway, sway_of
from ankletest.samples import FloatArray

BAND_HZ = (0.15, 5.0)
PARTS_HZ = ((0.15, 0.5), (0.5, 2.0), (2.0, 5.0))
"""SW-14."""
SPECTRUM_S = 20.0
ENTROPY_S = 30.0
LEAST_S = 30.0
LONG_S = 60.0
"""E-SHORT: spectra need 20 s, sample entropy 600 samples at 20 Hz; diffusion and DFA 60 s, and with a caveat 30 s."""
ENTROPY_HZ = 20.0
FOOT_LENGTH, FOOT_WIDTH = "foot_length_m", "foot_width_m"
"""Entered before the stance (``Setup.given``), m."""
CENTRED = "the foot is taken for a rectangle about the mean CoP: nothing tells where on the pad it stood"
ENDED = 0.5
"""Sway density needs this share of samples whose stay has an end on either side."""
THINNED = 4
"""Of so many samples one is looked at for the uncertainty of sway density."""
Structure = TypeVar("Structure")


@dataclass(frozen=True, slots=True)
class Diffusions:
    """Diffusion along either axis and in the plane."""

    ml: Diffusion
    ap: Diffusion
    planar: Diffusion


@dataclass(frozen=True, slots=True)
class Entropies:
    """Sample entropy along either axis, of so many samples."""

    ml: float
    ap: float
    samples: int


@dataclass(frozen=True, slots=True)
class Fluctuations:
    """DFA along either axis; ``rate_hz`` turns window lengths into seconds."""

    ml: Fluctuation
    ap: Fluctuation
    rate_hz: float


def spectra(evidence: Evidence) -> Kept[Axes]:
    """Return SW-14's spectra."""
    return _kept(evidence, _spectra, least_s=SPECTRUM_S)


def diffusions(evidence: Evidence) -> Kept[Diffusions]:
    """Return SW-15's diffusion."""
    return _kept(evidence, _diffusions, least_s=LEAST_S, wanted_s=LONG_S)


def entropies(evidence: Evidence) -> Kept[Entropies]:
    """Return SW-16's entropies: of the differences of the CoP at 20 Hz."""
    kept = _kept(evidence, _entropies, least_s=ENTROPY_S)
    return replace(kept, used=kept.found.samples) if kept.found is not None else kept


def fluctuations(evidence: Evidence) -> Kept[Fluctuations]:
    """Return SW-17's exponents."""
    return _kept(evidence, _fluctuations, least_s=LEAST_S, wanted_s=LONG_S)


def boundary_ml(evidence: Evidence) -> Kept[Boundary]:
    """Return SW-18 across the foot."""
    return _boundary(evidence, lambda sway: sway.x, m=_entered(evidence, FOOT_WIDTH), named="width")


def boundary_ap(evidence: Evidence) -> Kept[Boundary]:
    """Return SW-18 along the foot."""
    return _boundary(evidence, lambda sway: sway.y, m=_entered(evidence, FOOT_LENGTH), named="length")


def stays(evidence: Evidence) -> Kept[float]:
    """Return SW-19: the mean stay within 3 mm, s."""
    sway, reasons = _long_enough(evidence, 0.0)
    if sway is None:
        return Kept(None, reasons)
    each = boundary.stay_s(sway.x, sway.y, rate_hz=sway.rate_hz)
    known = each[np.isfinite(each)]
    if len(known) < ENDED * len(each):
        why = (
            f"for most samples the CoP stays within {boundary.NEAR_MM:.0f} mm up to an end of the window or over {boundary.LONGEST_S:.0f} s"
        )
        return Kept(None, (why, *reasons), rejected=len(each) - len(known))
    mean = float(known.mean())
    again = tuple(mean + _longer(sway, each, one) for one in evidence.made(shaken_sway))
    return Kept(mean, reasons, len(known), len(each) - len(known), again=again)


# ---- the numbers of one trace, as it is or shaken ---------------------------------------------------------------------------------


def _spectra(sway: Sway) -> Axes:
    return spectrum.axes_of(sway.x, sway.y, rate_hz=sway.rate_hz, band_hz=BAND_HZ, parts_hz=PARTS_HZ)


def _diffusions(sway: Sway) -> Diffusions:
    lags = diffusion.lags_of(len(sway.x), sway.rate_hz)
    ml, ap = (diffusion.mean_square_mm2(axis, lags) for axis in (sway.x, sway.y))
    return Diffusions(*(diffusion.regions(m, rate_hz=sway.rate_hz) for m in (ml, ap, ml + ap)))


def _entropies(sway: Sway) -> Entropies:
    steps = np.diff(_slowed(np.stack((sway.x, sway.y), axis=-1), sway.rate_hz), axis=0)
    ml, ap = (complexity.sample_entropy(np.ascontiguousarray(axis)) for axis in steps.T)
    return Entropies(ml, ap, len(steps))


def _fluctuations(sway: Sway) -> Fluctuations:
    return Fluctuations(complexity.fluctuation(sway.x), complexity.fluctuation(sway.y), sway.rate_hz)


def _longer(sway: Sway, each: FloatArray, shaken: Sway) -> float:
    """Return by how much stays last longer in a shaken trace, of every fourth sample: noise below 10 Hz is alike over so many."""
    some = np.arange(0, len(each), THINNED)
    stay = boundary.stay_s(shaken.x, shaken.y, rate_hz=sway.rate_hz, rows=some)
    return float(np.nanmean(stay - each[some]))


# ---- which samples, and whether they are enough ------------------------------------------------------------------------------------


def _kept(evidence: Evidence, make: Callable[[Sway], Structure], *, least_s: float, wanted_s: float = 0.0) -> Kept[Structure]:
    """Return a structure of the trace, and the same of the trace with noise once more."""
    sway, reasons = _long_enough(evidence, least_s, wanted_s=wanted_s)
    if sway is None:
        return Kept(None, reasons)
    return Kept(make(sway), reasons, len(sway.x), again=tuple(make(one) for one in evidence.made(shaken_sway)))


def _long_enough(evidence: Evidence, least_s: float, *, wanted_s: float = 0.0) -> tuple[Sway | None, tuple[str, ...]]:
    """Return the trace if it is of P-COP and as long as needed, else None, and what is to be said."""
    sway, reasons = sway_of(evidence)
    if sway is None:
        return None, reasons
    if math.isnan(evidence.profile.cut_hz):
        # Under P-RAW stamps may be uneven and short holes stay open; it is for other makers' printouts, which have none of these numbers.
        return None, (f"defined on the uniform, filtered grid of P-COP, not for {evidence.profile.id}", *reasons)
    covered_s = sway.seconds + 1.0 / sway.rate_hz
    slack_s = 1.5 / sway.rate_hz  # one sample more or less at the border is not a short trial
    if covered_s < least_s - slack_s:
        return None, (f"E-SHORT: {covered_s:.1f} s analysed, {least_s:.0f} s needed for this number", *reasons)
    if covered_s < wanted_s - slack_s:
        reasons = (f"E-SHORT: {covered_s:.1f} s analysed, {wanted_s:.0f} s recommended for this number", *reasons)
    return sway, reasons


def _slowed(both: FloatArray, rate_hz: float) -> FloatArray:
    """Return the axes, (n, 2), at 20 Hz, band-limited by the polyphase filter."""
    return np.asarray(resample_poly(both, 1, round(rate_hz / ENTROPY_HZ), axis=0, padtype="line"), dtype=np.float64)


def _entered(evidence: Evidence, key: str) -> float:
    return evidence.trial.setup.given.get(key, math.nan)


def _boundary(evidence: Evidence, axis: Callable[[Sway], FloatArray], *, m: float, named: str) -> Kept[Boundary]:
    sway, reasons = _long_enough(evidence, 0.0)
    if sway is None:
        return Kept(None, reasons)
    if not m > 0.0:
        return Kept(None, (f"no {named} of the foot was entered", *reasons))
    half_mm = 500.0 * m
    if float(np.abs(axis(sway)).max()) >= half_mm:
        return Kept(None, (f"the CoP leaves a foot of the {named} entered, {1000.0 * m:.0f} mm", *reasons))
    found, *again = (
        boundary.time_to_boundary(axis(one), rate_hz=sway.rate_hz, half_mm=half_mm) for one in (sway, *evidence.made(shaken_sway))
    )
    return Kept(found, (*reasons, CENTRED), found.minima, again=tuple(again))
