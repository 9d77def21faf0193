"""A store of an older program that was worked with: with every visit and number into this version's schema, or not touched at all."""

import json
from pathlib import Path

import alembic.command
import pytest
from sqlalchemy import text

from ankletest.errors import StoreError
from ankletest.samples import Kind, Side, Site
from ankletest.store import migrating
from ankletest.store.database import Database, make_engine
from ankletest.store.desk import DATABASE, Desk
from ankletest.store.keys import DataKey
from ankletest.trial import Placed

AT = "2026-01-05 10:00:00.000000"
NAME = "Łucja Müller"
ROWS = {
    "client": {
        "id": "a" * 32, "code": "A-1", "name": NAME, "search_key": f"a-1 {NAME}".casefold(), "note": "", "created_at": AT, "changed": 1,
    },
    "visit": {"id": "b" * 32, "client_id": "a" * 32, "opened_at": AT, "program": "0.1", "recording": "a.mcap", "sha256": "ab"},
    "trial": {
        "id": "c" * 32, "visit_id": "b" * 32, "number": 1, "exam": "stance", "side": "left", "outcome": "completed",
        "setup": json.dumps({"exam": "stance", "side": "left", "trial": "t"}), "reasons": "[]", "quality": json.dumps({"lumbar": {}}),
    },
    "result": {
        "trial_id": "c" * 32, "metric_id": "SW-05", "key": "path", "value": 412.25, "unit": "mm", "status": "ok", "reasons": "[]",
        "profile": "P-COP", "version": 1,
    },
}  # fmt: skip
"""A client of the first schema, with a visit, a trial and a number."""


@pytest.fixture
def folder(tmp_path: Path, key: DataKey) -> Path:
    """Return a data folder as the first version left it."""
    folder = tmp_path / "data"
    folder.mkdir()
    engine = make_engine(folder / DATABASE, key)
    config = migrating._config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "0001")
        for table, row in ROWS.items():
            connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"), row)  # noqa: S608  the names above
        connection.commit()
    engine.dispose()
    return folder


def test_a_store_of_the_first_version_keeps_visits_trials_and_numbers(folder: Path, key: DataKey) -> None:
    desk = Desk.open(folder, key)
    (client,) = desk.clients()
    (trial,) = desk.trials(client)
    points = desk.trend(client, "path", exam="stance", side=Side.LEFT)

    assert client.name == NAME
    assert trial.devices == (Placed(Kind.IMU, Site.LUMBAR),)
    assert [number.value for number in trial.numbers] == [412.25]
    assert [point.number.value for point in points] == [412.25], "what was stored before trials could be left out counts"
    assert desk.sealed() == {folder / "a.mcap": "ab"}
    for word in ("a-1", "müller", "muller", "mueller", "lucja"):
        assert [one.code for one in desk.clients(word)] == ["A-1"], word
    desk.close()
    assert [path.name for path in folder.glob("*-wal")] == [], "no connection of the change is left open"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("DROP TABLE result", "rows of result would be lost"),
        ("UPDATE visit SET client_id = 'dddddddddddddddddddddddddddddddd'", "1 rows would belong to nothing"),
    ],
)
def test_a_migration_that_loses_rows_or_what_they_belong_to_is_undone(
    folder: Path, key: DataKey, monkeypatch: pytest.MonkeyPatch, change: str, told: str
) -> None:
    honest = alembic.command.upgrade

    def spoiling(config: object, revision: str) -> None:
        honest(config, revision)  # type: ignore[arg-type]  # handed on as it came
        config.attributes["connection"].exec_driver_sql(change)  # type: ignore[attr-defined]  # Alembic's own, handed on as it came

    monkeypatch.setattr(alembic.command, "upgrade", spoiling)
    with pytest.raises(StoreError, match=f"{told}; nothing was changed"):
        Database.open(folder / DATABASE, key)
    monkeypatch.undo()

    desk = Desk.open(folder, key)
    assert [number.value for trial in desk.trials(desk.clients()[0]) for number in trial.numbers] == [412.25]
    desk.close()


def test_a_window_that_only_looks_brings_no_store_to_another_schema(folder: Path, key: DataKey) -> None:
    before = (folder / DATABASE).read_bytes()
    with pytest.raises(StoreError, match="older schema"):
        Database.open(folder / DATABASE, key, read_only=True)

    assert (folder / DATABASE).read_bytes() == before
    assert [path.name for path in folder.iterdir()] == [DATABASE]
