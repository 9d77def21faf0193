"""Buttons that say what they do, to eyes and to a screen reader; what happens when they are pressed is not their business."""

from PySide6.QtWidgets import QPushButton, QWidget


def button_of(title: str, parent: QWidget, *, hint: str = "", name: str = "", kind: str = "") -> QPushButton:
    """Return a button with an accessible name: ``name``, else its title without the mark of its shortcut.

    Parameters
    ----------
    hint
        What is told when the pointer rests on it.
    kind
        Of the stylesheet: ``primary``, ``danger``, ``choice``; empty: the usual one.
    """
    button = QPushButton(title, parent)
    button.setAccessibleName(name or title.replace("&", ""))
    button.setToolTip(hint)
    if kind:
        button.setProperty("kind", kind)
    return button
