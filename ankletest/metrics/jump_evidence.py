"""A jump out of a trial: which flight, what the client weighed, the push-off, and why a part cannot be told; no formulas."""

import math
from dataclasses import dataclass, replace

import numpy as np

from ankletest.metrics.base import Evidence, Part
from ankletest.metrics.contacts import GAP_GUARD_S
from ankletest.metrics.jump import Push, drift_m_s, flight_height_m, onset_row, push_of
from ankletest.metrics.profiles import P_FJUMP, P_IMUEV
from ankletest.samples import FORCE, FloatArray, G, Kind, Site
from ankletest.signals.rest import StillForce, still_force
from ankletest.trial import Event, Happening, Stream, Trial

JUMPS = "jumps"
"""The family (``Trial.families``): one jump from standing."""
GO = "jump"
"""Phase of the exam in which the client is told to jump."""
FLIGHT_S = (0.10, 1.00)
"""A flight outside is none: 1.2 cm, 1.2 m."""
WEIGH_S = 1.0
BEFORE_GO_S = 2.0
"""The client is weighed in the stillest second of the last two before the go (metrics.md 5)."""
BEFORE_JUMP_S = 5.0
MOVING_S = 0.4
"""A record without a go: the stillest second that ends 0.4 to 5 s before the take-off."""
SD_SHARE = 0.02
"""A weighing with a larger SD is none (metrics.md 5)."""
GAP_S = 0.020
LOST_SHARE = 0.02
"""E-GAP: samples further apart than this, or more than this share missing, leave the impulse untold."""
GOOD_HZ, LEAST_HZ, IMU_HZ = 500.0, 200.0, 100.0
"""P-FJUMP: a caveat below 500 Hz, no impulse below 200 Hz (metrics.md 0.1)."""
RATE_SLACK = 0.98
"""E-RATE: a rate may measure 2 % low."""
OFFSET_N = 20.0
OFFSET_FLIGHT_S = 0.120
"""The flight tares the pad: up to 20 N, by the middle half of 120 ms or more (algorithms.md 1)."""
LEAST_M_S = 0.4
"""A foot that leaves slower than this (0.8 cm) has stepped off."""
TAKE_OFF_N, TAKE_OFF_SIGMAS = 10.0, 5.0
"""CJ-01 is the velocity where the force falls below max(10 N, 5 σ) (algorithms.md 1), as other programs take it; the last of the force
takes 2-3 ms, in which the body loses 0.02 m/s and rises by as much as that is worth."""
APART_M, APART_SHARE = 0.05, 0.35
"""Heights by impulse and by flight time differ by 2 cm, in a crouched landing by up to 60 % (metrics.md 5); further, one is wrong."""
DRIFT_M_S = 0.1
"""Velocity that may be left when the client stands still again (metrics.md 5)."""
ONSET_U_S = 0.010
"""Standard uncertainty of the onset: movement grows out of sway, and a force 5 SD away is 10 ms earlier or later with it."""
WEIGHT_PARTS = 4


@dataclass(frozen=True, slots=True)
class Jump:
    """What a trial shows of one jump.

    Parameters
    ----------
    stream
        Whose samples tell it: the pad, else a motion sensor; None without either.
    flight, landing
        Events; None where there is no jump, or no landing on the pad.
    push
        The push-off, None where ``refused`` says why there is none.
    heavier, later, slower
        The same push-off with body weight, take-off and onset moved by their standard uncertainties: what a number moves by is its own.
    refused
        Why there is no push-off.
    weight_n
        Body weight, NaN where it was not weighed.
    peak_n
        Greatest force of the landing, NaN without.
    censored
        Whether that force reaches the end of the pad's range.
    reasons
        What is to be said of every number.
    flights
        How many jumps there are in the window.
    """

    stream: Stream | None
    flight: Event | None = None
    landing: Event | None = None
    push: Push | None = None
    heavier: Push | None = None
    later: Push | None = None
    slower: Push | None = None
    refused: str = ""
    weight_n: float = math.nan
    peak_n: float = math.nan
    censored: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def flight_s(self) -> float:
        """Flight time; NaN without a landing."""
        return self.flight.end_s - self.flight.t_s if self.flight is not None else math.nan


def jump_of(evidence: Evidence) -> Jump:
    """Return the highest jump of the window; use it with ``Evidence.made``."""
    trial = evidence.trial
    stream = _eye(trial)
    if stream is None:
        return Jump(None, refused="no force pad or foot sensor")
    flight, notes, why = highest_of(trial, stream, evidence.window_s)
    if flight is None:
        return Jump(stream, refused=why)
    found = Jump(stream, flight, reasons=notes)
    if stream.kind is not Kind.PAD:
        return replace(found, refused="no force pad, so there is no impulse")
    return _on_force(trial, stream, found, flight)


