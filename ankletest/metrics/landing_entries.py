"""The entries of landings in the catalog: means over the landings of a trial, and what they are uncertain by; no formulas.

DL-11 path of the CoP over 0-2.5 s and 0-5 s, and its ellipse over 2-5 s (SW-05, SW-07). DL-13 greatest acceleration of the shank and of
the foot within 60 ms, over g, and ``1 − trunk / shank``. HS-03 sway over 1-4 s (SW-06, SW-07, IM-01).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ankletest.metrics import landing as m
from ankletest.metrics.base import Better, Evidence, Measured, Metric
from ankletest.metrics.landing_told import One, none, over
from ankletest.metrics.landings import (
    ANY,
    COPPED,
    DROPPED,
    FOOT,
    FORCED,
    PEAK_HZ,
    RATE_OFF,
    RATED,
    SHANK,
    SHANK_LUMBAR,
    Landing,
    LandingSet,
    cop_after,
    landings_of,
)  # fmt: skip  # isort: skip
from ankletest.metrics.profiles import P_COP
from ankletest.metrics.sway_trace import Sway, Values, area_u_mm2, speed_u_mm_s, sway_in
from ankletest.samples import ACC, FORCE, FloatArray, G, Site

WINDOW_S = 5.0
"""Times to stabilisation look at so much: trial length alone changes them by 100 % (Fransz 2015)."""
LEAST_S = 2.0
"""Metrics.md 6: a hold below 2 s has no time to stabilisation."""
AT_REST_S = (2.0, 3.0)
"""DL-14: the body is at rest on average in this part, s after the contact."""
BOX = "box_height_m"
OFF_M = 0.03
"""DL-14: a drop further than this from the box was a jump or a step down."""
WEIGHT_U = 0.001
"""Share of body weight that weighing for a second leaves open (metrics.md 5, error budget)."""
REST_U_M_S = 0.02
"""SD of the speed of a body that stands on one leg."""
SHOCK_S = (-0.020, 0.060)
"""DL-13: where the largest acceleration is looked for; two devices' clocks may be 20 ms apart."""
CLIPPED_SHARE = 0.995


@dataclass(frozen=True, slots=True)
class _Force:
    """Force of one landing under body weight ``weight_n``: what every formula takes."""

    t_s: FloatArray
    force_n: FloatArray
    weight_n: float
    noise_n: float
    edge_s: float
    tick_s: float

    @property
    def excess(self) -> FloatArray:
        """``F/BW − 1``."""
        return self.force_n / self.weight_n - 1.0


def _on_force(measure: Callable[[_Force], One], *, peaks: bool = False, whole: bool = False) -> Callable[[Evidence], Measured]:
    """Return a metric of the force; ``peaks``: it needs 200 Hz and a whole peak is censored; ``whole``: it integrates over the landing."""

    def one(landing: Landing, found: LandingSet) -> One:
        if not found.weight_n > 0.0:
            return none("E-REST: no body weight, neither told nor weighed")
        if peaks and landing.rate_hz < PEAK_HZ * (1.0 - RATE_OFF):
            return none(f"E-RATE: {landing.rate_hz:.0f} Hz, {PEAK_HZ:.0f} Hz needed for a peak")
        if whole and landing.clipped:
            return none(f"E-SAT: {landing.clipped} saturated samples, so there is no impulse")
        told = measure(_forced(landing, found.weight_n))
        if peaks and landing.clipped:
            return told.noted(f"E-SAT: ≥ the value, {landing.clipped} samples at the end of the pad's range")
        return told

    return over(one)


def _forced(landing: Landing, weight_n: float) -> _Force:
    noise = landing.noise_n if math.isfinite(landing.noise_n) else 0.0
    tick = 1.0 / (landing.rate_hz * math.sqrt(12.0))
    return _Force(landing.t_s, landing.force_n, weight_n, noise, landing.u_s if math.isfinite(landing.u_s) else tick, tick)


def _short(f: _Force) -> str:
    """Return why there is no time to stabilisation, or nothing."""
    held = float(f.t_s[-1])
    return f"E-SHORT: held for {held:.1f} s, {LEAST_S:.0f} s needed" if held < LEAST_S else ""


