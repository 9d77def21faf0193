"""How long the numbers of a stance and of a set of hops take, beside a plain Python loop for the path length in the same run.

Run from the project's root: ``python -m bench.bench_analysis``.
"""

import math
import statistics
import time
from collections.abc import Callable

import numpy as np

from ankletest.metrics import evaluate
from ankletest.samples import FloatArray, G, Kind, Side, Site
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

GOAL_MS = 5.0
REPEATS = 60


def main() -> None:
    stance, hops = a_stance(1000.0), a_hop_set(10)
    motion = a_stance(1000.0, imu_hz=200.0)
    x, y = stance.streams[0].values[:, 1].tolist(), stance.streams[0].values[:, 2].tolist()
    loop = best_ms(lambda: naive_path(x, y))
    rows = [
        ("path length of 30 000 samples, Python loop (baseline)", loop, ""),
        ("stance 30 s, pad 1000 Hz, P-COP", best_ms(lambda: evaluate(stance, everything=False)), goal),
        ("stance 30 s, pad 1000 Hz, P-RAW", best_ms(lambda: evaluate(stance, profile="P-RAW", everything=False)), goal),
        ("stance 30 s, pad 1000 Hz and IMU 200 Hz", best_ms(lambda: evaluate(motion, everything=False)), ""),
        ("10 hops, pad 1000 Hz", best_ms(lambda: evaluate(hops, everything=False)), goal),
        ("stance 30 s, pad 1000 Hz, every number", best_ms(lambda: evaluate(stance)), ""),
        ("stance 30 s, pad 1000 Hz and IMU 200 Hz, every number", best_ms(lambda: evaluate(motion)), ""),
        ("10 hops, pad 1000 Hz, every number", best_ms(lambda: evaluate(hops)), ""),
    ]
    print(f"{'analysis (median of ' + str(REPEATS) + ' after warm-up)':58}{'ms':>8}{'to loop':>9}  goal {GOAL_MS:.0f} ms")
    for name, ms, judge in rows:
        print(f"{name:58}{ms:8.2f}{ms / loop:9.2f}  {judge(ms) if callable(judge) else ''}")


def goal(ms: float) -> str:
    return "met" if ms <= GOAL_MS else "missed"


def best_ms(work: Callable[[], object]) -> float:
    for _ in range(5):
        work()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter_ns()
        work()
        times.append((time.perf_counter_ns() - start) * 1e-6)
    return statistics.median(times)


def naive_path(x: list[float], y: list[float]) -> float:
    total = 0.0
    for i in range(1, len(x)):
        total += math.sqrt((x[i] - x[i - 1]) ** 2 + (y[i] - y[i - 1]) ** 2)
    return total


def a_stance(rate_hz: float, *, imu_hz: float = 0.0) -> Trial:
    rng = np.random.default_rng(1)
    t = np.arange(round(40.0 * rate_hz)) / rate_hz
    values = np.stack([np.full(len(t), 700.0), *(wander(rng, t, rate_hz) for _ in range(2))], axis=-1)
    streams = [stream("pad", Site.PAD, Kind.PAD, t, values, rate_hz)]
    if imu_hz:
        t = np.arange(round(40.0 * imu_hz)) / imu_hz
        still = np.array((0.0, 0.0, G, 0.0, 0.0, 0.0))
        streams.append(stream("lumbar", Site.LUMBAR, Kind.IMU, t, still + 0.05 * rng.standard_normal((len(t), 6)), imu_hz))
    return Trial(
        Setup("stance", Side.LEFT),
        Outcome.COMPLETED,
        (),
        (0.0, 40.0),
        (5.0, 35.0),
        streams=tuple(streams),
        body_weight_n=700.0,
        hold_s=30.0,
        families=("stance",),
    )


def wander(rng: np.random.Generator, t: FloatArray, rate_hz: float) -> FloatArray:
    steps = np.cumsum(rng.standard_normal(len(t))) / math.sqrt(rate_hz)
    return 8.0 * np.sin(2.0 * np.pi * 0.3 * t + rng.uniform(0.0, 6.0)) + steps + 0.1 * rng.standard_normal(len(t))


def a_hop_set(count: int) -> Trial:
    rate, ct, ft, mass = 1000.0, 0.2, 0.4, 70.0
    events = [Event(Happening.CONTACT, 0.0, 2.0, device="pad"), Event(Happening.FLIGHT, 2.0, 2.4, device="pad")]
    t = np.arange(round((4.0 + count * (ct + ft)) * rate)) / rate
    force = np.where(t < 2.0, mass * G, 0.0)
    now = 2.4
    for _ in range(count):
        inside = (t >= now) & (t < now + ct)
        force[inside] = mass * G * np.pi / 2.0 * (ft / ct + 1.0) * np.sin(np.pi * (t[inside] - now) / ct)
        events += [Event(Happening.CONTACT, now, now + ct, device="pad"), Event(Happening.FLIGHT, now + ct, now + ct + ft, device="pad")]
        now += ct + ft
    force[t >= now] = mass * G
    events.append(Event(Happening.CONTACT, now, float(t[-1]), device="pad"))
    values = np.stack((force, np.zeros(len(t)), np.zeros(len(t))), axis=-1)
    span = (0.0, float(t[-1]))
    pad = stream("pad", Site.PAD, Kind.PAD, t, values, rate)
    return Trial(Setup("hops", Side.LEFT, mass_kg=mass), Outcome.COMPLETED, (), span, span, tuple(events), (pad,), families=("hops",))


def stream(device: str, site: Site, kind: Kind, t: FloatArray, values: FloatArray, rate_hz: float) -> Stream:
    none = np.zeros(len(t), np.bool_)
    return Stream(device, site, None, kind, t, values, none, none, rate_hz, nominal_hz=rate_hz, noise_cell_n=0.3, half_span_mm=200.0)


if __name__ == "__main__":
    main()
