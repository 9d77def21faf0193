"""A device, the radio or the daemon goes away in the middle, and comes back."""

import json
import time

import psutil
import pytest
from atp_frames import CONTROL, DATA, index_of

from ankletest.device import LINK
from drivers.codecs.atp import PINGS


def test_a_dropped_device_is_found_again_and_the_other_is_undisturbed(air, visit) -> None:
    running = visit("pad", "foot-left")
    running.until(running.streams("pad", "foot-left"))
    air.do(air.foot.drop)
    running.until(lambda: "lost" in running.states("foot-left"))
    running.until(running.streams("pad", "foot-left"))

    expected = ["searching", "connecting", "streaming", "lost", "searching", "connecting", "streaming"]
    indices = [index_of(payload) for payload in running.payloads("pad", DATA)]
    assert running.states("foot-left") == expected
    assert running.states("pad") == expected[:3]
    assert indices == list(range(len(indices)))
    assert "link to ankletest motion sensor (foot-left) was lost" in running.said("foot-left")
    assert "ankletest motion sensor (foot-left) is back." in running.said("foot-left")


def test_no_notification_comes_twice_and_no_file_stays_open_however_often_the_link_drops(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad"))
    files = psutil.Process().num_fds()
    opened = []
    for drops in range(1, 21):
        air.do(air.pad.drop)
        running.until(lambda n=drops: running.states("pad").count("lost") == n)
        running.until(running.streams("pad", more_than=10))
        opened.append(psutil.Process().num_fds() - files)

    frames = running.payloads("pad", DATA)
    assert len(frames) == len(set(frames))  # each carries the microsecond of its sending
    # Each connection that is not closed after a drop keeps a socket; one more may just be on its way.
    assert max(opened) <= 1


def test_every_value_of_the_handshake_comes_once_for_each_connection(air, visit) -> None:
    running = visit("pad")
    for connection in range(1, 4):
        running.until(running.streams("pad", more_than=5))
        air.do(air.pad.drop)
        running.until(lambda n=connection: running.states("pad").count("lost") == n)

    one = [0x82, *[0x86] * PINGS, 0x81]
    assert [payload[0] for payload in running.payloads("pad", CONTROL)][:30] == one * 3


def test_a_device_that_falls_silent_on_a_standing_link_is_noticed(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad"))
    air.pad.silent = True
    running.until(lambda: "lost" in running.states("pad"))
    air.pad.silent = False
    running.until(running.streams("pad"))

    why = next(json.loads(p)["why"] for p in running.payloads("pad", LINK) if json.loads(p)["state"] == "lost")
    assert why == "ankletest force pad (pad) has stopped sending (nothing for 0.5 s)."


def test_a_crash_of_bluetoothd_is_noticed_by_silence_and_a_new_daemon_is_used(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad"))
    air.crash()
    running.until(lambda: "has stopped sending" in running.said("pad"))
    running.until(lambda: "Bluetooth service is not running" in running.said("pad"))
    air.boot()
    running.until(running.streams("pad"))

    assert running.states("pad")[-1] == "streaming"


def test_bluetooth_switched_off_and_on(air, visit) -> None:
    running = visit("pad", "foot-left")
    running.until(running.streams("pad", "foot-left"))
    air.do(air.bluez.power, False)
    running.until(lambda: all("Bluetooth is switched off" in running.said(device) for device in ("pad", "foot-left")))
    air.do(air.bluez.power, True)
    running.until(running.streams("pad", "foot-left"))

    assert running.said("pad").count("Bluetooth is switched off") == 1  # not once for each attempt


def test_bluetooth_switched_off_during_a_search_is_told(air, visit) -> None:
    air.pad.peripheral.advertising = False
    running = visit("pad")
    running.until(lambda: running.states("pad") == ["searching"])
    time.sleep(0.1)  # the scan is going on, and will not hear of it
    air.do(air.bluez.power, False)
    running.until(lambda: "Bluetooth is switched off" in running.said("pad"))
    air.do(air.bluez.power, True)
    air.pad.peripheral.advertising = True
    running.until(running.streams("pad"))


def test_an_adapter_that_is_pulled_out_is_told(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad"))
    air.do(air.bluez.unplug)
    running.until(lambda: "no Bluetooth adapter" in running.said("pad"))

    assert running.states("pad")[-1] in ("lost", "searching")


@pytest.mark.announce_log("D-Bus connection to BlueZ was lost")
def test_the_bus_itself_dies_and_the_visit_can_still_be_ended(air, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad"))
    air.do(air.bluez.hush)
    air.bus.kill()
    running.until(lambda: "lost" in running.states("pad"))

    assert running.stop() < 3.0
    assert running.states("pad")[-1] == "stopped"
