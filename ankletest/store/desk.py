"""What the program asks of the store: clients, visits, trials, the last numbers of a leg; in values of the core, never in table rows."""

import math
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import delete, desc, func, select
from sqlalchemy.exc import IntegrityError

import ankletest
from ankletest.errors import StoreError
from ankletest.exams.conditions import conditions_of
from ankletest.exams.pairs import USABLE
from ankletest.metrics.base import MetricValue
from ankletest.metrics.published import Sex
from ankletest.samples import Side
from ankletest.store import keys
from ankletest.store.database import Database
from ankletest.store.records import ClientRecord, ResultRecord, TrialRecord, VisitRecord
from ankletest.trial import Setup, Trial

DATABASE = "ankletest.db"
KEYS = "keys.json"
RECORDINGS = "recordings"
PAGE = 50
"""Clients shown at once."""


@dataclass(frozen=True, slots=True)
class Client:
    """A person who is tested; ``code`` is what files and recordings carry."""

    id: uuid.UUID
    code: str
    name: str
    mass_kg: float | None
    involved: Side | None
    sex: Sex | None = None
    birth_year: int | None = None


@dataclass(frozen=True, slots=True)
class StoredResult:
    """One metric of a stored trial."""

    metric_id: str
    key: str
    value: float | None
    unit: str
    status: str
    reasons: tuple[str, ...]
    uncertainty: float | None
    profile: str
    version: int


@dataclass(frozen=True, slots=True)
class StoredTrial:
    """A stored trial with its numbers; ``recording`` is the file it is in."""

    id: uuid.UUID
    opened_at: datetime
    recording: Path
    number: int
    setup: Setup
    outcome: str
    reasons: tuple[str, ...]
    window_s: tuple[float, float]
    results: tuple[StoredResult, ...]

    @property
    def exam(self) -> str:
        """Key of the exam."""
        return self.setup.exam

    @property
    def side(self) -> Side:
        """The leg that was tested."""
        return self.setup.side


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


class Desk:
    """The store of one data folder.

    Parameters
    ----------
    folder
        The data folder.
    database
        Open database in it.
    """

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self._database = database

    @classmethod
    def open(cls, folder: Path, key: keys.DataKey) -> "Desk":
        """Open (or make) the store of a data folder."""
        try:
            (folder / RECORDINGS).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The data folder cannot be made: {error.strerror}.", "Choose a folder that can be written.") from error
        return cls(folder, Database.open(folder / DATABASE, key))

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def add_client(
        self,
        code: str,
        *,
        name: str = "",
        mass_kg: float | None = None,
        involved: Side | None = None,
        sex: Sex | None = None,
        birth_year: int | None = None,
    ) -> Client:
        """Enter a client; the code must be new."""
        wanted = code.strip()
        if not wanted:
            raise StoreError("A client needs a code.", "Type a short code, such as initials and a number.")
        row = ClientRecord(
            code=wanted,
            name=name.strip(),
            search_key=f"{wanted} {name.strip()}".casefold(),
            mass_kg=mass_kg,
            involved_side=involved.value if involved else None,
            sex=sex.value if sex else None,
            birth_year=birth_year,
            note="",
            created_at=datetime.now(UTC),
        )
        try:
            with self._database.writing() as session:
                session.add(row)
        except StoreError as error:
            if isinstance(error.__cause__, IntegrityError):
                raise StoreError(
                    f"There is a client with the code {wanted} already.", "Choose that client, or type another code."
                ) from error
            raise
        return _client(row)

    def clients(self, search: str = "", *, limit: int = PAGE) -> list[Client]:
        """Return clients whose code or name holds the words, in order of code."""
        query = select(ClientRecord).order_by(ClientRecord.code).limit(limit)
        for word in search.casefold().split():
            query = query.where(ClientRecord.search_key.contains(word, autoescape=True))
        with self._database.reading() as session:
            return [_client(row) for row in session.scalars(query)]

    def open_visit(self, client: Client, recording: Path) -> uuid.UUID:
        """Enter a visit with the recording it is written to."""
        try:
            place = recording.relative_to(self.folder)
        except ValueError:
            place = recording
        row = VisitRecord(
            client_id=client.id, opened_at=datetime.now(UTC), program=ankletest.__version__, recording=place.as_posix(), sha256=""
        )
        with self._database.writing() as session:
            session.add(row)
        return row.id

    def seal_visit(self, visit: uuid.UUID, recording: Path, sha256: str) -> None:
        """Note the sealed recording and its checksum."""
        with self._database.writing() as session:
            row = session.get_one(VisitRecord, visit)
            row.sha256 = sha256
            row.recording = recording.relative_to(self.folder).as_posix() if recording.is_relative_to(self.folder) else recording.as_posix()

    def save_trial(self, visit: uuid.UUID, finished: Measurement) -> uuid.UUID:
        """Save a trial with all its numbers, at once or not at all."""
        trial = finished.trial
        with self._database.writing() as session:
            number = session.scalar(select(func.count()).select_from(TrialRecord).where(TrialRecord.visit_id == visit)) or 0
            row = TrialRecord(
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
            session.add(row)
        return row.id

    def trials(self, client: Client, *, exam: str | None = None) -> list[StoredTrial]:
        """Return a client's trials, newest visit first."""
        query = (
            select(TrialRecord)
            .join(VisitRecord)
            .where(VisitRecord.client_id == client.id)
            .order_by(desc(VisitRecord.opened_at), desc(TrialRecord.number))
        )
        if exam:
            query = query.where(TrialRecord.exam == exam)
        with self._database.reading() as session:
            return [self._trial(row) for row in session.scalars(query)]

    def last_values(self, client: Client, setup: Setup) -> dict[str, float]:
        """Return the numbers of the newest usable trial of that leg under the same conditions, by metric key; empty when there is none."""
        wanted = conditions_of(setup)
        alike = (t for t in self.trials(client, exam=setup.exam) if t.side is setup.side and conditions_of(t.setup) == wanted)
        newest = next((t for t in alike if t.outcome in USABLE), None)
        return {r.key: r.value for r in newest.results if r.value is not None} if newest else {}

    def forget_visit(self, visit: uuid.UUID) -> None:
        """Remove a visit that was opened by mistake, with its trials."""
        with self._database.writing() as session:
            session.execute(delete(VisitRecord).where(VisitRecord.id == visit))

    def _trial(self, row: TrialRecord) -> StoredTrial:
        return StoredTrial(
            id=row.id,
            opened_at=row.visit.opened_at,
            recording=self.folder / row.visit.recording,
            number=row.number,
            setup=Setup.from_json(row.setup),
            outcome=row.outcome,
            reasons=tuple(row.reasons),
            window_s=(_known(row.window_start_s), _known(row.window_end_s)),
            results=tuple(
                StoredResult(r.metric_id, r.key, r.value, r.unit, r.status, tuple(r.reasons), r.uncertainty, r.profile, r.version)
                for r in row.results
            ),
        )


def _client(row: ClientRecord) -> Client:
    involved, sex = row.involved_side, row.sex
    return Client(row.id, row.code, row.name, row.mass_kg, Side(involved) if involved else None, Sex(sex) if sex else None, row.birth_year)


def _known(value: float | None) -> float:
    return math.nan if value is None else value


def _finite(value: float) -> float | None:
    """Return a number that the database can hold; an unknown end is stored as nothing."""
    return value if math.isfinite(value) else None
