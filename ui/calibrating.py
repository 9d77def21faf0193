"""Calibrations of the visit going on, and the certificates on file; it shows nothing and knows no procedure."""

import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QObject, Signal

from ankletest.device import Choice, Notice, Notification
from ankletest.errors import AnkletestError
from ankletest.exams.base import PhaseChange
from ankletest.samples import Kind
from calibration.catalog import by_key
from calibration.certificate import Certificate, Identity
from calibration.folder import Shelf, latest, save, shelf
from calibration.procedure import Order, Procedure, Refusal, Subject
from calibration.run import CalibrationRun
from calibration.visit import EVENT, CalibrationVisit, Ended, Update
from ui.visit import Visit
from ui.words import calibration as words

log = logging.getLogger(__name__)
PRACTICE = "sim:"
"""Addresses of practice devices begin so: somebody who is simulated puts on what the procedure asks for."""
BUDGET_S, IDLE_BUDGET_S = 0.008, 0.002
"""Of a frame: what a calibration may take, and what keeping up takes while none goes on."""
SLICE = 256
LAID_S = 2.5
"""A simulated hand leaves a weight so much longer than the window that is captured."""


@dataclass(frozen=True, slots=True)
class Known:
    """A connected device: its choice, who it is, and what its codec gives (None: nothing yet)."""

    choice: Choice
    identity: Identity
    kinds: tuple[Kind, ...]


