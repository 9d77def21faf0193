"""Contacts and flights of a foot that wears a motion sensor, sample by sample; force is contact's.

Frame of the sensor: x forward, y to the left, z up. The sagittal rate is the rate about y: positive is plantarflexion, the toes go down.

- touch-down: in flight, the first |a| of 3 g or more; back to the last sample at or below 2 g, linear crossing of 2 g, and half a sample
  later, because the spike is shorter than a sample at 200 Hz (algorithms.md 2.1).
- take-off: in contact, the parabola through the peak of plantarflexion rate above 150 °/s, known once it fell below 60 %.

A take-off is believed when a landing follows: a foot that is only swung leaves no event. So both events come at the landing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ankletest.samples import FloatArray, G, known_rows
from ankletest.signals.contact import HOLE_S, MISSING, NEAR_HOLE_S, RESET_S
from ankletest.trial import Event, Happening

HIT_G, EDGE_G = 3.0, 2.0
PEAK_RAD_S = math.radians(150.0)
FALLEN = 0.60
LEAST_S = 0.080
"""No contact and no flight is shorter, s."""
AWAY_S = 1.2
"""A take-off without a landing for so long was a swing of the foot, s."""
STEEP_S = 0.060
"""How long after the peak the steepest fall is looked for, s."""
AGREE_S = 0.025
"""The peak and the steepest fall are two features of one take-off; further apart than this the hop is flagged."""
CLIPPED = 0.995
NEAR_S = 0.030
"""Clipped gyro samples this near to a take-off spoil it, s; two are enough."""
BACK = 32
"""Samples kept for walking back from a hit: 40 ms at 800 Hz."""
U_TOUCH_S, U_OFF_S = 0.0019, 0.0031
"""SD of either edge at 100 Hz in simulation, s (algorithms.md 2.1); what soft tissue and shoe add is not known."""


@dataclass(slots=True)
class _Peak:
    """A take-off in the making: the largest rate so far, where, and the steepest fall after it."""

    t_s: float
    rate: float
    clipped: int = 0
    steep_s: float = math.nan
    steepest: float = 0.0


class FootContacts:
    """Feed it samples of a foot; it returns contacts and flights when their landing is known. Any chunking gives equal events.

    Parameters
    ----------
    rate_hz
        Nominal rate.
    gyro_range_dps
        Full scale of the gyro, NaN when unknown.
    device
        Goes into the events.
    """

    def __init__(self, *, rate_hz: float, gyro_range_dps: float = math.nan, device: str = "") -> None:
        self._half_s = 0.5 / rate_hz
        self._rate_hz = rate_hz
        self._range_dps = gyro_range_dps
        self._limit = CLIPPED * math.radians(gyro_range_dps)
        self._device = device
        self._air = False
        self._since_s = math.nan
        self._touch_s = math.nan  # of the contact going on; NaN: it began before the record
        self._peak: _Peak | None = None
        self._off: _Peak | None = None  # the take-off of the flight going on
        self._past: list[tuple[float, float, float]] = []  # t_s, |a| in g, sagittal rate
        self._holes: list[tuple[float, float]] = []
        self._clips: list[float] = []

    @property
    def on(self) -> bool:
        """Whether the foot seems to be on the ground; provisional."""
        return not self._air

    @property
    def since_s(self) -> float:
        """Since when, s; NaN before the first sample."""
        return self._since_s

    def feed(self, t_s: FloatArray, imu: FloatArray) -> list[Event]:
        """Take samples: (n,) seconds, (n, 6) of ``Kind.IMU``; rows with a NaN count as missing."""
        good = known_rows(imu)
        rows = imu[good]
        size = np.sqrt((rows[:, 0] * rows[:, 0] + rows[:, 1] * rows[:, 1]) + rows[:, 2] * rows[:, 2]) / G
        out: list[Event] = []
        for t, n, rate in zip(t_s[good].tolist(), size.tolist(), rows[:, 4].tolist(), strict=True):
            self._take(t, n, rate, out)
        return out

    def finish(self) -> list[Event]:
        """Return what is still open; its end is not known."""
        if not math.isfinite(self._touch_s):
            return []
        end = self._off.t_s if self._air and self._off is not None else math.nan
        out = [Event(Happening.CONTACT, self._touch_s, end, device=self._device, u_s=U_TOUCH_S)]
        if math.isfinite(end):
            out.append(Event(Happening.FLIGHT, end, device=self._device, u_s=U_OFF_S))
        return out

    def _take(self, t_s: float, size_g: float, rate: float, out: list[Event]) -> None:
        if not self._past:
            self._since_s = t_s
        else:
            hole = t_s - self._past[-1][0] - 2.0 * self._half_s
            if hole > HOLE_S:
                self._holes = [*self._holes[-7:], (self._past[-1][0], t_s)]
            if hole > RESET_S:
                self._air, self._touch_s, self._since_s, self._peak, self._off = False, math.nan, t_s, None, None
        self._past = [*self._past[-BACK + 1 :], (t_s, size_g, rate)]
        if abs(rate) >= self._limit:
            self._clips = [*self._clips[-15:], t_s]
        if self._air:
            self._in_air(t_s, size_g, out)
        else:
            self._on_ground(t_s, rate)

    def _on_ground(self, t_s: float, rate: float) -> None:
        if t_s - self._since_s < LEAST_S or len(self._past) < 3:
            return
        before, last = self._past[-3][2], self._past[-2][2]
        if last >= before and last > rate and last > PEAK_RAD_S and (self._peak is None or last > self._peak.rate):
            # A parabola through the three samples about the top.
            bend = before - 2.0 * last + rate
            shift = 0.5 * (before - rate) / bend if bend < 0.0 else 0.0
            step = 0.5 * (t_s - self._past[-3][0])
            self._peak = _Peak(self._past[-2][0] + min(max(shift, -0.5), 0.5) * step, last)
        if self._peak is not None and rate < FALLEN * self._peak.rate:
            self._off, self._peak = self._peak, None
            self._air, self._since_s = True, self._off.t_s

    def _in_air(self, t_s: float, size_g: float, out: list[Event]) -> None:
        off = self._off
        if off is None:
            return
        if t_s - off.t_s <= STEEP_S:
            fall = (self._past[-1][2] - self._past[-2][2]) / (t_s - self._past[-2][0])
            if fall < off.steepest:
                off.steepest, off.steep_s = fall, 0.5 * (t_s + self._past[-2][0])
        if t_s - off.t_s > AWAY_S:
            self._air, self._since_s, self._off = False, t_s, None  # a swing; the contact, if any, has no end
            self._touch_s = math.nan
        elif size_g >= HIT_G and t_s - off.t_s >= LEAST_S:
            self._land(off, out)

    def _land(self, off: _Peak, out: list[Event]) -> None:
        touch = self._crossing()
        clips = sum(abs(at - off.t_s) <= NEAR_S for at in self._clips)
        note = f"gyro clips at {self._range_dps:g} deg/s: contact time invalid" if clips >= 2 else ""
        for edge in (self._touch_s, off.t_s, touch):
            if any(start - NEAR_HOLE_S < edge < end + NEAR_HOLE_S for start, end in self._holes):
                note = note or MISSING
        valid = not note
        if valid and abs(off.steep_s - off.t_s) > AGREE_S:
            note = f"two signs of the take-off are {1e3 * (off.steep_s - off.t_s):.0f} ms apart"
        if math.isfinite(self._touch_s):
            out.append(Event(Happening.CONTACT, self._touch_s, off.t_s, device=self._device, valid=valid, note=note, u_s=U_OFF_S))
        out.append(Event(Happening.FLIGHT, off.t_s, touch, device=self._device, valid=valid, note=note, u_s=U_OFF_S))
        self._air, self._since_s, self._touch_s, self._off = False, touch, touch, None

    def _crossing(self) -> float:
        """Return when |a| passed 2 g before the hit that is the last sample, and half a sample later."""
        later = len(self._past) - 1
        while later > 1 and self._past[later - 1][1] > EDGE_G:
            later -= 1
        (t0, n0, _), (t1, n1, _) = self._past[later - 1], self._past[later]
        share = (EDGE_G - n0) / (n1 - n0) if n1 > n0 else 0.0
        return t0 + min(max(share, 0.0), 1.0) * (t1 - t0) + self._half_s


def foot_contacts_of(
    t_s: FloatArray, imu: FloatArray, *, rate_hz: float, gyro_range_dps: float = math.nan, device: str = ""
) -> tuple[Event, ...]:
    """Return the contacts and flights of a whole record; a loop over ``FootContacts``."""
    detector = FootContacts(rate_hz=rate_hz, gyro_range_dps=gyro_range_dps, device=device)
    return (*detector.feed(t_s, imu), *detector.finish())


def unbiased(events: Sequence[Event], *, touch_down_s: float, take_off_s: float) -> tuple[Event, ...]:
    """Return contacts and flights with the biases that hops on a pad showed taken off their edges (algorithms.md 2.1).

    A contact begins with a touch-down and ends with a take-off, a flight the other way round. An edge that is not known stays so, and
    other events stay as they are.
    """
    off = {Happening.CONTACT: (touch_down_s, take_off_s), Happening.FLIGHT: (take_off_s, touch_down_s)}
    return tuple(
        replace(event, t_s=event.t_s - off[event.what][0], end_s=event.end_s - off[event.what][1]) if event.what in off else event
        for event in events
    )
