"""The entries of heel raises on ideal samples: the worked set of metrics.md 9, and a foot that points by 50° (PF)."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue, Status
from ankletest.samples import FloatArray, G, Side, Site
from ankletest.trial import Event, Happening, Outcome, Setup, Trial

RATE = 200.0


def foot(pitch: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what an ideal sensor on a foot of this pitch feels: specific force and rate, (n, 3) each."""
    n = len(pitch)
    acc = np.stack((-G * np.sin(pitch), np.zeros(n), G * np.cos(pitch)), axis=1)
    return acc, np.stack((np.zeros(n), np.gradient(pitch, 1.0 / RATE), np.zeros(n)), axis=1)


def raised(
    make, tops_deg: list[float], *, period_s: float = 2.0, mass: float | None = 70.0, given: dict[str, float] | None = None
) -> Trial:
    t = np.arange(round((4.0 + period_s * len(tops_deg) + 2.0) * RATE)) / RATE
    pitch = np.zeros(len(t))
    for i, top in enumerate(tops_deg):
        inside = (t >= 4.0 + i * period_s) & (t < 4.0 + (i + 1) * period_s)
        pitch[inside] = 0.5 * math.radians(top) * (1.0 - np.cos(2.0 * np.pi * (t[inside] - 4.0) / period_s))
    acc, gyro = foot(pitch)
    setup = Setup("heel_raise", Side.LEFT, mass_kg=mass, given=given if given is not None else {"lever_m": 0.16})
    events = (Event(Happening.PHASE, 0.0, note="still"), Event(Happening.PHASE, 3.5, note="raise"))
    span = (0.0, float(t[-1]))
    return Trial(
        setup, Outcome.COMPLETED, (), span, (3.5, span[1]), events, (make.imu(t, acc, gyro, site=Site.FOOT, side=Side.LEFT),),
        families=("heel_raise",),
    )  # fmt: skip


def values_of(trial: Trial) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial)}


def test_the_worked_set_of_25_raises(make) -> None:
    found = values_of(raised(make, [40.0] * 25))
    # The 6 Hz filter takes 2e-4 off a top of 0.5 Hz, and the vertical is held to about as much.
    near = {"raises": 25.0, "raise_rom": 40.0, "raise_height": 10.2846, "raise_work": 1765.006, "raise_displacement": 257.115,
            "raise_cadence": 30.0, "raise_rate": 62.8319}  # fmt: skip

    assert {key: found[key].value for key in near} == pytest.approx(near, rel=2e-3)
    assert found["raises"].value == 25.0
    assert found["raise_cadence"].value == pytest.approx(30.0, abs=0.01)
    assert found["raise_fatigue"].value == pytest.approx(0.0, abs=0.2)
    assert all(found[key].status is Status.OK for key in near)
    assert found["raise_hold"].value == pytest.approx(2.0 * math.acos(0.9) / math.pi, abs=0.02)  # above 95 % of a raised cosine


def test_heights_that_fall_are_fatigue(make) -> None:
    found = values_of(raised(make, [40.0, 40.0, 40.0, 38.0, 36.0, 36.0, 36.0]))

    assert found["raise_fatigue"].value == pytest.approx(8.556848, abs=0.1)  # 36° against 40°, metrics.md HR-08
    slope = found["raise_slope"].value
    assert slope is not None
    assert slope < -1.0


def test_partial_raises_do_not_count(make) -> None:
    found = values_of(raised(make, [40.0, 40.0, 40.0, 40.0, 27.0, 15.0, 40.0]))

    assert found["raises"].value == 6
    assert found["raises_70"].value == 5
    assert any("not counted: partial" in reason for reason in found["raises"].reasons)


def test_two_raises_are_counted_but_too_few_for_anything_else(make) -> None:
    found = values_of(raised(make, [40.0, 40.0]))

    assert found["raises"].value == 2
    assert "E-SHORT: 2 raises, 3 needed" in found["raise_work"].reasons
    assert found["raise_cadence"].value is None


def test_no_quiet_second_no_number(make) -> None:
    trial = raised(make, [40.0] * 5)
    stream = trial.streams[0]
    shaken = stream.values + 3.0 * np.random.default_rng(1).standard_normal(stream.values.shape)
    found = values_of(replace(trial, streams=(replace(stream, values=shaken),)))

    assert found["raises"].status is Status.INVALID
    assert any(reason.startswith("E-REST") for reason in found["raises"].reasons)


