"""The entries of heel raises in the catalog: which raises count, aggregates over them, and what they are uncertain by; no formulas."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ankletest.metrics import heel_raise as hr
from ankletest.metrics.base import Better, Evidence, Measured, Metric, Part
from ankletest.metrics.crossings import apart_u_s
from ankletest.metrics.inclines import P_ANG, worn
from ankletest.metrics.raises import P_COP_EV, Raises, pad_of, raises_of
from ankletest.metrics.sensor_u import BIAS_M_S2
from ankletest.metrics.smoothness import ldlj, sparc
from ankletest.samples import RAD_PER_DEG, FloatArray, Site
from ankletest.signals.angles import CUT_HZ
from ankletest.signals.repetitions import MOVED, Repetition

HEEL_RAISE = "heel_raise"
"""Family (``Trial.families``)."""
LEAST = 3
"""E-SHORT: an aggregate needs three raises; a count does not."""
BIAS_U = 0.20 * RAD_PER_DEG / BIAS_M_S2
"""What a bias of the accelerometer makes of a top, rad per m/s²: the worst of 20 simulated people with 20 mg, and a gyro 0.3 % off, was
0.25°; the gyro's share of a top of 40° is 0.12°. Raises are quicker than gravity corrects, so it is a fifth of the 1.1° of a held angle."""
QUIET_U_RAD = 0.10 * RAD_PER_DEG
"""Standard uncertainty of a top by the low-pass and the quiet stance it is counted from, whatever the sensor: of twelve simulated people
with calibrated sensors tops were 0.11° (RMS) off."""
LEVER_U_M = 0.005
"""Standard uncertainty of a lever taken with a tape to the joint of the big toe (algorithms.md 7: ±1 cm is ±6 %)."""
EDGE_SHARE = 0.05
"""A movement begins and ends at this share of its peak speed (metrics.md 12)."""
CAVEATS = ("E-", "timing", "the pad saw")


@dataclass(frozen=True, slots=True)
class _Counted:
    """The raises that count, and those of them that can be measured: tops, heights, and what was said."""

    raises: Raises
    reps: tuple[Repetition, ...]
    whole: tuple[Repetition, ...]
    rejected: int
    reasons: tuple[str, ...]

    @property
    def tops(self) -> FloatArray:
        """Tops of the measurable ones, (n,)."""
        return np.array([rep.top for rep in self.whole])

    @property
    def heights(self) -> FloatArray:
        """Heights of the measurable ones, m, (n,)."""
        return hr.height_m(self.tops, self.raises.lever_m, self.raises.incline_rad)


def _counted(evidence: Evidence) -> _Counted:
    """Return the raises that reach half of the reference (HR-01); for ``Evidence.made``."""
    raises = evidence.made(raises_of)
    good = [(rep, torn) for rep, torn in zip(raises.reps, raises.torn, strict=True) if not rep.why]
    enough = hr.counted(np.array([rep.top for rep, _ in good])) if raises.by_angle else np.ones(len(good), np.bool_)
    kept = [pair for pair, told in zip(good, enough.tolist(), strict=True) if told]
    refused = [rep.why for rep in raises.reps if rep.why and rep.why != MOVED]
    partial = len(good) - len(kept)
    said = [f"{refused.count(why)} not counted: {why}" for why in sorted(set(refused))]
    said += [f"{partial} below half of the reference"] if partial else []
    torn = sum(broken for _, broken in kept)
    said += [f"E-GAP: {torn} raises lie across a gap longer than 0.1 s and are counted, not measured"] if torn else []
    low = sum(not rep.descended for rep, _ in kept)
    said += [f"{low} without full descent"] if low else []
    whole = tuple(rep for rep, broken in kept if not broken)
    return _Counted(raises, tuple(rep for rep, _ in kept), whole, len(refused) + partial, (*raises.reasons, *said))


