"""A short state in a pill: by colour, by shape and in words."""

from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui import theme
from ui.words import common as words

HEIGHT_PX, TEXT_PX = 28, 12


class Chip(QLabel):
    """A pill with a symbol and a text.

    Parameters
    ----------
    text
        The words.
    state
        ``good``, ``warn``, ``bad`` or ``off``: colour and symbol. Empty: neither.
    """

    def __init__(self, text: str = "", state: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.setFixedHeight(HEIGHT_PX + theme.scaled(TEXT_PX) - TEXT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._words = ""
        self._state: str | None = None
        self.set(text, state)

    @property
    def state(self) -> str:
        """The state shown."""
        return self._state or ""

    @property
    def words(self) -> str:
        """The text without its symbol."""
        return self._words

    def set(self, text: str, state: str = "") -> None:
        """Show a text and a state."""
        if (text, state) == (self._words, self._state):
            return
        restyle = state != self._state
        self._words, self._state = text, state
        symbol = words.SYMBOL.get(state, "")
        self.setText(f"{symbol}  {text}" if symbol else text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(words.STATE.get(state, ""))
        if restyle:
            # The stylesheet matches on the property and is only looked at again when told.
            self.setProperty("state", state)
            self.style().unpolish(self)
            self.style().polish(self)
