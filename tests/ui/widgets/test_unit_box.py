"""A box for lengths and masses: typed and read in the unit settled, its value in metres or kilograms, and never rounded by the show."""

import pytest
from PySide6.QtCore import Qt

from ankletest.settings import Length, Mass
from ui import units
from ui.widgets.unit_box import UnitBox


@pytest.fixture(autouse=True)
def usual_units():
    yield
    units.apply(Length.CM, Mass.KG)


def box_of(qtbot, unit: str, least: float, most: float) -> UnitBox:
    box = UnitBox(unit)
    qtbot.addWidget(box)
    box.setRange(least, most)
    return box


def typed(qtbot, box: UnitBox, text: str) -> float:
    box.selectAll()
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    return box.value()


@pytest.mark.parametrize(
    ("unit", "length", "mass", "text", "value"),
    [
        ("m", Length.CM, Mass.KG, "18.5", 0.185), ("m", Length.INCH, Mass.KG, "7.25", 7.25 * 0.0254),
        ("kg", Length.CM, Mass.KG, "70.4", 70.4), ("kg", Length.CM, Mass.POUND, "154.3", 154.3 * 0.45359237),
    ],
)  # fmt: skip
def test_what_is_typed_is_kept_in_si_units_and_reads_as_typed(qtbot, unit, length, mass, text, value) -> None:
    units.apply(length, mass)
    box = box_of(qtbot, unit, 0.05, 250.0)
    assert typed(qtbot, box, text) == pytest.approx(value, abs=1e-6)  # six decimals are kept
    assert float(box.text().split()[0]) == float(text)


def test_a_value_stays_what_it_is_when_another_unit_is_shown_and_back(qtbot) -> None:
    box = box_of(qtbot, "kg", 14.0, 250.0)
    box.setValue(70.0)
    units.apply(Length.CM, Mass.POUND)
    assert (box.text(), box.value()) == ("154.3 lb", 70.0)
    units.apply(Length.CM, Mass.KG)
    assert (box.text(), box.value()) == ("70.0 kg", 70.0)


def test_arrows_step_by_the_last_digit_shown(qtbot) -> None:
    units.apply(Length.INCH, Mass.KG)
    box = box_of(qtbot, "m", 0.0, 1.0)
    box.setValue(0.254)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.text() == "10.01 in"


def test_letters_are_not_taken_and_too_much_neither(qtbot) -> None:
    box = box_of(qtbot, "m", 0.05, 0.40)
    box.setValue(0.2)
    assert typed(qtbot, box, "abc") == 0.2
    assert typed(qtbot, box, "1") == 0.2, "1 cm is less than 5 cm"
    assert typed(qtbot, box, "999") <= 0.4


def test_a_word_for_the_least_is_shown_instead(qtbot) -> None:
    box = box_of(qtbot, "kg", 14.0, 250.0)
    box.setSpecialValueText("weighed")
    box.setValue(14.0)
    units.apply(Length.CM, Mass.POUND)
    assert box.text() == "weighed"
    assert box.value() == 14.0
