"""The entries of side hops in the catalog, and what they are uncertain by; no formulas.

SH-03 mean contact time and mean flight time of the valid hops.
"""

import math
from collections.abc import Callable

import numpy as np

from ankletest.metrics import side_hop as s
from ankletest.metrics.base import Better, Evidence, Hop, Measured, Metric
from ankletest.metrics.side_hops import ANY, IN_30_S, ON_TIME, SideHops, side_hops_of
from ankletest.metrics.traces import caveat

LEAST = 3
"""E-SHORT: an aggregate needs three valid hops."""


def _total(evidence: Evidence) -> Measured:
    """Return SH-01; without twenty contacts there is no such time."""
    found = evidence.made(side_hops_of)
    singles = s.singles(found.ic_s)
    value = s.total_time_s(singles)
    if not math.isfinite(value):
        done = max(len(singles) - 1, 0)
        return Measured(math.nan, reasons=(f"{done} of {s.CONTACTS} contacts after the start hop", *found.hops.reasons), n_used=done)
    reasons = (*_gaps(found), *found.hops.reasons, *_marked(found))
    return Measured(value, math.sqrt(2.0) * found.u_s, reasons, caveat(reasons), s.CONTACTS)


def _count(evidence: Evidence) -> Measured:
    """Return SH-02: landings within 30 s, less those with an error or to the side where the foot was."""
    found = evidence.made(side_hops_of)
    singles = s.singles(found.ic_s)
    if len(singles) < 2:
        return Measured(math.nan, reasons=("no hops after the start hop", *found.hops.reasons))
    total = s.landings_within(singles)
    inside = singles[1 : total + 1]
    wrong = {float(at) for at in inside if _same_side(found, singles, float(at))}
    wrong |= {float(inside[np.argmin(np.abs(inside - mark.t_s))]) for mark in found.marks if total}
    twice = s.doubles(found.ic_s[found.ic_s - found.ic_s[0] <= s.SECONDS])
    rejected = min(len(wrong) + twice, total)
    cut = evidence.window_s[1] - float(singles[0])
    early = (f"the set ended after {cut:.1f} s of {s.SECONDS:.0f} s",) if cut < s.SECONDS - 0.5 else ()
    reasons = (*_gaps(found), *found.hops.reasons, *early, *_marked(found))
    return Measured(float(total - rejected), math.nan, reasons, caveat(reasons) or bool(early), total - rejected, rejected)


def _mean(part: Callable[[Hop], float]) -> Callable[[Evidence], Measured]:
    """Return the mean of a time over valid hops; its uncertainty is not that by √n, as a detector errs the same way each time."""

    def of(evidence: Evidence) -> Measured:
        found = evidence.made(side_hops_of)
        valid = [hop for hop in found.hops.hops if hop.valid]
        rejected = len(found.hops.hops) - len(valid)
        if len(valid) < LEAST:
            return Measured(math.nan, reasons=(f"E-SHORT: {len(valid)} valid hops, {LEAST} needed", *_left(found)), n_rejected=rejected)
        reasons = found.hops.reasons
        values, u = np.array([part(hop) for hop in valid]), float(np.mean([hop.u_s for hop in valid]))
        return Measured(float(values.mean()), u, (*reasons, *_left(found)), caveat(reasons), len(valid), rejected)

    return of


def _rhythm(evidence: Evidence) -> Measured:
    found = evidence.made(side_hops_of)
    singles = s.singles(found.ic_s)
    if len(singles) <= LEAST:
        return Measured(math.nan, reasons=(f"E-SHORT: {max(len(singles) - 1, 0)} hops, {LEAST} needed",))
    reasons = (*_gaps(found), *found.hops.reasons)
    mean = float(np.diff(singles).mean())
    # Each interval has two edges: their spread adds to that of the rhythm in squares.
    return Measured(s.rhythm_percent(singles), 100.0 * math.sqrt(2.0) * found.u_s / mean, reasons, caveat(reasons), len(singles) - 1)


