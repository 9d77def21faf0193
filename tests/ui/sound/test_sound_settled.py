"""Volume, mute and device as they were settled are what the loudspeaker does, and only what can sound is offered."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.ui import sound_card
from tests.ui.sound_card import SoundCard
from ui.sound import speaker as sounds
from ui.sound.speaker import Speaker
from ui.words import pages as words

BEEP = np.linspace(-0.5, 0.5, 100, dtype=np.float32)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> SoundCard:
    return sound_card.put_in(monkeypatch)


@pytest.fixture
def speaker(card: SoundCard, qtbot: QtBot) -> Iterator[Speaker]:
    it = Speaker()
    it.settle(volume=0.5, muted=False, device="Line out")
    it.open()
    qtbot.waitUntil(lambda: it.ready)
    yield it
    it.close()


def test_it_is_as_loud_as_was_settled_and_goes_where_it_should(speaker: Speaker, card: SoundCard) -> None:
    speaker.play(BEEP)
    assert card.stream.pull(100).tolist() == (BEEP * np.float32(0.5)).tolist()
    assert card.asked[0]["device"] == "Line out"


@pytest.mark.parametrize(("asked", "kept"), [(-1.0, 0.0), (0.25, 0.25), (7.0, 1.0)])
def test_no_volume_is_beyond_full_or_below_nothing(speaker: Speaker, asked: float, kept: float) -> None:
    speaker.settle(volume=asked, muted=False, device="")
    assert speaker.volume == kept


def test_muted_it_is_silent_at_once_says_so_and_tells_of_no_sound(speaker: Speaker, card: SoundCard, qtbot: QtBot) -> None:
    speaker.repeat(BEEP, BEEP)
    card.stream.pull(50)
    with qtbot.waitSignal(speaker.changed):
        speaker.settle(volume=1.0, muted=True, device="")
    assert not card.stream.pull(50).any()
    assert (speaker.state, speaker.ready, speaker.able) == (words.SOUND_MUTED, False, True)
    speaker.play(BEEP)
    assert not card.stream.pull(50).any()
    assert speaker.began() is None
    speaker.settle(volume=1.0, muted=False, device="")
    assert speaker.ready


def test_devices_that_sound_are_named_once(card: SoundCard) -> None:
    assert sounds.devices() == ("Speakers", "Line out")


def test_without_a_sound_system_no_device_is_named(card: SoundCard) -> None:
    card.missing = True
    assert sounds.devices() == ()


def test_without_the_library_no_device_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    sound_card.take_out(monkeypatch)
    assert sounds.devices() == ()
