"""The audit log looked into: of one client with visits, between two times, and as CSV without names."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ankletest.errors import ExchangeError
from ankletest.programme.decisions import Choice, Decision
from ankletest.store import keys, log_of
from ankletest.store.audit import Act
from ankletest.store.desk import KEYS, Desk
from ankletest.store.follow_up import FollowUp


@pytest.fixture
def desk(tmp_path: Path):
    key, _ = keys.create(tmp_path / KEYS, "correct horse", in_keyring=False)
    it = Desk.open(tmp_path, key)
    key.wipe()
    yield it
    it.close()


def entries(desk: Desk, **wanted):
    with desk.database.reading() as session:
        return log_of.entries_between(session, **wanted)


def test_of_one_client_there_are_their_entries_and_their_visits_only(desk: Desk) -> None:
    one, other = (desk.add_client(code, name=f"Name {code}") for code in ("AB-17", "CD-2"))
    visit = desk.open_visit(one, desk.folder / "recordings" / "a.mcap")
    desk.open_visit(other, desk.folder / "recordings" / "b.mcap")
    desk.trials(one)
    desk.note(Act.EXPORT, "client", one.id)
    found = entries(desk, client="AB-17")
    assert [(e.act, e.entity) for e in found] == [("export", "client"), ("see", "client"), ("add", "visit"), ("add", "client")]
    assert {e.entity_id for e in found} == {str(one.id), str(visit)}
    assert entries(desk, client="nobody") == []
    with desk.database.reading() as session:
        assert log_of.codes_of(session)[str(visit)] == "AB-17"


def test_what_was_decided_for_a_client_is_among_their_entries(desk: Desk) -> None:
    one, other = (desk.add_client(code) for code in ("AB-17", "CD-2"))
    for client in (one, other):
        FollowUp(desk).decide(client, Decision(datetime.now(UTC), 1, 0, 1, ("it holds",), Choice.ACCEPTED, 1, "Strength, slow"))
    found = entries(desk, client="AB-17")

    assert [(e.act, e.entity) for e in found] == [("add", "decision"), ("add", "client")]
    with desk.database.reading() as session:
        assert log_of.codes_of(session)[found[0].entity_id] == "AB-17"


def test_one_who_was_erased_is_found_by_id(desk: Desk) -> None:
    client = desk.add_client("AB-17")
    desk.erase(client)
    assert entries(desk, client="AB-17") == []
    assert [e.act for e in entries(desk, client=str(client.id))] == ["erase", "add"]


def test_days_and_the_number_of_entries_limit_it(desk: Desk) -> None:
    now = datetime.now(UTC)
    for number in range(5):
        desk.note(Act.CHANGE, "setting", str(number))
    assert entries(desk, since=now + timedelta(hours=1)) == []
    assert entries(desk, until=now - timedelta(hours=1)) == []
    assert len(entries(desk, since=now - timedelta(hours=1), until=now + timedelta(hours=1))) == 6
    assert [e.entity_id for e in entries(desk, limit=2)] == ["4", "3"]


def test_as_csv_it_has_codes_and_no_names(desk: Desk, tmp_path: Path) -> None:
    client = desk.add_client("AB-17", name="Somebody Known")
    with desk.database.reading() as session:
        codes = log_of.codes_of(session)
    log_of.write_log(tmp_path / "log.csv", entries(desk), codes)
    text = (tmp_path / "log.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert tuple(rows[0]) == log_of.HEADINGS
    assert (rows[0]["act"], rows[0]["id"], rows[0]["client"]) == ("add", str(client.id), "AB-17")
    assert "Somebody" not in text
    with pytest.raises(ExchangeError, match="cannot be written"):
        log_of.write_log(tmp_path / "missing" / "log.csv", entries(desk), codes)
