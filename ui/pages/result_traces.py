"""Leads from a number on the results page to its trace: of a trial at hand at once, of a stored one through its recording."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ankletest.analysis import replay
from ankletest.device import DeviceModel
from ankletest.errors import AnkletestError, UsageError
from ankletest.exams.history import Earlier
from ankletest.recording.reader import Recording
from ankletest.session import Finished
from ankletest.store.stored import StoredTrial
from ankletest.trial import Trial
from ui.beside import earlier_trials, stored_values
from ui.jobs import Jobs, Progress
from ui.pages.trace_window import TraceWindow
from ui.report.parts import Shown
from ui.tongue import say
from ui.tracing import traced
from ui.visit import Visit
from ui.words import results as told


class Traces(QObject):
    """Opens trace windows over a page; ``window`` is the last one."""

    said = Signal(str)

    def __init__(self, visit: Visit, jobs: Jobs, page: QWidget) -> None:
        super().__init__(page)
        self._visit, self._jobs, self._page = visit, jobs, page
        self.window: TraceWindow | None = None

    def show(self, shown: Shown, key: str) -> None:
        """Show the trace behind a number of a trial."""
        if shown.trial.streams:
            self._open(shown.trial, shown, key)
        elif shown.recording is None:
            self.said.emit(told.NO_SAMPLES.format(why=told.NOT_FOUND))
        else:
            self._load(shown, key)

    def _load(self, shown: Shown, key: str) -> None:
        path, models, wanted = shown.recording, self._visit.hub.models, shown.trial.setup.trial

        def work(_: Progress) -> Trial | None:
            if path is None:
                return None
            finished = replay(Recording.open(path).notifications(), models)[1]
            return next((one.trial for one in finished if one.trial.setup.trial == wanted), None)

        def done(trial: Trial | None) -> None:
            if trial is None:
                self.said.emit(told.NO_SAMPLES.format(why=told.NOT_FOUND))
            else:
                self.said.emit("")
                self._open(trial, shown, key)

        title = told.LOADING.format(number=shown.number)
        self.said.emit(title)
        job = self._jobs.run(title, work)
        job.done.connect(done)
        job.failed.connect(self._failed)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, AnkletestError):
            raise error
        self.said.emit(told.NO_SAMPLES.format(why=say(str(error))))

    def _open(self, trial: Trial, shown: Shown, key: str) -> None:
        value = next((value for value in shown.values if value.metric.key == key), None)
        self.window = TraceWindow(traced(trial, shown.number, value), self._page.window())
        self.window.open()


def shown_of(stored: StoredTrial) -> Shown:
    """Return a stored trial as the page has it: its samples are in the recording."""
    trial, values = stored_values(stored)
    return Shown(stored.number, trial, tuple(values), recording=stored.recording, counts=stored.counts, why=stored.why)


def stored_visit(stored: Sequence[StoredTrial], when: datetime) -> list[Shown]:
    """Return the trials of the visit that was opened then, oldest first."""
    return [shown_of(one) for one in sorted(stored, key=lambda one: one.number) if one.opened_at == when]


def before(stored: Sequence[StoredTrial], when: datetime) -> tuple[Earlier, ...]:
    """Return the trials that count of visits opened before, oldest first."""
    return tuple(earlier_trials([one for one in stored if one.opened_at < when]))


def with_samples(shown: Sequence[Shown], models: Sequence[DeviceModel], *, demanded: bool) -> list[Finished]:
    """Return stored trials that count with their samples, read from their recordings, and with their numbers as they are stored.

    ``demanded``: samples that are not at hand are an error; else the trial comes without, for its numbers are there.

    Raises
    ------
    AnkletestError
        A recording cannot be read, or holds no such trial.
    """
    found: dict[str, Trial] = {}
    for path in dict.fromkeys(one.recording for one in shown if one.recording is not None):
        try:
            found |= {made.trial.setup.trial: made.trial for made in replay(Recording.open(path).notifications(), models)[1]}
        except AnkletestError:
            if demanded:
                raise
    counted = [one for one in shown if one.counts]
    gone = [one for one in counted if one.trial.setup.trial not in found]
    if gone and demanded:
        raise UsageError(told.NO_SAMPLES.format(why=told.NOT_FOUND), "")
    return [Finished(found.get(one.trial.setup.trial, one.trial), one.values) for one in counted]
