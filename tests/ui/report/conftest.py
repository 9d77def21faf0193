"""Made-up trials with known shapes, for the tests of the report."""

from collections.abc import Callable

import numpy as np
import pytest

from ankletest import metrics
from ankletest.samples import Kind, Side, Site
from ankletest.session import Finished
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

RATE_HZ = 200.0
WEIGHT_N = 640.0


def stream(t_s: np.ndarray, values: np.ndarray) -> Stream:
    n = len(t_s)
    none = np.zeros(n, dtype=np.bool_)
    return Stream(
        "pad", Site.PAD, None, Kind.PAD, t_s, values, none, none, RATE_HZ, nominal_hz=RATE_HZ, timing="device", noise_n=0.5,
        noise_cell_n=0.4, half_span_mm=150.0,
    )  # fmt: skip


def stance_of(side: Side, *, reach_mm: float = 12.0, outcome: Outcome = Outcome.COMPLETED, reasons: tuple[str, ...] = ()) -> Finished:
    t_s = np.arange(0.0, 30.0, 1.0 / RATE_HZ)
    x = reach_mm * 0.7 * (np.sin(2 * np.pi * 0.31 * t_s + 0.4) + 0.5 * np.sin(2 * np.pi * 0.83 * t_s))
    y = reach_mm * (np.sin(2 * np.pi * 0.23 * t_s) + 0.5 * np.sin(2 * np.pi * 0.61 * t_s + 1))
    force = WEIGHT_N + 3 * np.sin(2 * np.pi * 1.1 * t_s)
    setup = Setup("stance", side, trial=f"{side}-stance")
    trial = Trial(
        setup, outcome, reasons, (0.0, 30.0), (0.0, 30.0), streams=(stream(t_s, np.column_stack((force, x, y))),), body_weight_n=WEIGHT_N,
        hold_s=30.0, capped=True, families=("stance",),
    )  # fmt: skip
    return Finished(trial, metrics.evaluate(trial))


def hops_of_leg(side: Side, *, flight_s: float = 0.32, contact_s: float = 0.25, bad: int = 3) -> Finished:
    events: list[Event] = []
    t_s = np.arange(0.0, 8.0, 1.0 / RATE_HZ)
    force = np.zeros_like(t_s)
    at = 1.0
    for k in range(10):
        end = at + contact_s
        share = (t_s - at) / contact_s
        push = 1900.0 * np.sin(np.pi * share)
        force = np.where((t_s >= at) & (t_s < end), push, force)
        events.append(Event(Happening.CONTACT, at, end, 1900.0, "pad", valid=k != bad, note="not on one foot" if k == bad else ""))
        events.append(Event(Happening.FLIGHT, end, end + flight_s, device="pad"))
        at = end + flight_s
    values = np.column_stack((force, np.full_like(t_s, np.nan), np.full_like(t_s, np.nan)))
    setup = Setup("hops", side, mass_kg=65.0, trial=f"{side}-hops")
    trial = Trial(
        setup,
        Outcome.COMPLETED,
        (),
        (0.0, 8.0),
        (1.0, at),
        events=tuple(events),
        streams=(stream(t_s, values),),
        body_weight_n=WEIGHT_N,
        families=("hops",),
    )
    return Finished(trial, metrics.evaluate(trial))


@pytest.fixture(scope="session")
def stance() -> Callable[..., Finished]:
    """Return a maker of stances."""
    return stance_of


@pytest.fixture(scope="session")
def hops() -> Callable[..., Finished]:
    """Return a maker of sets of hops."""
    return hops_of_leg
