"""Leads a visit through a battery: what comes next, rests, decisions, stops; the rules are the core's, the pictures the pages'."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum, auto

from PySide6.QtCore import QObject, QTimer, Signal

from ankletest import exams
from ankletest.exams.base import Fitness
from ankletest.exams.conditions import both_legs
from ankletest.programme.battery import Battery, Planned, planned
from ankletest.programme.felt import NOTHING, Felt, Reason, Stop
from ankletest.programme.round import Item, Round
from ankletest.session import Finished
from ankletest.trial import Outcome, Setup
from ui import words
from ui import words_visit as told
from ui.store_port import ClientCard
from ui.tongue import english, say
from ui.visit import Visit
from ui.voice import Voice

TICK_MS = 200
STEP_REST_S = 20.0
"""Before a new step the client has to be told and to find the place."""
DECIDE_S = 6.0
"""A completed trial counts by itself after so long."""


class Stage(Enum):
    """Where the round is between two trials."""

    IDLE = auto()
    RESTING = auto()
    READY = auto()
    RUNNING = auto()
    DECIDING = auto()


class Rounds(QObject):
    """A battery of this visit on its way.

    ``changed`` tells that something is to be shown anew; ``ended`` that the last trial is decided; ``felt_wanted`` carries the ``Finished``
    of a set that the client is to be asked about; ``why_wanted`` a ``Finished`` stopped at once, whose reason nobody has said.
    """

    changed = Signal()
    ended = Signal()
    felt_wanted = Signal(object)
    why_wanted = Signal()

    def __init__(self, visit: Visit, voice: Voice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._voice = voice
        self.round: Round | None = None
        self.stage = Stage.IDLE
        self.by_itself = True
        self.held = False
        self.stops: list[Stop] = []
        self.felt: dict[str, Felt] = {}
        self._left_s = 0.0
        self._last: Finished | None = None
        self._stopping = False
        self._reason: Reason | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        visit.started.connect(self._started)
        visit.finished.connect(self._finished)
        visit.client_changed.connect(self._put_down)
        visit.closing.connect(self._hold)

    # ---- what is going on ---------------------------------------------------------------------------------------------------

    @property
    def item(self) -> Item | None:
        """The trial that comes next."""
        return self.round.item if self.round is not None else None

    @property
    def setup(self) -> Setup | None:
        """What is asked next."""
        return self.item.planned.setup if self.item is not None else None

    @property
    def left_s(self) -> float:
        """Seconds of rest, or until a completed trial counts."""
        return max(0.0, self._left_s)

    @property
    def soreness(self) -> int | None:
        """What was last said of soreness in this visit."""
        return next((felt.soreness for felt in reversed(self.felt.values()) if felt.soreness is not None), None)

    # ---- intents ---------------------------------------------------------------------------------------------------------------

    def begin(self, battery: Battery, given: Mapping[str, float] | None = None) -> None:
        """Begin a battery with the client of the visit."""
        client = self._visit.client
        trials = planned(
            battery, involved=client.involved if client else None, mass_kg=client.mass_kg if client else None, given=given
        )  # fmt: skip
        self.resume(Round.begin(battery, tuple(_with_kept(one, client) for one in trials)))

    def resume(self, one: Round) -> None:
        """Go on with a round that was put down."""
        self.round = one
        self._next()

    def leave(self) -> None:
        """End the battery; what was done is kept."""
        if self.round is None:
            return
        self.round = None
        self._visit.book.keep_round(None)
        self._stage(Stage.IDLE)

    def _put_down(self) -> None:
        """Another client: the battery stays where it is, to be gone on with."""
        self.round = None
        self._stage(Stage.IDLE)

    def start(self) -> str:
        """Start the trial that comes next; return why it cannot be, if so."""
        setup = self.setup
        if setup is None or self._visit.running:
            return ""
        client = self._visit.client
        if client is not None and client.mass_kg is not None:
            setup = replace(setup, mass_kg=client.mass_kg)  # it may have been weighed since the battery began
        verdict = self._visit.start(setup)
        if verdict.fitness is Fitness.REFUSED:
            self._stage(Stage.READY)
            return " ".join(verdict.reasons)
        return ""

    def keep(self) -> None:
        """Count the trial that was just done."""
        if self.stage is not Stage.DECIDING or self.round is None or self._last is None:
            return
        done, self._last = self._last, None
        item = self.round.item
        practice = item is not None and item.planned.practice
        self._visit.decide(counts=not practice, why=english(told.PRACTICE) if practice else "")
        self.round = self.round.keep(done.trial.setup.trial)
        if not practice:
            self.felt_wanted.emit(done)
        self._next()

    def repeat(self, why: str) -> None:
        """Do the same again."""
        self._undo(why, again=True)

    def reject(self, why: str) -> None:
        """Go on without the trial that was just done."""
        self._undo(why, again=False)

    def skip(self, why: str) -> None:
        """Leave out what comes next."""
        if self.round is not None and self.round.item is not None and not self._visit.running:
            self.round = self.round.skip(why)
            self._next()

    def reopen(self, place: int) -> None:
        """Do after all what was left out."""
        if self.round is not None:
            self.round = self.round.reopen(place)
            self._next()

    def unlock(self, why: str) -> None:
        """Open what a stop has locked."""
        if self.round is not None:
            self.round = self.round.unlock(why)
            self._next()

    def hold(self) -> None:
        """Do not go on by itself until somebody decides; a key was pressed or a question is open."""
        self.held = True
        self.changed.emit()

    def release(self) -> None:
        """Go on by itself again."""
        self.held = False
        self.changed.emit()

    def stop_set(self) -> None:
        """End the run at once, silence what sounds, and ask why."""
        if not self._visit.running:
            return
        self._stopping, self._reason = True, None
        self._visit.mark(told.STOP_MARK)
        self._visit.stop(told.STOP_MARK)
        self._voice.hush()
        self.why_wanted.emit()

    def give_reason(self, reason: Reason) -> None:
        """Say why a set was stopped, before or after its trial is made."""
        self._reason = reason
        self._settle()

    def tell_felt(self, trial: str, felt: Felt) -> None:
        """Keep what the client said of a trial."""
        if felt != NOTHING:
            self.felt[trial] = felt
            self._visit.note_felt(trial, felt)

    # ---- inside ----------------------------------------------------------------------------------------------------------------

    def _started(self, _: Setup) -> None:
        self._last = None
        self._stage(Stage.RUNNING)

    def _finished(self, done: Finished) -> None:
        self._last = done
        if self._stopping:
            self._settle()
        elif self.round is not None and self.stage is Stage.RUNNING:
            self._left_s = DECIDE_S
            self.held = self.held or done.trial.outcome is not Outcome.COMPLETED
            self._stage(Stage.DECIDING)

    def _settle(self) -> None:
        """Take a stop once its trial and its reason are there."""
        done, reason = self._last, self._reason
        if not self._stopping or done is None or reason is None:
            return
        self._stopping, self._reason, self._last = False, None, None
        stop = Stop(reason, done.trial.setup.trial, datetime.now(UTC))
        self.stops.append(stop)
        self._visit.decide(counts=False, why=f"{told.STOP_MARK}: {reason.value}")
        self._visit.note_stop(stop)
        if self.round is not None and self.round.item is not None:
            self.round = self.round.stop(stop)
            self.held = True
            self._next()
        self.changed.emit()

    def _undo(self, why: str, *, again: bool) -> None:
        if self.stage is not Stage.DECIDING or self.round is None or self._last is None:
            return
        done, self._last = self._last, None
        trial = done.trial.setup.trial
        self.round = self.round.repeat(trial, why) if again else self.round.reject(trial, why)
        self._visit.decide(counts=False, why=why)
        self._next()

    def _next(self) -> None:
        if self.round is None:
            return
        item = self.round.item
        self._visit.book.keep_round(self.round if item is not None else None)
        if item is None:
            self._stage(Stage.IDLE)
            self.ended.emit()
            return
        self._left_s = item.planned.rest_s or STEP_REST_S
        setup = item.planned.setup
        sentence = told.ANNOUNCE_BOTH if both_legs(setup) else told.ANNOUNCE
        self._voice.say(sentence.format(exam=say(exams.by_key(setup.exam).title), side=words.SIDE[setup.side].lower()))
        self._stage(Stage.RESTING)

    def _hold(self) -> None:
        self._timer.stop()
        if self.stage not in {Stage.IDLE, Stage.READY}:
            self._stage(Stage.READY if self.round is not None else Stage.IDLE)

    def _stage(self, stage: Stage) -> None:
        self.stage = stage
        if stage in {Stage.RESTING, Stage.DECIDING}:
            self._timer.start()
        else:
            self._timer.stop()
        self.changed.emit()

    def _tick(self) -> None:
        if self.held and self.stage is Stage.DECIDING:
            return
        self._left_s -= TICK_MS / 1000.0
        if self._left_s > 0.0:
            self.changed.emit()
        elif self.stage is Stage.DECIDING:
            if self.by_itself:
                self.keep()
        elif self.by_itself and not self.held and self._visit.connected:
            self._stage(Stage.READY)
            self.start()
        else:
            self._stage(Stage.READY)


def _with_kept(one: Planned, client: ClientCard | None) -> Planned:
    """Return a trial with what is kept of the client's leg entered; what the battery asks for goes before."""
    if client is None:
        return one
    setup = one.setup
    return replace(one, setup=replace(setup, given={**client.given(setup.exam, setup.side), **setup.given}))
