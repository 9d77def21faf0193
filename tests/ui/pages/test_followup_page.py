"""The page of follow-up, driven by mouse and keys over a store that holds months of visits: history, targets, ladder."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from ankletest import metrics
from ankletest.programme.felt import Reason, Stop
from ankletest.programme.targets import Origin
from ankletest.samples import Side
from tests.ui.clinic import FINE, NOW
from tests.ui.followed import both, visited
from ui import theme
from ui.pages.results import STORED
from ui.words import followup as told
from ui.words.results import EXAM_COLUMNS

# ---- history ------------------------------------------------------------------------------------------------------------------


def test_without_a_store_the_page_says_so(room) -> None:
    room.shell.show_page("followup")

    assert room.furniture.follow_up.sentence.text() == told.NO_STORE
    assert not room.furniture.follow_up.recompute.isEnabled()


def test_a_new_client_has_no_history_and_starts_on_the_first_step(clinic) -> None:
    clinic.take()

    assert clinic.page.whose.text() == "AB-17  ·  no visit yet"
    assert clinic.page.history.sentence.text() == told.HISTORY_EMPTY
    assert clinic.page.ladder.right() == "step 1 of 8"
    assert not clinic.page.targets.set_button.isVisible()
    assert clinic.page.targets.empty.text() == told.TARGETS_NOT_YET


def test_each_exam_has_its_card_with_left_and_right_over_the_months(clinic) -> None:
    clinic.months()
    clinic.take()
    stance = clinic.card("stance")

    assert [card.track.conditions.exam for card in clinic.page.history.cards] == ["stance", "lunge"]
    assert stance.number.currentText() == "Mean sway velocity"  # the hold time never changed
    first, last = ((NOW - timedelta(days=days)).astimezone().strftime("%Y-%m-%d") for days in (58, 2))
    assert stance.plot.accessibleDescription() == (
        f"Left: 3 values from 60.0 mm/s on {first} to 40.0 mm/s on {last}; Right: 3 values from 36.0 mm/s on {first} to 36.0 mm/s on {last}"
    )
    assert stance.verdicts["right"].text() == f"■  R   within error since {first} (0.0 mm/s)"
    assert stance.verdicts["left"].text().startswith("●  L   ")
    assert stance.version.text() == f"Version {metrics.by_key('velocity').version} throughout"


def test_another_number_is_chosen_by_keys_and_stays_chosen(clinic) -> None:
    clinic.months()
    clinic.take()
    stance = clinic.card("stance")
    stance.number.setFocus()
    clinic.qtbot.keyClick(stance.number, Qt.Key.Key_Up)
    assert stance.number.currentText() == "Hold time"
    clinic.page.refresh()

    assert stance.number.currentText() == "Hold time"
    assert "30.0" in stance.plot.accessibleDescription()


def test_a_click_on_a_point_opens_that_visits_results(clinic) -> None:
    clinic.months()
    clinic.take()
    stance = clinic.card("stance")
    clinic.click(stance.plot, stance.plot.place_of(2).toPoint())

    assert clinic.shell.page == "results"
    row = clinic.furniture.results.trials.rows[clinic.furniture.results.trial_view.currentIndex().row()]
    assert (row.exam, row.side, row.number) == ("stance", Side.LEFT, 1)
    assert row.when.date() == (NOW - timedelta(days=30)).date()


def test_a_click_beside_the_points_opens_nothing(clinic) -> None:
    clinic.months()
    clinic.take()
    clinic.click(clinic.card("stance").plot, QPoint(2, 2))

    assert clinic.shell.page == "followup"


def test_arrows_go_from_point_to_point_and_enter_opens_it(clinic) -> None:
    clinic.months()
    clinic.take()
    plot = clinic.card("stance").plot
    plot.setFocus()
    assert plot.at == 5  # the newest
    for _ in range(9):
        clinic.qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.at == 0
    assert plot.accessibleDescription().startswith("Left, ")
    assert "60.0 mm/s ± 1.0 (2 u)" in plot.accessibleDescription()
    clinic.qtbot.keyClick(plot, Qt.Key.Key_Return)

    assert clinic.shell.page == "results"
    rows, view = clinic.furniture.results.trials.rows, clinic.furniture.results.trial_view
    assert rows[view.currentIndex().row()].when.date() == (NOW - timedelta(days=58)).date()


def test_both_legs_have_their_own_colour_and_shape(clinic) -> None:
    clinic.months()
    clinic.take()
    plot = clinic.card("stance").plot
    picture = plot.grab().toImage()
    ratio = picture.devicePixelRatio()

    def inked(number: int, ink: str, dx: float, dy: float) -> bool:
        """Tell whether a pixel beside a point has rather the colour of its leg than that of the ground; edges are blended."""
        spot = plot.place_of(number)
        seen = picture.pixelColor(int((spot.x() + dx) * ratio), int((spot.y() + dy) * ratio))
        apart = [sum(abs(a - b) for a, b in zip(seen.getRgb(), theme.color(of).getRgb(), strict=True)) for of in (ink, "surface")]
        return apart[0] < apart[1]

    assert inked(2, "left", 0, 2)
    assert inked(3, "right", 0, 2)
    # The corner of the right leg's square is there where the left leg's circle has none.
    assert [inked(2, "left", dx, 3.2) for dx in (-3.2, 3.2)] == [False, False]
    assert [inked(3, "right", dx, 3.2) for dx in (-3.2, 3.2)] == [True, True]


# ---- targets --------------------------------------------------------------------------------------------------------------------


def chosen(clinic, origin: Origin, number: str = "Mean sway velocity", side: Side = Side.LEFT):
    targets = clinic.page.targets
    found = [k for k in range(targets.number.count()) if targets.number.itemText(k).startswith(number)]
    targets.number.setCurrentIndex(found[0])
    targets.leg.setCurrentIndex(targets.leg.findData(side.value))
    targets.origin.setCurrentIndex(targets.origin.findData(origin.value))
    return targets


def test_a_target_from_the_other_leg_shows_how_far_the_way_is_and_stands_in_the_plot(clinic) -> None:
    clinic.months()
    clinic.take()
    targets = chosen(clinic, Origin.OTHER_SIDE)
    assert targets.value.value() == 40.0  # 36 / 0.9
    assert not targets.value.isEnabled()
    clinic.click(targets.set_button)

    (row,) = targets.rows
    assert row.text.text() == "60.0 → 40.0 mm/s, now 40.0: reached  ·  90 % of the other leg"
    assert row.bar.value() == 100
    assert clinic.card("stance").plot._lines.targets == {"left": 40.0}
    (kept,) = clinic.store.following.targets("AB-17")
    assert (kept.target.origin, kept.target.value) == (Origin.OTHER_SIDE, 40.0)


def test_a_target_by_hand_is_typed_and_removed(clinic) -> None:
    clinic.months()
    clinic.take()
    targets = chosen(clinic, Origin.HAND)
    assert targets.value.value() == 60.0
    targets.value.setFocus()
    targets.value.selectAll()
    clinic.qtbot.keyClicks(targets.value, "35")
    clinic.qtbot.keyClick(targets.value, Qt.Key.Key_Tab)
    clinic.qtbot.keyClick(targets.set_button, Qt.Key.Key_Space)

    (row,) = targets.rows
    assert row.text.text() == "60.0 → 35.0 mm/s, now 40.0: 80 %  ·  by hand"
    assert row.bar.value() == 80
    clinic.click(row.remove)
    box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())
    assert box.defaultButton().text() == told.CANCEL
    clinic.click(next(b for b in box.buttons() if b.text() == told.TARGET_REMOVE))
    assert targets.rows == []
    assert clinic.store.following.targets("AB-17") == []


def test_a_target_stands_beside_its_number_on_the_results_page(clinic) -> None:
    clinic.months()
    clinic.take()
    clinic.click(chosen(clinic, Origin.OTHER_SIDE).set_button)
    clinic.shell.show_page("results")
    page = clinic.furniture.results
    page.source.setCurrentIndex(page.source.findData(STORED))
    clinic.settle()
    table, column = page.exams, EXAM_COLUMNS.index("Target")
    cells = {table.item(row, 0).text(): table.item(row, column) for row in range(table.rowCount()) if table.item(row, 0)}

    assert cells["Mean sway velocity, mm/s"].text() == "L  40.0"
    assert {name for name, cell in cells.items() if cell is not None and "40.0" in cell.text()} == {"Mean sway velocity, mm/s"}
    assert not table.isColumnHidden(column)


def test_a_target_that_makes_no_sense_is_a_sentence(clinic) -> None:
    clinic.months()
    clinic.take()
    targets = chosen(clinic, Origin.HAND)
    targets.value.setValue(70.0)
    clinic.click(targets.set_button)

    assert "at that target already" in targets.sentence.text()
    assert targets.rows == []
    chosen(clinic, Origin.OTHER_SIDE, side=Side.RIGHT)
    assert targets.sentence.text() == told.GOOD_ALREADY
    assert not targets.set_button.isEnabled()


def test_a_norm_is_offered_only_where_one_matches_and_says_whose_it_is(clinic) -> None:
    clinic.months()
    clinic.take()
    targets = chosen(clinic, Origin.NORM, "Hold time")
    assert targets.sentence.text().startswith("No norm matches: ") or targets.sentence.text() == told.NORM_THERE
    assert not targets.set_button.isEnabled()


# ---- ladder ---------------------------------------------------------------------------------------------------------------------


def test_the_proposal_is_shown_with_its_reasons_and_accepting_moves_the_client(clinic) -> None:
    clinic.months()
    clinic.take()
    ladder = clinic.page.ladder

    assert ladder.proposed.text() == "Proposed: go on to step 2, Strength, slow"
    assert "at least 35 is asked for: that is met." in ladder.reasons.text()
    assert "pain 1 of 10, at most 2 is asked for: that is met." in ladder.reasons.text()
    assert ladder.stay.isVisible()
    clinic.click(ladder.accept)
    assert ladder.right() == "step 2 of 8"
    assert "Decided on" in ladder.last.text()
    assert "as proposed" in ladder.last.text()
    assert ladder.reasons.text() == told.NOTHING_NEW
    assert not ladder.accept.isEnabled()
    (decision,) = clinic.store.following.decisions("AB-17")
    assert (decision.before, decision.step, len(decision.reasons) > 3) == (0, 1, True)
    # Another visit is something new.
    visited(clinic.desk, clinic.client, NOW, *both("heel_raise", {"raises": 12.0}, {"raises": 25.0}, tag="h"), felt=FINE)
    clinic.page.refresh()
    assert ladder.accept.isEnabled()


def test_the_physio_may_stay(clinic) -> None:
    clinic.months()
    clinic.take()
    clinic.qtbot.keyClick(clinic.page.ladder.stay, Qt.Key.Key_Space)

    assert clinic.page.ladder.right() == "step 1 of 8"
    assert clinic.store.following.decisions("AB-17")[0].choice == "stayed"


def test_another_step_needs_a_reason_which_is_kept(clinic) -> None:
    clinic.months()
    clinic.take()
    ladder = clinic.page.ladder
    assert not ladder.choice.isVisible()
    clinic.click(ladder.other)
    ladder.step.setCurrentIndex(4)
    clinic.click(ladder.keep)
    assert "Another step needs a reason" in ladder.trouble.text()
    assert clinic.store.following.decisions("AB-17") == []
    clinic.qtbot.keyClicks(ladder.why, "landed well on the field")
    clinic.qtbot.keyClick(ladder.why, Qt.Key.Key_Return)

    assert ladder.right() == "step 5 of 8"
    assert ladder.last.text().endswith("(the physio's choice): landed well on the field")


def test_a_ladder_of_the_clinic_is_used_and_a_wrong_one_is_told(clinic, tmp_path: Path) -> None:
    path = tmp_path / "data" / "ladder.toml"
    path.write_text('[[step]]\ntitle = "Ours"\ndrills = "skipping"\n', "utf-8")
    clinic.take()
    assert (clinic.page.ladder.right(), clinic.page.ladder.drills.text()) == ("step 1 of 1", "Drills: skipping")
    path.write_text("[[step]]\n", "utf-8")
    clinic.page.refresh()

    assert clinic.page.ladder.right() == "step 1 of 8"
    assert "ladder.toml, step 1 has no title." in clinic.page.ladder.trouble.text()


# ---- size -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
def test_nothing_is_clipped_with_letters_half_as_large_again(clinic, scheme, monkeypatch) -> None:
    clinic.months(stop=Stop(Reason.PAIN, "l2l", NOW - timedelta(days=2)))
    plain = theme.font
    monkeypatch.setattr(theme, "font", lambda px, *rest, **more: plain(px * 1.5, *rest, **more))
    application = QApplication.instance()
    theme.apply(application, scheme)
    clinic.take()
    clinic.qtbot.wait(1)

    ladder, history = clinic.page.ladder, clinic.page.history
    assert history.widget().minimumSizeHint().width() <= history.viewport().width()
    assert ladder.minimumSizeHint().width() <= ladder.width()
    for card in history.cards:
        room, places = card.plot._room(), card.plot._places()
        assert room.width() > 80
        assert all(room.left() <= spot.x() <= room.right() for spot in places)
    for button in (ladder.accept, ladder.other, clinic.page.targets.set_button, clinic.page.next_day.keep):
        assert button.fontMetrics().horizontalAdvance(button.text()) < button.width()
