"""A wish to end a long job: the job meets it where it tells how far it is; what it had begun it clears away itself."""

from threading import Event

from ankletest.errors import StoreError
from ui.jobs import Progress
from ui.words import settings as words


class Stopped(StoreError):  # noqa: N818  nothing went wrong: somebody pressed Cancel
    """Somebody ended a job; everything is as it was."""


class Stop:
    """Pressed in Qt's thread, met in the job's."""

    def __init__(self) -> None:
        self._wished = Event()

    def wish(self) -> None:
        """Ask the job to end."""
        self._wished.set()

    def guard(self, progress: Progress) -> Progress:
        """Return a progress that raises ``Stopped`` once that is wished; a job that tells 1 is done, and nothing stops it any more."""

        def told(share: float) -> None:
            if self._wished.is_set() and share < 1.0:
                raise Stopped(words.STOPPED)
            progress(share)

        return told
