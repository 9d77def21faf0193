"""A battery that is interrupted: another client, a lock, devices let go, a stop between two sets; nothing is counted or lost unasked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from ankletest.programme.battery import Battery, Level, Step
from ankletest.programme.felt import Felt, Reason
from ankletest.programme.round import State
from ankletest.store.desk import Desk
from ankletest.store.keys import DataKey
from tests.ui.conftest import Room
from tests.ui.followed import new_desk
from ui import rounds as ui_rounds
from ui import words_clients, words_pages, words_visit
from ui.desk_store import DeskStore
from ui.furnish import Furniture
from ui.pages.asking import FeltDialog, LeaveDialog, StopDialog, WhyDialog
from ui.rounds import Stage
from ui.shell import Shell

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
WAIT_MS = 20_000
STANCES = Battery("two", "Two", (Step("stance", duration_s=5.0),), 3)
PRACTISED = Battery("practised", "Practised", (Step("stance", duration_s=5.0, practice=1),), 3)
HARDER = Battery("harder", "Harder", (Step("stance", duration_s=5.0), Step("hops")), 5)


class Day(Room):
    """The window over a store with two clients, a pad and two sensors connected for the first of them."""

    def __init__(self, qtbot, hub, folder: Path) -> None:
        self.qtbot, self.folder = qtbot, folder
        desk = new_desk(folder)
        desk.add_client("AB-1", name="Anna Berg", mass_kg=70.0)
        desk.add_client("CD-2", name="Carl Dorn", mass_kg=90.0)
        self.store = DeskStore(desk)
        self.shell = Shell()
        self.furniture = Furniture(self.shell, hub, folder=folder, store=self.store)
        self.visit, self.rounds, self.test = self.furniture.visit, self.furniture.rounds, self.furniture.test
        self.shell.resize(1280, 800)
        self.shell.show()
        qtbot.waitExposed(self.shell)
        self.take("AB-1")
        self.connect(0, 1, 2)

    def take(self, code: str) -> None:
        self.visit.choose_client(next(card for card in self.store.clients() if card.code == code))

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.furniture.jobs.busy and not self.visit.leaving, timeout=WAIT_MS)

    def begin(self, battery: Battery, *, by_itself: bool = False) -> None:
        self.rounds.by_itself = by_itself
        self.rounds.begin(battery)

    def until(self, stage: Stage) -> None:
        self.qtbot.waitUntil(lambda: self.rounds.stage is stage, timeout=WAIT_MS)

    def do(self) -> None:
        """Do the set that is next, as far as the decision."""
        self.key(KEY.Key_Space)
        self.until(Stage.DECIDING)

    def key(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.test, key)

    def asked(self, kind: type):
        self.qtbot.waitUntil(lambda: isinstance(self.test.round_bar.asking, kind), timeout=WAIT_MS)
        return self.test.round_bar.asking

    def press(self, button) -> None:
        self.qtbot.mouseClick(button, LEFT)

    def box(self) -> QMessageBox:
        return next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())

    def let_go(self) -> None:
        with self.qtbot.waitSignal(self.visit.closed, timeout=WAIT_MS):
            self.visit.close()
        self.settle()

    def stored(self, code: str = "AB-1"):
        return list(self.store.trials(code))


@pytest.fixture
def day(qtbot, hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    monkeypatch.setattr(ui_rounds, "STEP_REST_S", 0.4)
    monkeypatch.setattr(ui_rounds, "DECIDE_S", 0.6)
    it = Day(qtbot, hub, tmp_path / "data")
    yield it
    it.settle()
    it.close()
    it.store.close()


# ---- what nobody decided --------------------------------------------------------------------------------------------------------


def test_a_practice_trial_does_not_count_when_the_devices_are_let_go_before_anybody_decided(day) -> None:
    day.begin(PRACTISED)
    day.do()
    day.let_go()

    [trial] = day.stored()
    assert (trial.counts, trial.why) == (False, words_visit.PRACTICE)
    assert day.rounds.round.items[0].state is State.KEPT


def test_another_leg_chosen_or_space_pressed_over_an_open_decision_counts_nothing_unasked(day) -> None:
    day.begin(PRACTISED)
    day.do()
    day.key(KEY.Key_Space)
    day.key(KEY.Key_L)

    assert not day.test.start.isEnabled()
    assert not day.visit.running
    assert day.visit.kept[-1].counts is None
    assert day.test.side.side is day.rounds.setup.side
    day.rounds.leave()
    assert day.visit.kept[-1].counts is False


def test_the_mass_of_a_trial_stays_with_its_client_when_another_is_taken(day) -> None:
    day.begin(STANCES)
    day.do()
    day.take("CD-2")
    day.settle()

    assert day.visit.client.code == "CD-2"
    assert day.visit.client.mass_kg == 90.0
    assert len(day.stored("AB-1")) == 1
    assert not day.stored("CD-2")


def test_what_one_client_felt_is_not_offered_for_the_next(day) -> None:
    day.begin(STANCES)
    day.do()
    day.key(KEY.Key_Return)
    dialog = day.asked(FeltDialog)
    day.qtbot.keyClick(dialog.scales["soreness"], KEY.Key_6)
    day.press(dialog.save)
    assert day.rounds.soreness == 6
    day.take("CD-2")
    day.settle()

    assert day.rounds.soreness is None


def test_no_client_is_changed_in_the_middle_of_a_test(day) -> None:
    day.begin(STANCES)
    day.key(KEY.Key_Space)
    day.until(Stage.RUNNING)
    day.take("CD-2")

    assert day.visit.client.code == "AB-1"
    assert words_clients.TEST_RUNS in day.shell.news.text()
    day.until(Stage.DECIDING)
    day.rounds.leave()


def test_the_window_is_not_closed_over_a_test_without_a_question(day) -> None:
    day.begin(STANCES)
    day.key(KEY.Key_Space)
    day.until(Stage.RUNNING)
    day.shell.close()
    stay = next(b for b in day.box().buttons() if b.text() == words_visit.CLOSE_NOT)
    day.press(stay)

    assert day.shell.isVisible()
    assert day.visit.running
    day.until(Stage.DECIDING)
    day.rounds.leave()


# ---- locked ---------------------------------------------------------------------------------------------------------------------


def test_a_battery_that_waits_for_a_hand_does_not_keep_the_window_open(day) -> None:
    day.begin(STANCES)
    day.until(Stage.READY)
    assert not day.furniture._busy()
    day.rounds.set_by_itself(True)
    day.rounds.begin(STANCES)
    assert day.furniture._busy()
    day.rounds.leave()
    day.rounds.begin(Battery("none", "Nothing left", (Step("stance"),), 1))
    for _ in range(2):
        day.rounds.skip("no time")
    assert day.rounds.round.over
    assert not day.furniture._busy()


def test_nothing_begins_behind_the_lock_and_what_is_said_meanwhile_is_kept(day) -> None:
    day.begin(STANCES, by_itself=True)
    day.asked(FeltDialog)
    day.furniture.door.locking.watch(day.store)
    assert day.furniture.door.locking.lock() == ""
    QTest.qWait(1200)  # the rest is long over
    assert not day.visit.running
    assert day.rounds.stage is Stage.READY

    trial = day.visit.kept[0].setup.trial
    day.rounds.tell_felt(trial, Felt(pain=2))
    day.store = DeskStore(Desk.open(day.folder, DataKey(bytes(range(32)))))
    day.visit.store = day.store
    day.furniture.door.locking.uncover()
    assert [one.felt for one in day.stored()] == [Felt(pain=2)]
    day.rounds.leave()


def test_a_set_stopped_for_pain_never_counts_although_nobody_has_said_why_yet(day) -> None:
    day.begin(HARDER)
    day.key(KEY.Key_Space)
    day.until(Stage.RUNNING)
    day.key(KEY.Key_X)
    dialog = day.asked(StopDialog)
    day.qtbot.waitUntil(lambda: bool(day.visit.kept), timeout=WAIT_MS)
    day.let_go()
    assert [(one.counts, one.why) for one in day.stored()] == [(False, words_visit.STOP_MARK)]

    day.press(dialog.reasons[Reason.PAIN])
    day.press(dialog.understood)
    visit = day.store.following.visits("AB-1")[-1]
    assert [stop.reason for stop in visit.stops] == [Reason.PAIN]
    assert day.rounds.round.ceiling is Level.BALANCE


def test_how_a_set_felt_is_kept_though_the_devices_went_while_it_was_asked(day) -> None:
    day.begin(STANCES)
    day.do()
    day.key(KEY.Key_Return)
    dialog = day.asked(FeltDialog)
    day.let_go()
    day.qtbot.keyClick(dialog.scales["pain"], KEY.Key_4)
    day.press(dialog.save)

    assert [one.felt.pain for one in day.stored()] == [4]


# ---- stopped --------------------------------------------------------------------------------------------------------------------


def test_the_client_can_stop_in_a_rest_and_the_set_before_still_counts(day) -> None:
    day.begin(HARDER)
    day.do()
    day.key(KEY.Key_Return)
    day.asked(FeltDialog).reject()
    assert day.test.stop_set.isVisible()
    day.key(KEY.Key_X)
    dialog = day.asked(StopDialog)
    assert dialog.head.text() == words_visit.STOP_BETWEEN_TITLE
    day.press(dialog.reasons[Reason.PAIN])
    day.press(dialog.understood)

    assert [one.counts for one in day.stored()] == [True]
    assert [item.state for item in day.rounds.round.items] == [State.KEPT, State.LOCKED, State.LOCKED, State.LOCKED]
    assert day.store.following.visits("AB-1")[-1].stops[0].trial == day.visit.kept[0].setup.trial


def test_what_a_stop_has_locked_stays_locked_in_another_battery_of_the_visit_until_somebody_says_why(day) -> None:
    day.begin(HARDER)
    day.key(KEY.Key_X)
    dialog = day.asked(StopDialog)
    day.press(dialog.reasons[Reason.FEAR])
    day.press(dialog.understood)
    day.rounds.leave()
    day.begin(HARDER)
    assert {item.state for item in day.rounds.round.items} == {State.LOCKED}

    day.shell.show_page("visit")
    day.press(day.furniture.battery.unlock)
    why = day.asked(WhyDialog)
    day.press(why.ready[0])
    day.press(why.endings[0])
    assert {item.state for item in day.rounds.round.items} == {State.OPEN}
    day.rounds.leave()
    day.begin(HARDER)
    assert {item.state for item in day.rounds.round.items} == {State.OPEN}


def test_what_hurt_is_not_done_after_all_while_it_is_locked(day) -> None:
    day.begin(HARDER)
    day.key(KEY.Key_Space)
    day.until(Stage.RUNNING)
    day.key(KEY.Key_X)
    dialog = day.asked(StopDialog)
    day.press(dialog.reasons[Reason.PAIN])
    day.qtbot.waitUntil(lambda: bool(day.rounds.stops), timeout=WAIT_MS)
    day.press(dialog.understood)
    day.shell.show_page("visit")
    page = day.furniture.battery
    page.table.selectRow(0)
    assert not page.reopen.isVisible()

    day.rounds.unlock("it was the shoe")
    page.table.selectRow(0)
    assert page.reopen.isVisible()


def test_after_a_stop_nothing_begins_by_itself(day) -> None:
    day.begin(HARDER, by_itself=True)
    day.until(Stage.RUNNING)
    day.key(KEY.Key_X)
    dialog = day.asked(StopDialog)
    day.press(dialog.reasons[Reason.FATIGUE])
    day.qtbot.waitUntil(lambda: bool(day.rounds.stops), timeout=WAIT_MS)
    day.until(Stage.READY)
    QTest.qWait(600)

    assert not day.visit.running


def test_a_failed_trial_waits_for_a_decision_also_after_a_question_was_left(day) -> None:
    day.begin(STANCES, by_itself=True)
    day.until(Stage.RUNNING)
    day.key(KEY.Key_Space)  # ended by hand: not completed
    day.until(Stage.DECIDING)
    day.key(KEY.Key_R)
    day.asked(WhyDialog).reject()
    QTest.qWait(1200)

    assert day.rounds.stage is Stage.DECIDING
    assert day.visit.kept[-1].counts is None


def test_a_trial_that_is_repeated_leaves_no_buttons_to_decide_it_twice(day) -> None:
    day.begin(STANCES)
    day.do()
    day.key(KEY.Key_R)
    dialog = day.asked(WhyDialog)
    day.press(dialog.ready[0])
    day.press(dialog.endings[1])

    assert day.rounds.stage is Stage.RESTING
    assert not day.test.live.guide.accept.isVisible()


# ---- put aside and gone on with -------------------------------------------------------------------------------------------------


def test_a_battery_is_ended_only_after_a_question_and_can_be_put_aside(day) -> None:
    day.begin(STANCES)
    day.rounds.skip("no time")
    day.press(day.test.round_bar.leave)
    dialog = day.asked(LeaveDialog)
    dialog.reject()
    assert day.rounds.round is not None
    day.press(day.test.round_bar.leave)
    day.press(day.asked(LeaveDialog).later)
    assert day.rounds.round is None

    day.shell.show_page("visit")
    page = day.furniture.battery
    assert page.go_on.isVisible()
    day.press(page.go_on)
    assert day.rounds.round.at == 1
    day.press(day.test.round_bar.leave)
    day.press(day.asked(LeaveDialog).end)
    assert day.store.open_round("AB-1") is None


def test_a_battery_gone_on_with_before_anything_is_connected_is_not_lost(day) -> None:
    day.begin(STANCES)
    day.rounds.skip("no time")
    day.rounds.put_aside()
    day.let_go()
    day.shell.show_page("visit")
    day.furniture.battery._look_back()
    day.press(day.furniture.battery.go_on)

    assert day.store.open_round("AB-1") is not None  # whoever closes the window now finds it tomorrow
    day.visit.open(day.visit.choices)
    day.qtbot.waitUntil(lambda: bool(day.visit.session and day.visit.session.opened), timeout=WAIT_MS)
    newest = str(day.store.following.visits("AB-1")[-1].id)
    assert day.store.open_round("AB-1").visit == newest
    day.rounds.leave()
    assert day.store.open_round("AB-1") is None


def test_a_battery_done_after_devices_were_connected_anew_is_not_offered_again(day) -> None:
    day.begin(STANCES)
    day.rounds.skip("no time")
    day.let_go()
    day.visit.open(day.visit.choices)
    day.qtbot.waitUntil(lambda: bool(day.visit.session and day.visit.session.opened), timeout=WAIT_MS)
    day.rounds.skip("no time")

    assert day.rounds.round.over
    assert day.store.open_round("AB-1") is None


def test_after_a_question_that_was_asked_by_a_click_the_keys_go_to_the_test_again(day) -> None:
    day.begin(STANCES)
    day.do()
    day.press(day.test.live.guide.repeat)
    dialog = day.asked(WhyDialog)
    day.press(dialog.ready[0])
    day.press(dialog.endings[1])
    day.until(Stage.READY)
    day.shell.activateWindow()
    day.qtbot.waitUntil(day.shell.isActiveWindow)

    day.qtbot.waitUntil(day.test.hasFocus, timeout=WAIT_MS)
    day.qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Space)
    day.until(Stage.DECIDING)
    day.rounds.leave()


def test_a_set_that_is_discarded_comes_again_and_the_battery_can_be_left(day) -> None:
    day.begin(STANCES, by_itself=True)
    day.until(Stage.RUNNING)
    day.key(KEY.Key_Escape)
    day.press(next(b for b in day.box().buttons() if b.text() == words_pages.DISCARD))
    day.until(Stage.READY)
    QTest.qWait(600)

    assert not day.visit.running
    assert day.rounds.round.at == 0
    assert day.visit.kept == []
    assert day.test.round_bar.leave.isEnabled()
    assert day.test.round_bar.now.isVisible()
