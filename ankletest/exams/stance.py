"""Single-leg stance: on a pad, with a body-worn device, or both; the pad drives the phases where there is one.

The hold time counts from the moment the stance was settled; its cap is the length of the hold asked for. The analysed window begins
after the lead-in and ends with the hold or with the first error that fails it (E-STEP).
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ankletest.exams.base import Change, Exam, Fitness, LiveNumber, Member, Phase, PhaseChange, Progress, Verdict
from ankletest.exams.detectors import EMPTY_N, FAILING, IMU_HOP_G, IMU_HOP_RAD_S, LOADED_N, MotionErrors, Settled, StanceErrors, Still
from ankletest.exams.live import LiveSway
from ankletest.exams.machine import Frame, Framer, Machine
from ankletest.samples import ACC, FORCE, GYRO, Block, FloatArray, G, Kind
from ankletest.signals.rest import still_force
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

KEY = "stance"
STEP_ON_LIMIT_S = 60.0
"""So long the pad waits for a client, s."""
SETTLE_LIMIT_S = 60.0
"""So long a client may take to stand still, s."""
FELL_S = 5.0
"""Out of position for longer ends the trial, s (BESS rule)."""
GONE_S = 2.0
"""Off the pad for longer ends it, s."""
LOADED_SHARE = 0.5
"""Of a known body weight: less is a foot that tries the pad."""
LEAST_HZ = 50.0
"""Rate that a stance needs, Hz (ISPGR; Scoppa 2013)."""
MARKED = {"touch-down": Happening.TOUCH_DOWN, "hands": Happening.MARK, "eyes": Happening.MARK, "trunk": Happening.LARGE_SWAY}
"""Operator's marks that are errors."""

PHASES = {
    p.name: p
    for p in (
        Phase("step on", "Step onto the pad."),
        Phase("countdown", "Get ready: lift the other foot when the count ends."),
        Phase("settle", "Stand on the tested leg, hands on the hips, and keep still."),
        Phase("lead-in", "Good. Keep standing."),
        Phase("hold", "Hold it.", counted=True),
        Phase("done", "Done. Put the other foot down.", Outcome.COMPLETED),
        Phase("fell", "Stop. Rest for a moment.", Outcome.NOT_HELD),
        Phase("stopped", "Stopped.", Outcome.STOPPED),
        Phase("invalid", "This trial does not count. Please repeat it.", Outcome.INVALID),
    )
}
_ENDS = {"stopped": "stopped", "lost": "invalid"}
TABLE: Mapping[str, Mapping[str, str]] = {
    "step on": {"loaded": "settle", "too late": "invalid", **_ENDS},
    "countdown": {"counted": "lead-in", **_ENDS},
    "settle": {"settled": "lead-in", "empty": "step on", "too late": "invalid", **_ENDS},
    "lead-in": {"led in": "hold", "moved": "settle", "empty": "step on", **_ENDS},
    "hold": {"held": "done", "failed": "fell", "gone": "fell", **_ENDS},
    "done": {},
    "fell": {},
    "stopped": {},
    "invalid": {},
}


