"""Where the devices of a trial were: published figures are of a site; of older trials as far as the names of their devices tell."""

import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
Place = tuple[str, str, str | None]
"""Kind, site and leg of a device."""
LEGS = ("left", "right")
SITES = ("foot", "shank", "lumbar")
"""The window has always named its devices by their place: ``pad``, ``lumbar``, ``foot-left``."""
NEEDED = {"lunge": "shank", "squat": "shank", "plantarflexion": "foot"}
"""These exams were refused without a sensor there, on the leg that was tested."""


def upgrade() -> None:
    """Add the column, and fill it where it can be known."""
    with op.batch_alter_table("trial") as table:
        table.add_column(sa.Column("devices", sa.JSON(none_as_null=True), nullable=True))
    trial = sa.table(
        "trial", sa.column("id", sa.Uuid), sa.column("exam", sa.String), sa.column("side", sa.String), sa.column("quality", sa.JSON),
        sa.column("devices", sa.JSON(none_as_null=True)),
    )  # fmt: skip
    bind = op.get_bind()
    known: dict[tuple[Place, ...], list[uuid.UUID]] = {}  # a clinic has a few sets of devices and very many trials
    for row in bind.execute(sa.select(trial.c.id, trial.c.exam, trial.c.side, trial.c.quality)):
        if found := placed(row.exam, row.side, row.quality or ()):
            known.setdefault(found, []).append(row.id)
    for found, ids in known.items():
        told = [dict(zip(("kind", "site", "side"), place, strict=True)) for place in found]
        bind.execute(trial.update().where(trial.c.id == sa.bindparam("row")).values(devices=told), [{"row": one} for one in ids])


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("trial") as table:
        table.drop_column("devices")


def placed(exam: str, side: str, names: Iterable[str]) -> tuple[Place, ...]:
    """Return where the devices of a trial were; empty where one of them has another name, or none is known."""
    found = [_place(name) for name in names]
    whole = tuple(place for place in found if place is not None)
    if whole and len(whole) == len(found):
        return whole
    return (("imu", NEEDED[exam], side),) if exam in NEEDED else ()


def _place(name: str) -> Place | None:
    if name == "pad":
        return "pad", "pad", None
    site, _, leg = name.partition("-")
    if site not in SITES or (leg not in LEGS if leg else site != "lumbar"):
        return None
    return "imu", site, leg or None
