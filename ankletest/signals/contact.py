"""Contacts and flights on a force pad, sample by sample; where between two samples an edge lies is told by edges.

A foot is on from F_on = max(20 N, 10 σ₀) and off below F_off = max(10 N, 5 σ₀). A state counts once it has lasted 60 ms; whatever
flickers in between is chatter and is decided by how it began and ended (algorithms.md 1):

- after a take-off the plate rings (+85/-143 N for 30 ms were seen): short returns above F_on whose mean since the first crossing
  stays below F_on are ringing, and the take-off is the first crossing; else the foot was still there and the later one counts.
- at a touch-down the first crossing counts, unless the force went away again for 20 ms: then that was something else.
- chatter that ends where it began changes nothing; it is counted in ``merged``.

In flight the pad is tared again (drift), by up to 20 N from the last tare.
"""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.samples import BoolArray, FloatArray
from ankletest.signals.edges import AFTER, BEFORE, Edge, rule_for, take_off, touch_down
from ankletest.trial import Event, Happening

OFF_N, ON_N = 10.0, 20.0
"""Least thresholds, N; what the field uses (algorithms.md 1)."""
OFF_SIGMAS, ON_SIGMAS = 5.0, 10.0
SETTLED_S = 0.060
"""A contact or flight shorter than this is none, s; the lowest hop of 1 cm flies 90 ms."""
ENDS_OFF_S = 0.002
"""A record that ends so long after the force has gone ends in flight, s; some programs cut theirs at the take-off."""
RING_S = 0.020
"""A return of force longer than this is a foot, not a plate that rings, s (plates ring above 25 Hz)."""
APART_S = 0.020
"""A touch that was followed by this long without force does not belong to the touch-down, s."""
CHATTER_S = 0.300
"""Chatter that goes on for longer starts over, s; keeps the look-back bounded."""
TARE_FLIGHT_S = 0.120
"""Flights from this length on tare the pad again, s: its middle half is free of ringing."""
TARE_MOST_N = 20.0
TARE_NOISE_N = 3.0
"""An offset that moved further, or a flight noisier than this (SD), is no tare."""
TARE_KEEP_S = 1.0
"""How much of the time off the pad is kept for taring, s."""
HOLE_S = 0.020
"""Samples missing for longer than this spoil edges near by, s (E-GAP)."""
NEAR_HOLE_S = 0.030
RESET_S = 0.100
"""Samples missing for longer than this start everything over, s."""

MISSING = "samples missing at an edge"
LOST = "samples missing for longer than 0.1 s"
BEGUN = "began before the record"


@dataclass(slots=True)
class _Open:
    """The contact or flight going on: its first edge, and the peak so far."""

    edge: Edge
    begun_before: bool
    peak_n: float = -math.inf


