"""Models of the fake sensors, for as long as what is tested is the link: a handshake, and a codec that decodes nothing."""

from collections.abc import Sequence

from atp_frames import CAL, CONTROL, DATA, INFO, SERVICE

from ankletest.device import (
    Advertisement,
    Decoded,
    DeviceModel,
    Expect,
    Handshake,
    Kind,
    Read,
    Site,
    Subscribe,
    TickSpec,
    TimeQuality,
    Write,
)


class Deaf:
    """A codec of no samples."""

    corners_mm = None
    rate_hz = None

    def feed(self, characteristic: str, payloads: Sequence[bytes]) -> Decoded:
        return Decoded()


def start(rate_hz: float) -> Handshake:
    yield Subscribe(CONTROL)
    yield Read(INFO)
    yield Read(CAL)
    yield Subscribe(DATA)
    yield Write(CONTROL, bytes((1, 42, 3)) + round(rate_hz).to_bytes(2, "little"))
    yield Expect(CONTROL, bytes((0x81, 42)), timeout_s=1.0)


def stop() -> Handshake:
    yield Write(CONTROL, bytes((2, 43)))
    yield Expect(CONTROL, bytes((0x82, 43)), timeout_s=0.5)


def model(key: str, name: str, kind: Kind, site: Site) -> DeviceModel:
    def match(advertisement: Advertisement) -> int:
        return 95 if SERVICE in advertisement.services and advertisement.name.startswith(name) else 0

    tick = TickSpec(1e-6, 32, TimeQuality.DEVICE)
    return DeviceModel(key, key.title(), (kind,), (site,), tick, 200.0, match, Deaf, start, stop)


PAD_MODEL = model("tiny pad", "ANKLETEST-PAD", Kind.CELLS, Site.PAD)
IMU_MODEL = model("tiny imu", "ANKLETEST-IMU", Kind.IMU, Site.FOOT)
MODELS = (PAD_MODEL, IMU_MODEL)
