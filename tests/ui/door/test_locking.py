"""The lock when something is in its way: a log that takes nothing, a shortcut that rested before, and a time that is never."""

import pytest
from PySide6.QtGui import QShortcut

from ankletest.errors import StoreError
from ankletest.recording.keyhole import KEYHOLE
from ankletest.settings import NEVER

LONG_MS = 30_000
PASSPHRASE = "correct horse"  # noqa: S105  of a store that lives for one test


@pytest.mark.announce_log("There is no room")
def test_it_locks_where_the_log_takes_nothing_and_never_by_itself_where_that_is_wished(room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.open_store(PASSPHRASE)
    room.qtbot.waitUntil(lambda: not room.furniture.jobs.busy, timeout=LONG_MS)
    locking, store = room.furniture.door.locking, room.furniture.visit.store
    key = store._desk._key
    resting = room.shell.findChildren(QShortcut)[0]
    resting.setEnabled(False)
    locking.set_minutes(NEVER)
    room.qtbot.wait(50)
    assert not locking.is_locked

    def full(_: object) -> None:
        raise StoreError("There is no room.", "Make some.")

    monkeypatch.setattr(type(store.keeping), "note_lock", full)
    assert locking.lock() == ""
    assert locking.is_locked
    assert not KEYHOLE.open
    assert not any(key._secret), "wiped"

    locking.uncover()
    assert not resting.isEnabled(), "as it was before"
