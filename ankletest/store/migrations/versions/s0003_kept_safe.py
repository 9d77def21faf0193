"""What keeps a store safe: the audit log, erasures, known backups, pseudonyms, settings; and an index for one number of one trial."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the five tables, and the index that a trend needs."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("entity", sa.String(24), nullable=False),
        sa.Column("entity_id", sa.String(36), nullable=False),
        sa.Column("detail", sa.String(400), nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_index("ix_audit_entity_id", "audit", ["entity_id"])
    op.create_table(
        "erasure",
        sa.Column("client_id", sa.Uuid(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("backups", sa.JSON(), nullable=False),
    )
    op.create_table(
        "backup",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(500), nullable=False),
    )
    op.create_table(
        "pseudonym",
        sa.Column("code", sa.String(24), primary_key=True),
        sa.Column("client_id", sa.Uuid(), sa.ForeignKey("client.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_pseudonym_client_id", "pseudonym", ["client_id"])
    op.create_table(
        "setting",
        sa.Column("key", sa.String(60), primary_key=True),
        sa.Column("value", sa.String(400), nullable=False),
    )
    op.create_index("ix_result_trial_id_key", "result", ["trial_id", "key"])
    # A dozen exams and some hundred keys: with these the planner goes through every trial of the clinic instead of one client's.
    for index, table in (("ix_result_trial_id", "result"), ("ix_result_key", "result"), ("ix_trial_exam", "trial")):
        op.drop_index(index, table)


def downgrade() -> None:
    """Drop them."""
    for column, table in (("trial_id", "result"), ("key", "result"), ("exam", "trial")):
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.drop_index("ix_result_trial_id_key", "result")
    for table in ("setting", "pseudonym", "backup", "erasure", "audit"):
        op.drop_table(table)
