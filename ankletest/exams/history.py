"""A trial held against earlier ones of the same leg and conditions: what changed over months, and whether that is real."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ankletest.exams.conditions import both_legs, conditions_of
from ankletest.exams.figures import figures_for
from ankletest.exams.pairs import ALIKE, GROWING, USABLE, finding_json
from ankletest.metrics.base import Better, MetricValue
from ankletest.metrics.change import Finding, judge, together
from ankletest.metrics.published import NOBODY, Person, Retest
from ankletest.metrics.published_file import Book
from ankletest.trial import Setup, Trial


@dataclass(frozen=True, slots=True)
class Before:
    """One number of an earlier trial, as it was stored."""

    value: float | None
    unit: str
    profile: str
    version: int
    uncertainty: float | None


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier trial; ``seconds`` is the length of its window, ``name`` says which visit it is of where no date is known."""

    when: datetime | None
    setup: Setup
    outcome: str
    seconds: float
    numbers: Mapping[str, Before]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """How a number changed since an earlier trial; ``better`` is None where nothing changed or neither direction is better."""

    key: str
    since: Earlier
    before: float
    after: float
    better: bool | None
    finding: Finding

    @property
    def difference(self) -> float:
        """After minus before, in the metric's unit."""
        return self.after - self.before


def earlier_of(trial: Trial, values: Sequence[MetricValue], *, when: datetime | None = None, name: str = "") -> Earlier:
    """Return a trial as later ones look back at it."""
    numbers = {v.metric.key: Before(v.value, v.metric.unit, v.profile, v.metric.version, v.uncertainty) for v in values}
    return Earlier(when, trial.setup, trial.outcome.value, trial.window_s[1] - trial.window_s[0], numbers, name)


def changes(
    trial: Trial, values: Sequence[MetricValue], earlier: Sequence[Earlier], *, person: Person = NOBODY, book: Book | None = None
) -> tuple[Change, ...]:
    """Return what changed since the first and since the last earlier trial that may be compared, metric by metric.

    Parameters
    ----------
    trial, values
        The new trial.
    earlier
        Earlier trials of the client, oldest first; those of another leg, other conditions or without usable numbers are passed over.
    person
        For the MDC: only one found between days fits a change over months.
    """
    wanted, both = conditions_of(trial.setup), both_legs(trial.setup)
    alike = [
        e for e in earlier if (both or e.setup.side is trial.setup.side) and e.outcome in USABLE and conditions_of(e.setup) == wanted
    ]  # fmt: skip
    told: list[Change] = []
    for value in values:
        past = [(e, was) for e in alike if (was := _before(value, e)) is not None]
        chosen = dict.fromkeys((0, len(past) - 1)) if past else ()
        told.extend(_change(trial, value, *past[at], person=person, book=book) for at in chosen)
    return tuple(told)


def change_json(change: Change, trial: Trial) -> dict[str, object]:
    """Return a change as JSON values."""
    return {
        "exam": trial.setup.exam,
        "side": trial.setup.side.value,
        "conditions": dict(conditions_of(trial.setup).fields),
        "key": change.key,
        "since": change.since.when.isoformat() if change.since.when else change.since.name,
        "before": change.before,
        "after": change.after,
        "difference": change.difference,
        "better": change.better,
        "SY-06": finding_json(change.finding),
    }


def _before(value: MetricValue, earlier: Earlier) -> float | None:
    """Return the same number of an earlier trial: made the same way, by the same version, over as long a window; else None."""
    before = earlier.numbers.get(value.metric.key)
    if value.value is None or before is None:
        return None
    if (before.unit, before.profile, before.version) != (value.metric.unit, value.profile, value.metric.version):
        return None
    seconds = value.window_s[1] - value.window_s[0]
    return before.value if value.metric.id not in GROWING or abs(seconds - earlier.seconds) <= ALIKE * seconds else None


def _change(trial: Trial, value: MetricValue, since: Earlier, was: float, *, person: Person, book: Book | None) -> Change:
    now = value.value if value.value is not None else math.nan
    fitting = figures_for(trial, value, person, book=book)
    mdc95 = fitting.mdc95(0.5 * (was + now), retest=Retest.BETWEEN_DAYS)
    why = fitting.why or "no MDC between days is published for it"
    u = together(since.numbers[value.metric.key].uncertainty, value.uncertainty)
    finding = judge(now - was, mdc95=mdc95, u=u, otherwise=why)
    none = value.metric.better is Better.NONE or now == was
    return Change(value.metric.key, since, was, now, None if none else (now > was) is (value.metric.better is Better.HIGH), finding)
