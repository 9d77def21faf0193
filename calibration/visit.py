"""Calibrations as a pure function of a session's notifications: live, replayed and simulated alike; the exams of a session are elsewhere.

A calibration is begun by the operator event ``calibrate`` with an ``Order``; ``stop`` ends it, ``close`` and the end of a recording too.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import cast

import numpy as np

from ankletest.calibrated import date_of
from ankletest.device import BATTERY, LINK, OPERATOR, DeviceModel, LinkState, Notification
from ankletest.errors import RecordingError
from ankletest.exams.base import PhaseChange
from ankletest.intake import Entry, Intake
from ankletest.samples import Block, FloatArray, Kind
from ankletest.trial import Stream
from calibration.catalog import PROCEDURES
from calibration.certificate import Certificate, Identity
from calibration.procedure import Capture, Order, Procedure, Refusal, Subject
from calibration.run import CalibrationRun

EVENT = "calibrate"
"""Name of the operator event; ``order`` is its record."""
GRACE_S = 1.0
"""How long a finished calibration waits for late samples of its devices, as a finished exam does."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What a calibration left behind: a certificate, or why there is none."""

    order: Order
    certificate: Certificate | None
    refusal: Refusal | None = None
    captures: tuple[Capture, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """What became of some notifications."""

    changes: tuple[PhaseChange | Capture, ...] = ()
    ended: tuple[Ended, ...] = ()


@dataclass(slots=True)
class _Device:
    """A device thrice over: as it comes, corrected but for how it sits, and as exams see it."""

    raw: Intake
    plain: Intake
    seen: Intake

    def for_(self, procedure: Procedure) -> Intake:
        """Return what a procedure sees."""
        return (self.seen if procedure.axes else self.plain) if procedure.corrected else self.raw


@dataclass(slots=True)
class _Out:
    changes: list[PhaseChange | Capture] = field(default_factory=list[PhaseChange | Capture])
    ended: list[Ended] = field(default_factory=list[Ended])


class CalibrationVisit:
    """Feed it notifications in order; any chunking gives the same certificates, to the bit.

    Parameters
    ----------
    models
        The catalog of devices.
    procedures
        What can be begun.
    """

    def __init__(self, models: Sequence[DeviceModel], procedures: Sequence[Procedure] = PROCEDURES) -> None:
        self._models = {model.key: model for model in models}
        self._procedures = {procedure.key: procedure for procedure in procedures}
        self._devices: dict[str, _Device] = {}
        self._open_ns: int | None = None
        self._order: Order | None = None
        self._run: CalibrationRun | None = None
        self._start_s = math.nan
        self._now_s = 0.0

    @property
    def run(self) -> CalibrationRun | None:
        """The calibration going on; None without one."""
        return self._run

    @property
    def busy(self) -> bool:
        """Whether one was begun that has not ended."""
        return self._order is not None

    @property
    def identities(self) -> Mapping[str, Identity]:
        """Which device each one is, as far as it has told."""
        return {key: Identity(device.raw.model.key, device.raw.serial) for key, device in self._devices.items()}

    def corners_mm(self, device: str) -> FloatArray | None:
        """Return where the cells of a device are, (c, 2); None where it has not told, or has none."""
        known = self._devices.get(device)
        return None if known is None else known.raw.codec.corners_mm

    def feed(self, items: Sequence[Notification]) -> Update:
        """Take consecutive notifications."""
        out = _Out()
        for (device, characteristic), same in groupby(items, key=lambda n: (n.device, n.characteristic)):
            run = list(same)
            if device == OPERATOR:
                for item in run:
                    self._event(item, out)
                continue
            if characteristic == LINK:
                for item in run:
                    self._link(item, out)
            elif characteristic != BATTERY:
                self._samples(device, characteristic, run, out)
            if self._open_ns is not None:
                self._now_s = (run[-1].received_ns - self._open_ns) * 1e-9
            self._conclude(out, wait=True)
        return Update(tuple(out.changes), tuple(out.ended))

    def finish(self) -> Update:
        """Say that no more will come."""
        out = _Out()
        self._stop(self._now_s, "the recording ended", out)
        return Update(tuple(out.changes), tuple(out.ended))

    # ---- inside ---------------------------------------------------------------------------------------------------------------

    def _samples(self, name: str, characteristic: str, run: Sequence[Notification], out: _Out) -> None:
        device = self._devices.get(name)
        if device is None or self._open_ns is None:
            raise RecordingError(f"A notification of '{name}' comes without an open event that names it.", "The recording is damaged.")
        received = np.array([n.received_ns for n in run], dtype=np.int64) - self._open_ns
        payloads = [n.payload for n in run]
        received_s = np.asarray(received * 1e-9, dtype=np.float64)
        views = (device.raw, device.seen) if device.plain is device.seen else (device.raw, device.plain, device.seen)
        taken = [(view, view.take(characteristic, payloads, received_s)) for view in views]
        for view, blocks in taken:
            for block in blocks:
                self._begin(name, block, out)
                if self._run is not None and device.for_(self._run.procedure) is view and math.isnan(self._run.end_s):
                    cut = _from(block, self._start_s)
                    if len(cut):
                        out.changes.extend(self._run.feed(cut))
        if not self.busy:
            for view in views:
                view.forget_before(math.inf)

    def _begin(self, name: str, block: Block, out: _Out) -> None:
        """Begin what was ordered once the device has given samples: before, nobody knows what it gives."""
        if self._run is not None or self._order is None or self._order.device != name:
            return
        intake = self._devices[name].raw
        corners = intake.codec.corners_mm if block.kind is Kind.CELLS else None
        identity = Identity(intake.model.key, intake.serial)
        subject = Subject(identity, block.kind, intake.entry.site, intake.nominal_hz, corners)
        try:
            self._run = CalibrationRun(self._procedures[self._order.kind], self._order, subject, self._start_s)
        except Refusal as refusal:
            out.ended.append(Ended(self._order, None, refusal))
            self._order = None

    def _event(self, item: Notification, out: _Out) -> None:
        event = _json(item)
        kind = event.get("event")
        if kind == "open":
            self._open(item, event)
            return
        if self._open_ns is None:
            raise RecordingError("The recording does not begin with an open event.", "It was written by another program or damaged.")
        t_s = (item.received_ns - self._open_ns) * 1e-9
        if kind == EVENT:
            self._stop(t_s, "another calibration was begun", out)
            self._order, self._start_s = self._ordered(event), t_s
        elif kind in {"stop", "close"}:
            why = str(event.get("why", "")) if kind == "stop" else "the session was closed"
            self._stop(t_s, why, out)

    def _ordered(self, event: Mapping[str, object]) -> Order:
        fields = event.get("order")
        try:
            order = Order.from_json(cast("Mapping[str, object]", fields))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RecordingError(f"A calibration was begun in a way that cannot be read ({error}).", "The recording is damaged.") from error
        if order.kind not in self._procedures:
            known = ", ".join(self._procedures)
            raise Refusal("unknown procedure", f"There is no calibration '{order.kind}'.", f"There are: {known}.")
        if order.device not in self._devices:
            raise Refusal("unknown device", f"There is no device '{order.device}'.", f"There are: {', '.join(self._devices)}.")
        return order

    def _open(self, item: Notification, event: Mapping[str, object]) -> None:
        self._open_ns = item.received_ns
        at = date_of(event)
        listed = event.get("devices")
        for fields in cast("list[object]", listed) if isinstance(listed, list) else []:
            entry = Entry.from_json(cast("Mapping[str, object]", fields if isinstance(fields, dict) else {}))
            model = self._models.get(entry.model)
            if model is None:
                raise RecordingError(f"The device model '{entry.model}' is not known to this version.", "Open it with a newer one.")
            raw, seen = Intake(entry, model, at=at, raw=True), Intake(entry, model, at=at)
            plain = Intake(entry, model, at=at, axes=False) if entry.certificates else seen
            self._devices[entry.device] = _Device(raw, plain, seen)

    def _link(self, item: Notification, out: _Out) -> None:
        event = _json(item)
        if event.get("state") == LinkState.LOST.value and self._run is not None and self._open_ns is not None:
            t_s = (item.received_ns - self._open_ns) * 1e-9
            out.changes.extend(self._run.lose(item.device, t_s, str(event.get("why", ""))))

    def _stop(self, t_s: float, why: str, out: _Out) -> None:
        if self._run is not None and math.isnan(self._run.end_s):
            out.changes.extend(self._run.stop(t_s, why))
        if self._order is not None and self._run is None:
            out.ended.append(
                Ended(self._order, None, Refusal("no samples", f"'{self._order.device}' gave no samples.", "Is it switched on?"))
            )
            self._order = None
        self._conclude(out, wait=False)

    def _conclude(self, out: _Out, *, wait: bool) -> None:
        run = self._run
        if run is None or math.isnan(run.end_s) or (wait and self._now_s <= run.end_s + GRACE_S):
            return
        try:
            out.ended.append(Ended(run.order, run.conclude(self._streams(run)), captures=tuple(run.captures)))
        except Refusal as refusal:
            out.ended.append(Ended(run.order, None, refusal, tuple(run.captures)))
        self._run = self._order = None

    def _streams(self, run: CalibrationRun) -> list[Stream]:
        seen = (device.seen.stream(run.begin_s, run.end_s, received_by_s=run.end_s + GRACE_S) for device in self._devices.values())
        return [stream for stream in seen if stream is not None]


def calibrate(items: Sequence[Notification], models: Sequence[DeviceModel], procedures: Sequence[Procedure] = PROCEDURES) -> list[Ended]:
    """Return what every calibration of a recording left behind."""
    visit = CalibrationVisit(models, procedures)
    return [*visit.feed(items).ended, *visit.finish().ended]


def begun(items: Sequence[Notification], order: Order) -> list[Notification]:
    """Return a recording in which a calibration was begun right after its opening, in place of those that were begun in it.

    For recordings that were made without this program asking: whatever was put on the pad in the right order will do.
    """
    opening, rest = items[0], [n for n in items[1:] if not (n.device == OPERATOR and _json(n).get("event") == EVENT)]
    payload = json.dumps({"event": EVENT, "order": order.as_json()}, ensure_ascii=False, allow_nan=False).encode()
    return [opening, replace(opening, payload=payload), *rest]


def _from(block: Block, start_s: float) -> Block:
    first = int(block.t_s.searchsorted(start_s))
    rows = slice(first, None)
    return replace(block, t_s=block.t_s[rows], values=block.values[rows], clipped=block.clipped[rows], ticks=block.ticks[rows])


def _json(item: Notification) -> Mapping[str, object]:
    try:
        event = json.loads(item.payload)
    except ValueError as error:
        raise RecordingError("An operator event cannot be read.", "The recording is damaged.") from error
    if not isinstance(event, dict):
        raise RecordingError("An operator event is not a record.", "The recording is damaged.")
    return cast("Mapping[str, object]", event)
