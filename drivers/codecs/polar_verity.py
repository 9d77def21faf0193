"""Polar Verity Sense in SDK mode: acceleration and angular rate at 208 Hz; the frames themselves are in ``polar``."""

from ankletest.device import Advertisement, DeviceModel, Handshake, Subscribe, Write
from ankletest.samples import Kind, Site
from drivers.codecs import polar
from drivers.codecs.polar import ACC, GYRO, SDK_MODE, START, STOP

KEY = "polar-verity"
RATE_HZ = 208
"""The fastest at which both come without loss; 416 Hz loses frames."""
ACC_RANGE_G, GYRO_RANGE_DPS = 16, 2000
AXES = 3


def codec() -> polar.PolarCodec:
    """Return a fresh codec."""
    return polar.PolarCodec(KEY, rate_hz=RATE_HZ, acc_range_g=ACC_RANGE_G, gyro_range_dps=GYRO_RANGE_DPS)


def match(advertisement: Advertisement) -> int:
    """Score an advertisement."""
    if not advertisement.name.startswith("Polar Sense"):
        return 0
    return 90 if polar.SERVICE in advertisement.services else 60


def start(rate_hz: float) -> Handshake:  # noqa: ARG001  it is started at one rate
    """Stop whatever still streams, go to SDK mode, start both."""
    yield Subscribe(polar.CONTROL)
    yield from polar.asked(bytes([STOP, ACC]))
    yield from polar.asked(bytes([STOP, GYRO]))
    yield Subscribe(polar.DATA)
    yield from polar.demanded(bytes([START, SDK_MODE]))
    yield from polar.demanded(polar.settings(ACC, rate_hz=RATE_HZ, full_scale=ACC_RANGE_G, channels=AXES))
    yield from polar.demanded(polar.settings(GYRO, rate_hz=RATE_HZ, full_scale=GYRO_RANGE_DPS, channels=AXES))


def stop() -> Handshake:
    """Stop both and leave SDK mode, in which it measures no heart rate."""
    for kind in (ACC, GYRO, SDK_MODE):
        yield Write(polar.CONTROL, bytes([STOP, kind]))


MODEL = DeviceModel(
    key=KEY,
    title="Polar Verity Sense",
    kinds=(Kind.IMU,),
    sites=(Site.FOOT, Site.SHANK, Site.LUMBAR),
    tick=polar.TICK,
    default_rate_hz=RATE_HZ,
    match=match,
    codec=codec,
    start=start,
    stop=stop,
    acc_range_g=ACC_RANGE_G,
    gyro_range_dps=GYRO_RANGE_DPS,
    extras={"probe": polar.probe},
)
