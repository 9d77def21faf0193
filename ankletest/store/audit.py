"""The log of who saw, changed, exported or erased what: ids and no names, each row chained to the one before.

A changed or removed row breaks the chain. Rows cut off at the end do not: for that the last digest (``head``) has to be known elsewhere,
which is why backups and exports carry it.
"""

import getpass
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import desc, select
from sqlalchemy.orm import Session as OrmSession

from ankletest.store.records import AuditRecord

UNKNOWN = "unknown"


class Act(StrEnum):
    """What somebody did."""

    UNLOCK = "unlock"
    LOCK = "lock"
    SEE = "see"
    ADD = "add"
    CHANGE = "change"
    EXPORT = "export"
    ERASE = "erase"
    BACKUP = "backup"
    RESTORE = "restore"
    DECRYPT = "decrypt"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log."""

    number: int
    at: datetime
    actor: str
    act: str
    entity: str
    entity_id: str
    detail: str


def note(session: OrmSession, act: Act, entity: str, entity_id: object = "", *, detail: str = "") -> None:
    """Write a row, in the transaction of what it tells of; a name must be in none of these words."""
    at = datetime.now(UTC)
    before = head(session)
    row = AuditRecord(
        at=at, actor=_actor(), act=act.value, entity=entity, entity_id=str(entity_id), detail=detail[:400], before=before, digest=""
    )
    row.digest = _digest(row, at)
    session.add(row)
    session.flush()


def head(session: OrmSession) -> str:
    """Return the digest of the newest row; empty for an empty log."""
    return session.scalar(select(AuditRecord.digest).order_by(desc(AuditRecord.id)).limit(1)) or ""


def entries(session: OrmSession, *, entity_id: object = "", limit: int | None = None) -> list[Entry]:
    """Return rows, newest first: all, or those of one client or visit."""
    query = select(AuditRecord).order_by(desc(AuditRecord.id)).limit(limit)
    if entity_id:
        query = query.where(AuditRecord.entity_id == str(entity_id))
    return [entry_of(row) for row in session.scalars(query)]


def broken(session: OrmSession) -> str:
    """Check the chain; return a sentence about the first row that is not as written, or nothing."""
    before, number = "", 0
    for row in session.scalars(select(AuditRecord).order_by(AuditRecord.id)).yield_per(1000):
        if row.id != number + 1:
            return f"The audit log was changed: {row.id - number - 1} entries before number {row.id} are missing."
        if row.before != before or row.digest != _digest(row, row.at.replace(tzinfo=UTC)):
            return f"The audit log was changed: entry {row.id} of {row.at:%Y-%m-%d %H:%M} is not as it was written."
        before, number = row.digest, row.id
    return ""


def entry_of(row: AuditRecord) -> Entry:
    """Return a row as what it says."""
    return Entry(row.id, row.at.replace(tzinfo=UTC), row.actor, row.act, row.entity, row.entity_id, row.detail)


def _digest(row: AuditRecord, at: datetime) -> str:
    told: Sequence[str] = (at.isoformat(), row.actor, row.act, row.entity, row.entity_id, row.detail, row.before)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _actor() -> str:
    try:
        return getpass.getuser()[:80]
    except (OSError, KeyError, ImportError):
        return UNKNOWN
