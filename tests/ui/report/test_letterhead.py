"""The clinic's name and picture at the head of the first sheet of every report: there, vector where it is, and nothing where it is not."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from ankletest.errors import SettingsError
from ui.report.letterhead import Letterhead, demand_picture, put
from ui.report.visit import write_visit_report

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40" width="120" height="40">'
    '<rect width="120" height="40" fill="#08734E"/></svg>'
)


@pytest.fixture(autouse=True)
def none_left():
    yield
    put(Letterhead())


def written(path: Path, head: Letterhead) -> bytes:
    put(head)
    write_visit_report(path, [], title="AB-17", date="2026-11-21")
    return path.read_bytes()


def svg(tmp_path: Path) -> Path:
    path = tmp_path / "logo.svg"
    path.write_text(SVG, "utf-8")
    return path


def png(tmp_path: Path, wide: int = 300, high: int = 100) -> Path:
    path = tmp_path / "logo.png"
    image = QImage(wide, high, QImage.Format.Format_ARGB32)
    image.fill(QColor("#0B63B0"))
    assert image.save(str(path))
    return path


def test_a_name_a_png_and_an_svg_each_make_another_report(qapp, tmp_path: Path) -> None:
    plain = written(tmp_path / "a.pdf", Letterhead())
    named = written(tmp_path / "b.pdf", Letterhead("Physio am Ring"))
    pictured = written(tmp_path / "c.pdf", Letterhead("Physio am Ring", png(tmp_path)))
    drawn = written(tmp_path / "d.pdf", Letterhead("Physio am Ring", svg(tmp_path)))

    assert b"/Subtype /Image" not in plain
    assert b"/Subtype /Image" not in drawn, "an SVG stays a drawing"
    assert b"/Subtype /Image" in pictured
    assert len(named) > len(plain)


def test_a_picture_that_is_gone_is_left_out_and_the_report_is_written(qapp, tmp_path: Path) -> None:
    for name in ("gone.png", "gone.svg"):
        assert written(tmp_path / "a.pdf", Letterhead("", tmp_path / name)).startswith(b"%PDF")


def test_pictures_that_will_do_are_taken(qapp, tmp_path: Path) -> None:
    demand_picture(svg(tmp_path))
    demand_picture(png(tmp_path))


@pytest.mark.parametrize(("wide", "high"), [(31, 100), (100, 31), (4097, 100)])
def test_pictures_of_odd_sizes_are_refused(qapp, tmp_path: Path, wide: int, high: int) -> None:
    with pytest.raises(SettingsError, match=f"{wide} × {high}"):
        demand_picture(png(tmp_path, wide, high))


def test_a_file_that_is_gone_is_refused(qapp, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        demand_picture(tmp_path / "gone.png")
