"""Leads a visit through a battery: what comes next, rests, decisions, stops; the rules are the core's, the pictures the pages'."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum, auto

from PySide6.QtCore import QObject, QTimer, Signal

from ankletest import exams
from ankletest.exams.base import Fitness
from ankletest.exams.conditions import both_legs
from ankletest.programme.battery import Battery, Level, Step
from ankletest.programme.felt import NOTHING, Felt, Reason, Stop
from ankletest.programme.round import Item, Round
from ankletest.session import Finished
from ankletest.trial import Outcome, Setup
from ui.desk.store_port import Unfinished
from ui.planning import round_of
from ui.sound.voice import Voice
from ui.tongue import english, say
from ui.visit import Visit
from ui.words import common as words
from ui.words import visit as told

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
    of a set that the client is to be asked about; ``why_wanted`` whether a set was stopped at once (else: between two), whose reason nobody
    has said.
    """

    changed = Signal()
    ended = Signal()
    felt_wanted = Signal(object)
    why_wanted = Signal(bool)

    def __init__(self, visit: Visit, voice: Voice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._voice = voice
        self.round: Round | None = None
        self.stage = Stage.IDLE
        self.by_itself = True
        self.stops: list[Stop] = []
        self.felt: dict[str, Felt] = {}
        self._left_s = 0.0
        self._last: Finished | None = None
        self._stopping = self._between = False
        self._reason: Reason | None = None
        self._asking = self._waits = False
        self._ceiling: Level | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        visit.started.connect(self._started)
        visit.finished.connect(self._finished)
        visit.discarded.connect(self._discarded)
        visit.undecided.connect(self._settle_open)
        visit.client_changed.connect(self._other_client)
        visit.opened.connect(self._keep_round)
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

    @property
    def held(self) -> bool:
        """True while nothing goes on by itself: a question is open, or somebody has to press a key first."""
        return self._asking or self._waits

    @property
    def goes_on(self) -> bool:
        """True while the next thing happens without anybody's hand."""
        return self.stage in {Stage.RESTING, Stage.DECIDING} and self.by_itself and not self.held and self._visit.connected

    @property
    def stoppable(self) -> bool:
        """True while the client can say that it hurts: in a set, after it, and between two of a battery."""
        return self._visit.running or self.round is not None

    @property
    def can_wait(self) -> bool:
        """True where the battery can be put aside and gone on with on another day."""
        return self._visit.book.holds

    # ---- intents ---------------------------------------------------------------------------------------------------------------

    def begin(self, battery: Battery, given: Mapping[str, float] | None = None) -> None:
        """Begin a battery with the client of the visit."""
        self._waits = False
        self._go_on(round_of(battery, self._visit.client, given=given, ceiling=self._ceiling))

    def resume(self, found: Unfinished) -> None:
        """Go on with a battery that was put aside or interrupted."""
        self._visit.book.take_up(found)
        self._waits = False
        self._go_on(found.round if self._ceiling is None else found.round.lock(self._ceiling))

    def leave(self) -> None:
        """End the battery; what was done is kept."""
        if self.round is None:
            return
        self._visit.settle()
        self.round = None
        self._visit.book.keep_round(None)
        self._stage(Stage.IDLE)

    def put_aside(self) -> None:
        """Leave the battery where it is, to be gone on with."""
        if self.round is not None:
            self._visit.settle()
        self.round = None
        self._visit.book.put_aside()
        self._stage(Stage.IDLE)

    def wait(self) -> None:
        """Let nothing begin by itself until somebody starts the next trial: the window is locked, or was left."""
        self._waits = True
        self.changed.emit()

    def set_by_itself(self, on: bool) -> None:
        """Let trials follow each other by themselves, or not."""
        self.by_itself = on
        self._waits = self._waits and not on
        self.changed.emit()

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
        done = self._last
        if not self._keep(done):
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
            self._ceiling = None
            self.round = self.round.unlock(why)
            self._next()

    def hold(self) -> None:
        """Do not go on by itself while a question is open."""
        self._asking = True
        self.changed.emit()

    def release(self) -> None:
        """Go on by itself again, unless something else holds."""
        self._asking = False
        self.changed.emit()

    def stop_set(self) -> None:
        """End the run at once, silence what sounds, and ask why; between two sets nothing runs, and what is locked is the same."""
        if not self.stoppable or self._stopping:
            return
        self._stopping, self._reason = True, None
        self._between = not self._visit.running and self.stage is not Stage.DECIDING
        if self._visit.running:
            self._visit.mark(told.STOP_MARK)
            self._visit.stop(told.STOP_MARK)
        self._voice.hush()
        self.why_wanted.emit(not self._between)

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
        self._stopping = self._between = self._waits = False
        self._stage(Stage.RUNNING)

    def _finished(self, done: Finished) -> None:
        self._last = done
        if self._stopping:
            self._settle()
        elif self.round is not None and self.stage is Stage.RUNNING:
            self._left_s = DECIDE_S
            self._waits = done.trial.outcome is not Outcome.COMPLETED
            self._stage(Stage.DECIDING)

    def _discarded(self) -> None:
        """Let the same come next, once somebody starts it: the run is gone as if it had not been."""
        self._between = self._stopping
        self._settle()
        if self.stage is Stage.RUNNING:
            self._waits = True
            self._stage(Stage.READY if self.round is not None else Stage.IDLE)

    def _settle(self) -> None:
        """Take a stop once its trial and its reason are there."""
        done, reason = self._last, self._reason
        if not self._stopping or reason is None or (done is None and not self._between):
            return
        between, setup = self._between, done.trial.setup if done is not None else None
        self._stopping, self._between, self._reason, self._last = False, False, None, None
        stop = Stop(reason, setup.trial if setup is not None else self._last_trial(), datetime.now(UTC))
        self.stops.append(stop)
        if setup is not None:
            self._visit.decide(counts=False, why=f"{told.STOP_MARK}: {reason.value}")
            self._lock(stop, Step(setup.exam, surface=setup.surface).level)
        self._visit.note_stop(stop)
        self._waits = True
        if self.round is not None:
            self.round = self.round.pause(stop) if between or self.round.item is None else self.round.stop(stop)
            if self.round.ceiling is not None:
                self._lock(stop, self.round.ceiling)
            if self.stage is not Stage.IDLE or self.round.item is not None:
                self._next()
        self.changed.emit()

    def _lock(self, stop: Stop, level: Level) -> None:
        """Remember for the visit what a stop has locked: another battery begun today keeps to it."""
        if stop.locks:
            self._ceiling = level if self._ceiling is None else min(level, self._ceiling)

    def _last_trial(self) -> str:
        """Return the id of the battery's last run; empty before the first."""
        made = {trial for item in (self.round.items if self.round is not None else ()) for trial in item.trials}
        return next((kept.setup.trial for kept in reversed(self._visit.kept) if kept.setup.trial in made), "")

    def _settle_open(self) -> None:
        """Decide what nobody decided, as something goes on over it: a practice trial counts no more than before, nor a stopped set."""
        done = self._last
        if done is None:
            return
        if self._stopping:
            self._visit.decide(counts=False, why=told.STOP_MARK)
        elif self.stage is Stage.DECIDING:
            self._keep(done)
            self._waits = True
            self._next(announced=False)

    def _other_client(self) -> None:
        """Another client: the battery stays where it is; what hurt the one before locks nothing."""
        self._ceiling, self._waits, self._stopping = None, False, False
        self.stops, self.felt = [], {}
        self.put_aside()

    def _keep_round(self) -> None:
        """Let the visit that begins hold the battery that goes on."""
        if self.round is not None and self.round.item is not None:
            self._visit.book.keep_round(self.round)

    def _keep(self, done: Finished) -> bool:
        """Count a trial unless it was for practice; return whether it was."""
        self._last, self._waits = None, False
        item = self.item
        practice = item is not None and item.planned.practice
        self._visit.decide(counts=not practice, why=english(told.PRACTICE) if practice else "")
        if self.round is not None and item is not None:
            self.round = self.round.keep(done.trial.setup.trial)
        return practice

    def _undo(self, why: str, *, again: bool) -> None:
        if self.stage is not Stage.DECIDING or self.round is None or self._last is None:
            return
        done, self._last = self._last, None
        self._waits = False
        trial = done.trial.setup.trial
        self.round = self.round.repeat(trial, why) if again else self.round.reject(trial, why)
        self._visit.decide(counts=False, why=why)
        self._next()

    def _go_on(self, one: Round) -> None:
        self.round = one
        self._next()

    def _next(self, *, announced: bool = True) -> None:
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
        if announced:
            sentence = told.ANNOUNCE_BOTH if both_legs(setup) else told.ANNOUNCE
            self._voice.say(sentence.format(exam=say(exams.by_key(setup.exam).title), side=words.SIDE[setup.side].lower()))
        self._stage(Stage.RESTING)

    def _hold(self) -> None:
        """Devices are let go: a set that they cannot end any more is stopped without a trial."""
        self._timer.stop()
        self._between = self._between or (self._stopping and self._last is None)
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
        elif self.goes_on:
            self._stage(Stage.READY)
            self.start()
        else:
            self._stage(Stage.READY)
