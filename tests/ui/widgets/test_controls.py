"""Widgets that a person works: by mouse, by key, and heard by a screen reader."""

import math

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible

from ankletest.device import LinkState
from ankletest.samples import Side, Site
from ankletest.session import DeviceStatus
from ui import icons, theme
from ui.widgets.lamp import DeviceLamp
from ui.widgets.nav import NavBar, NavItem
from ui.widgets.scrub import ScrubBar, ScrubEvent
from ui.widgets.segmented import SideChoice

LEFT_BUTTON = Qt.MouseButton.LeftButton


def described(widget) -> tuple[str, str]:
    face = QAccessible.queryAccessibleInterface(widget)
    return face.text(QAccessible.Text.Name), face.text(QAccessible.Text.Description)


# ---- left or right ----


@pytest.fixture
def choice(qtbot):
    widget = SideChoice()
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    with qtbot.waitActive(widget):
        pass
    return widget


def test_a_click_chooses_the_leg_and_tells_it_once(qtbot, choice):
    heard = []
    choice.changed.connect(heard.append)
    qtbot.mouseClick(choice.button(Side.RIGHT), LEFT_BUTTON)
    qtbot.mouseClick(choice.button(Side.RIGHT), LEFT_BUTTON)

    assert heard == [Side.RIGHT]
    assert choice.side is Side.RIGHT


def test_arrows_choose_the_leg(qtbot, choice):
    choice.button(Side.LEFT).setFocus()
    with qtbot.waitSignal(choice.changed) as told:
        qtbot.keyClick(choice.button(Side.LEFT), Qt.Key.Key_Right)

    assert told.args == [Side.RIGHT]
    assert choice.button(Side.RIGHT).hasFocus()
    qtbot.keyClick(choice.button(Side.RIGHT), Qt.Key.Key_Left)
    assert choice.side is Side.LEFT


def test_the_program_can_choose_too_and_names_are_told(qtbot, choice):
    with qtbot.waitSignal(choice.changed):
        choice.set_side(Side.RIGHT)

    assert described(choice.button(Side.RIGHT))[0] == "Leg tested: Right"


# ---- navigation ----

ITEMS = (
    NavItem("test", "Test", icons.Glyph.TEST, hint="Ctrl+1"),
    NavItem("replay", "Replay", icons.Glyph.REPLAY),
    NavItem("settings", "Settings", icons.Glyph.SETTINGS, foot=True),
)


def test_the_bar_tells_which_page_was_picked_and_marks_it(qtbot):
    bar = NavBar(ITEMS)
    qtbot.addWidget(bar)
    bar.set_current("test")
    before = bar.button("replay").icon().pixmap(24, 24).toImage()
    with qtbot.waitSignal(bar.chosen) as told:
        qtbot.mouseClick(bar.button("replay"), LEFT_BUTTON)

    assert told.args == ["replay"]
    assert bar.current == "replay"
    assert bar.button("replay").icon().pixmap(24, 24).toImage() != before
    assert described(bar.button("test")) == ("Test", "Ctrl+1")


def test_a_page_can_be_picked_by_key(qtbot):
    bar = NavBar(ITEMS)
    qtbot.addWidget(bar)
    with qtbot.waitSignal(bar.chosen) as told:
        qtbot.keyClick(bar.button("settings"), Qt.Key.Key_Space)

    assert told.args == ["settings"]


@pytest.mark.parametrize("glyph", list(icons.Glyph))
def test_every_icon_is_drawn_in_its_colour(qapp, glyph):
    image = icons.pixmap(glyph, "#C8500A", 24).toImage()
    inked = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha() == 255]

    assert len(inked) > 20
    assert {tone.name() for tone in inked} == {"#c8500a"}


def test_icons_follow_the_scheme(qtbot, qapp):
    bar = NavBar(ITEMS)
    qtbot.addWidget(bar)
    light = bar.button("test").icon().pixmap(24, 24).toImage()
    theme.apply(qapp, theme.Scheme.DARK)

    assert bar.button("test").icon().pixmap(24, 24).toImage() != light


# ---- device lamp ----


