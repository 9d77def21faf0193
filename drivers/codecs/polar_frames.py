"""Bytes of Polar frames to samples, many frames at once; neither times nor what a frame belongs to.

Every frame is runs of numbers of some bits each, one behind the other: plain samples are one run, sums a first sample and a run a block.
The numbers of all runs are taken out together: a word is read from the byte in which a number begins, and shifted.
"""

import numpy as np

from ankletest.samples import FloatArray, IntArray

CHANNELS = 3
MG = 1e-3
FLOAT_BITS = 32
WORD_BITS = 64
"""A number of at most 32 bits begins at any of the eight bits of a byte, so this holds it."""
SPARE = 8
"""Bytes behind the last frame that its words may reach into."""


COUNTS = 0x80
"""Format of numbers that mean nothing without the factor."""
_FORMATS = {
    (False, 0x00): (8, MG, False), (False, 0x01): (16, MG, False), (False, 0x02): (24, MG, False), (False, 0x80): (16, 1.0, True),
    (False, 0x81): (16, MG, True), (True, 0x80): (16, 1.0, True), (True, 0x81): (FLOAT_BITS, 1.0, True),
}  # fmt: skip
"""Angular rate or not, and byte 9: bits of a number, what it stands for, and whether sums of differences are sent."""


class SampleError(Exception):
    """Bytes that no frame of this kind has; the text says what is wrong."""


def samples_of(turning: bool, form: int, body: bytes, factor: float | None) -> FloatArray:
    """Return samples of one frame, (n, 3), in g or °/s; see `Frames.add`.

    Raises
    ------
    SampleError
        No such samples.
    """
    frames = Frames()
    frames.add(turning, form, body, 0, factor, 1.0)
    values, _, peaks = frames.decode()
    if peaks[0] is None:
        raise SampleError(frames.leaves(0))
    return values


class Frames:
    """Collects frames and decodes them together."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []
        self._at = 0  # bytes so far
        self._runs: list[int] = []  # first bit, bits, samples of each run, flat
        self._frames: list[tuple[int, float, int]] = []  # samples, scale, bits that sums must fit in (0: there are none)

    def add(self, turning: bool, form: int, payload: bytes, start: int, factor: float | None, unit: float) -> None:
        """Take the frame whose samples begin at byte ``start`` of a payload.

        Parameters
        ----------
        turning
            Angular rate, else acceleration.
        form
            Byte 9 of the frame: bit 7 compressed, low 7 bits format.
        factor
            What the start answer told, None if nothing.
        unit
            What one g or °/s becomes.

        Raises
        ------
        SampleError
            No such samples.
        """
        found = _FORMATS.get((turning, form))
        if found is None:
            raise SampleError(f"format {form:02x} is not known")
        bits, scale, summed = found
        if summed:
            if factor is not None:
                scale *= factor
            elif form == COUNTS:
                raise SampleError("no factor yet")
            runs, count = self._blocks(payload, start, bits)
        else:
            count, odd = divmod(8 * (len(payload) - start), bits * CHANNELS)
            if odd:
                raise SampleError(f"no whole samples of {bits // 8} bytes an axis")
            runs = [8 * (self._at + start), bits, count]
        self._bodies.append(payload)
        self._at += len(payload)
        self._runs += runs
        self._frames.append((count, scale * unit, bits if summed else 0))

    def _blocks(self, payload: bytes, start: int, bits: int) -> tuple[list[int], int]:
        """Return the runs of a first sample and the blocks behind it, and how many samples those are."""
        at, end = start + bits // 8 * CHANNELS, len(payload)
        if end < at:
            raise SampleError("no first sample")
        runs, samples = [8 * (self._at + start), bits, 1], 1
        while at < end:
            if at + 2 > end:
                raise SampleError("half a block")
            size, count = payload[at], payload[at + 1]
            behind = at + 2 + -(-size * count * CHANNELS // 8)
            if not 0 < size <= FLOAT_BITS or not count or behind > end:
                raise SampleError(f"a block of {count} samples of {size} bits does not fit")
            runs += (8 * (self._at + at + 2), size, count)
            samples += count
            at = behind
        return runs, samples

    def leaves(self, frame: int) -> str:
        """Return what is said of a frame whose sums are too large."""
        return f"sums of the differences leave {self._frames[frame][2]} bits"

    def decode(self) -> tuple[FloatArray, IntArray, list[float | None]]:
        """Return samples of all frames (n, 3), how many each frame has (m,), and its largest (m,): None where sums leave their bits."""
        told: FloatArray = np.array(self._frames, dtype=np.float64)
        counts, scales, bits = told[:, 0].astype(np.int64), told[:, 1], told[:, 2]
        ends = np.cumsum(counts)
        starts = ends - counts
        raw = self._numbers()
        if bits.any():
            sums = np.cumsum(raw, axis=0)
            sums[counts[0] :] -= np.repeat(sums[starts[1:] - 1], counts[1:], axis=0)
            raw = np.asarray(sums if bits.all() else np.where(np.repeat(bits > 0, counts)[:, np.newaxis], sums, raw), dtype=np.int64)
        values: FloatArray = raw * np.repeat(scales, counts)[:, np.newaxis]
        largest = np.maximum.reduceat(np.abs(raw).reshape(-1), CHANNELS * starts)
        wrong = (bits == 16) & (largest > 1 << 15)
        peaks: list[float | None] = (largest * scales).tolist()
        for frame in np.flatnonzero(wrong).tolist():
            peaks[frame] = None
        for frame in np.flatnonzero(bits == FLOAT_BITS).tolist():
            rows = slice(starts[frame], ends[frame])
            with np.errstate(invalid="ignore"):  # damage may make NaN of the kind that signals
                values[rows] = (raw[rows] & 0xFFFFFFFF).astype(np.uint32).view(np.float32) * scales[frame]
            peaks[frame] = float(np.abs(values[rows]).max())
        return values, counts, peaks

    def _numbers(self) -> IntArray:
        """Return the numbers of all runs, (n, 3)."""
        bits, sizes, samples = np.array(self._runs, dtype=np.int64).reshape(-1, 3).T
        each = samples * CHANNELS
        packed = b"".join((*self._bodies, bytes(SPARE)))
        words: IntArray = np.ndarray((len(packed) - SPARE + 1,), dtype="<i8", buffer=packed, strides=(1,))
        size = np.repeat(sizes, each)
        at = np.repeat(bits - (np.cumsum(each) - each) * sizes, each) + np.arange(each.sum()) * size
        drop = WORD_BITS - size
        # To the upper end of the word and back again: what else is in it falls off, and the sign comes along.
        found: IntArray = words[at >> 3] << (drop - (at & 7)) >> drop
        return found.reshape(-1, CHANNELS)
