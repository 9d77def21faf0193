"""The picture of a stance: path of the centre of pressure, countdown, numbers, signals; live and replayed alike."""

import math
from collections.abc import Mapping

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ankletest.exams.base import Change, PhaseChange, Run
from ankletest.samples import Block, FloatArray, Kind, Side
from ankletest.session import DeviceStatus, Finished
from ankletest.trial import Happening, Setup
from ui.pages.cop_trail import CopTrail, ellipse_of, path_of
from ui.pages.display import final_slots, final_values, live_values, slot_of
from ui.pages.number_grid import NumberGrid, Slot
from ui.pages.signals import Signals
from ui.tongue import say
from ui.widgets.card import Card, lay_out
from ui.widgets.distance import Giant
from ui.widgets.ring import CountdownRing
from ui.widgets.stabilogram import STEPS_CM, Outline, Stabilogram, half_range_cm
from ui.widgets.traces import Traces
from ui.words import common as words
from ui.words import pages as words_pages

SECONDS = 10.0
TRAIL_POINTS = 200
"""The last two seconds are drawn as a trail."""
SLOTS = (
    Slot("path", "Sway path", "mm", 0), Slot("ellipse_area", "Ellipse area", "cm²", 1), Slot("velocity", "Mean velocity", "mm/s", 1),
    Slot("range_ml", "ML range", "mm", 0),
)  # fmt: skip
ERRORS = (Happening.TOUCH_DOWN, Happening.STANCE_HOP, Happening.SHIFT, Happening.LARGE_SWAY, Happening.OFF_PAD)
"""Events that are marked on the signals."""


LEAST_PX = 440
SIGNALS_FROM_PX = 526


