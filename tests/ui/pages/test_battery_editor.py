"""Batteries copied, edited, saved, deleted and put back in the real window, by mouse and by keys alone."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from ankletest.programme import own
from ankletest.programme.battery import Legs, shipped
from ankletest.trial import Eyes
from ui.words import batteries as told

LEFT = Qt.MouseButton.LeftButton
KEY = Qt.Key


@pytest.fixture
def page(room):
    room.shell.show_page("visit")
    return room.furniture.battery


@pytest.fixture
def choice(page):
    return page.choice


def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def stored(tmp_path: Path, key: str):
    return own.read_file(folder(tmp_path) / own.BATTERIES / f"{key}.toml")


def chosen(combo, value: str) -> None:
    """Choose an entry of a combo box by keys."""
    combo.setFocus()
    combo.setCurrentIndex(combo.findData(value))


def alt(room, editor, key, done) -> None:
    """Press Alt and a letter; Qt shows the button pressed for a moment before it acts."""
    room.qtbot.keyClick(editor, key, Qt.KeyboardModifier.AltModifier)
    room.qtbot.waitUntil(done)


def copied(room, choice):
    """Copy the battery shown and return the editor."""
    room.qtbot.mouseClick(choice.copy, LEFT)
    return choice.editor


def test_what_ships_can_be_copied_and_not_changed(room, choice) -> None:
    assert choice.copy.isEnabled()
    assert not choice.edit.isEnabled()
    assert not choice.delete.isEnabled()
    assert choice.edit.toolTip() == told.SHIPPED_STAYS


def test_a_copy_is_edited_saved_and_chosen(room, page, choice, tmp_path: Path) -> None:
    editor = copied(room, choice)
    room.qtbot.keyClicks(editor.title, "Quick look")  # the name is selected, so it is written over
    rows = editor.table.rowCount()
    editor.table.selectRow(0)
    room.qtbot.mouseClick(editor.remove, LEFT)
    assert editor.table.rowCount() == rows - 1
    room.qtbot.mouseClick(editor.add, LEFT)
    chosen(editor.form.exam, "stance")
    chosen(editor.form.eyes, "closed")
    editor.form.times.setValue(3)
    editor.form.practice.setValue(1)
    editor.form.rest.setValue(45.0)
    editor.form.duration.setValue(20.0)
    room.qtbot.mouseClick(editor.keep, LEFT)
    saved = stored(tmp_path, choice.battery.key)
    step = saved.steps[1]

    assert (saved.title, choice.battery.title) == ("Quick look", "Quick look")
    assert (step.exam, step.eyes, step.times, step.practice, step.rest_s, step.duration_s) == ("stance", Eyes.CLOSED, 3, 1, 45.0, 20.0)
    assert len(saved.steps) == rows
    assert choice.combo.currentText() == told.OWN.format(title="Quick look")
    assert page.card.accessibleName() == "Quick look"
    assert choice.edit.isEnabled()


def test_the_whole_way_by_keys(room, choice, tmp_path: Path) -> None:
    choice.copy.setFocus()
    room.qtbot.keyClick(choice.copy, KEY.Key_Space)
    editor = choice.editor
    editor.activateWindow()
    room.qtbot.waitUntil(editor.isActiveWindow)
    assert editor.focusWidget() is editor.title
    room.qtbot.keyClicks(editor.title, "By keys")
    editor.table.setFocus()
    room.qtbot.keyClick(editor.table, KEY.Key_Down)
    first = editor.table.item(1, 1).text()
    alt(room, editor, KEY.Key_U, lambda: editor.table.item(0, 1).text() == first)
    assert editor.table.currentRow() == 0
    assert not editor.up.isEnabled()
    alt(room, editor, KEY.Key_D, lambda: editor.table.item(1, 1).text() == first)
    rows = editor.table.rowCount()
    alt(room, editor, KEY.Key_A, lambda: editor.table.rowCount() == rows + 1)
    assert editor.table.currentRow() == 2
    alt(room, editor, KEY.Key_R, lambda: editor.table.rowCount() == rows)
    alt(room, editor, KEY.Key_S, lambda: choice.battery.title == "By keys")

    assert len(choice.battery.steps) == len(shipped()[0].steps)


def test_saving_again_raises_the_version(room, choice, tmp_path: Path) -> None:
    room.qtbot.mouseClick(copied(room, choice).keep, LEFT)
    key = choice.battery.key
    assert stored(tmp_path, key).version == 1
    room.qtbot.mouseClick(choice.edit, LEFT)
    choice.editor.minutes.setValue(99)
    room.qtbot.mouseClick(choice.editor.keep, LEFT)

    assert (stored(tmp_path, key).version, stored(tmp_path, key).minutes) == (2, 99)


def test_an_order_that_tires_the_ankle_first_is_told_while_editing(room, choice) -> None:
    editor = copied(room, choice)
    editor.table.selectRow(0)
    chosen(editor.form.exam, "drop_jump")

    assert "harder: the ankle is tired by then" in editor.order.text()
    room.qtbot.mouseClick(editor.leave, LEFT)
    (box,) = editor.findChildren(QMessageBox)
    room.qtbot.mouseClick(box.button(QMessageBox.StandardButton.Discard), LEFT)


def test_a_battery_without_name_or_exams_is_not_saved(room, choice, tmp_path: Path) -> None:
    editor = copied(room, choice)
    editor.title.clear()
    room.qtbot.mouseClick(editor.keep, LEFT)
    assert editor.sentence.text() == told.NO_TITLE
    room.qtbot.keyClicks(editor.title, "Empty")
    while editor.table.rowCount():
        room.qtbot.mouseClick(editor.remove, LEFT)
    room.qtbot.mouseClick(editor.keep, LEFT)
    assert editor.sentence.text() == told.NO_STEPS
    assert not (folder(tmp_path) / own.BATTERIES).exists()
    room.qtbot.mouseClick(editor.add, LEFT)
    room.qtbot.mouseClick(editor.keep, LEFT)

    assert choice.battery.title == "Empty"


def test_changes_are_not_lost_without_a_question(room, choice) -> None:
    editor = copied(room, choice)
    editor.minutes.setValue(77)
    room.qtbot.keyClick(editor, KEY.Key_Escape)
    (box,) = editor.findChildren(QMessageBox)
    assert box.text() == told.UNSAVED_TEXT
    room.qtbot.mouseClick(box.button(QMessageBox.StandardButton.Cancel), LEFT)
    assert editor.isVisible()
    room.qtbot.waitUntil(lambda: not editor.findChildren(QMessageBox))
    room.qtbot.keyClick(editor, KEY.Key_Escape)
    (box,) = editor.findChildren(QMessageBox)
    room.qtbot.mouseClick(box.button(QMessageBox.StandardButton.Discard), LEFT)

    assert choice.battery == shipped()[0]


def test_deleting_asks_and_can_be_undone(room, page, choice, tmp_path: Path) -> None:
    room.qtbot.mouseClick(copied(room, choice).keep, LEFT)
    mine = choice.battery
    for answer in (QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Yes):
        room.qtbot.waitUntil(lambda: not choice.findChildren(QMessageBox))
        room.qtbot.mouseClick(choice.delete, LEFT)
        (box,) = choice.findChildren(QMessageBox)
        assert mine.title in box.text()
        room.qtbot.mouseClick(box.button(answer), LEFT)
    assert choice.battery == shipped()[0]
    assert told.DELETED.format(title=mine.title) in page.note.text()
    room.qtbot.mouseClick(choice.undo, LEFT)

    assert stored(tmp_path, mine.key) == mine
    assert not choice.undo.isVisible()


def test_a_wrong_file_is_told_on_the_page(room, page, choice, tmp_path: Path) -> None:
    room.qtbot.mouseClick(copied(room, choice).keep, LEFT)
    path = folder(tmp_path) / own.BATTERIES / f"{choice.battery.key}.toml"
    path.write_text(path.read_text("utf-8").replace("times = ", "times = 7", 1), "utf-8")
    room.furniture.batteries._read()

    assert f"{path.name}, step 1: times is 7" in page.note.text()
    assert "Line " in page.note.text()


def test_both_legs_at_once_is_offered_where_the_exam_knows_of_it(room, choice) -> None:
    editor = copied(room, choice)
    chosen(editor.form.exam, "lunge")
    assert editor.form.legs.findData(Legs.BOTH.value) < 0
    chosen(editor.form.exam, "jump")
    chosen(editor.form.legs, Legs.BOTH.value)
    room.qtbot.mouseClick(editor.keep, LEFT)

    assert any(step.legs is Legs.BOTH and step.given == {"legs": 2.0} for step in choice.battery.steps)


def test_a_step_on_both_legs_shows_so_whatever_was_shown_before(room, choice) -> None:
    choice.combo.setCurrentIndex(choice.combo.findData("warm_up_to_plyometric"))
    editor = copied(room, choice)
    steps = shipped()[-1].steps
    assert editor.form.step.exam == "lunge", "which is of one leg"
    for row, step in enumerate(steps):
        editor.table.selectRow(row)
        assert editor.form.legs.currentData() == step.legs.value
        assert editor.form.step == step
    editor.close()


def test_the_tempo_of_a_step_is_chosen_from_the_list(room, choice) -> None:
    choice.combo.setCurrentIndex(choice.combo.findData("warm_up_to_plyometric"))
    editor = copied(room, choice)
    row = next(row for row, step in enumerate(editor.battery.steps) if step.exam == "hops")
    editor.table.selectRow(row)
    assert editor.form.tempo.currentText() == "Pogo 140 /min"
    editor.form.tempo.setFocus()
    room.qtbot.keyClick(editor.form.tempo, KEY.Key_Down)
    room.qtbot.mouseClick(editor.keep, LEFT)

    assert choice.battery.steps[row].given == {"legs": 2.0, "beats": 160.0}


def test_the_editor_is_gone_after_saving_and_after_escape_without_changes(room, choice) -> None:
    editor = copied(room, choice)
    room.qtbot.mouseClick(editor.keep, LEFT)
    assert not editor.isVisible()
    editor = copied(room, choice)
    room.qtbot.keyClick(editor, KEY.Key_Escape)
    assert not editor.isVisible()
    editor = copied(room, choice)
    editor.close()
    assert not editor.isVisible()
