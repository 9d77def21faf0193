"""First movements after a cue."""

import numpy as np
import pytest

from ankletest.samples import FloatArray
from ankletest.signals.reaction import Start, first_movement

RATE = 1000.0
T = np.arange(4000) / RATE
WEIGHT = 700.0


def standing(noise: float = 2.0, seed: int = 1) -> FloatArray:
    return WEIGHT + noise * np.random.default_rng(seed).standard_normal(len(T))


def dip(start_s: float, *, depth: float = 280.0, length_s: float = 0.22) -> FloatArray:
    return -depth * np.sin(np.pi * np.clip((T - start_s) / length_s, 0.0, 1.0))


def started(force: FloatArray, *, cue_s: float = 2.0, until_s: float = 3.0) -> Start:
    found = first_movement(T, force, cue_s=cue_s, until_s=until_s)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(20))
def test_a_movement_begins_where_it_leaves_the_limit(seed: int) -> None:
    found = started(standing(seed=seed) + dip(2.25))

    # The limit of 14 N of a dip of 280 N is reached after 0.22/π · asin(0.05) = 3.5 ms; 2 N of noise move that by 0.5 ms.
    assert found.limit_n == pytest.approx(14.0, rel=0.005)
    assert found.t_s == pytest.approx(2.2535, abs=2e-3)
    assert found.weight_n == pytest.approx(WEIGHT, abs=0.3)


def test_unrest_raises_the_limit() -> None:
    found = started(standing(8.0) + dip(2.25))

    assert found.limit_n == pytest.approx(40.0, rel=0.12)
    assert found.t_s == pytest.approx(2.25 + 0.22 / np.pi * np.arcsin(40.0 / 280.0), abs=5e-3)


def test_a_sample_is_no_movement_and_a_push_counts_like_a_dip() -> None:
    force = standing() + dip(2.3)
    force[2100:2120] += 100.0

    assert started(force).t_s == pytest.approx(2.3035, abs=2e-3)
    assert started(standing() - dip(2.25)).t_s == pytest.approx(2.2535, abs=2e-3)


def test_who_moves_before_the_cue_moves_at_the_cue() -> None:
    assert started(standing() + dip(1.99)).t_s == pytest.approx(2.0, abs=2e-3)


def test_without_a_movement_or_a_still_second_there_is_none() -> None:
    assert first_movement(T, standing(), cue_s=2.0, until_s=3.0) is None
    assert first_movement(T, standing() + dip(0.5), cue_s=0.4, until_s=1.0) is None
    keep = (T < 1.2) | (T > 1.9)
    moving = standing() + dip(2.25)
    assert first_movement(T[keep], moving[keep], cue_s=2.0, until_s=3.0) is not None  # a hole within it is no reason
    late = T > 1.2
    assert first_movement(T[late], moving[late], cue_s=2.0, until_s=3.0) is None


def test_a_movement_cut_by_the_take_off_counts() -> None:
    assert started(standing() + dip(2.25), until_s=2.27).t_s == pytest.approx(2.2535, abs=2e-3)
