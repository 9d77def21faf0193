"""The key file on the disk: wrapped keys with a checksum, kept twice, so that one bad byte does not cost a clinic its records."""

import base64
import binascii
import contextlib
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from ankletest.errors import StoreError
from ankletest.places import sync_folder

VERSION = 2
"""1 had neither checksum nor copy; it is still read."""
_LOST = "Restore it from a backup of the data folder: ankletest restore."


@dataclass(frozen=True, slots=True)
class Wrap:
    """The data key wrapped one way: ``by`` passphrase, recovery code or keyring; ``account`` names the keyring's entry."""

    by: str
    salt: bytes = b""
    key: bytes = b""
    account: str = ""

    def as_json(self) -> dict[str, str]:
        """Return it as it is written."""
        raw = {"by": self.by, "salt": to_text(self.salt), "key": to_text(self.key), "account": self.account}
        return {name: value for name, value in raw.items() if value}

    @classmethod
    def from_json(cls, fields: dict[str, str]) -> "Wrap":
        """Return what was written; raises ``ValueError`` or ``KeyError`` for anything else."""
        return cls(fields["by"], to_bytes(fields.get("salt", "")), to_bytes(fields.get("key", "")), fields.get("account", ""))


class _Damaged(Exception):  # noqa: N818  nobody sees it: the copy is tried
    """A key file whose checksum does not agree or that is none."""


def copy_of(path: Path) -> Path:
    """Return the name of the second copy."""
    return path.with_name(f"{path.stem}-copy{path.suffix}")


def exists(path: Path) -> bool:
    """Tell whether there is a key file, or its copy."""
    return path.is_file() or copy_of(path).is_file()


def read(path: Path) -> tuple[Wrap, ...]:
    """Return the wrapped keys, from the copy where the file itself is lost or damaged; what is damaged is made good.

    Raises
    ------
    StoreError
        Both are missing or damaged, or a newer program wrote them.
    """
    if not exists(path):
        raise StoreError(f"The key file {path.name} is missing.", _LOST)
    why: Exception | None = None
    for place in (path, copy_of(path)):
        try:
            found = _read_one(place)
        except FileNotFoundError:
            continue
        except (_Damaged, StoreError) as error:
            why = why or error
            continue
        _mend(path if place != path else copy_of(path), found)
        return found
    if isinstance(why, StoreError):
        raise why
    raise StoreError(f"The key file {path.name} cannot be read ({why}).", _LOST)


def write(path: Path, wraps: Sequence[Wrap]) -> None:
    """Write the file and its copy: both are on the disk before either takes its name, so that what was there stays or is gone as a whole.

    Raises
    ------
    StoreError
        When the folder cannot be written; the keys are as they were.
    """
    both = (path, copy_of(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for place in both:
            _prepare(place, wraps)
        _fresh(path).replace(path)
        # From here on it is done, and may not be told otherwise; a copy that is behind is mended when the keys are read.
        with contextlib.suppress(OSError):
            _fresh(copy_of(path)).replace(copy_of(path))
            sync_folder(path.parent)
    except OSError as error:
        for place in both:
            _drop(_fresh(place))
        raise StoreError(f"The key file cannot be written: {error.strerror}.", "Choose a data folder that can be written.") from error


def to_text(raw: bytes) -> str:
    """Return bytes as text."""
    return base64.b64encode(raw).decode()


def to_bytes(text: str) -> bytes:
    """Return the bytes of ``to_text``; raises ``ValueError`` for anything else."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _read_one(path: Path) -> tuple[Wrap, ...]:
    try:
        content = json.loads(path.read_text("utf-8"))
        version, listed = content["version"], content["wraps"]
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _Damaged(str(error)) from error
    if isinstance(version, int) and version > VERSION:
        raise StoreError(f"The key file has version {version}; this program reads up to version {VERSION}.", "Update ankletest.")
    try:
        fields = cast("list[dict[str, str]]", listed)
        wraps = tuple(Wrap.from_json(entry) for entry in fields)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _Damaged(str(error)) from error
    if version != 1 and content.get("sum") != _sum(fields):
        raise _Damaged("its checksum does not agree")
    return wraps


def _fresh(path: Path) -> Path:
    return path.with_suffix(".new")


def _prepare(path: Path, wraps: Sequence[Wrap]) -> None:
    """Write what is to take the place of a file, and bring it to the disk; nobody else may read it."""
    fields = [wrap.as_json() for wrap in wraps]
    _drop(_fresh(path))
    with os.fdopen(os.open(_fresh(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump({"version": VERSION, "wraps": fields, "sum": _sum(fields)}, out, indent=1)
        out.flush()
        os.fsync(out.fileno())


def _drop(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _mend(other: Path, wraps: tuple[Wrap, ...]) -> None:
    """Write the one of the two that was not read, where it differs; what was read is never written over, as it may be newer by now."""
    try:
        if _read_one(other) == wraps:
            return
    except (FileNotFoundError, _Damaged, StoreError):
        pass
    try:
        _prepare(other, wraps)
        _fresh(other).replace(other)
    except OSError:
        return  # a folder that cannot be written stays as it is


def _sum(fields: list[dict[str, str]]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()
