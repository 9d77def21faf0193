"""What sounds in a run and when: the cue to go and the metronome, each told to the recording once heard; how it sounds, ``tones`` knows.

Nothing here knows an exam: a phase that the happening ``cue`` leads to is a cue, phases that end by the happening ``beat`` are beats of a
movement up and down, and in the phases that an exam names (``Exam.ticking``) an even metronome ticks, counted from the begin of the run.
"""

from time import perf_counter

from PySide6.QtCore import QObject, QTimer

from ankletest import exams
from ankletest.exams.base import Change, PhaseChange
from ankletest.exams.beats import KEY as BEATS
from ankletest.exams.beats import MARK as BEAT_MARK
from ankletest.exams.beats import PAIN
from ankletest.exams.reactive_landing import MARK as CUE_MARK
from ankletest.metrics.raises import LOWERS
from ankletest.session import Finished
from ankletest.trial import Happening, Setup
from ui.sound import tones
from ui.sound.speaker import Speaker
from ui.visit import Visit

CUE, BEAT = "cue", "beat"
TRIED_MS = 1500
"""A sound that is tried is over by then, on the slowest device."""


class Cues(QObject):
    """Follows the runs of a visit; ``beat`` is for the picture of the metronome, which goes on without a loudspeaker."""

    def __init__(self, visit: Visit, speaker: Speaker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._speaker = speaker
        self._cues: frozenset[str] = frozenset()
        self._beats: frozenset[str] = frozenset()
        self._beat_s = 0.0
        self._lowers = 1.0
        self._first_s: float | None = None
        self._ticking: frozenset[str] = frozenset()
        self._begun_s: float | None = None
        self._wait_s = 0.0
        self._sounds_s: float | None = None
        self._hurts = False
        self._cue_sound = tones.cue()
        self._trying = False
        self._trial = QTimer(self)
        self._trial.setSingleShot(True)
        self._trial.timeout.connect(self._tried)
        visit.started.connect(self._begin)
        visit.changed.connect(self._take)
        visit.ticked.connect(self._tell)
        visit.finished.connect(self._end)
        visit.closing.connect(self._rest)
        speaker.changed.connect(self._join)

    @staticmethod
    def wanted(key: str) -> bool:
        """Tell whether an exam has sounds of its own."""
        exam = exams.by_key(key)
        return bool(exam.ticking) or any(CUE in row or BEAT in row for row in exam.table.values())

    def speaks(self, phase: str) -> bool:
        """Tell whether a phase is told by a sound, so that no voice need say it later than it was due."""
        return self._speaker.ready and (phase in self._cues or (phase in self._beats and not self._hurts))

    def beat(self) -> float | None:
        """Return where the metronome is: even wholes are ups, odd ones downs, however long those take; None while it rests.

        Of an even metronome wholes are beats.
        """
        if self._first_s is None:
            return None
        if self.even:
            return max(0.0, (perf_counter() - self._first_s) / self._beat_s)
        turns, rest = divmod(max(0.0, (perf_counter() - self._first_s) / self._beat_s), 1.0 + self._lowers)
        return 2.0 * turns + (rest if rest < 1.0 else 1.0 + (rest - 1.0) / self._lowers)

    @property
    def even(self) -> bool:
        """True where all beats are alike, and none is up or down."""
        return bool(self._ticking)

    def try_sound(self) -> None:
        """Let the cue be heard as it would in a run; nothing happens while one goes on."""
        if not self._visit.running:
            self._trying = True
            self._speaker.open()
            if self._speaker.ready:
                self._try()

    # ---- inside ---------------------------------------------------------------------------------------------------------------

    def _begin(self, setup: Setup) -> None:
        self._rest()
        exam = exams.by_key(setup.exam)
        self._cues = frozenset(row[CUE] for row in exam.table.values() if CUE in row)
        beats = exam.given(setup, BEATS)
        if beats > 0.0:
            self._beats = frozenset(name for name, row in exam.table.items() if BEAT in row)
            self._ticking = frozenset(exam.ticking)
            self._beat_s = 60.0 / beats
            self._lowers = setup.given.get(LOWERS, 1.0)
        if self._cues or self._beats or self._ticking:
            self._speaker.open()

    def _take(self, change: Change) -> None:
        if not isinstance(change, PhaseChange):
            if change.what is Happening.MARK and change.note == PAIN:
                self._hurts = True
                self._hush()
            return
        name = change.phase.name
        if self._begun_s is None:
            self._begun_s = perf_counter() - self._late_s(change.t_s)
        if change.phase.outcome is not None:
            self._rest()
        elif name in self._cues:
            self._speaker.play(self._cue_sound)
        elif name not in self._beats | self._ticking:
            self._hush()
        elif self._first_s is None and not self._hurts:
            self._first_s = self._begun_s if self.even else perf_counter() - min(self._late_s(change.t_s), self._beat_s)
            self._join()

    def _late_s(self, t_s: float) -> float:
        """Return how long ago a second of the session was: samples tell of a change of phase some time later."""
        session = self._visit.session
        return max(0.0, session.now_s - t_s) if session is not None else 0.0

    def _join(self) -> None:
        """Let the loudspeaker tick in time with what goes on: when it begins, or when a slow device is ready at last."""
        if self._trying and self._speaker.ready:
            self._try()
        elif self._first_s is not None and self._speaker.ready:
            late_s = perf_counter() - self._first_s + self._speaker.delay_s
            if self.even:
                once, loop, self._wait_s = tones.ticks(self._beat_s, late_s=late_s)
                self._sounds_s = None
                self._speaker.repeat(once, loop, tell=True)
            else:
                self._speaker.repeat(*tones.beats(self._beat_s, late_s=late_s, lowers=self._lowers))

    def _try(self) -> None:
        self._trying = False
        self._speaker.play(self._cue_sound)
        self._trial.start(TRIED_MS)

    def _tried(self) -> None:
        """Let the device go again, unless a run has it."""
        if not self._visit.running:
            self._speaker.shut()

    def _tell(self) -> None:
        """Tell the recording of a cue, or of the first beat of an even metronome, that is heard by now, and when its sound began."""
        ago_s = self._speaker.began()
        if ago_s is not None and not self.even:
            self._visit.mark(CUE_MARK, ago_s=ago_s)
        elif ago_s is not None:
            self._sounds_s = perf_counter() - ago_s + self._wait_s
        if self._sounds_s is not None and perf_counter() >= self._sounds_s:
            self._visit.mark(BEAT_MARK, ago_s=perf_counter() - self._sounds_s)
            self._sounds_s = None

    def _end(self, _: Finished) -> None:
        self._rest()

    def _hush(self) -> None:
        """Stop the metronome; a cue is as short as it is."""
        self._sounds_s = None
        if self._first_s is not None:
            self._first_s = None
            self._speaker.hush()

    def _rest(self) -> None:
        self._trying = False
        self._trial.stop()
        self._hush()
        self._cues = self._beats = self._ticking = frozenset()
        self._begun_s = None
        self._hurts = False
        self._speaker.shut()
