"""The window with the trace behind a number; it is opened from the results page and keeps nothing."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.tracing import Traced
from ui.widgets.card import label
from ui.widgets.trace_plot import TracePlot
from ui.words import results as told

WIDE, HIGH = 1040, 640
EDGE = 40
"""Of the screen, left free."""


class TraceWindow(QDialog):
    """Shows one trial; Esc closes it."""

    def __init__(self, shown: Traced, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(told.TRACE)
        self.setAccessibleName(shown.title)
        room = (parent or self).screen().availableGeometry()
        self.resize(min(theme.scaled(WIDE), room.width() - EDGE), min(theme.scaled(HIGH), room.height() - EDGE))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label(shown.title, "h2", self))
        self.number = label(shown.number, "fact", self)
        self.number.setWordWrap(True)
        self.number.setVisible(bool(shown.number))
        column.addWidget(self.number)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot = TracePlot(area)
        self.plot.set(shown)
        area.setWidget(self.plot)
        area.verticalScrollBar().valueChanged.connect(self.plot.update)
        self.area = area
        column.addWidget(area, 1)
        column.addWidget(label(told.TRACE_KEYS, "cap", self))
        self.leave = QPushButton(told.CLOSE, self)
        self.leave.setAccessibleName(told.CLOSE)
        self.leave.setAutoDefault(False)
        self.leave.clicked.connect(self.close)
        column.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignRight)
        self.plot.setFocus()
