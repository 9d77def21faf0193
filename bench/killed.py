"""A visit that is written and killed: ``Writers`` starts one that writes until it is killed at a random moment, and looks at what is left.

What the writer says it has kept (a line for every accepted trial, and how much of the recording is flushed) must be there afterwards.
"""

import itertools
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TextIO, cast

from ankletest.device import Notification
from ankletest.metrics import METRICS
from ankletest.metrics.base import MetricValue, Status
from ankletest.recording.keyhole import KEYHOLE, PURPOSE, Keyhole
from ankletest.recording.reader import Recording, is_encrypted
from ankletest.recording.salvage import reseal, unsealed
from ankletest.recording.writer import Recorder
from ankletest.samples import Side
from ankletest.store.desk import RECORDINGS, Desk
from ankletest.store.keys import DataKey
from ankletest.trial import Outcome, Setup, Trial

ROOT = Path(__file__).parent.parent
KEY = bytes(range(32))
NAME = "Unmistakable Personname"
TRIALS = 4
"""Trials a visit; then its recording is sealed and the next visit begins."""
FLUSH_S = 0.02
"""Quicker than in life, so that a kill finds every state of a flush."""
TOLD = "told.txt"
LINES, LINE_BYTES = 24, 27
"""A kill comes after so many lines of the writer at most, by their mean length: two or three visits. Counted and not timed, as a writer
on a busy machine is slow."""
LATER_S = 0.05
"""And up to this time later, s: a save and a flush."""
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A finished trial with numbers, as a session gives it."""

    trial: Trial
    values: tuple[MetricValue, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a kill left: trials said to be kept and those that are not there, notifications likewise, and what else was wrong."""

    trials: int
    lost_trials: int
    flushed: int
    lost_flushed: int
    wrong: tuple[str, ...]


def measured(number: int) -> Measured:
    """Return a trial with some numbers."""
    trial = Trial(Setup("stance", Side.LEFT, trial=f"t-{number}"), Outcome.COMPLETED, (), (0.0, 30.0), (0.0, math.nan))
    return Measured(trial, tuple(MetricValue(m, 1.5, Status.OK, (), 0.1, (0.0, 30.0), "P-COP") for m in METRICS[:20]))


def write_visits(folder: Path, told: TextIO) -> None:
    """Write visits without end; tell what is kept, once it is."""
    desk = Desk.open(folder, DataKey(KEY))
    KEYHOLE.insert(desk.derive(PURPOSE))
    for number in itertools.count():
        client = desk.add_client(f"C-{number:04}", name=f"{NAME} {number}")
        path = desk.folder / RECORDINGS / f"{number:04}.mcap"
        session = {"session": str(number), "client": client.code, "devices": []}
        recorder = Recorder(path, session=session, opened_ns=time.monotonic_ns(), flush_s=FLUSH_S, warn_below=0, stop_below=0)
        visit = desk.open_visit(client, path)
        for trial in range(TRIALS):
            for _ in range(20):
                recorder.put(Notification("pad", "ffe4", time.monotonic_ns(), os.urandom(64)))
            kept = desk.save_trial(visit, measured(trial))
            print("trial", kept, file=told, flush=True)
            print("flushed", number, recorder.flushed, file=told, flush=True)
            time.sleep(0.01)
        recorder.close()
        desk.seal_visit(visit, path, Recording.open(path).sha256())
        print("sealed", number, recorder.flushed, file=told, flush=True)


class Writers:
    """Starts writers from one program that has imported everything, so that a kill costs no start; use it in a ``with``."""

    def __init__(self, template: Path) -> None:
        Desk.open(template, DataKey(KEY)).close()
        self._template = template
        self._spawner = subprocess.Popen(
            [sys.executable, "-m", "bench.killed"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._asked, self._answered = cast("TextIO", self._spawner.stdin), cast("TextIO", self._spawner.stdout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._spawner.communicate()

    def kill_and_look(self, folder: Path, seed: int) -> Found:
        """Let a writer write into a folder, kill it at a random moment, and look at what is there."""
        asked, answered = self._asked, self._answered
        folder.mkdir()
        shutil.copytree(self._template, folder / "data")
        asked.write(f"{folder}\n")
        asked.flush()
        pid = int(answered.readline())
        rnd = random.Random(seed)
        wanted, patience = rnd.randrange(LINES), time.monotonic() + PATIENCE_S
        while (folder / TOLD).stat().st_size < wanted * LINE_BYTES and time.monotonic() < patience:
            time.sleep(0.002)
        time.sleep(rnd.uniform(0.0, LATER_S))
        os.kill(pid, signal.SIGKILL)
        asked.write("wait\n")
        asked.flush()
        answered.readline()
        told = (folder / TOLD).read_text().splitlines(keepends=True)
        return look(folder, [line.split() for line in told if line.endswith("\n")])


def spawn() -> None:
    """Fork a writer for each folder named on standard input, and tell its number; ``wait`` until it has ended."""
    pid = 0
    for line in sys.stdin:
        if line == "wait\n":
            os.waitpid(pid, 0)
            print("ended", flush=True)
            continue
        folder = Path(line.rstrip("\n"))
        (folder / TOLD).touch()
        pid = os.fork()
        if not pid:
            os.environ["TMPDIR"] = str(folder)
            with (folder / TOLD).open("w") as told:
                write_visits(folder / "data", told)
        print(pid, flush=True)


def look(folder: Path, told: list[list[str]]) -> Found:
    """Open what a killed writer left, and hold it against what it had said."""
    wrong = [f"{path.name} holds a name" for path in folder.rglob("*") if path.is_file() and b"Unmistakable" in path.read_bytes()]
    data = folder / "data"
    keyhole = Keyhole()
    desk = Desk.open(data, DataKey(KEY))
    keyhole.insert(desk.derive(PURPOSE))
    try:
        desk.check()
        wrong += [sentence for sentence in [desk.tampered()] if sentence]
        there = {str(trial.id) for client in desk.clients(limit=10_000) for trial in desk.trials(client)}
    finally:
        desk.close()
    kept = [line[1] for line in told if line[0] == "trial"]
    flushed = {int(line[1]): int(line[2]) for line in told if line[0] in {"flushed", "sealed"}}
    for part in unsealed(data / RECORDINGS):
        if part.stat().st_size and is_encrypted(part):
            reseal(part, keyhole)
        elif int(part.name[:4]) in flushed:
            wrong.append(f"{part.name} is empty or not encrypted")
    lost = 0
    for number, count in flushed.items():
        recording = Recording.open(data / RECORDINGS / f"{number:04}.mcap", keyhole)
        lost += max(0, count - sum(1 for _ in recording.notifications()))
        if ["sealed", str(number), str(count)] in told and not recording.complete:
            wrong.append(f"{number:04}.mcap was sealed and is damaged: {recording.damage}")
    return Found(len(kept), sum(trial not in there for trial in kept), sum(flushed.values()), lost, tuple(wrong))


if __name__ == "__main__":
    spawn()
