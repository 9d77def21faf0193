"""A long job in a window over the others: what is done, how far it is, and a button that ends it; nothing else can be begun meanwhile."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ankletest.errors import AnkletestError
from ui import theme
from ui.jobs import Job, Jobs, Progress
from ui.stopping import Stop
from ui.tongue import say
from ui.widgets.card import label
from ui.words import settings as words

WIDE_PX = 420
STEPS = 1000


class GoingDialog(QDialog):
    """Runs one job; ``over`` carries its result, ``failed`` the sentence of why it was not done.

    What is over in a moment or must not be half done is not ``stoppable``.
    """

    over = Signal(object)
    failed = Signal(str)

    def __init__(self, title: str, parent: QWidget, *, stoppable: bool = True) -> None:
        super().__init__(parent)
        self._stop = Stop()
        self._stoppable = stoppable
        self._job: Job | None = None
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(theme.scaled(WIDE_PX))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        self.head: QLabel = label(title, "h2", self)
        column.addWidget(self.head)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, STEPS if stoppable else 0)
        self.bar.setAccessibleName(title)
        column.addWidget(self.bar)
        self.cancel = QPushButton(words.CANCEL, self)
        self.cancel.setAccessibleName(words.CANCEL)
        self.cancel.clicked.connect(self.reject)
        self.cancel.setVisible(stoppable)
        column.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignRight)

    def run(self, jobs: Jobs, work: Callable[[Progress], object]) -> None:
        """Run a job and show how far it is."""
        stop = self._stop
        self._job = jobs.run(self.windowTitle(), lambda progress: work(stop.guard(progress)))
        self._job.progress.connect(self._show)
        self._job.done.connect(self._done)
        self._job.failed.connect(self._failed)
        self.open()

    def reject(self) -> None:
        """Ask the job to end; the window stays until it has, as what it had begun is cleared away first."""
        if not self._stoppable:
            return
        self._stop.wish()
        self.cancel.setEnabled(False)
        self.head.setText(words.STOPPING)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Take the cross of the window for Cancel while the job runs."""
        if self._job is not None:
            self.reject()
            event.ignore()
        else:
            super().closeEvent(event)

    def _show(self, share: float) -> None:
        self.bar.setValue(round(STEPS * share) if self._stoppable else 0)

    def _done(self, result: object) -> None:
        self._leave()
        self.over.emit(result)

    def _failed(self, error: Exception) -> None:
        self._leave()
        if not isinstance(error, AnkletestError):
            raise error
        self.failed.emit(say(str(error)))

    def _leave(self) -> None:
        self._job = None
        self.accept()
