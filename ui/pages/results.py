"""The page of results: trials, their numbers with what is uncertain about them, left against right, and ways out to files."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QItemSelection, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QHBoxLayout, QHeaderView, QPushButton, QTableView, QVBoxLayout, QWidget

from ankletest.checks.told import told_of
from ankletest.errors import AnkletestError
from ankletest.exams.pairs import compare_sides
from ankletest.metrics.published import NOBODY, Person
from ankletest.samples import Side
from ankletest.session import Finished
from ui import words_pages as words
from ui.beside import beside, earlier_trials, stored_values
from ui.completing import Completing
from ui.jobs import Jobs, Progress
from ui.pages.exports import write_csv, write_pdf, write_sheet
from ui.pages.pairs import final_pairs
from ui.report.sections import ReportOf
from ui.survey import Survey
from ui.tables import NumberRow, NumberTable, TrialRow, TrialTable, row_of, stored_row
from ui.visit import Visit
from ui.widgets.card import Card, label
from ui.widgets.symmetry import SymmetryBars

VISIT, RECORDING, STORED = "visit", "recording", "stored"
MOST_PAIRS = 12


class ResultsPage(QWidget):
    """Shows this visit, the recording that is open, or what is stored of the client."""

    def __init__(self, visit: Visit, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._jobs = jobs
        self._survey: Survey | None = None
        self._completing = Completing(jobs, self)
        self.trials = TrialTable(self)
        self.numbers = NumberTable(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addLayout(self._head())
        body = QHBoxLayout()
        body.setSpacing(14)
        left = QVBoxLayout()
        left.setSpacing(14)
        self.trial_card = Card(words.TRIALS, parent=self)
        self.trial_view = _view(self.trials, words.TRIALS, self.trial_card, stretch=3)
        self.trial_card.body.addWidget(self.trial_view)
        self.number_card = Card(words.METRICS, parent=self)
        self.number_view = _view(self.numbers, words.METRICS, self.number_card, stretch=5)
        self.number_view.setSelectionMode(QTableView.SelectionMode.NoSelection)
        self.number_card.body.addWidget(self.number_view)
        left.addWidget(self.trial_card, 2)
        left.addWidget(self.number_card, 3)
        body.addLayout(left, 8)
        self.symmetry_card = Card(words.SYMMETRY, right=words.SYMMETRY_TARGET, parent=self)
        self.symmetry = SymmetryBars(self.symmetry_card)
        self.symmetry_card.body.addWidget(self.symmetry)
        self.refused = label("", "sub", self.symmetry_card)
        self.refused.setWordWrap(True)
        self.refused.hide()
        self.symmetry_card.body.addWidget(self.refused)
        self.symmetry_card.body.addStretch(1)
        body.addWidget(self.symmetry_card, 4)
        column.addLayout(body, 1)
        self.sentence = label("", "sub", self)
        self.sentence.setWordWrap(True)
        self.sentence.hide()
        column.addWidget(self.sentence)
        self.trial_view.selectionModel().selectionChanged.connect(self._selected)
        visit.trials_changed.connect(self.refresh)
        visit.client_changed.connect(self.refresh)
        self.refresh()

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(words.RESULTS, "h1", self))
        head.addStretch(1)
        self.source = QComboBox(self)
        self.source.setAccessibleName(words.SHOW_IN)
        for key, title in ((VISIT, words.SESSION_TRIALS), (RECORDING, words.REPLAY), (STORED, words.STORED_TRIALS)):
            self.source.addItem(title, key)
        self.everything = QCheckBox(words.ALL_NUMBERS, self)
        self.everything.setAccessibleName(words.ALL_NUMBERS)
        self.to_csv = QPushButton(words.EXPORT_CSV, self)
        self.to_pdf = QPushButton(words.EXPORT_PDF, self)
        self.to_sheet = QPushButton(words.EXPORT_SHEET, self)
        for button in (self.to_csv, self.to_pdf, self.to_sheet):
            button.setAccessibleName(button.text())
        for widget in (self.source, self.everything, self.to_csv, self.to_pdf, self.to_sheet):
            head.addWidget(widget)
        self.source.currentIndexChanged.connect(self.refresh)
        self.everything.toggled.connect(self.numbers.show_all)
        self.everything.toggled.connect(self.refresh)
        self._completing.ready.connect(self.refresh)
        self.to_csv.clicked.connect(self._ask_csv)
        self.to_pdf.clicked.connect(self._ask_pdf)
        self.to_sheet.clicked.connect(self._ask_sheet)
        return head

    def show_recording(self, survey: Survey) -> None:
        """Show the trials of a recording that was opened."""
        self._survey = survey
        self.source.setCurrentIndex(self.source.findData(RECORDING))
        self.refresh()

    def show_stored(self, when: datetime, number: int) -> None:
        """Show a stored trial of the client: of the visit that was opened then, by its number."""
        self.source.setCurrentIndex(self.source.findData(STORED))
        self.refresh()
        rows = [(row.when, row.number) for row in self.trials.rows]
        if (when, number) in rows:
            self.trial_view.selectRow(rows.index((when, number)))

    def refresh(self) -> None:
        """Show the trials of what is chosen."""
        rows = self._rows()
        chosen = self.trial_view.currentIndex().row()
        self.trials.show_rows(rows)
        finished = self._finished()
        self.to_csv.setEnabled(bool(finished))
        self.to_pdf.setEnabled(bool(finished))
        self.to_sheet.setEnabled(bool(finished))
        if not rows:
            self.numbers.show_trial(None)
            self._say(words.NO_TRIALS)
        else:
            self._say("")
            self.trial_view.selectRow(chosen if 0 <= chosen < len(rows) else len(rows) - 1)
        self._show_pairs()

    def export_csv(self, path: Path) -> None:
        """Write the numbers shown as CSV."""
        finished = self._finished()
        self._write(path, lambda: write_csv(path, finished))

    def export_pdf(self, path: Path) -> None:
        """Write the report of the trials shown."""
        finished, client, of = self._finished(), self._whose(), self._of()
        everything = self.everything.isChecked()
        self._write(path, lambda: write_pdf(path, finished, client=client, of=of, research=everything))

    def export_sheet(self, path: Path) -> None:
        """Write the client's sheet of the trials shown."""
        finished, client, of = self._finished(), self._whose(), self._of()
        self._write(path, lambda: write_sheet(path, finished, client=client, of=of))

    def _whose(self) -> str:
        card = self._visit.client
        client = self._survey.client if self._source() == RECORDING and self._survey else card.code if card else ""
        return client or words.NO_CLIENT

    def _of(self) -> ReportOf:
        return ReportOf(self._involved(), self._person(), tuple(self._visit.earlier()) if self._source() == VISIT else ())

    def _say(self, text: str) -> None:
        self.sentence.setText(text)
        self.sentence.setVisible(bool(text))

    # ---- inside ----------------------------------------------------------------------------------------------------------------

    def _source(self) -> str:
        return str(self.source.currentData())

    def _finished(self) -> list[Finished]:
        """Return the trials that count and whose samples are here."""
        if self._source() == VISIT:
            return self._whole([k.finished for k in self._visit.kept if k.counts is not False])
        return self._whole(self._survey.finished) if self._source() == RECORDING and self._survey else []

    def _whole(self, finished: Sequence[Finished]) -> list[Finished]:
        """Return trials with every number of them where that is asked for (and made by now)."""
        return self._completing.of(finished) if self.everything.isChecked() else list(finished)

    def _rows(self) -> list[TrialRow]:
        if self._source() == VISIT:
            earlier, person = self._visit.earlier(), self._person()
            kept = list(zip(self._visit.kept, self._whole([k.finished for k in self._visit.kept]), strict=True))
            return [
                row_of(f, k.number, counts=k.counts is not False, told=beside(f.trial, f.values, earlier, person)) for k, f in kept
            ]  # fmt: skip
        if self._source() == RECORDING:
            found, person = self._whole(self._survey.finished if self._survey else ()), self._person()
            return [row_of(f, k, told=beside(f.trial, f.values, (), person)) for k, f in enumerate(found, start=1)]
        return self._stored_rows()

    def _stored_rows(self) -> list[TrialRow]:
        """Return the client's stored trials, newest first, each held against those of earlier visits."""
        store, client = self._visit.store, self._visit.client
        if store is None or client is None:
            return []
        try:
            stored = store.trials(client.code)
        except AnkletestError as error:
            self._say(str(error))
            return []
        rows: list[TrialRow] = []
        for one in stored:
            earlier = earlier_trials([other for other in stored if other.opened_at < one.opened_at])
            rows.append(stored_row(one, beside(*stored_values(one), earlier, client.person(one.opened_at.year))))
        return rows

    def _person(self) -> Person:
        """Return what is known of whose trials are shown: of a recording only where it is the client's who is taken."""
        client = self._visit.client
        if client is None or (self._source() == RECORDING and (self._survey is None or self._survey.client != client.code)):
            return NOBODY
        return client.person(datetime.now(UTC).year)

    def _involved(self) -> Side | None:
        client = self._visit.client
        mine = client is not None and (self._source() != RECORDING or (self._survey is not None and self._survey.client == client.code))
        return client.involved if client is not None and mine else None

    def _selected(self, selected: QItemSelection) -> None:
        rows = sorted({index.row() for index in selected.indexes()})
        trial = self.trials.rows[rows[0]] if rows and rows[0] < len(self.trials.rows) else None
        self.numbers.show_trial(trial)
        self._hide_empty(trial.numbers if trial is not None else ())
        if trial is not None:
            cells = trial.cells()
            self.number_card.set_right(f"{cells[1]}  ·  {cells[2]}  ·  {cells[3]}")
            told = trial.finished.trial if trial.finished else None
            reasons = (*told.reasons, *told_of(told.quality)) if told is not None else ()
            sources = dict.fromkeys(source for row in trial.numbers if row.clinical for source in row.beside.sources)
            published = (words.NORMS_FROM.format(sources="; ".join(sources)),) if sources else ()
            self._say("  ".join((*reasons, *published)))

    def _hide_empty(self, numbers: Sequence[NumberRow]) -> None:
        """Leave columns out that no number has anything in: they push others out of sight."""
        for column, filled in (
            (words.METRIC_COLUMNS.index(words.CHANGE_COLUMN), any(number.beside.change for number in numbers)),
            (words.METRIC_COLUMNS.index(words.PUBLISHED_COLUMN), any(number.beside.norm for number in numbers)),
        ):
            self.number_view.setColumnHidden(column, not filled)

    def _show_pairs(self) -> None:
        done = [(each.trial, each.values) for each in self._finished()]
        sides = compare_sides(done, involved=self._involved(), everything=self.everything.isChecked(), person=self._person())
        self.symmetry.set(final_pairs(sides.pairs[:MOST_PAIRS]))
        self.refused.setText("  ".join(sides.refused))
        self.refused.setVisible(bool(sides.refused))

    def _ask_csv(self) -> None:
        self._ask(words.EXPORT_CSV, words.CSV_FILES, "csv", self.export_csv)

    def _ask_pdf(self) -> None:
        self._ask(words.EXPORT_PDF, words.PDF_FILES, "pdf", self.export_pdf)

    def _ask_sheet(self) -> None:
        self._ask(words.EXPORT_SHEET, words.PDF_FILES, "pdf", self.export_sheet)

    def _ask(self, title: str, kinds: str, suffix: str, chosen: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self, title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(kinds)
        dialog.setDefaultSuffix(suffix)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def take(name: str) -> None:
            chosen(Path(name))

        dialog.fileSelected.connect(take)
        dialog.open()

    def _write(self, path: Path, write: Callable[[], None]) -> None:
        def work(_: Progress) -> Path:
            write()
            return path

        self._say(words.EXPORTING.format(name=path.name))
        job = self._jobs.run(words.EXPORTING.format(name=path.name), work)
        job.done.connect(self._written)
        job.failed.connect(self._not_written)

    def _written(self, path: Path) -> None:
        self._say(words.EXPORTED.format(path=path))

    def _not_written(self, error: Exception) -> None:
        if not isinstance(error, AnkletestError):
            raise error
        self._say(str(error))


def _view(model: TrialTable | NumberTable, name: str, parent: QWidget, *, stretch: int) -> QTableView:
    view = QTableView(parent)
    view.setModel(model)
    view.setAccessibleName(name)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
    view.setAlternatingRowColors(True)
    view.setShowGrid(False)
    view.setTabKeyNavigation(False)
    view.verticalHeader().setVisible(False)
    view.verticalHeader().setDefaultSectionSize(32)
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    view.setStyleSheet("QTableView { border:none; } QTableView::item { padding:0 10px; }")
    view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    view.horizontalHeader().setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
    return view
