"""Looks up a client's trials, trends and last numbers; columns instead of objects, as a page asks for a thousand numbers at once."""

import math
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Row, desc, select
from sqlalchemy.orm import Session as OrmSession

from ankletest.exams.conditions import conditions_of
from ankletest.exams.pairs import USABLE
from ankletest.programme.felt import Felt
from ankletest.programme.past import PastNumber
from ankletest.samples import Side
from ankletest.store.records import ResultRecord, TrialRecord, VisitRecord, placed_of
from ankletest.store.stored import StoredTrial, TrendPoint
from ankletest.trial import Setup

_T, _V, _R = TrialRecord, VisitRecord, ResultRecord
_HEAD = (
    _T.id, _V.opened_at, _V.recording, _T.number, _T.setup, _T.outcome, _T.reasons, _T.window_start_s, _T.window_end_s,
    _T.counts, _T.why, _T.felt, _T.felt_note, _T.devices,
)  # fmt: skip
_NUMBER = (_R.metric_id, _R.key, _R.value, _R.unit, _R.status, _R.reasons, _R.uncertainty, _R.profile, _R.version)
_AnyRow = Row[*tuple[Any, ...]]
"""A row of whatever columns: SQLAlchemy gives it the attributes of its query."""
USABLE_OUTCOMES = [outcome.value for outcome in USABLE]


def trials(session: OrmSession, folder: Path, client: uuid.UUID, *, exam: str | None = None) -> list[StoredTrial]:
    """Return a client's trials with their numbers, newest visit first."""
    numbers: dict[uuid.UUID, list[PastNumber]] = {}
    query = select(_R.trial_id, *_NUMBER).join(_T, _R.trial_id == _T.id).join(_V, _T.visit_id == _V.id).where(_V.client_id == client)
    if exam:
        query = query.where(_T.exam == exam)
    for row in session.execute(query.order_by(_R.id)):
        numbers.setdefault(row.trial_id, []).append(_result(row))
    return [
        StoredTrial(
            id=row.id,
            opened_at=_utc(row.opened_at),
            recording=folder / row.recording,
            number=row.number,
            setup=Setup.from_json(row.setup),
            outcome=row.outcome,
            reasons=tuple(row.reasons),
            window_s=(_known(row.window_start_s), _known(row.window_end_s)),
            numbers=tuple(numbers.get(row.id, ())),
            counts=row.counts,
            why=row.why,
            felt=Felt.from_json({**row.felt, "note": row.felt_note}) if row.felt is not None else None,
            devices=placed_of(row.devices),
        )
        for row in _heads(session, client, exam)
    ]


def trend(session: OrmSession, client: uuid.UUID, key: str, *, exam: str, side: Side) -> list[TrendPoint]:
    """Return one number of all usable trials of a leg, oldest first."""
    query = (
        select(_V.opened_at, _T.setup, *_NUMBER)
        .join(_T, _T.visit_id == _V.id)
        .join(_R, _R.trial_id == _T.id)
        .where(_V.client_id == client, _T.exam == exam, _T.side == side.value, _T.outcome.in_(USABLE_OUTCOMES))
        .where(_T.counts.is_(True), _R.key == key, _R.value.is_not(None))
        .order_by(_V.opened_at, _T.number)
    )
    return [TrendPoint(_utc(row.opened_at), Setup.from_json(row.setup), _result(row)) for row in session.execute(query)]


def last_values(session: OrmSession, client: uuid.UUID, setup: Setup) -> dict[str, float]:
    """Return the numbers of the newest usable trial of a leg under the same conditions, by metric key."""
    wanted = conditions_of(setup)
    for row in _heads(session, client, setup.exam):
        asked = Setup.from_json(row.setup)
        if row.counts and asked.side is setup.side and row.outcome in USABLE_OUTCOMES and conditions_of(asked) == wanted:
            found = session.execute(select(_R.key, _R.value).where(_R.trial_id == row.id, _R.value.is_not(None)))
            return {key: float(value) for key, value in found if value is not None}
    return {}


def _heads(session: OrmSession, client: uuid.UUID, exam: str | None) -> Iterable[_AnyRow]:
    query = select(*_HEAD).join(_V, _T.visit_id == _V.id).where(_V.client_id == client)
    if exam:
        query = query.where(_T.exam == exam)
    return cast("Iterable[_AnyRow]", session.execute(query.order_by(desc(_V.opened_at), desc(_T.number))))


def _result(row: _AnyRow) -> PastNumber:
    return PastNumber(
        row.metric_id, row.key, row.value, row.unit, row.status, tuple(row.reasons), row.uncertainty, row.profile, row.version
    )


def _utc(at: datetime) -> datetime:
    """Return a stored time as what it is: SQLite keeps no time zone, and everything is stored in UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _known(value: float | None) -> float:
    return math.nan if value is None else value
