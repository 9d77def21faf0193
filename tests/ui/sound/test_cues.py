"""The cue is heard and marked when it was heard; the metronome ticks while heels are raised and at no other time."""

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ankletest import exams
from ankletest.exams.base import PhaseChange
from ankletest.recording.reader import Recording
from ankletest.samples import Side
from ankletest.trial import Event, Happening, Setup
from tests.ui import sound_card
from tests.ui.sound_card import SoundCard
from tests.ui.sounding import RunningVisit, Scene
from ui.sound import tones
from ui.sound.cues import Cues
from ui.sound.speaker import RATE_HZ, Speaker
from ui.widgets.pulse import LEVELS, Pulse

LONG_MS = 20_000
CUED = Setup("reactive_landing", Side.LEFT)
RAISED = Setup("heel_raise", Side.LEFT, given={"beats": 60.0})


@pytest.fixture
def scene(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch):
    it = Scene(qtbot, sound_card.put_in(monkeypatch))
    yield it
    it.speaker.close()


def test_the_cue_sounds_and_is_marked_with_the_instant_it_was_heard(scene: Scene) -> None:
    scene.begin(CUED)
    scene.visit.goes("reactive_landing", "wait")
    assert not scene.card.stream.pull().any()
    scene.visit.goes("reactive_landing", "go")
    heard = scene.card.stream.pull(len(tones.cue()), in_s=0.06)
    scene.visit.ticked.emit()
    assert heard.tolist() == tones.cue().tolist()
    assert scene.marks == [], "it is not heard yet"
    scene.card.clock_s += 0.072
    scene.visit.ticked.emit()
    scene.visit.ticked.emit()

    assert scene.marks == [{"event": "mark", "what": "cue", "ago_s": pytest.approx(0.012)}]
    assert scene.cues.speaks("go")
    assert not scene.cues.speaks("wait")


def test_every_cue_of_a_set_is_marked(scene: Scene) -> None:
    scene.begin(CUED)
    for _ in range(3):
        for phase in ("wait", "go", "air", "hold", "still"):
            scene.visit.goes("reactive_landing", phase)
            scene.card.stream.pull()
            scene.card.clock_s += 0.5
            scene.visit.ticked.emit()

    assert [mark["what"] for mark in scene.marks] == ["cue"] * 3


def test_without_a_device_no_cue_is_marked_and_the_voice_says_it(scene: Scene) -> None:
    scene.card.missing = True
    with scene.qtbot.waitSignal(scene.speaker.changed):
        scene.visit.started.emit(CUED)
    scene.visit.goes("reactive_landing", "go")
    scene.visit.ticked.emit()

    assert scene.marks == []
    assert not scene.cues.speaks("go")


