"""The page where a test is run: set-up, start and stop, marks, accept or repeat; pictures are the live view's."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ankletest import exams
from ankletest.device import Notice
from ankletest.exams import taps
from ankletest.exams.base import Change, Fitness, PhaseChange
from ankletest.samples import Block, Side
from ankletest.session import DeviceStatus, Finished
from ankletest.trial import Outcome, Setup
from ui import theme
from ui.icons import Glyph, icon
from ui.pages.display import readable
from ui.pages.keep_line import KeepLine
from ui.pages.live_view import LiveView
from ui.pages.round_bar import RoundBar
from ui.pages.run_head import RunHead
from ui.pages.setup_bar import SetupBar
from ui.rounds import Rounds, Stage
from ui.sound.cues import Cues
from ui.sound.voice import Voice
from ui.tongue import english, say
from ui.visit import Visit
from ui.widgets.caption import Caption
from ui.widgets.pulse import Pulse
from ui.widgets.question import ask_first
from ui.words import check as words_check
from ui.words import common as words_common
from ui.words import pages as words
from ui.words import visit as words_visit

EXAM = {exam.key: exam.title for exam in exams.EXAMS}


class TestPage(QWidget):
    """Runs exams on a visit; ``devices_wanted`` asks for the page of devices, ``exam_chosen`` tells that another exam is shown."""

    __test__ = False  # not a test of pytest's
    devices_wanted = Signal()
    check_wanted = Signal()
    exam_chosen = Signal()

    def __init__(self, visit: Visit, voice: Voice, cues: Cues, rounds: Rounds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._voice = voice
        self._cues = cues
        self._rounds = rounds
        self._asked: Setup | None = None
        self._sentence = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words.TEST)
        head = RunHead(self)
        self.title, self.sub, self.voice_state = head.title, head.sub, head.voice_state
        self.to_devices, self.side, self.lamps = head.to_devices, head.side, head.lamps
        self.to_check = QPushButton(words_check.OPEN_KEY, self)
        self.to_check.setAccessibleName(words_check.OPEN)
        self.setup_bar = SetupBar(self)
        self._mass_kg: float | None = None
        self.live = LiveView(deciding=True, parent=self)
        self.pulse = Pulse(self)
        self.live.guide.put_aside(self.pulse)
        self.live.guide.put_aside(self.to_check)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addLayout(head)
        self.round_bar, self.keep_line = RoundBar(rounds, self), KeepLine(visit, self)
        column.addWidget(self.round_bar)
        column.addWidget(self.keep_line)
        column.addWidget(self.live, 1)
        column.addLayout(self._footer())
        self._wire()
        self.refresh()

    def _footer(self) -> QHBoxLayout:
        self.start = QPushButton(self)
        self.start.setMinimumWidth(126)
        self.start.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)
        self.touch = QPushButton(words.MARK_TOUCH, self)
        self.pain = QPushButton(words.MARK_PAIN, self)
        self.tap = QPushButton(words.MARK_TAP, self)
        self.discard = QPushButton(words.DISCARD, self)
        self.stop_set = QPushButton(words_visit.STOP_SET, self)
        self.stop_set.setProperty("kind", "danger")
        foot = QHBoxLayout()
        foot.setSpacing(10)
        for button in (self.start, self.stop_set, self.tap, self.touch, self.pain, self.discard):
            button.setAccessibleName(button.text() or words.START)
            foot.addWidget(button, 0, Qt.AlignmentFlag(0) if button is self.start else Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.setup_bar, 1)
        foot.addStrut(self.setup_bar.sizeHint().height())  # nothing moves when a run begins and the set-up makes room for the marks
        self.keys = Caption(words.KEYS_TEST, "sub", self)
        self.keys.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.keys.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.keys, 1)
        return foot

    def _wire(self) -> None:
        visit = self._visit
        self.start.clicked.connect(self.start_or_stop)
        self.touch.clicked.connect(self.mark_touch_down)
        self.pain.clicked.connect(self.mark_pain)
        self.tap.clicked.connect(self.mark_tap)
        self.discard.clicked.connect(self.ask_to_discard)
        self.stop_set.clicked.connect(self._rounds.stop_set)
        self._rounds.changed.connect(self._round_changed)
        self.round_bar.answered.connect(self._take_keys)
        self.to_devices.clicked.connect(self.devices_wanted)
        self.to_check.clicked.connect(self.ask_for_check)
        self.live.guide.accepted.connect(self.accept)
        self.live.guide.repeated.connect(self.repeat)
        self.side.changed.connect(self._side_changed)
        theme.changes.changed.connect(self.refresh)
        self.setup_bar.changed.connect(self._setup_changed)
        visit.blocks.connect(self._take_blocks)
        visit.started.connect(self._started)
        visit.changed.connect(self._take_change)
        visit.finished.connect(self._finished)
        visit.ticked.connect(self._paint)
        visit.status.connect(self.refresh_devices)
        visit.opened.connect(self._opened)
        visit.closing.connect(self._closed)
        visit.closed.connect(self._closed)
        visit.trials_changed.connect(self.refresh)
        visit.client_changed.connect(self._client_changed)
        visit.client_edited.connect(self._client_edited)
        visit.notice.connect(self._noticed)

    @property
    def exam(self) -> str:
        """Key of the exam chosen."""
        return str(self.setup_bar.exam.currentData())

    # ---- intents ---------------------------------------------------------------------------------------------------------------

    def start_or_stop(self) -> None:
        """Start a run, or end the one going on."""
        if self._visit.running:
            self._visit.stop(words.STOPPED)
            return
        if self._rounds.stage is Stage.DECIDING:
            return
        if self._rounds.stage in {Stage.RESTING, Stage.READY}:
            why = self._rounds.start()
            if why:
                self.live.guide.say(words.FIT_WORDS["refused"].capitalize(), why, state="bad")
            return
        verdict = self._visit.start(self.setup_bar.setup(self.side.side))
        if verdict.fitness is Fitness.REFUSED:
            self.live.guide.say(words.FIT_WORDS["refused"].capitalize(), " ".join(verdict.reasons), state="bad")

    def mark_touch_down(self) -> None:
        """Mark that the other foot touched."""
        self._visit.mark("touch-down")

    def mark_pain(self) -> None:
        """Mark pain."""
        self._visit.mark("pain")

    def mark_tap(self) -> None:
        """Mark that the operator taps the client now; other exams know no taps."""
        if self.exam == taps.KEY:
            self._visit.mark(taps.MARK)

    def ask_to_discard(self) -> None:
        """Discard the run going on, once confirmed."""
        if self._visit.running:
            texts = {"do": words.DISCARD, "stay": words_visit.CLOSE_NOT}
            ask_first(self, words.DISCARD_TITLE, words.DISCARD_TEXT, **texts, action=self._discard)

    def ask_for_check(self) -> None:
        """Ask for the page where the sensors are checked."""
        if self._visit.connected and not self._visit.running:
            self.check_wanted.emit()

    def accept(self) -> None:
        """Let the last trial count."""
        if self._rounds.stage is Stage.DECIDING:
            self._rounds.keep()
        self._visit.decide(counts=True)
        self.live.guide.decided()
        self.setFocus()

    def repeat(self) -> None:
        """Do not count the last trial, and start another with the same set-up; in a battery the reason is asked for."""
        if self._rounds.stage is Stage.DECIDING:
            self.round_bar.ask_repeat()
            return
        self._visit.decide(counts=False, why=english(words_visit.REPEATED))
        self.live.guide.decided()
        self.setFocus()
        self.start_or_stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Run the test from the keyboard."""
        deciding = self.live.guide.accept.isVisible()
        actions = {
            Qt.Key.Key_Space: self.start_or_stop,
            Qt.Key.Key_M: self.mark_touch_down,
            Qt.Key.Key_P: self.mark_pain,
            Qt.Key.Key_T: self.mark_tap,
            Qt.Key.Key_L: self._other_side,
            Qt.Key.Key_C: self.ask_for_check,
            Qt.Key.Key_Escape: self.ask_to_discard,
            Qt.Key.Key_X: self._rounds.stop_set,
        }
        if deciding:
            actions |= {Qt.Key.Key_Return: self.accept, Qt.Key.Key_Enter: self.accept, Qt.Key.Key_R: self.repeat}
        action = actions.get(Qt.Key(event.key()))
        if action is None or event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            action()

    def show_voice(self, state: str) -> None:
        """Show whether instructions are spoken, and if not why."""
        self.voice_state.setText(state)

    # ---- what is shown ---------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show title, trials and buttons as they are now."""
        visit, running = self._visit, self._visit.running
        exam = self.exam
        self.title.setText(say(EXAM.get(exam, words.TEST)))
        client = visit.client.code if visit.client else words.NO_CLIENT
        self.sub.setText(f"{client}  ·  {self.setup_bar.told()}")
        self.start.setText(words.STOP if running else words.START)
        self.start.setAccessibleName(words.STOP if running else words.START)
        tint = "faint" if not visit.connected else "on_bad" if running else "on_accent"
        self.start.setIcon(icon(Glyph.STOP if running else Glyph.PLAY, tint, 18))
        kind = "danger" if running else "primary"
        if self.start.property("kind") != kind:
            self.start.setProperty("kind", kind)
            self.start.style().unpolish(self.start)
            self.start.style().polish(self.start)
        if self.setup_bar.isVisible():
            self.keys.setMinimumHeight(self.setup_bar.height())  # of more than one line, too; before buttons take its room
        for button in (self.touch, self.pain, self.discard):
            button.setVisible(running)
        self.stop_set.setVisible(self._rounds.stoppable)
        self.tap.setVisible(running and exam == taps.KEY)
        free = not running and self._rounds.round is None
        self.setup_bar.setVisible(free)
        self.side.setEnabled(free)
        self.keys.setVisible(not free)
        # While a trial of a battery is to be decided, Enter and R decide: another start would count it unasked.
        self.start.setEnabled(visit.connected and self._rounds.stage is not Stage.DECIDING)
        self.to_devices.setVisible(not visit.connected)
        # Once the sensors were checked, the way back leads by the Devices page.
        self.to_check.setVisible(visit.connected and not running and visit.unchecked and not self.live.concluded)
        self.live.picture.show_trials(self._done(exam), max(words.TRIALS_WANTED, self._done(exam)))
        if not running and not self.live.concluded:
            self._say_state()

    def refresh_devices(self) -> None:
        """Show the lamps as they are now."""
        session = self._visit.session
        devices: dict[str, DeviceStatus] = dict(session.devices) if session else {}
        self.lamps.show_devices(devices)
        self.live.show_devices(devices)
        self.refresh()

    def _say_state(self) -> None:
        if self._sentence:
            self.live.guide.say(self._sentence, state="bad")
            return
        verdict = self._visit.verdict(self.setup_bar.setup(self.side.side))
        if verdict.fitness is Fitness.GOOD:
            self.live.guide.say(words.READY, words_check.NOT_CHECKED if self._visit.unchecked else "", state="good")
        elif verdict.fitness is Fitness.LIMITED:
            unchecked = (words_check.NOT_CHECKED,) if self._visit.unchecked else ()
            self.live.guide.say(words.READY, "  ·  ".join((*verdict.reasons, *unchecked)), state="warn")
        else:
            session = self._visit.session
            missing = session is not None and session.opened and not self._visit.occupied
            why = words_common.capital("  ·  ".join(map(say, verdict.reasons)))
            self.live.guide.say(why, words.MISSING_DEVICE if missing else "", state="" if not self._visit.connected else "bad")

    def _done(self, exam: str) -> int:
        return sum(1 for k in self._visit.kept if k.usable and k.setup.exam == exam and k.setup.side is self.side.side)

    # ---- what happens ----------------------------------------------------------------------------------------------------------

    def _take_keys(self) -> None:
        """Take the keys back from a question: the button that asked it is gone, and Space must not press the next one."""
        if self.isVisible():
            self.setFocus()

    def _started(self, setup: Setup) -> None:
        with QSignalBlocker(self.side):
            self.side.set_side(setup.side)
        self.live.begin(setup, readable(self._visit.others(setup)))
        self.refresh()
        self.setFocus()

    def _take_blocks(self, blocks: list[Block]) -> None:
        self.live.take_blocks(blocks)

    def _take_change(self, change: Change) -> None:
        self.live.take_change(change)
        if isinstance(change, PhaseChange) and not self._cues.speaks(change.phase.name):
            self._voice.say(change.phase.instruction)

    def _finished(self, finished: Finished) -> None:
        setup = finished.trial.setup
        self.live.conclude(finished, readable(self._visit.others(setup)))
        if finished.trial.outcome is Outcome.INVALID:
            self._voice.say(words.OUTCOME[finished.trial.outcome])
        self.refresh()

    def _paint(self) -> None:
        session = self._visit.session
        if session is None:
            return
        self.live.paint(session)
        self.pulse.show_beat(self._cues.beat(), even=self._cues.even)
        if self.start.property("kind") == "danger" and not session.busy:
            self.refresh()

    def _opened(self) -> None:
        self._sentence = ""
        self.live.clear()
        self.live.set_side(self.side.side)
        self.refresh_devices()

    def _closed(self) -> None:
        if self._visit.leaving:
            self._sentence = ""
        self.refresh_devices()
        if self._visit.leaving:
            self.live.guide.say(words.DISCONNECTING)

    def _noticed(self, notice: Notice) -> None:
        if notice.level == "bad" and not self._visit.connected:
            self._sentence = notice.message
        self.refresh()

    def _side_changed(self, side: Side) -> None:
        self._visit.settle()
        self.live.clear()
        self.live.set_side(side)
        self._client_edited()
        self._setup_changed()

    def _setup_changed(self) -> None:
        if self._visit.running:
            return
        self.live.clear()
        self.live.show_exam(self.exam)
        self.exam_chosen.emit()
        self.refresh()

    def _round_changed(self) -> None:
        """Show what the battery asks next, once; while a trial is to be decided its picture stays."""
        setup = self._rounds.setup
        waiting = self._rounds.stage not in {Stage.DECIDING, Stage.RUNNING}
        if waiting and self._rounds.round is not None:
            self.live.guide.decided()  # also where the same is done again
        if waiting and setup is not None and setup is not self._asked:
            self._asked = setup
            with QSignalBlocker(self.side):
                self.side.set_side(setup.side)
            self.live.set_side(setup.side)
            self.setup_bar.take(setup)
        elif setup is None:
            self._asked = None
        if not self._visit.running:
            self.refresh()

    def _client_changed(self) -> None:
        client = self._visit.client
        if client is not None and client.tested is not None:
            self.side.set_side(client.tested)
        self.setup_bar.know(client, self.side.side, other=True)
        self._mass_kg = client.mass_kg if client else None
        self.setup_bar.set_mass(self._mass_kg)
        self.live.set_involved(client.involved if client else None)
        self.live.clear()
        self.refresh()

    def _client_edited(self) -> None:
        client = self._visit.client
        if client is not None and client.mass_kg != self._mass_kg:
            self._mass_kg = client.mass_kg
            self.setup_bar.set_mass(client.mass_kg)
        self.setup_bar.know(self._visit.client, self.side.side, other=False)

    def _other_side(self) -> None:
        if self.side.isEnabled():
            self.side.set_side(self.side.side.other)

    def _discard(self) -> None:
        self.live.clear()
        self._visit.discard()
        self.refresh()
