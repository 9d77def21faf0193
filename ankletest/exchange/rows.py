"""The payloads of the device model ``imported`` (docs/recording-format.md): a header and rows; no files and no makers' formats."""

import json
import math
import struct
from dataclasses import dataclass

import numpy as np

from ankletest.samples import COLUMNS, FloatArray, IntArray, Kind

MODEL = "imported"
"""Key of the device model whose codec reads these payloads."""
HEADER = "header"
ROWS = "rows"
"""Characteristics."""
ROW_LIMIT = 1 << 53
"""Row numbers are below this."""
LAYOUT = 1
"""Version of both payloads."""

_HEAD = struct.Struct("<QIH")
_KINDS = (Kind.CELLS, Kind.FORCE, Kind.COP, Kind.IMU)


class LayoutError(ValueError):
    """A payload that is not laid out like this; the codec says so with the bytes."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the rows are.

    Parameters
    ----------
    kind
        ``CELLS``, ``FORCE``, ``COP`` or ``IMU``.
    rate_hz
        Nominal rate, None when irregular or unknown.
    corners_mm : (c, 2)
        Places of the load cells, x to the right, y forward; None without cells.
    acc_range_m_s2, gyro_range_rad_s
        Full scale, NaN when unknown.
    source
        What kind of file the rows come from; no name of a person, no file name.
    """

    kind: Kind
    rate_hz: float | None = None
    corners_mm: FloatArray | None = None
    acc_range_m_s2: float = math.nan
    gyro_range_rad_s: float = math.nan
    source: str = ""

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise LayoutError(f"kind {self.kind} cannot be imported")
        if (self.kind is Kind.CELLS) != (self.corners_mm is not None):
            raise LayoutError("cells need the places of the cells, and nothing else has them")
        if self.corners_mm is not None and (
            self.corners_mm.ndim != 2 or self.corners_mm.shape[1] != 2 or not np.isfinite(self.corners_mm).all()
        ):
            raise LayoutError("the places of the cells are not pairs of numbers")
        if self.rate_hz is not None and not 0 < self.rate_hz < math.inf:
            raise LayoutError(f"a rate of {self.rate_hz} Hz")

    @property
    def columns(self) -> int:
        """Values in a row."""
        return len(COLUMNS[self.kind]) if self.corners_mm is None else len(self.corners_mm)


@dataclass(frozen=True, slots=True)
class Rows:
    """Consecutive rows: number of the first, seconds (n,), values (n, k)."""

    first: int
    time_s: FloatArray
    values: FloatArray


def encode_header(header: Header) -> bytes:
    """Return the payload of a header."""
    fields = {
        "layout": LAYOUT,
        "kind": header.kind.value,
        "columns": header.columns,
        "rate_hz": header.rate_hz,
        "corners_mm": None if header.corners_mm is None else header.corners_mm.tolist(),
        "acc_range_m_s2": _or_none(header.acc_range_m_s2),
        "gyro_range_rad_s": _or_none(header.gyro_range_rad_s),
        "source": header.source,
    }
    return json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def decode_header(payload: bytes) -> Header:
    """Return the header in a payload; raises ``LayoutError``."""
    try:
        fields: object = json.loads(payload)
        if not isinstance(fields, dict) or fields.get("layout") != LAYOUT:
            raise LayoutError(f"not a header of layout {LAYOUT}")
        corners = fields.get("corners_mm")
        rate = fields.get("rate_hz")
        header = Header(
            kind=Kind(str(fields.get("kind"))),
            rate_hz=None if rate is None else float(rate),
            corners_mm=None if corners is None else np.array(corners, dtype=np.float64),
            acc_range_m_s2=_or_nan(fields.get("acc_range_m_s2")),
            gyro_range_rad_s=_or_nan(fields.get("gyro_range_rad_s")),
            source=str(fields.get("source", "")),
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise LayoutError(f"not a header: {error}") from error
    if fields.get("columns") != header.columns:
        raise LayoutError(f"a header with {fields.get('columns')} columns for {header.kind}")
    return header


def encode_rows(first: int, time_s: FloatArray, values: FloatArray) -> bytes:
    """Return the payload of consecutive rows, ``time_s`` (n,) and ``values`` (n, k)."""
    table = np.column_stack((time_s, values)).astype("<f8")
    return _HEAD.pack(first, len(table), table.shape[1] - 1) + table.tobytes()


def decode_rows(payload: bytes, columns: int) -> Rows:
    """Return the rows in a payload; raises ``LayoutError`` when they do not have ``columns`` values."""
    if len(payload) < _HEAD.size:
        raise LayoutError("shorter than the head of rows")
    first, n, k = _HEAD.unpack_from(payload)
    if first >= ROW_LIMIT:
        raise LayoutError(f"row number {first}")
    if k != columns:
        raise LayoutError(f"rows of {k} values, the header says {columns}")
    if len(payload) != _HEAD.size + 8 * n * (1 + k):
        raise LayoutError(f"{n} rows of {k} values do not fill it")
    table = np.frombuffer(payload, dtype="<f8", offset=_HEAD.size).reshape(n, 1 + k).astype(np.float64)
    return Rows(first, table[:, 0], table[:, 1:])


def ticks_of(time_s: FloatArray) -> IntArray:
    """Return file time as the model's ticks, whole nanoseconds."""
    return np.rint(time_s * 1e9).astype(np.int64)


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _or_nan(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan
