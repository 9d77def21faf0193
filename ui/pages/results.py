"""The page of results: trials, their numbers with what is uncertain about them, left against right, and ways out to files."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QItemSelection, QModelIndex, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ankletest.checks.told import told_of
from ankletest.errors import AnkletestError
from ankletest.exams.history import Earlier
from ankletest.exams.pairs import compare_sides
from ankletest.metrics.published import NOBODY, Person
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.store.stored import StoredTrial
from ui import theme
from ui.beside import beside, earlier_trials, stored_values
from ui.completing import Completing
from ui.jobs import Jobs
from ui.pages.exam_table import ExamTable
from ui.pages.pairs import final_pairs
from ui.pages.result_exports import Given, ResultExports
from ui.pages.result_traces import Traces, before, shown_of, stored_visit, with_samples
from ui.report.parts import Shown, TargetOf, no_target, parts_of
from ui.report.sections import ReportOf
from ui.survey import Survey
from ui.tables import NumberRow, NumberTable, TrialRow, TrialTable, row_of, stored_row
from ui.tongue import say
from ui.visit import Visit
from ui.widgets.card import Card, label
from ui.widgets.symmetry import SymmetryBars
from ui.words import pages as words
from ui.words import report as words_report
from ui.words import results as told
from ui.words.common import day

VISIT, RECORDING, STORED = "visit", "recording", "stored"
MOST_PAIRS = 12
WHY = 5
"""Of ``words.pages.METRIC_COLUMNS``: why a number is in doubt."""


class ResultsPage(QWidget):
    """Shows this visit, the recording that is open, or what is stored of the client."""

    def __init__(self, visit: Visit, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._jobs = jobs
        self._survey: Survey | None = None
        self._completing = Completing(jobs, self)
        self._all: list[Shown] = []
        self._stored: tuple[StoredTrial, ...] = ()
        self._seen = ""
        self._shown_when: datetime | None = None
        self.targets: Callable[[], TargetOf] = lambda: no_target
        """Where the targets beside the numbers are from; whoever keeps targets sets it, and calls ``refresh``."""
        self.trials = TrialTable(self)
        self.numbers = NumberTable(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addLayout(self._head())
        self.exam_card = Card(words.METRICS, parent=self)
        self.exams = ExamTable(self.exam_card)
        self.exam_card.body.addWidget(self.exams, 1)
        self.by_trial = QWidget(self)
        body = QHBoxLayout(self.by_trial)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(14)
        left = QVBoxLayout()
        left.setSpacing(14)
        self.trial_card = Card(words.TRIALS, parent=self)
        self.trial_view = _view(self.trials, words.TRIALS, self.trial_card, stretch=3)
        self.trial_card.body.addWidget(self.trial_view)
        self.number_card = Card(words.METRICS, parent=self)
        self.number_view = _view(self.numbers, words.METRICS, self.number_card, stretch=WHY)
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
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.exam_card)
        self.stack.addWidget(self.by_trial)
        column.addWidget(self.stack, 1)
        self.sentence = label("", "sub", self)
        self.sentence.setWordWrap(True)
        self.sentence.hide()
        column.addWidget(self.sentence)
        self.trial_view.selectionModel().selectionChanged.connect(self._selected)
        self.traces = Traces(visit, jobs, self)
        self.traces.said.connect(self._say)
        self.exams.trace_wanted.connect(self.traces.show)
        self.exams.told.connect(self._say)
        self.number_view.clicked.connect(self._number_clicked)
        visit.trials_changed.connect(self.refresh)
        visit.client_changed.connect(self.refresh)
        self.refresh()

    def _head(self) -> QVBoxLayout:
        lines = QVBoxLayout()
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(words.RESULTS, "h1", self))
        head.addSpacing(10)
        self.view_exams, self.view_trials = (QPushButton(text, self) for text in (told.BY_EXAM, told.BY_TRIAL))
        views = QButtonGroup(self)
        for k, button in enumerate((self.view_exams, self.view_trials)):
            button.setCheckable(True)
            button.setProperty("kind", "choice")
            button.setAccessibleName(f"{told.VIEW} {button.text().replace('&', '')}")
            views.addButton(button, k)
            head.addWidget(button)
        self.view_exams.setChecked(True)
        views.idClicked.connect(self._show_view)
        head.addStretch(1)
        self.source = QComboBox(self)
        self.source.setAccessibleName(words.SHOW_IN)
        for key, title in ((VISIT, words.SESSION_TRIALS), (RECORDING, words.REPLAY), (STORED, words.STORED_TRIALS)):
            self.source.addItem(title, key)
        self.everything = QCheckBox(words.ALL_NUMBERS, self)
        self.everything.setAccessibleName(words.ALL_NUMBERS)
        self.exports = ResultExports(self._jobs, self._shown, self)
        self.exports.said.connect(self._say)
        second = QHBoxLayout() if theme.large() else head
        second.setSpacing(10)
        for widget in (self.source, self.everything, *self.exports.buttons):
            second.addWidget(widget)
        self.source.currentIndexChanged.connect(self.refresh)
        self.everything.toggled.connect(self.numbers.show_all)
        self.everything.toggled.connect(self.refresh)
        self._completing.ready.connect(self.refresh)
        lines.addLayout(head)
        if second is not head:
            second.insertStretch(0, 1)
            lines.addLayout(second)
        return lines

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
        # Of what is stored the newest stands first, of this visit last.
        chosen = self.trial_view.currentIndex().row() if self._seen == self._source() else 0 if self._source() == STORED else -1
        self._seen = self._source()
        self.trials.show_rows(rows)
        self.exports.enable(any(one.counts for one in self._all))
        if not rows:
            self.numbers.show_trial(None)
            self._say(words.NO_TRIALS)
        else:
            self._say("")
            self.trial_view.selectRow(chosen if 0 <= chosen < len(rows) else len(rows) - 1)
        self._show_pairs()
        self._show_exams()

    def _show_view(self, which: int) -> None:
        self.stack.setCurrentIndex(which)

    def _number_clicked(self, index: QModelIndex) -> None:
        row = self.trial_view.currentIndex().row()
        key = self.numbers.rows[index.row()].key
        if 0 <= row < len(self._all):
            self.traces.show(self._all[row], key)

    def _whose(self) -> str:
        card = self._visit.client
        client = self._survey.client if self._source() == RECORDING and self._survey else card.code if card else ""
        return client or words.NO_CLIENT

    def _of(self) -> ReportOf:
        return ReportOf(self._involved(), self._person(), self._earlier(), self.targets())

    def _shown(self) -> Given:
        """Return what an export of the page holds."""
        of, everything, finished, when = self._of(), self.everything.isChecked(), self._finished(), self._when()
        if self._source() != STORED:
            return Given(lambda _: finished, self._whose(), self._day(when), of, everything, tuple(self._all))
        shown, models = tuple(self._of_visit()), self._visit.hub.models

        def whole(demanded: bool) -> list[Finished]:
            return with_samples(shown, models, demanded=demanded)

        return Given(whole, self._whose(), self._day(when), of, everything, shown)

    def _say(self, text: str) -> None:
        self.sentence.setText(text)
        self.sentence.setVisible(bool(text))

    # ---- inside ----------------------------------------------------------------------------------------------------------------

    def _when(self) -> datetime | None:
        """Return when the visit that is shown was: of what is stored, the one of the trial that is chosen; None where nobody knows."""
        if self._source() == VISIT:
            return datetime.now(UTC)
        if self._source() == STORED:
            row = self.trial_view.currentIndex().row()
            return self._stored[row].opened_at if 0 <= row < len(self._stored) else None
        mine = {one.trial.setup.trial for one in self._all if one.trial.setup.trial}
        return next((one.opened_at for one in self._stored if one.setup.trial in mine), None)

    def _day(self, when: datetime | None) -> str:
        return words_report.PRINTED.format(day=day(datetime.now(UTC))) if when is None else day(when)

    def _earlier(self) -> tuple[Earlier, ...]:
        """Return the client's trials of visits before the one that is shown."""
        if self._source() == VISIT:
            return tuple(self._visit.earlier())
        when = self._when()
        return before(self._stored, when) if when is not None else ()

    def _of_visit(self) -> list[Shown]:
        """Return the trials of the visit that is shown, oldest first."""
        when = self._when()
        return self._all if self._source() != STORED else stored_visit(self._stored, when) if when is not None else []

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
        self._all, self._stored = [], ()
        if self._source() == VISIT:
            earlier, person = self._visit.earlier(), self._person()
            kept = list(zip(self._visit.kept, self._whole([k.finished for k in self._visit.kept]), strict=True))
            self._all = [
                Shown(k.number, f.trial, f.values, f, counts=k.counts is not False, why=k.why) for k, f in kept
            ]  # fmt: skip
            return [
                row_of(f, k.number, counts=k.counts is not False, told=beside(f.trial, f.values, earlier, person)) for k, f in kept
            ]  # fmt: skip
        if self._source() == RECORDING:
            found, person = self._whole(self._survey.finished if self._survey else ()), self._person()
            self._all = [Shown(k, f.trial, f.values, f) for k, f in enumerate(found, start=1)]
            self._stored = tuple(self._trials_stored()) if self._client_is_meant() else ()
            past = self._earlier()
            return [row_of(f, k, told=beside(f.trial, f.values, past, person)) for k, f in enumerate(found, start=1)]
        return self._stored_rows()

    def _stored_rows(self) -> list[TrialRow]:
        """Return the client's stored trials, newest first, each held against those of earlier visits."""
        client, stored = self._visit.client, self._trials_stored()
        if client is None:
            return []
        self._stored = tuple(stored)
        self._all = [shown_of(one) for one in stored]
        rows: list[TrialRow] = []
        for one in stored:
            earlier = earlier_trials([other for other in stored if other.opened_at < one.opened_at])
            rows.append(stored_row(one, beside(*stored_values(one), earlier, client.person(one.opened_at.year))))
        return rows

    def _trials_stored(self) -> Sequence[StoredTrial]:
        """Return the client's stored trials, newest visit first."""
        store, client = self._visit.store, self._visit.client
        if store is None or client is None:
            return []
        try:
            return store.trials(client.code)
        except AnkletestError as error:
            self._say(say(str(error)))
            return []

    def _client_is_meant(self) -> bool:
        """Tell whether the trials shown are of the client who is taken; a recording may be another's."""
        client = self._visit.client
        return client is not None and (self._source() != RECORDING or (self._survey is not None and self._survey.client == client.code))

    def _person(self) -> Person:
        """Return what is known of whose trials are shown, in the year of the visit."""
        client = self._visit.client
        if client is None or not self._client_is_meant():
            return NOBODY
        return client.person((self._when() or datetime.now(UTC)).year)

    def _involved(self) -> Side | None:
        client = self._visit.client
        return client.involved if client is not None and self._client_is_meant() else None

    def _selected(self, selected: QItemSelection) -> None:
        rows = sorted({index.row() for index in selected.indexes()})
        trial = self.trials.rows[rows[0]] if rows and rows[0] < len(self.trials.rows) else None
        self.numbers.show_trial(trial)
        self._hide_empty(trial.numbers if trial is not None else ())
        if trial is not None:
            cells = trial.cells()
            self.number_card.set_right(f"{cells[1]}  ·  {cells[2]}  ·  {cells[3]}")
            made = trial.finished.trial if trial.finished else None
            reasons = tuple(map(say, (*made.reasons, *told_of(made.quality)))) if made is not None else ()
            sources = dict.fromkeys(source for row in trial.numbers if row.clinical for source in row.beside.sources)
            published = (words.NORMS_FROM.format(sources="; ".join(sources)),) if sources else ()
            self._say("  ".join((*reasons, *published)))
        if self._source() == STORED and self._when() != self._shown_when:
            self._show_pairs()
            self._show_exams()

    def _hide_empty(self, numbers: Sequence[NumberRow]) -> None:
        """Leave columns out that no number has anything in: they push others out of sight."""
        for column, filled in (
            (WHY, any(number.reasons for number in numbers)),
            (words.METRIC_COLUMNS.index(words.CHANGE_COLUMN), any(number.beside.change for number in numbers)),
            (words.METRIC_COLUMNS.index(words.PUBLISHED_COLUMN), any(number.beside.norm for number in numbers)),
        ):
            self.number_view.setColumnHidden(column, not filled)
        # Whatever is shown last takes the room that is left where no reason does.
        self.number_view.horizontalHeader().setStretchLastSection(self.number_view.isColumnHidden(WHY))

    def _show_exams(self) -> None:
        """Compare exam by exam: the visit that is shown, against those before it."""
        self._shown_when = self._when()
        parts = parts_of(
            self._of_visit(), self._earlier(), person=self._person(), involved=self._involved(), everything=self.everything.isChecked(),
            target_of=self.targets(),
        )  # fmt: skip
        self.exams.show_parts(parts)
        self.exam_card.set_right(told.VISIT_OF.format(day=day(self._shown_when)) if self._shown_when and self._source() != VISIT else "")

    def _show_pairs(self) -> None:
        done = [(one.trial, one.values) for one in self._of_visit() if one.counts]
        sides = compare_sides(done, involved=self._involved(), everything=self.everything.isChecked(), person=self._person())
        self.symmetry.set(final_pairs(sides.pairs[:MOST_PAIRS]))
        self.refused.setText("  ".join(map(say, sides.refused)))
        self.refused.setVisible(bool(sides.refused))


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
