"""Certificates on disk: found again as they were, and a damaged file is told without taking the others with it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calibration.certificate import Certificate, CertificateError, Figure, Identity
from calibration.folder import SUFFIX, file_name, latest, load, save, shelf

DATE = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ONE = Certificate(
    "pad_tare",
    1,
    Identity("native-pad", "AA:BB/C"),
    DATE,
    DATE + timedelta(hours=12),
    "OP1",
    parameters=(Figure("zero", "N", (0.1 + 0.2,)),),
    passed=True,
)


def test_what_is_saved_is_found_again_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "certificates"
    later = replace(ONE, date=DATE + timedelta(days=1))
    for certificate in (later, ONE):
        save(folder, certificate)

    assert shelf(folder).certificates == (ONE, later)
    assert shelf(folder).damaged == ()
    assert load(save(folder, ONE)) == ONE  # again changes nothing
    assert len(list(folder.iterdir())) == 2  # and nothing else is left lying about


def test_the_name_tells_device_kind_and_date_and_fits_any_system() -> None:
    assert file_name(ONE).startswith("native-pad_AA-BB-C_pad-tare_20260301T093000Z_")
    assert file_name(ONE) != file_name(replace(ONE, operator="OP2"))
    assert file_name(replace(ONE, device=Identity("x", ""))).startswith("x_none_")


@pytest.mark.parametrize(
    "spoil", [lambda t: t[: len(t) // 2], lambda t: t.replace("OP1", "OP2"), lambda t: "[]", lambda t: t.replace('"kind"', '"kimd"')]
)
def test_a_damaged_file_is_told_and_the_others_are_read(tmp_path: Path, spoil) -> None:
    later = replace(ONE, date=DATE + timedelta(days=1))
    path = save(tmp_path, ONE)
    save(tmp_path, later)
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    found = shelf(tmp_path)

    assert found.certificates == (later,)
    assert len(found.damaged) == 1
    assert path.name in found.damaged[0]
    with pytest.raises(CertificateError, match=path.name):
        load(path)


def test_a_folder_that_is_not_there_is_empty_and_one_that_cannot_be_is_told(tmp_path: Path) -> None:
    assert shelf(tmp_path / "none").certificates == ()
    (tmp_path / "file").write_text("")
    with pytest.raises(CertificateError, match="cannot be made"):
        save(tmp_path / "file" / "in it", ONE)
    with pytest.raises(CertificateError, match="cannot be read"):
        load(tmp_path / f"gone{SUFFIX}")


def test_a_recording_is_given_the_newest_and_the_newest_that_passed() -> None:
    days = [replace(ONE, date=DATE + timedelta(days=n)) for n in range(3)]
    failed = replace(ONE, date=DATE + timedelta(days=9), passed=False, why="it drifts")
    other = replace(ONE, device=Identity("native-pad", "2"))
    span = replace(ONE, kind="pad_span")

    assert latest([*days, failed, other, span]) == sorted([other, span, days[2], failed], key=lambda c: (c.date, c.id))
