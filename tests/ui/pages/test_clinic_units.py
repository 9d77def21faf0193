"""A clinic that reads in inches and pounds: a bare number is in them, and what is kept is not changed by being looked at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ankletest.settings import Length, Mass
from tests.ui.conftest import fast_hub
from tests.ui.desktop import Desktop
from ui import units

LEVER = "hops.lever_m left"


@pytest.fixture
def imperial(qtbot, tmp_path: Path) -> Iterator[Desktop]:
    it = Desktop(qtbot, fast_hub(), tmp_path / "data")
    units.apply(Length.INCH, Mass.POUND)
    yield it
    units.apply(Length.CM, Mass.KG)
    it.shell.close()
    it.store.close()


def told(desktop: Desktop) -> list[str]:
    grid = desktop.page.list.summary.grid
    return [grid.itemAt(k).widget().text() for k in range(grid.count())]


def test_bare_numbers_are_inches_and_pounds_and_a_unit_goes_before(imperial: Desktop) -> None:
    imperial.page.begin_new()
    assert imperial.form.fields["height_m"].control.accessibleName() == "Height, in"
    assert imperial.form.fields["mass_kg"].control.accessibleName() == "Body mass, lb"
    key = next(iter(imperial.form.measures))
    for name, text in (("code", "US-1"), ("height_m", "67"), ("mass_kg", "150"), (key, "10.2")):
        imperial.write(name, text)
    imperial.save()
    kept = imperial.book.by_code("US-1")
    assert (kept.height_m, kept.mass_kg) == (pytest.approx(1.7018), pytest.approx(68.039, abs=1e-3))  # a tenth of a millimetre, a gram
    assert kept.measures[key] == pytest.approx(0.25908)
    assert "67 in, 150 lb" in told(imperial)

    imperial.page.list.edit_chosen()
    assert imperial.form.fields["height_m"].text == "67"
    imperial.write("height_m", "5'6\"")
    imperial.write("mass_kg", "70 kg")
    imperial.save()
    kept = imperial.book.by_code("US-1")
    assert (kept.height_m, kept.mass_kg) == (pytest.approx(1.6764), 70.0)


def test_what_was_entered_in_other_units_comes_back_unchanged(imperial: Desktop) -> None:
    units.apply(Length.CM, Mass.KG)
    imperial.page.begin_new()
    key = next(iter(imperial.form.measures))
    for name, text in (("code", "EU-1"), ("height_m", "171.5"), ("mass_kg", "62.3"), (key, "15.1 cm")):
        imperial.write(name, text)
    imperial.save()
    before = imperial.book.by_code("EU-1")
    units.apply(Length.INCH, Mass.POUND)
    imperial.page.list.edit_chosen()
    imperial.write("injury", "sprain")
    imperial.save()
    after = imperial.book.by_code("EU-1")

    assert (after.height_m, after.mass_kg, after.measures) == (before.height_m, before.mass_kg, before.measures)
    assert after.injury == "sprain"


def test_bounds_are_told_in_the_units_of_the_clinic(imperial: Desktop) -> None:
    imperial.page.begin_new()
    imperial.write("code", "US-2")
    imperial.write("mass_kg", "5000")
    imperial.save()

    assert "lb" in imperial.form.fields["mass_kg"].error.text()
    assert "kg" not in imperial.form.fields["mass_kg"].error.text()
