"""The list of an exam's tempos (``Exam.tempos``): a choice enters its numbers into their boxes, and the last one shows them for typing."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from ankletest.exams.base import Exam
from ui.pages.ask_box import AskBox
from ui.tongue import say
from ui.words import pages as texts

SHORTEST = 10
"""Letters of a choice that are always seen."""


class TempoBox(QComboBox):
    """A choice of a tempo.

    Parameters
    ----------
    exam
        With tempos.
    boxes
        What the exam asks for, by ``Ask.key``; those that a tempo enters are ``mine``.
    """

    switched = Signal()
    """The numbers are to be shown, or to be hidden."""

    def __init__(self, exam: Exam, boxes: Mapping[str, AskBox], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tempos = exam.tempos
        self.mine = {key: boxes[key] for key in exam.tempos[0].given}
        for tempo in exam.tempos:
            self.addItem(say(tempo.title))
        self.addItem(texts.TEMPO_OWN)
        self.setAccessibleName(texts.TEMPO)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMinimumContentsLength(SHORTEST)
        self.follow()
        self.currentIndexChanged.connect(self._choose)

    @property
    def own(self) -> bool:
        """True while the numbers are shown: none of the tempos was chosen."""
        return self.currentIndex() == len(self._tempos)

    @property
    def told(self) -> str:
        """The tempo as a condition of the test; nothing where the numbers are shown, which tell it themselves."""
        return "" if self.own else self.currentText()

    def follow(self) -> None:
        """Show the tempo that stands in the boxes, entered by somebody else; where it is none of the list, the numbers."""
        found = (
            number
            for number, tempo in enumerate(self._tempos)
            if all(self.mine[key].value() == value for key, value in tempo.given.items())
        )
        self.blockSignals(True)
        self.setCurrentIndex(next(found, len(self._tempos)))
        self.blockSignals(False)

    # ---- inside ---------------------------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        if not self.own:
            for key, value in self._tempos[self.currentIndex()].given.items():
                self.mine[key].setValue(value)
        self.switched.emit()


def tempo_box_of(exam: Exam, boxes: Mapping[str, AskBox], parent: QWidget) -> TempoBox | None:
    """Return the list of tempos of an exam; None where it has none, or where not all of their numbers are asked for."""
    return TempoBox(exam, boxes, parent) if exam.tempos and all(key in boxes for key in exam.tempos[0].given) else None
