"""The window with the trace behind a number; it is opened from the results page and keeps nothing."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui import words_results as told
from ui.tracing import Traced
from ui.widgets.card import label
from ui.widgets.trace_plot import TracePlot

WIDE, HIGH = 1040, 640


class TraceWindow(QDialog):
    """Shows one trial; Esc closes it."""

    def __init__(self, shown: Traced, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(told.TRACE)
        self.setAccessibleName(shown.title)
        self.resize(WIDE, HIGH)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label(shown.title, "h2", self))
        self.number = label(shown.number, "fact", self)
        self.number.setWordWrap(True)
        self.number.setVisible(bool(shown.number))
        column.addWidget(self.number)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot = TracePlot(area)
        self.plot.set(shown)
        area.setWidget(self.plot)
        column.addWidget(area, 1)
        column.addWidget(label(f"{told.TRACE_KEYS}", "cap", self))
        self.leave = QPushButton(told.CLOSE, self)
        self.leave.setAccessibleName(told.CLOSE)
        self.leave.setAutoDefault(False)
        self.leave.clicked.connect(self.close)
        column.addWidget(self.leave, 0, Qt.AlignmentFlag.AlignRight)
        self.plot.setFocus()
