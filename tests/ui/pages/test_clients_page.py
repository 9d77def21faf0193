"""The store behind the window: unlocked by a passphrase, clients found by keys, entered and taken, trials saved and found again."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from ankletest.errors import StoreError
from ankletest.samples import Side
from ankletest.store.people import Consent, Details, Purpose, Said, measure_key
from ui.desk.unlock import unlock
from ui.words import clients as texts
from ui.words import door
from ui.words import pages as words

LONG_MS = 20_000
PASSPHRASE = "correct horse"  # noqa: S105  of a store that lives for one test
KEY = Qt.Key


def opened(room):
    room.open_store(PASSPHRASE)
    return room.furniture.clients


def enter(room, page, code: str) -> None:
    room.qtbot.keyClick(page.list.search, KEY.Key_N, Qt.KeyboardModifier.ControlModifier)
    field = page.form.fields["code"].control
    room.qtbot.keyClicks(field, code)
    room.qtbot.keyClick(field, KEY.Key_S, Qt.KeyboardModifier.ControlModifier)


def entered(room, code: str = "AB-17"):
    room.shell.activateWindow()
    page = opened(room)
    enter(room, page, code)
    return page


def shown(page) -> list[str]:
    return [cells[0] for cells in page.list.model.cells]


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
    assert not page.list.search.isEnabled()
    assert page.sentence.text() == door.FIRST_TEXT


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
    assert page.done.text() == texts.SAVED.format(code="AB-17")


@pytest.mark.usefixtures("close_store")
def test_by_keys_alone_one_types_chooses_and_takes(room) -> None:
    page = entered(room)
    for code in ("CD-18", "CD-19", "EF-20"):
        enter(room, page, code)
    search = page.list.search
    search.clear()
    assert shown(page) == ["AB-17", "CD-18", "CD-19", "EF-20"]

    room.qtbot.keyClicks(search, "cd")
    assert shown(page) == ["CD-18", "CD-19"]
    room.qtbot.keyClick(search, KEY.Key_Up)
    assert page.list.chosen.code == "CD-18"
    room.qtbot.keyClick(search, KEY.Key_Down)
    room.qtbot.keyClick(search, KEY.Key_Down)
    room.qtbot.keyClick(search, KEY.Key_Return)

    assert room.furniture.visit.client.code == "CD-19"
    page.list.table.setFocus()
    room.qtbot.keyClick(page.list.table, KEY.Key_8)
    assert search.text() == "cd8", "letters of the table go into the search"
    assert shown(page) == []
    assert page.list.note.text() == texts.NOBODY


@pytest.mark.usefixtures("close_store")
def test_a_double_click_takes_and_the_button_too(room) -> None:
    page = entered(room)
    enter(room, page, "CD-18")
    page.list.search.clear()
    table = page.list.table
    spot = table.visualRect(page.list.model.index(0, 1)).center()
    room.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert page.list.summary.code.text() == "AB-17"
    room.qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert room.furniture.visit.client.code == "AB-17"

    page.list.choose("CD-18")
    room.qtbot.mouseClick(page.list.summary.take, Qt.MouseButton.LeftButton)
    assert room.furniture.visit.client.code == "CD-18"


@pytest.mark.usefixtures("close_store")
def test_the_summary_tells_what_is_known_and_the_consent(room) -> None:
    page = opened(room)
    lever = measure_key("heel_raise", "lever_m", Side.LEFT)
    room.furniture.visit.store.book.enter(
        Details(
            "AB-1", "Anna Berg", birth_date=date(1990, 3, 12), height_m=1.71, involved=Side.RIGHT, injury="sprain",
            injured_on=date(2026, 1, 20), measures={lever: 0.151}, note="by tram",
            consents=(Consent(Purpose.TESTS, Said.GIVEN, date(2026, 2, 1)),),
        )
    )  # fmt: skip
    page.refresh()
    summary = page.list.summary
    told = [summary.grid.itemAtPosition(row, 1).widget().text() for row in range(5)]

    assert summary.name.text() == "Anna Berg"
    assert (summary.consent.words, summary.consent.state) == ("consent given on 2026-02-01", "good")
    assert told[0].startswith("1990-03-12")
    assert told[1:] == ["171 cm, –", "Right: sprain, 2026-01-20", "Heel to big-toe joint L 15.1 cm", "by tram"]


@pytest.mark.usefixtures("close_store")
def test_a_trial_is_saved_when_it_is_accepted_and_its_numbers_come_back(room) -> None:
    entered(room)
    room.connect(0)
    test, visit = room.furniture.test, room.furniture.visit
    test.setup_bar.duration.setValue(12)
    test.setup_bar.mass.setValue(71.5)
    room.qtbot.keyClick(test, KEY.Key_Space)
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)
    assert visit.store.trials("AB-17") == []
    room.qtbot.keyClick(test, KEY.Key_Return)

    (stored,) = visit.store.trials("AB-17")
    value = next(v.value for v in visit.kept[0].finished.values if v.metric.key == "velocity")
    assert stored.side is Side.LEFT
    assert visit.store.last_values("AB-17", visit.kept[0].setup)["velocity"] == value
    assert (visit.client.mass_kg, visit.store.book.by_code("AB-17").mass_kg) == (71.5, 71.5), "the mass of the last trial stays known"
    results = room.furniture.results
    results.source.setCurrentIndex(results.source.findData("stored"))
    assert results.trials.rows[0].cells()[1:4] == ("Single-leg stance", "L  Left", "Completed")


@pytest.mark.usefixtures("close_store")
def test_another_client_begins_another_recording(room) -> None:
    page = entered(room)
    room.connect(0)
    visit = room.furniture.visit
    first = visit.recording
    room.shell.show_page("clients")
    enter(room, page, "CD-18")
    room.qtbot.waitUntil(lambda: visit.connected and visit.recording != first, timeout=LONG_MS)

    assert first.exists()
    assert "CD-18" in visit.recording.name


@pytest.mark.usefixtures("close_store")
def test_who_withdrew_the_consent_is_not_recorded_and_it_is_said_why(room) -> None:
    page = entered(room)
    room.connect(0)
    visit = room.furniture.visit
    room.shell.show_page("clients")
    room.qtbot.keyClick(page.list.search, KEY.Key_F2)
    choice = page.form.consents.choices[Purpose.TESTS]
    choice.setCurrentIndex(choice.findData("withdrawn"))
    assert page.form.consents.note.isVisible()
    room.qtbot.mouseClick(page.form.save, Qt.MouseButton.LeftButton)
    room.qtbot.waitUntil(lambda: not visit.connected and not visit.leaving, timeout=LONG_MS)

    assert "AB-17 withdrew the consent to be tested and recorded on 20" in room.shell.news.text()
    before = set(room.furniture.door.recordings.iterdir())
    with pytest.raises(StoreError, match=r"AB-17 withdrew the consent .* nothing is recorded"):
        visit.open(visit.choices)
    assert set(room.furniture.door.recordings.iterdir()) == before
    assert not visit.connected

    room.qtbot.mouseClick(page.undo, Qt.MouseButton.LeftButton)
    assert visit.client.barred is None
    visit.open(visit.choices)
    assert visit.connected
