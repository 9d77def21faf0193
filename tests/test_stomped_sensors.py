"""Sensors that are worn, aligned by three stomps on the pad; the simulator knows how late each device truly is."""

import pytest

from ankletest.device import Choice
from ankletest.samples import Side, Site
from drivers.codecs import native_imu
from drivers.people.faults import Faults, Late
from tests.test_aligned_sensors import LATE_S, PAD, RIGHT, Room

SHANK = Choice("shank-right", native_imu.KEY, "sim:shank", Site.SHANK, Side.RIGHT, rate_hz=200.0)


@pytest.mark.parametrize("seed", range(20))
def test_a_late_sensor_on_the_leg_that_stomps_comes_back_within_the_stated_error(seed: int) -> None:
    worn = SHANK if seed % 2 else RIGHT
    room = Room((PAD, worn), seed=seed, faults=Faults(late=(Late(worn.device, LATE_S),), stomped=True))
    room.wait(5.0 + seed % 4)
    room.post({"event": "align"})
    while room.session.aligning is not None and not room.session.aligning.over(room.now_s):
        room.wait(0.25)
    room.post({"event": "align-end"})
    late_s = room.errors_s()[worn.device]
    (told,) = room.aligned

    assert told.why == ""
    assert told.impacts == 3
    # Knocks are told within 2 to 4 ms; of stomps nobody knows the way from the sole to the sensor.
    assert 0.008 < told.error_s < 0.010
    assert abs(told.offset_s - late_s) < told.error_s
    assert told.offset_s == pytest.approx(LATE_S, abs=0.015)


def test_a_sensor_on_the_other_leg_is_refused_in_words() -> None:
    left = Choice("foot-left", native_imu.KEY, "sim:left", Site.FOOT, Side.LEFT, rate_hz=200.0)
    room = Room((PAD, RIGHT, left), seed=1, faults=Faults(stomped=True))
    room.wait(5.0)
    told = {one.device: one for one in room.align()}

    assert told["foot-right"].told
    assert told["foot-left"].why.startswith("0 of 3 impacts were felt by both")
