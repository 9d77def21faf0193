"""Walks the steps of a calibration procedure over samples, with the machine of the exams; knows no procedure and no formula.

Gates look every 50 ms of session time on a fixed grid, so any chunking of the samples gives the same captures.
"""

import math
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import numpy as np

from ankletest.exams.base import LiveNumber, Phase, PhaseChange
from ankletest.exams.machine import Machine
from ankletest.exams.slices import Slices
from ankletest.samples import Block, FloatArray
from ankletest.trial import Outcome, Stream
from calibration.certificate import Certificate
from calibration.procedure import TEMPERATURE, Capture, Look, Order, Procedure, Refusal, Step, Subject

CAPTURED, REFUSED, STOP, LOST = "captured", "refused", "stop", "lost"
"""Happenings."""
FULL_SHARE = 0.9
"""Share of a window's samples that must have arrived: a window with a hole does not count."""
SILENT_S = 1.0
"""Samples missing for longer end the run, as in an exam."""
FINAL = (
    Phase("done", "Done. Thank you.", outcome=Outcome.COMPLETED),
    Phase("refused", "This did not work.", outcome=Outcome.NOT_HELD),
    Phase("stopped", "Stopped.", outcome=Outcome.STOPPED),
    Phase("invalid", "The device was lost.", outcome=Outcome.INVALID),
)

Change = PhaseChange | Capture


