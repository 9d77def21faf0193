"""The entries of the research tier of CoP sway in the catalog (metrics.md SW-08, SW-12 to SW-19, SW-21); no formulas of sway."""

import math
from collections.abc import Callable
from typing import TypeVar

from ankletest.metrics import sway as s
from ankletest.metrics import sway_research as r
from ankletest.metrics import sway_structure as structure
from ankletest.metrics.base import Better, Evidence, Measured, Metric
from ankletest.metrics.boundary import Boundary
from ankletest.metrics.complexity import Fluctuation
from ankletest.metrics.diffusion import Diffusion
from ankletest.metrics.kept import Kept, picked
from ankletest.metrics.parts import COP
from ankletest.metrics.spectrum import Axes, AxisSpectrum
from ankletest.metrics.sway_structure import Diffusions, Entropies, Fluctuations
from ankletest.metrics.sway_trace import STILL, Sway, Values, area_u_mm2, chance_mm, inflated, speed_u_mm_s, sway_metric, sway_of
from ankletest.metrics.traces import caveat
from ankletest.samples import Kind

NOISE_U = 0.16
"""Relative standard uncertainty of a pad's noise: a median deviation of n samples is known to 1.17/√n (Rousseeuw & Croux 1993), and half a
second of an empty pad at 100 Hz are 50."""
ENTROPY_WIDENED = 1.5
"""Steps of 50 ms are small, so noise is a good part of them already, and as much again moves their entropy less: two u without this covered
80 % of 48 simulated minutes at 0.15 mm of noise, with it 92 %."""
Both = TypeVar("Both")
One = TypeVar("One")


def _circle(w: Sway) -> Values:
    value = r.circle_area_mm2(w.x, w.y)
    radius = math.sqrt(value / math.pi)
    # Noise adds to the distances in squares, and chance to their mean and to their SD.
    u = math.hypot(inflated(radius, r.Z95 * w.u_mm), math.hypot(1.0, r.Z95) * w.u_mm / math.sqrt(w.free))
    return value, 2.0 * math.pi * radius * u


def _dimension(w: Sway) -> Values:
    value = r.fractal_dimension(len(w.x), path_mm=w.path_mm, area_mm2=w.ellipse.area_mm2)
    way, area = _relative(w)
    # FD = ln N / L with L = ln(N d / PATH): dFD = FD / L (dPATH / PATH − dA / 2A).
    return value, value**2 / math.log(len(w.x)) * math.hypot(way, area / 2.0)


def _density(w: Sway) -> Values:
    value = r.length_per_area(w.path_mm, w.ellipse.area_mm2)
    return value, value * math.hypot(*_relative(w))


def _relative(w: Sway) -> tuple[float, float]:
    """Return the relative uncertainties of the path and of the ellipse's area."""
    speed = w.path_mm / w.seconds
    if not (w.ellipse.minor_mm > s.LSB and speed > s.LSB):
        return math.nan, math.nan
    return speed_u_mm_s(w) / speed, area_u_mm2(w) / w.ellipse.area_mm2


def _noise_u(evidence: Evidence) -> float:
    """Return the relative standard uncertainty of the pad's noise: by its certificate, else by its empty cells."""
    pad = next((s for s in evidence.trial.streams if s.kind is Kind.PAD), None)
    told = pad.standing.u("u_mv_noise_share") if pad is not None else math.nan
    return told if math.isfinite(told) else NOISE_U


def _floor(evidence: Evidence) -> Measured:
    return _of_noise(evidence, lambda _w, noise: (noise, _noise_u(evidence) * noise), "")


def _corrected(evidence: Evidence) -> Measured:
    def number(w: Sway, noise: float) -> Values:
        value = r.without_noise_mm_s(w.path_mm / w.seconds, noise)
        # √(v² − n²): chance v / value, and what is not known of the noise, u(n) n / value.
        speed, chance = w.path_mm / w.seconds, chance_mm(w) / w.seconds
        return value, math.hypot(chance * speed, _noise_u(evidence) * noise**2) / value if value > 0.0 else math.nan

    return _of_noise(evidence, number, "SW-21: noise alone would show all of this velocity")


