"""The client's sheet: of each exam one picture, three numbers and one sentence in plain words; the physio's report has the rest."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont

from ankletest import __version__
from ankletest.exams.history import Change, changes
from ankletest.exams.pairs import Pair
from ankletest.metrics.base import Metric, MetricValue
from ankletest.metrics.change import Meaning
from ankletest.samples import Side
from ankletest.session import Finished
from ui import theme, words
from ui.report.page import Page, fitting_px, save
from ui.report.pictures import draw_bars, draw_hops, draw_stabilogram
from ui.report.sections import NOT_KNOWN, ExamSection, Leg, ReportOf, sections_of
from ui.tongue import say
from ui.widgets.stabilogram import half_range_cm

NUMBERS = 3
PICTURE, TILE, GAP = 190.0, 62.0, 10.0
SHEET = PICTURE + TILE + 96.0


def write_client_sheet(path: Path, finished: Sequence[Finished], *, title: str, date: str, of: ReportOf = NOT_KNOWN) -> None:
    """Write the client's sheet of some trials of one visit as a PDF.

    Raises
    ------
    AnkletestError
        When the file cannot be written; then a file that was there is as it was.
    """
    content = client_pdf(sections_of(finished, of), title=title, date=date, of=of)
    save(path, content)


def client_pdf(sections: Sequence[ExamSection], *, title: str, date: str, of: ReportOf = NOT_KNOWN) -> bytes:
    """Return the sheet as the bytes of a PDF."""
    theme.load_fonts()
    _, pages = _draw(sections, title, date, of, pages=1)
    return _draw(sections, title, date, of, pages=pages)[0]


def sentence(section: ExamSection, of: ReportOf = NOT_KNOWN) -> str:
    """Return what the exam means in one plain sentence; nothing is called better or worse within error."""
    pair = _first(section)
    if pair is None:
        legs = [side for side, leg in ((Side.LEFT, section.left), (Side.RIGHT, section.right)) if leg is not None]
        told = words.CLIENT_ONE_LEG.format(side=words.SIDE[legs[0]].lower()) if len(legs) == 1 else words.CLIENT_NOT_COMPARED
    elif pair.finding.meaning is Meaning.REAL and pair.comparison.weaker is not None:
        told = words.CLIENT_WEAKER.format(
            side=words.SIDE[pair.comparison.weaker].lower(), other=words.SIDE[pair.comparison.weaker.other].lower()
        )
    elif pair.finding.meaning is Meaning.WITHIN:
        told = words.CLIENT_ALIKE
    else:
        told = words.CLIENT_UNSURE
    since = _since(section, of)
    return f"{told} {since}" if since else told


def _draw(sections: Sequence[ExamSection], title: str, date: str, of: ReportOf, *, pages: int) -> tuple[bytes, int]:
    page = Page(words.CLIENT_SHEET, version=__version__, pages=pages)
    top = QRectF(page.left, page.y, page.width, 32)
    page.write(top, words.CLIENT_SHEET, px=24, weight=QFont.Weight.DemiBold)
    page.write(top, date, px=13, weight=QFont.Weight.Medium, where=int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
    page.skip(34)
    page.line(title, px=13, tint="muted", height=20)
    page.skip(8)
    page.rule()
    if not sections:
        page.paragraph(words.REPORT_EMPTY, px=13, tint="text")
    for section in sections:
        _section(page, section, of)
    return page.close(), page.number


def _section(page: Page, section: ExamSection, of: ReportOf) -> None:
    page.heading(section.title, keep=SHEET)
    page.paragraph(sentence(section, of), px=14, tint="text")
    page.skip(6)
    _picture(page, section)
    _numbers(page, section)
    page.skip(8)


def _picture(page: Page, section: ExamSection) -> None:
    half = page.width / 2
    traced = any(leg.evidence.cop is not None or leg.evidence.hops is not None for leg in section.legs)
    if not traced:
        metric = next(iter(_shown(section)), None)
        if metric is not None:
            values = {side: _value(leg, metric) for side, leg in _legs(section)}
            draw_bars(page.painter, QRectF(page.left, page.y, page.width, PICTURE / 2), values, metric)
        page.skip(PICTURE / 2 + GAP)
        return
    paths = [leg.evidence.cop for leg in section.legs if leg.evidence.cop is not None]
    scale = max((half_range_cm([np.column_stack((cop.x_mm, cop.y_mm))]) for cop in paths), default=0.0)
    for (side, leg), x in zip(_legs(section), (page.left, page.left + half), strict=True):
        page.write(QRectF(x, page.y, half, 18), words.SIDE[side], px=13, tint=side.value, weight=QFont.Weight.DemiBold)
        room = QRectF(x, page.y + 20, half - 8, PICTURE - 20)
        if leg is not None and leg.evidence.cop is not None:
            draw_stabilogram(page.painter, room, leg.evidence.cop, leg.outline, side=side, half_cm=scale)
        elif leg is not None and leg.evidence.hops is not None:
            draw_hops(page.painter, room, leg.evidence.hops, side=side)
    page.skip(PICTURE + GAP)


def _numbers(page: Page, section: ExamSection) -> None:
    wide = (page.width - (NUMBERS - 1) * GAP) / NUMBERS
    for k, metric in enumerate(_shown(section)):
        box = QRectF(page.left + k * (wide + GAP), page.y, wide, TILE)
        page.painter.setPen(Qt.PenStyle.NoPen)
        page.painter.setBrush(theme.color("bg", of=theme.LIGHT))
        page.painter.drawRoundedRect(box, 6, 6)
        inner = box.adjusted(12, 8, -8, -8)
        title = words.capital(say(metric.title))
        px = fitting_px(title, inner.width(), QFont.Weight.Normal)
        page.write(QRectF(inner.left(), inner.top(), inner.width(), 15), title, px=px, tint="muted")
        half = inner.width() / 2
        for (side, leg), x in zip(_legs(section), (inner.left(), inner.left() + half), strict=True):
            value = _value(leg, metric)
            shown = words.NO_VALUE if value is None else words.with_unit(value, metric.decimals, metric.unit)
            text = f"{words.LETTER[side]} {shown}"
            page.write(QRectF(x, inner.top() + 20, half, 24), text, px=15, tint=side.value, weight=QFont.Weight.DemiBold)
    page.skip(TILE)


# ---- inside ---------------------------------------------------------------------------------------------------------------------


def _legs(section: ExamSection) -> tuple[tuple[Side, Leg | None], ...]:
    return (Side.LEFT, section.left), (Side.RIGHT, section.right)


def _shown(section: ExamSection) -> list[Metric]:
    """Return the first clinical numbers that any leg has."""
    told = (value.metric for leg in section.legs for value in leg.finished.values if value.metric.clinical and value.value is not None)
    return list(dict.fromkeys(told))[:NUMBERS]


def _value(leg: Leg | None, metric: Metric) -> float | None:
    found = next((value for value in leg.finished.values if value.metric.key == metric.key), None) if leg is not None else None
    return found.value if found is not None else None


def _first(section: ExamSection) -> Pair | None:
    """Return the pair that the sentence is of: one beyond error, else one of which nobody knows; alike are only legs alike in all."""
    clinical = [pair for pair in section.pairs if pair.left.metric.clinical]
    for meaning in (Meaning.REAL, Meaning.UNKNOWN):
        found = next((pair for pair in clinical if pair.finding.meaning is meaning), None)
        if found is not None:
            return found
    return next(iter(clinical), None)


def _since(section: ExamSection, of: ReportOf) -> str:
    """Return what changed for real since the last visit, of the injured leg or of either."""
    found: list[Change] = []
    values: dict[str, MetricValue] = {}
    for side, leg in _legs(section):
        if leg is None or (of.involved is not None and side is not of.involved):
            continue
        told = changes(leg.finished.trial, leg.finished.values, of.earlier, person=of.person)
        values |= {value.metric.key: value for value in leg.finished.values}
        found.extend(change for change in told if change.finding.meaning is Meaning.REAL and change.better is not None)
    clinical = [change for change in found if values[change.key].metric.clinical]
    if not clinical:
        return ""
    last = max(clinical, key=lambda change: change.since.when.timestamp() if change.since.when else 0.0)
    when = words.day(last.since.when) if last.since.when else last.since.name
    return words.CLIENT_CHANGE[bool(last.better)].format(title=words.capital(say(values[last.key].metric.title)), when=when)
