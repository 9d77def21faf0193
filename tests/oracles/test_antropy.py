"""Sample entropy (SW-16) beside antropy, which counts the same pairs by another way: every offset in turn, or a tree."""

import numpy as np
import pytest

from ankletest.metrics.complexity import TOLERANCE, sample_entropy
from ankletest.samples import FloatArray

antropy = pytest.importorskip("antropy", reason="antropy is not installed; it is in the dependency group 'oracles'")

RNG = np.random.default_rng(7)
SERIES: dict[str, FloatArray] = {
    "gaussian": RNG.normal(size=1200),
    "uniform": RNG.uniform(size=1200),
    "steps of a walk that is pulled back": np.diff(np.convolve(RNG.normal(size=1300), np.exp(-np.arange(100) / 20.0), "valid")),
    "sine": np.sin(2.0 * np.pi * np.arange(1200) / 97.3),
    "as short as is allowed": RNG.normal(size=600),
}
# Both count whole pairs, so only the last bit of a logarithm is left.
ROUNDING = 1e-12


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("m", [1, 2, 3])
def test_sample_entropy_is_the_same_to_the_last_bits(name: str, m: int) -> None:
    x = SERIES[name]

    assert sample_entropy(x, m=m) == pytest.approx(antropy.sample_entropy(x, order=m), abs=ROUNDING)


@pytest.mark.parametrize("share", [0.1, 0.15, 0.3])
def test_sample_entropy_is_the_same_at_other_tolerances(share: float) -> None:
    x = SERIES["gaussian"]

    assert sample_entropy(x, share=share) == pytest.approx(antropy.sample_entropy(x, tolerance=share * float(x.std())), abs=ROUNDING)


def test_its_tree_for_long_records_counts_the_same_pairs() -> None:
    x = np.random.default_rng(8).normal(size=6000)

    assert sample_entropy(x) == pytest.approx(antropy.sample_entropy(x), abs=ROUNDING)
    # The golden value of iid Gaussian samples, at its tolerance (metrics.md 14).
    assert antropy.sample_entropy(x) == pytest.approx(2.185132, abs=0.03)


def test_they_differ_where_samples_lie_at_the_tolerance_itself() -> None:
    """Ours counts pairs up to and with r (Richman & Moorman 2000); its loop for records below 5000 samples counts those below r."""
    x = np.random.default_rng(9).integers(0, 8, size=1000).astype(np.float64)
    r, sd = 1.0, float(x.std())  # whole numbers: a difference of exactly 1 is common

    short = antropy.sample_entropy(x, tolerance=r)

    assert abs(sample_entropy(x, share=(r + 1e-9) / sd) - short) > 0.1
    assert sample_entropy(x, share=(r - 1e-9) / sd) == pytest.approx(short, abs=ROUNDING)


def test_its_tree_counts_those_at_the_tolerance_as_ours_does() -> None:
    x = np.random.default_rng(10).integers(0, 8, size=5000).astype(np.float64)
    r = 1.0

    assert sample_entropy(x, share=(r + 1e-9) / float(x.std())) == pytest.approx(antropy.sample_entropy(x, tolerance=r), abs=ROUNDING)


def test_the_tolerance_is_a_share_of_the_same_standard_deviation() -> None:
    # Theirs by default: 0.2 of the SD with 1/N, as ours; with 1/(N − 1) another 0.08 % of the radius would be asked of 600 samples.
    x = SERIES["as short as is allowed"]

    assert antropy.sample_entropy(x) == antropy.sample_entropy(x, tolerance=TOLERANCE * float(x.std(ddof=0)))
