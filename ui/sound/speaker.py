"""Plays rendered sounds through the optional ``sounddevice`` and tells when they began; what sounds when, ``cues`` says.

The stream is opened and closed on a thread of its own (a sound system may take its time) and then runs silently until there is something to
play: a sound begins with the next buffer, and the sound system says when that buffer is heard. Without the library or without a device
nothing is heard, nothing is raised and nothing is told to have sounded.
"""

import importlib
import importlib.util
import logging
import math
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from ui.words import pages as words

log = logging.getLogger(__name__)
LIBRARY = "sounddevice"
RATE_HZ = 48_000
BUFFER_S = 0.1
"""Wanted from the device, in blocks of a fifth: with 10 ms the Python callback starves beside the window, and every tick is late by other
amounts (spec screens 8: 150 underruns in 15 s); with 250 ms it never does, but a cue would come as late."""
BLOCK = round(RATE_HZ * BUFFER_S / 5)
LONGEST_S = 1.0
"""A delay that a sound system tells beyond this is not one."""
LEAVE_S = 5.0
SHUT = 0
"""Order to let the device go; every other number is that of an order to open it."""

Samples = npt.NDArray[np.float32]


class Times(Protocol):
    """What the sound system says of a buffer, by the clock of its stream, s; 0 where it says nothing."""

    currentTime: float  # noqa: N815  the library's name
    outputBufferDacTime: float  # noqa: N815  the library's name


class OutputStream(Protocol):
    """What is used of a stream."""

    @property
    def latency(self) -> float:
        """Seconds from the callback to the ear, as the device promises."""
        ...

    @property
    def time(self) -> float:
        """The stream's clock now, s."""
        ...

    def start(self) -> None:
        """Begin to ask for samples."""
        ...

    def abort(self) -> None:
        """End at once."""
        ...

    def close(self) -> None:
        """Let the device go."""
        ...


class Library(Protocol):
    """What is used of the library."""

    def OutputStream(
        self, *, samplerate: int, blocksize: int, latency: float, channels: int, dtype: str,
        callback: Callable[[Samples, int, Times, object], None], device: str | None = None,
    ) -> OutputStream:  # fmt: skip
        """Open a device, the default one where none is named."""
        ...

    def query_devices(self) -> Sequence[Mapping[str, object]]:
        """Return what devices there are."""
        ...


@dataclass(slots=True)
class _Playing:
    """A sound on its way: played once, then ``loop`` again and again; only the callback moves ``at``."""

    once: Samples
    loop: Samples
    told: bool
    at: int = 0
    heard_s: float = math.nan


