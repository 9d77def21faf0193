"""Takes plots apart before their window goes."""

import pyqtgraph as pg
from PySide6.QtWidgets import QWidget


def close_plots(window: QWidget) -> None:
    """Empty every plot of a window that is about to be deleted; none of them may be drawn again.

    Without it, Qt deletes the scene while its items' Python sides still refer to each other, and about every second time the process
    crashes in ``QGraphicsScene::clear`` (seen with PySide6 6.11.3 and pyqtgraph 0.14, with a bare ``PlotWidget`` too).
    """
    for view in window.findChildren(pg.GraphicsView):
        view.close()
