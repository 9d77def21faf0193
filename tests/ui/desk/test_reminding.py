"""A backup is asked for when it is due, once a day, and not where nobody is in the store or nobody wants to be asked."""

from datetime import UTC, datetime, timedelta

import pytest

from ui.desk.reminding import Reminder
from ui.preferences import Preferences
from ui.words import settings as words

NOW = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
LONG_MS = 30_000
PASSPHRASE = "correct horse"  # noqa: S105  of a store that lives for one test


@pytest.fixture
def preferences(qtbot) -> Preferences:
    return Preferences(None)


@pytest.mark.parametrize(
    ("days", "age", "said"),
    [
        (7, None, words.BACKUP_MISSING), (7, 6.9, ""), (7, 7.0, words.BACKUP_OLD[1].format(days=7)),
        (1, 1.5, words.BACKUP_OLD[0].format(days=1)),
        (365, None, words.BACKUP_MISSING), (0, None, ""), (0, 4000.0, ""),
    ],
)  # fmt: skip
def test_it_is_due_after_so_many_days_or_where_there_never_was_one(preferences, days: int, age: float | None, said: str) -> None:
    preferences.change({"backup_days": days})
    assert Reminder(preferences).due(None if age is None else NOW - timedelta(days=age), NOW) == said


def test_one_is_reminded_once_a_day(preferences) -> None:
    reminder = Reminder(preferences)
    assert reminder.due(None, NOW)
    assert reminder.due(None, NOW + timedelta(hours=3)) == ""
    assert reminder.due(None, NOW + timedelta(days=1))


def test_the_window_reminds_when_a_store_with_clients_is_opened(room, tmp_path) -> None:
    news, door = room.shell.news, room.furniture.door

    def lock_and_open() -> None:
        news.hide()
        door.lock_now()
        door.unlock(PASSPHRASE)
        room.qtbot.waitUntil(lambda: not door.locking.is_locked and not room.furniture.jobs.busy, timeout=LONG_MS)

    room.open_store(PASSPHRASE)
    lock_and_open()
    assert news.isHidden(), "nobody is in it yet"
    room.furniture.visit.store.add_client("AB-17")
    lock_and_open()
    room.qtbot.waitUntil(lambda: news.text() == words.BACKUP_MISSING, timeout=LONG_MS)
    lock_and_open()
    assert news.isHidden(), "once a day"
    room.furniture.reminder = Reminder(room.furniture.preferences)
    room.furniture.visit.store.keeping.backup(tmp_path, lambda _: None)
    lock_and_open()
    assert news.isHidden(), "a backup by the command line counts too: the store knows of it"
