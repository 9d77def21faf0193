"""Start and end of the program: the frame before anything heavy, a bug in a dialog, a way out with devices connected."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from ui import theme
from ui.app import _Hook
from ui.words import pages as words_pages

ROOT = Path(__file__).parent.parent.parent
FIRST = """
import sys
from PySide6.QtWidgets import QApplication
from ui.app import make_app
from ui.shell import Shell

def main():
    app = make_app()
    shell = Shell()
    def look():
        heavy = [name for name in ("numpy", "scipy", "pyqtgraph", "sqlalchemy", "bleak", "asyncio") if name in sys.modules]
        sys.stdout.write(f"painted {heavy}")
        app.quit()
    shell.painted.connect(look)
    shell.show()
    app.exec()

main()
"""
WHOLE = """
import sys
from PySide6.QtCore import QTimer
from ui.app import run_window

def hub():
    from ankletest.recording.reader import Recording
    from ankletest.recording.writer import Recorder
    from drivers.catalog import MODELS
    from drivers.hub import Hub
    from PySide6.QtWidgets import QApplication
    app = QApplication.instance()
    QTimer.singleShot(1500, app.closeAllWindows)
    return Hub(MODELS, recorder=Recorder, read=lambda path: list(Recording.open(path).notifications()))

sys.exit(run_window(hub))
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "dev", "-W", "ignore", "-c", code], cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_frame_is_painted_before_anything_heavy_is_loaded() -> None:
    done = run(FIRST)

    assert done.stdout == "painted []", done.stderr


def test_the_program_starts_and_ends_cleanly_under_dev_mode() -> None:
    done = run(WHOLE)

    assert done.returncode == 0, done.stderr[-2000:]
    assert "Traceback" not in done.stderr


@pytest.mark.announce_log("unexpected ZeroDivisionError")
def test_a_bug_is_shown_once_and_logged(qtbot, qapp) -> None:
    hook = _Hook()
    try:
        1 / 0  # noqa: B018  it is there to be raised
    except ZeroDivisionError as error:
        hook(type(error), error, error.__traceback__)
        hook(type(error), error, error.__traceback__)
    boxes = [w for w in qapp.topLevelWidgets() if isinstance(w, QMessageBox)]

    assert len(boxes) == 1
    assert boxes[0].text() == words_pages.BUG_TITLE
    assert "division by zero" in boxes[0].informativeText()
    boxes[0].close()


def test_colours_can_be_changed(room) -> None:
    assert not theme.is_dark()
    room.shell.toggle_scheme()
    assert theme.is_dark()
    room.shell.toggle_scheme()


def test_about_names_the_program(room) -> None:
    room.shell.about()
    box = room.shell.findChild(QMessageBox)

    assert "Not a medical device" in box.text()
    box.close()
