"""One simulated device: its clock, its samples, its frames on the air, and when it cannot be heard; the bytes are the firmware's."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ankletest.device import BATTERY, LINK, Choice, LinkState
from ankletest.samples import BoolArray, FloatArray, IntArray
from drivers.people.motion import Motion, Spot
from drivers.people.radio import Radio
from drivers.people.sensor import Sensor

SUPERVISION_S = 1.0
"""Silence after which the host calls a link lost; shorter silences only lose notifications."""
START_S = 0.06
"""From the handshake to the first sample, at least."""
WRAP_US = 2**32
READY_S = 0.0004
"""From the last sample of a frame to the radio's queue."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Whole frames of consecutive samples, as a device hands them to its radio.

    Parameters
    ----------
    index
        Sample number of the first row since the start of streaming.
    us : (n,)
        Device time of each row, microseconds, already wrapped to 32 bits.
    values : (n, k)
        N, or m/s² and rad/s.
    clipped : (n,)
    frame
        Number of the first frame since the start.
    """

    index: int
    us: IntArray
    values: FloatArray
    clipped: BoolArray
    frame: int


@dataclass(frozen=True, slots=True)
class Firmware:
    """What a simulated device of one make sends.

    Parameters
    ----------
    characteristic
        Where samples are notified.
    greeting
        What the handshake reads: characteristic and value.
    frames
        Samples to the payloads of whole frames of ``per_frame`` rows.
    per_frame
        Rows of a frame.
    rate_hz
        Nominal rate; ``pace`` is the true rate over it, crystal aside.
    """

    characteristic: str
    greeting: tuple[tuple[str, bytes], ...]
    frames: Callable[[Samples], Sequence[bytes]]
    per_frame: int
    rate_hz: float
    pace: float = 1.0


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that reaches the host at ``at_s`` (world seconds)."""

    at_s: float
    characteristic: str
    payload: bytes


@dataclass(slots=True)
class Count:
    """What a device has sent and lost; part of the truth."""

    frames: int = 0
    samples: int = 0
    clipped: int = 0
    lost: list[list[int]] = field(default_factory=list[list[int]])  # [first sample index, samples] of each lost frame
    starts_s: list[float] = field(default_factory=list[float])  # true time of sample 0 of each streaming


