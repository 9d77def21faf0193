"""Fills the shell with pages, once it can be seen, and wires them; imported late because everything heavy hangs on it."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, SignalInstance
from PySide6.QtWidgets import QApplication, QWidget

from ankletest.device import Hub, Notice
from ankletest.errors import AnkletestError
from ankletest.settings import FILE
from ui.aims import targets_of
from ui.applied import Applied
from ui.batteries import Batteries
from ui.calibrating import Calibrating
from ui.checking import Checking
from ui.desk.reminding import Reminder
from ui.desk.store_port import StorePort
from ui.distance_window import DistanceWindow
from ui.door.door import Door
from ui.jobs import Jobs
from ui.pages.battery import BatteryPage
from ui.pages.calibration import CalibrationPage
from ui.pages.check import CheckPage
from ui.pages.clients import ClientsPage
from ui.pages.devices import DevicesPage
from ui.pages.followup import FollowUpPage
from ui.pages.live_view import LiveView
from ui.pages.replay import ReplayPage
from ui.pages.results import ResultsPage
from ui.pages.settings import SettingsPage
from ui.pages.test import TestPage
from ui.preferences import Preferences
from ui.rounds import Rounds
from ui.safekeeping import Safekeeping
from ui.shell import Shell
from ui.sound.cues import Cues
from ui.sound.speaker import Speaker
from ui.sound.voice import Voice
from ui.tongue import say
from ui.visit import Visit
from ui.widgets.plots import close_plots
from ui.widgets.question import ask_first
from ui.words import pages as words_pages
from ui.words import visit as words_visit

log = logging.getLogger(__name__)
CERTIFICATES = "certificates"


def furnish(
    shell: Shell, hub: Callable[[], object], *, recording: Path | None, folder: Path | None, settings: Path | None = None
) -> "Furniture":
    """Fill the shell; what is returned belongs to it.

    A hub that cannot be made leaves the shell with the sentence that says why.
    """
    try:
        # ui.app must not name the type (it would load numpy before the first paint); __main__ hands in the real thing.
        made = cast("Hub", hub())
    except AnkletestError as error:
        shell.show_skeleton(say(str(error)))
        raise
    return Furniture(shell, made, folder=folder, recording=recording, settings=settings)


class Furniture(QObject):
    """Pages and what they share, for as long as the shell lives."""

    def __init__(
        self, shell: Shell, hub: Hub, *, folder: Path | None = None, recording: Path | None = None, store: StorePort | None = None,
        settings: Path | None = None,
    ) -> None:  # fmt: skip
        super().__init__(shell)
        self.shell = shell
        self.hub = hub
        self._leaving = False
        self.jobs = Jobs(self)
        self.voice = Voice(self)
        self.speaker = Speaker(self)
        self.door = Door(shell, folder, self.jobs, self)
        self.visit = Visit(hub, store=store, recordings=self.door.recordings, jobs=self.jobs, parent=self)
        self.visit.client_changed.connect(shell.news.hide)  # what was said of one client is not read beside another
        self.cues = Cues(self.visit, self.speaker, self)
        self.rounds = Rounds(self.visit, self.voice, self)
        self.test = TestPage(self.visit, self.voice, self.cues, self.rounds, shell.stack)
        self.batteries = Batteries(folder if not self.door.second else None, self)
        self.battery = BatteryPage(self.visit, self.rounds, self.test.round_bar, self.batteries, shell.stack)
        self.replay = ReplayPage(hub, self.jobs, shell.stack)
        self.results = ResultsPage(self.visit, self.jobs, shell.stack)
        self.results.targets = partial(targets_of, self.visit)
        self.follow_up = FollowUpPage(self.visit, self.jobs, shell.stack)
        self.devices = DevicesPage(self.visit, shell.stack)
        self.checking = Checking(self.visit, self.voice, self)
        self.check = CheckPage(self.visit, self.checking, shell.stack)
        self.clients = ClientsPage(self.visit, lockable=folder is not None and store is None, parent=shell.stack)
        self.calibrating = Calibrating(self.visit, None if folder is None else folder / CERTIFICATES, self)
        self.calibration = CalibrationPage(self.visit, self.calibrating, self.voice, shell.stack)
        self.preferences = Preferences(settings or (folder / FILE if folder is not None else None), self)
        self.safe = Safekeeping(self.preferences, self.visit, self.door, self.jobs, self)
        self.settings = SettingsPage(self.safe, shell.stack)
        self.distance: DistanceWindow | None = None
        for key, page in (
            ("clients", self.clients), ("visit", self.battery), ("test", self.test), ("results", self.results), ("replay", self.replay),
            ("devices", self.devices), ("calibration", self.calibration), ("followup", self.follow_up),
            ("settings", self.settings),
        ):  # fmt: skip
            shell.add_page(key, page)
        shell.add_page("check", self.check, under="devices")
        self._wire()
        shell.show_page("replay" if recording is not None else "test")
        if recording is not None:
            self.replay.open(recording)

    def _wire(self) -> None:
        shell = self.shell
        shell.leaving = self.leave
        shell.installEventFilter(self)
        shell.distance_wanted.connect(self.show_distance)
        shell.add_key("Ctrl+O", self._open)
        shell.add_key("Ctrl+U", self._mute)
        self.test.devices_wanted.connect(self._to_devices)
        for page in (self.test, self.devices):
            page.check_wanted.connect(self._to_check)
        self.check.finished.connect(self._to_test)
        self.visit.notice.connect(self._say)
        self.visit.opened.connect(self._to_test)
        self.visit.closed.connect(self._left)
        self.replay.loaded.connect(self.results.show_recording)
        self.follow_up.result_wanted.connect(self._to_result)
        self.follow_up.asked.connect(self._to_question)
        self.door.wire(self.visit, self.clients, self._busy)
        if self.door.locking is not None:
            self.door.locking.locked.connect(self.rounds.wait)
            self.door.locking.uncovered.connect(self.test.round_bar.ask_again)
        self.applied = Applied(self.preferences, self.visit, voice=self.voice, speaker=self.speaker, locking=self.door.locking, parent=self)
        self.safe.leave_wanted.connect(shell.close)
        self.reminder = Reminder(self.preferences)
        self.door.in_order.connect(self._remind)
        self.settings.tried.connect(self.cues.try_sound)
        self.speaker.changed.connect(self._sound_changed)
        self._sound_changed()
        self.jobs.began.connect(self._job_began)
        self.jobs.ended.connect(self._job_ended)
        self.voice.changed.connect(self._voice_changed)
        self.speaker.changed.connect(self._voice_changed)
        self.test.exam_chosen.connect(self._voice_changed)
        self.battery.begun.connect(self._to_test)
        self._voice_changed()

    def _busy(self) -> bool:
        """Tell while locking would interrupt: a run, a battery that goes on by itself, a job, devices that are let go."""
        return self.visit.running or self.visit.leaving or self.rounds.goes_on or self.jobs.busy

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask before the window is closed over a test that is going on."""
        if event.type() == QEvent.Type.Close and watched is self.shell and self.visit.running and not self._leaving:
            event.ignore()
            self._ask_to_close()
            return True
        return super().eventFilter(watched, event)

    def leave(self) -> bool:
        """Begin to leave; True when nothing is connected any more."""
        self.replay.close_recording()
        self.devices.halt()
        self.calibration.halt()
        self.follow_up.halt()
        if self.distance is not None:
            self.distance.close()
        self.voice.close()
        self.speaker.close()
        if self.visit.connected or self.visit.leaving:
            self._leaving = True
            self.visit.close()
            return False
        if self.jobs.busy:
            self.jobs.wait()
        self.door.close()
        close_plots(self.shell)
        return True

    def _ask_to_close(self) -> None:
        ask_first(
            self.shell, words_visit.CLOSE_TITLE, words_visit.CLOSE_TEXT, do=words_visit.CLOSE_DO, stay=words_visit.CLOSE_NOT,
            action=self._close_all_the_same,
        )  # fmt: skip

    def _close_all_the_same(self) -> None:
        self._leaving = True
        self.shell.close()

    def show_distance(self) -> None:
        """Show the view for the client, or take it away."""
        if self.distance is not None:
            self.distance.close()
            return
        page, live, ticked = self._source()
        window = DistanceWindow(live, page)
        self.distance = window
        ticked.connect(window.refresh)
        window.closed.connect(self._distance_closed)
        window.place()

    def _source(self) -> tuple[QWidget, LiveView, SignalInstance]:
        if self.shell.page == "replay" and self.replay.playing is not None:
            return self.replay, self.replay.live, self.replay.playing.pump.ticked
        return self.test, self.test.live, self.visit.ticked

    def _distance_closed(self) -> None:
        self.distance = None

    def _to_devices(self) -> None:
        self.shell.show_page("devices")

    def _to_check(self) -> None:
        self.check.set_exam(self.test.exam)
        self.shell.show_page("check")

    def _to_test(self) -> None:
        self.shell.show_page("test")

    def _to_result(self, when: datetime, number: int) -> None:
        self.shell.show_page("results")
        self.results.show_stored(when, number)

    def _to_question(self) -> None:
        self.shell.show_page("followup")
        self.follow_up.next_day.scale.setFocus()

    def _open(self) -> None:
        self.shell.show_page("replay")
        self.replay.ask()

    def _mute(self) -> None:
        try:
            self.applied.toggle_mute()
        except AnkletestError as error:
            self.shell.news.say(say(str(error)), "bad")

    def _sound_changed(self) -> None:
        self.settings.sound.say("" if self.speaker.able else self.speaker.state)

    def _voice_changed(self) -> None:
        voice = "" if self.voice.able and not self.voice.muted else self.voice.state
        sound = self.speaker.state if self.cues.wanted(self.test.exam) else ""
        self.test.show_voice("  ·  ".join(state for state in (voice, sound) if state))

    def _remind(self, backed_up: datetime | None) -> None:
        sentence = self.reminder.due(backed_up, datetime.now(UTC))
        if sentence:
            self.shell.news.say(sentence, "warn")

    def _say(self, notice: Notice) -> None:
        log.info("%s %s: %s", notice.level, notice.device, notice.message)
        self.shell.news.say(f"{say(notice.message)} {say(notice.hint)}".strip(), notice.level)

    def _job_began(self, title: str) -> None:
        QApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)
        self.shell.setWindowTitle(f"{words_pages.PROGRAM}  ·  {title}")

    def _job_ended(self) -> None:
        QApplication.restoreOverrideCursor()
        self.shell.setWindowTitle(words_pages.PROGRAM)

    def _left(self) -> None:
        if self._leaving:
            self.shell.close()
