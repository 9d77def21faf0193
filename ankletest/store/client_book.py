"""The list of clients in the store: enter, change, find, who could be the same, a whole list at once and back; no visits, no trials."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from typing import cast

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as OrmSession

from ankletest.errors import StoreError
from ankletest.metrics.published import Sex
from ankletest.samples import Side
from ankletest.store import audit
from ankletest.store.alike import Alike, Face, find_among, loose, plain
from ankletest.store.audit import Act
from ankletest.store.database import Database
from ankletest.store.people import Consent, Details, changed_fields, faults, measures_of
from ankletest.store.records import ClientRecord, VisitRecord
from ankletest.store.stored import Client

PAGE = 50
"""Clients shown at once."""
FIRST_CHANGE = 1
"""What ``changed`` of a row is that was entered and never changed."""
NOBODYS = "C"
"""First letters of a code for a client without a name."""
_FACE = (ClientRecord.code, ClientRecord.name, ClientRecord.birth_date, ClientRecord.birth_year)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """One import that could be taken back: when, how many clients came with it, and how many have visits or were changed since."""

    id: uuid.UUID
    at: datetime
    clients: int
    used: int


class ClientBook:
    """The clients of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(self, details: Details) -> Client:
        """Enter a client; raises ``StoreError`` where the code is taken or something is not as it can be."""
        row = self._row(details)
        try:
            with self._database.writing() as session:
                session.add(row)
                session.flush()
                audit.note(session, Act.ADD, "client", row.id)
        except StoreError as error:
            raise _taken(error, row.code) from error
        return client_of(row)

    def change(self, client: uuid.UUID, details: Details) -> Client:
        """Change what is entered of a client; the log says which fields, never what is in them.

        Raises
        ------
        StoreError
            The client is not there, the code is another's or in recordings already, or something is not as it can be.
        """
        wanted = _demand(details)
        try:
            with self._database.writing() as session:
                return self._change(session, client, wanted)
        except StoreError as error:
            raise _taken(error, wanted.code) from error

    def find(self, search: str = "", *, limit: int = PAGE) -> list[Client]:
        """Return clients whose code, name or date of birth holds the words, in order of code; accents and marks may be left out."""
        query = select(ClientRecord).order_by(ClientRecord.code).limit(limit)
        words = search.casefold().split()
        for word in words:
            query = query.where(ClientRecord.search_key.contains(word, autoescape=True))
        with self._database.reading() as session:
            found = [client_of(row) for row in session.scalars(query)]
            if found or not words:
                return found
            # Whoever was entered before accents could be left out, and marks that are typed in another way.
            wanted = [bare for word in words if (bare := loose(word))]
            names = session.execute(select(ClientRecord.code, ClientRecord.name).order_by(ClientRecord.code)) if wanted else ()
            codes = [code for code, name in names if _holds(f"{loose(code)} {loose(name)}", wanted)][:limit]
            rows = session.scalars(select(ClientRecord).where(ClientRecord.code.in_(codes)).order_by(ClientRecord.code))
            return [client_of(row) for row in rows]

    def by_code(self, code: str) -> Client | None:
        """Return the client of a code."""
        with self._database.reading() as session:
            row = session.scalar(select(ClientRecord).where(ClientRecord.code == code))
            return client_of(row) if row is not None else None

    def count(self) -> int:
        """Return how many there are."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(ClientRecord)) or 0

    def has_visits(self, client: uuid.UUID) -> bool:
        """Tell whether recordings carry the client's code."""
        with self._database.reading() as session:
            return self._visits(session, client) > 0

    def faces(self) -> list[Face]:
        """Return what is compared of everybody, under their codes."""
        with self._database.reading() as session:
            return [Face(code, name, born, year) for code, name, born, year in session.execute(select(*_FACE))]

    def alike(self, details: Details, *, but: str = "") -> list[Alike]:
        """Return who could be the same person, under their codes, the most telling first; ``but`` is the client's own code."""
        wanted = Face(details.code, details.name, details.birth_date, details.birth_year)
        return [one for one in find_among(wanted, self.faces()) if one.token != but]

    def free_code(self, name: str) -> str:
        """Return a code that nobody has: initials and the lowest number that is free."""
        return free_codes(self.codes())(name)

    def codes(self) -> set[str]:
        """Return all codes."""
        with self._database.reading() as session:
            return set(session.scalars(select(ClientRecord.code)))

    # ---- many at once -----------------------------------------------------------------------------------------------------------

    def take_in(self, clients: Sequence[Details], *, left_out: int = 0) -> TakenIn:
        """Enter many clients, all or none; raises ``StoreError`` when one of them cannot be."""
        batch, at = uuid.uuid4(), datetime.now(UTC)
        rows = [self._row(details, batch=batch, at=at) for details in clients]
        try:
            with self._database.writing() as session:
                session.add_all(rows)
                session.flush()
                audit.note(session, Act.ADD, "import", batch, detail=f"{len(rows)} clients, {left_out} rows left out")
        except StoreError as error:
            if isinstance(error.__cause__, IntegrityError):
                raise StoreError("One of the codes is taken by now; nothing was imported.", "Read the file again.") from error
            raise
        return TakenIn(batch, at, len(rows), 0)

    def last_taken_in(self) -> TakenIn | None:
        """Return the newest import of which clients are left."""
        at = func.max(ClientRecord.created_at)
        query = select(ClientRecord.import_id, at).where(ClientRecord.import_id.is_not(None)).group_by(ClientRecord.import_id)
        with self._database.reading() as session:
            found = session.execute(query.order_by(at.desc()).limit(1)).first()
            batch = found[0] if found is not None else None
            if found is None or batch is None:
                return None
            mine = session.scalar(select(func.count()).select_from(ClientRecord).where(ClientRecord.import_id == batch)) or 0
            return TakenIn(batch, found[1].replace(tzinfo=UTC), mine, mine - len(self._unused(session, batch)))

    def take_back(self, batch: uuid.UUID) -> int:
        """Remove the clients of an import again, but those who have visits or were changed since; return how many went."""
        with self._database.writing() as session:
            gone = self._unused(session, batch)
            session.execute(delete(ClientRecord).where(ClientRecord.import_id == batch, ClientRecord.id.in_(self._unused_ids(batch))))
            audit.note(session, Act.ERASE, "import", batch, detail=f"taken back: {len(gone)} clients")
        self._database.settle()
        return len(gone)

    def everybody(self) -> list[Client]:
        """Return all clients in order of code, for a list that leaves the store: that is noted in the log."""
        with self._database.noting() as session:
            found = [client_of(row) for row in session.scalars(select(ClientRecord).order_by(ClientRecord.code))]
            audit.note(session, Act.EXPORT, "client", detail=f"list of {len(found)} clients")
        return found

    # ---- inside -----------------------------------------------------------------------------------------------------------------

    @staticmethod
    def _row(details: Details, *, batch: uuid.UUID | None = None, at: datetime | None = None) -> ClientRecord:
        row = ClientRecord(created_at=at or datetime.now(UTC), import_id=batch)
        _fill(row, _demand(details))
        return row

    def _change(self, session: OrmSession, client: uuid.UUID, wanted: Details) -> Client:
        row = session.get(ClientRecord, client)
        if row is None:
            raise StoreError("This client is not there any more.", "Look at the list of clients.")
        before = client_of(row)
        if wanted.code != before.code and self._visits(session, client):
            raise StoreError(f"Recordings carry the code {before.code} already; it stays.", "Nothing was changed.")
        what = changed_fields(before, wanted)
        if what:
            _fill(row, wanted)
            session.flush()
            audit.note(session, Act.CHANGE, "client", row.id, detail=", ".join(what))
        return client_of(row)

    @staticmethod
    def _visits(session: OrmSession, client: uuid.UUID) -> int:
        return session.scalar(select(func.count()).select_from(VisitRecord).where(VisitRecord.client_id == client)) or 0

    def _unused(self, session: OrmSession, batch: uuid.UUID) -> list[uuid.UUID]:
        return list(session.scalars(self._unused_ids(batch)))

    @staticmethod
    def _unused_ids(batch: uuid.UUID):  # type: ignore[no-untyped-def]  # noqa: ANN205  SQLAlchemy's own type of a nested query is generic over its column
        seen = select(VisitRecord.client_id)
        return select(ClientRecord.id).where(
            ClientRecord.import_id == batch, ClientRecord.changed == FIRST_CHANGE, ClientRecord.id.not_in(seen)
        )


