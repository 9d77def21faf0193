"""Targets of a client: set from the baseline by the other leg, by a norm that matches, or by hand; each with how far the way is."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ankletest.errors import AnkletestError
from ankletest.exams.conditions import conditions_of
from ankletest.exams.figures import figures_for, source_told
from ankletest.metrics.base import Better, Metric
from ankletest.metrics.published import Person
from ankletest.programme.past import trial_of
from ankletest.programme.targets import Origin, Target, by_hand, of_norm, of_other_side, reached
from ankletest.programme.trend import Point, Track, Trend, trend_of
from ankletest.samples import Side
from ankletest.store.follow_up import KeptTarget
from ankletest.trial import Setup
from ui import theme
from ui.asked import title_of
from ui.pages.ask_box import inset
from ui.pages.display import scale_of
from ui.tongue import say
from ui.widgets.card import Card, label
from ui.widgets.question import ask_first
from ui.words import common as words
from ui.words import followup as told

MOST_VALUE = 1e6


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target that is to be kept: of which leg and conditions, by which version of the metric, and where it is from."""

    target: Target
    setup: Setup
    version: int
    note: str = ""


class TargetsCard(Card):
    """Targets with their progress, and a form for another one; ``wanted`` carries a ``Wanted``, ``removed`` the id of a target."""

    wanted = Signal(object)
    removed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(told.TARGETS, parent=parent)
        self._tracks: Sequence[Track] = ()
        self._person = Person()
        self._offered: Wanted | None = None
        self.rows: list[TargetRow] = []
        self._list = QVBoxLayout()
        self.body.addLayout(self._list)
        self.empty = label(told.TARGETS_EMPTY, "sub", self)
        self.empty.setWordWrap(True)
        self.body.addWidget(self.empty)
        grid = QGridLayout()
        self.number = _box(told.TARGET_NUMBER, self)
        self.leg = _box(told.TARGET_LEG, self)
        for side in Side:
            self.leg.addItem(words.SIDE[side], side.value)
        self.origin = _box(told.TARGET_FROM, self)
        for origin in Origin:
            self.origin.addItem(told.ORIGIN[origin.value], origin.value)
        self.value = QDoubleSpinBox(self)
        self.value.setRange(-MOST_VALUE, MOST_VALUE)
        self.value.setAccessibleName(told.TARGET_VALUE)
        inset(self.value)
        self.set_button = QPushButton(told.TARGET_SET, self)
        self.set_button.setAccessibleName(told.TARGET_SET)
        grid.addWidget(self.number, 0, 0, 1, 2)
        for k, widget in enumerate((self.leg, self.origin, self.value, self.set_button)):
            if theme.large():
                grid.addWidget(widget, k + 1, 0, 1, 2)
            else:
                grid.addWidget(widget, 1 + k // 2, k % 2)
        self.body.addLayout(grid)
        self.sentence = label("", "sub", self)
        self.sentence.setWordWrap(True)
        self.body.addWidget(self.sentence)
        for box in (self.number, self.leg, self.origin):
            box.currentIndexChanged.connect(self._offer)
        self.set_button.clicked.connect(self._set)

    def show_targets(self, kept: Sequence[KeptTarget], tracks: Sequence[Track], person: Person) -> None:
        """Show targets, and what others can be set of."""
        self._tracks, self._person = tracks, person
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [TargetRow(one, tracks, self) for one in kept]
        for row in self.rows:
            row.removed.connect(self.removed)
            self._list.addWidget(row)
        numbers = [(place, metric) for place, track in enumerate(tracks) if not track.both for metric in track.metrics if metric.clinical]
        before = self.number.currentText()
        self.number.blockSignals(True)
        self.number.clear()
        for place, metric in numbers:
            self.number.addItem(
                told.NUMBER_OF.format(exam=title_of(tracks[place].trials[-1].setup), metric=words.capital(say(metric.title))),
                (place, metric.key),
            )
        self.number.setCurrentIndex(max(0, self.number.findText(before)))
        self.number.blockSignals(False)
        self.empty.setText(told.TARGETS_EMPTY if numbers else told.TARGETS_NOT_YET)
        self.empty.setVisible(not kept)
        for widget in (self.number, self.leg, self.origin, self.value, self.set_button):
            widget.setVisible(bool(numbers))
        self._offer()

    # ---- another target -------------------------------------------------------------------------------------------------------

    def _chosen(self) -> tuple[Track, Metric, Side] | None:
        found = self.number.currentData()
        if found is None:
            return None
        place, key = found
        track = self._tracks[place]
        return track, next(metric for metric in track.metrics if metric.key == key), Side(self.leg.currentData())

    def _offer(self) -> None:
        """Work out what is chosen, and show its value or why there is none."""
        chosen, self._offered = self._chosen(), None
        hand = self.origin.currentData() == Origin.HAND.value
        self.value.setEnabled(hand and chosen is not None)
        if chosen is None:
            self.sentence.setText("")
            return
        track, metric, side = chosen
        scale = scale_of(metric.key, metric.unit, metric.decimals)
        self.value.setDecimals(scale.decimals)
        self.value.setSuffix(f" {scale.unit}" if scale.unit else "")
        trend = trend_of(track, metric)
        line = trend.lines.get(side, ())
        if not line:
            self._refuse(told.NO_BASELINE)
            return
        if hand:
            self.value.setValue(line[0].value * scale.factor)
            self.set_button.setEnabled(True)
            self.sentence.setText("")
            return
        self._offered, said = (
            self._by_side(trend, side) if self.origin.currentData() == Origin.OTHER_SIDE.value else self._by_norm(line[0], trend)
        )
        if self._offered is None:
            self._refuse(said)
            return
        self.value.setValue(self._offered.target.value * scale.factor)
        self.set_button.setEnabled(True)
        self.sentence.setText(said)

    def _by_side(self, trend: Trend, side: Side) -> tuple[Wanted | None, str]:
        mine, others = trend.lines[side], trend.lines.get(side.other, ())
        if trend.metric.better is Better.NONE:
            return None, told.NO_DIRECTION
        if not others:
            return None, told.NO_OTHER
        # Its own baseline: a leg that is spared for weeks gets worse, and is no yardstick any more.
        target = of_other_side(trend.metric, mine[0].value, others[0].value)
        return (Wanted(target, mine[0].trial.setup, trend.version), "") if target is not None else (None, told.GOOD_ALREADY)

    def _by_norm(self, first: Point, trend: Trend) -> tuple[Wanted | None, str]:
        if trend.metric.better is Better.NONE:
            return None, told.NO_DIRECTION
        fitting = figures_for(trial_of(first.trial), first.number.value_as(trend.metric, first.trial.window_s), self._person)
        if not fitting.norms:
            return None, told.NO_NORM.format(why=say(fitting.why))
        found = of_norm(trend.metric, first.value, fitting.norms)
        if found is None:
            return None, told.NORM_THERE
        source = source_told(found[1])
        return Wanted(found[0], first.trial.setup, trend.version, source), told.FROM_NORM.format(source=source)

    def _refuse(self, why: str) -> None:
        self.set_button.setEnabled(False)
        self.value.setValue(0.0)
        self.sentence.setText(why)

    def _set(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        wanted = self._offered
        if wanted is None:
            track, metric, side = chosen
            trend = trend_of(track, metric)
            first = trend.lines[side][0]
            factor = scale_of(metric.key, metric.unit, metric.decimals).factor
            try:
                wanted = Wanted(by_hand(metric, first.value, self.value.value() / factor), first.trial.setup, trend.version)
            except AnkletestError as error:
                self.sentence.setText(say(str(error)))
                return
        self.wanted.emit(wanted)


class TargetRow(QFrame):
    """One target; ``removed`` carries its id."""

    removed = Signal(object)

    def __init__(self, kept: KeptTarget, tracks: Sequence[Track], parent: QWidget) -> None:
        super().__init__(parent)
        self._id: uuid.UUID = kept.id
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(4)
        metric, trend = _now(kept, tracks)
        name = say(metric.title) if metric is not None else kept.target.metric
        title = self._title = told.TARGET_TITLE.format(
            letter=words.LETTER[kept.setup.side], metric=words.capital(name), exam=title_of(kept.setup)
        )
        head = QHBoxLayout()
        line = label(title, "fact", self)
        line.setWordWrap(True)
        self.remove = QPushButton(told.TARGET_REMOVE, self)
        self.remove.setAccessibleName(told.TARGET_REMOVE_OF.format(title=title))
        head.addWidget(line, 1)
        head.addWidget(self.remove)
        column.addLayout(head)
        share, text = _way(kept, metric, trend)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 100)
        self.bar.setValue(min(max(round(100 * share), 0), 100))
        self.bar.setAccessibleName(told.PROGRESS.format(title=title, percent=self.bar.value()))
        column.addWidget(self.bar)
        self.text: QLabel = label(text, "sub", self)
        self.text.setWordWrap(True)
        self.text.setToolTip(kept.note)
        column.addWidget(self.text)
        self.remove.clicked.connect(self._remove)

    def _remove(self) -> None:
        text = told.TARGET_REMOVE_TEXT.format(title=self._title)
        ask_first(self, told.TARGET_REMOVE_TITLE, text, do=told.TARGET_REMOVE, stay=told.CANCEL, action=lambda: self.removed.emit(self._id))


def _now(kept: KeptTarget, tracks: Sequence[Track]) -> tuple[Metric | None, Trend | None]:
    """Return the metric of a target and its trend of today, where there is one."""
    wanted = conditions_of(kept.setup)
    track = next((one for one in tracks if one.conditions == wanted), None)
    metric = next((one for one in track.metrics if one.key == kept.target.metric), None) if track is not None else None
    return metric, trend_of(track, metric) if track is not None and metric is not None else None


def _way(kept: KeptTarget, metric: Metric | None, trend: Trend | None) -> tuple[float, str]:
    """Return how much of the way is done, and the sentence about it."""
    target = kept.target
    scale = scale_of(target.metric, metric.unit if metric is not None else "", metric.decimals if metric is not None else 2)
    fields = {
        "baseline": words.number(target.baseline * scale.factor, scale.decimals),
        "value": words.number(target.value * scale.factor, scale.decimals), "unit": scale.unit, "origin": told.ORIGIN[target.origin.value],
    }  # fmt: skip
    line = trend.lines.get(kept.setup.side, ()) if trend is not None else ()
    if metric is None or trend is None or not line:
        return 0.0, told.TARGET_UNTOLD.format(**fields)
    if trend.version != kept.version:
        return 0.0, told.TARGET_OLD.format(
            baseline=fields["baseline"], value=fields["value"], unit=scale.unit, version=kept.version, now=trend.version
        )  # fmt: skip
    now = line[-1].value
    share = target.progress(now)
    there = reached(metric, now, target.value) if metric.better is not Better.NONE else share >= 1.0
    shown = words.number(now * scale.factor, scale.decimals)
    if there:
        return 1.0, told.TARGET_REACHED.format(**fields, now=shown)
    return share, told.TARGET_WAY.format(**fields, now=shown, percent=words.number(100 * share, 0))


def _box(name: str, parent: QWidget) -> QComboBox:
    box = QComboBox(parent)
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    return box
