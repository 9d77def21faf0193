"""A long session of a pad and a foot sensor in a hurry: through link, recorder, queue and session, as fast as the machine goes."""

import asyncio
import gc
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from ankletest.device import Notice, Notification
from ankletest.recording.writer import Recorder
from ankletest.samples import Side
from ankletest.session import Session
from ankletest.trial import Setup
from drivers.catalog import MODELS
from drivers.hub import Hub
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.world import World
from drivers.source import Put, Tell
from drivers.transports.simulator import PRACTICE_CHOICES
from drivers.visits import read_recording

CHOICES = tuple(choice for choice in PRACTICE_CHOICES if choice.device in ("pad", "foot-left"))
FAULTS = Faults(loss=0.01, burst=3.0)
STEP_S = 0.25
"""World time that is made at once, and drained whole before more is made: what waits in the queue is not what grows."""
TEST_EVERY_S = 300.0
ROOT = Path(__file__).parent.parent
WORLD = "drivers/people/"
"""The simulated world remembers what it lost, to be asked for the truth."""


def held() -> Counter[str]:
    """Return how many bytes each file of the project and its libraries has allocated and not let go, but for the simulated world.

    `tracemalloc` has to be on; what nobody can reach any more is let go first.
    """
    gc.collect()
    found: Counter[str] = Counter()
    for statistic in tracemalloc.take_snapshot().statistics("filename"):
        file = Path(statistic.traceback[0].filename)
        if file.is_relative_to(ROOT) and not file.is_relative_to(ROOT / WORLD):
            found[file.relative_to(ROOT).as_posix()] += statistic.size
    return found


class Hasty:
    """A simulated world as a source that waits for nobody but who drains (`drivers.source.Source`)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.made_s = 0.0
        self.full = False  # a step waits to be drained

    def now_ns(self) -> int:
        return round(1e9 * self.made_s)

    def operator(self, event: Mapping[str, object], received_ns: int) -> None:
        self._world.operator(event, max(1e-9 * received_ns, self.made_s))

    async def run(self, put: Put, tell: Tell, stop: asyncio.Event) -> None:  # noqa: ARG002  nothing goes wrong that has to be told
        while not stop.is_set():
            if self.full:
                await asyncio.sleep(1e-4)
                continue
            self.made_s += STEP_S
            for notification in self._world.advance(self.made_s):
                put(notification)
            self.full = True


class Followed(Recorder):
    """A recorder that can be waited for: what still waits for the disk is not what grows."""

    handed = 0

    def put(self, n: Notification) -> None:
        super().put(n)
        self.handed += 1

    def catch_up(self) -> None:
        """Return when all that was put is on the disk; the open event was so from the first."""
        while self.flushed <= self.handed and self.trouble is None:
            time.sleep(1e-2)


@dataclass(slots=True)
class Kept:
    """What a ledger must say of a device."""

    samples: int = 0
    lost: int = 0
    told_percent: float = 0.0
    true_lost: int = 0


@dataclass(frozen=True, slots=True)
class Minute:
    """Where a soak is: world minutes, tests done, the resident memory, and what each file holds of it."""

    minutes: float
    tests: int
    resident_mb: float
    held: Counter[str]


class Soak:
    """A session that is run minute by minute; nothing that comes out of it is kept."""

    def __init__(self, path: Path, *, seed: int = 1, test_every_s: float = TEST_EVERY_S) -> None:
        self._test_every_s = test_every_s
        self._world = World(CHOICES, person=Person(), seed=seed, faults=FAULTS)
        self._source = Hasty(self._world)
        self._session = Session(MODELS)
        self._recorders: list[Followed] = []
        hub = Hub(MODELS, recorder=self._record, read=read_recording, simulate=lambda _: self._source, now_ns=self._source.now_ns)
        self._link = hub.open(CHOICES, record=path, session={"session": "soak"})
        self.kept = {choice.device: Kept() for choice in CHOICES}
        self.notices: list[Notice] = []
        self._tests = 0

    def run(self, minutes: float, *, every: float) -> Iterator[Minute]:
        """Run, and tell where it is each so many minutes; nothing is on its way then."""
        self._link.start()
        told, tested_s = 0.0, 0.0
        while told < minutes:
            if not self._source.full:
                time.sleep(1e-4)  # let the link's thread work
                continue
            self._drain()
            if self._session.now_s - tested_s > self._test_every_s:
                tested_s = self._session.now_s
                self._link.post({"event": "start", "setup": Setup("stance", Side.LEFT, duration_s=10.0, trial=str(tested_s)).as_json()})
            if self._session.now_s >= 60.0 * (told + every):
                told += every
                self._recorders[-1].catch_up()
                yield Minute(told, self._tests, psutil.Process().memory_info().rss / 1e6, held())
            self._source.full = False
        self._link.stop()
        self._drain()
        self._reckon()

    def _record(self, path: Path, *, session: Mapping[str, object], opened_ns: int) -> Recorder:
        self._recorders.append(Followed(path, session=session, opened_ns=opened_ns))
        return self._recorders[-1]

    @property
    def let_go(self) -> int:
        """Notifications that were not handed over."""
        return self._link.let_go

    def _drain(self) -> None:
        items = self._link.drain()
        notifications: list[Notification] = []
        for item in items:
            if isinstance(item, Notification):
                notifications.append(item)
            elif isinstance(item, Notice):
                self.notices.append(item)
            else:
                raise item
        if not notifications:
            return
        update = self._session.feed(notifications)
        self._tests += len(update.finished)
        for block in update.blocks:
            kept = self.kept[block.device]
            kept.samples += len(block.t_s)
            kept.lost += block.lost_before

    def _reckon(self) -> None:
        """Say what the ledger told, and what truly was lost between the first sample that came and the last."""
        devices = self._world.truth["devices"]
        for name, kept in self.kept.items():
            kept.told_percent = self._session.devices[name].loss_percent
            lost: dict[int, int] = dict(devices[name]["lost"])
            first = 0
            while first in lost:
                first += lost[first]
            end = first + kept.samples + kept.lost
            kept.true_lost = sum(n for index, n in lost.items() if first <= index < end)
