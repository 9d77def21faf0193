"""Pauses between attempts."""

import pytest

from drivers.link import GOODBYE_S
from drivers.reconnect import Backoff, Patience


def test_pauses_double_from_a_quarter_of_a_second_to_four_seconds() -> None:
    policy = Backoff()

    assert [policy.pause_s(failures) for failures in range(8)] == [0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 4.0, 4.0]


def test_a_day_without_the_device_does_not_overflow() -> None:
    assert Backoff().pause_s(100_000) == 4.0


@pytest.mark.parametrize("fields", [{"first_s": 0.0}, {"first_s": 5.0}, {"factor": 0.5}, {"first_s": float("nan")}])
def test_a_policy_that_does_not_grow_is_refused(fields: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no policy of growing pauses"):
        Backoff(**fields)


def test_saying_goodbye_fits_into_the_time_the_link_gives() -> None:
    patience = Patience()

    # The stop script usually takes 0.1 s and a disconnect 2.2 s; both at their limit are cut by the link, and no device waits for it.
    assert 2.2 < patience.part_s < GOODBYE_S
    assert patience.stop_s + 2.2 < GOODBYE_S
