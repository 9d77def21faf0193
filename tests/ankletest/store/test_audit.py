"""The audit log: what is done is written, by whom, without names; and a log that was changed says so."""

import getpass
from datetime import UTC
from pathlib import Path

import pytest
from sqlalchemy import text

from ankletest.errors import StoreError
from ankletest.store import audit
from ankletest.store.audit import Act
from ankletest.store.desk import Desk
from ankletest.store.keys import DataKey
from ankletest.store.records import AuditRecord


def told(desk: Desk) -> list[tuple[str, str]]:
    return [(entry.act, entry.entity) for entry in reversed(desk.entries())]


def test_it_tells_what_was_done(desk: Desk, done: object) -> None:
    client = desk.add_client("A-1", name="Anna Berg")
    visit = desk.open_visit(client, desk.folder / "recordings" / "v.mcap")
    desk.save_trial(visit, done)  # type: ignore[arg-type]  # a structural stand-in for session.Finished
    for _ in range(3):
        desk.trials(client)
    side = client.involved or done.trial.setup.side  # type: ignore[attr-defined]  # of the stand-in
    desk.trend(client, "path", exam="stance", side=side)
    desk.change_setting("lock_minutes", "5")

    assert told(desk) == [
        ("unlock", "store"), ("add", "client"), ("add", "visit"), ("add", "trial"), ("see", "client"), ("change", "setting"),
    ]  # fmt: skip
    entries = desk.entries(of=client.id)
    assert [entry.act for entry in entries] == ["see", "add"]
    assert all(entry.actor for entry in entries)
    assert entries[0].at.utcoffset() is not None
    assert "Anna" not in str(desk.entries())
    assert desk.tampered() == ""


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE id = 3", "entry 3"),
        ("UPDATE audit SET detail = 'x' WHERE id = 4", "entry 4"),
        *(
            (f"UPDATE audit SET {column} = '{value}' WHERE id = 3", "entry 3")  # noqa: S608  the names below
            for column, value in (
                ("at", "2020-01-01 10:00:00.000000"),
                ("act", "see"),
                ("entity", "visit"),
                ("entity_id", "x"),
                ("before", "x"),
                ("digest", "x"),
            )
        ),
        ("UPDATE audit SET act = 'ad', entity = 'dclient' WHERE id = 3", "entry 3"),
        ("DELETE FROM audit WHERE id = 2", "1 entries before number 3 are missing"),
        ("DELETE FROM audit WHERE id <= 3", "3 entries before number 4 are missing"),
    ],
)
def test_a_log_that_was_changed_says_where(desk: Desk, change: str, sentence: str) -> None:
    for number in range(5):
        desk.add_client(f"A-{number}")
    with desk.database.writing() as session:
        session.execute(text(change))

    assert sentence in desk.tampered()


@pytest.mark.parametrize("mended_chain", [False, True])
def test_a_row_that_was_forged_with_its_digest_is_told_by_the_next(desk: Desk, *, mended_chain: bool) -> None:
    for number in range(5):
        desk.add_client(f"A-{number}")
    with desk.database.writing() as session:
        row, after = session.get_one(AuditRecord, 3), session.get_one(AuditRecord, 4)
        row.detail = "nothing to be seen here"
        row.digest = audit._digest(row, row.at.replace(tzinfo=UTC))
        if mended_chain:
            after.before = row.digest

    assert "entry 4" in desk.tampered()


def test_who_did_it_is_whom_the_system_knows_or_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "somebody")
    desk.note(Act.LOCK, "store")

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nobody)
    desk.note(Act.LOCK, "store", detail="x" * 500)

    last, before = desk.entries(limit=2)
    assert (before.actor, last.actor, len(last.detail)) == ("somebody", audit.UNKNOWN, 400)


def test_a_failed_change_is_not_logged(desk: Desk) -> None:
    desk.add_client("A-1")
    with pytest.raises(StoreError):
        desk.add_client("A-1")

    assert told(desk) == [("unlock", "store"), ("add", "client")]


def test_who_only_looks_changes_nothing_but_the_log(desk: Desk, key: DataKey) -> None:
    client = desk.add_client("A-1")
    looking = Desk.open(desk.folder, key, read_only=True)
    assert [c.code for c in looking.clients()] == ["A-1"]
    assert looking.trials(client) == []
    for change in (lambda: looking.add_client("B-2"), lambda: looking.erase(client), lambda: looking.change_setting("a", "b")):
        with pytest.raises(StoreError, match="only looks"):
            change()
    looking.close()

    assert [c.code for c in desk.clients()] == ["A-1"]
    assert told(desk)[-2:] == [("unlock", "store"), ("see", "client")]
    assert desk.tampered() == ""


def test_looking_at_a_folder_without_a_store_is_told(tmp_path: Path, key: DataKey) -> None:
    with pytest.raises(StoreError, match="no database"):
        Desk.open(tmp_path, key, read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_the_log_goes_on_after_the_store_was_closed(tmp_path: Path, key: DataKey) -> None:
    for _ in range(3):
        desk = Desk.open(tmp_path / "data", key)
        desk.note(Act.LOCK, "store")
        assert desk.tampered() == ""
        desk.close()


def test_settings_are_kept(tmp_path: Path, key: DataKey) -> None:
    desk = Desk.open(tmp_path / "data", key)
    assert desk.setting("lock_minutes", "10") == "10"
    desk.change_setting("lock_minutes", "3")
    desk.close()
    desk = Desk.open(tmp_path / "data", key)
    assert desk.setting("lock_minutes", "10") == "3"
    desk.close()
