"""The tables of the store: clients, visits, trials and results; nothing about how they are reached.

Only types that SQLite and PostgreSQL share are used, so a clinic server can hold the same tables (docs/decisions/0006).
"""

import uuid
from datetime import datetime

from sqlalchemy import JSON, DateTime, Float, ForeignKey, Integer, String, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """Root of the tables."""


class ClientRecord(Base):
    """A person who is tested. ``code`` is the pseudonym that recordings and files carry; ``search_key`` is the casefolded text to find."""

    __tablename__ = "client"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    search_key: Mapped[str] = mapped_column(String(300), index=True)
    mass_kg: Mapped[float | None] = mapped_column(Float)
    involved_side: Mapped[str | None] = mapped_column(String(8))
    sex: Mapped[str | None] = mapped_column(String(8))
    birth_year: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed: Mapped[int] = mapped_column(Integer)
    visits: Mapped[list["VisitRecord"]] = relationship(back_populates="client", cascade="all, delete-orphan", passive_deletes=True)

    __mapper_args__ = {"version_id_col": changed}  # noqa: RUF012  SQLAlchemy reads it as a class attribute


class VisitRecord(Base):
    """One session: when, with which program, and where its recording lies (relative to the data folder)."""

    __tablename__ = "visit"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    client_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), index=True)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    program: Mapped[str] = mapped_column(String(32))
    recording: Mapped[str] = mapped_column(String(500))
    sha256: Mapped[str] = mapped_column(String(64), default="")
    client: Mapped[ClientRecord] = relationship(back_populates="visits")
    trials: Mapped[list["TrialRecord"]] = relationship(back_populates="visit", cascade="all, delete-orphan", passive_deletes=True)


class TrialRecord(Base):
    """A finished run: what was asked, how it ended, which part was analysed."""

    __tablename__ = "trial"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    visit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    exam: Mapped[str] = mapped_column(String(40), index=True)
    side: Mapped[str] = mapped_column(String(8))
    setup: Mapped[dict[str, object]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(40))
    reasons: Mapped[list[str]] = mapped_column(JSON)
    start_s: Mapped[float | None] = mapped_column(Float)
    end_s: Mapped[float | None] = mapped_column(Float)
    window_start_s: Mapped[float | None] = mapped_column(Float)
    window_end_s: Mapped[float | None] = mapped_column(Float)
    quality: Mapped[dict[str, object]] = mapped_column(JSON)
    visit: Mapped[VisitRecord] = relationship(back_populates="trials")
    results: Mapped[list["ResultRecord"]] = relationship(back_populates="trial", cascade="all, delete-orphan", passive_deletes=True)


class ResultRecord(Base):
    """One metric of a trial; no value means that ``reasons`` says why."""

    __tablename__ = "result"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    trial_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trial.id", ondelete="CASCADE"), index=True)
    metric_id: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(60), index=True)
    value: Mapped[float | None] = mapped_column(Float)
    unit: Mapped[str] = mapped_column(String(24))
    status: Mapped[str] = mapped_column(String(12))
    reasons: Mapped[list[str]] = mapped_column(JSON)
    uncertainty: Mapped[float | None] = mapped_column(Float)
    profile: Mapped[str] = mapped_column(String(24))
    version: Mapped[int] = mapped_column(Integer)
    trial: Mapped[TrialRecord] = relationship(back_populates="results")