def _peak(f: _Force) -> One:
    top = m.peak(f.t_s, f.force_n)
    return One(top.force_n / f.weight_n, _peak_u(f, top) / f.weight_n)


def _peak_u(f: _Force, top: m.Peak) -> float:
    """Return the uncertainty of a peak, N: noise, and what a parabola through its neighbours shows between the samples."""
    row = int(np.searchsorted(f.t_s, top.at_s))
    if not 0 < row < len(f.t_s) - 1:
        return f.noise_n
    before, here, after = (float(v) for v in f.force_n[row - 1 : row + 2])
    bend = before - 2.0 * here + after
    return math.hypot(f.noise_n, (before - after) ** 2 / (16.0 * abs(bend)) if bend else 0.0)


def _to_peak(f: _Force) -> One:
    return One(m.peak(f.t_s, f.force_n).at_s, math.hypot(f.edge_s, f.tick_s))


def _average_rate(f: _Force) -> One:
    top = m.peak(f.t_s, f.force_n)
    rate = m.average_rate_n_s(top)
    u = rate * math.hypot(_peak_u(f, top) / top.force_n, math.hypot(f.edge_s, f.tick_s) / top.at_s) if top.at_s > 0.0 else math.nan
    return One(rate / f.weight_n, u / f.weight_n)


def _rate_20_80(f: _Force) -> One:
    top = m.peak(f.t_s, f.force_n)
    rate = m.rate_20_80_n_s(f.t_s, f.force_n, top)
    # Each crossing is uncertain by noise over slope; a straight line between samples bends less than a tick.
    span = 0.6 * top.force_n / rate if rate > 0.0 else math.nan
    return One(rate / f.weight_n, rate / f.weight_n * math.sqrt(2.0) * math.hypot(f.noise_n / rate, 0.25 * f.tick_s) / span)


def _steepest(landing: Landing, found: LandingSet) -> One:
    if found.pad is None or not found.weight_n > 0.0:
        return none("E-REST: no body weight, neither told nor weighed")
    if landing.rate_hz < PEAK_HZ * (1.0 - RATE_OFF):
        return none(f"E-RATE: {landing.rate_hz:.0f} Hz, {PEAK_HZ:.0f} Hz needed for a loading rate")
    # The filter needs samples before the contact; an offset has no slope.
    cut = found.pad.between(landing.ic_s - 0.5, landing.ic_s + 0.7)
    force = cut.values[:, FORCE]
    if len(force) < 10 or not bool(np.isfinite(force).all()):
        return none("E-GAP: samples without a force about the landing")
    t = cut.t_s - landing.ic_s
    top = m.peak(landing.t_s, landing.force_n)
    rate = m.steepest_n_s(t, m.smoothed_n(force, landing.rate_hz), top.at_s)
    noise = landing.noise_n if math.isfinite(landing.noise_n) else 0.0
    return One(
        rate / found.weight_n, noise * math.pi * 2.0 * m.RATE_CUT_HZ * math.sqrt(2.0 * m.RATE_CUT_HZ / landing.rate_hz) / found.weight_n
    )


def _impulse(until_s: float) -> Callable[[_Force], One]:
    def measure(f: _Force) -> One:
        value = m.impulse_n_s(f.t_s, f.force_n, until_s) / f.weight_n
        end = float(np.interp(until_s, f.t_s, f.force_n)) / f.weight_n
        # A contact that is off by an edge moves the end of the window by as much.
        return One(value, math.hypot(end * f.edge_s, f.noise_n / f.weight_n * math.sqrt(until_s * math.sqrt(12.0) * f.tick_s)))

    return measure


def _index(f: _Force) -> One:
    value = m.stability_index(f.t_s, f.excess)
    if not math.isfinite(value):
        return none(f"E-SHORT: held for {float(f.t_s[-1]):.1f} s, {m.MEAN_S:.0f} s needed")
    # At the contact the excess is −1: an edge adds or takes away so much of the window.
    return One(value, f.edge_s / (2.0 * m.MEAN_S * value) if value > 0.0 else math.nan)


def _settled(formula: Callable[[FloatArray, FloatArray], float], why: str) -> Callable[[_Force], One]:
    """Return the measure of a time to stabilisation; ``formula`` takes the time and ``F/BW − 1`` of at most 5 s."""

    def measure(f: _Force) -> One:
        if short := _short(f):
            return none(short)
        inside = f.t_s <= WINDOW_S
        value = formula(f.t_s[inside], f.excess[inside])
        return One(value, math.hypot(f.edge_s, f.tick_s)) if math.isfinite(value) else none(why)

    return measure


