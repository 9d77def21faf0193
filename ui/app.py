"""Starts the window: first the frame, then, once it can be seen, everything heavy; ends it with the devices let go."""

import importlib
import logging
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, cast

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from ankletest.settings import FILE, Settings, load
from ui import theme, tongue
from ui.shell import Shell
from ui.words import pages as words_pages

log = logging.getLogger(__name__)


class Furnishing(Protocol):
    """``ui.furnish``: a module that may import what is heavy."""

    def furnish(
        self, shell: Shell, hub: Callable[[], object], *, recording: Path | None, folder: Path | None, settings: Path | None
    ) -> QObject:
        """Fill the shell with pages."""
        ...


def run_window(
    hub: Callable[[], object], *, recording: Path | None = None, folder: Path | None = None, settings: Path | None = None,
    argv: Sequence[str] = (),
) -> int:  # fmt: skip
    """Open the window and return its exit code when it is closed.

    Parameters
    ----------
    hub
        Makes the ``device.Hub``; called after the first paint, as a catalog pulls numpy in. Its type is not named here for the
        same reason.
    recording
        Opened on the Replay page.
    folder
        Data folder: recordings and the store. None: nothing is recorded or kept.
    settings
        File of the settings; None: beside the data.
    argv
        Arguments for Qt.
    """
    path = settings or (folder / FILE if folder is not None else None)
    app = make_app(argv, load(path).settings if path is not None else Settings())
    hook = _Hook()
    before, sys.excepthook = sys.excepthook, hook
    try:
        shell = Shell()
        shell.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def fill() -> None:
            # The one place where the window imports late (screens.md 3): before this, no numpy, scipy or pyqtgraph.
            furnishing = cast("Furnishing", importlib.import_module("ui.furnish"))
            furnishing.furnish(shell, hub, recording=recording, folder=folder, settings=path)

        shell.painted.connect(fill)
        shell.show()
        return app.exec()
    finally:
        sys.excepthook = before


def make_app(argv: Sequence[str] = (), settings: Settings | None = None) -> QApplication:
    """Return the application in the colours and the size of text that were settled: the system's and the usual."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication([words_pages.PROGRAM, *argv])
    app.setApplicationName(words_pages.PROGRAM)
    app.setApplicationDisplayName(words_pages.PROGRAM)
    settled = settings or Settings()
    tongue.translate_qt(app)
    theme.set_text(settled.text_percent)
    theme.apply(app, settled.theme)
    return app


class _Hook:
    """Shows and logs what nobody caught: a bug. The window stays, and so does the recording."""

    def __init__(self) -> None:
        self._box: QMessageBox | None = None

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        log.error("unexpected %s\n%s", kind.__name__, "".join(traceback.format_exception(kind, error, trace)))
        if self._box is not None:
            return  # one dialog is enough for an error that comes with every frame
        box = self._box = QMessageBox(QApplication.activeWindow())  # kept: without a window there is no parent to hold it
        box.setIcon(QMessageBox.Icon.Critical)
        box.setWindowTitle(words_pages.BUG_TITLE)
        box.setText(words_pages.BUG_TITLE)
        box.setInformativeText(words_pages.BUG_TEXT.format(kind=kind.__name__, message=error))
        box.setDetailedText("".join(traceback.format_exception(kind, error, trace)))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._closed)
        box.open()

    def _closed(self) -> None:
        self._box = None
