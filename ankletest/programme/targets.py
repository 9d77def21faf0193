"""Targets of a client: a number to come to, where it is from, and how far the way is; nothing about how likely that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ankletest.errors import UsageError
from ankletest.metrics.base import Better, Metric
from ankletest.metrics.published import Figure, Typical

SHARE = 0.9
"""Share of the other side that counts as recovered where nothing else is chosen (LSI 90 %, metrics.md 11)."""


class Origin(StrEnum):
    """Where a target is from."""

    OTHER_SIDE = "other side"
    NORM = "norm"
    HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Target:
    """A value to come to in the metric's unit, from a baseline."""

    metric: str
    baseline: float
    value: float
    origin: Origin

    def progress(self, now: float) -> float:
        """Return how much of the way is done: 0 at the baseline, 1 at the target; below 0 it went the other way."""
        way = self.value - self.baseline
        return (now - self.baseline) / way if way else 1.0


def of_other_side(metric: Metric, baseline: float, other: float, *, share: float = SHARE) -> Target | None:
    """Return a target from the other side; None where the leg is as good already, or neither direction is better.

    Where more is better it is ``share`` of the other side, where less is better the other side divided by ``share``; where a ratio says
    nothing (faults, signed numbers) it is the other side itself.
    """
    if metric.better is Better.NONE:
        return None
    value = other if not metric.ratio else share * other if metric.better is Better.HIGH else other / share
    return None if reached(metric, baseline, value) else Target(metric.key, baseline, value, Origin.OTHER_SIDE)


def reached(metric: Metric, now: float, value: float) -> bool:
    """Tell whether a value is at a target or beyond it."""
    return now >= value if metric.better is Better.HIGH else now <= value


def of_norm(metric: Metric, baseline: float, norms: Sequence[tuple[Figure, Typical]]) -> tuple[Target, Figure] | None:
    """Return a target from published figures that match, and the figure it is from; None where there is none to come to.

    A figure's mean or median is what is typical; of a range, the end that the way leads to. Of several figures that match, the one that
    asks for least is taken: whom of their people the client is like, nobody knows.
    """
    if metric.better is Better.NONE:
        return None
    found = [(value, figure) for figure, typical in norms if (value := _typical(metric, typical)) is not None]
    open_ = [(value, figure) for value, figure in found if not reached(metric, baseline, value)]
    if not open_ or len(open_) < len(found):
        return None
    value, figure = min(open_, key=lambda one: abs(one[0] - baseline))
    return Target(metric.key, baseline, value, Origin.NORM), figure


def by_hand(metric: Metric, baseline: float, value: float) -> Target:
    """Return a target that somebody typed.

    Raises
    ------
    UsageError
        It is no number, there already, or on the side that is worse.
    """
    if not math.isfinite(value):
        raise UsageError("The target is no number.", "Type a number.")
    if value == baseline or (metric.better is not Better.NONE and reached(metric, baseline, value)):
        told = f"{baseline:.{metric.decimals}f} {metric.unit}".rstrip()
        raise UsageError(f"The baseline of {told} is at that target already, or beyond it.", "Type a number that is still to be reached.")
    return Target(metric.key, baseline, value, Origin.HAND)


def _typical(metric: Metric, typical: Typical) -> float | None:
    if typical.mean is not None or typical.median is not None:
        return typical.mean if typical.mean is not None else typical.median
    return typical.low if metric.better is Better.HIGH else typical.high
