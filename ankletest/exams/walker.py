"""A run of any exam whose phases are a table, whose timers are data, and whose eye is one observer; knows no exam.

An exam is then one file: phases, table, timers, an observer that turns slices of samples into happenings and events, and a function
that makes the trial. Stance and hops, which are older and watch more, have walks of their own.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ankletest.errors import ExamError
from ankletest.exams.base import Change, LiveNumber, Member, Phase, PhaseChange, Progress
from ankletest.exams.machine import Machine
from ankletest.exams.members import driver_of, lost_words, silent_words
from ankletest.exams.slices import Slices
from ankletest.samples import Block, FloatArray, Site
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

MARKER = "operator"
SILENT_S = 1.0
"""Samples of the driving device missing for longer end the run; shorter gaps are the metrics' business."""
STOP, LOST = "stop", "lost"
"""Happenings that every phase which is not final has to know."""


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that happens ``after_s`` in a phase unless the phase is left before; ``why`` goes into the reasons."""

    after_s: float
    happening: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A happening that an observer saw: what, when (session seconds), and why, where a person would ask."""

    happening: str
    t_s: float
    why: str = ""


class Observer(Protocol):
    """Looks at the samples of the driving device in slices of 50 ms on a fixed grid, so that any chunking gives the same."""

    def look(self, phase: str, t_s: FloatArray, values: FloatArray, end_s: float) -> Sequence[Seen | Event]:
        """Take the next slice, in the phase that the run is in, and tell what happened.

        A happening that the table does not know in this phase changes nothing.
        """
        ...

    def enter(self, phase: str, t_s: float) -> None:
        """Take note of a new phase."""
        ...

    def numbers(self) -> Sequence[LiveNumber]:
        """Return numbers for the screen."""
        ...

    def progress(self, now_s: float) -> Progress:
        """Return how far it is."""
        ...


@dataclass(frozen=True, slots=True)
class Course:
    """What a run was, for the function that makes the trial.

    ``phases`` are the changes of phase in order, ``events`` what the observer told on the way with live stamps, ``marks`` the operator's.
    """

    setup: Setup
    members: tuple[Member, ...]
    begin_s: float
    end_s: float
    outcome: Outcome
    reasons: tuple[str, ...]
    phases: tuple[PhaseChange, ...]
    events: tuple[Event, ...]
    marks: tuple[Event, ...]
    drivers: tuple[Site, ...] = ()

    @property
    def driver(self) -> Member:
        """The device that drove the phases."""
        return driver_of(self.members, self.drivers)

    def entered_s(self, phase: str) -> float:
        """Return when a phase was entered for the last time; NaN if never."""
        return max((change.t_s for change in self.phases if change.phase.name == phase), default=math.nan)

    def phase_events(self) -> tuple[Event, ...]:
        """Return the changes of phase as events of the trial."""
        return tuple(Event(Happening.PHASE, change.t_s, note=change.phase.name) for change in self.phases)

    def trial(
        self, streams: Sequence[Stream], *, window_s: tuple[float, float], events: Sequence[Event] = (), body_weight_n: float = math.nan,
        outcome: Outcome | None = None, reasons: Sequence[str] = (), hold_s: float = math.nan,
    ) -> Trial:  # fmt: skip
        """Return the trial of this course; phases and marks are added to ``events``, and ``reasons`` go before those of the run."""
        every = tuple(sorted((*self.phase_events(), *events, *self.marks), key=lambda e: (e.t_s, e.what.value, e.device)))
        return Trial(
            self.setup, outcome or self.outcome, (*reasons, *self.reasons), (self.begin_s, self.end_s), window_s, every, tuple(streams),
            body_weight_n, hold_s,
        )  # fmt: skip


Finish = Callable[[Course, Sequence[Stream]], Trial]
"""Makes the trial of the finally stamped streams; finds events again in them rather than trusting live stamps."""


