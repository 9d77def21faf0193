"""The tables of the store: clients, visits, trials, results, and what keeps them safe; nothing about how they are reached.

Every column of what belongs to a client says by its ``info`` what becomes of it in a pseudonymised export: it is kept, it is left out
because it tells who somebody is, or it is a time and becomes a number of days.

Only types that SQLite and PostgreSQL share are used, so a clinic server can hold the same tables (docs/decisions/0006).
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import JSON, Boolean, Date, DateTime, Float, ForeignKey, Index, Integer, String, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from ankletest.trial import Placed

SHARED = "shared"
"""What a column's ``info`` holds under this key: one of the three below."""
KEPT, LEFT_OUT, AS_DAYS = {SHARED: "kept"}, {SHARED: "left out"}, {SHARED: "as days"}


class Base(DeclarativeBase):
    """Root of the tables."""


class ClientRecord(Base):
    """A person who is tested. ``code`` is the pseudonym that recordings and files carry; ``search_key`` is the casefolded text to find."""

    __tablename__ = "client"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4, info=KEPT)
    code: Mapped[str] = mapped_column(String(64), unique=True, info=LEFT_OUT)
    name: Mapped[str] = mapped_column(String(200), default="", info=LEFT_OUT)
    search_key: Mapped[str] = mapped_column(String(600), index=True, info=LEFT_OUT)
    mass_kg: Mapped[float | None] = mapped_column(Float, info=KEPT)
    involved_side: Mapped[str | None] = mapped_column(String(8), info=KEPT)
    sex: Mapped[str | None] = mapped_column(String(8), info=KEPT)
    birth_year: Mapped[int | None] = mapped_column(Integer, info=LEFT_OUT)
    birth_date: Mapped[date | None] = mapped_column(Date, info=LEFT_OUT)
    height_m: Mapped[float | None] = mapped_column(Float, info=KEPT)
    dominant_side: Mapped[str | None] = mapped_column(String(8), info=KEPT)
    tested_side: Mapped[str | None] = mapped_column(String(8), info=KEPT)
    injury: Mapped[str] = mapped_column(String(200), default="", server_default="", info=LEFT_OUT)
    injured_on: Mapped[date | None] = mapped_column(Date, info=AS_DAYS)
    measures: Mapped[dict[str, float] | None] = mapped_column(JSON(none_as_null=True), info=KEPT)
    consents: Mapped[list[dict[str, object]] | None] = mapped_column(JSON(none_as_null=True), info=LEFT_OUT)
    import_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, index=True, info=LEFT_OUT)
    note: Mapped[str] = mapped_column(String(2000), default="", info=LEFT_OUT)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=LEFT_OUT)
    changed: Mapped[int] = mapped_column(Integer, info=KEPT)
    visits: Mapped[list["VisitRecord"]] = relationship(back_populates="client", cascade="all, delete-orphan", passive_deletes=True)

    __mapper_args__ = {"version_id_col": changed}  # noqa: RUF012  SQLAlchemy reads it as a class attribute


class VisitRecord(Base):
    """One session: when, with which program, its recording (relative to the data folder), its battery while that goes on, stops."""

    __tablename__ = "visit"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4, info=KEPT)
    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), index=True, info=KEPT)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True, info=AS_DAYS)
    program: Mapped[str] = mapped_column(String(32), info=KEPT)
    recording: Mapped[str] = mapped_column(String(500), info=LEFT_OUT)
    sha256: Mapped[str] = mapped_column(String(64), default="", info=LEFT_OUT)
    round: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True), info=LEFT_OUT)
    stops: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True), info=LEFT_OUT)
    pain_next_day: Mapped[int | None] = mapped_column(Integer, info=KEPT)
    client: Mapped[ClientRecord] = relationship(back_populates="visits")
    trials: Mapped[list["TrialRecord"]] = relationship(back_populates="visit", cascade="all, delete-orphan", passive_deletes=True)


class TrialRecord(Base):
    """A finished run: what was asked, how it ended, which part was analysed, whether it counts and if not why, how it felt.

    ``devices`` are ``Placed``; nothing where nobody knows any more where the sensors were (stores of schema 0006 and before).
    """

    __tablename__ = "trial"
    __table_args__ = (Index("ix_trial_visit_id_exam", "visit_id", "exam", "outcome", "counts"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4, info=KEPT)
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True, info=KEPT)
    number: Mapped[int] = mapped_column(Integer, info=KEPT)
    exam: Mapped[str] = mapped_column(String(40), info=KEPT)
    side: Mapped[str] = mapped_column(String(8), info=KEPT)
    setup: Mapped[dict[str, object]] = mapped_column(JSON, info=KEPT)
    outcome: Mapped[str] = mapped_column(String(40), info=KEPT)
    reasons: Mapped[list[str]] = mapped_column(JSON, info=KEPT)
    start_s: Mapped[float | None] = mapped_column(Float, info=KEPT)
    end_s: Mapped[float | None] = mapped_column(Float, info=KEPT)
    window_start_s: Mapped[float | None] = mapped_column(Float, info=KEPT)
    window_end_s: Mapped[float | None] = mapped_column(Float, info=KEPT)
    quality: Mapped[dict[str, object]] = mapped_column(JSON, info=KEPT)
    devices: Mapped[list[dict[str, object]] | None] = mapped_column(JSON(none_as_null=True), info=KEPT)
    counts: Mapped[bool] = mapped_column(Boolean, default=True, info=KEPT)
    why: Mapped[str] = mapped_column(String(400), default="", info=LEFT_OUT)
    felt: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True), info=KEPT)
    felt_note: Mapped[str] = mapped_column(String(2000), default="", info=LEFT_OUT)
    visit: Mapped[VisitRecord] = relationship(back_populates="trials")
    results: Mapped[list["ResultRecord"]] = relationship(back_populates="trial", cascade="all, delete-orphan", passive_deletes=True)


