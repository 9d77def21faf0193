"""The entries of isometric strength in the catalog: which pushes count, what forbids a number, and what it is uncertain by; no formulas."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ankletest.metrics import strength as s
from ankletest.metrics.base import Better, Evidence, Measured, Metric, Part, Profile
from ankletest.metrics.traces import caveat
from ankletest.samples import FORCE, FloatArray, G, Kind
from ankletest.signals.push import BASELINE_S, level, relaxed, stillest
from ankletest.trial import Event, Happening, Stream

FAMILY = "strength"
P_FISO = Profile("P-FISO", "isometric force: native samples, no filter, baseline of the half second before the onset", math.nan, math.nan)
HOLD_NOTE = "hold"
"""Note of a push that is a hold at a target."""
DIP_NOTE = "countermovement"
"""Note of a push that begins with a dip, so that its rise cannot be told."""
RATE_HZ, RFD_HZ, GOOD_HZ = 80.0, 200.0, 500.0
RATE_SLACK = 0.98
"""P-FISO: peaks from 80 Hz, rates of force development from 200 Hz, no caveat from 500 Hz; met within 2 % (E-RATE)."""
GAP_S, HOLE_S = 0.020, 0.100
"""E-GAP: no rate of force development across a gap of more than 20 ms, no push across one of more than 100 ms."""
FAST_S = 0.250
"""The part of a push in which rates of force development are told."""
PRETENSION = 0.10
"""Pushing already, before the onset, by more than this share of the peak is a caveat."""
BEST = 3
"""SG-01: the mean of the best three stands beside the best."""
KEPT = 0.8
"""A hold lasts until the last sample above this share of its median."""
SETTLE_S, STEADY_S = 2.0, 5.0
"""SG-08: five seconds of a hold from two seconds after its begin on: a target is approached slowly."""
NAMED = 3
"""So many left out are told one by one."""


@dataclass(frozen=True, slots=True)
class Effort:
    """One push made ready: seconds and force above the baseline from half a second before the onset to the release.

    ``sd_n`` is the noise of the baseline, ``u_s`` the uncertainty of the onset, ``slow`` why its rise cannot be told (empty: it can),
    ``clipped`` that it reached the end of the pad's range, ``tense_n`` how far its baseline was above the relaxed level.
    """

    number: int
    onset_s: float
    end_s: float
    t_s: FloatArray
    net_n: FloatArray
    sd_n: float
    u_s: float
    slow: str
    clipped: bool
    tense_n: float

    @property
    def own(self) -> tuple[FloatArray, FloatArray]:
        """Return the samples of the push itself."""
        rows = self.t_s >= self.onset_s
        return self.t_s[rows], self.net_n[rows]

    @property
    def peak_n(self) -> float:
        """Largest 100-ms mean; NaN for a push shorter than that."""
        return s.highest_mean_n(*self.own, s.PEAK_S)


@dataclass(frozen=True, slots=True)
class Strength:
    """The pushes and holds of a trial, why others were left out, and what is to be said of all."""

    pushes: tuple[Effort, ...]
    holds: tuple[Effort, ...]
    left_out: tuple[str, ...]
    reasons: tuple[str, ...]
    rate_hz: float
    blocked: str = ""


def strength_of(evidence: Evidence) -> Strength:
    """Prepare the pushes of a trial; use it as ``evidence.made(strength_of)``."""
    trial = evidence.trial
    pad = next((stream for stream in trial.streams if stream.kind is Kind.PAD), None)
    if pad is None or len(pad.t_s) < 2:
        return Strength((), (), (), (), math.nan, "no pad felt this")
    rate = pad.rate_hz
    if not rate >= RATE_HZ * RATE_SLACK:
        return Strength((), (), (), (), rate, f"E-RATE: {rate:.0f} Hz, {RATE_HZ:.0f} Hz needed")
    reasons = (f"E-RATE: {rate:.0f} Hz, {GOOD_HZ:.0f} Hz recommended",) if rate < GOOD_HZ * RATE_SLACK else ()
    if pad.timing == "estimated":
        reasons = (*reasons, "timing: estimated from the arrival of notifications")
    start, end = evidence.window_s
    events = [e for e in trial.events if e.what is Happening.PUSH and e.device == pad.device and start <= e.t_s < end]
    finite = pad.between(start, end)
    t, force = _finite(finite)
    rest = relaxed(t, force)
    pushes: list[Effort] = []
    holds: list[Effort] = []
    left_out: list[str] = []
    for number, event in enumerate(events, start=1):
        made = _effort(number, event, pad, rest.mean_n if rest is not None else math.nan) if event.valid else event.note
        if isinstance(made, str):
            left_out.append(f"push {number} left out: {made}")
        else:
            (holds if event.note == HOLD_NOTE else pushes).append(made)
    told = left_out if len(left_out) <= NAMED else [*left_out[:NAMED], f"{len(left_out) - NAMED} more pushes left out"]
    return Strength(tuple(pushes), tuple(holds), tuple(told), reasons, rate)


def _effort(number: int, event: Event, pad: Stream, rest_n: float) -> Effort | str:
    """Return a push made ready, or why it cannot be used."""
    cut = pad.between(event.t_s - BASELINE_S - 2.0 / pad.rate_hz, event.end_s)
    t, force = _finite(cut)
    if len(force) and not float(np.ptp(force)) > 0.0:
        return "E-SAT: the force never changes, so a channel is dead"
    base = level(t, force, event.t_s)
    if event.note == DIP_NOTE:
        base = stillest(*_finite(pad.between(event.t_s - 5.0 * BASELINE_S, event.t_s))) or base
    if base is None:
        return f"E-REST: no relaxed {BASELINE_S:.1f} s before it"
    steps = np.diff(t)
    hole = float(steps.max(initial=0.0))
    if hole > HOLE_S:
        return f"E-GAP: {1e3 * hole:.0f} ms are missing"
    quick = (t >= event.t_s - BASELINE_S) & (t < event.t_s + FAST_S)
    clipped = cut.clipped[np.isfinite(cut.values[:, FORCE])]
    slow = ""
    if event.note == DIP_NOTE:
        slow = "a countermovement before it"
    elif float(np.diff(t[quick]).max(initial=0.0)) > GAP_S:
        slow = f"E-GAP: {1e3 * float(np.diff(t[quick]).max()):.0f} ms are missing in its rise"
    elif bool(clipped[quick].any()):
        slow = "E-SAT: its rise reaches the end of the pad's range"
    return Effort(
        number, event.t_s, event.end_s, t, force - base.mean_n, base.sd_n, event.u_s, slow, bool(clipped.any()), base.mean_n - rest_n
    )  # fmt: skip


def _finite(stream: Stream) -> tuple[FloatArray, FloatArray]:
    force = stream.values[:, FORCE]
    good = np.isfinite(force)
    return stream.t_s[good], force[good]


# ---- the force ---------------------------------------------------------------------------------------------------------------


def _force(window_s: float, *, share: Callable[[Evidence], float | str], best: int = 1) -> Callable[[Evidence], Measured]:
    """Return a metric: the largest mean over ``window_s``, the mean of the ``best`` pushes, times ``share`` (or why there is none)."""

    def of(evidence: Evidence) -> Measured:
        made = evidence.made(strength_of)
        if made.blocked:
            return Measured(math.nan, reasons=(made.blocked,))
        factor = share(evidence)
        if isinstance(factor, str):
            return _refused(made, factor)
        every = [(s.highest_mean_n(*push.own, window_s), push) for push in made.pushes]
        told = sorted([pair for pair in every if math.isfinite(pair[0])], key=lambda pair: -pair[0])[:best]
        if len(told) < best:
            return _refused(made, f"E-SHORT: {len(told)} pushes of at least {window_s:.1f} s, {best} needed")
        noise = [push.sd_n * math.sqrt(1.0 / (window_s * made.rate_hz) + 1.0 / (BASELINE_S * made.rate_hz)) for _, push in told]
        u = math.sqrt(sum(one * one for one in noise)) / len(noise)
        extra = [f"E-SAT: ≥ the value, push {push.number} reaches the end of the pad's range" for _, push in told if push.clipped]
        return _told(made, factor * sum(value for value, _ in told) / best, u=factor * u, efforts=[p for _, p in told], extra=tuple(extra))

    return of


def _one(_evidence: Evidence) -> float:
    return 1.0


def _per_kg(evidence: Evidence) -> float | str:
    weight = _weight_n(evidence)
    return G / weight if weight > 0.0 else "E-REST: no body mass was told"


def _per_weight(evidence: Evidence) -> float | str:
    weight = _weight_n(evidence)
    return 1.0 / weight if weight > 0.0 else "E-REST: no body mass was told"


def _lever_m(evidence: Evidence) -> float | str:
    lever = evidence.trial.setup.given.get("lever_m", math.nan)
    return lever if lever > 0.0 else "no lever was entered, so there is no torque"


def _weight_n(evidence: Evidence) -> float:
    mass = evidence.trial.setup.mass_kg
    return mass * G if mass else evidence.trial.body_weight_n


# ---- how fast it rises ---------------------------------------------------------------------------------------------------------


def _rise(value: Callable[[Effort], float], u: Callable[[Effort], float]) -> Callable[[Evidence], Measured]:
    """Return a metric: the mean of ``value`` over the pushes whose rise can be told; the uncertainty is the mean of theirs.

    Mean and not best: averaging pushes is what makes rates of force development repeatable (Maffiuletti et al. 2016).
    """

    def of(evidence: Evidence) -> Measured:
        made = evidence.made(strength_of)
        if made.blocked:
            return Measured(math.nan, reasons=(made.blocked,))
        if made.rate_hz < RFD_HZ * RATE_SLACK:
            return _refused(made, f"E-RATE: {made.rate_hz:.0f} Hz, {RFD_HZ:.0f} Hz needed to tell how fast a push rises")
        slow = tuple(f"push {push.number} left out: {push.slow}" for push in made.pushes if push.slow)
        told = [(value(push), push) for push in made.pushes if not push.slow]
        told = [pair for pair in told if math.isfinite(pair[0])]
        if not told:
            return _refused(made, *(slow or ("E-SHORT: no push lasted long enough",)))
        mean_u = sum(u(push) for _, push in told) / len(told)
        return _told(made, sum(one for one, _ in told) / len(told), u=mean_u, efforts=[push for _, push in told], remarks=slow)

    return of


def _rfd(after_s: float) -> Callable[[Evidence], Measured]:
    def value(push: Effort) -> float:
        return s.rfd_n_s(push.t_s, push.net_n, onset_s=push.onset_s, after_s=after_s)

    def u(push: Effort) -> float:
        slope = (_slope(push, push.onset_s + after_s) - _slope(push, push.onset_s)) * push.u_s
        return math.hypot(math.sqrt(2.0) * push.sd_n, slope) / after_s

    return _rise(value, u)


def _steepest(push: Effort) -> float:
    until = s.time_to_s(push.t_s, push.net_n, onset_s=push.onset_s, level_n=push.peak_n)
    end = push.onset_s + until if math.isfinite(until) else push.end_s
    return s.peak_rfd_n_s(push.t_s, push.net_n, onset_s=push.onset_s, until_s=max(end, push.onset_s + s.STEEP_S))


def _steepest_u(push: Effort) -> float:
    return math.sqrt(2.0) * push.sd_n / s.STEEP_S


def _impulse(after_s: float) -> Callable[[Evidence], Measured]:
    def value(push: Effort) -> float:
        return s.impulse_n_s(push.t_s, push.net_n, onset_s=push.onset_s, after_s=after_s)

    def u(push: Effort) -> float:
        return float(np.interp(push.onset_s + after_s, push.t_s, push.net_n)) * push.u_s

    return _rise(value, u)


def _time_to(share: float) -> Callable[[Evidence], Measured]:
    def value(push: Effort) -> float:
        return s.time_to_s(push.t_s, push.net_n, onset_s=push.onset_s, level_n=share * push.peak_n)

    def u(push: Effort) -> float:
        slope = _slope(push, push.onset_s + value(push))
        return math.hypot(push.u_s, push.sd_n / slope if slope > 0.0 else 0.0)

    return _rise(value, u)


def _slope(push: Effort, at_s: float) -> float:
    """Return the slope of the force over 4 ms, N/s."""
    low, high = np.interp((at_s - 0.002, at_s + 0.002), push.t_s, push.net_n)
    return float(high - low) / 0.004


# ---- the hold ------------------------------------------------------------------------------------------------------------------


def _held(value: Callable[[FloatArray, FloatArray], float], *, length_s: float) -> Callable[[Evidence], Measured]:
    """Return a metric of the last hold from two seconds after its begin on; ``length_s`` cuts it (infinite: all of it)."""

    def of(evidence: Evidence) -> Measured:
        made = evidence.made(strength_of)
        if made.blocked or not made.holds:
            return _refused(made, made.blocked or "there was no hold at a target")
        hold = made.holds[-1]
        start = hold.onset_s + SETTLE_S
        kept = hold.net_n >= KEPT * float(np.median(hold.own[1]))  # letting go is no part of it
        until = float(hold.t_s[kept][-1]) if bool(kept.any()) else hold.end_s
        rows = (hold.t_s >= start) & (hold.t_s <= min(start + length_s, until))
        t, net = hold.t_s[rows], hold.net_n[rows]
        least = STEADY_S if math.isfinite(length_s) else 2.0 * s.PLATEAU_S
        if len(t) < 2 or t[-1] - t[0] < least - 2.0 / made.rate_hz:
            return _refused(made, f"E-SHORT: the hold lasted {hold.end_s - hold.onset_s:.1f} s, {least + SETTLE_S:.0f} s needed")
        return _told(made, value(t, net), u=math.nan, efforts=[hold])

    return of


# ---- what is said ----------------------------------------------------------------------------------------------------------------


def _refused(made: Strength, *why: str) -> Measured:
    return Measured(math.nan, reasons=(*why, *made.left_out, *made.reasons), n_rejected=len(made.left_out))


def _told(
    made: Strength, value: float, *, u: float, efforts: list[Effort], extra: tuple[str, ...] = (), remarks: tuple[str, ...] = ()
) -> Measured:
    tense = tuple(
        f"push {push.number}: pushed already before the onset, {push.tense_n / push.peak_n:.0%} of the peak"
        for push in efforts
        if push.tense_n > PRETENSION * push.peak_n
    )
    said = (*extra, *made.reasons)
    return Measured(
        value, u, (*said, *tense, *remarks, *made.left_out), caveat(said) or bool(tense), len(efforts), len(made.left_out) + len(remarks)
    )  # fmt: skip


PUSHES = Part(FAMILY, lambda _: True, lambda _: P_FISO.id)
"""Any trial of pushes."""
HOLDS = Part(FAMILY, lambda evidence: any(e.note == HOLD_NOTE for e in evidence.trial.events), lambda _: P_FISO.id)
"""With a hold at a target."""

_ONEILL = "O'Neill et al. 2023 (PLoS One); metrics.md SG-01"
_RFD = "Maffiuletti et al. 2016 (EJAP 116:1091); onset after Thompson et al. 2012"
_SG = "metrics.md SG"
_HIGH, _LOW = Better.HIGH, Better.LOW

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("SG-01", "calf_force", "calf peak force, best push", "F_max", "N", _HIGH, 0, 1, _ONEILL, PUSHES, _force(s.PEAK_S, share=_one)),
    Metric("SG-01", "calf_force_per_kg", "calf peak force, best push", "F_max/m", "N/kg", _HIGH, 2, 1, _ONEILL, PUSHES,
           _force(s.PEAK_S, share=_per_kg)),
    Metric("SG-01", "calf_force_bw", "calf peak force, best push", "F_max/BW", "BW", _HIGH, 2, 1, _ONEILL, PUSHES,
           _force(s.PEAK_S, share=_per_weight), clinical=True),
    Metric("SG-01", "calf_force_mean", "calf peak force, mean of the best three pushes", "F_max,3", "N", _HIGH, 0, 1, _ONEILL, PUSHES,
           _force(s.PEAK_S, share=_one, best=BEST)),
    Metric("SG-02", "calf_plateau", "calf force over one second, best push", "F_1s", "N", _HIGH, 0, 1, _SG, PUSHES,
           _force(s.PLATEAU_S, share=_one)),
    Metric("SG-03", "calf_torque", "calf torque at the ankle, best push", "M_max", "N·m", _HIGH, 1, 1, _SG, PUSHES,
           _force(s.PEAK_S, share=_lever_m)),
    *(
        Metric("SG-04", f"calf_rfd_{round(1e3 * after)}", f"rate of force development, 0 to {round(1e3 * after)} ms",
               f"RFD 0–{round(1e3 * after)}", "N/s", _HIGH, 0, 1, _RFD, PUSHES, _rfd(after), clinical=after in {0.1, 0.2})
        for after in (0.05, 0.1, 0.15, 0.2, 0.25)
    ),
    Metric("SG-05", "calf_rfd_peak", "steepest 20 ms of a push", "RFD_pk", "N/s", _HIGH, 0, 1, _RFD, PUSHES,
           _rise(_steepest, _steepest_u)),
    *(
        Metric("SG-06", f"calf_impulse_{round(1e3 * after)}", f"impulse of a push, 0 to {round(1e3 * after)} ms",
               f"J 0–{round(1e3 * after)}", "N·s", _HIGH, 2, 1, _RFD, PUSHES, _impulse(after))
        for after in (0.05, 0.1, 0.2)
    ),
    *(
        Metric("SG-07", f"calf_time_{round(100 * share)}", f"time to {share:.0%} of the peak", f"t_{round(100 * share)}", "s", _LOW, 3, 1,
               _RFD, PUSHES, _time_to(share))
        for share in (0.5, 0.9)
    ),
    Metric("SG-08", "calf_steadiness", "unsteadiness of a hold, detrended", "CV_F", "%", _LOW, 2, 1, _SG, HOLDS,
           _held(s.steadiness_percent, length_s=STEADY_S)),
    Metric("SG-09", "calf_decline", "force lost in a hold, last to first second", "decline", "%", _LOW, 1, 1, _SG, HOLDS,
           _held(s.decline_percent, length_s=math.inf), ratio=False),
)
# fmt: on
