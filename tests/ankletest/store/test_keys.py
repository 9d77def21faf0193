import json
import sys
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked

from ankletest.errors import StoreError
from ankletest.store import key_file, keys
from tests.ankletest.store.conftest import DEAR

WORDS = "four quiet ankles hop"


def test_a_passphrase_gives_back_the_key_that_was_made(tmp_path: Path, no_keyring: None) -> None:
    key, _ = keys.create(tmp_path / "keys.json", WORDS, in_keyring=True)

    assert keys.unlock(tmp_path / "keys.json", WORDS) == key


def test_a_guess_is_dear() -> None:
    assert DEAR == (65_536, 3), "64 MiB thrice: the second recommended choice of RFC 9106, 4"


def test_the_recovery_code_opens_it_however_it_is_typed(tmp_path: Path, no_keyring: None) -> None:
    key, code = keys.create(tmp_path / "keys.json", WORDS, in_keyring=False)

    assert keys.unlock(tmp_path / "keys.json", code.lower().replace("-", " ")) == key
    assert keys.unlock(tmp_path / "keys.json", code.replace("O", "0").replace("I", "1").replace("B", "8")) == key
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

    assert key_file.to_text(key.secret) not in text
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


def test_a_wiped_key_is_zero_and_says_that_the_store_is_locked() -> None:
    key = keys.DataKey(bytes(range(32)))
    with memoryview(key._secret) as inside:
        with pytest.raises(BufferError):  # what is looked at cannot be let go, only overwritten
            key.wipe()
        assert inside == bytes(32)
    key.wipe()

    with pytest.raises(StoreError, match="locked"):
        key.derive("database")
    key.wipe()


def test_a_flipped_byte_in_the_key_file_costs_nothing(tmp_path: Path, no_keyring: None) -> None:
    path = tmp_path / "keys.json"
    keys.create(path, WORDS, in_keyring=False)
    whole = key_file.read(path)
    good = path.read_bytes()
    for at in range(0, len(good), 7):
        path.write_bytes(good[:at] + bytes([good[at] ^ 4]) + good[at + 1 :])

        assert key_file.read(path) == whole
        assert path.read_bytes() == good, "what was damaged is made good"


@pytest.mark.parametrize("lost", ["keys.json", "keys-copy.json"])
def test_a_lost_key_file_is_made_again_from_its_copy(tmp_path: Path, no_keyring: None, lost: str) -> None:
    path = tmp_path / "keys.json"
    key, _ = keys.create(path, WORDS, in_keyring=False)
    (tmp_path / lost).unlink()

    assert keys.exists(path)
    assert keys.unlock(path, WORDS) == key
    assert (tmp_path / lost).is_file()


def test_both_copies_damaged_are_told_and_not_taken_for_a_wrong_passphrase(tmp_path: Path, no_keyring: None) -> None:
    path = tmp_path / "keys.json"
    keys.create(path, WORDS, in_keyring=False)
    for place in (path, key_file.copy_of(path)):
        text = place.read_text()
        at = text.index('"key": "') + 12
        place.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])

    with pytest.raises(StoreError, match="checksum does not agree") as caught:
        keys.unlock(path, WORDS)
    assert "backup" in caught.value.hint


def test_a_key_file_without_checksum_is_still_read(tmp_path: Path, no_keyring: None) -> None:
    path = tmp_path / "keys.json"
    key, _ = keys.create(path, WORDS, in_keyring=False)
    old = [wrap.as_json() for wrap in key_file.read(path)]
    key_file.copy_of(path).unlink()
    path.write_text(json.dumps({"version": 1, "wraps": old}))

    assert keys.unlock(path, WORDS) == key


def test_the_keyring_holds_a_key_to_the_key_and_forgets_it(tmp_path: Path, system_keyring: object) -> None:
    path = tmp_path / "keys.json"
    key, _ = keys.create(path, WORDS, in_keyring=False)
    assert not keys.remembered(path)
    assert keys.unlock_with_keyring(path) is None
    assert keys.remember(path, key)
    kept = system_keyring.kept  # type: ignore[attr-defined]  # the keyring of the fixture

    assert keys.remembered(path)
    assert keys.unlock_with_keyring(path) == key
    assert key_file.to_text(key.secret) not in kept.values()
    keys.forget(path)
    assert keys.unlock_with_keyring(path) is None
    assert not kept
    assert keys.unlock(path, WORDS) == key


def test_a_keyring_of_another_computer_opens_nothing(tmp_path: Path, system_keyring: object) -> None:
    path = tmp_path / "keys.json"
    keys.create(path, WORDS, in_keyring=True)
    kept = system_keyring.kept  # type: ignore[attr-defined]  # the keyring of the fixture
    for entry in kept:
        kept[entry] = key_file.to_text(bytes(32))

    assert keys.unlock_with_keyring(path) is None


def test_remembered_twice_the_keyring_holds_one_entry_and_forgotten_none(tmp_path: Path, system_keyring: object) -> None:
    path = tmp_path / "keys.json"
    key, _ = keys.create(path, WORDS, in_keyring=True)
    of_a_backup = path.read_bytes()
    assert keys.remember(path, key)

    assert [wrap.by for wrap in key_file.read(path)].count("keyring") == 1
    assert len(system_keyring.kept) == 1  # type: ignore[attr-defined]  # the keyring of the fixture
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "keys.json").write_bytes(of_a_backup)
    assert keys.unlock_with_keyring(tmp_path / "backup" / "keys.json") is None
    keys.forget(path)
    assert not keys.remembered(path)


