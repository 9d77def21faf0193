"""How visits go: whether a trial counts and why not, how it felt, stops, the battery on its way, pain on the day after."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns; every trial stored so far counts."""
    with op.batch_alter_table("trial") as table:
        table.add_column(sa.Column("counts", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("why", sa.String(400), nullable=False, server_default=""))
        table.add_column(sa.Column("felt", sa.JSON(), nullable=True))
        table.add_column(sa.Column("felt_note", sa.String(2000), nullable=False, server_default=""))
    with op.batch_alter_table("visit") as table:
        table.add_column(sa.Column("round", sa.JSON(), nullable=True))
        table.add_column(sa.Column("stops", sa.JSON(), nullable=True))
        table.add_column(sa.Column("pain_next_day", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("visit") as table:
        for column in ("pain_next_day", "stops", "round"):
            table.drop_column(column)
    with op.batch_alter_table("trial") as table:
        for column in ("felt_note", "felt", "why", "counts"):
            table.drop_column(column)
