"""Simulated hops for the tests of detectors: what a pad and a foot sensor of given rates send, and when the foot truly touched and left."""

from dataclasses import dataclass

import numpy as np

from ankletest.samples import FloatArray, Side, Site
from ankletest.trial import Event, Happening, Setup
from drivers.people.body import Leg, Person
from drivers.people.hopping import hopping, plan_hops
from drivers.people.motion import Motion, Spot
from drivers.people.sensor import Sensor, imu_flaws

FOOT = Spot(Site.FOOT)


@dataclass(frozen=True)
class Hops:
    """One set: the motion, and true (touch-down, take-off) of each counted contact, s."""

    motion: Motion
    true_s: FloatArray


def hops_of(seed: int) -> Hops:
    """Return ten hops of a person drawn by a seed: contacts of .17-.30 s, flights of .25-.45 s."""
    rng = np.random.default_rng((77, seed))
    leg = Leg(stiffness=float(rng.uniform(0.6, 1.4)), flight=float(rng.uniform(0.75, 1.2)))
    person = Person(mass_kg=float(rng.uniform(50.0, 95.0)), left=leg)
    plan = plan_hops(person, Setup("hops", Side.LEFT), (seed,))
    motion = hopping(person, plan, [FOOT], start_s=2.0, seed=(seed, 1))
    return Hops(motion, 2.0 + np.array([[b.start_s, b.end_s] for b in plan.bounces]))


def foot(
    hops: Hops, *, rate_hz: float, acc_range_g: float = 16.0, gyro_range_dps: float = 2000.0, seed: int = 0
) -> tuple[FloatArray, FloatArray]:
    """Return seconds and samples of an ordinary sensor on the foot."""
    rng = np.random.default_rng((78, seed))
    flaws = imu_flaws(rng, rate_hz=rate_hz, acc_range_g=acc_range_g, gyro_range_dps=gyro_range_dps)
    sensor = Sensor(flaws, rate_hz=rate_hz, averaging=False, known_delay_s=0.0, rng=rng)
    motion = hops.motion
    t = motion.start_s + np.arange(rng.uniform(0.0, 1.0) / rate_hz, len(motion.force_n) / motion.rate_hz - 0.01, 1.0 / rate_hz)
    values, _ = sensor.measure(sensor.draw(motion, sensor.prepare(motion, FOOT), t), t)
    return t, values


def pad(hops: Hops, *, rate_hz: float, averaging: bool, noise_n: float = 1.0, seed: int = 0) -> tuple[FloatArray, FloatArray]:
    """Return seconds and force of a pad."""
    rng = np.random.default_rng((79, seed))
    motion = hops.motion
    grid = np.arange(len(motion.force_n)) / motion.rate_hz
    half = 0.5 / rate_hz
    t = np.arange(half + rng.uniform(0.0, 1.0) / rate_hz, grid[-1] - half, 1.0 / rate_hz)
    if averaging:
        whole = np.concatenate(([0.0], np.cumsum(0.5 * (motion.force_n[1:] + motion.force_n[:-1])))) / motion.rate_hz
        force = (np.interp(t + half, grid, whole) - np.interp(t - half, grid, whole)) * rate_hz
    else:
        force = np.interp(t, grid, motion.force_n)
    return motion.start_s + t, force + rng.normal(0.0, noise_n, len(t))


def errors_ms(events: tuple[Event, ...], true_s: FloatArray) -> tuple[FloatArray, int]:
    """Return errors of touch-down and take-off in ms, (n, 2), for the contacts found, and how many true ones were not."""
    found = [e for e in events if e.what is Happening.CONTACT and np.isfinite(e.end_s)]
    rows = []
    for touch, leave in true_s:
        near = [e for e in found if abs(e.t_s - touch) < 0.04 and abs(e.end_s - leave) < 0.06]
        if near:
            rows.append((1e3 * (near[0].t_s - touch), 1e3 * (near[0].end_s - leave)))
    return np.array(rows).reshape(-1, 2), len(true_s) - len(rows)