class StanceRun:
    """A stance going on."""

    def __init__(self, setup: Setup, members: Sequence[Member], t_s: float) -> None:
        pads = [m for m in members if m.kind is Kind.PAD]
        self._primary = pads[0] if pads else members[0] if members else None
        self._setup = setup
        self._members = tuple(members)
        self._start_s = t_s
        self._on_pad = bool(pads)
        first = "step on" if self._on_pad else "countdown"
        self._machine = Machine(PHASES, TABLE, first, t_s)
        self._framer = Framer(t_s)
        self._still, self._settled = Still(), Settled()
        self._errors: StanceErrors | MotionErrors | None = None
        self._weight_n = setup.mass_kg * G if setup.mass_kg else math.nan
        self._weighed_n = math.nan
        self._stance_s = self._hold_s = math.nan
        self._failed_s = math.nan
        self._now_s = t_s
        self._end_s = math.nan
        self._why: list[str] = []
        self._events: list[Event] = []
        self._live = LiveSway()

    # ---- what the session asks ---------------------------------------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        """Where it is."""
        return self._machine.phase

    @property
    def progress(self) -> Progress:
        """Seconds of the hold."""
        done = 0.0 if math.isnan(self._hold_s) else min(max(self._now_s - self._hold_s, 0.0), self._setup.duration_s)
        return Progress(done, self._setup.duration_s, "s")

    @property
    def end_s(self) -> float:
        """Session second of the end; NaN while it goes on."""
        return self._end_s

    def live(self) -> Sequence[LiveNumber]:
        """Sway so far, at 20 Hz: close to the stored numbers, marked live."""
        return self._live.numbers(on_pad=self._on_pad)

    def feed(self, block: Block) -> Sequence[Change]:
        """Take samples; those of the primary device move the phases."""
        out: list[Change] = []
        if self._primary is None or block.device != self._primary.device:
            return out
        self._now_s = float(block.t_s[-1])
        for frame in self._frames(block):
            if not math.isnan(self._end_s):
                break
            self._step(frame, out)
        self._events.extend(change for change in out if isinstance(change, Event))
        return out

    def mark(self, what: str, t_s: float) -> Sequence[Change]:
        """Take an operator's mark."""
        event = Event(MARKED.get(what, Happening.MARK), t_s, t_s, note=what if what not in MARKED or MARKED[what] is Happening.MARK else "")
        self._events.append(event)
        if event.what in FAILING and self._machine.phase.name == "hold" and math.isnan(self._failed_s):
            self._failed_s = t_s
        return [event]

    def stop(self, t_s: float, why: str) -> Sequence[Change]:
        """End by the operator."""
        self._why.append(why or "stopped by the operator")
        out: list[Change] = []
        self._move("stopped", t_s, out)
        return out

    def lose(self, device: str, t_s: float, why: str) -> Sequence[Change]:
        """Tell that a device is lost: invalid when it drives the run."""
        out: list[Change] = []
        if self._primary is not None and device == self._primary.device:
            self._why.append(f"{device} was lost in the phase '{self._machine.phase.name}' ({why or 'no data'}); repeat the trial")
            self._move("lost", t_s, out)
        else:
            self._why.append(f"{device} was lost ({why or 'no data'}); the others went on")
        return out

    def trial(self, streams: Sequence[Stream]) -> Trial:
        """Make the trial."""
        outcome = self._machine.phase.outcome or Outcome.INVALID
        window_end = self._failed_s if not math.isnan(self._failed_s) else self._end_s
        window = (self._hold_s, max(window_end, self._hold_s)) if not math.isnan(self._hold_s) else (math.nan, math.nan)
        held = math.nan
        capped = False
        if not math.isnan(self._hold_s) and outcome is not Outcome.INVALID:
            capped = outcome is Outcome.COMPLETED and math.isnan(self._failed_s)
            held = self._setup.duration_s if capped else min(window_end - self._stance_s, self._setup.duration_s)
        if outcome is Outcome.COMPLETED and not math.isnan(self._failed_s):
            outcome = Outcome.NOT_HELD
            self._why.append(f"not held: an error {self._failed_s - self._stance_s:.1f} s after the start of the stance")
        events = [*self._events, *_others(self._primary, streams, window)]
        return Trial(
            setup=self._setup,
            outcome=outcome,
            reasons=tuple(self._why),
            span_s=(self._start_s, self._end_s),
            window_s=window,
            events=tuple(sorted(events, key=lambda event: event.t_s)),
            streams=tuple(streams),
            body_weight_n=self._weighed_n,
            hold_s=held,
            capped=capped,
        )

    # ---- inside -------------------------------------------------------------------------------------------------------------------

    def _frames(self, block: Block) -> Iterator[Frame]:
        return self._framer.feed(block.t_s, block.values.T if self._on_pad else motion_columns(block.values))

    def _step(self, frame: Frame, out: list[Change]) -> None:
        name = self._machine.phase.name
        waited = frame.end_s - self._machine.since_s
        if name == "step on":
            if frame.means[FORCE] >= self._loaded_n() or (math.isnan(frame.means[FORCE]) and math.isfinite(frame.means[1])):
                self._move("loaded", frame.end_s, out)
            elif waited > STEP_ON_LIMIT_S:
                self._why.append("nobody stepped onto the pad")
                self._move("too late", frame.end_s, out)
        elif name == "countdown":
            if waited >= self._setup.countdown_s:
                self._stance_s = frame.end_s
                self._move("counted", frame.end_s, out, lasts_s=self._setup.lead_in_s)
        elif name == "settle":
            self._settle(frame, waited, out)
        elif name == "lead-in":
            self._lead_in(frame, waited, out)
        elif name == "hold":
            self._hold(frame, waited, out)

    def _loaded_n(self) -> float:
        return max(LOADED_N, LOADED_SHARE * self._weight_n) if not math.isnan(self._weight_n) else LOADED_N

    def _settle(self, frame: Frame, waited: float, out: list[Change]) -> None:
        force = frame.means[FORCE]
        if force < EMPTY_N:
            self._move("empty", frame.end_s, out)
            return
        weighed = self._still.feed(frame)
        weight = weighed if not math.isnan(weighed) else self._weight_n
        if math.isnan(force):  # a pad that tells only the CoP
            weight = 1.0
        if not math.isnan(weight) and self._settled.feed(frame, weight) and (not math.isnan(weighed) or math.isnan(force)):
            self._weighed_n = weighed
            self._stance_s = frame.end_s
            self._move("settled", frame.end_s, out, lasts_s=self._setup.lead_in_s)
        elif waited > SETTLE_LIMIT_S:
            self._why.append("no still second on one leg was found")
            self._move("too late", frame.end_s, out)

    def _lead_in(self, frame: Frame, waited: float, out: list[Change]) -> None:
        if self._on_pad:
            if frame.means[FORCE] < EMPTY_N:
                self._move("empty", frame.end_s, out)
                return
            self._settled.feed(frame, self._weighed_n)
            if self._settled.shifted():
                self._move("moved", frame.end_s, out, why="the weight shifted; the stance begins anew")
                return
        if waited >= self._setup.lead_in_s:
            self._hold_s = frame.end_s
            device = self._primary.device if self._primary else ""
            self._errors = StanceErrors(self._weighed_n, device=device) if self._on_pad else MotionErrors(device=device)
            self._live.reset()
            self._move("led in", frame.end_s, out, lasts_s=self._setup.duration_s)

    def _hold(self, frame: Frame, waited: float, out: list[Change]) -> None:
        errors = self._errors
        if isinstance(errors, StanceErrors):
            out.extend(errors.feed(frame))
            if errors.going in FAILING and math.isnan(self._failed_s):
                self._failed_s = errors.since_s
            lasted = frame.end_s - errors.since_s
            if (errors.going is Happening.OFF_PAD and lasted > GONE_S) or (errors.going in FAILING and lasted > FELL_S):
                self._why.append("the client left the pad" if errors.going is Happening.OFF_PAD else f"out of position for {FELL_S:.0f} s")
                self._move("gone", frame.end_s, out)
                return
        elif errors is not None:
            out.extend(errors.feed(frame))
            ended = [e.t_s for e in out if isinstance(e, Event) and e.what in FAILING]
            if ended and math.isnan(self._failed_s):
                self._failed_s = ended[0]
        self._live.feed(frame)
        if waited >= self._setup.duration_s - 1e-9:
            self._move("held", frame.end_s, out)

    def _move(self, event: str, t_s: float, out: list[Change], *, lasts_s: float = math.nan, why: str = "") -> None:
        if event in ("moved", "empty"):
            self._still.reset()
            self._settled.reset()
        change: PhaseChange | None = self._machine.take(event, t_s, lasts_s=lasts_s, why=why)
        if change is None:
            return
        out.append(change)
        if self._machine.final:
            if self._errors is not None:
                out.extend(self._errors.finish(t_s))
            self._end_s = t_s


