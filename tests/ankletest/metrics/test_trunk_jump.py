"""The height of a jump by a sensor on the lower back: a closed-form jump, a bowing trunk, drift, and what leaves which number untold."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.trunk_jump import rise_of
from ankletest.samples import FloatArray, G, Side, Site
from ankletest.signals.trunk_contact import trunk_contacts_of
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial
from drivers.people.pose import felt, pose

RATE = 200.0
START_S, DIP_S, PUSH_S, FALL_S = 3.0, 0.30, 0.35, 0.030
SPEED, DIP = 2.0, 0.4
STOP_S, RISE_S = 0.40, 0.80
OFF_S = START_S + DIP_S + PUSH_S
FLIGHT_S = 2.0 * SPEED / G
LAND_S = OFF_S + FLIGHT_S
STILL_S = LAND_S + STOP_S + RISE_S
HEIGHT = SPEED**2 / (2.0 * G)


def acceleration(t: FloatArray) -> FloatArray:
    """Return the upward acceleration of a body that dips, pushes, lets go in 30 ms, flies, lands, comes up again and stands, m/s².

    The push is as hard as takes it off at ``SPEED``; the landing stops it, and the rise ends where it began.
    """
    u, after = t - START_S, t - LAND_S
    lost = 2.0 / math.pi * DIP * G * DIP_S + 0.5 * G * FALL_S
    push = 0.5 * math.pi / PUSH_S * (SPEED + lost)
    going = push * np.sin(math.pi * (u - DIP_S) / PUSH_S) - G * np.clip((t - OFF_S) / FALL_S + 1.0, 0.0, 1.0)
    stop = 0.5 * math.pi * SPEED / STOP_S * np.sin(math.pi * after / STOP_S)
    up = 2.0 * math.pi * _sunk() / RISE_S**2 * np.sin(2.0 * math.pi * (after - STOP_S) / RISE_S)
    return np.select(
        [u < 0.0, u < DIP_S, t < OFF_S, t < LAND_S, after < STOP_S, after < STOP_S + RISE_S],
        [np.zeros(len(t)), -DIP * G * np.sin(math.pi * u / DIP_S), going, np.full(len(t), -G), stop, up],
        0.0,
    )


def _sunk() -> float:
    """Return how far below standing the body is when the landing has stopped it, m."""
    return 0.5 * SPEED * STOP_S - _pushed()


def _pushed() -> float:
    """Return how far above standing the body is at the take-off, m: the twofold sums of dip, push and fall in closed form."""
    sink = 2.0 / math.pi * DIP * G * DIP_S
    dip = -DIP * G * DIP_S**2 / math.pi
    lost = sink + 0.5 * G * FALL_S
    push = 0.5 * math.pi / PUSH_S * (SPEED + lost)
    return dip - sink * PUSH_S + push * PUSH_S**2 / math.pi - G * FALL_S**2 / 6.0


T = np.arange(0.0, STILL_S + 1.6, 1.0 / RATE)
TOP = _pushed() + HEIGHT


def bowed(t: FloatArray, degrees: float) -> FloatArray:
    """Return the forward lean of a trunk that bows in the countermovement, rad."""
    return math.radians(degrees) * np.sin(math.pi * np.clip((t - START_S) / (DIP_S + PUSH_S), 0.0, 1.0)) ** 2


Jump = Callable[..., Trial]


@pytest.fixture
def jump(make) -> Jump:
    """Make a trial of the jump as a sensor on the lower back felt it."""

    def made(
        *, degrees: float = 30.0, change: Callable[[FloatArray], FloatArray] = lambda imu: imu, keep: FloatArray | None = None,
        streams: Sequence[Stream] = (), **of: object,
    ) -> Trial:  # fmt: skip
        fine = np.arange(0.0, T[-1] + 0.01, 1.0 / 4000.0)
        every = felt(pose(len(fine), up=acceleration(fine), pitch=bowed(fine, degrees)), 4000.0)
        imu = change(np.stack([np.interp(T, fine, column) for column in every.T], axis=1))
        rows = np.ones(len(T), np.bool_) if keep is None else keep
        stream = make.imu(T[rows], imu[rows, :3], imu[rows, 3:], **({"rate_hz": RATE, "nominal_hz": RATE} | of))
        events = trunk_contacts_of(stream.t_s, stream.values, rate_hz=RATE, device="lumbar")
        said = Event(Happening.PHASE, 2.5, note="jump")
        span = (0.0, float(T[-1]))
        return Trial(
            Setup("jump", Side.LEFT), Outcome.COMPLETED, (), span, span, (said, *events), (stream, *streams), families=("jumps",)
        )  # fmt: skip

    return made


def values_of(trial: Trial) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial)}


def test_a_closed_form_jump_has_its_speed_height_and_top() -> None:
    t = np.arange(0.0, STILL_S + 1.6, 1e-4)
    found = rise_of(
        t, acceleration(t) + G, still_s=(1.0, 2.0), again_s=(STILL_S + 0.2, STILL_S + 1.2), take_off_s=OFF_S, landing_s=LAND_S
    )  # fmt: skip

    # Trapezoids of 0.1 ms over a force that jumps at touch-down: 1e-4 s times half of g.
    assert found.v_take_off_m_s == pytest.approx(SPEED, abs=5e-4)
    assert found.height_m == pytest.approx(HEIGHT, abs=2e-4)
    assert found.top_m == pytest.approx(TOP, abs=2e-3)
    assert abs(found.drift_m_s) < 1e-3


def test_drift_goes_away_along_a_straight_line() -> None:
    t = np.arange(0.0, STILL_S + 1.6, 1e-4)
    windows = {"still_s": (1.0, 2.0), "again_s": (STILL_S + 0.2, STILL_S + 1.2), "take_off_s": OFF_S, "landing_s": LAND_S}
    steady = rise_of(t, acceleration(t) + 9.9, **windows)
    # A scale that changes while the client moves: the acceleration is 0.1 m/s² off from 2 s on.
    late = rise_of(t, acceleration(t) + G + 0.1 * (t > 2.0), **windows)

    assert steady.v_take_off_m_s == pytest.approx(SPEED, abs=5e-4)  # what is there at rest is no movement
    assert late.drift_m_s == pytest.approx(0.1 * (STILL_S + 0.7 - 2.0), abs=0.01)
    assert late.v_take_off_m_s == pytest.approx(SPEED, abs=0.03)
    assert late.taken_m_s == pytest.approx(
        late.drift_m_s * (OFF_S - 1.5) / (STILL_S + 0.7 - 1.5), rel=1e-4
    )  # half a sample of either window


@pytest.mark.parametrize("degrees", [0.0, 30.0, 45.0])
def test_a_bowing_trunk_tells_the_height_all_the_same(jump, degrees: float) -> None:
    values = values_of(jump(degrees=degrees))

    assert {value.status for value in values.values()} == {Status.OK}
    # The landing's first sample at 200 Hz is up to 5 ms from the touch: 2.5 ms at 2 m/s are 5 mm, either way.
    assert values["trunk_height"].value == pytest.approx(HEIGHT, abs=0.006)
    assert values["trunk_flight_height"].value == pytest.approx(HEIGHT, abs=0.010)
    assert values["trunk_velocity"].value == pytest.approx(SPEED, abs=0.03)
    assert values["trunk_rise"].value == pytest.approx(TOP, abs=0.02)
    assert values["trunk_height"].profile == "P-IMUEV"
    assert values["trunk_height"].metric.id == "CJ-02i"
    assert "±9.4 cm" in values["trunk_height"].reasons[-1]  # what is known of people, beside our own uncertainty
    assert "cmj_height" not in values
    assert "flight_height" not in values  # of a pad or a foot, whose edges are sharp


def test_how_the_sensor_sits_does_not_matter(jump) -> None:
    turned = np.array([[0.0, 0.6, 0.8], [1.0, 0.0, 0.0], [0.0, 0.8, -0.6]])
    around = values_of(jump(change=lambda imu: np.concatenate((imu[:, :3] @ turned, imu[:, 3:] @ turned), axis=1)))
    plain = values_of(jump())

    for key, value in plain.items():
        assert around[key].value == pytest.approx(value.value, abs=1e-3), key


def test_no_second_still_window_leaves_the_flight_time(jump) -> None:
    rng = np.random.default_rng(1)
    restless = np.where(T > LAND_S, 1.0, 0.0)[:, None] * rng.normal(0.0, 0.5, (len(T), 6))
    values = values_of(jump(change=lambda imu: imu + restless))

    assert values["trunk_height"].value is None
    assert "flight time only" in values["trunk_height"].reasons[0]
    assert values["trunk_flight_height"].value == pytest.approx(HEIGHT, abs=0.015)


def test_nobody_who_does_not_stand_still_before_has_a_velocity(jump) -> None:
    rng = np.random.default_rng(2)
    restless = np.where(T < START_S, 1.0, 0.0)[:, None] * rng.normal(0.0, 0.5, (len(T), 6))
    value = values_of(jump(change=lambda imu: imu + restless))["trunk_height"]

    assert value.value is None
    assert "still for a second before" in value.reasons[0]


def test_a_sensor_that_slips_in_the_landing_leaves_the_flight_time(jump) -> None:
    slipped = np.zeros((len(T), 6))
    slipped[T > LAND_S + 0.1, 2] = 0.6  # m/s²
    values = values_of(jump(change=lambda imu: imu + slipped))

    assert values["trunk_height"].value is None
    assert "m/s is left of the sum" in values["trunk_height"].reasons[0]
    assert values["trunk_flight_height"].status is Status.OK


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        ({"clipped": np.abs(T - OFF_S + 0.2) < 0.01}, "E-SAT"),
        ({"keep": ~((T > OFF_S - 0.20) & (T < OFF_S - 0.14))}, "E-GAP: 6"),
        ({"lost": np.abs(T - OFF_S + 0.2) < 0.003}, "number unknown"),
    ],
)
def test_spoilt_samples_leave_no_sum(jump, of, reason: str) -> None:
    values = values_of(jump(**of))

    assert values["trunk_height"].value is None
    assert reason in values["trunk_height"].reasons[0]
    assert values["trunk_flight_height"].value is not None


def test_two_heights_that_disagree_are_both_doubtful(jump) -> None:
    trial = jump()
    (flight,) = [e for e in trial.events if e.what is Happening.FLIGHT]
    longer = replace(flight, end_s=flight.end_s + 0.12)
    values = values_of(replace(trial, events=(*(e for e in trial.events if e.what is not Happening.FLIGHT), longer)))

    assert values["trunk_height"].status is Status.WARN
    assert values["trunk_flight_height"].status is Status.WARN
    assert "one of the two is wrong" in values["trunk_height"].reasons[0]


def test_a_trunk_that_leans_too_far_is_doubtful(jump) -> None:
    value = values_of(jump(degrees=70.0))["trunk_height"]

    assert value.status is Status.WARN
    assert "leaned by 70" in value.reasons[0]


def test_no_jump_is_no_number(jump) -> None:
    trial = jump()
    values = values_of(replace(trial, events=trial.events[:1]))

    assert values["trunk_height"].reasons == ("no jump in the window",)
    assert values["trunk_flight_height"].value is None


def test_a_foot_beside_it_tells_its_own_flight_time(jump, make) -> None:
    foot = make.imu(T, np.tile((0.0, 0.0, G), (len(T), 1)), np.zeros((len(T), 3)), site=Site.FOOT, side=Side.LEFT, device="foot-left")
    trial = jump(streams=(foot,))
    seen = Event(Happening.FLIGHT, OFF_S, LAND_S, device="foot-left", u_s=0.003)
    values = values_of(replace(trial, events=(*trial.events, seen)))

    assert values["flight_height"].value == pytest.approx(HEIGHT, abs=1e-9)
    assert values["trunk_height"].value == pytest.approx(HEIGHT, abs=0.006)
