"""Repeated single-leg hops: on a pad, with a foot sensor, or both; the pad drives the phases where there is one.

A contact counts once it was followed by a flight and the next landing. The entry jump's flight begins the set; the final landing is
never a contact. Contacts and flights in the trial are found again on the finally stamped samples.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ankletest.exams.base import Change, Exam, Fitness, LiveNumber, Member, Phase, Progress, Verdict
from ankletest.exams.detectors import EMPTY_N, LOADED_N, Still
from ankletest.exams.machine import Frame, Framer, Machine
from ankletest.exams.stance import motion_columns
from ankletest.samples import FORCE, Block, G, Kind, Site
from ankletest.signals.contact import ForceContacts, contacts_of
from ankletest.signals.foot_contact import FootContacts, foot_contacts_of
from ankletest.signals.rest import still_force
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

KEY = "hops"
STEP_ON_LIMIT_S = 60.0
STILL_LIMIT_S = 30.0
"""So long a client may take to stand still; then the body weight has to come from elsewhere, s."""
FIRST_HOP_LIMIT_S = 30.0
"""So long a client may take to hop at all, s."""
SET_LIMIT_S = 60.0
"""A set of hops takes no longer, s."""
PAUSE_S = 3.0
"""On the ground for longer ends the set, s."""
GONE_S = 2.5
"""Off the pad for longer ends it, s: nobody flies for that long."""
LAST_LANDING_S = 0.5
"""The final landing is followed for this long, s."""
DECIDED_S = 0.36
"""A contact or flight is told at most this long after its end, s (60 ms to settle, 300 ms of chatter)."""
EDGE_S = 0.05
"""A contact ends where its flight begins; a detector may tell the two a few samples apart, s."""
PAD_LEAST_HZ, PAD_GOOD_HZ = 80.0, 200.0
FOOT_LEAST_HZ = 100.0
GYRO_LEAST_DPS = 1000.0
"""A foot turns at 1000 °/s and more as it pushes off; 500 °/s clips and spoils the take-off by 20 ms (algorithms.md 2.1)."""

PHASES = {
    p.name: p
    for p in (
        Phase("step on", "Step onto the pad."),
        Phase("countdown", "Get ready on the tested leg."),
        Phase("still", "Stand still on the tested leg."),
        Phase("go", "Hop! Short contacts, as high as you can."),
        Phase("hop", "Keep hopping.", counted=True),
        Phase("land", "Hold the landing.", counted=True),
        Phase("done", "Done. Well hopped.", Outcome.COMPLETED),
        Phase("ended", "The set ended early. Rest for a moment.", Outcome.NOT_HELD),
        Phase("stopped", "Stopped.", Outcome.STOPPED),
        Phase("invalid", "This trial does not count. Please repeat it.", Outcome.INVALID),
    )
}
_ENDS = {"stopped": "stopped", "lost": "invalid"}
TABLE: Mapping[str, Mapping[str, str]] = {
    "step on": {"loaded": "still", "flew": "hop", "too late": "invalid", **_ENDS},
    "countdown": {"counted": "go", "flew": "hop", **_ENDS},
    "still": {"weighed": "go", "flew": "hop", "empty": "step on", **_ENDS},
    "go": {"flew": "hop", "too late": "invalid", **_ENDS},
    "hop": {"last landing": "land", "paused": "ended", "gone": "ended", "too late": "ended", **_ENDS},
    "land": {"landed": "done", **_ENDS},
    "done": {},
    "ended": {},
    "stopped": {},
    "invalid": {},
}


class HopRun:
    """A set of hops going on."""

    def __init__(self, setup: Setup, members: Sequence[Member], t_s: float) -> None:
        self._setup = setup
        self._primary = _primary(members)
        self._on_pad = self._primary is not None and self._primary.kind is Kind.PAD
        self._start_s = self._now_s = t_s
        self._end_s = math.nan
        self._machine = Machine(PHASES, TABLE, "step on" if self._on_pad else "countdown", t_s)
        self._framer = Framer(t_s)
        self._still = Still()
        self._weighed_n = math.nan
        rate = self._primary.nominal_hz if self._primary else math.nan
        averaging = self._primary.averaging if self._primary else False
        self._force = ForceContacts(rate_hz=rate, averaging=averaging) if self._on_pad else None
        self._foot = (
            None if self._on_pad else FootContacts(rate_hz=rate, gyro_range_dps=self._primary.gyro_range_dps if self._primary else math.nan)
        )
        self._undecided: list[Event] = []
        self._seen: list[Event] = []
        self._marks: list[Event] = []
        self._flights: list[Event] = []
        self._first_s = math.nan
        self._empty_s = self._down_s = math.nan
        self._why: list[str] = []

    @property
    def phase(self) -> Phase:
        """Where it is."""
        return self._machine.phase

    @property
    def done(self) -> int:
        """Hops so far: contacts that were followed by a flight and a landing."""
        return max(len(self._flights) - 1, 0)

    @property
    def progress(self) -> Progress:
        """Hops of the set."""
        return Progress(float(min(self.done, self._setup.hops)), float(self._setup.hops), "hops")

    @property
    def end_s(self) -> float:
        """Session second of the end; NaN while it goes on."""
        return self._end_s

    def live(self) -> Sequence[LiveNumber]:
        """Return the last hop, and the mean reactive strength so far."""
        flights = sorted((e for e in self._seen if e.what is Happening.FLIGHT), key=lambda e: e.t_s)
        contacts = [e for e in self._seen if e.what is Happening.CONTACT]
        pairs = [(c, f) for f in flights[1:] if (c := _before(contacts, f)) is not None]
        flight = contact = height = rsi = mean = None
        if pairs:
            values = [(c.end_s - c.t_s, f.end_s - f.t_s) for c, f in pairs]
            contact, flight = values[-1]
            height = G * flight * flight / 8.0
            rsi = height / contact
            mean = sum(G * f * f / 8.0 / c for c, f in values) / len(values)
        return (
            LiveNumber("flight_time", "Flight time", "ms", None if flight is None else 1e3 * flight, 0),
            LiveNumber("contact_time", "Contact time", "ms", None if contact is None else 1e3 * contact, 0),
            LiveNumber("height", "Height", "cm", None if height is None else 1e2 * height, 1),
            LiveNumber("rsi", "Reactive strength", "m/s", rsi, 2),
            LiveNumber("rsi_mean", "Mean reactive strength", "m/s", mean, 2),
        )

    def feed(self, block: Block) -> Sequence[Change]:
        """Take samples; those of the primary device move the phases."""
        out: list[Change] = []
        if self._primary is None or block.device != self._primary.device:
            return out
        self._now_s = float(block.t_s[-1])
        fresh = self._detect(block)
        self._seen.extend(fresh)
        self._undecided.extend(fresh)
        for frame in self._frames(block):
            if not math.isnan(self._end_s):
                break
            self._decide(frame.end_s, out)
            if math.isnan(self._end_s):
                self._step(frame, out)
        return out

    def mark(self, what: str, t_s: float) -> Sequence[Change]:
        """Take an operator's mark."""
        event = Event(Happening.MARK, t_s, t_s, note=what)
        self._marks.append(event)
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
        """Make the trial: contacts and flights come anew from the final samples."""
        outcome = self._machine.phase.outcome or Outcome.INVALID
        weight = self._weighed_n
        if math.isnan(weight):
            weight = _weigh(streams)
        begin = self._first_s if not math.isnan(self._first_s) else self._start_s
        events = [*events_of(streams), *self._marks]
        return Trial(
            setup=self._setup,
            outcome=outcome,
            reasons=tuple(self._why),
            span_s=(self._start_s, self._end_s),
            window_s=(begin, self._end_s),
            events=tuple(sorted(events, key=lambda event: event.t_s)),
            streams=tuple(streams),
            body_weight_n=weight,
        )

    # ---- inside -------------------------------------------------------------------------------------------------------------------

    def _detect(self, block: Block) -> list[Event]:
        if self._force is not None:
            return self._force.feed(block.t_s, block.values[:, FORCE])
        return self._foot.feed(block.t_s, block.values) if self._foot is not None else []

    def _frames(self, block: Block) -> Iterator[Frame]:
        return self._framer.feed(block.t_s, block.values.T if self._on_pad else motion_columns(block.values))

    def _decide(self, now_s: float, out: list[Change]) -> None:
        """Take the contacts and flights that any chunking has told by now."""
        ready = [e for e in self._undecided if e.end_s + DECIDED_S <= now_s]
        if not ready:
            return
        self._undecided = [e for e in self._undecided if not e.end_s + DECIDED_S <= now_s]
        for event in sorted(ready, key=lambda e: e.end_s):
            if event.end_s < self._start_s:
                continue
            if event.what is Happening.CONTACT and not self._flights:
                continue  # standing before the entry jump
            out.append(event)
            if event.what is not Happening.FLIGHT or event.end_s - event.t_s > GONE_S:
                continue
            self._flights.append(event)
            if len(self._flights) == 1:
                self._first_s = event.t_s
                self._move("flew", now_s, out)
            if self.done >= self._setup.hops:
                self._move("last landing", now_s, out, lasts_s=LAST_LANDING_S)

    def _step(self, frame: Frame, out: list[Change]) -> None:
        name = self._machine.phase.name
        waited = frame.end_s - self._machine.since_s
        force = frame.means[FORCE] if self._on_pad else math.nan
        if name == "step on":
            if force >= LOADED_N:
                self._move("loaded", frame.end_s, out)
            elif waited > STEP_ON_LIMIT_S:
                self._why.append("nobody stepped onto the pad")
                self._move("too late", frame.end_s, out)
        elif name == "countdown":
            if waited >= self._setup.countdown_s:
                self._move("counted", frame.end_s, out)
        elif name == "still":
            self._weigh_now(frame, waited, out)
        elif name == "go":
            if waited > FIRST_HOP_LIMIT_S:
                self._why.append("nobody hopped")
                self._move("too late", frame.end_s, out)
        elif name == "hop":
            self._watch(frame, waited, force, out)
        elif name == "land" and waited >= LAST_LANDING_S:
            self._move("landed", frame.end_s, out)

    def _weigh_now(self, frame: Frame, waited: float, out: list[Change]) -> None:
        if frame.means[FORCE] < EMPTY_N and self._empty_for(frame) > GONE_S:
            self._still.reset()
            self._move("empty", frame.end_s, out)
            return
        weighed = self._still.feed(frame)
        if not math.isnan(weighed):
            self._weighed_n = weighed
            self._move("weighed", frame.end_s, out)
        elif waited > STILL_LIMIT_S:
            self._why.append("no still second was found to weigh the client")
            self._move("weighed", frame.end_s, out)

    def _watch(self, frame: Frame, waited: float, force: float, out: list[Change]) -> None:
        """End a set that stopped by itself."""
        told = f"{self.done} of {self._setup.hops} hops"
        if self._on_pad and self._empty_for(frame) > GONE_S:
            self._why.append(f"the client left the pad after {told}")
            self._move("gone", frame.end_s, out)
        elif self._grounded_for(frame, force) > PAUSE_S:
            self._why.append(f"the set stopped after {told}")
            self._move("paused", frame.end_s, out)
        elif waited > SET_LIMIT_S:
            self._why.append(f"the time was up after {told}")
            self._move("too late", frame.end_s, out)

    def _empty_for(self, frame: Frame) -> float:
        if not frame.means[FORCE] < EMPTY_N:
            self._empty_s = math.nan
            return 0.0
        self._empty_s = frame.start_s if math.isnan(self._empty_s) else self._empty_s
        return frame.end_s - self._empty_s

    def _grounded_for(self, frame: Frame, force: float) -> float:
        """Return how long the client has been on the ground, s; a body-worn device tells it by the last landing."""
        if not self._on_pad:
            return frame.end_s - self._flights[-1].end_s if self._flights else 0.0
        if force < EMPTY_N or frame.low < EMPTY_N:
            self._down_s = math.nan
            return 0.0
        self._down_s = frame.start_s if math.isnan(self._down_s) else self._down_s
        return frame.end_s - self._down_s

    def _move(self, event: str, t_s: float, out: list[Change], *, lasts_s: float = math.nan) -> None:
        change = self._machine.take(event, t_s, lasts_s=lasts_s)
        if change is None:
            return
        out.append(change)
        if self._machine.final:
            self._end_s = t_s


