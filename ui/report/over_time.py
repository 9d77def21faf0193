"""How the numbers of a visit stand against the first and the last visit before it, and against targets; as a table of a report."""

from collections.abc import Mapping, Sequence

from ankletest.exams.history import Change, changes
from ankletest.metrics.base import Metric, MetricValue
from ui.beside import change_told, since_told
from ui.report.page import Column, Page
from ui.report.sections import ExamSection, Leg, ReportOf
from ui.tongue import say
from ui.words import common as words
from ui.words import report as told
from ui.words import results as words_results

Row = tuple[str, ...]
KEEP = 120.0
"""The table's title stays with its head and its first rows."""
FIRST_OPTIONAL = 3
"""The columns from here on are left out where nothing stands in them."""


def draw_over_time(page: Page, section: ExamSection, of: ReportOf) -> None:
    """Write the table of an exam; nothing where there is neither an earlier visit nor a target."""
    rows, days = rows_of(section, of), days_of(section, of)
    if not rows:
        return
    visits = [
        text.format(day=day[0]) for text, day in zip((words_results.FIRST_ON, words_results.LAST_ON), days, strict=True) if len(day) == 1
    ]
    head = told.OVER_TIME_HEAD
    columns = (
        Column(head[0], 3.6),
        Column(head[1], 0.9),
        Column(head[2], 1.3, number=True),
        Column(head[3], 1.4, number=True),
        Column(head[4], 2.4),
        Column(head[5], 1.4, number=True),
        Column(head[6], 2.4),
        Column(head[7], 1.1, number=True),
    )
    shown = [k for k in range(len(columns)) if k < FIRST_OPTIONAL or any(row[k] for row in rows)]
    page.need(KEEP)
    page.line("  ·  ".join((told.OVER_TIME, *dict.fromkeys(visits))), px=11, tint="muted", height=20)
    page.table([columns[k] for k in shown], [[row[k] for k in shown] for row in rows])


def rows_of(section: ExamSection, of: ReportOf) -> list[Row]:
    """Return a row for each clinical number of each leg that an earlier visit has too, or that has a target."""
    rows: list[Row] = []
    several = tuple(len(days) > 1 for days in days_of(section, of))
    found = [(leg, _changes(leg, of)) for leg in section.legs]
    for metric in _clinical(section):
        for leg, changed in found:
            value = next((value for value in leg.finished.values if value.metric.key == metric.key), None)
            target = of.target_of(leg.finished.trial.setup, metric) if of.target_of is not None and value is not None else ""
            mine = changed.get(metric.key, ())
            if value is not None and (mine or target):
                rows.append(_row(value, leg, mine, target, several))
    return rows


def days_of(section: ExamSection, of: ReportOf) -> tuple[list[str], list[str]]:
    """Return the days of the first and of the last visits that numbers of an exam are held against; one each, as a rule."""
    found = [mine for leg in section.legs for mine in _changes(leg, of).values()]
    return list(dict.fromkeys(since_told(mine[0]) for mine in found)), list(dict.fromkeys(since_told(m[-1]) for m in found if m[1:]))


def _row(value: MetricValue, leg: Leg, mine: Sequence[Change], target: str, several: tuple[bool, ...]) -> Row:
    metric, side = value.metric, leg.finished.trial.setup.side
    title = words.capital(say(metric.title)) + (f", {metric.unit}" if metric.unit else "")
    first, last = (mine[0], mine[-1]) if mine else (None, None)
    again = last if last is not first else None  # after one earlier visit the first one is the last
    return (
        title, words.LETTER[side], words.number(value.value, metric.decimals), _before(first, metric, several[0]), _told(first, metric),
        _before(again, metric, several[1]), _told(again, metric), target,
    )  # fmt: skip


def _before(change: Change | None, metric: Metric, several: bool) -> str:
    if change is None:
        return ""
    value = words.number(change.before, metric.decimals)
    return told.BEFORE.format(value=value, day=since_told(change)) if several else value


def _told(change: Change | None, metric: Metric) -> str:
    return change_told(change, metric.decimals, dated=False) if change is not None else ""


def _changes(leg: Leg, of: ReportOf) -> Mapping[str, Sequence[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes(leg.finished.trial, leg.finished.values, of.earlier, person=of.person):
        found.setdefault(change.key, []).append(change)
    return found


def _clinical(section: ExamSection) -> list[Metric]:
    return list({v.metric.key: v.metric for leg in section.legs for v in leg.finished.values if v.metric.clinical}.values())