def test_a_pure_rotation_of_50_degrees_is_50(make) -> None:
    t = np.arange(round(12.0 * RATE)) / RATE
    out = np.clip((t - 5.0) / 1.0, 0.0, 1.0) - np.clip((t - 8.0) / 1.0, 0.0, 1.0)
    acc, gyro = foot(math.radians(50.0) * out * out * (3.0 - 2.0 * out))
    events = (Event(Happening.PHASE, 0.0, note="still"), Event(Happening.PHASE, 4.0, note="point"))
    still = np.tile([0.0, 0.0, G], (len(t), 1)), np.zeros((len(t), 3))
    streams = (
        make.imu(t, acc, gyro, site=Site.FOOT, side=Side.LEFT, certificate="of a test"),
        make.imu(t, *still, site=Site.SHANK, side=Side.LEFT),
    )
    span = (0.0, float(t[-1]))
    setup = Setup("plantarflexion", Side.LEFT)
    trial = Trial(setup, Outcome.COMPLETED, (), span, (4.0, span[1]), events, streams, families=("plantarflexion",))
    found = values_of(trial)

    assert found["plantarflexion_range"].value == pytest.approx(50.000, abs=0.02)  # PF-01; the filter is a discrete one
    assert found["plantarflexion_range"].status is Status.OK
    tipped = math.degrees(2.0 * math.sin(math.radians(25.0)) * 0.002)  # and a gyroscope whose scale is known to 0.1 %
    assert found["plantarflexion_range"].uncertainty == pytest.approx(math.hypot(tipped, 0.05), rel=0.01)


def test_time_under_tension_is_from_a_fifth_of_the_reference_to_a_fifth(make) -> None:
    found = values_of(raised(make, [40.0] * 12))
    # 20° (1 − cos πt) passes 8°, a fifth of 40°, after acos(0.6)/π s, and as long before its end; the first opens below the first
    # reference of 15°, 3° after acos(0.85)/π.
    each, first = 2.0 - 2.0 * math.acos(0.6) / math.pi, (math.acos(0.6) - math.acos(0.85)) / math.pi

    assert found["raise_tension"].value == pytest.approx(12.0 * each + first, abs=0.01 * 12)  # two samples of 5 ms a raise
    assert found["raise_up"].value == pytest.approx(found["raise_down"].value, abs=0.03)


def test_a_knee_that_bends_in_a_raise_is_counted(make) -> None:
    trial = raised(make, [40.0] * 6)
    t = trial.streams[0].t_s
    tilt = np.zeros(len(t))
    for number, top in ((1, 20.0), (4, 25.0), (5, 12.0)):  # 12° is a shin that follows, not a knee that bends
        inside = (t >= 4.0 + 2.0 * number) & (t < 6.0 + 2.0 * number)
        tilt[inside] = 0.5 * math.radians(top) * (1.0 - np.cos(np.pi * (t[inside] - 4.0)))
    shank = make.imu(t, *foot(tilt), site=Site.SHANK, side=Side.LEFT)
    found = values_of(replace(trial, streams=(*trial.streams, shank)))

    assert found["raise_knee"].value == 2.0
    assert found["raises"].value == 6.0


BEAT_MS = 5.0
"""The orientation's filter and the 6 Hz low-pass move crossings of quick and slow raises by less than this."""


def on_beat(make, late_s: list[float], *, beats: float = 60.0, lowers: float = 3.0) -> Trial:
    """Return raises of 2 s on a metronome of one beat up and ``lowers`` down, each so late."""
    period = 60.0 / beats * (1.0 + lowers)
    t = np.arange(round((4.0 + period * len(late_s) + 2.0) * RATE)) / RATE
    pitch = np.zeros(len(t))
    for number, late in enumerate(late_s):
        start = 4.0 + number * period + late
        inside = (t >= start) & (t < start + 2.0)
        pitch[inside] = 0.5 * math.radians(40.0) * (1.0 - np.cos(np.pi * (t[inside] - start)))
    setup = Setup("heel_raise", Side.LEFT, mass_kg=70.0, given={"lever_m": 0.16, "beats": beats, "lowers": lowers})
    cues = [
        Event(Happening.PHASE, 4.0 + number * period + (60.0 / beats if name == "down" else 0.0), note=name)
        for number in range(len(late_s))
        for name in ("up", "down")
    ]
    span = (0.0, float(t[-1]))
    return Trial(
        setup, Outcome.COMPLETED, (), span, (4.0, span[1]), (Event(Happening.PHASE, 0.0, note="still"), *cues),
        (make.imu(t, *foot(pitch), site=Site.FOOT, side=Side.LEFT),), families=("heel_raise",),
    )  # fmt: skip


@pytest.mark.parametrize(("late", "within"), [(0.0, 100.0), (0.2, 100.0), (0.5, 100.0), (1.0, 0.0)])
def test_lifts_and_lowers_are_told_against_the_beat(make, late: float, within: float) -> None:
    found = values_of(on_beat(make, [0.0, late] * 6))

    assert found["raises"].value == 12
    assert found["beat_error"].value == pytest.approx(500.0 * late, abs=BEAT_MS)  # the mean lateness is the habit: half is left, either way
    assert found["beat_within"].value == within  # a tenth of 4 s is 0.4 s
    assert found["beat_error"].uncertainty is None


def test_who_is_always_late_by_the_same_keeps_the_beat(make) -> None:
    found = values_of(on_beat(make, [0.6] * 8))
    assert found["beat_error"].value == pytest.approx(0.0, abs=BEAT_MS)
    assert found["raise_off_beat"].value == 0


def test_without_a_metronome_there_is_no_beat(make) -> None:
    found = values_of(raised(make, [40.0] * 6))
    assert found["beat_error"].value is None
    assert "no metronome in this run" in found["beat_within"].reasons