class WalkRun:
    """A run going on; see ``exams.base.Run``.

    Parameters
    ----------
    setup, members, t_s
        As ``Exam.begin`` takes them.
    phases, table
        Of the exam; the table's first row is where it starts.
    timers
        ``phase name → timers`` armed on entering it.
    observer
        The exam's eye.
    finish
        Makes the trial.
    drivers
        As ``Exam.drivers``.
    """

    def __init__(
        self,
        setup: Setup,
        members: Sequence[Member],
        t_s: float,
        *,
        phases: Mapping[str, Phase],
        table: Mapping[str, Mapping[str, str]],
        timers: Mapping[str, Sequence[Timer]],
        observer: Observer,
        finish: Finish,
        drivers: tuple[Site, ...] = (),
    ) -> None:
        if not members:
            raise ExamError("There is no device to run the exam with.", "Connect a force pad or a motion sensor.")
        self._setup, self._members, self._begin_s = setup, tuple(members), t_s
        self._drivers = drivers
        self._driver = driver_of(self._members, drivers)
        self._timers, self._observer, self._finish = timers, observer, finish
        self._machine = Machine(table, phases, next(iter(table)), t_s)
        self._slices = Slices()
        self._last_s = math.nan
        self._now_s = t_s
        self._changes: list[PhaseChange] = []
        self._untold: list[Change] = []
        self._events: list[Event] = []
        self._marks: list[Event] = []
        self._reasons: list[str] = []
        self._enter(PhaseChange(self._machine.phase, t_s, self._ends(self._machine.phase.name, t_s)), self._untold)

    @property
    def phase(self) -> Phase:
        """Where it is."""
        return self._machine.phase

    @property
    def end_s(self) -> float:
        """Session second of the end; NaN while it goes on."""
        return self._machine.since_s if self._machine.final else math.nan

    @property
    def progress(self) -> Progress:
        """How far it is."""
        return self._observer.progress(self._now_s)

    def feed(self, block: Block) -> Sequence[Change]:
        """Take samples; those of other devices than the driving one wait for the trial."""
        if block.device != self._driver.device:
            return []
        out, self._untold = self._untold, []
        for end_s, t_s, values in self._slices.feed(block.t_s, block.values):
            if self._machine.final:
                break
            self._pass_time(float(t_s[0]), end_s, out)
            if self._machine.final:
                break
            for seen in self._observer.look(self._machine.phase.name, t_s, values, end_s):
                if isinstance(seen, Event):
                    self._events.append(seen)
                    out.append(seen)
                elif not self._machine.final:
                    self._happen(seen.happening, max(seen.t_s, self._machine.since_s), out, why=seen.why)
        return out

    def mark(self, what: str, t_s: float) -> Sequence[Change]:
        """Take an operator's mark."""
        event = Event(Happening.MARK, t_s, device=MARKER, note=what)
        self._marks.append(event)
        return [event]

    def stop(self, t_s: float, why: str) -> Sequence[Change]:
        """End by the operator."""
        return self._end(STOP, t_s, f"stopped: {why}" if why else "")

    def lose(self, device: str, t_s: float, why: str) -> Sequence[Change]:
        """Tell that a device is lost."""
        if device == self._driver.device:
            return self._end(LOST, t_s, lost_words(self._driver, self.phase.name, why))
        self._reasons.append(f"{device} was lost during the run{f' ({why})' if why else ''}")
        return []

    def live(self) -> Sequence[LiveNumber]:
        """Return numbers for the screen."""
        return self._observer.numbers()

    def trial(self, streams: Sequence[Stream]) -> Trial:
        """Make the trial."""
        reasons = tuple(change.why for change in self._changes if change.why and change.phase.outcome is not None)
        course = Course(
            self._setup, self._members, self._begin_s, self.end_s, self.phase.outcome or Outcome.STOPPED, (*reasons, *self._reasons),
            tuple(self._changes), tuple(self._events), tuple(self._marks), self._drivers,
        )  # fmt: skip
        return self._finish(course, streams)

    # ---- inside ---------------------------------------------------------------------------------------------------------------

    def _ends(self, phase: str, t_s: float) -> float:
        """Return when a counted phase ends by its timer, for the countdown on screen; the first timer is the one that is meant."""
        timers = self._timers.get(phase, ())
        return t_s + timers[0].after_s if timers else math.nan

    def _enter(self, change: PhaseChange, out: list[Change]) -> None:
        self._changes.append(change)
        out.append(change)
        name = change.phase.name
        for timer in self._timers.get(name, ()):
            self._machine.arm(change.t_s + timer.after_s, timer.happening, timer.why)
        self._observer.enter(name, change.t_s)

    def _happen(self, happening: str, t_s: float, out: list[Change], *, why: str = "") -> None:
        change = self._machine.happen(happening, t_s, why=why)
        if change is not None:
            self._enter(PhaseChange(change.phase, change.t_s, self._ends(change.phase.name, t_s), why), out)

    def _pass_time(self, from_s: float, to_s: float, out: list[Change]) -> None:
        """Let timers ring that are over, and see whether the device was silent."""
        silent = from_s - self._last_s
        if silent > SILENT_S:
            self._happen(LOST, self._last_s + SILENT_S, out, why=silent_words(self._driver, self._machine.phase.name, silent))
        self._last_s = self._now_s = to_s
        while (timer := self._machine.due(to_s)) is not None:
            at, happening, why = timer
            self._happen(happening, max(at, self._machine.since_s), out, why=why)

    def _end(self, happening: str, t_s: float, why: str) -> list[Change]:
        out, self._untold = self._untold, []
        self._happen(happening, max(t_s, self._machine.since_s), out, why=why)
        return out


def with_ends(table: Mapping[str, Mapping[str, str]], *, stopped: str = "stopped", invalid: str = "invalid") -> dict[str, dict[str, str]]:
    """Return a table whose phases that are not final also know the operator's stop and a lost device."""
    return {name: {**row, STOP: stopped, LOST: invalid} if row else {} for name, row in table.items()}
