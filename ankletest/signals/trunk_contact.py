"""Contacts and flights of somebody who wears a motion sensor on the lower back, sample by sample; a foot's and a pad's are elsewhere.

``z`` is what the trunk feels along the vertical, in g: specific force along up, which VQF tells (algorithms.md 2.3). A flight is at least
60 ms below 0.3 g that come to rest near nothing. Its edges are not where z passes 0.3 g: soft tissue and the slow end of a push put that
4 ms early at take-off and 17 ms late at landing (22 real jumps' force through the tissue of algorithms.md 10.1). They are

- take-off: the first z at or below what the trunk feels in the middle of the flight, which is 0 but for the sensor's bias;
- landing: the last z at or below 0.1 g above that.

Soft tissue then delays both alike, by 9 and 10 ms (SD 6 and 5 ms), so a contact or flight time keeps its length. Both events come at the
landing, when the flight is known to be one.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from ankletest.samples import ACC, FloatArray, G, known_rows
from ankletest.signals.angles import LiveUp
from ankletest.signals.contact import HOLE_S, MISSING, NEAR_HOLE_S, RESET_S
from ankletest.signals.orientation import TAU_HOPS_S
from ankletest.trial import Event, Happening

LIGHT_G, LIGHT_S = 0.3, 0.060
"""A flight is below so much for so long (algorithms.md 2.3)."""
EMPTY_G = 0.15
"""In a flight the trunk feels no more than this: a bias of 20 mg and what is left of ringing. A deep countermovement feels more."""
LANDED_G = 0.1
"""The landing is where the trunk feels so much more than in flight."""
NEAR_S = 0.030
"""An edge lies this near to where z passes 0.3 g, s (13 ms on those jumps); where z comes down more slowly 0.3 g has to do."""
MIDDLE_S = 0.120
"""In flights this long the middle half tells what nothing feels like; in shorter ones nothing is taken to be 0."""
LEAST_S = 0.080
"""No contact is shorter, s."""
AWAY_S = 1.5
"""Nobody flies for so long: what was light was no flight, s."""
U_EDGE_S = 0.006
"""SD of either edge of real jumps through soft tissue of 13-24 Hz, at 100 and at 200 Hz."""
MOMENTUM = 0.05
"""Over a cycle ``Σ z Δt`` is the cycle's length, or z is tilted or out of scale: 3 % (algorithms.md 2.3), and 2 % for a bias of 20 mg."""
KEEP_S = 3.0
"""A contact longer than this is standing: there is no cycle to look at."""


@dataclass(slots=True)
class _Felt:
    """Seconds and z of samples in order."""

    t_s: list[float] = field(default_factory=list[float])
    z: list[float] = field(default_factory=list[float])

    def add(self, t_s: float, z: float) -> None:
        self.t_s.append(t_s)
        self.z.append(z)

    def crossing(self, row: int, level: float) -> float:
        """Return when z passed a level between ``row`` and the row before."""
        t0, t1, z0, z1 = self.t_s[row - 1], self.t_s[row], self.z[row - 1], self.z[row]
        share = (level - z0) / (z1 - z0) if z1 != z0 else 0.0
        return t0 + min(max(share, 0.0), 1.0) * (t1 - t0)