class StanceView(QWidget):
    """Cards of a stance."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cop_card = Card(words_pages.COP, parent=self)
        self.stabilogram = Stabilogram(parent=self.cop_card)
        self.cop_card.body.addWidget(self.stabilogram, 1)
        self.time_card = Card(words_pages.TIME, parent=self)
        self.ring = CountdownRing(words_pages.SECONDS_LEFT, self.time_card)
        self.time_card.body.addWidget(self.ring, 1)
        self.number_card = Card(words_pages.NUMBERS, parent=self)
        self.numbers = NumberGrid(SLOTS, parent=self.number_card)
        self.number_card.body.addWidget(self.numbers, 1)
        self.signal_card = Card(words_pages.SIGNALS.format(seconds=words.number(SECONDS, 0)), parent=self)
        self.traces = Traces((), SECONDS, self.signal_card)
        self.signal_card.body.addWidget(self.traces, 1)
        top = ((self.cop_card, 5), (self.time_card, 3), (self.number_card, 5))
        lay_out(self, top, ((self.signal_card, 4),), top_share=6)
        self.setMinimumHeight(LEAST_PX)
        self._signals = Signals(self.traces, hops=False)
        self._trail = CopTrail()
        self._side = Side.LEFT
        self._others: Mapping[str, float] = {}
        self._values: Mapping[str, float | None] = {}
        self._phase: PhaseChange | None = None
        self._touches = 0
        self._scale_cm = STEPS_CM[0]
        self._lost_percent = 0.0
        self._concluded = False
        self.path_mm: FloatArray = self._trail.path_mm()
        self.ellipse: Outline | None = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the signals out where there is no room for them."""
        super().resizeEvent(event)
        self.signal_card.setVisible(self.height() >= SIGNALS_FROM_PX)

    def set_side(self, side: Side) -> None:
        """Take the colour of a leg."""
        self._side = side
        self.stabilogram.set_side(side)
        self.ring.set_colour(side.value)

    def show_devices(self, devices: Mapping[str, DeviceStatus]) -> None:
        """Show the signals of these devices, and what they lost."""
        self._signals.show(devices.values(), self._side)
        self._lost_percent = max((d.loss_percent for d in devices.values()), default=0.0)
        self._tell_counts()

    def begin(self, setup: Setup, others: Mapping[str, float]) -> None:
        """Start empty for a run."""
        self._concluded = False
        self._others = others
        self._values = {}
        self._phase = None
        self._touches = 0
        self._trail.clear()
        self.stabilogram.clear()
        self.ring.set_label(words_pages.SECONDS_LEFT)
        self.ring.set(0.0, setup.duration_s, decimals=1)
        self.number_card.set_title(words_pages.NUMBERS)
        self.number_card.set_right(
            words_pages.NUMBERS_RIGHT.format(letter=words.LETTER[setup.side], other=words.LETTER[setup.side.other]) if others else ""
        )
        self.numbers.clear()
        self.cop_card.set_right("")
        self._tell_counts()

    def take(self, block: Block) -> None:
        """Take samples."""
        self._signals.push(block)
        if block.kind is Kind.PAD and len(block):
            self._trail.push(block)

    def take_change(self, change: Change) -> None:
        """Take a phase or an event."""
        if isinstance(change, PhaseChange):
            self._phase = change
            if change.phase.counted:
                self._trail.count_from(change.t_s)
                # Stepping onto the pad moved the CoP by decimetres; holds share one scale, so that legs can be compared.
                self.stabilogram.set_half_range(self._scale_cm)
            return
        if change.what is Happening.TOUCH_DOWN:
            self._touches += 1
            self._tell_counts()
        if change.what in ERRORS:
            self.traces.mark(change.t_s, words_pages.EVENT[change.what])
        elif change.what is Happening.MARK:
            self.traces.mark(change.t_s, words_pages.MARKS.get(change.note, say(change.note)), "accent")

    def paint(self, now_s: float, run: Run | None, *, numbers: bool) -> None:
        """Draw what came."""
        self.traces.set_now(now_s)
        self.traces.refresh()
        if self._concluded:
            return
        self.path_mm = self._trail.path_mm()
        self.stabilogram.set_trace(self.path_mm, trail=TRAIL_POINTS)
        if run is None:
            return
        self._paint_ring(now_s, run)
        if numbers:
            self.ellipse = ellipse_of(self.path_mm) if self._trail.counted else None
            self.stabilogram.set_ellipse(self.ellipse)
            live = run.live()
            self.numbers.set_slots([slot_of(number) for number in live])
            self._values = live_values(live)
            self.numbers.show_values(self._values, self._others, self._side)
            self._tell_area(self._values.get("ellipse_area"))

    def conclude(self, finished: Finished, others: Mapping[str, float]) -> None:
        """Show the final numbers, and the analysed path."""
        trial = finished.trial
        self._concluded = True
        self._others = others
        final = {key: value for key, value in final_values(finished.values).items() if value is not None}
        self._values = final
        self.numbers.set_slots(final_slots(self.numbers.slots, finished.values))
        self.numbers.show_values(self._values, others, self._side)
        self.number_card.set_title(words_pages.NUMBERS_FINAL)
        pads = [s for s in trial.streams if s.kind is Kind.PAD]
        start_s, end_s = trial.window_s
        if pads and end_s > start_s:
            self.path_mm = path_of(pads[0].between(start_s, end_s))
            self.ellipse = ellipse_of(self.path_mm)
            self._scale_cm = max(self._scale_cm, half_range_cm([self.path_mm]))
            self.stabilogram.set_half_range(self._scale_cm)
            self.stabilogram.set_trace(self.path_mm)
            self.stabilogram.set_ellipse(self.ellipse)
        self._tell_area(final.get("ellipse_area"))
        if math.isfinite(trial.hold_s):
            self.ring.set_label(words_pages.SECONDS_LEFT)
            self.ring.set(min(trial.hold_s, trial.setup.duration_s), trial.setup.duration_s, decimals=1)

    def show_trials(self, done: int, total: int) -> None:
        """Show how many trials of this leg are done."""
        self.ring.trial_dots(done, total)
        self.time_card.set_right(words_pages.TRIAL.format(number=min(done + 1, total), total=total))

    def clear(self) -> None:
        """Show nothing."""
        self._concluded = False
        self._values = {}
        self._phase = None
        self._trail.clear()
        self._signals.clear()
        self.stabilogram.set_half_range(self._scale_cm)
        self.stabilogram.clear()
        self.ring.set(0.0, 0.0)
        self.numbers.clear()
        self.cop_card.set_right("")
        self.number_card.set_right("")

    def giants(self) -> list[Giant]:
        """Return the numbers for the distance view: seconds left, and the first of the grid."""
        first = self.numbers.slots[0]
        seconds = self.ring.text()
        left = Giant(words_pages.SECONDS_LEFT.capitalize(), words.read(seconds), "s", 1)
        title = words_pages.PATH_OF.format(title=first.title, side=words.SIDE[self._side].lower())
        return [left, Giant(title, self._values.get(first.key), first.unit, first.decimals, self._side.value)]

    def _paint_ring(self, now_s: float, run: Run) -> None:
        progress, phase = run.progress, self._phase
        if phase is not None and not phase.phase.counted and math.isfinite(phase.ends_s):
            self.ring.set_label(words_pages.UNTIL_GO)
            self.ring.set(max(0.0, now_s - phase.t_s), phase.ends_s - phase.t_s, decimals=1)
            return
        self.ring.set_label(words_pages.SECONDS_LEFT)
        self.ring.set(progress.done, progress.total, decimals=1)

    def _tell_area(self, area_cm2: float | None) -> None:
        if area_cm2 is None:
            self.cop_card.set_right("")
        else:
            self.cop_card.set_right(f"{words_pages.ELLIPSE}  {words.with_unit(area_cm2, 1, 'cm²')}")

    def _tell_counts(self) -> None:
        self.signal_card.set_right(words_pages.SIGNALS_RIGHT.format(touches=self._touches, lost=words.number(self._lost_percent, 1)))
