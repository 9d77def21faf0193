"""Rows of other makers' files, put into a recording by the exchange room; no device on the air has this model.

============== ==========================================================================
characteristic payload
============== ==========================================================================
``header``     JSON: kind, columns, rate, places of the cells, ranges
``rows``       u64 number of the first row, u32 n, u16 k, n x (1 + k) float64 (seconds, values)
============== ==========================================================================

Layout and meaning: docs/recording-format.md. Ticks are nanoseconds of the file's time.
"""

from collections.abc import Callable, Sequence

import numpy as np

from ankletest.device import Advertisement, Decoded, DeviceModel, Handshake, Reading, TickSpec, TimeQuality
from ankletest.errors import CodecError
from ankletest.exchange import rows
from ankletest.samples import ACC, GYRO, BoolArray, FloatArray, IntArray, Kind, Site

KEY = rows.MODEL
CLIP_SHARE = 0.995
"""Share of the full scale from which a sample counts as clipped, as for every device."""
TICK_LIMIT_S = 9e9
"""Beyond this the nanoseconds do not fit into 64 bits."""


class Codec:
    """Header and rows to readings; a row with a value that is not finite is a missing sample, as is a jump in the row numbers."""

    def __init__(self) -> None:
        self._header: rows.Header | None = None
        self._given = -1  # number of the last row that was given as a sample
        self._taken = -1  # number of the last row that came at all
        self._taken_s = -np.inf

    @property
    def corners_mm(self) -> FloatArray | None:
        """Places of the cells, (c, 2), once the header has come."""
        return None if self._header is None else self._header.corners_mm

    @property
    def rate_hz(self) -> float | None:
        """Nominal rate of the file."""
        return None if self._header is None else self._header.rate_hz

    def feed(self, characteristic: str, payloads: Sequence[bytes]) -> Decoded:
        """Take payloads of ``header`` or ``rows``; others say nothing to this codec."""
        if characteristic == rows.HEADER:
            return Decoded(rejected=tuple(self._each(payloads, self._take_header)))
        if characteristic == rows.ROWS:
            return self._rows(payloads)
        return Decoded()

    def _each(self, payloads: Sequence[bytes], take: Callable[[int, bytes], None]) -> list[CodecError]:
        rejected: list[CodecError] = []
        for number, payload in enumerate(payloads):
            try:
                take(number, payload)
            except rows.LayoutError as error:
                rejected.append(CodecError(KEY, payload, str(error)))
        return rejected

    def _take_header(self, _: int, payload: bytes) -> None:
        self._header = rows.decode_header(payload)
        self._given, self._taken, self._taken_s = -1, -1, -np.inf

    def _rows(self, payloads: Sequence[bytes]) -> Decoded:
        parts: list[tuple[int, rows.Rows]] = []

        def take(number: int, payload: bytes) -> None:
            if self._header is None:
                raise rows.LayoutError("rows before a header")
            part = rows.decode_rows(payload, self._header.columns)
            if part.first <= self._taken:
                raise rows.LayoutError(f"row {part.first} after row {self._taken}")
            if not (np.diff(part.time_s, prepend=self._taken_s) > 0).all() or not (np.abs(part.time_s) < TICK_LIMIT_S).all():
                raise rows.LayoutError("time that does not go forwards")
            if len(part.time_s):
                self._taken, self._taken_s = part.first + len(part.time_s) - 1, float(part.time_s[-1])
                parts.append((number, part))

        rejected = self._each(payloads, take)
        readings = () if self._header is None or not parts else self._readings(self._header, parts)
        return Decoded(readings, tuple(rejected))

    def _readings(self, header: rows.Header, parts: list[tuple[int, rows.Rows]]) -> tuple[Reading, ...]:
        time_s = np.concatenate([part.time_s for _, part in parts])
        values = np.concatenate([part.values for _, part in parts])
        row = np.concatenate([part.first + np.arange(len(part.time_s)) for _, part in parts])
        source = np.repeat([number for number, _ in parts], [len(part.time_s) for _, part in parts])
        whole = np.isfinite(values).all(axis=1)
        time_s, values, row, source = time_s[whole], values[whole], row[whole], source[whole]
        if not len(row):
            return ()
        lost = np.diff(row, prepend=self._given) - 1
        self._given = int(row[-1])
        ticks = rows.ticks_of(time_s)
        clipped = _clipped(header, values)
        starts = np.flatnonzero(lost | (np.arange(len(row)) == 0))
        return tuple(
            _reading(header.kind, ticks[a:b], values[a:b], clipped[a:b], source[a:b], int(lost[a]))
            for a, b in zip(starts, [*starts[1:], len(row)], strict=True)
        )


def _reading(kind: Kind, ticks: IntArray, values: FloatArray, clipped: BoolArray, source: IntArray, lost: int) -> Reading:
    last = np.flatnonzero(np.diff(source, append=-1))
    return Reading(kind, ticks, values, clipped, source[last], last + 1, lost)


def _clipped(header: rows.Header, values: FloatArray) -> BoolArray:
    if header.kind is not Kind.IMU:
        return np.zeros(len(values), dtype=np.bool_)
    # A range that is not known is NaN, and no comparison with NaN is true.
    acc = np.abs(values[:, ACC]) >= CLIP_SHARE * header.acc_range_m_s2
    gyro = np.abs(values[:, GYRO]) >= CLIP_SHARE * header.gyro_range_rad_s
    return np.asarray((acc | gyro).any(axis=1), dtype=np.bool_)


def _nothing() -> Handshake:
    yield from ()


def _match(_: Advertisement) -> int:
    return 0


MODEL = DeviceModel(
    key=KEY,
    title="Imported file",
    kinds=(Kind.CELLS, Kind.FORCE, Kind.COP, Kind.IMU),
    sites=(Site.PAD, Site.FOOT, Site.SHANK, Site.LUMBAR),
    tick=TickSpec(seconds=1e-9, bits=0, quality=TimeQuality.EXACT),
    default_rate_hz=100.0,
    match=_match,
    codec=Codec,
    start=lambda _: _nothing(),
    stop=_nothing,
)
