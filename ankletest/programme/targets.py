"""Targets of a client: a number to come to, where it is from, and how far the way is; nothing about how likely that is."""

from dataclasses import dataclass
from enum import StrEnum

from ankletest.metrics.base import Better, Metric

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

    Where more is better it is ``share`` of the other side, where less is better the other side divided by ``share``.
    """
    if metric.better is Better.NONE:
        return None
    value = share * other if metric.better is Better.HIGH else other / share
    return None if reached(metric, baseline, value) else Target(metric.key, baseline, value, Origin.OTHER_SIDE)


def reached(metric: Metric, now: float, value: float) -> bool:
    """Tell whether a value is at a target or beyond it."""
    return now >= value if metric.better is Better.HIGH else now <= value
