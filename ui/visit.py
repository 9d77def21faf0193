"""The visit going on: devices connected, the run, the trials so far and whether they count; it shows nothing."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ankletest import exams
from ankletest.analysis import aligned_event, result_event
from ankletest.checks.base import CheckReport
from ankletest.checks.gate import gate, seen_of
from ankletest.checks.steps import Step
from ankletest.device import OPERATOR, Choice, Hub, Link, Notice
from ankletest.errors import AnkletestError
from ankletest.exams.base import Fitness, Verdict
from ankletest.exams.conditions import conditions_of
from ankletest.exams.history import Earlier
from ankletest.programme.felt import SCALES, Felt, Stop
from ankletest.samples import G
from ankletest.session import ALIGN, ALIGN_END, Finished, Session
from ankletest.signals.impacts import Aligning
from ankletest.trial import Aligned, Setup
from ui.consent import barred
from ui.desk.recording_names import free_path
from ui.desk.store_port import ClientCard, StorePort
from ui.desk.visit_book import VisitBook
from ui.jobs import Jobs, Progress
from ui.kept import Kept, typed_mass
from ui.pump import Pump
from ui.words import clients as words_clients
from ui.words import pages as words


class Visit(QObject):
    """Connects devices, starts and ends runs, keeps and saves trials.

    Parameters
    ----------
    hub
        The devices of this machine.
    store
        Where trials are saved; None: they live until the window is closed (and in the recording).
    recordings
        Folder for recordings; None: nothing is recorded.
    jobs
        For what takes long.
    """

    fed = Signal(object)  # list[Notification]
    blocks = Signal(object)
    started = Signal(object)
    changed = Signal(object)
    finished = Signal(object)  # Finished of a trial that was not discarded
    discarded = Signal()
    checked = Signal(object)  # CheckReport
    aligned = Signal(object)  # Sequence[Aligned]
    notice = Signal(object)
    status = Signal()
    ticked = Signal()
    opened = Signal()
    closing = Signal()
    closed = Signal()
    trials_changed = Signal()
    client_changed = Signal()
    client_edited = Signal()  # the same client, with something else known of them
    undecided = Signal()  # something goes on, and nobody said yet whether the last trial counts: say it now

    def __init__(self, hub: Hub, *, store: StorePort | None, recordings: Path | None, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hub = hub
        self.book = VisitBook(store, self._tell)
        self.jobs = jobs
        self.client: ClientCard | None = None
        self.choices: tuple[Choice, ...] = ()
        self.besides: Callable[[], Mapping[str, object]] = dict
        """What else the open event tells: the certificates in force, where somebody keeps them."""
        self.occupied = ""
        """Why no exam can be started just now, though devices are connected; empty when one can."""
        self.gravity_m_s2 = G
        """Gravity of the place, recorded with every run."""
        self.kept: list[Kept] = []
        self._recordings = recordings
        self._recording: Path | None = None
        self._link: Link | None = None
        self._pump: Pump | None = None
        self._discarded: set[str] = set()
        self._typed: set[str] = set()
        """Trials whose body mass was typed for them: it is the newest one known of the client."""
        self._ending = False
        self._reopen: tuple[Choice, ...] = ()

    @property
    def store(self) -> StorePort | None:
        """Where trials are saved."""
        return self.book.store

    @store.setter
    def store(self, store: StorePort | None) -> None:
        self.book.store = store

    # ---- what is going on ---------------------------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """True from ``opened`` to ``closing``."""
        return self._pump is not None

    @property
    def leaving(self) -> bool:
        """True while devices are let go."""
        return self._link is not None and self._pump is None

    @property
    def session(self) -> Session | None:
        """The session while connected."""
        return self._pump.session if self._pump else None

    @property
    def pump(self) -> Pump | None:
        """The pump while connected, for the benchmark."""
        return self._pump

    @property
    def recording(self) -> Path | None:
        """Where the visit is recorded."""
        return self._recording

    @property
    def running(self) -> bool:
        """True while a run goes on."""
        return self._pump is not None and self._pump.session.busy

    @property
    def unchecked(self) -> bool:
        """True while these devices have not been checked."""
        return self._pump is None or self._pump.session.checks.last is None

    # ---- connect and let go ---------------------------------------------------------------------------------------------------

    def open(self, choices: Sequence[Choice]) -> None:
        """Connect devices; the recording begins.

        Raises
        ------
        AnkletestError
            When they cannot be opened or the recording cannot be written.
        """
        self._demand_consent()
        client = self.client.code if self.client else ""
        self._recording = free_path(self._recordings, client) if self._recordings is not None else None
        link = self.hub.open(tuple(choices), record=self._recording, session={**self.besides(), **({"client": client} if client else {})})
        link.start()
        self.choices = tuple(choices)
        self._link = link
        self.kept = []
        self._discarded = set()
        pump = Pump(link, Session(self.hub.models), self)
        for mine, its in (
            (self.fed, pump.fed), (self.blocks, pump.blocks), (self.started, pump.started), (self.changed, pump.changed),
            (self.notice, pump.notice), (self.status, pump.status), (self.ticked, pump.ticked),
        ):  # fmt: skip
            its.connect(mine)
        pump.finished.connect(self._keep)
        pump.checked.connect(self._keep_check)
        pump.aligned.connect(self._keep_aligned)
        pump.failed.connect(self._break)
        self._pump = pump
        pump.start()
        self.book.enter(self.client, self._recording)
        self.opened.emit()
        self.trials_changed.emit()

    def close(self) -> None:
        """Let the devices go, on the job thread; ``closed`` tells when the recording is sealed."""
        link, pump = self._link, self._pump
        if link is None or pump is None:
            return
        self.settle()
        pump.stop()
        pump.drain_all()
        self.settle()
        pump.deleteLater()
        self._pump = None
        self.closing.emit()
        job = self.jobs.run(words.DISCONNECTING, lambda _: link.stop())
        job.done.connect(self._left)
        job.failed.connect(self._left_badly)

    def choose_client(self, client: ClientCard | None) -> None:
        """Take another client, but not in the middle of a run; a recording belongs to one, so connected devices begin a new one."""
        if client == self.client:
            return
        if client is not None and self.client is not None and client.code == self.client.code:
            self.know_client(client)
            return
        if self.running:
            self.notice.emit(Notice(OPERATOR, "warn", words_clients.TEST_RUNS))
            return
        self.settle()  # while its client is still the one of this visit: what was entered for the trial is kept with them
        self.client = client
        self.client_changed.emit()
        if self.connected:
            self.reopen(self.choices)

    def know_client(self, client: ClientCard) -> None:
        """Know something else of the client of this visit; one who withdrew the consent is recorded no longer."""
        self.client = client
        self.client_edited.emit()
        if self.connected and client.barred is not None:
            self._tell(barred(client))
            self.close()

    def reopen(self, choices: Sequence[Choice]) -> None:
        """Let the devices go and connect these instead; a new recording begins."""
        self._reopen = tuple(choices)
        self.close()

    # ---- run --------------------------------------------------------------------------------------------------------------------

    def verdict(self, setup: Setup) -> Verdict:
        """Tell whether the connected devices are good enough for an exam of that leg."""
        if self._pump is None:
            return Verdict(Fitness.REFUSED, (words.NOT_CONNECTED,))
        if self.occupied:
            return Verdict(Fitness.REFUSED, (self.occupied,))
        if not self._pump.session.opened:
            return Verdict(Fitness.REFUSED, (words.CONNECTING,))
        session = self._pump.session
        return gate(exams.by_key(setup.exam), setup, session.members(setup.side), seen_of(session.devices), session.checks.last)

    def post_check(self, step: Step, exam: str = "") -> None:
        """Begin a step of a check of the sensors."""
        if not self.running and not self.occupied:
            self.post({"event": "check", "step": step.value, **({"exam": exam} if exam else {})})

    def start(self, setup: Setup) -> Verdict:
        """Start a run unless the sensor rule refuses it; return the rule's verdict."""
        verdict = self.verdict(setup)
        if verdict.fitness is Fitness.REFUSED or self._link is None or self.running:
            return verdict
        self.settle()
        asked = replace(setup, trial=uuid.uuid4().hex, gravity_m_s2=self.gravity_m_s2)
        if self.client is not None and typed_mass(asked.mass_kg, self.client.mass_kg):
            self._typed.add(asked.trial)
        self._link.post({"event": "start", "setup": asked.as_json()})
        return verdict

    def stop(self, why: str = "") -> None:
        """End the run."""
        if self._link is not None and self.running:
            self._link.post({"event": "stop", "why": why})

    @property
    def aligning(self) -> Aligning | None:
        """The knocks felt so far while sensors are being aligned; else None."""
        return self._pump.session.aligning if self._pump is not None else None

    def align(self) -> None:
        """Begin to wait for knocks that all devices feel."""
        if self._link is not None and self.connected and not self.running and self.aligning is None:
            self._ending = False
            self._link.post({"event": ALIGN})

    def end_align(self) -> None:
        """Say that the knocks are over; ``aligned`` tells what they showed."""
        if self._link is not None and self.aligning is not None and not self._ending:
            self._ending = True
            self._link.post({"event": ALIGN_END})

    def discard(self) -> None:
        """End the run and do not keep its trial; the recording keeps everything."""
        if self._pump is None or not self.running:
            return
        setup = self._pump.session.setup
        if setup is not None:
            self._discarded.add(setup.trial)
        self.stop(words.DISCARDED)

    def mark(self, what: str, *, ago_s: float = 0.0) -> None:
        """Mark what the operator sees (``touch-down``, ``pain``, ``tap``), or a ``cue`` that was heard ``ago_s`` seconds before now."""
        if self._link is not None and self.running:
            self._link.post({"event": "mark", "what": what, **({"ago_s": round(ago_s, 6)} if ago_s > 0.0 else {})})

    def decide(self, *, counts: bool, why: str = "") -> None:
        """Say whether the last trial counts, and why not; nothing happens where that was said before."""
        if not self.kept or self.kept[-1].counts is not None:
            return
        last = replace(self.kept[-1], counts=counts, why=why)
        self.kept[-1] = last
        typed = last.setup.trial in self._typed
        self.book.save(last.finished, counts=counts, why=why, mass_typed=typed)
        mass = last.setup.mass_kg
        if counts and typed and self.client is not None and mass is not None and mass != self.client.mass_kg:
            self.know_client(replace(self.client, mass_kg=mass))  # as the store keeps it
        self.trials_changed.emit()

    def settle(self) -> None:
        """Keep the last trial as it stands: something goes on. Who knows why it must not count says so when ``undecided`` is emitted."""
        if self.kept and self.kept[-1].counts is None:
            self.undecided.emit()
            self.decide(counts=True)

    def note_felt(self, trial: str, felt: Felt) -> None:
        """Keep what the client said of a trial; free text goes into no recording."""
        self.post({"event": "felt", "trial": trial, **{name: getattr(felt, name) for name in SCALES}})
        self.book.tell_felt(trial, felt)

    def note_stop(self, stop: Stop) -> None:
        """Keep why a set was stopped at once."""
        self.post({"event": "stopped", "trial": stop.trial, "reason": stop.reason.value})
        self.book.add_stop(stop)

    def post(self, event: Mapping[str, object]) -> None:
        """Put an operator event in order with what the devices say; nothing happens where none is connected."""
        if self._link is not None and self._pump is not None:
            self._link.post(event)

    def others(self, setup: Setup) -> Mapping[str, float]:
        """Return the numbers of the other leg's last trial under the same conditions, by metric key: of this visit, else stored ones."""
        wanted = conditions_of(setup)
        for kept in reversed(self.kept):
            if kept.usable and kept.setup.side is setup.side.other and conditions_of(kept.setup) == wanted:
                return {v.metric.key: v.value for v in kept.finished.values if v.value is not None}
        return self.book.last_values(self.client, setup)

    def earlier(self) -> list[Earlier]:
        """Return the client's stored trials but those of this visit, oldest first; none where there is no store."""
        return self.book.earlier(self.client, frozenset(k.setup.trial for k in self.kept))

    # ---- inside ---------------------------------------------------------------------------------------------------------------

    def _keep(self, finished: Finished) -> None:
        if self._link is not None and self._pump is not None:
            self._link.post(result_event(finished))
        if finished.trial.setup.trial in self._discarded:
            self.notice.emit(Notice(OPERATOR, "info", words.TRIAL_DISCARDED))
            self.discarded.emit()
            return
        self.kept.append(Kept(len(self.kept) + 1, finished))
        self.finished.emit(finished)
        self.trials_changed.emit()

    def _keep_check(self, report: CheckReport) -> None:
        if self._link is not None and self._pump is not None:
            self._link.post({"event": "checked", "report": report.as_json()})
        self.checked.emit(report)

    def _keep_aligned(self, aligned: Sequence[Aligned]) -> None:
        if self._link is not None and self._pump is not None:
            self._link.post(aligned_event(aligned))
        self.aligned.emit(aligned)

    def _demand_consent(self) -> None:
        if self.client is not None and self.client.barred is not None:
            raise barred(self.client)

    def _break(self, error: AnkletestError) -> None:
        self._tell(error)
        self.close()

    def _tell(self, error: AnkletestError) -> None:
        self.notice.emit(Notice(OPERATOR, "bad", error.message, error.hint))

    def _left(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            for item in link.drain():
                if isinstance(item, Notice):
                    self.notice.emit(item)
        store, token, recording = self.store, self.book.leave(), self._recording
        if store is not None and token and recording is not None:

            def seal(_: Progress) -> None:
                store.seal_visit(token, recording)

            self.jobs.run(words.SEALING, seal).failed.connect(self._left_badly)
        self.closed.emit()
        reopen, self._reopen = self._reopen, ()
        if reopen:
            try:
                self.open(reopen)
            except AnkletestError as error:
                self._tell(error)

    def _left_badly(self, error: Exception) -> None:
        if not isinstance(error, AnkletestError):
            raise error
        self._tell(error)
        if self._link is not None:
            self._left()
