"""A scan through the real bleak."""

import time
from collections.abc import Callable

import pytest
from atp_frames import SERVICE

from drivers.catalog import MODELS
from drivers.scan import Scan
from drivers.transports.ble import watch


@pytest.fixture
def scan(air):
    made = Scan(MODELS, watch=watch, retry_s=0.1)
    yield made
    made.stop()


def until(condition: Callable[[], bool], within_s: float = 4.0) -> None:
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_scan_names_the_model_of_each_device(air, scan) -> None:
    until(lambda: len(scan.found()) == 2)

    found = {f.advertisement.address: f for f in scan.found()}
    assert found[air.pad.peripheral.address].model == "native-pad"
    assert found[air.foot.peripheral.address].model == "native-imu"
    assert all(f.score == 95 and not f.simulated for f in found.values())
    assert all(f.advertisement.services == (SERVICE,) for f in found.values())
    assert all(-60 < (f.advertisement.rssi_dbm or 0) < -40 for f in found.values())
    assert scan.problem() is None


def test_a_scan_says_that_bluetooth_is_off_and_goes_on_when_it_is_on(air) -> None:
    air.do(air.bluez.power, False)
    scan = Scan(MODELS, watch=watch, retry_s=0.1)
    until(lambda: scan.problem() is not None)
    problem = scan.problem()
    air.do(air.bluez.power, True)
    until(lambda: len(scan.found()) == 2)

    assert problem is not None
    assert (problem.level, problem.message) == ("bad", "Bluetooth is switched off.")
    assert "Switch Bluetooth on" in problem.hint
    assert scan.problem() is None
    scan.stop()


def test_a_scan_without_a_daemon_says_so(air) -> None:
    air.crash()
    scan = Scan(MODELS, watch=watch, retry_s=0.1)
    until(lambda: scan.problem() is not None)
    problem = scan.problem()
    scan.stop()

    assert problem is not None
    assert problem.message == "The system's Bluetooth service is not running."


def test_a_scan_and_a_link_can_run_side_by_side(air, scan, visit) -> None:
    running = visit("pad")
    running.until(running.streams("pad"))
    until(lambda: len(scan.found()) >= 1)

    assert "foot" not in running.said("pad")
    assert any(f.model == "native-imu" for f in scan.found())


def test_a_scan_is_stopped_at_once(air, scan) -> None:
    until(lambda: len(scan.found()) == 2)
    before = time.monotonic()
    scan.stop()
    scan.stop()

    assert time.monotonic() - before < 1.0
