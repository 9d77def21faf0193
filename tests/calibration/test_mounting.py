import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ankletest.samples import ACC, GYRO, FloatArray, G
from calibration.mounting import Mounting, mounting_of, slip_rad
from calibration.still import Still, still_of
from tests.calibration.boxes import RATE_HZ, times

SHANK = np.radians(26.0)


def bends(count: int = 5, *, peak: float = SHANK, out_of_plane: float = 0.0, back: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Return inclination forward and sideways of a segment that bends ``count`` times, 1.5 s out and back, 1 s between, rad."""
    t = np.arange(round((2.5 * count + 1.0) * RATE_HZ)) / RATE_HZ
    pitch, roll = np.zeros(len(t)), np.zeros(len(t))
    for k in range(count):
        u = np.clip((t - 1.0 - 2.5 * k) / 1.5, 0.0, 1.0)
        shape = np.sin(np.pi * u) ** 2
        pitch += back * peak * shape
        roll += out_of_plane * peak * shape * (-1.0) ** k
    return pitch, roll


def worn(mount: Rotation, pitch: FloatArray, roll: FloatArray, *, seed: int = 1) -> FloatArray:
    """Return samples of a sensor whose frame is turned by ``mount`` in the segment: (n, 6)."""
    rng = np.random.default_rng(seed)
    poses = Rotation.from_euler("y", pitch[:, None]) * Rotation.from_euler("x", roll[:, None])
    felt = poses.inv().apply((0.0, 0.0, G))
    rate = np.zeros((len(pitch), 3))
    rate[1:] = (poses[:-1].inv() * poses[1:]).as_rotvec() * RATE_HZ
    out = np.concatenate((mount.inv().apply(felt), mount.inv().apply(rate)), axis=1)
    out[:, ACC] += 1.7e-3 * G * rng.standard_normal((len(pitch), 3))
    out[:, GYRO] += np.radians(0.113) * rng.standard_normal((len(pitch), 3)) + np.radians((0.4, -0.6, 0.3))
    return out


def found(mount: Rotation, *, seed: int = 1, count: int = 5, back: float = 1.0, out_of_plane: float = 0.0) -> Mounting | None:
    none = np.zeros(round(3.0 * RATE_HZ))
    stance = still_of(times(len(none)), worn(mount, none, none, seed=seed + 1000))
    assert isinstance(stance, Still)
    rows = worn(mount, *bends(count, back=back, out_of_plane=out_of_plane), seed=seed)
    return mounting_of(times(len(rows), 3.0), rows, stance, rate_hz=RATE_HZ)


@pytest.mark.parametrize("seed", range(20))
def test_however_the_box_sits_its_axes_are_found(seed: int):
    mount = Rotation.random(random_state=seed)
    here = found(mount, seed=seed)

    assert here is not None
    # up in the segment = mount · up in the sensor, so the rows of axes are the rows of mount's matrix.
    off = Rotation.from_matrix(here.axes @ mount.as_matrix().T).magnitude()
    assert math.degrees(off) < 0.3  # algorithms.md 4, oracle
    assert here.movements == 5
    assert here.explained > 0.99
    assert here.agree > 0.95


def test_a_box_put_on_back_to_front_is_told_and_put_right():
    here = found(Rotation.from_euler("z", 180.0, degrees=True))

    assert here is not None
    assert abs(math.degrees(here.turned_rad)) == pytest.approx(180.0, abs=1.0)
    np.testing.assert_allclose(here.axes, np.diag((-1.0, -1.0, 1.0)), atol=0.01)


def test_a_first_movement_backward_turns_the_segment_round():
    """Which way is forward only the instruction tells: that is why the first movement is asked for."""
    here = found(Rotation.identity(), back=-1.0)

    assert here is not None
    assert abs(math.degrees(here.turned_rad)) == pytest.approx(180.0, abs=1.0)


def test_a_mirrored_axis_is_told_by_gravity():
    mount = Rotation.from_euler("xyz", (10.0, 20.0, 30.0), degrees=True)
    none = np.zeros(600)
    quiet, rows = worn(mount, none, none), worn(mount, *bends())
    for part in (quiet, rows):
        part[:, GYRO] *= -1.0
    stance = still_of(times(600), quiet)
    assert isinstance(stance, Still)
    here = mounting_of(times(len(rows), 3.0), rows, stance, rate_hz=RATE_HZ)

    assert here is None or here.agree < -0.9


def test_movements_out_of_the_plane_widen_the_uncertainty():
    clean, loose = found(Rotation.identity()), found(Rotation.identity(), out_of_plane=0.2)

    assert clean is not None
    assert loose is not None
    assert loose.heading_u_rad > clean.heading_u_rad
    assert loose.held_out_rad > math.radians(5.0)
    assert clean.held_out_rad < math.radians(1.0)


def test_a_person_who_does_not_move_has_no_axis():
    assert found(Rotation.identity(), count=0) is None
    assert found(Rotation.identity(), count=1) is None


def test_a_slip_is_the_angle_between_the_same_pose_before_and_after():
    before = np.array((0.0, 0.0, 1.0))

    assert math.degrees(slip_rad(before, Rotation.from_euler("y", 4.0, degrees=True).apply(before))) == pytest.approx(4.0, abs=1e-9)
