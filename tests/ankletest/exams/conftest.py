"""People on a pad, drawn by a few lines: force and CoP with known instants, fed to runs in pieces of any size."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from ankletest.exams import by_key
from ankletest.exams.base import Change, Member, Run
from ankletest.samples import Block, FloatArray, Kind, Side, Site
from ankletest.trial import Setup, Stream, Trial

BW = 700.0


@dataclass(frozen=True)
class Samples:
    """Samples of one device."""

    member: Member
    t_s: FloatArray
    values: FloatArray

    def block(self, first: int, last: int) -> Block:
        n = len(self.t_s[first:last])
        return Block(
            self.member.device, self.member.kind, self.t_s[first:last], self.values[first:last], np.zeros(n, np.bool_), np.arange(n)
        )

    def stream(self, end_s: float, *, late_s: float = 0.0) -> Stream:
        n = int(self.t_s.searchsorted(end_s)) if math.isfinite(end_s) else len(self.t_s)
        m, no = self.member, np.zeros(n, np.bool_)
        return Stream(
            m.device, m.site, m.side, m.kind, self.t_s[:n] + late_s, self.values[:n], no, no, m.nominal_hz, m.nominal_hz,
            acc_range_g=m.acc_range_g, gyro_range_dps=m.gyro_range_dps,
        )  # fmt: skip


def pad_member(rate_hz: float = 200.0) -> Member:
    return Member("pad", Kind.PAD, Site.PAD, None, rate_hz)


def foot_member(side: Side = Side.LEFT, *, site: Site = Site.FOOT, rate_hz: float = 200.0, dps: float = 2000.0) -> Member:
    return Member(f"{site.value}-{side.value}", Kind.IMU, site, side if site is Site.FOOT else None, rate_hz, False, 16.0, dps)


def on_pad(
    force: Callable[[FloatArray], FloatArray], *, length_s: float, rate_hz: float = 200.0, seed: int = 1, sway_mm: float = 4.0,
    cop: Callable[[FloatArray], FloatArray] | None = None,
) -> Samples:  # fmt: skip
    """Return a pad with a force over time, a slow sway, and a CoP added to it, (n, 2)."""
    rng = np.random.default_rng(seed)
    t = np.arange(0.0, length_s, 1.0 / rate_hz)
    load = force(t) + rng.normal(0.0, 1.0, len(t))
    phase = rng.uniform(0.0, 6.28, 4)
    x = sway_mm * np.sin(2.0 * np.pi * 0.4 * t + phase[0]) + 0.3 * sway_mm * np.sin(2.0 * np.pi * 1.3 * t + phase[1])
    y = 1.5 * sway_mm * np.sin(2.0 * np.pi * 0.3 * t + phase[2]) + 0.3 * sway_mm * np.sin(2.0 * np.pi * 1.1 * t + phase[3])
    point = np.column_stack([x, y]) + (cop(t) if cop is not None else 0.0)
    point[load < 50.0] = np.nan
    return Samples(pad_member(rate_hz), t, np.column_stack([load, point]))


def stepped_on(t: FloatArray, at_s: float = 1.0, off_s: float = math.inf) -> FloatArray:
    """Return the force of somebody who steps on, and perhaps off."""
    return np.where(t < off_s, BW * np.clip((t - at_s) / 0.5, 0.0, 1.0), 0.0)


def hops_force(t: FloatArray, *, hops: int, first_s: float = 4.0, flight_s: float = 0.3, contact_s: float = 0.2) -> FloatArray:
    """Return the force of an entry jump at ``first_s``, and ``hops`` contacts, each followed by a flight, and a landing."""
    force = stepped_on(t)
    mass = BW / 9.80665
    push = (t >= first_s - 0.3) & (t < first_s)
    force[push] = BW + mass * 9.80665 * 0.5 * flight_s * np.pi / 2.0 / 0.3 * np.sin(np.pi * (t[push] - first_s + 0.3) / 0.3)
    land = first_s + (hops + 1) * flight_s + hops * contact_s
    force[(t >= first_s) & (t < land)] = 0.0
    peak = BW * np.pi / 2.0 * (flight_s / contact_s + 1.0)
    for k in range(hops):
        start = first_s + flight_s + k * (flight_s + contact_s)
        inside = (t >= start) & (t < start + contact_s)
        force[inside] = peak * np.sin(np.pi * (t[inside] - start) / contact_s)
    after = (t >= land) & (t < land + 0.3)
    force[after] = BW + BW * flight_s / 2.0 * np.pi / 2.0 / 0.3 * np.sin(np.pi * (t[after] - land) / 0.3)
    return force


@dataclass
class Played:
    """A run that was played."""

    run: Run
    changes: list[Change]
    devices: Sequence[Samples]

    def trial(self, *, late_s: float = 0.0) -> Trial:
        return self.run.trial([d.stream(self.run.end_s, late_s=late_s) for d in self.devices])


def play(
    setup: Setup, devices: Sequence[Samples], *, until_s: float = math.inf, seed: int | None = None, stop: bool = True, begin_s: float = 0.0
) -> Played:
    """Play devices one after another in slices of a second, each in one piece or in random pieces; stop at the end if it goes on."""
    run = by_key(setup.exam).begin(setup, [d.member for d in devices], begin_s)
    rng = np.random.default_rng(seed)
    changes: list[Change] = []
    last = min(until_s, max(float(d.t_s[-1]) for d in devices) + 0.1)
    at = [int(d.t_s.searchsorted(begin_s)) for d in devices]
    second = begin_s
    while second < last:
        second = min(second + 1.0, last)
        for k, device in enumerate(devices):
            end = int(device.t_s.searchsorted(second))
            while at[k] < end:
                step = end - at[k] if seed is None else int(rng.choice([1, 2, 7, 40]))
                changes += run.feed(device.block(at[k], min(at[k] + step, end)))
                at[k] = min(at[k] + step, end)
    if stop and math.isnan(run.end_s):
        changes += run.stop(last, "the recording ended")
    return Played(run, changes, devices)


@pytest.fixture
def stance() -> Setup:
    return Setup("stance", Side.LEFT, duration_s=10.0, trial="1")


@pytest.fixture
def hops() -> Setup:
    return Setup("hops", Side.LEFT, hops=5, trial="2")
