"""The entries of the research tier of repeated hops in the catalog (metrics.md HP-11, HP-12, HP-17, HP-18); no formulas."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ankletest.metrics import hop_research as r
from ankletest.metrics.base import Better, Evidence, Hop, HopSet, Measured, Metric, Part
from ankletest.metrics.hop_numbers import LEAST, hops_in, mean_of, refused, sharp, short, told, valid_of
from ankletest.metrics.parts import CONTACT_FORCE, CONTACTS
from ankletest.metrics.profiles import HOPS, P_FJUMP, P_IMUEV
from ankletest.metrics.shaken import shaken_u, white
from ankletest.metrics.traces import LOAD_FLOOR_N, LOAD_SHARE
from ankletest.samples import ACC, COP_X, COP_Y, FORCE, FloatArray, G, Kind, Site
from ankletest.signals.cop import cop_noise_mm
from ankletest.trial import Happening, Stream

EDGE_S = 0.020
"""A flight and the contact after it may be stated a sample or two apart."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where each valid contact stood: mean CoP of its loaded samples, mm (n,), what noise leaves open of one, and what is to be said."""

    ml_mm: FloatArray
    ap_mm: FloatArray
    u_mm: float
    reasons: tuple[str, ...]


def _stiffness(evidence: Evidence) -> Measured:
    hops = hops_in(evidence)
    valid = valid_of(hops)
    if len(valid) < LEAST:
        return short(hops, len(valid))
    if hops.pad is None:
        return refused(hops, "no pad saw these hops")
    if not hops.body_weight_n > 0.0:
        return refused(hops, "E-REST: no body weight, neither told nor weighed")
    found = [_of_contact(evidence, hops, hop) for hop in valid]
    known = np.array([pair for pair in found if math.isfinite(pair[0])]).reshape(-1, 2)
    if len(known) < LEAST:
        return refused(hops, f"E-SHORT: whole unsaturated force after a known flight in {len(known)} of {len(valid)} hops, {LEAST} needed")
    left = len(valid) - len(known)
    extra = (f"{left} contacts without whole unsaturated force, a known flight before, or a compression left out",) if left else ()
    return told(hops, float(known[:, 0].mean()), u=float(known[:, 1].mean()), used=len(known), extra=extra)


def _of_contact(evidence: Evidence, hops: HopSet, hop: Hop) -> tuple[float, float]:
    """Return the stiffness of one contact, and what the uncertainty of the flight before makes of it; NaN where it cannot be told."""
    flight_s = _flight_before(evidence, hops, hop)
    if hops.pad is None or not flight_s > 0.0:
        return math.nan, math.nan
    cut = hops.pad.between(hop.ic_s, hop.to_s)
    force = cut.values[:, FORCE]
    if (
        len(force) < 3
        or bool(cut.clipped.any())
        or bool(cut.lost[1:].any())
        or not bool(np.isfinite(force).all())
        or not float(force.max()) > 0.0
    ):
        return math.nan, math.nan
    t, f = np.concatenate(((hop.ic_s,), cut.t_s)), np.concatenate(((0.0,), force))
    # The mass that this pad weighs: with another one the sums would drift.
    mass = hops.body_weight_n / G
    at, less, more = (r.measured_stiffness_n_m(t, f, mass_kg=mass, flight_before_s=flight_s + off) for off in (0.0, -hop.u_s, hop.u_s))
    return at, 0.5 * abs(more - less)


def _flight_before(evidence: Evidence, hops: HopSet, hop: Hop) -> float:
    """Return the flight that ends with a contact: by the hop before it, else by the flights and contacts of the trial; NaN without one."""
    for other in hops.hops:
        if other.next_ic_s == hop.ic_s:
            return other.flight_s
    mine = [event for event in evidence.trial.events if event.device in {hops.device, ""}]
    for event in mine:
        if event.what is Happening.FLIGHT and abs(event.end_s - hop.ic_s) <= EDGE_S:
            return event.end_s - event.t_s
    ends = [event.end_s for event in mine if event.what is Happening.CONTACT and event.end_s < hop.ic_s]
    return hop.ic_s - max(ends) if ends else math.nan


def _shock(site: Site) -> Callable[[Evidence], Measured]:
    """Return a metric: the mean over valid hops of the shock that a sensor at a site feels."""

    def of(evidence: Evidence) -> Measured:
        hops = hops_in(evidence)
        valid, stream = valid_of(hops), _worn(evidence, site)
        if len(valid) < LEAST:
            return short(hops, len(valid))
        if stream is None or not stream.rate_hz > 0.0:
            return refused(hops, f"no sensor of a known rate at the {site.value}")
        values: list[float] = []
        between: list[float] = []
        clipped = 0
        for hop in valid:
            cut = stream.between(hop.ic_s, hop.ic_s + r.SHOCK_S)
            acc = cut.values[:, ACC]
            whole = len(acc) >= max(2, math.floor(r.SHOCK_S * stream.rate_hz) - 1)
            if not whole or not bool(np.isfinite(acc).all()) or not bool(acc.any()):  # nothing at all is a dead sensor
                continue
            clipped += bool(cut.clipped.any())
            values.append(r.shock_g(acc))
            between.append(r.between_samples_g(acc))
        if len(values) < LEAST:
            return refused(hops, f"E-SHORT: whole samples after the landing in {len(values)} of {len(valid)} hops, {LEAST} needed")
        censored = (f"E-SAT: ≥ the value, {clipped} landings reach the end of the sensor's range",) if clipped else ()
        return told(hops, float(np.mean(values)), u=float(np.mean(between)), used=len(values), extra=censored)

    return of


