"""Everything about a client by the buttons of the settings: with the name, under a pseudonym, stopped, refused; and what is said before."""

import json
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.ui.pages.test_settings_safety import Desk, pick, said
from tests.ui.pages.test_settings_safety import desk as desk
from tests.ui.pages.test_settings_safety import keyhole_empty as keyhole_empty
from ui.pages.settings_asking import AskDialog
from ui.words import handing as words
from ui.words import settings as words_settings


def handing(desk: Desk):
    return desk.group("safety").handing


def ask(desk: Desk, button, code: str) -> AskDialog:
    handing(desk).code.clear()
    desk.qtbot.keyClicks(handing(desk).code, code)
    desk.click(button)
    return desk.dialog()


def everything_of(folder: Path) -> str:
    return "".join(path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.rglob("*")) if path.is_file())


def test_with_the_name_it_is_said_that_it_is_not_encrypted_and_then_it_is_written(desk, tmp_path: Path) -> None:
    dialog = ask(desk, handing(desk).named, "AB-17")
    assert "not encrypted" in words.NAMED_TEXT
    assert words.NAMED_TEXT in [line.text() for line in dialog.findChildren(type(desk.page.sentence))]
    desk.click(dialog.act)
    pick(desk, tmp_path)
    said(desk, "Written, not encrypted")

    written = next(tmp_path.glob("AB-17_*"))
    assert json.loads((written / "client.json").read_text(encoding="utf-8"))["client"][0]["name"] == "Somebody"
    assert "export" in [entry.act for entry in desk.furniture.safe.keeping.log(last=3)]


def test_under_a_pseudonym_neither_name_nor_code_is_in_any_file_or_in_the_name_of_the_folder(desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    desk.click(ask(desk, handing(desk).hidden, "AB-17").act)
    pick(desk, out)
    said(desk, "Written, not encrypted")

    assert [path.name.startswith("pseudonymised_") for path in out.iterdir()] == [True]
    assert "Somebody" not in everything_of(out)
    assert "AB-17" not in everything_of(out)


def test_a_client_who_is_not_there_is_a_sentence(desk, tmp_path: Path) -> None:
    desk.click(ask(desk, handing(desk).named, "ZZ-9").act)
    pick(desk, tmp_path)
    said(desk, words_settings.NO_CLIENT.format(code="ZZ-9"))
    assert not list(tmp_path.glob("ZZ-9*"))


def test_the_client_of_the_visit_is_offered_and_without_a_code_nothing_can_be_written(desk) -> None:
    assert not handing(desk).named.isEnabled()
    assert not handing(desk).hidden.isEnabled()
    visit = desk.furniture.visit
    visit.choose_client(next(card for card in visit.store.clients() if card.code == "CD-2"))
    desk.furniture.shell.show_page("clients")
    desk.furniture.shell.show_page("settings")

    assert handing(desk).code.text() == "CD-2"
    assert handing(desk).named.isEnabled()


def test_while_the_store_is_locked_nothing_is_asked(desk) -> None:
    handing(desk).code.setText("AB-17")
    desk.furniture.door.lock_now()
    handing(desk).ask_named()

    assert not isinstance(QApplication.activeModalWidget(), AskDialog)
    assert desk.page.sentence.text() == words_settings.STORE_CLOSED
