"""What follow-up asks of the store: a client's visits with all versions of their numbers, targets, decisions on the ladder, who is due."""

import math
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, delete, desc, func, insert, select, update

import ankletest
from ankletest.errors import StoreError
from ankletest.exams.pairs import USABLE
from ankletest.programme.decisions import Choice, Decision
from ankletest.programme.due import REASSESSED, Due, due
from ankletest.programme.felt import LEAST, MOST, Felt, Reason, Stop
from ankletest.programme.past import PastNumber, PastTrial, PastVisit, asked_again
from ankletest.programme.targets import Origin, Target
from ankletest.samples import Side
from ankletest.store import audit
from ankletest.store.audit import Act
from ankletest.store.desk import Client, Desk
from ankletest.store.records import (
    ClientRecord,
    DecisionRecord,
    RemadeRecord,
    ResultRecord,
    TargetRecord,
    TrialRecord,
    VisitRecord,
    placed_of,
)
from ankletest.trial import Placed, Setup

_T, _V, _R, _A = TrialRecord, VisitRecord, ResultRecord, RemadeRecord
_AnyRow = Row[*tuple[Any, ...]]
"""A row of whatever columns: SQLAlchemy gives it the attributes of its query."""
ASKED_FOR = timedelta(days=14)
"""Whom nobody asked by then is asked at the next visit: what the day after was like, nobody remembers so long."""
_USABLE = [outcome.value for outcome in USABLE]


@dataclass(frozen=True, slots=True)
class KeptTarget:
    """A target as it is kept: of which leg and conditions (``setup``), by which version of the metric, since when."""

    id: uuid.UUID
    at: datetime
    setup: Setup
    version: int
    target: Target
    note: str = ""


@dataclass(frozen=True, slots=True)
class DueClient:
    """A client who has been here, when they were last, and when they are due."""

    code: str
    name: str
    seen: date
    due: Due


@dataclass(frozen=True, slots=True)
class AskedClient:
    """A client who is to be asked how it was on the day after a stop, and when that was."""

    code: str
    name: str
    stopped: datetime


@dataclass(frozen=True, slots=True)
class Remade:
    """A number made again, to be kept beside the stored one of a trial."""

    trial: uuid.UUID
    outcome: str
    number: PastNumber


