"""A certificate on screen: its facts, and its limits as a table of verdicts; how it came about is the wizard's."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from calibration.certificate import Certificate
from ui import theme
from ui.report.certificate import bound_of, digits, facts_of
from ui.tongue import say
from ui.widgets.card import Card, label
from ui.widgets.row_table import dress_rows
from ui.words import calibration as told
from ui.words import common as words

MOST_FACTS = 8


class CertificateView(QWidget):
    """Facts to the left, verdicts to the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.certificate: Certificate | None = None
        self.facts = Card(told.FACTS, parent=self)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self._rows = [(label("", "sub", self.facts), label("", "fact", self.facts)) for _ in range(MOST_FACTS)]
        for k, (name, text) in enumerate(self._rows):
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            grid.addWidget(name, k, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, k, 1)
        self.facts.body.addLayout(grid)
        self.facts.body.addStretch(1)
        self.verdicts = Card(told.VERDICTS, parent=self)
        self.table = table(told.VERDICTS, told.VERDICT_COLUMNS, self.verdicts, stretch=1)
        self.verdicts.body.addWidget(self.table, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.facts)
        column.addWidget(self.verdicts, 1)

    def show_certificate(self, certificate: Certificate) -> None:
        """Show one."""
        self.certificate = certificate
        facts = facts_of(certificate)
        if certificate.why:
            facts.append((told.WHY, say(certificate.why)))
        for k, (name, told_of) in enumerate(self._rows):
            shown = facts[k] if k < len(facts) else ("", "")
            name.setText(shown[0])
            told_of.setText(shown[1])
            name.setVisible(k < len(facts))
            told_of.setVisible(k < len(facts))
        limits = [(one, say(one.title)) for one in certificate.limits]
        limits += [(one, told.CHECKED.format(title=say(one.title))) for one in certificate.hold_out]
        self.table.setRowCount(len(limits))
        for row, (limit, title) in enumerate(limits):
            verdict = told.HELD if limit.held else told.BROKEN
            ink = theme.color("good" if limit.held else "bad")
            cells = (verdict, words.capital(title), digits(limit.value), bound_of(limit), say(limit.unit))
            for column, cell in enumerate(cells):
                write(self.table, row, column, cell, ink if column == 0 else None)


def table(name: str, columns: tuple[str, ...], parent: QWidget, *, stretch: int) -> QTableWidget:
    """Return an empty table that is read row by row."""
    made = QTableWidget(0, len(columns), parent)
    made.setHorizontalHeaderLabels(columns)
    dress_rows(made, name, wide=stretch)
    made.horizontalHeader().setHighlightSections(False)
    return made


def write(cells: QTableWidget, row: int, column: int, text: str, ink: QColor | None = None) -> None:
    """Write a cell."""
    item = QTableWidgetItem(text)
    item.setToolTip(text)
    if ink is not None:
        item.setForeground(ink)
    cells.setItem(row, column, item)
