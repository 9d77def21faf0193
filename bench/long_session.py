"""A session of half an hour in a process of its own, for its memory: `python -m bench.long_session make|live|idle FILE MINUTES`.

``make`` records a person who is tested all the time; ``live`` feeds it as the window does, in ticks of 16 ms, and ``idle`` feeds what
devices send while nobody is tested. Both print the resident memory in MB at the start and at each fifth of the time.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import psutil

from ankletest.cli.simulate import write
from ankletest.device import Notification
from ankletest.recording.reader import Recording
from ankletest.samples import Side
from ankletest.session import Finished, Session
from ankletest.trial import Setup
from bench.player import CHOICES
from drivers.catalog import MODELS
from drivers.people.body import Person
from drivers.people.world import World
from drivers.transports.simulator import simulate

TICK_NS = 16_000_000
FIFTHS = 5
VISIT = tuple(Setup(exam, side) for exam in ("stance", "hops") for side in Side)


def make(path: Path, minutes: float) -> None:
    """Record a person who is tested again and again for at least so long."""
    visit, _ = simulate(VISIT, CHOICES["stance"], Person(), 1)
    rounds = 1 + int(60e9 * minutes / visit[-1].received_ns)
    setups = [replace(setup, trial=str(number)) for number, setup in enumerate(VISIT * rounds)]
    items, _ = simulate(setups, CHOICES["stance"], Person(), 1)
    write(path, items, MODELS)


def live(path: Path, minutes: float) -> list[float]:
    """Feed a recording and keep what the window keeps: the trials."""
    return fed(takewhile(lambda item: item.received_ns < 60e9 * minutes, Recording.open(path).notifications()), minutes)


def idle(_: Path, minutes: float) -> list[float]:
    """Feed what devices send while a person stands beside the pad."""
    return fed(beside_the_pad(minutes), minutes)


def beside_the_pad(minutes: float) -> Iterator[Notification]:
    """Yield what simulated devices send for so long, made second by second."""
    choices = CHOICES["stance"]
    yield simulate((), choices, Person(), 1)[0][0]
    world = World(choices, person=Person(), seed=1)
    for second in range(1, round(60 * minutes) + 1):
        yield from world.advance(float(second))


def fed(items: Iterator[Notification], minutes: float) -> list[float]:
    """Feed a session tick by tick; return the memory at each fifth, MB."""
    session = Session(MODELS)
    finished: list[Finished] = []
    found: list[float] = [resident()]
    tick: list[Notification] = []
    until_ns = TICK_NS
    for item in items:
        if item.received_ns >= until_ns:
            finished.extend(session.feed(tick).finished)
            tick = []
            until_ns = item.received_ns + TICK_NS
            if item.received_ns >= len(found) * 60e9 * minutes / FIFTHS:
                found.append(resident())
                if len(found) > FIFTHS:
                    return found
        tick.append(item)
    return [*found, resident()]


def resident() -> float:
    """Return the resident memory of this process, MB."""
    return psutil.Process().memory_info().rss / 1e6


if __name__ == "__main__":
    what, where, long = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    if what == "make":
        make(where, long)
    else:
        print(" ".join(f"{mb:.1f}" for mb in {"live": live, "idle": idle}[what](where, long)))
