"""Which foot bears how much weight on the pad while a person steps on, stands, shifts and steps off; no sway, no jumps."""

import math
from dataclasses import dataclass, replace

import numpy as np

from ankletest.samples import FloatArray, Side
from drivers.people.motion import ease

FIRST_FOOT_S = 0.5
"""Seconds for the tested foot to take the weight when stepping on."""
SECOND_FOOT_S = 0.4
"""Seconds for the other foot to take its half."""
SHIFT_S = 0.6
"""Seconds to shift the weight to the tested leg."""
STEP_OFF_S = 0.5
STANCE_WIDTH_MM = 150.0
"""Distance between the feet when standing on both."""


@dataclass(frozen=True, slots=True)
class Touch:
    """The free foot comes down: ``share`` of the weight goes to it, on the pad or beside it."""

    start_s: float
    end_s: float
    share: float
    on_pad: bool


@dataclass(frozen=True, slots=True)
class Footing:
    """Times within an act, seconds since its start, when the tested foot first touches the pad.

    Parameters
    ----------
    tested
        The leg of the trial.
    shift_s
        Begin of the shift to the tested leg.
    off_s
        Begin of stepping off.
    touches
        When the free foot comes down.
    moved_s, moved_mm
        When the stance foot lands elsewhere, and by how much (right, forward).
    """

    tested: Side
    shift_s: float
    off_s: float
    touches: tuple[Touch, ...] = ()
    moved_s: float = math.inf
    moved_mm: tuple[float, float] = (0.0, 0.0)

    @property
    def both_s(self) -> float:
        """When both feet bear the weight."""
        return FIRST_FOOT_S + SECOND_FOOT_S

    @property
    def single_s(self) -> float:
        """When the other foot has left the pad."""
        return self.shift_s + SHIFT_S

    @property
    def gone_s(self) -> float:
        """When nothing is on the pad any more."""
        return self.off_s + STEP_OFF_S

    def leaving(self, off_s: float) -> "Footing":
        """Return the same footing left earlier."""
        return replace(self, off_s=min(self.off_s, off_s))

    def lift(self, t_s: FloatArray) -> FloatArray:
        """Return how far the free foot is off the floor, 0 to 1, (n,)."""
        height = ease(t_s, self.shift_s + 0.5 * SHIFT_S, self.single_s) - ease(t_s, self.off_s, self.off_s + 0.5 * STEP_OFF_S)
        for touch in self.touches:
            height = height - ease(t_s, touch.start_s - 0.25, touch.start_s) + ease(t_s, touch.end_s, touch.end_s + 0.25)
        return np.clip(height, 0.0, 1.0)

    def shares(self, t_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the shares of body weight that the tested and the other foot put on the pad, each (n,)."""
        first = ease(t_s, 0.0, FIRST_FOOT_S)
        other = 0.5 * (ease(t_s, FIRST_FOOT_S, self.both_s) - ease(t_s, self.shift_s, self.single_s))
        tested, beside = first - other, np.zeros(len(t_s))
        for touch in self.touches:
            length = min(0.12, 0.25 * (touch.end_s - touch.start_s))
            taken = touch.share * (ease(t_s, touch.start_s, touch.start_s + length) - ease(t_s, touch.end_s - length, touch.end_s))
            tested = tested - taken
            if touch.on_pad:
                other = other + taken
            else:
                beside = beside + taken
        staying = 1.0 - ease(t_s, self.off_s, self.gone_s)
        return tested * staying, other * staying

    def point_mm(self, t_s: FloatArray, placed_mm: tuple[float, float] = (0.0, 0.0)) -> FloatArray:
        """Return the centre of pressure of the two feet without sway, (n, 2); the tested foot stands at its side of the middle."""
        sign = 1.0 if self.tested is Side.RIGHT else -1.0
        tested, other = self.shares(t_s)
        total = np.maximum(tested + other, 1e-9)
        stays = np.where(t_s < self.moved_s, 0.0, 1.0)
        x = 0.5 * STANCE_WIDTH_MM * sign * (tested - other) / total + placed_mm[0] + stays * self.moved_mm[0]
        y = placed_mm[1] + stays * self.moved_mm[1] * tested / total
        return np.stack([x, y], axis=1)
