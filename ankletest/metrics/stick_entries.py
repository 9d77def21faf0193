"""The entries of hop-and-stick in the catalog: stabilisation, sway after the landing, errors, sticks of attempts; no formulas."""

import math
from collections.abc import Callable

from ankletest.metrics import landing as m
from ankletest.metrics.base import Better, Evidence, Measured, Metric, Part
from ankletest.metrics.landing_entries import settled_5
from ankletest.metrics.landing_motion import trunk_after
from ankletest.metrics.landing_told import One, none, over
from ankletest.metrics.landings import HELD_S, STICK, Landing, LandingSet, cop_after, event_part, landings_of, padded, worn_at
from ankletest.metrics.motion import rms_m_s2
from ankletest.metrics.profiles import P_ACC, P_COP, P_FJUMP
from ankletest.metrics.sensor_u import sensor_u
from ankletest.metrics.shaken import filtered_noise, in_turn, shaken_u
from ankletest.metrics.sway_trace import Sway, Values, area_u_mm2, speed_u_mm_s, sway_in
from ankletest.samples import Site
from ankletest.trial import Stream

WINDOW_S = 5.0
QUIET_S = 2.0
"""HS-01: μ and σ of the moving RMS come from so much of the end of the hold."""
SWAY_S = (1.0, 4.0)
"""HS-03, s after the contact."""
DISTANCE = "distance_m"


def _trunk_settled(landing: Landing, found: LandingSet) -> One:
    """Return TTS_a: when the trunk's horizontal acceleration is down to what it is at the end of the hold (HS-01)."""
    stream = found.at(Site.LUMBAR)
    if stream is None:
        return none("no sensor on the lumbar")
    trunk = trunk_after(stream, landing, from_s=0.0, to_s=min(WINDOW_S, landing.held_s))
    if trunk.why:
        return none(trunk.why)
    ahead = trunk.acc_m_s2 - trunk.acc_m_s2[trunk.t_s > trunk.t_s[-1] - QUIET_S].mean(axis=0)
    value = m.settled_rms_s(trunk.t_s, ahead, end_s=QUIET_S)
    if not math.isfinite(value):
        return none(f"the trunk does not come to rest for {m.INSIDE_S:.0f} s by the end of the hold")
    # A moving mean of 250 ms on a grid of 10 ms; the contact of a trunk alone is 15 ms late.
    edge = landing.u_s if math.isfinite(landing.u_s) else 0.0
    return _timed(One(value, math.hypot(edge, 0.5 / P_ACC.rate_hz)), stream)


def _trunk_sway(landing: Landing, found: LandingSet) -> One:
    stream = found.at(Site.LUMBAR)
    if stream is None:
        return none("no sensor on the lumbar")
    trunk = trunk_after(stream, landing, from_s=SWAY_S[0], to_s=SWAY_S[1])
    if trunk.why:
        return none(trunk.why)
    value = rms_m_s2(trunk.acc_m_s2[:, 0], trunk.acc_m_s2[:, 1])
    noise = filtered_noise(len(trunk.t_s), 2, rate_hz=P_ACC.rate_hz, cut_hz=P_ACC.cut_hz)
    scaled = (
        scale * trunk.acc_m_s2 + trunk.noise_m_s2 * one for one, scale in zip(noise, in_turn(sensor_u(stream).acc_scale), strict=True)
    )
    return _timed(One(value, shaken_u(value, [rms_m_s2(one[:, 0], one[:, 1]) for one in scaled])), stream)


def _timed(one: One, stream: Stream) -> One:
    return one.noted("timing: estimated from the arrival of notifications") if stream.timing == "estimated" else one


def _cop(value: Callable[[Sway], Values]) -> Callable[[Evidence], Measured]:
    def one(landing: Landing, found: LandingSet) -> One:
        trace = cop_after(landing, *SWAY_S, found)
        return One(math.nan, reasons=trace.reasons) if trace.blocked else One(*value(sway_in(trace, P_COP)), reasons=trace.reasons)

    return over(one)