def events_of(streams: Sequence[Stream]) -> list[Event]:
    """Return contacts and flights of every stream that can show them, each under its device."""
    events: list[Event] = []
    for stream in streams:
        if stream.kind is Kind.PAD and np.isfinite(stream.values[:, FORCE]).any():
            events.extend(
                contacts_of(
                    stream.t_s, stream.values[:, FORCE], rate_hz=_rate(stream), averaging=stream.averaging, noise_n=stream.noise_n,
                    device=stream.device,
                )
            )  # fmt: skip
        elif stream.kind is Kind.IMU and stream.site is Site.FOOT:
            events.extend(
                foot_contacts_of(
                    stream.t_s, stream.values, rate_hz=_rate(stream), gyro_range_dps=stream.gyro_range_dps, device=stream.device
                )
            )
    return events


def _rate(stream: Stream) -> float:
    return stream.rate_hz if stream.rate_hz > 0.0 else stream.nominal_hz


def _before(contacts: Sequence[Event], flight: Event) -> Event | None:
    """Return the contact that a flight followed."""
    return next((c for c in contacts if abs(c.end_s - flight.t_s) < EDGE_S), None)


def _primary(members: Sequence[Member]) -> Member | None:
    pads = [m for m in members if m.kind is Kind.PAD]
    feet = [m for m in members if m.site is Site.FOOT]
    return pads[0] if pads else feet[0] if feet else members[0] if members else None