def _ratio(evidence: Evidence) -> Measured:
    found = evidence.made(side_hops_of)
    valid = [hop for hop in found.hops.hops if hop.valid]
    inward = np.array([found.inward_of(hop.ic_s) for hop in valid])
    if min(int((inward > 0.0).sum()), int((inward < 0.0).sum())) < LEAST:
        known = int(np.isfinite(inward).sum())
        why = "the CoP does not cross the pad" if found.pad else "the sensor's axes do not tell left from right"
        return Measured(math.nan, reasons=(f"E-SHORT: the direction of {known} of {len(valid)} hops is known: {why}",))
    contact = np.array([hop.contact_s for hop in valid])
    value = s.direction_ratio(contact, inward)
    edge = float(np.mean([hop.u_s for hop in valid])) / float(contact.mean())
    # What a detector gets wrong it gets wrong on both sides, so only chance is left: over √n of either side.
    u = value * edge * math.sqrt(1.0 / (inward > 0.0).sum() + 1.0 / (inward < 0.0).sum())
    reasons = found.hops.reasons
    used = int(np.isfinite(inward).sum())
    return Measured(value, u, (*reasons, *_left(found)), caveat(reasons), used, len(found.hops.hops) - used)


def _errors(evidence: Evidence) -> Measured:
    """Return SH-06: touched lines and other marks of the operator, and landings that touched twice."""
    found = evidence.made(side_hops_of)
    if len(found.ic_s) < 2:
        return Measured(math.nan, reasons=("no hops after the start hop",))
    twice = s.doubles(found.ic_s)
    told = (f"{twice} landings touched twice",) if twice else ()
    return Measured(float(len(found.marks) + twice), reasons=(*_marked(found), *told), n_used=len(found.ic_s) - 1)


def _same_side(found: SideHops, singles: np.ndarray[tuple[int], np.dtype[np.float64]], at: float) -> bool:
    """Tell whether a landing went the same way as the one before: then it did not cross."""
    row = int(np.flatnonzero(singles == at)[0])
    return row > 1 and found.inward_of(at) * found.inward_of(float(singles[row - 1])) > 0.0


def _gaps(found: SideHops) -> tuple[str, ...]:
    return (f"E-GAP: samples missing {found.holes} times for more than 0.1 s, a contact may be missing",) if found.holes else ()


def _marked(found: SideHops) -> tuple[str, ...]:
    return (f"{len(found.marks)} errors marked by the operator",) if found.marks else ()


def _left(found: SideHops) -> tuple[str, ...]:
    out = [(number, hop.why) for number, hop in enumerate(found.hops.hops, start=1) if not hop.valid]
    return tuple(f"hop {number} left out: {why}" for number, why in out[:3])


_DOCHERTY = "Docherty et al. 2005 (J Athl Train 40:30); Caffrey et al. 2009 (JOSPT 39:799)"
_GUSTAVSSON = "Gustavsson et al. 2006 (Knee Surg Sports Traumatol Arthrosc 14:778)"
_EVENTS = "metrics.md 8"
_LOW, _HIGH, _NONE = Better.LOW, Better.HIGH, Better.NONE

# fmt: off
METRICS: tuple[Metric, ...] = (
    Metric("SH-01", "side_hop_time", "time of ten round trips", "t_10", "s", _LOW, 2, 2, _DOCHERTY, ON_TIME, _total, clinical=True),
    Metric("SH-02", "side_hop_count", "valid side hops in 30 s", "n_30", "", _HIGH, 0, 1, _GUSTAVSSON, IN_30_S, _count, clinical=True),
    Metric("SH-03", "side_hop_contact_time", "contact time of side hops", "CT", "s", _LOW, 3, 2, _EVENTS, ANY,
           _mean(lambda hop: hop.contact_s)),
    Metric("SH-03", "side_hop_flight_time", "flight time of side hops", "FT", "s", _NONE, 3, 2, _EVENTS, ANY,
           _mean(lambda hop: hop.flight_s)),
    Metric("SH-04", "side_hop_rhythm", "variation of the rhythm of side hops", "CV_T", "%", _LOW, 1, 2, _EVENTS, ANY, _rhythm),
    Metric("SH-05", "side_hop_direction_ratio", "contact time, medial over lateral landings", "CT_M:CT_L", "", _NONE, 2, 2, _EVENTS, ANY,
           _ratio, clinical=True),
    Metric("SH-06", "side_hop_errors", "errors of side hops", "n_err", "", _LOW, 0, 1, _EVENTS, ANY, _errors, ratio=False),
)
# fmt: on
