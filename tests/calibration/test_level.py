import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from ankletest.samples import FloatArray, G
from calibration.level import least_turn, level_of
from calibration.still import Still, still_of
from tests.calibration.boxes import Box, box_of, times


def quiet(seed: int = 1) -> Box:
    box = box_of(seed)
    return Box(np.eye(3), np.zeros(3), np.eye(3), np.zeros(3), box.rng)


def reading(box: Box, base: Rotation, floor: Rotation, heading_deg: float) -> Still:
    """Return a reading of a box whose sensor sits ``base`` in it, on a floor, turned about the floor's normal."""
    pose = floor * Rotation.from_euler("z", heading_deg, degrees=True) * base
    found = still_of(times(400), box.rests(pose.inv().apply((0.0, 0.0, 1.0)), 2.0))
    assert isinstance(found, Still)
    return found


BASE = Rotation.from_euler("xy", (1.4, -2.2), degrees=True)
FLOOR = Rotation.from_euler("xy", (0.7, 0.4), degrees=True)


def off_base(base: FloatArray) -> float:
    return float(np.linalg.norm(np.cross(base, BASE.inv().apply((0.0, 0.0, 1.0)))))


@pytest.mark.parametrize("heading", [0.0, 47.0, 200.0])
def test_the_flip_tells_the_base_and_the_floor_apart(heading: float):
    box = quiet()
    found = level_of(reading(box, BASE, FLOOR, heading), reading(box, BASE, FLOOR, heading + 180.0), math.pi, tilt_u_rad=0.0)
    base = BASE.inv().apply((0.0, 0.0, 1.0))

    # Noise of two means: 0.0085 m/s² over the root of 400 is 0.005°.
    assert math.degrees(float(np.linalg.norm(np.cross(found.base, base)))) < 0.03
    assert math.degrees(found.floor_rad) == pytest.approx(math.degrees(FLOOR.magnitude()), abs=0.03)
    assert math.degrees(found.base_rad) == pytest.approx(math.degrees(BASE.magnitude()), abs=0.03)


def test_after_it_a_level_floor_reads_level():
    box = quiet(2)
    found = level_of(reading(box, BASE, FLOOR, 10.0), reading(box, BASE, FLOOR, 190.0), math.pi, tilt_u_rad=0.0)
    level = reading(box, BASE, Rotation.identity(), 77.0)

    up = level.up @ found.matrix.T

    assert math.degrees(math.acos(float(up[2]))) < 0.03
    np.testing.assert_allclose(found.matrix @ found.matrix.T, np.eye(3), atol=1e-12)


def test_a_bias_of_the_accelerometer_is_part_of_the_base():
    box = quiet(3)
    off = Box(box.acc, np.array((0.020 * G, 0.0, 0.0)), box.gyro, box.gyro_bias, box.rng)
    level = Rotation.identity()

    found = level_of(reading(off, level, FLOOR, 0.0), reading(off, level, FLOOR, 180.0), math.pi, tilt_u_rad=0.0)

    assert math.degrees(found.base_rad) == pytest.approx(1.146, abs=0.03)  # metrics.md LU-01
    assert math.degrees(found.floor_rad) == pytest.approx(math.degrees(FLOOR.magnitude()), abs=0.03)


@pytest.mark.parametrize("missed_deg", [-25.0, 25.0])
def test_a_turn_that_misses_half_round_is_reckoned_with(missed_deg: float):
    box = quiet(4)
    steep = Rotation.from_euler("x", 2.0, degrees=True)
    turned = math.radians(180.0 + missed_deg)
    found = level_of(reading(box, BASE, steep, 0.0), reading(box, BASE, steep, 180.0 + missed_deg), turned, tilt_u_rad=0.0)

    assert math.degrees(off_base(found.base)) < 0.03
    assert math.degrees(found.floor_rad) == pytest.approx(2.0, abs=0.03)


def test_a_turn_that_is_told_wrong_is_in_the_uncertainty():
    box = quiet(4)
    steep = Rotation.from_euler("x", 2.0, degrees=True)
    found = level_of(reading(box, BASE, steep, 0.0), reading(box, BASE, steep, 180.0), math.pi * 1.03, tilt_u_rad=0.0)

    assert off_base(found.base) > math.radians(0.05)  # it is not nothing
    assert off_base(found.base) < 1.5 * found.u_rad


@pytest.mark.parametrize("heading", [0.0, 90.0, 335.0])
def test_the_reading_after_another_turn_is_foretold(heading: float):
    box = quiet(6)
    found = level_of(reading(box, BASE, FLOOR, 20.0), reading(box, BASE, FLOOR, 210.0), math.radians(190.0), tilt_u_rad=0.0)
    again = reading(box, BASE, FLOOR, 20.0 + heading)

    assert math.degrees(float(np.linalg.norm(np.cross(found.expected(math.radians(heading)), again.up)))) < 0.03


def test_both_readings_share_the_uncertainty_of_the_accelerometer():
    box = quiet(5)
    found = level_of(reading(box, BASE, FLOOR, 0.0), reading(box, BASE, FLOOR, 180.0), math.pi, tilt_u_rad=math.radians(0.1))

    assert math.degrees(found.u_rad) == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("end", [(1.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.6, 0.0, 0.8)])
def test_the_least_turn_turns_one_direction_into_the_other(end: tuple[float, float, float]):
    start: FloatArray = np.array((0.48, 0.6, 0.64))
    turn = least_turn(start, np.array(end))

    np.testing.assert_allclose(turn @ start, end, atol=1e-12)
    np.testing.assert_allclose(turn @ np.cross(start, end), np.cross(start, end), atol=1e-12)


def test_there_is_no_least_turn_to_the_opposite():
    with pytest.raises(ValueError, match="opposite"):
        least_turn(np.array((0.0, 0.0, 1.0)), np.array((0.0, 0.0, -1.0)))
