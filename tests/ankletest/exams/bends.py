"""Simulated visits for the exams of repetitions: the trial, its numbers by key, and the truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from ankletest.device import Choice
from ankletest.exams import by_key
from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue
from ankletest.samples import FloatArray, Kind, Side, Site
from ankletest.session import Finished, Session
from ankletest.trial import Setup, Stream, Trial
from drivers.catalog import MODELS
from drivers.codecs import native_imu, native_pad
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.transports.simulator import simulate


def imu(site: Site, side: Side = Side.LEFT, rate_hz: float = 200.0) -> Choice:
    return Choice(f"{site.value}-{side.value}", native_imu.KEY, f"sim:{site.value}-{side.value}", site, side, rate_hz=rate_hz)


PAD = Choice("pad", native_pad.KEY, "sim:pad", Site.PAD, rate_hz=1000.0)
FOOT, SHANK = imu(Site.FOOT), imu(Site.SHANK)


@dataclass(frozen=True)
class Seen:
    """One simulated trial."""

    trial: Trial
    values: Mapping[str, MetricValue]
    truth: Mapping[str, object]

    def __getitem__(self, key: str) -> float:
        value = self.values[key].value
        assert value is not None, self.values[key].reasons
        return value

    def told(self, key: str) -> list[dict[str, float]]:
        return cast("list[dict[str, float]]", self.truth[key])


def visit(
    setup: Setup, choices: Sequence[Choice], *, seed: int = 1, person: Person | None = None, faults: Faults | None = None, batch: int = 512
) -> Seen:
    items, truth = simulate([setup], choices, person or Person(), seed, faults)
    session = Session(MODELS)
    finished: list[Finished] = []
    for first in range(0, len(items), batch):
        finished.extend(session.feed(items[first : first + batch]).finished)
    finished.extend(session.finish().finished)
    assert len(finished) == 1
    trials = cast("list[Mapping[str, object]]", truth["trials"])
    return Seen(finished[0].trial, {value.metric.key: value for value in finished[0].values}, trials[0])


def by_values(trial: Trial) -> Mapping[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(replace(trial, families=by_key(trial.setup.exam).families))}


def stream(t: FloatArray, values: FloatArray, rate_hz: float, *, site: Site = Site.SHANK, side: Side = Side.LEFT) -> Stream:
    none = np.zeros(len(t), np.bool_)
    return Stream(site.value, site, side, Kind.IMU, t, values, none, none, rate_hz)
