"""A device of the native profile without a radio, a clock or a converter: commands and samples go in, answers and frames come out.

It is the other half of docs/native-profile.md. Whoever has one calls ``write``, ``read`` and ``subscribe`` as the host asks, ``take`` as
samples are converted, and ``link_lost`` when the radio says so; what is returned is to be notified, in order.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from ankletest.errors import CodecError
from ankletest.samples import BoolArray, IntArray
from drivers.codecs import atp
from drivers.reference.frames import MTU, frames, rows_of

Sent = tuple[str, bytes]
"""A characteristic and what it notifies."""
AWAY = 0x80
"""Put on an operation by its answer."""


class Status(IntEnum):
    """First byte of an answer's body."""

    OK = 0
    UNKNOWN = 1
    LENGTH = 2
    PARAMETER = 3
    BUSY = 4
    UNSUPPORTED = 5
    CONVERTER = 6


class Operation(IntEnum):
    """First byte of a request."""

    START = 0x01
    STOP = 0x02
    TARE = 0x03
    SET_RATE = 0x04
    IDENTIFY = 0x05
    TIME_PING = 0x06
    STATUS = 0x07
    SLEEP = 0x0A


LENGTHS: Mapping[int, int] = {
    Operation.START: 3, Operation.STOP: 0, Operation.TARE: 2, Operation.SET_RATE: 2,
    Operation.IDENTIFY: 2, Operation.TIME_PING: 8, Operation.STATUS: 0, Operation.SLEEP: 0,
}  # fmt: skip
"""Bytes of a request behind operation and token."""