def _weigh(streams: Sequence[Stream]) -> float:
    """Return the body weight of the stillest second on a pad, N; NaN where nobody stood still."""
    for stream in streams:
        if stream.kind is Kind.PAD:
            still = still_force(stream.t_s, stream.values[:, FORCE], above_n=LOADED_N)
            if still is not None:
                return still.mean_n
    return math.nan


def fit(members: Sequence[Member], setup: Setup) -> Verdict:  # noqa: ARG001  every exam's rule takes the same two
    """Judge devices for hops: a pad at 80 Hz (better 200), or a foot sensor at 100 Hz whose gyro does not clip."""
    told: list[str] = []
    good = False
    for m in members:
        if m.kind is Kind.PAD:
            if m.nominal_hz < PAD_LEAST_HZ:
                told.append(f"{m.device} runs at {m.nominal_hz:.0f} Hz; hops need {PAD_LEAST_HZ:.0f} Hz.")
                continue
            good = True
            if m.nominal_hz < PAD_GOOD_HZ:
                told.append(f"{m.device} runs at {m.nominal_hz:.0f} Hz; contact times are better from {PAD_GOOD_HZ:.0f} Hz.")
        elif m.site is Site.FOOT:
            if m.nominal_hz < FOOT_LEAST_HZ:
                told.append(f"{m.device} runs at {m.nominal_hz:.0f} Hz; a foot needs {FOOT_LEAST_HZ:.0f} Hz.")
            elif m.gyro_range_dps < GYRO_LEAST_DPS:
                told.append(f"{m.device}: gyro clips at {m.gyro_range_dps:.0f} deg/s: contact time invalid.")
            else:
                good = True
    if not good:
        return Verdict(Fitness.REFUSED, tuple(told) or ("Hops need a pad, or a motion sensor on the foot.",))
    return Verdict(Fitness.LIMITED if told else Fitness.GOOD, tuple(told))


def whole(setup: Setup, streams: Sequence[Stream]) -> Trial:
    """Make a trial of everything: every contact and flight of the record."""
    start = min(float(s.t_s[0]) for s in streams)
    end = max(float(s.t_s[-1]) + 0.5 / s.rate_hz for s in streams)
    events = tuple(sorted(events_of(streams), key=lambda event: event.t_s))
    reasons = ("the whole record was taken",)
    return Trial(setup, Outcome.COMPLETED, reasons, (start, end), (start, end), events, tuple(streams), _weigh(streams))


EXAM = Exam(KEY, "Repeated hops", PHASES, TABLE, fit, HopRun, whole)
