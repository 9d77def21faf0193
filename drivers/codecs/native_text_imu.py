"""The ankletest-native motion sensor as text: one line a sample of six axes; the lines themselves are in ``native_text``."""

from ankletest.device import Advertisement, DeviceModel
from ankletest.samples import Kind, Site
from drivers.codecs import native_text

KEY = "native-text-imu"


def codec() -> native_text.TextCodec:
    """Return a fresh codec."""
    return native_text.TextCodec(KEY, native_text.MOTION)


def match(advertisement: Advertisement) -> int:
    """Score an advertisement."""
    return native_text.score(advertisement, "ANKLETEST-IMU")


MODEL = DeviceModel(
    key=KEY,
    title="ankletest motion sensor (text)",
    kinds=(Kind.IMU,),
    sites=(Site.FOOT, Site.SHANK, Site.LUMBAR),
    tick=native_text.TICK,
    default_rate_hz=native_text.RATE_HZ,
    match=match,
    codec=codec,
    start=native_text.start,
    stop=native_text.stop,
    acc_range_g=native_text.ACC_RANGE_G,
    gyro_range_dps=native_text.GYRO_RANGE_DPS,
    extras={"probe": native_text.probe},
)
