"""One structure that several metrics pick their numbers from, made once of a trial; with the reason where there is none. No formulas."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ankletest.metrics.base import Evidence, Measured
from ankletest.metrics.shaken import shaken_u
from ankletest.metrics.traces import caveat

Structure = TypeVar("Structure")


@dataclass(frozen=True, slots=True)
class Kept(Generic[Structure]):
    """A structure, or None and the reasons why; ``used`` and ``rejected`` count what it was made of. ``warn`` is a caveat of its own.

    ``again`` is the same made of samples with noise added once more, for the uncertainty (``shaken``); empty where noise is not known.
    """

    found: Structure | None
    reasons: tuple[str, ...] = ()
    used: int = 0
    rejected: int = 0
    warn: bool = False
    again: tuple[Structure, ...] = ()


def picked(
    make: Callable[[Evidence], Kept[Structure]],
    pick: Callable[[Structure], float],
    *,
    absent: str,
    grain: Callable[[Structure], float] | None = None,
    stated: bool = True,
    widened: float = 1.0,
) -> Callable[[Evidence], Measured]:
    """Return a metric that picks one number of a structure; its uncertainty is what noise once more does to it (``shaken.shaken_u``).

    Parameters
    ----------
    make
        Makes the structure; a function of the evidence alone, as ``Evidence.made`` keeps it by this name.
    pick
        Takes the number; NaN where there is none.
    absent
        What a person reads then.
    grain
        Uncertainty of a number that lies on a grid, added in squares.
    stated
        Whether there is an honest uncertainty.
    widened
        By how much it is larger, for a number that noise moves less the second time than the first.
    """

    def of(evidence: Evidence) -> Measured:
        kept = evidence.made(make)
        value = pick(kept.found) if kept.found is not None else math.nan
        reasons = kept.reasons if kept.found is None or math.isfinite(value) else (absent, *kept.reasons)
        u = widened * shaken_u(value, [pick(one) for one in kept.again]) if stated else math.nan
        if grain is not None and kept.found is not None:
            u = math.hypot(u, grain(kept.found))
        return Measured(value, u, reasons, kept.warn or caveat(reasons), kept.used, kept.rejected)

    return of
