"""Scale, bias and skew of an accelerometer from poses in which it felt gravity alone: |K (s − b)| = g; no axis has to point anywhere.

Fitting to nominal axes instead would turn the error of placing it by hand, 2-5°, into 1.0-2.4° of tilt (algorithms.md 9.1).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from ankletest.samples import FloatArray, G

NINE_POSES = 12
"""Skew is fitted from so many poses on (algorithms.md 9.1)."""
CONDITION_MOST = 100.0
"""Of the Jacobian in units of g. Poses exactly along the axes tell nothing of skew: a fit of it was 17° off."""
CROSS_RAD = 0.002
"""Standard uncertainty of the angle between two axes where skew was not fitted; 0.1-0.4 % is what makers of such chips print."""
DIRECTIONS = 200
"""The uncertainty of tilt is a mean over so many directions."""
MG = 1e-3 * G
_ROW, _COLUMN = np.array((0, 1, 2, 0, 0, 1)), np.array((0, 1, 2, 1, 2, 2))
"""Entries of K in the order of the parameters: the diagonal, then above it."""


@dataclass(frozen=True, slots=True)
class AccFit:
    """What corrects an accelerometer: ``a = K (s − b)``.

    Parameters
    ----------
    matrix : (3, 3)
        K; upper triangular, diagonal where ``skewed`` is False.
    bias_m_s2 : (3,)
        b.
    skewed
        Whether the angles between the axes were fitted.
    condition
        Condition number of the Jacobian.
    residuals_m_s2 : (n,)
        ``|K (s − b)| − g`` of each pose.
    covariance : (p, p)
        Of K (diagonal, then above it where fitted) and of b in units of g.
    """

    matrix: FloatArray
    bias_m_s2: FloatArray
    skewed: bool
    condition: float
    residuals_m_s2: FloatArray
    covariance: FloatArray

    def corrected(self, acc_m_s2: FloatArray) -> FloatArray:
        """Return corrected specific forces, (n, 3)."""
        return np.asarray((acc_m_s2 - self.bias_m_s2) @ self.matrix.T, dtype=np.float64)

    def away_m_s2(self, acc_m_s2: FloatArray) -> FloatArray:
        """Return ``|K (s − b)| − g`` of poses, (n,): also of those that were held out."""
        return np.asarray(np.linalg.norm(self.corrected(acc_m_s2), axis=1) - G, dtype=np.float64)

    @property
    def rms_m_s2(self) -> float:
        """RMS of the residuals."""
        return float(np.sqrt(np.mean(self.residuals_m_s2**2)))

    @property
    def worst_m_s2(self) -> float:
        """The largest residual without its sign."""
        return float(np.abs(self.residuals_m_s2).max())

    @property
    def bias_u_m_s2(self) -> FloatArray:
        """Standard uncertainty of the bias, (3,)."""
        return np.asarray(G * np.sqrt(np.diag(self.covariance)[-3:]), dtype=np.float64)

    @property
    def scale_u(self) -> float:
        """Standard uncertainty of the scale of an axis, relative; the worst of the three."""
        return float(np.sqrt(np.diag(self.covariance)[:3]).max())

    @property
    def tilt_u_rad(self) -> float:
        """Standard uncertainty of an inclination in one plane, a mean over all directions of gravity."""
        entries = len(self.covariance) - 3
        up = sphere(DIRECTIONS)
        raw = up @ np.linalg.inv(self.matrix).T  # s − b in g
        effect = np.zeros((len(up), 3, entries + 3))
        for k in range(entries):
            effect[:, _ROW[k], k] = raw[:, _COLUMN[k]]
        effect[:, :, entries:] = -self.matrix
        # What is along gravity itself tips nothing.
        across = effect - up[:, :, None] * np.einsum("ni,nip->np", up, effect)[:, None, :]
        variance = np.einsum("nip,pq,niq->n", across, self.covariance, across)
        left = 0.0 if self.skewed else CROSS_RAD
        return float(np.sqrt(0.5 * variance.mean() + left**2))


def fit_of(acc_m_s2: FloatArray, *, u_m_s2: float = 0.0) -> AccFit:
    """Return the fit of ``|K (s − b)| = g`` by Levenberg and Marquardt; skew only where the poses tell it.

    Parameters
    ----------
    acc_m_s2 : (n, 3)
        Mean specific force in each pose, 6 poses or more.
    u_m_s2
        Standard uncertainty of an axis of a mean; the covariance is never made of less, however well the poses happen to agree.

    Raises
    ------
    ValueError
        There are fewer poses than numbers to find.
    """
    if len(acc_m_s2) < 6:
        raise ValueError(f"{len(acc_m_s2)} poses do not tell 6 numbers")
    said = acc_m_s2 / G
    found = _fitted(said, np.array((1.0, 1.0, 1.0, 0.0, 0.0, 0.0)))
    if len(said) >= NINE_POSES:
        nine = np.concatenate((found[:3], np.zeros(3), found[3:]))
        if condition_of(said, nine) < CONDITION_MOST:
            found = _fitted(said, nine)
    jacobian = _jacobian(found, said)
    away = _away(found, said)
    free = len(said) - len(found)
    spread = float(away @ away) / free if free > 0 else 0.0
    covariance = np.asarray(max(spread, (u_m_s2 / G) ** 2) * np.linalg.pinv(jacobian.T @ jacobian), dtype=np.float64)
    matrix, bias = _parts(found)
    condition = float(np.linalg.cond(jacobian))
    return AccFit(matrix, G * bias, len(found) == 9, condition, G * away, covariance)


def odd_pose(acc_m_s2: FloatArray) -> int:
    """Return the number of the pose, from 0, that fits least with the others: without it they agree best.

    A fit of twelve poses smears one that is wrong over all of them, so its own residual does not tell it. Of 14 poses one that was 8 mg
    off was told every time (210 simulated ones), of 12 not every one that was 30 mg off.

    Parameters
    ----------
    acc_m_s2 : (n, 3)
        Mean specific force in each pose, those that are held out as well.
    """
    said = acc_m_s2 / G
    start = np.array((1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    rest = [np.delete(said, k, axis=0) for k in range(len(said))]
    return int(np.argmin([float(np.square(_away(_fitted(poses, start), poses)).sum()) for poses in rest]))


def condition_of(said_g: FloatArray, parameters: FloatArray | None = None) -> float:
    """Return the condition number of the Jacobian at poses (n, 3) in g: large where they do not tell every number.

    ``parameters`` are those of a perfect sensor, with skew, unless given.
    """
    at = np.concatenate((np.ones(3), np.zeros(6))) if parameters is None else parameters
    return float(np.linalg.cond(_jacobian(at, said_g)))


def sphere(count: int) -> FloatArray:
    """Return directions that cover the sphere evenly, (count, 3) (golden-angle spiral)."""
    z = 1.0 - (2.0 * np.arange(count) + 1.0) / count
    turn = np.pi * (1.0 + np.sqrt(5.0)) * np.arange(count)
    flat = np.sqrt(1.0 - z * z)
    return np.stack((flat * np.cos(turn), flat * np.sin(turn), z), axis=1)


# ---- helpers --------------------------------------------------------------------------------------------------------------------


def _fitted(said_g: FloatArray, start: FloatArray) -> FloatArray:
    done = least_squares(_away, start, jac=_jacobian, args=(said_g,), method="lm", xtol=1e-14, ftol=1e-14, gtol=1e-14)
    return np.asarray(done.x, dtype=np.float64)


def _parts(parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return K and b of parameters (6,) or (9,)."""
    entries = len(parameters) - 3
    matrix = np.zeros((3, 3))
    matrix[_ROW[:entries], _COLUMN[:entries]] = parameters[:entries]
    return matrix, parameters[entries:]


def _away(parameters: FloatArray, said_g: FloatArray) -> FloatArray:
    matrix, bias = _parts(parameters)
    return np.asarray(np.linalg.norm((said_g - bias) @ matrix.T, axis=1) - 1.0, dtype=np.float64)


def _jacobian(parameters: FloatArray, said_g: FloatArray) -> FloatArray:
    matrix, bias = _parts(parameters)
    raw = said_g - bias
    true = raw @ matrix.T
    up = true / np.linalg.norm(true, axis=1)[:, None]
    entries = len(parameters) - 3
    return np.concatenate((up[:, _ROW[:entries]] * raw[:, _COLUMN[:entries]], -up @ matrix), axis=1)
