"""The history of a client: a card for each exam under its conditions, with the trend of one number and what became of it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ankletest.exams.conditions import Conditions
from ankletest.exams.history import Change
from ankletest.metrics.base import Metric, Status
from ankletest.metrics.change import Meaning
from ankletest.metrics.published import Person
from ankletest.programme.trend import Point, Track, Trend, change_of, trend_of
from ankletest.samples import Side
from ui.asked import title_of
from ui.pages.display import Scale, scale_of
from ui.tongue import say
from ui.widgets.card import Card, label
from ui.widgets.trend import COVERAGE, Dot, Lines, TrendPlot
from ui.words import common as words
from ui.words import followup as told

COLUMNS = 2
GAP_PX = 14
PLOT_PX = 190


class TrackCard(Card):
    """One exam under one set of conditions; ``chosen`` carries the point that somebody wants to see."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.track: Track | None = None
        self.trend: Trend | None = None
        self._points: tuple[Point, ...] = ()
        self._person = Person()
        self._targets: Mapping[tuple[str, str], float] = {}
        self.exam = label("", "cap", self)
        self.exam.setWordWrap(True)
        self.body.addWidget(self.exam)
        self.number = QComboBox(self)
        self.number.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.number.setMinimumContentsLength(12)
        self.unit = label("", "cap", self)
        line = QHBoxLayout()
        line.addWidget(self.number, 1)
        line.addWidget(self.unit)
        self.body.addLayout(line)
        self.plot = TrendPlot(self)
        self.plot.setMinimumHeight(PLOT_PX)
        self.body.addWidget(self.plot, 1)
        self.verdicts = {side: label("", "fact", self) for side in ("left", "right", "")}
        for verdict in self.verdicts.values():
            verdict.setWordWrap(True)
            self.body.addWidget(verdict)
        self.version = label("", "sub", self)
        self.version.setWordWrap(True)
        self.body.addWidget(self.version)
        self.number.currentIndexChanged.connect(self._show)
        self.plot.chosen.connect(self._point)

    def show_track(self, track: Track, person: Person, targets: Mapping[tuple[str, str], float], *, everything: bool) -> None:
        """Show a track; the number that was chosen stays chosen. ``targets`` are by metric key and leg, in the metric's unit."""
        self.track, self._person, self._targets = track, person, targets
        self.exam.setText(title_of(track.trials[-1].setup))
        self.setAccessibleName(self.exam.text())
        self.number.setAccessibleName(told.CHOOSE_METRIC.format(exam=self.accessibleName()))
        clinical = [metric for metric in track.metrics if metric.clinical]
        shown = track.metrics if everything or not clinical else clinical
        before = self.number.currentData()
        self.number.blockSignals(True)
        if [self.number.itemData(k) for k in range(self.number.count())] != [metric.key for metric in shown]:
            self.number.clear()
            for metric in shown:
                self.number.addItem(words.capital(say(metric.title)), metric.key)
            found = self.number.findData(before)
            self.number.setCurrentIndex(found if found >= 0 else _first(track, shown))
        self.number.blockSignals(False)
        self._show()

    def _chosen_metric(self) -> Metric | None:
        key = self.number.currentData()
        return next((metric for metric in self.track.metrics if metric.key == key), None) if self.track is not None else None

    def _show(self) -> None:
        metric = self._chosen_metric()
        if self.track is None or metric is None:
            return
        trend = self.trend = trend_of(self.track, metric)
        scale = scale_of(metric.key, metric.unit, metric.decimals)
        points = [(side, point) for side, line in trend.lines.items() for point in line]
        points.sort(key=lambda one: (one[1].trial.when, one[1].trial.number))
        self._points = tuple(point for _, point in points)
        self.unit.setText(scale.unit)
        self.plot.show_lines(
            Lines(
                say(metric.title), scale.unit, scale.decimals, tuple(_dot(point, side, trend, scale) for side, point in points),
                {_key(side): line[0].value * scale.factor for side, line in trend.lines.items()},
                {side: value * scale.factor for (key, side), value in self._targets.items() if key == metric.key},
            )
        )  # fmt: skip
        for side, line in self.verdicts.items():
            mine = Side(side) if side else None
            line.setVisible(mine in trend.lines)
            if mine in trend.lines:
                change = change_of(trend, mine, person=self._person)
                line.setText(_verdict(trend, mine, change, scale))
                line.setToolTip(_why(change, scale))
                _colour(line, _state(change))
        self.version.setText(_version(trend))

    def _point(self, number: int) -> None:
        self.chosen.emit(self._points[number])


