"""The line below the body mass in the form of a client: weighs on the pad, and enters what was found when it is asked to."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui import units
from ui.visit import Visit
from ui.weighing import PadScale, Stage
from ui.widgets.card import label
from ui.words import weighing as texts

DECIMALS = 1
"""Of a mass in kg that is taken."""


class WeighLine(QWidget):
    """Hidden while no pad is connected; ``taken`` carries a mass that was accepted, kg."""

    taken = Signal(float)

    def __init__(self, visit: Visit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = PadScale(visit, self)
        self.sentence = label("", "sub", self)
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.weigh = QPushButton(texts.WEIGH, self)
        self.take = QPushButton(texts.TAKE, self)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.weigh)
        buttons.addWidget(self.take)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(buttons)
        column.addWidget(self.sentence)
        self.weigh.clicked.connect(self._press)
        self.take.clicked.connect(self._take)
        self.scale.changed.connect(self._show_stage)
        for signal in (visit.status, visit.opened, visit.closing, visit.closed):
            signal.connect(self._look)
        self._show_stage()
        self._look()

    def hideEvent(self, event: QHideEvent) -> None:
        """Weigh no more when the form is left."""
        self.scale.stop()
        super().hideEvent(event)

    def _look(self) -> None:
        """Look for a pad while the form is seen: status is told several times a second."""
        parent = self.parentWidget()
        self.setVisible((parent is None or parent.isVisible()) and self.scale.able)

    def _press(self) -> None:
        if self.scale.stage in (Stage.EMPTY, Stage.STAND):
            self.scale.stop()
        else:
            self.scale.begin()

    def _take(self) -> None:
        if self.scale.result is not None:
            self.taken.emit(round(self.scale.result.mass_kg, DECIMALS))
            self.scale.stop()
            self._say(texts.TAKEN)

    def _show_stage(self) -> None:
        stage, result = self.scale.stage, self.scale.result
        going = stage in (Stage.EMPTY, Stage.STAND)
        self.weigh.setText(texts.STOP if going else texts.AGAIN if result is not None else texts.WEIGH)
        self.weigh.setAccessibleName(self.weigh.text())
        self.take.setVisible(result is not None)
        if result is None:
            self._say({Stage.EMPTY: texts.EMPTY, Stage.STAND: texts.STAND}.get(stage, ""))
            return
        mass, u = units.measured(result.mass_kg, "kg"), units.spread(result.u_kg, "kg")
        self.take.setText(texts.TAKE.format(mass=mass))
        self.take.setAccessibleName(self.take.text())
        self._say((texts.DONE if result.certified else texts.DONE_PLAIN).format(mass=mass, u=u))

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setAccessibleName(sentence)
        self.sentence.setVisible(bool(sentence))
