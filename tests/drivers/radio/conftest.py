"""A fake BlueZ under the real bleak: on Linux with dbus-daemon; elsewhere these tests are skipped and say so."""

import asyncio
import gc
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from ankletest.device import Choice, Side, Site
from drivers.codecs import native_imu, native_pad
from drivers.reconnect import Backoff, Patience
from tests.seen import assert_equal

# Tests are not packages here, so the fakes beside this file can only be found like this.
sys.path.insert(0, str(Path(__file__).parent))

WHY_NOT = ""
if sys.platform != "linux":
    WHY_NOT = f"bleak's BlueZ backend runs on Linux only, this is {sys.platform}"
elif shutil.which("dbus-daemon") is None:
    WHY_NOT = "dbus-daemon is not installed (Debian: package dbus-daemon or dbus)"
else:
    from bleak.backends.bluezdbus.version import BlueZFeatures
    from contract import Outcome, Rig, run
    from harness import FOOT, OTHER_FOOT, PAD, SHANK, Air, Visit

    # bleak else starts `bluetoothctl --version` and keeps its answer in an Event of the first loop, which later loops cannot use.
    BlueZFeatures.checked_bluez_version = True

QUICK = Patience(search_s=0.8, connect_s=5.0, step_s=2.0, silence_s=0.5, battery_s=0.9, backoff=Backoff(first_s=0.05, longest_s=0.2))
"""Shorter than for people, long against what the fake needs (connect and discover: 20-60 ms)."""


@pytest.fixture
def air() -> "Iterator[Air]":
    if WHY_NOT:
        pytest.skip(WHY_NOT)
    threads, files = set(threading.enumerate()), psutil.Process().num_fds()
    with Air() as made:
        yield made
    time.sleep(0.02)
    gc.collect()  # what was left open says so, here and not in a later test
    left = [thread.name for thread in set(threading.enumerate()) - threads]
    assert not left, f"threads left behind: {left}"
    # bleak keeps the bus of an event loop that has ended open until a new loop asks for one; a link and a scan are two loops.
    assert psutil.Process().num_fds() <= files + 2, "file descriptors left behind"


@pytest.fixture
def visit(air: "Air", tmp_path: Path) -> "Iterator[Callable[..., Visit]]":
    """Start links to the pad (``pad``) and the foot sensor (``foot-left``).

    In the end they are stopped, in less than three seconds, and what was recorded is replayed: it must give the very same.
    """
    visits: list[Visit] = []

    def start(*devices: str, **waits_s: float) -> Visit:
        known = {
            "pad": Choice("pad", native_pad.KEY, PAD, Site.PAD, rate_hz=200.0),
            "foot-left": Choice("foot-left", native_imu.KEY, FOOT, Site.FOOT, Side.LEFT, rate_hz=200.0),
            "foot-right": Choice("foot-right", native_imu.KEY, OTHER_FOOT, Site.FOOT, Side.RIGHT, rate_hz=200.0),
            "shank-left": Choice("shank-left", native_imu.KEY, SHANK, Site.SHANK, Side.LEFT, rate_hz=200.0),
        }
        visits.append(Visit([known[device] for device in devices], tmp_path / f"{len(visits)}.mcap", replace(QUICK, **waits_s)))
        return visits[-1]

    yield start
    for started in visits:
        assert started.stop() < 3.0
        started.seen.finish()
        assert_equal(started.seen, started.replayed())


@pytest.fixture
def contract(air: "Air") -> "Callable[[str], Outcome]":
    """Run a scenario of the contract on the fake, with bleak alone."""
    return lambda scenario: asyncio.run(run(Rig(air), scenario))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Announce what bleak and dbus-fast themselves log when a link is ended in the middle of something; it depends on the moment."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.announce_log("D-Bus connection lost while disconnecting", "exception=BrokenPipeError(32"))
