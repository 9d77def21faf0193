"""The zero of a sensor's base and the tilt of a floor, from two readings with the sensor turned half round between them (flip test).

The first reading is the sensor's own tilt and the floor's, the second its own less the floor's: their mean is the sensor's, half their
difference the floor's (algorithms.md 8). A hand misses half a turn by degrees; the gyro tells by how many, and that is reckoned with.
Nothing has to be level.
"""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray
from ankletest.signals.angles import total_tilt_rad
from calibration.still import Still

TURNED_RAD, TURNED_OFF_RAD = math.pi, math.radians(25.0)
"""Half a turn, and how far a hand may miss it."""
TURN_U = 0.03
"""Standard uncertainty of what an uncalibrated gyro says of a turn, as a share of it."""


@dataclass(frozen=True, slots=True)
class Level:
    """What two readings tell.

    Parameters
    ----------
    base : (3,)
        Normal of the sensor's base in the sensor, up: what it reads as up on a level floor.
    base_rad
        How far that is from the sensor's axis next to it.
    floor : (2,)
        Tilt of the floor as the first reading has it, rad, along two axes across the base's normal.
    u_rad
        Standard uncertainty of the base's direction in one plane.
    turned_rad
        How far the sensor was turned between the readings, as its gyro says.
    """

    base: FloatArray
    base_rad: float
    floor: FloatArray
    u_rad: float
    turned_rad: float

    @property
    def floor_rad(self) -> float:
        """Tilt of the floor."""
        return float(np.linalg.norm(self.floor))

    def expected(self, turned_rad: float) -> FloatArray:
        """Return the reading, up in the sensor, with the sensor turned so far to the left since the first one, (3,)."""
        said = self.base + _across(self.base).T @ _turned(self.floor, -turned_rad)
        return np.asarray(said / np.linalg.norm(said), dtype=np.float64)

    @property
    def matrix(self) -> FloatArray:
        """The least rotation that makes the base's normal the axis next to it, (3, 3); ``values @ matrix.T``."""
        return least_turn(self.base, nearest_axis(self.base))


def level_of(first: Still, second: Still, turned_rad: float, *, tilt_u_rad: float) -> Level:
    """Return the zero of the base and the floor's tilt.

    Parameters
    ----------
    first, second
        Readings with the sensor on the same place of the floor.
    turned_rad
        How far it was turned between them.
    tilt_u_rad
        Standard uncertainty of an inclination by the accelerometer's certificate. Both readings share it: it does not average out.
    """
    mean = np.asarray(first.up + second.up, dtype=np.float64)
    across = _across(mean / np.linalg.norm(mean))
    # What is fixed in the room turns the other way round in the sensor: second − first = (R(−ψ) − 1) floor.
    apart = np.linalg.solve(_turn(-turned_rad) - np.eye(2), across @ (second.up - first.up))
    base = np.asarray(first.up - across.T @ apart, dtype=np.float64)
    base = np.asarray(base / np.linalg.norm(base), dtype=np.float64)
    floor = np.asarray(_across(base) @ first.up, dtype=np.float64)
    noise = math.hypot(first.acc_u_m_s2, second.acc_u_m_s2) / (2.0 * float(np.linalg.norm(first.acc_m_s2)))
    # A turn that is told wrong by ε leaves ε/2 of the floor's tilt.
    missed = 0.5 * float(np.linalg.norm(floor)) * TURN_U * abs(turned_rad)
    u = math.hypot(noise, tilt_u_rad, missed)
    return Level(base, float(total_tilt_rad(base, nearest_axis(base))), floor, u, turned_rad)


def nearest_axis(direction: FloatArray) -> FloatArray:
    """Return the axis of the sensor, with its sign, that a direction (3,) is nearest to."""
    k = int(np.argmax(np.abs(direction)))
    axis = np.zeros(3)
    axis[k] = math.copysign(1.0, direction[k])
    return axis


def least_turn(start: FloatArray, end: FloatArray) -> FloatArray:
    """Return the rotation matrix, (3, 3), that turns one unit vector (3,) into another the short way."""
    cross, cos = np.cross(start, end), float(start @ end)
    if cos < -1.0 + 1e-12:
        raise ValueError("opposite directions have no short way")
    x, y, z = cross
    skew = np.array(((0.0, -z, y), (z, 0.0, -x), (-y, x, 0.0)))
    return np.asarray(np.eye(3) + skew + skew @ skew / (1.0 + cos), dtype=np.float64)


# ---- helpers --------------------------------------------------------------------------------------------------------------------


def _across(normal: FloatArray) -> FloatArray:
    """Return two axes across a direction (3,), as rows (2, 3), right-handed about it; near directions have near axes."""
    away = np.zeros(3)
    away[int(np.argmin(np.abs(normal)))] = 1.0
    one = np.cross(away, normal)
    one = one / np.linalg.norm(one)
    return np.stack((one, np.cross(normal, one)))


def _turn(angle_rad: float) -> FloatArray:
    c, s = math.cos(angle_rad), math.sin(angle_rad)
    return np.array(((c, -s), (s, c)))


def _turned(vector: FloatArray, angle_rad: float) -> FloatArray:
    return np.asarray(_turn(angle_rad) @ vector, dtype=np.float64)
