"""Everything the store holds about a client as plain tables: as it is, or under a pseudonym; it writes no files.

Which tables hang on a client is read from the foreign keys, so a table that is added later is not forgotten.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast

from sqlalchemy import Column, Table, select
from sqlalchemy.orm import Session as OrmSession

from ankletest.errors import StoreError
from ankletest.store.records import AS_DAYS, KEPT, SHARED, Base, ClientRecord, VisitRecord

OLDEST_TOLD = 90
"""Years: beyond, an age tells who somebody is."""
SECONDS_PER_DAY = 86_400
ORDER = ("opened_at", "at", "number")
"""Columns that rows are put in order by, where a table has them."""


@dataclass(frozen=True, slots=True)
class Dumped:
    """The rows of one table that belong to a client; values are plain JSON."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def records(self) -> list[dict[str, object]]:
        """Return the rows as JSON objects."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def dump(session: OrmSession, client: uuid.UUID) -> list[Dumped]:
    """Return everything about a client, the client's own row first; raises ``StoreError`` when there is none."""
    return [
        Dumped(table.name, tuple(c.name for c in table.columns), tuple(tuple(_plain(value) for value in row) for row in rows))
        for table, rows in _rows(session, client).items()
    ]


def dump_pseudonymised(session: OrmSession, client: uuid.UUID, code: str) -> list[Dumped]:
    """Return what may be shared about a client: no name, code, note or date; times as days since the first visit, ids as numbers.

    Parameters
    ----------
    session
        Of the store.
    client
        Whose.
    code
        Stands for the client.
    """
    found = _rows(session, client)
    first = session.scalar(select(VisitRecord.opened_at).where(VisitRecord.client_id == client).order_by(VisitRecord.opened_at).limit(1))
    names: dict[uuid.UUID, str] = {client: code}
    for table, rows in found.items():
        keys = [index for index, column in enumerate(table.columns) if column.primary_key]
        for number, row in enumerate(rows, start=1):
            for index in keys:
                if isinstance(row[index], uuid.UUID):
                    names.setdefault(cast("uuid.UUID", row[index]), f"{table.name}-{number}")
    out: list[Dumped] = []
    for table, rows in found.items():
        shared = [(index, column) for index, column in enumerate(table.columns) if _shared(column) in (KEPT, AS_DAYS)]
        if not shared:
            continue
        columns = [f"{column.name}_days" if _shared(column) == AS_DAYS else column.name for _, column in shared]
        told = [[_shared_value(row[index], column, names, first) for index, column in shared] for row in rows]
        if table.name == ClientRecord.__tablename__:
            columns.append("age_years")
            born = [index for index, column in enumerate(table.columns) if column.name == "birth_year"]
            told = [[*values, _age(row[born[0]], first)] for values, row in zip(told, rows, strict=True)]
        out.append(Dumped(table.name, tuple(columns), tuple(tuple(values) for values in told)))
    return out


def client_tables() -> list[Table]:
    """Return the tables whose rows belong to a client, parents first."""
    mine: list[Table] = [cast("Table", ClientRecord.__table__)]
    for table in Base.metadata.sorted_tables:
        if table not in mine and any(key.column.table in mine for key in table.foreign_keys):
            mine.append(table)
    return mine


def _rows(session: OrmSession, client: uuid.UUID) -> dict[Table, Sequence[Sequence[object]]]:
    own, *rest = client_tables()
    found: dict[Table, Sequence[Sequence[object]]] = {own: session.execute(select(own).where(own.c.id == client)).all()}
    if not found[own]:
        raise StoreError("This client is not there any more.", "Look at the list of clients.")
    for table in rest:
        key = next(key for key in table.foreign_keys if key.column.table in found)
        parent = key.column.table
        # As a query and not as a list of ids: a client may have more trials than a statement may have parameters.
        order = [table.columns[name] for name in ORDER if name in table.columns]
        query = select(table).where(key.parent.in_(_ids(parent, client))).order_by(*order, *table.primary_key.columns)
        found[table] = session.execute(query).all()
    return found


def _ids(table: Table, client: uuid.UUID):  # type: ignore[no-untyped-def]  # noqa: ANN202  SQLAlchemy's own type of a nested query is generic over its column
    own = cast("Table", ClientRecord.__table__)
    (column,) = table.primary_key.columns
    if table is own:
        return select(column).where(column == client)
    key = next(key for key in table.foreign_keys if key.column.table in client_tables())
    return select(column).where(key.parent.in_(_ids(key.column.table, client)))


def _shared(column: Column[object]) -> Mapping[str, str]:
    return {SHARED: str(column.info.get(SHARED, ""))}


def _shared_value(value: object, column: Column[object], names: Mapping[uuid.UUID, str], first: datetime | None) -> object:
    if isinstance(value, uuid.UUID):
        return names.get(value)
    if _shared(column) == AS_DAYS:
        return _days(value, first)
    return _plain(value)


def _days(value: object, first: datetime | None) -> int | None:
    if first is None or not isinstance(value, date):
        return None
    if isinstance(value, datetime):
        return int((value - first).total_seconds() // SECONDS_PER_DAY)
    return (value - first.date()).days


def _age(born: object, first: datetime | None) -> int | None:
    return min(first.year - born, OLDEST_TOLD) if isinstance(born, int) and first else None


def _plain(value: object) -> object:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat() if value.tzinfo is None else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value
