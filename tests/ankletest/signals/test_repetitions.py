"""Repetitions of known angles: where they begin, top and end, what is no repetition, and that chunks do not matter."""

import itertools
import math

import numpy as np
import pytest

from ankletest.samples import FloatArray
from ankletest.signals.repetitions import BROKEN, LONG, MOVED, OPEN_END, PARTIAL, SHORT, Repetition, Repetitions, Rules, repetitions

RATE = 100.0
DEG = math.pi / 180.0


def waves(tops_deg: list[float], *, period_s: float = 2.0, rate: float = RATE, lead_s: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Return seconds and raised cosines of these tops, rad, one after another."""
    t = np.arange(round((lead_s + period_s * len(tops_deg) + 1.0) * rate)) / rate
    angle = np.zeros(len(t))
    for i, top in enumerate(tops_deg):
        inside = (t >= lead_s + i * period_s) & (t < lead_s + (i + 1) * period_s)
        angle[inside] = 0.5 * top * DEG * (1.0 - np.cos(2.0 * np.pi * (t[inside] - lead_s) / period_s))
    return t, angle


def accepted(found: list[Repetition]) -> list[Repetition]:
    return [rep for rep in found if not rep.why]


@pytest.mark.parametrize("rate", [60.0, 100.0, 200.0])
def test_every_wave_is_one_repetition_with_its_top(rate: float) -> None:
    tops = [40.0, 41.0, 39.0, 36.0, 30.0, 26.0, 22.0]
    found = repetitions(*waves(tops, rate=rate), rules=Rules())

    assert [rep.why for rep in found] == [""] * 7
    # The top is a sample: at 60 Hz one may lie half a sample off it, A/4 (pi/(rate))^2 of 40 deg.
    assert [math.degrees(rep.top) for rep in found] == pytest.approx(tops, abs=0.03)
    assert [rep.top_s for rep in found] == pytest.approx([2.0 + 2.0 * i for i in range(7)], abs=1.0 / rate)
    assert all(rep.onset_s < rep.held_s < rep.left_s < rep.end_s and rep.descended for rep in found)


def test_crossings_lie_where_the_curve_crosses() -> None:
    found = repetitions(*waves([40.0] * 4), rules=Rules())
    # 20 % and 95 % of a raised cosine: acos(1 - 2 share) / pi of the half period.
    low, high = math.acos(1.0 - 0.4) / math.pi, math.acos(1.0 - 1.9) / math.pi

    last = found[3]  # by now the reference is 40 deg exactly
    assert last.onset_s == pytest.approx(7.0 + low, abs=1e-3)  # the chord of a sample: curvature/8 dt^2
    assert last.held_s == pytest.approx(7.0 + high, abs=1e-3)
    assert last.left_s == pytest.approx(9.0 - high, abs=1e-3)
    assert last.end_s == pytest.approx(9.0 - low, abs=1e-3)


def test_any_chunking_gives_equal_repetitions() -> None:
    t, angle = waves([40.0, 12.0, 38.0, 41.0])
    angle = angle + 0.3 * DEG * np.random.default_rng(1).standard_normal(len(t))
    whole = repetitions(t, angle, rules=Rules())
    for seed in range(5):
        machine, found = Repetitions(), []
        cuts = sorted({0, len(t), *np.random.default_rng(seed).integers(0, len(t), 40).tolist()})
        for a, b in itertools.pairwise(cuts):
            found += machine.feed(t[a:b], angle[a:b])
        assert [*found, *machine.finish()] == whole


def test_what_is_too_low_too_short_or_too_long_is_named() -> None:
    assert [r.why for r in repetitions(*waves([40.0, 40.0, 40.0, 16.0, 40.0]), rules=Rules())] == ["", "", "", PARTIAL, ""]
    assert [r.why for r in repetitions(*waves([40.0], period_s=0.6), rules=Rules())] == [SHORT]
    assert [r.why for r in repetitions(*waves([40.0], period_s=12.0), rules=Rules())] == [LONG]
    assert [r.why for r in repetitions(*waves([40.0], period_s=30.0), rules=Rules(longest_s=60.0))] == [""]


def test_a_step_or_a_carried_foot_is_no_raise() -> None:
    t, angle = waves([40.0] * 3)
    shove = np.zeros(len(t))
    shove[(t > 3.9) & (t < 4.1)] = 6.0

    assert [r.why for r in repetitions(t, angle, shove, rules=Rules())] == ["", MOVED, ""]


def test_a_raise_that_does_not_come_down_ends_in_its_valley() -> None:
    t, angle = waves([40.0, 40.0, 40.0])
    high = np.where((t > 2.0) & (t < 6.0), np.maximum(angle, 18.0 * DEG), angle)
    found = repetitions(t, high, rules=Rules())

    assert [r.why for r in found] == ["", "", ""]
    assert [r.descended for r in found] == [False, False, True]
    assert math.degrees(found[0].low) == pytest.approx(18.0)


def test_missing_samples_break_a_repetition_and_nan_is_missing() -> None:
    t, angle = waves([40.0] * 3)
    hole = angle.copy()
    hole[(t > 3.8) & (t < 4.2)] = np.nan

    assert [r.why for r in repetitions(t, hole, rules=Rules())][:2] == ["", BROKEN]
    assert repetitions(t, np.full(len(t), np.nan), rules=Rules()) == []


def test_one_that_is_still_up_at_the_end_is_not_finished() -> None:
    t, angle = waves([40.0, 40.0])
    machine = Repetitions()
    found = machine.feed(t[t < 4.0], angle[t < 4.0])

    assert machine.up
    assert [r.why for r in [*found, *machine.finish()]] == ["", OPEN_END]
    assert not machine.up
    assert machine.reference == pytest.approx(40.0 * DEG, abs=1e-4)


def test_tremor_on_the_way_does_not_make_two_of_one() -> None:
    t, angle = waves([40.0] * 6)
    shaky = angle * (1.0 + 0.05 * np.sin(2.0 * np.pi * 5.0 * t))  # 2 deg at the top

    assert len(accepted(repetitions(t, shaky, rules=Rules()))) == 6