class ForceContacts:
    """Feed it force; it returns each contact and flight once its end is known. Any chunking gives equal events.

    Delay: 60 ms after an edge, longer while the force chatters.

    Parameters
    ----------
    rate_hz
        Nominal rate.
    averaging
        True when a sample is the mean over its period.
    noise_n
        Unloaded noise (SD), N; when NaN it is measured the first time the pad is empty for a second.
    device
        Goes into the events.
    """

    def __init__(self, *, rate_hz: float, averaging: bool, noise_n: float = math.nan, device: str = "") -> None:
        self._rate_hz = rate_hz
        self._rule = rule_for(rate_hz, averaging=averaging)
        self._noise_n = noise_n
        self._device = device
        self._offset_n = 0.0
        self._t: FloatArray = np.empty(0)
        self._f: FloatArray = np.empty(0)
        self._next = 0  # first sample of the buffer not yet looked at
        self._start_s = math.nan  # first sample since the last reset
        self._settled: bool | None = None
        self._run = False  # state of the sample before _next, after hysteresis
        self._run_s = 0.0  # when that state began
        self._candidate: int | None = None  # first sample of the chatter, in the buffer
        self._open: _Open | None = None
        self._holes: list[tuple[float, float]] = []
        self._last_s = -math.inf
        self._out: list[Event] = []
        self.merged = 0
        """Touches and gaps too short to count, so far."""

    @property
    def on(self) -> bool:
        """Whether a foot seems to be on the pad now; provisional."""
        return self._run

    @property
    def since_s(self) -> float:
        """Since when, s; NaN before the first sample."""
        return self._run_s if self._settled is not None else math.nan

    @property
    def offset_n(self) -> float:
        """The tare in force, N."""
        return self._offset_n

    def feed(self, t_s: FloatArray, force_n: FloatArray) -> list[Event]:
        """Take samples, (n,) each, in order of time; NaN counts as missing."""
        good = np.isfinite(force_n)
        times, force = (t_s, force_n) if bool(good.all()) else (t_s[good], force_n[good])
        if len(times) == 0:
            return []
        self._out = []
        least_s = HOLE_S + 1.0 / self._rate_hz
        holes = ((times[1:] - times[:-1] > least_s).nonzero()[0] + 1).tolist()
        first = 0
        # In one piece between holes, so that the state machine sees none.
        for hole in [0, *holes] if float(times[0]) - self._last_s > least_s else holes:
            self._take(times[first:hole], force[first:hole])
            before = float(times[hole - 1]) if hole else self._last_s
            self._hole(before, float(times[hole]))
            first = hole
        self._take(times[first:], force[first:])
        self._last_s = float(times[-1])
        return self._out

    def finish(self) -> list[Event]:
        """Return what is still open: a contact or flight whose end was not seen has no end."""
        self._out = []
        if self._settled and not self._run and self._candidate is not None and self._last_s - self._run_s >= ENDS_OFF_S:
            self._commit(len(self._t))
        self._break_off("")
        self._settled = None
        return self._out

    # ---- inside -------------------------------------------------------------------------------------------------------------

    def _hole(self, before_s: float, after_s: float) -> None:
        if not math.isfinite(before_s):
            return
        if after_s - before_s <= RESET_S + 1.0 / self._rate_hz:
            self._holes = [*self._holes[-7:], (before_s, after_s)]
            return
        self._break_off(LOST)
        self._t, self._f, self._next = np.empty(0), np.empty(0), 0
        self._settled, self._candidate, self._open, self._start_s = None, None, None, math.nan

    def _break_off(self, why: str) -> None:
        """Hand over what is open, without an end."""
        if self._open is None or self._settled is None:
            return
        if self._settled or not self._open.begun_before:
            peak = self._open.peak_n if self._settled else math.nan
            what = Happening.CONTACT if self._settled else Happening.FLIGHT
            note = why or (BEGUN if self._open.begun_before else "")
            t_s, u_s = self._open.edge.t_s, self._open.edge.u_s
            self._out.append(Event(what, t_s, math.nan, peak, self._device, valid=not note, note=note, u_s=u_s))

    def _take(self, t_s: FloatArray, force_n: FloatArray) -> None:
        if len(t_s) == 0:
            return
        if math.isnan(self._start_s):
            self._start_s = float(t_s[0])
        self._t, self._f = np.concatenate((self._t, t_s)), np.concatenate((self._f, force_n))
        on, off = self._levels()
        while True:
            if self._settled is None and not self._begin(on, off):
                break
            toggle = _next(off if self._run else on, self._next)
            settle = int(self._t.searchsorted(self._run_s + SETTLED_S)) if self._candidate is not None else len(self._t)
            if settle < len(self._t) and settle <= toggle:
                self._see(settle)
                if self._commit(settle):
                    on, off = self._levels()  # the tare has moved
            elif toggle < len(self._t):
                self._see(toggle)
                self._toggle(toggle)
            else:
                self._see(len(self._t))
                break
        self._forget()

    def _levels(self) -> tuple[BoolArray, BoolArray]:
        """Return where the force is above and below the two limits, for the samples not yet looked at; False for those before."""
        sigma = self._noise_n if math.isfinite(self._noise_n) else 0.0
        force = self._f[self._next :] - self._offset_n
        on, off = np.zeros((2, len(self._f)), dtype=np.bool_)
        np.greater_equal(force, max(ON_N, ON_SIGMAS * sigma), out=on[self._next :])
        np.less(force, max(OFF_N, OFF_SIGMAS * sigma), out=off[self._next :])
        return on, off

    def _begin(self, on: BoolArray, off: BoolArray) -> bool:
        """Find the first sample that tells whether a foot is there."""
        first = min(_next(on, self._next), _next(off, self._next))
        if first == len(self._t):
            self._next = first
            return False
        self._settled = self._run = bool(on[first])
        self._run_s, self._next = self._start_s, first
        self._open = _Open(Edge(self._start_s, math.nan), begun_before=True)
        return True

    def _see(self, until: int) -> None:
        """Move on to a sample, and remember the greatest force of a contact."""
        if self._settled and self._open is not None and until > self._next:
            self._open.peak_n = max(self._open.peak_n, float(np.max(self._f[self._next : until])) - self._offset_n)
        self._next = until

    def _toggle(self, at: int) -> None:
        t_s = float(self._t[at])
        now = not self._run
        if now != self._settled and (self._candidate is None or self._starts_over(at, t_s)):
            self.merged += self._candidate is not None
            self._candidate = at
        self._run, self._run_s = now, t_s
        # The sample itself has been told; a state holds at least until the next one.
        self._see(at + 1)

    def _starts_over(self, at: int, t_s: float) -> bool:
        """Tell whether the chatter so far does not belong to the change that seems to come now."""
        candidate = self._candidate or 0
        if t_s - float(self._t[candidate]) > CHATTER_S:
            return True
        if not self._settled:
            return t_s - self._run_s >= APART_S
        mean = float(np.mean(self._f[candidate:at])) - self._offset_n
        return t_s - self._run_s > RING_S or mean >= ON_N

    def _commit(self, at: int) -> bool:
        """Settle a state that has lasted long enough; return whether the tare moved."""
        candidate, self._candidate = self._candidate or 0, None
        if self._run == self._settled:
            self.merged += 1
            return False
        tared = False
        edge = self._edge(candidate, at)
        self._close(edge)
        if self._run:
            tared = self._tare(candidate)
        self._settled = self._run
        self._open = _Open(edge, begun_before=False)
        if self._settled:
            self._open.peak_n = float(np.max(self._f[candidate:at])) - self._offset_n
        return tared

    def _edge(self, at: int, until: int) -> Edge:
        """Estimate the edge that the sample ``at`` is the first one after; samples from ``until`` on are not yet known."""
        first = max(at - (BEFORE if self._run else AFTER), 0)
        last = min(at + (AFTER if self._run else BEFORE), until)
        t_s, force = self._t[first:last], self._f[first:last] - self._offset_n
        if self._run:
            return touch_down(t_s, force, at - first, rule=self._rule, noise_n=self._noise_n)
        return take_off(t_s, force, max(at - 1 - first, 0), rule=self._rule, noise_n=self._noise_n)

    def _close(self, end: Edge) -> None:
        going = self._open
        if going is None or (going.begun_before and not self._settled):
            return  # a pad that was empty from the start is no flight
        spoilt = any(self._near_hole(t_s) for t_s in (going.edge.t_s, end.t_s))
        note = BEGUN if going.begun_before else MISSING if spoilt else ""
        what = Happening.CONTACT if self._settled else Happening.FLIGHT
        peak = going.peak_n if self._settled else math.nan
        u_s = end.u_s if going.begun_before else max(going.edge.u_s, end.u_s)
        self._out.append(Event(what, going.edge.t_s, end.t_s, peak, self._device, valid=not note, note=note, u_s=u_s))

    def _near_hole(self, t_s: float) -> bool:
        return any(start - NEAR_HOLE_S < t_s < end + NEAR_HOLE_S for start, end in self._holes)

    def _tare(self, end: int) -> bool:
        """Take the offset from the flight that ends at a sample."""
        going = self._open
        if going is None:
            return False
        start = max(going.edge.t_s, float(self._t[end]) - TARE_KEEP_S)
        length = float(self._t[end]) - start
        if length < TARE_FLIGHT_S:
            return False
        first, last = self._t.searchsorted((start + 0.25 * length, start + 0.75 * length)).tolist()
        middle = self._f[first:last]
        offset = float(np.median(middle))
        sigma = 1.4826 * float(np.median(np.abs(middle - offset)))
        if abs(offset - self._offset_n) > TARE_MOST_N or sigma > TARE_NOISE_N:
            return False
        if not math.isfinite(self._noise_n) and length >= 0.99 * TARE_KEEP_S:
            self._noise_n = sigma
        self._offset_n = offset
        return True

    def _forget(self) -> None:
        """Keep what later edges and tares can still ask for."""
        keep = self._next if self._candidate is None else self._candidate
        if self._settled is False:
            keep = min(keep, int(self._t.searchsorted(self._t[-1] - TARE_KEEP_S - CHATTER_S - SETTLED_S)))
        first = max(min(keep, len(self._t)) - 2 * BEFORE, 0)
        if first > 4096 or first > len(self._t) // 2:  # copying seldom is cheap
            self._t, self._f = self._t[first:].copy(), self._f[first:].copy()
            self._next -= first
            self._candidate = None if self._candidate is None else self._candidate - first


def contacts_of(
    t_s: FloatArray, force_n: FloatArray, *, rate_hz: float, averaging: bool, noise_n: float = math.nan, device: str = ""
) -> tuple[Event, ...]:
    """Return the contacts and flights of a whole record; a loop over ``ForceContacts``."""
    detector = ForceContacts(rate_hz=rate_hz, averaging=averaging, noise_n=noise_n, device=device)
    return (*detector.feed(t_s, force_n), *detector.finish())


def _next(levels: BoolArray, start: int) -> int:
    """Return the first True at or after a sample; the length where there is none."""
    rest = levels[start:]
    found = int(rest.argmax()) if len(rest) else 0
    return start + found if len(rest) and rest[found] else len(levels)
