"""What is written while a visit goes on: trials that count or not, how they felt, stops, the battery; on a session that is open."""

import math
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import desc, func, select
from sqlalchemy.orm import Session as OrmSession

from ankletest.errors import StoreError
from ankletest.programme.felt import Felt, Stop
from ankletest.programme.round import Round
from ankletest.store.records import ResultRecord, TrialRecord, VisitRecord
from ankletest.store.stored import Measurement

UNFINISHED = 20
"""Visits looked through for a battery that was interrupted."""


@dataclass(frozen=True, slots=True)
class OpenRound:
    """A battery that was interrupted: of which visit, when that began, and where it stands."""

    visit: uuid.UUID
    opened_at: datetime
    round: Round


def trial_row(session: OrmSession, visit: uuid.UUID, finished: Measurement, *, counts: bool, why: str) -> TrialRecord:
    """Return the row of a trial with all its numbers."""
    trial = finished.trial
    number = session.scalar(select(func.count()).select_from(TrialRecord).where(TrialRecord.visit_id == visit)) or 0
    return TrialRecord(
        visit_id=visit,
        number=number + 1,
        exam=trial.setup.exam,
        side=trial.setup.side.value,
        setup=trial.setup.as_json(),
        outcome=trial.outcome.value,
        reasons=list(trial.reasons),
        start_s=_finite(trial.span_s[0]),
        end_s=_finite(trial.span_s[1]),
        window_start_s=_finite(trial.window_s[0]),
        window_end_s=_finite(trial.window_s[1]),
        quality=dict(trial.quality),
        devices=[device.as_json() for device in trial.devices] or None,
        counts=counts,
        why=why,
        results=[
            ResultRecord(
                metric_id=v.metric.id,
                key=v.metric.key,
                value=v.value,
                unit=v.metric.unit,
                status=v.status.value,
                reasons=list(v.reasons),
                uncertainty=v.uncertainty,
                profile=v.profile,
                version=v.metric.version,
            )
            for v in finished.values
        ],
    )


def keep_mass(session: OrmSession, visit: uuid.UUID, finished: Measurement) -> uuid.UUID | None:
    """Keep the mass that was entered for a trial with the client, as the last one known; return the client where it was another."""
    mass = finished.trial.setup.mass_kg
    client = session.get_one(VisitRecord, visit).client
    if mass is None or mass == client.mass_kg:
        return None
    client.mass_kg = mass
    return client.id


def tell_felt(session: OrmSession, visit: uuid.UUID, trial: str, felt: Felt) -> uuid.UUID:
    """Write how a trial felt; return the row's id."""
    row = next((row for row in session.scalars(select(TrialRecord).where(TrialRecord.visit_id == visit)) if token_of(row) == trial), None)
    if row is None:
        raise StoreError("How a trial felt cannot be kept: the trial is not stored.", "Accept the trial first.")
    record = asdict(felt)
    row.felt_note = str(record.pop("note"))
    row.felt = record
    return row.id


def add_stop(session: OrmSession, visit: uuid.UUID, stop: Stop) -> None:
    """Write that a set was stopped at once, and why."""
    row = session.get_one(VisitRecord, visit)
    row.stops = [*(row.stops or []), {"reason": stop.reason.value, "trial": stop.trial, "at": stop.at.isoformat()}]


def token_of(row: TrialRecord) -> str:
    """Return the id of a trial that recordings carry."""
    return str(row.setup.get("trial", ""))


def open_round(session: OrmSession, client: uuid.UUID) -> OpenRound | None:
    """Return the newest battery of a client that was interrupted."""
    query = select(VisitRecord).where(VisitRecord.client_id == client).order_by(desc(VisitRecord.opened_at)).limit(UNFINISHED)
    for row in session.scalars(query):
        if row.round is not None:
            return OpenRound(row.id, row.opened_at, Round.from_json(row.round))
    return None


def _finite(value: float) -> float | None:
    """Return a number that the database can hold; an unknown end is stored as nothing."""
    return value if math.isfinite(value) else None
