"""A store with a client who is followed over months, made without devices: trials of known numbers on known days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ankletest import metrics
from ankletest.metrics.base import MetricValue, Status
from ankletest.programme.felt import Felt, Stop
from ankletest.samples import Side
from ankletest.store.desk import Client, Desk
from ankletest.store.keys import DataKey
from ankletest.store.records import VisitRecord
from ankletest.trial import Outcome, Setup, Trial

PROFILE = {"SW": "P-COP", "HP": "P-RAW"}
WINDOW_S = (5.0, 35.0)


@dataclass(frozen=True)
class Done:
    """A finished trial as the store takes it."""

    trial: Trial
    values: tuple[MetricValue, ...]


def new_desk(folder: Path) -> Desk:
    """Open a store under a key that was not dear to make."""
    return Desk.open(folder, DataKey(bytes(range(32))))


def measured(setup: Setup, numbers: Mapping[str, float | None], *, u: float | None = None, outcome: Outcome = Outcome.COMPLETED) -> Done:
    """Return a finished trial of these numbers, by metric key."""
    values = tuple(
        MetricValue(
            metric := metrics.by_key(key), value, Status.OK if value is not None else Status.INVALID,
            () if value is not None else ("too short",), u if value is not None else None, WINDOW_S, PROFILE.get(metric.id[:2], "P-RAW"),
        )
        for key, value in numbers.items()
    )  # fmt: skip
    return Done(Trial(setup, outcome, (), WINDOW_S, WINDOW_S), values)


def visited(
    desk: Desk, client: Client, at: datetime, *done: Done, felt: Felt | None = None, stop: Stop | None = None, name: str = ""
) -> str:
    """Enter a visit of a day with its trials."""
    visit = desk.open_visit(client, desk.folder / "recordings" / (name or f"{at:%Y-%m-%d}.mcap"))
    for one in done:
        desk.save_trial(visit, one)
        if felt is not None:
            desk.tell_felt(visit, one.trial.setup.trial, felt)
    if stop is not None:
        desk.add_stop(visit, stop)
    with desk.database.writing() as session:
        session.get_one(VisitRecord, visit).opened_at = at
    return str(visit)


def both(exam: str, left: Mapping[str, float], right: Mapping[str, float], *, tag: str, u: float | None = None) -> tuple[Done, Done]:
    """Return a trial of either leg; ``tag`` names them in the recording."""
    return (
        measured(Setup(exam, Side.LEFT, trial=f"{tag}l"), left, u=u),
        measured(Setup(exam, Side.RIGHT, trial=f"{tag}r"), right, u=u),
    )
