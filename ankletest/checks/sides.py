"""Whether each device is on the leg it is said to be on: what moved, or was unloaded, when a foot was lifted; for all devices together."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ankletest.checks import limits
from ankletest.checks.base import Aspect, Finding, Level
from ankletest.checks.steps import Subject
from ankletest.samples import Side

AGAIN = "Check again, and lift the foot that is asked for."
SWAP = "Swap the sides, or put the sensors on the other way round."


@dataclass(frozen=True, slots=True)
class Lifted:
    """What one device showed while a foot was lifted (NaN: it cannot tell, or nobody asked).

    Parameters
    ----------
    turned_rad
        How far a worn sensor turned, by the foot that was asked for.
    load_n, right_mm
        Force and place of the pressure in the end, by the foot that was asked for.
    both_n, both_right_mm
        The same with both feet down, before.
    """

    turned_rad: Mapping[Side, float]
    load_n: Mapping[Side, float]
    right_mm: Mapping[Side, float]
    both_n: float = math.nan
    both_right_mm: float = math.nan


def sides_of(subjects: Sequence[Subject], lifted: Mapping[str, Lifted]) -> tuple[dict[str, Finding], tuple[tuple[str, str], ...]]:
    """Return the finding on the side of each device that has one, and the pairs of devices that are swapped."""
    found = {
        subject.member.device: _pad(subject, lifted[subject.member.device]) if subject.is_pad else _worn(subject, subjects, lifted)
        for subject in subjects
        if subject.sided
    }
    bad = {device for device, finding in found.items() if finding.level is Level.BAD}
    pairs: list[tuple[str, str]] = []
    for subject in subjects:
        other = _partner(subject, subjects)
        if subject.member.side is Side.LEFT and other is not None and bad >= {subject.member.device, other.member.device}:
            pairs.append((subject.member.device, other.member.device))
    return found, tuple(pairs)


def _partner(subject: Subject, subjects: Sequence[Subject]) -> Subject | None:
    """Return the device at the same place of the other leg."""
    mine = subject.member
    return next((s for s in subjects if mine.side and s.member.site is mine.site and s.member.side is mine.side.other), None)


def _worn(subject: Subject, subjects: Sequence[Subject], lifted: Mapping[str, Lifted]) -> Finding:
    """Judge a sensor worn on a leg: it has to turn when its own foot is lifted, and far less when the other is."""
    side = subject.member.side
    if side is None:
        return Finding(Aspect.SIDE, Level.NOT_TOLD, "it belongs to no leg")
    turned = lifted[subject.member.device].turned_rad
    mine, other = turned.get(side, math.nan), turned.get(side.other, math.nan)
    degrees = math.degrees(mine)
    if math.isnan(mine) or math.isnan(other):
        return Finding(Aspect.SIDE, Level.NOT_DONE, "its side was not checked", AGAIN)
    if max(mine, other) < limits.MOVED_RAD:
        worn = [s for s in subjects if not s.is_pad and s.member.side is not None and s is not subject]
        others = [angle for s in worn for angle in lifted[s.member.device].turned_rad.values() if angle >= limits.MOVED_RAD]
        if others:
            return Finding(Aspect.SIDE, Level.BAD, "it did not move when either foot was lifted", "Check that it is worn.", degrees, "°")
        return Finding(Aspect.SIDE, Level.NOT_DONE, "no foot was lifted: its side was not checked", AGAIN, degrees, "°")
    if mine >= limits.MOVED_RATIO * other:
        return Finding(Aspect.SIDE, Level.GOOD, f"it moved with the {side.value} foot", value=degrees, unit="°")
    if other >= limits.MOVED_RATIO * mine:
        words = f"it moved with the {side.other.value} foot, but is said to be on the {side.value}"
        return Finding(Aspect.SIDE, Level.BAD, words, SWAP, degrees, "°")
    words = f"it moved {degrees:.0f}° with its own foot and {math.degrees(other):.0f}° with the other: its side was not checked"
    return Finding(Aspect.SIDE, Level.NOT_DONE, words, AGAIN, degrees, "°")


def _pad(subject: Subject, shown: Lifted) -> Finding:
    """Judge a pad: one for a leg is unloaded when that foot is lifted, one for both feels the pressure go to the other side."""
    if not shown.both_n >= limits.LOADED_N:
        return Finding(Aspect.SIDE, Level.NOT_DONE, "nobody stood on it: its side was not checked", AGAIN)
    side = subject.member.side
    if side is not None:
        return _one_foot(side, shown)
    shift = {s: _signed(s) * (shown.right_mm.get(s, math.nan) - shown.both_right_mm) for s in Side}
    told = [mm for mm in shift.values() if math.isfinite(mm)]
    if not told:
        return Finding(Aspect.SIDE, Level.NOT_DONE, "its side was not checked", AGAIN)
    least = min(told)
    if least >= limits.SHIFTED_MM and len(told) == len(Side):
        return Finding(Aspect.SIDE, Level.GOOD, "the pressure went to the standing foot", value=least, unit="mm")
    if max(told) <= -limits.SHIFTED_MM:
        words = "the pressure went to the lifted foot: the pad lies the wrong way round"
        return Finding(Aspect.SIDE, Level.BAD, words, "Turn the pad by half a turn.", least, "mm")
    return Finding(
        Aspect.SIDE, Level.NOT_DONE, "the pressure did not go to the standing foot: its side was not checked", AGAIN, least, "mm"
    )


def _one_foot(side: Side, shown: Lifted) -> Finding:
    mine, other = (shown.load_n.get(s, math.nan) / shown.both_n for s in (side, side.other))
    if mine < limits.UNLOADED_SHARE <= other:
        return Finding(Aspect.SIDE, Level.GOOD, f"it was unloaded by the {side.value} foot", value=100.0 * mine, unit="%")
    if other < limits.UNLOADED_SHARE <= mine:
        words = f"it was unloaded by the {side.other.value} foot, but is said to be under the {side.value}"
        return Finding(Aspect.SIDE, Level.BAD, words, SWAP, 100.0 * mine, "%")
    return Finding(Aspect.SIDE, Level.NOT_DONE, "no foot left it: its side was not checked", AGAIN)


def _signed(lifted: Side) -> float:
    """Return where the pressure has to go when a foot is lifted: 1 to the right."""
    return 1.0 if lifted is Side.LEFT else -1.0
