"""The data key: made once, kept wrapped by a passphrase, by the system's keyring and by a recovery code; never written in the clear.

The key file holds wrapped keys only and may lie beside the database. A changed passphrase wraps the same 32 bytes again; nothing is
encrypted anew. Python cannot promise to wipe memory, so a key lives in it as long as the program runs.
"""

import base64
import binascii
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import keyring
import keyring.errors
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ankletest.errors import StoreError

KEY_BYTES = 32
SALT_BYTES = 16
MEMORY_KIB = 64 * 1024
"""Argon2id memory: 64 MiB, about 0.2 s a try on a clinic PC; dear for who guesses, cheap once a day."""
ITERATIONS = 3
RECOVERY_BYTES = 20
"""160 bits, printed as eight groups of four letters: cannot be guessed, can be typed."""
SERVICE = "ankletest"
VERSION = 1
SHORTEST = 8
"""Shortest passphrase that is taken."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """The clinic's data key; keys for one purpose are derived from it."""

    secret: bytes

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key of one purpose (HKDF-SHA256)."""
        return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=f"ankletest/{purpose}".encode()).derive(self.secret)

    def __repr__(self) -> str:
        return "DataKey(…)"


def exists(path: Path) -> bool:
    """Tell whether a key file is there."""
    return path.is_file()


def create(path: Path, passphrase: str, *, in_keyring: bool) -> tuple[DataKey, str]:
    """Make a data key, write it wrapped, and return it with the recovery code that must be shown once.

    Raises
    ------
    StoreError
        When there is a key file already, the passphrase is too short, or the file cannot be written.
    """
    if exists(path):
        raise StoreError(f"There is a key file already: {path.name}.", "Unlock it, or choose another data folder.")
    _demand(passphrase)
    key = DataKey(secrets.token_bytes(KEY_BYTES))
    recovery = _grouped(secrets.token_bytes(RECOVERY_BYTES))
    wraps = [_wrap("passphrase", passphrase, key), _wrap("recovery", _plain(recovery), key)]
    account = secrets.token_hex(8)
    if in_keyring and _remember(account, key):
        wraps.append({"by": "keyring", "account": account})
    _write(path, wraps)
    return key, recovery


def unlock(path: Path, passphrase: str) -> DataKey:
    """Return the data key for a passphrase or a recovery code.

    Raises
    ------
    StoreError
        When it is wrong, or the key file is missing or damaged.
    """
    wraps = _read(path)
    for wrap in wraps:
        if wrap["by"] == "keyring":
            continue
        words = _plain(passphrase) if wrap["by"] == "recovery" else passphrase
        try:
            return DataKey(aes_key_unwrap(_stretch(words, _bytes(wrap["salt"])), _bytes(wrap["key"])))
        except InvalidUnwrap:
            continue
    raise StoreError("The passphrase is not right.", "Try again, or use the recovery code that was shown when the data folder was made.")


def unlock_with_keyring(path: Path) -> DataKey | None:
    """Return the data key if the system's keyring has it, else None."""
    for wrap in _read(path):
        if wrap["by"] != "keyring":
            continue
        try:
            kept = keyring.get_password(SERVICE, wrap["account"])
        except keyring.errors.KeyringError:
            return None
        return DataKey(_bytes(kept)) if kept else None
    return None


def change_passphrase(path: Path, key: DataKey, passphrase: str) -> None:
    """Wrap the same key by another passphrase."""
    _demand(passphrase)
    kept = [wrap for wrap in _read(path) if wrap["by"] != "passphrase"]
    _write(path, [_wrap("passphrase", passphrase, key), *kept])


def _demand(passphrase: str) -> None:
    if len(passphrase) < SHORTEST:
        raise StoreError(f"The passphrase has {len(passphrase)} characters.", f"Take at least {SHORTEST}; a few words are easiest to keep.")


def _wrap(by: str, words: str, key: DataKey) -> dict[str, str]:
    salt = os.urandom(SALT_BYTES)
    return {"by": by, "salt": _text(salt), "key": _text(aes_key_wrap(_stretch(words, salt), key.secret))}


def _stretch(words: str, salt: bytes) -> bytes:
    stretch = Argon2id(salt=salt, length=KEY_BYTES, iterations=ITERATIONS, lanes=1, memory_cost=MEMORY_KIB)
    return stretch.derive(words.encode())


def _remember(account: str, key: DataKey) -> bool:
    try:
        keyring.set_password(SERVICE, account, _text(key.secret))
    except keyring.errors.KeyringError:
        return False
    return True


def _read(path: Path) -> list[dict[str, str]]:
    try:
        content = json.loads(path.read_text("utf-8"))
        version, wraps = content["version"], content["wraps"]
    except FileNotFoundError as error:
        raise StoreError(f"The key file {path.name} is missing.", "Restore it from a backup of the data folder.") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"The key file {path.name} cannot be read ({error}).", "Restore it from a backup of the data folder.") from error
    if version != VERSION:
        raise StoreError(f"The key file has version {version}; this program reads version {VERSION}.", "Update ankletest.")
    return cast("list[dict[str, str]]", wraps)


def _write(path: Path, wraps: list[dict[str, str]]) -> None:
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("w", encoding="utf-8") as out:
            json.dump({"version": VERSION, "wraps": wraps}, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        fresh.chmod(0o600)
        fresh.replace(path)
    except OSError as error:
        raise StoreError(f"The key file cannot be written: {error.strerror}.", "Choose a data folder that can be written.") from error


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise StoreError("The key file is damaged.", "Restore it from a backup of the data folder.") from error


def _grouped(raw: bytes) -> str:
    letters = base64.b32encode(raw).decode()
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def _plain(code: str) -> str:
    return code.replace("-", "").replace(" ", "").upper()
