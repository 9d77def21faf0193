"""A visit written as the window writes it, for ``bench.killed``: its ``Visit`` over simulated devices, store, jobs and recorder, no pages.

What is told is told when the call that the window makes has returned: a trial that counts or not, how it felt, a stop, where the battery
stands, and how much of the recording is flushed.
"""

import itertools
import os
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QCoreApplication

from ankletest.device import Choice, Notification
from ankletest.programme.battery import planned, shipped
from ankletest.programme.felt import Felt, Reason, Stop
from ankletest.programme.round import Round
from ankletest.recording.keyhole import KEYHOLE, PURPOSE
from ankletest.recording.reader import Recording
from ankletest.recording.writer import Recorder
from ankletest.samples import Side
from ankletest.store.desk import RECORDINGS, Desk
from ankletest.store.keys import DataKey
from ankletest.store.people import Details
from ankletest.trial import Setup
from drivers.catalog import MODELS
from drivers.hub import Hub
from drivers.people.body import Person
from drivers.people.world import World
from drivers.transports.simulator import PRACTICE, PRACTICE_CHOICES, SimulatorSource
from ui.desk.desk_store import DeskStore
from ui.desk.store_port import ClientCard
from ui.jobs import Jobs
from ui.visit import Visit

NAME = "Unmistakable Personname"
BORN = date(1987, 3, 14)
NOTE = "Xylophonist, writes to unmistakable@example.org"
SAID = "Zwiebelkuchen after the second set"
SECRETS = (*NAME.split(), "unmistakable@example.org", "Xylophonist", "Zwiebelkuchen", BORN.isoformat(), f"{BORN:%d.%m.%Y}")
"""What no file may hold, however it is coded."""
FAST = 40.0
"""World seconds per real second."""
FLUSH_S = 0.02
"""Quicker than in life, so that a kill finds every state of a flush."""
TRIALS = 3


class Telling:
    """Tells a file what is kept; each line is there when ``__call__`` returns."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def __call__(self, *words: object) -> None:
        """Tell a line."""
        self._out.write(" ".join(map(str, words)) + "\n")
        self._out.flush()


class Writing:
    """One program's life: visits without end."""

    def __init__(self, folder: Path, key: bytes, told: TextIO) -> None:
        self.app = QCoreApplication([])
        desk = Desk.open(folder, DataKey(key))
        KEYHOLE.insert(desk.derive(PURPOSE))
        self._tell = Telling(told)
        self._recorder: Recorder | None = None
        self._store = DeskStore(desk)
        self._jobs = Jobs()
        began = time.monotonic_ns()

        def now_ns() -> int:
            return began + round((time.monotonic_ns() - began) * FAST)

        def simulate(choices: Sequence[Choice]) -> SimulatorSource:
            return SimulatorSource(World(choices, person=Person(), seed=3), now_ns=now_ns)

        hub = Hub(MODELS, recorder=self._record, read=_read, simulate=simulate, practice=PRACTICE, now_ns=now_ns)
        self.visit = Visit(hub, store=self._store, recordings=folder / RECORDINGS, jobs=self._jobs)

    def write(self) -> None:
        """Write visits without end."""
        for number in itertools.count():
            code = f"C-{number:04}"
            client = self._store.book.enter(Details(code, name=f"{NAME} {number}", birth_date=BORN, note=NOTE))
            self.visit.choose_client(ClientCard.of(client))
            self.visit.open(PRACTICE_CHOICES[:1])
            self._until(lambda: self.visit.session is not None and bool(self.visit.session.opened) and self.visit.session.now_s > 1.0)
            path = self.visit.recording
            battery = shipped()[0]
            self.visit.book.keep_round(Round.begin(battery, planned(battery)))
            self._tell("round", code)
            for trial in range(TRIALS):
                self._trial(counts=trial != 1)
                self._flushed(path)
            self.visit.close()
            self._until(lambda: not self.visit.leaving and not self._jobs.busy)
            self._flushed(path, "sealed")

    def _trial(self, *, counts: bool) -> None:
        known = len(self.visit.kept)
        self.visit.start(Setup("stance", Side.LEFT, duration_s=6.0))
        self._until(lambda: len(self.visit.kept) > known)
        token = self.visit.kept[-1].setup.trial
        self.visit.decide(counts=counts, why="" if counts else "a phone rang")
        self._tell("trial" if counts else "rejected", token)
        self.visit.note_felt(token, Felt(pain=2, note=SAID))
        self._tell("felt", token)
        if not counts:
            self.visit.note_stop(Stop(Reason.FATIGUE, token, datetime.now(UTC)))
            self._tell("stop", token)

    def _flushed(self, path: Path | None, what: str = "flushed") -> None:
        if path is not None and self._recorder is not None:
            self._tell(what, path.stem, self._recorder.flushed)

    def _record(self, path: Path, *, session: Mapping[str, object], opened_ns: int) -> Recorder:
        self._recorder = Recorder(path, session=session, opened_ns=opened_ns, flush_s=FLUSH_S, warn_below=0, stop_below=0)
        return self._recorder

    def _until(self, done: Callable[[], bool]) -> None:
        while not done():
            self.app.processEvents()
            time.sleep(0.001)


def write_visits(folder: Path, key: bytes, told: TextIO) -> None:
    """Write visits without end; every place where a program may leave something is in ``folder``'s parent."""
    for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        os.environ[name] = str(folder.parent)
    Writing(folder, key, told).write()


def _read(path: Path) -> Sequence[Notification]:
    return list(Recording.open(path).notifications())
