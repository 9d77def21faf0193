"""Which taps count, and what is said of the others."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue, Status
from ankletest.trial import Event, Happening, Outcome, Trial

RATE = 100.0
EVERY_S = 14.0
TAU = 0.4
SIZE = 30.0


def tapped(make, lengths: Sequence[float], *, u_s: float = 0.001, invalid: int = 0, noise: float = 0.3, **more: object) -> Trial:
    """Return a stance with a tap every 14 s; an answer decays, or stays for so long where ``lengths`` is finite."""
    t = np.arange(round((len(lengths) * EVERY_S + 8.0) * RATE)) / RATE
    rng = np.random.default_rng(5)
    x, y = noise * rng.standard_normal((2, len(t)))
    taps = [EVERY_S * (number + 0.5) for number in range(len(lengths))]
    for at, length in zip(taps, lengths, strict=True):
        since = t - at
        x += np.where(since < 0.0, 0.0, SIZE * np.exp(-since / TAU) if math.isinf(length) else SIZE * (since < length))
    events = tuple(
        Event(Happening.TAP, at, device="foot", valid=n >= invalid, note="touch-down" if n < invalid else "", u_s=u_s)
        for n, at in enumerate(taps)
    )  # fmt: skip
    usual = {"families": ("taps",), "events": events}
    return make.stance(make.pad(t, x, y), **(usual | more))


def values(trial: Trial) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial)}


DECAYS = (math.inf,) * 5


def test_the_median_of_five_answers_is_that_of_the_closed_form(make) -> None:
    got = values(tapped(make, DECAYS))

    # A step low-passed at 10 Hz overshoots by some 6 %, and falls by 1/40 in its first sample.
    assert got["tap_peak"].value == pytest.approx(SIZE, rel=0.08)
    # Moving RMS of ±120 ms of e^(−t/τ) is larger by √(sinh(2w/τ)/(2w/τ)), w = 0.125 s: 3 %, or 13 ms; the limit is 0.3 mm of noise
    # in two axes under 10 Hz, μ + 2σ of it about 0.25 mm.
    assert got["tap_recovery"].value == pytest.approx(TAU * math.log(SIZE / 0.25), abs=0.25)
    assert {value.status for value in got.values()} == {Status.OK}
    assert {value.n_used for value in got.values()} == {5}
    assert "tap_peak_acc" not in got
    assert all(value.uncertainty is not None for key, value in got.items() if key != "tap_overshoots")


def test_four_taps_are_too_few_and_a_spoiled_one_is_named(make) -> None:
    four, six = values(tapped(make, DECAYS[:4])), values(tapped(make, (math.inf,) * 6, invalid=1))

    assert four["tap_peak"].value is None
    assert four["tap_peak"].reasons[0] == "E-SHORT: 4 usable taps, 5 needed"
    assert six["tap_peak"].n_used == 5
    assert six["tap_peak"].n_rejected == 1
    assert "tap 1 left out: touch-down" in six["tap_peak"].reasons


def test_a_tap_without_recovery_counts_as_the_longest(make) -> None:
    one, most = values(tapped(make, (7.0, *DECAYS[:4]))), values(tapped(make, (7.0, 7.0, 7.0, *DECAYS[:2])))

    assert one["tap_recovery"].value == pytest.approx(TAU * math.log(SIZE / 0.25), abs=0.3)
    assert "1 of 5 taps were not recovered from within 6 s" in one["tap_recovery"].reasons
    assert most["tap_recovery"].value is None
    assert most["tap_recovery"].reasons[0].startswith("3 of 5 taps were not recovered")
    assert most["tap_peak"].value is not None


def test_taps_by_the_key_are_a_caveat(make) -> None:
    got = values(tapped(make, DECAYS, u_s=0.1))

    assert got["tap_recovery"].status is Status.WARN
    assert any(reason.startswith("timing: taps by the key") for reason in got["tap_recovery"].reasons)


def test_a_tap_too_near_the_ends_or_a_gap_has_no_answer(make) -> None:
    trial = tapped(make, (math.inf,) * 7)
    pad = trial.streams[0]
    first, third = (event.t_s for event in trial.events[:3:2])
    keep = (pad.t_s > first - 3.0) & ~((pad.t_s > third + 0.5) & (pad.t_s < third + 0.8))
    cut = replace(pad, t_s=pad.t_s[keep], values=pad.values[keep], clipped=pad.clipped[keep], lost=pad.lost[keep])
    got = values(replace(trial, streams=(cut,)))["tap_peak"]

    assert got.n_used == 5
    assert got.n_rejected == 2
    assert any(reason.startswith("tap 1 left out: E-SHORT") for reason in got.reasons)
    assert any(reason.startswith("tap 3 left out: E-GAP") for reason in got.reasons)


def test_an_empty_trial_has_reasons_and_no_numbers(make) -> None:
    empty = replace(tapped(make, DECAYS), streams=(), events=(), outcome=Outcome.COMPLETED)
    found = evaluate(empty)

    assert found
    assert all(value.value is None and value.reasons for value in found)


def test_a_lumbar_sensor_answers_in_acceleration(make) -> None:
    t = np.arange(round(80.0 * RATE)) / RATE
    rng = np.random.default_rng(8)
    acc = np.column_stack((0.02 * rng.standard_normal((len(t), 2)), np.full(len(t), 9.80665)))
    events = []
    for at in 7.0 + EVERY_S * np.arange(5):
        acc[:, 0] += np.where(t < at, 0.0, 2.0 * np.exp(-(t - at) / TAU))
        events.append(Event(Happening.TAP, float(at), device="lumbar", u_s=0.001))
    got = values(make.stance(make.imu(t, acc, np.zeros((len(t), 3))), families=("taps",), events=tuple(events)))

    assert set(got) == {"tap_peak_acc", "tap_recovery_acc"}
    assert got["tap_peak_acc"].value == pytest.approx(2.0, rel=0.15)  # the low-pass, and the filter that takes a little of it for tilt
    assert "site: lumbar" in got["tap_peak_acc"].reasons
