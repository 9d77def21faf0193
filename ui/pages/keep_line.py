"""A line that offers to keep with the client what was entered at a test: a lever, a length of the foot; it keeps nothing unasked."""

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ankletest.device import OPERATOR, Notice
from ankletest.errors import AnkletestError
from ankletest.session import Finished
from ankletest.store.client_book import entered
from ankletest.store.people import kept_asks, measure_key
from ui import words
from ui import words_clients as texts
from ui.store_port import ClientCard
from ui.tongue import say
from ui.visit import Visit
from ui.widgets.card import label


@dataclass(frozen=True, slots=True)
class Fresh:
    """One length that was entered and is not what is kept."""

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
            was = words.with_unit(before, ask.decimals, ask.unit) if before is not None else ""
            told = texts.KEEP_BEFORE if was else texts.KEEP_NEW
            fresh.append(Fresh(key, value, told.format(title=title, value=words.with_unit(value, ask.decimals, ask.unit), before=was)))
        self._fresh = tuple(fresh)
        self.sentence.setText(texts.KEEP.format(code=client.code, what="; ".join(one.told for one in fresh)))
        self.setVisible(bool(fresh))

    def _look_again(self) -> None:
        client = self._visit.client
        if client is None or all(client.measures.get(one.key) == one.value for one in self._fresh):
            self.hide()

    def _keep(self) -> None:
        client, store = self._visit.client, self._visit.store
        if client is None or store is None:
            return
        try:
            stored = store.book.by_code(client.code)
            if stored is None:
                return
            fresh = {one.key: one.value for one in self._fresh}
            done = store.book.change(stored.id, replace(entered(stored), measures={**stored.measures, **fresh}))
        except AnkletestError as error:
            self._visit.notice.emit(Notice(OPERATOR, "bad", error.message, error.hint))
            return
        self.hide()
        self._visit.know_client(ClientCard.of(done))
        self._visit.notice.emit(Notice(OPERATOR, "info", texts.KEPT.format(code=client.code)))
