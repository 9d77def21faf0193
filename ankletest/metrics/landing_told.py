"""From one landing to a number of the trial: the mean over those that count, and why others do not; no formulas."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from ankletest.metrics.base import Evidence, Measured
from ankletest.metrics.landings import Landing, LandingSet, landings_of
from ankletest.metrics.traces import caveat


@dataclass(frozen=True, slots=True)
class One:
    """What one landing tells: value, standard uncertainty, reasons, and whether they are a caveat; NaN: nothing, and why."""

    value: float
    u: float = math.nan
    reasons: tuple[str, ...] = ()
    warn: bool = False

    def noted(self, reason: str) -> "One":
        """Return the same with a caveat."""
        return replace(self, reasons=(reason, *self.reasons), warn=True)


def none(why: str) -> One:
    """Return no number and why."""
    return One(math.nan, reasons=(why,))


def over(measure: Callable[[Landing, LandingSet], One], *, forced: bool = True) -> Callable[[Evidence], Measured]:
    """Return a metric: the mean of ``measure`` over the landings that count.

    The uncertainty is the mean of the landings' own and not that by √n: what a device gets wrong it gets wrong every time.
    ``forced``: remarks on the pad go with it.
    """

    def of(evidence: Evidence) -> Measured:
        found = evidence.made(landings_of)
        if not found.landings:
            return Measured(math.nan, reasons=("no landing in this run",))
        told = [One(math.nan, reasons=(landing.why,)) if landing.why else measure(landing, found) for landing in found.landings]
        good = [one for one in told if math.isfinite(one.value)]
        used = tuple(dict.fromkeys(reason for one in good for reason in one.reasons))
        left = tuple(
            f"landing {number} left out: {one.reasons[0] if one.reasons else 'it does not tell it'}"
            for number, one in enumerate(told, start=1)
            if not math.isfinite(one.value)
        )
        notes = found.notes if forced else ()
        if not good:
            whys = tuple(dict.fromkeys(reason for one in told for reason in one.reasons))
            return Measured(math.nan, reasons=(*whys, *notes), n_rejected=len(told))
        reasons = (*used, *notes)
        value, u = (sum(numbers) / len(good) for numbers in ([one.value for one in good], [one.u for one in good]))
        warn = any(one.warn for one in good) or caveat(reasons)
        return Measured(value, u, (*reasons, *left), warn, len(good), len(told) - len(good))

    return of
