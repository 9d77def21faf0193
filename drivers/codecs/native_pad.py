"""The ankletest-native force pad: ATP stream 1, four load cells; the frames themselves are in ``atp``."""

from ankletest.device import Advertisement, DeviceModel, Handshake
from ankletest.samples import Kind, Site
from drivers.codecs import atp

KEY = "native-pad"
RATE_HZ = 1000.0


def codec() -> atp.AtpCodec:
    """Return a fresh codec."""
    return atp.AtpCodec(KEY, atp.FORCE_STREAM)


def match(advertisement: Advertisement) -> int:
    """Score an advertisement."""
    return atp.score(advertisement, "ANKLETEST-PAD")


def start(rate_hz: float) -> Handshake:
    """Start streaming force."""
    return atp.start(atp.FORCE_STREAM, rate_hz)


MODEL = DeviceModel(
    key=KEY,
    title="ankletest force pad",
    kinds=(Kind.CELLS,),
    sites=(Site.PAD,),
    tick=atp.TICK,
    default_rate_hz=RATE_HZ,
    match=match,
    codec=codec,
    start=start,
    stop=atp.stop,
    averaging=True,  # sigma-delta converters average over their period
    extras={"probe": atp.probe, "tare": atp.tare, "battery": atp.battery},
)
