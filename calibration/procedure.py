"""What a calibration procedure is: steps with an instruction and a gate, and a function that makes findings of what was captured.

A procedure is one file and one line in ``calibration.catalog``; ``calibration.run`` walks it. Nothing here knows a device or a formula.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from ankletest.errors import AnkletestError
from ankletest.exams.base import LiveNumber
from ankletest.samples import FloatArray, Kind, Site
from ankletest.trial import Stream
from calibration.certificate import Effect, Figure, Identity, Limit, instant


class Refusal(AnkletestError):  # noqa: N818  a procedure that refuses is no error of the program
    """A calibration that leaves no certificate.

    Parameters
    ----------
    name
        What was found, for programs and tests: ``loaded``, ``drifting``, ``too few poses``, ``stopped``, ``lost`` …
    message, hint
        As with every error.
    """

    def __init__(self, name: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.name = name


@dataclass(frozen=True, slots=True)
class Ask:
    """A number to be entered before a procedure, or, where ``many``, several; ``default`` is empty where nothing may be assumed."""

    key: str
    title: str
    unit: str
    least: float
    most: float
    default: tuple[float, ...] = ()
    many: bool = False


TEMPERATURE = Ask("temperature_c", "temperature of the room", "°C", -20.0, 60.0)
"""May be entered with every procedure, where the device tells none; a scale and a zero go with it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a calibration was begun with; travels in the recording's ``calibrate`` event, so that replay gives the same certificate.

    Parameters
    ----------
    kind
        Key of the procedure.
    device
        Id of the device within the session.
    date
        When it was begun; aware. The core has no clock: whoever begins it tells.
    operator
        Code of who does it; no name.
    given
        What was entered, by the keys of the procedure's ``asks``; a single number is a tuple of one.
    """

    kind: str
    device: str
    date: datetime
    operator: str = ""
    given: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]], hash=False)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return what was entered under a key; empty when nothing was."""
        return self.given.get(key, ())

    def number(self, key: str) -> float:
        """Return a single number that was entered; NaN when none was."""
        return next(iter(self.given.get(key, ())), math.nan)

    def as_json(self) -> dict[str, object]:
        """Return plain JSON values."""
        given = {key: list(values) for key, values in self.given.items()}
        return {"kind": self.kind, "device": self.device, "date": self.date.isoformat(), "operator": self.operator, "given": given}

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> "Order":
        """Read the fields of ``as_json``.

        Raises
        ------
        ValueError, TypeError, KeyError
            Something is missing or makes no sense.
        """
        given = fields.get("given", {})
        if not isinstance(given, Mapping):
            raise TypeError("what was entered is not a record")
        entered = {str(key): tuple(float(value) for value in values) for key, values in given.items()}
        date = instant(fields["date"])
        return cls(str(fields["kind"]), str(fields["device"]), date, str(fields.get("operator", "")), entered)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of the device when a calibration begins.

    ``kind`` is what its codec gives (``CELLS``, ``FORCE``, ``IMU``); ``corners_mm`` is (c, 2) where it has cells, else None.
    """

    identity: Identity
    kind: Kind
    site: Site
    rate_hz: float
    corners_mm: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """Samples that counted for a step: ``values`` (n, k) as the device gives them, at session seconds ``t_s`` (n,)."""

    step: str
    t_s: FloatArray
    values: FloatArray

    @property
    def mean(self) -> FloatArray:
        """Mean of each column, (k,)."""
        return np.asarray(self.values.mean(axis=0), dtype=np.float64)

    @property
    def sd(self) -> FloatArray:
        """Standard deviation of each column, (k,)."""
        return np.asarray(self.values.std(axis=0, ddof=1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Look:
    """What a gate says of a window.

    Parameters
    ----------
    counts
        The window is captured, and the next step begins.
    name, why, hint
        While it does not count: what is amiss, for programs; a sentence for the operator; and what to do. It is the refusal's, should
        the step's time run out.
    refused
        Do not wait for the time: refuse now.
    done
        How much of this step is there, 0 to 1.
    live
        Numbers for the screen.
    """

    counts: bool = False
    name: str = ""
    why: str = ""
    hint: str = ""
    refused: bool = False
    done: float = 0.0
    live: tuple[LiveNumber, ...] = ()


Gate = Callable[[FloatArray, FloatArray, Sequence[Capture]], Look]
"""``(t_s (n,), values (n, k), captures so far) → Look``; pure. It is asked every 50 ms of session time, on a fixed grid."""


@dataclass(frozen=True, slots=True)
class Put:
    """What is to lie on a pad: a force, N, and where its middle is, mm from the pad's centre; x to the right, y forward.

    ``check``: what is found there is not fitted, it checks.
    """

    force_n: float
    x_mm: float = 0.0
    y_mm: float = 0.0
    check: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Parameters
    ----------
    name
        Unique within the procedure, such as ``empty`` or ``up 2``.
    instruction
        What the operator is told; short, spoken.
    gate
        Tells when a window counts.
    window_s
        Length of the trailing window that the gate sees, once it is full; infinite: everything since the step began.
    timeout_s
        The procedure is refused with what the gate last said when the step takes longer.
    put
        What is to lie on the pad, for a picture of it and for simulated people; None where the step is not about a load.
    """

    name: str
    instruction: str
    gate: Gate
    window_s: float = 1.0
    timeout_s: float = 120.0
    put: Put | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What became of the captures; the certificate's own fields. ``faults`` are sentences that make it fail whatever the limits say."""

    inputs: tuple[Figure, ...] = ()
    parameters: tuple[Figure, ...] = ()
    residuals: tuple[Figure, ...] = ()
    uncertainty: tuple[Figure, ...] = ()
    limits: tuple[Limit, ...] = ()
    hold_out: tuple[Limit, ...] = ()
    effects: tuple[Effect, ...] = ()
    temperature_c: float | None = None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """One kind of calibration, as data.

    Parameters
    ----------
    key, title, version
        Id, name on screen, and a number that is raised when the same captures would give another certificate.
    kinds
        What the device's codec has to give.
    days
        How long its certificate holds; None: until the next one.
    steps
        Makes the steps, in order.
    finish
        Makes findings of one capture for each step, in order, and of the run's finally stamped streams (of the other devices too; PAD and
        IMU, corrected). It raises ``Refusal`` where the captures tell nothing.
    asks
        What has to be entered.
    corrected
        Whether its gates and captures see what an exam sees, PAD or IMU columns with the corrections in force (a check), rather than the
        codec's own columns as they come (a calibration).
    axes
        Whether, where ``corrected``, that holds for how the device sits, too; False for what finds out how it sits.
    """

    key: str
    title: str
    version: int
    kinds: tuple[Kind, ...]
    days: float | None
    steps: Callable[[Order, Subject], Sequence[Step]]
    finish: Callable[[Order, Subject, Sequence[Capture], Sequence[Stream]], Findings]
    asks: tuple[Ask, ...] = ()
    corrected: bool = False
    axes: bool = True

    def ordered(self, order: Order) -> Order:
        """Return the order with defaults filled in.

        Raises
        ------
        Refusal
            Something is not asked for, is missing, or makes no sense.
        """
        taken = (*self.asks, TEMPERATURE) if order.numbers(TEMPERATURE.key) else self.asks
        asks = {ask.key: ask for ask in (*self.asks, TEMPERATURE)}
        for key in order.given:
            if key not in asks:
                raise Refusal("unknown input", f"'{self.key}' does not ask for '{key}'.", f"It asks for: {', '.join(asks) or 'nothing'}.")
        given: dict[str, tuple[float, ...]] = {}
        for ask in taken:
            values = order.given.get(ask.key, ask.default)
            if not values:
                raise Refusal("missing input", f"'{self.key}' needs {ask.title} ({ask.key}, {ask.unit}).", "Enter it and begin again.")
            if len(values) > 1 and not ask.many:
                raise Refusal("unknown input", f"{ask.title} is one number, not {len(values)}.", "Enter it and begin again.")
            for value in values:
                if not ask.least <= value <= ask.most:
                    hint = f"It is {ask.least:g} to {ask.most:g} {ask.unit}.".replace(" .", ".")
                    raise Refusal("senseless input", f"{ask.title} of {value:g} {ask.unit} makes no sense.", hint)
            given[ask.key] = values
        return Order(order.kind, order.device, order.date, order.operator, given)
