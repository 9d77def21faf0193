"""The hub: which source a choice goes to, what the open event says, and one path from link to playback."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from ankletest.device import Advertisement, Choice, DeviceModel, Found, Kind, Notification, Side, Site, TickSpec, TimeQuality
from ankletest.errors import RecordingError, UsageError
from ankletest.recording.reader import Recording
from ankletest.recording.writer import Recorder
from drivers.hub import Hub, entry
from drivers.source import Put, Source, Tell


class Steps:
    """A source that yields three notifications of each of its devices."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        self.devices = [choice.device for choice in choices]

    async def run(self, put: Put, tell: Tell, stop: asyncio.Event) -> None:
        for i in range(3):
            for device in self.devices:
                put(Notification(device, "data", 1_000 + i, bytes((i,))))
        await stop.wait()

    def operator(self, event: Mapping[str, object], received_ns: int) -> None:
        pass


def never() -> None:
    raise AssertionError("nothing is decoded here")


def model(key: str, site: Site) -> DeviceModel:
    tick = TickSpec(1e-6, 32, TimeQuality.DEVICE)
    return DeviceModel(key, key.title(), (Kind.IMU,), (site,), tick, 100.0, lambda _: 0, never, never, never)


MODELS = (model("pad", Site.PAD), model("imu", Site.FOOT))
PAD = Choice("pad", "pad", "sim:steady", Site.PAD)
FOOT = Choice("foot-left", "imu", "sim:steady", Site.FOOT, Side.LEFT, rate_hz=200.0)
REAL = Choice("shank-left", "imu", "AA:BB", Site.SHANK, Side.LEFT, serial="17")


class Made:
    """What a hub asked for."""

    def __init__(self) -> None:
        self.simulated: list[list[Choice]] = []
        self.on_air: list[list[tuple[Choice, DeviceModel]]] = []
        self.wired: list[list[tuple[Choice, DeviceModel]]] = []

    def simulate(self, choices: Sequence[Choice]) -> Source:
        self.simulated.append(list(choices))
        return Steps(choices)

    def aerial(self, chosen: Sequence[tuple[Choice, DeviceModel]]) -> Sequence[Source]:
        self.on_air.append(list(chosen))
        return [Steps([choice]) for choice, _ in chosen]

    def wires(self, chosen: Sequence[tuple[Choice, DeviceModel]]) -> Sequence[Source]:
        self.wired.append(list(chosen))
        return [Steps([choice]) for choice, _ in chosen]


def read(path: Path) -> list[Notification]:
    return list(Recording.open(path).notifications())


@pytest.fixture
def made() -> Made:
    return Made()


@pytest.fixture
def hub(made: Made) -> Hub:
    practice = (Found(Advertisement("sim:steady", "Steady"), "pad", 100, simulated=True),)
    return Hub(MODELS, recorder=Recorder, read=read, aerial=made.aerial, simulate=made.simulate, practice=practice, now_ns=lambda: 500)


def test_simulated_devices_share_one_world_and_real_ones_share_one_radio(hub: Hub, made: Made) -> None:
    other = Choice("shank-right", "imu", "CC:DD", Site.SHANK, Side.RIGHT)
    hub.open([PAD, REAL, FOOT, other], record=None, session={})

    assert made.simulated == [[PAD, FOOT]]
    assert made.on_air == [[(REAL, MODELS[1]), (other, MODELS[1])]]


def test_what_the_system_is_connected_to_has_a_way_of_its_own(made: Made) -> None:
    board = Choice("pad", "pad", "hid:/dev/input/event7", Site.PAD)
    hub = Hub(MODELS, recorder=Recorder, read=read, aerial=made.aerial, wired=made.wires, now_ns=lambda: 500)
    hub.open([board, REAL], record=None, session={})

    assert made.wired == [[(board, MODELS[0])]]
    assert made.on_air == [[(REAL, MODELS[1])]]
    with pytest.raises(UsageError, match="no way to hid:"):
        Hub(MODELS, recorder=Recorder, read=read).open([board], record=None, session={})


def test_no_radio_is_asked_for_when_all_is_simulated(hub: Hub, made: Made) -> None:
    hub.open([PAD], record=None, session={})

    assert made.on_air == []


def test_the_open_event_lists_the_devices_unless_the_session_does(hub: Hub) -> None:
    told = []
    for session in ({"client": "c-1"}, {"devices": [{"device": "mine"}]}):
        link = hub.open([REAL], record=None, session=session)
        link.start()
        told.append(json.loads(link.drain()[0].payload))
        link.stop()

    assert told[0]["devices"] == [
        {
            "device": "shank-left",
            "model": "imu",
            "title": "Imu",
            "site": "shank",
            "side": "left",
            "rate_hz": None,
            "serial": "17",
            "address": "AA:BB",
        }
    ]
    assert told[0]["client"] == "c-1"
    assert told[1]["devices"] == [{"device": "mine"}]


def test_an_entry_of_a_device_on_no_side_says_so() -> None:
    assert entry(PAD, MODELS[0])["side"] is None


def test_a_recorded_link_replays_to_the_same_notifications(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "visit.mcap"
    link = hub.open([PAD, FOOT], record=path, session={})
    link.start()
    link.post({"event": "mark"})
    link.stop()
    live = link.drain()
    playback = hub.replay(path, speed=0.0)
    playback.start()

    assert playback.drain() == live
    assert playback.finished
    assert len(live) == 9


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ([Choice("x", "nothing", "AA", Site.PAD)], "no device model “nothing”"),
        ([PAD, Choice("pad", "imu", "AA", Site.FOOT)], "the same id"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_before_anything_starts(hub: Hub, choices: list[Choice], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        hub.open(choices, record=None, session={})


@pytest.mark.parametrize(("choice", "says"), [(PAD, "no simulator"), (REAL, "no radio")])
def test_a_hub_without_simulator_or_radio_says_so(choice: Choice, says: str) -> None:
    bare = Hub(MODELS, recorder=Recorder, read=read)

    with pytest.raises(UsageError, match=says):
        bare.open([choice], record=None, session={})


def test_a_recording_that_is_not_there_cannot_be_played(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(RecordingError):
        hub.replay(tmp_path / "none.mcap", speed=1.0)


def test_a_scan_knows_the_catalog_and_the_practice_devices(hub: Hub) -> None:
    scan = hub.scan()

    assert [found.advertisement.address for found in scan.found()] == ["sim:steady"]
    assert hub.models == MODELS
    scan.stop()
