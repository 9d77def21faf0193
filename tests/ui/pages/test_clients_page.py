"""The store behind the window: unlocked by a passphrase, clients entered and taken, trials saved and found again."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from ankletest.errors import StoreError
from ankletest.samples import Side
from ui import words_pages as words
from ui.unlock import unlock

LONG_MS = 20_000
PASSPHRASE = "correct horse"  # noqa: S105  of a store that lives for one test


def unlocked(room, passphrase: str = PASSPHRASE):
    room.shell.show_page("clients")
    page = room.furniture.clients
    room.qtbot.keyClicks(page.passphrase, passphrase)
    room.qtbot.keyClick(page.passphrase, Qt.Key.Key_Return)
    return page


def entered(room, code: str = "AB-17"):
    page = unlocked(room)
    room.qtbot.waitUntil(lambda: room.furniture.visit.store is not None, timeout=LONG_MS)
    room.qtbot.keyClicks(page.code, code)
    room.qtbot.mouseClick(page.add, Qt.MouseButton.LeftButton)
    return page


@pytest.fixture
def close_store(room):
    yield
    store = room.furniture.visit.store
    if store is not None:
        room.close()
        store.close()


def test_before_it_is_unlocked_nothing_can_be_entered(room) -> None:
    room.shell.show_page("clients")
    page = room.furniture.clients

    assert page.passphrase.isVisible()
    assert not page.code.isEnabled()
    assert page.sentence.text() == words.STORE_LOCKED


@pytest.mark.usefixtures("close_store")
def test_the_first_passphrase_makes_the_store_and_shows_the_recovery_code(room) -> None:
    page = unlocked(room)
    room.qtbot.waitUntil(lambda: room.furniture.visit.store is not None, timeout=LONG_MS)

    assert page.sentence.text().startswith(words.STORE_NEW.split("{", maxsplit=1)[0])
    assert not page.passphrase.isVisible()
    assert page.passphrase.text() == ""


def test_a_short_passphrase_is_refused_with_a_sentence(room) -> None:
    page = unlocked(room, "short")
    room.qtbot.waitUntil(lambda: "8" in page.sentence.text() and page.sentence.text() != words.STORE_LOCKED, timeout=LONG_MS)

    assert room.furniture.visit.store is None


def test_a_wrong_passphrase_opens_nothing(tmp_path: Path) -> None:
    first = unlock(tmp_path, PASSPHRASE)
    first.store.close()

    with pytest.raises(StoreError):
        unlock(tmp_path, "something else")


@pytest.mark.usefixtures("close_store")
def test_a_new_client_is_taken_and_shown_on_the_test_page(room) -> None:
    page = entered(room)

    assert room.furniture.visit.client.code == "AB-17"
    assert room.furniture.test.sub.text().startswith("AB-17")
    assert page.client_card.right() == words.TAKEN.format(code="AB-17")


@pytest.mark.usefixtures("close_store")
def test_sex_and_year_of_birth_are_asked_for_kept_and_not_taken_for_the_next(room) -> None:
    page = unlocked(room)
    room.qtbot.waitUntil(lambda: room.furniture.visit.store is not None, timeout=LONG_MS)
    room.qtbot.keyClicks(page.code, "AB-17")
    page.born.setValue(1996)
    page.sex.setCurrentIndex(page.sex.findData("female"))
    room.qtbot.mouseClick(page.add, Qt.MouseButton.LeftButton)
    room.qtbot.keyClicks(page.code, "CD-18")
    room.qtbot.keyClick(page.code, Qt.Key.Key_Return)

    cells = [[page.table.item(row, column).text() for column in (0, 2, 3)] for row in range(2)]
    assert cells == [["AB-17", "1996", "female"], ["CD-18", words.NOT_KNOWN, words.NOT_KNOWN]]


@pytest.mark.usefixtures("close_store")
def test_a_code_that_is_there_already_is_a_sentence(room) -> None:
    page = entered(room)
    room.qtbot.keyClicks(page.code, "AB-17")
    room.qtbot.keyClick(page.code, Qt.Key.Key_Return)

    assert "AB-17" in page.sentence.text()


@pytest.mark.usefixtures("close_store")
def test_a_search_narrows_the_list(room) -> None:
    page = entered(room)
    room.qtbot.keyClicks(page.code, "CD-18")
    room.qtbot.keyClick(page.code, Qt.Key.Key_Return)
    assert page.table.rowCount() == 2
    room.qtbot.keyClicks(page.search, "cd")

    assert page.table.rowCount() == 1
    assert page.table.item(0, 0).text() == "CD-18"


@pytest.mark.usefixtures("close_store")
def test_a_trial_is_saved_when_it_is_accepted_and_its_numbers_come_back(room) -> None:
    entered(room)
    room.connect(0)
    test, visit = room.furniture.test, room.furniture.visit
    test.setup_bar.duration.setValue(12)
    room.qtbot.keyClick(test, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)
    assert visit.store.trials("AB-17") == []
    room.qtbot.keyClick(test, Qt.Key.Key_Return)

    (stored,) = visit.store.trials("AB-17")
    value = next(v.value for v in visit.kept[0].finished.values if v.metric.key == "velocity")
    assert stored.side is Side.LEFT
    assert visit.store.last_values("AB-17", visit.kept[0].setup)["velocity"] == value
    results = room.furniture.results
    results.source.setCurrentIndex(results.source.findData("stored"))
    assert results.trials.rows[0].cells()[1:4] == ("Single-leg stance", "L  Left", "Completed")


@pytest.mark.usefixtures("close_store")
def test_another_client_begins_another_recording(room) -> None:
    entered(room)
    room.connect(0)
    visit, page = room.furniture.visit, room.furniture.clients
    first = visit.recording
    room.shell.show_page("clients")
    room.qtbot.keyClicks(page.code, "CD-18")
    room.qtbot.keyClick(page.code, Qt.Key.Key_Return)
    room.qtbot.waitUntil(lambda: visit.connected and visit.recording != first, timeout=LONG_MS)

    assert first.exists()
    assert "CD-18" in visit.recording.name
