"""A stand-in for the optional sound library: its streams ask for samples when a test says so, and their clock is the test's."""

import importlib.machinery
import sys
import threading
import types
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from ui.sound.speaker import LIBRARY

Callback = Callable[[np.ndarray, int, object, object], None]


class Stream:
    """One stream; ``pull`` asks for a block as the sound system would."""

    def __init__(self, card: "SoundCard", callback: Callback, blocksize: int) -> None:
        self.card, self.callback, self.blocksize = card, callback, blocksize
        self.latency = 0.08
        self.state = "made"

    @property
    def time(self) -> float:
        if self.card.gone:
            raise OSError("the device was pulled out")
        return self.card.now_s()

    def start(self) -> None:
        self.state = "going"

    def abort(self) -> None:
        self.state = "ended"

    def close(self) -> None:
        self.state = "closed"

    def pull(self, frames: int = 0, *, in_s: float = 0.05, told: bool = True) -> np.ndarray:
        """Return the next samples, heard ``in_s`` from now; an odd sound system does not tell (``told``)."""
        out = np.full((frames or self.blocksize, 1), np.nan, dtype=np.float32)
        now = self.card.now_s()
        times = SimpleNamespace(currentTime=now if told else 0.0, outputBufferDacTime=now + in_s if told else 0.0)
        self.callback(out, len(out), times, None)
        return out[:, 0]


class SoundCard:
    """What the library opens."""

    def __init__(self) -> None:
        self.clock_s = 100.0
        self.now_s: Callable[[], float] = lambda: self.clock_s
        self.gone = False
        self.missing = False
        self.streams: list[Stream] = []
        self.threads: list[str] = []
        self.asked: list[dict[str, object]] = []

    @property
    def stream(self) -> Stream:
        return self.streams[-1]

    def open(self, *, callback: Callback, blocksize: int, **wanted: object) -> Stream:
        self.threads.append(threading.current_thread().name)
        if self.missing:
            raise OSError("Error querying device -1")
        self.asked.append(wanted)
        self.streams.append(Stream(self, callback, blocksize))
        return self.stream

    def devices(self) -> list[dict[str, object]]:
        """Two that sound, one of them under two names of the system, and a microphone."""
        if self.missing:
            raise OSError("Error querying device -1")
        names = (("Speakers", 2), ("Microphone", 0), ("Line out", 2), ("Speakers", 2))
        return [{"name": name, "max_output_channels": channels} for name, channels in names]


def put_in(monkeypatch: pytest.MonkeyPatch) -> SoundCard:
    """Let the program find the library and this card."""
    card = SoundCard()
    module = types.ModuleType(LIBRARY)
    module.__spec__ = importlib.machinery.ModuleSpec(LIBRARY, None)
    module.OutputStream = card.open  # type: ignore[attr-defined]  # a module made here
    module.query_devices = card.devices  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, LIBRARY, module)
    return card


def take_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library be missing, whether or not this machine has it."""
    monkeypatch.setitem(sys.modules, LIBRARY, None)