class Emitter:
    """A device that streams; ``advance`` is called for consecutive windows of world time.

    Parameters
    ----------
    choice, spot
        The device; where it is worn is asked for each motion, because it depends on the tested leg.
    firmware, sensor, radio
        Its parts.
    ppm
        Deviation of its clock.
    pace
        True over promised rate, besides its firmware's own.
    battery_percent
        What it tells of its battery when it is connected; None: nothing.
    away
        When it is not heard.
    rng
        For its clock's start.
    late_s
        How long its firmware holds a frame back.
    """

    def __init__(
        self,
        choice: Choice,
        *,
        firmware: Firmware,
        sensor: Sensor,
        radio: Radio,
        ppm: float,
        pace: float = 1.0,
        battery_percent: int | None = None,
        away: Sequence[tuple[float, float]],
        rng: np.random.Generator,
        late_s: float = 0.0,
    ) -> None:
        self._late_s = late_s
        self.choice = choice
        self.count = Count()
        self._firmware, self._sensor, self._radio = firmware, sensor, radio
        self._ppm, self._away = ppm, sorted(away)
        self._battery = [] if battery_percent is None else [(BATTERY, bytes([battery_percent]))]
        self._rate_hz = firmware.rate_hz * firmware.pace * pace * (1.0 + 1e-6 * ppm)
        near_wrap = bool(rng.random() < 0.3)
        self._us_at_0 = WRAP_US - int(rng.integers(5_000_000, 90_000_000)) if near_wrap else int(rng.integers(0, WRAP_US))
        self._delay_s = START_S + float(rng.uniform(0.0, 0.02))
        self._prepared: dict[int, tuple[Motion, FloatArray]] = {}
        self._ready: list[tuple[FloatArray, FloatArray, BoolArray]] = []
        self._waiting = 0
        self._next = self._frame = 0
        self._pauses = [gone for gone in self._away if gone[1] - gone[0] >= SUPERVISION_S]
        self._begin(0.0)

    @property
    def truth(self) -> dict[str, object]:
        """Return the truth as JSON values; device microseconds = ``us_at_0`` + 1e6 (1 + ppm/1e6) t, wrapped at 2³², t in world seconds."""
        count = self.count
        return {
            "flaws": self._sensor.truth,
            "ppm": self._ppm,
            "late_s": self._late_s,
            "us_at_0": self._us_at_0,
            "true_rate_hz": self._rate_hz,
            "first_samples_s": list(count.starts_s),
            "frames": count.frames,
            "samples": count.samples,
            "clipped_samples": count.clipped,
            "lost_frames": len(count.lost),
            "lost": [list(one) for one in count.lost],
            "away_s": [[start, end if math.isfinite(end) else None] for start, end in self._away],
        }

    def hello(self, at_s: float) -> list[Sent]:
        """Return what the handshake reads, and that the device streams."""
        values = [
            Sent(at_s + 1e-3 * i, characteristic, value)
            for i, (characteristic, value) in enumerate([*self._firmware.greeting, *self._battery])
        ]
        return [*values, _link(at_s + 1e-3 * len(values), LinkState.STREAMING, "")]

    def advance(self, from_s: float, to_s: float, motions: Sequence[Motion], spot_of: Callable[[Motion], Spot | None]) -> list[Sent]:
        """Return what is sent of the samples of ``[from_s, to_s)``; ``motions`` cover the window, each until the next begins."""
        sent: list[Sent] = []
        cuts = [from_s]
        for gone, back in self._pauses:
            if from_s <= gone + SUPERVISION_S < to_s:
                sent.append(_link(gone + SUPERVISION_S, LinkState.LOST, "no data"))
            if from_s <= back < to_s:
                cuts.append(back)
        for start, end in zip(cuts, [*cuts[1:], to_s], strict=True):
            if start != from_s:
                sent += self.hello(start)
                self._begin(start)
            self._take(end, motions, spot_of)
            sent += self._send()
        return sent

    def _begin(self, at_s: float) -> None:
        """Start streaming: sequence, index and the frame in the making begin anew; the clock goes on."""
        self._ready, self._waiting, self._next, self._frame = [], 0, 0, 0
        self._first_s = at_s + self._delay_s
        self.count.starts_s.append(self._first_s)

    def _take(self, to_s: float, motions: Sequence[Motion], spot_of: Callable[[Motion], Spot | None]) -> None:
        """Measure the samples before ``to_s``."""
        last = max(self._next, math.ceil((to_s - self._first_s) * self._rate_hz))
        t = self._first_s + np.arange(self._next, last) / self._rate_hz
        if not len(t):
            return
        self._next = last
        edges = np.searchsorted(t, [motion.start_s for motion in motions[1:]])
        columns: list[FloatArray] = []
        for motion, part in zip(motions, np.split(t, edges), strict=True):
            if len(part):
                columns.append(self._sensor.draw(motion, self._columns(motion, spot_of(motion)), part))
        values, clipped = self._sensor.measure(np.concatenate(columns), t)
        self._ready.append((t, values, clipped))
        self._waiting += len(t)
        kept = {id(motion) for motion in motions}
        self._prepared = {key: pair for key, pair in self._prepared.items() if key in kept}

    def _columns(self, motion: Motion, spot: Spot | None) -> FloatArray:
        known = self._prepared.get(id(motion))
        if known is None:
            known = self._prepared[id(motion)] = (motion, self._sensor.prepare(motion, spot))
        return known[1]

    def _send(self) -> list[Sent]:
        """Put whole frames on the air."""
        per = self._firmware.per_frame
        frames = self._waiting // per
        if not frames:
            return []
        t, values, clipped = (np.concatenate(part) for part in zip(*self._ready, strict=True))
        n, index = frames * per, self._next - self._waiting
        self._ready, self._waiting = [(t[n:], values[n:], clipped[n:])], self._waiting - n
        us = (self._us_at_0 + np.rint(1e6 * (1.0 + 1e-6 * self._ppm) * t[:n]).astype(np.int64)) % WRAP_US
        payloads = self._firmware.frames(Samples(index, us, values[:n], clipped[:n], self._frame))
        self._frame += frames
        ready = t[per - 1 : n : per] + READY_S + self._late_s
        arrive = self._radio.arrivals(ready)
        gone = self._radio.lost(frames)
        for start, end in self._away:
            gone |= (ready >= start) & (ready < end)
        self.count.frames += frames
        self.count.samples += n
        self.count.clipped += int(clipped[:n].sum())
        self.count.lost += [[index + per * int(i), per] for i in np.flatnonzero(gone)]
        characteristic = self._firmware.characteristic
        return [Sent(float(at), characteristic, payload) for at, payload, out in zip(arrive, payloads, gone, strict=True) if not out]


def _link(at_s: float, state: LinkState, why: str) -> Sent:
    return Sent(at_s, LINK, json.dumps({"state": state.value, "why": why}, separators=(",", ":")).encode())