def _speed(w: Sway) -> Values:
    return w.path_mm / w.seconds, speed_u_mm_s(w)


def _ellipse(w: Sway) -> Values:
    return w.ellipse.area_mm2, area_u_mm2(w)


def _errors(evidence: Evidence) -> Measured:
    """Return the error episodes of all landings (HS-04, by the rules of ST-02)."""
    found = evidence.made(landings_of).landings
    if not found:
        return Measured(math.nan, reasons=("no landing in this run",))
    kinds = sorted({error.note or error.what.value for landing in found for error in landing.errors})
    reasons = (f"errors: {', '.join(kinds)}",) if kinds else ()
    return Measured(float(sum(landing.episodes for landing in found)), reasons=reasons, n_used=len(found))


def _sticks(evidence: Evidence) -> Measured:
    """Return the share of attempts that were stuck, per cent (HS-06); a landing that a device spoiled is no attempt."""
    found = evidence.made(landings_of).landings
    known = [landing for landing in found if not landing.spoiled]
    if not known:
        return Measured(math.nan, reasons=(found[0].why if found else "no landing in this run",), n_rejected=len(found))
    stuck = sum(landing.stuck for landing in known)
    left = len(found) - len(known)
    reasons = (f"{stuck} of {len(known)} landings stuck for {HELD_S:.0f} s or more",)
    return Measured(100.0 * stuck / len(known), reasons=reasons, n_used=len(known), n_rejected=left)


def _distance(evidence: Evidence) -> Measured:
    """Return the distance that was measured by tape and entered (HS-05)."""
    entered = evidence.trial.setup.given.get(DISTANCE, math.nan)
    reasons = ("measured by tape and entered",) if math.isfinite(entered) else ("the distance was not entered",)
    return Measured(entered, reasons=reasons)


_ANY = Part(STICK, lambda _: True, event_part)
_FORCED = Part(STICK, padded, lambda _: P_FJUMP.id)
_COPPED = Part(STICK, padded, lambda _: P_COP.id)
_TRUNK = Part(STICK, worn_at(Site.LUMBAR), lambda _: P_ACC.id)
_SOURCE = "metrics.md 7"
_LOW, _HIGH = Better.LOW, Better.HIGH

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("HS-01", "stick_tts_5", "time to stabilisation after a hop, vertical ±5 %", "TTS_5", "s", _LOW, 2, 2, _SOURCE, _FORCED,
           settled_5, clinical=True),
    Metric("HS-01", "stick_tts_trunk", "time to stabilisation after a hop, trunk", "TTS_a", "s", _LOW, 2, 2, _SOURCE, _TRUNK,
           over(_trunk_settled, forced=False), clinical=True),
    Metric("HS-03", "stick_velocity", "mean sway velocity, 1-4 s after the landing", "MVELO", "mm/s", _LOW, 1, 1, _SOURCE, _COPPED,
           _cop(_speed)),
    Metric("HS-03", "stick_ellipse", "95 % prediction ellipse area, 1-4 s after the landing", "A_PE95", "mm²", _LOW, 0, 1, _SOURCE,
           _COPPED, _cop(_ellipse)),
    Metric("HS-03", "stick_acc_rms", "RMS acceleration, 1-4 s after the landing", "RMS_a", "m/s²", _LOW, 3, 2, _SOURCE, _TRUNK,
           over(_trunk_sway, forced=False)),
    Metric("HS-04", "stick_errors", "balance errors after landings", "n_err", "", _LOW, 0, 1, _SOURCE, _ANY, _errors, ratio=False),
    Metric("HS-05", "hop_distance", "hop distance, by tape", "d", "m", _HIGH, 2, 1, _SOURCE, _ANY, _distance),
    Metric("HS-06", "sticks", "landings stuck, of all attempts", "sticks", "%", _HIGH, 0, 1, _SOURCE, _ANY, _sticks, clinical=True,
           ratio=False),
)
# fmt: on
