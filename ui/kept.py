"""A trial of the visit going on, and whether it counts; what is stored of it is the store's."""

from dataclasses import dataclass

from ankletest.session import Finished
from ankletest.trial import Outcome, Setup

MASS_STEP_KG = 0.05
"""The box of the body mass shows tenths: what differs by less from what is known was not typed."""


def typed_mass(asked_kg: float | None, known_kg: float | None) -> bool:
    """Tell whether a body mass was typed for a run, and is not the one known of the client."""
    return asked_kg is not None and (known_kg is None or abs(asked_kg - known_kg) >= MASS_STEP_KG)


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
