"""Finding, placing, connecting and watching devices in the real window; what cannot be is said in a sentence."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ankletest.device import Advertisement, Choice, DeviceModel, Found, Link, Notice, Playback, Scan
from ankletest.errors import DeviceError
from ankletest.samples import Side, Site
from drivers.catalog import MODELS
from tests.ui.conftest import Room
from ui.words import pages as words


class NoRadio:
    """A scan that finds nothing and says why."""

    def __init__(self, problem: Notice | None) -> None:
        self.trouble = problem

    def found(self) -> Sequence[Found]:
        return ()

    def problem(self) -> Notice | None:
        return self.trouble

    def stop(self) -> None: ...


class BareHub:
    """A hub whose devices cannot be reached."""

    def __init__(self, problem: Notice | None = None) -> None:
        self.trouble = problem

    @property
    def models(self) -> Sequence[DeviceModel]:
        return MODELS

    def scan(self) -> Scan:
        return NoRadio(self.trouble)

    def open(self, choices: Sequence[Choice], *, record: Path | None, session: Mapping[str, object]) -> Link:
        raise DeviceError("The pad does not answer.", "Switch it off and on.")

    def replay(self, recording: Path, *, speed: float) -> Playback:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("problem", "said"),
    [(None, words.NOTHING_FOUND), (Notice("", "bad", "Bluetooth is off.", "Switch it on."), "Bluetooth is off. Switch it on.")],
)
def test_finding_nothing_says_what_to_do(qtbot: QtBot, problem: Notice | None, said: str) -> None:
    room = Room(qtbot, BareHub(problem))
    room.shell.show_page("devices")

    assert room.furniture.devices.sentence.text() == said
    assert not room.furniture.devices.connect_button.isEnabled()
    room.close()


def test_a_device_that_cannot_be_reached_says_so(qtbot: QtBot) -> None:
    room = Room(qtbot, BareHub())
    room.shell.show_page("devices")
    devices = room.furniture.devices
    devices.halt()
    devices.found.show_found([Found(Advertisement("aa:bb", "Pad 7", rssi_dbm=-60), MODELS[0].key, 90)])
    devices.found.tick(0).click()
    qtbot.mouseClick(devices.connect_button, Qt.MouseButton.LeftButton)

    assert devices.sentence.text() == "The pad does not answer. Switch it off and on."
    assert not room.furniture.visit.connected
    room.close()


def test_practice_devices_are_listed_with_their_places(room) -> None:
    room.shell.show_page("devices")
    table = room.furniture.devices.found

    assert table.rowCount() == 7
    assert words.NONE_IN_USE in [one.text() for one in room.furniture.devices.use_card.findChildren(QLabel)], "what to do is told"
    assert [table.site(row) for row in (5, 6)] == [Site.SHANK, Site.SHANK]
    assert (table.site(0), table.leg(0)) == (Site.PAD, None)
    assert (table.site(1), table.leg(1)) == (Site.FOOT, Side.LEFT)
    assert (table.site(2), table.leg(2)) == (Site.FOOT, Side.RIGHT)
    assert table.site(3) is Site.LUMBAR
    assert not table.which_leg(0).isEnabled()
    assert table.item(0, 3).text() == words.PRACTICE


def test_ids_say_where_a_device_is(room) -> None:
    room.shell.show_page("devices")
    table = room.furniture.devices.found
    for row in range(4):
        table.tick(row).click()

    assert [choice.device for choice in table.choices()] == ["pad", "foot-left", "foot-right", "lumbar"]


def test_a_sensor_moved_to_the_trunk_belongs_to_no_leg(room) -> None:
    room.shell.show_page("devices")
    table = room.furniture.devices.found
    where = table.where(1)
    where.setCurrentIndex(where.findData(Site.LUMBAR.value))
    assert table.leg(1) is None
    where.setCurrentIndex(where.findData(Site.FOOT.value))

    assert table.leg(1) is Side.LEFT


def test_two_devices_in_one_place_are_refused(room) -> None:
    room.shell.show_page("devices")
    devices = room.furniture.devices
    for row in (2, 4):
        devices.found.tick(row).click()
    room.qtbot.mouseClick(devices.connect_button, Qt.MouseButton.LeftButton)

    assert devices.sentence.text() == words.TWICE.format(place="foot-right")
    assert not room.furniture.visit.connected


def test_a_connected_device_shows_rate_loss_and_timing(room) -> None:
    room.connect(0, 1)
    room.shell.show_page("devices")
    table = room.furniture.devices.table
    room.qtbot.waitUntil(lambda: table.rowCount() == 2 and table.item(0, 3).text() == "1000 Hz", timeout=10_000)
    cells = [table.item(0, column).text() for column in range(9)]

    assert cells[0] == "●  good"
    assert cells[2] == "Pad"
    assert cells[4] == "0.00 %"
    assert cells[7] == "device clock"
    assert "streaming" in cells[8]
    assert table.item(1, 2).text() == "Foot, left"


def test_exams_that_are_possible_are_told(room) -> None:
    room.connect(0)
    devices = room.furniture.devices
    room.qtbot.waitUntil(lambda: devices._chips["stance"].state == "good", timeout=10_000)

    assert devices._chips["stance"].words.endswith(words.FIT_WORDS["good"])


def test_disconnecting_frees_the_list_and_seals_the_recording(room) -> None:
    room.connect(0)
    room.shell.show_page("devices")
    devices, visit = room.furniture.devices, room.furniture.visit
    recording = visit.recording
    room.qtbot.mouseClick(devices.disconnect_button, Qt.MouseButton.LeftButton)
    room.qtbot.waitUntil(lambda: not visit.connected and not visit.leaving, timeout=10_000)

    assert recording.exists()
    assert devices.found.isEnabled()
    assert room.furniture.test.live.guide.head == words.NOT_CONNECTED
