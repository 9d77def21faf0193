"""Certificates on disk: one JSON file each in a folder, named after device, kind and date; no database and no dates of its own."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ankletest.recording.beside import beside
from calibration.certificate import Certificate, CertificateError

SUFFIX = ".certificate.json"
_UNFIT = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a folder holds: certificates, oldest first, and a sentence on each file that is none."""

    certificates: tuple[Certificate, ...] = ()
    damaged: tuple[str, ...] = ()


def file_name(certificate: Certificate) -> str:
    """Return the name of a certificate's file: model, serial, kind, date, and the end of its id, so that no two are the same."""
    parts = (
        certificate.device.model,
        certificate.device.serial,
        certificate.kind,
        f"{certificate.date:%Y%m%dT%H%M%SZ}",
        certificate.id[-10:],
    )
    return "_".join(_UNFIT.sub("-", part).strip("-") or "none" for part in parts) + SUFFIX


def save(folder: Path, certificate: Certificate) -> Path:
    """Write a certificate whole or not at all; one that is there already stays as it is.

    Raises
    ------
    RecordingError
        The file system refuses.
    CertificateError
        The folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CertificateError(f"The folder {folder.name} cannot be made: {error.strerror}.", "Choose another data folder.") from error
    target = folder / file_name(certificate)
    if not target.exists():
        with beside(target) as path:
            path.write_text(json.dumps(certificate.as_json(), indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    return target


def load(path: Path) -> Certificate:
    """Read one certificate.

    Raises
    ------
    CertificateError
        The file cannot be read, or is no certificate, or was changed.
    """
    hint = "Take it from a backup, or calibrate again."
    try:
        fields: object = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CertificateError(f"{path.name} cannot be read: {error.strerror or error}.", hint) from error
    except (ValueError, RecursionError) as error:
        raise CertificateError(f"{path.name} is damaged: it is no JSON.", hint) from error
    if not isinstance(fields, dict):
        raise CertificateError(f"{path.name} is no certificate.", hint)
    try:
        return Certificate.from_json({str(key): value for key, value in fields.items()})
    except CertificateError as error:
        raise CertificateError(f"{path.name}: {error.message}", error.hint) from error


def shelf(folder: Path) -> Shelf:
    """Read every certificate of a folder; a damaged file is told and the others are read."""
    found: list[Certificate] = []
    damaged: list[str] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []:
        try:
            found.append(load(path))
        except CertificateError as error:
            damaged.append(str(error))
    return Shelf(tuple(sorted(found, key=lambda c: (c.date, c.id))), tuple(damaged))


def latest(certificates: Sequence[Certificate]) -> list[Certificate]:
    """Return what a recording is given: of each device and kind the newest certificate, and the newest that passed, oldest first."""
    newest: dict[tuple[str, str, bool], Certificate] = {}
    for one in sorted(certificates, key=lambda c: (c.date, c.id)):
        newest[(str(one.device), one.kind, True)] = one
        if one.passed:
            newest[(str(one.device), one.kind, False)] = one
    return sorted({one.id: one for one in newest.values()}.values(), key=lambda c: (c.date, c.id))
