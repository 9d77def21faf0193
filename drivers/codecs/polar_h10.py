"""Polar H10: acceleration of the trunk at 200 Hz, no angular rate; the frames themselves are in ``polar``."""

from ankletest.device import Advertisement, DeviceModel, Handshake, Subscribe, Write
from ankletest.samples import Kind, Site
from drivers.codecs import polar
from drivers.codecs.polar import ACC, STOP

KEY = "polar-h10"
RATE_HZ = 200
ACC_RANGE_G = 8


def codec() -> polar.PolarCodec:
    """Return a fresh codec."""
    return polar.PolarCodec(KEY, rate_hz=RATE_HZ, acc_range_g=ACC_RANGE_G)


def match(advertisement: Advertisement) -> int:
    """Score an advertisement."""
    if not advertisement.name.startswith("Polar H10"):
        return 0
    return 90 if polar.SERVICE in advertisement.services else 60


def start(rate_hz: float) -> Handshake:  # noqa: ARG001  it is started at one rate
    """Stop whatever still streams, and start; it streams only while it is worn."""
    yield Subscribe(polar.CONTROL)
    yield from polar.asked(bytes([STOP, ACC]))
    yield Subscribe(polar.DATA)
    yield from polar.demanded(polar.settings(ACC, rate_hz=RATE_HZ, full_scale=ACC_RANGE_G, channels=None))


def stop() -> Handshake:
    """Stop streaming."""
    yield Write(polar.CONTROL, bytes([STOP, ACC]))


MODEL = DeviceModel(
    key=KEY,
    title="Polar H10",
    kinds=(Kind.IMU,),
    sites=(Site.LUMBAR,),
    tick=polar.TICK,
    default_rate_hz=RATE_HZ,
    match=match,
    codec=codec,
    start=start,
    stop=stop,
    acc_range_g=ACC_RANGE_G,
    gyro_range_dps=0.0,  # it has no such sensor
    extras={"probe": polar.probe},
)