def _settled_5(f: _Force) -> One:
    """Return TTS_5; body weight is known to 0.1 %, which moves the band by as much and the last crossing by more."""
    told = _settled(m.settled_s, "not within 5 % of body weight for 1 s by the end of the hold")(f)
    inside = f.t_s <= WINDOW_S
    wide, narrow = (m.settled_s(f.t_s[inside], f.excess[inside], band=m.BAND + off) for off in (WEIGHT_U, -WEIGHT_U))
    return replace(told, u=math.hypot(told.u, 0.5 * (narrow - wide))) if math.isfinite(narrow - wide) else told


def _cop(from_s: float, to_s: float, value: Callable[[Sway], Values]) -> Callable[[Evidence], Measured]:
    def one(landing: Landing, found: LandingSet) -> One:
        trace = cop_after(landing, from_s, to_s, found)
        return One(math.nan, reasons=trace.reasons) if trace.blocked else One(*value(sway_in(trace, P_COP)), reasons=trace.reasons)

    return over(one)


def _drop(landing: Landing, found: LandingSet, box_m: float) -> One:
    if not found.weight_n > 0.0:
        return none("E-REST: no body weight, neither told nor weighed")
    if landing.clipped:
        return none(f"E-SAT: {landing.clipped} saturated samples, so there is no impulse")
    speed = m.speed_m_s(landing.t_s, landing.force_n, weight_n=found.weight_n, from_s=AT_REST_S[0], to_s=AT_REST_S[1])
    if not math.isfinite(speed):
        return none(f"E-SHORT: {landing.end_s - landing.ic_s:.1f} s after the landing, {AT_REST_S[1]:.0f} s needed")
    height = m.drop_m(speed)
    u = abs(speed) / G * math.hypot(0.5 * (AT_REST_S[0] + AT_REST_S[1]) * WEIGHT_U * G, REST_U_M_S)
    off = abs(height - box_m) > OFF_M
    why = (f"DL-14: a drop of {height:.2f} m off a box of {box_m:.2f} m: jumped up, or stepped down",) if off else ()
    return One(height, u, why if math.isfinite(box_m) else ("the box height was not entered, so the drop is not checked",), warn=off)


def _stiff(landing: Landing, found: LandingSet, box_m: float) -> One:
    if not box_m > 0.0:
        return none("the box height was not entered, so the speed of the landing is not known")
    check = _drop(landing, found, box_m)
    if not math.isfinite(check.value) and not found.weight_n > 0.0:
        return check
    if landing.clipped:
        return check
    if landing.rate_hz < PEAK_HZ * (1.0 - RATE_OFF):
        return none(f"E-RATE: {landing.rate_hz:.0f} Hz, {PEAK_HZ:.0f} Hz needed for a peak")
    value = m.stiffness_n_m(landing.t_s, landing.force_n, weight_n=found.weight_n, speed=math.sqrt(2.0 * G * box_m))
    if not math.isfinite(value):
        return none("the body does not come to rest within 1 s after the landing, by this box height and body weight")
    # Both speed and way go with the height: 1 % of it is about 1 % of the stiffness.
    return One(value, value * 0.5 * abs(check.value - box_m) / box_m if math.isfinite(check.value) else math.nan, check.reasons, check.warn)


def _boxed(measure: Callable[[Landing, LandingSet, float], One]) -> Callable[[Evidence], Measured]:
    def of(evidence: Evidence) -> Measured:
        box = evidence.trial.setup.given.get(BOX, math.nan)
        return over(lambda landing, found: measure(landing, found, box))(evidence)

    return of


