"""The data key: made once, kept wrapped by a passphrase, by the system's keyring and by a recovery code; never written in the clear.

The key file holds wrapped keys only and may lie beside the database. A changed passphrase wraps the same 32 bytes again; nothing is
encrypted anew. ``DataKey.wipe`` overwrites the key when the store is locked; copies that Python and its libraries made on the way cannot
be reached, so whoever can read this program's memory can read the key; a crash writes it into no file.
"""

import base64
import hmac
import os
import secrets
import sys
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import keyring
import keyring.errors
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ankletest.errors import StoreError
from ankletest.store import key_file
from ankletest.store.key_file import Wrap
from ankletest.store.passphrase import demand

if sys.platform != "win32":
    import resource

KEY_BYTES = 32
SALT_BYTES = 16
MEMORY_KIB = 64 * 1024
"""Argon2id memory: 64 MiB, about 0.2 s a try on a clinic PC; dear for who guesses, cheap once a day."""
ITERATIONS = 3
RECOVERY_BYTES = 20
"""160 bits, printed as eight groups of four letters: cannot be guessed, can be typed."""
LOOKS_LIKE = str.maketrans("018", "OIB")
"""No recovery code has these figures: whoever types one has read the letter beside it so."""
SERVICE = "ankletest"
PASSPHRASE, RECOVERY, KEYRING = "passphrase", "recovery", "keyring"


class DataKey:
    """The clinic's data key; keys for one purpose are derived from it until it is wiped."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        _write_no_core()
        self._secret = bytearray(secret)

    @property
    def secret(self) -> bytes:
        """The key itself; raises ``StoreError`` once it was wiped."""
        if not self._secret:
            raise StoreError("The store is locked.", "Unlock it with the passphrase.")
        return bytes(self._secret)

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key of one purpose (HKDF-SHA256)."""
        return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=f"ankletest/{purpose}".encode()).derive(self.secret)

    def wipe(self) -> None:
        """Overwrite the key and let it go."""
        self._secret[:] = bytes(len(self._secret))
        self._secret.clear()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DataKey) and hmac.compare_digest(self._secret, other._secret)

    __hash__ = None  # type: ignore[assignment]  # a key that can be wiped is no key of a dict

    def __repr__(self) -> str:
        return "DataKey(…)"


def exists(path: Path) -> bool:
    """Tell whether a key file is there."""
    return key_file.exists(path)


def create(path: Path, passphrase: str, *, in_keyring: bool) -> tuple[DataKey, str]:
    """Make a data key, write it wrapped, and return it with the recovery code that must be shown once.

    Raises
    ------
    StoreError
        When there is a key file already, the passphrase is not taken, or the file cannot be written.
    """
    if exists(path):
        raise StoreError(f"There is a key file already: {path.name}.", "Unlock it, or choose another data folder.")
    demand(passphrase)
    key = DataKey(secrets.token_bytes(KEY_BYTES))
    recovery = _grouped(secrets.token_bytes(RECOVERY_BYTES))
    key_file.write(path, [_wrap(PASSPHRASE, passphrase, key), _wrap(RECOVERY, _plain(recovery), key)])
    if in_keyring:
        remember(path, key)
    return key, recovery


def unlock(path: Path, passphrase: str) -> DataKey:
    """Return the data key for a passphrase or a recovery code.

    Raises
    ------
    StoreError
        When it is wrong, or the key file is missing or damaged.
    """
    for wrap in key_file.read(path):
        if wrap.by == KEYRING:
            continue
        words = _plain(passphrase) if wrap.by == RECOVERY else passphrase
        try:
            return DataKey(aes_key_unwrap(_stretch(words, wrap.salt), wrap.key))
        except InvalidUnwrap:
            continue
    raise StoreError("The passphrase is not right.", "Try again, or use the recovery code that was shown when the data folder was made.")


def unlock_with_keyring(path: Path) -> DataKey | None:
    """Return the data key if the system's keyring can open it, else None."""
    for wrap in key_file.read(path):
        if wrap.by != KEYRING:
            continue
        try:
            kept = keyring.get_password(SERVICE, wrap.account)
            if not kept:
                continue
            # Before version 2 the keyring held the data key itself.
            return DataKey(aes_key_unwrap(key_file.to_bytes(kept), wrap.key) if wrap.key else key_file.to_bytes(kept))
        except (keyring.errors.KeyringError, InvalidUnwrap, ValueError):
            continue
    return None


def remember(path: Path, key: DataKey) -> bool:
    """Let the system's keyring open the store from now on; return False where there is none."""
    account, own = secrets.token_hex(8), secrets.token_bytes(KEY_BYTES)
    try:
        keyring.set_password(SERVICE, account, key_file.to_text(own))
    except keyring.errors.KeyringError:
        return False
    former = [wrap.account for wrap in key_file.read(path) if wrap.by == KEYRING]
    wrap = Wrap(KEYRING, key=aes_key_wrap(own, key.secret), account=account)
    key_file.write(path, [*_without(path, KEYRING), wrap])
    _drop(former)  # a backup may hold the key file of its day
    return True


def forget(path: Path) -> None:
    """Let the keyring open the store no more."""
    _drop([wrap.account for wrap in key_file.read(path) if wrap.by == KEYRING])
    key_file.write(path, _without(path, KEYRING))


def has_keyring() -> bool:
    """Tell whether this system has a keyring that could open the store; that it is locked is not looked at."""
    return keyring.get_keyring().priority > 0


def remembered(path: Path) -> bool:
    """Tell whether a keyring was asked to open the store."""
    return any(wrap.by == KEYRING for wrap in key_file.read(path))


def change_passphrase(path: Path, key: DataKey, passphrase: str) -> None:
    """Wrap the same key by another passphrase."""
    demand(passphrase)
    key_file.write(path, [_wrap(PASSPHRASE, passphrase, key), *_without(path, PASSPHRASE)])


def renew_recovery(path: Path, key: DataKey) -> str:
    """Make another recovery code and return it; the one before opens nothing any more."""
    recovery = _grouped(secrets.token_bytes(RECOVERY_BYTES))
    key_file.write(path, [*_without(path, RECOVERY), _wrap(RECOVERY, _plain(recovery), key)])
    return recovery


def _write_no_core() -> None:
    """Let a crash of this program write its memory, with the key in it, into no file; on Windows the system decides."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _drop(accounts: Sequence[str]) -> None:
    """Take entries out of the keyring; what it does not let go of opens no key file that is written from now on."""
    for account in accounts:
        with suppress(keyring.errors.KeyringError):
            keyring.delete_password(SERVICE, account)


def _without(path: Path, by: str) -> list[Wrap]:
    return [wrap for wrap in key_file.read(path) if wrap.by != by]


def _wrap(by: str, words: str, key: DataKey) -> Wrap:
    salt = os.urandom(SALT_BYTES)
    return Wrap(by, salt, aes_key_wrap(_stretch(words, salt), key.secret))


def _stretch(words: str, salt: bytes) -> bytes:
    stretch = Argon2id(salt=salt, length=KEY_BYTES, iterations=ITERATIONS, lanes=1, memory_cost=MEMORY_KIB)
    # One keyboard sends é as one character and another as two. What is no text at all is a passphrase too, and most likely a wrong one.
    return stretch.derive(unicodedata.normalize("NFC", words).encode("utf-8", "surrogatepass"))


def _grouped(raw: bytes) -> str:
    letters = base64.b32encode(raw).decode()
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def _plain(code: str) -> str:
    return code.replace("-", "").replace(" ", "").upper().translate(LOOKS_LIKE)
