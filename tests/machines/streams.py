"""For every model of the catalog: what one sends, what went into it, whom it is told from, and what must never be said to it.

Who adds a model adds it here: ``STREAMS``, ``ADVERTISED`` and ``FORBIDDEN``. The checks themselves are in ``test_every_model``.
"""

from collections.abc import Callable, Mapping

import makers
import numpy as np
from streamed import WRAPS, Streamed

from ankletest.device import Advertisement, Choice, DeviceModel, Write
from ankletest.exchange import rows
from ankletest.samples import COLUMNS, RAD_PER_DEG, G, Kind, Site
from drivers.codecs import (
    atp,
    dot,
    imported,
    metamotion,
    movesense,
    native_imu,
    native_pad,
    native_text,
    native_text_imu,
    native_text_pad,
    polar,
    polar_h10,
    polar_verity,
    tindeq,
    wii_board,
    witmotion,
)
from drivers.people.emitter import Samples
from drivers.people.faults import Faults
from drivers.people.firmware import emitter_of


def simulated(model: DeviceModel, kind: Kind, frames: int, *, before_wrap: int) -> Streamed:
    """Return frames of the simulated device; counters wrap ``before_wrap`` samples after the first (0: they begin at 0)."""
    choice = Choice("one", model.key, "sim:one", model.sites[0], rate_hz=model.default_rate_hz)
    firmware = emitter_of(choice, Faults(), seed=(4,))._firmware
    rng = np.random.default_rng(8)
    n = frames * firmware.per_frame
    if kind is Kind.CELLS:
        values, step = rng.uniform(0.0, 500.0, (n, 4)), np.full(4, 1e-3)
    else:
        step = np.repeat([16.0 * G, 2000.0 * RAD_PER_DEG], 3) / 32768.0
        values = rng.uniform(-0.9, 0.9, (n, 6)) * step * 32768.0
    period_us = round(1e6 / firmware.rate_hz)
    index = WRAPS - before_wrap if before_wrap else 0
    us = (np.arange(n) * period_us - before_wrap * period_us) % WRAPS
    frame = 2**16 - before_wrap // firmware.per_frame
    payloads = firmware.frames(Samples(index, us, values, np.zeros(n, dtype=np.bool_), frame))
    seal = _seal if firmware.characteristic == atp.DATA else bytes
    return Streamed(firmware.greeting, firmware.characteristic, tuple(payloads), firmware.per_frame, values, step, firmware.rate_hz, seal)


def of_a_file(model: DeviceModel, kind: Kind, frames: int, *, before_wrap: int) -> Streamed:
    """Return rows of an imported file."""
    each = 25
    corners = np.array([[-100.0, -50.0], [100.0, -50.0], [0.0, 80.0]]) if kind is Kind.CELLS else None
    columns = len(COLUMNS[kind]) if corners is None else len(corners)
    values = np.random.default_rng(8).normal(0.0, 20.0, (frames * each, columns))
    t_s = np.arange(len(values)) / model.default_rate_hz
    header = rows.encode_header(rows.Header(kind, model.default_rate_hz, corners, source="a test"))
    payloads = tuple(rows.encode_rows(i, t_s[i : i + each], values[i : i + each]) for i in range(0, len(values), each))
    return Streamed(((rows.HEADER, header),), rows.ROWS, payloads, each, values, np.zeros(columns), model.default_rate_hz)


STREAMS: Mapping[str, Callable[..., Streamed]] = {
    native_pad.KEY: simulated,
    native_imu.KEY: simulated,
    witmotion.KEY: simulated,
    tindeq.KEY: makers.tindeq_frames,
    polar_verity.KEY: makers.verity_frames,
    polar_h10.KEY: makers.h10_frames,
    movesense.KEY: makers.movesense_messages,
    dot.KEY: makers.dot_samples,
    metamotion.KEY: makers.metamotion_samples,
    native_text_pad.KEY: makers.text_lines,
    native_text_imu.KEY: makers.text_lines,
    wii_board.KEY: makers.board_reports,
    imported.KEY: of_a_file,
}

