"""Looks into the audit log: the entries of one client with their visits and trials, between two days; and the log as CSV."""

import csv
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import desc, or_, select
from sqlalchemy.orm import Session as OrmSession

from ankletest.errors import ExchangeError
from ankletest.store.audit import Entry, entry_of
from ankletest.store.records import AuditRecord, ClientRecord, DecisionRecord, TargetRecord, TrialRecord, VisitRecord

HEADINGS = ("number", "at_utc", "actor", "act", "what", "id", "client", "detail")


def entries_between(
    session: OrmSession, *, client: str = "", since: datetime | None = None, until: datetime | None = None, limit: int | None = None
) -> list[Entry]:
    """Return entries, newest first.

    Parameters
    ----------
    session
        Of the store.
    client
        Code of a client, or the id of one who was erased; empty: everything.
    since, until
        In UTC, ``[since, until)``.
    limit
        No more than so many.
    """
    query = select(AuditRecord).order_by(desc(AuditRecord.id)).limit(limit)
    if client:
        ids = _ids(session, client)
        query = query.where(or_(AuditRecord.entity_id.in_(ids), *(AuditRecord.detail.contains(one, autoescape=True) for one in ids[:1])))
    if since is not None:
        query = query.where(AuditRecord.at >= since.replace(tzinfo=None))
    if until is not None:
        query = query.where(AuditRecord.at < until.replace(tzinfo=None))
    return [entry_of(row) for row in session.scalars(query)]


def codes_of(session: OrmSession) -> dict[str, str]:
    """Return whose clients, visits, trials, targets and decisions ids are: the client's code by id."""
    told: dict[str, str] = {}
    for client, code in session.execute(select(ClientRecord.id, ClientRecord.code)):
        told[str(client)] = code
    for visit, client in session.execute(select(VisitRecord.id, VisitRecord.client_id)):
        told[str(visit)] = told.get(str(client), "")
    for trial, visit in session.execute(select(TrialRecord.id, TrialRecord.visit_id)):
        told[str(trial)] = told.get(str(visit), "")
    for record in (TargetRecord, DecisionRecord):
        for own, client in session.execute(select(record.id, record.client_id)):
            told[str(own)] = told.get(str(client), "")
    return told


def write_log(path: Path, entries: Sequence[Entry], codes: Mapping[str, str]) -> None:
    """Write entries as CSV: ids and codes, no names.

    Raises
    ------
    ExchangeError
        The file cannot be written.
    """
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(HEADINGS)
            for one in entries:
                code = codes.get(one.entity_id, "")
                out.writerow((one.number, one.at.isoformat(), one.actor, one.act, one.entity, one.entity_id, code, one.detail))
    except OSError as error:
        raise ExchangeError(f"{path.name} cannot be written: {error.strerror}.", "Choose another folder.") from error


def _ids(session: OrmSession, client: str) -> list[str]:
    """Return the ids of a client, their visits, trials, targets and decisions; of one who is not there any more, the id that was typed."""
    found = session.scalar(select(ClientRecord.id).where(ClientRecord.code == client))
    if found is None:
        try:
            found = uuid.UUID(client)
        except ValueError:
            return [client]
    visits = list(session.scalars(select(VisitRecord.id).where(VisitRecord.client_id == found)))
    trials = list(session.scalars(select(TrialRecord.id).join(VisitRecord).where(VisitRecord.client_id == found)))
    aims = [one for record in (TargetRecord, DecisionRecord) for one in session.scalars(select(record.id).where(record.client_id == found))]
    return [str(one) for one in (found, *visits, *trials, *aims)]
