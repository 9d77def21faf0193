"""Everything that takes the focus has a name for those who cannot see it, on every page."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractItemView, QAbstractSpinBox, QComboBox, QGraphicsView, QWidget

from ankletest.exchange.clients_in import guess
from ankletest.exchange.sheet import Line, Sheet


def unnamed(window: QWidget) -> list[str]:
    """Return the focusable controls without a name; a box answers its value as its name, so its own name is looked at."""
    found: list[str] = []
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or isinstance(widget.parent(), (QAbstractSpinBox, QComboBox, QAbstractItemView)):
            continue
        if widget.focusProxy() is not None or isinstance(widget.parent(), QGraphicsView):
            continue  # the inside of a scroll area: its frame takes the focus, or, of a plot, nothing does
        holder = widget.parent()
        if holder is not None and isinstance(holder.parent(), QComboBox):
            continue  # the list that a box drops: a window of its own, told as the box
        interface = QAccessible.queryAccessibleInterface(widget)
        name = widget.accessibleName()
        if not name and interface is not None and not isinstance(widget, QComboBox):
            name = interface.text(QAccessible.Text.Name)
        if not name:
            found.append(f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}")
    return found


@pytest.mark.parametrize("page", ["test", "replay", "results", "devices", "clients", "check", "calibration", "followup"])
def test_every_control_that_takes_the_focus_has_a_name(room, page: str) -> None:
    room.shell.show_page(page)
    if page == "devices":
        room.qtbot.waitUntil(lambda: room.furniture.devices.found.rowCount() > 0)

    assert unnamed(room.shell) == []


def test_every_control_of_a_client_s_form_and_of_an_import_has_a_name(room) -> None:
    clients = room.furniture.clients
    room.shell.show_page("clients")
    sheet = Sheet(("name", "day"), (Line(2, ("Anna", "1990-03-12")),))
    clients.importing.show_sheet("list.csv", sheet, guess(sheet))
    for view in (clients.form, clients.importing):
        clients.views.setEnabled(True)
        clients.views.setCurrentWidget(view)

        assert unnamed(view) == []
    clients.views.setCurrentWidget(clients.list)


@pytest.mark.parametrize(
    ("key", "page"),
    [("1", "test"), ("2", "replay"), ("3", "results"), ("4", "devices"), ("5", "clients"), ("7", "calibration"), ("8", "followup")],
)
def test_every_page_has_a_key(room, key: str, page: str) -> None:
    room.shell.activateWindow()
    with room.qtbot.waitActive(room.shell):
        pass
    room.qtbot.keyClick(room.shell, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.ControlModifier)

    assert room.shell.page == page
    assert room.shell.nav.current == page


def test_tab_reaches_the_start_button_and_the_set_up(room) -> None:
    room.connect(0)
    room.shell.activateWindow()
    with room.qtbot.waitActive(room.shell):
        pass
    seen = set()
    for _ in range(40):
        widget = room.shell.focusWidget()
        if widget is not None:
            seen.add(widget.accessibleName())
        room.qtbot.keyClick(widget or room.shell, Qt.Key.Key_Tab)

    assert {"Start", "Exam", "Hold", "Eyes", "Surface"} <= seen
