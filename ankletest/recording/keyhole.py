"""Holds the key of the clinic's recordings while its store is unlocked; where the key comes from is the store's business.

A process works with one data folder, so there is one ``KEYHOLE``: empty, new recordings are plain files and encrypted ones stay closed.
"""

import threading
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ankletest.errors import RecordingError, RecordingLocked
from ankletest.recording.frames import CLINIC_ID_BYTES, KEY_BYTES, FileCipher, FrameTail, KeyBlock, new_file_id
from ankletest.recording.safe_tail import SafeTail, Sink

PURPOSE = "recordings"
"""What the store derives the key for."""


class Keyhole:
    """Takes the clinic's key for recordings, and wraps and unwraps the keys of single files with it; any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: bytearray | None = None

    @property
    def open(self) -> bool:
        """True while there is a key."""
        return self._key is not None

    def insert(self, key: bytes) -> None:
        """Take the clinic's 32-byte key."""
        with self._lock:
            self._key = bytearray(key)

    def clear(self) -> None:
        """Overwrite the key and let it go. A recording that goes on keeps its own file's key."""
        with self._lock:
            if self._key is not None:
                self._key[:] = bytes(len(self._key))
            self._key = None

    def sink(self, path: Path) -> Sink:
        """Make the file of a new recording: encrypted while there is a key, else plain."""
        return self.sealed_sink(path) if self.open else SafeTail.create(path)

    def sealed_sink(self, path: Path) -> Sink:
        """Make the file of a new encrypted recording; raises ``RecordingLocked`` where there is no key."""
        cipher = self._new_cipher(path.name)
        return FrameTail(SafeTail.create(path), cipher)

    def unlock(self, block: KeyBlock, name: str) -> FileCipher:
        """Return the cipher of a file.

        Raises
        ------
        RecordingLocked
            There is no key.
        RecordingError
            The file belongs to another clinic's key, or its own key was changed.
        """
        key = self._demand(name)
        here = clinic_id(key)
        if here != block.clinic:
            raise RecordingError(
                f"{name} was recorded in another data folder: it needs the key {block.clinic.hex()[:8]}, here is {here.hex()[:8]}.",
                hint="Open it with the data folder that it was recorded in, or ask for it to be decrypted there: ankletest decrypt.",
            )
        try:
            return FileCipher(block, aes_key_unwrap(key, block.wrapped))
        except InvalidUnwrap as error:
            raise RecordingError(f"The key of {name} was changed.", hint="Take the file from a backup.") from error

    def _new_cipher(self, name: str) -> FileCipher:
        key = self._demand(name)
        own = AESGCM.generate_key(KEY_BYTES * 8)
        return FileCipher(KeyBlock(clinic_id(key), new_file_id(), aes_key_wrap(key, own)), own)

    def _demand(self, name: str) -> bytes:
        with self._lock:
            if self._key is None:
                raise RecordingLocked(f"{name} is encrypted, and the store is locked.", hint="Unlock the store with the passphrase first.")
            return bytes(self._key)


def clinic_id(key: bytes) -> bytes:
    """Return what tells one clinic's key from another without telling anything of it."""
    return HKDF(hashes.SHA256(), CLINIC_ID_BYTES, salt=None, info=b"ankletest/recordings/id").derive(key)


KEYHOLE = Keyhole()
"""The keyhole of this process."""