class FollowUp:
    """The follow-up of the clients of one store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ---- what was -------------------------------------------------------------------------------------------------------------

    def visits(self, client: Client, keys: Collection[str] | None = None) -> list[PastVisit]:
        """Return a client's visits with their trials and all versions of their numbers, oldest first.

        With ``keys`` only those metrics: a trial has five times as many numbers as a page shows.
        """
        self._desk.saw(client)
        with self._desk.database.reading() as session:
            heads = session.execute(
                select(_V.id, _V.opened_at, _V.stops, _V.pain_next_day).where(_V.client_id == client.id).order_by(_V.opened_at)
            ).all()
            mine = select(_T.id).join(_V, _T.visit_id == _V.id).where(_V.client_id == client.id)
            trials = session.execute(
                select(
                    _T.id, _T.visit_id, _T.number, _T.setup, _T.outcome, _T.reasons, _T.window_start_s, _T.window_end_s, _T.counts,
                    _T.felt, _T.felt_note, _T.devices,
                ).where(_T.id.in_(mine)).order_by(_T.number)
            ).all()  # fmt: skip
            columns = ("trial_id", "metric_id", "key", "value", "unit", "status", "reasons", "uncertainty", "profile", "version")
            chosen, chosen_again = [], []
            if keys is not None:
                # Not of the index: it would be asked for every key of every trial, which takes longer than to pass over what is not wanted.
                chosen, chosen_again = ([func.coalesce(table.key, "").in_(keys)] for table in (_R, _A))
            stored = session.execute(
                select(*(getattr(_R, name) for name in columns)).where(_R.trial_id.in_(mine), *chosen).order_by(_R.id)
            ).all()  # fmt: skip
            again = session.execute(
                select(*(getattr(_A, name) for name in columns)).where(_A.trial_id.in_(mine), *chosen_again).order_by(desc(_A.id))
            ).all()  # fmt: skip
        numbers = _numbers(cast("Iterable[_AnyRow]", stored), cast("Iterable[_AnyRow]", again))
        when = {head.id: _utc(head.opened_at) for head in heads}
        found: dict[uuid.UUID, list[PastTrial]] = {}
        for row in trials:
            found.setdefault(row.visit_id, []).append(_trial(cast("_AnyRow", row), when[row.visit_id], numbers.get(row.id, {})))
        return [
            PastVisit(str(head.id), when[head.id], tuple(found.get(head.id, ())), _stops(head.stops), head.pain_next_day)
            for head in heads
        ]  # fmt: skip

    def tell_pain(self, visit: str, pain: int) -> None:
        """Keep how much it hurt on the day after a visit, 0 to 10."""
        if not LEAST <= pain <= MOST:
            raise StoreError(f"Pain is {pain}.", f"Choose a whole number from {LEAST} to {MOST}.")
        with self._desk.database.writing() as session:
            row = session.get(VisitRecord, uuid.UUID(visit))
            if row is None:
                raise StoreError("This visit is not there any more.", "Look at the list of clients.")
            row.pain_next_day = pain
            audit.note(session, Act.CHANGE, "visit", visit, detail="pain on the day after")

    # ---- targets --------------------------------------------------------------------------------------------------------------

    def targets(self, client: Client) -> list[KeptTarget]:
        """Return a client's targets, oldest first."""
        with self._desk.database.reading() as session:
            rows = session.scalars(select(TargetRecord).where(TargetRecord.client_id == client.id).order_by(TargetRecord.at)).all()
        return [
            KeptTarget(
                row.id, _utc(row.at), Setup.from_json(row.setup), row.version,
                Target(row.key, row.baseline, row.value, Origin(row.origin)), row.note,
            )
            for row in rows
        ]  # fmt: skip

    def add_target(self, client: Client, target: Target, setup: Setup, *, version: int, note: str = "") -> KeptTarget:
        """Keep a target of a leg under its conditions, by a version of the metric."""
        row = TargetRecord(
            client_id=client.id, at=datetime.now(UTC), setup=setup.as_json(), key=target.metric, version=version,
            baseline=target.baseline, value=target.value, origin=target.origin.value, note=note[:400],
        )  # fmt: skip
        with self._desk.database.writing() as session:
            session.add(row)
            session.flush()
            audit.note(session, Act.ADD, "target", row.id, detail=f"of client {client.id}: {target.metric}, {target.origin.value}")
        return KeptTarget(row.id, row.at, setup, version, target, row.note)

    def remove_target(self, target: uuid.UUID) -> None:
        """Remove a target."""
        with self._desk.database.writing() as session:
            session.execute(delete(TargetRecord).where(TargetRecord.id == target))
            audit.note(session, Act.CHANGE, "target", target, detail="removed")

    # ---- ladder ---------------------------------------------------------------------------------------------------------------

    def decisions(self, client: Client) -> list[Decision]:
        """Return what was decided on the ladder, oldest first."""
        with self._desk.database.reading() as session:
            rows = session.scalars(select(DecisionRecord).where(DecisionRecord.client_id == client.id).order_by(DecisionRecord.at)).all()
        return [
            Decision(
                _utc(row.at), row.ladder, row.before, row.proposed, tuple(row.reasons), Choice(row.choice), row.step, row.title, row.why,
                row.basis,
            )
            for row in rows
        ]  # fmt: skip

    def decide(self, client: Client, decision: Decision) -> None:
        """Keep a decision."""
        row = DecisionRecord(
            client_id=client.id, at=decision.at, ladder=decision.ladder, before=decision.before, proposed=decision.proposed,
            reasons=list(decision.reasons), choice=decision.choice.value, step=decision.step, title=decision.title, why=decision.why[:2000],
            basis=decision.basis,
        )  # fmt: skip
        with self._desk.database.writing() as session:
            session.add(row)
            session.flush()
            told = f"of client {client.id}: step {decision.before + 1} to {decision.step + 1}, {decision.choice.value}"
            audit.note(session, Act.ADD, "decision", row.id, detail=told)

    # ---- who is due -----------------------------------------------------------------------------------------------------------

    def due_list(self) -> list[DueClient]:
        """Return every client who has been here, those first who were due first."""
        newest = (
            select(_V.client_id, _T.exam, func.max(_V.opened_at).label("at"))
            .join(_T, _T.visit_id == _V.id)
            .where(_T.exam.in_(REASSESSED), _T.counts.is_(True), _T.outcome.in_(_USABLE))
            .group_by(_V.client_id, _T.exam)
        )
        first, last = func.min(_V.opened_at).label("first"), func.max(_V.opened_at).label("last")
        whose = (ClientRecord.id, ClientRecord.code, ClientRecord.name)
        spans = select(*whose, first, last).join(_V, _V.client_id == ClientRecord.id).group_by(ClientRecord.id)
        with self._desk.database.reading() as session:
            tested: dict[uuid.UUID, list[tuple[date, Setup]]] = {}
            for row in session.execute(newest):
                # Of which leg does not matter to when a re-assessment is due.
                tested.setdefault(row.client_id, []).append((_day(row.at), Setup(row.exam, Side.LEFT)))
            found = [
                DueClient(row.code, row.name, _day(row.last), due(tested.get(row.id, ()), since=_day(row.first)))
                for row in session.execute(spans)
            ]  # fmt: skip
        return sorted(found, key=lambda one: (one.due.on, one.code))

    def asked_list(self, now: datetime) -> list[AskedClient]:
        """Return who is to be asked about the day after a stop for pain or fear, those first who were stopped last.

        ``now`` is with the time zone whose calendar tells which day it is.
        """
        since = (now - ASKED_FOR).astimezone(UTC)
        query = (
            select(_V.id, _V.client_id, _V.opened_at, _V.stops, _V.pain_next_day, ClientRecord.code, ClientRecord.name)
            .join(ClientRecord, _V.client_id == ClientRecord.id)
            .where(_V.opened_at >= since, _V.stops.is_not(None))
            .order_by(_V.opened_at)
        )
        with self._desk.database.reading() as session:
            rows = session.execute(query).all()
        visits: dict[tuple[str, str], list[PastVisit]] = {}
        for row in rows:
            past = PastVisit(str(row.id), _utc(row.opened_at), (), _stops(row.stops), row.pain_next_day)
            visits.setdefault((row.code, row.name), []).append(past)
        found = [
            AskedClient(code, name, max(stop.at for stop in visit.stops if stop.locks))
            for (code, name), mine in visits.items()
            if (visit := asked_again(mine, now)) is not None
        ]
        return sorted(found, key=lambda one: one.stopped, reverse=True)

    # ---- made again -----------------------------------------------------------------------------------------------------------

    def keep_remade(self, client: Client, numbers: Sequence[Remade]) -> None:
        """Keep numbers that were made again beside the stored ones; nothing is overwritten."""
        if not numbers:
            return
        now = datetime.now(UTC)
        rows = [
            {
                "trial_id": one.trial, "at": now, "program": ankletest.__version__, "outcome": one.outcome,
                "metric_id": one.number.metric_id,
                "key": one.number.key, "value": one.number.value, "unit": one.number.unit, "status": one.number.status,
                "reasons": list(one.number.reasons), "uncertainty": one.number.uncertainty, "profile": one.number.profile,
                "version": one.number.version,
            }
            for one in numbers
        ]  # fmt: skip
        with self._desk.database.writing() as session:
            session.execute(insert(RemadeRecord), rows)
            audit.note(session, Act.ADD, "remade", client.id, detail=f"{len(rows)} numbers of {len({one.trial for one in numbers})} trials")

    def keep_devices(self, client: Client, found: Mapping[str, Sequence[Placed]]) -> None:
        """Keep where the devices of trials were, by the trial's id; only where nobody knew it."""
        rows = [{"row": uuid.UUID(trial), "told": [one.as_json() for one in devices]} for trial, devices in found.items() if devices]
        if not rows:
            return
        with self._desk.database.writing() as session:
            for row in rows:
                session.execute(update(_T).where(_T.id == row["row"], _T.devices.is_(None)).values(devices=row["told"]))
            audit.note(session, Act.CHANGE, "trial", client.id, detail=f"where the devices of {len(rows)} trials were")


