"""The rating scale: digits, arrows, clicks, taking back, and what a screen reader hears."""

import pytest
from PySide6.QtCore import Qt

from ui.widgets.scale import TEN_MS, Scale

KEY = Qt.Key


@pytest.fixture
def scale(qtbot) -> Scale:
    it = Scale("Pain", ("none", "worst"))
    qtbot.addWidget(it)
    it.show()
    return it


def test_nothing_is_answered_before_somebody_answers(scale: Scale) -> None:
    assert scale.value is None
    assert scale.accessibleName() == "Pain: ? of 10"


@pytest.mark.parametrize("value", range(11))
def test_a_click_answers(qtbot, scale: Scale, value: int) -> None:
    qtbot.mouseClick(scale.button(value), Qt.MouseButton.LeftButton)

    assert scale.value == value
    assert scale.accessibleName() == f"Pain: {value} of 10"


def test_digits_answer_and_a_nought_soon_after_a_one_makes_ten(qtbot, scale: Scale) -> None:
    qtbot.keyClick(scale, KEY.Key_7)
    assert scale.value == 7
    qtbot.keyClick(scale, KEY.Key_1)
    qtbot.keyClick(scale, KEY.Key_0)
    assert scale.value == 10
    qtbot.keyClick(scale, KEY.Key_1)
    qtbot.wait(TEN_MS + 100)
    qtbot.keyClick(scale, KEY.Key_0)
    assert scale.value == 0


def test_arrows_move_and_stop_at_the_ends_and_delete_takes_back(qtbot, scale: Scale) -> None:
    qtbot.keyClick(scale, KEY.Key_Right)
    assert scale.value == 0
    qtbot.keyClick(scale, KEY.Key_Left)
    assert scale.value == 0
    scale.set_value(10)
    qtbot.keyClick(scale, KEY.Key_Right)
    assert scale.value == 10
    qtbot.keyClick(scale, KEY.Key_Delete)
    assert scale.value is None
