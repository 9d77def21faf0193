"""The entries of the countermovement jump in the catalog: names, units, and how uncertain each is; formulas are in ``jump``."""

import math
from collections.abc import Callable

from ankletest.metrics.base import Better, Evidence, Measured, Metric, Part
from ankletest.metrics.jump import Push, flight_height_m
from ankletest.metrics.jump_evidence import FLIGHT, PUSH, Jump, jump_of
from ankletest.metrics.traces import caveat

MCMAHON = "McMahon et al. 2018, Strength Cond J 40(4):96"
OWEN = "Owen et al. 2014, J Strength Cond Res 28(6):1552"
LINTHORNE = "Linthorne 2001, Am J Phys 69:1198"


def _push(formula: Callable[[Push], float]) -> Callable[[Evidence], Measured]:
    """Return a metric of the push-off; its uncertainty is how far it moves with body weight, take-off and onset."""

    def of(evidence: Evidence) -> Measured:
        jump = evidence.made(jump_of)
        if jump.push is None:
            return Measured(math.nan, reasons=(jump.refused, *jump.reasons))
        value = formula(jump.push)
        if not math.isfinite(value):
            return Measured(math.nan, reasons=("no countermovement: the body did not sink before it rose", *jump.reasons))
        moved = [formula(push) - value for push in (jump.heavier, jump.later, jump.slower) if push is not None]
        return Measured(value, math.hypot(*moved), jump.reasons, caveat(jump.reasons), 1)

    return of


def _flight(formula: Callable[[float], float]) -> Callable[[Evidence], Measured]:
    """Return a metric of the flight time."""

    def of(evidence: Evidence) -> Measured:
        jump = evidence.made(jump_of)
        return _in_flight(jump, formula)

    return of


def _in_flight(jump: Jump, formula: Callable[[float], float], why: str = "") -> Measured:
    flight = jump.flight_s
    if why or not math.isfinite(flight):
        told = why or (jump.refused if jump.flight is None else "no landing was seen, so there is no flight time")
        return Measured(math.nan, reasons=(told, *jump.reasons))
    edge = jump.flight.u_s if jump.flight is not None else math.nan
    u = abs(formula(flight + math.sqrt(2.0) * edge) - formula(flight))
    return Measured(formula(flight), u, jump.reasons, caveat(jump.reasons), 1)


def _ratio(evidence: Evidence) -> Measured:
    """Flight time over time to take-off (CJ-15)."""
    jump = evidence.made(jump_of)
    if jump.push is None:
        return Measured(math.nan, reasons=(jump.refused, *jump.reasons))
    time_s = jump.push.time_to_take_off_s
    return _in_flight(jump, lambda flight: flight / time_s)


def _landing(evidence: Evidence) -> Measured:
    """Greatest force within half a second of the landing, over body weight (CJ-14)."""
    jump = evidence.made(jump_of)
    if not jump.peak_n > 0.0:
        return Measured(math.nan, reasons=(jump.refused if jump.flight is None else "no landing on the pad", *jump.reasons))
    if not jump.weight_n > 0.0:
        return Measured(math.nan, reasons=("E-REST: no body weight", *jump.reasons))
    censored = ("E-SAT: ≥ the value, the landing reaches the end of the pad's range",) if jump.censored else ()
    reasons = (*censored, *jump.reasons)
    noise = jump.stream.noise_n if jump.stream is not None else math.nan
    return Measured(jump.peak_n / jump.weight_n, noise / jump.weight_n, reasons, caveat(reasons), 1)


def _braking_rfd(push: Push) -> float:
    return (push.f_zero_n - push.weight_n) / (push.zero_s - push.low_s)


def _stiffness(push: Push) -> float:
    return (push.f_zero_n - push.weight_n) / -push.depth_m


def _metric(
    id_: str, key: str, title: str, symbol: str, unit: str, of: Callable[[Evidence], Measured], *, better: Better = Better.NONE,
    decimals: int = 2, source: str = MCMAHON, part: Part = PUSH, clinical: bool = False,
) -> Metric:  # fmt: skip
    return Metric(id_, key, title, symbol, unit, better, decimals, 2, source, part, of, clinical)