class FreeCodes:
    """Gives codes that are free, each once: initials and the lowest number."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {code.casefold() for code in taken}
        self._next: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        """Return the next code for a name."""
        start = "".join(word[0] for word in plain(name).split()).upper()[:3] or NOBODYS
        number = self._next.get(start, 1)
        while f"{start}-{number}".casefold() in self._taken:
            number += 1
        self._next[start] = number + 1
        code = f"{start}-{number}"
        self._taken.add(code.casefold())
        return code


def free_codes(taken: Iterable[str]) -> FreeCodes:
    """Return what gives codes that are not among those taken."""
    return FreeCodes(taken)


def client_of(row: ClientRecord) -> Client:
    """Return a row as a client."""
    return Client(
        id=row.id,
        code=row.code,
        name=row.name,
        mass_kg=row.mass_kg,
        involved=_side(row.involved_side),
        sex=Sex(row.sex) if row.sex else None,
        birth_year=row.birth_year,
        birth_date=row.birth_date,
        height_m=row.height_m,
        dominant=_side(row.dominant_side),
        tested=_side(row.tested_side),
        injury=row.injury or "",
        injured_on=row.injured_on,
        measures=measures_of(row.measures),
        note=row.note,
        consents=tuple(Consent.from_json(cast("Mapping[str, object]", one)) for one in row.consents or ()),
    )


def entered(details: Details, **changes: object) -> Details:
    """Return only what is entered of a client (or of whatever adds to it), with some of it changed."""
    kept = {one.name: getattr(details, one.name) for one in fields(Details)}
    return replace(Details(**kept), **changes)  # type: ignore[arg-type]  # fields of Details, by their names


def _demand(details: Details) -> Details:
    """Return the details as they are stored; raises ``StoreError`` where something is wrong with them."""
    tidy = entered(
        details,
        code=details.code.strip(),
        name=" ".join(details.name.split()),
        injury=details.injury.strip(),
        note=details.note.strip(),
        birth_year=details.birth_date.year if details.birth_date else details.birth_year,
    )
    if not tidy.code:
        raise StoreError("A client needs a code.", "Type a short code, such as initials and a number.")
    # The machine's own day, not that of UTC: east of Greenwich a client may be injured today before it is today there.
    wrong = faults(tidy, max(date.today(), datetime.now(UTC).date()))  # noqa: DTZ011  the day on the wall
    if wrong:
        raise StoreError("; ".join(str(fault) for fault in wrong) + ".", "Nothing was saved; correct it and save again.")
    return tidy


def _fill(row: ClientRecord, details: Details) -> None:
    row.code, row.name, row.note = details.code, details.name, details.note
    row.search_key = _search_key(details)
    row.mass_kg, row.height_m = details.mass_kg, details.height_m
    row.sex = details.sex.value if details.sex else None
    row.birth_date, row.birth_year = details.birth_date, details.birth_year
    row.involved_side, row.dominant_side, row.tested_side = (
        side.value if side else None for side in (details.involved, details.dominant, details.tested)
    )
    row.injury, row.injured_on = details.injury, details.injured_on
    row.measures = dict(details.measures) or None
    row.consents = [consent.as_json() for consent in details.consents] or None


def _search_key(details: Details) -> str:
    key = f"{details.code} {details.name}".casefold()
    bare, unmarked = plain(details.name), f"{loose(details.code)} {loose(details.name)}"
    born = details.birth_date
    dates = f" {born.isoformat()} {born:%d.%m.%Y}" if born else f" {details.birth_year}" if details.birth_year else ""
    return key + "".join(f" {one}" for one in (bare, unmarked) if one and one not in key) + dates


def _holds(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)


def _taken(error: StoreError, code: str) -> StoreError:
    if isinstance(error.__cause__, IntegrityError):
        return StoreError(f"There is a client with the code {code} already.", "Choose that client, or type another code.")
    return error


def _side(value: str | None) -> Side | None:
    return Side(value) if value else None