def _of_noise(evidence: Evidence, number: Callable[[Sway, float], Values], absent: str) -> Measured:
    sway, reasons = sway_of(evidence)
    if sway is None:
        return Measured(math.nan, reasons=reasons)
    if not math.isfinite(sway.noise_mm_s):
        return Measured(math.nan, reasons=("the noise of this pad is not known: calibrate it, or record a dead weight", *reasons))
    value, u = number(sway, sway.noise_mm_s)
    return Measured(value, u, reasons if math.isfinite(value) else (absent, *reasons), caveat(reasons), len(sway.x))


def _on(axis: Callable[[Both], One], number: Callable[[One], float]) -> Callable[[Both], float]:
    """Return the number of one axis of a structure of several."""
    return lambda both: number(axis(both))


_PRIETO = "Prieto et al. 1996 (IEEE TBME 43:956); Quijoux et al. 2021 (Physiol Rep 9:e15067)"
_WELCH = "Prieto et al. 1996 (IEEE TBME 43:956); Welch 1967; Vieira et al. 2009 on comparing"
_COLLINS = "Collins & De Luca 1993 (Exp Brain Res 95:308)"
_RICHMAN = "Richman & Moorman 2000 (Am J Physiol 278:H2039); Montesinos et al. 2018 (JNER 15:116)"
_PENG = "Peng et al. 1995 (Chaos 5:82)"
_HERTEL = "van Wegen et al. 2002; McKeon & Hertel 2008 (J Athl Train 43:293)"
_BARATTO = "Baratto et al. 2002 (Motor Control 6:246)"
_NOISE = "metrics.md SW-21: noise of the load cells, 2 a σ_F / F, through the profile's filter"
_P, _LOW, _HIGH, _NONE = COP, Better.LOW, Better.HIGH, Better.NONE


def _spectra(axis: str, mark: str, of: Callable[[Axes], AxisSpectrum]) -> tuple[Metric, ...]:
    def metric(key: str, title: str, symbol: str, unit: str, formula: str, number: Callable[[AxisSpectrum], float]) -> Metric:
        measure = picked(structure.spectra, _on(of, number), absent=STILL)
        return Metric(
            "SW-14",
            f"{key}_{mark.lower()}",
            f"{title}, {axis}",
            f"{symbol}_{mark}",
            unit,
            _NONE,
            3,
            1,
            _WELCH,
            _P,
            measure,
            formula=formula,
        )

    band = "over 0.15–5 Hz; Welch: linear detrend, Hann 10 s, half overlapping"
    return (
        metric("power", "spectral power", "POWER", "mm²", f"μ0, μk = ∫ fᵏ G df {band}", lambda a: a.moments.power),
        metric("f50", "median frequency", "F50", "Hz", "∫ G up to it = 0.50 μ0", lambda a: a.moments.f50_hz),
        metric("f95", "95 % power frequency", "F95", "Hz", "∫ G up to it = 0.95 μ0", lambda a: a.moments.f95_hz),
        metric("centroid_frequency", "centroid frequency", "CFREQ", "Hz", "√(μ2 / μ0)", lambda a: a.moments.centroid_hz),
        metric("frequency_dispersion", "frequency dispersion", "FREQD", "", "√(1 − μ1² / (μ0 μ2))", lambda a: a.moments.dispersion),
        metric("power_slow", "share of power in 0.15–0.5 Hz", "P_slow", "", "∫ G over 0.15–0.5 Hz / μ0", lambda a: a.shares[0]),
        metric("power_middle", "share of power in 0.5–2 Hz", "P_mid", "", "∫ G over 0.5–2 Hz / μ0", lambda a: a.shares[1]),
        metric("power_fast", "share of power in 2–5 Hz", "P_fast", "", "∫ G over 2–5 Hz / μ0", lambda a: a.shares[2]),
    )


