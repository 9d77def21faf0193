"""One joint that bends and comes back, again and again: heel raises, lunges, squats; instants and angles, no limb and no force."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray
from drivers.people.motion import ease


@dataclass(frozen=True, slots=True)
class Bend:
    """One movement out to ``peak_rad`` and back, each minimum-jerk, with a hold between; seconds since the start of the act."""

    start_s: float
    out_s: float
    hold_s: float
    back_s: float
    peak_rad: float

    @property
    def held_s(self) -> float:
        """When the top is reached."""
        return self.start_s + self.out_s

    @property
    def left_s(self) -> float:
        """When the way back begins."""
        return self.held_s + self.hold_s

    @property
    def end_s(self) -> float:
        """When it is back."""
        return self.left_s + self.back_s

    def shape(self, t_s: FloatArray) -> FloatArray:
        """Return how far out it is, 0 to 1, (n,)."""
        return ease(t_s, self.start_s, self.held_s) - ease(t_s, self.left_s, self.end_s)


def bent(t_s: FloatArray, bends: Sequence[Bend]) -> FloatArray:
    """Return the angle of a row of bends, rad, (n,)."""
    return sum((bend.peak_rad * bend.shape(t_s) for bend in bends), np.zeros(len(t_s)))


def until(bends: Sequence[Bend], off_s: float) -> tuple[Bend, ...]:
    """Return the bends that somebody who is told to stop at ``off_s`` still makes: those begun, to their end."""
    return tuple(bend for bend in bends if bend.start_s < off_s)
