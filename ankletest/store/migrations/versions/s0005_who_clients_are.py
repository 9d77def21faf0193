"""Who clients are: birth date, height, legs, injury, lengths for exams, consent, which import they came with; found without accents too."""

import sqlalchemy as sa
from alembic import op

from ankletest.store.alike import plain

revision = "0005"
down_revision = "0004"
COLUMNS = ("import_id", "consents", "measures", "injured_on", "injury", "tested_side", "dominant_side", "height_m", "birth_date")


def upgrade() -> None:
    """Add the columns, and let everybody be found by a name without accents."""
    with op.batch_alter_table("client") as table:
        table.add_column(sa.Column("birth_date", sa.Date(), nullable=True))
        table.add_column(sa.Column("height_m", sa.Float(), nullable=True))
        table.add_column(sa.Column("dominant_side", sa.String(8), nullable=True))
        table.add_column(sa.Column("tested_side", sa.String(8), nullable=True))
        table.add_column(sa.Column("injury", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("injured_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("measures", sa.JSON(), nullable=True))
        table.add_column(sa.Column("consents", sa.JSON(), nullable=True))
        table.add_column(sa.Column("import_id", sa.Uuid(), nullable=True))
        table.alter_column("search_key", existing_type=sa.String(300), type_=sa.String(600), existing_nullable=False)
    op.create_index("ix_client_import_id", "client", ["import_id"])
    client = sa.table("client", sa.column("code", sa.String), sa.column("name", sa.String), sa.column("search_key", sa.String))
    bind = op.get_bind()
    for code, name in bind.execute(sa.select(client.c.code, client.c.name)).all():
        key = f"{code} {name}".casefold()
        bare = plain(name)
        if bare and bare not in key:
            bind.execute(client.update().where(client.c.code == code).values(search_key=f"{key} {bare}"))


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_client_import_id", "client")
    with op.batch_alter_table("client") as table:
        table.alter_column("search_key", existing_type=sa.String(600), type_=sa.String(300), existing_nullable=False)
        for column in COLUMNS:
            table.drop_column(column)
