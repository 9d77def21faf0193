"""Rules of the ladder of the clinic's own: copied, opened, edited, broken, given up again; and all of them told in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from ankletest.programme.ladder import Form, Rule, Rung
from ankletest.programme.ladder_file import SHIPPED, shipped
from ui.pages.followup_rules import RulesDialog, rules_told
from ui.words import followup as told


class Editor(QObject):
    """The editor of the machine: it notes what it was asked to open."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))


@pytest.fixture
def editor() -> Iterator[Editor]:
    it = Editor()
    QDesktopServices.setUrlHandler("file", it, "open")
    yield it
    QDesktopServices.unsetUrlHandler("file")


def rules(clinic) -> RulesDialog:
    clinic.click(clinic.page.ladder.rules)
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, RulesDialog) and w.isVisible())


def written(dialog: QWidget) -> str:
    return " ".join(child.text() for child in dialog.findChildren(QWidget) if hasattr(child, "text"))


def come_back(clinic) -> None:
    """Go to another window and back, as somebody does who has edited a file there."""
    other = QWidget()
    other.show()
    other.activateWindow()
    clinic.qtbot.waitUntil(other.isActiveWindow)
    other.close()
    clinic.shell.activateWindow()
    clinic.qtbot.waitUntil(clinic.shell.isActiveWindow)


def test_the_rules_are_read_copied_and_opened_and_hold_when_one_comes_back(clinic, editor: Editor, tmp_path: Path) -> None:
    clinic.take()
    dialog = rules(clinic)
    assert told.RULES_SHIPPED.format(version=shipped().version) in written(dialog)
    assert not dialog.back.isVisible()
    clinic.click(dialog.edit)
    path = tmp_path / "data" / "ladder.toml"
    assert editor.opened == [path]
    assert clinic.page.sentence.text() == told.RULES_OPENED.format(path=path)
    assert path.read_text("utf-8") == SHIPPED.read_text("utf-8")

    path.write_text('[[step]]\ntitle = "Ours"\ndrills = "skipping"\n', "utf-8")
    come_back(clinic)
    assert (clinic.page.ladder.right(), clinic.page.ladder.drills.text()) == ("step 1 of 1", "Drills: skipping")
    dialog = rules(clinic)
    assert str(path) in written(dialog)
    dialog.close()


def test_coming_back_without_other_rules_leaves_what_is_being_typed(clinic) -> None:
    clinic.take()
    clinic.click(clinic.page.ladder.other)
    clinic.qtbot.keyClicks(clinic.page.ladder.why, "landed well")
    come_back(clinic)

    assert clinic.page.ladder.why.text() == "landed well"


def test_where_nothing_opens_a_file_it_is_told_which_one_it_is(clinic, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: False)  # a machine without an editor cannot be made here
    clinic.take()
    clinic.click(rules(clinic).edit)

    assert clinic.page.sentence.text() == told.RULES_COPIED.format(path=tmp_path / "data" / "ladder.toml")


def test_broken_rules_are_told_with_their_line_and_can_be_given_up(clinic, tmp_path: Path) -> None:
    path = tmp_path / "data" / "ladder.toml"
    lines = SHIPPED.read_text("utf-8").splitlines()
    wrong = next(k for k, line in enumerate(lines) if line == "limit = 20.0")
    lines[wrong] = 'limit = "twenty"'
    path.write_text("\n".join(lines), "utf-8")
    clinic.take()
    assert f"Line {wrong + 1}: ladder.toml, step 2, form 1: limit is twenty" in clinic.page.ladder.trouble.text()
    dialog = rules(clinic)
    assert dialog.trouble.text() == clinic.page.ladder.trouble.text()
    clinic.click(dialog.back)
    box = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox) and w.isVisible())
    assert box.defaultButton().text() == told.CANCEL
    clinic.click(next(b for b in box.buttons() if b.text() == told.RULES_BACK_DO))

    assert not path.exists()
    assert path.with_name("ladder-1.toml").read_text("utf-8") == "\n".join(lines)
    assert clinic.page.sentence.text() == told.RULES_ARE_BACK.format(name="ladder-1.toml")
    assert clinic.page.ladder.trouble.text() == ""


def test_a_rule_tells_its_conditions_and_alternatives_stand_together() -> None:
    said = rules_told(
        Rung(
            "x",
            "",
            (
                Form("lunge", "lunge_angle", Rule.AT_LEAST, 35.0, one_of="range"),
                Form("heel_raise", "raises", Rule.AT_LEAST, 20.0, given={"legs": 2.0}),
                Form("heel_raise", "raises", Rule.AT_LEAST, 10.0, given={"legs": 1.0}),
                Form("lunge", "lunge_angle", Rule.LIKE_OTHER, one_of="range"),
            ),
        )
    )

    assert said[0].endswith(", or")
    assert said[1].endswith("within the MDC")
    assert said[2].endswith("(legs: 2)")
    assert said[3].endswith("at least 10"), "one leg is what the exam assumes"
