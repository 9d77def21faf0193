"""The pad as a scale: zero first, a still second, mass with its uncertainty; nothing from a pad that is leant on or shared."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal

from ankletest.device import LinkState
from ankletest.samples import Block, G, Kind, Site
from ankletest.settings import Length, Mass
from ankletest.status import DeviceStatus
from drivers.people.body import Person
from tests.ui.desktop import Desktop
from ui import units
from ui.pages.weigh_line import WeighLine
from ui.visit import Visit
from ui.weighing import PadScale, Stage
from ui.words import weighing as texts

RATE_HZ = 100.0
SLICE_S = 0.1
QUITO_M_S2 = 9.7726
"""Gravity in Quito, 0.35 % below the standard."""
PAD = DeviceStatus(
    "pad", "native_pad", "Pad", Site.PAD, None, LinkState.STREAMING, RATE_HZ, 0.0, 0.0, 0, 0, None, "sample", "good", "streaming"
)


class Going:
    """Of a session what is asked here: its devices."""

    def __init__(self, *devices: DeviceStatus) -> None:
        self.devices = {one.device: one for one in devices}


class Floor(QObject):
    """Pads on the floor, and what is on them: the part of a visit that a scale listens to."""

    blocks = Signal(object)
    started = Signal(object)
    closing = Signal()
    opened = Signal()
    closed = Signal()
    status = Signal()

    def __init__(self, *devices: DeviceStatus, gravity_m_s2: float = G) -> None:
        super().__init__()
        self.session = Going(*devices)
        self.gravity_m_s2 = gravity_m_s2
        self.running = False
        self.told: list[dict[str, object]] = []
        self._t_s = 0.0
        self._noise = np.random.default_rng(5)

    def post(self, event: dict[str, object]) -> None:
        self.told.append(event)

    def put(self, seconds: float, sway_n: float = 1.5, **force_n: float) -> None:
        """Let so much be on each pad for a while."""
        for _ in range(round(seconds / SLICE_S)):
            t = self._t_s + np.arange(round(SLICE_S * RATE_HZ)) / RATE_HZ
            self._t_s += SLICE_S
            self.blocks.emit([self._block(device, t, force, sway_n if abs(force) > 20.0 else 0.3) for device, force in force_n.items()])

    def _block(self, device: str, t, force_n: float, sway_n: float) -> Block:
        rows = np.full((len(t), 3), math.nan)
        rows[:, 0] = force_n + sway_n * self._noise.standard_normal(len(t))
        none = np.zeros(len(t), np.bool_)
        return Block(device, Kind.PAD, t, rows, none, np.arange(len(t)))


def begun(*devices: DeviceStatus, gravity_m_s2: float = G) -> tuple[Floor, PadScale]:
    floor = Floor(*(devices or (PAD,)), gravity_m_s2=gravity_m_s2)
    scale = PadScale(floor)  # type: ignore[arg-type]  # the part of a visit that it listens to
    scale.begin()
    return floor, scale


def test_a_mass_comes_of_an_empty_pad_and_a_still_second() -> None:
    floor, scale = begun()
    assert scale.stage is Stage.EMPTY
    floor.put(1.0, pad=-3.0)
    assert scale.stage is Stage.STAND
    floor.put(2.0, pad=70.0 * G - 3.0)

    assert scale.stage is Stage.DONE
    assert scale.result is not None
    assert floor.told == [{"event": "weigh", "step": "on"}, {"event": "weigh", "step": "stop"}]
    assert scale.result.mass_kg == pytest.approx(70.0, abs=0.05)  # 1.5 N of sway over 100 samples is 0.02 kg
    assert scale.result.u_kg == pytest.approx(1.5 / G, rel=0.3)  # the scatter of a still second, from 100 samples
    assert not scale.result.certified


def test_the_gravity_of_the_place_tells_the_mass() -> None:
    floor, scale = begun(gravity_m_s2=QUITO_M_S2)
    floor.put(1.0, pad=0.0)
    floor.put(2.0, pad=70.0 * QUITO_M_S2)

    assert scale.result is not None
    assert scale.result.mass_kg == pytest.approx(70.0, abs=0.05)


def test_a_certificate_gives_its_share_of_the_uncertainty() -> None:
    floor, scale = begun(replace(PAD, u_force_share=0.01))
    floor.put(1.0, pad=0.0)
    floor.put(2.0, pad=70.0 * G)

    assert scale.result is not None
    assert scale.result.certified
    assert scale.result.u_kg == pytest.approx(math.hypot(0.7, 1.5 / G), rel=0.05)


def test_whoever_stands_on_it_at_the_beginning_has_to_step_off() -> None:
    floor, scale = begun()
    floor.put(3.0, pad=700.0)
    assert scale.stage is Stage.EMPTY
    floor.put(1.0, pad=0.0)
    assert scale.stage is Stage.STAND


def test_a_moment_without_a_load_is_no_zero() -> None:
    floor, scale = begun()
    for _ in range(5):
        floor.put(0.3, pad=0.0)
        floor.put(0.2, pad=100.0)
    assert scale.stage is Stage.EMPTY


def test_somebody_who_moves_is_not_weighed_until_it_is_over() -> None:
    floor, scale = begun()
    floor.put(1.0, pad=0.0)
    floor.put(4.0, pad=700.0, sway_n=40.0)
    assert scale.stage is Stage.STAND
    floor.put(2.0, pad=700.0)
    assert scale.stage is Stage.DONE


def test_a_bag_is_no_client() -> None:
    floor, scale = begun()
    floor.put(1.0, pad=0.0)
    floor.put(3.0, pad=12.0 * G)
    assert scale.stage is Stage.STAND


def test_with_a_foot_on_each_of_two_pads_there_is_no_mass() -> None:
    floor, scale = begun(PAD, replace(PAD, device="other"))
    floor.put(1.0, pad=0.0, other=0.0)
    floor.put(3.0, pad=350.0, other=330.0)
    assert scale.stage is Stage.STAND
    floor.put(3.0, pad=680.0, other=0.0)
    assert scale.result is not None
    assert scale.result.mass_kg == pytest.approx(680.0 / G, abs=0.05)


@pytest.mark.parametrize("end", ["closing", "started"])
def test_a_run_or_the_end_of_the_visit_ends_the_weighing(end: str) -> None:
    floor, scale = begun()
    floor.put(1.0, pad=0.0)
    signal = getattr(floor, end)
    signal.emit(None) if end == "started" else signal.emit()
    assert scale.stage is Stage.IDLE
    floor.put(3.0, pad=700.0)
    assert scale.result is None


def test_without_a_pad_or_during_a_run_nothing_is_weighed() -> None:
    assert not begun(replace(PAD, site=Site.FOOT))[1].able
    floor, scale = begun()
    floor.running = True
    assert not scale.able


# ---- in the form of a client -----------------------------------------------------------------------------------------------------


def shown(qtbot, floor: Floor) -> WeighLine:
    line = WeighLine(floor)  # type: ignore[arg-type]  # the part of a visit that it listens to
    qtbot.addWidget(line)
    line.show()
    return line


def test_the_line_leads_through_it_and_hands_over_what_is_taken(qtbot) -> None:
    floor = Floor(PAD)
    line = shown(qtbot, floor)
    taken: list[float] = []
    line.taken.connect(taken.append)
    assert not line.take.isVisible()
    qtbot.keyClick(line.weigh, Qt.Key.Key_Space)
    assert line.sentence.text() == texts.EMPTY
    assert line.weigh.text() == texts.STOP
    floor.put(1.0, pad=0.0)
    assert line.sentence.text() == texts.STAND
    floor.put(2.0, pad=68.42 * G)
    assert line.sentence.text() == texts.DONE_PLAIN.format(mass="68.4 kg", u="0.2 kg")
    assert not taken, "nothing is entered unasked"
    assert line.take.text() == texts.TAKE.format(mass="68.4 kg")
    qtbot.keyClick(line.take, Qt.Key.Key_Space)

    assert taken == [68.4]
    assert line.sentence.text() == texts.TAKEN
    assert line.weigh.text() == texts.WEIGH


def test_it_can_be_stopped_and_done_again(qtbot) -> None:
    floor = Floor(replace(PAD, u_force_share=0.001))
    line = shown(qtbot, floor)
    qtbot.mouseClick(line.weigh, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(line.weigh, Qt.MouseButton.LeftButton)
    assert line.weigh.text() == texts.WEIGH
    assert not line.sentence.isVisible()
    qtbot.mouseClick(line.weigh, Qt.MouseButton.LeftButton)
    floor.put(1.0, pad=0.0)
    floor.put(2.0, pad=60.0 * G)
    assert line.sentence.text().startswith("60.0 kg ±")
    assert "certificate" not in line.sentence.text()
    assert line.weigh.text() == texts.AGAIN
    line.hide()
    assert line.scale.stage is Stage.IDLE, "who leaves the form weighs no more"


def test_the_form_offers_it_while_a_pad_is_connected_and_enters_what_is_taken(room) -> None:
    room.open_store("seven quiet otters")
    clients = room.furniture.clients
    clients.begin_new()
    assert not clients.weigh_line.isVisible()
    room.connect(0)
    assert not clients.weigh_line.isVisibleTo(clients.form), "nobody looks at the form"
    room.shell.show_page("clients")
    room.qtbot.waitUntil(clients.weigh_line.isVisible)
    assert isinstance(room.furniture.visit, Visit)
    room.qtbot.mouseClick(clients.weigh_line.weigh, Qt.MouseButton.LeftButton)
    scale, mass = clients.weigh_line.scale, clients.form.fields["mass_kg"]
    room.qtbot.waitUntil(lambda: scale.stage is Stage.DONE, timeout=20_000)  # who practises steps on and, weighed, off again
    assert scale.result is not None
    found = scale.result.mass_kg
    assert found == pytest.approx(Person().mass_kg, abs=0.2)
    room.qtbot.mouseClick(clients.weigh_line.take, Qt.MouseButton.LeftButton)
    assert float(mass.text) == round(found, 1)
    assert clients.form.changed, "it is not saved yet"
    mass.put("")


@pytest.fixture
def desktop(qtbot, hub, tmp_path):
    it = Desktop(qtbot, hub, tmp_path / "data")
    yield it
    it.shell.close()
    qtbot.waitUntil(lambda: not it.shell.isVisible())
    it.store.close()


def test_the_form_has_the_line_below_the_body_mass(desktop: Desktop) -> None:
    desktop.page.begin_new()
    assert desktop.page.weigh_line.parent() is desktop.form.fields["mass_kg"].parent()
    assert not desktop.page.weigh_line.isVisible()


def test_a_mass_is_told_in_the_unit_of_the_clinic(desktop: Desktop) -> None:
    units.apply(Length.CM, Mass.POUND)
    try:
        assert units.measured(60.0, "kg") == "132.3 lb"
        assert units.spread(0.01, "kg") == "0.02 lb"
        desktop.page.form.take_mass(60.0)
        assert desktop.page.form.fields["mass_kg"].text.startswith("132.27")
    finally:
        units.apply(Length.CM, Mass.KG)
