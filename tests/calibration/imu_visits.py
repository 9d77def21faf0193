"""Simulated visits in which a motion sensor is calibrated: from the bytes of a device whose errors are known to its certificate."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from ankletest.calibrated import attached
from ankletest.device import Choice, Notification
from ankletest.samples import FloatArray, Side, Site
from calibration.certificate import Certificate
from calibration.procedure import Order
from calibration.visit import Ended, calibrate
from drivers.catalog import MODELS
from drivers.codecs import native_imu, native_pad
from drivers.people.body import Person
from drivers.people.faults import faults_of
from drivers.transports.simulator import simulate

DATE = datetime(2026, 3, 1, 9, tzinfo=UTC)
FOOT = Choice("foot", native_imu.KEY, "sim:foot", Site.FOOT, Side.RIGHT, rate_hz=200.0)
SHANK = Choice("shank", native_imu.KEY, "sim:shank", Site.SHANK, Side.RIGHT, rate_hz=200.0)
PAD = Choice("pad", native_pad.KEY, "sim:pad", Site.PAD, rate_hz=1000.0)


@dataclass(frozen=True, slots=True)
class Visit:
    """A recording, and what is truly wrong with the device that is calibrated in it: ``said = matrix · true + bias``."""

    items: list[Notification]
    truth: Mapping[str, object]
    matrix: FloatArray
    bias: FloatArray

    def ended(self) -> Ended:
        """Return what became of its last calibration."""
        return calibrate(self.items, MODELS)[-1]

    def certificate(self) -> Certificate:
        """Return its certificate."""
        one = self.ended()
        assert one.certificate, str(one.refusal)
        return one.certificate

    def refusal(self) -> tuple[str, str]:
        """Return by which name, and with which words, it was refused."""
        one = self.ended()
        assert one.certificate is None, one.certificate
        assert one.refusal
        return one.refusal.name, str(one.refusal)


def visit(
    kind: str,
    *,
    seed: int = 1,
    choices: Sequence[Choice] = (FOOT,),
    certificates: Sequence[Certificate] = (),
    times: int = 1,
    at: datetime = DATE,
    given: Mapping[str, tuple[float, ...]] | None = None,
    **faults: float,
) -> Visit:
    """Return a simulated visit in which the first device is calibrated, ``times`` over, with certificates of it in force."""
    order = Order(kind, choices[0].device, at, "OP1", given or {})
    items, truth = simulate([], choices, Person(), seed, faults_of(faults), calibrations=[{"order": order.as_json()}] * times)
    if certificates:
        opening = attached(json.loads(items[0].payload), [c.as_json() for c in certificates], date=at)
        items[0] = replace(items[0], payload=json.dumps(opening).encode())
    flaws = truth["devices"][choices[0].device]["flaws"]  # type: ignore[index]  # the truth is plain JSON
    return Visit(items, truth, np.array(flaws["matrix"]), np.array(flaws["bias"]))
