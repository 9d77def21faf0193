"""Which jump of a trial is taken, what of it cannot be told, and why; numbers of a closed-form jump come out of a trial."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.drop_jump import fall_height_m
from ankletest.samples import FloatArray, G, Side, Site
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

MASS, T1, A1, T2, B1 = 70.0, 0.30, 400.0, 0.35, 1200.0
WEIGHT = MASS * G
SPEED = 2.728370453
FLIGHT = 2.0 * SPEED / G
JUMP_S = 3.0
"""When the movement begins."""
OFF_S = JUMP_S + T1 + T2
LAND_S = OFF_S + FLIGHT
STOP_S = 0.4
STEP = 5e-3
"""This jump ends in a step of force; where in half a period of 1 kHz it lies is not known: v dt of 2 sqrt(2 h / g), 1.4 mm of 380."""


def force_at(t: FloatArray) -> FloatArray:
    """Stand, jump as in metrics.md 5, fly, land in a half-sine, stand."""
    u = t - JUMP_S
    landing = WEIGHT + 0.5 * math.pi * MASS * SPEED / STOP_S * np.sin(math.pi * np.clip((t - LAND_S) / STOP_S, 0.0, 1.0))
    moves = np.where(u < T1, WEIGHT - A1 * np.sin(math.pi * u / T1), WEIGHT + B1 * np.sin(math.pi * (u - T1) / T2))
    return np.select([u < 0.0, t <= OFF_S, t < LAND_S], [np.full(len(t), WEIGHT), moves, np.zeros(len(t))], landing)


@pytest.fixture
def jump(make):
    """Make a trial of the jump; ``force`` changes the samples, other words the pad."""

    def made(force=lambda t, f: f, *, rate: float = 1000.0, drop: slice | None = None, events=None, phase: bool = True, **pad: object):
        t = np.arange(0.0, 7.5, 1.0 / rate)
        keep = np.ones(len(t), np.bool_)
        if drop is not None:
            keep[drop] = False
        f = force(t, force_at(t))[keep]
        nan = np.full(int(keep.sum()), np.nan)
        stream: Stream = make.pad(t[keep], nan, nan, force=f, **({"rate_hz": rate, "nominal_hz": rate} | pad))
        seen = [Event(Happening.FLIGHT, OFF_S, LAND_S, device="pad", u_s=0.001), Event(Happening.CONTACT, LAND_S, device="pad", u_s=0.001)]
        said = [Event(Happening.PHASE, 2.5, note="jump")] if phase else []
        every = (*said, *(seen if events is None else events))
        return Trial(
            Setup("jump", Side.LEFT), Outcome.COMPLETED, (), (0.0, 7.5), (0.5, 7.0), every, (stream,), WEIGHT, families=("jumps",)
        )  # fmt: skip

    return made


def values_of(trial: Trial) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial)}


def test_a_trial_of_the_closed_form_gives_the_golden_numbers(jump) -> None:
    values = values_of(jump())

    assert values["cmj_height"].value == pytest.approx(0.379538646, rel=STEP)
    assert values["flight_height"].value == pytest.approx(0.379538646, rel=1e-8)
    assert values["time_to_take_off"].value == pytest.approx(0.650 + 0.030, abs=0.005)
    assert values["depth"].value == pytest.approx(-0.253094852, rel=1e-3)
    assert values["jump_landing_peak"].value == pytest.approx(1.0 + 0.5 * math.pi * SPEED / STOP_S / G, rel=1e-4)
    assert values["flight_contraction"].value == pytest.approx(FLIGHT / 0.68, rel=0.01)
    assert {v.status for v in values.values()} == {Status.OK}
    assert all(v.uncertainty is not None for v in values.values() if v.metric.key != "jump_landing_peak")


def test_without_a_go_the_last_still_second_weighs(jump) -> None:
    assert values_of(jump(phase=False))["cmj_height"].value == pytest.approx(0.3795, rel=STEP)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"force": lambda t, f: f + np.where(t < JUMP_S, 60.0 * np.sin(30.0 * t), 0.0)}, "E-REST"),
        ({"drop": slice(3400, 3440)}, "E-GAP: 41 ms"),
        ({"drop": slice(3400, 3415)}, "E-GAP: 16 ms missing before the take-off, more than 2 %"),
        ({"rate": 100.0}, "E-RATE: 100 Hz"),
        ({"clipped": np.arange(7500) == 3500}, "E-SAT: 1 saturated"),
    ],
)
def test_what_spoils_the_impulse_leaves_the_flight(jump, change, reason: str) -> None:
    values = values_of(jump(**change))

    assert values["cmj_height"].value is None
    assert values["cmj_height"].status is Status.INVALID
    assert reason in values["cmj_height"].reasons[0]
    assert values["flight_height"].value == pytest.approx(0.3795, abs=1e-3)


def test_a_clipped_landing_is_a_bound_and_spoils_nothing_else(jump) -> None:
    values = values_of(jump(clipped=np.abs(np.arange(7500) / 1000.0 - LAND_S - 0.2) < 0.05))

    assert values["jump_landing_peak"].status is Status.WARN
    assert "≥ the value" in values["jump_landing_peak"].reasons[0]
    assert values["cmj_height"].status is Status.OK


def test_the_offset_of_the_pad_is_taken_from_the_flight(jump) -> None:
    plain, shifted = (values_of(jump(lambda _, f, by=by: f + by))["cmj_height"].value for by in (0.0, 12.0))

    assert shifted == pytest.approx(plain, rel=1e-6)


def test_a_wrong_weight_shows_in_the_integral_after_the_landing(jump) -> None:
    # The client was held while weighed: 3 % of the weight were on a rail.
    values = values_of(jump(lambda t, f: np.where(t < JUMP_S, 0.97 * f, f)))

    assert values["cmj_height"].status is Status.WARN
    assert "left of the integral" in " ".join(values["cmj_height"].reasons)


def test_the_longest_flight_is_the_jump_and_the_others_are_told(jump) -> None:
    short = Event(Happening.FLIGHT, 1.0, 1.15, device="pad")
    seen = [short, Event(Happening.FLIGHT, OFF_S, LAND_S, device="pad", u_s=0.001)]
    values = values_of(jump(events=seen))

    assert values["flight_height"].value == pytest.approx(0.3795, abs=1e-3)
    assert "2 jumps in the window" in " ".join(values["flight_height"].reasons)


def test_no_jump_and_no_landing_say_so(jump) -> None:
    none = values_of(jump(events=[]))
    assert {v.status for v in none.values()} == {Status.INVALID}
    assert "no jump in the window" in none["cmj_height"].reasons
    stepped = values_of(jump(events=[Event(Happening.FLIGHT, OFF_S, LAND_S, device="pad", valid=False, note="stepped off")]))
    assert "stepped off" in stepped["flight_height"].reasons[0]
    flying = values_of(jump(events=[Event(Happening.FLIGHT, OFF_S, device="pad", u_s=0.001)]))
    assert flying["cmj_height"].value == pytest.approx(0.3795, rel=STEP)
    assert flying["flight_height"].value is None
    assert flying["flight_contraction"].value is None


def test_a_foot_sensor_tells_the_flight_time_only(jump, make) -> None:
    t = np.arange(0.0, 7.5, 0.005)
    foot = replace(make.imu(t, np.zeros((len(t), 3)), np.zeros((len(t), 3))), site=Site.FOOT, device="foot", side=Side.LEFT)
    trial = jump(events=[Event(Happening.FLIGHT, OFF_S, LAND_S, device="foot", u_s=0.003)])
    values = values_of(replace(trial, streams=(foot,)))

    assert list(values) == ["flight_height"]
    assert values["flight_height"].profile == "P-IMUEV"
    assert values["flight_height"].value == pytest.approx(0.3795, abs=1e-3)


def test_the_height_of_a_fall_follows_from_momentum() -> None:
    contact, down, up = 0.25, math.sqrt(2.0 * G * 0.30), 0.5 * G * 0.40
    t = np.arange(-0.002, contact + 0.002, 0.0005)
    inside = (t > 0.0) & (t < contact)
    peak = 0.5 * math.pi / contact * MASS * (down + up + G * contact)
    force = np.where(inside, peak * np.sin(math.pi * np.clip(t / contact, 0.0, 1.0)), 0.0)

    assert fall_height_m(t, force, contact_s=contact, flight_s=0.40, weight_n=WEIGHT) == pytest.approx(0.30, rel=1e-4)
