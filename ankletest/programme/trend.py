"""How a number went over visits: points of one leg under equal conditions, by one version of the metric, with the verdict of the MDC."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ankletest import exams, metrics
from ankletest.exams.conditions import Conditions, both_legs, conditions_of
from ankletest.exams.history import Before, Change, Earlier, changes
from ankletest.exams.pairs import ALIKE, GROWING, USABLE
from ankletest.metrics.base import Metric
from ankletest.metrics.published import NOBODY, Person
from ankletest.metrics.published_file import Book
from ankletest.programme.past import PastNumber, PastTrial, PastVisit, trial_of
from ankletest.samples import Side

_ORDER: Mapping[str, int] = {exam.key: place for place, exam in enumerate(exams.EXAMS)}
_USABLE = frozenset(outcome.value for outcome in USABLE)


@dataclass(frozen=True, slots=True)
class Track:
    """An exam under one set of conditions over all visits: its usable trials that count, oldest first.

    ``both``: both legs do it at once, so there is one line and no sides. ``metrics`` are those that any trial has a value of, the
    clinical ones first.
    """

    conditions: Conditions
    trials: tuple[PastTrial, ...]
    metrics: tuple[Metric, ...]
    both: bool


@dataclass(frozen=True, slots=True)
class Point:
    """One trial's number."""

    trial: PastTrial
    number: PastNumber
    value: float


@dataclass(frozen=True, slots=True)
class Trend:
    """A number over time, by one version of its metric, one profile, and windows of equal length where it grows with time.

    ``lines`` are by leg, oldest first; the key is None where both legs do the exam at once. ``older`` trials have the number in another
    version only, ``unlike`` ones were made by another profile or over another length: neither is a point. ``again`` points were made
    again of their recordings.
    """

    metric: Metric
    version: int
    profile: str
    lines: Mapping[Side | None, tuple[Point, ...]]
    older: int
    unlike: int

    @property
    def again(self) -> int:
        """How many points were made again of their recordings."""
        return sum(point.number.again for line in self.lines.values() for point in line)

    @property
    def newest(self) -> bool:
        """Whether the version is the one that the catalog has now."""
        return self.version == self.metric.version


def tracks(visits: Sequence[PastVisit]) -> list[Track]:
    """Return what was tested, in the order of the catalog of exams; ``visits`` are oldest first."""
    found: dict[Conditions, list[PastTrial]] = {}
    for visit in visits:
        for trial in visit.trials:
            if trial.counts and trial.outcome in _USABLE:
                found.setdefault(conditions_of(trial.setup), []).append(trial)
    made = [Track(conditions, tuple(trials), _told(trials), both_legs(trials[-1].setup)) for conditions, trials in found.items()]
    return sorted((track for track in made if track.metrics), key=lambda track: _ORDER.get(track.conditions.exam, len(_ORDER)))


def trend_of(track: Track, metric: Metric) -> Trend:
    """Return how a number went.

    One version throughout: the newest that any trial has it in. A trial stored with that version keeps its stored number; another one
    counts by the number made again of its recording, if that was done.
    """
    versions = {number.version for trial in track.trials for number in trial.numbers.get(metric.key, ()) if number.value is not None}
    version = max(versions, default=metric.version)
    points: list[Point] = []
    older = 0
    for trial in track.trials:
        number = trial.number_of(metric.key, version)
        if number is not None and number.value is not None:
            points.append(Point(trial, number, number.value))
        elif number is None and any(other.value is not None for other in trial.numbers.get(metric.key, ())):
            older += 1
    kept = [point for point in points if _alike(point, points[-1], metric)]
    sides: Sequence[Side | None] = (None,) if track.both else tuple(Side)
    lines = {side: tuple(p for p in kept if side in (None, p.trial.setup.side)) for side in sides}
    profile = points[-1].number.profile if points else ""
    return Trend(metric, version, profile, {side: line for side, line in lines.items() if line}, older, len(points) - len(kept))


def change_of(trend: Trend, side: Side | None, *, person: Person = NOBODY, book: Book | None = None) -> Change | None:
    """Return how the newest point of a leg stands against its baseline, the first one; None where there is one point only."""
    line = trend.lines.get(side, ())
    if len(line) < 2:
        return None
    first, last = line[0], line[-1]
    # Under its own version: a trend of an older one is judged like any other, and both ends are of the same.
    metric = replace(trend.metric, version=trend.version)
    before = {metric.key: Before(first.value, first.number.unit, first.number.profile, first.number.version, first.number.uncertainty)}
    start_s, end_s = first.trial.window_s
    earlier = Earlier(first.trial.when, first.trial.setup, first.trial.outcome, end_s - start_s, before)
    found = changes(trial_of(last.trial), [last.number.value_as(metric, last.trial.window_s)], [earlier], person=person, book=book)
    return found[0] if found else None


def _told(trials: Sequence[PastTrial]) -> tuple[Metric, ...]:
    known = {key for trial in trials for key, numbers in trial.numbers.items() if any(number.value is not None for number in numbers)}
    return tuple(sorted((metric for metric in metrics.METRICS if metric.key in known), key=lambda metric: not metric.clinical))


def _alike(point: Point, last: Point, metric: Metric) -> bool:
    """Tell whether a point may stand in one line with the newest one."""
    if (point.number.profile, point.number.unit) != (last.number.profile, last.number.unit):
        return False
    lengths = [end_s - start_s for start_s, end_s in (point.trial.window_s, last.trial.window_s)]
    known = all(math.isfinite(length) for length in lengths)
    return metric.id not in GROWING or not known or abs(lengths[0] - lengths[1]) <= ALIKE * lengths[1]
