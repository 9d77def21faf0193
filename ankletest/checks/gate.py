"""The capability gate before a run: the exam's sensor rule, what is seen of the devices now, and what the last check found; one verdict."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ankletest.checks import limits
from ankletest.checks.base import Aspect, CheckReport, Level
from ankletest.device import LinkState
from ankletest.exams.base import Exam, Fitness, Member, Need, Verdict
from ankletest.exams.members import called, driver_of
from ankletest.exams.needs import need_of
from ankletest.status import DeviceStatus
from ankletest.trial import Setup

RATE_SLACK = 0.98
"""Rates are met within 2 % (E-RATE)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of a device now: its rate (NaN: not yet), the loss of the last seconds, and why its link is lost (or nothing)."""

    rate_hz: float = math.nan
    lately_percent: float = 0.0
    lost: str = ""


def gate(exam: Exam, setup: Setup, members: Sequence[Member], seen: Mapping[str, Seen], report: CheckReport | None) -> Verdict:
    """Tell whether an exam may be run with these devices as they are now, and why not or with which limits.

    Parameters
    ----------
    exam, setup, members
        As for ``Exam.fit``.
    seen
        What is seen of each device now.
    report
        The last check, None where there was none: that refuses nothing, the results say that it was not done.
    """
    verdict = exam.fit(members, setup)
    if verdict.fitness is Fitness.REFUSED:
        return verdict
    driver = driver_of(members, exam.drivers)
    bad: list[str] = []
    marked = list(verdict.reasons)
    for member in members:
        need = need_of(exam, member)
        stops, marks = _now(member, need, seen.get(member.device)) if need is not None else ((), ())
        checked = _checked(member, report)
        if member is driver:
            bad.extend((*stops, *checked))
        else:
            marked.extend((*stops, *checked))
        marked.extend((*marks, *_doubts(member, report)))
    if bad:
        return Verdict(Fitness.REFUSED, tuple(bad))
    return Verdict(Fitness.LIMITED if marked else Fitness.GOOD, tuple(dict.fromkeys(marked)))


def seen_of(devices: Mapping[str, DeviceStatus]) -> dict[str, Seen]:
    """Return what a session sees of its devices, as the gate takes it."""
    return {
        key: Seen(s.rate_hz, s.lately_percent, (s.words or "no link") if s.state is LinkState.LOST else "") for key, s in devices.items()
    }


def _now(member: Member, need: Need, seen: Seen | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what stands against a run, and what is only to be marked."""
    if seen is None:
        return (), ()
    name = called(member)
    if seen.lost:
        return (f"{name} is lost ({seen.lost})",), ()
    lost = f"{seen.lately_percent:.1f} % of the samples of {name} are lost"
    if seen.lately_percent >= limits.LOSS_BAD_PERCENT:
        return (f"{lost}: move it closer to the computer",), ()
    marks = (f"{lost}, at most {need.loss_percent:g} % for all numbers",) if seen.lately_percent > need.loss_percent else ()
    # What is missing is the ledger's business: here it is asked how fast the device runs.
    rate = seen.rate_hz / (1.0 - 0.01 * seen.lately_percent)
    if rate < RATE_SLACK * need.rate_hz:
        return (f"{name} runs at {rate:.0f} Hz, {need.rate_hz:g} Hz needed",), marks
    return (), marks


def _doubts(member: Member, report: CheckReport | None) -> tuple[str, ...]:
    """Return what the last check warned of and what still holds: loss is seen as it is now, and a battery makes no number wrong."""
    judgement = report.of(member.device) if report is not None else None
    if judgement is None:
        return ()
    passing = (Aspect.LOSS, Aspect.BATTERY)
    found = (f for f in judgement.findings if f.level is Level.WARN and f.aspect not in passing)
    return tuple(f"check of {judgement.called}: {f.words}" for f in found)


def _checked(member: Member, report: CheckReport | None) -> tuple[str, ...]:
    """Return what the last check found to be unusable."""
    judgement = report.of(member.device) if report is not None else None
    if judgement is None:
        return ()
    return tuple(f"check of {judgement.called}: {f.words}. {f.hint}".strip() for f in judgement.findings if f.level is Level.BAD)
