"""One structure that several metrics pick their numbers from, made once of a trial; with the reason where there is none. No formulas."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ankletest.metrics.base import Evidence, Measured
from ankletest.metrics.traces import caveat

Structure = TypeVar("Structure")


@dataclass(frozen=True, slots=True)
class Kept(Generic[Structure]):
    """A structure, or None and the reasons why; ``used`` and ``rejected`` count what it was made of. ``warn`` is a caveat of its own."""

    found: Structure | None
    reasons: tuple[str, ...] = ()
    used: int = 0
    rejected: int = 0
    warn: bool = False


def picked(
    make: Callable[[Evidence], Kept[Structure]], pick: Callable[[Structure], float], *, absent: str
) -> Callable[[Evidence], Measured]:
    """Return a metric that picks one number of a structure; no uncertainty is claimed.

    Parameters
    ----------
    make
        Makes the structure; a function of the evidence alone, as ``Evidence.made`` keeps it by this name.
    pick
        Takes the number; NaN where there is none.
    absent
        What a person reads then.
    """

    def of(evidence: Evidence) -> Measured:
        kept = evidence.made(make)
        value = pick(kept.found) if kept.found is not None else math.nan
        reasons = kept.reasons if kept.found is None or math.isfinite(value) else (absent, *kept.reasons)
        return Measured(value, reasons=reasons, warn=kept.warn or caveat(reasons), n_used=kept.used, n_rejected=kept.rejected)

    return of
