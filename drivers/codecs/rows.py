"""What codecs of other makers share: samples to readings, and losses seen as steps of a counter; no bytes of any maker."""

from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from ankletest.device import Decoded, Reading
from ankletest.errors import CodecError
from ankletest.samples import BoolArray, FloatArray, IntArray, Kind

FULL_SCALE_SHARE = 0.995
"""Share of the range from which a sample counts as clipped (E-SAT)."""
PAUSE_S = 60.0
"""A longer step is no loss: no link outlives such silence (supervision ends at 32 s), so the device was started again."""


CELL_VOLTS = (
    (3.96, 100),
    (3.93, 90),
    (3.87, 75),
    (3.82, 60),
    (3.79, 50),
    (3.77, 40),
    (3.73, 30),
    (3.70, 20),
    (3.68, 15),
    (3.50, 10),
    (3.40, 5),
)
"""Least volts of a lithium cell, and the per cent that are left: WitMotion's table (devices.md 3.1), believed of every such cell."""


def percent_of_cell(volts: float) -> int:
    """Return how full a lithium cell is, %, by its voltage under load; an estimate."""
    return next((percent for least, percent in CELL_VOLTS if volts >= least), 0)


def no_sense(model: str, payloads: Sequence[bytes], characteristic: str) -> Decoded:
    """Refuse payloads of a characteristic that the codec does not know."""
    return Decoded((), tuple(CodecError(model, p, f"nothing is known of characteristic {characteristic}") for p in payloads))


Rejected = list[tuple[int, CodecError]]
"""What was left out, each with the index of its payload: found in several passes, told in the order it came."""


def in_order(rejected: Rejected) -> tuple[CodecError, ...]:
    """Return what was left out in the order of the payloads, which no split may change."""
    return tuple(error for _, error in sorted(rejected, key=itemgetter(0)))


def wide(singles: npt.NDArray[np.float32]) -> FloatArray:
    """Return 32-bit floats as 64-bit ones; damage may make them NaN of the kind that signals, which is no news here."""
    with np.errstate(invalid="ignore"):
        return singles.astype(np.float64)


def lost_before(ticks: IntArray, last: int | None, *, period: float, bits: int, pause: float) -> tuple[IntArray, BoolArray]:
    """Tell from a counter what is missing.

    Parameters
    ----------
    ticks : (n,)
        Counter of each sample, as sent.
    last
        That of the sample before the first; None: there was none.
    period
        Ticks from one sample to the next.
    bits
        Where the counter wraps; 0: never.
    pause
        Ticks of a step that is no loss but a new start.

    Returns
    -------
    lost : (n,)
        Samples missing directly before each.
    fresh : (n,)
        True where the counter was started again: what came before tells nothing.
    """
    step = np.diff(ticks, prepend=ticks[0] if last is None else last)
    if bits:
        step &= (1 << bits) - 1
    fresh: BoolArray = (step <= 0) | (step > pause)
    lost = np.maximum(np.rint(step / period).astype(np.int64) - 1, 0)
    lost[fresh] = 0
    return lost, fresh


def readings(
    kind: Kind, *, ticks: IntArray, values: FloatArray, clipped: BoolArray, owners: IntArray, lost: IntArray, fresh: BoolArray
) -> tuple[Reading, ...]:
    """Return readings of consecutive samples; a loss or a fresh start begins a new one.

    Parameters
    ----------
    kind, ticks, values, clipped
        As in `ankletest.device.Reading`.
    owners : (n,)
        Index of the payload that completed each sample, never decreasing.
    lost, fresh : (n,)
        As from `lost_before`.
    """
    starts = np.flatnonzero((lost > 0) | fresh)
    if not len(ticks):
        return ()
    if not len(starts[starts > 0]):
        last = np.append(np.flatnonzero(owners[1:] != owners[:-1]), len(owners) - 1)
        return (Reading(kind, ticks, values, clipped, owners[last], last + 1, int(lost[0])),)
    # Where a link is bad there are about as many readings as notifications: what can be is found for all of them at once.
    turns = owners[1:] != owners[:-1]
    turns[starts[starts > 0] - 1] = True
    last = np.append(np.flatnonzero(turns), len(owners) - 1)
    edges = np.concatenate(([0], starts[starts > 0], [len(ticks)]))
    cuts = last.searchsorted(edges).tolist()
    ends = last + 1 - np.repeat(edges[:-1], np.diff(cuts))
    completed, missing = owners[last], lost[edges[:-1]].tolist()
    return tuple(
        Reading(kind, ticks[a:b], values[a:b], clipped[a:b], completed[p:q], ends[p:q], n)
        for (a, b), (p, q), n in zip(pairwise(edges.tolist()), pairwise(cuts), missing, strict=True)
    )


def clipped_motion(values: FloatArray, *, acc_m_s2: float, gyro_rad_s: float) -> BoolArray:
    """Return where motion is at the edge of the range, (n,); ``values`` has the columns of ``Kind.IMU``."""
    edges = FULL_SCALE_SHARE * np.repeat([acc_m_s2, gyro_rad_s], 3)
    x, y, z, u, v, w = (np.abs(values) >= edges).T  # six long columns are quicker than many short rows
    return np.asarray(x | y | z | u | v | w, dtype=np.bool_)
