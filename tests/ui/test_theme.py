import math
import subprocess
import sys

import pytest
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF

from ui import theme
from ui.theme import DARK, LIGHT, Scheme
from ui.words import common as words

BOTH = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]
TEXT = 4.5
"""WCAG 2.2 AA for text."""
SHAPE = 3.0
"""WCAG 2.2 AA for shapes that carry meaning."""
APART = 45.0
"""CIEDE2000 between left and right; red beside green is 6.6 for a deuteranope, and 10 is a clear difference at a glance."""
STATES_APART = 10.0
"""CIEDE2000 between states, a clear difference at a glance; beside the colour each has a sign of its own."""

# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB.
BLINDNESS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(name: str) -> list[float]:
    tone = QColor(name)
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (tone.redF(), tone.greenF(), tone.blueF())]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(n), strict=True)) for n in (one, other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def lab(name: str, blindness: str) -> tuple[float, float, float]:
    rgb = linear(name)
    seen = [min(1.0, max(0.0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in BLINDNESS[blindness]]
    to_xyz = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
    xyz = [sum(m * c for m, c in zip(row, seen, strict=True)) for row in to_xyz]
    f = [
        v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116
        for v in (c / white for c, white in zip(xyz, (0.95047, 1.0, 1.08883), strict=True))
    ]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def ciede2000(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """Sharma, Wu & Dalal 2005."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    c_bar = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(c_bar**7 / (c_bar**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = math.degrees(math.atan2(b1, a1)) % 360, math.degrees(math.atan2(b2, a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180
    hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    l_bar, c_bar, h_bar = (l1 + l2) / 2, (c1 + c2) / 2, (h1 + turn / 2) % 360
    t = (
        1
        - 0.17 * math.cos(math.radians(h_bar - 30))
        + 0.24 * math.cos(math.radians(2 * h_bar))
        + 0.32 * math.cos(math.radians(3 * h_bar + 6))
        - 0.20 * math.cos(math.radians(4 * h_bar - 63))
    )
    s_l = 1 + 0.015 * (l_bar - 50) ** 2 / math.sqrt(20 + (l_bar - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_bar, 1 + 0.015 * c_bar * t
    r = -2 * math.sqrt(c_bar**7 / (c_bar**7 + 25**7)) * math.sin(math.radians(60 * math.exp(-(((h_bar - 275) / 25) ** 2))))
    dl, dc, dh = (l2 - l1) / s_l, (c2 - c1) / s_c, hue / s_h
    return math.sqrt(dl**2 + dc**2 + dh**2 + r * dc * dh)


def test_the_colour_difference_is_the_published_one():
    # Pairs 1 and 17 of the table of Sharma, Wu & Dalal 2005.
    assert ciede2000((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000((50.0, 2.5, 0.0), (73.0, 25.0, -18.0)) == pytest.approx(27.1492, abs=1e-4)


@pytest.mark.parametrize("tokens", BOTH)
@pytest.mark.parametrize("blindness", sorted(BLINDNESS))
def test_left_and_right_stay_apart_for_every_kind_of_colour_blindness(tokens, blindness):
    assert ciede2000(lab(tokens["left"], blindness), lab(tokens["right"], blindness)) > APART


@pytest.mark.parametrize("tokens", BOTH)
@pytest.mark.parametrize("blindness", sorted(BLINDNESS))
def test_states_stay_apart_for_every_kind_of_colour_blindness(tokens, blindness):
    pairs = [("good", "warn"), ("good", "bad"), ("warn", "bad"), ("good", "muted"), ("bad", "muted")]
    assert {(a, b) for a, b in pairs if ciede2000(lab(tokens[a], blindness), lab(tokens[b], blindness)) <= STATES_APART} == set()


def test_states_are_told_by_a_sign_too():
    assert len(set(words.SYMBOL.values())) == len(words.SYMBOL) == 4


@pytest.mark.parametrize("tokens", BOTH)
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *((ink, ground) for ink in ("text", "muted", "faint") for ground in ("bg", "surface", "raised")),
        *((f"{state}", f"{state}_soft") for state in ("good", "warn", "bad")),
        ("left", "surface"), ("right", "surface"), ("on_accent", "left"), ("on_accent", "right"), ("on_accent", "accent"),
        ("on_bad", "bad"), ("nav_text", "nav"), ("on_nav", "nav_active"), ("text", "border"), ("text", "accent_soft"),
        ("muted", "accent_soft"), ("on_nav", "nav"), ("text", "left_soft"),
        *((state, ground) for state in ("good", "warn", "bad") for ground in ("surface", "raised", "bg", "accent_soft")),
        ("text", "right_soft"),
        ("surface", "text"),
    ],
)  # fmt: skip
def test_text_can_be_read(tokens, ink, ground):
    assert contrast(tokens[ink], tokens[ground]) >= TEXT


@pytest.mark.parametrize("tokens", BOTH)
@pytest.mark.parametrize(
    ("shape", "ground"),
    [
        ("left", "grid"),
        ("right", "grid"),
        ("left", "raised"),
        ("right", "raised"),
        ("edge", "surface"),
        ("edge", "raised"),
        ("accent", "bg"),
        ("accent", "surface"),
        ("accent", "raised"),
        ("accent", "accent_soft"),
        ("edge", "bg"),
        ("on_nav", "nav_active"),
    ],
)
def test_shapes_can_be_seen(tokens, shape, ground):
    assert contrast(tokens[shape], tokens[ground]) >= SHAPE


def test_both_schemes_have_the_same_tokens():
    assert set(LIGHT) == set(DARK)


def test_changing_the_scheme_changes_tokens_and_palette_and_tells(qtbot, qapp):
    theme.apply(qapp, Scheme.LIGHT)
    with qtbot.waitSignal(theme.changes.changed):
        theme.apply(qapp, Scheme.DARK)

    assert theme.is_dark()
    assert theme.chosen() is Scheme.DARK
    assert qapp.palette().window().color() == theme.color("bg") == QColor(DARK["bg"])
    assert DARK["surface"] in qapp.styleSheet()
    assert theme.color("bg", of=LIGHT) == QColor(LIGHT["bg"])
    theme.apply(qapp, Scheme.LIGHT)


def test_a_system_that_does_not_say_counts_as_light(qapp):
    theme.apply(qapp, Scheme.SYSTEM)

    assert theme.chosen() is Scheme.SYSTEM
    assert not theme.is_dark()
    theme.apply(qapp, Scheme.LIGHT)


@pytest.mark.parametrize("weight", [QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold, QFont.Weight.Bold])
def test_every_weight_is_the_bundled_font(qapp, weight):
    theme.load_fonts()
    face = QFontInfo(theme.font(20, weight))

    assert face.family() == theme.FAMILY
    assert face.weight() == weight


def test_live_digits_do_not_jump(qapp):
    theme.load_fonts()
    metrics = QFontMetricsF(theme.font(40, QFont.Weight.DemiBold))
    widths = [metrics.horizontalAdvance(digit) for digit in "0123456789"]

    # The font's own units are rounded to 1/64 px a glyph; without tabular digits "1" is 9 px narrower.
    assert max(widths) - min(widths) < 0.1


def test_a_mixed_colour_is_opaque_and_between(qapp):
    tone = theme.mix("left", "surface", 0.5, of=LIGHT)

    assert tone.alpha() == 255
    assert theme.color("left", of=LIGHT).red() < tone.red() < 255


def test_the_look_comes_before_numpy_and_pyqtgraph():
    first = "ui.theme, ui.icons, ui.words.common, ui.widgets.card, ui.widgets.nav, ui.widgets.chip"
    code = f"import sys; import {first}; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout.split()

    assert "PySide6.QtWidgets" in loaded
    assert not {"numpy", "pyqtgraph", "scipy"} & set(loaded)
