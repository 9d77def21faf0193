"""What can happen between choosing a device and its first sample."""

import pytest
from atp_frames import CONTROL, DATA, index_of

from ankletest.device import Notice


def test_start_may_be_asked_for_before_the_device_is_switched_on(air, visit) -> None:
    air.pad.peripheral.advertising = False
    running = visit("pad", "foot-left")
    running.until(running.streams("foot-left"))  # who is there does not wait for who is not
    running.until(lambda: "has not been seen yet" in running.said("pad"))
    air.pad.peripheral.advertising = True
    running.until(running.streams("pad", "foot-left"))

    assert running.states("foot-left") == ["searching", "connecting", "streaming"]
    assert "ankletest force pad (pad) is connected." in running.said("pad")


def test_two_devices_that_are_searched_share_one_scan(air, visit) -> None:
    for sensor in (air.pad, air.foot):
        sensor.peripheral.advertising = False
    running = visit("pad", "foot-left")
    running.until(lambda: all("has not been seen yet" in running.said(device) for device in ("pad", "foot-left")))
    for sensor in (air.pad, air.foot):
        sensor.peripheral.advertising = True
    running.until(running.streams("pad", "foot-left"))

    # BlueZ allows a program one scan at a time; a second one would be told to be busy.
    assert not any("busy" in running.said(device) for device in ("pad", "foot-left"))


@pytest.mark.announce_log("Failed to cancel connection")  # bleak says so whenever connecting fails and nothing was connected
def test_a_refused_connection_is_told_and_tried_again(air, visit) -> None:
    air.refuse(air.pad, "le-connection-refused")
    running = visit("pad")
    running.until(lambda: "did not accept the connection" in running.said("pad"))
    running.until(lambda: sum(method == "Connect" for _, method in air.bluez.calls) >= 3)
    air.pad.peripheral.refusal = None
    running.until(running.streams("pad"))

    assert running.said("pad").count("did not accept") == 1
    assert "le-connection-refused" in running.said("pad")


@pytest.mark.announce_log("Failed to cancel connection")  # bleak says so whenever connecting fails and nothing was connected
def test_a_link_that_drops_during_the_discovery_is_tried_again(air, visit) -> None:
    air.pad.peripheral.drops_in_discovery = True
    running = visit("pad")
    running.until(lambda: "The link to ankletest force pad (pad) was lost" in running.said("pad"))
    air.pad.peripheral.drops_in_discovery = False
    running.until(running.streams("pad"))


@pytest.mark.announce_log("Failed to cancel connection")  # bleak says so whenever connecting fails and nothing was connected
def test_a_connection_that_the_host_aborts_once_still_comes_to_stand(air, visit) -> None:
    air.pad.peripheral.aborts_once = True
    running = visit("pad")
    running.until(running.streams("pad"))

    # bleak tries again by itself and calls "disconnected" in between: that must not count as a loss.
    assert running.states("pad") == ["searching", "connecting", "streaming"]


def test_a_device_without_the_characteristics_of_its_model_is_told(air, visit) -> None:
    offered = next(iter(air.pad.peripheral.services.values()))
    offered.remove(air.pad.data)
    running = visit("pad")
    running.until(lambda: "does not speak like its model" in running.said("pad"))

    assert DATA in running.said("pad")
    assert "searching" in running.states("pad")


def test_a_device_that_does_not_answer_its_handshake_is_told(air, visit) -> None:
    air.pad.silent = True
    running = visit("pad")
    running.until(lambda: "no answer 82 01" in running.said("pad"))
    air.pad.silent = False
    running.until(running.streams("pad"))

    assert CONTROL in running.said("pad")


def test_a_device_that_wants_to_be_paired_is_told(air, visit) -> None:
    air.fail("StartNotify", "Failed", "Operation failed with ATT error: 0x05")
    running = visit("pad")
    running.until(lambda: "wants to be paired" in running.said("pad"))

    assert "Bluetooth settings" in running.said("pad")