def _largest_g(landing: Landing, found: LandingSet, site: Site) -> One:
    stream = found.at(site)
    if stream is None:
        return none(f"no sensor on the {site.value}")
    cut = stream.between(landing.ic_s + SHOCK_S[0], landing.ic_s + SHOCK_S[1])
    size = np.sqrt((cut.values[:, ACC] ** 2).sum(axis=1)) / G
    if len(size) < 3 or not bool(np.isfinite(size).all()) or float(np.diff(cut.t_s).max()) > 2.5 / stream.rate_hz:
        return none(f"E-GAP: samples of the {site.value} sensor are missing at the landing")
    # Its neighbours show how much of a spike may lie between two samples.
    row = int(size.argmax())
    near = size[max(row - 1, 0) : row + 2]
    told = One(float(size[row]), float(size[row] - near.mean()) / math.sqrt(12.0))
    clips = bool(cut.clipped.any()) or float(np.abs(cut.values[:, ACC]).max()) >= CLIPPED_SHARE * stream.acc_range_g * G
    return told.noted(f"E-SAT: ≥ the value, the {site.value} sensor is at the end of its range") if clips else told


def _shock(site: Site) -> Callable[[Evidence], Measured]:
    return over(lambda landing, found: _largest_g(landing, found, site), forced=False)


def _attenuation(landing: Landing, found: LandingSet) -> One:
    shank, trunk = _largest_g(landing, found, Site.SHANK), _largest_g(landing, found, Site.LUMBAR)
    value = 1.0 - trunk.value / shank.value if shank.value > 0.0 else math.nan
    u = (1.0 - value) * math.hypot(shank.u / shank.value, trunk.u / trunk.value) if math.isfinite(value) and trunk.value > 0.0 else math.nan
    return One(value, u, (*shank.reasons, *trunk.reasons), shank.warn or trunk.warn)


def _success(evidence: Evidence) -> Measured:
    """Return 1 if every landing was stuck, else 0 (HS-02)."""
    found = evidence.made(landings_of).landings
    known = [landing for landing in found if not landing.spoiled]
    if not known:
        return Measured(math.nan, reasons=(found[0].why if found else "no landing in this run",), n_rejected=len(found))
    kinds = sorted({error.note or error.what.value for landing in known for error in landing.errors})
    reasons = (f"errors: {', '.join(kinds)}",) if kinds else ()
    brief = [landing for landing in known if not landing.errors and not landing.stuck]
    if brief:
        reasons = (*reasons, f"held for {min(landing.held_s for landing in brief):.1f} s, 3 s needed")
    return Measured(float(all(landing.stuck for landing in known)), reasons=reasons, n_used=len(known), n_rejected=len(found) - len(known))


def _no_axes(_evidence: Evidence) -> Measured:
    """Say why there is no DPSI (DL-06): force along three axes reaches the program from no device and no file that it takes in."""
    return Measured(math.nan, reasons=("needs a three-axis plate: this one tells vertical force only",))


def _path(w: Sway) -> Values:
    return w.path_mm, speed_u_mm_s(w) * w.seconds


def _ellipse(w: Sway) -> Values:
    return w.ellipse.area_mm2, area_u_mm2(w)


