"""This computer remembers the passphrase and forgets it, by the switch of the settings; a new recovery code; where there is no keyring."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError
from PySide6.QtCore import Qt

from ankletest.errors import StoreError
from ankletest.store import keys
from ankletest.store.desk import KEYS
from tests import drawers
from tests.ui.conftest import LONG_MS, code_written
from tests.ui.pages.test_settings_page import Desk
from ui.desk.unlock import unlock_remembered
from ui.words import door as words
from ui.words import settings as words_settings

PASSPHRASE = "seven quiet otters"  # noqa: S105  of a store that lives for one test


class Drawer(KeyringBackend):
    """A keyring that lives in memory; ``shut`` refuses, as one that is locked does."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.shut = False

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        if self.shut:
            raise KeyringError("locked")
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    ours = Drawer()
    with drawers.keyring_is(ours):
        yield ours


@pytest.fixture
def no_keyring() -> Iterator[None]:
    with drawers.no_keyring():
        yield


@pytest.fixture
def desk(qtbot, hub, tmp_path: Path) -> Iterator[Desk]:
    """The window with an open store, at the settings of safety."""
    it = Desk(qtbot, hub, tmp_path)
    it.furniture.door.unlock(PASSPHRASE)
    code_written(qtbot)
    idle(it)
    it.group("safety")
    yield it
    it.close()


def idle(desk: Desk) -> None:
    desk.qtbot.waitUntil(lambda: desk.furniture.safe.keeping is not None and not desk.furniture.jobs.busy, timeout=LONG_MS)


def said(desk: Desk, text: str) -> None:
    desk.qtbot.waitUntil(lambda: text in desk.page.sentence.text(), timeout=LONG_MS)
    idle(desk)


def answer(desk: Desk, passphrase: str) -> None:
    dialog = desk.dialog()
    desk.qtbot.keyClicks(dialog.lines[0], passphrase)
    desk.qtbot.keyClick(dialog.lines[0], Qt.Key.Key_Return)


def remember(desk: Desk) -> None:
    desk.tick(desk.page.safety.keyring.remember)
    answer(desk, PASSPHRASE)
    said(desk, words.REMEMBERED)


def test_it_is_remembered_only_after_the_passphrase_and_opens_the_next_start(desk, drawer) -> None:
    switch = desk.page.safety.keyring.remember
    folder = desk.furniture.door.folder
    desk.tick(switch)
    assert not switch.isChecked(), "it is not remembered yet"
    answer(desk, "something else")
    said(desk, "not right")
    assert not switch.isChecked()
    assert not drawer.kept
    remember(desk)

    assert switch.isChecked()
    assert PASSPHRASE not in "".join(drawer.kept.values())
    assert [entry.detail for entry in desk.furniture.safe.keeping.log(last=1)] == ["remembered by the keyring"]
    opened = unlock_remembered(folder, read_only=True)
    assert opened is not None
    opened.store.close()


def test_forgotten_the_next_start_asks_again(desk, drawer) -> None:
    remember(desk)
    desk.tick(desk.page.safety.keyring.remember)
    said(desk, words.FORGOTTEN)

    assert not desk.page.safety.keyring.remember.isChecked()
    assert not drawer.kept
    assert unlock_remembered(desk.furniture.door.folder) is None


@pytest.mark.usefixtures("drawer")
def test_a_lock_asks_for_the_passphrase_all_the_same(desk) -> None:
    remember(desk)
    desk.furniture.door.locking.lock()
    desk.qtbot.wait(200)
    assert desk.furniture.door.locking.is_locked
    screen = desk.furniture.door.locking.screen
    desk.qtbot.keyClicks(screen.passphrase, PASSPHRASE)
    desk.qtbot.keyClick(screen.passphrase, Qt.Key.Key_Return)
    idle(desk)


def test_a_keyring_that_does_not_take_it_is_told(desk, drawer) -> None:
    drawer.shut = True
    desk.tick(desk.page.safety.keyring.remember)
    answer(desk, PASSPHRASE)
    said(desk, words.REMEMBER_REFUSED)
    assert not desk.page.safety.keyring.remember.isChecked()


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_the_switch_is_off_and_says_why(desk) -> None:
    card = desk.page.safety.keyring
    assert not card.remember.isEnabled()
    assert card.about.text() == words.REMEMBER_NONE
    assert card.remember.accessibleDescription() == words.REMEMBER_NONE


def test_what_was_remembered_can_be_forgotten_where_the_keyring_is_gone(desk, drawer) -> None:
    remember(desk)
    keyring.set_keyring(keyring.backends.fail.Keyring())
    desk.group("look")
    desk.group("safety")
    assert desk.page.safety.keyring.remember.isEnabled()
    desk.tick(desk.page.safety.keyring.remember)
    said(desk, words.FORGOTTEN)
    assert not keys.remembered(desk.furniture.door.folder / KEYS)
    assert not desk.page.safety.keyring.remember.isEnabled()
    assert drawer.kept, "what the other keyring still holds opens nothing any more"


@pytest.mark.usefixtures("no_keyring")
def test_a_new_recovery_code_replaces_the_one_before(desk) -> None:
    path = desk.furniture.door.folder / KEYS
    codes: list[str] = []
    for _ in range(2):
        desk.click(desk.page.safety.keyring.new_code)
        answer(desk, PASSPHRASE)
        codes.append(code_written(desk.qtbot).replace("\n", "-"))
        idle(desk)

    assert keys.unlock(path, codes[1])
    with pytest.raises(StoreError, match="not right"):
        keys.unlock(path, codes[0])
    assert [entry.detail for entry in desk.furniture.safe.keeping.log(last=1)] == ["recovery code renewed"]


@pytest.mark.usefixtures("no_keyring")
def test_while_the_store_is_closed_nothing_is_asked(desk) -> None:
    desk.furniture.door.locking.shut()
    desk.click(desk.page.safety.keyring.new_code)
    assert desk.page.sentence.text() == words_settings.STORE_CLOSED
