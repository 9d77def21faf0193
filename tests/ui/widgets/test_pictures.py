"""Golden pictures of the two main pictures: drawn off screen with the bundled font, compared pixel by pixel."""

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from ankletest.samples import Side
from ui import theme
from ui.widgets.stabilogram import Outline, Stabilogram
from ui.widgets.timeline import HopMark, HopTimeline

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "fixtures" / "pictures"
FAILED = ROOT / "tests" / "failed"
STEP = 24
"""Of 255 in a channel: rasters of two versions of the toolkit round the edge of a stroke differently by a few steps."""
SHARE = 0.002
"""Of all pixels may differ by more: off screen, pictures were identical from run to run and between two versions of the toolkit, and
0.05 % differed between platforms; a glyph or line that moved by a pixel is more than this."""


def stabilogram() -> QWidget:
    widget = Stabilogram()
    widget.resize(360, 360)
    t = np.arange(900) / 30.0
    x = 7.0 * np.sin(1.95 * t + 0.4) + 4.0 * np.sin(5.2 * t) + 0.8 * np.sin(31 * t)
    y = 9.0 * np.sin(1.45 * t) + 4.5 * np.sin(3.8 * t + 1.0) + 0.8 * np.sin(27 * t)
    widget.set_trace(np.column_stack((x, y)), trail=60)
    widget.set_ellipse(Outline(0.0, 0.0, 17.0, 13.0, 1.4))
    return widget


def timeline() -> QWidget:
    widget = HopTimeline()
    widget.resize(640, 170)
    at, hops = 0.3, []
    for k, (contact, flight) in enumerate(
        ((0.262, 0.298), (0.248, 0.312), (0.241, 0.305), (0.255, 0.249), (0.238, 0.321), (0.244, 0.318), (0.233, 0.326))
    ):
        hops.append(HopMark(at, at + contact, at + contact + flight, valid=k != 3, why="contact not on one foot"))
        at += contact + flight
    widget.set_side(Side.RIGHT)
    widget.set(hops, (0.0, 4.6))
    return widget


def drawn(widget: QWidget) -> QImage:
    """Return the widget on the ground of a card."""
    widget.setAutoFillBackground(True)
    palette = widget.palette()
    palette.setColor(palette.ColorRole.Window, theme.color("surface"))
    widget.setPalette(palette)
    widget.show()
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def pixels(image: QImage) -> np.ndarray:
    raw = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return raw[:, : image.width(), :3].astype(np.int16)


def differing(one: QImage, other: QImage) -> np.ndarray:
    """Return where two pictures of one size differ, (height, width)."""
    return np.abs(pixels(one) - pixels(other)).max(axis=2) > STEP


@pytest.mark.parametrize("make", [stabilogram, timeline])
@pytest.mark.parametrize("scheme", [theme.Scheme.LIGHT, theme.Scheme.DARK])
def test_the_picture_is_the_one_that_was_looked_at(qtbot, qapp, make, scheme):
    if qapp.platformName() != "offscreen":
        pytest.skip(f"golden pictures are those of the off-screen platform, not of {qapp.platformName()}")
    theme.apply(qapp, scheme)
    widget = make()
    qtbot.addWidget(widget)
    image = drawn(widget)
    name = f"{make.__name__}_{scheme}.png"
    if os.environ.get("ANKLETEST_KEEP_PICTURES"):
        image.save(str(GOLDEN / name))
    golden = QImage(str(GOLDEN / name)).convertToFormat(QImage.Format.Format_RGB32)
    assert golden.size() == image.size()
    wrong = differing(image, golden)
    if wrong.mean() > SHARE:
        FAILED.mkdir(exist_ok=True)
        image.save(str(FAILED / name))
        marked = image.copy()
        for y, x in zip(*np.nonzero(wrong), strict=True):
            marked.setPixelColor(int(x), int(y), QColor("magenta"))
        marked.save(str(FAILED / f"differences_{name}"))

    assert wrong.mean() <= SHARE, f"see {FAILED / name}"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda line: line.set_side(Side.LEFT), id="the other leg"),
        pytest.param(lambda line: line.set((HopMark(0.31, 0.57, 0.87),), (0.0, 4.6)), id="hops gone"),
    ],
)
def test_the_comparison_would_see_a_change(qtbot, change):
    before, after = timeline(), timeline()
    qtbot.addWidget(before)
    qtbot.addWidget(after)
    change(after)

    assert differing(drawn(before), drawn(after)).mean() > SHARE


def test_the_comparison_would_see_one_number_that_moved(qtbot):
    before, after = stabilogram(), stabilogram()
    qtbot.addWidget(before)
    qtbot.addWidget(after)
    after.set_half_range(3.0)

    assert differing(drawn(before), drawn(after)).mean() > SHARE
