"""The ankletest-native motion sensor: ATP stream 2, six axes; the frames themselves are in ``atp``."""

from ankletest.device import Advertisement, DeviceModel, Handshake
from ankletest.samples import Kind, Site
from drivers.codecs import atp

KEY = "native-imu"
RATE_HZ = 200.0


def codec() -> atp.AtpCodec:
    """Return a fresh codec."""
    return atp.AtpCodec(KEY, atp.IMU_STREAM)


def match(advertisement: Advertisement) -> int:
    """Score an advertisement."""
    return atp.score(advertisement, "ANKLETEST-IMU")


def start(rate_hz: float) -> Handshake:
    """Start streaming acceleration and angular rate."""
    return atp.start(atp.IMU_STREAM, rate_hz)


MODEL = DeviceModel(
    key=KEY,
    title="ankletest motion sensor",
    kinds=(Kind.IMU,),
    sites=(Site.FOOT, Site.SHANK, Site.LUMBAR),
    tick=atp.TICK,
    default_rate_hz=RATE_HZ,
    match=match,
    codec=codec,
    start=start,
    stop=atp.stop,
    acc_range_g=16.0,
    gyro_range_dps=2000.0,
    extras={"probe": atp.probe, "battery": atp.battery},
)
