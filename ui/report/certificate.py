"""A calibration certificate as a PDF for the auditor: whose, when, by which limits, with which numbers; it judges nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont

from ankletest import __version__
from calibration.certificate import Certificate, Figure, Limit
from ui import theme
from ui.drift import title_of
from ui.report.page import Column, Page, save
from ui.tongue import say
from ui.words import calibration as told
from ui.words import common as words

MOST_VALUES = 4
"""Values of a figure on one line; longer ones go on below."""
UNIT_ENDS = ("_rad_s", "_m_s2", "_rad", "_mm", "_s", "_n")
"""Units within the keys of figures; a certificate names them in a column of their own."""


def write_certificate(path: Path, certificate: Certificate) -> None:
    """Write a certificate as a PDF.

    Raises
    ------
    AnkletestError
        When the file cannot be written; then a file that was there is as it was.
    """
    save(path, certificate_pdf(certificate))


def certificate_pdf(certificate: Certificate) -> bytes:
    """Return the certificate as the bytes of a PDF: vectors, with text that can be searched and copied."""
    theme.load_fonts()
    # Twice, for the footer tells how many sheets there are.
    _, pages = _draw(certificate, pages=1)
    return _draw(certificate, pages=pages)[0]


def figure_name(figure: Figure) -> str:
    """Return what a figure is called for reading."""
    key = figure.key
    if key not in told.FIGURE:
        key = key.removeprefix("u_")
        key = next((key.removesuffix(end) for end in UNIT_ENDS if key.endswith(end)), key)
    return words.capital(told.FIGURE.get(key, key.replace("_", " ")))


def facts_of(certificate: Certificate) -> list[tuple[str, str]]:
    """Return what stands at the head of a certificate: name and text."""
    holds = told.UNTIL_NEXT if certificate.expires is None else told.UNTIL.format(date=_stamp(certificate.expires))
    method = told.METHOD_TOLD.format(title=title_of(certificate.kind), kind=certificate.kind, version=certificate.version)
    warm = [] if certificate.temperature_c is None else [(told.TEMPERATURE, words.with_unit(certificate.temperature_c, 1, "°C"))]
    by = [(told.BY, certificate.operator)] if certificate.operator else []
    return [
        (told.OF_DEVICE, str(certificate.device)), (told.METHOD, method), (told.MADE, _stamp(certificate.date)),
        (told.HOLDS, holds), *by, *warm, (told.NUMBER, certificate.id),
    ]  # fmt: skip


def bound_of(limit: Limit) -> str:
    """Write a bound with its sign."""
    return (told.AT_LEAST if limit.at_least else told.AT_MOST).format(bound=digits(limit.bound))


def digits(value: float) -> str:
    """Write a number of any size in four digits, with a real minus."""
    return words.plain(value, 4)


def _stamp(at: datetime) -> str:
    """Write an instant for people in any zone."""
    return at.astimezone(UTC).strftime(f"{words.MOMENT} UTC")


# ---- inside ---------------------------------------------------------------------------------------------------------------------


def _draw(certificate: Certificate, *, pages: int) -> tuple[bytes, int]:
    page = Page(told.CERTIFICATE, version=__version__, pages=pages)
    _header(page, certificate)
    for title, limits in ((told.LIMITS, certificate.limits), (told.HOLD_OUT, certificate.hold_out)):
        page.heading(title)
        _limits(page, limits)
    if certificate.why:
        page.heading(told.WHY)
        page.paragraph(say(certificate.why), px=12, tint="text")
    if not certificate.device.serial:
        page.paragraph(told.NO_SERIAL, px=12, tint="text")
    for group, figures in (
        ("parameters", certificate.parameters), ("uncertainty", certificate.uncertainty), ("residuals", certificate.residuals),
        ("inputs", certificate.inputs),
    ):  # fmt: skip
        if figures:
            page.heading(told.FIGURES[group])
            _figures(page, figures)
    page.skip(8)
    page.paragraph(told.EFFECT_NOTE, px=10)
    return page.close(), page.number


def _header(page: Page, certificate: Certificate) -> None:
    top = QRectF(page.left, page.y, page.width, 30)
    right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    page.write(top, told.CERTIFICATE, px=24, weight=QFont.Weight.DemiBold)
    result, tint = (told.PASSED_HEAD, "good") if certificate.passed else (told.FAILED_HEAD, "bad")
    page.write(top, result, px=18, tint=tint, weight=QFont.Weight.DemiBold, where=right)
    page.skip(36)
    page.rule()
    page.skip(8)
    for name, text in facts_of(certificate):
        page.need(19)
        page.write(QRectF(page.left, page.y, 110, 19), name, px=12, tint="muted")
        page.write(QRectF(page.left + 110, page.y, page.width - 110, 19), text, px=12, weight=QFont.Weight.Medium)
        page.skip(19)


def _limits(page: Page, limits: Sequence[Limit]) -> None:
    if not limits:
        page.paragraph(told.NO_LIMITS)
        return
    verdict, what, value, bound, unit = told.VERDICT_COLUMNS
    columns = (
        Column(what, 4), Column(value, 1.6, number=True, bold=True), Column(bound, 1.6, number=True), Column(unit, 2.4),
        Column(verdict, 1.5),
    )  # fmt: skip
    rows = [
        (words.capital(say(one.title)), digits(one.value), bound_of(one), say(one.unit), told.HELD_PLAIN if one.held else told.BROKEN_PLAIN)
        for one in limits
    ]
    page.table(columns, rows)


def _figures(page: Page, figures: Sequence[Figure]) -> None:
    what, values, unit = told.FIGURE_COLUMNS
    columns = (Column(what, 3.4), Column(values, 5), Column(unit, 1.4))
    rows: list[tuple[str, str, str]] = []
    for one in figures:
        for at in range(0, max(1, len(one.values)), MOST_VALUES):
            text = "   ".join(words.plain(value) for value in one.values[at : at + MOST_VALUES])
            rows.append((figure_name(one) if at == 0 else "", text, one.unit if at == 0 else ""))
    page.table(columns, rows)
