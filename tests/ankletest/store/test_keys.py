import json
from pathlib import Path

import pytest

from ankletest.errors import StoreError
from ankletest.store import keys

WORDS = "four quiet ankles hop"


def test_a_passphrase_gives_back_the_key_that_was_made(tmp_path: Path, no_keyring: None) -> None:
    key, _ = keys.create(tmp_path / "keys.json", WORDS, in_keyring=True)

    assert keys.unlock(tmp_path / "keys.json", WORDS) == key


def test_the_recovery_code_opens_it_however_it_is_typed(tmp_path: Path, no_keyring: None) -> None:
    key, code = keys.create(tmp_path / "keys.json", WORDS, in_keyring=False)

    assert keys.unlock(tmp_path / "keys.json", code.lower().replace("-", " ")) == key
    assert len(code.replace("-", "")) == 32


def test_a_wrong_passphrase_is_told_as_such(tmp_path: Path, no_keyring: None) -> None:
    keys.create(tmp_path / "keys.json", WORDS, in_keyring=False)

    with pytest.raises(StoreError, match="not right") as caught:
        keys.unlock(tmp_path / "keys.json", WORDS + "!")
    assert "recovery code" in caught.value.hint


def test_a_changed_passphrase_wraps_the_same_key(tmp_path: Path, no_keyring: None) -> None:
    path = tmp_path / "keys.json"
    key, code = keys.create(path, WORDS, in_keyring=False)
    keys.change_passphrase(path, key, "another one, longer")

    assert keys.unlock(path, "another one, longer") == key
    assert keys.unlock(path, code) == key
    with pytest.raises(StoreError):
        keys.unlock(path, WORDS)


def test_the_keyring_opens_without_a_passphrase(tmp_path: Path, system_keyring: object) -> None:
    key, _ = keys.create(tmp_path / "keys.json", WORDS, in_keyring=True)

    assert keys.unlock_with_keyring(tmp_path / "keys.json") == key


def test_without_a_keyring_nothing_is_remembered(tmp_path: Path, no_keyring: None) -> None:
    keys.create(tmp_path / "keys.json", WORDS, in_keyring=True)

    assert keys.unlock_with_keyring(tmp_path / "keys.json") is None


def test_the_key_itself_is_in_no_file(tmp_path: Path, no_keyring: None) -> None:
    key, code = keys.create(tmp_path / "keys.json", WORDS, in_keyring=False)
    text = (tmp_path / "keys.json").read_text()

    assert keys._text(key.secret) not in text
    assert WORDS not in text
    assert code not in text
    assert repr(key) == "DataKey(…)"


def test_keys_of_two_purposes_differ() -> None:
    key = keys.DataKey(bytes(32))

    assert key.derive("database") != key.derive("recordings")
    assert key.derive("database") == keys.DataKey(bytes(32)).derive("database")


def test_a_short_passphrase_is_refused_with_its_length(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="7 characters"):
        keys.create(tmp_path / "keys.json", "1234567", in_keyring=False)
    assert not (tmp_path / "keys.json").exists()


@pytest.mark.parametrize("content", ["", "{", '{"version": 1}', "[]", '{"version": 9, "wraps": []}'])
def test_a_damaged_or_newer_key_file_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "keys.json").write_text(content)

    with pytest.raises(StoreError) as caught:
        keys.unlock(tmp_path / "keys.json", WORDS)
    assert caught.value.hint


def test_a_key_file_is_never_overwritten(tmp_path: Path, no_keyring: None) -> None:
    keys.create(tmp_path / "keys.json", WORDS, in_keyring=False)
    before = json.loads((tmp_path / "keys.json").read_text())

    with pytest.raises(StoreError, match="already"):
        keys.create(tmp_path / "keys.json", WORDS, in_keyring=False)
    assert json.loads((tmp_path / "keys.json").read_text()) == before
