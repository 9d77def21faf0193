"""Stored trials analysed again from their recordings: old beside new, nothing overwritten; how a recording is analysed is handed in.

What the metrics of today make of a recording is kept beside the stored numbers wherever it differs from all that is kept already: another
version, another value, or a number that was not told before.
"""

import math
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import select

from ankletest.errors import AnkletestError
from ankletest.programme.past import PastNumber, PastVisit
from ankletest.store.desk import Client, Desk
from ankletest.store.follow_up import FollowUp, Remade
from ankletest.store.records import VisitRecord
from ankletest.store.stored import Measurement
from ankletest.trial import Placed, Setup

ROUNDING = 1e-9
"""As ``analysis.ROUNDING``: numbers that agree so closely are the same, the libraries add in another order."""

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]


class Remake(Protocol):
    """Analyses a recording again: returns its trials with all their numbers, and a sentence where the file is damaged."""

    def __call__(self, recording: Path, seen: Progress) -> tuple[Sequence[Measurement], str]:
        """Raise an ``AnkletestError`` where it cannot be read; tell ``seen`` how far it is, 0-1, often."""
        ...


class _CancelledError(Exception):
    """Somebody said that it is enough."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One number, old beside new; ``old`` None: it was not told before; ``new`` None: it is not made any more."""

    client: str
    when: datetime
    setup: Setup
    trial: int
    key: str
    old: PastNumber | None
    new: PastNumber | None

    @property
    def difference(self) -> float | None:
        """New minus old; None where one of them has no value."""
        if self.old is None or self.new is None or self.old.value is None or self.new.value is None:
            return None
        return self.new.value - self.old.value

    @property
    def same(self) -> bool:
        """Whether both have the same version and the same value."""
        return self.old is not None and self.new is not None and _same(self.old, self.new)


@dataclass(slots=True)
class Recomputed:
    """What came of it: numbers old beside new, how many trials were made again and numbers kept, a sentence on each unusable recording."""

    rows: list[Beside] = field(default_factory=list[Beside])
    trials: int = 0
    kept: int = 0
    told: list[str] = field(default_factory=list[str])
    cancelled: bool = False


def recompute(
    desk: Desk, clients: Sequence[Client], remake: Remake, *, progress: Progress = lambda _: None, cancelled: Cancelled = lambda: False
) -> Recomputed:
    """Analyse all stored trials of clients again; what was done until somebody cancels is kept.

    Raises
    ------
    StoreError
        The store cannot be read or written.
    """
    made, follow = Recomputed(), FollowUp(desk)
    wanted = [(client, visit) for client in clients for visit in _recordings(desk, client).items()]
    past: dict[str, PastVisit] = {}
    for done, (client, (visit, recording)) in enumerate(wanted):

        def seen(share: float, done: int = done) -> None:
            if cancelled():
                raise _CancelledError
            progress((done + share) / len(wanted))

        try:
            seen(0.0)
            if visit not in past:  # of one client at a time: a clinic's numbers are more than a machine holds
                past = {one.id: one for one in follow.visits(client)}
            _one(follow, made, client, past[visit], recording=recording, remake=remake, seen=seen)
        except _CancelledError:
            made.cancelled = True
            break
    if not made.cancelled:
        progress(1.0)
    return made


def _one(
    follow: FollowUp, made: Recomputed, client: Client, visit: PastVisit, *, recording: Path, remake: Remake, seen: Progress
) -> None:  # fmt: skip
    if not visit.trials:
        return
    name = f"{client.code}, visit of {visit.when.astimezone():%Y-%m-%d %H:%M}"
    try:
        again, damage = remake(recording, seen)
    except AnkletestError as error:
        made.told.append(f"{name}: {error.message} Its stored numbers stay as they are.")
        return
    if damage:
        made.told.append(f"{name}: {damage}")
    found = {one.trial.setup.trial: one for one in again if one.trial.setup.trial}
    kept: list[Remade] = []
    places: dict[str, tuple[Placed, ...]] = {}
    for trial in visit.trials:
        mine = found.get(trial.setup.trial)
        if mine is None:
            made.told.append(f"{name}, trial {trial.number}: it is not in the recording. Its stored numbers stay as they are.")
            continue
        made.trials += 1
        if not trial.devices:  # of a store from before devices were kept
            places[trial.id] = mine.trial.devices
        fresh = {value.metric.key: PastNumber.of(value, again=True) for value in mine.values}
        for key in dict.fromkeys((*trial.numbers, *fresh)):
            before, new = trial.numbers.get(key, ()), fresh.get(key)
            made.rows.append(Beside(client.code, visit.when, trial.setup, trial.number, key, before[0] if before else None, new))
            # A number without a value says why it has none; kept it is only where there was one, or a version that would be missed.
            if new is not None and not any(_same(new, old) for old in before) and (before or new.value is not None):
                kept.append(Remade(uuid.UUID(trial.id), mine.trial.outcome.value, new))
    follow.keep_remade(client, kept)
    follow.keep_devices(client, places)
    made.kept += len(kept)


def _recordings(desk: Desk, client: Client) -> dict[str, Path]:
    with desk.database.reading() as session:
        rows = session.execute(select(VisitRecord.id, VisitRecord.recording).where(VisitRecord.client_id == client.id)).all()
    return {str(visit): desk.folder / recording for visit, recording in rows}


def _same(one: PastNumber, other: PastNumber) -> bool:
    if (one.version, one.unit, one.profile) != (other.version, other.unit, other.profile):
        return False
    if one.value is None or other.value is None:
        return one.value is other.value
    return math.isclose(one.value, other.value, rel_tol=ROUNDING, abs_tol=ROUNDING)
