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
from ankletest.samples import BoolArray, Side, Site
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
    "rate not known": lambda t: each(t, lambda s: replace(s, rate_hz=math.nan)),
}
GONE = ("no streams", "no samples", "one sample", "all NaN", "all infinite")
"""Faults that leave nothing of the samples."""
OF_EVENTS = re.compile(r"ST-0[12]|HP-(0[1-9]|10|12|14|15)|CJ-03i?|HS-0[2456]|SH-0[1-6]|RL-0[1-4]|LU-04")
"""Numbers of instants alone, which the exam found when the samples were whole and which travel with the trial, and entered ones."""


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


@pytest.mark.parametrize("profile", ["P-COP", "P-RAW"])
@pytest.mark.parametrize("fault", SPOILT)
@pytest.mark.parametrize("exam", EXAMS)
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


@pytest.mark.parametrize("fault", ["NaN for 0.3 s", "infinite for 0.3 s", "rows missing for 0.3 s", "saturated"])
def test_a_hole_or_a_saturated_stretch_leaves_no_number_of_sway(fault: str) -> None:
    sway = [value for value in evaluate(SPOILT[fault](done("stance"))) if value.metric.id[:2] in {"SW", "IM"}]

    assert len(sway) > 80
    assert {value.status for value in sway} == {Status.INVALID}
    assert all(value.reasons[0].startswith(("E-GAP", "E-SAT")) for value in sway)


def test_a_hole_of_a_sample_is_closed_and_told() -> None:
    whole, holed = ({v.metric.key: v for v in evaluate(SPOILT[fault](done("stance")))} for fault in ("whole", "NaN for 15 ms"))

    for key, value in holed.items():
        if whole[key].value is not None and value.metric.id[:2] in {"SW", "IM"}:
            assert value.value is not None, key
            assert any("closed" in reason for reason in value.reasons), key
