"""A device that vanishes while a test runs spoils the measurement, not the person; the window says so and goes on."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ankletest.device import Choice, LinkState
from ankletest.recording.writer import Recorder
from ankletest.trial import Outcome
from drivers.catalog import MODELS
from drivers.hub import Hub
from drivers.people.body import Person
from drivers.people.faults import Faults, Vanish
from drivers.people.world import World
from drivers.transports.simulator import PRACTICE, SimulatorSource
from tests.ui.conftest import Room, fast_clock, read

LONG_MS = 20_000


def failing_hub(at_s: float) -> Hub:
    """Return a hub whose pad vanishes that many world seconds after it was connected."""
    now_ns = fast_clock()

    def simulator(choices: Sequence[Choice]) -> SimulatorSource:
        faults = Faults(vanish=(Vanish("pad", at_s),))
        return SimulatorSource(World(choices, person=Person(), seed=3, faults=faults), now_ns=now_ns)

    return Hub(MODELS, recorder=Recorder, read=read, simulate=simulator, practice=PRACTICE, now_ns=now_ns)


@pytest.mark.parametrize("at_s", [9.0, 20.0], ids=["while settling", "while holding"])
def test_a_pad_that_vanishes_makes_the_trial_invalid(qtbot: QtBot, tmp_path: Path, at_s: float) -> None:
    room = Room(qtbot, failing_hub(at_s), tmp_path)
    room.connect(0)
    page, visit = room.furniture.test, room.furniture.visit
    page.setup_bar.duration.setValue(60)
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)

    assert visit.kept[0].finished.trial.outcome is Outcome.INVALID
    assert page.live.guide.head == "Invalid: the measurement, not the person"
    assert page.live.guide.state == "bad"
    assert page.live.guide.why
    assert visit.session.devices["pad"].state is LinkState.LOST
    qtbot.waitUntil(lambda: page.lamps.lamps["pad"].state == "bad")
    room.close()


def test_the_visit_goes_on_after_a_device_was_lost(qtbot: QtBot, tmp_path: Path) -> None:
    room = Room(qtbot, failing_hub(6.0), tmp_path)
    room.connect(0, 1)
    visit = room.furniture.visit
    qtbot.waitUntil(lambda: visit.session.devices["pad"].state is LinkState.LOST, timeout=LONG_MS)

    assert visit.session.devices["foot-left"].state is LinkState.STREAMING
    before = visit.session.now_s
    qtbot.waitUntil(lambda: visit.session.now_s > before + 1.0, timeout=LONG_MS)
    recording = visit.recording
    room.close()
    assert recording.exists()
