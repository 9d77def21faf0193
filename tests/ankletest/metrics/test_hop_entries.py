import math
from dataclasses import replace

import numpy as np
import pytest

from ankletest.metrics import evaluate
from ankletest.metrics.base import MetricValue, Status
from ankletest.samples import G, Site
from ankletest.trial import Happening, Trial

CT, FT, M = 0.2, 0.4, 70.0
REFERENCE = {
    "contact_time": 0.2, "flight_time": 0.4, "jump_height": 0.196133, "rsi": 0.980665, "flight_contact_ratio": 2.0, "rsi_10_5": 0.980665,
    "contact_time_10_5": 0.2, "flight_time_10_5": 0.4, "jump_height_10_5": 0.196133, "rsi_10_5_ct250": 0.980665, "stiffness": 23397.1734,
    "stiffness_per_kg": 23.3971734 / 70.0, "modelled_peak_force": 3234.89246, "modelled_peak_force_bw": 4.712389,
    "modelled_compression": 0.138259969, "stiffness_spring_mass": 23611.625,
}  # fmt: skip
"""The hop of metrics.md 4 and 14: CT 0.200 s, FT 0.400 s, 70 kg."""
FORCE_KEYS = {"peak_force", "impact_peak", "time_to_peak", "momentum_balance"}


def numbers(trial: Trial, window: tuple[float, float] | None = None) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial, window_s=window)}


def on_pad(make, half_sine, *, rate: float = 1000.0, count: int = 10, gain: float = 1.0, **more: object) -> Trial:
    trial = make.hops([CT] * count, [FT] * count, u_s=0.001)
    t = np.arange(round(trial.span_s[1] * rate) + 5) / rate
    force = gain * half_sine(t, trial, ct=CT, ft=FT, mass=M)
    return replace(trial, streams=(make.pad(t, np.zeros(len(t)), np.zeros(len(t)), force=force, device="pad", **more),))


def test_ten_reference_hops_give_the_golden_numbers(make) -> None:
    found = numbers(make.hops([CT] * 10, [FT] * 10))

    for key, golden in REFERENCE.items():
        assert found[key].value == pytest.approx(golden, rel=1e-6), key  # tolerance of metrics.md 14
        assert found[key].status is Status.OK, key
        assert found[key].n_used == (5 if "10_5" in key else 10)
    assert found["cv_contact_time"].value == pytest.approx(0.0, abs=1e-9)
    assert found["rsi_slope"].value == pytest.approx(0.0, abs=1e-9)
    assert FORCE_KEYS.isdisjoint(found)


def test_force_under_the_hops_gives_peak_time_and_balance(make, half_sine) -> None:
    found = numbers(on_pad(make, half_sine, noise_n=2.0))

    assert found["peak_force"].value == pytest.approx(4.712389, rel=2e-4)  # 1 ms past the summit of 200 ms: (π/400)²/2
    assert found["time_to_peak"].value == pytest.approx(0.1, abs=6e-4)  # a sample of 1 ms
    assert found["momentum_balance"].value == pytest.approx(1.0, abs=1e-4)  # trapezoid of a half-sine at 1 ms: 2e-5
    assert found["momentum_balance"].status is Status.OK
    assert found["peak_force"].uncertainty == pytest.approx(2.0 / (M * G) / math.sqrt(10.0))
    assert found["impact_peak"].status is Status.INVALID  # a half-sine has none
    assert found["impact_peak"].reasons[0].startswith("E-SHORT: an impact peak in 0 of 10 hops")
    assert found["peak_force"].profile == "P-FJUMP"


def test_a_pad_that_weighs_wrong_is_told_by_its_impulse(make, half_sine) -> None:
    found = numbers(on_pad(make, half_sine, gain=1.05))["momentum_balance"]

    assert found.value == pytest.approx(1.05, abs=1e-4)
    assert found.status is Status.WARN
    assert found.reasons[0].startswith("HP-16")


def test_a_peak_at_the_end_of_the_range_is_at_least_that(make, half_sine) -> None:
    trial = on_pad(make, half_sine)
    pad = trial.streams[0]
    found = numbers(replace(trial, streams=(replace(pad, clipped=pad.values[:, 0] > 3000.0),)))

    assert found["peak_force"].status is Status.WARN
    assert "≥" in found["peak_force"].reasons[0]
    assert found["momentum_balance"].status is Status.INVALID
    assert found["momentum_balance"].reasons[0].startswith("E-SAT")
    assert found["contact_time"].status is Status.OK  # the edges are far below


def test_an_impact_peak_is_found_under_each_hop(make, half_sine) -> None:
    trial = on_pad(make, half_sine)
    pad = trial.streams[0]
    values = pad.values.copy()
    for event in trial.events:
        if event.what is Happening.CONTACT and event.t_s > 1.0:
            values[:, 0] += 1500.0 * np.exp(-(((pad.t_s - event.t_s - 0.02) / 0.005) ** 2))
    found = numbers(replace(trial, streams=(replace(pad, values=values),)))["impact_peak"]

    assert found.status is Status.OK
    assert found.value == pytest.approx((1500.0 + 3234.9 * math.sin(math.pi * 0.1)) / (M * G), rel=0.02)  # the spike sits on a slope
    assert found.n_used == 10


