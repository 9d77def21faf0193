"""A stance and a set of hops, run on the real window with keys and mouse, on simulated devices."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from ankletest.recording.reader import Recording
from ankletest.samples import Side
from ankletest.trial import Happening, Outcome
from ui.words import pages as words

LONG_MS = 20_000
"""For a whole stance on a loaded machine; at twelve times real time it takes about two seconds."""


def start(room, *, exam: str = "stance", seconds: int = 12) -> None:
    page = room.furniture.test
    room.shell.show_page("test")
    page.setup_bar.choose_exam(exam)
    page.setup_bar.duration.setValue(seconds)
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: room.furniture.visit.running, timeout=3000)


def test_without_devices_it_says_what_to_do(room) -> None:
    page = room.furniture.test

    assert page.live.guide.head == words.NOT_CONNECTED
    assert not page.start.isEnabled()
    assert page.to_devices.isVisible()
    room.qtbot.mouseClick(page.to_devices, Qt.MouseButton.LeftButton)
    assert room.shell.page == "devices"


def test_an_exam_that_these_devices_cannot_do_says_what_it_needs_and_where_to_get_it(room) -> None:
    room.connect(0, 1, 2)
    page = room.furniture.test
    page.setup_bar.choose_exam("lunge")
    room.qtbot.waitUntil(lambda: page.live.guide.head == "A lunge needs a motion sensor on the shin")

    assert page.live.guide.why == words.MISSING_DEVICE
    assert page.live.guide.state == "bad"


def test_a_stance_counts_down_shows_numbers_and_is_completed(room) -> None:
    room.connect(0, 1, 2)
    page, visit = room.furniture.test, room.furniture.visit
    assert room.shell.page == "test"
    room.qtbot.waitUntil(lambda: page.live.guide.head == words.READY)
    start(room)

    room.qtbot.waitUntil(lambda: page.live.phase is not None and page.live.phase.counted, timeout=LONG_MS)
    assert page.live.guide.head == "Hold it."
    stance = page.live.stance
    room.qtbot.waitUntil(lambda: 0 < float(stance.ring.text()) < 10, timeout=LONG_MS)
    room.qtbot.waitUntil(lambda: stance.numbers.number("path").text() != "–", timeout=LONG_MS)
    assert stance.ellipse is not None
    assert page.start.text() == words.STOP
    assert not page.side.isEnabled()
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)

    finished = visit.kept[0].finished
    assert finished.trial.outcome is Outcome.COMPLETED
    assert page.live.guide.head == "Completed"
    assert page.live.guide.why.startswith("held 12.0 s")
    path = next(v for v in finished.values if v.metric.key == "path")
    assert stance.numbers.number("path").text() == f"{path.value:.0f}"
    assert stance.ring.text() == "0.0"
    assert stance.time_card.right() == "trial 2 of 3"
    assert page.live.guide.accept.isVisible()
    room.qtbot.keyClick(page, Qt.Key.Key_Return)
    assert visit.kept[0].counts is True
    assert not page.live.guide.accept.isVisible()


def test_the_other_legs_last_trial_stands_beside_the_number(room) -> None:
    room.connect(0)
    page, visit = room.furniture.test, room.furniture.visit
    start(room, seconds=12)
    room.qtbot.waitUntil(lambda: len(visit.kept) == 1, timeout=LONG_MS)
    room.qtbot.keyClick(page, Qt.Key.Key_L)
    assert page.side.side is Side.RIGHT
    start(room, seconds=12)
    room.qtbot.waitUntil(lambda: len(visit.kept) == 2, timeout=LONG_MS)

    told = page.live.stance.numbers.number("path").accessibleDescription()
    left, right = (f"{next(v.value for v in k.finished.values if v.metric.key == 'path'):.0f} mm" for k in visit.kept)
    assert told == f"Right {right}, Left {left}"
    assert page.live.stance.number_card.right() == "R now   ·   L last trial"


def test_hops_fill_the_timeline(room) -> None:
    room.connect(0, 1, 2)
    page, visit = room.furniture.test, room.furniture.visit
    start(room, exam="hops")
    hops = page.live.hops
    assert page.live.picture is hops
    room.qtbot.waitUntil(lambda: "hop 3: contact" in hops.timeline.accessibleDescription(), timeout=LONG_MS)
    assert hops.ring.text().isdigit()
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)

    assert visit.kept[0].finished.trial.outcome is Outcome.COMPLETED
    assert hops.numbers.number("contact_time").text() != "–"
    assert "hop 9: contact" in hops.timeline.accessibleDescription()


def test_space_stops_a_run_and_the_operator_is_named_as_the_cause(room) -> None:
    room.connect(0)
    page, visit = room.furniture.test, room.furniture.visit
    start(room, seconds=60)
    room.qtbot.waitUntil(lambda: page.live.phase is not None and page.live.phase.counted, timeout=LONG_MS)
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)

    assert visit.kept[0].finished.trial.outcome is Outcome.STOPPED
    assert page.live.guide.head == "Stopped"
    assert page.start.text() == words.START


def test_marks_are_recorded_and_counted(room) -> None:
    room.connect(0)
    page, visit = room.furniture.test, room.furniture.visit
    start(room, seconds=60)
    room.qtbot.waitUntil(lambda: page.live.phase is not None and page.live.phase.counted, timeout=LONG_MS)
    room.qtbot.keyClick(page, Qt.Key.Key_M)
    room.qtbot.mouseClick(page.pain, Qt.MouseButton.LeftButton)
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)
    recording = visit.recording
    room.close()

    marks = [e["what"] for e in events(recording) if e["event"] == "mark"]
    assert marks == ["touch-down", "pain"]


def test_taps_are_marked_by_key_and_button_where_the_exam_knows_them(room) -> None:
    room.connect(0)
    page, visit = room.furniture.test, room.furniture.visit
    start(room, seconds=60)
    assert not page.tap.isVisible()
    room.qtbot.keyClick(page, Qt.Key.Key_T)  # nobody taps in a stance
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)
    start(room, exam="taps")
    assert page.tap.isVisible()
    room.qtbot.waitUntil(lambda: page.live.phase is not None and page.live.phase.counted, timeout=LONG_MS)
    room.qtbot.keyClick(page, Qt.Key.Key_T)
    room.qtbot.mouseClick(page.tap, Qt.MouseButton.LeftButton)
    room.qtbot.waitUntil(lambda: visit.session.run.live()[-1].value == 2.0, timeout=LONG_MS)
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: len(visit.kept) == 2, timeout=LONG_MS)
    finished = visit.kept[1].finished
    recording = visit.recording
    room.close()

    assert [e["what"] for e in events(recording) if e["event"] == "mark"] == ["tap", "tap"]
    assert [e.note for e in finished.trial.events if e.what is Happening.MARK] == ["tap", "tap"]
    assert len([e for e in finished.trial.events if e.what is Happening.TAP]) == 2


def test_a_discarded_run_is_asked_about_and_not_kept(room) -> None:
    room.connect(0)
    page, visit = room.furniture.test, room.furniture.visit
    start(room, seconds=60)
    room.qtbot.mouseClick(page.discard, Qt.MouseButton.LeftButton)
    question = page.findChild(QMessageBox)
    assert words.DISCARD_TITLE in question.text()
    next(b for b in question.buttons() if b.text() == words.DISCARD).click()
    room.qtbot.waitUntil(lambda: not visit.running, timeout=LONG_MS)

    room.qtbot.waitUntil(lambda: room.shell.news.text() == words.TRIAL_DISCARDED)
    assert visit.kept == []
    recording = visit.recording
    room.close()
    assert Recording.open(recording).complete


def test_a_discard_that_is_called_off_changes_nothing(room) -> None:
    room.connect(0)
    page, visit = room.furniture.test, room.furniture.visit
    start(room, seconds=60)
    room.qtbot.keyClick(page, Qt.Key.Key_Escape)
    page.findChild(QMessageBox).escapeButton().click()

    assert visit.running


def test_repeat_starts_again_and_the_first_does_not_count(room) -> None:
    room.connect(0)
    page, visit = room.furniture.test, room.furniture.visit
    start(room, seconds=60)
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)
    room.qtbot.keyClick(page, Qt.Key.Key_R)
    room.qtbot.waitUntil(lambda: visit.running, timeout=LONG_MS)

    assert visit.kept[0].counts is False
    assert room.furniture.results.trials.rows[0].cells()[3] == "Stopped, to be repeated"


def test_a_sensor_on_the_wrong_leg_is_refused_with_a_sentence(room) -> None:
    room.connect(2)  # the right foot alone
    page = room.furniture.test
    assert page.side.side is Side.LEFT

    room.qtbot.waitUntil(lambda: page.live.guide.state == "bad")
    said = page.live.guide.head
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    assert not room.furniture.visit.running
    assert said
    assert said != words.NOT_CONNECTED


def test_closing_the_window_seals_the_recording_with_its_results(room) -> None:
    room.connect(0)
    visit = room.furniture.visit
    start(room, seconds=12)
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)
    finished, path = visit.kept[0].finished, visit.recording
    room.close()

    recording = Recording.open(path)
    assert recording.complete
    stored = next(e for e in events(path) if e["event"] == "result")
    assert stored["values"]["path"]["value"] == next(v.value for v in finished.values if v.metric.key == "path")


def test_the_distance_view_shows_the_same_and_passes_keys_on(room, qtbot: QtBot) -> None:
    room.connect(0)
    page = room.furniture.test
    qtbot.keyClick(room.shell, Qt.Key.Key_F11)
    far = room.furniture.distance
    assert far is not None
    qtbot.keyClick(far, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: room.furniture.visit.running, timeout=3000)
    qtbot.waitUntil(lambda: page.live.phase is not None and page.live.phase.counted, timeout=LONG_MS)
    qtbot.waitUntil(lambda: far.view.texts()[0] == page.live.stance.ring.text(), timeout=LONG_MS)
    qtbot.keyClick(far, Qt.Key.Key_Escape)

    assert room.furniture.distance is None
    assert room.furniture.visit.running


def test_dots_count_the_trials_of_one_leg(room) -> None:
    room.connect(0)
    page, visit = room.furniture.test, room.furniture.visit
    start(room, seconds=12)
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)
    assert page.live.stance.ring.accessibleDescription().endswith("trial 2 of 3")
    page.side.set_side(Side.RIGHT)

    assert page.live.stance.ring.accessibleDescription().endswith("trial 1 of 3")


def events(path) -> list[dict[str, object]]:
    return [json.loads(n.payload) for n in Recording.open(path).notifications() if n.characteristic == "event"]


@pytest.mark.parametrize("key", ["duration", "hops", "eyes", "surface", "mass", "exam"])
def test_every_control_of_the_set_up_has_a_name(room, key: str) -> None:
    assert getattr(room.furniture.test.setup_bar, key).accessibleName()
