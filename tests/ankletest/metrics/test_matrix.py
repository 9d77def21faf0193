"""Every number of every exam on spoiled trials: a value with a status, or none with a reason; never a silent zero, never NaN."""

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from ankletest import exams
from ankletest.analysis import replay
from ankletest.device import Choice
from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.checked import unstated
from ankletest.samples import BoolArray, Kind, Side, Site
from ankletest.trial import Setup, Stream, Trial
from drivers.catalog import MODELS
from drivers.codecs import native_imu, native_pad
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.transports.simulator import simulate

Spoil = Callable[[Trial], Trial]
ZERO = {"cv_contact_time", "cv_rsi", "rsi_slope", "rsi_fatigue", "tap_overshoots", "correction_time"}
"""Numbers that may be 0 besides counts and shares of attempts: hops may be alike, a median of
taps have no overshoot, a client need no correction."""
EXAMS = [exam.key for exam in exams.EXAMS]


CHOICES = (
    Choice("pad", native_pad.KEY, "sim:pad", Site.PAD, rate_hz=500.0),
    Choice("foot", native_imu.KEY, "sim:foot", Site.FOOT, Side.LEFT, rate_hz=200.0),
    Choice("shank", native_imu.KEY, "sim:shank", Site.SHANK, Side.LEFT, rate_hz=200.0),
    Choice("lumbar", native_imu.KEY, "sim:lumbar", Site.LUMBAR, rate_hz=200.0),
)
"""A device at every site, so that every exam has the ones it needs."""


@cache
def done(exam: str) -> Trial:
    """Return a trial of a simulated person with a device at every site."""
    asks = exams.by_key(exam).asks
    given = {ask.key: round(0.5 * (ask.least + ask.most), ask.decimals) for ask in asks if not math.isfinite(ask.default)}
    setup = Setup(exam, Side.LEFT, duration_s=30.0, mass_kg=70.0, trial="1", given=given)
    notifications, _ = simulate((setup,), CHOICES, Person(), 3, Faults())
    _, finished = replay(notifications, MODELS)
    assert len(finished) == 1
    return finished[0].trial


def each(trial: Trial, change: Callable[[Stream], Stream]) -> Trial:
    return replace(trial, streams=tuple(change(stream) for stream in trial.streams))


def with_values(stream: Stream, rows: BoolArray, value: float) -> Stream:
    values = stream.values.copy()
    values[rows] = value
    return replace(stream, values=values)


def middle_of(trial: Trial) -> float:
    return 0.5 * (trial.window_s[0] + trial.window_s[1])


def scattered(stream: Stream) -> BoolArray:
    return np.random.default_rng(40).random(len(stream.t_s)) < 0.05


def hole(trial: Trial, length_s: float, value: float) -> Trial:
    at = middle_of(trial)
    return each(trial, lambda s: with_values(s, (s.t_s >= at) & (s.t_s < at + length_s), value))


def missing(trial: Trial, length_s: float) -> Trial:
    """Return the trial without the rows themselves."""
    at = middle_of(trial)

    def cut(s: Stream) -> Stream:
        keep = (s.t_s < at) | (s.t_s >= at + length_s)
        lost = s.lost[keep].copy()
        lost[int(np.searchsorted(s.t_s[keep], at)) : int(np.searchsorted(s.t_s[keep], at)) + 1] = True
        return replace(s, t_s=s.t_s[keep], values=s.values[keep], clipped=s.clipped[keep], lost=lost)

    return each(trial, cut)


SWAPPED, MIRRORED, UPSIDE_DOWN = np.eye(3)[[1, 0, 2]], np.diag((1.0, -1.0, 1.0)), np.diag((1.0, -1.0, -1.0))


def axes(stream: Stream, turn: np.ndarray) -> Stream:
    """Return what a motion sensor with other axes would have sent."""
    return replace(stream, values=np.concatenate((stream.values[:, :3] @ turn.T, stream.values[:, 3:] @ turn.T), axis=1))


def thinned(stream: Stream, every: int) -> Stream:
    rows = slice(None, None, every)
    return replace(
        stream, t_s=stream.t_s[rows], values=stream.values[rows], clipped=stream.clipped[rows], lost=stream.lost[rows],
        rate_hz=stream.rate_hz / every,
    )  # fmt: skip


def shaken(stream: Stream) -> Stream:
    """Return a client who trembles all the time: no still second anywhere."""
    noise = np.random.default_rng(41).standard_normal(stream.values.shape)
    return replace(stream, values=stream.values + noise * (np.array((60.0, 10.0, 10.0)) if stream.kind is Kind.PAD else 1.5))


