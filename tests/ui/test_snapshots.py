"""Pictures of the shipped visit: every screen is written, and stance and hops look as they did when somebody last looked."""

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from ankletest.errors import RecordingError
from tests.ui.conftest import fast_hub
from ui import theme
from ui.snapshots import snapshot_visit

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "fixtures" / "pictures"
FAILED = ROOT / "tests" / "failed"
VISIT = ROOT / "fixtures" / "visit" / "visit.mcap"
SIZE = QSize(1280, 800)
STEP, SHARE = 24, 0.002
"""As for the pictures of widgets: steps of 255 that an edge may be rounded by, and pixels that may differ by more."""
NAMES = ("stance-left", "stance-right", "hops-left", "hops-right")


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory, qapp) -> list[Path]:
    return snapshot_visit(fast_hub(), VISIT, tmp_path_factory.mktemp("light"), size=SIZE, schemes=[theme.Scheme.LIGHT])


def pixels(path: Path) -> np.ndarray:
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return raw[:, : image.width(), :3].astype(np.int16)


def test_every_screen_is_written(light: list[Path]) -> None:
    wanted = [f"{name}-{when}-light.png" for name in NAMES for when in ("live", "done")]

    assert [path.name for path in light] == [*wanted, "results-light.png"]
    assert all(pixels(path).shape == (800, 1280, 3) for path in light)


def test_no_two_screens_are_the_same(light: list[Path]) -> None:
    seen = {pixels(path).tobytes() for path in light}

    assert len(seen) == len(light)


@pytest.mark.parametrize(("name", "golden"), [("stance-left-done-light", "screen_stance"), ("hops-right-done-light", "screen_hops")])
def test_the_screen_is_the_one_that_was_looked_at(light: list[Path], qapp, name: str, golden: str) -> None:
    if qapp.platformName() != "offscreen":
        pytest.skip(f"golden pictures are those of the off-screen platform, not of {qapp.platformName()}")
    path = next(p for p in light if p.stem == name)
    kept = GOLDEN / f"{golden}.png"
    if os.environ.get("ANKLETEST_KEEP_PICTURES"):
        QImage(str(path)).save(str(kept))
    now, then = pixels(path), pixels(kept)
    assert now.shape == then.shape
    share = float((np.abs(now - then).max(axis=2) > STEP).mean())
    if share > SHARE:
        FAILED.mkdir(exist_ok=True)
        QImage(str(path)).save(str(FAILED / f"{golden}.png"))

    assert share <= SHARE, f"{golden}: {share:.2%} of the pixels differ; look at tests/failed"


def test_a_recording_that_is_not_there_is_a_sentence(tmp_path: Path, qapp) -> None:
    with pytest.raises(RecordingError, match=r"gone\.mcap"):
        snapshot_visit(fast_hub(), tmp_path / "gone.mcap", tmp_path)
