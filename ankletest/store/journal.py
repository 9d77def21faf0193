"""The journal that a crash left beside the database: whether it can be read to its end, and as it was before a byte in it went bad.

SQLite reads a write-ahead log up to the first frame that does not pass its checksum, and without a word gives up whatever was saved after
it. The layout and the checksum are those of the SQLite file format, section 4.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

HEAD, FRAME_HEAD = 32, 24
MAGIC = 0x377F0682
"""The lowest bit tells the order of the bytes that are summed: 1 is big-endian."""
FORMAT = 3_007_000
PAGE = 4096
"""Of every database that SQLCipher 4 makes."""

Words = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Broken:
    """A journal with something wrong in it.

    Attributes
    ----------
    sound
        Its bytes up to where the library reads.
    whole
        All of it, summed anew: what each page is worth, its own seal says.
    commits
        Savings after the break.
    """

    sound: bytes
    whole: bytes
    commits: int


def broken(data: bytes) -> Broken | None:
    """Look a journal through; None where nothing that was saved lies behind a break.

    A writing that was cut off leaves frames without an end, or an end whose frames are older: neither was ever said to be saved.
    """
    size = FRAME_HEAD + PAGE
    count = (len(data) - HEAD) // size
    if count < 1:
        return None
    order = ">u4" if data[3] & 1 else "<u4"
    frames = np.frombuffer(data, dtype=np.uint8, count=count * size, offset=HEAD).reshape(count, size)
    heads = np.ascontiguousarray(frames[:, :FRAME_HEAD]).view(">u4").astype(np.uint32)
    top = np.frombuffer(data, dtype=">u4", count=8).astype(np.uint32)
    sums = _sums(np.concatenate([frames[:, :8], frames[:, FRAME_HEAD:]], axis=1).view(order).astype(np.uint32))
    is_head = (top[0] | 1, top[1], top[2]) == (MAGIC | 1, FORMAT, PAGE) and _head_sum(data, order) == (int(top[6]), int(top[7]))
    salts = top[4:6] if is_head else heads[0, 2:4]
    ours = (heads[:, 2:4] == salts).any(axis=1)  # one of the two may be what went bad; those of an earlier journal both differ
    before = np.concatenate([top[None, 6:8], heads[:-1, 4:6]])
    passes = (heads[:, 2:4] == salts).all(axis=1) & (_gone_on(before, sums) == heads[:, 4:6]).all(axis=1)
    first = 0 if not is_head else int(np.argmin(passes)) if not passes.all() else count
    ends = np.flatnonzero(ours & (heads[:, 1] > 0))
    behind = ends[ends >= first]
    if not len(behind):
        return None
    last = int(behind[-1])
    return Broken(data[: HEAD + first * size] if is_head else b"", _summed_anew(data, salts, order, sums[: last + 1]), len(behind))


def _summed_anew(data: bytes, salts: Words, order: str, sums: Words) -> bytes:
    """Return the head and as many frames as there are sums, with salts and checksums that go on from each other."""
    size = FRAME_HEAD + PAGE
    out = bytearray(data[: HEAD + len(sums) * size])
    out[:12] = np.array([MAGIC | (order == ">u4"), FORMAT, PAGE], dtype=">u4").tobytes()
    out[16:24] = salts.astype(">u4").tobytes()
    state = np.array(_head_sum(bytes(out), order), dtype=np.uint32)
    out[24:32] = state.astype(">u4").tobytes()
    for number, own in enumerate(sums):
        at = HEAD + number * size
        state = _gone_on(state[None], own[None])[0]
        out[at + 8 : at + FRAME_HEAD] = np.concatenate([salts, state]).astype(">u4").tobytes()
    return bytes(out)


# ---- the checksum: s0 += x0 + s1, s1 += x1 + s0 for each pair of words, which is linear in all of them -------------------------


@cache
def _powers(count: int) -> npt.NDArray[np.uint32]:
    """Return (count + 1, 2, 2) powers of what a pair does to the state, from the zeroth."""
    step = np.array([[1, 1], [1, 2]], dtype=np.uint32)
    out = np.empty((count + 1, 2, 2), dtype=np.uint32)
    out[0] = np.eye(2, dtype=np.uint32)
    for number in range(count):
        out[number + 1] = out[number] @ step
    return out


def _sums(words: Words) -> Words:
    """Return (n, 2), what rows of words come to from a state of zeros."""
    pairs = words.reshape(len(words), -1, 2)
    adds = np.stack([pairs[..., 0], pairs[..., 0] + pairs[..., 1]], axis=-1)
    weights = _powers(pairs.shape[1] - 1)[::-1]
    return np.stack([(adds * weights[:, row]).sum(axis=(1, 2), dtype=np.uint32) for row in (0, 1)], axis=-1)


def _gone_on(states: Words, sums: Words) -> Words:
    """Return (n, 2), the checksum of frames whose own words come to ``sums``, from the checksums before them."""
    through = _powers((8 + PAGE) // 8)[-1]
    return np.stack([(states * through[row]).sum(axis=1, dtype=np.uint32) + sums[:, row] for row in (0, 1)], axis=-1)


def _head_sum(data: bytes, order: str) -> tuple[int, int]:
    first, second = _sums(np.frombuffer(data, dtype=order, count=6).astype(np.uint32)[None])[0]
    return int(first), int(second)