def _told(counted: _Counted, value: float, *, u: float = math.nan, used: int | None = None, more: tuple[str, ...] = ()) -> Measured:
    reasons = (*counted.reasons, *more)
    warn = any(reason.startswith(CAVEATS) for reason in reasons)
    return Measured(value, u, reasons, warn, len(counted.whole) if used is None else used, counted.rejected)


def _refused(counted: _Counted, why: str) -> Measured:
    return Measured(math.nan, reasons=(why, *counted.reasons), n_used=len(counted.whole), n_rejected=counted.rejected)


def _count(share: float) -> Callable[[Evidence], Measured]:
    """Return a metric: raises that reach a share of the reference."""

    def of(evidence: Evidence) -> Measured:
        counted = evidence.made(_counted)
        if counted.raises.blocked:
            return Measured(math.nan, reasons=counted.reasons)
        tops = np.array([rep.top for rep in counted.reps])
        number = int(hr.counted(tops, share).sum()) if share > hr.COUNTED else len(counted.reps)
        return _told(counted, float(number), used=number)

    return of


def _over(formula: Callable[[_Counted], float], *, u: Callable[[_Counted], float] | None = None) -> Callable[[Evidence], Measured]:
    """Return a metric: an aggregate over three raises or more."""

    def of(evidence: Evidence) -> Measured:
        counted = evidence.made(_counted)
        if counted.raises.blocked:
            return Measured(math.nan, reasons=counted.reasons)
        if len(counted.whole) < LEAST:
            return _refused(counted, f"E-SHORT: {len(counted.whole)} raises, {LEAST} needed")
        return _told(counted, formula(counted), u=u(counted) if u is not None else math.nan)

    return of


def _high(
    formula: Callable[[_Counted], float], *, mass: bool = False, total: bool = False, ratio: bool = False
) -> Callable[[Evidence], Measured]:
    """Return a metric of heights: it needs the lever, and if ``mass`` the body mass; a ``total`` needs every raise measured.

    Of a ``ratio`` of heights no uncertainty is claimed: what they all are wrong by cancels.
    """

    def of(evidence: Evidence) -> Measured:
        counted = evidence.made(_counted)
        if not counted.raises.lever_m > 0.0:
            return _refused(counted, "the lever (heel to big-toe joint) was not entered")
        if mass and not counted.raises.mass_kg > 0.0:
            return _refused(counted, "E-REST: no body mass, neither told nor weighed")
        if total and len(counted.whole) < len(counted.reps):
            return _refused(counted, f"E-GAP: {len(counted.reps) - len(counted.whole)} raises could not be measured, so there is no sum")
        return _over(formula, u=None if ratio else lambda c: _height_u(c) * abs(formula(c)))(evidence)

    return of


def _angle_u(counted: _Counted) -> float:
    """Return the standard uncertainty of a top, rad, alike in all raises: by the accelerometer's zero and the gyroscope's scale."""
    left = counted.raises.left
    return math.hypot(BIAS_U * left.bias_m_s2, left.gyro_scale * float(counted.tops.mean()), QUIET_U_RAD)


def _height_u(counted: _Counted) -> float:
    """Return the relative standard uncertainty of a height: of the angle, alike in all raises, and of the lever."""
    raises = counted.raises
    top = float(counted.tops.mean())
    rise = math.sin(raises.incline_rad + top) - math.sin(raises.incline_rad)
    return math.hypot(math.cos(raises.incline_rad + top) * _angle_u(counted) / rise, LEVER_U_M / raises.lever_m)


def _off_beat(evidence: Evidence) -> Measured:
    counted = evidence.made(_counted)
    raises = counted.raises
    if raises.blocked:
        return Measured(math.nan, reasons=counted.reasons)
    if not raises.period_s > 0.0:
        return _refused(counted, "no metronome in this run")
    wrong = hr.off_beat(np.array([rep.top_s for rep in counted.reps]), raises.cues_s, raises.period_s)
    run = hr.longest_run(wrong)
    more = (f"HR-11: {run} in a row off the beat",) if run > 2 else ()
    return _told(counted, float(wrong.sum()), used=len(counted.reps), more=more)


