"""The entries of repeated hops in the catalog: what is taken over them, and what it is uncertain by; no formulas."""

import math
from collections.abc import Callable

import numpy as np

from ankletest.metrics import hop as h
from ankletest.metrics.base import Better, Evidence, HopSet, Measured, Metric
from ankletest.metrics.hop import Times
from ankletest.metrics.hop_numbers import LEAST, Formula, hops_in, mean_of, over, refused, sharp, short, times_of, told, valid_of
from ankletest.metrics.parts import CONTACT_FORCE, CONTACTS
from ankletest.metrics.shaken import shaken_u, white
from ankletest.samples import FORCE, FloatArray, G

BALANCE = 0.02
"""HP-16: an impulse balance further than this from 1 says that the pad, its tare or the body weight is wrong."""
WEIGHT_U = 0.001
"""Share of body weight that weighing for a second leaves open (metrics.md 5, error budget)."""


def _contact(ct: Times, _ft: Times) -> Times:
    return ct


def _flight(_ct: Times, ft: Times) -> Times:
    return ft


def _height(_ct: Times, ft: Times) -> Times:
    return h.height_m(ft)


def _ratio(ct: Times, ft: Times) -> Times:
    """Return flight over contact time, ``FT/CT`` (HP-05)."""
    return np.asarray(ft / ct, dtype=np.float64)


def _massive(formula: Callable[[Times, Times, float], Times], *, share: Callable[[HopSet], float]) -> Callable[[Evidence], Measured]:
    """Return a metric: the mean over valid hops of a formula that takes the body mass, times ``share``."""

    def of(evidence: Evidence) -> Measured:
        hops = hops_in(evidence)
        if not hops.mass_kg > 0.0:
            return refused(hops, "E-REST: no body mass, neither told nor weighed")
        factor = share(hops)
        return over(hops, lambda ct, ft: np.asarray(factor * formula(ct, ft, hops.mass_kg), dtype=np.float64))

    return of


def _best(formula: Formula, *, quick: bool = False) -> Callable[[Evidence], Measured]:
    """Return a metric: the mean of ``formula`` over the five hops of the first ten with the largest RSI (HP-06, the RSI 10/5)."""

    def of(evidence: Evidence) -> Measured:
        hops = hops_in(evidence)
        valid = [hop for hop in hops.hops[: h.OF] if hop.valid and (not quick or hop.contact_s <= h.QUICK_S)]
        if len(valid) < h.BEST:
            named = f" with a contact of at most {h.QUICK_S:.3f} s" if quick else ""
            return refused(hops, f"E-SHORT: {len(valid)} valid hops{named}, {h.BEST} needed")
        ct, ft, edge = times_of(valid)
        rows = h.best(h.rsi_m_s(ct, ft))
        ct, ft, edge = ct[rows], ft[rows], edge[rows]
        u = float(h.edges_u(formula, ct, ft, edge).mean())
        return told(hops, float(formula(ct, ft).mean()), u=u, used=h.BEST)

    return of


def _series(summary: Callable[[Times, Times], float], formula: Formula) -> Callable[[Evidence], Measured]:
    """Return a metric: ``summary(hop numbers, values)`` over valid hops.

    What is wrong with every edge alike hardly shows in a spread or a change. Uncertain is what each edge's own error makes of it: the
    summary is made again with edges moved by that much once more (``shaken``), both edges of a hop on their own.
    """

    def of(evidence: Evidence) -> Measured:
        hops = hops_in(evidence)
        numbered = [(number, hop) for number, hop in enumerate(hops.hops) if hop.valid]
        if len(numbered) < LEAST:
            return short(hops, len(numbered))
        ct, ft, edge = times_of([hop for _, hop in numbered])
        numbers = np.array([float(number) for number, _ in numbered])
        value = summary(numbers, formula(ct, ft))
        moved = (edge[:, None] * one for one in white(len(edge), 3))
        again = [summary(numbers, formula(ct + off[:, 1] - off[:, 0], ft + off[:, 2] - off[:, 1])) for off in moved]
        return told(hops, value, u=shaken_u(value, again), used=len(numbered))

    return of


