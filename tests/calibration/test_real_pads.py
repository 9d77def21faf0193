"""Other people's recordings through the checks of a pad: what stands in the way of a calibration is told plainly."""

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


def checked(kind: str, source: Path, mapping: str, folder: Path, **given: tuple[float, ...]) -> Ended:
    target = folder / "imported.mcap"
    import_file(source, mapping, target, setup=Setup("stance", Side.LEFT), site=Site.PAD, side=None)
    items = list(Recording.open(target).notifications())
    (one,) = calibrate(begun(items, Order(kind, "pad", DATE, "", given)), MODELS)
    return one


def refusal(one: Ended) -> tuple[str, str]:
    assert one.refusal
    return one.refusal.name, str(one.refusal)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_plate_that_somebody_stands_on_cannot_be_tared(shared_data: Path, tmp_path: Path, side: str) -> None:
    name, words = refusal(checked("pad_tare", shared_data / "kinvent_single_leg" / f"sls_60s_{side}.csv", "kinvent-cells", tmp_path))

    assert name == "loaded"
    assert "carries 75" in words  # about 77 kg


def test_a_person_is_no_dead_weight(shared_data: Path, tmp_path: Path) -> None:
    one = checked("pad_noise", shared_data / "kinvent_single_leg" / "sls_60s_left.csv", "kinvent-cells", tmp_path)

    assert one.certificate
    assert not one.certificate.passed
    assert "sway speed of a dead weight" in one.certificate.why
    # The maker prints 63.3 mm/s for the whole minute without a filter; here it is the first 30 s through 10 Hz.
    assert one.certificate.figure("mv_noise")[0] == pytest.approx(63.3, rel=0.1)


@pytest.mark.parametrize(
    ("name", "mapping"), [("test_pointe_1", "loadsol-right"), ("test_pointe_3", "loadsol-left"), ("test_poids", "loadsol-right")]
)
def test_dropouts_of_an_insole_are_told_as_missing_samples(shared_data: Path, tmp_path: Path, name: str, mapping: str) -> None:
    called, words = refusal(checked("pad_tare", shared_data / "loadsol_heel_raise" / f"{name}.txt.gz", mapping, tmp_path))

    assert called == "samples missing"
    assert "% of the samples of the last 2 s are missing" in words


def test_noise_with_dropouts_in_it_is_not_told_as_a_number(shared_data: Path, tmp_path: Path) -> None:
    assert (
        refusal(checked("pad_noise", shared_data / "loadsol_heel_raise" / "test_pointe_1.txt.gz", "loadsol-left", tmp_path))[0]
        == "samples missing"
    )


def test_an_insole_on_the_bench_that_reads_too_little_fails_with_how_much(shared_data: Path, tmp_path: Path) -> None:
    """Somebody loads it zone by zone; held against 5 kg it reads 42 to 55 N and creeps."""
    one = checked("force_check", shared_data / "loadsol_heel_raise" / "poids_par_zone.txt.gz", "loadsol-left", tmp_path, weight_kg=(5.0,))

    assert one.certificate
    assert not one.certificate.passed
    assert "it reads -12" in one.certificate.why
