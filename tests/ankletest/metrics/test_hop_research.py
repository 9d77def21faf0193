"""The research tier of repeated hops: golden numbers, a hopper on a pad and with sensors, and what is told where it cannot be."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ankletest.metrics import evaluate
from ankletest.metrics import hop_research as r
from ankletest.metrics.base import MetricValue, Status
from ankletest.samples import FloatArray, G, Side, Site
from ankletest.trial import Happening, Trial

CT, FT, M = 0.2, 0.4, 70.0
IDS = {"HP-11", "HP-12", "HP-17", "HP-18"}


def research(trial: Trial) -> dict[str, MetricValue]:
    return {value.metric.key: value for value in evaluate(trial) if value.metric.id in IDS}


def of(value: float) -> FloatArray:
    return np.array([value])


def on_pad(make, half_sine, *, rate: float = 1000.0, count: int = 10, x: float = 0.0, **more: object) -> Trial:
    trial = make.hops([CT] * count, [FT] * count, u_s=0.001)
    t = np.arange(round(trial.span_s[1] * rate) + 5) / rate
    force = half_sine(t, trial, ct=CT, ft=FT, mass=M)
    contacts = [event for event in trial.events if event.what is Happening.CONTACT]
    place = np.full((2, len(t)), math.nan)
    for n, event in enumerate(contacts):
        inside = (t >= event.t_s) & (t < event.end_s)
        place[:, inside] = [[x + 3.0 * n], [-2.0 * (n % 2)]]
    return replace(trial, streams=(make.pad(t, place[0], place[1], force=force, device="pad", **more),))


def with_sensor(make, trial: Trial, *, site: Site = Site.FOOT, peak_g: float = 12.0, rate: float = 200.0, **more: object) -> Trial:
    t = np.arange(round(trial.span_s[1] * rate) + 5) / rate
    acc = np.zeros((len(t), 3))
    acc[:, 2] = G
    for event in trial.events:
        if event.what is Happening.CONTACT:
            acc[int(np.searchsorted(t, event.t_s + 0.010)), 2] = -peak_g * G  # the sign of a shock does not matter
            acc[int(np.searchsorted(t, event.t_s + 0.060)), 0] = 50.0 * G  # what comes later is not the landing
    side = {"side": Side.LEFT} | more
    return replace(trial, streams=(*trial.streams, make.imu(t, acc, np.zeros((len(t), 3)), site=site, **side)))


def test_the_reference_hop_of_the_specification() -> None:
    assert r.frequency_hz(of(CT), of(FT))[0] == pytest.approx(1.6667, abs=5e-5)  # printed with four decimals
    assert r.duty_factor(of(CT), of(FT))[0] == pytest.approx(0.3333, abs=5e-5)


@pytest.mark.parametrize(("ct", "ft", "golden"), [(0.2, 0.4, 23397.1734), (0.15, 0.45, 38207.451), (0.35, 0.25, 10408.347)])
def test_a_half_sine_has_the_stiffness_of_its_model(ct: float, ft: float, golden: float) -> None:
    t = np.linspace(0.0, ct, 20_001)
    force = M * G * math.pi / 2.0 * (ft / ct + 1.0) * np.sin(math.pi * t / ct)

    # metrics.md HP-11: equal to k_D to 1e-6. The trapezoid of 20 000 steps is good to 1e-9, the golden values have eight digits.
    assert r.measured_stiffness_n_m(t, force, mass_kg=M, flight_before_s=ft) == pytest.approx(golden, rel=1e-6)


def test_a_contact_that_does_not_sink_has_no_stiffness() -> None:
    t = np.linspace(0.0, 0.2, 201)

    assert math.isnan(r.compression_m(t, np.full(201, 3.0 * M * G), mass_kg=M, flight_before_s=0.0))


def test_drift_of_places() -> None:
    assert r.spread_mm(np.array((1.0, 2.0, 3.0))) == pytest.approx(1.0)
    assert r.shift_mm(np.array((4.0, 9.0, 1.5))) == pytest.approx(-2.5)
    assert math.isnan(r.spread_mm(np.ones(1)))
    assert math.isnan(r.shift_mm(np.zeros(0)))


def test_ten_reference_hops_on_a_pad(make, half_sine) -> None:
    found = research(on_pad(make, half_sine))

    assert found["hop_frequency"].value == pytest.approx(1.0 / 0.6, rel=1e-9)
    assert found["duty_factor"].value == pytest.approx(1.0 / 3.0, rel=1e-9)
    # The half-sine at 1 ms: its edges lie between samples, and a peak may lie half a sample away: 1e-4 together.
    assert found["stiffness_measured"].value == pytest.approx(23397.1734, rel=1e-3)
    assert found["stiffness_measured"].n_used == 10
    # 1.4 ms of flight are g/2 · 1.4 ms of landing speed, over the 0.1 s to the turn: 0.69 of 138 mm.
    assert found["stiffness_measured"].uncertainty == pytest.approx(23397.0 * 0.00502, rel=0.01)
    assert found["shift_ml"].value == pytest.approx(27.0)  # 3 mm a hop, ten contacts
    assert found["drift_ml"].value == pytest.approx(np.arange(10.0).std(ddof=1) * 3.0)
    assert found["drift_ap"].value == pytest.approx(np.array([0.0, 2.0] * 5).std(ddof=1))
    assert {"shock_foot", "shock_shank"}.isdisjoint(found)
    assert all(value.status is Status.OK for value in found.values())
    assert found["drift_ml"].profile == "P-FJUMP"


def test_the_flight_before_the_first_contact_is_the_entry_jump(make, half_sine) -> None:
    trial = on_pad(make, half_sine)
    events = [replace(e, end_s=0.8) if e.t_s == 0.0 else replace(e, t_s=0.8) if e.t_s == 1.0 else e for e in trial.events]
    higher = replace(trial, events=tuple(events))

    # The first contact alone lands faster by half: it sinks deeper, so it is softer, and the mean a little too.
    assert research(higher)["stiffness_measured"].n_used == 10
    assert research(higher)["stiffness_measured"].value < 0.99 * research(trial)["stiffness_measured"].value


def test_a_saturated_or_holed_contact_is_left_out(make, half_sine) -> None:
    trial = on_pad(make, half_sine)
    pad = trial.streams[0]
    clipped = pad.clipped.copy()
    clipped[int(np.searchsorted(pad.t_s, trial.events[4].t_s + 0.1))] = True
    some = research(replace(trial, streams=(replace(pad, clipped=clipped),)))["stiffness_measured"]
    all_ = research(replace(trial, streams=(replace(pad, clipped=pad.values[:, 0] > 3000.0),)))["stiffness_measured"]

    assert some.n_used == 9
    assert any("1 contacts" in reason for reason in some.reasons)
    assert all_.status is Status.INVALID
    assert all_.reasons[0].startswith("E-SHORT: whole unsaturated force after a known flight in 0 of 10 hops")


def test_no_weight_no_measured_stiffness(make, half_sine) -> None:
    trial = on_pad(make, half_sine)
    found = research(replace(trial, setup=replace(trial.setup, mass_kg=None), body_weight_n=math.nan))

    assert found["stiffness_measured"].reasons[0].startswith("E-REST")
    assert found["drift_ml"].status is Status.OK  # the floor of 50 N is enough


def test_a_pad_without_cop_lists_no_drift_and_without_force_no_stiffness(make, half_sine) -> None:
    trial = on_pad(make, half_sine)
    pad = trial.streams[0]
    blind = pad.values.copy()
    blind[:, 1:] = math.nan
    found = research(replace(trial, streams=(replace(pad, values=blind),)))

    assert {"drift_ml", "shift_ap"}.isdisjoint(found)
    assert "stiffness_measured" in found
    assert set(research(make.hops([CT] * 5, [FT] * 5))) == {"hop_frequency", "duty_factor"}


def test_a_cop_that_is_missing_under_most_contacts_tells_no_drift(make, half_sine) -> None:
    trial = on_pad(make, half_sine)
    pad = trial.streams[0]
    values = pad.values.copy()
    values[(pad.t_s > 2.4) & (pad.t_s < pad.t_s[-1] - 1.0), 1:] = math.nan
    found = research(replace(trial, streams=(replace(pad, values=values),)))["drift_ml"]

    assert found.status is Status.INVALID
    assert found.reasons[0] == "E-SHORT: a CoP in 2 of 10 hops, 3 needed"


@pytest.mark.parametrize(("site", "key"), [(Site.FOOT, "shock_foot"), (Site.SHANK, "shock_shank")])
def test_the_shock_of_each_landing_is_felt_by_the_sensor(make, half_sine, site: Site, key: str) -> None:
    found = research(with_sensor(make, on_pad(make, half_sine), site=site))[key]

    assert found.value == pytest.approx(12.0, rel=1e-9)
    assert found.status is Status.OK
    assert found.n_used == 10
    assert found.profile == "P-IMUEV"


def test_a_shock_at_the_end_of_the_range_is_at_least_that(make, half_sine) -> None:
    trial = with_sensor(make, on_pad(make, half_sine))
    imu = trial.streams[1]
    clipped = np.abs(imu.values[:, 2]) > 11.0 * G
    found = research(replace(trial, streams=(trial.streams[0], replace(imu, clipped=clipped))))["shock_foot"]

    assert found.status is Status.WARN
    assert found.reasons[0] == "E-SAT: ≥ the value, 10 landings reach the end of the sensor's range"
    assert found.value == pytest.approx(12.0, rel=1e-9)


def test_landings_whose_samples_are_missing_do_not_count(make, half_sine) -> None:
    trial = with_sensor(make, on_pad(make, half_sine))
    imu = trial.streams[1]
    values = imu.values.copy()
    values[imu.t_s < 2.5] = math.nan
    few = research(replace(trial, streams=(trial.streams[0], replace(imu, values=values))))["shock_foot"]
    values[imu.t_s < 6.0] = math.nan
    none = research(replace(trial, streams=(trial.streams[0], replace(imu, values=values))))["shock_foot"]

    assert few.n_used == 8
    assert few.value == pytest.approx(12.0, rel=1e-9)
    assert none.status is Status.INVALID
    assert none.reasons[0].startswith("E-SHORT: whole samples after the landing in")


def test_the_other_foots_sensor_feels_no_landing(make, half_sine) -> None:
    trial = with_sensor(make, on_pad(make, half_sine), side=Side.RIGHT)

    assert "shock_foot" not in research(trial)


def test_two_hops_are_too_few_for_each(make, half_sine) -> None:
    found = research(with_sensor(make, on_pad(make, half_sine, count=2)))

    assert {value.metric.id for value in found.values()} == IDS
    for value in found.values():
        assert value.value is None
        assert value.reasons[0] == "E-SHORT: 2 valid hops, 3 needed"
