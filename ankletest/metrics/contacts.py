"""Hops of a trial out of its contacts and flights, with the gates of metrics.md 4; no formulas, no detection."""

import math
from itertools import pairwise

import numpy as np

from ankletest.metrics.base import Hop, HopSet
from ankletest.samples import G, Kind, Site
from ankletest.trial import Event, Happening, Stream, Trial

CONTACT_S = (0.08, 0.60)
FLIGHT_S = (0.10, 0.90)
"""Validity gates of a hop, s."""
GAP_GUARD_S = 0.030
"""E-GAP: an edge this close to a gap is not used."""
GAP_HOP_S = 0.100
"""E-GAP: a gap longer than this anywhere in a hop drops the hop."""
GAP_EVENT_S = 0.020
"""E-GAP: rows at most this far apart are no gap to an edge; the detectors keep their edge over such a hole too (algorithms.md 0)."""
EDGE_S = 0.020
"""A contact starts where its flight ends; a detector may state the two a sample or two apart."""
AWAY_S = 1.5
"""Nobody flies this long (2.7 m): the client was off the pad, so what came before was a final landing and what follows a stand."""
LUMBAR_U_S = 0.020
"""Lumbar contact time is estimated, ±20 ms (algorithms.md 2.3; Patoz 2022)."""
LEAST_HZ = {Site.PAD: 80.0, Site.FOOT: 60.0, Site.SHANK: 60.0, Site.LUMBAR: 60.0}
"""Below this rate an edge is a guess: no hop counts."""
GOOD_HZ = {Site.PAD: 200.0, Site.FOOT: 100.0, Site.SHANK: 200.0, Site.LUMBAR: 100.0}
"""Below this rate contact times carry a caveat (metrics.md 4)."""
RATE_OFF = 0.02
"""E-RATE; measured rates may also miss the limits above by this share."""
ORDER = (Site.PAD, Site.FOOT, Site.SHANK, Site.LUMBAR)
"""Whose events count where several devices saw the hops: force first, then by how sharp the site sees an edge (algorithms.md 2)."""


def hops_of(trial: Trial, *, window_s: tuple[float, float] | None = None) -> HopSet:
    """Return the hops of a trial: each contact that follows a flight and is followed by one.

    The standing contact before the entry jump follows no flight, and the final landing is followed by none: neither is a hop.

    Parameters
    ----------
    trial
        With events ``CONTACT`` and ``FLIGHT``.
    window_s
        Only hops that start and end in here; the trial's own window unless told otherwise.
    """
    start_s, end_s = trial.window_s if window_s is None else window_s
    seen = {event.device for event in trial.events if event.what in {Happening.CONTACT, Happening.FLIGHT}}
    stream = _eye(trial, seen)
    device = stream.device if stream is not None else min(seen, default="")
    contacts = _of(trial, device, Happening.CONTACT)
    flights = _of(trial, device, Happening.FLIGHT)
    pad = next((s for s in trial.streams if s.kind is Kind.PAD and bool(np.isfinite(s.values[:, 0]).any())), None)
    reasons, refusal, floor_s = _fitness(stream)
    holes = _holes(trial, stream, device)
    hops: list[Hop] = []
    for number, (contact, after) in enumerate(pairwise(contacts)):
        before = contacts[number - 1] if number else None
        if not math.isfinite(contact.end_s) or not _flown(before, contact, flights) or not _flown(contact, after, flights):
            continue
        if contact.t_s < start_s or after.t_s > end_s:
            continue
        why = refusal or _gates(contact, after, holes) or _saturated(contact, after, stream)
        edge_s = contact.u_s if math.isfinite(contact.u_s) else floor_s
        u_s = max(math.sqrt(2.0) * edge_s, LUMBAR_U_S) if stream is not None and stream.site is Site.LUMBAR else math.sqrt(2.0) * edge_s
        hops.append(Hop(contact.t_s, contact.end_s, after.t_s, contact.value, not why, why, u_s))
    lumbar = stream is not None and stream.site is Site.LUMBAR
    mass, weight = _mass(trial)
    return HopSet(tuple(hops), mass, weight, pad, device, reasons, lumbar)


def _eye(trial: Trial, seen: set[str]) -> Stream | None:
    """Return the stream whose events are used; None where no stream fits the events."""
    streams = [s for site in ORDER for s in trial.streams if s.site is site and (s.device in seen or seen <= {""})]
    worn = [s for s in streams if s.side in {None, trial.setup.side}] or streams
    return worn[0] if worn else None


def _of(trial: Trial, device: str, what: Happening) -> list[Event]:
    found = [event for event in trial.events if event.what is what and event.device in {device, ""}]
    return sorted(found, key=lambda event: event.t_s)


