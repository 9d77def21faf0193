"""Sensors with known errors, posed by hand: what the tests of the motion sensor's calibration share."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from ankletest.samples import ACC, GYRO, FloatArray, G

RATE_HZ = 200.0
FACES = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], dtype=np.float64)
EDGES = np.array([[1, 1, 0], [1, -1, 0], [0, 1, 1], [0, 1, -1], [1, 0, 1], [-1, 0, 1]], dtype=np.float64) / np.sqrt(2.0)
CORNERS = np.array([[1, 1, 1], [-1, -1, 1]], dtype=np.float64) / np.sqrt(3.0)


@dataclass(frozen=True, slots=True)
class Box:
    """A sensor: ``said = matrix · true + bias + noise`` for acceleration (m/s²) and rate (rad/s)."""

    acc: FloatArray
    acc_bias: FloatArray
    gyro: FloatArray
    gyro_bias: FloatArray
    rng: np.random.Generator
    acc_noise: float = 1.2e-3 * G * np.sqrt(RATE_HZ / 100.0)
    gyro_noise: float = np.radians(0.08) * np.sqrt(RATE_HZ / 100.0)

    def says(self, acc: FloatArray, gyro: FloatArray) -> FloatArray:
        """Return (n, 6) samples of what is truly felt, (n, 3) each."""
        noise = self.rng.standard_normal((len(acc), 6))
        out = np.empty((len(acc), 6))
        out[:, ACC] = acc @ self.acc.T + self.acc_bias + self.acc_noise * noise[:, :3]
        out[:, GYRO] = gyro @ self.gyro.T + self.gyro_bias + self.gyro_noise * noise[:, 3:]
        return out

    def rests(self, up: FloatArray, seconds: float) -> FloatArray:
        """Return samples at rest with up (3,) in the true sensor frame."""
        n = round(seconds * RATE_HZ)
        return self.says(np.tile(G * up, (n, 1)), np.zeros((n, 3)))


def box_of(seed: int, *, skew: float = 0.002) -> Box:
    """Return an ordinary sensor: 0.3 % scale, 20 mg, 0.7 °/s, axes ``skew`` out of square."""
    rng = np.random.default_rng(seed)

    def matrix() -> FloatArray:
        return np.diag(1.0 + rng.normal(0.0, 0.003, 3)) @ (np.eye(3) + rng.normal(0.0, skew, (3, 3)) * (1.0 - np.eye(3)))

    acc, gyro = matrix(), matrix()
    return Box(acc, rng.uniform(-0.02, 0.02, 3) * G, gyro, np.radians(rng.uniform(-0.7, 0.7, 3)), rng)


def placed(poses: FloatArray, rng: np.random.Generator, *, degrees: float = 5.0) -> FloatArray:
    """Return poses (n, 3) put down by hand: each that much off (SD, all directions together)."""
    return np.stack([Rotation.from_rotvec(rng.normal(0.0, np.radians(degrees) / np.sqrt(3.0), 3)).apply(up) for up in poses])


def times(n: int, start_s: float = 0.0) -> FloatArray:
    """Return n sample times."""
    return start_s + np.arange(n) / RATE_HZ


def tilt_errors_rad(box: Box, matrix: FloatArray, bias: FloatArray, directions: FloatArray) -> FloatArray:
    """Return the error of gravity's direction by ``matrix (s − bias)`` for true directions (n, 3), rad, (n,).

    A sphere does not tell how the axes as a whole are turned, so a correction is triangular: the frame it gives is the true one turned by
    the orthogonal part of the sensor's inverse, which is no error; where the box sits is found when it is mounted.
    """
    turn, upper = np.linalg.qr(np.linalg.inv(box.acc))
    turn = turn * np.sign(np.diag(upper))
    said = (G * directions @ box.acc.T + box.acc_bias - bias) @ matrix.T
    true = directions @ turn
    return np.arctan2(np.linalg.norm(np.cross(said, true), axis=1), (said * true).sum(axis=1))
