"""Side hops of a trial: landings in order, contact times, and which way each went; no formulas, no detection of contacts."""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.metrics.base import Evidence, HopSet, Part
from ankletest.metrics.contacts import GAP_HOP_S, hops_of
from ankletest.metrics.profiles import event_profile, is_error
from ankletest.metrics.side_hop import DOUBLE_S, speed_gained_m_s
from ankletest.samples import ACC, COP_X, FORCE, GYRO, FloatArray, Kind, Side
from ankletest.signals.filters import fill
from ankletest.signals.orientation import TAU_HOPS_S, levelled, orientation
from ankletest.trial import Event, Happening, Stream

SIDE_HOPS = "side hops"
"""Family (``Trial.families``): hopped from side to side."""
TIMED, COUNTED = "side_hop", "side_hop_30s"
"""The two exams: ten round trips on time; as many as possible in 30 s."""
MOVED_MM = 60.0
"""A CoP that moved less sideways between two landings tells no direction."""
SPEED_M_S = 0.25
"""A foot that flew slower sideways tells none either: 30 cm in a flight of 0.4 s are 0.75 m/s."""
SETTLE_S = 5.0


@dataclass(frozen=True, slots=True)
class SideHops:
    """Landings of a trial.

    Parameters
    ----------
    ic_s : (n,)
        Landings of the driving device in the window, the start hop's first; double ones too.
    inward : (n,)
        Positive where the hop to that landing went to the midline, negative away from it, NaN where not known.
    hops
        Contacts with their gates, of the same device.
    marks
        Errors that the operator marked.
    u_s
        Standard uncertainty of a landing.
    holes
        How many gaps of more than 0.1 s lie in the window.
    """

    ic_s: FloatArray
    inward: FloatArray
    hops: HopSet
    marks: tuple[Event, ...]
    u_s: float
    holes: int
    pad: bool

    def inward_of(self, ic_s: float) -> float:
        """Return which way the hop to a landing went."""
        near = np.flatnonzero(np.abs(self.ic_s - ic_s) < 1e-6)
        return float(self.inward[int(near[0])]) if len(near) else math.nan


def side_hops_of(evidence: Evidence) -> SideHops:
    """Return the side hops of a trial (``Evidence.made``)."""
    trial = evidence.trial
    start, end = evidence.window_s
    hops = hops_of(trial, window_s=evidence.window_s)
    touches = [
        event
        for event in trial.events
        if event.what is Happening.CONTACT and event.device == hops.device and start - 1e-9 <= event.t_s <= end + 1e-9
    ]
    times = np.array([event.t_s for event in touches])
    stream = next((s for s in trial.streams if s.device == hops.device), None)
    known = [event.u_s for event in touches if event.u_s > 0.0]
    marks = tuple(event for event in trial.events if event.what is Happening.MARK and is_error(event) and start <= event.t_s <= end)
    outward = _outward(stream, touches, side=trial.setup.side)
    holes = 0 if stream is None else int(np.count_nonzero(np.diff(stream.between(start, end).t_s) > GAP_HOP_S))
    is_pad = stream is not None and stream.kind is Kind.PAD
    return SideHops(times, -outward, hops, marks, float(np.mean(known)) if known else math.nan, holes, is_pad)


def _outward(stream: Stream | None, touches: list[Event], *, side: Side) -> FloatArray:
    """Return how far (mm) or how fast (m/s) each landing came away from the midline, (n,); NaN where it is not known."""
    out = np.full(len(touches), math.nan)
    if stream is None or len(touches) < 2:
        return out
    away = 1.0 if side is Side.RIGHT else -1.0
    if stream.kind is Kind.PAD:
        places = np.array([_place_mm(stream, event) for event in touches])
        moved = away * np.diff(places)
        out[1:] = np.where(np.abs(moved) >= MOVED_MM, moved, math.nan)
        return out
    sideways = _sideways(stream, touches[0].t_s, touches[-1].t_s)
    if sideways is None:
        return out
    t, right = sideways
    for k, event in enumerate(touches[1:], start=1):
        before = touches[k - 1]
        if not math.isfinite(before.end_s) or event.t_s - before.t_s < DOUBLE_S:
            continue
        rest, air = 0.5 * (before.t_s + before.end_s), 0.5 * (before.end_s + event.t_s)
        speed = away * speed_gained_m_s(t, right, from_s=rest, to_s=air)
        out[k] = speed if abs(speed) >= SPEED_M_S else math.nan
    return out


def _place_mm(stream: Stream, event: Event) -> float:
    """Return where a contact was, across: the CoP weighted by force."""
    cut = stream.between(event.t_s, event.end_s if math.isfinite(event.end_s) else event.t_s + DOUBLE_S)
    force, x = cut.values[:, FORCE], cut.values[:, COP_X]
    good = np.isfinite(x) & np.isfinite(force) & (force > 0.0)
    return float(np.average(x[good], weights=force[good])) if good.any() else math.nan


def _sideways(stream: Stream, from_s: float, to_s: float) -> tuple[FloatArray, FloatArray] | None:
    """Return times and horizontal acceleration of a foot to its right, m/s²; None where its axes cannot be told."""
    cut = stream.between(from_s - SETTLE_S, to_s + 0.2)
    filled = fill(cut.t_s, cut.values, near_hz=stream.rate_hz)
    if len(filled.t_s) < 10 or filled.longest_s > GAP_HOP_S:
        return None
    imu = filled.values
    quat = orientation(imu[:, ACC], imu[:, GYRO], rate_hz=filled.rate_hz, tau_s=TAU_HOPS_S)
    horizontal, told = levelled(imu[:, ACC], quat)
    return (filled.t_s, horizontal[:, 0]) if told else None


def _profile(evidence: Evidence) -> str:
    return event_profile(evidence.trial, evidence.made(side_hops_of).hops).id


ANY = Part(SIDE_HOPS, lambda _: True, _profile)
ON_TIME = Part(SIDE_HOPS, lambda evidence: evidence.trial.setup.exam == TIMED, _profile)
IN_30_S = Part(SIDE_HOPS, lambda evidence: evidence.trial.setup.exam == COUNTED, _profile)
