"""What tests of the window live with: a hub of simulated devices whose clock runs fast, a recorded visit, and a check for left-overs."""

import gc
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QThread, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from ankletest.device import Choice, Found, Notification
from ankletest.recording.mcap_file import Writer
from ankletest.recording.reader import Recording
from ankletest.recording.writer import Recorder
from ankletest.samples import Side
from ankletest.trial import Setup
from drivers.catalog import MODELS
from drivers.hub import Hub
from drivers.people.body import Leg, Person
from drivers.people.world import World
from drivers.transports.simulator import PRACTICE, PRACTICE_CHOICES, SimulatorSource, simulate
from tests.ui.clinic import clinic as clinic
from ui import theme
from ui.furnish import Furniture
from ui.pages.recovery import RecoveryDialog
from ui.shell import Shell
from ui.widgets.plots import close_plots
from ui.words import visit as words_visit

LONG_MS = 30_000
FAST = 12.0
"""World seconds per real second: a stance of 15 s takes little more than one."""
ENDS_S = 20.0
"""A thread that was told to end has ended by then, however busy the machine is."""
SCRIPT = (
    Setup("stance", Side.LEFT, duration_s=6.0, trial="one"), Setup("stance", Side.RIGHT, duration_s=6.0, trial="two"),
    Setup("hops", Side.LEFT, hops=10, trial="three"), Setup("hops", Side.RIGHT, hops=10, trial="four"),
)  # fmt: skip


def fast_clock() -> Callable[[], int]:
    """Return a host clock that runs ``FAST`` times as fast as the real one."""
    began = time.monotonic_ns()
    return lambda: began + round((time.monotonic_ns() - began) * FAST)


def read(path: Path) -> Sequence[Notification]:
    """Read a recording."""
    return list(Recording.open(path).notifications())


def fast_hub(practice: Sequence[Found] = PRACTICE) -> Hub:
    """Return a hub of practice devices worn by one person."""
    now_ns = fast_clock()

    def simulator(choices: Sequence[Choice]) -> SimulatorSource:
        return SimulatorSource(World(choices, person=Person(), seed=3), now_ns=now_ns)

    return Hub(MODELS, recorder=Recorder, read=read, simulate=simulator, practice=practice, now_ns=now_ns)


@pytest.fixture
def hub() -> Hub:
    return fast_hub()


@pytest.fixture(scope="session")
def visit_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded visit: stance and hops, left (the weaker leg) and right, on a pad with a sensor on either foot."""
    person = Person(left=Leg(stiffness=0.85, sway=1.3, flight=0.85))
    items, _ = simulate(SCRIPT, PRACTICE_CHOICES[:3], person, 11)
    fields = json.loads(items[0].payload)
    del fields["event"]
    fields["client"] = "AB-17"
    path = tmp_path_factory.mktemp("visit") / "visit.mcap"
    writer = Writer(path, session=fields, opened_ns=items[0].received_ns)
    for k, item in enumerate(items[1:]):
        writer.write(item)
        if k % 200 == 0:  # about as often as a live recording is flushed
            writer.flush()
    return writer.close()


@pytest.fixture(scope="module", autouse=True)
def old_objects_are_passed_over() -> None:
    """Take what was imported and made before out of the collector's sight: each test looks through all it sees, a quarter of a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def light_and_nothing_left(qtbot: QtBot) -> Iterator[None]:
    """Start in light colours, and fail a test that leaves a window, a running timer or a thread behind."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme.Scheme.LIGHT)
    before = set(threading.enumerate())
    yield
    for widget in app.topLevelWidgets():
        if isValid(widget) and widget.parent() is None:  # a combo box's list is a window too, and its own
            widget.close()
            close_plots(widget)
            widget.deleteLater()
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.processEvents()
    gc.collect()
    assert [type(w).__name__ for w in app.topLevelWidgets() if type(w) is not QWidget] == [], "left windows"
    ours = [o for o in gc.get_objects() if isinstance(o, QTimer | QThread) and isValid(o)]
    running = [o for o in ours if isinstance(o, QTimer) and o.isActive()]
    assert not running, f"left timers of {[t.parent() for t in running]}"
    assert not [o for o in ours if isinstance(o, QThread) and o.isRunning()], "left QThreads"
    late = set(threading.enumerate()) - before
    for thread in late:  # one that was told to end may be slow on a busy machine; one that was not never ends
        thread.join(ENDS_S)
    assert {thread for thread in late if thread.is_alive()} == set(), "left threads"


def code_written(qtbot: QtBot) -> str:
    """Say that the recovery code is on paper, once it is shown; return it as it stands there."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), RecoveryDialog), timeout=LONG_MS)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RecoveryDialog)
    code = dialog.shown.text()
    qtbot.keyClick(dialog.tick, Qt.Key.Key_Space)
    qtbot.mouseClick(dialog.leave, Qt.MouseButton.LeftButton)
    return code


class Room:
    """The real window on a hub, with what a person sees and does as short calls."""

    def __init__(self, qtbot: QtBot, hub: Hub, folder: Path | None = None) -> None:
        self.qtbot = qtbot
        self.shell = Shell()
        self.furniture = Furniture(self.shell, hub, folder=folder)
        self.shell.show()
        qtbot.waitExposed(self.shell)

    def connect(self, *rows: int) -> None:
        """Tick devices and press Connect."""
        self.shell.show_page("devices")
        devices = self.furniture.devices
        self.qtbot.waitUntil(lambda: devices.found.rowCount() > max(rows))
        for row in rows:
            self.qtbot.mouseClick(devices.found.tick(row), Qt.MouseButton.LeftButton)
        self.qtbot.mouseClick(devices.connect_button, Qt.MouseButton.LeftButton)
        visit = self.furniture.visit
        self.qtbot.waitUntil(lambda: visit.session is not None and bool(visit.session.devices))
        self.qtbot.waitUntil(lambda: visit.session is not None and visit.session.now_s > 1.0)

    def open_store(self, passphrase: str) -> None:
        """Type the passphrase on the page of clients; the first time twice, and say that the recovery code is on paper."""
        self.shell.show_page("clients")
        clients = self.furniture.clients
        first = clients.lock_card.first
        for line in (clients.passphrase, clients.again) if first else (clients.passphrase,):
            self.qtbot.keyClicks(line, passphrase)
            self.qtbot.keyClick(line, Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: self.furniture.visit.store is not None, timeout=LONG_MS)
        if first:
            code_written(self.qtbot)
            self.qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=LONG_MS)
            self.shell.activateWindow()  # as a desktop does when a box over it is closed
            self.qtbot.waitUntil(self.shell.isActiveWindow, timeout=LONG_MS)

    def close(self) -> None:
        """Close the window and wait until the devices are let go."""
        running = self.furniture.visit.running
        self.shell.close()
        if running:
            box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())
            self.qtbot.mouseClick(next(b for b in box.buttons() if b.text() == words_visit.CLOSE_DO), Qt.MouseButton.LeftButton)
        self.qtbot.waitUntil(lambda: not self.shell.isVisible(), timeout=10_000)


@pytest.fixture
def room(qtbot: QtBot, hub: Hub, tmp_path: Path) -> Iterator[Room]:
    it = Room(qtbot, hub, tmp_path / "data")
    yield it
    it.close()
