"""Sounds begin with the next buffer, are told of when they are heard, and are missing without a word of complaint."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.ui import sound_card
from tests.ui.sound_card import SoundCard
from ui.sound import tones
from ui.sound.speaker import BLOCK, BUFFER_S, RATE_HZ, Speaker
from ui.words import pages as words

BEEP = np.linspace(0.5, 1.0, 100, dtype=np.float32)
LOOP = np.arange(1, 8, dtype=np.float32)
NOTHING = np.zeros(0, dtype=np.float32)


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> SoundCard:
    return sound_card.put_in(monkeypatch)


@pytest.fixture
def speaker(card: SoundCard, qtbot: QtBot) -> Iterator[Speaker]:
    it = Speaker()
    it.open()
    qtbot.waitUntil(lambda: it.ready)
    yield it
    it.close()


def test_the_device_is_opened_on_a_thread_of_its_own_and_let_go_again(speaker: Speaker, card: SoundCard, qtbot: QtBot) -> None:
    assert card.threads == ["speaker"]
    assert card.asked == [{"samplerate": RATE_HZ, "latency": BUFFER_S, "channels": 1, "dtype": "float32", "device": None}]
    assert card.stream.state == "going"
    assert speaker.state == words.SOUND_ON
    speaker.shut()

    assert not speaker.ready
    qtbot.waitUntil(lambda: card.stream.state == "closed")


def test_while_nothing_is_asked_for_it_is_silent(speaker: Speaker, card: SoundCard) -> None:
    assert card.stream.pull().tolist() == [0.0] * BLOCK
    assert speaker.began() is None


def test_a_sound_begins_with_the_next_buffer_and_goes_on_across_buffers(speaker: Speaker, card: SoundCard) -> None:
    speaker.play(BEEP)
    heard = np.concatenate([card.stream.pull(40) for _ in range(4)])

    assert heard[:100].tolist() == BEEP.tolist()
    assert heard[100:].tolist() == [0.0] * 60


def test_it_tells_once_when_the_sound_was_heard_and_not_before(speaker: Speaker, card: SoundCard) -> None:
    speaker.play(BEEP)
    assert speaker.began() is None, "no buffer took it yet"
    card.clock_s = 200.0
    card.stream.pull(in_s=0.06)
    card.clock_s = 200.05
    assert speaker.began() is None, "it is on its way to the loudspeaker"
    card.clock_s = 200.075

    assert speaker.began() == pytest.approx(0.015)
    assert speaker.began() is None


def test_a_system_that_tells_no_instant_is_taken_at_its_latency(speaker: Speaker, card: SoundCard) -> None:
    speaker.play(BEEP)
    card.stream.pull(told=False)
    card.clock_s += 0.1

    assert speaker.began() == pytest.approx(0.1 - card.stream.latency)


@pytest.mark.parametrize("odd_s", [-0.5, 40.0])
def test_an_instant_that_cannot_be_is_not_believed(speaker: Speaker, card: SoundCard, odd_s: float) -> None:
    speaker.play(BEEP)
    card.stream.pull(in_s=odd_s)
    card.clock_s += 0.1

    assert speaker.began() == pytest.approx(0.1 - card.stream.latency)


def test_a_repeated_sound_has_no_seam_and_is_not_told_of(speaker: Speaker, card: SoundCard) -> None:
    speaker.repeat(BEEP[:5], LOOP)
    heard = np.concatenate([card.stream.pull(n) for n in (3, 1, 10, 2, 20)])

    assert heard[:5].tolist() == BEEP[:5].tolist()
    assert heard[5:].tolist() == [1.0 + k % 7 for k in range(31)]
    card.clock_s += 1.0
    assert speaker.began() is None


def test_hushed_is_silent_from_the_next_buffer_on(speaker: Speaker, card: SoundCard) -> None:
    speaker.repeat(NOTHING, LOOP)
    assert card.stream.pull().any()
    speaker.hush()

    assert not card.stream.pull().any()
    assert speaker.ready


def test_without_the_library_nothing_sounds_and_the_window_says_what_to_install(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    sound_card.take_out(monkeypatch)
    speaker = Speaker()
    speaker.open()
    speaker.play(BEEP)
    speaker.repeat(BEEP, LOOP)

    assert (speaker.able, speaker.ready, speaker.began()) == (False, False, None)
    assert speaker.state == words.NO_SOUND
    speaker.close()


def test_without_a_device_nothing_sounds_and_it_is_looked_for_again(card: SoundCard, qtbot: QtBot) -> None:
    card.missing = True
    speaker = Speaker()
    with qtbot.waitSignal(speaker.changed):
        speaker.open()
    speaker.play(BEEP)

    assert (speaker.able, speaker.ready, speaker.began()) == (False, False, None)
    assert speaker.state == "no sound: Error querying device -1"
    card.missing = False
    speaker.open()
    qtbot.waitUntil(lambda: speaker.ready)
    assert speaker.state == words.SOUND_ON
    speaker.close()


def test_a_device_that_is_pulled_out_is_not_told_to_have_sounded(speaker: Speaker, card: SoundCard, qtbot: QtBot) -> None:
    speaker.play(BEEP)
    card.stream.pull()
    card.gone = True
    with qtbot.waitSignal(speaker.changed):
        assert speaker.began() is None

    assert not speaker.able
    assert speaker.began() is None


def test_a_stream_that_comes_after_it_was_let_go_is_not_used(card: SoundCard, qtbot: QtBot) -> None:
    speaker = Speaker()
    speaker.open()
    speaker.shut()
    speaker.open()
    qtbot.waitUntil(lambda: speaker.ready)
    qtbot.waitUntil(lambda: len(card.streams) == 2)
    speaker.play(BEEP)

    assert card.streams[1].pull(100).tolist() == BEEP.tolist()
    assert card.streams[0].state == "closed"
    speaker.close()
    assert card.streams[1].state == "closed"


# ---- what is played ---------------------------------------------------------------------------------------------------------------


def onsets_s(samples: np.ndarray) -> list[float]:
    """Return when something begins to be heard after 20 ms of silence."""
    loud = np.flatnonzero(np.abs(samples) > 0.05)
    first = np.flatnonzero(np.diff(loud, prepend=-RATE_HZ) > 0.02 * RATE_HZ)
    return [float(row) / RATE_HZ for row in loud[first]]


def test_the_cue_is_sharp_and_not_clipped() -> None:
    cue = tones.cue()

    assert onsets_s(cue) == pytest.approx([0.0], abs=5e-4)  # the instant is known to half a millisecond
    assert 0.4 < np.abs(cue[: round(0.002 * RATE_HZ)]).max() <= np.abs(cue).max() < 0.9
    assert abs(cue[-1]) < 1e-3


def test_a_metronome_that_is_in_time_ticks_on_every_beat() -> None:
    once, loop = tones.beats(0.5, late_s=0.0)
    heard = np.concatenate([once, loop, loop])

    assert onsets_s(heard) == pytest.approx([0.5 * k for k in range(6)], abs=1e-3)


@pytest.mark.parametrize("late_s", [0.06, 0.2, 0.49])
def test_a_metronome_that_begins_late_ticks_at_once_where_it_can_and_then_in_time(late_s: float) -> None:
    once, loop = tones.beats(1.0, late_s=late_s)
    heard = np.concatenate([once, loop])

    assert onsets_s(heard) == pytest.approx([0.0, *(k - late_s for k in (1, 2, 3, 4))], abs=1e-3)


def test_a_tick_that_would_come_just_before_the_next_is_left_out() -> None:
    once, loop = tones.beats(0.4, late_s=0.3)

    assert onsets_s(np.concatenate([once, loop])) == pytest.approx([0.1, 0.5, 0.9, 1.3], abs=1e-3)


def test_up_and_down_are_told_by_ear() -> None:
    once, _ = tones.beats(1.0, late_s=0.0)
    pitch = []
    for at in (0, RATE_HZ):
        tick = once[at : at + round(0.03 * RATE_HZ)]
        pitch.append(float(np.fft.rfftfreq(1 << 16, 1.0 / RATE_HZ)[np.abs(np.fft.rfft(tick, 1 << 16)).argmax()]))

    assert pitch == pytest.approx([tones.UP_HZ, tones.DOWN_HZ], abs=25.0)  # a tick of 40 ms has lines 25 Hz wide


@pytest.mark.parametrize("beat_s", [60.0 / 180.0, 0.5, 2.0, 0.03])
def test_any_tempo_can_be_rendered(beat_s: float) -> None:
    once, loop = tones.beats(beat_s, late_s=0.25)

    assert len(once) == len(loop) == round(2.0 * beat_s * RATE_HZ)
    assert np.abs(np.concatenate([once, loop])).max() < 0.9