class Speaker(QObject):
    """The loudspeaker; ``changed`` is emitted when it became able or unable to sound."""

    changed = Signal()
    _opened = Signal(object, int)
    _broke = Signal(str, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._why = "" if importlib.util.find_spec(LIBRARY) else words.NO_SOUND
        self._orders: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._number = 0
        self._thread: threading.Thread | None = None
        self._wanted = False
        self._stream: OutputStream | None = None
        self._playing: _Playing | None = None
        self._muted = False
        self._loud = 1.0
        self._device = ""
        self._opened.connect(self._take)
        self._broke.connect(self._lose)

    @property
    def able(self) -> bool:
        """False once it is known that nothing will be heard."""
        return not self._why

    @property
    def ready(self) -> bool:
        """True while a sound would be heard at once."""
        return self._stream is not None and not self._muted

    @property
    def state(self) -> str:
        """Sentence for the screen."""
        return self._why or (words.SOUND_MUTED if self._muted else words.SOUND_ON)

    @property
    def volume(self) -> float:
        """How loud, 0-1 of full."""
        return self._loud

    def settle(self, *, volume: float, muted: bool, device: str) -> None:
        """Be so loud (0-1), silent or not, and use a device by its name (empty: the system's) from the next opening on."""
        self._loud = min(max(volume, 0.0), 1.0)
        self._device = device
        if muted != self._muted:
            self._muted = muted
            if muted:
                self._playing = None
            self.changed.emit()

    @property
    def delay_s(self) -> float:
        """How long a sound asked for now takes to the ear."""
        return _known(self._stream.latency) if self._stream is not None else 0.0

    def open(self) -> None:
        """Get ready, soon; a device that was missing is looked for again, the library is not."""
        if self._why == words.NO_SOUND or self._wanted:
            return
        self._wanted = True
        self._number += 1
        self._order(self._number)

    def shut(self) -> None:
        """Be silent at once and let the device go."""
        self._playing = None
        self._stream = None
        if self._wanted:
            self._wanted = False
            self._order(SHUT)

    def play(self, sound: Samples) -> None:
        """Play a sound once; ``began`` will tell of it."""
        if self.ready:
            self._playing = _Playing(sound, np.zeros(0, dtype=np.float32), told=False)

    def repeat(self, once: Samples, loop: Samples, *, tell: bool = False) -> None:
        """Play a sound and then another again and again, counted by the clock of the sound card; ``tell``: ``began`` will tell of it."""
        if self.ready:
            self._playing = _Playing(once, loop, told=not tell)

    def hush(self) -> None:
        """Be silent from the next buffer on; what was asked for and has not begun is not told of either."""
        self._playing = None

    def began(self) -> float | None:
        """Return how many seconds ago the sound played last began, once, as soon as it is heard."""
        playing, stream = self._playing, self._stream
        if playing is None or stream is None or playing.told or math.isnan(playing.heard_s):
            return None
        try:
            ago_s = stream.time - playing.heard_s
        except Exception as error:  # noqa: BLE001  a device that was pulled out has no clock, and the library that says so is optional
            self._lose(words.SOUND_BROKEN.format(why=error), self._number)
            return None
        if ago_s < 0.0:
            return None
        playing.told = True
        return ago_s

    def close(self) -> None:
        """End for good."""
        self.shut()
        if self._thread is not None:
            self._orders.put(None)
            self._thread.join(timeout=LEAVE_S)
            self._thread = None

    # ---- inside ---------------------------------------------------------------------------------------------------------------

    def _order(self, number: int) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)
            self._thread.start()
        self._orders.put(number)

    def _run(self) -> None:
        stream: OutputStream | None = None
        while (number := self._orders.get()) is not None:
            try:
                if stream is not None:
                    stream.abort()
                    stream.close()
                    stream = None
                if number != SHUT:
                    library = cast("Library", importlib.import_module(LIBRARY))
                    stream = library.OutputStream(
                        samplerate=RATE_HZ,
                        blocksize=BLOCK,
                        latency=BUFFER_S,
                        channels=1,
                        dtype="float32",
                        callback=self._fill,
                        device=self._device or None,
                    )
                    stream.start()
                    self._opened.emit(stream, number)
            except Exception as error:  # noqa: BLE001  a thread's edge; sound systems raise whatever they like, and a missing library is OSError
                log.info("no sound: %s", error)
                stream = None
                self._broke.emit(words.SOUND_BROKEN.format(why=error), number)
        if stream is not None:
            stream.abort()
            stream.close()

    def _fill(self, out: Samples, frames: int, times: Times, status: object) -> None:  # noqa: ARG002  the library's signature
        """Give the next samples; called by the sound system on its own thread."""
        playing, loud = self._playing, np.float32(self._loud)
        mono = out[:, 0]
        mono.fill(0.0)
        if playing is None:
            return
        if playing.at == 0:
            playing.heard_s = self._heard_s(times)
        once, loop, first = playing.once, playing.loop, playing.at
        head = once[first : first + frames]
        mono[: len(head)] = head
        if len(loop) and len(head) < frames:
            rows = np.arange(first + len(head), first + frames) - len(once)
            mono[len(head) :] = loop[rows % len(loop)]
        if loud != 1.0:
            mono *= loud
        playing.at = first + frames

    def _heard_s(self, times: Times) -> float:
        """Return when a buffer is heard by the stream's clock: as told for it, else by the latency that the device promises."""
        stream = self._stream
        if stream is None:
            return math.nan
        now_s = times.currentTime or stream.time
        told_s = times.outputBufferDacTime - now_s
        return now_s + (told_s if 0.0 < told_s <= LONGEST_S else _known(stream.latency))

    def _take(self, stream: OutputStream, number: int) -> None:
        if not self._wanted or number != self._number:
            return
        self._stream = stream
        self._why = ""
        self.changed.emit()

    def _lose(self, why: str, number: int) -> None:
        if number != self._number:
            return
        self._wanted = False
        self._playing = None
        self._stream = None
        self._why = why
        self.changed.emit()


def devices() -> tuple[str, ...]:
    """Return the names of the devices that sound can go to; none where the library or its sound system is missing. It may take a while."""
    if importlib.util.find_spec(LIBRARY) is None:
        return ()
    try:
        found = cast("Library", importlib.import_module(LIBRARY)).query_devices()
        names = [str(one["name"]) for one in found if isinstance(out := one.get("max_output_channels"), int) and out > 0]
    except Exception as error:  # noqa: BLE001  sound systems raise whatever they like, and a missing library is OSError
        log.info("no sound devices: %s", error)
        return ()
    return tuple(dict.fromkeys(names))


def _known(latency_s: float) -> float:
    return latency_s if math.isfinite(latency_s) and 0.0 <= latency_s <= LONGEST_S else BUFFER_S