def _worn(evidence: Evidence, site: Site) -> Stream | None:
    """Return the sensor at a site of the tested leg, or None."""
    trial = evidence.trial
    return next((s for s in trial.streams if s.kind is Kind.IMU and s.site is site and s.side in {None, trial.setup.side}), None)


def _places(evidence: Evidence) -> Places:
    hops = hops_in(evidence)
    least = max(LOAD_FLOOR_N, LOAD_SHARE * hops.body_weight_n)  # an unknown weight, NaN, leaves the floor
    found: list[FloatArray] = []
    noise: list[float] = []
    valid = valid_of(hops)
    for hop in valid:
        pad = hops.pad.between(hop.ic_s, hop.to_s).values if hops.pad is not None else np.zeros((0, 3))
        cop = pad[pad[:, FORCE] >= least, COP_X : COP_Y + 1]
        cop = cop[np.isfinite(cop).all(axis=1)]
        if len(cop):
            found.append(cop.mean(axis=0))
            load = float(pad[pad[:, FORCE] >= least, FORCE].mean())
            noise.append(cop_noise_mm(hops.pad.noise_cell_n, hops.pad.half_span_mm, load) / math.sqrt(len(cop)) if hops.pad else math.nan)
    left = len(valid) - len(found)
    at = np.array(found).reshape(-1, 2)
    return Places(
        at[:, 0], at[:, 1], float(np.mean(noise)) if noise else math.nan, (f"{left} contacts without a CoP left out",) if left else ()
    )


def _drift(axis: Callable[[Places], FloatArray], number: Callable[[FloatArray], float]) -> Callable[[Evidence], Measured]:
    def of(evidence: Evidence) -> Measured:
        hops, places = hops_in(evidence), evidence.made(_places)
        valid, at = valid_of(hops), axis(places)
        if len(valid) < LEAST:
            return short(hops, len(valid))
        if len(at) < LEAST:
            return refused(hops, f"E-SHORT: a CoP in {len(at)} of {len(valid)} hops, {LEAST} needed")
        value = number(at)
        again = [number(at + places.u_mm * one[:, 0]) for one in white(len(at), 1)]
        return told(hops, value, u=shaken_u(value, again), used=len(at), extra=places.reasons)

    return of


def _has_cop(evidence: Evidence) -> bool:
    return evidence.hops is not None and evidence.hops.pad is not None and bool(np.isfinite(evidence.hops.pad.values[:, COP_X]).any())


CONTACT_COP = Part(HOPS, _has_cop, lambda _: P_FJUMP.id)
"""Contacts on a pad with a CoP."""
CONTACT_FOOT = Part(HOPS, lambda e: e.hops is not None and _worn(e, Site.FOOT) is not None, lambda _: P_IMUEV.id)
CONTACT_SHANK = Part(HOPS, lambda e: e.hops is not None and _worn(e, Site.SHANK) is not None, lambda _: P_IMUEV.id)
"""Contacts while a sensor was worn there, whatever device saw them."""

_EVENTS = "metrics.md 4; Stratford et al. 2020 (Biomechanics 1:1)"
_CHENG = "McMahon & Cheng 1990 (J Biomech 23:65)"
_IMU = "metrics.md HP-17, acceleration of the sensor"
_COP = "metrics.md HP-18, CoP of a pad"
_HIGH, _LOW, _NONE = Better.HIGH, Better.LOW, Better.NONE
_SHOCK = "mean of max |a| / g within 40 ms of IC"
_SD, _SHIFT = "SD of the mean CoP of each contact, ddof 1", "mean CoP of the last contact − that of the first"

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("HP-11", "stiffness_measured", "leg stiffness, measured on the pad", "k_vert", "N/m", _HIGH, 0, 2, _CHENG, CONTACT_FORCE,
           _stiffness, formula="mean of max F / max compression; F/M − g summed twice from IC with v = −g FT_before / 2"),
    Metric("HP-12", "hop_frequency", "hop frequency", "f_hop", "Hz", _NONE, 2, 2, _EVENTS, CONTACTS, mean_of(r.frequency_hz),
           formula="mean of 1 / (CT + FT)"),
    Metric("HP-12", "duty_factor", "duty factor", "CT/T", "", _NONE, 3, 2, _EVENTS, CONTACTS, sharp(mean_of(r.duty_factor)),
           formula="mean of CT / (CT + FT)"),
    Metric("HP-17", "shock_foot", "peak acceleration at the foot", "a_pk,foot", "g", _NONE, 1, 1, _IMU, CONTACT_FOOT, _shock(Site.FOOT),
           formula=_SHOCK),
    Metric("HP-17", "shock_shank", "peak acceleration at the shank", "a_pk,shank", "g", _NONE, 1, 1, _IMU, CONTACT_SHANK,
           _shock(Site.SHANK), formula=_SHOCK),
    Metric("HP-18", "drift_ml", "spread of the contacts, medio-lateral", "d_ML", "mm", _LOW, 1, 1, _COP, CONTACT_COP,
           _drift(lambda p: p.ml_mm, r.spread_mm), formula=_SD),
    Metric("HP-18", "drift_ap", "spread of the contacts, antero-posterior", "d_AP", "mm", _LOW, 1, 1, _COP, CONTACT_COP,
           _drift(lambda p: p.ap_mm, r.spread_mm), formula=_SD),
    Metric("HP-18", "shift_ml", "shift of the contacts, medio-lateral", "Δd_ML", "mm", _NONE, 1, 1, _COP, CONTACT_COP,
           _drift(lambda p: p.ml_mm, r.shift_mm), formula=_SHIFT),
    Metric("HP-18", "shift_ap", "shift of the contacts, antero-posterior", "Δd_AP", "mm", _NONE, 1, 1, _COP, CONTACT_COP,
           _drift(lambda p: p.ap_mm, r.shift_mm), formula=_SHIFT),
)
# fmt: on
