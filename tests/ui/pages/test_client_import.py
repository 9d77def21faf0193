"""A table of clients taken in by the window: guessed, shown, corrected, ticked, imported, undone; and the list written out."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from ankletest.exchange.clients_in import FIELDS
from ankletest.exchange.sheet import read_sheet
from ankletest.store.alike import Kind
from ankletest.store.client_book import entered
from ankletest.store.people import Details
from tests.ui.desktop import Desktop
from ui.pages.client_import import SAID_COLUMN, TICK_COLUMN, title_of
from ui.words import clients as texts

TABLE = """Nachname;Vorname;Geburtsdatum;Größe;Zimmer
Berg;Anna;12.03.1990;171;4
Dorn;Carl;30.02.1980;180;5
Fink;Eva;1.1.1999;1,62;7
Dorn;Gustav;4.4.1970;;7
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(TABLE, "utf-8")
    return path


def idle(desktop: Desktop) -> None:
    desktop.qtbot.waitUntil(lambda: not desktop.furniture.jobs.busy)
    QCoreApplication.processEvents()


def shown(desktop: Desktop, path: Path) -> None:
    desktop.book.enter(Details("AB-1", "Anna Berg", birth_date=date(1990, 3, 12)))
    desktop.page.refresh()
    desktop.page.importer.open(str(path))
    idle(desktop)


def said(desktop: Desktop) -> list[tuple[str, str]]:
    model = desktop.page.importing.model
    return [(model.index(row, 1).data(), model.index(row, SAID_COLUMN).data()) for row in range(model.rowCount())]


def codes(desktop: Desktop) -> list[str]:
    return [client.code for client in desktop.book.find()]


def test_what_would_happen_is_shown_first(desktop: Desktop, table: Path) -> None:
    shown(desktop, table)
    view = desktop.page.importing

    assert desktop.page.views.currentWidget() is view
    assert [box.currentData() for box in view.boxes] == ["last_name", "first_name", "birth_date", "height_m", ""]
    assert said(desktop) == [
        ("3", "■  Date of birth: This is no date (30.02.1980)"),
        ("2", "▲  Anna Berg (AB-1), 1990-03-12: the same name and date of birth"),
        ("4", "●  new"),
        ("5", "●  new"),
    ]
    assert view.confirm.text() == "Import 2 clients"
    assert view.count.text() == texts.IMPORT_COUNT.format(good=2, alike=1, bad=1)
    assert codes(desktop) == ["AB-1"]
    heads = [texts.IMPORT_COLUMNS[k] for k in range(len(texts.IMPORT_COLUMNS)) if not view.table.isColumnHidden(k)]
    assert not {"Sex", "Mass", "Injured leg"} & set(heads), "columns that nobody filled take no room"
    assert view.table.horizontalScrollBar().maximum() == 0
    QTest.mouseClick(view.cancel, Qt.MouseButton.LeftButton)
    assert desktop.page.views.currentWidget() is desktop.page.list


def test_an_import_is_done_told_and_undone(desktop: Desktop, table: Path) -> None:
    shown(desktop, table)
    desktop.page.list.search.setText("nobody of the list")
    QTest.mouseClick(desktop.page.importing.confirm, Qt.MouseButton.LeftButton)
    idle(desktop)

    assert desktop.page.list.search.text() == "", "those who came are seen"
    assert codes(desktop) == ["AB-1", "EF-1", "GD-1"]
    assert entered(desktop.book.by_code("EF-1")) == Details("EF-1", "Eva Fink", birth_year=1999, birth_date=date(1999, 1, 1), height_m=1.62)
    assert desktop.page.done.text() == texts.IMPORT_DONE.format(count=2, left=2)
    assert [cells[0] for cells in desktop.page.list.model.cells] == ["AB-1", "EF-1", "GD-1"]
    desktop.book.change(desktop.book.by_code("GD-1").id, Details("GD-1", "Gustav Dorn", mass_kg=80.0))
    QTest.mouseClick(desktop.page.undo_import, Qt.MouseButton.LeftButton)
    desktop.answer(texts.IMPORT_UNDO)
    idle(desktop)

    assert codes(desktop) == ["AB-1", "GD-1"]
    assert desktop.page.done.text().endswith(texts.IMPORT_KEPT[0].format(used=1))
    assert not desktop.page.undo_import.isVisible()


