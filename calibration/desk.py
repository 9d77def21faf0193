"""The calibration room as the command line (and a window) is handed it: JSON and sentences at its border; no terminal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from ankletest.cli.parts import Asked, Calibrated, Filed, Script
from ankletest.device import DeviceModel, Notification
from ankletest.exams.base import PhaseChange
from ankletest.samples import FloatArray, Kind, Site
from calibration.catalog import PROCEDURES, by_key
from calibration.certificate import Certificate, Identity, instant
from calibration.folder import latest, load, save, shelf
from calibration.procedure import Order, Procedure, Refusal, Subject
from calibration.visit import EVENT, CalibrationVisit, Ended, Update, begun

SOON_DAYS = 14
"""A certificate that expires within two weeks is due."""


class Bench:
    """Calibrations going on, in sentences."""

    def __init__(self, models: Sequence[DeviceModel]) -> None:
        self._visit = CalibrationVisit(models)

    @property
    def busy(self) -> bool:
        """Whether one was begun that has not ended."""
        return self._visit.busy

    @property
    def progress(self) -> float:
        """How much of it is there, 0 to 1."""
        return self._visit.run.progress if self._visit.run else 0.0

    def corners_mm(self, device: str) -> FloatArray | None:
        """Return where the cells of a device are, (c, 2); None where it has not told, or has none."""
        return self._visit.corners_mm(device)

    def feed(self, items: Sequence[Notification]) -> tuple[Sequence[str], Sequence[Calibrated]]:
        """Take notifications; return sentences for the operator, and what ended."""
        update = self._visit.feed(items)
        return _sentences(update), [told(one) for one in update.ended]

    def finish(self) -> Sequence[Calibrated]:
        """Say that no more will come."""
        return [told(one) for one in self._visit.finish().ended]


class Desk:
    """The room (``ankletest.cli.parts.Calibrations``)."""

    @property
    def kinds(self) -> Mapping[str, str]:
        """Its procedures: key, and title with what each asks for."""
        return {procedure.key: _title(procedure) for procedure in PROCEDURES}

    def of_motion(self, kind: str) -> bool:
        """Tell whether a procedure is one of motion sensors, and not of a pad."""
        return Kind.IMU in by_key(kind).kinds

    def event(self, asked: Asked) -> Mapping[str, object]:
        """Return the operator event that begins a calibration; refuses what makes no sense."""
        order = order_of(asked)
        by_key(order.kind).ordered(order)
        return {"event": EVENT, "order": order.as_json()}

    def script(self, asked: Asked) -> Script:
        """Return what makes the same event for a simulated pad, with what is to lie where."""
        event = self.event(asked)
        order = order_of(asked)

        def make(corners_mm: FloatArray) -> Mapping[str, object]:
            procedure = by_key(order.kind)
            subject = Subject(Identity("", ""), procedure.kinds[0], Site.PAD, 1.0, corners_mm if Kind.CELLS in procedure.kinds else None)
            puts = [(step.put, step.window_s) for step in procedure.steps(procedure.ordered(order), subject)]
            return {**event, "loads": [[put.force_n, put.x_mm, put.y_mm, window_s + 2.5] for put, window_s in puts if put is not None]}

        return make

    def begun(self, items: Sequence[Notification], asked: Asked) -> Sequence[Notification]:
        """Return a recording as if the calibration had been begun at its start."""
        self.event(asked)
        return begun(items, order_of(asked))

    def bench(self, models: Sequence[DeviceModel]) -> Bench:
        """Return a fresh bench."""
        return Bench(models)

    def save(self, folder: Path, certificate: Mapping[str, object]) -> Path:
        """File a certificate."""
        return save(folder, Certificate.from_json(certificate))

    def filed(self, folder: Path, *, today: str) -> tuple[Sequence[Filed], Sequence[str]]:
        """Return every certificate of a folder, newest first, and sentences on files that are damaged."""
        found, at = shelf(folder), instant(today)
        return [_filed(one, at) for one in reversed(found.certificates)], found.damaged

    def latest(self, folder: Path) -> Sequence[Mapping[str, object]]:
        """Return the certificates that a new recording is given."""
        return [one.as_json() for one in latest(shelf(folder).certificates)]

    def load(self, path: Path) -> Mapping[str, object]:
        """Read one certificate."""
        return load(path).as_json()


def order_of(asked: Asked) -> Order:
    """Return the order that somebody asked for.

    Raises
    ------
    Refusal
        The date is none.
    """
    try:
        date = instant(asked.date)
    except ValueError as error:
        raise Refusal("senseless input", f"The date {asked.date} is none: {error}.", "Write it like 2026-03-01T09:00:00+00:00.") from error
    return Order(asked.kind, asked.device, date, asked.operator, dict(asked.given))


def told(one: Ended) -> Calibrated:
    """Return what there is to say about an ended calibration."""
    certificate = one.certificate
    if certificate is None:
        words = (str(one.refusal),) if one.refusal else ()
        return Calibrated(one.order.kind, None, passed=False, words=words)
    judged = [f"  {'✓' if limit.held else '✗'} {limit}" for limit in (*certificate.limits, *certificate.hold_out)]
    sure = [f"  ± {f.key}: {f.values[0]:.3g} {f.unit}".rstrip() for f in certificate.uncertainty if len(f.values) == 1]
    until = f", holds until {certificate.expires:%Y-%m-%d %H:%M} UTC" if certificate.expires else ""
    head = f"{certificate.id}: {certificate.device} {'passed' if certificate.passed else 'FAILED'}{until}"
    why = [f"  {certificate.why}"] if certificate.why else []
    if not certificate.device.serial:
        why.append(
            "  The device tells no serial and has no label, so nobody can know again whose certificate this is: it will not be used."
        )
    return Calibrated(one.order.kind, certificate.as_json(), passed=certificate.passed, words=(head, *judged, *sure, *why))


def state_of(certificate: Certificate, at: datetime) -> str:
    """Return how a certificate stands: ``failed``, ``expired``, ``due`` or ``good``."""
    if not certificate.passed:
        return "failed"
    if certificate.expired(at):
        return "expired"
    left = None if certificate.expires is None else (certificate.expires - at).total_seconds() / 86400.0
    whole = None if certificate.expires is None else (certificate.expires - certificate.date).total_seconds() / 86400.0
    return "due" if left is not None and whole is not None and left < SOON_DAYS < whole else "good"


def _filed(one: Certificate, at: datetime) -> Filed:
    until = "until the next" if one.expires is None else f"until {one.expires:%Y-%m-%d}"
    state = state_of(one, at)
    line = f"{state:8} {one.date:%Y-%m-%d %H:%M}  {one.kind:12} {one.device!s:28} {until:18} {one.id}"
    return Filed(one.as_json(), one.id, state, f"{line}  {one.why}".rstrip())


def _sentences(update: Update) -> list[str]:
    return [change.phase.instruction for change in update.changes if isinstance(change, PhaseChange)]


def _title(procedure: Procedure) -> str:
    asks = ", ".join(f"{ask.key}{'…' if ask.many else ''} ({ask.unit or '1'})" for ask in procedure.asks)
    return f"{procedure.title}; asks for {asks}" if asks else procedure.title
