"""The menu of exports on the results page: files and folders, nothing replaced without a question."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from ankletest.exchange.out import Format
from ui.survey import survey
from ui.words import pages as words
from ui.words import results as told

LONG_MS = 20_000


@pytest.fixture
def page(room, visit_file: Path):
    room.shell.show_page("results")
    room.furniture.results.show_recording(survey(room.furniture.hub, visit_file, lambda _: None))
    return room.furniture.results


def choose(page, title: str, path: Path) -> None:
    """Open the menu with the mouse, take an entry by its key, and answer the dialog."""
    exports = page.exports
    (action,) = (action for action in exports.menu.actions() if action.text() == title)

    mouse(page, exports.to_files)
    exports.menu.setActiveAction(action)
    from_key(exports.menu, Qt.Key.Key_Return)
    (dialog,) = page.findChildren(QFileDialog)
    dialog.selectFile(str(path))
    if dialog.fileMode() is QFileDialog.FileMode.Directory:
        dialog.setDirectory(str(path))
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def mouse(page, button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(button.width() // 2, button.height() // 2))


def from_key(widget, key) -> None:
    QTest.keyClick(widget, key)


def test_every_format_is_in_the_menu(page) -> None:
    titles = [action.text() for action in page.exports.menu.actions() if action.text()]

    assert titles == [told.NUMBERS_CSV, told.NUMBERS_PARQUET, *(told.SAMPLES[kind] for kind in Format)]


# The off-screen platform says of every menu that it has no keyboard to grab.
@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_samples_go_into_a_folder_by_menu(room, page, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    choose(page, told.SAMPLES["c3d"], folder)
    room.qtbot.waitUntil(lambda: page.sentence.text() == told.EXPORTED_FOLDER[1].format(count=8, folder=folder), timeout=LONG_MS)

    assert len(list(folder.glob("*.c3d"))) == 8


def test_what_is_there_is_replaced_only_when_somebody_says_so(room, page, tmp_path: Path) -> None:
    mine = tmp_path / "recording.json"
    mine.write_text("precious")
    page.exports.samples(tmp_path, Format.JSON)
    room.qtbot.waitUntil(lambda: bool(page.findChildren(QMessageBox)), timeout=LONG_MS)
    (box,) = page.findChildren(QMessageBox)
    assert "recording.json is there already" in box.text()
    room.qtbot.mouseClick(box.button(QMessageBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert mine.read_text() == "precious"
    room.qtbot.waitUntil(lambda: not page.findChildren(QMessageBox))
    page.exports.samples(tmp_path, Format.JSON)
    room.qtbot.waitUntil(lambda: bool(page.findChildren(QMessageBox)), timeout=LONG_MS)
    (box,) = page.findChildren(QMessageBox)
    room.qtbot.mouseClick(box.button(QMessageBox.StandardButton.Yes), Qt.MouseButton.LeftButton)
    room.qtbot.waitUntil(lambda: page.sentence.text() == told.EXPORTED_FOLDER[0].format(count=1, folder=tmp_path), timeout=LONG_MS)
    record = json.loads(mine.read_text("utf-8"))

    assert [one["exam"] for one in record["trials"]] == ["stance", "stance", "hops", "hops"]
    assert {"001_stance_left_pad", "003_hops_left_foot-left"} <= {stream["name"] for stream in record["streams"]}


def test_numbers_as_parquet(room, page, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow, an optional extra, is not installed")
    path = tmp_path / "numbers.parquet"
    page.exports.parquet(path)
    room.qtbot.waitUntil(lambda: page.sentence.text() == words.EXPORTED.format(path=path), timeout=LONG_MS)

    assert {"id", "unit", "version", "status", "reasons", "uncertainty"} <= set(parquet.read_table(path).column_names)


def test_a_full_or_missing_folder_is_a_sentence(room, page, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    page.exports.samples(tmp_path / "file", Format.CSV)
    room.qtbot.waitUntil(lambda: "cannot be written" in page.sentence.text(), timeout=LONG_MS)

    assert (tmp_path / "file").read_text() == "no folder"
