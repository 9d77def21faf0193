"""The real window over a store that holds a client who is followed, with what a person does as short calls."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from ankletest.metrics.published import Sex
from ankletest.programme.felt import Felt
from ankletest.samples import Side
from tests.ui.followed import both, new_desk, visited
from ui.desk.desk_store import DeskStore
from ui.furnish import Furniture
from ui.shell import Shell

LONG_MS = 20_000
FINE = Felt(pain=1, ease=8)
NOW = datetime.now(UTC)


class Clinic:
    """The real window over a store that holds clients."""

    def __init__(self, qtbot, hub, folder: Path) -> None:
        self.qtbot = qtbot
        self.desk = new_desk(folder)
        self.client = self.desk.add_client("AB-17", name="Anna Berg", involved=Side.LEFT, sex=Sex.FEMALE, birth_year=NOW.year - 25)
        self.store = DeskStore(self.desk)
        self.shell = Shell()
        self.furniture = Furniture(self.shell, hub, store=self.store)
        self.page = self.furniture.follow_up
        self.shell.resize(1280, 800)
        self.shell.show()
        qtbot.waitExposed(self.shell)

    def months(self, count: int = 3, **last: object) -> None:
        """Enter visits four weeks apart: sway of the left leg gets better, that of the right stays."""
        for k in range(count):
            at = NOW - timedelta(days=28 * (count - 1 - k) + 2)
            stance = both(
                "stance", {"velocity": 60.0 - 10 * k, "hold_time": 30.0}, {"velocity": 36.0, "hold_time": 30.0}, tag=f"s{k}", u=0.5
            )
            lunge = both("lunge", {"lunge_angle": 36.0}, {"lunge_angle": 40.0}, tag=f"l{k}", u=0.4)
            visited(self.desk, self.client, at, *stance, *lunge, felt=FINE, **(last if k == count - 1 else {}))

    def take(self, code: str = "AB-17") -> None:
        """Take a client, and show the page."""
        self.furniture.visit.choose_client(next(card for card in self.store.clients(code) if card.code == code))
        self.shell.show_page("followup")
        self.settle()

    def settle(self) -> None:
        """Wait until no job goes on."""
        self.qtbot.waitUntil(lambda: not self.furniture.jobs.busy, timeout=LONG_MS)
        QApplication.processEvents()

    def card(self, exam: str):
        return next(card for card in self.page.history.cards if card.track.conditions.exam == exam)

    def click(self, widget, at: QPoint | None = None) -> None:
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at if at is not None else widget.rect().center())


@pytest.fixture
def clinic(qtbot, hub, tmp_path: Path) -> Iterator[Clinic]:
    it = Clinic(qtbot, hub, tmp_path / "data")
    yield it
    it.settle()
    it.shell.close()
    qtbot.waitUntil(lambda: not it.shell.isVisible(), timeout=LONG_MS)
    it.store.close()
