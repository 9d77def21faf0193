"""The ways out of the results page: its menu of exports, its reports, and what is asked before a file is written; it shows no numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QPushButton, QWidget

from ankletest.errors import AnkletestError
from ankletest.exchange.out import Format
from ankletest.exchange.written import AlreadyThere
from ankletest.language import plural
from ankletest.session import Finished
from ui.jobs import Jobs, Progress
from ui.pages.exports import write_csv, write_parquet, write_pdf, write_samples, write_sheet
from ui.report.parts import Shown
from ui.report.sections import ReportOf
from ui.tongue import say
from ui.words import pages as words
from ui.words import results as told


@dataclass(frozen=True, slots=True)
class Given:
    """What a page shows: of whom, on which day, what is known of them, whether the research tier too, and all trials.

    ``finished`` returns the trials that count; it is called where files are written, for it may have to read a recording first. Samples
    may be missing unless they are demanded.
    """

    finished: Callable[[bool], Sequence[Finished]]
    client: str
    date: str
    of: ReportOf
    everything: bool
    trials: Sequence[Shown] = ()


class ResultExports(QObject):
    """Writes what a page shows.

    Parameters
    ----------
    jobs
        Where it is written.
    whole
        Returns what is shown.
    page
        Over which questions are asked.
    """

    said = Signal(str)

    def __init__(self, jobs: Jobs, whole: Callable[[], Given], page: QWidget) -> None:
        super().__init__(page)
        self._jobs, self._whole, self._page = jobs, whole, page
        self.to_files = QPushButton(told.EXPORT, page)
        self.to_files.setToolTip(told.EXPORT_HINT)
        self.to_pdf = QPushButton(words.EXPORT_PDF, page)
        self.to_sheet = QPushButton(words.EXPORT_SHEET, page)
        self.buttons = (self.to_files, self.to_pdf, self.to_sheet)
        for button in self.buttons:
            button.setAccessibleName(button.text())
        self.menu = QMenu(told.EXPORT, self.to_files)
        self.menu.addAction(told.NUMBERS_CSV, self._ask_csv)
        self.menu.addAction(told.NUMBERS_PARQUET, self._ask_parquet)
        self.menu.addSeparator()
        for kind in Format:
            self.menu.addAction(told.SAMPLES[kind], self._asker(kind))
        self.to_files.setMenu(self.menu)
        self.to_pdf.clicked.connect(self._ask_pdf)
        self.to_sheet.clicked.connect(self._ask_sheet)

    def enable(self, able: bool) -> None:
        """Allow exports, or not."""
        for button in self.buttons:
            button.setEnabled(able)

    def csv(self, path: Path) -> None:
        """Write the numbers as CSV."""
        finished = self._whole().finished
        self._write(path, lambda: write_csv(path, finished(True)))

    def parquet(self, path: Path) -> None:
        """Write the numbers as Parquet."""
        finished = self._whole().finished
        self._write(path, lambda: write_parquet(path, finished(True)))

    def pdf(self, path: Path) -> None:
        """Write the report."""
        it = self._whole()
        self._write(
            path,
            lambda: write_pdf(
                path, it.finished(False), client=it.client, date=it.date, of=it.of, research=it.everything, trials=it.trials
            ),
        )  # fmt: skip

    def sheet(self, path: Path) -> None:
        """Write the client's sheet."""
        it = self._whole()
        self._write(path, lambda: write_sheet(path, it.finished(False), client=it.client, date=it.date, of=it.of))

    def samples(self, folder: Path, kind: Format, *, force: bool = False) -> None:
        """Write samples and numbers into a folder; where files are there already, ask whether they may be replaced."""
        finished = self._whole().finished

        def work(_: Progress) -> tuple[list[Path], list[str]]:
            return write_samples(folder, finished(True), kind, force=force)

        def done(written: tuple[list[Path], list[str]]) -> None:
            self.said.emit(
                "  ".join((plural(told.EXPORTED_FOLDER, len(written[0])).format(count=len(written[0]), folder=folder), *written[1]))
            )

        def failed(error: Exception) -> None:
            if isinstance(error, AlreadyThere):
                self.said.emit("")
                self._ask_replace(error, lambda: self.samples(folder, kind, force=True))
            else:
                self._not_written(error)

        title = words.EXPORTING.format(name=folder.name)
        self.said.emit(title)
        job = self._jobs.run(title, work)
        job.done.connect(done)
        job.failed.connect(failed)

    # ---- inside ----------------------------------------------------------------------------------------------------------------

    def _ask_csv(self) -> None:
        self._ask(told.NUMBERS_CSV, words.CSV_FILES, "csv", self.csv)

    def _ask_parquet(self) -> None:
        self._ask(told.NUMBERS_PARQUET, told.PARQUET_FILES, "parquet", self.parquet)

    def _ask_pdf(self) -> None:
        self._ask(words.EXPORT_PDF, words.PDF_FILES, "pdf", self.pdf)

    def _ask_sheet(self) -> None:
        self._ask(words.EXPORT_SHEET, words.PDF_FILES, "pdf", self.sheet)

    def _asker(self, kind: Format) -> Callable[[], None]:
        def ask() -> None:
            dialog = QFileDialog(self._page, told.FOLDER_TITLE)
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)

            def take(name: str) -> None:
                self.samples(Path(name), kind)

            self._open(dialog, take)

        return ask

    def _ask(self, title: str, kinds: str, suffix: str, chosen: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self._page, title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(kinds)
        dialog.setDefaultSuffix(suffix)

        def take(name: str) -> None:
            chosen(Path(name))

        self._open(dialog, take)

    def _open(self, dialog: QFileDialog, take: Callable[[str], None]) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(take)
        dialog.open()

    def _ask_replace(self, error: AlreadyThere, replace: Callable[[], None]) -> None:
        box = QMessageBox(self._page)
        box.setWindowTitle(told.REPLACE_TITLE)
        box.setText(told.REPLACE_TEXT.format(what=say(error.message)))
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.accepted.connect(replace)
        box.open()

    def _write(self, path: Path, write: Callable[[], None]) -> None:
        def work(_: Progress) -> Path:
            write()
            return path

        title = words.EXPORTING.format(name=path.name)
        self.said.emit(title)
        job = self._jobs.run(title, work)
        job.done.connect(self._written)
        job.failed.connect(self._not_written)

    def _written(self, path: Path) -> None:
        self.said.emit(words.EXPORTED.format(path=path))

    def _not_written(self, error: Exception) -> None:
        if not isinstance(error, AnkletestError):
            raise error
        self.said.emit(say(str(error)))
