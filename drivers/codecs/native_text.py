"""The native profile as text over a Nordic UART, for sketches of beginners: lines, their losses, and what is said; good to 100 Hz.

======================================= ====================================================
line                                    meaning
======================================= ====================================================
``F,seq,µs,N…``                         a sample of force, one number a load cell
``I,seq,µs,ax,ay,az,gx,gy,gz``          a sample of motion, m/s² and rad/s
``#,ankletest,1,F,rate,N,cells``        header, once a second
``#…``                                  a remark
======================================= ====================================================

Lines end with LF; ``*HH`` behind one is the XOR of its characters. They are cut anywhere across notifications. Places of the cells are not
told, so a pad gives force and no centre of pressure. The models are ``native_text_pad`` and ``native_text_imu``.
"""

import re
from collections.abc import Sequence
from functools import reduce
from operator import xor

import numpy as np

from ankletest.device import Advertisement, Decoded, Handshake, Subscribe, TickSpec, TimeQuality, Wait, Write
from ankletest.errors import CodecError
from ankletest.samples import RAD_PER_DEG, FloatArray, G, Kind
from drivers.codecs.rows import clipped_motion, lost_before, no_sense, readings

SERVICE = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
COMMAND = "6e400002-b5a3-f393-e0a9-e50e24dcca9e"
LINES = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"
TICK = TickSpec(1e-6, 32, TimeQuality.DEVICE)
SEQUENCE_BITS = 16
RATE_HZ, RATE_MAX_HZ = 100.0, 200
"""A line a sample: more notifications than this do not get through."""
ACC_RANGE_G, GYRO_RANGE_DPS = 16.0, 2000.0
"""What the profile asks a sketch to set; the lines do not tell."""
MOST_N, MOST_MOTION = 1e5, 1e4
"""Beyond these a number is neither N, nor m/s² or rad/s."""
AXES = 6
LONGEST = 4096
"""Bytes without an end of line after which they are let go."""
SETTLE_S = 0.1
FORCE, MOTION = b"F", b"I"
_SAMPLE = re.compile(rb"[FI],(\d{1,5}),(\d{1,10}),([-+.,eE\d]+)")
_HEADER = re.compile(rb"#,ankletest,1,([FI]),(\d{1,4}),([^,]*),(\d{1,2})")
_US, _SEQUENCES = 1 << 32, 1 << SEQUENCE_BITS


