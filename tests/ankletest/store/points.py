"""Ends a program, or refuses it the disk, at the n-th thing it does to files; ``Server`` forks one that has imported everything.

Counted are files opened for writing, names changed and removed, folders made and removed, bytes brought to the disk, and statements that
change the database or end a transaction of it: between two of them nothing changes on the disk but the inside of a file that is written.
"""

import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, event

from ankletest.errors import AnkletestError
from ankletest.recording import safe_tail

ROOT = Path(__file__).parents[3]
KILL, FULL, COUNT = "kill", "full", "count"
Deed = Callable[[Path], object]
CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir")
MAKES = ("open", "os.mkdir", "sync")
"""What a full disk refuses; it takes names away and changes them."""
READS = ("SELECT", "PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE", "EXPLAIN")


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try: how many points it passed, the sentence it ended with, or a fault of the program."""

    points: int
    told: str = ""
    fault: str = ""


class Points:
    """Counts in this process; at the point ``at`` it does what is wanted."""

    def __init__(self, folder: Path, at: int, what: str) -> None:
        self.passed = 0
        self._folder, self._at, self._what = str(folder), at, what

    def begin(self) -> None:
        """Count from now on; there is no end to it."""
        sys.addaudithook(self._hook)
        honest = os.fsync

        def fsync(fd: int) -> None:
            self._pass("sync")
            honest(fd)

        os.fsync = fsync
        safe_tail._sync = fsync

        def statement(_: Connection, __: object, sql: str, *rest: object) -> None:
            if not sql.lstrip().upper().startswith(READS):
                self._pass("sql")

        event.listen(Engine, "before_cursor_execute", statement)
        event.listen(Engine, "commit", lambda _: self._pass("commit"))

    def _hook(self, name: str, arguments: tuple[object, ...]) -> None:
        if name == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if writes and isinstance(path, str) and path.startswith(self._folder):
                self._pass(name)
        elif name in CHANGES and (not str(arguments[0]).startswith("/") or str(arguments[0]).startswith(self._folder)):
            self._pass(name)

    def _pass(self, name: str) -> None:
        self.passed += 1
        if self._what == KILL and self.passed == self._at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self._what == FULL and self.passed >= self._at and name in MAKES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Server:
    """Forks for each try; use it in a ``with``. ``module`` is run with ``serve``, and has the deeds."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()

    def attempt(self, deed: str, folder: Path, *, at: int = 0, what: str = COUNT) -> Tried:
        """Let the deed be done, or not."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([deed, str(folder), at, what]) + "\n")
        self._process.stdin.flush()
        return Tried(**json.loads(self._process.stdout.readline()))


def serve(deeds: Mapping[str, Deed]) -> None:
    """Answer a ``Server``."""
    for line in sys.stdin:
        deed, folder, at, what = json.loads(line)
        ours, theirs = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(ours)
            _one(deeds[deed], Path(folder), Points(Path(folder), at, what), theirs)
        os.close(theirs)
        with os.fdopen(ours) as answer:
            text = answer.read()
        _, status = os.waitpid(pid, 0)
        killed = json.dumps({"points": at, "fault": "" if what == KILL and os.WIFSIGNALED(status) else f"it ended with {status}"})
        sys.stdout.write(f"{text or killed}\n")
        sys.stdout.flush()


def _one(deed: Deed, folder: Path, points: Points, out: int) -> None:
    told = fault = ""
    try:
        points.begin()
        deed(folder)
    except AnkletestError as error:
        told = str(error) if error.hint else f"without a hint: {error}"
    except BaseException as error:  # noqa: BLE001  whatever it is, it is told to the test
        fault = repr(error)
    with contextlib.suppress(OSError):
        os.write(out, json.dumps({"points": points.passed, "told": told, "fault": fault}).encode())
    os._exit(0)
