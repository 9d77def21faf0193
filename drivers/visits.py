"""Simulated visits on demand, and the hub of this machine: what ``__main__`` hands to the command line and the window."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ankletest import exams
from ankletest.cli.parts import VisitWish
from ankletest.device import Choice, Notification
from ankletest.recording.reader import Recording
from ankletest.recording.writer import Recorder
from ankletest.samples import Side, Site
from drivers.catalog import MODELS
from drivers.hub import Hub
from drivers.people.body import Leg, Person
from drivers.people.faults import faults_of
from drivers.people.firmware import CORNERS_MM
from drivers.people.world import World
from drivers.source import Source
from drivers.transports import ble, hid
from drivers.transports.simulator import PRACTICE, PRACTICE_CHOICES, SimulatorSource, simulate

WEAKER = Leg(stiffness=0.8, sway=1.4, flight=0.85)
"""A leg some weeks after a sprain: softer, less steady, lower hops."""


def make_hub() -> Hub:
    """Return the devices of this machine: what is on the air, and practice devices."""
    return Hub(
        MODELS,
        recorder=Recorder,
        read=read_recording,
        aerial=ble.aerial,
        watch=ble.watch,
        wired=hid.wired,
        look=hid.watch,
        simulate=practice_source,
        practice=PRACTICE,
    )


def practice_source(choices: Sequence[Choice]) -> Source:
    """Return one simulated person with these devices, another one each time."""
    world = World(choices, person=Person(right=WEAKER), seed=time.monotonic_ns() & 0xFFFF)
    return SimulatorSource(world)


def simulate_visit(wish: VisitWish) -> tuple[Sequence[Notification], Mapping[str, object]]:
    """Return the notifications of a simulated visit and the truth behind them."""
    wanted = {
        Site.PAD: wish.pad,
        Site.FOOT: wish.feet,
        Site.LUMBAR: wish.lumbar,
        Site.SHANK: any(Site.SHANK in exams.by_key(setup.exam).drivers for setup in wish.setups),
    }
    choices = [
        replace(choice, rate_hz=wish.pad_rate_hz) if choice.site is Site.PAD else choice
        for choice in PRACTICE_CHOICES
        if (wanted.get(choice.site, False) and not choice.device.startswith("wit-")) or choice.device in wish.devices
    ]
    person = Person(
        mass_kg=wish.mass_kg,
        left=WEAKER if wish.weaker is Side.LEFT else Leg(),
        right=WEAKER if wish.weaker is Side.RIGHT else Leg(),
    )
    faults = faults_of({"loss": wish.loss, **({} if wish.touch_down_s is None else {"touch_down_s": wish.touch_down_s}), **wish.faults})
    session = {**({"date": wish.date} if wish.date else {}), **({"certificates": wish.certificates} if wish.certificates else {})}
    calibrations = [script(CORNERS_MM) for script in wish.calibrations]
    return simulate(wish.setups, choices, person, wish.seed, faults, session=session, calibrations=calibrations, align=wish.align)


def read_recording(path: Path) -> list[Notification]:
    """Return the notifications of a recording in order."""
    return list(Recording.open(path).notifications())
