"""The moments of a recording as a list to jump from."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from ui import theme
from ui.survey import Moment
from ui.words import common as words
from ui.words import pages as words_pages


class EventList(QListWidget):
    """Runs in bold, what happens in them below; ``picked`` is emitted with the second of the one chosen."""

    picked = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(words_pages.EVENTS)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setStyleSheet("QListView { border:none; padding:0; } QListView::item { padding:2px 4px; }")
        self._moments: tuple[Moment, ...] = ()
        self.itemActivated.connect(self._pick)
        self.itemClicked.connect(self._pick)
        theme.changes.changed.connect(self.refresh)

    def show_moments(self, moments: Sequence[Moment]) -> None:
        """Show these, in order of time."""
        self._moments = tuple(moments)
        self.refresh()

    def refresh(self) -> None:
        """Write the list in the colours in force."""
        with QSignalBlocker(self):
            self.clear()
            for moment in self._moments:
                indent = "" if moment.level == 0 else "    "
                item = QListWidgetItem(f"{indent}{words.clock(moment.t_s)}   {moment.text}")
                item.setData(Qt.ItemDataRole.UserRole, moment.t_s)
                item.setToolTip(moment.text)
                face = item.font()
                face.setBold(moment.level == 0)
                item.setFont(face)
                if moment.colour != "muted":
                    item.setForeground(theme.color(moment.colour))
                self.addItem(item)

    def follow(self, t_s: float) -> None:
        """Mark the moment that was last."""
        row = sum(1 for moment in self._moments if moment.t_s <= t_s) - 1
        if row != self.currentRow():
            with QSignalBlocker(self):
                self.setCurrentRow(row)

    def _pick(self, item: QListWidgetItem) -> None:
        self.picked.emit(float(item.data(Qt.ItemDataRole.UserRole)))
