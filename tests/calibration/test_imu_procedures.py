"""The procedures of a motion sensor on simulated ones of known errors: through real codecs, to the certificate, and onto the path."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from ankletest.calibrated import attached
from ankletest.samples import ACC, GYRO, FloatArray, G
from ankletest.session import Session
from calibration.certificate import Certificate, Stage
from calibration.ellipsoid import MG, sphere
from calibration.visit import CalibrationVisit
from drivers.catalog import MODELS
from tests.calibration.imu_visits import DATE, FOOT, PAD, SHANK, Visit, visit

SEEDS = range(20)


def acc_errors_rad(one: Visit, certificates: Sequence[Certificate], up: FloatArray) -> FloatArray:
    """Return by how much each direction of gravity (n, 3) is told wrong; how the axes as a whole are turned is no error (see boxes.py)."""
    said = np.zeros((len(up), 6))
    said[:, ACC] = G * up @ one.matrix[ACC, ACC].T + one.bias[ACC]
    for certificate in certificates:
        for effect in certificate.effects:
            said = effect.correction("").apply(said)
    turn, upper = np.linalg.qr(np.linalg.inv(one.matrix[ACC, ACC]))
    true = up @ (turn * np.sign(np.diag(upper)))
    return np.arctan2(np.linalg.norm(np.cross(said[:, ACC], true), axis=1), (said[:, ACC] * true).sum(axis=1))


# ---- accelerometer --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_tilt_is_within_a_fiftieth_of_a_degree_after_poses_5_degrees_off(seed: int) -> None:
    one = visit("acc_poses", seed=seed)
    certificate = one.certificate()
    errors = np.degrees(acc_errors_rad(one, [certificate], sphere(300)))

    assert certificate.passed, certificate.why
    assert float(errors.max()) < 0.02  # issue 5, and along the worst direction; 0.005° RMS
    assert certificate.figure("skewed") == (1.0,)
    assert certificate.expires == DATE + timedelta(days=30)


def test_without_it_tilt_is_a_degree_off() -> None:
    one = visit("acc_poses", seed=3)

    assert np.degrees(acc_errors_rad(one, [], sphere(300))).max() > 0.3


def test_what_the_certificate_says_of_a_tilt_is_what_it_is() -> None:
    pairs = [(one, one.certificate()) for one in (visit("acc_poses", seed=seed) for seed in range(8))]
    errors = [acc_errors_rad(one, [found], sphere(100)) for one, found in pairs]
    in_one_plane = math.sqrt(0.5 * float(np.mean(np.square(errors))))
    told = float(np.mean([found.figure("u_tilt_rad")[0] for _, found in pairs]))

    assert 0.6 < told / in_one_plane < 1.7  # eight sensors


def test_on_the_path_gravity_is_g_in_every_pose() -> None:
    found = visit("acc_poses", seed=4).certificate()
    other = visit("acc_poses", seed=4, hand_deg=12.0, certificates=[found])
    session = Session(MODELS, keep_all=True)
    session.feed(other.items)
    (stream,) = session.streams()
    trial = other.truth["trials"][0]  # type: ignore[index]  # the truth is plain JSON
    means = np.stack([stream.between(a + 0.5, b - 0.2).values[:, ACC].mean(axis=0) for a, b in trial["lying_s"]])

    assert stream.certificate == found.id
    assert float(np.abs(np.linalg.norm(means, axis=1) - G).max()) < 0.3 * MG  # 20 mg before; noise of a mean is 0.07 mg
    assert stream.standing.u("u_tilt_rad") == found.figure("u_tilt_rad")[0]


def test_a_sensor_that_nobody_lets_go_of_is_told() -> None:
    name, words = visit("acc_poses", trembles=1.0).refusal()

    assert name == "moved"
    assert "The sensor moves" in words


@pytest.mark.parametrize("poses", [3.0, 11.0])
def test_too_few_poses_are_told_with_their_number(poses: float) -> None:
    name, words = visit("acc_poses", poses=poses).refusal()

    assert name == "too few poses"
    assert f"{poses:.0f} of 12 poses" in words


def test_poses_on_one_half_of_the_sphere_are_told_with_the_side_that_is_missing() -> None:
    name, words = visit("acc_poses", never_over=1.0, hand_deg=1.0).refusal()

    assert name == "poses not spread"
    assert "−z was never up" in words


def test_a_pose_in_which_the_chip_was_knocked_fails_by_its_name() -> None:
    found = visit("acc_poses", jolt=9.0, jolt_mg=25.0).certificate()

    assert not found.passed
    assert "edge 3" in found.why
    assert "moved, knocked or pressed on" in found.why


def test_a_chip_that_was_knocked_in_the_check_fails_by_the_check() -> None:
    found = visit("acc_poses", jolt=13.0, jolt_mg=10.0).certificate()

    assert not found.passed
    assert "poses that were not fitted" in found.why


# ---- gyro -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_zero_of_the_gyro_is_within_its_uncertainty(seed: int) -> None:
    one = visit("gyro_rest", seed=seed)
    found = one.certificate()
    off = np.asarray(found.figure("gyro_bias")) - one.bias[GYRO]

    assert found.passed, found.why
    assert float(np.abs(off).max()) < 4.0 * found.figure("u_gyro_bias_rad_s")[0]  # 60 numbers
    assert found.effects[0].stage is Stage.ZERO


@pytest.mark.parametrize("seed", range(8))
def test_the_scale_of_the_gyro_is_within_half_a_percent(seed: int) -> None:
    one = visit("gyro_turns", seed=seed, hand_deg=3.0)
    found = one.certificate()
    left = np.asarray(found.figure("gyro_scale")) * np.linalg.norm(one.matrix[GYRO, GYRO], axis=1) - 1.0

    # A hand that closes a turn within 1° fails the check of 0.5 % once in some hundred times.
    assert found.passed, found.why
    assert float(np.abs(left).max()) < 0.005  # algorithms.md 9.2


def test_turns_that_do_not_end_where_they_began_are_told() -> None:
    name, words = visit("gyro_turns", turns=2.75).refusal()

    assert name == "turn not closed"
    assert "2.7" in words


def test_too_few_turns_are_told() -> None:
    name, words = visit("gyro_turns", turns=2.0).refusal()

    assert name == "too few turns"
    assert "2.0 of 3" in words


def test_turns_beyond_the_range_are_told() -> None:
    name, _ = visit("gyro_turns", gyro_range_dps=150.0).refusal()

    assert name == "clipped"


def test_a_trembling_gyro_has_no_zero() -> None:
    assert visit("gyro_rest", trembles=1.0).refusal()[0] == "moved"


# ---- check ----------------------------------------------------------------------------------------------------------------------


def test_a_check_passes_with_the_certificates_and_fails_without() -> None:
    found = [visit(kind, seed=5).certificate() for kind in ("gyro_rest", "acc_poses")]
    good, bad = visit("imu_check", seed=5, certificates=found).certificate(), visit("imu_check", seed=5).certificate()

    assert good.passed, good.why
    assert not bad.passed
    assert "QC-05" in bad.why


# ---- level ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_the_floor_s_slope_is_found(seed: int) -> None:
    acc = visit("acc_poses", seed=seed).certificate()
    found = visit("floor_level", seed=seed, floor_deg=1.2, certificates=[acc]).certificate()

    assert found.passed, found.why
    assert math.degrees(found.figure("floor_rad")[0]) == pytest.approx(1.2, abs=0.03)
    assert found.figure("u_base_z_rad")[0] < math.radians(0.1)
    assert found.effects[0].stage is Stage.AXES


def test_after_it_a_box_on_a_level_floor_reads_level() -> None:
    base = visit("floor_level", seed=2, floor_deg=1.2).certificate()
    again = visit("floor_level", seed=2, certificates=[base])
    session = Session(MODELS, keep_all=True)
    session.feed(again.items)
    (stream,) = session.streams()
    trial = again.truth["trials"][0]  # type: ignore[index]  # the truth is plain JSON
    start, end = trial["lying_s"][0]
    up = stream.between(start + 0.5, end - 0.2).values[:, ACC].mean(axis=0)

    # The accelerometer's own zero is in the base's; its scale is not, and is no tilt here.
    assert math.degrees(math.acos(up[2] / np.linalg.norm(up))) < 0.05


def test_a_steep_floor_fails() -> None:
    found = visit("floor_level", floor_deg=3.0).certificate()

    assert not found.passed
    assert "slope of the floor" in found.why


def test_a_sensor_laid_on_another_place_is_told() -> None:
    found = visit("floor_level", elsewhere_deg=1.0).certificate()

    assert not found.passed
    assert "another place" in found.why


# ---- mounting -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mount_deg", [3.0, 90.0])
def test_however_it_is_strapped_on_its_samples_are_in_the_segment_afterwards(seed: int, mount_deg: float) -> None:
    one = visit("mounting", seed=seed, choices=(SHANK,), mount_deg=mount_deg)
    found = one.certificate()
    turned = np.asarray(found.effects[0].matrix)[ACC, ACC] @ one.matrix[ACC, ACC]
    heading = math.degrees(math.atan2(turned[1, 0] - turned[0, 1], turned[0, 0] + turned[1, 1]))
    upright = turned @ (0.0, 0.0, 1.0)

    assert found.passed, found.why
    # Upright is how this person stands: it sways, and the accelerometer is up to 20 mg off in each axis.
    assert math.degrees(math.atan2(float(np.linalg.norm(upright[:2])), float(upright[2]))) < 3.0
    # Forward is where the knees went: this person's shins lean 1-9° sideways at 28-38° of bend (shin.SQUAT).
    assert abs(heading) < 20.0


def test_a_mounting_is_of_its_visit_and_its_site() -> None:
    found = visit("mounting", choices=(SHANK,)).certificate()
    today, elsewhere = visit("mounting", choices=(SHANK,)), visit("mounting", choices=(replace(SHANK, device="foot", site=FOOT.site),))
    later = DATE + timedelta(days=2)

    def in_force(one: Visit, at: object) -> bool:
        opening = attached(json.loads(one.items[0].payload), [found.as_json()], date=at)  # type: ignore[arg-type]  # a date
        session = Session(MODELS, keep_all=True)
        session.feed([replace(one.items[0], payload=json.dumps(opening).encode()), *one.items[1:]])
        return any(found.id in stream.certificate and not stream.standing.lapsed for stream in session.streams())

    assert in_force(today, DATE)
    assert not in_force(today, later)
    assert not in_force(elsewhere, DATE)


def test_a_mounting_is_found_without_the_one_before() -> None:
    first = visit("mounting", choices=(SHANK,), mount_deg=40.0)
    found = first.certificate()

    again = visit("mounting", choices=(SHANK,), mount_deg=40.0, certificates=[found]).certificate()

    assert again.effects == found.effects


def test_a_strap_that_slips_fails() -> None:
    found = visit("mounting", choices=(SHANK,), slip_deg=8.0).certificate()

    assert not found.passed
    assert "slipped by" in found.why


def test_a_strap_that_slips_a_little_widens_the_uncertainty() -> None:
    tight, loose = (visit("mounting", choices=(SHANK,), slip_deg=slip).certificate() for slip in (0.0, 4.0))

    assert loose.passed, loose.why
    assert loose.figure("u_upright_rad")[0] > 1.5 * tight.figure("u_upright_rad")[0]


def test_a_sensor_that_slipped_since_is_told_by_the_check() -> None:
    found = visit("mounting", choices=(SHANK,)).certificate()
    held = visit("mounting_check", choices=(SHANK,), certificates=[found]).certificate()
    moved = visit("mounting_check", choices=(SHANK,), mount_deg=25.0, certificates=[found]).certificate()
    name, _ = visit("mounting_check", choices=(SHANK,)).refusal()

    assert held.passed, held.why
    assert not moved.passed
    assert "slipped" in moved.why
    assert name == "not mounted"


# ---- every one ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "choices"),
    [("gyro_rest", (FOOT,)), ("acc_poses", (FOOT,)), ("gyro_turns", (FOOT,)), ("floor_level", (FOOT,)), ("mounting", (SHANK,)),
     ("hop_timing", (FOOT, PAD))],
)  # fmt: skip
def test_any_chunking_of_a_recording_gives_the_same_certificate_to_the_bit(kind: str, choices: tuple[object, ...]) -> None:
    one = visit(kind, seed=6, choices=choices, loss=0.01)  # type: ignore[arg-type]  # choices are choices
    whole = one.certificate()
    rng = np.random.default_rng(3)
    for most in (5, 300):
        taken = CalibrationVisit(MODELS)
        ended = []
        at = 0
        while at < len(one.items):
            size = int(rng.integers(1, most + 1))
            ended += taken.feed(one.items[at : at + size]).ended
            at += size
        ended += taken.finish().ended

        assert [end.certificate for end in ended] == [whole]
    assert Certificate.from_json(json.loads(json.dumps(whole.as_json()))) == whole
