"""The picture of a set of hops: numbers, hops left, symmetry, timeline, signals; live and replayed alike."""

import math
from collections.abc import Mapping, Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ankletest.exams.base import Change, PhaseChange, Run
from ankletest.metrics.contacts import hops_of
from ankletest.samples import Block, Side
from ankletest.session import DeviceStatus, Finished
from ankletest.trial import Happening, Setup
from ui.pages.display import final_slots, final_values, live_values, slot_of
from ui.pages.hop_marks import HopEvents
from ui.pages.number_grid import NumberGrid, Slot
from ui.pages.pairs import live_pairs
from ui.pages.signals import Signals
from ui.tongue import say
from ui.widgets.card import Card, lay_out
from ui.widgets.distance import Giant
from ui.widgets.ring import CountdownRing
from ui.widgets.symmetry import SymmetryBars
from ui.widgets.timeline import HopMark, HopTimeline
from ui.widgets.traces import Traces
from ui.words import common as words
from ui.words import pages as words_pages

SECONDS = 5.0
SPAN_S = 5.0
"""Shortest stretch of time on the timeline."""
LONGEST_S = 8.0
"""While it goes on, the last seconds are shown: bars stay wide enough for their numbers."""
SLOTS = (
    Slot("flight_time", "Flight time", "ms", 0), Slot("contact_time", "Contact time", "ms", 0), Slot("jump_height", "Height", "cm", 1),
    Slot("rsi", "Reactive strength", "m/s", 2),
)  # fmt: skip


LEAST_PX = 440
SIGNALS_FROM_PX = 590
"""In a low window the timeline is worth more than the signals under it."""


