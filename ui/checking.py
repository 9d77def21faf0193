"""A check of the sensors as the operator runs it: says the steps, begins the next when one is done, swaps sides; it shows nothing."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from ankletest.checks.base import CheckReport
from ankletest.checks.check import Check
from ankletest.checks.steps import Step
from ankletest.device import Choice
from ui.sound.voice import Voice
from ui.tongue import say
from ui.visit import Visit


class Checking(QObject):
    """Follows the visit's session; ``changed`` tells of another step, a result, or that there is nothing any more."""

    changed = Signal()

    def __init__(self, visit: Visit, voice: Voice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._voice = voice
        self._shown: Check | None = None
        self._step: Step | None = None
        self._asked: Step | None = None
        visit.ticked.connect(self._follow)
        for signal in (visit.opened, visit.closing, visit.checked):
            signal.connect(self._renew)

    @property
    def going(self) -> Check | None:
        """The check going on."""
        session = self._visit.session
        return session.checks.going if session is not None else None

    @property
    def report(self) -> CheckReport | None:
        """The last result of these devices."""
        session = self._visit.session
        return session.checks.last if session is not None else None

    @property
    def share(self) -> float:
        """How much of the step is over, 0 to 1."""
        session, going = self._visit.session, self.going
        return going.done_share(session.now_s) if session is not None and going is not None else 0.0

    def begin(self, exam: str) -> None:
        """Begin a check for an exam."""
        session = self._visit.session
        if session is not None and session.opened and not self._visit.running and self.going is None:
            self._visit.post_check(Step.REST, exam)

    def skip(self) -> None:
        """Go on to the next step, whatever this one has shown."""
        going = self.going
        if going is not None and self._asked is None:
            self._asked = going.following
            self._visit.post_check(going.following)

    def stop(self) -> None:
        """Leave the check without a result."""
        if self.going is not None:
            self._visit.post_check(Step.STOP)

    def swap(self) -> None:
        """Connect the devices again with the sides of those swapped that are on each other's leg."""
        report = self.report
        if report is not None and report.swapped:
            self._visit.reopen(swapped(self._visit.choices, report.swapped))

    def _renew(self) -> None:
        self._shown, self._step, self._asked = None, None, None
        self.changed.emit()

    def _follow(self) -> None:
        """Look at the check after each tick: a step is said when it begins, and the next one is begun when this one is done."""
        going, session = self.going, self._visit.session
        if going is not self._shown or (going is not None and going.step is not self._step):
            self._shown, self._step, self._asked = going, going.step if going is not None else None, None
            if going is not None:
                self._voice.say(say(going.instruction))
            self.changed.emit()
        if going is not None and session is not None and self._asked is None and going.ready(session.now_s):
            self.skip()


def swapped(choices: tuple[Choice, ...], pairs: tuple[tuple[str, str], ...]) -> tuple[Choice, ...]:
    """Return the choices with the devices of each pair in each other's place."""
    by_place = {choice.device: choice for choice in choices}
    for one, other in pairs:
        if one in by_place and other in by_place:
            first, second = by_place[one], by_place[other]
            by_place[one] = replace(second, device=one, side=first.side)
            by_place[other] = replace(first, device=other, side=second.side)
    return tuple(by_place.values())
