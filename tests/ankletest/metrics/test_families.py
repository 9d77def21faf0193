"""A family of metrics prepares its own evidence, once, and is listed for trials that name it and devices that can tell it."""

import math
from dataclasses import replace

from ankletest.metrics import METRICS, evaluate
from ankletest.metrics.base import Evidence, Metric
from ankletest.metrics.parts import CONTACT_FORCE, CONTACTS, COP, HOLD, MOTION
from ankletest.metrics.profiles import prepare


def test_evidence_of_a_family_is_made_once(make, circle) -> None:
    evidence = prepare(make.stance(make.pad(circle.t, circle.x, circle.y)))
    asked: list[Evidence] = []

    def longest_m(of: Evidence) -> float:
        asked.append(of)
        return math.pi

    assert [evidence.made(longest_m) for _ in range(3)] == [math.pi] * 3
    assert asked == [evidence]
    replace(evidence, window_s=(0.0, 1.0)).made(longest_m)
    assert len(asked) == 2  # of another window it is made again


def test_every_part_is_of_one_family_and_carries_a_profile(make, circle) -> None:
    stance = prepare(make.stance(make.pad(circle.t, circle.x, circle.y)))
    hops = prepare(make.hops([0.2] * 5, [0.4] * 5))

    assert [part.has(stance) for part in (HOLD, COP, MOTION)] == [True, True, False]
    assert [part.has(hops) for part in (CONTACTS, CONTACT_FORCE)] == [True, False]
    assert COP.profile(stance) == "P-COP"
    assert {part.family for part in (HOLD, COP, MOTION)} == {"stance"}


def test_a_trial_that_names_no_family_has_no_numbers(make, circle) -> None:
    trial = make.stance(make.pad(circle.t, circle.x, circle.y), families=())

    assert evaluate(trial) == ()


def test_a_key_is_used_once() -> None:
    keys = [metric.key for metric in METRICS]

    assert len(set(keys)) == len(keys)
    assert all(isinstance(metric, Metric) and metric.source for metric in METRICS)
