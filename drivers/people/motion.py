"""The truth of one act on a uniform time grid: force, centre of pressure and what an ideal IMU would feel; no device, no noise."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import signal

from ankletest.samples import FloatArray, G, Side, Site

REST = np.array([0.0, 0.0, G, 0.0, 0.0, 0.0])
"""What an upright IMU feels at rest: x forward, y to the left, z up; m/s² and rad/s."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the body, seen from the task: on the tested leg or on the other (the trunk counts as tested)."""

    site: Site
    tested: bool = True

    @classmethod
    def of(cls, site: Site, *, side: Side | None, tested: Side) -> "Spot":
        """Return the spot of a device worn on ``side`` while ``tested`` is the leg of the trial."""
        return cls(site, side is None or side is tested)


@dataclass(frozen=True, slots=True)
class Motion:
    """An act as it truly was.

    Parameters
    ----------
    start_s
        World second of row 0.
    rate_hz
        Rows per second.
    force_n : (n,)
        Vertical force on the pad.
    cop_mm : (n, 2)
        Where it acts: x to the right, y forward; meaningless where the force is 0.
    worn
        What an ideal, anatomically aligned IMU feels at each spot, (n, 6): specific force m/s², rate rad/s.
    truth
        Named instants and values for the truth record, JSON values only, world seconds.
    """

    start_s: float
    rate_hz: float
    force_n: FloatArray
    cop_mm: FloatArray
    worn: Mapping[Spot, FloatArray]
    truth: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def end_s(self) -> float:
        """World second after the last row."""
        return self.start_s + len(self.force_n) / self.rate_hz


def ease(t_s: FloatArray, start_s: float, end_s: float) -> FloatArray:
    """Return 0 before ``start_s``, 1 after ``end_s``, and the minimum-jerk rise between, (n,)."""
    u = np.clip((t_s - start_s) / (end_s - start_s), 0.0, 1.0)
    return np.asarray(u * u * u * (10.0 + u * (6.0 * u - 15.0)), dtype=np.float64)


def bump(t_s: FloatArray, start_s: float, end_s: float) -> FloatArray:
    """Return sin² from ``start_s`` to ``end_s`` (peak 1), 0 outside, (n,)."""
    u = np.clip((t_s - start_s) / (end_s - start_s), 0.0, 1.0)
    return np.asarray(np.sin(np.pi * u) ** 2, dtype=np.float64)


def second_order(values: FloatArray, *, rate_hz: float, natural_hz: float, damping: float) -> FloatArray:
    """Pass columns (n, k) through a causal unit-gain second-order system that is settled on the first row.

    Soft tissue and the foot's compliance (algorithms.md 10.1).
    """
    b, a = second_order_filter(rate_hz=rate_hz, natural_hz=natural_hz, damping=damping)
    first = np.asarray(values[:1], dtype=np.float64)
    zi = np.asarray(signal.lfilter_zi(b, a), dtype=np.float64)[:, None] * first
    return np.asarray(signal.lfilter(b, a, values, axis=0, zi=zi)[0], dtype=np.float64)


def second_order_filter(*, rate_hz: float, natural_hz: float, damping: float) -> tuple[FloatArray, FloatArray]:
    """Return (b, a) of a second-order low-pass, bilinear with the natural frequency kept; damping 1/√2 is Butterworth."""
    w = 2.0 * rate_hz * np.tan(np.pi * natural_hz / rate_hz)
    k = 2.0 * rate_hz
    a = np.array([k * k + 2.0 * damping * w * k + w * w, 2.0 * w * w - 2.0 * k * k, k * k - 2.0 * damping * w * k + w * w])
    b = np.array([1.0, 2.0, 1.0]) * w * w
    return b / a[0], a / a[0]


def recursion(b: FloatArray, a: FloatArray, values: FloatArray) -> FloatArray:
    """Run a causal filter over (n,) from rest."""
    return np.asarray(signal.lfilter(b, a, values), dtype=np.float64)


def response(b: FloatArray, a: FloatArray, turn: FloatArray) -> FloatArray:
    """Return the gain of a filter at angles ``turn`` (rad a sample), (n,)."""
    z = np.exp(-1j * turn)
    return np.asarray(np.abs(np.polyval(b[::-1], z) / np.polyval(a[::-1], z)), dtype=np.float64)


def slope(values: FloatArray, rate_hz: float) -> FloatArray:
    """Return the time derivative of each column by central differences, (n, k)."""
    return np.asarray(np.gradient(values, 1.0 / rate_hz, axis=0), dtype=np.float64)
