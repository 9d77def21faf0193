"""The research tier of CoP sway in a trial: its numbers are those of the formulas on the trace, and what is missing is told."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import lfilter

from ankletest.metrics import METRICS, boundary, complexity, diffusion, evaluate, spectrum
from ankletest.metrics.base import MetricValue, Status, Tier
from ankletest.metrics.profiles import prepare
from ankletest.samples import FloatArray
from ankletest.trial import Trial

IDS = {f"SW-{n:02}" for n in (8, 12, 13, 14, 15, 16, 17, 18, 19, 21)}
FOOT = {"foot_length_m": 0.26, "foot_width_m": 0.10}
PAD = {"noise_cell_n": 0.3, "half_span_mm": 200.0}


def wander(seconds: float, *, rate: float = 100.0, seed: int = 1) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return times and a sway of slow waves and a walk that is pulled back, mm."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    axes = []
    for slow in (0.23, 0.31):
        walk = lfilter([1.0], [1.0, 1.0 / rate - 1.0], rng.standard_normal(len(t)) * 10.0 / math.sqrt(rate))
        axes.append(3.0 * np.sin(2.0 * np.pi * slow * t) + walk)
    return t, axes[0], axes[1]


def research(trial: Trial, profile: str | None = None) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial, profile=profile) if value.metric.id in IDS}


@pytest.fixture(scope="module")
def minute() -> tuple[FloatArray, FloatArray, FloatArray]:
    return wander(60.0)


def of_a_foot(trial: Trial) -> Trial:
    return replace(trial, setup=replace(trial.setup, given=FOOT))


def test_a_minute_on_a_good_pad_tells_every_number(make, minute) -> None:
    found = research(of_a_foot(make.stance(make.pad(*minute, **PAD))))

    assert {value.metric.id for value in found.values()} == IDS
    for key, value in found.items():
        assert value.status is Status.OK, (key, value.reasons)
        assert math.isfinite(value.value)
        assert value.profile == "P-COP"
        assert value.n_used > 0
        assert value.metric.tier is Tier.RESEARCH


def test_the_numbers_are_those_of_the_formulas_on_the_trace(make, minute) -> None:
    trial = of_a_foot(make.stance(make.pad(*minute, **PAD)))
    found = {key: value.value for key, value in research(trial).items()}
    cop = prepare(trial).cop
    x, y = cop.x_mm, cop.y_mm
    moments = spectrum.moments(spectrum.welch_density(y, rate_hz=100.0), band_hz=(0.15, 5.0))
    planar = diffusion.regions(diffusion.mean_square_mm2(x, 1000) + diffusion.mean_square_mm2(y, 1000), rate_hz=100.0)

    assert found["power_ap"] == pytest.approx(moments.power, rel=1e-12)
    assert found["f95_ap"] == pytest.approx(moments.f95_hz, rel=1e-12)
    assert found["diffusion_short_planar"] == pytest.approx(planar.short_mm2_s, rel=1e-12)
    assert found["hurst_long_planar"] == pytest.approx(planar.long_exponent, rel=1e-12)
    assert found["dfa_ml"] == complexity.fluctuation(x).alpha
    assert found["dfa_break_ml"] == complexity.fluctuation(x).break_n / 100.0
    assert found["ttb_mean_ap"] == boundary.time_to_boundary(y, rate_hz=100.0, half_mm=130.0).mean_s
    assert found["ttb_least_ml"] == boundary.time_to_boundary(x, rate_hz=100.0, half_mm=50.0).least_s
    assert found["sway_density"] == pytest.approx(float(np.nanmean(boundary.stay_s(x, y, rate_hz=100.0))))
    assert found["power_slow_ml"] + found["power_middle_ml"] + found["power_fast_ml"] == pytest.approx(1.0, abs=1e-9)


def test_thirty_seconds_are_few_for_diffusion_and_enough_for_the_rest(make) -> None:
    found = research(of_a_foot(make.stance(make.pad(*wander(30.0), **PAD))))

    for key, value in found.items():
        few = value.metric.id in {"SW-15", "SW-17"}
        assert value.status is (Status.WARN if few else Status.OK), (key, value.reasons)
        assert (value.reasons[0] == "E-SHORT: 30.0 s analysed, 60 s recommended for this number") if few else value.value is not None


def test_twenty_seconds_have_a_spectrum_and_fifteen_have_none(make) -> None:
    twenty, fifteen = (research(of_a_foot(make.stance(make.pad(*wander(seconds), **PAD)))) for seconds in (20.0, 15.0))
    invalid = {value.metric.id for value in twenty.values() if value.status is Status.INVALID}

    assert invalid == {"SW-15", "SW-16", "SW-17"}
    assert {v.metric.id for v in fifteen.values() if v.status is Status.INVALID} == {"SW-14", "SW-15", "SW-16", "SW-17"}
    assert fifteen["power_ml"].reasons[0] == "E-SHORT: 15.0 s analysed, 20 s needed for this number"
    assert twenty["sample_entropy_ml"].reasons[0] == "E-SHORT: 20.0 s analysed, 30 s needed for this number"


def test_entropy_is_that_of_steps_at_twenty_hertz(make) -> None:
    found = research(make.stance(make.pad(*wander(30.0))))["sample_entropy_ap"]

    assert found.n_used == 599  # the differences of 600 samples
    assert 0.3 < found.value < 2.3  # between regular and Gaussian noise


def test_raw_samples_have_the_shape_but_not_the_structure(make, minute) -> None:
    found = research(of_a_foot(make.stance(make.pad(*minute))), "P-RAW")
    told = {value.metric.id for value in found.values() if value.value is not None}

    assert told == {"SW-08", "SW-12", "SW-13"}
    assert "not for P-RAW" in found["power_ml"].reasons[0]


def test_without_an_entered_foot_there_is_no_time_to_its_boundary(make, minute) -> None:
    trial = make.stance(make.pad(*minute))
    half = replace(trial, setup=replace(trial.setup, given={"foot_length_m": 0.26}))
    small = replace(trial, setup=replace(trial.setup, given={"foot_length_m": 0.01, "foot_width_m": 0.01}))

    assert research(trial)["ttb_mean_ml"].reasons[0] == "no width of the foot was entered"
    assert research(half)["ttb_mean_ml"].value is None
    assert research(half)["ttb_mean_ap"].value is not None
    assert any("about the mean CoP" in reason for reason in research(half)["ttb_mean_ap"].reasons)
    assert research(small)["ttb_sd_ml"].reasons[0] == "the CoP leaves a foot of the width entered, 10 mm"


def test_the_noise_floor_is_told_where_the_pad_is_known(make, minute) -> None:
    known, unknown = (research(make.stance(make.pad(*minute, **more))) for more in (PAD, {}))
    loud = research(make.stance(make.pad(*minute, noise_cell_n=30.0, half_span_mm=200.0)))
    velocity = next(v for v in evaluate(make.stance(make.pad(*minute))) if v.metric.key == "velocity").value
    floor = known["noise_velocity"].value

    assert known["velocity_without_noise"].value == pytest.approx(math.sqrt(velocity**2 - floor**2))
    assert unknown["noise_velocity"].status is Status.INVALID
    assert "not known" in unknown["noise_velocity"].reasons[0]
    assert loud["noise_velocity"].value > velocity
    assert loud["velocity_without_noise"].status is Status.INVALID
    assert loud["velocity_without_noise"].reasons[0].startswith("SW-21")


def test_the_floor_is_what_a_dead_weight_shows(make) -> None:
    rng = np.random.default_rng(22)
    t = np.arange(30_000) / 1000.0
    sigma = 2.0 * 200.0 * 0.5 / 686.4655  # the pad's own noise under 70 kg
    found = {v.metric.key: v.value for v in evaluate(make.stance(
        make.pad(t, sigma * rng.standard_normal(30_000), sigma * rng.standard_normal(30_000), noise_cell_n=0.5, half_span_mm=200.0)
    ))}  # fmt: skip

    assert found["velocity"] == pytest.approx(found["noise_velocity"], rel=0.05)  # a mean over some 600 independent steps: ±2 %


def test_uncertainty_of_the_shape_covers_what_noise_does_to_it(make, minute) -> None:
    t, x, y = minute
    rng = np.random.default_rng(23)
    known = {"noise_cell_n": 0.3, "half_span_mm": 200.0}
    sigma = 2.0 * 200.0 * 0.3 / 686.4655
    clean = research(make.stance(make.pad(t, x, y, **known)))
    noisy = research(make.stance(make.pad(t, x + sigma * rng.standard_normal(len(t)), y + sigma * rng.standard_normal(len(t)), **known)))

    for key in ("circle_area", "fractal_dimension", "length_per_area"):
        off = abs(noisy[key].value - clean[key].value)
        assert off < 3.0 * noisy[key].uncertainty + 1e-3 * clean[key].value, key  # k = 3, and the filter's ends
        assert noisy[key].uncertainty < 0.1 * noisy[key].value


def test_a_calm_client_stays_near_for_longer(make) -> None:
    t, x, y = wander(30.0)
    calm, lively = (research(make.stance(make.pad(t, k * x, k * y)))["sway_density"].value for k in (0.5, 2.0))
    still = research(make.stance(make.pad(t, 0.02 * x, 0.02 * y)))["sway_density"]

    assert calm > lively
    assert still.status is Status.INVALID
    assert still.n_rejected > 1500
    assert "for most samples" in still.reasons[0]


def test_sway_along_a_line_has_no_shape_and_no_structure_across(make) -> None:
    t, x, _ = wander(60.0)
    found = research(make.stance(make.pad(t, x, np.zeros(len(t)))))

    for key in ("power_ap", "f50_ap", "diffusion_short_ap", "sample_entropy_ap", "dfa_ap", "fractal_dimension", "length_per_area"):
        assert found[key].status is Status.INVALID, key
        assert found[key].reasons
    assert found["power_ml"].status is Status.OK
    assert found["diffusion_short_planar"].value == pytest.approx(found["diffusion_short_ml"].value, rel=1e-9)


def test_structures_are_made_once_of_a_trial(make, minute) -> None:
    evidence = prepare(make.stance(make.pad(*minute)))
    for metric in METRICS:
        if metric.id == "SW-15":
            metric.of(evidence)

    assert sum(getattr(make_, "__name__", "") == "diffusions" for make_ in evidence.kept) == 1
