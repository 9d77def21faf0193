"""Other people's motion sensors through the procedures: a gyro that rests has a zero, and what is missing for the rest is told plainly."""

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ankletest.exchange.importing import import_file
from ankletest.recording.reader import Recording
from ankletest.samples import Side, Site
from ankletest.trial import Setup
from calibration.procedure import Order
from calibration.visit import Ended, begun, calibrate
from drivers.catalog import MODELS

pytestmark = pytest.mark.shared_data
DATE = datetime(2026, 1, 1, tzinfo=UTC)
BENCH = str(Path(__file__).parent / "bench_imu.toml")


def ended(kind: str, source: Path, mapping: str, folder: Path, *, site: Site = Site.FOOT) -> Ended:
    target = folder / "imported.mcap"
    import_file(source, mapping, target, setup=Setup("stance", Side.LEFT), site=site, side=Side.LEFT)
    recording = Recording.open(target)
    order = Order(kind, recording.devices[0].device, DATE)
    (one,) = calibrate(begun(list(recording.notifications()), order), MODELS)
    return one


def test_a_sensor_on_a_bench_has_a_zero_of_its_gyro(shared_data: Path, tmp_path: Path) -> None:
    one = ended("gyro_rest", shared_data / "xio_foot_walk" / "fusion_sensor_data.csv.gz", BENCH, tmp_path, site=Site.SHANK)

    assert one.certificate
    assert one.certificate.passed, one.certificate.why
    # Its makers had taken the bias off already; 0.036 °/s at most came back.
    assert max(map(abs, one.certificate.figure("gyro_bias"))) < math.radians(0.05)
    assert one.certificate.figure("u_gyro_bias_rad_s")[0] < math.radians(0.05)


def test_rotations_in_the_hand_are_no_poses(shared_data: Path, tmp_path: Path) -> None:
    one = ended("acc_poses", shared_data / "xio_foot_walk" / "fusion_sensor_data.csv.gz", BENCH, tmp_path, site=Site.SHANK)

    # 135 s of turning it by hand, always back onto the same face.
    assert one.certificate is None
    assert one.refusal
    assert one.refusal.name == "too few poses"
    assert "1 of 12 poses" in str(one.refusal)
    assert "+x, −x, +y, −y, −z" in str(one.refusal)


def test_the_same_face_reads_the_same_for_two_minutes(shared_data: Path, tmp_path: Path) -> None:
    one = ended("acc_poses", shared_data / "xio_foot_walk" / "fusion_sensor_data.csv.gz", BENCH, tmp_path, site=Site.SHANK)
    (face,) = one.captures
    size = math.sqrt(float((face.mean[:3] ** 2).sum()))

    assert 1e3 * (size / 9.80665 - 1.0) == pytest.approx(-6.4, abs=1.0)  # mg; 26 still windows of the record are within 0.6 of it


def test_a_foot_whose_radio_drops_out_is_told_so(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "loadsol_heel_raise" / "test_pointe_1.txt.gz"
    for kind in ("acc_poses", "mounting"):
        one = ended(kind, source, "loadsol-left-imu", tmp_path)

        assert one.refusal
        assert one.refusal.name == "samples missing"
