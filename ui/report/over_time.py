"""How the numbers of a visit stand against the first and the last visit before it, and against targets; as a table of a report."""

from collections.abc import Mapping, Sequence

from ankletest.exams.history import Change, changes
from ankletest.metrics.base import Metric, MetricValue
from ui import words
from ui import words_report as told
from ui.beside import change_told, since_told
from ui.report.page import Column, Page
from ui.report.sections import ExamSection, Leg, ReportOf
from ui.tongue import say

Row = tuple[str, ...]
KEEP = 120.0
"""The table's title stays with its head and its first rows."""
FIRST_OPTIONAL = 3
"""The columns from here on are left out where nothing stands in them."""


def draw_over_time(page: Page, section: ExamSection, of: ReportOf) -> None:
    """Write the table of an exam; nothing where there is neither an earlier visit nor a target."""
    rows = rows_of(section, of)
    if not rows:
        return
    head = told.OVER_TIME_HEAD
    columns = (
        Column(head[0], 3.0), Column(head[1], 0.7), Column(head[2], 1.3, number=True), Column(head[3], 1.9), Column(head[4], 2.0),
        Column(head[5], 1.9), Column(head[6], 2.0), Column(head[7], 1.2, number=True),
    )  # fmt: skip
    shown = [k for k in range(len(columns)) if k < FIRST_OPTIONAL or any(row[k] for row in rows)]
    page.need(KEEP)
    page.line(told.OVER_TIME, px=11, tint="muted", height=20)
    page.table([columns[k] for k in shown], [[row[k] for k in shown] for row in rows])


def rows_of(section: ExamSection, of: ReportOf) -> list[Row]:
    """Return a row for each clinical number of each leg that an earlier visit has too, or that has a target."""
    rows: list[Row] = []
    found = [(leg, _changes(leg, of)) for leg in section.legs]
    for metric in _clinical(section):
        for leg, changed in found:
            value = next((value for value in leg.finished.values if value.metric.key == metric.key), None)
            target = of.target_of(leg.finished.trial.setup, metric) if of.target_of is not None and value is not None else ""
            mine = changed.get(metric.key, ())
            if value is not None and (mine or target):
                rows.append(_row(value, leg, mine, target))
    return rows


def _row(value: MetricValue, leg: Leg, mine: Sequence[Change], target: str) -> Row:
    metric, side = value.metric, leg.finished.trial.setup.side
    title = words.capital(say(metric.title)) + (f", {metric.unit}" if metric.unit else "")
    first, last = (mine[0], mine[-1]) if mine else (None, None)
    again = last if last is not first else None  # after one earlier visit the first one is the last
    return (
        title, words.LETTER[side], words.number(value.value, metric.decimals), _before(first, metric), _told(first, metric),
        _before(again, metric), _told(again, metric), target,
    )  # fmt: skip


def _before(change: Change | None, metric: Metric) -> str:
    if change is None:
        return ""
    return told.BEFORE.format(value=words.number(change.before, metric.decimals), day=since_told(change))


def _told(change: Change | None, metric: Metric) -> str:
    return change_told(change, metric.decimals, dated=False) if change is not None else ""


def _changes(leg: Leg, of: ReportOf) -> Mapping[str, Sequence[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes(leg.finished.trial, leg.finished.values, of.earlier, person=of.person):
        found.setdefault(change.key, []).append(change)
    return found


def _clinical(section: ExamSection) -> list[Metric]:
    return list({v.metric.key: v.metric for leg in section.legs for v in leg.finished.values if v.metric.clinical}.values())