def motion_columns(imu: FloatArray) -> FloatArray:
    """Return rows (3, n) of (n, 6) samples: how near a hop of the foot they are (1: it is one), |ω| in rad/s, |a| in g."""
    turning = np.sqrt((imu[:, GYRO] ** 2).sum(axis=1))
    felt = np.sqrt((imu[:, ACC] ** 2).sum(axis=1)) / G
    return np.stack((np.minimum(turning / IMU_HOP_RAD_S, felt / IMU_HOP_G), turning, felt))


def _others(primary: Member | None, streams: Sequence[Stream], window: tuple[float, float]) -> list[Event]:
    """Return the errors that body-worn devices beside the primary one saw within the window."""
    events: list[Event] = []
    for stream in streams:
        if stream.kind is not Kind.IMU or primary is None or stream.device == primary.device or math.isnan(window[0]):
            continue
        part = stream.between(*window)
        if not len(part.t_s):
            continue
        errors = MotionErrors(device=stream.device)
        for frame in Framer(window[0]).feed(part.t_s, motion_columns(part.values)):
            events.extend(errors.feed(frame))
        events.extend(errors.finish(window[1]))
    return events


def fit(members: Sequence[Member], setup: Setup) -> Verdict:  # noqa: ARG001  every exam's rule takes the same two
    """Judge devices for a stance: a pad or a motion sensor at 50 Hz or more."""
    if not members:
        return Verdict(Fitness.REFUSED, ("A stance needs a pad or a motion sensor.",))
    slow = [f"{m.device} runs at {m.nominal_hz:.0f} Hz; a stance needs {LEAST_HZ:.0f} Hz." for m in members if m.nominal_hz < LEAST_HZ]
    if len(slow) == len(members):
        return Verdict(Fitness.REFUSED, tuple(slow))
    told = [] if any(m.kind is Kind.PAD for m in members) else ["Without a pad there is no centre of pressure."]
    return Verdict(Fitness.LIMITED if slow or told else Fitness.GOOD, (*slow, *told))


def whole(setup: Setup, streams: Sequence[Stream]) -> Trial:
    """Make a trial of everything: no phases, no errors looked for, every sample in the window."""
    start = min(float(s.t_s[0]) for s in streams)
    end = max(float(s.t_s[-1]) + 0.5 / s.rate_hz for s in streams)
    weight = math.nan
    for stream in streams:
        if stream.kind is Kind.PAD and np.isfinite(stream.values[:, FORCE]).any():
            still = still_force(stream.t_s, stream.values[:, FORCE], above_n=LOADED_N)
            weight = still.mean_n if still is not None else float(np.nanmedian(stream.values[:, FORCE]))
    reasons = ("the whole record was taken; nothing was watched for errors",)
    return Trial(setup, Outcome.COMPLETED, reasons, (start, end), (start, end), (), tuple(streams), weight)


EXAM = Exam(KEY, "Single-leg stance", PHASES, TABLE, fit, StanceRun, whole)
