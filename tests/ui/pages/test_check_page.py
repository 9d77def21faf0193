"""The check of the sensors in the real window, with keys and mouse, on simulated devices that are good, swapped, or bad."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ankletest.checks.base import Level
from ankletest.device import Choice
from ankletest.exams.base import Fitness
from ankletest.recording.writer import Recorder
from ankletest.samples import Side
from ankletest.trial import Setup
from drivers.catalog import MODELS
from drivers.hub import Hub
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.world import World
from drivers.transports.simulator import PRACTICE, SimulatorSource
from tests.ui.conftest import Room, fast_clock, read
from ui.words import check as words
from ui.words import pages as words_pages

LONG_MS = 20_000
"""A check takes ten seconds of a client, one of a clock that runs twelve times as fast; a busy machine may take ten."""
MakeRoom = Callable[[Faults], Room]


@pytest.fixture
def make_room(qtbot: QtBot, tmp_path: Path) -> Iterator[MakeRoom]:
    """Make the window on devices with faults."""
    rooms: list[Room] = []

    def make(faults: Faults) -> Room:
        now_ns = fast_clock()

        def simulator(choices: Sequence[Choice]) -> SimulatorSource:
            return SimulatorSource(World(choices, person=Person(), seed=3, faults=faults), now_ns=now_ns)

        hub = Hub(MODELS, recorder=Recorder, read=read, simulate=simulator, practice=PRACTICE, now_ns=now_ns)
        rooms.append(Room(qtbot, hub, tmp_path / "data"))
        return rooms[-1]

    yield make
    for room in rooms:
        room.close()


def settle(room: Room) -> None:
    """Wait until the devices have been heard for three seconds, which their clocks take to be found."""
    visit = room.furniture.visit
    room.qtbot.waitUntil(lambda: visit.session is not None and visit.session.now_s > 3.0, timeout=LONG_MS)


def run_check(room: Room) -> None:
    """Begin a check by the keyboard on its page, and wait for its result."""
    room.qtbot.keyClick(room.furniture.check, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: room.furniture.checking.going is not None, timeout=LONG_MS)
    room.qtbot.waitUntil(lambda: room.furniture.checking.going is None and room.furniture.checking.report is not None, timeout=LONG_MS)


def test_without_devices_it_says_what_to_do(make_room: MakeRoom) -> None:
    room = make_room(Faults())
    room.shell.show_page("check")

    assert room.furniture.check.guide.head == words.NOT_CONNECTED
    assert not room.furniture.check.start.isEnabled()
    assert room.shell.nav.current == "devices"


def test_from_the_test_page_by_keys_through_all_steps_and_back(make_room: MakeRoom) -> None:
    room = make_room(Faults(zero_n=-3.0))
    room.connect(0, 1, 2)
    settle(room)
    test, page, checking = room.furniture.test, room.furniture.check, room.furniture.checking
    room.qtbot.waitUntil(lambda: words.NOT_CHECKED in test.live.guide.why, timeout=LONG_MS)
    assert test.to_check.isVisible()
    room.qtbot.keyClick(test, Qt.Key.Key_C)
    assert room.shell.page == "check"
    assert page.guide.head == words.READY
    said: list[str] = []
    checking.changed.connect(lambda: said.append(page.guide.head))
    run_check(room)

    assert list(dict.fromkeys(said))[:5] == [
        "Step off the pad and stand still.", "Step on the pad with both feet.", "Lift your left foot.", "Put it down and stand still.",
        "Lift your right foot.",
    ]  # fmt: skip
    assert checking.report is not None
    assert checking.report.level is Level.GOOD, checking.report.as_json()
    assert page.guide.head == words.DONE["good"]
    assert [row.lamp.state for row in page.rows.rows.values()] == ["good", "good", "good"]
    assert "it moved with the left foot" in page.rows.rows["foot-left"].figures.text()
    room.qtbot.keyClick(page, Qt.Key.Key_Return)
    assert room.shell.page == "test"
    assert words.NOT_CHECKED not in test.live.guide.why
    assert not test.to_check.isVisible()


def test_swapped_sensors_are_named_refused_and_swapped_by_a_button(make_room: MakeRoom) -> None:
    room = make_room(Faults(swapped=True))
    room.connect(1, 2)
    settle(room)
    page, visit = room.furniture.check, room.furniture.visit
    room.shell.show_page("devices")
    room.qtbot.mouseClick(room.furniture.devices.check, Qt.MouseButton.LeftButton)
    assert room.shell.page == "check"
    room.qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    room.qtbot.waitUntil(lambda: room.furniture.checking.report is not None, timeout=LONG_MS)

    assert page.guide.head == words.SWAPPED
    assert page.rows.rows["foot-left"].lamp.state == "bad"
    assert "right foot" in page.rows.rows["foot-left"].reason.text()
    verdict = visit.verdict(Setup("hops", Side.LEFT))
    assert verdict.fitness is Fitness.REFUSED
    assert "is said to be on the left" in verdict.reasons[0]

    before = visit.recording
    assert page.swap.isVisible()
    room.qtbot.mouseClick(page.swap, Qt.MouseButton.LeftButton)
    room.qtbot.waitUntil(lambda: visit.connected and room.furniture.checking.report is None, timeout=LONG_MS)
    assert visit.recording != before
    assert [(c.device, c.side, c.address) for c in visit.choices] == [
        ("foot-left", Side.LEFT, "sim:foot-right"), ("foot-right", Side.RIGHT, "sim:foot-left"),
    ]  # fmt: skip
    settle(room)
    room.shell.show_page("check")
    run_check(room)

    assert page.guide.head == words.DONE["good"]
    assert not page.swap.isVisible()
    assert visit.verdict(Setup("hops", Side.LEFT)).fitness is Fitness.GOOD


def test_a_device_that_fails_is_no_person_who_fails(make_room: MakeRoom) -> None:
    room = make_room(Faults(zero_n=60.0, battery_percent=12.0))
    room.connect(0)
    settle(room)
    room.shell.show_page("check")
    run_check(room)
    page, test = room.furniture.check, room.furniture.test

    row = page.rows.rows["pad"]
    assert row.lamp.state == "bad"
    assert "N while it is empty; battery at 12 %: it may not last the visit" in row.reason.text()
    assert row.hint.text().startswith("Take everything off")
    assert page.guide.why == words.DONE_WHY
    room.shell.show_page("test")
    room.qtbot.keyClick(test, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: "while it is empty" in f"{test.live.guide.head} {test.live.guide.why}", timeout=LONG_MS)
    assert not room.furniture.visit.running


def test_enter_goes_on_escape_stops_and_nothing_is_passed(make_room: MakeRoom) -> None:
    room = make_room(Faults())
    room.connect(0)
    settle(room)
    room.shell.show_page("check")
    page, checking = room.furniture.check, room.furniture.checking
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    room.qtbot.waitUntil(lambda: checking.going is not None, timeout=LONG_MS)
    assert page.start.text() == words.STOP
    room.qtbot.keyClick(page, Qt.Key.Key_Escape)
    room.qtbot.waitUntil(lambda: checking.going is None, timeout=LONG_MS)
    assert checking.report is None
    assert page.rows.rows["pad"].reason.text() == words.NOT_DONE
    room.qtbot.keyClick(page, Qt.Key.Key_Space)
    while checking.report is None:
        room.qtbot.waitUntil(lambda: checking.going is not None or checking.report is not None, timeout=LONG_MS)
        room.qtbot.keyClick(page, Qt.Key.Key_Return)
        room.qtbot.wait(30)

    assert checking.report.level is Level.NOT_DONE
    assert page.guide.head == words.DONE["off"]


def test_the_result_is_in_the_recording_and_a_replay_shows_the_same(make_room: MakeRoom) -> None:
    room = make_room(Faults(battery_percent=12.0, zero_n=-3.0))
    room.connect(0)
    settle(room)
    room.shell.show_page("check")
    run_check(room)
    visit, replay = room.furniture.visit, room.furniture.replay
    report, path = room.furniture.checking.report, visit.recording
    assert report is not None
    assert path is not None
    visit.close()
    room.qtbot.waitUntil(lambda: not visit.leaving, timeout=LONG_MS)
    room.shell.show_page("replay")
    replay.open(path)
    room.qtbot.waitUntil(lambda: replay.playing is not None, timeout=LONG_MS)
    assert [replay.events.item(row).text().split("   ")[-1] for row in range(replay.events.count())] == ["Sensor check: attention"]
    playing = replay.playing
    assert playing is not None
    replay.seek(playing.duration_s)
    room.qtbot.waitUntil(lambda: playing.session.checks.last is not None and not playing.catching_up, timeout=LONG_MS)

    assert playing.session.checks.last == report
    assert replay.live.guide.head == "Sensor check: attention"
    assert "battery at 12 %" in replay.live.guide.why


def test_results_say_that_a_check_was_not_done(room: Room) -> None:
    room.connect(0)
    visit, results = room.furniture.visit, room.furniture.results
    visit.start(Setup("stance", Side.LEFT, duration_s=5.0))
    room.qtbot.waitUntil(lambda: bool(visit.kept), timeout=LONG_MS)
    room.shell.show_page("results")

    assert "The sensors were not checked before this test." in results.sentence.text()
    assert words_pages.NO_TRIALS not in results.sentence.text()