def test_somebody_alike_is_imported_when_ticked_by_the_mouse_or_the_space_key(desktop: Desktop, table: Path) -> None:
    shown(desktop, table)
    view = desktop.page.importing
    index = view.model.index(1, TICK_COLUMN)
    box = view.table.visualRect(index)
    QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    by_mouse = view.confirm.text()
    view.table.setCurrentIndex(index)
    QTest.keyClick(view.table, Qt.Key.Key_Space)
    by_key = view.confirm.text()
    assert {by_mouse, by_key} == {"Import 3 clients", "Import 2 clients"}
    if by_key == "Import 2 clients":
        QTest.keyClick(view.table, Qt.Key.Key_Space)
    assert not view.model.flags(view.model.index(0, TICK_COLUMN)) & Qt.ItemFlag.ItemIsUserCheckable, "a bad row cannot be ticked"
    QTest.mouseClick(view.confirm, Qt.MouseButton.LeftButton)
    idle(desktop)

    assert codes(desktop) == ["AB-1", "AB-2", "EF-1", "GD-1"]


def test_a_wrong_guess_is_corrected_by_its_box(desktop: Desktop, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("who,day,name\nAnna Berg,4/5/1991,x\nBo Lind,5/6/1992,y\n")
    shown(desktop, path)
    view = desktop.page.importing
    for box, field in ((0, "name"), (1, "birth_date")):
        view.boxes[box].setCurrentIndex(view.boxes[box].findData(field))
        idle(desktop)
    assert [box.currentData() for box in view.boxes] == ["name", "birth_date", ""], "no two columns are the name"
    assert [text for _, text in said(desktop)] == [
        f"■  Date of birth: Which number is the day? Write 1990-03-12 or 12.03.1990 ({day})" for day in ("4/5/1991", "5/6/1992")
    ]
    assert not view.confirm.isEnabled()

    view.dates.setCurrentIndex(2)
    idle(desktop)
    QTest.mouseClick(view.confirm, Qt.MouseButton.LeftButton)
    idle(desktop)
    assert [c.birth_date for c in desktop.book.find()] == [date(1990, 3, 12), date(1991, 4, 5), date(1992, 5, 6)]


def test_a_code_that_is_taken_cannot_be_ticked(desktop: Desktop, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("code,name\nAB-1,Somebody Else\n")
    shown(desktop, path)
    model = desktop.page.importing.model

    assert [alike.kind for alike in model.rows[0].alike] == [Kind.CODE]
    assert model.index(0, TICK_COLUMN).data(Qt.ItemDataRole.CheckStateRole) is None
    assert not desktop.page.importing.confirm.isEnabled()


def test_a_code_taken_meanwhile_imports_nothing(desktop: Desktop, table: Path) -> None:
    shown(desktop, table)
    desktop.book.enter(Details("EF-1"))
    QTest.mouseClick(desktop.page.importing.confirm, Qt.MouseButton.LeftButton)
    idle(desktop)

    assert codes(desktop) == ["AB-1", "EF-1"]
    assert "nothing was imported" in desktop.page.done.text()


def test_a_file_that_is_no_table_is_a_sentence(desktop: Desktop, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"PK\x03\x04")
    shown(desktop, path)

    assert desktop.page.views.currentWidget() is desktop.page.list
    assert "is a workbook" in desktop.page.done.text()


def test_the_file_is_asked_for_and_the_list_written(desktop: Desktop, table: Path, tmp_path: Path) -> None:
    QTest.mouseClick(desktop.page.list.bring, Qt.MouseButton.LeftButton)
    (dialog,) = desktop.page.findChildren(QFileDialog)
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFile
    dialog.fileSelected.emit(str(table))
    dialog.done(0)
    idle(desktop)
    assert desktop.page.importing.title.text() == texts.IMPORT_TITLE.format(name="list.csv")
    QTest.mouseClick(desktop.page.importing.confirm, Qt.MouseButton.LeftButton)
    idle(desktop)
    QTest.mouseClick(desktop.page.list.give, Qt.MouseButton.LeftButton)
    dialog = next(one for one in desktop.page.findChildren(QFileDialog) if one.isVisible())
    dialog.fileSelected.emit(str(tmp_path / "out.csv"))
    dialog.done(0)
    idle(desktop)

    assert desktop.page.done.text() == texts.EXPORT_WARN.format(path="out.csv")
    assert [line.cells[1] for line in read_sheet(tmp_path / "out.csv").lines] == ["Anna Berg", "Eva Fink", "Gustav Dorn"]
    assert desktop.store._desk.entries(limit=1)[0].detail == "list of 3 clients"


def test_every_field_that_a_column_may_be_has_a_title() -> None:
    titles = [title_of(field) for field in ("", *FIELDS)]

    assert len(set(titles)) == len(titles)
