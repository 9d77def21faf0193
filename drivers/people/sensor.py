"""From what truly happens at a device to what it measures: filter, sampling, scale, bias, noise, range (algorithms.md 10.1)."""

from dataclasses import dataclass

import numpy as np

from ankletest.samples import RAD_PER_DEG, BoolArray, FloatArray, G
from drivers.people.motion import Motion, Spot, second_order

FILTER_SHARE, FILTER_MAX_HZ = 0.45, 250.0
"""Corner of a device's second-order Butterworth low-pass: this share of its rate, at most that."""
CLIP_SHARE = 0.995
"""From here on a sample counts as clipped (contract of ``Reading``)."""
NOISE_RATE_HZ = 100.0
"""Rate at which the noise figures below hold; noise density is constant, so SD goes with the root of the rate."""


@dataclass(frozen=True, slots=True)
class Flaws:
    """What is wrong with one sensor: ``clip(matrix · true + bias + drift t + noise)``.

    Parameters
    ----------
    matrix : (k, j)
        Scale, misalignment; for a pad also the statics from force and moments to cells.
    bias, drift_s, noise, limit : (k,)
        In the unit of the column; drift per second.
    """

    matrix: FloatArray
    bias: FloatArray
    drift_s: FloatArray
    noise: FloatArray
    limit: FloatArray


def imu_flaws(rng: np.random.Generator, *, rate_hz: float, acc_range_g: float, gyro_range_dps: float, calibrated: bool = False) -> Flaws:
    """Return an ordinary IMU's flaws: 0.3 % scale, 20 mg and 0.7 °/s bias, 1.2 mg and 0.08 °/s noise at 100 Hz, mounted 3° off.

    Of a ``calibrated`` one a tenth of scale, cross-talk and bias is left; noise and mounting are what they are.
    """
    left = 0.1 if calibrated else 1.0
    mount = _small_turn(rng.normal(0.0, 3.0 * RAD_PER_DEG / np.sqrt(3.0), 3))
    matrix = np.zeros((6, 6))
    for part in (slice(0, 3), slice(3, 6)):
        cross = np.eye(3) + left * rng.normal(0.0, 0.002, (3, 3)) * (1.0 - np.eye(3))
        matrix[part, part] = np.diag(1.0 + left * rng.normal(0.0, 0.003, 3)) @ cross @ mount
    root = np.sqrt(rate_hz / NOISE_RATE_HZ)
    unit = np.repeat([1e-3 * G, RAD_PER_DEG], 3)
    return Flaws(
        matrix,
        bias=left * unit * np.concatenate([rng.uniform(-20.0, 20.0, 3), rng.uniform(-0.7, 0.7, 3)]),
        drift_s=unit * np.concatenate([np.zeros(3), rng.normal(0.0, 2e-4, 3)]),
        noise=unit * np.repeat([1.2, 0.08], 3) * root,
        limit=np.repeat([acc_range_g * G, gyro_range_dps * RAD_PER_DEG], 3),
    )


def pad_flaws(rng: np.random.Generator, corners_mm: FloatArray, *, rate_hz: float, limit_n: float, drift_n_s: float) -> Flaws:
    """Return an ordinary calibrated pad's flaws: cells 0.1 % apart, unloaded within 3 N, 0.12 N noise at 100 Hz, each."""
    cells = len(corners_mm)
    gain = 1.0 + rng.normal(0.0, 0.001, cells)
    return Flaws(
        gain[:, None] * statics(corners_mm),
        bias=rng.uniform(-3.0, 3.0, cells),
        drift_s=np.full(cells, drift_n_s / cells),
        noise=np.full(cells, 0.12 * np.sqrt(rate_hz / NOISE_RATE_HZ)),
        limit=np.full(cells, limit_n),
    )


