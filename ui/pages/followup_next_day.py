"""The question of the day after a set was stopped for pain or fear; the answer feeds the ladder."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ankletest.programme.past import PastVisit
from ui.widgets.card import Card, label
from ui.widgets.scale import Scale
from ui.words import common as words
from ui.words import followup as told
from ui.words import visit as words_visit


class NextDayCard(Card):
    """Asks; ``answered`` carries the visit's id and the pain, ``later`` that nobody knows now."""

    answered = Signal(str, int)
    later = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(told.NEXT_DAY, parent=parent)
        self._visit = ""
        self.question = label("", "h2", self)
        self.question.setWordWrap(True)
        self.body.addWidget(self.question)
        self.scale = Scale(told.NEXT_DAY_SCALE, words_visit.SCALE_ENDS["pain"], self, titled=False)
        self.body.addWidget(self.scale)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.pass_over = QPushButton(told.NEXT_DAY_LATER, self)
        self.keep = QPushButton(told.NEXT_DAY_KEEP, self)
        self.keep.setProperty("kind", "primary")
        for button in (self.pass_over, self.keep):
            button.setAccessibleName(button.text())
            foot.addWidget(button)
        self.body.addLayout(foot)
        self.scale.changed.connect(self._changed)
        self.keep.clicked.connect(self._keep)
        self.pass_over.clicked.connect(self.later)
        self.hide()

    def ask(self, visit: PastVisit | None) -> None:
        """Ask about a visit, or about none; an answer that is being given stays."""
        if visit is None:
            self._visit = ""
            self.hide()
            return
        stop = next(stop for stop in visit.stops if stop.locks)
        when, reason = words.day(stop.at), told.NEXT_DAY_REASON[stop.reason.value]
        self.question.setText(told.NEXT_DAY_ASK.format(when=when, reason=reason))
        if visit.id != self._visit:
            self._visit = visit.id
            self.scale.set_value(None)
        self._changed()
        self.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the lines of the question, which the column would take for what is below."""
        super().resizeEvent(event)
        self.question.setMinimumHeight(max(0, self.question.heightForWidth(self.question.width())))

    def _changed(self) -> None:
        self.keep.setEnabled(self.scale.value is not None)

    def _keep(self) -> None:
        if self.scale.value is not None:
            self.answered.emit(self._visit, self.scale.value)
