"""The checks of a session: what an operator's event does to the one going on, what came of those before, and what a trial says of them."""

import math
from collections.abc import Mapping

from ankletest.checks.base import CheckReport, Level
from ankletest.checks.check import Check
from ankletest.checks.judge import Told
from ankletest.checks.steps import Step, Subject
from ankletest.device import LinkState, TimeQuality
from ankletest.errors import RecordingError
from ankletest.exams.base import Member
from ankletest.exams.members import called
from ankletest.gaps import LossBy, loss_by
from ankletest.intake import Intake
from ankletest.samples import Block, Kind

NOT_DONE = "the sensors were not checked before this test"
STALE = "checked, but its link was lost since: check again"


class Checks:
    """Feed it blocks and the operator's ``check`` events; equal chunking or not, equal reports.

    Parameters
    ----------
    intakes
        The devices of the session, as it fills up.
    """

    def __init__(self, intakes: Mapping[str, Intake]) -> None:
        self._intakes = intakes
        self._losses: list[tuple[str, float]] = []
        self.going: Check | None = None
        self.reports: list[CheckReport] = []

    @property
    def last(self) -> CheckReport | None:
        """The newest result."""
        return self.reports[-1] if self.reports else None

    def feed(self, block: Block) -> None:
        """Take samples."""
        if self.going is not None:
            self.going.feed(block)

    def lose(self, device: str, t_s: float) -> None:
        """Take note that a link was lost: what was found before may not hold of the device that comes back."""
        self._losses.append((device, t_s))

    def take(self, event: Mapping[str, object], t_s: float) -> tuple[CheckReport, ...]:
        """Take a ``check`` event; return the result where it ends a check, else nothing.

        Raises
        ------
        RecordingError
            For a step that nobody knows.
        """
        try:
            step = Step(str(event.get("step")))
        except ValueError as error:
            raise RecordingError(f"A check event asks for what nobody knows: {error}.", "A newer version wrote the recording.") from error
        if step is Step.REST:
            self.going = Check([subject_of(i) for i in self._intakes.values()], exam=str(event.get("exam") or ""), t_s=t_s)
        elif self.going is not None and step not in (Step.DONE, Step.STOP):
            self.going.begin(step, t_s)
        elif self.going is not None:
            check, self.going = self.going, None
            if step is Step.DONE:
                told = {device: Told(i.battery_percent, _lost(i)) for device, i in self._intakes.items()}
                self.reports.append(check.report(told, t_s))
                return (self.reports[-1],)
        return ()

    def drop(self) -> None:
        """Leave the check going on without a result."""
        self.going = None

    def before(self, t_s: float) -> CheckReport | None:
        """Return the last result that was there at ``t_s``."""
        return next((report for report in reversed(self.reports) if report.end_s <= t_s), None)

    def of(self, device: str, t_s: float) -> dict[str, object]:
        """Return what a trial that began at ``t_s`` says of the check of one of its devices: never passed where it was not done."""
        report = self.before(t_s)
        judgement = report.of(device) if report is not None else None
        if report is None or judgement is None:
            return {"level": Level.NOT_DONE.value, "words": NOT_DONE, "at_s": None}
        if any(lost == device and report.end_s <= at_s <= t_s for lost, at_s in self._losses):
            return {"level": Level.NOT_DONE.value, "words": STALE, "at_s": report.end_s}
        return {"level": judgement.level.value, "words": judgement.words, "at_s": report.end_s}


def subject_of(intake: Intake) -> Subject:
    """Return a device as a check knows it: a pad is stood on where it tells a place, or belongs to one leg."""
    entry = intake.entry
    member = Member(entry.device, intake.kind, entry.site, entry.side, intake.nominal_hz, intake.model.averaging, *intake.ranges)
    tells = {Kind.CELLS, Kind.COP} & set(intake.model.kinds)
    tick = intake.model.tick
    return Subject(
        member,
        called(member),
        stood_on=intake.kind is Kind.PAD and (bool(tells) or entry.side is not None),
        steady=loss_by(tick) is not LossBy.NOTHING,
        tick_s=tick.seconds if tick.quality in (TimeQuality.DEVICE, TimeQuality.EXACT) else math.nan,
    )


def _lost(intake: Intake) -> str:
    return (intake.why or "no link") if intake.state is LinkState.LOST else ""