settled_5 = _on_force(_settled_5)
"""DL-07, HS-01."""
_LANDING = "metrics.md 6, force of a pad"
_WIKSTROM = "Wikstrom et al. 2005 (Med Sci Sports Exerc 37:1169), body-weight form 2007"
_FRANSZ = "metrics.md DL-07; definitions compared by Fransz et al. 2015 (Gait & Posture 41:115)"
_COLBY = "Colby et al. 1999 (JOSPT 29:444); Ross & Guskiewicz 2003"
_LOW, _HIGH, _NONE = Better.LOW, Better.HIGH, Better.NONE

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("DL-01", "landing_peak", "peak landing force", "F_pk", "BW", _LOW, 2, 2, _LANDING, FORCED, _on_force(_peak, peaks=True),
           clinical=True),
    Metric("DL-02", "landing_time_to_peak", "time to peak landing force", "t_pk", "s", _NONE, 3, 2, _LANDING, FORCED,
           _on_force(_to_peak, peaks=True)),
    Metric("DL-03", "loading_rate", "average loading rate", "LR_avg", "BW/s", _LOW, 1, 2, _LANDING, FORCED,
           _on_force(_average_rate, peaks=True)),
    Metric("DL-03", "loading_rate_max", "largest loading rate", "LR_max", "BW/s", _LOW, 1, 1, _LANDING, RATED, over(_steepest)),
    Metric("DL-03", "loading_rate_20_80", "loading rate, 20-80 % of the peak", "LR_20-80", "BW/s", _LOW, 1, 2, _LANDING, FORCED,
           _on_force(_rate_20_80, peaks=True)),
    Metric("DL-04", "landing_impulse_50", "landing impulse, 0-50 ms", "I_50", "BW·s", _LOW, 3, 2, _LANDING, FORCED,
           _on_force(_impulse(0.05), whole=True)),
    Metric("DL-04", "landing_impulse_100", "landing impulse, 0-100 ms", "I_100", "BW·s", _LOW, 3, 2, _LANDING, FORCED,
           _on_force(_impulse(0.1), whole=True)),
    Metric("DL-04", "landing_impulse_200", "landing impulse, 0-200 ms", "I_200", "BW·s", _LOW, 3, 2, _LANDING, FORCED,
           _on_force(_impulse(0.2), whole=True)),
    Metric("DL-05", "stability_index", "vertical stability index, 0-3 s", "VSI", "", _LOW, 3, 2, _WIKSTROM, FORCED,
           _on_force(_index, whole=True)),
    Metric("DL-06", "dynamic_stability_index", "dynamic postural stability index", "DPSI", "", _LOW, 3, 2, _WIKSTROM, FORCED, _no_axes),
    Metric("DL-07", "tts_5", "time to stabilisation, vertical ±5 %", "TTS_5", "s", _LOW, 2, 2, _FRANSZ, DROPPED,
           settled_5, clinical=True),
    Metric("DL-08", "tts_sequential", "time to stabilisation, sequential averaging", "TTS_SA", "s", _LOW, 2, 2, _COLBY, FORCED,
           _on_force(_settled(m.settled_sequential_s, f"E-SHORT: held for less than {m.MEAN_S:.0f} s"), whole=True)),
    Metric("DL-09", "tts_cubic", "time to stabilisation, cubic (legacy)", "TTS_P3", "s", _LOW, 2, 2, "Ross & Guskiewicz 2003", FORCED,
           _on_force(_settled(m.settled_cubic_s, "the cubic never comes down to the range of the last second"))),
    Metric("DL-10", "tts_rms", "time to stabilisation, moving RMS", "TTS_R", "s", _LOW, 2, 2, _FRANSZ, FORCED,
           _on_force(_settled(m.settled_rms_s, "the moving RMS does not come down to that of the last second"))),
    Metric("DL-11", "landing_path_2_5", "CoP path after landing, 0-2.5 s", "PATH_2.5", "mm", _LOW, 0, 1, "metrics.md DL-11", COPPED,
           _cop(0.0, 2.5, _path)),
    Metric("DL-11", "landing_path_5", "CoP path after landing, 0-5 s", "PATH_5", "mm", _LOW, 0, 1, "metrics.md DL-11", COPPED,
           _cop(0.0, 5.0, _path)),
    Metric("DL-11", "landing_ellipse", "95 % prediction ellipse area, 2-5 s after landing", "A_PE95", "mm²", _LOW, 0, 1,
           "metrics.md DL-11; Schubert & Kirchner 2014", COPPED, _cop(2.0, 5.0, _ellipse)),
    Metric("DL-12", "landing_stiffness", "landing stiffness", "k_land", "N/m", _NONE, 0, 2, "metrics.md DL-12", DROPPED, _boxed(_stiff)),
    Metric("DL-13", "shank_shock", "shock at the shank", "a_pk,shank", "g", _LOW, 1, 2, "metrics.md DL-13", SHANK, _shock(Site.SHANK)),
    Metric("DL-13", "foot_shock", "shock at the foot", "a_pk,foot", "g", _LOW, 1, 1, "metrics.md DL-13, at the foot", FOOT,
           _shock(Site.FOOT)),
    Metric("DL-13", "shock_attenuation", "shock attenuation, shank to trunk", "1−a_L/a_S", "", _HIGH, 2, 2, "metrics.md DL-13",
           SHANK_LUMBAR, over(_attenuation, forced=False), ratio=False),
    Metric("DL-14", "effective_drop", "effective drop height", "h_eff", "m", _NONE, 3, 2, "metrics.md DL-14", DROPPED, _boxed(_drop)),
    Metric("HS-02", "stuck", "landing stuck", "stick", "", _HIGH, 0, 1, "metrics.md HS-02", ANY, _success, clinical=True, ratio=False),
)
# fmt: on
