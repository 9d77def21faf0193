"""A new physio's walk through the program: with a pointer and keys, and the same with keys alone; pictures of it make the guide."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ankletest.recording.reader import is_encrypted
from ankletest.store import keys
from ankletest.store.desk import KEYS, Desk
from tests.ui.hands import Hands, KeysAlone, MouseAndKeys, RealHands
from tests.ui.walking import CODE, PASSPHRASE, Physio, visits

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide"
ON_SCREEN = "ANKLETEST_WALK_ON_SCREEN"
"""Variable that says that this process has a virtual screen for the walk."""
KEEP = "ANKLETEST_KEEP_PICTURES"
MOST_S = 600.0


def can_show() -> bool:
    """Tell whether a virtual screen can be made here, with somebody to move its pointer."""
    if not sys.platform.startswith("linux") or not (shutil.which("Xvfb") and shutil.which("xdotool")):
        return False
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError:
        return False
    return True


@pytest.fixture
def screen() -> Iterator[str]:
    """Return the name of a virtual screen."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [shutil.which("Xvfb") or "", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


def walk(qtbot, tmp_path: Path, hands: type[Hands]) -> None:
    folder, pdf = tmp_path / "data", tmp_path / "report.pdf"
    wanted = hands is MouseAndKeys and bool(os.environ.get(KEEP))
    it = Physio(qtbot, hands, folder, GUIDE if wanted else None)
    visits(it, pdf)
    store = Desk.open(folder, keys.unlock(folder / KEYS, PASSPHRASE))
    client = next(iter(store.clients(CODE)))
    told = [trial for trial in store.trials(client) if trial.setup.exam in ("lunge", "heel_raise")]
    store.close()

    assert pdf.read_bytes().startswith(b"%PDF")
    assert pdf.with_name("sheet.pdf").read_bytes().startswith(b"%PDF")
    assert it.seen[-4:] == ["follow-up", "calibration", "settings", "about"]
    assert len({trial.opened_at.date() for trial in told}) == 2  # two visits, a month apart
    assert len(told) == 8
    assert all(is_encrypted(path) for path in (folder / "recordings").glob("*.mcap"))


@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")
def test_a_new_physio_gets_from_the_first_start_to_a_trend_with_keys_alone(qtbot, tmp_path: Path) -> None:
    walk(qtbot, tmp_path, KeysAlone)


@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")
@pytest.mark.skipif(can_show() and not os.environ.get(KEEP), reason="the same walk is done with a real pointer, on a virtual screen")
def test_a_new_physio_gets_from_the_first_start_to_a_trend_with_qt_s_own_mouse(qtbot, tmp_path: Path) -> None:
    walk(qtbot, tmp_path, MouseAndKeys)


@pytest.mark.skipif(not os.environ.get(ON_SCREEN), reason="the test below gives it a virtual screen")
def test_the_walk_on_a_screen(qtbot, tmp_path: Path) -> None:
    walk(qtbot, tmp_path, RealHands)


@pytest.mark.skipif(not can_show(), reason="no Xvfb, xdotool or libxcb-cursor: the walk is done with Qt's own mouse")
@pytest.mark.skipif(bool(os.environ.get(ON_SCREEN)), reason="this is the process on the virtual screen")
def test_a_new_physio_gets_from_the_first_start_to_a_trend_with_a_pointer_and_a_keyboard(screen: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", str(Path(__file__)), "-k", "test_the_walk_on_a_screen"],
        cwd=ROOT, env=os.environ | {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb", ON_SCREEN: "1"}, timeout=MOST_S, check=False,
        capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert "1 passed" in done.stdout
