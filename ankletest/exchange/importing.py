"""Turns a file of another maker into a recording, so that its samples take the same path as any device's."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ankletest.device import EVENT, LINK, OPERATOR, LinkState, Notification
from ankletest.errors import ExchangeError
from ankletest.exchange import mapping as mappings
from ankletest.exchange import rows
from ankletest.exchange.c3d import read_c3d
from ankletest.exchange.table_in import Table, read_table
from ankletest.recording.beside import beside
from ankletest.recording.mcap_file import Writer
from ankletest.recording.safe_tail import SafeTail, Sink
from ankletest.samples import FloatArray, Kind, Side, Site
from ankletest.trial import Setup

PIECE_S = 0.25
"""Rows that are notified together, s."""
NS = 1e9


def import_file(
    source: Path,
    mapping: str,
    target: Path,
    *,
    setup: Setup | None = None,
    site: Site | None = None,
    side: Side | None = None,
    progress: Callable[[float], None] | None = None,
    sink: Callable[[Path], Sink] = SafeTail.create,
) -> Path:
    """Write a recording of another maker's file.

    Parameters
    ----------
    source
        The file.
    mapping
        Name of a shipped mapping, or a TOML file.
    target
        The recording to write; one that is there is replaced when the new one is whole.
    setup
        The exam it is; None: samples only.
    site, side
        Where the device was; the mapping's site unless told otherwise.
    progress
        Told the share that is done, 0 to 1.
    sink
        Makes the file.

    Raises
    ------
    ExchangeError, RecordingError
        When the file cannot be read or the recording not be written; what was under the target's name is as it was then.
    """
    if target.exists() and source.exists() and target.samefile(source):
        raise ExchangeError(f"{source.name} would be replaced by its own recording.", "Choose another name for the recording.")
    header, table, where, title = _read(source, mapping)
    where = site or where
    if progress:
        progress(0.3)
    device = "pad" if where is Site.PAD else where.value if side is None else f"{where.value}-{side.value}"
    session = {
        "session": f"imported-{_digest(source)[:16]}",
        "imported": {"mapping": mapping if mapping in mappings.shipped() else "own", "sha256": _digest(source)},
        "devices": [
            {
                "device": device, "model": rows.MODEL, "title": title, "site": where.value, "side": side.value if side else None,
                "serial": "", "rate_hz": header.rate_hz, "corrections": [],
            }
        ],
    }  # fmt: skip
    with beside(target) as path:
        writer = Writer(path, session=session, opened_ns=0, sink=sink)
        try:
            writer.write(Notification(device, rows.HEADER, 0, rows.encode_header(header)))
            writer.write(Notification(device, LINK, 0, json.dumps({"state": LinkState.STREAMING.value, "why": ""}).encode()))
            if setup is not None:
                writer.write(_event({"event": "start", "setup": setup.as_json()}, 0.0))
            _write_rows(writer, device, table, progress)
            end = float(table.t_s[-1])
            if setup is not None:
                writer.write(_event({"event": "stop", "why": "the end of the file"}, end))
            writer.write(_event({"event": "close"}, end))
            writer.close()
        finally:
            writer.abandon()
    return target


def _read(source: Path, mapping: str) -> tuple[rows.Header, Table, Site, str]:
    if mapping == mappings.C3D:
        plate = read_c3d(source)
        rate = _rate_hz(plate.t_s)
        header = rows.Header(Kind.FORCE, rate, source="C3D force plate")
        return header, Table(plate.t_s, plate.force_n[:, np.newaxis]), Site.PAD, "Force plate (C3D)"
    how = mappings.load(mapping)
    table = read_table(source, how)
    corners = None
    if how.kind is Kind.CELLS:
        corners = np.array([(column.x_mm, column.y_mm) for column in how.columns], dtype=np.float64)
    return rows.Header(how.kind, how.rate_hz or _rate_hz(table.t_s), corners, source=how.title), table, how.site, how.title


def _write_rows(writer: Writer, device: str, table: Table, progress: Callable[[float], None] | None) -> None:
    starts = np.flatnonzero(np.diff(np.floor(table.t_s / PIECE_S), prepend=-1.0))
    ends = np.append(starts[1:], len(table.t_s))
    for first, last in zip(starts.tolist(), ends.tolist(), strict=True):
        payload = rows.encode_rows(first, table.t_s[first:last], table.values[first:last])
        writer.write(Notification(device, rows.ROWS, round(float(table.t_s[last - 1]) * NS), payload))
        if progress:
            progress(0.3 + 0.7 * last / len(table.t_s))


def _rate_hz(t_s: FloatArray) -> float | None:
    return float(1.0 / np.median(np.diff(t_s))) if len(t_s) > 1 else None


def _event(event: dict[str, object], t_s: float) -> Notification:
    return Notification(OPERATOR, EVENT, round(t_s * NS), json.dumps(event).encode())


def _digest(source: Path) -> str:
    try:
        with source.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ExchangeError(f"{source.name} cannot be read: {error.strerror}.", "Check the name.") from error