class TrunkContacts:
    """Feed it samples of a lumbar sensor; it returns contacts and flights when their landing is known. Any chunking gives equal events.

    Parameters
    ----------
    rate_hz
        Nominal rate.
    device
        Goes into the events.
    """

    def __init__(self, *, rate_hz: float, device: str = "") -> None:
        self._up = LiveUp(rate_hz=rate_hz, tau_s=TAU_HOPS_S)
        self._period_s = 1.0 / rate_hz
        self._device = device
        self._air = False
        self._since_s = math.nan
        self._last_s = math.nan
        self._last_z = math.nan
        self._touch_s = math.nan  # of the contact going on; NaN: it began before the record
        self._flown_s = math.nan  # length of the flight before it
        self._flight: _Felt | None = None  # from the last sample that was not light on
        self._cycle = _Felt()  # since the landing
        self._holes: list[tuple[float, float]] = []

    @property
    def on(self) -> bool:
        """Whether the person seems to be on the ground; provisional."""
        return not self._air

    @property
    def since_s(self) -> float:
        """Since when, s; NaN before the first sample."""
        return self._since_s

    def feed(self, t_s: FloatArray, imu: FloatArray) -> list[Event]:
        """Take samples: (n,) seconds, (n, 6) of ``Kind.IMU``; rows with a NaN count as missing."""
        good = known_rows(imu)
        z = vertical_g(self._up.feed(t_s, imu)[good], imu[good])
        out: list[Event] = []
        for t, felt in zip(t_s[good].tolist(), z.tolist(), strict=True):
            self._take(t, felt, out)
        return out

    def finish(self) -> list[Event]:
        """Return what is still open; its end is not known."""
        end = _off_s(self._flight, _nothing(self._flight)) if self._air and self._flight is not None else math.nan
        if self._air and self._flight is not None and min(self._flight.z) > EMPTY_G:
            end = math.nan
        out: list[Event] = []
        if math.isfinite(self._touch_s):
            out.append(Event(Happening.CONTACT, self._touch_s, end, device=self._device, u_s=U_EDGE_S))
        if math.isfinite(end):
            out.append(Event(Happening.FLIGHT, end, device=self._device, u_s=U_EDGE_S))
        return out

    def _take(self, t_s: float, z: float, out: list[Event]) -> None:
        if math.isnan(self._last_s):
            self._since_s = t_s
        elif t_s - self._last_s - self._period_s > HOLE_S:
            self._holes = [*self._holes[-7:], (self._last_s, t_s)]
            if t_s - self._last_s - self._period_s > RESET_S:
                self._air, self._touch_s, self._since_s, self._flight = False, math.nan, t_s, None
                self._last_z = math.nan
        if self._flight is not None:
            self._lightly(t_s, z, out)
        elif self._last_z >= LIGHT_G > z and not t_s - self._touch_s < LEAST_S:
            self._flight = _Felt([self._last_s, t_s], [self._last_z, z])
        if math.isfinite(self._touch_s):
            self._cycle.add(t_s, z)
            if t_s - self._touch_s > KEEP_S:
                self._cycle, self._flown_s = _Felt(), math.nan
        self._last_s, self._last_z = t_s, z

    def _lightly(self, t_s: float, z: float, out: list[Event]) -> None:
        """Take a sample of what may be a flight."""
        flight = self._flight
        if flight is None:
            return
        flight.add(t_s, z)
        light_s = t_s - flight.t_s[1]
        if z >= LIGHT_G:
            if self._air and min(flight.z) <= EMPTY_G:
                self._land(flight, out)
            self._air, self._flight = False, None
        elif not self._air and light_s >= LIGHT_S:
            self._air, self._since_s = True, flight.t_s[1]
        elif light_s > AWAY_S:
            self._air, self._touch_s, self._since_s, self._flight = False, math.nan, t_s, None

    def _land(self, flight: _Felt, out: list[Event]) -> None:
        nothing = _nothing(flight)
        if nothing > EMPTY_G:
            return  # a countermovement, however long
        off, touch = _off_s(flight, nothing), _touch_s(flight, nothing)
        near = [
            edge
            for edge in (self._touch_s, off, touch)
            if any(start - NEAR_HOLE_S < edge < end + NEAR_HOLE_S for start, end in self._holes)
        ]
        note = MISSING if near else self._momentum(off, touch)
        if math.isfinite(self._touch_s):
            out.append(Event(Happening.CONTACT, self._touch_s, off, device=self._device, valid=not note, note=note, u_s=U_EDGE_S))
        out.append(Event(Happening.FLIGHT, off, touch, device=self._device, valid=not note, note=note, u_s=U_EDGE_S))
        self._since_s, self._touch_s, self._flown_s = touch, touch, touch - off
        since = [row for row, at in enumerate(flight.t_s[:-1]) if at >= touch - self._period_s]
        self._cycle = _Felt([flight.t_s[row] for row in since], [flight.z[row] for row in since])

    def _momentum(self, off_s: float, touch_s: float) -> str:
        """Return what is wrong with the momentum of the cycle that ends with a landing, or nothing.

        From landing to landing the body's speed changes from −g FT₀/2 to −g FT/2, the flights before and after the contact.
        """
        length = touch_s - self._touch_s
        if not (math.isfinite(self._flown_s) and len(self._cycle.t_s) > 2 and length <= KEEP_S):
            return ""
        t, z = np.array(self._cycle.t_s), np.array(self._cycle.z)
        inside = (t > self._touch_s) & (t < touch_s)
        at = np.concatenate(([self._touch_s], t[inside], [touch_s]))
        felt = np.interp(at, t, z)
        share = (float(np.trapezoid(felt, at)) - 0.5 * (self._flown_s - (touch_s - off_s))) / length
        if abs(share - 1.0) <= MOMENTUM:
            return ""
        return f"the trunk feels {share:.2f} g on average over this hop and not 1: the sensor is tilted, loose or out of scale"


def trunk_contacts_of(t_s: FloatArray, imu: FloatArray, *, rate_hz: float, device: str = "") -> tuple[Event, ...]:
    """Return the contacts and flights of a whole record; a loop over ``TrunkContacts``."""
    detector = TrunkContacts(rate_hz=rate_hz, device=device)
    return (*detector.feed(t_s, imu), *detector.finish())


def vertical_g(up: FloatArray, imu: FloatArray) -> FloatArray:
    """Return the specific force along up, g, (n,): 1 at rest, 0 in flight.

    Parameters
    ----------
    up : (n, 3)
        Direction of up in the sensor.
    imu : (n, 6)
        Columns of ``Kind.IMU``.
    """
    acc = imu[:, ACC]
    # Column by column: a matrix product rounds differently for other row counts, and chunking must not show.
    return np.asarray((up[:, 0] * acc[:, 0] + up[:, 1] * acc[:, 1] + up[:, 2] * acc[:, 2]) / G, dtype=np.float64)


# ---- helpers -----------------------------------------------------------------------------------------------------------------


def _nothing(flight: _Felt | None) -> float:
    """Return what the trunk feels in the middle half of a flight; 0 in one too short to tell."""
    if flight is None or flight.t_s[-1] - flight.t_s[0] < MIDDLE_S:
        return 0.0
    n = len(flight.z)
    return float(np.median(flight.z[n // 4 : max(3 * n // 4, n // 4 + 1)]))


def _off_s(flight: _Felt | None, nothing: float) -> float:
    """Return the take-off: the first z at nothing, else at 0.1 g above it, else at 0.3 g."""
    if flight is None:
        return math.nan
    for level in (nothing, nothing + LANDED_G):
        for row in range(1, len(flight.z)):
            if flight.t_s[row] - flight.t_s[1] > NEAR_S:
                break
            if flight.z[row] <= level:
                return flight.crossing(row, level)
    return flight.crossing(1, LIGHT_G)


def _touch_s(flight: _Felt, nothing: float) -> float:
    """Return the landing: the last z at 0.1 g above nothing, else at 0.3 g."""
    level, last = nothing + LANDED_G, len(flight.z) - 1
    for row in range(last, 0, -1):
        if flight.t_s[last] - flight.t_s[row] > NEAR_S:
            break
        if flight.z[row - 1] <= level:
            return flight.crossing(row, level)
    return flight.crossing(last, LIGHT_G)
