"""Height of a countermovement jump by impulse (CJ-02) beside plateforce, on its own example recordings and on a jump made of sines."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ankletest.metrics.jump import onset_row, push_of
from ankletest.samples import FloatArray, G
from ankletest.signals.contact import contacts_of
from ankletest.trial import Happening

plateforce = pytest.importorskip("plateforce", reason="plateforce is not installed; it is in the dependency group 'oracles'")

REGISTRY = plateforce.Registry.load()
WEIGHING = REGISTRY.method("bwepoch.fixed_window")
ONSET = REGISTRY.method("onset.threshold.noise_relative")
TAKE_OFF = REGISTRY.method("takeoff.threshold.absolute_force")
NAMES = ("subject01_trial1", "subject01_trial2", "subject01_trial3")
RATE = 1200.0


@dataclass(frozen=True)
class Theirs:
    """What it says of a jump; rows, N, m/s, m, s."""

    onset: int
    take_off: int
    weight_n: float
    v_m_s: float
    height_m: float
    time_to_take_off_s: float


def theirs(force: FloatArray, rate_hz: float) -> Theirs:
    told = plateforce.analyse_countermovement_jump(
        plateforce.Trial(force, rate_hz), weighing_epoch=WEIGHING.bind(), onset=ONSET.bind(), takeoff=TAKE_OFF.bind()
    )
    return Theirs(
        told.onset_index, told.takeoff_index, told.system_weight_newtons.value, told.takeoff_velocity_meters_per_second.value,
        told.jump_height_takeoff_frame_meters.value, told.time_to_takeoff_seconds.value,
    )  # fmt: skip


def made_jump() -> FloatArray:
    """Return a second of standing, a sink and a push of a sine each, a flight, and a landing; 1200 Hz, noise 1 N."""
    weight = 70.0 * G
    t = np.arange(int(2.6 * RATE)) / RATE
    force = np.full(len(t), weight)
    sink, push, air = (t >= 1.2) & (t < 1.6), (t >= 1.6) & (t < 2.0), (t >= 2.0) & (t < 2.4)
    force[sink] -= 0.45 * weight * np.sin(np.pi * (t[sink] - 1.2) / 0.4)
    force[push] += 1.3 * weight * np.sin(np.pi * (t[push] - 1.6) / 0.4)
    force[air] = 0.0
    return force + np.random.default_rng(2).normal(0.0, 1.0, len(t))


def jump(name: str, request: pytest.FixtureRequest) -> FloatArray:
    if name == "made":
        return made_jump()
    folder: Path = request.getfixturevalue("shared_data") / "plateforce_subject01"
    return np.loadtxt(folder / f"{name}.force.txt")


REAL = [pytest.param(name, marks=pytest.mark.shared_data) for name in NAMES]


@pytest.mark.parametrize("name", ["made", *REAL])
def test_between_the_same_rows_the_height_is_the_same(name: str, request: pytest.FixtureRequest) -> None:
    force = jump(name, request)
    told = theirs(force, RATE)
    # It sums up to the sample before its take-off, ours to the instant: hence its last sample as our instant.
    push = push_of(np.arange(len(force)) / RATE, force, onset=told.onset, take_off_s=(told.take_off - 1) / RATE, weight_n=told.weight_n)

    # Both are trapezoids of the same samples: only the order of additions differs.
    assert push.v_take_off_m_s == pytest.approx(told.v_m_s, rel=1e-9)
    assert push.height_m == pytest.approx(told.height_m, rel=1e-9)


@pytest.mark.parametrize("name", REAL)
def test_the_sample_it_leaves_out_is_a_sample_of_falling(name: str, request: pytest.FixtureRequest) -> None:
    force = jump(name, request)
    told = theirs(force, RATE)
    push = push_of(np.arange(len(force)) / RATE, force, onset=told.onset, take_off_s=told.take_off / RATE, weight_n=told.weight_n)
    left_out = (force[told.take_off - 1 : told.take_off + 1].mean() / told.weight_n - 1.0) * G / RATE

    # 8 mm/s at 1200 Hz: half a percent of the height of these jumps. With the take-off at the same sample, ours is the lower one.
    assert left_out == pytest.approx(-G / RATE, rel=0.1)
    assert push.v_take_off_m_s - told.v_m_s == pytest.approx(left_out, rel=1e-6)


@pytest.mark.shared_data
@pytest.mark.parametrize("name", NAMES)
def test_each_with_its_own_rules_they_differ_by_what_their_rules_say(name: str, shared_data: Path) -> None:
    force = np.loadtxt(shared_data / "plateforce_subject01" / f"{name}.force.txt")
    t = np.arange(len(force)) / RATE
    told = theirs(force, RATE)
    standing = force[: int(RATE)]
    flight = next(e for e in contacts_of(t, force, rate_hz=RATE, averaging=False) if e.what is Happening.FLIGHT)
    last = int(np.searchsorted(t, flight.t_s))
    onset = onset_row(force, t, weight_n=told.weight_n, sd_n=float(standing.std(ddof=1)), first=len(standing), last=last)
    assert onset is not None
    push = push_of(t, force, onset=onset, take_off_s=flight.t_s, weight_n=told.weight_n)
    later_s = flight.t_s - (told.take_off - 1) / RATE

    # 5 SD of the first second, less 30 ms, is the onset of both.
    assert onset == told.onset
    # Its take-off is a force of 20 N, ours where the force ends: no more than three samples after its last one.
    assert 0.0 < later_s < 3.5 / RATE
    # In that time a body falls at nearly g; what is left of the force holds it up by less than 5 %.
    assert push.v_take_off_m_s - told.v_m_s == pytest.approx(-G * later_s, rel=0.05)
    # So ours jumped 1.5 to 1.7 % less high.
    assert push.height_m == pytest.approx(told.height_m, rel=0.02)
