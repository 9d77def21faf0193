"""The client stops: in a set, between two, more than once; what is locked stays locked, and nothing goes on by itself."""

from PySide6.QtTest import QTest

from ankletest.programme.felt import Reason
from ankletest.programme.round import State
from tests.ui.working_day import HARDER, KEY, STANCES, WAIT_MS
from tests.ui.working_day import day as day
from ui.pages.asking import FeltDialog, StopDialog, WhyDialog
from ui.rounds import Stage
from ui.words import visit as words_visit

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
