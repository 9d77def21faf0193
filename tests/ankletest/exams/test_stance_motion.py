import math

import numpy as np
import padded as people
import pytest
from padded import happened, phases, standing

from ankletest.samples import G, Site
from ankletest.trial import Happening, Outcome, Setup


def worn(member: object, *, length_s: float = 20.0, spike_s: float = math.nan, lean_s: float = math.nan) -> object:
    rng = np.random.default_rng(3)
    t = np.arange(0.0, length_s, 1.0 / member.nominal_hz)
    values = rng.normal(0.0, 0.02, (len(t), 6))
    values[:, 2] += G
    hit = (t >= spike_s) & (t < spike_s + 0.03)
    values[hit, 2] = 3.0 * G
    values[hit, 4] = 4.0
    leaning = (t >= lean_s) & (t < lean_s + 1.0)
    values[leaning, 0], values[leaning, 2] = G * math.sin(0.7), G * math.cos(0.7)
    return people.Samples(member, t, values)


def test_without_a_pad_the_countdown_starts_the_stance(stance: Setup) -> None:
    played = people.play(stance, [worn(people.foot_member())])
    trial = played.trial()

    assert phases(played) == ["countdown", "lead-in", "hold", "done"]
    assert trial.outcome is Outcome.COMPLETED
    assert trial.window_s == pytest.approx((6.0, 16.0))
    assert math.isnan(trial.body_weight_n)
    assert [number.key for number in played.run.live()] == ["acc_rms", "gyro_rms"]
    assert all(number.value is not None for number in played.run.live())


@pytest.mark.parametrize("seed", range(2))
def test_any_chunking_of_motion_gives_equal_changes(stance: Setup, seed: int) -> None:
    devices = [worn(people.foot_member(), spike_s=9.0)]

    assert repr(people.play(stance, devices).changes) == repr(people.play(stance, devices, seed=seed).changes)


def test_a_stance_foot_that_hops_is_seen_by_its_sensor(stance: Setup) -> None:
    trial = people.play(stance, [worn(people.foot_member(), spike_s=9.0)]).trial()

    assert [round(e.t_s, 1) for e in happened(trial, Happening.STANCE_HOP)] == [9.0]
    assert trial.outcome is Outcome.NOT_HELD


def test_a_trunk_that_leans_is_large_sway_and_does_not_end_the_hold(stance: Setup) -> None:
    trial = people.play(stance, [worn(people.foot_member(site=Site.LUMBAR), lean_s=9.0)]).trial()

    assert happened(trial, Happening.LARGE_SWAY)
    assert trial.outcome is Outcome.COMPLETED


def test_with_both_the_pad_drives_and_the_sensor_adds_its_errors(stance: Setup) -> None:
    pad, foot = standing(), worn(people.foot_member(), spike_s=9.0)
    played = people.play(stance, [foot, pad])
    trial = played.trial()

    assert phases(played) == ["step on", "settle", "lead-in", "hold", "done"]
    assert [e.device for e in happened(trial, Happening.STANCE_HOP)] == ["foot-left"]


def test_a_lost_sensor_beside_a_pad_is_a_remark(stance: Setup) -> None:
    pad, foot = standing(), worn(people.foot_member())
    played = people.play(stance, [pad, foot], until_s=8.0, stop=False)

    assert played.run.lose("foot-left", 8.0, "battery") == []
    played.run.stop(8.0, "")
    assert "foot-left was lost during the run (battery)" in played.trial().reasons
