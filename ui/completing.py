"""Every number of a trial once somebody asks for them: made on the job thread and kept; the quick ones are there until then."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from ankletest.analysis import completed
from ankletest.session import Finished
from ui.jobs import Jobs, Progress
from ui.words import pages as words


class Completing(QObject):
    """Trials with the numbers that a session does not wait for."""

    ready = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        # The trial stands beside what was made of it, so that its id stays its own.
        self._made: dict[int, tuple[Finished, Finished]] = {}
        self._asked: set[int] = set()

    def of(self, finished: Sequence[Finished]) -> list[Finished]:
        """Return the trials with every number made so far; what is missing is made, and then ``ready`` told."""
        missing = [one for one in finished if id(one) not in self._made and id(one) not in self._asked]
        if missing:
            self._ask(missing)
        return [self._made[id(one)][1] if id(one) in self._made else one for one in finished]

    def _ask(self, missing: list[Finished]) -> None:
        def work(progress: Progress) -> list[tuple[Finished, Finished]]:
            made: list[tuple[Finished, Finished]] = []
            for k, one in enumerate(missing, start=1):
                made.append((one, completed(one)))
                progress(k / len(missing))
            return made

        self._asked.update(map(id, missing))
        job = self._jobs.run(words.ALL_NUMBERS, work)
        job.done.connect(self._take)
        job.failed.connect(self._raise)

    def _take(self, made: list[tuple[Finished, Finished]]) -> None:
        for one, whole in made:
            self._made[id(one)] = (one, whole)
            self._asked.discard(id(one))
        self.ready.emit()

    def _raise(self, error: Exception) -> None:
        raise error
