"""One line to align the sensors: a button, how many knocks were felt, and what came of it; the impacts are timed elsewhere."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ankletest.session import DeviceStatus
from ankletest.signals.impacts import WANTED
from ankletest.trial import Aligned
from ui.tongue import say
from ui.visit import Visit
from ui.widgets.card import label
from ui.widgets.chip import Chip
from ui.words import common as words
from ui.words import pages as words_pages


def place_of(status: DeviceStatus) -> str:
    """Return where a device is, in words."""
    return words_pages.SITE_NAME[status.site] + (f", {words.SIDE[status.side].lower()}" if status.side else "")


class AlignLine(QWidget):
    """Starts and follows an alignment of the visit's devices."""

    def __init__(self, visit: Visit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._said: tuple[str, str] = ("", "off")
        self.button = QPushButton(words_pages.ALIGN, self)
        self.chip = Chip("", "off", self)
        self.sentence = label("", "sub", self)
        self.sentence.setWordWrap(True)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(self.button)
        line.addWidget(self.chip)
        line.addWidget(self.sentence, 1)
        self.button.clicked.connect(self.align_or_end)
        visit.ticked.connect(self._follow)
        visit.aligned.connect(self._told)
        for signal in (visit.opened, visit.closing):
            signal.connect(self._forget)
        self.refresh()

    def align_or_end(self) -> None:
        """Begin, or end before everything was felt."""
        if self._visit.aligning is None:
            self._say("", "off")
            self._visit.align()
        else:
            self._visit.end_align()

    def refresh(self) -> None:
        """Show the line as things are now."""
        visit = self._visit
        going = visit.aligning
        devices = visit.session.devices if visit.session is not None else {}
        self.button.setText(words_pages.ALIGN_END if going is not None else words_pages.ALIGN)
        self.button.setAccessibleName(self.button.text())
        self.button.setEnabled(visit.connected and not visit.running and (going is not None or len(devices) > 1))
        if going is not None:
            self._show(words_pages.ALIGN_FELT.format(felt=min(going.least, WANTED), wanted=WANTED), "warn", words_pages.KNOCK)
            return
        text, state = self._said
        hint = words_pages.ALIGN_HINT if visit.connected and len(devices) > 1 else ""
        self._show(words_pages.ALIGN_STATE[state] if text else "", state, text or hint)

    def _follow(self) -> None:
        session, going = self._visit.session, self._visit.aligning
        if session is not None and going is not None:
            self.refresh()
            if going.over(session.now_s):
                self._visit.end_align()

    def _told(self, aligned: Sequence[Aligned]) -> None:
        good = [one for one in aligned if one.told]
        bad = [one for one in aligned if not one.told]
        parts = [words_pages.ALIGN_GOOD.format(device=self._called(one), error=words.number(1e3 * one.error_s, 1)) for one in good]
        parts += [words_pages.ALIGN_BAD.format(device=self._called(one), why=say(one.why)) for one in bad]
        self._say(" ".join(parts), "good" if not bad else "warn" if good else "bad")

    def _called(self, one: Aligned) -> str:
        session = self._visit.session
        status = session.devices.get(one.device) if session is not None else None
        return one.device if status is None else place_of(status)

    def _forget(self) -> None:
        self._say("", "off")

    def _say(self, text: str, state: str) -> None:
        self._said = (text, state)
        self.refresh()

    def _show(self, chip: str, state: str, sentence: str) -> None:
        self.chip.set(chip, state)
        self.chip.setVisible(bool(chip))
        if self.sentence.text() != sentence:
            self.sentence.setText(sentence)
            self.sentence.setAccessibleName(sentence)
