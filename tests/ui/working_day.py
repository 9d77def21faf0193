"""The window over a store with two clients and connected devices, and what a physio does in a battery as short calls."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from ankletest.programme.battery import Battery, Step
from tests.ui.conftest import Room
from tests.ui.followed import new_desk
from ui import rounds as ui_rounds
from ui.desk.desk_store import DeskStore
from ui.furnish import Furniture
from ui.rounds import Stage
from ui.shell import Shell

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton
WAIT_MS = 20_000
STANCES = Battery("two", "Two", (Step("stance", duration_s=5.0),), 3)
PRACTISED = Battery("practised", "Practised", (Step("stance", duration_s=5.0, practice=1),), 3)
HARDER = Battery("harder", "Harder", (Step("stance", duration_s=5.0), Step("hops")), 5)


class Day(Room):
    """The window over a store with two clients, a pad and two sensors connected for the first of them."""

    def __init__(self, qtbot, hub, folder: Path) -> None:
        self.qtbot, self.folder = qtbot, folder
        desk = new_desk(folder)
        desk.add_client("AB-1", name="Anna Berg", mass_kg=70.0)
        desk.add_client("CD-2", name="Carl Dorn", mass_kg=90.0)
        self.store = DeskStore(desk)
        self.shell = Shell()
        self.furniture = Furniture(self.shell, hub, folder=folder, store=self.store)
        self.visit, self.rounds, self.test = self.furniture.visit, self.furniture.rounds, self.furniture.test
        self.shell.resize(1280, 800)
        self.shell.show()
        qtbot.waitExposed(self.shell)
        self.take("AB-1")
        self.connect(0, 1, 2)

    def take(self, code: str) -> None:
        self.visit.choose_client(next(card for card in self.store.clients() if card.code == code))

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.furniture.jobs.busy and not self.visit.leaving, timeout=WAIT_MS)

    def begin(self, battery: Battery, *, by_itself: bool = False) -> None:
        self.rounds.by_itself = by_itself
        self.rounds.begin(battery)

    def until(self, stage: Stage) -> None:
        self.qtbot.waitUntil(lambda: self.rounds.stage is stage, timeout=WAIT_MS)

    def do(self) -> None:
        """Do the set that is next, as far as the decision."""
        self.key(KEY.Key_Space)
        self.until(Stage.DECIDING)

    def key(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.test, key)

    def asked(self, kind: type):
        self.qtbot.waitUntil(lambda: isinstance(self.test.round_bar.asking, kind), timeout=WAIT_MS)
        return self.test.round_bar.asking

    def press(self, button) -> None:
        self.qtbot.mouseClick(button, LEFT)

    def box(self) -> QMessageBox:
        return next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())

    def let_go(self) -> None:
        with self.qtbot.waitSignal(self.visit.closed, timeout=WAIT_MS):
            self.visit.close()
        self.settle()

    def stored(self, code: str = "AB-1"):
        return list(self.store.trials(code))


@pytest.fixture
def day(qtbot, hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    monkeypatch.setattr(ui_rounds, "STEP_REST_S", 0.4)
    monkeypatch.setattr(ui_rounds, "DECIDE_S", 0.6)
    it = Day(qtbot, hub, tmp_path / "data")
    yield it
    it.settle()
    it.close()
    it.store.close()
