"""From what truly happens at a device to what it measures: filter, sampling, scale, bias, noise, range (algorithms.md 10.1)."""

import math
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

LAG_WIDTH = 0.02
"""Slack of the hysteresis, as a share of full: a load has to turn by so much before the reading goes the other way."""


@dataclass(frozen=True, slots=True)
class Flaws:
    """What is wrong with one sensor: ``clip(matrix · true + bias + drift t + noise)``, and what is below.

    Parameters
    ----------
    matrix : (k, j)
        Scale, misalignment; for a pad also the statics from force and moments to cells.
    bias, drift_s, noise, limit : (k,)
        In the unit of the column; drift per second.
    bent
        Curvature of every column: at ``full`` the reading is so much of ``full`` too great, in the middle a quarter of that.
    lag
        Hysteresis: at half of ``full`` a falling load reads so much of ``full`` more than a rising one.
    full
        What ``bent`` and ``lag`` are shares of.
    tipped : (k, j) or None
        The matrix while the load is on the other side of the pad's rocking diagonal, whose direction is ``diagonal``; None: it stands firm.
    """

    matrix: FloatArray
    bias: FloatArray
    drift_s: FloatArray
    noise: FloatArray
    limit: FloatArray
    bent: float = 0.0
    lag: float = 0.0
    full: float = 500.0
    tipped: FloatArray | None = None
    diagonal: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class PadErrors:
    """What may be known to be wrong with a pad, besides what is ordinary; all off by default.

    Parameters
    ----------
    gain, place_mm
        SD of the cells' scale (a share; the ordinary one where NaN), and of their places.
    bent, lag
        As in ``Flaws``.
    noise
        Times the ordinary noise.
    rocks
        It stands on three of its four feet.
    """

    gain: float = math.nan
    place_mm: float = 0.0
    bent: float = 0.0
    lag: float = 0.0
    noise: float = 1.0
    rocks: bool = False


def imu_flaws(
    rng: np.random.Generator, *, rate_hz: float, acc_range_g: float, gyro_range_dps: float, calibrated: bool = False, mount_deg: float = 3.0
) -> Flaws:
    """Return an ordinary IMU's flaws: 0.3 % scale, 20 mg and 0.7 °/s bias, 1.2 mg and 0.08 °/s noise at 100 Hz, mounted ``mount_deg`` off.

    Of a ``calibrated`` one a tenth of scale, cross-talk and bias is left; noise and mounting are what they are.
    """
    left = 0.1 if calibrated else 1.0
    mount = _small_turn(rng.normal(0.0, mount_deg * RAD_PER_DEG / np.sqrt(3.0), 3))
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


def pad_flaws(
    rng: np.random.Generator, corners_mm: FloatArray, *, rate_hz: float, limit_n: float, drift_n_s: float, errors: PadErrors | None = None
) -> Flaws:
    """Return an ordinary calibrated pad's flaws: cells 0.1 % apart, unloaded within 3 N, 0.12 N noise at 100 Hz, each."""
    wrong = PadErrors() if errors is None else errors
    cells = len(corners_mm)
    gain = 1.0 + rng.normal(0.0, 0.001 if math.isnan(wrong.gain) else wrong.gain, cells)
    bias = rng.uniform(-3.0, 3.0, cells)
    true_mm = corners_mm + (rng.normal(0.0, wrong.place_mm, corners_mm.shape) if wrong.place_mm > 0.0 else 0.0)
    firm, tipped = (_standing_on_three(true_mm, without) for without in (2, 1)) if wrong.rocks else (statics(true_mm), None)
    along = true_mm[3] - true_mm[0] if wrong.rocks else np.zeros(2)
    return Flaws(
        gain[:, None] * firm,
        bias=bias,
        drift_s=np.full(cells, drift_n_s / cells),
        noise=np.full(cells, wrong.noise * 0.12 * np.sqrt(rate_hz / NOISE_RATE_HZ)),
        limit=np.full(cells, limit_n),
        bent=wrong.bent,
        lag=wrong.lag,
        tipped=None if tipped is None else gain[:, None] * tipped,
        diagonal=(float(along[0]), float(along[1])),
    )


def _standing_on_three(corners_mm: FloatArray, without: int) -> FloatArray:
    """Return the statics of a pad of four cells one of which hangs in the air, (4, 3)."""
    on = [cell for cell in range(len(corners_mm)) if cell != without]
    matrix = np.zeros((len(corners_mm), 3))
    matrix[on] = statics(corners_mm[on])
    return matrix


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
        self._behind: FloatArray | None = None

    @property
    def truth(self) -> dict[str, object]:
        """What is wrong with it, as JSON values: matrix and bias as in ``Flaws``."""
        return {"matrix": self._flaws.matrix.tolist(), "bias": self._flaws.bias.tolist()}

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
        values = true @ flaws.matrix.T
        if flaws.tipped is not None:
            along = flaws.diagonal
            beyond = true[:, 1] * along[1] - true[:, 2] * along[0] < 0.0  # which side of the diagonal the moment is on
            values = np.where(beyond[:, None], true @ flaws.tipped.T, values)
        if flaws.bent:
            values = values + flaws.bent * values * np.abs(values) / flaws.full
        if flaws.lag:
            values = values + self._lagging(values)
        values = values + flaws.bias + t_s[:, None] * flaws.drift_s
        values = np.asarray(values + flaws.noise * self._rng.standard_normal(values.shape), dtype=np.float64)
        clipped = np.any(np.abs(values) >= CLIP_SHARE * flaws.limit, axis=1)
        return np.asarray(np.clip(values, -flaws.limit, flaws.limit), dtype=np.float64), clipped

    def _lagging(self, values: FloatArray) -> FloatArray:
        """Return what hysteresis adds, (m, k): a slack follows the load at a distance and pulls the reading towards where it came from."""
        slack = LAG_WIDTH * self._flaws.full
        behind = np.zeros(values.shape[1]) if self._behind is None else self._behind
        out = np.empty_like(values)
        for row, now in enumerate(values):
            behind = np.minimum(np.maximum(behind, now - slack), now + slack)
            out[row] = behind - now
        self._behind = behind
        return np.asarray(out * self._flaws.lag / (2.0 * LAG_WIDTH), dtype=np.float64)


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
