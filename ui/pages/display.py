"""Units that are read rather than computed with: ms, cm and cm² instead of s, m and mm²; only how a number is written changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ankletest import metrics
from ankletest.exams.base import LiveNumber
from ankletest.metrics.base import MetricValue
from ui.pages.number_grid import Slot
from ui.tongue import say


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit for reading: ``factor`` of it make one of the metric's own."""

    unit: str
    factor: float
    decimals: int


READABLE: Mapping[tuple[str, str], Scale] = {
    ("contact_time", "s"): Scale("ms", 1000.0, 0),
    ("flight_time", "s"): Scale("ms", 1000.0, 0),
    ("contact_time_10_5", "s"): Scale("ms", 1000.0, 0),
    ("flight_time_10_5", "s"): Scale("ms", 1000.0, 0),
    ("time_to_peak", "s"): Scale("ms", 1000.0, 0),
    ("jump_height", "m"): Scale("cm", 100.0, 1),
    ("jump_height_10_5", "m"): Scale("cm", 100.0, 1),
    ("ellipse_area", "mm²"): Scale("cm²", 0.01, 1),
    ("hull_area", "mm²"): Scale("cm²", 0.01, 1),
    ("stiffness", "N/m"): Scale("kN/m", 0.001, 1),
    ("stiffness_spring_mass", "N/m"): Scale("kN/m", 0.001, 1),
}
"""By metric key and its unit."""


METRIC_OF: Mapping[str, str] = {"height": "jump_height"}
"""Live numbers that have another key than the metric they become."""
MOST = 4


def scale_of(key: str, unit: str, decimals: int) -> Scale:
    """Return the unit to read a metric in; its own where nothing else is usual."""
    return READABLE.get((key, unit), Scale(unit, 1.0, decimals))


def slot_of(live: LiveNumber) -> Slot:
    """Return the place of a live number."""
    key = METRIC_OF.get(live.key, live.key)
    scale = scale_of(key, live.unit, live.decimals)
    return Slot(key, _capital(say(live.title)), scale.unit, scale.decimals)


def live_values(numbers: Iterable[LiveNumber]) -> dict[str, float | None]:
    """Return live numbers by metric key, in the units they are read in."""
    values: dict[str, float | None] = {}
    for number in numbers:
        key = METRIC_OF.get(number.key, number.key)
        values[key] = None if number.value is None else number.value * scale_of(key, number.unit, number.decimals).factor
    return values


def final_slots(shown: Sequence[Slot], values: Iterable[MetricValue]) -> list[Slot]:
    """Return the places of final numbers: those shown live that became metrics, filled up with clinical ones that have a value."""
    metrics_of = {v.metric.key: v for v in values}
    kept = [slot for slot in shown if slot.key in metrics_of]
    fill = [
        Slot(v.metric.key, _capital(say(v.metric.title)), scale.unit, scale.decimals)
        for v in metrics_of.values()
        if v.metric.clinical and v.value is not None and all(v.metric.key != slot.key for slot in kept)
        for scale in (scale_of(v.metric.key, v.metric.unit, v.metric.decimals),)
    ]
    return [*kept, *fill][:MOST]


def final_values(values: Iterable[MetricValue]) -> dict[str, float | None]:
    """Return metrics by key, in the units they are read in."""
    return {
        v.metric.key: None if v.value is None else v.value * scale_of(v.metric.key, v.metric.unit, v.metric.decimals).factor for v in values
    }


def readable(values: Mapping[str, float]) -> dict[str, float]:
    """Return numbers by metric key, in the units they are read in; one of a metric that is no more stays as it is."""
    units = {metric.key: metric.unit for metric in metrics.METRICS}
    return {key: value * scale_of(key, units.get(key, ""), 0).factor for key, value in values.items()}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
