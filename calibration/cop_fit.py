"""Force and moments of a pad from its cells by least squares through known loads on known places, and what stands in the way of it.

``[F, F x, F y] = cells · C`` (algorithms.md 9.4). Rows are divided by their force: a heavy weight is placed no less exactly.
"""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray

ROCKING_SHARE = 0.05
"""Diagonal load that does not follow the place of a weight, as a share of it. A stiff pad on four feet bends by less than a hundredth; one
that stands on three gives the whole fourth cell to the others, which is a tenth and more."""
MOVED_MM = 5.0
MOVED_TIMES = 4.0
"""A load lay elsewhere when its residual is so large, and so many times the typical one."""
RATIO_SHARE = 0.01
"""How far the ratio of two weights may be from what was typed in: cells are linear to half a per cent."""


@dataclass(frozen=True, slots=True)
class CopFit:
    """The matrix of a pad.

    Parameters
    ----------
    matrix : (c, 3)
        Cells to force (N), and moments (N mm).
    errors_mm : (n, 2)
        Where the loads seem to lie less where they lay.
    force_share : (n,)
        Force over what was typed in, less 1.
    u_slope
        Standard uncertainty of the CoP's scale, relative.
    u_gain
        Standard uncertainty of the force's scale, relative, of the fit alone.
    """

    matrix: FloatArray
    errors_mm: FloatArray
    force_share: FloatArray
    u_slope: float
    u_gain: float


def fit_cop(cells_n: FloatArray, weights_n: FloatArray, places_mm: FloatArray) -> CopFit:
    """Fit the matrix.

    Parameters
    ----------
    cells_n : (n, c)
        Cell forces less those of the empty pad.
    weights_n : (n,)
    places_mm : (n, 2)
        x to the right, y forward.
    """
    shares = cells_n / weights_n[:, None]
    wanted = np.column_stack((np.ones(len(weights_n)), places_mm))
    matrix = np.asarray(np.linalg.lstsq(shares, wanted, rcond=None)[0], dtype=np.float64)
    found = cells_n @ matrix
    errors = found[:, 1:] / found[:, :1] - places_mm
    force = found[:, 0] / weights_n - 1.0
    freedom = max(1, len(weights_n) - cells_n.shape[1])
    sd_place = math.sqrt(float(np.sum(errors**2)) / (2 * freedom))
    spread = math.sqrt(float(np.sum((places_mm - places_mm.mean(axis=0)) ** 2)) / 2.0)
    sd_force = math.sqrt(float(np.sum(force**2)) / freedom)
    return CopFit(matrix, errors, force, sd_place / spread, sd_force / math.sqrt(len(weights_n)))


def read_cop(cells_n: FloatArray, matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return force (n,), N, and CoP (n, 2), mm, of cell forces (n, c) under a matrix (c, 3)."""
    found = cells_n @ matrix
    return np.asarray(found[:, 0], dtype=np.float64), np.asarray(found[:, 1:] / found[:, :1], dtype=np.float64)


def statics(corners_mm: FloatArray) -> FloatArray:
    """Return the matrix that a pad has whose cells are exact and where the maker says, (c, 3)."""
    return np.column_stack((np.ones(len(corners_mm)), corners_mm))


def correction_of(matrix: FloatArray, corners_mm: FloatArray) -> FloatArray:
    """Return K (c, c) such that cells · Kᵀ, summed about the maker's corners, give the force and moments of ``matrix``.

    What cells share among themselves without changing either is left as it is.
    """
    plan = statics(corners_mm)
    back = np.linalg.pinv(plan)  # (3, c): least-norm cells of force and moments
    rest = np.eye(len(corners_mm)) - plan @ back
    return np.asarray((matrix @ back + rest).T, dtype=np.float64)


def slopes_of(places_mm: FloatArray, found_mm: FloatArray) -> FloatArray:
    """Return the scale of the CoP along x and y: the slope of the found over the true places, (2,)."""
    true, seen = places_mm - places_mm.mean(axis=0), found_mm - found_mm.mean(axis=0)
    return np.asarray(np.sum(true * seen, axis=0) / np.sum(true * true, axis=0), dtype=np.float64)


def rocking_share(cells_n: FloatArray, weights_n: FloatArray, places_mm: FloatArray, corners_mm: FloatArray) -> float:
    """Return the diagonal load that does not follow the place of the weight linearly, as a share of it (RMS); 0 for less than 4 cells.

    A stiff plate on four cells shares a load linearly in its place. One that rocks stands on three, and which three depends on the side of
    the diagonal: the share bends there.
    """
    plan = statics(corners_mm)
    if len(corners_mm) < 4:
        return 0.0
    free = np.linalg.svd(plan.T)[2][3:]  # (c − 3, c): what cells can share without changing force and moments
    along = (cells_n / weights_n[:, None]) @ free.T
    design = np.column_stack((np.ones(len(weights_n)), places_mm))
    rest = along - design @ np.linalg.lstsq(design, along, rcond=None)[0]
    return math.sqrt(float(np.mean(np.sum(rest**2, axis=1))))


def moved(errors_mm: FloatArray) -> int | None:
    """Return which load lay elsewhere than it was said to; None where none stands out."""
    off = np.hypot(errors_mm[:, 0], errors_mm[:, 1])
    worst = int(np.argmax(off))
    typical = float(np.median(off))
    return worst if off[worst] > max(MOVED_MM, MOVED_TIMES * typical) else None


def wrong_ratio(sums_n: FloatArray, weights_n: FloatArray) -> tuple[float, float] | None:
    """Return a weight that does not fit the lightest one, and what it seems to be by it, N; None where they fit.

    Parameters
    ----------
    sums_n, weights_n : (n,)
        Sums of the cells, over every place, and the weights as they were typed in.
    """
    levels = np.unique(weights_n)
    scale = [float(np.mean(sums_n[weights_n == level])) / float(level) for level in levels]
    for level, one in zip(levels[1:], scale[1:], strict=True):
        if abs(one / scale[0] - 1.0) > RATIO_SHARE:
            return float(level), float(level) * one / scale[0]
    return None
