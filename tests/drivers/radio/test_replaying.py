"""A test on the air in which something goes wrong, and its recording: the same samples, events and numbers, to the bit.

``visit`` replays every visit and compares; here a test is going on meanwhile, so that there are numbers.
"""

from collections.abc import Callable

import pytest

from ankletest.analysis import completed
from ankletest.metrics.base import MetricValue, Status
from ankletest.trial import Outcome
from tests.seen import Seen


def lost_and_regained(air, running, device: str) -> None:
    sensor = {"pad": air.pad, "foot-left": air.foot}[device]
    air.do(sensor.drop)
    running.until(lambda: "lost" in running.states(device))
    running.until(running.streams("pad", "foot-left"))


def garbage(air, running) -> None:
    for payload in (b"", b"\xde\xad", b"\xff" * 20, bytes(240)):
        air.do(air.pad.garbage, payload)
        air.do(air.foot.garbage, payload)


def silent(air, running) -> None:
    air.foot.silent = True
    running.until(lambda: "lost" in running.states("foot-left"))
    air.foot.silent = False
    running.until(running.streams("foot-left"))


def powered_off(air, running) -> None:
    air.do(air.bluez.power, False)
    running.until(lambda: "Bluetooth is switched off" in running.said("pad"))
    air.do(air.bluez.power, True)
    running.until(running.streams("pad", "foot-left"))


def daemon_died(air, running) -> None:
    air.crash()
    running.until(lambda: all("lost" in running.states(device) for device in ("pad", "foot-left")))
    air.boot()
    running.until(running.streams("pad", "foot-left"))


COMPLETED: dict[str, tuple[Callable[..., None], float, int]] = {
    "garbage": (garbage, 10.0, 25),
    "the foot sensor is lost and regained": (lambda air, running: lost_and_regained(air, running, "foot-left"), 10.0, 25),
    "the foot sensor falls silent": (silent, 1.0, 1),
}
"""What does not end a test that the pad drives; how long it is, s, and how many numbers it has at least: most need ten seconds."""
INVALID: dict[str, Callable[..., None]] = {
    "the pad is lost and regained": lambda air, running: lost_and_regained(air, running, "pad"),
    "Bluetooth is switched off and on": powered_off,
    "the daemon dies": daemon_died,
}


def told(seen: Seen) -> list[tuple[MetricValue, ...]]:
    return [completed(finished).values for finished in seen.finished]


@pytest.mark.parametrize("happening", COMPLETED)
def test_a_test_that_goes_on_replays_to_the_same_numbers(air, visit, happening: str) -> None:
    act, duration_s, least = COMPLETED[happening]
    running = visit("pad", "foot-left")
    running.until(running.streams("pad", "foot-left"))
    running.test(duration_s=duration_s)
    running.until(lambda: running.phase == "hold")
    act(air, running)
    running.until(lambda: len(running.seen.finished) == 1, within_s=duration_s + 5.0)
    running.stop()
    (numbers,), again = told(running.seen), told(running.replayed())

    assert running.seen.finished[0].trial.outcome is Outcome.COMPLETED
    assert repr([numbers]) == repr(again)
    assert sum(number.status is not Status.INVALID for number in numbers) >= least


@pytest.mark.parametrize("happening", INVALID)
def test_a_test_that_is_cut_off_and_the_one_after_it_replay_to_the_same(air, visit, happening: str) -> None:
    running = visit("pad", "foot-left")
    running.until(running.streams("pad", "foot-left"))
    running.test()
    running.until(lambda: running.phase == "hold")
    INVALID[happening](air, running)
    running.until(lambda: len(running.seen.finished) == 1)
    running.test()
    running.until(lambda: len(running.seen.finished) == 2)
    running.stop()

    assert [f.trial.outcome for f in running.seen.finished] == [Outcome.INVALID, Outcome.COMPLETED]
    assert repr(told(running.seen)) == repr(told(running.replayed()))
