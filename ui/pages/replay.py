"""The page where a recording is played: the same pictures as live, with time under control."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ankletest import exams
from ankletest.checks.base import LAMP, CheckReport
from ankletest.device import Hub
from ankletest.errors import AnkletestError
from ankletest.exams.base import Change
from ankletest.exams.conditions import conditions_of
from ankletest.exams.pairs import USABLE
from ankletest.samples import Block
from ankletest.session import Finished
from ankletest.trial import Setup
from ui import theme
from ui.icons import Glyph, icon
from ui.jobs import Jobs, Progress
from ui.pages.display import final_values
from ui.pages.event_list import EventList
from ui.pages.lamps import LampRow
from ui.pages.live_view import LiveView
from ui.playing import Playing
from ui.survey import Survey, check_name, survey
from ui.tongue import say
from ui.widgets.caption import Caption
from ui.widgets.card import Card, label
from ui.widgets.scrub import ScrubBar, ScrubEvent
from ui.widgets.segmented import SideChoice
from ui.words import common as words
from ui.words import pages as words_pages

EVENTS_PX, NARROW_PX = 250, 200
LEAD_S = 0.02
"""A jump goes this far past its event, so that the event is on screen."""


class ReplayPage(QWidget):
    """Opens and plays recordings; ``loaded`` tells of the trials in one."""

    loaded = Signal(object)  # Survey

    def __init__(self, hub: Hub, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._jobs = jobs
        self._survey: Survey | None = None
        self._before: list[Finished] = []
        self.playing: Playing | None = None
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words_pages.REPLAY)
        self.title = label(words_pages.REPLAY, "h1", self)
        self.sub = label(words_pages.NO_RECORDING, "sub", self)
        self.leg = SideChoice(parent=self)
        self.leg.setEnabled(False)
        self.lamps = LampRow(self)
        head = QHBoxLayout()
        head.setSpacing(12)
        titles = QVBoxLayout()
        titles.setSpacing(1)
        titles.addWidget(self.title)
        titles.addWidget(self.sub)
        head.addLayout(titles)
        head.addStretch(1)
        head.addWidget(self.lamps)
        head.addWidget(self.leg)
        self.live = LiveView(deciding=False, parent=self)
        self.event_card = Card(words_pages.EVENTS, parent=self)
        self.event_card.setFixedWidth(NARROW_PX if theme.large() else EVENTS_PX)
        self.events = EventList(self.event_card)
        self.event_card.body.addWidget(self.events)
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self.live, 1)
        middle.addWidget(self.event_card)
        self.scrub = ScrubBar(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(middle, 1)
        column.addWidget(self.scrub)
        column.addLayout(self._footer())
        self.scrub.sought.connect(self.seek)
        self.events.picked.connect(self._picked)
        theme.changes.changed.connect(self.recolour)
        self.recolour()
        self._say("")

    def _footer(self) -> QHBoxLayout:
        self.play = QPushButton(self)
        self.play.setProperty("kind", "primary")
        self.play.setMinimumWidth(132)
        self.previous = QPushButton(self)
        self.previous.setAccessibleName(words_pages.PREVIOUS_EVENT)
        self.next = QPushButton(self)
        self.next.setAccessibleName(words_pages.NEXT_EVENT)
        self.speed = QComboBox(self)
        self.speed.setAccessibleName(words_pages.SPEED)
        self.speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for speed in words_pages.SPEEDS:
            self.speed.addItem(words_pages.TIMES.format(speed=words.plain(speed)), speed)
        self.speed.setCurrentIndex(words_pages.SPEEDS.index(1.0))
        self.open_button = QPushButton(words_pages.OPEN, self)
        self.open_button.setAccessibleName(words_pages.OPEN)
        self.play.clicked.connect(self.toggle)
        self.previous.clicked.connect(self.go_previous)
        self.next.clicked.connect(self.go_next)
        self.speed.currentIndexChanged.connect(self._speed_chosen)
        self.open_button.clicked.connect(self.ask)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        for widget in (self.play, self.previous, self.next, self.speed, self.open_button):
            foot.addWidget(widget)
        keys = Caption(words_pages.KEYS_REPLAY, "sub", self)
        keys.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        keys.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(keys, 1)
        return foot

    # ---- open ------------------------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Let a person choose a recording."""
        dialog = QFileDialog(self, words_pages.OPEN_TITLE)
        dialog.setNameFilter(words_pages.RECORDING_FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def open(self, path: Path) -> None:
        """Read a recording off Qt's thread, then show its beginning."""
        self.close_recording()
        self._say(words_pages.READING.format(name=path.name))

        def work(progress: Progress) -> Survey:
            return survey(self._hub, path, progress)

        job = self._jobs.run(words_pages.READING.format(name=path.name), work)
        job.done.connect(self.show_survey)
        job.failed.connect(self._refused)

    def close_recording(self) -> None:
        """End what is played."""
        playing, self.playing = self.playing, None
        if playing is not None:
            playing.close()
            playing.deleteLater()
        self._survey = None
        self._before = []
        self.live.clear()
        self.refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the file that was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if len(paths) == 1:
            self.open(paths[0])
        else:
            self._say(words_pages.NOT_A_FILE, state="warn")

    # ---- time ------------------------------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Play or hold."""
        if self.playing is not None:
            self.playing.play(not self.playing.playing)
            self.refresh()

    def seek(self, t_s: float) -> None:
        """Go to a second."""
        if self.playing is not None:
            self.playing.seek(t_s)

    def go_next(self) -> None:
        """Go to the next event."""
        times = self._times()
        if self.playing is not None and times:
            k = bisect_right(times, self.playing.position_s)
            if k < len(times):
                self.seek(times[k] + LEAD_S)

    def go_previous(self) -> None:
        """Go to the event before."""
        times = self._times()
        if self.playing is not None and times:
            k = bisect_left(times, self.playing.position_s - 2 * LEAD_S) - 1
            self.seek(times[k] + LEAD_S if k >= 0 else 0.0)

    def set_speed(self, speed: float) -> None:
        """Choose a speed."""
        self.speed.setCurrentIndex(self.speed.findData(speed))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Control time from the keyboard."""
        actions = {
            Qt.Key.Key_Space: self.toggle, Qt.Key.Key_N: self.go_next, Qt.Key.Key_P: self.go_previous, Qt.Key.Key_Right: self.go_next,
            Qt.Key.Key_Left: self.go_previous, Qt.Key.Key_Plus: self._faster, Qt.Key.Key_Minus: self._slower,
        }  # fmt: skip
        action = actions.get(Qt.Key(event.key()))
        if action is None:
            super().keyPressEvent(event)
        else:
            action()

    # ---- what happens ----------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show buttons as they are now."""
        there = self.playing is not None
        moving = self.playing is not None and self.playing.playing
        self.play.setText(words_pages.PAUSE if moving else words_pages.PLAY)
        self.play.setAccessibleName(words_pages.PAUSE if moving else words_pages.PLAY)
        self.play.setIcon(icon(Glyph.PAUSE if moving else Glyph.PLAY, "on_accent" if there else "faint", 18))
        for widget in (self.play, self.previous, self.next, self.speed, self.scrub):
            widget.setEnabled(there)

    def recolour(self) -> None:
        """Draw the icons in the colours in force."""
        self.previous.setIcon(icon(Glyph.PREVIOUS, px=20))
        self.next.setIcon(icon(Glyph.NEXT, px=20))
        self.refresh()

    def show_survey(self, found: Survey) -> None:
        """Show the beginning of a recording that has been read."""
        self._survey = found
        playing = Playing(found.playback, self._hub.models, self)
        self.playing = playing
        pump = playing.pump
        pump.blocks.connect(self._take_blocks)
        pump.started.connect(self._started)
        pump.changed.connect(self._take_change)
        pump.finished.connect(self._finished)
        pump.checked.connect(self._checked)
        pump.ticked.connect(self._paint)
        pump.status.connect(self._show_devices)
        pump.failed.connect(self._refused)
        playing.held.connect(self.refresh)
        playing.rewound.connect(self._rewound)
        playing.set_speed(float(self.speed.currentData()))
        self.scrub.set_duration(playing.duration_s)
        self.scrub.set_position(0.0)
        self.scrub.set_events([ScrubEvent(m.t_s, m.text, m.colour) for m in found.moments])
        self.events.show_moments(found.moments)
        client = f"{found.client}  ·  " if found.client else ""
        self.sub.setText(f"{client}{found.path.name}")
        self._rewound()
        if found.finished:
            self._announce(found.finished[0].trial.setup)
        if found.damage:
            self._say(found.damage, state="warn")
        playing.start()
        self.refresh()
        self.setFocus()
        self.loaded.emit(found)

    def _refused(self, error: Exception) -> None:
        if not isinstance(error, AnkletestError):
            raise error
        self._say(error.message, error.hint, state="bad")
        self.sub.setText(words_pages.NO_RECORDING)
        self.refresh()

    def _rewound(self) -> None:
        self._before = []
        self.live.clear()
        if self._survey is not None and self._survey.damage:
            self._say(self._survey.damage, state="warn")
        else:
            self._say("")

    def _started(self, setup: Setup) -> None:
        self._announce(setup)
        self.live.begin(setup, self._others(setup))
        self._show_trials(setup)

    def _show_trials(self, setup: Setup) -> None:
        done = sum(1 for f in self._before if (f.trial.setup.exam, f.trial.setup.side) == (setup.exam, setup.side))
        self.live.picture.show_trials(done, max(words_pages.TRIALS_WANTED, done))

    def _announce(self, setup: Setup) -> None:
        self.title.setText(say(exams.by_key(setup.exam).title))
        self.leg.set_side(setup.side)
        self.live.show_exam(setup.exam)
        self.live.set_side(setup.side)

    def _others(self, setup: Setup) -> Mapping[str, float]:
        wanted = conditions_of(setup)
        for finished in reversed(self._before):
            trial = finished.trial
            if trial.setup.side is setup.side.other and trial.outcome in USABLE and conditions_of(trial.setup) == wanted:
                return {key: value for key, value in final_values(finished.values).items() if value is not None}
        return {}

    def _take_blocks(self, blocks: list[Block]) -> None:
        self.live.take_blocks(blocks)

    def _take_change(self, change: Change) -> None:
        self.live.take_change(change)

    def _finished(self, finished: Finished) -> None:
        self.live.conclude(finished, self._others(finished.trial.setup))
        self._before.append(finished)
        self._show_trials(finished.trial.setup)

    def _checked(self, report: CheckReport) -> None:
        self._say(check_name(report), "  ·  ".join(f"{say(j.called)}: {say(j.words)}" for j in report.judgements), state=LAMP[report.level])

    def _paint(self) -> None:
        playing = self.playing
        if playing is None:
            return
        self.scrub.set_position(playing.position_s)
        if not playing.catching_up:
            self.live.paint(playing.session)
            self.events.follow(playing.position_s)

    def _show_devices(self) -> None:
        if self.playing is not None:
            devices = self.playing.session.devices
            self.lamps.show_devices(devices)
            self.live.show_devices(devices)

    def _times(self) -> list[float]:
        return [m.t_s for m in self._survey.moments] if self._survey else []

    def _picked(self, t_s: float) -> None:
        self.seek(t_s + LEAD_S)

    def _chosen(self, name: str) -> None:
        self.open(Path(name))

    def _speed_chosen(self) -> None:
        if self.playing is not None:
            self.playing.set_speed(float(self.speed.currentData()))

    def _faster(self) -> None:
        self.speed.setCurrentIndex(min(self.speed.count() - 1, self.speed.currentIndex() + 1))

    def _slower(self) -> None:
        self.speed.setCurrentIndex(max(0, self.speed.currentIndex() - 1))

    def _say(self, text: str, hint: str = "", *, state: str = "") -> None:
        self.live.guide.say(text or words_pages.NO_RECORDING if self._survey is None else text, hint, state=state)