def _diffusion(axis: str, mark: str, of: Callable[[Diffusions], Diffusion]) -> tuple[Metric, ...]:
    def metric(
        key: str, title: str, symbol: str, unit: str, formula: str, number: Callable[[Diffusion], float],
        grain: Callable[[Diffusion], float] | None = None,
    ) -> Metric:  # fmt: skip
        measure = picked(structure.diffusions, _on(of, number), absent=STILL, grain=_on(of, grain) if grain is not None else None)
        return Metric(
            "SW-15", f"{key}_{mark.lower()}", f"{title}, {axis}", f"{symbol}_{mark}", unit, _NONE, 2, 1, _COLLINS, _P, measure,
            formula=formula,
        )  # fmt: skip

    fit = "two joined lines through M(τ) = mean (x(t + τ) − x(t))², τ up to min(10 s, T/3), joint in 0.3–2.5 s"
    return (
        metric("diffusion_short", "short-term diffusion", "D_s", "mm²/s", f"half the first slope of {fit}", lambda d: d.short_mm2_s),
        metric("diffusion_long", "long-term diffusion", "D_l", "mm²/s", "half the second slope", lambda d: d.long_mm2_s),
        metric("critical_time", "critical time", "τ_c", "s", "τ of the joint", lambda d: d.critical_s, lambda d: d.grain_s),
        metric("critical_square", "mean square at the critical time", "M_c", "mm²", "M of the joint", lambda d: d.critical_mm2,
               lambda d: 2.0 * abs(d.short_mm2_s) * d.grain_s),
        metric("hurst_short", "short-term scaling exponent", "H_s", "", "half the slope of ln M over ln τ up to τ_c",
               lambda d: d.short_exponent),
        metric("hurst_long", "long-term scaling exponent", "H_l", "", "half the slope of ln M over ln τ from τ_c",
               lambda d: d.long_exponent),
    )  # fmt: skip


def _entropy(axis: str, mark: str, number: Callable[[Entropies], float]) -> Metric:
    measure = picked(structure.entropies, number, absent="no pair of templates stays alike for one sample more (A or B is 0)",
                     widened=ENTROPY_WIDENED)  # fmt: skip
    formula = "−ln(A/B), m = 2, r = 0.2 SD, of the differences at 20 Hz"
    return Metric("SW-16", f"sample_entropy_{mark.lower()}", f"sample entropy, {axis}", f"SampEn_{mark}", "", _NONE, 3, 1, _RICHMAN, _P,
                  measure, formula=formula)  # fmt: skip


def _fluctuation(axis: str, mark: str, of: Callable[[Fluctuations], Fluctuation]) -> tuple[Metric, ...]:
    def metric(
        key: str, title: str, symbol: str, unit: str, formula: str, number: Callable[[Fluctuations], float],
        grain: Callable[[Fluctuations], float] | None = None,
    ) -> Metric:  # fmt: skip
        measure = picked(structure.fluctuations, number, absent=STILL, grain=grain)
        return Metric(
            "SW-17", f"{key}_{mark.lower()}", f"{title}, {axis}", f"{symbol}_{mark}", unit, _NONE, 2, 1, _PENG, _P, measure, formula=formula
        )

    line = "slope of ln F(s) over ln s, straight lines taken away, 16 window lengths s from 16 samples to N/10"
    return (
        metric("dfa", "DFA exponent", "α", "", line, lambda both: of(both).alpha),
        metric("dfa_short", "DFA exponent, short windows", "α_s", "", "the same up to the break", lambda both: of(both).short),
        metric("dfa_long", "DFA exponent, long windows", "α_l", "", "the same from the break", lambda both: of(both).long),
        metric("dfa_break", "DFA, where the slope changes", "s_b", "s", "window length that leaves two lines the least squares",
               lambda both: of(both).break_n / both.rate_hz, lambda both: of(both).grain_n / both.rate_hz),
    )  # fmt: skip


