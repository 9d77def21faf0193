"""Bytes of a Polar frame to its samples in g or °/s; neither times nor what the frame belongs to."""

import numpy as np
import numpy.typing as npt

from ankletest.samples import FloatArray, IntArray
from drivers.codecs.rows import wide

CHANNELS = 3
COMPRESSED = 0x80
MG = 1e-3
FLOAT_BITS = 32


class SampleError(Exception):
    """Bytes that no frame of this kind has; the text says what is wrong."""


def samples_of(turning: bool, form: int, body: bytes, factor: float | None) -> FloatArray:
    """Return samples, (n, 3), in g or °/s.

    Parameters
    ----------
    turning
        Angular rate, else acceleration.
    form
        Byte 9 of the frame: bit 7 compressed, low 7 bits format.
    body
        What follows it.
    factor
        What the start answer told, None if nothing.

    Raises
    ------
    SampleError
        No such samples.
    """
    match turning, form:
        case False, 0 | 1 | 2:
            return _plain(form + 1, body) * MG
        case False, 0x81:
            return _sums(body, 16).astype(np.float64) * (MG * (1.0 if factor is None else factor))
        case (False, 0x80) | (True, 0x80):
            if factor is None:
                raise SampleError("no factor yet")
            return _sums(body, 16).astype(np.float64) * factor
        case True, 0x81:
            patterns = (_sums(body, FLOAT_BITS) & 0xFFFFFFFF).astype(np.uint32)
            return wide(patterns.view(np.float32)) * (1.0 if factor is None else factor)
        case _:
            raise SampleError(f"format {form:02x} is not known")


def _plain(width: int, body: bytes) -> FloatArray:
    if len(body) % (width * CHANNELS):
        raise SampleError(f"no whole samples of {width} bytes an axis")
    return _signed(body, width).reshape(-1, CHANNELS).astype(np.float64)


def _signed(body: bytes, width: int) -> IntArray:
    """Return little-endian two's complement numbers of some bytes each."""
    raw = np.zeros((len(body) // width, 4), dtype=np.uint8)
    raw[:, 4 - width :] = np.frombuffer(body, dtype=np.uint8).reshape(-1, width)
    return (raw.view("<i4")[:, 0] >> (8 * (4 - width))).astype(np.int64)


def _sums(body: bytes, bits: int) -> IntArray:
    """Return a first sample and the sums of the differences that follow, (n, 3)."""
    width = bits // 8
    at = width * CHANNELS
    if len(body) < at:
        raise SampleError("no first sample")
    parts: list[IntArray] = [_signed(body[:at], width).reshape(1, CHANNELS)]
    while at < len(body):
        if at + 2 > len(body):
            raise SampleError("half a block")
        size, count = body[at], body[at + 1]
        end = at + 2 + -(-size * count * CHANNELS // 8)
        if not 0 < size <= FLOAT_BITS or not count or end > len(body):
            raise SampleError(f"a block of {count} samples of {size} bits does not fit")
        packed = np.frombuffer(body, dtype=np.uint8, offset=at + 2, count=end - at - 2)
        taken = np.unpackbits(packed, count=size * count * CHANNELS, bitorder="little")
        parts.append((taken.reshape(-1, size) @ _WEIGHTS[size]).reshape(-1, CHANNELS))
        at = end
    sums = np.cumsum(np.concatenate(parts), axis=0)
    if bits < FLOAT_BITS and int(np.abs(sums).max()) > 1 << (bits - 1):
        raise SampleError(f"sums of the differences leave {bits} bits")
    return sums


def _weights(size: int) -> npt.NDArray[np.int64]:
    """Return what each bit of a two's complement number is worth."""
    worth = np.left_shift(1, np.arange(size, dtype=np.int64))
    worth[-1] *= -1
    return worth


_WEIGHTS = tuple(_weights(size) if size else np.zeros(0, dtype=np.int64) for size in range(FLOAT_BITS + 1))