class TextCodec:
    """Finds lines in the byte stream.

    Parameters
    ----------
    model
        Key of the device model.
    letter
        ``F`` or ``I``: the samples that it sends.
    """

    def __init__(self, model: str, letter: bytes) -> None:
        self._model = model
        self._letter = letter
        self._rest = b""
        self._begun = False  # the first line may have been cut before we listened
        self._sequence: int | None = None
        self._rate_hz: float | None = None

    @property
    def corners_mm(self) -> FloatArray | None:
        """None: the lines do not tell."""
        return None

    @property
    def rate_hz(self) -> float | None:
        """The rate in the header, once one came."""
        return self._rate_hz

    def feed(self, characteristic: str, payloads: Sequence[bytes]) -> Decoded:
        """Take the payloads of consecutive notifications of one characteristic."""
        if characteristic != LINES:
            return no_sense(self._model, payloads, characteristic)
        rejected: list[CodecError] = []
        samples: list[tuple[int, int, list[float]]] = []
        owners: list[int] = []
        for number, payload in enumerate(payloads):
            *lines, self._rest = (self._rest + payload).split(b"\n")
            for line in lines:
                try:
                    sample = self._line(line)
                except _LineError as error:
                    if self._begun:
                        rejected.append(CodecError(self._model, line, str(error)))
                else:
                    if sample is not None:
                        samples.append(sample)
                        owners.append(number)
                self._begun = True
            if len(self._rest) > LONGEST:
                rejected.append(CodecError(self._model, self._rest, f"{LONGEST} bytes without an end of line"))
                self._rest = b""
        if not samples:
            return Decoded((), tuple(rejected))
        sequences, us, rows = zip(*samples, strict=True)
        sequence = np.array(sequences, dtype=np.int64)
        lost, fresh = lost_before(sequence, self._sequence, period=1.0, bits=SEQUENCE_BITS, pause=_SEQUENCES / 2)
        self._sequence = sequences[-1]
        kind, values = (Kind.FORCE, np.array([[sum(row)] for row in rows])) if self._letter == FORCE else (Kind.IMU, np.array(rows))
        clipped = (
            np.zeros(len(values), dtype=np.bool_)
            if kind is Kind.FORCE
            else clipped_motion(values, acc_m_s2=ACC_RANGE_G * G, gyro_rad_s=GYRO_RANGE_DPS * RAD_PER_DEG)
        )
        ticks, owner = np.array(us, dtype=np.int64), np.array(owners, dtype=np.int64)
        found = readings(kind, ticks=ticks, values=values, clipped=clipped, owners=owner, lost=lost, fresh=fresh)
        return Decoded(found, tuple(rejected))

    def _line(self, line: bytes) -> tuple[int, int, list[float]] | None:
        """Return a line's sequence, time and numbers; None of a line without a sample."""
        body = line[:-1] if line[-1:] == b"\r" else line
        if body[-3:-2] == b"*":
            body, told = body[:-3], body[-2:]
            if b"%02X" % checksum(body) != told.upper():
                raise _LineError(f"checksum {checksum(body):02X} is not {told.decode('ascii', 'replace')}")
        if body[:1] == self._letter and (found := _SAMPLE.fullmatch(body)) is not None:
            return self._sample(int(found[1]), int(found[2]), found[3])
        if body[:1] == b"#":
            self._header(body)
            return None
        if not body:
            return None
        raise _LineError("neither a sample, a header nor a remark")

    def _sample(self, sequence: int, us: int, numbers: bytes) -> tuple[int, int, list[float]]:
        try:
            values = [float(number) for number in numbers.split(b",")]
        except ValueError as error:
            raise _LineError("a field that is no number") from error
        most, forced = (MOST_N, True) if self._letter == FORCE else (MOST_MOTION, False)
        if sequence >= _SEQUENCES or us >= _US or max(map(abs, values)) > most:
            raise _LineError("a number beyond its bounds")
        if not forced and len(values) != AXES:
            raise _LineError(f"{len(values)} numbers, not {AXES}")
        return sequence, us, values

    def _header(self, body: bytes) -> None:
        found = _HEADER.fullmatch(body)
        if found is None:
            return
        if found[1] != self._letter:
            raise _LineError("this is the other kind of device: choose the other model")
        if self._letter == FORCE and found[3] != b"N":
            raise _LineError("force is not in N")
        self._rate_hz = float(found[2]) or None


class _LineError(Exception):
    """A line that means nothing; the text says why."""


def checksum(line: bytes) -> int:
    """Return the XOR of the characters of a line."""
    if len(line) > 128:
        return reduce(xor, line)
    folded = int.from_bytes(line, "little")
    for half in (512, 256, 128, 64, 32, 16, 8):
        folded ^= folded >> half
    return folded & 0xFF


# ---- what is said to the device -------------------------------------------------------------------------------------------


def score(advertisement: Advertisement, prefix: str) -> int:
    """Match the name together with the UART, which many other things have too."""
    return 95 if advertisement.name.startswith(prefix) and SERVICE in advertisement.services else 0


def start(rate_hz: float) -> Handshake:
    """Stop whatever still streams, ask what it is, set the rate, start; answers are remarks and need not come."""
    yield Subscribe(LINES)
    yield _said("STOP")
    yield Wait(SETTLE_S)
    yield _said("INFO")
    yield _said(f"RATE {min(max(round(rate_hz), 1), RATE_MAX_HZ)}")
    yield _said("START")


def stop() -> Handshake:
    """Stop streaming."""
    yield _said("STOP")


def probe() -> Handshake:
    """Ask what it is."""
    yield Subscribe(LINES)
    yield _said("INFO")


def _said(command: str) -> Write:
    return Write(COMMAND, command.encode("ascii") + b"\n")
