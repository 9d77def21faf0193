"""Numbers over the hops of a trial: which hops count, their mean, and what is said of those left out; no formulas, no entries."""

import math
from collections.abc import Callable

import numpy as np

from ankletest.metrics import hop as h
from ankletest.metrics.base import Evidence, Hop, HopSet, Measured
from ankletest.metrics.hop import Times
from ankletest.metrics.traces import caveat

LEAST = 3
"""E-SHORT: an aggregate needs three valid hops."""
NAMED = 3
"""So many rejected hops are told one by one."""

COARSE = "timing: a lumbar sensor's contact times (±20 ms) are too coarse to divide by; wear a sensor on the foot, or hop on a pad"
"""What is told of a number that hangs on single contact times; 20 ms are a tenth of a contact (algorithms.md 2.3)."""

Formula = Callable[[Times, Times], Times]
"""A number of each hop by contact and flight times."""


def mean_of(formula: Formula) -> Callable[[Evidence], Measured]:
    """Return a metric: the mean over valid hops of ``formula(CT, FT)`` of each."""

    def of(evidence: Evidence) -> Measured:
        return over(hops_in(evidence), formula)

    return of


def sharp(of: Callable[[Evidence], Measured]) -> Callable[[Evidence], Measured]:
    """Return a metric that is not told where contact times are only estimated."""

    def told_sharply(evidence: Evidence) -> Measured:
        hops = hops_in(evidence)
        return refused(hops, COARSE) if hops.estimated else of(evidence)

    return told_sharply


def hops_in(evidence: Evidence) -> HopSet:
    """Return the hops; a trial without any prepared is an empty set."""
    return evidence.hops if evidence.hops is not None else HopSet((), math.nan, math.nan, None, "")


def valid_of(hops: HopSet) -> list[Hop]:
    """Return the hops that pass every gate."""
    return [hop for hop in hops.hops if hop.valid]


def times_of(hops: list[Hop]) -> tuple[Times, Times, Times]:
    """Return contact times, flight times, and the uncertainty of one edge of each (a contact has two)."""
    ct = np.array([hop.contact_s for hop in hops])
    return ct, np.array([hop.flight_s for hop in hops]), np.array([hop.u_s for hop in hops]) / math.sqrt(2.0)


def over(hops: HopSet, formula: Formula) -> Measured:
    """Return the mean over valid hops.

    The uncertainty is the mean of the hops' own and not that by √n: what a detector gets wrong it gets wrong on every hop.
    """
    valid = valid_of(hops)
    if len(valid) < LEAST:
        return short(hops, len(valid))
    ct, ft, edge = times_of(valid)
    return told(hops, float(formula(ct, ft).mean()), u=float(h.edges_u(formula, ct, ft, edge).mean()), used=len(valid))


def short(hops: HopSet, valid: int) -> Measured:
    """Return that there are too few valid hops."""
    return refused(hops, f"E-SHORT: {valid} valid hops, {LEAST} needed")


def refused(hops: HopSet, why: str) -> Measured:
    """Return that there is no number, why, and which hops were left out."""
    rejected = len(hops.hops) - len(valid_of(hops))
    return Measured(math.nan, reasons=(why, *_rejections(hops), *hops.reasons), n_rejected=rejected)


def told(hops: HopSet, value: float, *, u: float = math.nan, used: int, extra: tuple[str, ...] = (), warn: bool = False) -> Measured:
    """Return a number with what is to be said of the hops; ``extra`` stands first, ``warn`` makes it a caveat whatever is said."""
    reasons = (*extra, *hops.reasons)
    caveats = warn or hops.estimated or caveat(reasons)
    return Measured(value, u, (*reasons, *_rejections(hops)), caveats, used, len(hops.hops) - len(valid_of(hops)))


def _rejections(hops: HopSet) -> tuple[str, ...]:
    """Return which hops were left out and why; these explain the count and are no caveat on the rest."""
    out = [(number, hop.why) for number, hop in enumerate(hops.hops, start=1) if not hop.valid]
    named = tuple(f"hop {number} left out: {why}" for number, why in out[:NAMED])
    return named if len(out) <= NAMED else (*named, f"{len(out) - NAMED} more hops left out")