class History(QScrollArea):
    """The cards, two beside each other; cards are kept and filled anew, so that another client is shown at once."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(told.HISTORY)
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(GAP_PX)
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP_PX)
        self.sentence = label(told.HISTORY_EMPTY, "sub", inside)
        self.sentence.setWordWrap(True)
        column.addLayout(self._grid)
        column.addWidget(self.sentence)
        column.addStretch(1)
        for each in range(COLUMNS):
            self._grid.setColumnStretch(each, 1)
        self.setWidget(inside)
        self._cards: list[TrackCard] = []
        self._count = 0

    @property
    def cards(self) -> list[TrackCard]:
        """The cards that are shown."""
        return self._cards[: self._count]

    def show_tracks(
        self, tracks: Sequence[Track], person: Person, targets: Mapping[Conditions, Mapping[tuple[str, str], float]], *, everything: bool
    ) -> None:
        """Show what was tested."""
        while len(self._cards) < len(tracks):
            card = TrackCard(self.widget())
            card.chosen.connect(self.chosen)
            place = len(self._cards)
            self._grid.addWidget(card, place // COLUMNS, place % COLUMNS)
            self._cards.append(card)
        self._count = len(tracks)
        for card, track in zip(self._cards, tracks, strict=False):
            card.show_track(track, person, targets.get(track.conditions, {}), everything=everything)
            card.show()
        for card in self._cards[self._count :]:
            card.hide()
        self.sentence.setText(told.LEGEND if tracks else told.HISTORY_EMPTY)


def _first(track: Track, shown: Sequence[Metric]) -> int:
    """Return the place of the number to begin with: the first that was not the same in all trials."""
    for place, metric in enumerate(shown):
        values = {number.value for trial in track.trials for number in trial.numbers.get(metric.key, ()) if number.value is not None}
        if len(values) > 1:
            return place
    return 0


def _colour(line: QLabel, state: str) -> None:
    if line.property("state") != state:
        line.setProperty("state", state)
        line.style().unpolish(line)
        line.style().polish(line)


def _dot(point: Point, side: Side | None, trend: Trend, scale: Scale) -> Dot:
    value = point.value * scale.factor
    u = point.number.uncertainty * scale.factor if point.number.uncertainty is not None else None
    fields = {
        "side": told.SIDE[_key(side)], "when": words.day(point.trial.when),
        "value": words.with_unit(value, scale.decimals, scale.unit),
    }  # fmt: skip
    said = told.POINT.format(**fields) if u is None else told.POINT_U.format(**fields, u=words.spread(COVERAGE * u, scale.decimals))
    if point.number.again:
        said = told.POINT_AGAIN.format(told=said, version=trend.version)
    return Dot(point.trial.when, _key(side), value, u, said, caveat=point.number.status != Status.OK.value)


def _verdict(trend: Trend, side: Side | None, change: Change | None, scale: Scale) -> str:
    line = trend.lines[side]
    letter = told.LETTER[_key(side)]
    since = words.day(line[0].trial.when)
    if change is None:
        return told.VERDICT_ONE.format(letter=letter, since=since)
    size = words.with_unit(change.difference * scale.factor, scale.decimals, scale.unit)
    difference = f"+{size}" if change.difference > 0.0 else size
    fields = {"letter": letter, "difference": difference, "since": since}
    if change.finding.meaning is Meaning.WITHIN:
        return told.VERDICT_WITHIN.format(**fields)
    if change.finding.meaning is Meaning.UNKNOWN:
        return told.VERDICT_UNKNOWN.format(**fields)
    arrow = told.UP if change.difference > 0.0 else told.DOWN
    return told.VERDICT_REAL.format(**fields, arrow=arrow, meaning=told.VERDICT_MEANING[change.better])


def _why(change: Change | None, scale: Scale) -> str:
    """Return what a change was held against, or why against nothing."""
    if change is None:
        return ""
    bound = change.finding.bound
    if bound is None:
        return told.VERDICT_WHY.format(why=say(change.finding.why))
    return told.VERDICT_BOUND.format(bound=words.with_unit(bound * scale.factor, scale.decimals, scale.unit), why=say(change.finding.why))


def _state(change: Change | None) -> str:
    """Return the state a verdict has a colour for: only what is real and better or worse."""
    if change is None or change.finding.meaning is not Meaning.REAL or change.better is None:
        return "off"
    return "good" if change.better else "bad"


def _version(trend: Trend) -> str:
    if trend.newest:
        said = told.VERSION.format(version=trend.version)
    else:
        said = told.VERSION_OLD.format(version=trend.version, now=trend.metric.version)
    if trend.again:
        said = told.VERSION_AGAIN.format(version=said, again=trend.again)
    if trend.older:
        said = told.VERSION_OLDER.format(version=said, count=trend.older)
    return told.VERSION_UNLIKE.format(version=said, count=trend.unlike) if trend.unlike else said


def _key(side: Side | None) -> str:
    return "" if side is None else side.value
