"""How a spot on the body moves, and what an ideal IMU there feels; small helpers to put movements together."""

from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray, G
from drivers.people.motion import bump, slope


@dataclass(frozen=True, slots=True)
class Pose:
    """Acceleration of a spot in the room and its inclination; poses of movements at the same time are added.

    Parameters
    ----------
    acc_m_s2 : (n, 3)
        x forward, y to the left, z up, without gravity.
    pitch_rad : (n,)
        Forward lean; plantarflexion of the foot.
    roll_rad : (n,)
        Lean to the right.
    """

    acc_m_s2: FloatArray
    pitch_rad: FloatArray
    roll_rad: FloatArray

    def __add__(self, other: "Pose") -> "Pose":
        return Pose(self.acc_m_s2 + other.acc_m_s2, self.pitch_rad + other.pitch_rad, self.roll_rad + other.roll_rad)


def pose(
    n: int,
    *,
    forward: FloatArray | float = 0.0,
    left: FloatArray | float = 0.0,
    up: FloatArray | float = 0.0,
    pitch: FloatArray | float = 0.0,
    roll: FloatArray | float = 0.0,
) -> Pose:
    """Return a pose of ``n`` rows from its parts."""
    acc = np.zeros((n, 3))
    acc[:, 0], acc[:, 1], acc[:, 2] = forward, left, up
    return Pose(acc, np.broadcast_to(np.asarray(pitch, dtype=np.float64), (n,)), np.broadcast_to(np.asarray(roll, dtype=np.float64), (n,)))


def felt(where: Pose, rate_hz: float) -> FloatArray:
    """Return specific force Rᵀ(a + g ẑ) and rate in the frame of the spot, (n, 6); R = R_y(pitch) R_x(roll)."""
    cp, sp = np.cos(where.pitch_rad), np.sin(where.pitch_rad)
    cr, sr = np.cos(where.roll_rad), np.sin(where.roll_rad)
    ax, ay, az = where.acc_m_s2[:, 0], where.acc_m_s2[:, 1], where.acc_m_s2[:, 2] + G
    level = sp * ax + cp * az
    nod, tip = slope(where.pitch_rad, rate_hz), slope(where.roll_rad, rate_hz)
    return np.stack([cp * ax - sp * az, cr * ay + sr * level, cr * level - sr * ay, tip, cr * nod, -sr * nod], axis=1)


@dataclass(frozen=True, slots=True)
class Lean:
    """Lean of the whole body about the ankle along one axis: rad, rad/s²; each (n,)."""

    rad: FloatArray
    rad_s2: FloatArray


def leaning(right: Lean, forward: Lean, *, height_m: float, share: float = 1.0) -> Pose:
    """Return the pose of a spot at ``height_m`` of a body that leans by ``share`` of both angles (a = z θ̈, tilt by θ)."""
    acc = np.zeros((len(right.rad), 3))
    acc[:, 0] = share * height_m * forward.rad_s2
    acc[:, 1] = -share * height_m * right.rad_s2
    return Pose(acc, share * forward.rad, share * right.rad)


def lifted(t_s: FloatArray, height: FloatArray, rate_hz: float, *, lift_m: float, pitch_rad: float) -> Pose:
    """Return the pose of a foot that is taken off the floor: ``height`` (n,) from 0 to 1 scales lift and pitch."""
    return pose(len(t_s), up=slope(slope(lift_m * height, rate_hz), rate_hz), pitch=pitch_rad * height)


def knock(t_s: FloatArray, at_s: float, *, peak_m_s2: float, length_s: float = 0.014) -> FloatArray:
    """Return the vertical acceleration of a foot that meets the floor: a spike and half as much back, (n,)."""
    spike = bump(t_s, at_s, at_s + length_s)
    back = bump(t_s, at_s + length_s, at_s + 3.0 * length_s)
    return np.asarray(peak_m_s2 * (spike - 0.5 * back), dtype=np.float64)
