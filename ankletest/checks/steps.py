"""What the client is asked to do in a check of the sensors, in which order, and what is said; which of it happened, the judges say."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ankletest.exams.base import Member
from ankletest.samples import Kind, Side


class Step(StrEnum):
    """A part of the check; ``done`` and ``stop`` end it, with and without a result."""

    REST = "rest"
    ON = "on"
    LEFT = "left"
    DOWN = "down"
    RIGHT = "right"
    DONE = "done"
    STOP = "stop"


LIFTS = {Side.LEFT: Step.LEFT, Side.RIGHT: Step.RIGHT}


@dataclass(frozen=True, slots=True)
class Subject:
    """A device to be checked.

    ``stood_on`` is True for a pad that tells where or on which side somebody stands; ``tick_s`` are the seconds of a tick of its own
    clock, NaN where it has none; ``steady`` is False for one that sends when it likes.
    """

    member: Member
    called: str
    stood_on: bool = False
    tick_s: float = math.nan
    steady: bool = True

    @property
    def is_pad(self) -> bool:
        """True for anything that feels a force."""
        return self.member.kind is Kind.PAD

    @property
    def sided(self) -> bool:
        """True where a lifted foot can show that it is on the wrong side."""
        return self.stood_on or (not self.is_pad and self.member.side is not None)


def steps_of(subjects: Sequence[Subject]) -> tuple[Step, ...]:
    """Return the steps for these devices: feet are lifted only where a device has a side to be wrong about."""
    on = (Step.ON,) if any(subject.stood_on for subject in subjects) else ()
    lifts = (Step.LEFT, Step.DOWN, Step.RIGHT) if any(subject.sided for subject in subjects) else ()
    return (Step.REST, *on, *lifts)


def instruction_of(step: Step, subjects: Sequence[Subject]) -> str:
    """Return what is said to the client."""
    if step is Step.REST:
        if any(subject.stood_on for subject in subjects):
            return "Step off the pad and stand still."
        return "Let go of the force sensor and stand still." if any(s.is_pad for s in subjects) else "Stand still."
    pads = sum(subject.stood_on for subject in subjects)
    return {
        Step.ON: "Step on the pad with both feet." if pads < 2 else "Stand with one foot on each pad.",
        Step.LEFT: "Lift your left foot.",
        Step.DOWN: "Put it down and stand still.",
        Step.RIGHT: "Lift your right foot.",
    }.get(step, "")
