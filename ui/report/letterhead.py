"""Whose paper a report is: the clinic's name and picture at the head of the first sheet, and which pictures are fit for it."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QImage, QImageReader, QPainter
from PySide6.QtSvg import QSvgRenderer

from ankletest.errors import SettingsError
from ui import theme
from ui.words import settings as words

KINDS = (".png", ".svg")
MOST_BYTES = 1_000_000
LEAST_PX, MOST_PX = 32, 4096
HIGH, WIDE = 40.0, 150.0
"""Room of the picture on the sheet, CSS pixels."""
GAP = 12.0
UNDER = 14.0


@dataclass(frozen=True, slots=True)
class Letterhead:
    """A name, and a picture that was found fit; either may be missing."""

    name: str = ""
    picture: Path | None = None


@dataclass(slots=True)
class _Now:
    """What is in force; one a program, as there is one clinic."""

    head: Letterhead


_now = _Now(Letterhead())


def put(head: Letterhead) -> None:
    """Let every report from now on carry it."""
    _now.head = head


def demand_picture(path: Path) -> None:
    """Look at a picture before it is taken.

    Raises
    ------
    SettingsError
        It is no PNG or SVG, too large, too small, or cannot be drawn.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise SettingsError(words.LOGO_UNREADABLE.format(name=path.name, why=error.strerror), words.LOGO_HINT) from error
    if path.suffix.lower() not in KINDS:
        raise SettingsError(words.LOGO_KIND.format(name=path.name), words.LOGO_HINT)
    if size > MOST_BYTES:
        raise SettingsError(
            words.LOGO_HEAVY.format(name=path.name, size=f"{size / 1e6:.1f}", most=f"{MOST_BYTES / 1e6:.0f}"), words.LOGO_HINT
        )
    if path.suffix.lower() == ".svg":
        shape = _svg(path)
        if shape is None:
            raise SettingsError(words.LOGO_BROKEN.format(name=path.name), words.LOGO_HINT)
        return
    reader = QImageReader(str(path))
    wide, high = reader.size().width(), reader.size().height()  # by its head: a picture of a million rows is not drawn to find that out
    if bytes(reader.format().data()) != b"png" or wide <= 0:
        raise SettingsError(words.LOGO_BROKEN.format(name=path.name), words.LOGO_HINT)
    if not (min(wide, high) >= LEAST_PX and max(wide, high) <= MOST_PX):
        raise SettingsError(words.LOGO_SIZE.format(name=path.name, wide=wide, high=high, least=LEAST_PX, most=MOST_PX), words.LOGO_HINT)
    if reader.read().isNull():
        raise SettingsError(words.LOGO_BROKEN.format(name=path.name), words.LOGO_HINT)


def draw(painter: QPainter, left: float, top: float, width: float) -> float:
    """Draw the letterhead in force and return how much of the sheet it took; nothing where there is none."""
    head = _now.head
    used = _picture(painter, head.picture, left, top) if head.picture is not None else 0.0
    if not used and not head.name:
        return 0.0
    if head.name:
        at = left + (used + GAP if used else 0.0)
        painter.setFont(theme.font(13, QFont.Weight.DemiBold, tabular=False))
        painter.setPen(theme.color("text", of=theme.LIGHT))
        box = QRectF(at, top, width - (at - left), HIGH if used else HIGH / 2)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap), head.name)
    return (HIGH if used else HIGH / 2) + UNDER


def _picture(painter: QPainter, path: Path, left: float, top: float) -> float:
    """Draw a picture as large as its room allows and return its width; a file that is gone or broken is left out: the numbers matter."""
    svg = _svg(path) if path.suffix.lower() == ".svg" else None
    image = QImage(str(path)) if svg is None else QImage()
    size = QSizeF(svg.defaultSize()) if svg is not None else QSizeF(image.size())
    if size.isEmpty():
        return 0.0
    room = size.scaled(QSizeF(WIDE, HIGH), Qt.AspectRatioMode.KeepAspectRatio)
    box = QRectF(left, top + (HIGH - room.height()) / 2, room.width(), room.height())
    if svg is not None:
        svg.render(painter, box)
    else:
        painter.drawImage(box, image)
    return room.width()


def _svg(path: Path) -> QSvgRenderer | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    shape = QSvgRenderer()
    return shape if b"<svg" in content and shape.load(QByteArray(content)) and not shape.defaultSize().isEmpty() else None
