"""A battery on its way through the real window: rests, decisions, practice, stops, questions; by keys as a physio presses them."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ankletest.programme.battery import Battery, Level, Step
from ankletest.programme.felt import Felt, Reason
from ankletest.programme.round import State
from ankletest.recording.reader import Recording
from ankletest.samples import Side
from ui import rounds as ui_rounds
from ui.desk.store_port import ClientCard
from ui.pages.asking import FeltDialog, LeaveDialog, StopDialog, WhyDialog
from ui.rounds import Stage
from ui.words import visit as told

KEY = Qt.Key
TWO = Battery("two", "Two", (Step("stance", duration_s=5.0, practice=0),), 3)
PRACTISED = Battery("p", "Practised", (Step("stance", duration_s=5.0, practice=1),), 3)
WAIT_MS = 20_000


@pytest.fixture
def going(room, monkeypatch: pytest.MonkeyPatch):
    """The window with a pad and two sensors, on the Test page, where rests are short."""
    monkeypatch.setattr(ui_rounds, "STEP_REST_S", 0.6)
    monkeypatch.setattr(ui_rounds, "DECIDE_S", 0.6)
    room.connect(0, 1, 2)
    return room


def rounds_of(room):
    return room.furniture.rounds


def until(room, stage: Stage) -> None:
    room.qtbot.waitUntil(lambda: rounds_of(room).stage is stage, timeout=WAIT_MS)


def asked(room, kind: type):
    room.qtbot.waitUntil(lambda: isinstance(room.furniture.test.round_bar.asking, kind), timeout=WAIT_MS)
    return room.furniture.test.round_bar.asking


def test_a_battery_runs_by_itself_and_asks_how_it_felt(going) -> None:
    rounds, visit = rounds_of(going), going.furniture.visit
    rounds.begin(TWO)
    assert rounds.stage is Stage.RESTING

    dialog = asked(going, FeltDialog)  # the first leg was started, held and counted by nobody's hand
    going.qtbot.keyClick(dialog.scales["pain"], KEY.Key_1)
    going.qtbot.keyClick(dialog.scales["effort"], KEY.Key_1)
    going.qtbot.keyClick(dialog.scales["effort"], KEY.Key_0)
    going.qtbot.keyClick(dialog.scales["ease"], KEY.Key_8)
    first = rounds.round.items[0].trials[0]
    going.qtbot.keyClick(dialog, KEY.Key_Return)
    assert rounds.felt[first] == Felt(pain=1, effort=10, ease=8)
    asked(going, FeltDialog).reject()

    assert rounds.round.over
    assert [item.state for item in rounds.round.items] == [State.KEPT, State.KEPT]
    assert [k.counts for k in visit.kept] == [True, True]
    assert [k.setup.side for k in visit.kept] == [Side.LEFT, Side.RIGHT]
    assert told.ALL_DONE in going.furniture.test.round_bar.next.text()


def test_the_injured_leg_comes_second_and_practice_does_not_count(going) -> None:
    going.furniture.visit.client = ClientCard("AB-1", involved=Side.LEFT, mass_kg=70.0)
    rounds = rounds_of(going)
    rounds.begin(PRACTISED)
    assert rounds.setup.side is Side.RIGHT
    assert rounds.setup.mass_kg == 70.0

    going.qtbot.waitUntil(lambda: rounds.round.done == 1, timeout=WAIT_MS)
    kept = going.furniture.visit.kept[0]
    assert (kept.counts, kept.why) == (False, told.PRACTICE)
    assert going.furniture.test.round_bar.asking is None  # nobody is asked how practice felt
    rounds.leave()


def test_a_question_holds_everything_until_it_is_answered(going) -> None:
    rounds = rounds_of(going)
    rounds.begin(TWO)
    dialog = asked(going, FeltDialog)
    QTest.qWait(1500)

    assert rounds.stage in {Stage.RESTING, Stage.READY}
    assert not going.furniture.visit.running
    dialog.reject()
    going.qtbot.waitUntil(lambda: rounds.stage in {Stage.READY, Stage.RUNNING}, timeout=WAIT_MS)
    rounds.leave()


def test_a_trial_is_repeated_only_with_a_reason_and_both_runs_stay(going) -> None:
    rounds, test = rounds_of(going), going.furniture.test
    rounds.by_itself = False
    rounds.begin(TWO)
    going.qtbot.keyClick(test, KEY.Key_Space)
    until(going, Stage.DECIDING)
    going.qtbot.keyClick(test, KEY.Key_R)
    dialog = asked(going, WhyDialog)
    assert not any(button.isEnabled() for button in dialog.endings)
    going.qtbot.mouseClick(dialog.ready[2], Qt.MouseButton.LeftButton)
    going.qtbot.mouseClick(dialog.endings[1], Qt.MouseButton.LeftButton)

    assert rounds.round.at == 0
    assert rounds.round.items[0].why == told.REASONS_REPEAT[2]
    assert going.furniture.visit.kept[0].counts is False
    assert going.furniture.visit.kept[0].why == told.REASONS_REPEAT[2]
    going.qtbot.keyClick(test, KEY.Key_Space)
    until(going, Stage.DECIDING)
    going.qtbot.keyClick(test, KEY.Key_Return)
    assert len(rounds.round.items[0].trials) == 2
    asked(going, FeltDialog).reject()
    rounds.leave()


def test_one_key_stops_a_set_asks_why_and_locks_harder_steps(going) -> None:
    rounds, test, visit = rounds_of(going), going.furniture.test, going.furniture.visit
    rounds.by_itself = False
    rounds.begin(Battery("x", "x", (Step("stance"), Step("hops")), 5))
    going.qtbot.keyClick(test, KEY.Key_Space)
    until(going, Stage.RUNNING)
    going.qtbot.keyClick(test, KEY.Key_X)
    dialog = asked(going, StopDialog)
    going.qtbot.keyClick(dialog, KEY.Key_Escape)
    assert dialog.isVisible()  # a stop has a reason
    going.qtbot.mouseClick(dialog.reasons[Reason.PAIN], Qt.MouseButton.LeftButton)
    going.qtbot.waitUntil(lambda: bool(rounds.stops), timeout=WAIT_MS)
    assert "seek" in dialog.advice.text()
    assert dialog.advice.isVisible()
    going.qtbot.keyClick(dialog.understood, KEY.Key_Space)

    assert not visit.running
    assert rounds.round.ceiling is Level.BALANCE
    assert [item.state for item in rounds.round.items] == [State.REJECTED, State.LOCKED, State.LOCKED, State.LOCKED]
    assert visit.kept[-1].counts is False
    assert visit.kept[-1].why == "set stopped: pain"
    recording = visit.recording
    with going.qtbot.waitSignal(visit.closed, timeout=WAIT_MS):
        visit.close()
    told_of = [json.loads(n.payload) for n in Recording.open(recording.with_suffix(".mcap")).notifications() if n.device == "operator"]
    assert any(event.get("event") == "stopped" and event.get("reason") == "pain" for event in told_of)
    assert any(event.get("what") == told.STOP_MARK for event in told_of)


def test_a_set_outside_a_battery_can_be_stopped_too_and_a_device_is_no_reason_against_the_client(going) -> None:
    rounds, test, visit = rounds_of(going), going.furniture.test, going.furniture.visit
    going.qtbot.keyClick(test, KEY.Key_Space)
    going.qtbot.waitUntil(lambda: visit.running, timeout=WAIT_MS)
    going.qtbot.keyClick(test, KEY.Key_X)
    dialog = asked(going, StopDialog)
    going.qtbot.mouseClick(dialog.reasons[Reason.DEVICE], Qt.MouseButton.LeftButton)
    going.qtbot.waitUntil(lambda: bool(rounds.stops), timeout=WAIT_MS)

    assert not rounds.stops[0].locks
    assert test.round_bar.asking is None


def test_what_devices_cannot_do_is_told_and_can_be_left_out(going) -> None:
    rounds, test = rounds_of(going), going.furniture.test
    rounds.begin(Battery("x", "x", (Step("lunge"), Step("stance")), 5))
    going.qtbot.keyClick(test, KEY.Key_Space)
    assert "shin" in test.live.guide.why
    going.qtbot.mouseClick(test.round_bar.skip, Qt.MouseButton.LeftButton)
    dialog = asked(going, WhyDialog)
    going.qtbot.keyClicks(dialog.own, "no shin sensor today")
    going.qtbot.keyClick(dialog, KEY.Key_Return)

    assert rounds.round.items[0].state is State.SKIPPED
    assert rounds.round.items[0].why == "no shin sensor today"
    rounds.leave()


def test_the_page_shows_what_became_of_each_trial(going) -> None:
    page, rounds = going.furniture.battery, rounds_of(going)
    going.shell.show_page("visit")
    page.choice.choose("return_to_sport")
    assert page.table.rowCount() == 42
    page.choice.choose("ankle_basic")
    going.qtbot.mouseClick(page.begin, Qt.MouseButton.LeftButton)
    assert going.shell.page == "test"
    assert going.furniture.test.exam == "lunge"
    rounds.skip("no time")
    going.shell.show_page("visit")

    assert page.table.item(0, 0).text().endswith("left out")
    assert page.table.item(0, 6).text() == "no time"
    assert page.table.currentRow() == 1
    page.table.selectRow(0)
    going.qtbot.mouseClick(page.reopen, Qt.MouseButton.LeftButton)
    assert rounds.round.at == 0
    going.qtbot.mouseClick(page.leave, Qt.MouseButton.LeftButton)
    going.qtbot.mouseClick(asked(going, LeaveDialog).end, Qt.MouseButton.LeftButton)
    assert rounds.round is None
    assert page.begin.isVisible()
