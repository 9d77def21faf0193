"""Advertisements merged into devices, and a scan over a scripted radio."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from ankletest.device import Advertisement, DeviceModel, Found, Kind, Site, TickSpec, TimeQuality
from ankletest.errors import DeviceError
from drivers.scan import Scan, See, Sightings, merged


def model(key: str, match: Callable[[Advertisement], int]) -> DeviceModel:
    def never() -> None:
        raise AssertionError("a scan talks to no device")

    return DeviceModel(key, key, (Kind.IMU,), (Site.FOOT,), TickSpec(1e-6, 32, TimeQuality.DEVICE), 100.0, match, never, never, never)


MODELS = (
    model("by name", lambda a: 60 if a.name.startswith("WT") else 0),
    model("by service", lambda a: 90 if "ffe5" in a.services else 0),
    model("by maker", lambda a: 60 if 0x100 in a.manufacturer or a.name == "WT-both" else 0),
)
PRACTICE = Found(Advertisement("sim:steady", "Steady"), "by name", 100, simulated=True)


def seen(*advertisements: Advertisement, practice: tuple[Found, ...] = ()) -> tuple[Found, ...]:
    sightings = Sightings(MODELS, practice)
    for advertisement in advertisements:
        sightings.see(advertisement)
    return sightings.found()


def test_the_best_score_names_the_model_and_the_first_of_equals_wins() -> None:
    found = seen(Advertisement("1", "WT901", ("ffe5",)), Advertisement("2", "WT901"), Advertisement("3", "WT-both"))

    assert [(f.advertisement.address, f.model, f.score) for f in found] == [
        ("1", "by service", 90),
        ("2", "by name", 60),
        ("3", "by name", 60),
    ]


def test_what_no_model_claims_is_not_listed() -> None:
    assert seen(Advertisement("1", "Headphones"), Advertisement("2", "")) == ()


def test_a_name_in_the_scan_response_is_added_to_the_services_of_the_advertisement() -> None:
    (found,) = seen(
        Advertisement("1", "", ("ffe5",), {0x100: b"a"}, -60), Advertisement("1", "WT901", (), {}, None), Advertisement("1", "", ("180f",))
    )

    assert found.advertisement == Advertisement("1", "WT901", ("ffe5", "180f"), {0x100: b"a"}, -60)
    assert found.model == "by service"


def test_the_newer_name_bytes_and_strength_are_right() -> None:
    before = Advertisement("1", "old", ("a",), {1: b"old", 2: b"kept"}, -90)
    now = Advertisement("1", "new", ("b", "a"), {1: b"new"}, -40)

    assert merged(before, now) == Advertisement("1", "new", ("a", "b"), {1: b"new", 2: b"kept"}, -40)


def test_the_strongest_is_first_and_practice_devices_are_last() -> None:
    found = seen(
        Advertisement("far", "WT", rssi_dbm=-90),
        Advertisement("near", "WT", rssi_dbm=-40),
        Advertisement("untold", "WT"),
        practice=(replace(PRACTICE, simulated=False),),
    )

    assert [f.advertisement.address for f in found] == ["near", "far", "untold", "sim:steady"]
    assert [f.simulated for f in found] == [False, False, False, True]


# ---- a scan going on ---------------------------------------------------------------------------------------------------------------


def until(condition: Callable[[], bool]) -> None:
    end = threading.Event()
    for _ in range(500):
        if condition():
            return
        end.wait(0.01)
    raise AssertionError("not within 5 s")


def test_a_scan_lists_what_its_radio_hands_over_until_it_is_stopped() -> None:
    stopped = threading.Event()

    async def watch(see: See, stop: asyncio.Event) -> None:
        see(Advertisement("1", "WT901"))
        await stop.wait()
        stopped.set()

    scan = Scan(MODELS, practice=(PRACTICE,), watch=watch)
    until(lambda: len(scan.found()) == 2)
    scan.stop()
    scan.stop()

    assert stopped.is_set()
    assert scan.problem() is None
    assert [f.advertisement.address for f in scan.found()] == ["1", "sim:steady"]
    assert "scan" not in {thread.name for thread in threading.enumerate()}


def test_a_radio_that_fails_is_told_and_tried_again_until_it_works() -> None:
    attempts: list[int] = []
    on = threading.Event()

    async def watch(see: See, stop: asyncio.Event) -> None:
        attempts.append(1)
        if not on.is_set():
            raise DeviceError("Bluetooth is switched off.", "Switch it on.")
        see(Advertisement("1", "WT901"))
        await stop.wait()

    scan = Scan(MODELS, practice=(PRACTICE,), watch=watch, retry_s=0.01)
    until(lambda: len(attempts) > 2)
    problem = scan.problem()
    found_without = scan.found()
    on.set()
    until(lambda: len(scan.found()) == 2)

    assert problem is not None
    assert (problem.message, problem.hint, problem.level) == ("Bluetooth is switched off.", "Switch it on.", "bad")
    assert found_without == (PRACTICE,)
    assert scan.problem() is None
    scan.stop()


def test_a_bug_on_the_scan_s_thread_reaches_who_asks() -> None:
    async def watch(see: See, stop: asyncio.Event) -> None:
        raise ZeroDivisionError

    scan = Scan(MODELS, watch=watch)
    scan._thread.join(5)

    with pytest.raises(ZeroDivisionError):
        scan.problem()
    scan.stop()


def test_what_the_system_is_connected_to_is_found_beside_a_radio_that_is_off() -> None:
    async def off(see: See, stop: asyncio.Event) -> None:
        raise DeviceError("Bluetooth is switched off.")

    async def look(see: See, stop: asyncio.Event) -> None:
        see(Advertisement("hid:1", "WT-board"))
        await stop.wait()

    scan = Scan(MODELS, watch=off, look=look, retry_s=0.01)
    until(lambda: len(scan.found()) == 1 and scan.problem() is not None)
    scan.stop()

    assert "scan" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize("which", ["watch", "look"])
def test_a_bug_of_either_way_to_look_ends_both(which: str) -> None:
    async def bug(see: See, stop: asyncio.Event) -> None:
        raise ZeroDivisionError

    async def well(see: See, stop: asyncio.Event) -> None:
        await stop.wait()

    scan = Scan(MODELS, watch=bug if which == "watch" else well, look=bug if which == "look" else well)
    scan._thread.join(5)

    with pytest.raises(ZeroDivisionError):
        scan.problem()
    scan.stop()


def test_a_machine_without_a_radio_finds_practice_devices_only() -> None:
    scan = Scan(MODELS, practice=(PRACTICE,), watch=None)

    assert scan.found() == (PRACTICE,)
    assert scan.problem() is None
    scan.stop()
