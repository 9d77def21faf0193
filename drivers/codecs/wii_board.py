"""Nintendo's Wii Balance Board: four load cells under a plate, 30 to 100 samples a second, neither time nor counter of its own.

========== ============================================================================================
where      bytes, each followed by the host's time, u32 LE µs (it wraps), at which the system took it
========== ============================================================================================
``report`` a HID report of the board as it came: 21 memory, 32 or 34 samples (big-endian), others
``cells``  what the Linux driver made of it: 4 x u16 LE, 0.01 kg, calibrated
========== ============================================================================================

Cells are front right, back right, front left, back left, in this order everywhere. Calibration is three raw values a cell, at 0, 17 and
34 kg. Facts: wiibrew and the Linux driver, devices.md 4.4.
"""

import struct
from collections.abc import Sequence

import numpy as np

from ankletest.device import Advertisement, Decoded, DeviceModel, Expect, Handshake, Subscribe, TickSpec, TimeQuality, Wait, Write
from ankletest.errors import CodecError, DeviceError
from ankletest.samples import N_PER_KGF, FloatArray, IntArray, Kind, Site
from drivers.codecs.rows import FULL_SCALE_SHARE, PAUSE_S, Rejected, in_order, lost_before, no_sense, readings

KEY = "wii-board"
NAMES = ("Nintendo RVL-WBC-01", "Nintendo Wii Remote Balance Board")
"""Over Bluetooth and Windows, and of Linux' driver."""
REPORT, CELLS = "report", "cells"
STATE, MEMORY = 0x20, 0x21
RATE_HZ = 60.0
"""About; it sends when it likes."""
TICK = TickSpec(1e-6, 32, TimeQuality.ARRIVAL)
STAMP = 4
WIDTH_MM, LENGTH_MM = 433.0, 238.0
"""Between the cells (Leach et al. 2014); 228 mm is found too."""
CORNERS_MM: FloatArray = np.array([(WIDTH_MM, LENGTH_MM), (WIDTH_MM, -LENGTH_MM), (-WIDTH_MM, LENGTH_MM), (-WIDTH_MM, -LENGTH_MM)]) / 2.0
STEP_KG = 17.0
"""From one calibrated load to the next."""
KG_PER_COUNT = 0.01
FULL_SCALE = FULL_SCALE_SHARE * 0xFFFF
CALIBRATION_AT, FIRST_PART, REST = 0x24, 16, 8
"""Where calibration is in its memory, and how many bytes of it come in each of two reports."""
ID_AT, ID = bytes.fromhex("00fa"), bytes.fromhex("0000 a420 0402")
BATTERY_AT = 3 + 10
BARS = ((0x82, 100), (0x7D, 75), (0x78, 50), (0x6A, 25))
"""Least raw value and the per cent that its four bars stand for."""
_FEW, _MORE = b"\x32", b"\x34"
_REPORT_FEW, _REPORT_MORE, _LINUX = struct.Struct(">3x4H"), struct.Struct(">3x4H11x"), struct.Struct("<4H")
"""Samples with eight bytes of the extension, with nineteen, and Linux'."""
OUTPUT = 22
SETTLE_S = 0.1


