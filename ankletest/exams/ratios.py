"""One stance held against another of the same leg under harder conditions (metrics.md ST-03); it makes no number of one trial."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ankletest.exams.conditions import Conditions, conditions_of
from ankletest.exams.pairs import ALIKE, USABLE, Done
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.profiles import STANCE
from ankletest.samples import Side
from ankletest.trial import Eyes, Setup, Surface

METRICS = ("velocity", "acc_rms")
"""Keys of what is compared: the mean sway velocity, or where there is no pad the RMS acceleration."""
FLOOR = "noise_velocity"
"""Key of what noise alone shows of the velocity (SW-21)."""


@dataclass(frozen=True, slots=True)
class RatioKind:
    """A ratio of two conditions: which set-ups it takes, and how it is told."""

    id: str
    key: str
    title: str
    symbol: str
    formula: str
    source: str
    version: int
    harder: Callable[[Setup], bool]
    eased: Callable[[Setup], Setup]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of two trials of a leg; ``value`` and ``uncertainty`` are None where there is none, and then ``reasons`` say why."""

    kind: RatioKind
    side: Side
    metric: str
    value: float | None
    status: Status
    reasons: tuple[str, ...]
    uncertainty: float | None
    profile: str

    def as_json(self) -> dict[str, object]:
        """Return the record that ``analyse --json`` prints."""
        return {
            "id": self.kind.id, "key": self.kind.key, "title": self.kind.title, "of": self.metric, "side": self.side.value,
            "value": self.value, "unit": "", "status": self.status.value, "reasons": list(self.reasons), "uncertainty": self.uncertainty,
            "profile": self.profile, "version": self.kind.version,
        }  # fmt: skip


KINDS = (
    RatioKind(
        "ST-03", "ratio_eyes", "eyes closed : eyes open", "RQ_EC/EO", "MVELO, eyes closed / MVELO, eyes open; same leg, surface, length",
        "metrics.md ST-03", 1, lambda setup: setup.eyes is Eyes.CLOSED, lambda setup: replace(setup, eyes=Eyes.OPEN),
    ),
    RatioKind(
        "ST-03", "ratio_surface", "foam : firm", "RQ_foam/firm", "MVELO on foam / MVELO on firm ground; same leg, eyes, length",
        "metrics.md ST-03", 1, lambda setup: setup.surface is Surface.FOAM, lambda setup: replace(setup, surface=Surface.FIRM),
    ),
)  # fmt: skip


def condition_ratios(done: Sequence[Done]) -> tuple[Ratio, ...]:
    """Return the ratios of the newest usable stances of each leg that differ in one condition alone.

    Parameters
    ----------
    done
        Trials with their numbers, oldest first.
    """
    newest: dict[tuple[Conditions, Side], Done] = {
        (conditions_of(trial.setup), trial.setup.side): (trial, values)
        for trial, values in done
        if trial.outcome in USABLE and STANCE in trial.families
    }
    ratios: list[Ratio] = []
    for (_, side), (trial, values) in newest.items():
        for kind in KINDS:
            easier = newest.get((conditions_of(kind.eased(trial.setup)), side)) if kind.harder(trial.setup) else None
            if easier is not None:
                ratios.extend(_ratio(kind, side, values, easier[1]))
    return tuple(ratios)


def _ratio(kind: RatioKind, side: Side, hard: Sequence[MetricValue], easy: Sequence[MetricValue]) -> list[Ratio]:
    """Return the ratio of the first metric that both trials list; none where their devices have none in common."""
    over, under = ({value.metric.key: value for value in values} for values in (hard, easy))
    for key in METRICS:
        if key in over and key in under:
            return [_told(kind, side, over[key], under[key], floor=under.get(FLOOR) if key == METRICS[0] else None)]
    return []


def _told(kind: RatioKind, side: Side, over: MetricValue, under: MetricValue, *, floor: MetricValue | None) -> Ratio:
    a, b = over.value, under.value
    reasons = _refusals(over, under, floor)
    if reasons or a is None or b is None:
        return Ratio(kind, side, over.metric.key, None, Status.INVALID, reasons, None, over.profile)
    warn = Status.WARN in {over.status, under.status}
    said = tuple(dict.fromkeys((*over.reasons, *under.reasons))) if warn else ()
    u = (
        a / b * math.hypot(over.uncertainty / a, under.uncertainty / b)
        if over.uncertainty is not None and under.uncertainty is not None
        else None
    )
    return Ratio(kind, side, over.metric.key, a / b, Status.WARN if warn else Status.OK, said, u, over.profile)


def _refusals(over: MetricValue, under: MetricValue, floor: MetricValue | None) -> tuple[str, ...]:
    """Return why there is no ratio; nothing where there is one."""
    missing = [value for value in (over, under) if value.value is None]
    if missing:
        return tuple(dict.fromkeys(reason for value in missing for reason in value.reasons))
    if over.profile != under.profile:
        return (f"one was made by {over.profile} and the other by {under.profile}",)
    lengths = [value.window_s[1] - value.window_s[0] for value in (over, under)]
    if not abs(lengths[0] - lengths[1]) <= ALIKE * max(lengths):
        return (f"the windows are {lengths[0]:.1f} s and {lengths[1]:.1f} s",)
    least = floor.value if floor is not None and floor.value is not None else 0.0
    if under.value is None or not under.value > least:
        return (f"SW-21: noise alone would show {least:.2f} {under.metric.unit} of the easier condition",)
    return ()