def test_a_list_of_one_to_ten_has_an_rsi_of_eight(make) -> None:
    ft = 0.5
    contacts = [G * ft**2 / 8.0 / rsi for rsi in (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5)]
    found = numbers(make.hops(contacts, [ft] * 10))

    # RSI 1…10 itself would need contacts below the gate of 0.08 s; a tenth of it, shifted, keeps the rule.
    assert found["rsi_10_5"].value == pytest.approx(1.3, rel=1e-9)
    assert found["contact_time_10_5"].value == pytest.approx(float(np.mean(contacts[5:])), rel=1e-9)
    assert found["rsi"].value == pytest.approx(1.05, rel=1e-9)
    assert found["rsi_slope"].value == pytest.approx(100.0 * 0.1 / 1.05, rel=1e-9)
    assert found["rsi_fatigue"].value == pytest.approx(0.0, abs=1e-9)
    assert found["cv_rsi"].value == pytest.approx(100.0 * 0.302765 / 1.05, rel=1e-5)
    # Only four contacts are as quick as 0.250 s or quicker than the first: 0.511 … 0.204 s.
    assert found["rsi_10_5_ct250"].status is Status.INVALID


def test_only_the_first_ten_hops_are_looked_at_for_the_best_five(make) -> None:
    found = numbers(make.hops([0.2] * 10 + [0.15] * 5, [0.4] * 15))

    assert found["rsi_10_5"].value == pytest.approx(0.980665, rel=1e-6)
    assert found["rsi"].n_used == 15


@pytest.mark.parametrize(
    ("count", "mean", "best"), [(0, False, False), (2, False, False), (3, True, False), (4, True, False), (5, True, True)]
)
def test_an_aggregate_needs_three_hops_and_the_best_five_five(make, count: int, mean: bool, best: bool) -> None:
    found = numbers(make.hops([CT] * count, [FT] * count))

    assert (found["contact_time"].value is not None) is mean
    assert (found["rsi_10_5"].value is not None) is best
    assert mean or found["contact_time"].reasons[0] == f"E-SHORT: {count} valid hops, 3 needed"
    assert best or found["rsi_10_5"].reasons[0] == f"E-SHORT: {count} valid hops, 5 needed"


def test_rejected_hops_are_counted_and_named(make) -> None:
    found = numbers(make.hops([0.2, 0.7, 0.2, 0.2, 0.2], [0.4] * 5))["rsi"]

    assert (found.n_used, found.n_rejected) == (4, 1)
    assert found.value == pytest.approx(0.980665, rel=1e-6)
    assert found.reasons == ("hop 2 left out: contact time 0.700 s is not within 0.08-0.60 s",)
    many = numbers(make.hops([0.7] * 6 + [0.2] * 4, [0.4] * 10))["rsi"]
    assert many.reasons[-1] == "3 more hops left out"


def test_without_a_mass_times_are_told_and_stiffness_is_not(make) -> None:
    trial = make.hops([CT] * 5, [FT] * 5)
    found = numbers(replace(trial, setup=replace(trial.setup, mass_kg=None)))

    assert found["rsi"].status is Status.OK
    assert found["modelled_compression"].status is Status.OK  # the mass cancels
    for key in ("stiffness", "stiffness_per_kg", "modelled_peak_force", "modelled_peak_force_bw", "stiffness_spring_mass"):
        assert found[key].value is None
        assert found[key].reasons[0].startswith("E-REST")


def test_the_uncertainty_of_rsi_follows_from_the_edges(make) -> None:
    found = numbers(make.hops([CT] * 10, [FT] * 10, u_s=0.002))

    assert found["contact_time"].uncertainty == pytest.approx(math.sqrt(2.0) * 0.002, rel=1e-6)
    assert found["rsi"].uncertainty == pytest.approx(0.980665 * 0.002 * math.sqrt(5.0**2 + 10.0**2 + 5.0**2), rel=1e-3)
    # Every hop is the same, so what edges 2.4 % of RSI off would show as variation is all that is uncertain: 2.4 % and Student's share.
    assert found["cv_rsi"].uncertainty == pytest.approx(2.4 * math.sqrt(8.0 / 6.0), rel=0.2)
    assert numbers(make.hops([CT] * 10, [FT] * 10))["rsi"].uncertainty is None


def test_lumbar_hops_are_a_caveat(make) -> None:
    trial = make.hops([CT] * 5, [FT] * 5, device="lumbar")
    t = np.arange(900) / 100.0
    found = numbers(replace(trial, streams=(make.imu(t, np.zeros((900, 3)), np.zeros((900, 3)), device="lumbar"),)))["contact_time"]

    assert found.status is Status.WARN
    assert found.uncertainty == pytest.approx(0.020)
    assert found.profile == "P-IMUEV"


def test_a_foot_sensor_tells_times_and_no_force(make) -> None:
    trial = make.hops([CT] * 5, [FT] * 5, device="foot-left")
    t = np.arange(1800) / 200.0
    foot = make.imu(t, np.zeros((1800, 3)), np.zeros((1800, 3)), site=Site.FOOT, device="foot-left")
    found = numbers(replace(trial, streams=(foot,)))

    assert found["rsi"].status is Status.OK
    assert found["rsi"].profile == "P-IMUEV"
    assert FORCE_KEYS.isdisjoint(found)


def test_force_that_is_missing_under_a_hop_is_not_made_up(make, half_sine) -> None:
    trial = on_pad(make, half_sine)
    values = trial.streams[0].values.copy()
    values[2100, 0] = math.nan
    found = numbers(replace(trial, streams=(replace(trial.streams[0], values=values),)))

    assert found["peak_force"].n_used == 9
    assert found["momentum_balance"].status is Status.INVALID


def test_a_window_takes_its_hops_only(make) -> None:
    assert numbers(make.hops([CT] * 10, [FT] * 10), (2.0, 5.05))["rsi"].n_used == 5
