"""What a device sent, for the checks that every model has to stand."""

from collections.abc import Callable
from dataclasses import dataclass

from ankletest.samples import FloatArray

WRAPS = 2**32
"""Where the widest counters of devices wrap."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a device sent.

    Parameters
    ----------
    greeting
        What the handshake read: characteristic and value.
    characteristic, payloads
        The notifications; each ``together`` of them make ``rows_each`` samples.
    values : (n, k)
        What went into them; ``step`` (k,) is the device's resolution.
    rate_hz
        Nominal rate of the samples.
    seal
        Makes a damaged payload look sound again, so that damage gets past a checksum.
    """

    greeting: tuple[tuple[str, bytes], ...]
    characteristic: str
    payloads: tuple[bytes, ...]
    rows_each: int
    values: FloatArray
    step: FloatArray
    rate_hz: float
    seal: Callable[[bytes], bytes] = bytes
    together: int = 1
