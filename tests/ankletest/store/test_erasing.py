"""Erasing a client: rows, recordings and copies; what cannot be reached is told and tried again; others lose nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ankletest.errors import StoreError
from ankletest.store import erasing, keys
from ankletest.store.backups import verify_backup
from ankletest.store.desk import DATABASE, KEYS, RECORDINGS, Client, Desk
from ankletest.store.keys import DataKey
from ankletest.store.places import shred
from ankletest.store.records import AuditRecord, ClientRecord, ErasureRecord, ResultRecord, TrialRecord, VisitRecord
from ankletest.store.restoring import restore

WORDS = "four quiet ankles hop"


@pytest.fixture
def desk(tmp_path: Path, no_keyring: None) -> Iterator[Desk]:
    key, _ = keys.create(tmp_path / "data" / KEYS, WORDS, in_keyring=False)
    opened = Desk.open(tmp_path / "data", key)
    yield opened
    opened.database.close()


def visited(desk: Desk, code: str, done: object, *endings: str) -> Client:
    """Enter a client with a visit, a trial and files of these endings."""
    client = desk.add_client(code, name=f"Name of {code}")
    place = desk.folder / RECORDINGS
    visit = desk.open_visit(client, place / f"2026-01-05_101500_{code}.mcap")
    desk.save_trial(visit, done)  # type: ignore[arg-type]  # a structural stand-in for session.Finished
    for ending in endings:
        (place / f"2026-01-05_101500_{code}{ending}").write_bytes(b"recorded")
    return client


def rows(desk: Desk) -> dict[str, int]:
    with desk.database.reading() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (ClientRecord, VisitRecord, TrialRecord, ResultRecord)
        }


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / RECORDINGS).iterdir())


def test_rows_and_recordings_go_and_those_of_others_stay(desk: Desk, done: object) -> None:
    anna = visited(desk, "A-1", done, ".mcap", ".mcap.part.cut", "-2.mcap", "-restored.mcap")
    before = rows(desk)
    visited(desk, "A-12", done, ".mcap")
    erased = desk.erase(anna)

    assert erased == erasing.Erasure(4, ())
    assert rows(desk) == before
    assert [c.code for c in desk.clients()] == ["A-12"]
    assert files(desk.folder) == ["2026-01-05_101500_A-12.mcap"]


def test_it_is_logged_without_a_name_and_cannot_be_done_twice(desk: Desk, done: object) -> None:
    anna = visited(desk, "A-1", done, ".mcap")
    desk.erase(anna)
    newest = desk.entries(limit=1)[0]

    assert (newest.act, newest.entity, newest.entity_id) == ("erase", "client", str(anna.id))
    with desk.database.reading() as session:
        told = " ".join(f"{r.act} {r.entity} {r.entity_id} {r.detail}" for r in session.scalars(select(AuditRecord)))
    assert "A-1" not in told
    assert "Name" not in told
    with pytest.raises(StoreError, match="not there any more"):
        desk.erase(anna)


def test_backups_and_copies_of_migrations_forget_the_client(desk: Desk, done: object, tmp_path: Path) -> None:
    anna = visited(desk, "A-1", done, ".mcap")
    visited(desk, "B-2", done, ".mcap")
    (tmp_path / "usb").mkdir()
    place = desk.backup(tmp_path / "usb")
    old = desk.folder / "ankletest-before-0003.db"
    desk.database.backup(old)
    erased = desk.erase(anna)
    desk.close()
    key = keys.unlock(place / KEYS, WORDS)
    verify_backup(place, key)

    assert erased.left == ()
    assert files(place) == ["2026-01-05_101500_B-2.mcap"]
    for database in (place / DATABASE, old):
        copy = Desk(place, erasing.Database.open(database, key), key)
        assert [c.code for c in copy.clients()] == ["B-2"]
        copy.database.close()


def test_what_a_restore_set_aside_forgets_the_client_too(desk: Desk, done: object, tmp_path: Path) -> None:
    visited(desk, "A-1", done, ".mcap")
    (tmp_path / "usb").mkdir()
    place = desk.backup(tmp_path / "usb")
    desk.close()
    key = keys.unlock(place / KEYS, WORDS)
    aside = restore(desk.folder, place, key).aside
    again = Desk.open(desk.folder, key)
    again.erase(again.clients()[0])
    again.close()

    assert files(aside) == []
    former = Desk(aside, erasing.Database.open(aside / DATABASE, key), key)
    assert former.clients() == []
    former.database.close()


def test_a_backup_out_of_reach_is_told_and_reached_with_the_next_erasure(desk: Desk, done: object, tmp_path: Path) -> None:
    anna, bert = visited(desk, "A-1", done), visited(desk, "B-2", done)
    (tmp_path / "usb").mkdir()
    place = desk.backup(tmp_path / "usb")
    (tmp_path / "usb").rename(tmp_path / "in a drawer")
    erased = desk.erase(anna)
    assert "cannot be reached" in erased.left[0]
    assert str(place) in erased.left[0]
    (tmp_path / "in a drawer").rename(tmp_path / "usb")

    assert desk.erase(bert).left == ()
    with desk.database.reading() as session:
        assert [row.backups for row in session.scalars(select(ErasureRecord))] == [[], []]
    desk.close()
    copy = Desk.open(place, keys.unlock(place / KEYS, WORDS))
    assert copy.clients() == []
    copy.close()


def test_a_backup_that_somebody_deleted_is_no_copy_to_reach(desk: Desk, done: object, tmp_path: Path) -> None:
    anna = visited(desk, "A-1", done)
    (tmp_path / "usb").mkdir()
    place = desk.backup(tmp_path / "usb")
    desk.backup(tmp_path / "usb")
    place.rename(tmp_path / "gone")

    assert desk.erase(anna).left == ()


def test_a_drive_that_was_pulled_is_told_though_the_folder_it_hung_in_is_there(desk: Desk, done: object, tmp_path: Path) -> None:
    anna = visited(desk, "A-1", done)
    (tmp_path / "usb").mkdir()
    place = desk.backup(tmp_path / "usb")
    drive = place.rename(tmp_path / "pulled")

    (sentence,) = desk.erase(anna).left
    assert str(place) in sentence
    assert "still holds the client" in sentence
    drive.rename(place)
    assert desk.reach_copies() == []
    verify_backup(place, desk._key)
    copy = Desk(place, erasing.Database.open(place / DATABASE, desk._key), DataKey(desk._key.secret))
    assert copy.clients() == []
    copy.close()


def test_files_that_could_not_go_are_gone_when_the_store_is_opened_again(desk: Desk, done: object, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = visited(desk, "A-1", done, ".mcap")

    def held(path: Path) -> None:
        raise PermissionError(13, "held by another program")

    monkeypatch.setattr(erasing, "shred", held)
    erased = desk.erase(anna)
    assert "held by another program" in erased.left[0]
    assert files(desk.folder) == ["2026-01-05_101500_A-1.mcap"]
    assert desk.clients() == []
    monkeypatch.undo()
    key = DataKey(desk._key.secret)
    desk.close()
    Desk.open(desk.folder, key).close()

    assert files(desk.folder) == []


def test_what_is_shredded_was_overwritten_first(tmp_path: Path) -> None:
    path = tmp_path / "v.mcap"
    path.write_bytes(b"secret" * 400_000)
    other = tmp_path / "same.mcap"
    other.hardlink_to(path)
    shred(path)

    assert not path.exists()
    assert other.read_bytes() == bytes(2_400_000)


def test_the_journal_is_emptied_of_what_was_erased(desk: Desk, done: object) -> None:
    clients = [visited(desk, f"A-{number}", done) for number in range(40)]
    journal = desk.folder / f"{DATABASE}-wal"
    before = journal.stat().st_size
    desk.erase(clients[0])

    assert before > 400_000
    assert journal.stat().st_size < before / 4, "what is written after it, and no more"


def test_a_recording_of_another_client_whose_name_begins_alike_stays(desk: Desk, done: object, tmp_path: Path) -> None:
    anna = visited(desk, "A-1", done, ".mcap")
    visited(desk, "A-1-2", done, ".mcap")
    (tmp_path / "usb").mkdir()
    place = desk.backup(tmp_path / "usb")
    desk.erase(anna)

    assert files(desk.folder) == files(place) == ["2026-01-05_101500_A-1-2.mcap"]