class WiiBoardCodec:
    """Every payload is whole; kept are the calibration and the time of the last sample."""

    def __init__(self) -> None:
        self._parts: dict[int, bytes] = {}
        self._points: FloatArray | None = None  # raw values at 0, 17 and 34 kg, (3, 4)
        self._last: int | None = None

    @property
    def corners_mm(self) -> FloatArray | None:
        """Where the cells are."""
        return CORNERS_MM.copy()

    @property
    def rate_hz(self) -> float | None:
        """None: it has none that it keeps."""
        return None

    def feed(self, characteristic: str, payloads: Sequence[bytes]) -> Decoded:
        """Take reports, or what the system made of them."""
        if characteristic not in (REPORT, CELLS):
            return no_sense(KEY, payloads, characteristic)
        rejected: Rejected = []
        raw: list[tuple[int, ...]] = []
        parts: list[FloatArray] = []
        owners: list[int] = []
        battery: int | None = None
        for number, payload in enumerate(payloads):
            try:
                if characteristic == CELLS:
                    raw.append(_unpacked(_LINUX, payload, whole=True))
                elif payload[:1] == _MORE:
                    raw.append(self._counted(_REPORT_MORE, payload))
                    battery = payload[BATTERY_AT]
                elif payload[:1] == _FEW:
                    raw.append(self._counted(_REPORT_FEW, payload))
                else:
                    parts.append(self._kg(np.array(raw[sum(map(len, parts)) :], dtype=np.float64)))
                    self._learn(payload)
                    continue
                owners.append(number)
            except _ReportError as error:
                rejected.append((number, CodecError(KEY, payload, str(error))))
        percent = None if battery is None else next((percent for least, percent in BARS if battery >= least), 0)
        if not raw:
            return Decoded((), in_order(rejected), percent)
        counts = np.array(raw, dtype=np.float64)
        done = sum(map(len, parts))
        parts.append(counts[done:] * KG_PER_COUNT if characteristic == CELLS else self._kg(counts[done:]))
        ticks: IntArray = np.array([int.from_bytes(payloads[number][-STAMP:], "little") for number in owners], dtype=np.int64)
        # What is missing nobody can tell, because it has no period; but a pause can be seen.
        _, fresh = lost_before(ticks, self._last, period=1e6 / RATE_HZ, bits=TICK.bits, pause=1e6 * PAUSE_S)
        self._last = int(ticks[-1])
        found = readings(
            Kind.CELLS, ticks=ticks, values=np.concatenate(parts) * N_PER_KGF, clipped=counts.max(axis=1) >= FULL_SCALE,
            owners=np.array(owners, dtype=np.int64), lost=np.zeros(len(ticks), dtype=np.int64), fresh=fresh,
        )  # fmt: skip
        return Decoded(found, in_order(rejected), percent)

    def _counted(self, layout: struct.Struct, payload: bytes) -> tuple[int, ...]:
        if self._points is None:
            raise _ReportError("no calibration yet")
        return _unpacked(layout, payload, whole=False)

    def _learn(self, payload: bytes) -> None:
        """Take a report without samples: calibration comes in two."""
        if len(payload) < 1 + STAMP or payload[0] not in range(0x20, 0x40):
            raise _ReportError("not a report")
        if payload[0] != MEMORY:
            return
        if len(payload) < 6 + FIRST_PART + STAMP:
            raise _ReportError("memory that is cut off")
        size, wrong, at = (payload[3] >> 4) + 1, payload[3] & 15, int.from_bytes(payload[4:6], "big")
        if wrong:
            raise _ReportError(f"memory at {at:#x} cannot be read: error {wrong}")
        if (at, size) not in ((CALIBRATION_AT, FIRST_PART), (CALIBRATION_AT + FIRST_PART, REST)):
            return
        self._parts[at] = payload[6 : 6 + size]
        if len(self._parts) == 2:
            whole = self._parts[CALIBRATION_AT] + self._parts[CALIBRATION_AT + FIRST_PART]
            points = np.frombuffer(whole, dtype=">u2").reshape(3, 4).astype(np.float64)
            if (np.diff(points, axis=0) <= 0.0).any():
                raise _ReportError("a calibration whose raw values do not grow with the load")
            self._points = points

    def _kg(self, raw: FloatArray) -> FloatArray:
        """Return the load of each cell, (n, 4): straight between the calibrated loads, and on beyond both ends."""
        if self._points is None or not len(raw):
            return np.zeros((0, 4))
        none, middle, most = self._points
        below = STEP_KG * (raw - none) / (middle - none)
        above = STEP_KG + STEP_KG * (raw - middle) / (most - middle)
        return np.asarray(np.where(raw < middle, below, above), dtype=np.float64)


class _ReportError(Exception):
    """A report that means nothing; the text says why."""


def _unpacked(layout: struct.Struct, payload: bytes, *, whole: bool) -> tuple[int, ...]:
    """Return the four values of a payload."""
    if len(payload) < layout.size + STAMP:
        raise _ReportError("samples that are cut off")
    if whole and len(payload) != layout.size + STAMP:
        raise _ReportError(f"four cells and a time have {layout.size + STAMP} bytes")
    return layout.unpack_from(payload)


def stamped(body: bytes, us: int) -> bytes:
    """Return a payload: what came, and when."""
    return body + (us % (1 << TICK.bits)).to_bytes(STAMP, "little")


# ---- what is said to the device, where no driver of the system says it ------------------------------------------------------


def match(advertisement: Advertisement) -> int:
    """Score what a search through the system's HID devices found."""
    return 95 if advertisement.name in NAMES else 0


def start(rate_hz: float) -> Handshake:  # noqa: ARG001  it sends when it likes
    """Switch the lamp on and the plate awake, look that it is a board, read its calibration, and ask for samples."""
    yield Subscribe(REPORT)
    yield _out("11 10")
    yield _out("15 00")
    yield Expect(REPORT, bytes([STATE]))
    for register in ("16 04a400f0 01 55", "16 04a400fb 01 00"):
        yield _out(register)
        yield Wait(SETTLE_S)
    yield _out("17 04a400fa 0006")
    answer = yield Expect(REPORT, bytes([MEMORY]))
    if answer is not None and answer[4:6] == ID_AT and answer[6 : 6 + len(ID)] != ID:
        raise DeviceError("This is a Nintendo controller, but not a Balance Board.", "Choose the board, and pair it again if need be.")
    yield _out("17 04a40024 0018")
    yield Expect(REPORT, bytes([MEMORY]))
    yield Expect(REPORT, bytes([MEMORY]))
    yield _out("12 04 34")


def stop() -> Handshake:
    """Ask for its button only, and switch the lamp off."""
    yield _out("12 00 30")
    yield _out("11 00")


def _out(text: str) -> Write:
    """Return an output report; those that write into it have a fixed length."""
    payload = bytes.fromhex(text)
    return Write(REPORT, payload.ljust(OUTPUT, b"\0") if payload[0] == 0x16 else payload, response=False)


MODEL = DeviceModel(
    key=KEY,
    title="Wii Balance Board",
    kinds=(Kind.CELLS,),
    sites=(Site.PAD,),
    tick=TICK,
    default_rate_hz=RATE_HZ,
    match=match,
    codec=WiiBoardCodec,
    start=start,
    stop=stop,
)