def _on_beat(formula: Callable[[FloatArray, float], float]) -> Callable[[Evidence], Measured]:
    """Return a metric of how well lifts (onset) and lowers (leaving 95 % of the top) keep to the metronome, each against its own habit."""

    def of(evidence: Evidence) -> Measured:
        counted = evidence.made(_counted)
        raises = counted.raises
        if raises.blocked:
            return Measured(math.nan, reasons=counted.reasons)
        if not raises.period_s > 0.0:
            return _refused(counted, "no metronome in this run")
        if len(counted.whole) < LEAST:
            return _refused(counted, f"E-SHORT: {len(counted.whole)} raises, {LEAST} needed")
        down_s = float(raises.cues_s[0])
        lifts = np.array([rep.onset_s for rep in counted.whole])
        lowers = np.array([rep.left_s for rep in counted.whole])
        errors = np.concatenate([hr.beat_error_s(at_s, down_s, raises.period_s) for at_s in (lifts, lowers)])
        return _told(counted, formula(errors, raises.period_s))

    return of


def _knee(evidence: Evidence) -> Measured:
    counted = evidence.made(_counted)
    raises = counted.raises
    if raises.blocked:
        return Measured(math.nan, reasons=counted.reasons)
    if raises.knee is None:
        return _refused(counted, "no sensor on the shank")
    bent = sum(knee for rep, knee in zip(raises.reps, raises.knee, strict=True) if rep in counted.reps)
    return _told(counted, float(bent), used=len(counted.reps))


# ---- what the formulas take -------------------------------------------------------------------------------------------------------


def _rates(counted: _Counted) -> list[FloatArray]:
    """Return the rate of the way up of each raise, rad/s, from 5 % to 5 % of its peak."""
    raises = counted.raises
    rate = np.gradient(raises.signal, 1.0 / raises.rate_hz)
    found: list[FloatArray] = []
    for rep in counted.whole:
        first, last = (int(row) for row in raises.t_s.searchsorted((rep.onset_s, rep.top_s)))
        peak = first + int(rate[first : max(last, first + 1)].argmax())
        edge = EDGE_SHARE * rate[peak]
        before = np.flatnonzero(rate[:peak] < edge)
        after = np.flatnonzero(rate[peak:] < edge)
        start = int(before[-1]) + 1 if len(before) else 0
        found.append(rate[start : peak + int(after[0]) if len(after) else None])
    return found


def _smooth(formula: Callable[[FloatArray, float], float]) -> Callable[[_Counted], float]:
    return lambda c: float(np.mean([formula(rate, c.raises.rate_hz) for rate in _rates(c)]))


def _concentric(counted: _Counted) -> FloatArray:
    return np.array([rep.held_s - rep.onset_s for rep in counted.whole])


def _mean(of: Callable[[Repetition], float]) -> Callable[[_Counted], float]:
    return lambda c: float(np.mean([of(rep) for rep in c.whole]))


def _apart_u(first: Callable[[Repetition], float], last: Callable[[Repetition], float]) -> Callable[[_Counted], float]:
    """Return the uncertainty of the mean time from one crossing of a level to another, s (``crossings.apart_u_s``).

    It is not that by √n: what is wrong with the angle is wrong in every raise.
    """

    def u(counted: _Counted) -> float:
        raises, pairs = counted.raises, [(first(rep), last(rep)) for rep in counted.whole]
        return (
            apart_u_s(raises.t_s, raises.signal, pairs, angle_u_rad=_angle_u(counted), rate_hz=raises.rate_hz)
            if raises.by_angle
            else math.nan
        )

    return u


