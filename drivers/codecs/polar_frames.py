"""Bytes of Polar frames to samples, many frames at once; neither times nor what a frame belongs to.

Every frame is runs of numbers of some bits each, one behind the other: plain samples are one run, sums a first sample and a run a block.
The numbers of all runs are taken out together: a word is read from the byte in which a number begins, and shifted.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ankletest.samples import BoolArray, FloatArray, IntArray

CHANNELS = 3
MG = 1e-3
FLOAT_BITS = 32
WORD_BITS = 64
"""A number of at most 32 bits begins at any of the eight bits of a byte, so this holds it."""
FEW = 8
"""So few frames are quicker looked at one by one."""
SPARE = 8
"""Bytes behind the last frame that its words may reach into."""


COUNTS = 0x80
"""Format of numbers that mean nothing without the factor."""
_FORMATS = {
    (False, 0x00): (8, MG, False), (False, 0x01): (16, MG, False), (False, 0x02): (24, MG, False), (False, 0x80): (16, 1.0, True),
    (False, 0x81): (16, MG, True), (True, 0x80): (16, 1.0, True), (True, 0x81): (FLOAT_BITS, 1.0, True),
}  # fmt: skip
"""Angular rate or not, and byte 9: bits of a number, what it stands for, and whether sums of differences are sent."""


Runs = tuple[IntArray, IntArray, IntArray]
"""First bit, bits and samples of each run, (r,)."""


class SampleError(Exception):
    """Bytes that no frame of this kind has; the text says what is wrong."""


_TABLE = [[_FORMATS.get((turning, form), (0, 0.0, False)) for form in range(256)] for turning in (False, True)]
_BITS: IntArray = np.array([[bits for bits, _, _ in row] for row in _TABLE], dtype=np.int64)
_SCALES: FloatArray = np.array([[scale for _, scale, _ in row] for row in _TABLE], dtype=np.float64)
_SUMMED: BoolArray = np.array([[summed for _, _, summed in row] for row in _TABLE], dtype=np.bool_)


def samples_of(turning: bool, form: int, body: bytes, factor: float | None) -> FloatArray:
    """Return samples of one frame, (n, 3), in g or °/s.

    Raises
    ------
    SampleError
        No such samples.
    """
    one = np.array([np.nan if factor is None else factor])
    frames = Frames([body])
    values, _, _, faults = frames.decode(
        np.zeros(1, dtype=np.int64), 0, turning=np.array([turning]), forms=np.array([form]), factors=one, units=np.ones(1)
    )
    if faults:
        raise SampleError(faults[0])
    return values


class Frames:
    """Frames that lie one behind the other, and the samples in them.

    Parameters
    ----------
    payloads
        One frame each, whatever it is.
    """

    def __init__(self, payloads: Sequence[bytes]) -> None:
        self._packed = b"".join((*payloads, bytes(SPARE + WORD_BITS // 8)))
        self.bytes: npt.NDArray[np.uint8] = np.frombuffer(self._packed, dtype=np.uint8)
        self.sizes: IntArray = np.array([len(payload) for payload in payloads], dtype=np.int64)
        self.ends: IntArray = np.cumsum(self.sizes)
        self.starts: IntArray = self.ends - self.sizes

    @property
    def words(self) -> IntArray:
        """The 64 bits that begin at each byte."""
        return np.ndarray((len(self._packed) - WORD_BITS // 8 + 1,), dtype="<i8", buffer=self._packed, strides=(1,))

    def decode(
        self, which: IntArray, start: int, *, turning: BoolArray, forms: IntArray, factors: FloatArray, units: FloatArray
    ) -> tuple[FloatArray, IntArray, FloatArray, dict[int, str]]:
        """Take the samples out of some frames.

        Parameters
        ----------
        which : (m,)
            The frames.
        start
            Byte of a frame at which its samples begin.
        turning : (m,)
            Angular rate, else acceleration.
        forms : (m,)
            Byte 9 of the frame: bit 7 compressed, low 7 bits format.
        factors : (m,)
            What the start answer told, NaN if nothing.
        units : (m,)
            What one g or °/s becomes.

        Returns
        -------
        values : (n, 3)
            Of the frames that have no fault.
        counts : (m,)
            Samples of each frame; 0 of one that has a fault.
        peaks : (m,)
            The largest of each frame.
        faults
            What is wrong with a frame, by its place in ``which``.
        """
        kinds = turning.astype(np.int64)
        bits, scales, summed = _BITS[kinds, forms], _SCALES[kinds, forms], _SUMMED[kinds, forms]
        told = ~np.isnan(factors)
        scales = np.where(summed & told, scales * factors, scales) * units
        at, ends = self.starts[which] + start, self.ends[which]
        counts, odd = np.divmod(8 * (ends - at), np.maximum(bits * CHANNELS, 1))
        faults: dict[int, str] = {}
        wrong = np.flatnonzero((bits == 0) | (summed & ~told & (forms == COUNTS)) | (~summed & (odd > 0)))
        for i, form, size, adds in zip(*(column.tolist() for column in (wrong, forms[wrong], bits[wrong], summed[wrong])), strict=True):
            unknown, plain = f"format {form:02x} is not known", f"no whole samples of {size // 8} bytes an axis"
            faults[i] = unknown if not size else "no factor yet" if adds else plain
        counts[wrong], summed[wrong] = 0, False
        runs = self._runs(at, ends, bits=bits, counts=counts, summed=summed, faults=faults)
        if not counts.any():
            return np.zeros((0, CHANNELS)), counts, np.zeros(len(which)), faults
        return self._values(runs, counts, bits=bits, scales=scales, summed=summed, faults=faults)

    def _runs(self, at: IntArray, ends: IntArray, *, bits: IntArray, counts: IntArray, summed: BoolArray, faults: dict[int, str]) -> Runs:
        """Return the runs of all frames; the samples of frames with blocks go into ``counts``."""
        counts[summed] = 1
        first = np.flatnonzero(counts)
        runs = [(first, 8 * at[first], bits[first], counts[first])]
        going = np.flatnonzero(summed)
        place, end = (at + bits // 8 * CHANNELS)[going], ends[going]
        # Block by block in all frames at once, as long as there are many that follow one another as they should.
        while len(going) > FEW:
            inside = np.minimum(place, end)  # behind a frame that is too short there is nothing to be read
            size, many = self.bytes[inside].astype(np.int64), self.bytes[inside + 1].astype(np.int64)
            behind = place + 2 + (size * many * CHANNELS + 7) // 8
            sound = (place + 2 <= end) & (behind <= end) & (size > 0) & (size <= FLOAT_BITS) & (many > 0)
            if sound.all():
                runs.append((going, 8 * (place + 2), size, many))
                counts[going] += many
                left = behind < end
                going, place, end = going[left], behind[left], end[left]
                continue
            runs.append((going[sound], 8 * (place[sound] + 2), size[sound], many[sound]))
            counts[going[sound]] += many[sound]
            odd = ~sound & (place != end)
            self._odd(going[odd], place[odd], end[odd], faults)
            counts[going[odd]] = 0
            left = sound & (behind < end)
            going, place, end = going[left], behind[left], end[left]
        for i, start, stop in zip(going.tolist(), place.tolist(), end.tolist(), strict=True):
            found = self._blocks(start, stop)
            if isinstance(found, str):
                faults[i] = found
                counts[i] = 0
            elif found:
                begins, sizes, samples = zip(*found, strict=True)
                counts[i] += sum(samples)
                runs.append((np.full(len(found), i), np.array(begins), np.array(sizes), np.array(samples)))
        frame, begin, size, many = (np.concatenate(column) for column in zip(*runs, strict=True))
        order = np.argsort(frame, kind="stable")
        if faults:
            order = order[counts[frame[order]] > 0]
        return begin[order], size[order], many[order]

    def _odd(self, which: IntArray, place: IntArray, end: IntArray, faults: dict[int, str]) -> None:
        """Tell what is wrong with the block at a place of each of some frames."""
        for i, start, stop in zip(which.tolist(), place.tolist(), end.tolist(), strict=True):
            found = self._blocks(start, stop)
            faults[i] = found if isinstance(found, str) else ""

    def _blocks(self, at: int, end: int) -> list[tuple[int, int, int]] | str:
        """Return the runs of the blocks of one frame, or what is wrong with them."""
        if end < at:
            return "no first sample"
        packed, runs = self._packed, list[tuple[int, int, int]]()
        while at < end:
            if at + 2 > end:
                return "half a block"
            size, count = packed[at], packed[at + 1]
            behind = at + 2 + -(-size * count * CHANNELS // 8)
            if not 0 < size <= FLOAT_BITS or not count or behind > end:
                return f"a block of {count} samples of {size} bits does not fit"
            runs.append((8 * (at + 2), size, count))
            at = behind
        return runs

    def _values(
        self, runs: Runs, counts: IntArray, *, bits: IntArray, scales: FloatArray, summed: BoolArray, faults: dict[int, str]
    ) -> tuple[FloatArray, IntArray, FloatArray, dict[int, str]]:
        """Return what `decode` does."""
        kept = np.flatnonzero(counts)
        n, scale, adds = counts[kept], scales[kept], summed[kept]
        ends = np.cumsum(n)
        starts = ends - n
        raw = self._numbers(runs)
        if adds.any():
            sums = np.cumsum(raw, axis=0)
            sums[n[0] :] -= np.repeat(sums[starts[1:] - 1], n[1:], axis=0)
            raw = np.asarray(sums if adds.all() else np.where(np.repeat(adds, n)[:, np.newaxis], sums, raw), dtype=np.int64)
        values: FloatArray = raw * np.repeat(scale, n)[:, np.newaxis]
        largest = np.maximum.reduceat(np.abs(raw).reshape(-1), CHANNELS * starts)
        peak = largest * scale
        single = bits[kept] == FLOAT_BITS
        if single.any():
            rows = np.repeat(single, n)
            with np.errstate(invalid="ignore"):  # damage may make NaN of the kind that signals
                floats = (raw[rows] & 0xFFFFFFFF).astype(np.uint32).view(np.float32).astype(np.float64)
                values[rows] = floats * np.repeat(scale, n)[rows, np.newaxis]
                peak[single] = np.maximum.reduceat(np.abs(values).reshape(-1), CHANNELS * starts)[single]
        wrong = adds & (bits[kept] == 16) & (largest > 1 << 15)
        if wrong.any():
            for i in kept[wrong].tolist():
                faults[i] = f"sums of the differences leave {bits[i]} bits"
                counts[i] = 0
            values = values[np.repeat(~wrong, n)]
        peaks = np.zeros(len(counts))
        peaks[kept] = peak
        return values, counts, peaks, faults

    def _numbers(self, runs: Runs) -> IntArray:
        """Return the numbers of runs, (n, 3)."""
        bits, sizes, samples = runs
        each = samples * CHANNELS
        size = np.repeat(sizes, each)
        at = np.repeat(bits - (np.cumsum(each) - each) * sizes, each) + np.arange(each.sum()) * size
        drop = WORD_BITS - size
        # To the upper end of the word and back again: what else is in it falls off, and the sign comes along.
        found: IntArray = self.words[at >> 3] << (drop - (at & 7)) >> drop
        return found.reshape(-1, CHANNELS)