def test_a_keyring_that_is_locked_or_holds_nonsense_opens_nothing_and_is_forgotten_all_the_same(
    tmp_path: Path, system_keyring: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.json"
    keys.create(path, WORDS, in_keyring=True)
    kept = system_keyring.kept  # type: ignore[attr-defined]  # the keyring of the fixture
    for entry in kept:
        kept[entry] = "no base64!"
    assert keys.unlock_with_keyring(path) is None

    def locked(*_: str) -> None:
        raise KeyringLocked("nobody unlocked it")

    for name in ("get_password", "delete_password"):
        monkeypatch.setattr(system_keyring, name, locked)
    assert keys.unlock_with_keyring(path) is None
    keys.forget(path)
    assert not keys.remembered(path)


def test_a_keyring_that_holds_the_key_itself_still_opens_as_before_version_2(tmp_path: Path, system_keyring: object) -> None:
    key = keys.DataKey(bytes(range(32)))
    key_file.write(tmp_path / "keys.json", [key_file.Wrap("keyring", account="clinic")])
    system_keyring.kept[keys.SERVICE, "clinic"] = key_file.to_text(key.secret)  # type: ignore[attr-defined]  # the keyring of the fixture

    assert keys.unlock_with_keyring(tmp_path / "keys.json") == key


def test_no_two_stores_share_a_key_a_salt_or_a_recovery_code(tmp_path: Path, no_keyring: None) -> None:
    made = [keys.create(tmp_path / name, WORDS, in_keyring=False) for name in ("one.json", "two.json")]
    salts = {wrap.salt for name in ("one.json", "two.json") for wrap in key_file.read(tmp_path / name)}

    assert made[0][0] != made[1][0]
    assert made[0][1] != made[1][1]
    assert (len(salts), {len(salt) for salt in salts}) == (4, {16})


def test_a_short_passphrase_does_not_take_the_place_of_another(tmp_path: Path, no_keyring: None) -> None:
    path = tmp_path / "keys.json"
    key, _ = keys.create(path, WORDS, in_keyring=False)
    with pytest.raises(StoreError, match="7 characters"):
        keys.change_passphrase(path, key, "1234567")

    assert keys.unlock(path, WORDS) == key


def test_what_is_no_text_is_a_wrong_passphrase(tmp_path: Path, no_keyring: None) -> None:
    keys.create(tmp_path / "keys.json", WORDS, in_keyring=False)

    with pytest.raises(StoreError, match="not right"):
        keys.unlock(tmp_path / "keys.json", "half a letter \ud83d")


def test_a_new_recovery_code_replaces_the_old_one(tmp_path: Path, no_keyring: None) -> None:
    path = tmp_path / "keys.json"
    key, old = keys.create(path, WORDS, in_keyring=False)
    code = keys.renew_recovery(path, key)

    assert keys.unlock(path, code) == key
    assert keys.unlock(path, WORDS) == key
    with pytest.raises(StoreError, match="not right"):
        keys.unlock(path, old)


def test_an_accent_is_the_same_however_a_keyboard_sends_it(tmp_path: Path, no_keyring: None) -> None:
    key, _ = keys.create(tmp_path / "keys.json", "caf\u00e9 am Kai", in_keyring=False)

    assert keys.unlock(tmp_path / "keys.json", "cafe\u0301 am Kai") == key


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, no_keyring: None) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match="cannot be written"):
        keys.create(tmp_path / "file" / "keys.json", WORDS, in_keyring=False)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are another thing there")
def test_nobody_else_may_read_the_key_files(tmp_path: Path, no_keyring: None) -> None:
    path = tmp_path / "keys.json"
    keys.create(path, WORDS, in_keyring=False)

    assert [place.stat().st_mode & 0o777 for place in (path, key_file.copy_of(path))] == [0o600, 0o600]


def test_what_was_read_is_never_written_over_as_another_program_may_have_changed_it(
    tmp_path: Path, no_keyring: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.json"
    keys.create(path, WORDS, in_keyring=False)
    old = key_file.read(path)
    honest = key_file._read_one
    fresh = [key_file.Wrap("passphrase", b"salt", b"fresh")]
    left = [1]

    def overtaken(place: Path) -> tuple[key_file.Wrap, ...]:
        found = honest(place)
        if left.pop() if left else 0:
            key_file.write(path, fresh)  # by another window, just after ours has read
        return found

    monkeypatch.setattr(key_file, "_read_one", overtaken)
    assert key_file.read(path) == old
    monkeypatch.undo()

    assert key_file.read(path) == tuple(fresh)
    assert honest(key_file.copy_of(path)) == tuple(fresh)


@pytest.mark.parametrize("words", ["  spaces around  ", "quiet otters hop. " * 56, "пароль из слов", "Straße " * 3, "🔒🔑🐢🦶🐇🌲🌊🍎🚲🎈"])
def test_any_passphrase_opens_as_it_was_typed(tmp_path: Path, no_keyring: None, words: str) -> None:
    path = tmp_path / "keys.json"
    key, _ = keys.create(path, words, in_keyring=False)

    assert keys.unlock(path, words) == key
    for wrong in (words.strip() if words != words.strip() else words + " ", words[:-1]):
        with pytest.raises(StoreError, match="not right"):
            keys.unlock(path, wrong)
