"""Simulated people who land, as plain samples of a good pad or motion sensor: no radio, no codec, known truth."""

from dataclasses import dataclass, replace

import numpy as np
import padded as people

from ankletest.exams import by_key
from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue
from ankletest.samples import Side, Site
from ankletest.trial import Setup, Trial
from drivers.people.acts import act_of
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.motion import Motion, Spot

PERSON = Person()
BEGIN_S = 1.0
"""The run starts; a second later the person does."""


@dataclass(frozen=True)
class Landed:
    """A run of a simulated person, its numbers by key, and what truly happened."""

    trial: Trial
    values: dict[str, MetricValue]
    truth: list[dict[str, float]]
    motion: Motion
    played: people.Played

    def value(self, key: str) -> float:
        value = self.values[key].value
        assert value is not None, self.values[key].reasons
        return value


def moved(setup: Setup, seed: int, *, faults: Faults | None = None, sites: tuple[Site, ...] = ()) -> Motion:
    act = act_of(PERSON, setup, faults or Faults(), (seed, 1))
    return act.motion([Spot(site) for site in sites], start_s=BEGIN_S + 1.0)


def pad_of(motion: Motion, seed: int, *, rate_hz: float = 1000.0, noise_n: float = 0.5, offset_n: float = 4.0) -> people.Samples:
    """Return an averaging pad with an offset that nobody tared."""
    rng = np.random.default_rng((seed, 7))
    per = round(motion.rate_hz / rate_hz)
    before = round(motion.start_s * motion.rate_hz)
    force = np.concatenate((np.zeros(before), motion.force_n, np.zeros(round(3.0 * motion.rate_hz))))
    cop = np.concatenate((np.zeros((before, 2)), motion.cop_mm, np.zeros((round(3.0 * motion.rate_hz), 2))))
    n = len(force) // per
    mean = force[: n * per].reshape(n, per).mean(axis=1)
    t = (np.arange(n) + 0.5) * per / motion.rate_hz
    values = np.column_stack((mean + offset_n + noise_n * rng.standard_normal(n), cop[: n * per : per] + 0.2 * rng.standard_normal((n, 2))))
    values[values[:, 0] < 20.0, 1:] = np.nan
    return people.Samples(replace(people.pad_member(rate_hz), averaging=True), t, values)


def worn_of(motion: Motion, site: Site, seed: int, *, side: Side, rate_hz: float = 200.0, range_g: float = 32.0) -> people.Samples:
    """Return a motion sensor on the tested leg or the trunk."""
    rng = np.random.default_rng((seed, 8))
    per = round(motion.rate_hz / rate_hz)
    felt = motion.worn[Spot(site)]
    still = np.tile([0.0, 0.0, 9.80665, 0.0, 0.0, 0.0], (round(motion.start_s * motion.rate_hz), 1))
    whole = np.concatenate((still, felt, np.tile(felt[-1], (round(3.0 * motion.rate_hz), 1))))[::per]
    noise = np.repeat([0.015, 0.002], 3) * rng.standard_normal((len(whole), 6))
    member = replace(people.foot_member(side, site=site, rate_hz=rate_hz), acc_range_g=range_g)
    return people.Samples(member, np.arange(len(whole)) * per / motion.rate_hz, whole + noise)


def land(
    setup: Setup, seed: int = 1, *, faults: Faults | None = None, pad: bool = True, sites: tuple[Site, ...] = (), rate_hz: float = 1000.0,
    chunks: int | None = None, until_s: float = float("inf"),
) -> Landed:  # fmt: skip
    """Let a simulated person do what a set-up asks for, on a pad and with sensors at ``sites``."""
    motion = moved(setup, seed, faults=faults, sites=sites)
    devices = [pad_of(motion, seed, rate_hz=rate_hz)] if pad else []
    devices += [worn_of(motion, site, seed, side=setup.side) for site in sites]
    played = people.play(setup, devices, seed=chunks, begin_s=BEGIN_S, until_s=until_s)
    return finished(played, motion)


def finished(played: people.Played, motion: Motion) -> Landed:
    trial = played.trial()
    exam = by_key(trial.setup.exam)
    trial = replace(trial, families=exam.families)
    truth = motion.truth["landings"]
    assert isinstance(truth, list)
    return Landed(trial, {value.metric.key: value for value in evaluate(trial)}, truth, motion, played)
