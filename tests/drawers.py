"""The system's keyring exchanged for a while: the machine's own is never asked by a test."""

from collections.abc import Iterator
from contextlib import contextmanager

import keyring
import keyring.backends.fail
from keyring.backend import KeyringBackend


@contextmanager
def keyring_is(ours: KeyringBackend) -> Iterator[None]:
    """Have this keyring be the system's."""
    before = keyring.get_keyring()
    keyring.set_keyring(ours)
    yield
    keyring.set_keyring(before)


@contextmanager
def no_keyring() -> Iterator[None]:
    """Have a system without a keyring."""
    with keyring_is(keyring.backends.fail.Keyring()):
        yield
