"""Samples by session time: their kinds, columns, units, and the constants of physics; not what a device calls them."""

from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

G = 9.80665
"""Standard gravity, m/s²."""
N_PER_KGF = 9.80665
RAD_PER_DEG = np.pi / 180.0


class Side(StrEnum):
    """The leg that is tested, or that a device is worn on."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> "Side":
        """The other leg."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


class Site(StrEnum):
    """Where a device is: on the floor or on the body."""

    PAD = "pad"
    FOOT = "foot"
    SHANK = "shank"
    LUMBAR = "lumbar"


class Kind(StrEnum):
    """What the columns of samples are.

    Codecs give ``CELLS``, ``FORCE``, ``COP`` or ``IMU``. The session turns the first three into ``PAD``, so exams and metrics know
    two kinds only: ``PAD`` and ``IMU``.
    """

    CELLS = "cells"
    FORCE = "force"
    COP = "cop"
    PAD = "pad"
    IMU = "imu"


COLUMNS: dict[Kind, tuple[str, ...]] = {
    Kind.CELLS: ("cell_n",),  # one column a load cell, N
    Kind.FORCE: ("force_n",),
    Kind.COP: ("cop_x_mm", "cop_y_mm"),
    Kind.PAD: ("force_n", "cop_x_mm", "cop_y_mm"),
    Kind.IMU: ("ax_m_s2", "ay_m_s2", "az_m_s2", "gx_rad_s", "gy_rad_s", "gz_rad_s"),
}
"""Column names; CoP is in mm because every published sway figure is (docs/decisions/0004). NaN: this device cannot tell."""

FORCE, COP_X, COP_Y = 0, 1, 2
"""Columns of ``PAD``."""
ACC = slice(0, 3)
GYRO = slice(3, 6)
"""Columns of ``IMU``."""


@dataclass(frozen=True, slots=True)
class Block:
    """Samples of one stream by session time.

    Parameters
    ----------
    device
        Id of the device within the session.
    kind
        What the columns are.
    t_s : (n,)
        Session seconds, strictly increasing within a stream.
    values : (n, k)
        Columns as in ``COLUMNS``; NaN where the device cannot tell.
    clipped : (n,)
        True where any column was at 99.5 % of the range or beyond.
    ticks : (n,)
        Unwrapped device ticks, for stamping the same samples again with a better clock fit.
    lost_before
        Samples known to be missing directly before the first row.
    """

    device: str
    kind: Kind
    t_s: FloatArray
    values: FloatArray
    clipped: BoolArray
    ticks: IntArray
    lost_before: int = 0

    def __len__(self) -> int:
        return len(self.t_s)


def any_of_row(mask: BoolArray) -> BoolArray:
    """Tell of each row of (n, k) whether any column holds: column by column, a fifth of the time of numpy's own where k is small."""
    return np.asarray(reduce(np.logical_or, mask.T), dtype=np.bool_)


def known_rows(values: FloatArray) -> BoolArray:
    """Tell of each row of (n, k) whether it holds no NaN and no infinity."""
    return ~any_of_row(~np.isfinite(values))
