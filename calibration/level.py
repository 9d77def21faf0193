"""The zero of a sensor's base and the tilt of a floor, from two readings with the sensor turned half round between them (flip test).

The first reading is the sensor's own tilt and the floor's, the second its own less the floor's: their mean is the sensor's, half their
difference the floor's (algorithms.md 8). The box may be turned by any half turn that a hand can make; nothing has to be level.
"""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray
from ankletest.signals.angles import total_tilt_rad
from calibration.still import Still

TURNED_RAD, TURNED_OFF_RAD = math.pi, math.radians(15.0)
"""Half a turn, and how far a hand may miss it: 15° leave 0.03 of the floor's tilt in the sensor's."""


@dataclass(frozen=True, slots=True)
class Level:
    """What two readings tell.

    Parameters
    ----------
    base : (3,)
        Normal of the sensor's base in the sensor, up: what it reads as up on a level floor.
    base_rad
        How far that is from the sensor's axis next to it.
    floor_rad
        Tilt of the floor.
    u_rad
        Standard uncertainty of the base's direction in one plane.
    turned_rad
        How far the sensor was turned between the readings, as its gyro says.
    """

    base: FloatArray
    base_rad: float
    floor_rad: float
    u_rad: float
    turned_rad: float

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
    mean = first.up + second.up
    base = np.asarray(mean / np.linalg.norm(mean), dtype=np.float64)
    axis = nearest_axis(base)
    noise = math.hypot(first.acc_u_m_s2, second.acc_u_m_s2) / (2.0 * float(np.linalg.norm(first.acc_m_s2)))
    floor = 0.5 * float(total_tilt_rad(first.up, second.up))
    # A turn that misses half round by ε leaves sin(ε/2) of the floor's tilt.
    missed = floor * abs(math.sin(0.5 * (abs(turned_rad) - TURNED_RAD)))
    u = math.hypot(noise, tilt_u_rad, missed)
    return Level(base, float(total_tilt_rad(base, axis)), floor, u, turned_rad)


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
