"""The path of the centre of pressure as far as the screen needs it: thinned, centred, with its ellipse; numbers come from metrics."""

import math

import numpy as np

from ankletest.metrics.sway import ellipse
from ankletest.samples import COP_X, COP_Y, Block, FloatArray
from ankletest.trial import Stream
from ui.widgets.stabilogram import Outline

SCREEN_HZ = 100.0
"""More points than this a second cannot be told apart on a screen."""
IDLE_S = 5.0
"""Seconds of path shown while nothing is counted."""
LEAST = 20
"""Points below which an ellipse says nothing."""
CHUNK = 4096


class CopTrail:
    """The path since ``count_from``, or of the last seconds while that is not known."""

    def __init__(self) -> None:
        self._t_s = np.empty(CHUNK)
        self._xy_mm = np.empty((CHUNK, 2))
        self._n = 0
        self._next_s = -math.inf
        self._since_s = math.nan

    def clear(self) -> None:
        """Forget everything."""
        self._n = 0
        self._next_s = -math.inf
        self._since_s = math.nan

    def count_from(self, t_s: float) -> None:
        """Show the path from this session second on."""
        self._since_s = t_s

    @property
    def counted(self) -> bool:
        """True while it shows the path of a counted phase."""
        return not math.isnan(self._since_s)

    def push(self, block: Block) -> None:
        """Take the samples of a pad, one of every 10 ms."""
        # Half a slot on, so that a pad of just this rate has its samples in the middle of slots and none falls into its neighbour's.
        slots = np.floor(block.t_s * SCREEN_HZ + 0.5)
        first = np.empty(len(slots), dtype=np.bool_)
        first[0] = slots[0] > self._next_s
        np.greater(slots[1:], slots[:-1], out=first[1:])
        first &= slots > self._next_s
        rows = np.flatnonzero(first)
        if not len(rows):
            return
        self._next_s = float(slots[rows[-1]])
        self._append(block.t_s[rows], block.values[rows][:, (COP_X, COP_Y)])

    def path_mm(self) -> FloatArray:
        """Return the centred path, (n, 2), x to the right, y forward; NaN where the device cannot tell."""
        if not self._n:
            return np.empty((0, 2))
        since = self._since_s if self.counted else self._t_s[self._n - 1] - IDLE_S
        start = int(np.searchsorted(self._t_s[: self._n], since))
        return centred(self._xy_mm[start : self._n])

    def _append(self, t_s: FloatArray, xy_mm: FloatArray) -> None:
        need = self._n + len(t_s)
        if need > len(self._t_s):
            self._t_s = np.resize(self._t_s, 2 * need)
            self._xy_mm = np.resize(self._xy_mm, (2 * need, 2))
        self._t_s[self._n : need] = t_s
        self._xy_mm[self._n : need] = xy_mm
        self._n = need
        if not self.counted and self._n > 4 * CHUNK:
            # Nobody counts: a device that runs all day must not fill the memory.
            keep = CHUNK
            self._t_s[:keep] = self._t_s[self._n - keep : self._n].copy()
            self._xy_mm[:keep] = self._xy_mm[self._n - keep : self._n].copy()
            self._n = keep


def centred(xy_mm: FloatArray) -> FloatArray:
    """Return a path around its own mean."""
    known = np.isfinite(xy_mm).all(axis=1)
    return xy_mm - xy_mm[known].mean(axis=0) if known.any() else xy_mm


def path_of(stream: Stream) -> FloatArray:
    """Return the centred path of a pad's samples, thinned for the screen, (n, 2)."""
    stride = max(1, round(stream.rate_hz / SCREEN_HZ)) if math.isfinite(stream.rate_hz) else 1
    return centred(stream.values[::stride][:, (COP_X, COP_Y)])


def ellipse_of(xy_mm: FloatArray) -> Outline | None:
    """Return the 95 % prediction ellipse of a path (SW-07) for drawing; None where there are too few points."""
    known = xy_mm[np.isfinite(xy_mm).all(axis=1)]
    if len(known) < LEAST:
        return None
    middle = known.mean(axis=0)
    shape = ellipse(known[:, 0], known[:, 1])
    angle = 0.0 if math.isnan(shape.angle_deg) else math.radians(shape.angle_deg)
    return Outline(float(middle[0]), float(middle[1]), shape.major_mm, shape.minor_mm, angle)