def test_without_the_library_no_cue_is_marked(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    sound_card.take_out(monkeypatch)
    visit, speaker = RunningVisit(), Speaker()
    cues = Cues(visit, speaker)
    for setup, phase in ((CUED, "go"), (RAISED, "up")):
        visit.started.emit(setup)
        visit.goes(setup.exam, phase)
        visit.ticked.emit()

    assert visit.link.posted == []
    assert cues.beat() is not None, "the beat is still to be seen"
    visit.goes("heel_raise", "done")
    assert cues.beat() is None


def test_the_metronome_ticks_from_the_first_raise_to_the_end_and_marks_nothing(scene: Scene) -> None:
    scene.begin(RAISED)
    for phase in ("ready", "still"):
        scene.visit.goes("heel_raise", phase)
        assert not scene.card.stream.pull(RATE_HZ).any()
        assert scene.cues.beat() is None
    scene.visit.goes("heel_raise", "up")
    heard = scene.card.stream.pull(2 * RATE_HZ)
    scene.visit.goes("heel_raise", "down", 1.0)  # the beat goes on by the clock of the sound card
    on = scene.card.stream.pull(2 * RATE_HZ)
    assert on.any()
    scene.card.clock_s += 5.0
    scene.visit.ticked.emit()
    assert 0.0 <= scene.cues.beat() < 2.0
    assert scene.cues.speaks("down")
    scene.visit.goes("heel_raise", "done", 4.0)

    assert scene.marks == []
    assert scene.cues.beat() is None
    scene.qtbot.waitUntil(lambda: scene.card.stream.state == "closed")
    # The delay of the device, 80 ms, is taken off every beat but the first, which sounds at once.
    ticks = np.flatnonzero(np.abs(np.concatenate([heard, on])) > 0.05)
    firsts = ticks[np.flatnonzero(np.diff(ticks, prepend=-RATE_HZ) > 0.1 * RATE_HZ)] / RATE_HZ
    assert firsts == pytest.approx([0.0, 0.92, 1.92, 2.92, 3.92], abs=0.02)  # and of the host's clock some ms pass between


@pytest.mark.parametrize("beats", [0.0, 30.0, 120.0])
def test_the_tempo_is_that_of_the_set_up(scene: Scene, beats: float) -> None:
    scene.visit.started.emit(Setup("heel_raise", Side.LEFT, given={"beats": beats}))
    if beats == 0.0:
        scene.visit.goes("heel_raise", "raise")
        assert (scene.cues.beat(), scene.card.streams) == (None, [])
        return
    scene.qtbot.waitUntil(lambda: scene.speaker.ready)
    scene.visit.goes("heel_raise", "up")
    heard = scene.card.stream.pull(12 * RATE_HZ)
    ticks = np.flatnonzero(np.abs(heard) > 0.25)  # those that only count are softer
    firsts = ticks[np.flatnonzero(np.diff(ticks, prepend=-RATE_HZ) > 0.1 * RATE_HZ)] / RATE_HZ

    assert np.diff(firsts[1:]) == pytest.approx(60.0 / beats, abs=1e-3)


def test_pain_ends_the_ticks_and_the_voice_takes_over(scene: Scene) -> None:
    scene.begin(RAISED)
    scene.visit.goes("heel_raise", "up")
    assert scene.card.stream.pull(RATE_HZ).any()
    scene.visit.changed.emit(Event(Happening.MARK, 0.5, device="operator", note="pain"))
    scene.visit.goes("heel_raise", "down", 1.0)
    scene.visit.goes("heel_raise", "up", 2.0)

    assert not scene.card.stream.pull(4 * RATE_HZ).any()
    assert scene.cues.beat() is None
    assert not scene.cues.speaks("up")


def test_a_device_that_is_ready_late_joins_in_time(scene: Scene) -> None:
    scene.visit.started.emit(RAISED)
    scene.visit.goes("heel_raise", "up")  # before the device is open
    assert scene.cues.beat() is not None
    scene.qtbot.waitUntil(lambda: scene.speaker.ready)

    assert scene.card.stream.pull(2 * RATE_HZ).any()


def test_other_exams_open_no_device(scene: Scene) -> None:
    scene.visit.started.emit(Setup("stance", Side.LEFT))
    scene.visit.goes("stance", "hold")

    assert scene.card.streams == []
    assert {exam.key for exam in exams.EXAMS if Cues.wanted(exam.key)} == {"reactive_landing", "heel_raise", "hops"}


# ---- the picture of it --------------------------------------------------------------------------------------------------------------


def test_the_pulse_flashes_on_the_beat_fades_and_says_which_way(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    pulse = Pulse(holder)
    holder.show()
    assert not pulse.isVisible()
    seen = []
    for beats in (0.0, 0.25, 0.7, 1.0, 1.999, 2.0):
        pulse.show_beat(beats)
        seen.append((pulse.accessibleDescription(), pulse.level))
    assert seen == [("up", LEVELS), ("up", LEVELS // 2), ("up", 0), ("down", LEVELS), ("down", 0), ("up", LEVELS)]
    up = pulse.grab().toImage()
    pulse.show_beat(3.0)
    assert pulse.grab().toImage() != up, "down has another shape"
    pulse.show_beat(None)
    assert not pulse.isVisible()


# ---- on the real window -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> SoundCard:
    return sound_card.put_in(monkeypatch)


def events(path: Path) -> list[dict[str, object]]:
    return [json.loads(n.payload) for n in Recording.open(path).notifications() if n.characteristic == "event"]


def test_a_landing_on_a_cue_is_recorded_with_its_mark(card: SoundCard, room) -> None:
    room.connect(0)
    page, visit = room.furniture.test, room.furniture.visit
    page.setup_bar.choose_exam("reactive_landing")
    assert "sound on" in page.voice_state.text()
    phases: list[PhaseChange] = []
    marks: list[Event] = []
    visit.changed.connect(lambda c: phases.append(c) if isinstance(c, PhaseChange) else marks.append(c))
    room.qtbot.keyClick(page, Qt.Key.Key_Space)

    def listens() -> bool:
        for stream in card.streams:
            if stream.state == "going":
                stream.pull(in_s=0.01)
                card.clock_s += 0.02
        return any(mark.note == "cue" for mark in marks)

    room.qtbot.waitUntil(listens, timeout=LONG_MS)
    cue = next(change for change in phases if change.phase.name == "go")
    told = next(mark for mark in marks if mark.note == "cue")
    assert told.t_s > cue.t_s
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)
    recording = visit.recording
    room.close()

    (mark,) = [e for e in events(recording) if e["event"] == "mark"]
    assert mark["what"] == "cue"
    assert 0.0 < mark["ago_s"] < 1.0
    assert [s.state for s in card.streams] == ["closed"]


def test_the_beat_is_seen_while_heels_are_raised(card: SoundCard, room) -> None:
    room.connect(1)
    page, visit = room.furniture.test, room.furniture.visit
    page.setup_bar.choose_exam("heel_raise")
    page.setup_bar.asked["heel_raise", "beats"].setValue(60.0)
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: page.pulse.isVisible(), timeout=LONG_MS)
    assert page.live.phase.name in {"up", "down"}
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)
    room.qtbot.waitUntil(lambda: not page.pulse.isVisible())
    room.qtbot.waitUntil(lambda: [s.state for s in card.streams] == ["closed"])


def test_slow_lowers_tick_up_down_and_softly_while_it_goes_down() -> None:
    once, loop = tones.beats(0.5, late_s=0.0, lowers=3.0)
    assert len(loop) == 2 * RATE_HZ
    assert once.tolist() == loop.tolist()
    ticks = [float(np.abs(loop[k * RATE_HZ // 2 : k * RATE_HZ // 2 + RATE_HZ // 20]).max()) for k in range(4)]
    assert min(ticks[:2]) > 0.4, "up and down"
    assert [tick / ticks[1] for tick in ticks[2:]] == pytest.approx([0.3, 0.3], rel=1e-5)  # single precision


def test_the_picture_of_slow_lowers_is_down_for_three_beats(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("ui.sound.cues.perf_counter", lambda: now[0])
    scene.begin(Setup("heel_raise", Side.LEFT, given={"beats": 60.0, "lowers": 3.0}))
    scene.visit.goes("heel_raise", "up")
    seen = []
    for after in (0.5, 1.5, 3.9, 4.1):
        now[0] = 1000.0 + after
        beat = scene.cues.beat()
        assert beat is not None
        seen.append(int(beat))
    assert seen == [0, 1, 1, 2]


def test_two_up_two_down_counts_every_second_softly_high_on_the_way_up_and_low_on_the_way_down() -> None:
    once, loop = tones.beats(2.0, late_s=0.0)
    assert len(loop) == 4 * RATE_HZ
    assert once.tolist() == loop.tolist()
    parts = [loop[k * RATE_HZ : k * RATE_HZ + RATE_HZ // 20] for k in range(4)]
    loud = [float(np.abs(part).max()) for part in parts]
    assert [loud[1] / loud[0], loud[3] / loud[2]] == pytest.approx([0.3, 0.3], rel=1e-5)  # single precision
    pitch = [int(np.abs(np.fft.rfft(part)).argmax()) for part in parts]
    assert pitch[0] == pitch[1] == pytest.approx(2 * pitch[2], abs=1)
    assert pitch[2] == pitch[3]
    # A beat of a second or less is not divided.
    assert np.count_nonzero(np.diff((np.abs(tones.beats(1.0, late_s=0.0)[1]) > 0.25).astype(int)) == 1) > 0
    assert not tones.beats(1.0, late_s=0.0)[1][RATE_HZ // 10 : RATE_HZ].any()
