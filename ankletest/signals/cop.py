"""Force and centre of pressure from load cells or a plate's sums, and what cell noise does to them; no filter."""

import math

import numpy as np

from ankletest.samples import COP_X, COP_Y, FORCE, FloatArray

COP_FLOOR_N = 20.0
"""Below this load the CoP of a pad is noise over nearly nothing; the profile asks for much more (metrics.md 0.1)."""


def pad_of(cells_n: FloatArray, corners_mm: FloatArray) -> FloatArray:
    """Return force and CoP of a pad on load cells.

    Moments about the pad's centre: ``x = Σ Fᵢ xᵢ / Σ Fᵢ``. CoP is NaN below 20 N or where a cell is NaN.

    Parameters
    ----------
    cells_n : (n, c)
        Tared cell forces.
    corners_mm : (c, 2)
        Cell positions, x to the right, y forward.

    Returns
    -------
    (n, 3) columns of ``Kind.PAD``
    """
    # Column by column and not by ``@``: a matrix product rounds differently with the number of rows, and chunks must not matter.
    pad = np.zeros((len(cells_n), 3))
    for cell, (x_mm, y_mm) in zip(cells_n.T, corners_mm.tolist(), strict=True):
        pad[:, FORCE] += cell
        pad[:, COP_X] += cell * x_mm
        pad[:, COP_Y] += cell * y_mm
    force = pad[:, FORCE]
    loaded = force >= COP_FLOOR_N
    pad[:, COP_X:] /= np.where(loaded, force, np.nan)[:, None]
    return pad


def cop_noise_mm(noise_cell_n: float, half_span_mm: float, force_n: float) -> float:
    """Return the SD of the CoP, per axis, that the noise of the cells makes: ``2 a σ_F / F`` (metrics.md SW-21); NaN when unknown."""
    return 2.0 * half_span_mm * noise_cell_n / force_n if force_n > 0.0 else math.nan
