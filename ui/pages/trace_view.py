"""The picture of any exam that has none of its own: numbers, how far it is, symmetry, and the signals large; live and replayed alike."""

import math
from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from ankletest import exams
from ankletest.exams.base import Change, PhaseChange, Run
from ankletest.metrics.base import MetricValue
from ankletest.samples import Block, Side
from ankletest.session import DeviceStatus, Finished
from ankletest.trial import Happening, Setup
from ui.pages.display import final_slots, final_values, live_values, slot_of
from ui.pages.number_grid import NumberGrid
from ui.pages.pairs import live_pairs
from ui.pages.signals import Signals
from ui.tongue import say
from ui.widgets.card import Card, lay_out
from ui.widgets.distance import Giant
from ui.widgets.ring import CountdownRing
from ui.widgets.symmetry import SymmetryBars
from ui.widgets.traces import Traces
from ui.words import common as words
from ui.words import pages as words_pages

SECONDS = 10.0
LEAST_PX = 440
SHOWN = (Happening.TOUCH_DOWN, Happening.STANCE_HOP, Happening.SHIFT)
"""Events that are marked on the signals; contacts and flights show in them, a dozen words would hide them."""


class TraceView(QWidget):
    """Cards of an exam whose run tells its own numbers and progress."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number_card = Card(words_pages.NUMBERS, parent=self)
        self.numbers = NumberGrid((), size=42, parent=self.number_card)
        self.number_card.body.addWidget(self.numbers, 1)
        self.time_card = Card(words_pages.TIME, parent=self)
        self.ring = CountdownRing(words_pages.DONE_OF, self.time_card)
        self.time_card.body.addWidget(self.ring, 1)
        self.symmetry_card = Card(words_pages.SYMMETRY, right=words_pages.SYMMETRY_TARGET, parent=self)
        self.symmetry = SymmetryBars(self.symmetry_card)
        self.symmetry_card.body.addWidget(self.symmetry, 1)
        self.signal_card = Card(words_pages.SIGNALS.format(seconds=words.number(SECONDS, 0)), parent=self)
        self.traces = Traces((), SECONDS, self.signal_card)
        self.signal_card.body.addWidget(self.traces, 1)
        top = ((self.number_card, 5), (self.time_card, 3), (self.symmetry_card, 5))
        lay_out(self, top, ((self.signal_card, 5),), top_share=5)
        self.setMinimumHeight(LEAST_PX)
        self._signals = Signals(self.traces, hops=True)
        self._side = Side.LEFT
        self._devices: Mapping[str, DeviceStatus] = {}
        self.involved: Side | None = None
        self._others: Mapping[str, float] = {}
        self._values: Mapping[str, float | None] = {}
        self._phase: PhaseChange | None = None
        self._concluded = False

    def set_side(self, side: Side) -> None:
        """Take the colour of a leg."""
        self._side = side
        self.ring.set_colour(side.value)

    def show_devices(self, devices: Mapping[str, DeviceStatus]) -> None:
        """Show the signals of these devices."""
        self._devices = dict(devices)
        self._signals.show(self._devices.values(), self._side)

    def begin(self, setup: Setup, others: Mapping[str, float]) -> None:
        """Start empty for a run; the sensors that its exam goes by are shown first."""
        self._signals.lead = next((exam.drivers for exam in exams.EXAMS if exam.key == setup.exam), ())
        self._signals.show(self._devices.values(), self._side)
        self._concluded = False
        self._others = others
        self._values = {}
        self._phase = None
        self.ring.set(0.0, 0.0)
        self.numbers.clear()
        self.number_card.set_title(words_pages.NUMBERS)
        self.number_card.set_right(
            words_pages.NUMBERS_RIGHT.format(letter=words.LETTER[setup.side], other=words.LETTER[setup.side.other]) if others else ""
        )
        self.symmetry.set(())

    def take(self, block: Block) -> None:
        """Take samples."""
        self._signals.push(block)

    def take_change(self, change: Change) -> None:
        """Take a phase or an event."""
        if isinstance(change, PhaseChange):
            self._phase = change
        elif change.what is Happening.MARK:
            self.traces.mark(change.t_s, words_pages.MARKS.get(change.note, say(change.note)), "accent")
        elif change.what in SHOWN:
            self.traces.mark(change.t_s, words_pages.EVENT.get(change.what, change.what.value))

    def paint(self, now_s: float, run: Run | None, *, numbers: bool) -> None:
        """Draw what came."""
        self.traces.set_now(now_s)
        self.traces.refresh()
        if self._concluded or run is None:
            return
        self._paint_ring(now_s, run)
        if numbers:
            live = run.live()
            self.numbers.set_slots([slot_of(number) for number in live])
            self._values = live_values(live)
            self.numbers.show_values(self._values, self._others, self._side)
            self.symmetry.set(live_pairs(self.numbers.slots, self._values, self._others, self._side, involved=self.involved))

    def conclude(self, finished: Finished, others: Mapping[str, float]) -> None:
        """Show the final numbers: the clinical ones first."""
        self._concluded = True
        self._others = others
        self._values = {key: value for key, value in final_values(finished.values).items() if value is not None}
        self.numbers.set_slots(final_slots((), _clinical_first(finished.values)))
        self.numbers.show_values(self._values, others, self._side)
        self.symmetry.set(live_pairs(self.numbers.slots, self._values, others, self._side, involved=self.involved))
        self.number_card.set_title(words_pages.NUMBERS_FINAL)

    def show_trials(self, done: int, total: int) -> None:
        """Show how many trials of this leg are done."""
        self.ring.trial_dots(done, total)
        self.time_card.set_right(words_pages.TRIAL.format(number=min(done + 1, total), total=total))

    def clear(self) -> None:
        """Show nothing."""
        self._concluded = False
        self._values = {}
        self._phase = None
        self._signals.clear()
        self.ring.set(0.0, 0.0)
        self.numbers.clear()
        self.number_card.set_right("")
        self.symmetry.set(())

    def forget(self) -> None:
        """Show nothing of an exam that is not shown any more: the next one has other numbers."""
        self.clear()
        self.numbers.empty()
        self.number_card.set_title(words_pages.NUMBERS)

    def giants(self) -> list[Giant]:
        """Return the numbers for the distance view: how far it is, and the first of the grid."""
        left = self.ring.text()
        done = Giant(words_pages.DONE_OF.capitalize(), words.read(left))
        if not self.numbers.slots:
            return [done]
        first = self.numbers.slots[0]
        title = words_pages.PATH_OF.format(title=first.title, side=words.SIDE[self._side].lower())
        return [done, Giant(title, self._values.get(first.key), first.unit, first.decimals, self._side.value)]

    def _paint_ring(self, now_s: float, run: Run) -> None:
        progress, phase = run.progress, self._phase
        if phase is not None and not phase.phase.counted and math.isfinite(phase.ends_s):
            self.ring.set_label(words_pages.UNTIL_GO)
            self.ring.set(max(0.0, now_s - phase.t_s), phase.ends_s - phase.t_s, decimals=1)
            return
        self.ring.set_label(words_pages.DONE_OF if progress.unit != "s" else words_pages.SECONDS_LEFT)
        self.ring.set(progress.done, progress.total, decimals=1 if progress.unit == "s" else 0)


def _clinical_first(values: tuple[MetricValue, ...]) -> list[MetricValue]:
    return sorted((v for v in values if v.value is not None), key=lambda v: not v.metric.clinical)