def _on_force(value: Callable[[FloatArray, FloatArray, float], float], *, scaled: bool, absent: str) -> Callable[[Evidence], Measured]:
    """Return a metric: the mean over valid hops of ``value(t, F, BW)`` of each contact's native samples; ``scaled``: as a share of BW."""

    def of(evidence: Evidence) -> Measured:
        hops = hops_in(evidence)
        valid = valid_of(hops)
        if len(valid) < LEAST:
            return short(hops, len(valid))
        if hops.pad is None:
            return refused(hops, "no pad saw these hops")
        if not hops.body_weight_n > 0.0:
            return refused(hops, "E-REST: no body weight, neither told nor weighed")
        values: list[float] = []
        clipped = 0
        for hop in valid:
            cut = hops.pad.between(hop.ic_s, hop.to_s)
            force = cut.values[:, FORCE]
            if len(cut.t_s) < 3 or not bool(np.isfinite(force).all()):
                continue
            clipped += bool(cut.clipped.any())
            values.append(value(cut.t_s - hop.ic_s, force, hops.body_weight_n))
        known = np.array([number for number in values if number > 0.0])  # a force of 0 in a contact is a dead pad
        if len(known) < LEAST:
            return refused(hops, f"E-SHORT: {absent} in {len(known)} of {len(valid)} hops, {LEAST} needed")
        unit = hops.body_weight_n if scaled else 1.0
        censored = (f"E-SAT: ≥ the value, {clipped} contacts reach the end of the pad's range",) if clipped else ()
        # One sample's noise on a peak of each hop; the scale of the pad is not in it.
        u = hops.pad.noise_n / unit / math.sqrt(len(known)) if scaled else math.sqrt(1.0 / 12.0) / hops.pad.rate_hz
        return told(hops, float(known.mean()) / unit, u=u, used=len(known), extra=censored)

    return of


def _balance(evidence: Evidence) -> Measured:
    hops = hops_in(evidence)
    valid = valid_of(hops)
    if len(valid) < LEAST:
        return short(hops, len(valid))
    pad = hops.pad
    if pad is None:
        return refused(hops, "no pad saw these hops")
    if not hops.body_weight_n > 0.0:
        return refused(hops, "E-REST: no body weight, neither told nor weighed")
    cut = pad.between(valid[0].ic_s - 2.0 / pad.rate_hz, valid[-1].next_ic_s + 2.0 / pad.rate_hz)
    force = cut.values[:, FORCE]
    spans = [(hop.ic_s, hop.next_ic_s) for hop in valid]
    if bool(cut.clipped.any()):
        return refused(hops, f"E-SAT: {int(cut.clipped.sum())} saturated samples, so there is no impulse")
    if not bool(np.isfinite(force).all()):
        return refused(hops, "E-GAP: samples without a force, so there is no impulse")
    q = h.momentum_balance(cut.t_s, force, cycles=spans, body_weight_n=hops.body_weight_n)
    if not q > 0.0:
        return refused(hops, "E-SAT: no force in these hops, so a channel is dead, or samples missing at their ends")
    off = abs(q - 1.0) > BALANCE
    extra = (f"HP-16: {q:.3f} is beyond 1 ± {BALANCE}: check the tare, the body weight, or landings beside the pad",) if off else ()
    # The force at the ends of a cycle is that of a landing's begin, so edges hardly count; noise is one of many samples.
    noise = pad.noise_n / hops.body_weight_n / math.sqrt(len(force)) if math.isfinite(pad.noise_n) else 0.0
    return told(hops, q, u=math.hypot(q * WEIGHT_U, noise), used=len(valid), extra=extra, warn=off)


def _number_free(summary: Callable[[Times], float]) -> Callable[[Times, Times], float]:
    return lambda _numbers, values: summary(values)