class AttError(Exception):
    """What the Bluetooth stack answers instead of doing as asked; ``code`` is the one of the Core Specification."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


READ_NOT_PERMITTED, WRITE_NOT_PERMITTED, NOT_FOUND, VALUE_LENGTH = 0x02, 0x03, 0x0A, 0x0D
VALUE_NOT_ALLOWED, NOT_SUBSCRIBED = 0x13, 0xFD


@dataclass(slots=True)
class _Tare:
    """A mean in the making: whose answer it is, how many samples are wanted, and what came."""

    token: int
    wanted: int
    sums: npt.NDArray[np.int64]
    taken: int = 0


class Peripheral:
    """A pad or a motion sensor.

    Parameters
    ----------
    info
        INFO; its rates are those that it wakes up with.
    cells
        CAL of a pad; none of a motion sensor. ``calibrated_s`` is when it was calibrated, Unix seconds.
    mtu
        Of the connection; a frame is made to fit.
    """

    def __init__(self, info: atp.Info, cells: Sequence[atp.Cell] = (), *, calibrated_s: int = 0, mtu: int = MTU) -> None:
        self.info = info
        self.cells = tuple(cells)
        self.calibrated_s = calibrated_s
        self.battery_mv = 3900
        self.temperature_c = 25.0
        self.identified_ms = 0
        self.asleep = False
        self.streaming = False
        self.dropped = 0
        self._stream = atp.FORCE_STREAM if cells else atp.IMU_STREAM
        self._channels = len(self.cells) or 6
        self._mtu = mtu
        self._subscribed: set[str] = set()
        self._session = 0
        self._tare: _Tare | None = None
        self._sequence = self._index = 0
        self._gap = False
        self._counts: npt.NDArray[np.int32] = np.zeros((0, self._channels), dtype=np.int32)
        self._us: IntArray = np.zeros(0, dtype=np.int64)
        self._saturated: BoolArray = np.zeros(0, dtype=np.bool_)

    @property
    def rate_hz(self) -> int:
        """Samples a second."""
        return self.info.force_rate_hz if self.cells else self.info.imu_rate_hz

    @property
    def period_us(self) -> int:
        """From one sample to the next, in the steps of 10 µs that a frame can tell."""
        return round(1e6 / self.rate_hz / atp.PERIOD_US) * atp.PERIOD_US

    # ---- what the host does ---------------------------------------------------------------------------------------------------

    def read(self, characteristic: str) -> bytes:
        """Return a value that may be read: INFO, and CAL of a pad."""
        if characteristic == atp.INFO:
            return atp.encode_info(self.info)
        if characteristic == atp.CAL and self.cells:
            return atp.encode_cal(self.cells, unix_s=self.calibrated_s)
        code = READ_NOT_PERMITTED if characteristic in (atp.CONTROL, atp.DATA) else NOT_FOUND
        raise AttError(code, f"{characteristic} is not read")

    def subscribe(self, characteristic: str) -> None:
        """Notify from now on."""
        if characteristic not in (atp.CONTROL, atp.DATA):
            raise AttError(NOT_FOUND, f"{characteristic} notifies nothing")
        self._subscribed.add(characteristic)

    def write(self, characteristic: str, payload: bytes, *, us: int) -> list[Sent]:
        """Do as CONTROL says at device time ``us``; a new CAL is kept when it is sound."""
        if characteristic == atp.CAL and self.cells:
            self._keep(payload)
            return []
        if characteristic != atp.CONTROL:
            raise AttError(WRITE_NOT_PERMITTED, f"{characteristic} is not written")
        if len(payload) < 2:
            raise AttError(VALUE_LENGTH, "an operation and a token, at least")
        if atp.CONTROL not in self._subscribed:
            raise AttError(NOT_SUBSCRIBED, "nobody would hear the answer")
        operation, token, body = payload[0], payload[1], payload[2:]
        if operation not in LENGTHS:
            return [_answered(operation, token, Status.UNKNOWN)]
        if len(body) != LENGTHS[operation]:
            return [_answered(operation, token, Status.LENGTH)]
        answer = self._done(operation, token, body, us)
        return [] if answer is None else [_answered(operation, token, answer)]

    def link_lost(self) -> None:
        """Stop, and forget who listens; the rate, the zero and the clock stay as they are."""
        self._subscribed.clear()
        self._tare = None
        self._stop()

    # ---- what the converter does ----------------------------------------------------------------------------------------------

    def take(self, counts: npt.NDArray[np.int32], us: IntArray, saturated: BoolArray | None = None) -> list[Sent]:
        """Take converted samples.

        Parameters
        ----------
        counts : (n, c)
            What the converter gave.
        us : (n,)
            Device time of each, of its data-ready interrupt, µs.
        saturated : (n,)
            True where a channel was at its limit.
        """
        sent = self._zeroed(counts)
        if not self.streaming:
            return sent
        self._counts = np.concatenate((self._counts, counts))
        self._us = np.concatenate((self._us, us))
        self._saturated = np.concatenate((self._saturated, np.zeros(len(us), dtype=np.bool_) if saturated is None else saturated))
        rows = rows_of(self._stream, self._channels, rate_hz=self.rate_hz, mtu=self._mtu)
        whole = len(self._us) // rows * rows
        made = frames(
            self._stream, self._counts[:whole], sequence=self._sequence, index=self._index, us=self._us[:whole], period_us=self.period_us,
            saturated=self._saturated[:whole], rows=rows, dropped=self._gap,
        )  # fmt: skip
        self._sequence, self._index, self._gap = self._sequence + len(made), self._index + whole, self._gap and not made
        self._counts, self._us, self._saturated = self._counts[whole:], self._us[whole:], self._saturated[whole:]
        return sent + [(atp.DATA, frame) for frame in made if atp.DATA in self._subscribed]

    def drop(self, samples: int) -> None:
        """Let go of what waits and of so many samples more: they were taken, but there was no room to keep them."""
        gone = len(self._us) + samples
        self._index += gone
        self.dropped += gone
        self._gap = True
        self._clear_waiting()

    # ---- operations -----------------------------------------------------------------------------------------------------------

    def _done(self, operation: int, token: int, body: bytes, us: int) -> bytes | Status | None:
        """Do an operation; return what the answer says behind its status, a status that is not OK, or None: it comes later."""
        match operation:
            case Operation.START:
                return self._start(*struct.unpack("<BH", body))
            case Operation.STOP:
                self._stop()
            case Operation.TARE:
                return self._begin_tare(token, *struct.unpack("<H", body))
            case Operation.SET_RATE:
                return self._set_rate(*struct.unpack("<H", body))
            case Operation.IDENTIFY:
                (self.identified_ms,) = struct.unpack("<H", body)
            case Operation.TIME_PING:
                return body + struct.pack("<II", us & 0xFFFFFFFF, us & 0xFFFFFFFF)
            case Operation.STATUS:
                told = (self.streaming, self.rate_hz, self.dropped, self.battery_mv, round(100 * self.temperature_c))
                return struct.pack("<BHIHh", *told)
            case _:
                self.asleep = True
                self._stop()
        return b""

    def _start(self, mask: int, rate_hz: int) -> bytes | Status:
        if mask != 1 << (self._stream - 1):
            return Status.UNSUPPORTED
        if rate_hz and not self._rated(rate_hz):
            return Status.PARAMETER
        self._clear()
        self.streaming, self.dropped = True, 0
        self._session += 1
        return struct.pack("<HI", self.rate_hz, self._session)

    def _stop(self) -> None:
        self.streaming = False
        self._clear()

    def _set_rate(self, rate_hz: int) -> bytes | Status:
        if self.streaming:
            return Status.BUSY
        return struct.pack("<H", self.rate_hz) if self._rated(rate_hz) else Status.PARAMETER

    def _rated(self, rate_hz: int) -> bool:
        """Take a rate, or refuse it."""
        if not 1 <= rate_hz <= self.info.max_rate_hz or round(1e6 / rate_hz / atp.PERIOD_US) > 0xFFFF:
            return False
        self.info = replace(self.info, force_rate_hz=rate_hz) if self.cells else replace(self.info, imu_rate_hz=rate_hz)
        return True

    def _begin_tare(self, token: int, wanted: int) -> Status | None:
        if not self.cells:
            return Status.UNSUPPORTED
        if not wanted:
            return Status.PARAMETER
        if self._tare is not None:
            return Status.BUSY
        self._tare = _Tare(token, wanted, np.zeros(self._channels, dtype=np.int64))
        return None  # the answer comes with the last of the samples

    def _zeroed(self, counts: npt.NDArray[np.int32]) -> list[Sent]:
        """Add samples to a mean that is wanted; when it has enough, it is the new zero."""
        tare = self._tare
        if tare is None:
            return []
        part = counts[: tare.wanted - tare.taken]
        tare.sums += part.sum(axis=0, dtype=np.int64)
        tare.taken += len(part)
        if tare.taken < tare.wanted:
            return []
        self._tare = None
        zeros = [round(total / tare.wanted) for total in tare.sums.tolist()]
        self.cells = tuple(replace(cell, zero=zero) for cell, zero in zip(self.cells, zeros, strict=True))
        return [_answered(Operation.TARE, tare.token, struct.pack(f"<{len(zeros)}i", *zeros))]

    # ---- what is kept ---------------------------------------------------------------------------------------------------------

    def _keep(self, payload: bytes) -> None:
        try:
            cells = atp.decode_cal("", payload)
        except CodecError as error:
            raise AttError(VALUE_NOT_ALLOWED, error.why) from error
        if len(cells) != len(self.cells) or self.streaming:
            raise AttError(VALUE_NOT_ALLOWED, "another number of cells, or in the middle of a stream")
        self.cells, self.calibrated_s = cells, int(atp.CAL_HEAD.unpack_from(payload)[3])

    def _clear(self) -> None:
        self._sequence = self._index = 0
        self._gap = False
        self._clear_waiting()

    def _clear_waiting(self) -> None:
        self._counts, self._us, self._saturated = self._counts[:0], self._us[:0], self._saturated[:0]


def _answered(operation: int, token: int, answer: bytes | Status) -> Sent:
    status, body = (answer, b"") if isinstance(answer, Status) else (Status.OK, answer)
    return atp.CONTROL, bytes([operation | AWAY, token, status]) + body