HIGH = Better.HIGH
METRICS: tuple[Metric, ...] = (
    _metric(
        "CJ-02", "cmj_height", "jump height (impulse)", "h_IM", "m", _push(lambda p: p.height_m), better=HIGH, decimals=3,
        source=LINTHORNE, clinical=True,
    ),
    _metric(
        "CJ-05", "mrsi", "modified reactive strength index", "mRSI", "m/s", _push(lambda p: p.height_m / p.time_to_take_off_s),
        better=HIGH, decimals=3, source="Ebben & Petushek 2010, J Strength Cond Res 24(8):1983", clinical=True,
    ),
    _metric(
        "CJ-04", "time_to_take_off", "time to take-off", "TTT", "s", _push(lambda p: p.time_to_take_off_s), decimals=3, source=OWEN,
        clinical=True,
    ),
    _metric("CJ-01", "take_off_velocity", "take-off velocity", "v_TO", "m/s", _push(lambda p: p.v_take_off_m_s), better=HIGH,
            source=LINTHORNE),
    _metric("CJ-03", "flight_height", "jump height (flight time)", "h_FT", "m", _flight(flight_height_m), better=HIGH, decimals=3,
            source="Bosco et al. 1983, Eur J Appl Physiol 50:273", part=FLIGHT, clinical=True),
    _metric("CJ-06", "depth", "countermovement depth", "s_min", "m", _push(lambda p: p.depth_m), decimals=3),
    _metric("CJ-07", "unweighting_time", "unweighting time", "t_unw", "s", _push(lambda p: p.low_s - p.onset_s), decimals=3),
    _metric("CJ-07", "braking_time", "braking time", "t_brk", "s", _push(lambda p: p.zero_s - p.low_s), decimals=3),
    _metric("CJ-07", "propulsion_time", "propulsion time", "t_prp", "s", _push(lambda p: p.take_off_s - p.zero_s), decimals=3),
    _metric("CJ-08", "braking_impulse", "net braking impulse", "J_brk", "N·s", _push(lambda p: -p.mass_kg * p.v_min_m_s), decimals=1),
    _metric("CJ-08", "propulsive_impulse", "net propulsive impulse", "J_prp", "N·s", _push(lambda p: p.mass_kg * p.v_take_off_m_s),
            better=HIGH, decimals=1),
    _metric("CJ-08", "braking_impulse_rel", "net braking impulse, relative", "J_brk/m", "m/s", _push(lambda p: -p.v_min_m_s)),
    _metric("CJ-09", "braking_force", "mean braking force", "F_brk", "N", _push(lambda p: p.mean_braking_n), decimals=0),
    _metric("CJ-09", "braking_force_rel", "mean braking force, relative", "F_brk/m", "N/kg", _push(lambda p: p.mean_braking_n / p.mass_kg)),
    _metric("CJ-09", "braking_peak", "peak braking force", "F_brk,pk", "N", _push(lambda p: p.peak_braking_n), decimals=0),
    _metric("CJ-09", "propulsion_force", "mean propulsion force", "F_prp", "N", _push(lambda p: p.mean_propulsion_n), better=HIGH,
            decimals=0),
    _metric("CJ-09", "propulsion_force_rel", "mean propulsion force, relative", "F_prp/m", "N/kg",
            _push(lambda p: p.mean_propulsion_n / p.mass_kg), better=HIGH),
    _metric("CJ-09", "propulsion_peak", "peak propulsion force", "F_prp,pk", "N", _push(lambda p: p.peak_propulsion_n), better=HIGH,
            decimals=0),
    _metric("CJ-09", "propulsion_peak_rel", "peak propulsion force, relative", "F_prp,pk/m", "N/kg",
            _push(lambda p: p.peak_propulsion_n / p.mass_kg), better=HIGH),
    _metric("CJ-10", "force_at_zero", "force at zero velocity", "F_v0", "N", _push(lambda p: p.f_zero_n), decimals=0),
    _metric("CJ-10", "force_at_zero_rel", "force at zero velocity, relative", "F_v0/m", "N/kg", _push(lambda p: p.f_zero_n / p.mass_kg)),
    _metric("CJ-11", "braking_rfd", "braking rate of force development", "RFD_brk", "N/s", _push(_braking_rfd), better=HIGH, decimals=0),
    _metric("CJ-12", "peak_power", "peak power", "P_pk", "W", _push(lambda p: p.peak_power_w), better=HIGH, decimals=0, source=OWEN),
    _metric("CJ-12", "peak_power_rel", "peak power, relative", "P_pk/m", "W/kg", _push(lambda p: p.peak_power_w / p.mass_kg), better=HIGH,
            decimals=1, source=OWEN),
    _metric("CJ-13", "jump_stiffness", "countermovement stiffness", "k_cmj", "N/m", _push(_stiffness), decimals=0),
    _metric("CJ-14", "jump_landing_peak", "peak landing force, jump", "F_land", "BW", _landing, better=Better.LOW),
    _metric("CJ-15", "flight_contraction", "flight time : contraction time", "FT:CT", "", _ratio, better=HIGH,
            source="Suchomel et al. 2015, J Strength Cond Res 29(7):2003", part=PUSH),
)  # fmt: skip
