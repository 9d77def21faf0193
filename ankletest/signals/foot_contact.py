"""Contacts and flights seen by a motion sensor on the foot (algorithms.md 2.1); force contacts are in ``contact``.

A landing is the first 3 g after a flight, walked back to the crossing of 2 g and moved by half a sample: the spike is shorter than a
sample, so a linear crossing sits half a sample early. A take-off is the peak of the foot's plantarflexion rate, taken as final once the
rate has fallen below 60 % of it.

The sensor's y axis points to the left, so plantarflexion (the heel goes up) is a positive rate about y (docs/frames-and-units.md).
"""

import math
from dataclasses import dataclass

import numpy as np

from ankletest.samples import ACC, FloatArray, G
from ankletest.trial import Event, Happening

LAND_G = 3.0
EDGE_G = 2.0
LEAVE_RAD_S = math.radians(150.0)
"""A push-off turns the foot at least this fast."""
FALLEN = 0.6
"""Share of its peak below which the rate ends the push-off."""
REFRACTORY_S = 0.08
"""Least time between a landing and a take-off, and between a take-off and a landing, s."""
CLIP_SHARE = 0.995
U_S = 0.003
"""Standard uncertainty of an edge, s: simulated foot sensors at 100-400 Hz err by 0.9-3.1 ms (algorithms.md 2.1)."""
SLOW_U_S = 0.0045
"""The same below 100 Hz."""
SAGITTAL = 4
"""Column of the rate about y."""
BEGUN = "began before the record"


@dataclass(slots=True)
class _Sample:
    t: float
    n: float
    w: float


class FootContacts:
    """Feed it a foot sensor; it returns each contact and flight once its end is known. Any chunking gives equal events.

    Parameters
    ----------
    rate_hz
        Nominal rate.
    gyro_range_dps
        Range of the gyro; a push-off that clips is told as invalid.
    device
        Goes into the events.
    """

    def __init__(self, *, rate_hz: float, gyro_range_dps: float = math.nan, device: str = "") -> None:
        self._half_s = 0.5 / rate_hz if rate_hz > 0.0 else 0.0
        self._limit = CLIP_SHARE * math.radians(gyro_range_dps) if gyro_range_dps > 0.0 else math.inf
        self._range_dps = gyro_range_dps
        self._u_s = U_S if rate_hz >= 100.0 else SLOW_U_S
        self._device = device
        self._on = True
        self._edge_s = math.nan
        self._begun = True
        self._before: list[_Sample] = []
        self._peak: tuple[_Sample, _Sample, _Sample] | None = None
        self._clipped = 0

    @property
    def on(self) -> bool:
        """Whether the foot seems to be on the ground."""
        return self._on

    @property
    def since_s(self) -> float:
        """Since when, s; NaN before the first edge."""
        return self._edge_s

    def feed(self, t_s: FloatArray, imu: FloatArray) -> list[Event]:
        """Take samples, (n,) and (n, 6), in order of time."""
        felt = (np.sqrt((imu[:, ACC] ** 2).sum(axis=1)) / G).tolist()
        out: list[Event] = []
        # One by one: at the 100 to 400 samples a second of a foot sensor this costs less than a millisecond a second.
        for t, n, w in zip(t_s.tolist(), felt, imu[:, SAGITTAL].tolist(), strict=True):
            self._take(_Sample(t, n, w), out)
        return out

    def finish(self) -> list[Event]:
        """Return what is still open, without an end."""
        if math.isnan(self._edge_s):
            return []
        what = Happening.CONTACT if self._on else Happening.FLIGHT
        return [Event(what, self._edge_s, device=self._device, u_s=self._u_s)]

    def _take(self, sample: _Sample, out: list[Event]) -> None:
        if self._on:
            self._push_off(sample, out)
        elif sample.n >= LAND_G and sample.t - self._edge_s >= REFRACTORY_S:
            self._land(sample, out)
        self._before = [*self._before[-3:], sample]

    def _land(self, sample: _Sample, out: list[Event]) -> None:
        low, high = self._before[-1] if self._before else sample, sample
        for earlier in reversed(self._before):
            low = earlier
            if earlier.n <= EDGE_G:
                break
            high = earlier
        share = (EDGE_G - low.n) / (high.n - low.n) if high.n > low.n and low.n < EDGE_G else 0.0
        landed = low.t + share * (high.t - low.t) + self._half_s
        out.append(Event(Happening.FLIGHT, self._edge_s, landed, device=self._device, u_s=self._u_s))
        self._on, self._edge_s, self._begun = True, landed, False
        self._peak, self._clipped = None, 0

    def _push_off(self, sample: _Sample, out: list[Event]) -> None:
        if not math.isnan(self._edge_s) and sample.t - self._edge_s < REFRACTORY_S:
            return
        if abs(sample.w) >= self._limit:
            self._clipped += 1
        last = self._before[-1] if self._before else sample
        if self._peak is None or last.w > self._peak[1].w or (last.t == self._peak[1].t):
            if last.w > LEAVE_RAD_S and last.w >= sample.w and (self._peak is None or last.w > self._peak[1].w):
                self._peak = (self._before[-2] if len(self._before) > 1 else last, last, sample)
            elif sample.w > LEAVE_RAD_S and (self._peak is None or sample.w > self._peak[1].w):
                self._peak = (last, sample, sample)
        elif sample.w > self._peak[1].w:
            self._peak = (last, sample, sample)
        if self._peak is not None and sample.w < FALLEN * self._peak[1].w:
            self._leave(out)

    def _leave(self, out: list[Event]) -> None:
        if self._peak is None:
            return
        a, b, c = self._peak
        curve = a.w - 2.0 * b.w + c.w
        shift = 0.5 * (a.w - c.w) / curve if curve < 0.0 and c.t > b.t > a.t else 0.0
        left = b.t + max(-0.5, min(0.5, shift)) * (b.t - a.t)
        clips = self._clipped >= 2
        note = f"gyro clips at {self._range_dps:.0f} deg/s: contact time invalid" if clips else BEGUN if self._begun else ""
        start = self._edge_s if not math.isnan(self._edge_s) else left - REFRACTORY_S
        out.append(Event(Happening.CONTACT, start, left, device=self._device, valid=not note, note=note, u_s=self._u_s))
        self._on, self._edge_s, self._begun = False, left, False
        self._peak, self._clipped = None, 0


def foot_contacts_of(
    t_s: FloatArray, imu: FloatArray, *, rate_hz: float, gyro_range_dps: float = math.nan, device: str = ""
) -> tuple[Event, ...]:
    """Return the contacts and flights of a whole record; a loop over ``FootContacts``."""
    detector = FootContacts(rate_hz=rate_hz, gyro_range_dps=gyro_range_dps, device=device)
    return (*detector.feed(t_s, imu), *detector.finish())
