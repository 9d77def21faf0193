"""Sex and year of birth of a client: published norms are of an age and a sex."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add both; nobody knows them of the clients that are there."""
    with op.batch_alter_table("client") as table:
        table.add_column(sa.Column("sex", sa.String(8)))
        table.add_column(sa.Column("birth_year", sa.Integer()))


def downgrade() -> None:
    """Drop both."""
    with op.batch_alter_table("client") as table:
        table.drop_column("birth_year")
        table.drop_column("sex")