class CalibrationRun:
    """A calibration going on.

    Parameters
    ----------
    procedure, order, subject
        What is done, what was entered, and with which device.
    t_s
        Session second of the begin.

    Raises
    ------
    Refusal
        The device gives nothing that the procedure can use, or the order is not whole.
    """

    def __init__(self, procedure: Procedure, order: Order, subject: Subject, t_s: float) -> None:
        if subject.kind not in procedure.kinds:
            wanted = ", ".join(kind.value for kind in procedure.kinds)
            raise Refusal("wrong device", f"'{procedure.key}' needs a device that gives {wanted}; this one gives {subject.kind}.")
        self.procedure, self.order, self.subject = procedure, procedure.ordered(order), subject
        self.steps: tuple[Step, ...] = tuple(procedure.steps(self.order, subject))
        self.begin_s = t_s
        self.captures: list[Capture] = []
        self._look = Look()
        self._refusal: Refusal | None = None
        names = [step.name for step in self.steps]
        phases = {p.name: p for p in (*(Phase(step.name, step.instruction) for step in self.steps), *FINAL)}
        table = {
            name: {CAPTURED: after, REFUSED: "refused", STOP: "stopped", LOST: "invalid"} for name, after in pairwise([*names, "done"])
        }
        self._machine = Machine({**table, **{final.name: {} for final in FINAL}}, phases, names[0], t_s)
        self._untold: list[Change] = [PhaseChange(self._machine.phase, t_s, math.nan)]
        self._slices = Slices()
        self._t_s: FloatArray = np.empty(0)
        self._values: FloatArray = np.empty((0, 0))
        self._last_s = math.nan

    @property
    def phase(self) -> Phase:
        """Where it is; its instruction is to be spoken."""
        return self._machine.phase

    @property
    def step(self) -> Step | None:
        """The step going on; None after the end."""
        return None if self._machine.final else self.steps[len(self.captures)]

    @property
    def end_s(self) -> float:
        """Session second of the end; NaN while it goes on."""
        return self._machine.since_s if self._machine.final else math.nan

    @property
    def progress(self) -> float:
        """How much of everything is there, 0 to 1."""
        part = 0.0 if self._machine.final else min(1.0, max(0.0, self._look.done))
        return min(1.0, (len(self.captures) + part) / len(self.steps))

    @property
    def why(self) -> str:
        """What the operator is told while nothing is captured; empty when all is well."""
        return f"{self._look.why} {self._look.hint}".strip() if self._refusal is None else str(self._refusal)

    def live(self) -> Sequence[LiveNumber]:
        """Return numbers for the screen."""
        return self._look.live

    def feed(self, block: Block) -> Sequence[Change]:
        """Take samples of the device that is calibrated; those of others wait for ``conclude``."""
        if block.device != self.order.device:
            return []
        out, self._untold = self._untold, []
        for end_s, t_s, values in self._slices.feed(block.t_s, block.values):
            if self._machine.final:
                break
            if float(t_s[0]) - self._last_s > SILENT_S:
                words = f"The device was silent for {float(t_s[0]) - self._last_s:.1f} s."
                self._end(LOST, self._last_s + SILENT_S, out, Refusal("lost", words, "Move closer and begin again."))
                break
            self._last_s = float(t_s[-1])
            self._take(t_s, values, end_s, out)
        return out

    def stop(self, t_s: float, why: str) -> Sequence[Change]:
        """End by the operator, or because no more samples will come; what the gate last said is told with it."""
        out, self._untold = self._untold, []
        step = self.step
        wanted = "" if step is None or math.isinf(step.window_s) else f" {step.window_s:.0f} s are needed."
        said = f" {self._look.why}" if self._look.why else wanted
        name = self._look.name or "stopped"
        self._end(
            STOP, t_s, out, Refusal(name, f"It was stopped at '{self.phase.name}': {why or 'by the operator'}.{said}", self._look.hint)
        )
        return out

    def lose(self, device: str, t_s: float, why: str) -> Sequence[Change]:
        """Tell that a device is lost."""
        out, self._untold = self._untold, []
        if device == self.order.device:
            self._end(LOST, t_s, out, Refusal("lost", f"The device was lost{f': {why}' if why else ''}.", "Connect it and begin again."))
        return out

    def conclude(self, streams: Sequence[Stream] = ()) -> Certificate:
        """Make the certificate from the captures; call it after the end.

        Raises
        ------
        Refusal
            It did not come to its end, or what was captured tells nothing.
        """
        if self._refusal is not None:
            raise self._refusal
        if not self._machine.final:
            raise Refusal("unfinished", f"It is not finished: {len(self.captures)} of {len(self.steps)} steps are done.")
        found = self.procedure.finish(self.order, self.subject, tuple(self.captures), streams)
        broken = tuple(str(limit) for limit in (*found.limits, *found.hold_out) if not limit.held)
        days = self.procedure.days
        return Certificate(
            kind=self.procedure.key,
            version=self.procedure.version,
            device=self.subject.identity,
            date=self.order.date,
            expires=None if days is None else self.order.date + timedelta(days=days),
            operator=self.order.operator,
            inputs=found.inputs,
            parameters=found.parameters,
            residuals=found.residuals,
            uncertainty=found.uncertainty,
            limits=found.limits,
            hold_out=found.hold_out,
            effects=found.effects,
            temperature_c=_temperature_c(found.temperature_c, self.order),
            passed=not broken and not found.faults,
            why="; ".join((*found.faults, *broken)),
        )

    # ---- inside ---------------------------------------------------------------------------------------------------------------

    def _take(self, t_s: FloatArray, values: FloatArray, end_s: float, out: list[Change]) -> None:
        step = self.steps[len(self.captures)]
        since = self._machine.since_s
        fresh = t_s >= since
        self._t_s = np.concatenate((self._t_s, t_s[fresh]))
        self._values = np.concatenate((self._values.reshape(-1, values.shape[1]), values[fresh]))
        whole = math.isinf(step.window_s)
        if not whole:
            first = int(self._t_s.searchsorted(end_s - step.window_s))
            self._t_s, self._values = self._t_s[first:], self._values[first:]
        there = 1.0 if whole else len(self._t_s) / (step.window_s * self.subject.rate_hz)
        over = whole or end_s - since >= step.window_s
        if over and there < FULL_SHARE:
            words = f"{100.0 * (1.0 - there):.0f} % of the samples of the last {step.window_s:.0f} s are missing."
            self._look = Look(name="samples missing", why=words, hint="Move the receiver closer.")
        elif over and len(self._t_s) > 1:
            self._look = step.gate(self._t_s, self._values, tuple(self.captures))
            if self._look.counts:
                self._capture(step, end_s, out)
                return
        if self._look.refused or end_s - since > step.timeout_s:
            look = self._look
            message = look.why or f"Nothing was captured at '{step.name}' in {step.timeout_s:.0f} s."
            self._end(REFUSED, end_s, out, Refusal(look.name or "timeout", message, look.hint))

    def _capture(self, step: Step, end_s: float, out: list[Change]) -> None:
        capture = Capture(step.name, self._t_s, self._values)
        self.captures.append(capture)
        out.append(capture)
        self._t_s, self._values = self._t_s[:0], self._values[:0]
        self._look = Look(live=self._look.live)
        change = self._machine.happen(CAPTURED, end_s)
        if change is not None:
            out.append(change)

    def _end(self, happening: str, t_s: float, out: list[Change], refusal: Refusal) -> None:
        change = self._machine.happen(happening, max(t_s, self._machine.since_s), why=refusal.message)
        if change is not None:
            self._refusal = refusal
            out.append(change)


def _temperature_c(told: float | None, order: Order) -> float | None:
    """Return the temperature that the device told, else that of the room, where somebody entered it."""
    entered = order.number(TEMPERATURE.key)
    return told if told is not None else entered if math.isfinite(entered) else None