def test_a_device_without_a_battery_is_used_all_the_same(air, visit) -> None:
    offered = list(air.pad.peripheral.services.values())[1]
    offered.clear()
    running = visit("pad")
    running.until(running.streams("pad"))

    assert running.payloads("pad", "battery") == []
    assert not [item for item in running.items if isinstance(item, Notice)]


def test_connecting_that_never_resolves_can_be_stopped(air, visit) -> None:
    air.pad.peripheral.never_resolves = True
    running = visit("pad")
    running.until(lambda: air.pad.peripheral.connected)

    assert running.stop() < 2.0
    assert not air.pad.peripheral.connected


def test_services_that_never_resolve_are_told_and_tried_again(air, visit) -> None:
    air.pad.peripheral.never_resolves = True
    running = visit("pad", "foot-left", connect_s=0.4)
    running.until(lambda: "does not answer" in running.said("pad"))
    running.until(lambda: running.states("pad").count("connecting") == 2)
    running.until(running.streams("foot-left"))  # one that hangs holds nobody up
    air.pad.peripheral.never_resolves = False
    running.until(running.streams("pad", "foot-left"))

    assert running.said("pad").count("does not answer") == 1
    assert "lost" not in running.states("foot-left")


def test_a_write_that_the_daemon_never_answers_is_told_and_let_go(air, visit) -> None:
    air.bluez.hanging.add("WriteValue")
    running = visit("pad", step_s=0.4)
    running.until(lambda: "does not answer" in running.said("pad"))
    air.bluez.hanging.clear()
    running.until(running.streams("pad"))


def test_connecting_that_hangs_can_be_stopped(air, visit) -> None:
    air.pad.peripheral.connect_hangs = True
    running = visit("pad")
    running.until(lambda: air.pad.peripheral.pending is not None)

    assert running.stop() < 2.0
    assert air.pad.peripheral.pending is None
    assert running.states("pad")[-1] == "stopped"


def test_a_device_that_another_program_holds_is_told_and_used_when_it_is_free(air, visit) -> None:
    other = visit("pad")  # a link of its own: other connections to the daemon, another loop, another thread
    other.until(other.streams("pad"))
    running = visit("pad")
    running.until(lambda: "has not been seen yet" in running.said("pad"))
    other.until(other.streams("pad"))
    other.stop()
    running.until(running.streams("pad"))

    assert "connected to another program" in running.said("pad")
    assert "lost" not in other.states("pad")  # nobody took it away
    arrived = [index_of(payload) for payload in running.payloads("pad", DATA)]
    assert arrived == list(range(len(arrived)))  # and the other's are not heard


@pytest.mark.announce_log("Failed to cancel connection")  # bleak says so whenever connecting fails and nothing was connected
@pytest.mark.parametrize(
    ("method", "name", "text"), [("Connect", "InProgress", "In Progress"), ("StartNotify", "NotPermitted", "Notify acquired")]
)
def test_another_program_that_was_quicker_is_told(air, visit, method: str, name: str, text: str) -> None:
    air.fail(method, name, text)
    running = visit("pad")
    running.until(lambda: "is used by another program" in running.said("pad"))
    air.bluez.faults.clear()
    running.until(running.streams("pad"))

    assert "Close what else talks to it" in running.said("pad")


def test_searching_can_be_stopped(air, visit) -> None:
    air.pad.peripheral.advertising = False
    running = visit("pad")
    running.until(lambda: running.states("pad") == ["searching"])

    assert running.stop() < 1.0


@pytest.mark.parametrize("method", ["StartDiscovery", "SetDiscoveryFilter"])
def test_a_search_that_the_system_refuses_is_told(air, visit, method: str) -> None:
    air.fail(method, "InProgress", "Operation already in progress")
    running = visit("pad")
    running.until(lambda: "busy with another search" in running.said("pad"))
    air.bluez.faults.clear()
    running.until(running.streams("pad"))
