"""Takes tables of clients in, back and out, as jobs; it shows them on the view of the import and asks nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from ankletest.errors import AnkletestError
from ankletest.exchange.clients_in import Plan, Row, guess, read_clients
from ankletest.exchange.clients_out import export_clients
from ankletest.exchange.sheet import Sheet, read_sheet
from ankletest.language import plural
from ankletest.store.alike import Face, Faces
from ankletest.store.client_book import ClientBook, TakenIn
from ui.jobs import Progress
from ui.pages.client_fields import today
from ui.pages.client_import import ImportView, who_told
from ui.tongue import say
from ui.visit import Visit
from ui.words import clients as texts
from ui.words import common as words

OFFERED = timedelta(hours=24)
"""An import is offered to be undone so long; the command line does it later, too."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A table as a job read it: the file's name, how, its rows, and who is behind the codes they are held against."""

    name: str
    sheet: Sheet
    plan: Plan
    rows: tuple[Row, ...] = ()
    known: tuple[tuple[str, str], ...] = ()


class ClientImporting(QObject):
    """One import at a time; ``read`` tells that a table is shown, ``ended`` carries the sentence to go back to the list with."""

    read = Signal()
    ended = Signal(str)

    def __init__(self, visit: Visit, view: ImportView, parent: QWidget) -> None:
        super().__init__(parent)
        self._visit = visit
        self._view = view
        self._window = parent
        self._table: _Read | None = None
        self._wanted: Plan | None = None
        view.plan_changed.connect(self._plan_changed)
        view.confirmed.connect(self._take_in)

    @property
    def book(self) -> ClientBook | None:
        """The clients of the open store."""
        return self._visit.store.book if self._visit.store is not None else None

    def last(self) -> TakenIn | None:
        """Return the import that can be undone, if it is not long ago and somebody of it could go."""
        book = self.book
        try:
            found = book.last_taken_in() if book is not None else None
        except AnkletestError:
            return None
        return found if found is not None and datetime.now(UTC) - found.at < OFFERED and found.used < found.clients else None

    # ---- in ---------------------------------------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a table."""
        self._dialog(QFileDialog.AcceptMode.AcceptOpen, texts.IMPORT_OPEN, texts.CSV_FILES, self.open)

    def open(self, name: str) -> None:
        """Read a table and show it."""
        book, path = self.book, Path(name)
        if book is None:
            return

        def work(_: Progress) -> _Read:
            sheet = read_sheet(path)
            return _understood(_Read(path.name, sheet, guess(sheet)), book)

        self._run(texts.READING.format(name=path.name), work, self._opened)

    def _opened(self, table: _Read) -> None:
        self._wanted = table.plan
        self._view.show_sheet(table.name, table.sheet, table.plan)
        self._show(table)
        self.read.emit()
        self._view.confirm.setFocus()

    def _show(self, table: _Read) -> None:
        if table.plan != self._wanted:
            return  # somebody chose another column meanwhile; that reading is on its way
        self._table = table
        self._view.show_rows(table.rows, dict(table.known))

    def _plan_changed(self, plan: Plan) -> None:
        book, table = self.book, self._table
        if book is None or table is None:
            return
        self._wanted = plan
        self._run(texts.READING.format(name=table.name), lambda _: _understood(replace(table, plan=plan), book), self._show)

    def _take_in(self, rows: list[Row]) -> None:
        book, table = self.book, self._table
        if book is None or table is None:
            return
        left = len(table.rows) - len(rows)

        def work(_: Progress) -> TakenIn:
            return book.take_in([row.details for row in rows], left_out=left)

        def told(done: TakenIn) -> None:
            self.ended.emit(texts.IMPORT_DONE.format(count=done.clients, left=left))

        self._run(texts.IMPORTING, work, told)

    # ---- back and out -----------------------------------------------------------------------------------------------------------

    def undo(self) -> None:
        """Take the last import back."""
        book, last = self.book, self.last()
        if book is None or last is None:
            return

        def told(gone: int) -> None:
            sentence = texts.IMPORT_UNDONE.format(gone=gone, count=last.clients)
            taken = self._visit.client
            if taken is not None and book.by_code(taken.code) is None:
                self._visit.choose_client(None)
            used = last.clients - gone
            kept = plural(texts.IMPORT_KEPT, used).format(used=used) if used else ""
            self.ended.emit(f"{sentence}  {kept}".strip())

        self._run(texts.UNDOING, lambda _: book.take_back(last.id), told)

    def choose_target(self) -> None:
        """Ask where the list is to be written."""
        self._dialog(QFileDialog.AcceptMode.AcceptSave, texts.EXPORT_SAVE, texts.EXPORT_FILES, self.export)

    def export(self, name: str) -> None:
        """Write the list of clients."""
        book, path = self.book, Path(name)
        if book is None:
            return

        def told(made: Path) -> None:
            self.ended.emit(texts.EXPORT_WARN.format(path=made.name))

        def work(_: Progress) -> Path:
            path.unlink(missing_ok=True)  # the dialog asked
            return export_clients(path, book.everybody())

        self._run(texts.EXPORTING, work, told)

    # ---- inside -----------------------------------------------------------------------------------------------------------------

    def _run(self, title: str, work: Callable[[Progress], object], done: Callable[..., None]) -> None:
        job = self._visit.jobs.run(title, work)
        job.done.connect(done)
        job.failed.connect(self._failed)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, AnkletestError):
            raise error
        self.ended.emit(say(str(error)))

    def _dialog(self, mode: QFileDialog.AcceptMode, title: str, files: str, chosen: Callable[[str], None]) -> None:
        dialog = QFileDialog(self._window, title)
        dialog.setAcceptMode(mode)
        dialog.setNameFilters(files.split(";;"))
        if mode is QFileDialog.AcceptMode.AcceptSave:
            dialog.setDefaultSuffix("csv")
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def whos_who(book: ClientBook, codes: Iterable[str]) -> dict[str, str]:
    """Return who is behind codes, as a sentence names them."""
    found = (book.by_code(code) for code in codes)
    return {one.code: _who(Face(one.code, one.name, one.birth_date, one.birth_year)) for one in found if one is not None}


def _who(face: Face) -> str:
    born = words.written(face.birth_date) if face.birth_date else str(face.birth_year) if face.birth_year else ""
    return who_told(face.token, face.name, born)


def _understood(table: _Read, book: ClientBook) -> _Read:
    """Return a table with its rows read by its plan and held against everybody; on the job thread."""
    faces = book.faces()
    rows = read_clients(table.sheet, table.plan, Faces(faces), frozenset(book.codes()), today())
    named = {alike.token for row in rows for alike in row.alike}
    return replace(table, rows=tuple(rows), known=tuple((face.token, _who(face)) for face in faces if face.token in named))