ADVERTISED: Mapping[str, Advertisement | None] = {
    native_pad.KEY: Advertisement("1", "ANKLETEST-PAD-00EE", (atp.SERVICE,)),
    native_imu.KEY: Advertisement("2", "ANKLETEST-IMU-00EE", (atp.SERVICE,)),
    witmotion.KEY: Advertisement("3", "WT901BLE67", (witmotion.SERVICE,)),
    tindeq.KEY: Advertisement("4", "Progressor_1719", (tindeq.SERVICE,)),
    polar_verity.KEY: Advertisement("5", "Polar Sense 0C3D9A21", ("0000180d-0000-1000-8000-00805f9b34fb",)),
    polar_h10.KEY: Advertisement("6", "Polar H10 0C3D9A21", ("0000180d-0000-1000-8000-00805f9b34fb",)),
    movesense.KEY: Advertisement("7", "Movesense 174430000051", ("0000fe06-0000-1000-8000-00805f9b34fb",), {0x009F: bytes(4)}),
    dot.KEY: Advertisement("8", "Movella DOT", (), {0x0886: bytes(6)}),
    metamotion.KEY: Advertisement("9", "Left foot", (metamotion.SERVICE,)),
    native_text_pad.KEY: Advertisement("10", "ANKLETEST-PAD-00EE", (native_text.SERVICE,)),
    native_text_imu.KEY: Advertisement("11", "ANKLETEST-IMU-00EE", (native_text.SERVICE,)),
    wii_board.KEY: Advertisement("hid:1", "Nintendo RVL-WBC-01"),
    imported.KEY: None,  # a file
}
"""What each says of itself; None: it is not on the air."""


def _atp_forbidden(write: Write) -> str:
    if write.characteristic != atp.CONTROL:
        return "the calibration is for the pad's maker to write" if write.characteristic == atp.CAL else "not a place to write to"
    return {0x05: "identify: blinks", 0x0A: "sleep"}.get(write.payload[0], "")


def _witmotion_forbidden(write: Write) -> str:
    if write.payload[:2] != b"\xff\xaa":
        return "not a command"
    return {0x00: "save to flash, or reset", 0x01: "calibrate", 0x65: "firmware update"}.get(write.payload[2], "")


FORBIDDEN: Mapping[str, tuple[Callable[[Write], str], Write | None]] = {
    native_pad.KEY: (_atp_forbidden, Write(atp.CONTROL, b"\x0a\x01")),
    native_imu.KEY: (_atp_forbidden, Write(atp.CAL, b"\x01")),
    witmotion.KEY: (_witmotion_forbidden, Write(witmotion.WRITE, bytes.fromhex("ffaa650000"))),
    tindeq.KEY: (makers.tindeq_forbidden, Write(tindeq.CONTROL, b"\x69")),
    polar_verity.KEY: (makers.polar_forbidden, Write(polar.CONTROL, b"\x02\x00")),
    polar_h10.KEY: (makers.polar_forbidden, Write(polar.DATA, b"\x02\x02")),
    movesense.KEY: (makers.movesense_forbidden, Write(movesense.WRITE, b"\x05\x01")),
    dot.KEY: (makers.dot_forbidden, Write(dot.CONTROL, b"\x01\x01\x18")),
    metamotion.KEY: (makers.metamotion_forbidden, Write(metamotion.COMMAND, b"\xfe\x01")),
    native_text_pad.KEY: (makers.text_forbidden, Write(native_text.COMMAND, b"TARE\n")),
    native_text_imu.KEY: (makers.text_forbidden, Write(native_text.LINES, b"START\n")),
    wii_board.KEY: (makers.board_forbidden, Write(wii_board.REPORT, bytes.fromhex("160000002401ff"))),
    imported.KEY: (lambda _: "a file is not written to", None),
}
"""Why a write must never be sent (empty: it may), and one that must not, so that the check itself is checked."""


LONGEST = {movesense.KEY: len(b"\x04f/System/Energy/Level")}
"""Bytes of a confirmed write that nobody can make shorter; systems send such in parts where the MTU was never raised."""
WIRED = frozenset({wii_board.KEY})
"""Those that the system itself is connected to: no characteristics, no MTU."""


def _seal(payload: bytes) -> bytes:
    return atp.sealed(payload[: -atp.CRC_BYTES])


PAD_OR_BODY: Mapping[Kind, frozenset[Site]] = {
    Kind.CELLS: frozenset({Site.PAD}),
    Kind.FORCE: frozenset({Site.PAD}),
    Kind.COP: frozenset({Site.PAD}),
    Kind.IMU: frozenset({Site.FOOT, Site.SHANK, Site.LUMBAR}),
}
"""Where samples of a kind can come from."""
