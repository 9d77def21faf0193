"""The ankletest-native force pad as text: one line a sample of force; the lines themselves are in ``native_text``."""

from ankletest.device import Advertisement, DeviceModel
from ankletest.samples import Kind, Site
from drivers.codecs import native_text

KEY = "native-text-pad"


def codec() -> native_text.TextCodec:
    """Return a fresh codec."""
    return native_text.TextCodec(KEY, native_text.FORCE)


def match(advertisement: Advertisement) -> int:
    """Score an advertisement."""
    return native_text.score(advertisement, "ANKLETEST-PAD")


MODEL = DeviceModel(
    key=KEY,
    title="ankletest force pad (text)",
    kinds=(Kind.FORCE,),
    sites=(Site.PAD,),
    tick=native_text.TICK,
    default_rate_hz=native_text.RATE_HZ,
    match=match,
    codec=codec,
    start=native_text.start,
    stop=native_text.stop,
    extras={"probe": native_text.probe},
)
