"""Trials and their numbers as Qt's table models; what is in them comes from sessions and the store."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ankletest import exams, metrics
from ankletest.errors import AnkletestError
from ankletest.metrics.base import Metric, MetricValue
from ankletest.programme.past import PastNumber
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.store.stored import StoredTrial
from ui import theme
from ui.beside import NOTHING, Beside
from ui.tongue import say
from ui.words import common as words
from ui.words import pages as words_pages

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
STATUS_STATE = {"OK": "good", "WARN": "warn", "INVALID": "bad"}


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One number of a trial as text."""

    title: str
    value: str
    unit: str
    uncertainty: str
    status: str
    reasons: str
    profile: str
    id: str
    clinical: bool
    beside: Beside = NOTHING
    key: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the columns of ``words.pages.METRIC_COLUMNS``."""
        state = STATUS_STATE.get(self.status, "off")
        return (
            self.title, self.value, self.unit, self.uncertainty, f"{words.SYMBOL[state]}  {say(self.status)}", self.reasons,
            self.beside.change, self.beside.norm, self.profile, self.id,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrialRow:
    """One trial as text, with its numbers; ``finished`` is None for a stored one."""

    number: int
    exam: str
    side: Side
    outcome: str
    length_s: float | None
    when: datetime | None
    numbers: tuple[NumberRow, ...]
    finished: Finished | None = None
    counts: bool = True

    def cells(self) -> tuple[str, ...]:
        """Return the columns of ``words.pages.TRIAL_COLUMNS``."""
        outcome = words_pages.OUTCOME.get(self.outcome, self.outcome)
        return (
            str(self.number), _title(self.exam), f"{words.LETTER[self.side]}  {words.SIDE[self.side]}",
            outcome if self.counts else f"{outcome}, {words_pages.REPEATED}",
            words.with_unit(self.length_s, 1, "s") if self.length_s else words.NO_VALUE,
            words_pages.NOW_WORD if self.when is None else words.moment(self.when),
        )  # fmt: skip


def row_of(finished: Finished, number: int, *, counts: bool = True, told: Mapping[str, Beside] = MappingProxyType({})) -> TrialRow:
    """Return the row of a trial of this session; ``told`` is what stands beside its numbers, by metric key."""
    trial = finished.trial
    start_s, end_s = trial.window_s
    return TrialRow(
        number, trial.setup.exam, trial.setup.side, trial.outcome.value, end_s - start_s, None,
        tuple(_number(value, told.get(value.metric.key, NOTHING)) for value in finished.values), finished, counts,
    )  # fmt: skip


def stored_row(stored: StoredTrial, told: Mapping[str, Beside] = MappingProxyType({})) -> TrialRow:
    """Return the row of a stored trial."""
    seconds = stored.window_s[1] - stored.window_s[0]
    return TrialRow(
        stored.number,
        stored.exam,
        stored.side,
        stored.outcome,
        seconds if math.isfinite(seconds) else None,
        stored.opened_at,
        tuple(_stored(n, told.get(n.key, NOTHING)) for n in stored.numbers),
        counts=stored.counts,
    )


class TrialTable(QAbstractTableModel):
    """Trials, one a row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[TrialRow, ...] = ()

    def show_rows(self, rows: Sequence[TrialRow]) -> None:
        """Show these trials."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return the number of trials."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return the number of columns."""
        return 0 if parent.isValid() else len(words_pages.TRIAL_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> object:
        """Return a heading."""
        return words_pages.TRIAL_COLUMNS[section] if orientation is Qt.Orientation.Horizontal and role == ROLE.DisplayRole else None

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> object:
        """Return a cell; the leg has its colour and its letter."""
        row = self.rows[index.row()]
        if role == ROLE.DisplayRole:
            return row.cells()[index.column()]
        if role == ROLE.ForegroundRole and index.column() == 2:
            return theme.color(row.side.value)
        if role == ROLE.ForegroundRole and not row.counts:
            return theme.color("faint")
        return None


class NumberTable(QAbstractTableModel):
    """The numbers of one trial, one a row; the clinical ones unless all are asked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[NumberRow, ...] = ()
        self.rows: tuple[NumberRow, ...] = ()
        self._everything = False

    def show_trial(self, trial: TrialRow | None) -> None:
        """Show the numbers of a trial."""
        self._all = trial.numbers if trial is not None else ()
        self._choose()

    def show_all(self, everything: bool) -> None:
        """Show all numbers, or the clinical ones."""
        self._everything = everything
        self._choose()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return the number of numbers."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return the number of columns."""
        return 0 if parent.isValid() else len(words_pages.METRIC_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> object:
        """Return a heading."""
        return words_pages.METRIC_COLUMNS[section] if orientation is Qt.Orientation.Horizontal and role == ROLE.DisplayRole else None

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> object:
        """Return a cell; the status has colour, shape and word."""
        row = self.rows[index.row()]
        if role in (ROLE.DisplayRole, ROLE.ToolTipRole):
            return row.cells()[index.column()]
        if role == ROLE.ForegroundRole and index.column() == 4:
            return theme.color(STATUS_STATE.get(row.status, "muted"))
        if role == ROLE.TextAlignmentRole and index.column() in (1, 3):
            return RIGHT
        return None

    def _choose(self) -> None:
        self.beginResetModel()
        self.rows = tuple(row for row in self._all if self._everything or row.clinical)
        self.endResetModel()


def _number(value: MetricValue, told: Beside) -> NumberRow:
    metric = value.metric
    return NumberRow(
        _capital(say(metric.title)), words.number(value.value, metric.decimals), metric.unit, _spread(value.uncertainty, metric.decimals),
        value.status.value, "; ".join(map(say, value.reasons)), value.profile, metric.id, metric.clinical, told, metric.key,
    )  # fmt: skip


def _stored(number: PastNumber, told: Beside) -> NumberRow:
    metric = _known(number.key)
    decimals = metric.decimals if metric else 3
    return NumberRow(
        _capital(say(metric.title)) if metric else number.key, words.number(number.value, decimals), number.unit,
        _spread(number.uncertainty, decimals), number.status, "; ".join(map(say, number.reasons)), number.profile, number.metric_id,
        metric.clinical if metric else False, told, number.key,
    )  # fmt: skip


def _spread(uncertainty: float | None, decimals: int) -> str:
    return words.NO_VALUE if uncertainty is None else words.spread(uncertainty, decimals + 1)


def _known(key: str) -> Metric | None:
    return next((metric for metric in metrics.METRICS if metric.key == key), None)


def _title(exam: str) -> str:
    try:
        return say(exams.by_key(exam).title)
    except AnkletestError:
        return exam


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