def _numbers(stored: Iterable[_AnyRow], again: Iterable[_AnyRow]) -> dict[uuid.UUID, dict[str, tuple[PastNumber, ...]]]:
    found: dict[uuid.UUID, dict[str, tuple[PastNumber, ...]]] = {}
    for rows, made_again in ((stored, False), (again, True)):
        for row in rows:
            number = PastNumber(
                row.metric_id,
                row.key,
                row.value,
                row.unit,
                row.status,
                tuple(row.reasons),
                row.uncertainty,
                row.profile,
                row.version,
                made_again,
            )
            mine = found.setdefault(row.trial_id, {})
            mine[row.key] = (*mine.get(row.key, ()), number)
    return found


def _trial(row: _AnyRow, when: datetime, numbers: Mapping[str, tuple[PastNumber, ...]]) -> PastTrial:
    window_s = tuple(math.nan if edge is None else float(edge) for edge in (row.window_start_s, row.window_end_s))
    felt = Felt.from_json({**row.felt, "note": row.felt_note}) if row.felt is not None else None
    return PastTrial(
        when,
        row.number,
        Setup.from_json(row.setup),
        row.outcome,
        tuple(row.reasons),
        (window_s[0], window_s[1]),
        numbers,
        row.counts,
        felt,
        str(row.id),
        placed_of(row.devices),
    )


def _stops(rows: Sequence[Mapping[str, str]] | None) -> tuple[Stop, ...]:
    return tuple(Stop(Reason(row["reason"]), row["trial"], datetime.fromisoformat(row["at"])) for row in rows or ())


def _utc(at: datetime) -> datetime:
    """Return a stored time as what it is: SQLite keeps no time zone, and everything is stored in UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _day(at: datetime) -> date:
    """Return the day on the clinic's calendar."""
    return _utc(at).astimezone().date()