def highest_of(trial: Trial, stream: Stream, window_s: tuple[float, float]) -> tuple[Event | None, tuple[str, ...], str]:
    """Return the longest flight that a device saw in a window, what is to be said of it, and why there is none."""
    mine = [e for e in trial.events if e.what is Happening.FLIGHT and e.device == stream.device]
    flights = [e for e in mine if window_s[0] <= e.t_s < window_s[1]]
    jumps = [e for e in flights if e.valid and (math.isnan(e.end_s) or FLIGHT_S[0] <= e.end_s - e.t_s <= FLIGHT_S[1])]
    if not jumps:
        return None, (), f"no jump: {flights[0].note}" if flights and flights[0].note else "no jump in the window"
    whole = [e for e in jumps if math.isfinite(e.end_s)]
    flight = max(whole, key=lambda e: e.end_s - e.t_s) if whole else jumps[0]
    several = (f"{len(whole)} jumps in the window: the one with the longest flight",) if len(whole) > 1 else ()
    return flight, (*_rate(stream), *several), ""


PUSH = Part(JUMPS, lambda e: (s := e.made(jump_of).stream) is not None and s.kind is Kind.PAD, lambda _: P_FJUMP.id)
"""A jump on a pad."""
FLIGHT = Part(
    JUMPS,
    lambda e: e.made(jump_of).stream is not None,
    lambda e: P_FJUMP.id if PUSH.has(e) else P_IMUEV.id,
)
"""A jump that a pad or a foot sensor saw."""


# ---- inside ------------------------------------------------------------------------------------------------------------------


def _eye(trial: Trial) -> Stream | None:
    """Return the pad, else the sensor on the foot that is tested."""
    pads = [s for s in trial.streams if s.kind is Kind.PAD and bool(np.isfinite(s.values[:, FORCE]).any())]
    feet = [s for s in trial.streams if s.site is Site.FOOT and s.side in {None, trial.setup.side}]
    return next(iter((*pads, *feet)), None)


def _rate(stream: Stream) -> tuple[str, ...]:
    good = GOOD_HZ if stream.kind is Kind.PAD else IMU_HZ
    low = (f"E-RATE: {stream.rate_hz:.0f} Hz, {good:.0f} Hz recommended",) if stream.rate_hz < good * RATE_SLACK else ()
    estimated = ("timing: estimated from the arrival of notifications",) if stream.timing == "estimated" else ()
    return (*low, *estimated)


def _on_force(trial: Trial, stream: Stream, found: Jump, flight: Event) -> Jump:
    good = np.isfinite(stream.values[:, FORCE])
    t, force, clipped = stream.t_s[good], stream.values[good, FORCE], stream.clipped[good]
    force = force - _offset(t, force, flight)
    landing = next((e for e in trial.events if e.what is Happening.CONTACT and e.device == stream.device and e.t_s == flight.end_s), None)
    peak, censored = math.nan, False
    if landing is not None:
        first, last = t.searchsorted((landing.t_s, landing.t_s + 0.5))
        peak, censored = float(force[first:last].max()) if last > first else math.nan, bool(clipped[first:last].any())
    weighed = _weighing(trial, t, force, flight)
    found = replace(found, landing=landing, peak_n=peak, censored=censored, weight_n=weighed.mean_n if weighed is not None else math.nan)
    if weighed is None:
        mass_n = trial.body_weight_n
        return replace(found, weight_n=mass_n, refused="E-REST: the client did not stand still for a second before the jump (SD above 2 %)")
    if stream.rate_hz < LEAST_HZ * RATE_SLACK:
        return replace(found, refused=f"E-RATE: {stream.rate_hz:.0f} Hz, an impulse needs {LEAST_HZ:.0f} Hz")
    first, last = (int(row) for row in t.searchsorted((weighed.end_s, flight.t_s)))
    onset = onset_row(force, t, weight_n=weighed.mean_n, sd_n=weighed.sd_n, first=first, last=last)
    if onset is None:
        return replace(found, refused="no movement before the take-off")
    why = _spoilt(t[onset:last], clipped[onset:last], stream)
    if why:
        return replace(found, refused=why)
    return _pushed(t, force, found, flight, weighed, onset)


def _pushed(t: FloatArray, force: FloatArray, found: Jump, flight: Event, weighed: StillForce, onset: int) -> Jump:
    weight = weighed.mean_n
    off_s = _take_off(t, force, flight, found)
    push = push_of(t, force, onset=onset, take_off_s=off_s, weight_n=weight)
    if push.v_take_off_m_s < LEAST_M_S:
        return replace(found, refused=f"no push-off: {push.v_take_off_m_s:.2f} m/s at take-off, a step off the pad")
    heavier = push_of(t, force, onset=onset, take_off_s=off_s, weight_n=weight * (1.0 + _weight_u(t, force, weighed)))
    edge = flight.u_s if math.isfinite(flight.u_s) else 0.0
    later = push_of(t, force, onset=onset, take_off_s=off_s + edge, weight_n=weight)
    slower = push_of(t, force, onset=int(t.searchsorted(t[onset] + ONSET_U_S)), take_off_s=off_s, weight_n=weight)
    found = replace(found, push=push, heavier=heavier, later=later, slower=slower)
    return replace(found, reasons=(*found.reasons, *_drift(t, force, found, onset, weight), *_apart(found, push)))


