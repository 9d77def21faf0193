"""What devices of other makers send, written from their layouts and not with the codecs, and what must never be said to them."""

import math
import struct

import numpy as np
from streamed import WRAPS, Streamed

from ankletest.device import DeviceModel, Write
from ankletest.samples import N_PER_KGF, RAD_PER_DEG, FloatArray, G, IntArray, Kind
from drivers.codecs import dot, metamotion, movesense, native_text, polar, polar_h10, polar_verity, tindeq, wii_board

PMD_NS = 727_596 << 40
"""A time of Polar's, in 2025, at which the bits that are kept begin at 0."""


def _times(count: int, period: int, before_wrap: int) -> list[int]:
    """Return times of samples of a 32-bit counter that wraps after ``before_wrap`` of them; 0: it begins at 0."""
    return [(i - before_wrap) * period % WRAPS for i in range(count)]


def _random(rows: int, spread: float | FloatArray, columns: int) -> FloatArray:
    """Return values that a 32-bit float holds."""
    return np.random.default_rng(8).uniform(-1.0, 1.0, (rows, columns)).astype(np.float32).astype(np.float64) * spread


def tindeq_frames(model: DeviceModel, kind: Kind, frames: int, *, before_wrap: int) -> Streamed:
    """Return notifications of 15 samples, the most that the device sends."""
    each = 15
    kg = _random(frames * each, 64.0, 1)
    samples = [struct.pack("<fI", *sample) for sample in zip(kg[:, 0], _times(len(kg), 12_500, before_wrap), strict=True)]
    payloads = tuple(bytes([1, 8 * each]) + b"".join(samples[i : i + each]) for i in range(0, len(kg), each))
    return Streamed((), tindeq.DATA, payloads, each, kg * N_PER_KGF, np.zeros(1), 80.0)


def tindeq_forbidden(write: Write) -> str:
    if write.characteristic != tindeq.CONTROL:
        return "not a place to write to"
    calibration = {0x69: "calibrate", 0x6A: "save calibration", 0x71: "set calibration", 0x73: "calibrate", 0x76: "calibrate"}
    return {**calibration, 0x6D: "clear errors", 0x6E: "sleep", 0x75: "reboot"}.get(write.payload[0], "")


