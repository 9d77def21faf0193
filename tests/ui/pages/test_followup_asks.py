"""The page of follow-up: the question of the day after, who is due, recompute; driven by mouse and keys."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt

from ankletest.analysis import remade
from ankletest.programme.felt import Reason, Stop
from ankletest.session import Finished
from ankletest.store.records import VisitRecord
from drivers.catalog import MODELS
from tests.ui.clinic import LONG_MS, NOW
from tests.ui.followed import both, visited
from ui.words import followup as told

ROOT = Path(__file__).parents[3]
RECORDING = ROOT / "fixtures" / "visit" / "visit.mcap"


def as_version(value, step: int):
    return replace(value, metric=replace(value.metric, version=value.metric.version + step))


# ---- the day after --------------------------------------------------------------------------------------------------------------


def test_a_client_who_stopped_for_pain_is_asked_when_they_are_opened_and_the_answer_feeds_the_ladder(clinic) -> None:
    clinic.months(stop=Stop(Reason.PAIN, "l2l", NOW - timedelta(days=2)))
    clinic.shell.show_page("clients")
    clinic.furniture.visit.choose_client(clinic.store.clients()[0])
    card = clinic.page.next_day

    assert clinic.shell.page == "followup"
    assert card.isVisible()
    assert "a set was stopped: pain" in card.question.text()
    assert not card.keep.isEnabled()
    assert "How much did it hurt on the day after?" in clinic.page.next_day.question.text()
    clinic.qtbot.keyClick(card.scale, Qt.Key.Key_6)
    clinic.qtbot.keyClick(card.keep, Qt.Key.Key_Space)
    assert not card.isVisible()
    assert clinic.page.sentence.text() == told.NEXT_DAY_KEPT.format(pain=6)
    assert clinic.store.following.visits("AB-17")[-1].pain_next_day == 6
    assert "Pain 6 of 10 on the day after, above 2." in clinic.page.ladder.reasons.text()


def test_not_now_leaves_the_question_for_the_next_time(clinic, qtbot) -> None:
    clinic.months(stop=Stop(Reason.FEAR, "l2l", NOW - timedelta(days=2)))
    clinic.take()
    clinic.click(clinic.page.next_day.pass_over)
    assert not clinic.page.next_day.isVisible()
    clinic.page.refresh()

    assert not clinic.page.next_day.isVisible()
    assert clinic.store.following.visits("AB-17")[-1].pain_next_day is None


def test_a_stop_of_today_or_of_a_device_asks_nothing(clinic) -> None:
    clinic.months(stop=Stop(Reason.DEVICE, "l2l", NOW - timedelta(days=2)))
    visited(clinic.desk, clinic.client, NOW, stop=Stop(Reason.PAIN, "x", NOW))
    clinic.shell.show_page("clients")
    clinic.furniture.visit.choose_client(clinic.store.clients()[0])

    assert clinic.shell.page == "clients"


# ---- due list -------------------------------------------------------------------------------------------------------------------


def test_where_nobody_is_taken_the_due_list_is_shown_and_a_click_opens_the_client(clinic) -> None:
    clinic.months()
    other = clinic.desk.add_client("CD-18", name="Carl Dorn")
    visited(clinic.desk, other, NOW - timedelta(days=400), *both("stance", {"velocity": 1.0}, {"velocity": 1.0}, tag="o"))
    fresh = clinic.desk.add_client("EF-19")
    visited(clinic.desk, fresh, NOW - timedelta(days=1), *both("stance", {"velocity": 1.0}, {"velocity": 1.0}, tag="f"))
    clinic.shell.show_page("followup")
    due = clinic.page.due
    clinic.qtbot.waitUntil(lambda: due.table.rowCount() == 1, timeout=LONG_MS)

    assert [due.table.item(0, column).text() for column in (0, 1, 3, 4)] == ["AB-17", "Anna Berg", "30 days late", told.DUE_NEVER]
    due.old.setChecked(True)
    assert [due.table.item(row, 0).text() for row in range(due.table.rowCount())] == ["CD-18", "AB-17"]
    clinic.click(due.table.viewport(), due.table.visualItemRect(due.table.item(1, 0)).center())
    assert clinic.furniture.visit.client.code == "AB-17"
    assert clinic.page.body.currentIndex() == 1
    clinic.click(clinic.page.due_button)
    assert clinic.page.body.currentIndex() == 0
    due.table.setCurrentCell(0, 0)
    clinic.qtbot.keyClick(due.table, Qt.Key.Key_Return)
    assert clinic.furniture.visit.client.code == "CD-18"


# ---- recompute ------------------------------------------------------------------------------------------------------------------


def test_history_is_recomputed_with_old_beside_new_and_missing_recordings_told(clinic) -> None:
    clinic.months(1)  # its recording is not there
    path = clinic.desk.folder / "recordings" / "visit.mcap"
    path.parent.mkdir(exist_ok=True)
    shutil.copy(RECORDING, path)
    visit = clinic.desk.open_visit(clinic.client, path)
    for one in remade(path, MODELS)[0]:
        clinic.desk.save_trial(visit, Finished(one.trial, one.values[1:]))
    with clinic.desk.database.writing() as session:
        session.get_one(VisitRecord, visit).opened_at = NOW
    clinic.take()
    clinic.click(clinic.page.recompute)
    dialog = clinic.page.recompute_dialog
    assert not dialog.cancel.isEnabled()
    clinic.click(dialog.one)
    clinic.qtbot.waitUntil(lambda: dialog.sentence.text() != "", timeout=LONG_MS)

    assert dialog.sentence.text().startswith("Trials made again: 4. ")
    assert dialog.table.rowCount() == 4
    assert dialog.table.item(0, 0).text() == "AB-17"
    assert "is not there. Its stored numbers stay as they are." in dialog.told.toPlainText()
    clinic.click(dialog.close_button)


def test_recompute_can_be_cancelled(clinic) -> None:
    clinic.months(3)
    (clinic.desk.folder / "recordings").mkdir(exist_ok=True)
    for visit in clinic.store.following.visits("AB-17"):
        shutil.copy(RECORDING, clinic.desk.folder / "recordings" / f"{visit.when:%Y-%m-%d}.mcap")
    clinic.take()
    clinic.page.ask_recompute()
    dialog = clinic.page.recompute_dialog
    clinic.click(dialog.all)
    assert dialog.cancel.isEnabled()
    assert not dialog.all.isEnabled()
    clinic.click(dialog.cancel)
    clinic.qtbot.waitUntil(lambda: dialog.sentence.text() != "", timeout=LONG_MS)

    assert told.RECOMPUTE_CANCELLED in dialog.sentence.text()
    assert dialog.all.isEnabled()
    dialog.reject()


def test_a_page_that_is_shown_again_after_the_store_was_locked_shows_no_name(clinic) -> None:
    clinic.months()
    clinic.take()
    store, clinic.furniture.visit.store = clinic.furniture.visit.store, None
    clinic.page.refresh()

    assert not clinic.page.body.isVisible()
    assert clinic.page.whose.text() == ""
    assert clinic.page.sentence.text() == told.NO_STORE
    clinic.furniture.visit.store = store


def test_a_window_that_is_closed_while_it_recomputes_ends_it_and_keeps_what_was_done(clinic) -> None:
    clinic.months(3)
    (clinic.desk.folder / "recordings").mkdir(exist_ok=True)
    for visit in clinic.store.following.visits("AB-17"):
        shutil.copy(RECORDING, clinic.desk.folder / "recordings" / f"{visit.when:%Y-%m-%d}.mcap")
    clinic.take()
    clinic.page.ask_recompute()
    dialog = clinic.page.recompute_dialog
    clinic.click(dialog.one)
    clinic.qtbot.waitUntil(lambda: clinic.furniture.jobs.busy, timeout=LONG_MS)
    clinic.click(dialog.close_button)
    clinic.settle()

    assert clinic.page.recompute_dialog is None
    assert clinic.page.isVisible()


def test_a_recompute_that_goes_on_does_not_hold_the_window_open(clinic) -> None:
    clinic.months(1)
    clinic.take()
    clinic.page.ask_recompute()
    dialog = clinic.page.recompute_dialog
    clinic.page.halt()

    assert dialog._enough.is_set()
    dialog.reject()


def test_a_trend_goes_on_over_a_new_version_once_history_is_recomputed(clinic) -> None:
    path = clinic.desk.folder / "recordings" / "visit.mcap"
    path.parent.mkdir(exist_ok=True)
    shutil.copy(RECORDING, path)
    made, _ = remade(path, MODELS)
    older = [Finished(one.trial, tuple(as_version(value, -1) for value in one.values)) for one in made]
    visits = [clinic.desk.open_visit(clinic.client, path) for _ in range(2)]
    for visit, trials in zip(visits, (older, made), strict=True):
        for one in trials:
            clinic.desk.save_trial(visit, one)
    with clinic.desk.database.writing() as session:
        session.get_one(VisitRecord, visits[0]).opened_at = NOW - timedelta(days=28)
    clinic.take()
    hops = clinic.card("hops")
    hops.number.setCurrentIndex(hops.number.findData("contact_time"))
    now = hops.trend.version
    assert hops.version.text() == f"Version {now} throughout; 2 in an older version left out: recompute"
    clinic.page.ask_recompute()
    dialog = clinic.page.recompute_dialog
    clinic.qtbot.keyClick(dialog.one, Qt.Key.Key_Space)
    clinic.qtbot.waitUntil(lambda: dialog.sentence.text() != "", timeout=LONG_MS)

    assert hops.version.text() == f"Version {now} throughout; 2 made again"
    assert [len(line) for line in hops.trend.lines.values()] == [2, 2]
    dialog.reject()