def status(**changes) -> DeviceStatus:
    fields: dict[str, object] = {
        "device": "foot-left", "model": "m", "title": "t", "site": Site.FOOT, "side": Side.LEFT, "state": LinkState.STREAMING,
        "rate_hz": 199.9, "loss_percent": 0.0, "longest_gap_s": 0.0, "clipped": 0, "rejected": 0, "battery_percent": 86,
        "timing": "device", "lamp": "good", "words": "fine",
    }  # fmt: skip
    return DeviceStatus(**{**fields, **changes})


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "●  Sensor left foot  200 Hz  86 %"),
        ({"site": Site.PAD, "side": None, "battery_percent": None}, "●  Force pad  200 Hz"),
        ({"site": Site.LUMBAR, "side": None, "loss_percent": 2.34, "lamp": "warn"}, "▲  Sensor pelvis  200 Hz  2.3 % lost  86 %"),
        ({"rate_hz": math.nan, "battery_percent": None}, "●  Sensor left foot"),
        ({"state": LinkState.LOST, "lamp": "bad"}, "■  Sensor left foot  lost"),
    ],
)
def test_a_lamp_says_which_device_how_fast_and_how_full(qtbot, changes, text):
    lamp = DeviceLamp(status(**changes))
    qtbot.addWidget(lamp)

    assert lamp.text() == text


def test_a_lamp_says_why(qtbot):
    lamp = DeviceLamp(status())
    qtbot.addWidget(lamp)
    lamp.show_status(status(lamp="warn", words="The battery is low."))

    assert lamp.toolTip() == "The battery is low."
    assert described(lamp)[1] == "attention, The battery is low."


# ---- position in a recording ----


@pytest.fixture
def bar(qtbot):
    widget = ScrubBar()
    qtbot.addWidget(widget)
    widget.resize(420, 44)
    widget.set_duration(100.0)
    widget.set_events([ScrubEvent(70.0, "end"), ScrubEvent(10.0, "start"), ScrubEvent(40.2, "touch-down", "warn")])
    widget.show()
    return widget


def x_of(bar: ScrubBar, t_s: float) -> QPoint:
    return QPoint(round(10 + t_s / bar.duration_s * (bar.width() - 20)), 24)


def test_a_click_seeks_there(qtbot, bar):
    with qtbot.waitSignal(bar.sought) as told:
        qtbot.mouseClick(bar, LEFT_BUTTON, pos=x_of(bar, 55.0))

    # A pixel is a quarter of a second here.
    assert told.args[0] == pytest.approx(55.0, abs=0.25)
    assert described(bar) == ("Position in the recording", "0:55.0 of 1:40.0")


def test_a_click_beside_an_event_seeks_the_event(qtbot, bar):
    with qtbot.waitSignal(bar.sought) as told:
        qtbot.mouseClick(bar, LEFT_BUTTON, pos=x_of(bar, 41.0))

    assert told.args == [40.2]


def test_showing_where_the_playback_is_seeks_nothing(qtbot, bar):
    with qtbot.assertNotEmitted(bar.sought):
        bar.set_position(33.3)

    assert bar.position_s == pytest.approx(33.3)
    bar.grab()


def test_a_held_handle_is_not_torn_away(qtbot, bar):
    qtbot.mousePress(bar, LEFT_BUTTON, pos=x_of(bar, 20.0))
    held = bar.position_s
    bar.set_position(90.0)

    assert bar.position_s == held
    qtbot.mouseRelease(bar, LEFT_BUTTON)
    bar.set_position(90.0)
    assert bar.position_s == 90.0


@pytest.mark.parametrize(
    ("key", "from_s", "to_s"),
    [
        (Qt.Key.Key_Right, 20.0, 21.0), (Qt.Key.Key_Left, 20.0, 19.0), (Qt.Key.Key_PageUp, 20.0, 30.0), (Qt.Key.Key_PageDown, 20.0, 10.0),
        (Qt.Key.Key_Home, 20.0, 0.0), (Qt.Key.Key_End, 20.0, 100.0),
    ],
)  # fmt: skip
def test_keys_seek(qtbot, bar, key, from_s, to_s):
    bar.set_position(from_s)
    with qtbot.waitSignal(bar.sought) as told:
        qtbot.keyClick(bar, key)

    assert told.args == [to_s]


def test_ctrl_and_arrows_go_from_event_to_event(qtbot, bar):
    heard = []
    bar.sought.connect(heard.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(bar, key, Qt.KeyboardModifier.ControlModifier)

    assert heard == [10.0, 40.2, 70.0, 40.2]


def test_an_empty_recording_can_be_shown(qtbot):
    bar = ScrubBar()
    qtbot.addWidget(bar)
    bar.grab()

    assert (bar.duration_s, bar.position_s) == (0.0, 0.0)
