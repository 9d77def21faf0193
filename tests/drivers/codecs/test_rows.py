"""Losses by steps of a counter, and readings cut where something is missing."""

import numpy as np
import pytest

from ankletest.samples import Kind
from drivers.codecs.rows import clipped_motion, lost_before, no_sense, readings, wide


def told(ticks: list[int], last: int | None, bits: int = 8) -> tuple[list[int], list[bool]]:
    lost, fresh = lost_before(np.array(ticks, dtype=np.int64), last, period=2.0, bits=bits, pause=100.0)
    return lost.tolist(), fresh.tolist()


def test_steps_of_more_than_a_period_are_losses() -> None:
    assert told([10, 12, 16, 22], 8) == ([0, 0, 1, 2], [False] * 4)


def test_steps_are_rounded_to_periods() -> None:
    assert told([0, 1, 5, 8], None) == ([0, 0, 1, 1], [True, False, False, False])


def test_the_first_sample_of_all_is_fresh() -> None:
    assert told([250], None) == ([0], [True])


def test_a_wrap_is_a_step_and_a_way_back_is_a_fresh_start() -> None:
    assert told([254, 0, 2], 252) == ([0, 0, 0], [False] * 3)
    assert told([254, 2], 252) == ([0, 1], [False, False])
    assert told([50, 40], 48) == ([0, 0], [False, True])


def test_without_a_wrap_a_way_back_is_a_fresh_start_at_any_distance() -> None:
    assert told([10**15, 5, 7], 10**15 - 2, bits=0) == ([0, 0, 0], [False, True, False])


def test_a_pause_and_a_time_that_stands_still_are_fresh_starts() -> None:
    assert told([10, 110], 8) == ([0, 49], [False, False])
    assert told([10, 111], 8) == ([0, 0], [False, True])
    assert told([10, 10], 8) == ([0, 0], [False, True])


def test_readings_begin_at_losses_and_fresh_starts() -> None:
    ticks = np.array([1, 2, 5, 6, 1], dtype=np.int64)
    found = readings(
        Kind.FORCE,
        ticks=ticks,
        values=ticks[:, np.newaxis].astype(np.float64),
        clipped=ticks == 6,
        owners=np.array([0, 2, 2, 3, 3], dtype=np.int64),
        lost=np.array([4, 0, 2, 0, 0], dtype=np.int64),
        fresh=np.array([False, False, False, False, True]),
    )

    assert [(r.ticks.tolist(), r.payloads.tolist(), r.ends.tolist(), r.lost_before) for r in found] == [
        ([1, 2], [0, 2], [1, 2], 4),
        ([5, 6], [2, 3], [1, 2], 2),
        ([1], [3], [1], 0),
    ]
    assert [r.clipped.tolist() for r in found] == [[False, False], [False, True], [False]]


def test_signalling_nan_becomes_nan_without_a_warning() -> None:
    assert np.isnan(wide(np.frombuffer(bytes.fromhex("0100a07f"), dtype="<f4"))).all()


@pytest.mark.parametrize(("acc", "gyro", "clipped"), [(9.95, 0.0, True), (-9.95, 0.0, True), (9.94, 4.97, False), (0.0, -4.975, True)])
def test_motion_is_clipped_from_99_5_percent_of_either_range_on(acc: float, gyro: float, clipped: bool) -> None:
    row = np.array([[0.0, acc, 0.0, 0.0, gyro, 0.0]])

    assert clipped_motion(row, acc_m_s2=10.0, gyro_rad_s=5.0).tolist() == [clipped]


def test_a_strange_characteristic_is_told_with_every_payload() -> None:
    decoded = no_sense("some", [b"\x01", b"\x02"], "abcd")

    assert [error.why for error in decoded.rejected] == ["nothing is known of characteristic abcd"] * 2
    assert decoded.readings == ()