def _boundary(axis: str, mark: str, make: Callable[[Evidence], Kept[Boundary]]) -> tuple[Metric, ...]:
    def metric(key: str, title: str, symbol: str, formula: str, number: Callable[[Boundary], float], *, stated: bool = False) -> Metric:
        measure = picked(make, number, absent="the CoP does not turn often enough", stated=stated)
        return Metric(
            "SW-18",
            f"{key}_{mark.lower()}",
            f"{title}, {axis}",
            f"{symbol}_{mark}",
            "s",
            _HIGH,
            3,
            1,
            _HERTEL,
            _P,
            measure,
            formula=formula,
        )

    # The longest minima carry mean and SD, and which there are hangs on where the CoP all but stands: no uncertainty of them holds.
    ttb = "TTB = way to the edge of the foot / speed towards it; v by central differences"
    return (
        metric("ttb_least", "time to boundary, least", "TTB_min", f"least {ttb}", lambda b: b.least_s, stated=True),
        metric("ttb_mean", "time to boundary, mean of minima", "TTB_mean", "mean of the local minima of TTB", lambda b: b.mean_s),
        metric("ttb_sd", "time to boundary, SD of minima", "TTB_SD", "SD of the local minima of TTB, ddof 1", lambda b: b.sd_s),
    )


_ML, _AP = "ML", "AP"

METRICS: tuple[Metric, ...] = (
    Metric("SW-08", "circle_area", "95 % circle area", "A_CC95", "mm²", _LOW, 0, 1, _PRIETO, _P, sway_metric(_circle),
           formula="π (MDIST + 1.644854 √(RDIST² − MDIST²))²"),
    Metric("SW-12", "fractal_dimension", "fractal dimension", "FD_CE", "", _NONE, 3, 1, _PRIETO, _P, sway_metric(_dimension),
           formula="ln N / ln(N d / PATH), d = √(4 A_PE95 / π)"),
    Metric("SW-13", "length_per_area", "length per area", "LFS", "1/mm", _NONE, 3, 1, _PRIETO, _P, sway_metric(_density),
           formula="PATH / A_PE95"),
    *_spectra(_ML, "ML", lambda axes: axes.ml),
    *_spectra(_AP, "AP", lambda axes: axes.ap),
    *_diffusion(_ML, "ML", lambda axes: axes.ml),
    *_diffusion(_AP, "AP", lambda axes: axes.ap),
    *_diffusion("in the plane", "planar", lambda axes: axes.planar),
    _entropy(_ML, "ML", lambda axes: axes.ml),
    _entropy(_AP, "AP", lambda axes: axes.ap),
    *_fluctuation(_ML, "ML", lambda axes: axes.ml),
    *_fluctuation(_AP, "AP", lambda axes: axes.ap),
    *_boundary(_ML, "ML", structure.boundary_ml),
    *_boundary(_AP, "AP", structure.boundary_ap),
    Metric("SW-19", "sway_density", "mean stay within 3 mm", "SD_3", "s", _NONE, 3, 1, _BARATTO, _P,
           picked(structure.stays, lambda mean: mean, absent=STILL),
           formula="mean over samples of the unbroken time within 3 mm of each, before and after"),
    Metric("SW-21", "noise_velocity", "velocity that noise alone shows", "MV_noise", "mm/s", _NONE, 2, 1, _NOISE, _P, _floor,
           formula="mean speed of white CoP noise after the profile's filter"),
    Metric("SW-21", "velocity_without_noise", "mean sway velocity without noise", "MVELO_c", "mm/s", _LOW, 1, 1, _NOISE, _P, _corrected,
           formula="√(MVELO² − MV_noise²)"),
)  # fmt: skip