SPOILT: dict[str, Spoil] = {
    "whole": lambda t: t,
    "no streams": lambda t: replace(t, streams=()),
    "no samples": lambda t: each(t, lambda s: s.between(-2.0, -1.0)),
    "one sample": lambda t: each(t, lambda s: s.between(float(s.t_s[0]), float(s.t_s[1]))),
    "a third of a second": lambda t: each(t, lambda s: s.between(t.window_s[0], t.window_s[0] + 0.33)),
    "a window of a third of a second": lambda t: replace(t, window_s=(t.window_s[0], t.window_s[0] + 0.33)),
    "an empty window": lambda t: replace(t, window_s=(t.window_s[1], t.window_s[1])),
    "a window that is not known": lambda t: replace(t, window_s=(math.nan, math.nan)),
    "half of it": lambda t: each(t, lambda s: s.between(t.span_s[0], middle_of(t))),
    "all NaN": lambda t: each(t, lambda s: with_values(s, np.ones(len(s.t_s), np.bool_), math.nan)),
    "all infinite": lambda t: each(t, lambda s: with_values(s, np.ones(len(s.t_s), np.bool_), math.inf)),
    "NaN here and there": lambda t: each(t, lambda s: with_values(s, scattered(s), math.nan)),
    "NaN for 15 ms": lambda t: hole(t, 0.015, math.nan),
    "NaN for 0.3 s": lambda t: hole(t, 0.3, math.nan),
    "infinite for 0.3 s": lambda t: hole(t, 0.3, -math.inf),
    "rows missing for 0.3 s": lambda t: missing(t, 0.3),
    "saturated": lambda t: each(t, lambda s: replace(s, clipped=np.ones(len(s.t_s), np.bool_))),
    "dead": lambda t: each(t, lambda s: with_values(s, np.ones(len(s.t_s), np.bool_), 0.0)),
    "no events": lambda t: replace(t, events=()),
    "no weight": lambda t: replace(t, body_weight_n=math.nan, setup=replace(t.setup, mass_kg=None)),
    "no hold": lambda t: replace(t, hold_s=math.nan),
    "nothing entered": lambda t: replace(t, setup=replace(t.setup, given={})),
    "infinite here and there": lambda t: each(t, lambda s: with_values(s, scattered(s), math.inf)),
    "huge here and there": lambda t: each(t, lambda s: with_values(s, scattered(s), 1e30)),
    "swapped axes": lambda t: each(t, lambda s: axes(s, SWAPPED) if s.kind is Kind.IMU else s),
    "mirrored axis": lambda t: each(t, lambda s: axes(s, MIRRORED) if s.kind is Kind.IMU else s),
    "upside down": lambda t: each(t, lambda s: axes(s, UPSIDE_DOWN) if s.kind is Kind.IMU else s),
    "pad turned by a quarter": lambda t: each(t, lambda s: replace(s, values=s.values[:, [0, 2, 1]]) if s.kind is Kind.PAD else s),
    "every tenth sample": lambda t: each(t, lambda s: thinned(s, 10)),
    "half the rate announced": lambda t: each(t, lambda s: replace(s, nominal_hz=2.0 * s.rate_hz)),
    "never still": lambda t: each(t, shaken),
    "rate not known": lambda t: each(t, lambda s: replace(s, rate_hz=math.nan)),
}
GONE = ("no streams", "no samples", "one sample", "all NaN", "all infinite")
"""Faults that leave nothing of the samples."""
OF_EVENTS = re.compile(r"ST-0[12]|HP-(0[1-9]|10|12|14|15)|CJ-03i?|HS-0[2456]|SH-0[1-6]|RL-0[1-4]|LU-04")
"""Numbers of instants alone, which the exam found when the samples were whole and which travel with the trial, and entered ones."""


ENTERED = {"LU-04", "ST-01", "ST-02"}
"""Not made of the sensor's samples here."""


def told(value: MetricValue) -> None:
    """Hold one value against the rules of metrics.md 0: no silent zero, a reason for every caveat."""
    record = json.dumps(value.as_json() | {"window": None}, allow_nan=False)  # a window may be unknown, and is then null on paper

    assert (value.value is None) == (value.status is Status.INVALID), record
    assert value.status is Status.OK or value.reasons, record
    assert all(isinstance(reason, str) and reason for reason in value.reasons), record
    if value.value is not None:
        assert math.isfinite(value.value), record
        counted = value.metric.decimals == 0 and value.metric.unit in {"", "%"}
        assert value.value != 0.0 or counted or value.metric.key in ZERO, record
    else:
        assert value.uncertainty is None, record
    assert value.uncertainty is None or (math.isfinite(value.uncertainty) and value.uncertainty >= 0.0), record