def _peak_n(_t: FloatArray, force: FloatArray, _weight: float) -> float:
    return float(force.max())


def _to_peak_s(t: FloatArray, force: FloatArray, _weight: float) -> float:
    return float(t[int(force.argmax())])


def _impact_n(t: FloatArray, force: FloatArray, weight: float) -> float:
    return h.impact_peak_n(t, force, body_weight_n=weight)


def _one(_hops: HopSet) -> float:
    return 1.0


def _per_kg(hops: HopSet) -> float:
    return 1e-3 / hops.mass_kg


def _per_weight(hops: HopSet) -> float:
    return 1.0 / (hops.mass_kg * G)


_HARPER = "Harper et al. 2011; Comyns et al. 2019 (IJSPP 14:1200); RSI is h/CT, m/s"
_DALLEAU = "Dalleau et al. 2004 (Int J Sports Med 25:170)"
_MORIN = "Morin et al. 2005 (J Appl Biomech 21:167)"
_SPRING = "spring-mass model, metrics.md HP-10 (McMahon & Cheng 1990, J Biomech 23:65)"
_EVENTS = "metrics.md 4; Stratford et al. 2020 (Biomechanics 1:1)"
_FORCE = "metrics.md 4, force of a pad"
_HIGH, _LOW, _NONE = Better.HIGH, Better.LOW, Better.NONE
_H, _F = CONTACTS, CONTACT_FORCE
_rsi = h.rsi_m_s
_best_of = "best five of ten"

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("HP-01", "contact_time", "contact time", "CT", "s", _LOW, 3, 2, _EVENTS, _H, mean_of(_contact), clinical=True,
           formula="mean of TO − IC"),
    Metric("HP-02", "flight_time", "flight time", "FT", "s", _HIGH, 3, 2, _EVENTS, _H, mean_of(_flight), formula="mean of next IC − TO"),
    Metric("HP-03", "jump_height", "jump height from flight time", "h_FT", "m", _HIGH, 3, 2, _EVENTS, _H, mean_of(_height), clinical=True,
           formula="mean of g FT² / 8"),
    Metric("HP-04", "rsi", "reactive strength index, h/CT", "RSI", "m/s", _HIGH, 2, 2, _HARPER, _H, sharp(mean_of(_rsi)),
           formula="mean of h_FT / CT"),
    Metric("HP-05", "flight_contact_ratio", "flight : contact ratio", "FT:CT", "", _HIGH, 2, 2, _HARPER, _H, sharp(mean_of(_ratio)),
           formula="mean of FT / CT"),
    Metric("HP-06", "rsi_10_5", f"reactive strength index, h/CT, {_best_of}", "RSI 10/5", "m/s", _HIGH, 2, 2, _HARPER, _H,
           sharp(_best(_rsi)), clinical=True, formula="mean of the 5 largest RSI of the first 10 hops"),
    Metric("HP-06", "contact_time_10_5", f"contact time, {_best_of}", "CT 10/5", "s", _LOW, 3, 2, _HARPER, _H, sharp(_best(_contact)),
           formula="mean CT of those five"),
    Metric("HP-06", "flight_time_10_5", f"flight time, {_best_of}", "FT 10/5", "s", _HIGH, 3, 2, _HARPER, _H, sharp(_best(_flight)),
           formula="mean FT of those five"),
    Metric("HP-06", "jump_height_10_5", f"jump height, {_best_of}", "h 10/5", "m", _HIGH, 3, 2, _HARPER, _H, sharp(_best(_height)),
           formula="mean h_FT of those five"),
    Metric("HP-06", "rsi_10_5_ct250", f"reactive strength index, {_best_of}, contacts up to 0.250 s", "RSI 10/5 ct250", "m/s", _HIGH, 2, 2,
           _HARPER, _H, sharp(_best(_rsi, quick=True)), formula="RSI 10/5 of the hops with CT ≤ 0.250 s"),
    Metric("HP-07", "stiffness", "leg stiffness (Dalleau), mean of hops", "k_D", "N/m", _HIGH, 0, 2, _DALLEAU, _H,
           sharp(_massive(h.stiffness_n_m, share=_one)), clinical=True, formula="mean of M π (FT + CT) / (CT² ((FT + CT)/π − CT/4))"),
    Metric("HP-07", "stiffness_per_kg", "leg stiffness (Dalleau) per body mass", "k_D/m", "kN/m/kg", _HIGH, 3, 2, _DALLEAU, _H,
           sharp(_massive(h.stiffness_n_m, share=_per_kg)), formula="k_D / M"),
    Metric("HP-08", "modelled_peak_force", "modelled peak force", "F_mod", "N", _NONE, 0, 2, _MORIN, _H,
           sharp(_massive(h.modelled_peak_n, share=_one)), formula="mean of M g (π/2) (FT/CT + 1)"),
    Metric("HP-08", "modelled_peak_force_bw", "modelled peak force", "F_mod", "BW", _NONE, 2, 2, _MORIN, _H,
           sharp(_massive(h.modelled_peak_n, share=_per_weight)), formula="F_mod / (M g)"),
    Metric("HP-09", "modelled_compression", "modelled compression", "Δy_mod", "m", _NONE, 3, 2, _MORIN, _H, sharp(mean_of(h.compression_m)),
           formula="mean of F_mod CT² / (M π²) − g CT² / 8"),
    Metric("HP-10", "stiffness_spring_mass", "spring-mass stiffness", "k_SM", "N/m", _HIGH, 0, 2, _SPRING, _H,
           sharp(_massive(h.spring_mass_n_m, share=_one)), formula="mean of M ω², ω CT = 2 (π − atan(v₀ ω / g)), v₀ = g FT / 2"),
    Metric("HP-13", "peak_force", "peak force", "F_pk", "BW", _NONE, 2, 2, _FORCE, _F,
           _on_force(_peak_n, scaled=True, absent="a peak"), formula="mean of max F / BW"),
    Metric("HP-13", "impact_peak", "impact peak within 50 ms", "F_imp", "BW", _LOW, 2, 2, _FORCE, _F,
           _on_force(_impact_n, scaled=True, absent="an impact peak"),
           formula="mean of the first maximum within 50 ms that stands out by 0.2 BW, / BW"),
    Metric("HP-13", "time_to_peak", "time to peak force", "t_pk", "s", _NONE, 3, 2, _FORCE, _F,
           _on_force(_to_peak_s, scaled=False, absent="a peak"), formula="mean of t(max F) − IC"),
    Metric("HP-14", "cv_contact_time", "variation of contact time", "CV_CT", "%", _LOW, 1, 2, _EVENTS, _H,
           sharp(_series(_number_free(h.variation_percent), _contact)), formula="100 SD / mean of CT"),
    Metric("HP-14", "cv_rsi", "variation of RSI", "CV_RSI", "%", _LOW, 1, 2, _EVENTS, _H,
           sharp(_series(_number_free(h.variation_percent), _rsi)), formula="100 SD / mean of RSI"),
    Metric("HP-15", "rsi_slope", "change of RSI a hop", "slope_RSI", "%/hop", _NONE, 2, 2, _EVENTS, _H,
           sharp(_series(h.decay_percent_hop, _rsi)), formula="100 × least-squares slope of RSI over hops / mean"),
    Metric("HP-15", "rsi_fatigue", "RSI lost: last three to best three", "FI", "%", _LOW, 1, 2, _EVENTS, _H,
           sharp(_series(_number_free(h.fatigue_percent), _rsi)), formula="100 (1 − mean of the last 3 / mean of the best 3)", ratio=False),
    Metric("HP-16", "momentum_balance", "impulse balance over whole cycles", "Q_imp", "", _NONE, 3, 2, _FORCE, _F, _balance,
           formula="∫ F dt / (BW Σ T) over whole cycles"),
)
# fmt: on
