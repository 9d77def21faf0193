"""The upper line of the Test page: which exam of whom, how the voice is, the devices' lamps, and the leg."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ankletest.samples import Side
from ui.pages.lamps import LampRow
from ui.widgets.caption import Caption
from ui.widgets.card import label
from ui.widgets.segmented import SideChoice
from ui.words import pages as words


class RunHead(QHBoxLayout):
    """Holds the widgets of the line; the page fills them."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.title = label("", "h1", page)
        self.sub = Caption("", "sub", page)
        self.voice_state = Caption("", "sub", page)
        self.to_devices = QPushButton(words.TO_DEVICES, page)
        self.to_devices.setAccessibleName(words.TO_DEVICES)
        self.side = SideChoice(Side.LEFT, page)
        self.lamps = LampRow(page)
        self.setSpacing(12)
        titles, named = QVBoxLayout(), QHBoxLayout()
        titles.setSpacing(1)
        named.setSpacing(14)
        named.addWidget(self.title)
        named.addWidget(self.voice_state, 1, Qt.AlignmentFlag.AlignBottom)
        titles.addLayout(named)
        titles.addWidget(self.sub)
        self.addLayout(titles, 1)
        self.addWidget(self.lamps)
        self.addWidget(self.to_devices)
        self.addSpacing(8)
        self.addWidget(self.side)