class Calibrating(QObject):
    """Begins and follows calibrations, and files their certificates.

    Parameters
    ----------
    visit
        Whose devices are calibrated.
    folder
        Where certificates are filed; None: nothing is kept.
    """

    begun = Signal()
    told = Signal(str)  # an instruction
    moved = Signal()  # something of the run may have changed; once a tick
    ended = Signal(object)  # Ended
    filed = Signal()

    def __init__(self, visit: Visit, folder: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visit, self._folder = visit, folder
        self._bench: CalibrationVisit | None = None
        self._waiting: deque[Notification] = deque()
        self._ordered = False
        self._unfiled: list[Certificate] = []
        self.shelf = Shelf()
        self.reload()
        visit.besides = self.opening
        visit.opened.connect(self._open)
        visit.closing.connect(self._close)
        visit.fed.connect(self._take)
        visit.ticked.connect(self._tick)

    # ---- what is known ----------------------------------------------------------------------------------------------------------

    @property
    def run(self) -> CalibrationRun | None:
        """The calibration going on; None also while its device has not yet given a sample."""
        return self._bench.run if self._bench is not None else None

    @property
    def busy(self) -> bool:
        """True from ``begin`` until it has ended."""
        return self._ordered

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """Every certificate, oldest first."""
        return self.shelf.certificates

    def devices(self) -> tuple[Known, ...]:
        """Return the devices that are connected."""
        if self._bench is None or not self._visit.connected:
            return ()
        identities, models = self._bench.identities, {model.key: model for model in self._visit.hub.models}
        return tuple(
            Known(choice, identities.get(choice.device, Identity(choice.model, choice.serial)), models[choice.model].kinds)
            for choice in self._visit.choices
        )

    def opening(self) -> Mapping[str, object]:
        """Return what a new recording's open event says of certificates; with their date, and only where there are any."""
        kept = [one.as_json() for one in latest(self.certificates)]
        return {"certificates": kept, "date": datetime.now(UTC).isoformat(timespec="seconds")} if kept else {}

    def reload(self) -> None:
        """Read the folder again."""
        found = shelf(self._folder) if self._folder is not None else Shelf()
        known = {one.id for one in found.certificates}
        every = (*found.certificates, *(one for one in self._unfiled if one.id not in known))
        self.shelf = Shelf(tuple(sorted(every, key=lambda c: (c.date, c.id))), found.damaged)

    # ---- do one ------------------------------------------------------------------------------------------------------------------

    def begin(self, kind: str, device: str, given: Mapping[str, tuple[float, ...]], *, operator: str = "") -> None:
        """Begin a calibration.

        Raises
        ------
        Refusal
            What was entered makes no sense, or it cannot be begun now.
        """
        if self._bench is None:
            raise Refusal("no device", words.NOT_CONNECTED)
        if self._visit.running:
            raise Refusal("exam", words.EXAM_GOES_ON)
        procedure = by_key(kind)
        order = Order(kind, device, datetime.now(UTC).replace(microsecond=0), operator, dict(given))
        self._try(procedure, order)
        event: dict[str, object] = {"event": EVENT, "order": order.as_json()}
        choice = next((c for c in self._visit.choices if c.device == device), None)
        if choice is not None and choice.address.startswith(PRACTICE):
            event["loads"] = self._loads(procedure, order, choice)
        self._ordered = True
        self._visit.occupied = words.CALIBRATION_GOES_ON
        self._visit.post(event)
        self.begun.emit()

    def plan(self, procedure: Procedure, known: Known, given: Mapping[str, tuple[float, ...]]) -> list[str]:
        """Return what the operator will be told, step by step.

        Raises
        ------
        Refusal
            What was entered makes no sense.
        """
        order = procedure.ordered(Order(procedure.key, known.choice.device, datetime.now(UTC), given=dict(given)))
        return [step.instruction for step in procedure.steps(order, self._subject(procedure, known.choice))]

    def cancel(self) -> None:
        """End the one going on; what was captured leaves no certificate."""
        if self._ordered:
            self._visit.post({"event": "stop", "why": words.STOPPED})

    # ---- inside ------------------------------------------------------------------------------------------------------------------

    def _subject(self, procedure: Procedure, choice: Choice) -> Subject:
        corners = self._bench.corners_mm(choice.device) if self._bench is not None and Kind.CELLS in procedure.kinds else None
        return Subject(Identity(choice.model, choice.serial), procedure.kinds[0], choice.site, choice.rate_hz or 1.0, corners)

    def _try(self, procedure: Procedure, order: Order) -> None:
        """Refuse now what would be refused as soon as the device gives samples."""
        choice = next((c for c in self._visit.choices if c.device == order.device), None)
        if choice is not None:
            procedure.steps(procedure.ordered(order), self._subject(procedure, choice))

    def _loads(self, procedure: Procedure, order: Order, choice: Choice) -> list[list[float]]:
        steps = procedure.steps(procedure.ordered(order), self._subject(procedure, choice))
        puts = [(step.put, step.window_s) for step in steps]
        return [[put.force_n, put.x_mm, put.y_mm, window_s + LAID_S] for put, window_s in puts if put is not None]

    def _open(self) -> None:
        self._bench = CalibrationVisit(self._visit.hub.models)
        self._waiting.clear()
        self._release()

    def _close(self) -> None:
        bench = self._bench
        if bench is not None and self._ordered:
            self._feed(list(self._waiting))
        if self._ordered and self._bench is not None:
            self._tell(self._bench.finish())
        self._bench = None
        self._waiting.clear()
        self._release()
        self.moved.emit()

    def _take(self, items: Sequence[Notification]) -> None:
        if self._bench is not None:
            self._waiting.extend(items)

    def _tick(self) -> None:
        """Keep up with the devices from their first sample on, as a replay does; an exam going on has the machine to itself."""
        if self._bench is None or self._visit.running:
            return
        began, budget = perf_counter(), BUDGET_S if self._ordered else IDLE_BUDGET_S
        while self._waiting:  # empty, too, after a notification that broke it
            self._feed([self._waiting.popleft() for _ in range(min(SLICE, len(self._waiting)))])
            if perf_counter() - began > budget:
                break
        if self._ordered:
            self.moved.emit()

    def _feed(self, items: Sequence[Notification]) -> None:
        bench = self._bench
        if bench is None:
            return
        try:
            update = bench.feed(items)
        except AnkletestError as error:
            self._bench = None
            self._waiting.clear()
            self._release()
            self._visit.notice.emit(Notice("", "bad", error.message, error.hint))
            return
        self._tell(update)

    def _tell(self, update: Update) -> None:
        for change in update.changes:
            if isinstance(change, PhaseChange):
                self.told.emit(change.phase.instruction)
        for one in update.ended:
            self._release()
            if one.certificate is not None:
                self._file(one.certificate)
            self.ended.emit(one)

    def _file(self, certificate: Certificate) -> None:
        try:
            if self._folder is not None:
                log.info("filed %s", save(self._folder, certificate).name)
            else:
                self._unfiled.append(certificate)
        except AnkletestError as error:
            self._unfiled.append(certificate)
            self._visit.notice.emit(Notice("", "bad", error.message, error.hint))
        self.reload()
        self.filed.emit()

    def _release(self) -> None:
        self._ordered = False
        self._visit.occupied = ""


__all__ = ["Calibrating", "Ended", "Known"]
