"""What plots share: a view that is painted when it is told to, and how it is taken apart before its window goes."""

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGraphicsView, QWidget


class Plot(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph carries no types
    """A smooth view of items that nobody clicks; after changing them, call ``changed``.

    A scene that tells its views by itself sends the window's paint at once, so two of them in one window paint every frame in two goes,
    and the second is late. Here everything of a frame is painted together.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAntialiasing(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)

    def changed(self) -> None:
        """Ask for a repaint with the window's next one."""
        self.viewport().update()


def close_plots(window: QWidget) -> None:
    """Empty every plot of a window that is about to be deleted; none of them may be drawn again.

    Without it, Qt deletes the scene while its items' Python sides still refer to each other, and about every second time the process
    crashes in ``QGraphicsScene::clear`` (seen with PySide6 6.11.3 and pyqtgraph 0.14, with a bare ``PlotWidget`` too).
    """
    for view in window.findChildren(pg.GraphicsView):
        view.close()
