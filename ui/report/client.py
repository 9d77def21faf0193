"""The client's sheet: three numbers, each with one plain sentence and one picture; the physio's report has the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont

from ankletest import __version__
from ankletest.exams.history import Change, changes
from ankletest.exams.pairs import Pair
from ankletest.metrics.base import Metric
from ankletest.metrics.change import Meaning
from ankletest.samples import Side
from ankletest.session import Finished
from ui import theme
from ui.report.page import Page, save
from ui.report.pictures import draw_bars, draw_hops, draw_stabilogram
from ui.report.sections import NOT_KNOWN, ExamSection, Leg, ReportOf, held_on, sections_of
from ui.tongue import say
from ui.widgets.stabilogram import half_range_cm
from ui.words import common as words

NUMBERS = 3
PICTURE, BARS = 150.0, 64.0
VALUES = 34.0
SHEET = PICTURE + VALUES + 70.0
"""Room of one number with its picture and a sentence of two lines."""


@dataclass(frozen=True, slots=True)
class Told:
    """One of the three numbers: of which exam, and whether its picture is the trace of the exam or bars."""

    section: ExamSection
    metric: Metric
    traced: bool


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


def chosen(sections: Sequence[ExamSection], of: ReportOf = NOT_KNOWN) -> list[Told]:
    """Return the three numbers, in the order of the exams: of each exam one, and more of them only where there are fewer exams.

    First come numbers that have a target, then those that are beyond error (left against right, or since the last visit), then those that
    have an index.
    """
    ranked: list[tuple[int, int, int, ExamSection, Metric]] = []
    for place, section in enumerate(sections):
        rows = sorted(((_rank(section, metric, of), k, metric) for k, metric in enumerate(_clinical(section))), key=lambda row: row[:2])
        # The first of every exam goes before the second of any.
        ranked += [(nth, rank, place, section, metric) for nth, (rank, _, metric) in enumerate(rows)]
    best = sorted(ranked, key=lambda row: row[:3])[:NUMBERS]
    return [
        Told(section, metric, nth == 0 and any(leg.evidence.cop is not None or leg.evidence.hops is not None for leg in section.legs))
        for nth, _, _, section, metric in sorted(best, key=lambda row: (row[2], row[0]))
    ]


def sentence(section: ExamSection, metric: Metric, of: ReportOf = NOT_KNOWN) -> str:
    """Return what a number means in one plain sentence; nothing is called better or worse within error."""
    pair, change = _pair(section, metric), _since(section, metric, of)
    when = ""
    if change is not None:
        when = words.day(change.since.when) if change.since.when else change.since.name
    weaker = pair.comparison.weaker if pair is not None and pair.finding.meaning is Meaning.REAL else None
    if weaker is not None:
        sides = {"side": words.SIDE[weaker].lower(), "other": words.SIDE[weaker.other].lower()}
        if change is not None and change.since.setup.side is weaker:
            return words.CLIENT_WEAKER_SINCE[bool(change.better)].format(**sides, when=when)
        return words.CLIENT_WEAKER.format(**sides)
    if change is not None:
        return words.CLIENT_CHANGE[bool(change.better)].format(title=words.capital(say(metric.title)), when=when)
    if pair is not None:
        return words.CLIENT_ALIKE if pair.finding.meaning is Meaning.WITHIN else words.CLIENT_UNSURE
    legs = [side for side, leg in _legs(section) if _value(leg, metric) is not None]
    return words.CLIENT_ONE_LEG.format(side=words.SIDE[legs[0]].lower()) if len(legs) == 1 else words.CLIENT_NOT_COMPARED


def _draw(sections: Sequence[ExamSection], title: str, date: str, of: ReportOf, *, pages: int) -> tuple[bytes, int]:
    page = Page(words.CLIENT_SHEET, version=__version__, pages=pages)
    top = QRectF(page.left, page.y, page.width, 32)
    page.write(top, words.CLIENT_SHEET, px=24, weight=QFont.Weight.DemiBold)
    page.write(top, date, px=13, weight=QFont.Weight.Medium, where=int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
    page.skip(34)
    page.line(title, px=13, tint="muted", height=20)
    page.skip(8)
    page.rule()
    found = chosen(sections, of)
    if not found:
        page.paragraph(words.REPORT_EMPTY, px=13, tint="text")
    for told in found:
        _number(page, told, of)
    return page.close(), page.number


def _number(page: Page, told: Told, of: ReportOf) -> None:
    section, metric = told.section, told.metric
    page.heading(words.CLIENT_NUMBER.format(title=words.capital(say(metric.title)), exam=section.title), keep=SHEET)
    half = page.width / 2
    for (side, leg), x in zip(_legs(section), (page.left, page.left + half), strict=True):
        value = _value(leg, metric)
        shown = words.NO_VALUE if value is None else words.with_unit(value, metric.decimals, metric.unit)
        target = of.target_of(leg.finished.trial.setup, metric) if of.target_of is not None and leg is not None else ""
        box = QRectF(x, page.y, half - 8, VALUES)
        page.write(box, f"{words.SIDE[side]}  {shown}", px=20, tint=side.value, weight=QFont.Weight.DemiBold)
        if target:
            text = words.CLIENT_TARGET.format(target=f"{target} {metric.unit}".rstrip())
            page.write(box, text, px=12, tint="muted", where=int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
    page.skip(VALUES)
    page.paragraph(sentence(section, metric, of), px=14, tint="text")
    page.skip(6)
    _picture(page, told)
    page.skip(8)


def _picture(page: Page, told: Told) -> None:
    section, half = told.section, page.width / 2
    if not told.traced:
        values = {side: _value(leg, told.metric) for side, leg in _legs(section)}
        draw_bars(page.painter, QRectF(page.left, page.y, page.width, BARS), values, told.metric)
        page.skip(BARS)
        return
    paths = [leg.evidence.cop for leg in section.legs if leg.evidence.cop is not None]
    scale = max((half_range_cm([np.column_stack((cop.x_mm, cop.y_mm))]) for cop in paths), default=0.0)
    for (side, leg), x in zip(_legs(section), (page.left, page.left + half), strict=True):
        room = QRectF(x, page.y, half - 8, PICTURE)
        if leg is not None and leg.evidence.cop is not None:
            draw_stabilogram(page.painter, room, leg.evidence.cop, leg.outline, side=side, half_cm=scale)
        elif leg is not None and leg.evidence.hops is not None:
            draw_hops(page.painter, room, leg.evidence.hops, side=side)
    page.skip(PICTURE)


# ---- inside ---------------------------------------------------------------------------------------------------------------------


def _legs(section: ExamSection) -> tuple[tuple[Side, Leg | None], ...]:
    return (Side.LEFT, section.left), (Side.RIGHT, section.right)


def _clinical(section: ExamSection) -> list[Metric]:
    """Return the clinical numbers that any leg has."""
    told = (value.metric for leg in section.legs for value in leg.finished.values if value.metric.clinical and value.value is not None)
    return list(dict.fromkeys(told))


def _rank(section: ExamSection, metric: Metric, of: ReportOf) -> int:
    if of.target_of is not None and any(of.target_of(leg.finished.trial.setup, metric) for leg in section.legs):
        return 0
    pair = _pair(section, metric)
    if (pair is not None and pair.finding.meaning is Meaning.REAL) or _since(section, metric, of) is not None:
        return 1
    return 2 if pair is not None and pair.comparison.lsi_percent is not None and not held_on(section, metric) else 3


def _value(leg: Leg | None, metric: Metric) -> float | None:
    found = next((value for value in leg.finished.values if value.metric.key == metric.key), None) if leg is not None else None
    return found.value if found is not None else None


def _pair(section: ExamSection, metric: Metric) -> Pair | None:
    return next((pair for pair in section.pairs if pair.left.metric.key == metric.key), None)


def _since(section: ExamSection, metric: Metric, of: ReportOf) -> Change | None:
    """Return what changed for real since the last visit, of the injured leg or of either."""
    found: list[Change] = []
    for side, leg in _legs(section):
        if leg is None or (of.involved is not None and side is not of.involved):
            continue
        mine = [value for value in leg.finished.values if value.metric.key == metric.key]
        # The last one is since the last visit.
        last = changes(leg.finished.trial, mine, of.earlier, person=of.person)[-1:]
        found.extend(change for change in last if change.finding.meaning is Meaning.REAL and change.better is not None)
    return found[0] if found else None