def _cadence_u(counted: _Counted) -> float:
    """Return the uncertainty of the cadence, 1/min: ``60 (n − 1) / t² · √2 u_top``, t from the first top to the last.

    A top is the middle of two crossings of 95 %, which an angle that is off moves apart: what is left of it is half of that, by chance.
    """
    reps = counted.reps
    whole_s = reps[-1].top_s - reps[0].top_s
    top = 0.5 * _apart_u(lambda rep: rep.held_s, lambda rep: rep.left_s)(counted)
    return 60.0 * (len(reps) - 1) / whole_s**2 * math.sqrt(2.0) * top if whole_s > 0.0 else math.nan


def _peak_rate(counted: _Counted) -> float:
    return float(np.mean([rate.max() for rate in _rates(counted)])) / RAD_PER_DEG


def _rate_u(counted: _Counted) -> float:
    """Return the uncertainty of the peak rate, °/s: ``(π f_c / 3) u_θ``, a third of what the angle's error could change below 6 Hz."""
    return math.hypot(counted.raises.left.gyro_scale * _peak_rate(counted), math.pi * CUT_HZ / 3.0 * _angle_u(counted) / RAD_PER_DEG)


def _tension_u(counted: _Counted) -> float:
    """Return the uncertainty of the time under tension, s: that of one raise times their number."""
    return len(counted.reps) * _apart_u(lambda rep: rep.onset_s, lambda rep: rep.end_s)(counted)


def _profile(evidence: Evidence) -> str:
    return P_ANG.id if worn(evidence.trial, Site.FOOT.value) is not None else P_COP_EV.id


RAISES = Part(
    HEEL_RAISE, lambda e: worn(e.trial, Site.FOOT.value) is not None or pad_of(e.trial) is not None, _profile
)  # fmt: skip
"""Raises, whatever device saw them."""
PITCH = Part(HEEL_RAISE, lambda e: worn(e.trial, Site.FOOT.value) is not None, lambda _: P_ANG.id)
"""Raises with a sensor on the foot."""
SHANK = Part(HEEL_RAISE, lambda e: PITCH.has(e) and worn(e.trial, Site.SHANK.value) is not None, lambda _: P_ANG.id)

