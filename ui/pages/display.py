"""Units that are read rather than computed with: ms, cm and cm² instead of s, m and mm²; only how a number is written changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ankletest import metrics
from ankletest.exams.base import LiveNumber
from ankletest.metrics.base import MetricValue
from ui.pages.number_grid import Slot


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


def scale_of(key: str, unit: str, decimals: int) -> Scale:
    """Return the unit to read a metric in; its own where nothing else is usual."""
    return READABLE.get((key, unit), Scale(unit, 1.0, decimals))


def slot_of(live: LiveNumber) -> Slot:
    """Return the place of a live number."""
    scale = scale_of(live.key, live.unit, live.decimals)
    return Slot(live.key, _capital(live.title), scale.unit, scale.decimals)


def live_values(numbers: Iterable[LiveNumber]) -> dict[str, float | None]:
    """Return live numbers by key, in the units they are read in."""
    return {
        n.key: None if n.value is None else n.value * scale_of(n.key, n.unit, n.decimals).factor for n in numbers
    }  # fmt: skip


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
