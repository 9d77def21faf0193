"""What the physio decided on the ladder, and where a client stands by it; the program's own proposal is in ``ladder``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ankletest.errors import UsageError
from ankletest.programme.ladder import Ladder, Proposal
from ankletest.programme.past import PastVisit


class Choice(StrEnum):
    """What became of a proposal."""

    ACCEPTED = "accepted"
    STAYED = "stayed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: the step before, the one proposed and why, and the one taken; steps are counted from 0, ``ladder`` is its version.

    ``title`` is that of the step taken, so that a ladder that was edited since still knows it. ``why`` is the physio's word where the
    step is another than the proposed one. ``basis`` says what had been seen by then: nothing new, no new proposal.
    """

    at: datetime
    ladder: int
    before: int
    proposed: int
    reasons: tuple[str, ...]
    choice: Choice
    step: int
    title: str
    why: str = ""
    basis: str = ""


def standing(ladder: Ladder, decisions: Sequence[Decision]) -> int:
    """Return the step a client is on: that of the newest decision by its title, else by its number; the first where none was made."""
    if not decisions:
        return 0
    last = max(decisions, key=lambda decision: decision.at)
    named = [step for step, rung in enumerate(ladder.rungs) if rung.title == last.title]
    return named[0] if named else min(last.step, len(ladder.rungs) - 1)


def basis_of(visits: Sequence[PastVisit]) -> str:
    """Return what a proposal was made of: the newest visit in which anything happened, its trials, and the pain of the day after."""
    told = [visit for visit in visits if visit.told]
    return f"{told[-1].id} {len(told[-1].trials)} {told[-1].pain_next_day}" if told else ""


def decide(
    ladder: Ladder, before: int, proposal: Proposal, *, choice: Choice, at: datetime, basis: str, step: int | None = None, why: str = ""
) -> Decision:
    """Return a decision.

    Raises
    ------
    UsageError
        Another step was chosen without a reason, or one that the ladder has not.
    """
    taken = proposal.step if choice is Choice.ACCEPTED else before if choice is Choice.STAYED else step
    if taken is None or not 0 <= taken < len(ladder.rungs):
        raise UsageError("That step is not on the ladder.", "Choose one of its steps.")
    said = why.strip()
    if choice is Choice.OTHER and not said:
        raise UsageError("Another step needs a reason.", "Say why in a few words; it is kept with the decision.")
    return Decision(at, ladder.version, before, proposal.step, proposal.reasons, choice, taken, ladder.rungs[taken].title, said, basis)
