"""What the store gives back and takes in: clients, trials with their numbers; plain values, never table rows."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ankletest.metrics.base import MetricValue
from ankletest.programme.felt import Felt
from ankletest.programme.past import PastNumber
from ankletest.samples import Side
from ankletest.store.people import Details
from ankletest.trial import Placed, Setup, Trial


@dataclass(frozen=True, slots=True)
class Client(Details):
    """A person who is tested: what was entered, and the id in the store."""

    id: uuid.UUID = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class StoredTrial:
    """A stored trial with its numbers; ``recording`` is the file it is in; ``why`` says why it does not count, if it does not.

    ``devices`` is empty where they are not known.
    """

    opened_at: datetime
    number: int
    setup: Setup
    outcome: str
    reasons: tuple[str, ...]
    window_s: tuple[float, float]
    recording: Path
    numbers: tuple[PastNumber, ...]
    counts: bool = True
    why: str = ""
    felt: Felt | None = None
    devices: tuple[Placed, ...] = ()
    id: uuid.UUID = field(kw_only=True)

    @property
    def exam(self) -> str:
        """Key of the exam."""
        return self.setup.exam

    @property
    def side(self) -> Side:
        """The leg that was tested."""
        return self.setup.side


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One number of one trial: when, under which conditions, and how sure."""

    at: datetime
    setup: Setup
    number: PastNumber


class Measurement(Protocol):
    """A finished trial with its numbers (``session.Finished`` is one)."""

    @property
    def trial(self) -> Trial:
        """The trial."""
        ...

    @property
    def values(self) -> tuple[MetricValue, ...]:
        """Its numbers."""
        ...