def packed(differences: IntArray) -> bytes:
    """Return a block of differences as PMD packs them: as few bits as they need, from the low bit up."""
    size = max(int(np.abs(differences).max()).bit_length() + 1, 1)
    whole = 0
    for place, difference in enumerate(differences.reshape(-1).tolist()):
        whole |= (difference & ((1 << size) - 1)) << (size * place)
    return bytes([size, len(differences)]) + whole.to_bytes(-(-size * differences.size // 8), "little")


def pmd_frame(kind: int, last_ns: int, counts: IntArray) -> bytes:
    """Return a compressed frame of 16-bit samples in two blocks of differences."""
    steps = np.diff(counts, axis=0)
    half = len(steps) // 2
    head = struct.pack("<BQB", kind, last_ns, 0x80)
    return head + counts[0].astype("<i2").tobytes() + packed(steps[:half]) + packed(steps[half:])


def verity_frames(model: DeviceModel, kind: Kind, frames: int, *, before_wrap: int) -> Streamed:
    """Return frames of acceleration and angular rate in turn, 20 samples each, taken at the same times."""
    each, period_ns = 20, 4_807_692
    start_ns = PMD_NS - before_wrap * period_ns
    counts = np.random.default_rng(8).integers(-32_000, 32_000, (frames * each, 6))
    acc_g, gyro_dps = (float(np.float32(full / 32768)) for full in (16.0, 2000.0))
    payloads: list[bytes] = []
    for first in range(0, len(counts), each):
        last_ns = start_ns + (first + each) * period_ns
        rows = counts[first : first + each]
        payloads += [pmd_frame(polar.ACC, last_ns, rows[:, :3]), pmd_frame(polar.GYRO, last_ns, rows[:, 3:])]
    greeting = (
        (polar.CONTROL, bytes.fromhex("0f 3f 02 0000000000000000000000000000")),
        (polar.CONTROL, b"\xf0\x02\x02\x00\x00\x05\x01" + struct.pack("<f", acc_g)),
        (polar.CONTROL, b"\xf0\x02\x05\x00\x00\x05\x01" + struct.pack("<f", gyro_dps)),
    )
    step = np.repeat([acc_g * G, gyro_dps * RAD_PER_DEG], 3)
    return Streamed(greeting, polar.DATA, tuple(payloads), each, counts * step, step, polar_verity.RATE_HZ, together=2)


def h10_frames(model: DeviceModel, kind: Kind, frames: int, *, before_wrap: int) -> Streamed:
    """Return frames of acceleration in mg, not compressed, 36 samples each."""
    each, period_ns = 36, 5_000_000
    start_ns = PMD_NS - before_wrap * period_ns
    mg = np.random.default_rng(8).integers(-7_900, 7_900, (frames * each, 3))
    payloads = tuple(
        struct.pack("<BQB", 2, start_ns + (i + each) * period_ns, 1) + mg[i : i + each].astype("<i2").tobytes()
        for i in range(0, len(mg), each)
    )
    step = np.repeat([1e-3 * G, np.nan], 3)
    return Streamed((), polar.DATA, payloads, each, np.pad(mg, ((0, 0), (0, 3))) * step, step, polar_h10.RATE_HZ)


def polar_forbidden(write: Write) -> str:
    if write.characteristic != polar.CONTROL:
        return "not a place to write to"
    if write.payload[0] not in range(1, 7):
        return "unknown command"
    return "" if write.payload[1] in (2, 5, 9) else "the heart is nobody's business here"


SINGLE = np.full(6, 1e-9)
"""Resolution of values that travel as 32-bit floats, beside what is allowed for those anyway."""
SPREAD = np.repeat([70.0, 1900.0], 3)
"""m/s² and °/s within any range."""
SI = np.repeat([1.0, RAD_PER_DEG], 3)


def movesense_messages(model: DeviceModel, kind: Kind, frames: int, *, before_wrap: int) -> Streamed:
    """Return messages at 208 Hz, each in two parts as when the connection's packets are small."""
    n = 16
    rows = (_random(frames * n, 1.0, 6) * SPREAD).astype("<f4").astype(np.float64)
    start_ms = -math.ceil(before_wrap / 0.208)
    payloads: list[bytes] = []
    for i in range(frames):
        ms = (start_ms + int(i * n / 0.208)) % WRAPS
        own = rows[i * n : (i + 1) * n].astype("<f4")
        body = struct.pack("<I", ms) + own[:, :3].tobytes() + own[:, 3:].tobytes()
        payloads += [bytes([2, n]) + body[:240], bytes([3, n]) + body[240:]]
    return Streamed((), movesense.NOTIFY, tuple(payloads), n, rows * SI, SINGLE, 208.0, together=2)


def movesense_forbidden(write: Write) -> str:
    if write.characteristic != movesense.WRITE:
        return "not a place to write to"
    return "" if write.payload[0] in (0, 1, 2, 4) else "logs, clock and modes are the owner's"


def dot_samples(model: DeviceModel, kind: Kind, frames: int, *, before_wrap: int) -> Streamed:
    """Return samples at 60 Hz."""
    rows = (_random(frames, 1.0, 6) * SPREAD).astype("<f4").astype(np.float64)
    payloads = tuple(struct.pack("<I6f", us, *row) for us, row in zip(_times(frames, 16_667, before_wrap), rows, strict=True))
    settings = bytes(24) + b"\x3c" + bytes(7)
    return Streamed(((dot.SETTINGS, settings),), dot.MEDIUM, payloads, 1, rows * SI, SINGLE, 60.0)


def dot_forbidden(write: Write) -> str:
    if write.characteristic == dot.SETTINGS:
        return "" if len(write.payload) == 32 and write.payload[0] == 0x10 else "changes more than the rate"
    if write.characteristic != dot.CONTROL:
        return "not a place to write to"
    return "" if write.payload in (b"\x01\x00\x15", b"\x01\x01\x15") else "another measuring mode"


def metamotion_samples(model: DeviceModel, kind: Kind, frames: int, *, before_wrap: int) -> Streamed:
    """Return counted pairs of processor 2."""
    rows = np.random.default_rng(8).integers(-32_000, 32_000, (frames, 6))
    counts = _times(frames, 1, before_wrap)
    payloads = tuple(struct.pack("<BBBI6h", 9, 3, 2, count, *row) for count, row in zip(counts, rows.tolist(), strict=True))
    greeting = ((metamotion.NOTIFY, b"\x03\x80\x04\x00"), *((metamotion.NOTIFY, bytes([9, 2, i])) for i in range(3)))
    step = np.repeat([G / 2048, RAD_PER_DEG / 16.4], 3)
    return Streamed(greeting, metamotion.NOTIFY, payloads, 1, rows * step, step, 100.0)


def metamotion_forbidden(write: Write) -> str:
    if write.characteristic != metamotion.COMMAND:
        return "not a place to write to"
    module, register = write.payload[0], write.payload[1] & 0x7F
    if module == 0x11:
        return "" if register in (0x09, 0x0C) else "changes the board's settings"
    kept = {0x0B: "logs", 0x0F: "macros outlive a reset", 0xFE: "reset"}
    return "" if module in (0x03, 0x09, 0x13) else kept.get(module, "nothing of ours")


def text_line(text: str) -> bytes:
    """Return a line with its checksum."""
    folded = 0
    for character in text.encode():
        folded ^= character
    return f"{text}*{folded:02X}\n".encode()


def text_lines(model: DeviceModel, kind: Kind, frames: int, *, before_wrap: int) -> Streamed:
    """Return lines of a pad with four cells or of a motion sensor, one a notification."""
    cells = kind is Kind.FORCE
    rows = _random(frames, 400.0, 4).round(3) if cells else (_random(frames, 1.0, 6) * 30.0).round(4)
    times = _times(frames, 10_000, before_wrap)
    payloads = tuple(
        text_line(f"{'F' if cells else 'I'},{(i - before_wrap) % 2**16},{times[i]}," + ",".join(f"{value:.4f}" for value in rows[i]))
        for i in range(frames)
    )
    header = (native_text.LINES, text_line(f"#,ankletest,1,{'F,100,N,4' if cells else 'I,100,SI,6'}"))
    values = rows.sum(axis=1, keepdims=True) if cells else rows
    return Streamed((header,), native_text.LINES, payloads, 1, values, np.full(values.shape[1], 1e-4), 100.0)


def text_forbidden(write: Write) -> str:
    if write.characteristic != native_text.COMMAND:
        return "not a place to write to"
    return "" if write.payload.split()[0] in (b"START", b"STOP", b"RATE", b"INFO") else "changes the stored zero, or is unknown"


BOARD_POINTS = ((1987, 15608, 1164, 10603), (3794, 17284, 2874, 12393), (5609, 18960, 4591, 14190))
"""Raw values of four cells at 0, 17 and 34 kg; those of a real board (wiibrew)."""


def board_reports(model: DeviceModel, kind: Kind, frames: int, *, before_wrap: int) -> Streamed:
    """Return reports of eight extension bytes, 60 a second, each with the time at which the system took it."""
    points, times = np.array(BOARD_POINTS), _times(frames, 16_667, before_wrap)
    raw = np.random.default_rng(8).integers(points[0], points[2], (frames, 4))
    kg = np.array([[np.interp(raw[i, k], points[:, k], (0.0, 17.0, 34.0)) for k in range(4)] for i in range(frames)])
    payloads = tuple(b"\x32\x00\x00" + struct.pack(">4H", *row) + struct.pack("<I", us) for us, row in zip(times, raw, strict=True))
    calibration = struct.pack(">12H", *points.reshape(-1).tolist())
    greeting = (
        (wii_board.REPORT, bytes.fromhex("210000f00024") + calibration[:16] + bytes(4)),
        (wii_board.REPORT, bytes.fromhex("210000700034") + calibration[16:] + bytes(12)),
    )
    return Streamed(greeting, wii_board.REPORT, payloads, 1, kg * N_PER_KGF, np.full(4, 1e-9), 60.0)


def board_forbidden(write: Write) -> str:
    if write.characteristic != wii_board.REPORT:
        return "not a place to write to"
    if write.payload[0] == 0x16:
        return "" if write.payload[1:5] in (b"\x04\xa4\x00\xf0", b"\x04\xa4\x00\xfb") else "writes into its memory"
    return "" if write.payload[0] in (0x11, 0x12, 0x15, 0x17) else "nothing of ours"
