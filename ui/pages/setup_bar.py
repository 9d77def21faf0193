"""What is asked of the client: exam, hold or hops, eyes, surface, mass; it makes a set-up and starts nothing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QComboBox, QSizePolicy, QSpinBox, QWidget

from ankletest import exams
from ankletest.samples import Side
from ankletest.store.people import LEAST_MASS_KG, MOST_MASS_KG, Details, kept_asks
from ankletest.trial import Eyes, Setup, Surface
from ui import theme
from ui.pages.ask_box import AskBox, Labelled, inset
from ui.pages.tempo_box import TempoBox, tempo_box_of
from ui.tongue import say
from ui.widgets.unit_box import UnitBox
from ui.widgets.wrapping import Wrapping
from ui.words import pages as words

BOX_PX = 36
ARROW_PX, LIST_PX = 54, 12
"""Room of the box of the exam beside its title, and of the list beside its lines."""
GAP_PX, LINE_PX = 8, 6
STANCE, HOPS = "stance", "hops"


class SetupBar(QWidget):
    """Controls of a set-up in a line, or more where it is narrow, each under its label; ``changed`` is emitted with every change."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.exam = QComboBox(self)
        for exam in exams.EXAMS:
            self.exam.addItem(say(exam.title), exam.key)
        self.exam.view().setMinimumWidth(self.exam.view().sizeHintForColumn(0) + 2 * LIST_PX)
        self.duration = QSpinBox(self)
        self.duration.setRange(5, 120)
        self.duration.setValue(30)
        self.duration.setSuffix(words.SECONDS)
        self.hops = QSpinBox(self)
        self.hops.setRange(3, 60)
        self.hops.setValue(10)
        self.hops.setSuffix(words.HOPS_UNIT)
        self.eyes = QComboBox(self)
        self.eyes.addItem(words.EYES_OPEN, Eyes.OPEN)
        self.eyes.addItem(words.EYES_CLOSED, Eyes.CLOSED)
        self.surface = QComboBox(self)
        self.surface.addItem(words.FIRM, Surface.FIRM)
        self.surface.addItem(words.FOAM, Surface.FOAM)
        self.mass = UnitBox("kg", self)
        self.mass.setRange(LEAST_MASS_KG - 1.0, MOST_MASS_KG)
        self.mass.setSpecialValueText(words.MASS_UNKNOWN)
        self.asked: dict[tuple[str, str], AskBox] = {
            (exam.key, ask.key): AskBox(ask, self) for exam in exams.EXAMS for ask in exam.asks if not ask.research
        }
        found = {exam.key: tempo_box_of(exam, self._boxes(exam.key), self) for exam in exams.EXAMS}
        self.tempos: dict[str, TempoBox] = {key: box for key, box in found.items() if box is not None}
        self._client: Details | None = None
        self._ahead: dict[tuple[str, str], float] = {}
        self._labelled: dict[QWidget, Labelled] = {}
        for spin in (self.duration, self.hops, self.mass):
            inset(spin)
        line = Wrapping(self, gap_px=GAP_PX, line_px=LINE_PX)
        for control, name in (
            (self.exam, words.EXAM), (self.duration, words.DURATION), (self.hops, words.HOPS), (self.eyes, words.EYES),
            (self.surface, words.SURFACE), *self._in_order(), (self.mass, words.MASS),
        ):  # fmt: skip
            if not isinstance(control, AskBox):
                control.setAccessibleName(name)
                control.setToolTip(name)
            control.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            control.setFixedHeight(theme.scaled(BOX_PX))
            # Space starts the test; a box that was clicked must not swallow it, so boxes take the focus by Tab only.
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._labelled[control] = Labelled(name, control, self)
            line.addWidget(self._labelled[control])
        self.exam.currentIndexChanged.connect(self._change)
        for box in (self.eyes, self.surface):
            box.currentIndexChanged.connect(self.changed)
        for spin in (self.duration, self.hops):
            spin.valueChanged.connect(self.changed)
        for spin in (self.mass, *self.asked.values()):
            spin.valueChanged.connect(self.changed)
        for tempo in self.tempos.values():
            tempo.switched.connect(self._change)
        self._change()

    def setup(self, side: Side) -> Setup:
        """Return the set-up for a leg."""
        mass = self.mass.value()
        exam = str(self.exam.currentData())
        plain = Setup(exam, side)
        # A box that is hidden was not asked for this exam: what was left in it is no condition of it.
        stance, hops = exam == STANCE, exam == HOPS
        return Setup(
            exam=exam,
            side=side,
            duration_s=float(self.duration.value()) if stance else plain.duration_s,
            hops=self.hops.value() if hops else plain.hops,
            eyes=Eyes(self.eyes.currentData()) if stance else plain.eyes,
            surface=Surface(self.surface.currentData()) if stance else plain.surface,
            mass_kg=mass if mass >= LEAST_MASS_KG else None,
            given=self._unasked(exam, side) | {ask: box.value() for (of, ask), box in self.asked.items() if of == exam and box.entered},
        )

    def choose_exam(self, key: str) -> None:
        """Choose an exam by its key."""
        self.exam.setCurrentIndex(max(0, self.exam.findData(key)))

    def take(self, setup: Setup) -> None:
        """Show what a battery asks for."""
        self.choose_exam(setup.exam)
        self.duration.setValue(round(setup.duration_s))
        self.hops.setValue(setup.hops)
        self.eyes.setCurrentIndex(self.eyes.findData(setup.eyes))
        self.surface.setCurrentIndex(self.surface.findData(setup.surface))
        for (exam, key), box in self.asked.items():
            if exam == setup.exam and (key in setup.given or box.assumed):
                box.setValue(setup.given.get(key, box.start))  # what was tried before is not asked for now
        if setup.exam in self.tempos:
            self.tempos[setup.exam].follow()
            self._change()

    def set_mass(self, mass_kg: float | None) -> None:
        """Take the mass of a client, unknown being weighed."""
        self.mass.setValue(mass_kg if mass_kg is not None else self.mass.minimum())

    def know(self, client: Details | None, side: Side, *, other: bool) -> None:
        """Enter ahead what is kept of a client's leg; for an ``other`` client nothing stays that was entered for the one before."""
        self._client = client
        for exam, ask in kept_asks():
            box = self.asked.get((exam, ask.key))
            if box is None:
                continue
            kept = client.given(exam, side).get(ask.key) if client is not None else None
            before = self._ahead.pop((exam, ask.key), None)
            if kept is not None:
                box.setValue(kept)
                self._ahead[exam, ask.key] = box.value()
            elif other or before == box.value():
                box.setValue(box.minimum())

    def told(self) -> str:
        """Return the conditions in words."""
        if self.exam.currentData() == STANCE:
            return f"{self.duration.text()}  ·  {self.eyes.currentText()}, {self.surface.currentText()}"
        chosen = str(self.exam.currentData())
        tempo = self.tempos.get(chosen)
        said = [self.hops.text()] if chosen == HOPS else []
        for key, box in self._boxes(chosen).items():
            if tempo is None or tempo.own or key not in tempo.mine:
                said += [box.told] if box.entered else []
            elif box is next(iter(tempo.mine.values())):
                said.append(tempo.told)
        return "  ·  ".join(said) or words.NOTHING_ASKED

    def _boxes(self, exam: str) -> dict[str, AskBox]:
        """Return the boxes of an exam by what they ask for."""
        return {key: box for (of, key), box in self.asked.items() if of == exam}

    def _in_order(self) -> list[tuple[QWidget, str]]:
        """Return what is asked for, and its name; a list of tempos stands before their numbers."""
        found: list[tuple[QWidget, str]] = []
        for (exam, key), box in self.asked.items():
            tempo = self.tempos.get(exam)
            if tempo is not None and key == next(iter(tempo.mine)):
                found.append((tempo, words.TEMPO))
            found.append((box, box.head))
        return found

    def _unasked(self, exam: str, side: Side) -> dict[str, float]:
        """Return what is kept of the client's leg for an exam and asked for by no box: only research needs it."""
        kept = self._client.given(exam, side) if self._client is not None else {}
        return {ask: value for ask, value in kept.items() if (exam, ask) not in self.asked}

    def _change(self) -> None:
        chosen = self.exam.currentData()
        # As wide as its own title, not as the longest: an exam that asks for five numbers needs the room.
        self.exam.setFixedWidth(ARROW_PX + round(QFontMetricsF(theme.font(14)).horizontalAdvance(self.exam.currentText())))
        for control in (self.duration, self.eyes, self.surface):
            self._labelled[control].setVisible(chosen == STANCE)
        self._labelled[self.hops].setVisible(chosen == HOPS)
        for (exam, key), box in self.asked.items():
            tempo = self.tempos.get(exam)
            self._labelled[box].setVisible(exam == chosen and (tempo is None or tempo.own or key not in tempo.mine))
        for exam, tempo in self.tempos.items():
            self._labelled[tempo].setVisible(exam == chosen)
        self.changed.emit()
