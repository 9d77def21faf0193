"""Icons of the window: our own strokes on a 24 by 24 grid, drawn in any colour; no icon font, which costs 7 MB and 240 ms."""

from enum import StrEnum

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui import theme

SHARP = 2
"""Pixels drawn a logical pixel, so that an icon is crisp on a dense screen too."""


class Glyph(StrEnum):
    """Which icon."""

    CLIENTS = "clients"
    TEST = "test"
    RESULTS = "results"
    HISTORY = "history"
    REPLAY = "replay"
    DEVICES = "devices"
    REPORT = "report"
    SETTINGS = "settings"
    PLAY = "play"
    PAUSE = "pause"
    STOP = "stop"
    NEXT = "next"
    PREVIOUS = "previous"
    OPEN = "open"
    PLUS = "plus"
    SUN = "sun"
    MOON = "moon"
    VISIT = "visit"
    CALIBRATION = "calibration"
    ABOUT = "about"
    EYE = "eye"
    EYE_SHUT = "eye_shut"


STROKES: dict[Glyph, str] = {
    Glyph.CLIENTS: '<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7"/>',
    Glyph.TEST: '<circle cx="12" cy="13" r="8"/><path d="M12 9v4l3 2M9 2h6"/>',
    Glyph.RESULTS: '<path d="M4 20V4M4 20h16M9 16v-5M14 16V7M19 16v-3"/>',
    Glyph.HISTORY: '<path d="M3 20h18M6 16l4-5 4 3 5-8"/>',
    Glyph.REPLAY: '<path d="M4 12a8 8 0 1 0 2.6-5.9M4 4v5h5"/><path d="M10.5 9l4.5 3-4.5 3z"/>',
    Glyph.DEVICES: '<rect x="7" y="3" width="10" height="18" rx="3"/><path d="M11 17h2"/>',
    Glyph.REPORT: '<path d="M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6"/>',
    Glyph.SETTINGS: '<circle cx="12" cy="12" r="3"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2'
    'M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2"/>',
    Glyph.PLAY: '<path d="M8 5l11 7-11 7z"/>',
    Glyph.PAUSE: '<path d="M9 5v14M15 5v14"/>',
    Glyph.STOP: '<rect x="6" y="6" width="12" height="12" rx="1.5"/>',
    Glyph.NEXT: '<path d="M6 6l8 6-8 6zM18 6v12"/>',
    Glyph.PREVIOUS: '<path d="M18 6l-8 6 8 6zM6 6v12"/>',
    Glyph.OPEN: '<path d="M3 19V6h6l2 2h9v3M3 19l3-8h16l-3 8z"/>',
    Glyph.PLUS: '<path d="M12 5v14M5 12h14"/>',
    Glyph.SUN: '<circle cx="12" cy="12" r="4"/><path d="M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4'
    'M17.6 17.6L19 19M5 19l1.4-1.4M17.6 6.4L19 5"/>',
    Glyph.VISIT: '<path d="M10 6h10M10 12h10M10 18h10"/><path d="M3 6l1.5 1.5L7 4.5M3 12l1.5 1.5L7 10.5"/><circle cx="5" cy="18" r="1.4"/>',
    Glyph.CALIBRATION: '<path d="M12 3v17M8 20h8M5 7h14M5 7l-2.5 6.5h5zM19 7l-2.5 6.5h5z"/>',
    Glyph.ABOUT: '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7v.5"/>',
    Glyph.EYE: '<path d="M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7z"/><circle cx="12" cy="12" r="3"/>',
    Glyph.EYE_SHUT: '<path d="M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7z"/><circle cx="12" cy="12" r="3"/><path d="M4 20L20 4"/>',
    Glyph.MOON: '<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z"/>',
}
"""Paths without fill; the stroke is 1.8 wide with round ends."""


def icon(glyph: Glyph, tint: str = "text", px: int = 24) -> QIcon:
    """Return an icon in the colour of a token of the scheme in force; draw it again when ``theme.changes`` tells."""
    return QIcon(pixmap(glyph, theme.color(tint).name(), px))


def pixmap(glyph: Glyph, colour: str, px: int = 24) -> QPixmap:
    """Return an icon as a picture of ``px`` logical pixels in a colour such as ``#14202B``."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{colour}" stroke-width="1.8" '
        f'stroke-linecap="round" stroke-linejoin="round">{STROKES[glyph]}</svg>'
    )
    picture = QPixmap(px * SHARP, px * SHARP)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    picture.setDevicePixelRatio(SHARP)
    return picture
