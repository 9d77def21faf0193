"""The page of settings by mouse and keys: what is chosen is kept and in force, wrong pictures are refused, never locking asks first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from ankletest.settings import Length, Mass, Scheme, Settings, load
from calibration.procedure import Ask
from tests.ui.test_accessible import unnamed
from ui import theme, units
from ui.furnish import Furniture
from ui.pages.calibration_form import GivenBox
from ui.pages.settings_asking import AskDialog
from ui.report.letterhead import KINDS, Letterhead, put
from ui.shell import Shell
from ui.words import settings as words

LONG_MS = 30_000


class Desk:
    """The real window with its settings apart from its data, as where no folder is named."""

    def __init__(self, qtbot, hub, tmp_path: Path, folder: Path | None = None) -> None:
        self.qtbot = qtbot
        self.file = tmp_path / "config" / "settings.toml"
        self.shell = Shell()
        self.furniture = Furniture(self.shell, hub, folder=folder or tmp_path / "data", settings=self.file)
        self.page = self.furniture.settings
        self.shell.resize(1280, 800)
        self.shell.show()
        qtbot.waitExposed(self.shell)
        self.shell.show_page("settings")

    @property
    def kept(self) -> Settings:
        return load(self.file).settings

    def group(self, key: str):
        """Choose a group by a click into the list."""
        row = list(words.GROUPS).index(key)
        at = self.page.groups.visualItemRect(self.page.groups.item(row)).center()
        self.qtbot.mouseClick(self.page.groups.viewport(), Qt.MouseButton.LeftButton, pos=at)
        return self.page.stack.currentWidget()

    def choose(self, box, key: str) -> None:
        """Choose by keys, as somebody without a mouse."""
        box.setFocus()
        wanted = list(box.keys()).index(key)
        while box.currentIndex() != wanted:
            self.qtbot.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < wanted else Qt.Key.Key_Up)

    def click(self, button) -> None:
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def tick(self, flag) -> None:
        self.qtbot.mouseClick(flag, Qt.MouseButton.LeftButton, pos=QPoint(14, flag.height() // 2))

    def dialog(self) -> AskDialog:
        self.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), AskDialog), timeout=LONG_MS)
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, AskDialog)
        return dialog

    def close(self) -> None:
        self.shell.close()
        self.qtbot.waitUntil(lambda: not self.shell.isVisible(), timeout=LONG_MS)


@pytest.fixture
def desk(qtbot, hub, tmp_path: Path) -> Iterator[Desk]:
    it = Desk(qtbot, hub, tmp_path)
    yield it
    it.close()
    units.apply(Length.CM, Mass.KG)
    put(Letterhead())


def picture(path: Path, wide: int = 200, high: int = 80) -> Path:
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.fill(QColor("#0B63B0"))
    assert image.save(str(path))
    return path


def test_the_page_opens_by_its_key_and_every_control_of_every_group_has_a_name(desk) -> None:
    desk.shell.show_page("test")
    desk.shell.activateWindow()
    with desk.qtbot.waitActive(desk.shell):
        pass
    desk.qtbot.keyClick(desk.shell, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert desk.shell.page == "settings"
    assert desk.shell.nav.current == "settings"
    for key in words.GROUPS:
        desk.group(key)
        assert unnamed(desk.shell) == []


def test_arrows_turn_the_groups_and_tab_goes_into_one(desk) -> None:
    desk.shell.activateWindow()
    with desk.qtbot.waitActive(desk.shell):
        pass
    desk.page.groups.setFocus()
    desk.qtbot.keyClick(desk.page.groups, Qt.Key.Key_Down)
    assert desk.page.stack.currentWidget() is desk.page.measuring
    desk.qtbot.keyClick(desk.page.groups, Qt.Key.Key_Tab)
    assert desk.shell.focusWidget() is desk.page.measuring.length


def test_units_are_kept_and_the_boxes_of_the_test_page_follow_while_values_stay(desk) -> None:
    bar = desk.furniture.test.setup_bar
    bar.mass.setValue(70.0)
    lever = bar.asked["heel_raise", "lever_m"]
    lever.setValue(0.18)
    desk.group("measuring")
    desk.choose(desk.page.measuring.length, "in")
    desk.choose(desk.page.measuring.mass, "lb")

    assert (desk.kept.length, desk.kept.mass) == (Length.INCH, Mass.POUND)
    assert (bar.mass.text(), lever.text()) == ("154.3 lb", "7.09 in")
    assert (bar.mass.value(), lever.value()) == (70.0, 0.18), "what is shown otherwise is not rounded"


def test_gravity_by_place_enables_its_boxes_and_is_shown(desk) -> None:
    group = desk.group("measuring")
    assert not group.latitude.isEnabled()
    desk.choose(group.gravity, "place")
    assert group.latitude.isEnabled()
    assert not group.typed.isEnabled()
    group.latitude.setFocus()
    group.latitude.selectAll()
    desk.qtbot.keyClicks(group.latitude, "0")
    assert desk.kept.latitude_deg == Settings().latitude_deg, "half typed is not settled"
    desk.qtbot.keyClick(group.latitude, Qt.Key.Key_Return)
    assert desk.kept.latitude_deg == 0.0
    assert group.now.text().startswith("In force: 9.78033 m/s²")
    assert desk.furniture.visit.gravity_m_s2 == desk.kept.gravity_m_s2
    assert GivenBox(Ask("gravity_m_s2", "gravity", "m/s²", 9.7, 9.9, (9.80665,))).text() == "9.78033"


def test_the_name_of_the_clinic_is_kept_when_enter_is_pressed(desk) -> None:
    group = desk.group("clinic")
    desk.qtbot.keyClicks(group.name, "Fuß & Co")
    desk.qtbot.keyClick(group.name, Qt.Key.Key_Return)
    assert desk.kept.clinic == "Fuß & Co"
    assert desk.page.sentence.text() == words.SAVED


def test_a_picture_is_copied_beside_the_settings_and_taken_away_again(desk, tmp_path: Path) -> None:
    group = desk.group("clinic")
    desk.click(group.choose)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(picture(tmp_path / "stick.png")))
    dialog.reject()
    assert desk.kept.logo == "logo.png"
    assert desk.file.with_name("logo.png").is_file()
    assert group.remove.isVisible()
    desk.click(group.remove)
    assert desk.kept.logo == ""
    assert not desk.file.with_name("logo.png").exists()
    assert (tmp_path / "stick.png").is_file()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.png", b"no picture", "not a picture"), ("a.svg", b"<svg", "not a picture"), ("a.jpg", b"x", "neither PNG nor SVG"),
        ("a.png", bytes(1_000_001), "1 MB are the most"),
    ],
)  # fmt: skip
def test_a_picture_that_will_not_do_is_refused_with_a_sentence(desk, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    desk.group("clinic").take(path)
    assert said in desk.page.sentence.text()
    assert desk.page.sentence.property("role") == "error"
    assert not list(desk.file.parent.glob("logo*")) if desk.file.parent.exists() else True
    assert KINDS == (".png", ".svg")


def test_a_picture_that_is_too_small_is_refused(desk, tmp_path: Path) -> None:
    desk.group("clinic").take(picture(tmp_path / "dot.png", 8, 8))
    assert "8 × 8" in desk.page.sentence.text()


def test_volume_mute_and_voice_are_in_force_at_once_and_the_key_does_the_same(desk) -> None:
    group = desk.group("sound")
    speaker, voice = desk.furniture.speaker, desk.furniture.voice
    group.volume.setFocus()
    desk.qtbot.keyClick(group.volume, Qt.Key.Key_PageDown)
    assert desk.kept.volume_percent == 90
    assert speaker.volume == pytest.approx(0.9)  # 90 of 100
    desk.tick(group.voice)
    assert voice.muted
    desk.tick(group.voice)
    assert not voice.muted
    desk.shell.activateWindow()
    with desk.qtbot.waitActive(desk.shell):
        pass
    desk.qtbot.keyClick(desk.shell, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    assert desk.kept.muted
    assert voice.muted
    assert group.muted.isChecked()


def test_colours_change_at_once_and_the_key_is_kept_too(desk) -> None:
    group = desk.group("look")
    desk.choose(group.theme, "dark")
    assert theme.is_dark()
    assert desk.kept.theme is Scheme.DARK
    desk.shell.activateWindow()
    with desk.qtbot.waitActive(desk.shell):
        pass
    desk.qtbot.keyClick(desk.shell, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert not theme.is_dark()
    assert desk.kept.theme is Scheme.LIGHT
    assert group.theme.currentData() == "light"


def test_text_and_language_are_kept_for_the_next_start(desk) -> None:
    group = desk.group("look")
    group.text.setFocus()
    desk.qtbot.keyClick(group.text, Qt.Key.Key_Up)
    desk.choose(group.language, "de")
    assert (desk.kept.text_percent, desk.kept.language) == (110, "de")


def test_never_locking_asks_first_warns_for_good_and_is_undone_without_asking(desk) -> None:
    group = desk.group("safety")
    desk.tick(group.never)
    dialog = desk.dialog()
    desk.click(dialog.cancel)
    assert not group.never.isChecked()
    assert desk.kept.lock_minutes == Settings().lock_minutes
    desk.tick(group.never)
    desk.click(desk.dialog().act)
    assert desk.kept.never_locks
    assert group.warning.isVisible()
    assert group.warning.text() == words.NEVER_WARNING
    assert not group.minutes.isEnabled()
    desk.tick(group.never)
    assert desk.kept.lock_minutes == Settings().lock_minutes
    assert not group.warning.isVisible()


def test_settings_that_cannot_be_written_change_nothing_and_say_so(desk, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("in the way")
    group = desk.group("measuring")
    group.mass.setFocus()
    desk.qtbot.keyClick(group.mass, Qt.Key.Key_Down)
    assert "cannot be written" in desk.page.sentence.text()
    assert desk.furniture.preferences.settings.mass is Mass.KG
    assert group.mass.currentData() == "kg"


def test_a_wrong_entry_of_the_file_is_said_on_the_page(qtbot, hub, tmp_path: Path) -> None:
    file = tmp_path / "config" / "settings.toml"
    file.parent.mkdir()
    file.write_text('theme = "pink"\nclinic = "Sole"\n', "utf-8")
    desk = Desk(qtbot, hub, tmp_path)
    assert "theme is 'pink'" in desk.page.sentence.text()
    assert desk.page.clinic.name.text() == "Sole"
    desk.close()
    put(Letterhead())
