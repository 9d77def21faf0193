"""How samples become DATA frames of the native profile: how many fit, when one is due, what its head says; not when it is sent."""

import math

import numpy as np
import numpy.typing as npt

from ankletest.samples import BoolArray, IntArray
from drivers.codecs import atp

MTU = 247
"""What to aim for: a notification is three bytes shorter."""
NOTIFY_BYTES = 3
FLUSH_S = 0.039
"""A frame is sent at the latest after 40 ms; a little less keeps 200 Hz off multiples of 7.5 ms, where arrivals beat."""
SAMPLE_BYTES = {atp.FORCE_STREAM: 3, atp.IMU_STREAM: 2}
"""Of one channel."""


def rows_of(stream: int, channels: int, *, rate_hz: float, mtu: int = MTU) -> int:
    """Return how many samples go into a frame: as many as fit, or as come in 40 ms; one at least."""
    room = mtu - NOTIFY_BYTES - atp.HEAD.size - atp.CRC_BYTES
    return max(1, min(room // (SAMPLE_BYTES[stream] * channels), math.floor(rate_hz * FLUSH_S)))


def frames(
    stream: int,
    counts: npt.NDArray[np.int32],
    *,
    sequence: int,
    index: int,
    us: IntArray,
    period_us: int,
    saturated: BoolArray,
    rows: int,
    dropped: bool = False,
) -> list[bytes]:
    """Return whole DATA frames of consecutive samples.

    Parameters
    ----------
    stream
        ``atp.FORCE_STREAM`` or ``atp.IMU_STREAM``.
    counts : (n, c)
        What the converter gave; n is a multiple of ``rows``.
    sequence, index
        Number of the first frame, and of the first sample since START.
    us : (n,)
        Device time of each sample, µs.
    period_us
        From one sample to the next.
    saturated : (n,)
        True where a channel was at its limit.
    rows
        Samples in a frame.
    dropped
        Samples before the first frame could not be kept.
    """
    flags = np.where(saturated.reshape(-1, rows).any(axis=1), atp.SATURATED, 0)
    if dropped:
        flags[:1] |= atp.DROPPED
    return [
        atp.encode_data(
            stream,
            seq=sequence + i,
            index=index + i * rows,
            t0_us=int(us[i * rows]),
            period_us=period_us,
            samples=counts[i * rows : (i + 1) * rows],
            flags=int(flag),
        )
        for i, flag in enumerate(flags)
    ]
