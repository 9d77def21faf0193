"""A visit whose run a test plays phase by phase, with its cues and a card whose clock stands still."""

from collections.abc import Mapping, Sequence

from pytestqt.qtbot import QtBot

from ankletest import exams
from ankletest.device import Item
from ankletest.exams.base import PhaseChange
from ankletest.session import Session
from ankletest.trial import Setup
from drivers.catalog import MODELS
from tests.ui.sound_card import SoundCard
from ui.jobs import Jobs
from ui.pump import Pump
from ui.sound.cues import Cues
from ui.sound.speaker import Speaker
from ui.visit import Visit


class Noting:
    """A link that keeps what is posted."""

    def __init__(self) -> None:
        self.posted: list[Mapping[str, object]] = []

    def start(self) -> None: ...

    def post(self, event: Mapping[str, object]) -> None:
        self.posted.append(event)

    def drain(self) -> list[Item]:
        return []

    def stop(self) -> None: ...


class RunningVisit(Visit):
    """A visit whose run a test plays phase by phase."""

    def __init__(self) -> None:
        super().__init__(None, store=None, recordings=None, jobs=Jobs())  # type: ignore[arg-type]  # it opens nothing
        self.link = Noting()
        self._link = self.link
        self._pump = Pump(self.link, Session(MODELS), self)

    @property
    def running(self) -> bool:
        return True

    def goes(self, exam: str, phase: str, t_s: float = 0.0) -> None:
        self.changed.emit(PhaseChange(exams.by_key(exam).phases[phase], t_s, float("nan")))


class Scene:
    """A visit, its cues and a card whose clock stands still."""

    def __init__(self, qtbot: QtBot, card: SoundCard) -> None:
        self.qtbot, self.card = qtbot, card
        self.visit = RunningVisit()
        self.speaker = Speaker()
        self.cues = Cues(self.visit, self.speaker)

    def begin(self, setup: Setup) -> None:
        self.visit.started.emit(setup)
        self.qtbot.waitUntil(lambda: self.speaker.ready)

    @property
    def marks(self) -> Sequence[Mapping[str, object]]:
        return self.visit.link.posted
