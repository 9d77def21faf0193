"""The report of a visit as a PDF: what was measured, left and right, how sure, and how; it draws numbers and makes none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont

from ankletest import __version__
from ankletest.checks.told import told_of
from ankletest.exams.pairs import Pair, compare_sides
from ankletest.metrics.base import Metric, MetricValue, Status
from ankletest.metrics.change import Meaning
from ankletest.samples import Side
from ankletest.session import Finished
from ui import theme
from ui.report.compared import lsi_told, published_lines, row_of, verdict_told
from ui.report.evidence import draw_devices, draw_trials
from ui.report.over_time import draw_over_time
from ui.report.page import WRAPPED, Column, Page, save
from ui.report.parts import Shown
from ui.report.pictures import draw_hops, draw_stabilogram
from ui.report.sections import NOT_KNOWN, ExamSection, Leg, ReportOf, held_on, sections_of
from ui.tongue import say
from ui.widgets.stabilogram import half_range_cm
from ui.widgets.symmetry import grade
from ui.words import common as words

PICTURE = 236.0
TIMELINE = 128.0
TILES = 4
TILE_GAP, TILE_HIGH = 10.0, 86.0
NAME_GAP = 12.0


@dataclass(frozen=True, slots=True)
class VisitReport:
    """A visit for paper: a title (a pseudonym, never a name), the date as written, exams, a free note, what was refused, and of whom.

    ``research``: the numbers of the research tier stand on sheets of their own.
    """

    title: str
    date: str
    sections: tuple[ExamSection, ...]
    note: str = ""
    refused: tuple[str, ...] = ()
    of: ReportOf = NOT_KNOWN
    research: bool = False
    trials: tuple[Shown, ...] = ()


def write_visit_report(
    path: Path,
    finished: Sequence[Finished],
    *,
    title: str,
    date: str,
    note: str = "",
    of: ReportOf = NOT_KNOWN,
    research: bool = False,
    trials: Sequence[Shown] = (),
) -> None:
    """Write the report of some trials of one visit as a PDF of vectors with selectable text.

    Parameters
    ----------
    path
        Where to.
    finished
        The trials, oldest first, with their streams where pictures are wanted.
    title, date
        Whose visit and when, as they shall stand there: a pseudonym, never a name.
    note
        A free note.
    of
        What is known of the client.
    research
        The numbers of the research tier too, and not the clinical ones alone.
    trials
        All trials, those that do not count too; those of ``finished`` unless told otherwise.

    Raises
    ------
    AnkletestError
        When the file cannot be written; then a file that was there is as it was.
    """
    sides = compare_sides([(each.trial, each.values) for each in finished], involved=of.involved, person=of.person)
    every = tuple(trials) or tuple(Shown(k, one.trial, one.values, one) for k, one in enumerate(finished, start=1))
    content = visit_pdf(VisitReport(title, date, sections_of(finished, of), note, sides.refused, of, research, every))
    save(path, content)


def visit_pdf(visit: VisitReport) -> bytes:
    """Return the report as the bytes of a PDF."""
    theme.load_fonts()
    # Twice, for the footer tells how many sheets there are.
    _, pages = _draw(visit, pages=1)
    return _draw(visit, pages=pages)[0]


def _draw(visit: VisitReport, *, pages: int) -> tuple[bytes, int]:
    page = Page(words.REPORT, version=__version__, pages=pages)
    _header(page, visit)
    _tiles(page, visit)
    for sentence in visit.refused:
        page.paragraph(say(sentence), px=10.5)
    for section in visit.sections:
        _section(page, section)
        draw_over_time(page, section, visit.of)
        for line in published_lines(section, visit.of):
            page.paragraph(line, px=10)
    further = [section for section in visit.sections if visit.research and any(not metric.clinical for metric in _metrics(section))]
    for section in further:
        page.heading(words.FURTHER.format(title=section.title))
        _results(page, section, clinical=False)
    if not visit.sections:
        page.paragraph(words.REPORT_EMPTY, px=13, tint="text")
    if visit.note:
        page.heading(words.REPORT_NOTE)
        page.paragraph(visit.note, px=12, tint="text")
    draw_trials(page, visit.trials)
    if visit.sections:
        draw_devices(page, [s for section in visit.sections for leg in section.legs for s in leg.finished.trial.streams])
        _methods(page, visit)
    return page.close(), page.number


def _header(page: Page, visit: VisitReport) -> None:
    top = QRectF(page.left, page.y, page.width, 30)
    right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    page.write(top, words.REPORT, px=24, weight=QFont.Weight.DemiBold)
    page.write(top, visit.date, px=13, weight=QFont.Weight.Medium, where=right)
    page.skip(32)
    page.line(visit.title, px=13, tint="muted", height=20)
    page.skip(8)
    page.rule()
    page.skip(14)


def _tiles(page: Page, visit: VisitReport) -> None:
    """Draw up to four indices of the default set; a colour only where the difference is beyond error."""
    shown = [(section, pair) for section in visit.sections for pair in section.pairs if pair.left.metric.clinical and _known(pair)]
    # One of every exam first, so that no exam is crowded out.
    firsts = [max(mine, key=_beyond) for section in visit.sections if (mine := [item for item in shown if item[0] is section])]
    chosen = (firsts + [item for item in shown if item not in firsts])[:TILES]
    if not chosen:
        return
    wide = (page.width - (TILES - 1) * TILE_GAP) / TILES
    for k, (_, pair) in enumerate(chosen):
        state = grade(row_of(pair))
        box = QRectF(page.left + k * (wide + TILE_GAP), page.y, wide, TILE_HIGH)
        page.painter.setPen(Qt.PenStyle.NoPen)
        page.painter.setBrush(theme.color(f"{state}_soft" if state else "bg", of=theme.LIGHT))
        page.painter.drawRoundedRect(box, 6, 6)
        inner = box.adjusted(11, 8, -8, -8)
        metric = pair.left.metric
        title = words.capital(say(metric.title))
        page.write(QRectF(inner.left(), inner.top(), inner.width(), 28), title, px=10.5, tint="muted", where=int(WRAPPED))
        page.write(
            QRectF(inner.left(), inner.top() + 29, inner.width(), 24),
            lsi_told(pair),
            px=20,
            tint=state or "text",
            weight=QFont.Weight.DemiBold,
        )
        both = "   ".join(
            f"{words.LETTER[side]} {words.with_unit(value.value, metric.decimals, metric.unit)}"
            for side, value in ((Side.LEFT, pair.left), (Side.RIGHT, pair.right))
        )
        page.write(QRectF(inner.left(), inner.top() + 55, inner.width(), 15), both, px=10.5)
    page.skip(TILE_HIGH + 8)


def _section(page: Page, section: ExamSection) -> None:
    high = _picture_height(section)
    page.heading(section.title, keep=high + 60)
    half = page.width / 2
    scale = _half_cm(section.legs)
    for side, leg, x in ((Side.LEFT, section.left, page.left), (Side.RIGHT, section.right, page.left + half)):
        page.write(QRectF(x, page.y, half, 18), words.SIDE[side], px=13, tint=side.value, weight=QFont.Weight.DemiBold)
        named = page.wide(words.SIDE[side], px=13, weight=QFont.Weight.DemiBold) + NAME_GAP
        page.write(QRectF(x + named, page.y, half - named - 6, 18), _outcome(leg), px=11, tint="muted")
        room = QRectF(x, page.y + 20, half - 8, high)
        if leg is not None and leg.evidence.cop is not None:
            draw_stabilogram(page.painter, room, leg.evidence.cop, leg.outline, side=side, half_cm=scale)
        elif leg is not None and leg.evidence.hops is not None:
            draw_hops(page.painter, room, leg.evidence.hops, side=side)
    page.skip(high + 26)
    _results(page, section, clinical=True)


def _results(page: Page, section: ExamSection, *, clinical: bool) -> None:
    head = words.COLUMNS
    columns = (
        Column(head[0], 0.9, colour="muted"),
        Column(head[1], 3.6),
        Column(head[2], 1.6, number=True, colour="left"),
        Column(head[3], 1.6, number=True, colour="right"),
        Column(head[4], 1.1, number=True, bold=True),
        Column(head[5], 1.4),
        Column(head[6], 1.3),
    )
    left, right = _by_key(section.left), _by_key(section.right)
    pairs = {pair.left.metric.key: pair for pair in section.pairs}
    notes: list[str] = []
    rows: list[list[str]] = []
    for metric in _metrics(section):
        if metric.clinical is not clinical:
            continue
        key = metric.key
        values = [side[key] for side in (left, right) if key in side]
        pair = pairs.get(key)
        rows.append([
            metric.id, _named(metric), _cell(left.get(key)), _cell(right.get(key)),
            lsi_told(pair), verdict_told(pair), _remark(values, notes),
        ])  # fmt: skip
    if not rows:
        return
    page.table(columns, rows)
    for number, text in enumerate(notes, 1):
        page.paragraph(words.REMARK.format(number=number, text=say(text)), px=10)


def _methods(page: Page, visit: VisitReport) -> None:
    legs = [leg for section in visit.sections for leg in section.legs]
    values = [value for leg in legs for value in leg.finished.values if visit.research or value.metric.clinical]
    versions = {f"{value.metric.id} v{value.metric.version}": None for value in values}
    profiles = dict.fromkeys(value.profile for value in values)
    parts: list[str] = []
    parts.extend(dict.fromkeys(say(sentence) for leg in legs for sentence in told_of(leg.finished.trial.quality)))
    if values:
        parts.append(words.PROFILES.format(profiles=", ".join(profiles), versions=", ".join(versions)))
    page.heading(words.REPORT_METHODS, keep=50)
    page.paragraph(" ".join((*parts, words.UNCERTAINTY, words.LSI_RULE)), px=10)


def _metrics(section: ExamSection) -> list[Metric]:
    """Return the metrics of a section, each once."""
    return list({value.metric.key: value.metric for leg in section.legs for value in leg.finished.values}.values())


def _by_key(leg: Leg | None) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in leg.finished.values} if leg is not None else {}


def _beyond(item: tuple[ExamSection, Pair]) -> tuple[bool, bool]:
    """Return what lets a number go before its exam's others: a difference beyond error, and that it is no hold up to the end."""
    section, pair = item
    return pair.finding.meaning is Meaning.REAL, not held_on(section, pair.left.metric)


