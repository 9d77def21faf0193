"""Colours, font and style of the window as tokens, light and dark; what a widget looks like in detail is the widget's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from ankletest.settings import Scheme as Scheme
from ui.style import QSS

FAMILY = "Inter"
SIZE = re.compile(r"font-size:(\d+)px")
FONTS = Path(__file__).parent / "fonts"
ARROW = Path(__file__).parent / "fonts" / "down.svg"
"""A stylesheet takes pictures by path only; a grey that is seen on both schemes."""
TIGHT_FROM_PX = 28
"""From this size on, letters are set closer: wide spacing falls apart in big digits."""
TIGHT_PERCENT = 95.0
LARGE = 1.3
CAP_HEIGHT = 0.727
"""Height of a digit of Inter in parts of its pixel size."""


Tokens = Mapping[str, str]

LIGHT: Tokens = MappingProxyType({
    "bg": "#F3F6F9", "surface": "#FFFFFF", "raised": "#F8FAFC", "border": "#DCE3EA", "grid": "#E6EBF0", "edge": "#7D8B98",
    "text": "#14202B", "muted": "#5A6875", "faint": "#637180", "accent": "#0B63B0", "accent_soft": "#E3EFFA", "on_accent": "#FFFFFF",
    "left": "#0B63B0", "right": "#C8500A", "left_soft": "#D9E8F6", "right_soft": "#FBE4D6", "good": "#08734E", "good_soft": "#DDF3EA",
    "warn": "#8C5E00", "warn_soft": "#FFF1CC", "bad": "#8C1F18", "bad_soft": "#FDE4E1", "on_bad": "#FFFFFF", "nav": "#0F2436",
    "nav_text": "#B9C8D6", "nav_active": "#1D3C57", "on_nav": "#FFFFFF",
})  # fmt: skip
"""Colours on paper and in bright rooms. Left and right stay apart for every kind of colour blindness (CIEDE2000 ≥ 48); states too (10)."""

DARK: Tokens = MappingProxyType({
    "bg": "#0E161E", "surface": "#16202B", "raised": "#1B2733", "border": "#2A3947", "grid": "#24313D", "edge": "#71828F",
    "text": "#EAF0F6", "muted": "#9FB0BF", "faint": "#8A9AA8", "accent": "#5AB4F0", "accent_soft": "#17344B", "on_accent": "#08131D",
    "left": "#5AB4F0", "right": "#FF9D4D", "left_soft": "#17364E", "right_soft": "#46301F", "good": "#4CC790", "good_soft": "#123427",
    "warn": "#F2C14E", "warn_soft": "#3A2F12", "bad": "#FB7967", "bad_soft": "#43201E", "on_bad": "#16202B", "nav": "#0A1118",
    "nav_text": "#8FA2B3", "nav_active": "#1A2A38", "on_nav": "#FFFFFF",
})  # fmt: skip


class Changes(QObject):
    """Tells that the colours changed; stylesheet and painted widgets follow by themselves, plots and icons listen."""

    changed = Signal()


@dataclass(slots=True)
class _Now:
    """What is in force; one a program, as there is one application."""

    tokens: Tokens = field(default_factory=lambda: LIGHT)
    chosen: Scheme = Scheme.LIGHT
    text: float = 1.0
    listening: bool = False


changes = Changes()
_now = _Now()


def apply(app: QApplication, scheme: Scheme) -> None:
    """Give the application its style, palette, font and stylesheet, and tell ``changes.changed``.

    A system that does not say what it prefers counts as light.
    """
    load_fonts()
    _now.chosen = scheme
    hints = app.styleHints()
    dark = scheme is Scheme.DARK or (scheme is Scheme.SYSTEM and hints.colorScheme() == Qt.ColorScheme.Dark)
    _now.tokens = DARK if dark else LIGHT
    if not _now.listening:
        _now.listening = True
        hints.colorSchemeChanged.connect(_follow_system)
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setFont(font(14))
    app.setPalette(_palette(_now.tokens))
    tick = FONTS / ("tick-dark.svg" if dark else "tick-light.svg")
    app.setStyleSheet(SIZE.sub(_sized, QSS.format(**_now.tokens, arrow=ARROW.as_posix(), tick=tick.as_posix())))
    changes.changed.emit()


def set_text(percent: float) -> None:
    """Set the size of all text on the screen, before windows are made: boxes of a fixed size take theirs from it once."""
    _now.text = percent / 100.0


def scaled(px: float) -> int:
    """Return how many pixels hold on the screen what holds text of the usual size in ``px``."""
    return round(px * _now.text)


def large() -> bool:
    """Tell whether text is so much larger than usual that lines of controls become two."""
    return _now.text >= LARGE


def chosen() -> Scheme:
    """Return what was asked for."""
    return _now.chosen


def tokens() -> Tokens:
    """Return the colours in force."""
    return _now.tokens


def is_dark() -> bool:
    """Tell whether the dark colours are in force."""
    return _now.tokens is DARK


def color(name: str, alpha: int = 255, *, of: Tokens | None = None) -> QColor:
    """Return a token as a colour: of the scheme in force, or of the one handed in (paper is always light)."""
    tone = QColor((of or _now.tokens)[name])
    tone.setAlpha(alpha)
    return tone


def font(px: float, weight: QFont.Weight = QFont.Weight.Normal, *, tabular: bool = True) -> QFont:
    """Return the font at a pixel size; ``tabular`` keeps live digits in place and must be off on paper (the text would be lost).

    On the screen it grows with the size of text that was settled; on paper it does not.
    """
    if tabular:
        px *= _now.text
    face = QFont(FAMILY)
    face.setPixelSize(max(1, round(px)))
    face.setWeight(weight)
    # Slight hinting wherever we are: what a machine sets for it would give every machine letters of other widths.
    face.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    if px >= TIGHT_FROM_PX:
        face.setLetterSpacing(QFont.SpacingType.PercentageSpacing, TIGHT_PERCENT)
    if tabular:
        face.setFeature(QFont.Tag("tnum"), 1)
    else:
        # Alternates by context have no letter behind them: on paper "C-07" and "±" would lose their signs to search and copy.
        face.setFeature(QFont.Tag("calt"), 0)
    return face


def load_fonts() -> None:
    """Make the bundled font known to Qt; calling it again does nothing."""
    if FAMILY in QFontDatabase.families() and all(
        QFontDatabase.styles(FAMILY).count(style) for style in ("Regular", "Medium", "SemiBold", "Bold")
    ):
        return
    for path in sorted(FONTS.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))


def _sized(size: re.Match[str]) -> str:
    return f"font-size:{scaled(float(size[1]))}px"


def _follow_system() -> None:
    app = QApplication.instance()
    if _now.chosen is Scheme.SYSTEM and isinstance(app, QApplication):
        apply(app, Scheme.SYSTEM)


def _palette(of: Tokens) -> QPalette:
    role = QPalette.ColorRole
    pairs = (
        (role.Window, "bg"), (role.Base, "surface"), (role.AlternateBase, "raised"), (role.Button, "surface"), (role.WindowText, "text"),
        (role.Text, "text"), (role.ButtonText, "text"), (role.PlaceholderText, "faint"), (role.Highlight, "accent"),
        (role.HighlightedText, "on_accent"), (role.ToolTipBase, "text"), (role.ToolTipText, "surface"), (role.Mid, "border"),
        (role.Link, "accent"), (role.Accent, "accent"),
    )  # fmt: skip
    palette = QPalette()
    for which, name in pairs:
        palette.setColor(which, color(name, of=of))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, color("faint", of=of))
    return palette


def mix(name: str, ground: str, share: float, *, of: Tokens | None = None) -> QColor:
    """Return ``share`` of one token laid on another, as an opaque colour: blended lines are slow to draw."""
    top, below = color(name, of=of), color(ground, of=of)
    return QColor(*(round(share * a + (1 - share) * b) for a, b in zip(_rgb(top), _rgb(below), strict=True)))


def _rgb(tone: QColor) -> tuple[int, int, int]:
    return tone.red(), tone.green(), tone.blue()