class HopView(QWidget):
    """Cards of a set of hops."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number_card = Card(words_pages.LAST_HOP, parent=self)
        self.numbers = NumberGrid(SLOTS, size=42, parent=self.number_card)
        self.number_card.body.addWidget(self.numbers, 1)
        self.hop_card = Card(words_pages.HOPS_CARD, parent=self)
        self.ring = CountdownRing(words_pages.HOPS_LEFT, self.hop_card)
        self.hop_card.body.addWidget(self.ring, 1)
        self.symmetry_card = Card(words_pages.SYMMETRY, right=words_pages.SYMMETRY_TARGET, parent=self)
        self.symmetry = SymmetryBars(self.symmetry_card)
        self.symmetry_card.body.addWidget(self.symmetry, 1)
        self.timeline_card = Card(words_pages.TIMELINE, parent=self)
        self.timeline = HopTimeline(self.timeline_card)
        self.timeline_card.body.addWidget(self.timeline, 1)
        self.signal_card = Card(words_pages.GROUND_FORCE, parent=self)
        self.traces = Traces((), SECONDS, self.signal_card)
        self.signal_card.body.addWidget(self.traces, 1)
        top = ((self.number_card, 5), (self.hop_card, 3), (self.symmetry_card, 5))
        lay_out(self, top, ((self.timeline_card, 4), (self.signal_card, 3)), top_share=6)
        self.setMinimumHeight(LEAST_PX)
        self._signals = Signals(self.traces, hops=True)
        self._events = HopEvents()
        self._side = Side.LEFT
        self.involved: Side | None = None
        self._others: Mapping[str, float] = {}
        self._values: Mapping[str, float | None] = {}
        self._stale = False
        self._concluded = False
        self._start_s = math.nan

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the signals out where there is no room for them."""
        super().resizeEvent(event)
        self.signal_card.setVisible(self.height() >= SIGNALS_FROM_PX)

    def set_side(self, side: Side) -> None:
        """Take the colour of a leg."""
        self._side = side
        self.timeline.set_side(side)
        self.ring.set_colour(side.value)

    def show_devices(self, devices: Mapping[str, DeviceStatus]) -> None:
        """Show the signals of these devices."""
        self._signals.show(devices.values(), self._side)

    def begin(self, setup: Setup, others: Mapping[str, float]) -> None:
        """Start empty for a run."""
        self._concluded = False
        self._others = others
        self._values = {}
        self._start_s = math.nan
        self._events.clear()
        self._stale = True
        self.timeline.clear()
        self.ring.set(0, setup.hops)
        self.numbers.clear()
        self.number_card.set_title(words_pages.LAST_HOP)
        self.number_card.set_right(
            words_pages.NUMBERS_RIGHT.format(letter=words.LETTER[setup.side], other=words.LETTER[setup.side.other]) if others else ""
        )
        self.symmetry.set(())
        self.timeline_card.set_right("")

    def take(self, block: Block) -> None:
        """Take samples."""
        self._signals.push(block)

    def take_change(self, change: Change) -> None:
        """Take a phase or an event."""
        if isinstance(change, PhaseChange):
            if math.isnan(self._start_s):
                self._start_s = change.t_s
            return
        self._stale |= self._events.take(change)
        if change.what is Happening.MARK:
            self.traces.mark(change.t_s, words_pages.MARKS.get(change.note, say(change.note)), "accent")

    def paint(self, now_s: float, run: Run | None, *, numbers: bool) -> None:
        """Draw what came."""
        self.traces.set_now(now_s)
        self.traces.refresh()
        if self._concluded or run is None:
            return
        if self._stale:
            self._stale = False
            self._show_hops(self._events.marks(), now_s)
            progress = run.progress
            self.ring.set(progress.done, progress.total)
        if numbers:
            live = run.live()
            self.numbers.set_slots([slot_of(number) for number in live])
            self._values = live_values(live)
            self.numbers.show_values(self._values, self._others, self._side)
            self.symmetry.set(live_pairs(self.numbers.slots, self._values, self._others, self._side, involved=self.involved))

    def conclude(self, finished: Finished, others: Mapping[str, float]) -> None:
        """Show the final numbers, and which hops count."""
        self._concluded = True
        self._others = others
        final = {key: value for key, value in final_values(finished.values).items() if value is not None}
        self._values = final
        self.numbers.set_slots(final_slots(self.numbers.slots, finished.values))
        self.numbers.show_values(self._values, others, self._side)
        self.symmetry.set(live_pairs(self.numbers.slots, self._values, others, self._side, involved=self.involved))
        self.number_card.set_title(words_pages.NUMBERS_FINAL)
        hops = hops_of(finished.trial).hops
        self.timeline.clear()
        self._show_hops([HopMark(hop.ic_s, hop.to_s, hop.next_ic_s, hop.valid, hop.why) for hop in hops], math.inf)
        self.ring.set(min(len(hops), finished.trial.setup.hops), finished.trial.setup.hops)

    def show_trials(self, done: int, total: int) -> None:
        """Show how many trials of this leg are done."""
        self.ring.trial_dots(done, total)
        self.hop_card.set_right(words_pages.TRIAL.format(number=min(done + 1, total), total=total))

    def clear(self) -> None:
        """Show nothing."""
        self._concluded = False
        self._values = {}
        self._events.clear()
        self._signals.clear()
        self.timeline.clear()
        self.timeline_card.set_right("")
        self.ring.set(0, 0)
        self.numbers.clear()
        self.number_card.set_right("")
        self.symmetry.set(())

    def giants(self) -> list[Giant]:
        """Return the numbers for the distance view: hops left, and the first of the grid."""
        first = self.numbers.slots[0]
        left = self.ring.text()
        title = words_pages.PATH_OF.format(title=first.title, side=words.SIDE[self._side].lower())
        return [
            Giant(words_pages.HOPS_LEFT.capitalize(), words.read(left)),
            Giant(title, self._values.get(first.key), first.unit, first.decimals, self._side.value),
        ]

    def _show_hops(self, marks: Sequence[HopMark], now_s: float) -> None:
        """Show hops from the first on; while they come, the last seconds of them."""
        if not marks:
            return
        last = marks[-1].next_ic_s if math.isfinite(marks[-1].next_ic_s) else marks[-1].to_s
        start = marks[0].ic_s - 0.3
        end = max(start + SPAN_S, last + 0.3)
        if math.isfinite(now_s) and end - start > LONGEST_S:
            start = end - LONGEST_S
        self.timeline.set(marks, (start, end))
        out = [(k + 1, mark) for k, mark in enumerate(marks) if not mark.valid]
        self.timeline_card.set_right(words_pages.LEFT_OUT.format(number=out[-1][0], why=say(out[-1][1].why)) if out else "")
