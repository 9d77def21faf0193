"""Clients, visits, trials and results."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first four tables."""
    op.create_table(
        "client",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("search_key", sa.String(300), nullable=False),
        sa.Column("mass_kg", sa.Float()),
        sa.Column("involved_side", sa.String(8)),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
    )
    op.create_index("ix_client_search_key", "client", ["search_key"])
    op.create_table(
        "visit",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("client_id", sa.Uuid(), sa.ForeignKey("client.id", ondelete="CASCADE"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("program", sa.String(32), nullable=False),
        sa.Column("recording", sa.String(500), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    op.create_index("ix_visit_client_id", "visit", ["client_id"])
    op.create_index("ix_visit_opened_at", "visit", ["opened_at"])
    op.create_table(
        "trial",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("visit_id", sa.Uuid(), sa.ForeignKey("visit.id", ondelete="CASCADE"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("exam", sa.String(40), nullable=False),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("setup", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("start_s", sa.Float()),
        sa.Column("end_s", sa.Float()),
        sa.Column("window_start_s", sa.Float()),
        sa.Column("window_end_s", sa.Float()),
        sa.Column("quality", sa.JSON(), nullable=False),
    )
    op.create_index("ix_trial_visit_id", "trial", ["visit_id"])
    op.create_index("ix_trial_exam", "trial", ["exam"])
    op.create_table(
        "result",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("trial_id", sa.Uuid(), sa.ForeignKey("trial.id", ondelete="CASCADE"), nullable=False),
        sa.Column("metric_id", sa.String(16), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("value", sa.Float()),
        sa.Column("unit", sa.String(24), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("uncertainty", sa.Float()),
        sa.Column("profile", sa.String(24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("ix_result_trial_id", "result", ["trial_id"])
    op.create_index("ix_result_key", "result", ["key"])


def downgrade() -> None:
    """Drop them."""
    for table in ("result", "trial", "visit", "client"):
        op.drop_table(table)
