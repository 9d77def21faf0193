"""A certificate on paper: its facts and verdicts can be read and searched, whatever became of it."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ankletest.errors import AnkletestError
from calibration.certificate import Certificate, Figure, Identity, Limit
from ui.report.certificate import bound_of, certificate_pdf, digits, figure_name, write_certificate
from ui.words import calibration as told

pytestmark = pytest.mark.usefixtures("qapp")
DATE = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def certificate(*, passed: bool = True, serial: str = "P-0042", readings: int = 9) -> Certificate:
    return Certificate(
        "pad_span",
        1,
        Identity("native-pad", serial),
        DATE,
        DATE + timedelta(days=365),
        "KM",
        inputs=(Figure("readings", "N", tuple(float(k) for k in range(readings))),),
        parameters=(Figure("gain", "", (1.0123,)), Figure("zero", "N", (-0.25,))),
        uncertainty=(Figure("u_force_share", "", (0.0005,)),),
        limits=(Limit("hysteresis", "hysteresis", 0.1 if passed else 0.9, 0.5, "% of the greatest load"),),
        hold_out=(Limit("reach", "greatest load", 0.4, 0.3, "of the range", at_least=True),),
        temperature_c=21.5,
        passed=passed,
        why="" if passed else "hysteresis: 0.9 % of the greatest load (limit ≤ 0.5)",
    )


def text_of(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout


needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext of poppler reads the text back")


@needs_pdftotext
def test_everything_an_auditor_asks_for_is_text(tmp_path: Path) -> None:
    path = tmp_path / "c.pdf"
    one = certificate()
    write_certificate(path, one)
    text = text_of(path)

    for part in (
        told.CERTIFICATE, told.PASSED_HEAD, "native-pad P-0042", "Load cell: span", "2026-03-01 09:30 UTC", "until 2027-03-01 09:30 UTC",
        "KM", "21.5 °C", one.id, "Hysteresis", "≤ 0.5", "≥ 0.3", "held", "1.0123", "−0.25", "0.0005", "page 1 of 1",
    ):  # fmt: skip
        assert part in text, part
    assert told.NO_SERIAL[:30] not in text


@needs_pdftotext
def test_a_failed_certificate_says_so_and_why(tmp_path: Path) -> None:
    path = tmp_path / "c.pdf"
    write_certificate(path, certificate(passed=False, serial=""))
    text = text_of(path)

    assert told.FAILED_HEAD in text
    assert told.BROKEN_PLAIN in text
    assert "hysteresis: 0.9 %" in text
    assert told.NO_SERIAL[:30] in text


@needs_pdftotext
def test_many_numbers_go_on_to_a_second_sheet_with_the_head_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "c.pdf"
    write_certificate(path, certificate(readings=200))
    text = text_of(path)

    assert "page 2 of 2" in text
    assert " 199" in text


def test_the_sheet_is_drawn_with_vectors_and_without_pictures() -> None:
    content = certificate_pdf(certificate())

    assert content.startswith(b"%PDF")
    assert b"/Subtype /Image" not in content


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(AnkletestError, match="cannot be written"):
        write_certificate(tmp_path / "nowhere" / "c.pdf", certificate())
    assert list(tmp_path.iterdir()) == []


def test_a_figure_has_a_name_without_its_unit() -> None:
    assert figure_name(Figure("u_gyro_bias_rad_s", "rad/s", (0.1,))) == "Zero of the gyro"
    assert figure_name(Figure("never_heard_mm", "mm", (0.1,))) == "Never heard"


def test_numbers_have_four_digits_and_a_real_minus() -> None:
    assert digits(-0.000123456) == "−0.0001235"
    assert bound_of(Limit("a", "a", 1.0, 0.5, "")) == "≤ 0.5"
    assert bound_of(Limit("a", "a", 1.0, 0.5, "", at_least=True)) == "≥ 0.5"
