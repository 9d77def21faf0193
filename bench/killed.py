"""A visit that is written and killed: ``Writers`` starts one that writes until it is killed at a random moment, and looks at what is left.

What the writer (``killed_visit``) says it has kept must be there afterwards: every trial, rejected or not, how it felt, every stop, and
what of the recording is flushed; and no file may hold a word of what was said or who it was.
"""

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

from ankletest.recording.keyhole import PURPOSE, Keyhole
from ankletest.recording.reader import Recording, is_encrypted
from ankletest.recording.salvage import reseal, unsealed
from ankletest.store.desk import RECORDINGS, Desk, StoredTrial
from ankletest.store.keys import DataKey
from ankletest.store.records import VisitRecord
from bench.killed_visit import SECRETS, write_visits

ROOT = Path(__file__).parent.parent
KEY = bytes(range(32))
TOLD = "told.txt"
LINES = 20
"""A kill comes after so many lines of the writer at most: in its second visit. Counted, not timed: a busy machine is slow."""
LATER_S = 0.4
"""And up to this time later, s: a whole trial of a simulated person, and what is saved of it."""
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Found:
    """What a kill left: what was said to be kept of trials and what of it is not there, notifications likewise, and what else was wrong."""

    seed: int
    trials: int
    lost_trials: int
    flushed: int
    lost_flushed: int
    wrong: tuple[str, ...]


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
        while (folder / TOLD).read_bytes().count(b"\n") < wanted and time.monotonic() < patience:
            time.sleep(0.002)
        time.sleep(rnd.uniform(0.0, LATER_S))
        os.kill(pid, signal.SIGKILL)
        asked.write("wait\n")
        asked.flush()
        answered.readline()
        told = (folder / TOLD).read_text().splitlines(keepends=True)
        return look(folder, [line.split() for line in told if line.endswith("\n")], seed)


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
            with (folder / TOLD).open("w") as told:
                write_visits(folder / "data", KEY, told)
        print(pid, flush=True)


def look(folder: Path, told: list[list[str]], seed: int) -> Found:
    """Open what a killed writer left, and hold it against what it had said."""
    wrong = [f"{name} holds what is nobody's business" for name in readable(folder)]
    data = folder / "data"
    keyhole = Keyhole()
    desk = Desk.open(data, DataKey(KEY))
    keyhole.insert(desk.derive(PURPOSE))
    try:
        desk.check()
        # Whatever a kill leaves is no damage: nothing in it had to be mended.
        wrong += [sentence for sentence in [desk.mended, desk.tampered()] if sentence]
        there = {one.setup.trial: one for client in desk.clients(limit=10_000) for one in desk.trials(client)}
        with desk.database.reading() as session:
            stops = {str(stop["trial"]) for row in session.query(VisitRecord) for stop in row.stops or []}
    finally:
        desk.close()
    said = [(line[0], line[1]) for line in told if line[0] in {"trial", "rejected", "felt", "stop"}]
    lost = sum(not _kept(what, there.get(trial), stopped=trial in stops) for what, trial in said)
    flushed = {line[1]: int(line[2]) for line in told if line[0] in {"flushed", "sealed"}}
    for part in unsealed(data / RECORDINGS):
        if part.stat().st_size and is_encrypted(part):
            reseal(part, keyhole)
        elif part.name.partition(".")[0] in flushed:
            wrong.append(f"{part.name} is empty or not encrypted")
    lost_flushed = 0
    for name, count in flushed.items():
        recording = Recording.open(data / RECORDINGS / f"{name}.mcap", keyhole)
        lost_flushed += max(0, count - sum(1 for _ in recording.notifications()))
        if ["sealed", name, str(count)] in told and not recording.complete:
            wrong.append(f"{name}.mcap was sealed and is damaged: {recording.damage}")
    return Found(seed, len(said), lost, sum(flushed.values()), lost_flushed, tuple(f"seed {seed}: {sentence}" for sentence in wrong))


def readable(folder: Path) -> list[str]:
    """Return the files of a folder that hold a secret in any coding, and those that are called by one."""
    words = [word.encode(coding) for word in SECRETS for coding in ("utf-8", "utf-16-le", "utf-16-be")]
    words += [word.casefold().encode() for word in SECRETS]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [p.name for p in files if any(word in p.read_bytes() for word in words) or any(word in p.name for word in SECRETS)]


def _kept(what: str, there: StoredTrial | None, *, stopped: bool) -> bool:
    if there is None:
        return False
    if what == "felt":
        return there.felt is not None and there.felt.pain is not None and bool(there.felt.note)
    return stopped if what == "stop" else there.counts is (what == "trial")


if __name__ == "__main__":
    spawn()
