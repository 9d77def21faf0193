"""Trials made of arrays, so that a test of a metric says what is in the trial and nothing else."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from ankletest.samples import FloatArray, G, Kind, Side, Site
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

WEIGHT_N = 70.0 * G


@dataclass(frozen=True)
class Factory:
    """Makes streams and trials; every default is a good device and a person of 70 kg."""

    def pad(self, t: FloatArray, x: FloatArray, y: FloatArray, *, force: FloatArray | float = WEIGHT_N, **more: object) -> Stream:
        values = np.stack((np.broadcast_to(np.asarray(force, dtype=float), t.shape), x, y), axis=-1)
        return self.stream(t, values, kind=Kind.PAD, site=Site.PAD, **more)

    def imu(self, t: FloatArray, acc: FloatArray, gyro: FloatArray, *, site: Site = Site.LUMBAR, **more: object) -> Stream:
        return self.stream(t, np.concatenate((acc, gyro), axis=1), kind=Kind.IMU, site=site, **more)

    def stream(self, t: FloatArray, values: FloatArray, *, kind: Kind, site: Site, **more: object) -> Stream:
        n = len(t)
        usual = {
            "device": site.value, "side": None, "clipped": np.zeros(n, np.bool_), "lost": np.zeros(n, np.bool_),
            "rate_hz": 1.0 / float(np.median(np.diff(t))),
        }  # fmt: skip
        return Stream(kind=kind, site=site, t_s=t, values=np.array(values), **(usual | more))  # type: ignore[arg-type]  # a test's shorthand

    def stance(self, *streams: Stream, window: tuple[float, float] | None = None, **more: object) -> Trial:
        t = streams[0].t_s
        span = (float(t[0]), float(t[-1]))
        usual = {
            "body_weight_n": WEIGHT_N,
            "hold_s": span[1] - span[0],
            "outcome": Outcome.COMPLETED,
            "reasons": (),
            "families": ("stance",),
        }
        return Trial(Setup("stance", Side.LEFT), span_s=span, window_s=window or span, streams=streams, **(usual | more))  # type: ignore[arg-type]  # a test's shorthand

    def hops(
        self, contacts: Sequence[float], flights: Sequence[float], *, stand_s: float = 1.0, entry_s: float = 0.4, last_s: float = 0.8,
        device: str = "pad", u_s: float = math.nan, peak: float = math.nan, streams: tuple[Stream, ...] = (), **more: object,
    ) -> Trial:  # fmt: skip
        """Return a set of hops: a stand, the entry jump, contacts each with the flight after it, and the final landing."""
        events = [Event(Happening.CONTACT, 0.0, stand_s, device=device), Event(Happening.FLIGHT, stand_s, stand_s + entry_s, device=device)]
        now = stand_s + entry_s
        for ct, ft in zip(contacts, flights, strict=True):
            events.append(Event(Happening.CONTACT, now, now + ct, peak, device=device, u_s=u_s))
            events.append(Event(Happening.FLIGHT, now + ct, now + ct + ft, device=device))
            now += ct + ft
        events.append(Event(Happening.CONTACT, now, now + last_s, device=device))
        end = now + last_s
        usual = {
            "setup": Setup("hops", Side.LEFT, mass_kg=70.0), "outcome": Outcome.COMPLETED, "reasons": (), "span_s": (0.0, end),
            "window_s": (0.0, end), "events": tuple(events), "streams": streams, "families": ("hops",),
        }  # fmt: skip
        return Trial(**(usual | more))  # type: ignore[arg-type]  # a test's shorthand


@dataclass(frozen=True)
class Curve:
    """A closed curve sampled over whole cycles, the end point not repeated."""

    t: FloatArray
    x: FloatArray
    y: FloatArray


@pytest.fixture
def make() -> Factory:
    return Factory()


@pytest.fixture
def circle() -> Curve:
    """Return the shared circle of metrics.md 2: r 10 mm, 0.5 Hz, 100 Hz, 15 cycles, off centre."""
    t = np.arange(3000) / 100.0
    return Curve(t, 10.0 * np.cos(np.pi * t) + 3.0, 10.0 * np.sin(np.pi * t) - 7.0)


@pytest.fixture
def half_sine() -> Callable[..., FloatArray]:
    """Return a maker of hop force: half-sines with the impulse of their cycle, N."""

    def force(t: FloatArray, trial: Trial, *, ct: float, ft: float, mass: float = 70.0) -> FloatArray:
        peak = mass * G * np.pi / 2.0 * (ft / ct + 1.0)
        total = np.zeros(len(t))
        contacts = [event for event in trial.events if event.what is Happening.CONTACT]
        for event in contacts[1:-1]:
            inside = (t >= event.t_s) & (t < event.end_s)
            total[inside] = peak * np.sin(np.pi * (t[inside] - event.t_s) / ct)
        for event in (contacts[0], contacts[-1]):
            total[(t >= event.t_s) & (t < event.end_s)] = mass * G
        return total

    return force