def placed_of(devices: Iterable[Mapping[str, object]] | None) -> tuple[Placed, ...]:
    """Return what stands in ``TrialRecord.devices``."""
    return tuple(map(Placed.from_json, devices or ()))


class ResultRecord(Base):
    """One metric of a trial; no value means that ``reasons`` says why."""

    __tablename__ = "result"
    __table_args__ = (Index("ix_result_trial_id_key", "trial_id", "key"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, info=KEPT)
    trial_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trial.id", ondelete="CASCADE"), info=KEPT)
    metric_id: Mapped[str] = mapped_column(String(16), info=KEPT)
    key: Mapped[str] = mapped_column(String(60), info=KEPT)
    value: Mapped[float | None] = mapped_column(Float, info=KEPT)
    unit: Mapped[str] = mapped_column(String(24), info=KEPT)
    status: Mapped[str] = mapped_column(String(12), info=KEPT)
    reasons: Mapped[list[str]] = mapped_column(JSON, info=KEPT)
    uncertainty: Mapped[float | None] = mapped_column(Float, info=KEPT)
    profile: Mapped[str] = mapped_column(String(24), info=KEPT)
    version: Mapped[int] = mapped_column(Integer, info=KEPT)
    trial: Mapped[TrialRecord] = relationship(back_populates="results")


class RemadeRecord(Base):
    """A number made again of a trial's recording, beside the stored one and never in its place; ``program`` made it."""

    __tablename__ = "remade"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, info=KEPT)
    trial_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trial.id", ondelete="CASCADE"), index=True, info=KEPT)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=AS_DAYS)
    program: Mapped[str] = mapped_column(String(32), info=KEPT)
    outcome: Mapped[str] = mapped_column(String(40), info=KEPT)
    metric_id: Mapped[str] = mapped_column(String(16), info=KEPT)
    key: Mapped[str] = mapped_column(String(60), info=KEPT)
    value: Mapped[float | None] = mapped_column(Float, info=KEPT)
    unit: Mapped[str] = mapped_column(String(24), info=KEPT)
    status: Mapped[str] = mapped_column(String(12), info=KEPT)
    reasons: Mapped[list[str]] = mapped_column(JSON, info=KEPT)
    uncertainty: Mapped[float | None] = mapped_column(Float, info=KEPT)
    profile: Mapped[str] = mapped_column(String(24), info=KEPT)
    version: Mapped[int] = mapped_column(Integer, info=KEPT)


class TargetRecord(Base):
    """A number that a client is to come to: of which exam and leg (``setup``), from which baseline, and where it is from."""

    __tablename__ = "target"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4, info=KEPT)
    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), index=True, info=KEPT)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=AS_DAYS)
    setup: Mapped[dict[str, object]] = mapped_column(JSON, info=KEPT)
    key: Mapped[str] = mapped_column(String(60), info=KEPT)
    version: Mapped[int] = mapped_column(Integer, info=KEPT)
    baseline: Mapped[float] = mapped_column(Float, info=KEPT)
    value: Mapped[float] = mapped_column(Float, info=KEPT)
    origin: Mapped[str] = mapped_column(String(16), info=KEPT)
    note: Mapped[str] = mapped_column(String(400), default="", info=LEFT_OUT)


class DecisionRecord(Base):
    """What the physio decided on the ladder: the step proposed with its reasons, the step taken, and why another one."""

    __tablename__ = "decision"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4, info=KEPT)
    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), index=True, info=KEPT)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=AS_DAYS)
    ladder: Mapped[int] = mapped_column(Integer, info=KEPT)
    before: Mapped[int] = mapped_column(Integer, info=KEPT)
    proposed: Mapped[int] = mapped_column(Integer, info=KEPT)
    reasons: Mapped[list[str]] = mapped_column(JSON, info=LEFT_OUT)
    choice: Mapped[str] = mapped_column(String(12), info=KEPT)
    step: Mapped[int] = mapped_column(Integer, info=KEPT)
    title: Mapped[str] = mapped_column(String(200), info=KEPT)
    why: Mapped[str] = mapped_column(String(2000), default="", info=LEFT_OUT)
    basis: Mapped[str] = mapped_column(String(80), default="", info=LEFT_OUT)


class AuditRecord(Base):
    """Who saw, changed, exported or erased what; ids and no names. Each row holds the digest of the one before (``audit``)."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor: Mapped[str] = mapped_column(String(80))
    act: Mapped[str] = mapped_column(String(24))
    entity: Mapped[str] = mapped_column(String(24))
    entity_id: Mapped[str] = mapped_column(String(36), index=True)
    detail: Mapped[str] = mapped_column(String(400))
    before: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class ErasureRecord(Base):
    """A client who was erased, so that no backup brings them back; files and backups that are still to be reached."""

    __tablename__ = "erasure"

    client_id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    files: Mapped[list[str]] = mapped_column(JSON)
    backups: Mapped[list[str]] = mapped_column(JSON)


class BackupRecord(Base):
    """Where a backup was written, so that an erasure reaches it."""

    __tablename__ = "backup"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    place: Mapped[str] = mapped_column(String(500))


class PseudonymRecord(Base):
    """The random code under which a client's data were given away; only here can it be led back."""

    __tablename__ = "pseudonym"

    code: Mapped[str] = mapped_column(String(24), primary_key=True, info=LEFT_OUT)
    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), index=True, info=LEFT_OUT)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), info=LEFT_OUT)


class SettingRecord(Base):
    """One setting of the clinic, such as the minutes until the window locks."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(400))
