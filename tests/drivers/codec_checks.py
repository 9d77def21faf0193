"""What the tests of codecs say over and over: decoded values, and what any split of the same notifications must leave as it is."""

from collections.abc import Callable, Sequence

from ankletest.device import Codec, Decoded, Reading


def readings(*parts: Decoded) -> list[Reading]:
    return [reading for part in parts for reading in part.readings]


def values(*parts: Decoded) -> list[list[float]]:
    return [row for reading in readings(*parts) for row in reading.values.tolist()]


def ticks(*parts: Decoded) -> list[int]:
    return [tick for reading in readings(*parts) for tick in reading.ticks.tolist()]


def lost(*parts: Decoded) -> list[tuple[int, int]]:
    """Return losses as (row, samples)."""
    found, row = [], 0
    for reading in readings(*parts):
        if reading.lost_before:
            found.append((row, reading.lost_before))
        row += len(reading.ticks)
    return found


def told(*parts: Decoded) -> list[str]:
    return [error.why for part in parts for error in part.rejected]


def joined(*parts: Decoded) -> tuple[object, ...]:
    clipped = [flag for reading in readings(*parts) for flag in reading.clipped.tolist()]
    return values(*parts), ticks(*parts), clipped, lost(*parts), [str(error) for part in parts for error in part.rejected]


def split(make: Callable[[], Codec], air: Sequence[tuple[str, bytes]], size: int) -> list[Decoded]:
    """Feed a fresh codec, at most ``size`` notifications a call."""
    codec, at, parts = make(), 0, []
    while at < len(air):
        end = at + 1
        while end < min(at + size, len(air)) and air[end][0] == air[at][0]:
            end += 1
        parts.append(codec.feed(air[at][0], [payload for _, payload in air[at:end]]))
        at = end
    return parts
