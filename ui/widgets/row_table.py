"""The look of tables whose rows are chosen as a whole, one at a time; what stands in the rows is not its business."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView


def dress_rows(table: QTableView, name: str, *, wide: int | None = None, padding_px: int = 10) -> None:
    """Let a table choose one whole row, be left by Tab, and look like a list.

    Parameters
    ----------
    name
        For a screen reader.
    wide
        The column that takes the room that is left, while the others are as wide as what stands in them; None: all are as they are.
    """
    table.setAccessibleName(name)
    table.verticalHeader().setVisible(False)
    table.setShowGrid(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)  # a name that is too long loses letters at its end, not its last words
    table.setStyleSheet(f"QTableView {{ border:none; }} QTableView::item {{ padding:0 {padding_px}px; }}")
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    if wide is not None:
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
