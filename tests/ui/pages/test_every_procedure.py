"""Every procedure of the catalog through the window to its end: the form, the steps, the certificate looked at, and its PDF."""

import time
from collections.abc import Iterator, Sequence

import pytest
from PySide6.QtCore import Qt

from ankletest.device import Choice
from ankletest.recording.writer import Recorder
from calibration.catalog import PROCEDURES
from calibration.folder import shelf
from drivers.catalog import MODELS
from drivers.hub import Hub
from drivers.people.body import Person
from drivers.people.world import World
from drivers.transports.simulator import PRACTICE, SimulatorSource
from tests.ui.conftest import Room, read
from ui.furnish import CERTIFICATES
from ui.words import calibration as told

WAIT_MS = 120_000
FASTER = 100.0
"""World seconds per real second: as fast as the machine gives samples."""
PAD, FOOT = "pad", "foot-left"
DEVICE = {procedure.key: PAD for procedure in PROCEDURES if procedure.key.startswith(("pad", "force"))}
ENTERED = {"pad_cop": {"weight_kg": "20"}, "pad_noise": {"weight_kg": "40"}, "force_check": {"weight_kg": "10 20"}}
"""A heavier weight for the noise: that of a practice pad under 25 kg is about the limit."""
FAILS = {"imu_check"}
"""A practice sensor is as it comes, 20 mg off: the check has to say so."""


@pytest.fixture
def hub() -> Hub:
    began = time.monotonic_ns()

    def now_ns() -> int:
        return began + round((time.monotonic_ns() - began) * FASTER)

    def simulator(choices: Sequence[Choice]) -> SimulatorSource:
        return SimulatorSource(World(choices, person=Person(), seed=3), now_ns=now_ns)

    return Hub(MODELS, recorder=Recorder, read=read, simulate=simulator, practice=PRACTICE, now_ns=now_ns)


@pytest.fixture
def connected(qtbot, hub: Hub, tmp_path) -> Iterator[Room]:
    """A window with the pad and a sensor on the left foot."""
    room = Room(qtbot, hub, tmp_path / "data")
    room.connect(0, 1)
    room.shell.show_page("calibration")
    visit = room.furniture.visit
    qtbot.waitUntil(lambda: visit.session is not None and all(d.rate_hz > 0.0 for d in visit.session.devices.values()), timeout=WAIT_MS)
    yield room
    room.close()


def through(room: Room, kind: str, *, warm: str = ""):
    """Do a procedure with the mouse, and return the sheet it ended on."""
    page, calibrating = room.furniture.calibration, room.furniture.calibrating
    form, wizard = page.wizard.form, page.wizard
    page.open_wizard()
    form.choose(DEVICE.get(kind, FOOT), kind)
    assert form.chosen is not None
    assert form.chosen.key == kind
    for key, text in ENTERED.get(kind, {}).items():
        form.boxes[key].setText(text)
    form.temperature.setText(warm)
    room.qtbot.mouseClick(form.begin, Qt.MouseButton.LeftButton)
    assert wizard.sheets.currentWidget() is wizard.going, form.sentence.text()
    room.qtbot.waitUntil(lambda: not calibrating.busy, timeout=WAIT_MS)
    assert wizard.sheets.currentWidget() is wizard.end
    return wizard.end


@pytest.mark.parametrize("kind", [procedure.key for procedure in PROCEDURES if procedure.key != "mounting_check"])
def test_it_ends_in_a_certificate_that_is_shown_filed_and_written(connected: Room, kind: str, tmp_path) -> None:
    end = through(connected, kind)
    (filed,) = shelf(tmp_path / "data" / CERTIFICATES).certificates
    page, path = connected.furniture.calibration, tmp_path / "c.pdf"
    page.save_pdf(filed, path)

    assert end.guide.head == (told.FAILED_HEAD if kind in FAILS else told.PASSED_HEAD), end.guide.why
    assert filed.kind == kind
    assert end.view.certificate == filed
    assert end.view.table.rowCount() == len(filed.limits) + len(filed.hold_out) > 0
    assert path.read_bytes().startswith(b"%PDF")
    assert page.sentence.text() == told.SAVED.format(name="c.pdf")


def test_a_mounting_is_checked_under_the_certificate_of_the_same_visit(connected: Room) -> None:
    end = through(connected, "mounting")
    assert end.guide.head == told.PASSED_HEAD, end.guide.why
    visit = connected.furniture.visit
    with connected.qtbot.waitSignal(visit.closed, timeout=WAIT_MS):
        visit.close()
    visit.open(visit.choices)
    connected.qtbot.waitUntil(lambda: visit.session is not None and visit.session.now_s > 1.0, timeout=WAIT_MS)
    connected.shell.show_page("calibration")
    end = through(connected, "mounting_check")

    assert end.guide.head in {told.PASSED_HEAD, told.FAILED_HEAD}
    assert end.view.certificate is not None
    assert end.view.certificate.kind == "mounting_check"


def test_the_picture_follows_the_weight_from_place_to_place_to_the_check(connected: Room) -> None:
    going, seen = connected.furniture.calibration.wizard.going, []
    connected.furniture.calibrating.moved.connect(lambda: seen.append((going.places.isVisible(), going.places.accessibleDescription())))
    through(connected, "pad_cop")
    shown = list(dict.fromkeys(words for visible, words in seen if visible))

    assert shown[0].startswith("18 places") or shown[0].startswith("Put 196 N")
    assert any(words.endswith("for the fit.") for words in shown)
    assert any("Place 10 of 18, for the check." in words for words in shown)
    assert any("mm to the left and" in words for words in shown)


def test_the_room_s_temperature_is_on_the_certificate(connected: Room, tmp_path) -> None:
    end = through(connected, "pad_tare", warm="21,5")
    (filed,) = shelf(tmp_path / "data" / CERTIFICATES).certificates

    assert filed.temperature_c == 21.5
    assert end.view.certificate == filed
    form = connected.furniture.calibration.wizard.form
    connected.furniture.calibration.open_wizard()
    form.temperature.setText("warm")
    connected.qtbot.mouseClick(form.begin, Qt.MouseButton.LeftButton)
    assert "“warm” is no number" in form.sentence.text()
    form.temperature.setText("400")
    connected.qtbot.mouseClick(form.begin, Qt.MouseButton.LeftButton)
    assert "makes no sense" in form.sentence.text()
