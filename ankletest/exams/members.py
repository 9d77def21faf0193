"""Which device of a run drives its phases, and what is said when it goes; no exam."""

from collections.abc import Sequence

from ankletest.errors import ExamError
from ankletest.exams.base import Member
from ankletest.samples import Kind, Site


def driver_of(members: Sequence[Member], sites: Sequence[Site] = ()) -> Member:
    """Return the primary device: of the first of ``sites`` that has one (``Exam.drivers``).

    Where none has, the first pad, else a foot sensor (only a foot sees take-offs), else the first IMU.
    """
    if not members:
        raise ExamError("There is no device to run the exam with.", "Connect a force pad or a motion sensor.")
    asked = next((m for site in sites for m in members if m.site is site), None)
    if asked is not None:
        return asked
    pad = next((m for m in members if m.kind is Kind.PAD), None)
    return pad or next((m for m in members if m.site is Site.FOOT), members[0])


def called(member: Member) -> str:
    """Return what a person calls a device."""
    if member.kind is Kind.PAD:
        return "the pad"
    side = f"{member.side.value} " if member.side is not None else ""
    return f"the {side}{member.site.value} sensor"


def lost_words(member: Member, phase: str, why: str) -> str:
    """Return the sentence on a primary device that is lost."""
    told = f" ({why})" if why else ""
    return f"{called(member)} was lost during '{phase}'{told}; repeat the trial"


def silent_words(member: Member, phase: str, seconds: float) -> str:
    """Return the sentence on a primary device that sent nothing for a while."""
    return f"{called(member)} was lost for {seconds:.1f} s during '{phase}'; repeat the trial"