def _known(pair: Pair) -> bool:
    return pair.comparison.lsi_percent is not None


def _named(metric: Metric) -> str:
    title = words.capital(say(metric.title))
    return f"{title}, {metric.unit}" if metric.unit else title


def _cell(value: MetricValue | None) -> str:
    if value is None or value.value is None or value.status is Status.INVALID:
        return words.NO_VALUE
    text = words.number(value.value, value.metric.decimals)
    if value.uncertainty is None:
        return text
    return words.PLUS_MINUS.format(value=text, u=words.spread(value.uncertainty, value.metric.decimals))


def _remark(values: Sequence[MetricValue], notes: list[str]) -> str:
    """Return the worst status and the numbers of its reasons, adding those that are new to ``notes``."""
    for reason in (reason for value in values for reason in value.reasons):
        if reason not in notes:
            notes.append(reason)
    numbers = sorted({notes.index(reason) + 1 for value in values for reason in value.reasons})
    worst = max((value.status for value in values), key=list(Status).index)
    state = "" if worst is Status.OK else say(worst.value)
    return " ".join(part for part in (state, ", ".join(str(number) for number in numbers)) if part)


def _outcome(leg: Leg | None) -> str:
    if leg is None:
        return words.NOT_TESTED
    trial = leg.finished.trial
    held = words.HELD.format(seconds=words.number(trial.hold_s, 1)) if math.isfinite(trial.hold_s) else ""
    return ", ".join(part for part in (say(trial.outcome.value), held, *map(say, trial.reasons)) if part)


def _picture_height(section: ExamSection) -> float:
    if any(leg.evidence.cop is not None for leg in section.legs):
        return PICTURE
    return TIMELINE if any(leg.evidence.hops is not None for leg in section.legs) else 0.0


def _half_cm(legs: Sequence[Leg]) -> float:
    """Return the one scale of both legs, paths and ellipses."""
    paths = [np.column_stack((leg.evidence.cop.x_mm, leg.evidence.cop.y_mm)) for leg in legs if leg.evidence.cop is not None]
    return max(half_range_cm(paths), *(leg.outline.half_range_cm() if leg.outline is not None else 0.0 for leg in legs), 0.0)