def _take_off(t: FloatArray, force: FloatArray, flight: Event, found: Jump) -> float:
    """Return when the force falls below the threshold, between two samples; at or a little before the flight."""
    noise = found.stream.noise_n if found.stream is not None and math.isfinite(found.stream.noise_n) else 0.0
    level = max(TAKE_OFF_N, TAKE_OFF_SIGMAS * noise)
    row = int(t.searchsorted(flight.t_s, side="right"))
    while row > 0 and force[row - 1] < level:
        row -= 1
    if row == 0 or row == len(t):
        return flight.t_s
    above, below = float(force[row - 1]), float(force[row])
    return float(t[row - 1] + (t[row] - t[row - 1]) * (above - level) / (above - below))


def _apart(found: Jump, push: Push) -> tuple[str, ...]:
    """Return what is to be said where impulse and flight time tell different jumps."""
    by_flight = flight_height_m(found.flight_s)
    if not abs(by_flight - push.height_m) > max(APART_M, APART_SHARE * push.height_m):
        return ()
    return (f"E-REST: {push.height_m:.2f} m by impulse, {by_flight:.2f} m by flight time: one of the two is wrong",)


def _offset(t: FloatArray, force: FloatArray, flight: Event) -> float:
    """Return what the pad shows in the air, N; 0 where the flight is too short to tell, or shows too much to believe."""
    end = flight.end_s if math.isfinite(flight.end_s) else float(t[-1])
    length = end - flight.t_s
    if length < OFFSET_FLIGHT_S:
        return 0.0
    first, last = t.searchsorted((flight.t_s + 0.25 * length, flight.t_s + 0.75 * length))
    offset = float(np.median(force[first:last])) if last > first else 0.0
    return offset if abs(offset) <= OFFSET_N else 0.0


def _weighing(trial: Trial, t: FloatArray, force: FloatArray, flight: Event) -> StillForce | None:
    go = max((e.t_s for e in trial.events if e.what is Happening.PHASE and e.note == GO and e.t_s <= flight.t_s), default=math.nan)
    start, end = (go - BEFORE_GO_S, go) if math.isfinite(go) else (flight.t_s - BEFORE_JUMP_S, flight.t_s - MOVING_S)
    first, last = t.searchsorted((start, end))
    least = 0.5 * trial.setup.mass_kg * G if trial.setup.mass_kg else 100.0
    return still_force(t[first:last], force[first:last], above_n=least, window_s=WEIGH_S, sd_share=SD_SHARE)


def _weight_u(t: FloatArray, force: FloatArray, weighed: StillForce) -> float:
    """Return the relative standard uncertainty of a weighing: from the means of its four quarters, which sway less than its samples."""
    first, last = t.searchsorted((weighed.start_s, weighed.end_s))
    parts = [float(part.mean()) for part in np.array_split(force[first:last], WEIGHT_PARTS)]
    return float(np.std(parts, ddof=1)) / math.sqrt(WEIGHT_PARTS) / weighed.mean_n


def _spoilt(t: FloatArray, clipped: np.ndarray[tuple[int], np.dtype[np.bool_]], stream: Stream) -> str:
    """Return why samples between onset and take-off give no impulse, or nothing."""
    widest = float(np.diff(t).max(initial=0.0))
    if widest > GAP_S + 0.5 / stream.rate_hz:
        return f"E-GAP: {1e3 * widest:.0f} ms missing before the take-off"
    steps = np.diff(t)
    missing = float(steps[steps > 1.5 / stream.rate_hz].sum())
    if missing > LOST_SHARE * float(t[-1] - t[0]):
        return f"E-GAP: {1e3 * missing:.0f} ms missing before the take-off, more than {100.0 * LOST_SHARE:.0f} %"
    if bool(clipped.any()):
        return f"E-SAT: {int(clipped.sum())} saturated samples before the take-off"
    lost = stream.t_s[stream.lost]
    if bool(((lost > t[0] - GAP_GUARD_S) & (lost <= t[-1]) & np.isin(lost, t)).any()) and widest < 1.5 / stream.rate_hz:
        return "E-GAP: samples missing before the take-off, their number unknown"
    return ""


def _drift(t: FloatArray, force: FloatArray, found: Jump, onset: int, weight_n: float) -> tuple[str, ...]:
    """Return what the integral says when the client stands still again; nothing where that was not seen, or where it is at rest."""
    if found.landing is None:
        return ()
    first, last = t.searchsorted((found.landing.t_s + 0.5, found.landing.t_s + 3.0))
    still = still_force(t[first:last], force[first:last], above_n=0.7 * weight_n, sd_share=SD_SHARE)
    if still is None or float(np.diff(t[onset:last]).max()) > GAP_S:
        return ()
    left = drift_m_s(t, force, onset=onset, still_s=(still.start_s, still.end_s), weight_n=weight_n)
    return (
        (f"E-REST: {left:+.2f} m/s is left of the integral after the landing: the body weight is doubtful",)
        if abs(left) > DRIFT_M_S
        else ()
    )
