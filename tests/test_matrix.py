"""A slice of the matrix of algorithms.md 10.4: rates, sites, losses, intervals, clocks; the whole of it is `python -m bench matrix`."""

import pytest

from ankletest.samples import Site
from bench.matrix import HOPS, Condition, conditions, run
from drivers.people.faults import Faults

SEEDS = range(3)
BAD = Faults(loss=0.05, interval_s=0.04875, ppm=60.0, jitter_s=0.010, hiccup=0.05)


# Bias and SD of a contact time, ms: one and a half times what algorithms.md 1 and 2 expect of such contacts (10.4).
@pytest.mark.parametrize(
    ("site", "rate_hz", "bias_ms", "sd_ms"),
    [
        (Site.PAD, 1000.0, 0.5, 0.5),
        (Site.PAD, 200.0, 1.5, 1.0),
        (Site.PAD, 80.0, 3.0, 3.0),
        (Site.FOOT, 200.0, 3.0, 6.0),
        (Site.LUMBAR, 200.0, 5.0, 5.0),
    ],
)
def test_over_a_good_radio_every_hop_is_told_and_true(site: Site, rate_hz: float, bias_ms: float, sd_ms: float) -> None:
    out = run(Condition(site, rate_hz), SEEDS)

    assert out.true == len(SEEDS) * HOPS
    assert (out.told, out.extra, out.wrong) == (out.true, 0, 0)
    assert abs(out.bias_ms) < bias_ms
    assert out.sd_ms < sd_ms


@pytest.mark.parametrize("site", [Site.PAD, Site.FOOT, Site.LUMBAR])
def test_what_a_bad_radio_hides_is_left_out_and_never_told_wrongly(site: Site) -> None:
    out = run(Condition(site, 200.0, BAD), SEEDS)

    assert 0 < out.told < out.true  # notifications of 40 ms: one that is lost at an edge hides a hop
    assert (out.extra, out.wrong) == (0, 0)
    assert abs(out.bias_ms) < 3.0


def test_a_gyro_that_clips_tells_no_contact_time() -> None:
    out = run(Condition(Site.FOOT, 200.0, Faults(gyro_range_dps=500.0)), SEEDS)

    assert (out.told, out.left_out) == (0, out.true)


def test_the_benchmark_has_every_factor() -> None:
    rows = conditions()

    assert {row.site for row in rows} == {Site.PAD, Site.FOOT, Site.LUMBAR}
    assert {row.rate_hz for row in rows} >= {80.0, 100.0, 200.0, 400.0, 1000.0}
    assert {row.faults.loss for row in rows} >= {0.0, 0.01, 0.05}
    assert {row.faults.ppm for row in rows} >= {-60.0, 60.0}
    assert {row.faults.interval_s for row in rows} >= {0.0075, 0.015, 0.04875}
    assert {row.faults.gyro_range_dps for row in rows} == {500.0, 2000.0}
