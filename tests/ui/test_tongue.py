"""The language of the window: chosen of setting, variable and system; put on words and taken off again; a voice that speaks it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from ankletest.language import language
from ui import tongue
from ui.batteries import Batteries
from ui.sound.voice import voice_of
from ui.words import calibration as words_calibration
from ui.words import common as words
from ui.words import pages as words_pages
from ui.words import visit as words_visit


@pytest.fixture
def german() -> Iterator[None]:
    """Speak German, and English again."""
    before = QLocale()
    tongue.speak("de")
    yield
    tongue.speak("en")
    QLocale.setDefault(before)


@pytest.mark.usefixtures("german")
def test_constants_are_said_and_keys_of_the_program_stay() -> None:
    assert (words.LEFT, words_pages.START, words_visit.VISIT) == ("Links", "Start", "Termin")
    assert words_calibration.STATE_COLUMNS[-1] == "Noch"
    assert words_calibration.LAMP["good"] == "good"
    assert words_calibration.STANDS["good"] == "bestanden"
    assert words_visit.STOP_MARK == "set stopped"


def test_english_again_gives_every_constant_back() -> None:
    before = {name: value for name, value in vars(words_pages).items() if name.isupper()}
    tongue.speak("de")
    tongue.speak("en")

    assert {name: value for name, value in vars(words_pages).items() if name.isupper()} == before


@pytest.mark.usefixtures("german")
def test_numbers_and_dates_are_written_as_german_writes_them() -> None:
    at = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)

    assert words.number(-1.25, 2) == "−1,25"
    assert words.with_unit(12.345, 1, "mm/s") == "12,3 mm/s"
    assert words.plain(0.5) == "0,5"
    assert words.clock(72.34) == "1:12,3"
    assert words.read(words.number(-3.5, 1)) == -3.5
    assert words.day(at) == "01.03.2026"
    assert words.place_of("Links", "Fuß") == "Fuß links"


def test_english_numbers_and_places_are_as_they_were() -> None:
    assert words.number(-1.25, 2) == "−1.25"
    assert words.read("–") is None
    assert words.place_of("Left", "Foot") == "left foot"


def test_the_setting_goes_before_the_variable_and_that_before_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(tongue.SETTING, "de")
    assert tongue.wanted() == "de"
    assert tongue.wanted("en") == "en"
    monkeypatch.setenv(tongue.SETTING, "fr")
    assert tongue.wanted() == "en"
    monkeypatch.delenv(tongue.SETTING)
    assert tongue.wanted() in {"en", "de"}


@pytest.mark.usefixtures("german")
def test_reasons_chosen_on_screen_are_recorded_in_english() -> None:
    assert tongue.english(words_visit.REASONS_REPEAT[0]) == "looked away or talked"
    assert tongue.say("looked away or talked") == words_visit.REASONS_REPEAT[0]


def test_a_voice_is_found_by_its_code_or_its_name() -> None:
    english = SimpleNamespace(id="en-us", name="English", languages=[b"\x05en-us"])
    espeak = SimpleNamespace(id="german", name="German", languages=[b"\x05de"])
    apple = SimpleNamespace(id="com.apple.anna", name="Anna", languages=["de_DE"])
    windows = SimpleNamespace(id="HKEY\\TTS_MS_DE-DE_HEDDA", name="Microsoft Hedda Desktop - German", languages=[])

    assert voice_of("de", [english, espeak]) == "german"
    assert voice_of("de", [english, apple]) == "com.apple.anna"
    assert voice_of("de", [english, windows]) == windows.id
    assert voice_of("de", [english]) is None


def copied(folder: Path) -> tuple[str, str]:
    """Return the note of a battery that ships, and that of its copy."""
    batteries = Batteries(folder)
    shipped = next(one.battery for one in batteries.all if one.battery.note)
    return shipped.note, batteries.copy_of(shipped).note


@pytest.mark.usefixtures("german")
def test_a_copied_battery_has_its_note_in_the_language_of_who_copies_it(qapp: QApplication, tmp_path: Path) -> None:
    shipped, copy = copied(tmp_path)
    assert copy == language("de").say(shipped)
    assert copy != shipped


def test_in_english_a_copied_battery_has_its_note_as_it_is(qapp: QApplication, tmp_path: Path) -> None:
    shipped, copy = copied(tmp_path)
    assert copy == shipped
