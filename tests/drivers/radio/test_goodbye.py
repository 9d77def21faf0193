"""The end of a visit: quick, complete, and whatever is going on in that moment."""

import time

from atp_frames import CONTROL


def test_two_devices_are_let_go_in_parallel_by_a_daemon_that_needs_two_seconds(air, visit) -> None:
    for sensor in (air.pad, air.foot):
        sensor.peripheral.disconnect_s = 2.0  # the real one's timer
    running = visit("pad", "foot-left")
    running.until(running.streams("pad", "foot-left"))

    assert 1.9 < running.stop() < 3.0
    assert not air.pad.peripheral.connected
    assert not air.foot.peripheral.connected
    assert sum(method == "Disconnect" for _, method in air.bluez.calls) == 2


def test_the_stop_script_is_said_before_the_device_is_let_go(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad"))
    running.stop()

    assert running.payloads("pad", CONTROL)[-1] == bytes((0x82, 3, 0))


def test_a_device_that_no_longer_answers_does_not_hold_up_the_end(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad"))
    air.pad.silent = True

    assert running.stop() < 2.0
    assert not air.pad.peripheral.connected


def test_a_stop_script_that_is_never_confirmed_does_not_hold_up_the_end(air, visit) -> None:
    running = visit("pad", step_s=5.0)
    running.until(running.streams("pad"))
    air.bluez.hanging.add("WriteValue")

    assert running.stop() < 2.0
    assert not air.pad.peripheral.connected


def test_a_daemon_that_never_lets_go_does_not_hold_up_the_end(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad"))
    air.bluez.hanging.add("Disconnect")

    assert running.stop() < 3.0
    assert running.states("pad")[-1] == "stopped"


def test_a_stop_while_a_silent_device_is_being_let_go_still_lets_it_go(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad"))
    air.pad.silent = True
    running.until(lambda: "lost" in running.states("pad"))  # it is now asked to stop, and does not answer

    assert running.stop() < 2.0
    assert not air.pad.peripheral.connected


def test_stop_in_the_moment_of_a_drop(air, visit) -> None:
    # A stop and a loss that arrive together are where a cancellation can be swallowed: eight moments, 3 ms apart.
    for moment in range(8):
        running = visit("pad")
        running.until(running.streams("pad", more_than=3))
        time.sleep(moment * 0.003)
        air.do(air.pad.drop)

        assert running.stop() < 2.0, moment
        assert running.states("pad")[-1] == "stopped"


def test_stop_is_idempotent(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad", more_than=3))
    running.stop()

    assert running.stop() < 0.1
