"""Every cell of the table in docs/calibration.md: devices whose error is drawn from a certificate's u, and what the told u covers of it."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from scipy.stats import norm

from ankletest import metrics
from ankletest.calibrated import Standing
from ankletest.metrics import pad_noise
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.profiles import P_COP
from ankletest.metrics.sway import noise_speed_mm_s
from ankletest.samples import ACC, COP_X, FORCE, GYRO, FloatArray, Kind, Side
from ankletest.session import Session
from ankletest.signals.filters import lowpass_gains
from ankletest.trial import Setup, Trial
from drivers.catalog import MODELS
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.transports.simulator import PRACTICE_CHOICES, simulate
from tests.calibration.imu_visits import FOOT, SHANK

DRAWS = 20
LEAST = 0.85
"""Of 20 errors that lie as a normal distribution says two u cover 19: one more may miss for what else is in a number."""
BARE = Standing()
Change = Callable[[FloatArray, float], FloatArray]
"""Samples of a device, and how many u it is off, to what it says."""


@cache
def trial_of(exam: str) -> Trial:
    """Return a simulated trial with ordinary devices; motion sensors are calibrated, so that the drawn error is the only large one."""
    pad = replace(PRACTICE_CHOICES[0], rate_hz=200.0)
    lumbar = replace(SHANK, device="lumbar", site=SHANK.site.LUMBAR, side=None, rate_hz=100.0)
    choices = {"stance": [pad, lumbar], "jump": [pad], "heel_raise": [replace(FOOT, side=Side.LEFT)]}.get(
        exam, [replace(SHANK, side=Side.LEFT)]
    )
    given = {"lever_m": 0.16} if exam == "heel_raise" else {}
    setup = Setup(exam, Side.LEFT, mass_kg=70.0, duration_s=15.0, given=given)
    session = Session(MODELS)
    items, _ = simulate([setup], choices, Person(), 4, Faults(calibrated=True))
    (done,) = (*session.feed(items).finished, *session.finish().finished)
    streams = tuple(replace(s, certificate="", standing=BARE) for s in done.trial.streams)
    return replace(done.trial, streams=streams)


def numbers(trial: Trial, kind: Kind, standing: Standing, change: Change | None = None, off: float = 0.0) -> dict[str, MetricValue]:
    streams = tuple(
        replace(s, standing=standing, values=s.values if change is None else change(s.values.copy(), off)) if s.kind is kind else s
        for s in trial.streams
    )
    return {v.metric.key: v for v in metrics.evaluate(replace(trial, streams=streams), everything=False)}


def told(value: MetricValue) -> tuple[float, float]:
    assert value.value is not None, value.reasons
    assert value.uncertainty is not None, value.metric.key
    return value.value, value.uncertainty


# ---- what a certificate's error is on a device --------------------------------------------------------------------------------------


def more_force(share: float) -> Change:
    def change(values: FloatArray, off: float) -> FloatArray:
        values[:, FORCE] *= 1.0 + share * off
        return values

    return change


def more_zero(zero_n: float) -> Change:
    def change(values: FloatArray, off: float) -> FloatArray:
        values[:, FORCE] += zero_n * off
        return values

    return change


def wider_cop(share: float) -> Change:
    def change(values: FloatArray, off: float) -> FloatArray:
        values[:, COP_X:] *= 1.0 + share * off
        return values

    return change


def scaled(columns: slice, share: float) -> Change:
    def change(values: FloatArray, off: float) -> FloatArray:
        values[:, columns] *= 1.0 + share * off
        return values

    return change


def biased(bias_m_s2: float) -> Change:
    """Along x, which leans forward: an axis across the movement tips no angle of it."""

    def change(values: FloatArray, off: float) -> FloatArray:
        values[:, 0] += bias_m_s2 * off
        return values

    return change


def turned(axis: tuple[float, float, float], angle_rad: float) -> Change:
    def change(values: FloatArray, off: float) -> FloatArray:
        turn = Rotation.from_rotvec(angle_rad * off * np.array(axis))
        return np.concatenate((turn.apply(values[:, ACC]), turn.apply(values[:, GYRO])), axis=1)

    return change


UP, LEFTWARD = (0.0, 0.0, 1.0), (0.0, 1.0, 0.0)
SWAY = ("velocity", "path_ml", "rms_ap", "range_ml", "ellipse_area", "hull_area")
CELLS = [
    ("jump", Kind.PAD, {"u_force_share": 0.01}, more_force(0.01), ("propulsion_peak",)),
    ("stance", Kind.PAD, {"u_cop_share": 0.02}, wider_cop(0.02), SWAY),
    ("stance", Kind.IMU, {"u_acc_scale": 0.02}, scaled(ACC, 0.02), ("acc_rms", "acc_rms_ap", "acc_path", "jerk")),
    ("stance", Kind.IMU, {"u_gyro_scale": 0.02}, scaled(GYRO, 0.02), ("gyro_rms",)),
    ("stance", Kind.IMU, {"u_heading_rad": 0.1}, turned(UP, 0.1), ("acc_rms_ml", "acc_rms_ap")),
    ("lunge", Kind.IMU, {"u_acc_m_s2": 0.1}, biased(0.1), ("lunge_angle", "lunge_angle_mean")),
    ("lunge", Kind.IMU, {"u_gyro_scale": 0.02}, scaled(GYRO, 0.02), ("lunge_angle", "lunge_angle_mean")),
    ("lunge", Kind.IMU, {"u_heading_rad": 0.1}, turned(UP, 0.1), ("lunge_drift",)),
    ("lunge", Kind.IMU, {"u_base_x_rad": 0.02}, turned(LEFTWARD, 0.02), ("lunge_angle", "lunge_angle_mean")),
    ("squat", Kind.IMU, {"u_acc_m_s2": 0.1}, biased(0.1), ("squat_depth",)),
    ("squat", Kind.IMU, {"u_gyro_scale": 0.02}, scaled(GYRO, 0.02), ("squat_depth",)),
    ("squat", Kind.IMU, {"u_heading_rad": 0.1}, turned(UP, 0.1), ("squat_drift", "squat_medial")),
    ("heel_raise", Kind.IMU, {"u_acc_m_s2": 0.2}, biased(0.2), ("raise_rom", "raise_height", "raise_rate")),
    ("heel_raise", Kind.IMU, {"u_gyro_scale": 0.02}, scaled(GYRO, 0.02), ("raise_rom", "raise_height", "raise_rate")),
]


@pytest.mark.parametrize(("exam", "kind", "figures", "change", "keys"), CELLS, ids=[f"{c[0]}-{next(iter(c[2]))}" for c in CELLS])
def test_two_u_cover_devices_whose_error_is_drawn_from_the_certificate(
    exam: str, kind: Kind, figures: dict[str, float], change: Change, keys: tuple[str, ...]
) -> None:
    trial, standing = trial_of(exam), Standing(("made",), (), tuple(figures.items()))
    true = numbers(trial, kind, standing)
    # Normal quantiles instead of chance: twenty devices of the very spread that the certificate claims.
    draws = norm.ppf((np.arange(DRAWS) + 0.5) / DRAWS)
    found = [numbers(trial, kind, standing, change, float(off)) for off in draws]

    for key in keys:
        value, _ = told(true[key])
        covered = [abs(told(one[key])[0] - value) <= 2.0 * told(one[key])[1] for one in found]
        spread = math.sqrt(float(np.mean([(told(one[key])[0] - value) ** 2 for one in found])))

        assert float(np.mean(covered)) >= LEAST, key
        assert spread > 0.0, key  # the cell is no empty one


def test_a_pad_s_zero_reaches_no_number_of_a_jump() -> None:
    """Nobody takes a zero from a tare: the flight tells it, as a baseline does for a push."""
    trial = trial_of("jump")
    true, off = numbers(trial, Kind.PAD, BARE), numbers(trial, Kind.PAD, BARE, more_zero(5.0), 1.0)

    assert true["propulsion_peak"].value
    for key, value in true.items():
        assert off[key].value == pytest.approx(value.value, rel=0.002, abs=0.002), key


@pytest.mark.parametrize(
    ("exam", "good", "keys"),
    [("stance", {"u_acc_scale": 0.0005, "u_gyro_scale": 0.0005}, ("acc_rms", "gyro_rms")),
     ("lunge", {"u_acc_m_s2": 0.002, "u_gyro_scale": 0.001}, ("lunge_angle", "lunge_drift")),
     ("squat", {"u_acc_m_s2": 0.002, "u_gyro_scale": 0.001}, ("squat_depth",)),
     ("heel_raise", {"u_acc_m_s2": 0.002, "u_gyro_scale": 0.001}, ("raise_rom", "raise_height", "raise_rate"))],
)  # fmt: skip
def test_without_a_certificate_the_told_u_is_larger(exam: str, good: dict[str, float], keys: tuple[str, ...]) -> None:
    trial = trial_of(exam)
    without = numbers(trial, Kind.IMU, BARE)
    certified = numbers(trial, Kind.IMU, Standing(("made",), (), tuple(good.items())))

    for key in keys:
        assert told(without[key])[0] == told(certified[key])[0]
        assert told(without[key])[1] > told(certified[key])[1], key


# ---- the noise floor (SW-21) --------------------------------------------------------------------------------------------------------

NOISE_MM, LOAD_N, CERTIFIED_N = 0.4, 650.0, 250.0
"""White noise of the CoP under the person, before the low-pass; its certificate was made with another load."""


def noisy(make, seed: int, standing: Standing, *, noise: bool = True, cell_n: float = math.nan) -> dict[str, MetricValue]:
    rng = np.random.default_rng(seed)
    t = np.arange(3000) / 100.0
    slow = np.stack([6.0 * np.sin(2.0 * np.pi * f * t + p) for f, p in ((0.31, seed), (0.23, 2.0 * seed))], axis=1)
    cop = slow + 1.5 * np.sin(2.0 * np.pi * 1.3 * t)[:, None] + (NOISE_MM * rng.standard_normal((len(t), 2)) if noise else 0.0)
    pad = make.pad(t, cop[:, 0], cop[:, 1], force=LOAD_N, noise_cell_n=cell_n, half_span_mm=200.0)
    return {v.metric.key: v for v in metrics.evaluate(make.stance(replace(pad, standing=standing)))}


def floor() -> float:
    """Return the speed that the noise shows through P-COP under the person."""
    return noise_speed_mm_s(NOISE_MM * lowpass_gains(10.0, 100.0)[0], 100.0, 10.0)


def by_certificate(share: float = 0.03) -> Standing:
    mv_noise = floor() * LOAD_N / CERTIFIED_N
    return Standing(("pad_noise-1",), (), (("u_mv_noise_share", share),), (), (("mv_noise_n", mv_noise * CERTIFIED_N),))


def test_the_certificate_s_noise_floor_is_told_at_the_person_s_load(make) -> None:
    value, u = told(noisy(make, 1, by_certificate())["noise_velocity"])
    unknown = noisy(make, 1, BARE)["noise_velocity"]

    assert value == pytest.approx(floor(), rel=1e-9)
    assert u == pytest.approx(0.03 * floor(), rel=1e-9)
    assert told(noisy(make, 1, BARE, cell_n=0.65)["noise_velocity"])[1] > 4.0 * u  # half a second of empty cells know it by 16 %
    assert unknown.value is None
    assert "the noise of this pad is not known" in unknown.reasons[0]


def test_two_u_by_the_certificate_s_noise_cover_what_noise_does_to_sway(make) -> None:
    keys = ("velocity", "path", "velocity_ml", "rms_ap", "ellipse_area", "range_ml", "velocity_without_noise")
    covered: list[bool] = []
    for seed in range(20):
        clean, made = noisy(make, seed, BARE, noise=False), noisy(make, seed, by_certificate())
        for key in keys:
            true = clean["velocity" if key == "velocity_without_noise" else key].value
            value, u = told(made[key])
            covered.append(abs(value - (true or math.nan)) <= 2.0 * u)

    assert float(np.mean(covered)) >= 0.88  # of seven numbers that hang together, of twenty people
    assert noisy(make, 1, BARE)["velocity"].uncertainty is None  # nothing known of the noise: nothing is claimed


def test_a_pad_that_is_noisier_empty_than_its_certificate_says_is_told(make) -> None:
    quiet = replace(by_certificate(), told=(("mv_noise_n", 0.2 * floor() * LOAD_N),))
    one = noisy(make, 1, quiet, cell_n=0.65)["velocity"]

    assert any("noisy as its certificate says" in reason for reason in one.reasons)
    assert one.status is Status.WARN
    assert one.uncertainty == noisy(make, 1, BARE, cell_n=0.65)["velocity"].uncertainty


def test_the_certificate_s_profile_is_that_of_sway() -> None:
    assert (P_COP.rate_hz, P_COP.cut_hz) == (pad_noise.RATE_HZ, pad_noise.CUT_HZ)
    assert math.isnan(pad_noise.certified_speed_mm_s(trial_of("jump").streams[0], 0.0))
