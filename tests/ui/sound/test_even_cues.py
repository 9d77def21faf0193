"""The even metronome of hops: ticks in time, told to the recording once heard, silent in pain and at the end, seen without a sound."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ankletest.recording.reader import Recording
from ankletest.samples import Side
from ankletest.session import Session
from ankletest.trial import Event, Happening, Setup
from drivers.catalog import MODELS
from tests.ui import sound_card
from tests.ui.sound_card import SoundCard
from tests.ui.sounding import Scene
from ui.sound import tones
from ui.sound.speaker import RATE_HZ
from ui.widgets.pulse import LEVELS, Pulse

LONG_MS = 20_000
HOPPED = Setup("hops", Side.LEFT, given={"beats": 140.0})
PERIOD_S = 60.0 / 140.0


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> SoundCard:
    return sound_card.put_in(monkeypatch)


@pytest.fixture
def scene(qtbot: QtBot, card: SoundCard):
    it = Scene(qtbot, card)
    yield it
    it.speaker.close()


def ticks_in(heard: np.ndarray) -> np.ndarray:
    """Return when ticks begin, s."""
    rows = np.flatnonzero(np.abs(heard) > 0.05)
    return rows[np.flatnonzero(np.diff(rows, prepend=-RATE_HZ) > 0.1 * RATE_HZ)] / RATE_HZ


@pytest.mark.parametrize("a_minute", [120.0, 140.0, 160.0, 180.0])
@pytest.mark.parametrize("late_s", [0.0, 0.1, 1.234])
def test_even_ticks_come_in_time_for_minutes(a_minute: float, late_s: float) -> None:
    period = 60.0 / a_minute
    once, loop, wait_s = tones.ticks(period, late_s=late_s)
    rounds = int(60.0 * RATE_HZ / len(loop))
    at = ticks_in(np.concatenate([once, *[loop] * rounds]))

    assert wait_s == pytest.approx(-late_s % period)
    assert at == pytest.approx(wait_s + period * np.arange(len(at)), abs=2e-3)  # the rise of a tick, and half a sample a round
    assert len(at) > a_minute - 2.0 * tones.ROUND


def test_no_tick_is_cut_at_the_begin() -> None:
    """A beat that was due 20 ms before the first sample is not played; later, where the loop comes round, it is."""
    once, loop, wait_s = tones.ticks(0.5, late_s=0.02)

    assert not once[: round(wait_s * RATE_HZ)].any()
    assert loop[: RATE_HZ // 100].any()


def test_hops_tick_from_the_countdown_to_the_end_and_the_voice_still_speaks(scene: Scene) -> None:
    scene.begin(HOPPED)
    scene.visit.goes("hops", "step on")
    assert not scene.card.stream.pull(RATE_HZ).any()
    assert scene.cues.beat() is None
    for phase, t_s in (("still", 2.0), ("hop", 4.0)):
        scene.visit.goes("hops", phase, t_s)
        assert np.diff(ticks_in(scene.card.stream.pull(3 * RATE_HZ))) == pytest.approx(PERIOD_S, abs=2e-3)
        assert not scene.cues.speaks(phase)
    assert scene.cues.even
    scene.visit.goes("hops", "done", 9.0)

    assert scene.cues.beat() is None
    scene.qtbot.waitUntil(lambda: scene.card.stream.state == "closed")


def test_the_recording_is_told_once_when_a_beat_was_heard(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("ui.sound.cues.perf_counter", lambda: now[0])
    scene.begin(HOPPED)
    scene.visit.goes("hops", "still", 0.0)
    heard = scene.card.stream.pull(RATE_HZ, in_s=0.05)
    first_s = 0.05 + ticks_in(heard)[0]  # from now: the buffer is heard in 50 ms
    for step_s in (0.01, 0.05, 0.2, 0.2, 0.2, 0.2):
        now[0] += step_s
        scene.card.clock_s += step_s
        scene.visit.ticked.emit()

    (mark,) = scene.marks
    assert mark["what"] == "beat"
    told = next(s for s in np.cumsum([0.01, 0.05, 0.2, 0.2, 0.2, 0.2]) if s >= first_s)
    assert told - mark["ago_s"] == pytest.approx(first_s, abs=2e-3)  # the rise of a tick
    # Of the grid of the run, 80 ms were taken off for the device; it took 50 only, and that is what the mark is for.
    assert first_s % PERIOD_S == pytest.approx((PERIOD_S - 0.03) % PERIOD_S, abs=3e-3)


def test_pain_silences_the_hops_and_no_beat_is_told_any_more(scene: Scene) -> None:
    scene.begin(HOPPED)
    scene.visit.goes("hops", "hop", 1.0)
    assert scene.card.stream.pull(RATE_HZ).any()
    scene.visit.changed.emit(Event(Happening.MARK, 1.5, device="operator", note="pain"))
    scene.card.clock_s += 5.0
    scene.visit.ticked.emit()
    scene.visit.goes("hops", "still", 2.0)

    assert not scene.card.stream.pull(4 * RATE_HZ).any()
    assert scene.cues.beat() is None
    assert scene.marks == []


def test_who_steps_off_has_silence_and_the_same_beat_again_on_the_pad(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("ui.sound.cues.perf_counter", lambda: now[0])
    scene.begin(HOPPED)
    scene.visit.goes("hops", "step on", 0.0)
    scene.visit.goes("hops", "still", 1.0)
    before = ticks_in(scene.card.stream.pull(2 * RATE_HZ))
    scene.visit.goes("hops", "step on", 3.0)
    assert scene.cues.beat() is None
    assert not scene.card.stream.pull(RATE_HZ).any()
    now[0] += 10.25 * PERIOD_S
    scene.visit.goes("hops", "still", 6.0)
    after = ticks_in(scene.card.stream.pull(2 * RATE_HZ))

    assert scene.cues.beat() == pytest.approx(10.25)
    assert (after[0] - before[0]) % PERIOD_S == pytest.approx(0.75 * PERIOD_S, abs=2e-3)  # a quarter of a beat has gone


def test_hops_in_ones_own_tempo_open_no_device(scene: Scene) -> None:
    scene.visit.started.emit(Setup("hops", Side.LEFT, given={"beats": 0.0}))
    scene.visit.goes("hops", "hop", 1.0)

    assert (scene.cues.beat(), scene.card.streams) == (None, [])


def test_without_a_device_the_beat_of_hops_is_seen_and_nothing_is_told(scene: Scene) -> None:
    scene.card.missing = True
    with scene.qtbot.waitSignal(scene.speaker.changed):
        scene.visit.started.emit(HOPPED)
    scene.visit.goes("hops", "still", 1.0)
    scene.visit.ticked.emit()

    assert scene.cues.beat() is not None
    assert scene.marks == []


def test_an_even_beat_has_a_picture_without_a_way(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    pulse = Pulse(holder)
    holder.show()
    seen = []
    for beats in (3.0, 3.25, 4.0):
        pulse.show_beat(beats, even=True)
        seen.append((pulse.accessibleDescription(), pulse.level))
    assert seen == [("beat", LEVELS), ("beat", LEVELS // 2), ("beat", LEVELS)]
    even = pulse.grab().toImage()
    pulse.show_beat(4.0)
    assert pulse.grab().toImage() != even


def test_hops_on_the_metronome_are_recorded_with_the_mark_and_scored_alike_in_a_replay(card: SoundCard, room) -> None:
    room.connect(0)
    page, visit = room.furniture.test, room.furniture.visit
    page.setup_bar.choose_exam("hops")
    bar = page.setup_bar
    bar.tempos["hops"].setCurrentText("Pogo 140 /min")
    bar.hops.setValue(5)
    marks: list[Event] = []
    seen: list[bool] = []
    visit.changed.connect(lambda c: marks.append(c) if isinstance(c, Event) and c.what is Happening.MARK else None)
    room.qtbot.keyClick(page, Qt.Key.Key_Space)

    def listens() -> bool:
        seen.append(page.pulse.isVisible() and page.pulse.accessibleDescription() == "beat")
        for stream in card.streams:
            if stream.state == "going":
                stream.pull(in_s=0.01)
                card.clock_s += 0.02
        return bool(visit.kept)

    room.qtbot.waitUntil(listens, timeout=2 * LONG_MS)
    live = visit.kept[0].finished
    recording = visit.recording
    room.close()

    assert any(seen), "the beat is seen"
    assert [mark.note for mark in marks] == ["beat"]
    beats = [event for event in live.trial.events if event.what is Happening.BEAT]
    assert {beat.note for beat in beats} == {"heard"}
    assert np.diff([beat.t_s for beat in beats]) == pytest.approx(PERIOD_S)
    found = {value.metric.key: (value.value, value.uncertainty) for value in live.values if value.metric.id.startswith("HB-")}
    assert len(found) == 5
    again = Session(MODELS)
    finished = [*again.feed(list(Recording.open(recording).notifications())).finished, *again.finish().finished]
    assert [event for event in finished[0].trial.events if event.what is Happening.BEAT] == beats
    assert {v.metric.key: (v.value, v.uncertainty) for v in finished[0].values if v.metric.id.startswith("HB-")} == found
