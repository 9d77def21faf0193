"""Recompute history: stored trials analysed again from their recordings, with progress, a way out, and old beside new as a table."""

import threading
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ankletest import metrics
from ankletest.device import DeviceModel
from ankletest.errors import AnkletestError
from ankletest.language import plural
from ankletest.metrics.base import Metric
from ankletest.store.recomputing import Beside, Recomputed
from ui.asked import title_of
from ui.desk.following import Following
from ui.jobs import Jobs, Progress
from ui.pages.display import Scale, scale_of
from ui.tongue import say
from ui.widgets.buttons import button_of
from ui.widgets.card import label, wrapped
from ui.widgets.row_table import dress_rows
from ui.words import common as words
from ui.words import followup as told

MOST_ROWS = 1000
WIDE_PX, HIGH_PX = 1040, 640
NUMBER_COLUMN, RIGHT_FROM = 3, 5
"""Of ``words.followup.RECOMPUTE_COLUMNS``: the number's name, and the first of those that hold numbers."""


class RecomputeDialog(QDialog):
    """Asks whose trials, runs the job, shows what came of it; ``recomputed`` tells that numbers were kept."""

    recomputed = Signal()

    def __init__(
        self, following: Following, code: str, models: Sequence[DeviceModel], jobs: Jobs, parent: QWidget | None = None
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._following, self._code, self._models, self._jobs = following, code, models, jobs
        self._enough = threading.Event()
        self._going = False
        self.setWindowTitle(told.RECOMPUTE_TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(WIDE_PX, HIGH_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.addWidget(label(told.RECOMPUTE_TITLE, "h1", self))
        column.addWidget(wrapped(told.RECOMPUTE_TEXT, parent=self))
        line = QHBoxLayout()
        self.one = button_of(told.RECOMPUTE_ONE, self)
        self.all = button_of(told.RECOMPUTE_ALL, self)
        self.cancel = button_of(told.CANCEL, self)
        for button in (self.one, self.all, self.cancel):
            line.addWidget(button)
        line.addStretch(1)
        column.addLayout(line)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 100)
        self.bar.setAccessibleName(told.RECOMPUTING.format(percent=0))
        column.addWidget(self.bar)
        self.sentence = wrapped("", parent=self)
        column.addWidget(self.sentence)
        self.table = QTableWidget(0, len(told.RECOMPUTE_COLUMNS), self)
        self.table.setHorizontalHeaderLabels(told.RECOMPUTE_COLUMNS)
        dress_rows(self.table, told.RECOMPUTE_ROWS, wide=NUMBER_COLUMN)
        column.addWidget(self.table, 1)
        self.told = QPlainTextEdit(self)
        self.told.setReadOnly(True)
        self.told.setTabChangesFocus(True)
        self.told.setAccessibleName(told.RECOMPUTE_TOLD)
        self.told.setMaximumHeight(HIGH_PX // 5)
        self.told.hide()
        column.addWidget(self.told)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.close_button = button_of(told.CLOSE, self)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        self.one.clicked.connect(self._run_one)
        self.all.clicked.connect(self._run_all)
        self.cancel.clicked.connect(self.halt)
        self.close_button.clicked.connect(self.reject)
        self.finished.connect(self.halt)
        self._show_going(going=False)

    def halt(self) -> None:
        """Let what goes on end soon; what was done is kept."""
        self._enough.set()

    def _run_one(self) -> None:
        self._run(self._code)

    def _run_all(self) -> None:
        self._run("")

    def _run(self, code: str) -> None:
        self._enough.clear()
        following, models, enough = self._following, self._models, self._enough

        def work(progress: Progress) -> Recomputed:
            return following.recompute(code, models, progress, enough.is_set)

        self._show_going(going=True)
        self.sentence.setText("")
        job = self._jobs.run(told.RECOMPUTE_JOB, work)
        job.progress.connect(self._progress)
        job.done.connect(self._done)
        job.failed.connect(self._failed)

    def _show_going(self, *, going: bool) -> None:
        self._going = going
        self.one.setEnabled(not going and bool(self._code))
        self.all.setEnabled(not going)
        self.cancel.setEnabled(going)
        self.bar.setVisible(going)

    def _progress(self, share: float) -> None:
        self.bar.setValue(round(100 * share))
        self.bar.setAccessibleName(told.RECOMPUTING.format(percent=self.bar.value()))

    def _done(self, found: Recomputed) -> None:
        self._show_going(going=False)
        rows = [row for row in found.rows if not row.same]
        said = [
            told.RECOMPUTED.format(trials=found.trials, same=len(found.rows) - len(rows), other=len(rows), kept=found.kept),
            *([told.RECOMPUTE_CANCELLED] if found.cancelled else []),
            *([plural(told.RECOMPUTE_MORE, more).format(count=more)] if (more := len(rows) - MOST_ROWS) > 0 else []),
        ]
        self.sentence.setText("  ".join(said))
        self._fill(rows[:MOST_ROWS])
        self.told.setPlainText("\n".join(map(say, found.told)))
        self.told.setVisible(bool(found.told))
        self.recomputed.emit()

    def _failed(self, error: Exception) -> None:
        self._show_going(going=False)
        if not isinstance(error, AnkletestError):
            raise error
        self.sentence.setText(say(str(error)))

    def _fill(self, rows: Sequence[Beside]) -> None:
        known = {metric.key: metric for metric in metrics.METRICS}
        self.table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            for column, text in enumerate(_cells(row, known.get(row.key))):
                item = QTableWidgetItem(text)
                if column >= RIGHT_FROM:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(place, column, item)


def _cells(row: Beside, metric: Metric | None) -> tuple[str, ...]:
    some = row.new or row.old
    unit = some.unit if some is not None else ""
    scale = scale_of(row.key, unit, metric.decimals) if metric is not None else Scale(unit, 1.0, 3)
    old, new = ((one.value * scale.factor if one is not None and one.value is not None else None) for one in (row.old, row.new))
    apart = row.difference * scale.factor if row.difference is not None else None
    return (
        row.client, words.day(row.when),
        told.RECOMPUTE_TRIAL.format(exam=title_of(row.setup), letter=words.LETTER[row.setup.side], number=row.trial),
        words.capital(say(metric.title)) if metric is not None else row.key, scale.unit,
        str(row.old.version) if row.old is not None else words.NO_VALUE, words.number(old, scale.decimals),
        str(row.new.version) if row.new is not None else words.NO_VALUE, words.number(new, scale.decimals),
        words.number(apart, scale.decimals + 1),
    )  # fmt: skip
