"""The pictures of a run, live and replayed alike: picks the exam's picture and hands it what happens."""

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ankletest.exams.base import Change, Phase, PhaseChange, Run
from ankletest.samples import Block, Side
from ankletest.session import DeviceStatus, Finished, Session
from ankletest.trial import Setup
from ui.pages.guide import Guide
from ui.pages.hop_view import HopView
from ui.pages.stance_view import StanceView
from ui.pages.trace_view import TraceView
from ui.widgets.distance import Giant
from ui.words import pages as words_pages

NUMBERS_EVERY = 6
"""Numbers change ten times a second at 60 Hz: faster cannot be read."""


class Picture(Protocol):
    """What an exam's picture is told."""

    def set_side(self, side: Side) -> None:
        """Take the colour of a leg."""
        ...

    def show_devices(self, devices: Mapping[str, DeviceStatus]) -> None:
        """Show what there is to show of these devices."""
        ...

    def begin(self, setup: Setup, others: Mapping[str, float]) -> None:
        """Start empty for a run; ``others`` are the other leg's numbers by metric key."""
        ...

    def take(self, block: Block) -> None:
        """Take samples."""
        ...

    def take_change(self, change: Change) -> None:
        """Take a phase or an event."""
        ...

    def paint(self, now_s: float, run: Run | None, *, numbers: bool) -> None:
        """Draw what came; ``numbers`` too when it is time for them."""
        ...

    def conclude(self, finished: Finished, others: Mapping[str, float]) -> None:
        """Show the final numbers and pictures."""
        ...

    def show_trials(self, done: int, total: int) -> None:
        """Show how many trials of this leg are done."""
        ...

    def clear(self) -> None:
        """Show nothing."""
        ...

    def giants(self) -> list[Giant]:
        """Return the one or two numbers for the distance view."""
        ...


class LiveView(QWidget):
    """Instruction line and the picture of the exam.

    Parameters
    ----------
    deciding
        True where the operator accepts or repeats a trial.
    """

    def __init__(self, *, deciding: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.guide = Guide(deciding=deciding, parent=self)
        self.stance = StanceView(self)
        self.hops = HopView(self)
        self.traced = TraceView(self)
        self._pictures: dict[str, StanceView | HopView | TraceView] = {"stance": self.stance, "hops": self.hops}
        self._stack = QStackedWidget(self)
        for shown in (self.stance, self.hops, self.traced):
            self._stack.addWidget(shown)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.guide)
        column.addWidget(self._stack, 1)
        self._side = Side.LEFT
        self._exam = ""
        self._ticks = 0
        self._devices: Mapping[str, DeviceStatus] = {}
        self.phase: Phase | None = None
        self.concluded = False

    @property
    def picture(self) -> StanceView | HopView | TraceView:
        """The picture shown."""
        return next((p for p in (self.hops, self.traced) if self._stack.currentWidget() is p), self.stance)

    @property
    def side(self) -> Side:
        """The leg shown."""
        return self._side

    def show_exam(self, exam: str) -> None:
        """Show the picture of an exam; one that has none of its own shows numbers and signals."""
        if exam != self._exam:
            self._exam = exam
            self.traced.forget()
        self._stack.setCurrentWidget(self._pictures.get(exam, self.traced))

    def set_side(self, side: Side) -> None:
        """Take the colour of a leg."""
        self._side = side
        for picture in (self.stance, self.hops, self.traced):
            picture.set_side(side)
            picture.show_devices(self._devices)

    def set_involved(self, side: Side | None) -> None:
        """Take which leg is injured, for the symmetry of numbers."""
        for picture in (self.hops, self.traced):
            picture.involved = side

    def show_devices(self, devices: Mapping[str, DeviceStatus]) -> None:
        """Follow the devices of the session."""
        self._devices = devices
        for picture in (self.stance, self.hops, self.traced):
            picture.show_devices(devices)

    def begin(self, setup: Setup, others: Mapping[str, float]) -> None:
        """Start empty for a run."""
        self.concluded = False
        self.phase = None
        self.show_exam(setup.exam)
        self.set_side(setup.side)
        self.picture.begin(setup, others)

    def take_blocks(self, blocks: list[Block]) -> None:
        """Take samples."""
        picture = self.picture
        for block in blocks:
            picture.take(block)

    def take_change(self, change: Change) -> None:
        """Take a phase or an event."""
        if isinstance(change, PhaseChange):
            self.phase = change.phase
            outcome = change.phase.outcome
            self.guide.say(change.phase.instruction, change.why, state=words_pages.OUTCOME_STATE[outcome] if outcome else "")
        self.picture.take_change(change)

    def conclude(self, finished: Finished, others: Mapping[str, float]) -> None:
        """Show the trial that came of the run."""
        self.concluded = True
        self.guide.conclude(finished)
        self.picture.conclude(finished, others)

    def paint(self, session: Session) -> None:
        """Draw what came since the last call."""
        self._ticks += 1
        run = session.run if session.busy else None
        self.picture.paint(session.now_s, run, numbers=self._ticks % NUMBERS_EVERY == 0)

    def clear(self) -> None:
        """Show nothing."""
        self.concluded = False
        self.phase = None
        for picture in (self.stance, self.hops, self.traced):
            picture.clear()