def _flown(before: Event | None, after: Event, flights: list[Event]) -> bool:
    """Tell whether there was a flight between two contacts; where a detector states no flights, any time in between is one."""
    if before is None or not math.isfinite(before.end_s):
        # A record that starts in the air has no contact before the first landing, but it has the flight.
        return any(abs(flight.end_s - after.t_s) <= EDGE_S and flight.end_s - flight.t_s < AWAY_S for flight in flights)
    if not 0.0 < after.t_s - before.end_s < AWAY_S:
        return False
    return not flights or any(flight.t_s >= before.end_s - EDGE_S and flight.end_s <= after.t_s + EDGE_S for flight in flights)


def _mass(trial: Trial) -> tuple[float, float]:
    """Return body mass, kg, and body weight, N: each as told or weighed, else one from the other."""
    told, weighed = trial.setup.mass_kg, trial.body_weight_n
    mass = told if told is not None and told > 0.0 else weighed / G
    return mass, weighed if math.isfinite(weighed) else mass * G


def _fitness(stream: Stream | None) -> tuple[tuple[str, ...], str, float]:
    """Return remarks on the device, why no hop of it counts (or nothing), and the least uncertainty of an edge, s."""
    if stream is None or not stream.rate_hz > 0.0:
        return (), "", math.nan
    rate, site = stream.rate_hz, stream.site
    reasons: list[str] = []
    least, good = LEAST_HZ[site] * (1.0 - RATE_OFF), GOOD_HZ[site] * (1.0 - RATE_OFF)
    refusal = f"E-RATE: {rate:.0f} Hz at the {site.value}, {LEAST_HZ[site]:.0f} Hz needed" if rate < least else ""
    if not refusal and rate < good:
        reasons.append(f"E-RATE: {rate:.0f} Hz at the {site.value}, {GOOD_HZ[site]:.0f} Hz recommended for contact times")
    if stream.nominal_hz > 0.0 and abs(rate / stream.nominal_hz - 1.0) > RATE_OFF:
        reasons.append(f"E-RATE: {rate:.1f} Hz measured, {stream.nominal_hz:.0f} Hz announced")
    if stream.timing == "estimated":
        reasons.append("timing: estimated from the arrival of notifications")
    if site is Site.LUMBAR:
        reasons.append("timing: contact times of a lumbar sensor are estimated (±20 ms)")
    sampling_s = 1.0 / (rate * math.sqrt(12.0))
    jitter_s = stream.timing_u_s if stream.timing == "estimated" and math.isfinite(stream.timing_u_s) else 0.0
    return tuple(reasons), refusal, math.hypot(sampling_s, jitter_s)


def _holes(trial: Trial, stream: Stream | None, device: str) -> list[tuple[float, float]]:
    """Return where samples of the device are missing: ``(start, end)`` of session time, from its stamps and from gap events."""
    holes: list[tuple[float, float]] = []
    if stream is not None and len(stream.t_s) > 1 and stream.rate_hz > 0.0:
        steps = np.diff(stream.t_s)
        # A loss that the stamps do not show is of unknown length, so it counts.
        rows = np.flatnonzero(
            (steps > GAP_EVENT_S + 1e-6) & (steps * stream.rate_hz > 1.5) | stream.lost[1:] & (steps * stream.rate_hz < 1.5)
        )
        holes += [(float(stream.t_s[row]), float(stream.t_s[row + 1])) for row in rows.tolist()]
    for event in trial.events:
        if event.what is Happening.GAP and event.device in {device, ""} and not event.end_s - event.t_s <= GAP_EVENT_S + 1e-6:
            holes.append((event.t_s, event.end_s if math.isfinite(event.end_s) else event.t_s))
    return holes


def _gates(contact: Event, after: Event, holes: list[tuple[float, float]]) -> str:
    """Return the first gate that a hop fails, or nothing."""
    contact_s, flight_s = contact.end_s - contact.t_s, after.t_s - contact.end_s
    for name, seconds, (least, most) in (("contact", contact_s, CONTACT_S), ("flight", flight_s, FLIGHT_S)):
        if not least <= seconds <= most:
            return f"{name} time {seconds:.3f} s is not within {least:.2f}-{most:.2f} s"
    if not contact.valid or not after.valid:
        return (contact.note if not contact.valid else after.note) or "left out"
    for start, end in holes:
        if any(start - GAP_GUARD_S < edge < end + GAP_GUARD_S for edge in (contact.t_s, contact.end_s, after.t_s)):
            return "E-GAP: samples missing within 30 ms of an edge"
        if end - start > GAP_HOP_S and start < after.t_s and end > contact.t_s:
            return f"E-GAP: {1000.0 * (end - start):.0f} ms missing"
    return ""


def _saturated(contact: Event, after: Event, stream: Stream | None) -> str:
    """Return why an edge lies on a saturated sample, or nothing. Only on force: an IMU clips after its landing edge, not on it."""
    if stream is None or stream.kind is not Kind.PAD or not bool(stream.clipped.any()):
        return ""
    near = 1.0 / stream.rate_hz
    times = stream.t_s[stream.clipped]
    if any(bool((np.abs(times - edge) <= near).any()) for edge in (contact.t_s, contact.end_s, after.t_s)):
        return "E-SAT: an edge lies on a saturated sample"
    return ""
