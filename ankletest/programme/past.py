"""Stored visits and trials as follow-up looks back at them, and how the ladder sees them; nothing of where they are kept.

Of a number a trial may hold several versions: the stored one, and those made again of its recording since. Nothing looks at two versions
of a metric at once.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ankletest import metrics
from ankletest.exams.pairs import Done
from ankletest.metrics.base import Metric, MetricValue, Status
from ankletest.programme.felt import Felt, Stop
from ankletest.programme.ladder import Seen
from ankletest.trial import Outcome, Placed, Setup, Trial

_METRICS: Mapping[str, Metric] = {metric.key: metric for metric in metrics.METRICS}


@dataclass(frozen=True, slots=True)
class PastNumber:
    """One number of a stored trial by one version of its metric; ``again``: made again of the recording, not stored with the trial."""

    metric_id: str
    key: str
    value: float | None
    unit: str
    status: str
    reasons: tuple[str, ...]
    uncertainty: float | None
    profile: str
    version: int
    again: bool = False

    @classmethod
    def of(cls, value: MetricValue, *, again: bool = False) -> "PastNumber":
        """Return a number as it is stored."""
        metric = value.metric
        return cls(
            metric.id, metric.key, value.value, metric.unit, value.status.value, value.reasons, value.uncertainty, value.profile,
            metric.version, again,
        )  # fmt: skip

    @property
    def metric(self) -> Metric | None:
        """The entry of the catalog that makes it the same way today; None where there is none any more."""
        metric = _METRICS.get(self.key)
        return metric if metric is not None and (metric.version, metric.unit) == (self.version, self.unit) else None

    def value_as(self, metric: Metric, window_s: tuple[float, float]) -> MetricValue:
        """Return it as a value of the entry handed in."""
        return MetricValue(metric, self.value, Status(self.status), self.reasons, self.uncertainty, window_s, self.profile)


@dataclass(frozen=True, slots=True)
class PastTrial:
    """A stored trial; ``id`` is the store's word for it.

    ``numbers`` holds by metric key the stored number first, then those made again, newest first. ``devices`` is empty where they are not
    known.
    """

    when: datetime
    number: int
    setup: Setup
    outcome: str
    reasons: tuple[str, ...]
    window_s: tuple[float, float]
    numbers: Mapping[str, tuple[PastNumber, ...]]
    counts: bool = True
    felt: Felt | None = None
    id: str = ""
    devices: tuple[Placed, ...] = ()

    def number_of(self, key: str, version: int) -> PastNumber | None:
        """Return a number in one version of its metric: as it was stored, else as it was made again last."""
        return next((number for number in self.numbers.get(key, ()) if number.version == version), None)


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A stored visit with its trials in their order; ``id`` is the store's word for it."""

    id: str
    when: datetime
    trials: tuple[PastTrial, ...]
    stops: tuple[Stop, ...] = ()
    pain_next_day: int | None = None

    @property
    def told(self) -> bool:
        """Whether anything happened in it."""
        return bool(self.trials or self.stops)


def asked_again(visits: Sequence[PastVisit], now: datetime) -> PastVisit | None:
    """Return the visit after which pain is still to be asked for, from the day after a stop for pain or fear on.

    Only the newest such visit counts: what the day after an older one was like, nobody remembers.

    Parameters
    ----------
    visits
        Of one client, oldest first.
    now
        With the time zone whose calendar tells which day it is.
    """
    for visit in reversed(visits):
        days = [stop.at.astimezone(now.tzinfo).date() for stop in visit.stops if stop.locks]
        if days:
            return visit if visit.pain_next_day is None and max(days) < now.date() else None
    return None


def bare_trial(
    setup: Setup, outcome: str, reasons: tuple[str, ...], window_s: tuple[float, float], *, devices: tuple[Placed, ...] = ()
) -> Trial:  # fmt: skip
    """Return a stored trial without its samples."""
    ended = next((one for one in Outcome if one.value == outcome), Outcome.INVALID)
    return Trial(setup, ended, reasons, (math.nan, math.nan), window_s, placed=devices)


def trial_of(trial: PastTrial) -> Trial:
    """Return a stored trial without its samples."""
    return bare_trial(trial.setup, trial.outcome, trial.reasons, trial.window_s, devices=trial.devices)


def done_of(trial: PastTrial) -> Done:
    """Return a trial with its numbers in the versions that the catalog has now; those that only an older version made are left out."""
    found = [(metric, trial.number_of(metric.key, metric.version)) for key in trial.numbers if (metric := _METRICS.get(key)) is not None]
    return trial_of(trial), [number.value_as(metric, trial.window_s) for metric, number in found if number is not None and number.metric]


def seen_of(visits: Iterable[PastVisit]) -> list[Seen]:
    """Return visits as the ladder looks at them: trials that count, and those that were stopped for a reason; empty visits are left out."""
    seen: list[Seen] = []
    for visit in visits:
        stopped = {stop.trial for stop in visit.stops}
        mine = [trial for trial in visit.trials if trial.counts or trial.setup.trial in stopped]
        felt = tuple(trial.felt for trial in visit.trials if trial.felt is not None)
        if mine or felt or visit.stops:
            seen.append(Seen(visit.when, tuple(done_of(trial) for trial in mine), felt, visit.stops, visit.pain_next_day))
    return seen