@pytest.mark.parametrize("fault", SPOILT)
@pytest.mark.parametrize(("exam", "profile"), [*((exam, "P-COP") for exam in EXAMS), ("stance", "P-RAW")])  # others know no profile
def test_every_number_has_a_value_or_a_reason(exam: str, fault: str, profile: str) -> None:
    for value in evaluate(SPOILT[fault](done(exam)), profile=profile):
        told(value)


@pytest.mark.parametrize("fault", GONE)
@pytest.mark.parametrize("exam", EXAMS)
def test_without_samples_only_what_events_tell_is_told(exam: str, fault: str) -> None:
    found = evaluate(SPOILT[fault](done(exam)))
    invented = [v.metric.key for v in found if v.value is not None and not OF_EVENTS.fullmatch(v.metric.id)]

    assert [key for key in invented if key != "drop_peak"] == []  # whose peak is in the contact's event


@pytest.mark.parametrize("exam", EXAMS)
def test_the_whole_trial_tells_most_of_its_numbers(exam: str) -> None:
    # Else the rules above would hold for nothing.
    found = evaluate(done(exam))

    assert sum(value.value is not None for value in found) > 0.6 * len(found)
    assert any(value.metric.clinical and value.value is not None for value in found)


@pytest.mark.parametrize("exam", EXAMS)
def test_a_number_states_its_uncertainty_or_the_page_says_why_not(exam: str) -> None:
    excused = {key for one in unstated() for key in one.keys}
    found = [value for value in evaluate(done(exam)) if value.value is not None]

    assert {value.metric.key for value in found if value.uncertainty is None} <= excused
    assert {value.metric.key for value in found if value.uncertainty is not None}.isdisjoint(excused)


@pytest.mark.parametrize("fault", ["NaN for 0.3 s", "infinite for 0.3 s", "rows missing for 0.3 s", "saturated"])
def test_a_hole_or_a_saturated_stretch_leaves_no_number_of_sway(fault: str) -> None:
    sway = [value for value in evaluate(SPOILT[fault](done("stance"))) if value.metric.id[:2] in {"SW", "IM"}]

    assert len(sway) > 80
    assert {value.status for value in sway} == {Status.INVALID}
    assert all(value.reasons[0].startswith(("E-GAP", "E-SAT")) for value in sway)


@pytest.mark.parametrize("fault", ["swapped axes", "mirrored axis"])
@pytest.mark.parametrize("exam", ["stance", "lunge", "squat", "plantarflexion", "heel_raise", "taps"])
def test_a_sensor_whose_gyroscope_turns_against_gravity_tells_no_sway_and_no_angle(exam: str, fault: str) -> None:
    # Of simulated people they made RMS acceleration three times as large, and of fifteen heel raises none.
    found = [v for v in evaluate(SPOILT[fault](done(exam))) if v.profile in {"P-ACC", "P-ANG"} and v.metric.id not in ENTERED]

    assert found
    assert {value.status for value in found} == {Status.INVALID}
    assert any("E-CAL: g" in reason or "E-CAL: the g" in reason for value in found for reason in value.reasons)


@pytest.mark.parametrize("exam", EXAMS)
def test_a_box_worn_upside_down_changes_no_number_without_a_word(exam: str) -> None:
    plain, turned = ({v.metric.key: v for v in evaluate(SPOILT[fault](done(exam)))} for fault in ("whole", "upside down"))

    for key, value in turned.items():
        if value.value is not None and plain[key].value is not None and not any("axes:" in reason for reason in value.reasons):
            # A turned box is rounded otherwise by the orientation filter.
            assert value.value == pytest.approx(plain[key].value, rel=0.02, abs=0.02), key


def test_a_hole_of_a_sample_is_closed_and_told() -> None:
    whole, holed = ({v.metric.key: v for v in evaluate(SPOILT[fault](done("stance")))} for fault in ("whole", "NaN for 15 ms"))

    for key, value in holed.items():
        if whole[key].value is not None and value.metric.id[:2] in {"SW", "IM"}:
            assert value.value is not None, key
            assert any("closed" in reason for reason in value.reasons), key
