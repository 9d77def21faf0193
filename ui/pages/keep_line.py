"""A line that offers to keep with the client what a test told: a lever, a length, a body mass weighed; it keeps nothing unasked."""

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ankletest.device import OPERATOR, Notice
from ankletest.errors import AnkletestError
from ankletest.samples import G
from ankletest.session import Finished
from ankletest.store.client_book import entered
from ankletest.store.people import kept_asks, measure_key
from ankletest.trial import Trial
from ui import units
from ui.desk.store_port import ClientCard
from ui.tongue import say
from ui.visit import Visit
from ui.widgets.card import label
from ui.words import clients as texts
from ui.words import common as words
from ui.words import weighing as words_weighing

OTHER_KG, OTHER_SHARE = 3.0, 0.05
"""A body mass that differs by more than either is worth a word: more than clothes, a meal and a pad's error make together."""
MASS_DECIMALS = 1
SUPPORTED = frozenset({"heel_raise"})
"""Exams at which a hand on the wall may take off some kilograms: what they weigh is no body mass."""
SAME_SHARE = 1e-6
"""A body weight so near the set-up's mass was computed from it, not weighed."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """One length that was entered and is not what is kept; without a key a body mass that was weighed."""

    key: str
    value: float
    told: str


class KeepLine(QWidget):
    """Hidden until a trial is over whose lengths are not those kept with the client."""

    def __init__(self, visit: Visit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._fresh: tuple[Fresh, ...] = ()
        self.sentence = label("", "fact", self)
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.keep = QPushButton(texts.KEEP_DO, self)
        self.keep_not = QPushButton(texts.KEEP_NOT, self)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(self.sentence, 1)
        for button in (self.keep, self.keep_not):
            button.setAccessibleName(button.text())
            # Space starts the next trial: a button that was clicked must not swallow it.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            line.addWidget(button)
        self.keep.clicked.connect(self._keep)
        self.keep_not.clicked.connect(self.hide)
        visit.finished.connect(self._offer)
        visit.client_changed.connect(self.hide)
        visit.client_edited.connect(self._look_again)
        self.hide()

    def _offer(self, finished: Finished) -> None:
        client, store = self._visit.client, self._visit.store
        if client is None or store is None:
            return
        setup = finished.trial.setup
        fresh: list[Fresh] = []
        for exam, ask in kept_asks():
            value = setup.given.get(ask.key)
            key = measure_key(exam, ask.key, setup.side)
            before = client.measures.get(key)
            if exam != setup.exam or value is None or (before is not None and round(before, ask.decimals) == round(value, ask.decimals)):
                continue
            title = texts.SIDE_OF.format(title=words.capital(say(ask.title)), side=words.SIDE[setup.side].lower())
            was = units.told(before, ask.unit) if before is not None else ""
            told = texts.KEEP_BEFORE if was else texts.KEEP_NEW
            fresh.append(Fresh(key, value, told.format(title=title, value=units.told(value, ask.unit), before=was)))
        mass = weighed_kg(finished.trial, self._visit.gravity_m_s2)
        if mass is not None and _differs(mass, client.mass_kg):
            known = units.measured(client.mass_kg, "kg") if client.mass_kg is not None else ""
            told = words_weighing.OTHER_MASS if known else words_weighing.NEW_MASS
            fresh.append(Fresh("", mass, told.format(value=units.measured(mass, "kg"), before=known)))
        self._fresh = tuple(fresh)
        self.sentence.setText(texts.KEEP.format(code=client.code, what="; ".join(one.told for one in fresh)))
        self.setVisible(bool(fresh))

    def _look_again(self) -> None:
        client = self._visit.client
        if client is None or all((client.measures.get(one.key) if one.key else client.mass_kg) == one.value for one in self._fresh):
            self.hide()

    def _keep(self) -> None:
        client, store = self._visit.client, self._visit.store
        if client is None or store is None:
            return
        try:
            stored = store.book.by_code(client.code)
            if stored is None:
                return
            measures = {**stored.measures, **{one.key: one.value for one in self._fresh if one.key}}
            mass = next((one.value for one in self._fresh if not one.key), stored.mass_kg)
            done = store.book.change(stored.id, replace(entered(stored), measures=measures, mass_kg=mass))
        except AnkletestError as error:
            self._visit.notice.emit(Notice(OPERATOR, "bad", error.message, error.hint))
            return
        self.hide()
        self._visit.know_client(ClientCard.of(done))
        self._visit.notice.emit(Notice(OPERATOR, "info", texts.KEPT.format(code=client.code)))


def weighed_kg(trial: Trial, gravity_m_s2: float) -> float | None:
    """Return the body mass that a trial weighed, in tenths of a kilogram; None where it was known from the set-up, or not at all."""
    weight, known = trial.body_weight_n, trial.setup.mass_kg
    if trial.setup.exam in SUPPORTED or not math.isfinite(weight) or (known and abs(weight / (known * G) - 1.0) < SAME_SHARE):
        return None
    return round(weight / gravity_m_s2, MASS_DECIMALS)


def _differs(mass_kg: float, known_kg: float | None) -> bool:
    return known_kg is None or abs(mass_kg - known_kg) > min(OTHER_KG, OTHER_SHARE * known_kg)
