"""A battery that is interrupted: another client, a lock, devices let go, a stop between two sets; nothing is counted or lost unasked."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ankletest.programme.battery import Battery, Level, Step
from ankletest.programme.felt import Felt, Reason
from ankletest.programme.round import State
from ankletest.store.desk import Desk
from ankletest.store.keys import DataKey
from tests.ui.working_day import HARDER, KEY, PRACTISED, STANCES, WAIT_MS
from tests.ui.working_day import day as day
from ui.desk.desk_store import DeskStore
from ui.pages.asking import FeltDialog, LeaveDialog, StopDialog, WhyDialog
from ui.rounds import Stage
from ui.words import clients as words_clients
from ui.words import pages as words_pages
from ui.words import visit as words_visit

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


def test_how_a_set_felt_is_asked_again_where_the_lock_closed_the_question_and_not_where_a_person_did(day) -> None:
    day.begin(STANCES, by_itself=True)
    first = day.asked(FeltDialog)
    day.furniture.door.locking.watch(day.store)
    assert day.furniture.door.locking.lock() == ""
    day.store = DeskStore(Desk.open(day.folder, DataKey(bytes(range(32)))))
    day.visit.store = day.store
    day.furniture.door.locking.uncover()
    again = day.asked(FeltDialog)

    assert again is not first
    again.scales["pain"].set_value(3)
    day.press(again.save)
    assert [one.felt.pain for one in day.stored() if one.felt is not None] == [3]
    day.furniture.test.round_bar.ask_again()
    assert day.furniture.test.round_bar.asking is None
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
