"""Sway numbers for the screen while a hold goes on, from frame means; the stored numbers are made by the metrics."""

import math
from collections.abc import Sequence

from ankletest.exams.base import LiveNumber
from ankletest.exams.machine import FRAME_S, Frame
from ankletest.samples import G

CHI2_95 = 5.991464547107979
"""95 % quantile of the chi-square distribution with two degrees of freedom."""
MIN_FRAMES = 20
"""A second of frames before anything is shown."""


class LiveSway:
    """Running sums over the frames of a hold: path, ellipse, speed and range of a CoP, or RMS of a motion sensor."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Start over."""
        self._n = 0
        self._path = 0.0
        self._last: tuple[float, float] | None = None
        self._sx = self._sy = self._sxx = self._syy = self._sxy = 0.0
        self._low, self._high = math.inf, -math.inf

    def feed(self, frame: Frame) -> None:
        """Take a frame: its last two columns are the CoP in mm, or |ω| in rad/s and |a| in g."""
        _, x, y = frame.means
        if math.isnan(x) or math.isnan(y):
            return
        if self._last is not None:
            self._path += math.hypot(x - self._last[0], y - self._last[1])
        self._last = (x, y)
        self._n += 1
        self._sx += x
        self._sy += y
        self._sxx += x * x
        self._syy += y * y
        self._sxy += x * y
        self._low, self._high = min(self._low, x), max(self._high, x)

    def numbers(self, *, on_pad: bool) -> Sequence[LiveNumber]:
        """Return what is known so far."""
        known = self._n >= MIN_FRAMES
        if not on_pad:
            return (
                LiveNumber("rms_omega", "Angular rate, RMS", "°/s", math.degrees(math.sqrt(self._sxx / self._n)) if known else None, 1),
                LiveNumber("rms_acc", "Acceleration, SD", "m/s²", G * math.sqrt(max(self._var_y(), 0.0)) if known else None, 2),
            )
        area = None
        if known:
            area = math.pi * CHI2_95 * math.sqrt(max(self._var_x() * self._var_y() - self._cov() ** 2, 0.0)) / 100.0
        return (
            LiveNumber("path", "Sway path", "mm", self._path if known else None, 0),
            LiveNumber("ellipse_area", "Ellipse area", "cm²", area, 1),
            LiveNumber("velocity", "Mean velocity", "mm/s", self._path / ((self._n - 1) * FRAME_S) if known else None, 1),
            LiveNumber("range_ml", "ML range", "mm", self._high - self._low if known else None, 0),
        )

    def _var_x(self) -> float:
        return (self._sxx - self._sx * self._sx / self._n) / (self._n - 1)

    def _var_y(self) -> float:
        return (self._syy - self._sy * self._sy / self._n) / (self._n - 1)

    def _cov(self) -> float:
        return (self._sxy - self._sx * self._sy / self._n) / (self._n - 1)