def statics(corners_mm: FloatArray) -> FloatArray:
    """Return the least-norm cell forces of a vertical force and its moments, (c, 3): cells = C · (F, F x, F y)."""
    balance = np.stack([np.ones(len(corners_mm)), corners_mm[:, 0], corners_mm[:, 1]])
    return np.asarray(np.linalg.pinv(balance), dtype=np.float64)


class Sensor:
    """Measures a motion at given times.

    Parameters
    ----------
    flaws
        What is wrong with it.
    rate_hz
        Its rate; sets the low-pass.
    averaging
        True for a converter that averages over its period instead.
    known_delay_s
        What the driver will take off its sample times; the filter's own delay is already off them.
    rng
        Its own generator.
    """

    def __init__(self, flaws: Flaws, *, rate_hz: float, averaging: bool, known_delay_s: float, rng: np.random.Generator) -> None:
        self._flaws = flaws
        self._period_s = 1.0 / rate_hz
        self._averaging = averaging
        self._corner_hz = min(FILTER_SHARE * rate_hz, FILTER_MAX_HZ)
        self._later_s = -known_delay_s + (0.0 if averaging else float(np.sqrt(2.0)) / (2.0 * np.pi * self._corner_hz))
        self._rng = rng

    def prepare(self, motion: Motion, spot: Spot | None) -> FloatArray:
        """Return the columns this sensor draws from, filtered, on the grid of the motion (n, j); ``spot`` is None for a pad."""
        force = motion.force_n
        truth = np.column_stack([force, force * motion.cop_mm[:, 0], force * motion.cop_mm[:, 1]]) if spot is None else motion.worn[spot]
        if self._averaging:
            return np.asarray(np.cumsum(truth, axis=0) / motion.rate_hz, dtype=np.float64)
        corner = min(self._corner_hz, FILTER_SHARE * motion.rate_hz)
        return second_order(truth, rate_hz=motion.rate_hz, natural_hz=corner, damping=float(np.sqrt(0.5)))

    def draw(self, motion: Motion, prepared: FloatArray, t_s: FloatArray) -> FloatArray:
        """Return the true columns at world seconds ``t_s``, (m, j)."""
        grid = (t_s - motion.start_s + self._later_s) * motion.rate_hz
        if self._averaging:
            half = 0.5 * self._period_s * motion.rate_hz
            # Row i of the running sum holds everything up to the end of row i's own step, hence the half row.
            mean = (_between(prepared, grid + half - 0.5) - _between(prepared, grid - half - 0.5)) / self._period_s
            return np.asarray(mean, dtype=np.float64)
        return _between(prepared, grid)

    def measure(self, true: FloatArray, t_s: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Return what is sent for true columns (m, j) at ``t_s`` (m,): values (m, k), and where any column is clipped (m,)."""
        flaws = self._flaws
        values = true @ flaws.matrix.T + flaws.bias + t_s[:, None] * flaws.drift_s
        values = np.asarray(values + flaws.noise * self._rng.standard_normal(values.shape), dtype=np.float64)
        clipped = np.any(np.abs(values) >= CLIP_SHARE * flaws.limit, axis=1)
        return np.asarray(np.clip(values, -flaws.limit, flaws.limit), dtype=np.float64), clipped


# ---- helpers -----------------------------------------------------------------------------------------------------------------


def _between(columns: FloatArray, rows: FloatArray) -> FloatArray:
    """Interpolate columns (n, j) at fractional rows (m,), ends held; all columns at once."""
    low = np.clip(np.floor(rows).astype(np.int64), 0, len(columns) - 2)
    part = np.clip(rows - low, 0.0, 1.0)[:, None]
    return np.asarray(columns[low] * (1.0 - part) + columns[low + 1] * part, dtype=np.float64)


def _small_turn(vector_rad: FloatArray) -> FloatArray:
    """Return the rotation matrix of a rotation vector (Rodrigues)."""
    angle = float(np.linalg.norm(vector_rad))
    x, y, z = vector_rad / max(angle, 1e-12)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross, dtype=np.float64)
