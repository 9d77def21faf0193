"""Speaks instructions through the optional ``pyttsx3``, on a thread of its own; without it the window is silent and says so."""

import importlib
import importlib.util
import logging
import queue
import threading
from collections.abc import Sequence
from typing import Protocol, cast

from PySide6.QtCore import QObject, Signal

from ankletest.language import SOURCE
from ui.tongue import say, spoken
from ui.words import pages as words

log = logging.getLogger(__name__)
LIBRARY = "pyttsx3"


NAMES = {"de": ("german", "deutsch")}
"""What voices call a language where they tell no code."""


def voice_of(code: str, voices: Sequence[object]) -> object | None:
    """Return the id of the first voice that speaks a language; None where there is none, and the system's own reads it."""
    for voice in voices:
        told = getattr(voice, "languages", None) or ()
        # eSpeak tells its codes as bytes with a priority before them
        codes = [one.decode("ascii", "ignore").lstrip("\x05\x02") if isinstance(one, bytes) else str(one) for one in told]
        named = f"{getattr(voice, 'name', '')} {getattr(voice, 'id', '')}".lower()
        if any(one.lower().startswith(code) for one in codes) or any(name in named for name in NAMES.get(code, ())):
            return getattr(voice, "id", None)
    return None


class Engine(Protocol):
    """What is used of a speech engine."""

    def say(self, text: str) -> None:
        """Queue a sentence."""
        ...

    def getProperty(self, name: str) -> Sequence[object]:
        """Return its voices."""
        ...

    def setProperty(self, name: str, value: object) -> None:
        """Take a voice."""
        ...

    def runAndWait(self) -> None:
        """Speak what is queued."""
        ...


class Voice(QObject):
    """Says sentences one after the other; a newer sentence replaces those that have not begun.

    ``changed`` is emitted when it became able or unable to speak; ``state`` is the sentence for the screen.
    """

    changed = Signal()
    _broke = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._muted = False
        self._why = "" if importlib.util.find_spec(LIBRARY) else words.NO_VOICE
        self._broke.connect(self._lose)

    @property
    def able(self) -> bool:
        """True while it can speak."""
        return not self._why

    @property
    def muted(self) -> bool:
        """True when switched off by hand."""
        return self._muted

    @property
    def state(self) -> str:
        """Sentence for the screen."""
        return self._why or (words.VOICE_MUTED if self._muted else words.VOICE_ON)

    def set_muted(self, muted: bool) -> None:
        """Switch off or on."""
        self._muted = muted
        self.changed.emit()

    def say(self, text: str) -> None:
        """Speak soon, unless muted or unable."""
        if self._why or self._muted or not text:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
            self._thread.start()
        self._queue.put(say(text))

    def hush(self) -> None:
        """Forget what has not begun; a sentence that is being spoken ends by itself."""
        while self._thread is not None and not self._queue.empty():
            try:
                self._queue.get_nowait()
            except queue.Empty:
                return

    def close(self) -> None:
        """End the thread once it has said its sentence."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(timeout=5.0)
            self._thread = None

    def _run(self) -> None:
        try:
            engine = cast("Engine", importlib.import_module(LIBRARY).init())
            if spoken() != SOURCE:
                voice = voice_of(spoken(), engine.getProperty("voices"))
                if voice is not None:
                    engine.setProperty("voice", voice)
            while True:
                text = self._queue.get()
                while text is not None and not self._queue.empty():
                    text = self._queue.get()
                if text is None:
                    return
                engine.say(text)
                engine.runAndWait()
        except Exception as error:  # noqa: BLE001  a thread's edge; speech engines raise whatever their system does
            log.info("no voice: %s", error)
            self._broke.emit(words.VOICE_BROKEN.format(why=error))

    def _lose(self, why: str) -> None:
        self._why = why
        self._thread = None
        self.changed.emit()
