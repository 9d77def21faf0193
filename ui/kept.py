"""A trial of the visit going on, and whether it counts; what is stored of it is the store's."""

from dataclasses import dataclass

from ankletest.session import Finished
from ankletest.trial import Outcome, Setup


@dataclass(frozen=True, slots=True)
class Kept:
    """A trial of this visit; ``counts`` is None until somebody decided, False when it is to be repeated; ``why`` says why not."""

    number: int
    finished: Finished
    counts: bool | None = None
    why: str = ""

    @property
    def setup(self) -> Setup:
        """What was asked."""
        return self.finished.trial.setup

    @property
    def usable(self) -> bool:
        """True for a trial whose numbers may stand beside the other leg's."""
        return self.counts is not False and self.finished.trial.outcome in (Outcome.COMPLETED, Outcome.NOT_HELD)
