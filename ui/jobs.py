"""Slow or writing work, one job at a time, off Qt's thread; jobs never touch widgets."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

log = logging.getLogger(__name__)

Progress = Callable[[float], None]
"""Told how far a job is, 0-1."""
Work = Callable[[Progress], object]
"""A job: may raise; its result is handed over in Qt's thread."""


class Job(QObject):
    """One piece of work; ``done`` with its result or ``failed`` with its exception, both in Qt's thread."""

    progress = Signal(float)
    done = Signal(object)
    failed = Signal(object)

    def __init__(self, title: str, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self.title = title
        self.work = work


@dataclass(frozen=True, slots=True)
class _End:
    """What the thread hands over: the job with its result, or what it raised."""

    job: Job
    result: object = None
    error: Exception | None = None


class Jobs(QObject):
    """Runs jobs one after the other on a thread of its own, which lives only while there is work."""

    began = Signal(str)
    ended = Signal()
    _over = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: deque[Job] = deque()
        self._thread: threading.Thread | None = None
        self._over.connect(self._finish)

    @property
    def busy(self) -> bool:
        """True while a job runs or waits."""
        return self._thread is not None or bool(self._queue)

    def run(self, title: str, work: Work) -> Job:
        """Queue a piece of work; connect to the signals of the job that is returned."""
        job = Job(title, work, self)
        self._queue.append(job)
        # Not at once: the caller has yet to connect to what the job tells.
        QTimer.singleShot(0, self._next)
        return job

    def wait(self) -> None:
        """Leave out what has not begun and wait for the job that runs; its result is not told any more."""
        self._queue.clear()
        thread = self._thread
        if thread is not None:
            thread.join()

    def _next(self) -> None:
        if not self._queue or self._thread is not None:
            return
        job = self._queue.popleft()
        self.began.emit(job.title)
        self._thread = threading.Thread(target=self._run, args=(job,), name=f"job {job.title}")
        self._thread.start()

    def _run(self, job: Job) -> None:
        """On the job thread: signals cross to Qt's thread by themselves."""
        try:
            end = _End(job, result=job.work(job.progress.emit))
        except Exception as error:  # noqa: BLE001  a thread's edge: everything is handed over
            end = _End(job, error=error)
        self._over.emit(end)

    def _finish(self, end: _End) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()
        self.ended.emit()
        if end.error is not None:
            log.debug("job %s failed", end.job.title, exc_info=end.error)
            end.job.failed.emit(end.error)
        else:
            end.job.done.emit(end.result)
        end.job.deleteLater()
        self._next()