_HL, _ANDREASEN = "Hébert-Losier et al. 2017 (Physiotherapy 103:446)", "Andreasen et al. 2021 (KSSTA 29:1604)"
_APP = "Sleeswijk Visser et al. 2025 (BJPT)"
_OWN = "this program's own: distance from the beat, the habit taken away as in HR-11"
_UP, _DOWN, _NONE = Better.HIGH, Better.LOW, Better.NONE

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("HR-01", "raises", "heel raises", "n", "", _UP, 0, 1, _HL, RAISES, _count(hr.COUNTED), clinical=True),
    Metric("HR-01", "raises_70", "heel raises to 70 % of the reference", "n_70", "", _UP, 0, 1, _HL, PITCH, _count(hr.HIGH)),
    Metric("HR-02", "raise_rom", "range of a raise", "θ", "°", _UP, 1, 2, "metrics.md HR-02", PITCH,
           _over(lambda c: float(c.tops.mean()) / RAD_PER_DEG, u=lambda c: _angle_u(c) / RAD_PER_DEG)),
    Metric("HR-03", "raise_height_peak", "peak height", "h_pk", "cm", _UP, 1, 2, _APP, PITCH,
           _high(lambda c: 100.0 * float(c.heights.max())), clinical=True),
    Metric("HR-03", "raise_height", "mean height", "h", "cm", _UP, 1, 2, _APP, PITCH, _high(lambda c: 100.0 * float(c.heights.mean()))),
    Metric("HR-04", "raise_work", "heel work", "W", "J", _UP, 0, 2, f"Silbernagel et al. 2010; {_ANDREASEN}", PITCH,
           _high(lambda c: hr.work_j(c.heights, c.raises.mass_kg), mass=True, total=True), clinical=True),
    Metric("HR-05", "raise_displacement", "total displacement", "Σh", "cm", _UP, 0, 2, _APP, PITCH,
           _high(lambda c: 100.0 * float(c.heights.sum()), total=True)),
    Metric("HR-06", "raise_up", "time up", "t_con", "s", _NONE, 2, 2, "metrics.md HR-06", PITCH,
           _over(lambda c: float(_concentric(c).mean()), u=_apart_u(lambda rep: rep.onset_s, lambda rep: rep.held_s))),
    Metric("HR-06", "raise_hold", "time at the top", "t_top", "s", _NONE, 2, 2, "metrics.md HR-06", PITCH,
           _over(_mean(lambda rep: rep.left_s - rep.held_s), u=_apart_u(lambda rep: rep.held_s, lambda rep: rep.left_s))),
    Metric("HR-06", "raise_down", "time down", "t_ecc", "s", _NONE, 2, 2, "metrics.md HR-06", PITCH,
           _over(_mean(lambda rep: rep.end_s - rep.left_s), u=_apart_u(lambda rep: rep.left_s, lambda rep: rep.end_s))),
    Metric("HR-06", "raise_cadence", "cadence", "f", "1/min", _NONE, 1, 2, "metrics.md HR-06", RAISES,
           _over(lambda c: hr.per_minute(np.array([rep.top_s for rep in c.reps])), u=_cadence_u)),
    Metric("HR-06", "raise_rate", "peak rate up", "ω_pk", "°/s", _UP, 1, 2, "metrics.md HR-06", PITCH,
           _over(_peak_rate, u=_rate_u)),
    Metric("HR-07", "raise_power", "mean power up", "P", "W", _UP, 0, 2, "metrics.md HR-07", PITCH,
           _high(lambda c: hr.power_w(c.heights, _concentric(c), c.raises.mass_kg), mass=True)),
    Metric("HR-08", "raise_fatigue", "fatigue index", "FI", "%", _DOWN, 1, 1, "metrics.md HR-08", PITCH,
           _high(lambda c: hr.fatigue_percent(c.heights), ratio=True), clinical=True, ratio=False),
    Metric("HR-08", "raise_slope", "change of height a raise", "slope", "%", _UP, 2, 1, "metrics.md HR-08", PITCH,
           _high(lambda c: hr.slope_percent(c.heights), ratio=True), ratio=False),
    Metric("HR-09", "raise_tension", "time under tension", "TUT", "s", _UP, 1, 2, "metrics.md HR-09", RAISES,
           _over(lambda c: float(sum(rep.end_s - rep.onset_s for rep in c.reps)), u=_tension_u)),
    Metric("HR-10", "raise_sparc", "smoothness of the way up, spectral arc", "SPARC", "", _UP, 2, 1,
           "Balasubramanian et al. 2015 (JNER 12:112)", PITCH, _over(_smooth(sparc)), ratio=False),
    Metric("HR-10", "raise_ldlj", "smoothness of the way up, jerk", "LDLJ", "", _UP, 2, 1,
           "Balasubramanian et al. 2015 (JNER 12:112)", PITCH, _over(_smooth(ldlj)), ratio=False),
    Metric("HR-11", "raise_off_beat", "raises off the beat", "n_off", "", _DOWN, 0, 1, _HL, PITCH, _off_beat, ratio=False),
    Metric("HT-01", "beat_error", "distance of lifts and lowers from the beat", "Δt_beat", "ms", _DOWN, 0, 1, _OWN, PITCH,
           _on_beat(lambda errors_s, _: hr.beat_mean_ms(errors_s)), ratio=False),
    Metric("HT-02", "beat_within", "lifts and lowers on the beat", "on beat", "%", _UP, 0, 1, _OWN, PITCH,
           _on_beat(hr.beat_within_percent), ratio=False),
    Metric("HR-11", "raise_knee", "raises with a bent knee", "n_knee", "", _DOWN, 0, 1, "metrics.md HR-11", SHANK, _knee, ratio=False),
)
# fmt: on
