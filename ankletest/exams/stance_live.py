"""Numbers of a stance while it goes on, by running sums; the stored metrics are made elsewhere and may differ slightly."""

import math
from collections.abc import Sequence

from ankletest.exams.base import LiveNumber
from ankletest.exams.bins import Bin
from ankletest.exams.imu_errors import Span

SMOOTH_S = 0.03
"""Time constant of the causal low pass before the path: noise has no path of its own then (5 Hz)."""
QUANTILE = 5.991464547107979
"""χ²(0.95; 2): the ellipse of a stored trial uses F, 0.2 % apart after 30 s."""


class StanceLive:
    """Path, ellipse, velocity and range on a pad; RMS acceleration and rate of an IMU."""

    def __init__(self, *, pad: bool) -> None:
        self._pad = pad
        self._n = 0
        self._home = (math.nan, math.nan)
        self._soft = (math.nan, math.nan)
        self._begin_s = self._end_s = math.nan
        self._path = 0.0
        self._sums = [0.0] * 5  # x, y, xx, yy, xy about the first point
        self._low, self._high = math.inf, -math.inf
        self._count, self._square_acc, self._square_rate = 0, 0.0, 0.0
        self._sum_acc = (0.0, 0.0, 0.0)
        self._waiting: list[Bin] = []

    def take_cop(self, bins: Sequence[Bin]) -> None:
        """Take bins of the hold; they are added up when somebody looks, which a replay flat out never does."""
        self._waiting.extend(bins)

    def _add(self, new: Bin) -> None:
        if not (math.isfinite(new.x_mm) and math.isfinite(new.y_mm)):
            return
        if self._n == 0:
            self._home = self._soft = (new.x_mm, new.y_mm)
            self._begin_s = self._end_s = new.start_s
        share = 1.0 - math.exp(-(new.start_s - self._end_s) / SMOOTH_S)
        x = self._soft[0] + share * (new.x_mm - self._soft[0])
        y = self._soft[1] + share * (new.y_mm - self._soft[1])
        self._path += math.hypot(x - self._soft[0], y - self._soft[1])
        self._soft, self._end_s, self._n = (x, y), new.start_s, self._n + 1
        a, b = x - self._home[0], y - self._home[1]
        sums = self._sums
        sums[0] += a
        sums[1] += b
        sums[2] += a * a
        sums[3] += b * b
        sums[4] += a * b
        self._low = min(self._low, a)
        self._high = max(self._high, a)

    def take_motion(self, moved: Span) -> None:
        """Take a span of the hold."""
        self._count += moved.count
        self._square_acc += moved.square_acc
        self._square_rate += moved.square_rate
        x, y, z = (old + moved.count * mean for old, mean in zip(self._sum_acc, moved.mean_m_s2, strict=True))
        self._sum_acc = (x, y, z)

    def numbers(self) -> Sequence[LiveNumber]:
        """Return the numbers."""
        for new in self._waiting:
            self._add(new)
        self._waiting = []
        if not self._pad:
            told = self._count > 0
            mean = math.hypot(*self._sum_acc) / max(self._count, 1)
            acc = math.sqrt(max(self._square_acc / self._count - mean * mean, 0.0)) if told else None
            rate = math.degrees(math.sqrt(self._square_rate / self._count)) if told else None
            return (
                LiveNumber("acc_rms", "RMS acceleration", "m/s²", acc, 3),
                LiveNumber("gyro_rms", "angular rate", "°/s", rate, 1),
            )
        seconds = self._end_s - self._begin_s
        told = self._n > 2
        return (
            LiveNumber("velocity", "sway velocity", "mm/s", self._path / seconds if told and seconds > 0.0 else None, 1),
            LiveNumber("ellipse_area", "95 % ellipse", "cm²", self._ellipse_cm2() if told else None, 1),
            LiveNumber("path", "path", "mm", self._path if told else None, 0),
            LiveNumber("range_ml", "range, medio-lateral", "mm", self._high - self._low if told else None, 1),
        )

    def _ellipse_cm2(self) -> float:
        n = self._n
        x, y, xx, yy, xy = self._sums
        a, b, c = (xx - x * x / n) / (n - 1), (yy - y * y / n) / (n - 1), (xy - x * y / n) / (n - 1)
        return math.pi * QUANTILE * math.sqrt(max(a * b - c * c, 0.0)) / 100.0
