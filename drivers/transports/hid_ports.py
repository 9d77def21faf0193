"""Ways to a Balance Board on this system: the Linux input device, or HID reports through the optional ``hidapi``; bytes and times only."""

import importlib
import importlib.util
import os
import select
import struct
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, cast

from drivers.codecs.wii_board import CELLS, NAMES, REPORT, stamped

if sys.platform == "linux":
    import fcntl

READ_S = 0.1
"""Longest wait for a report: a stop is noticed as soon."""
LIBRARY = "hid"
"""Module of the package ``hidapi``."""
VENDOR, PRODUCT = 0x057E, 0x0306
LONGEST = 64
_EVENT = struct.Struct("@llHHi")
_SYNC, _ABSOLUTE, _REPORT, _DROPPED = 0, 3, 0, 3
_AXES = (0x10, 0x11, 0x12, 0x13)
"""HAT0X, HAT0Y, HAT1X, HAT1Y: front right, back right, front left, back left (linux/input-event-codes.h)."""
_GET_AXIS, _SET_CLOCK = 0x80184540, 0x400445A0
"""EVIOCGABS(0) and EVIOCSCLOCKID (linux/input.h)."""


class Port(Protocol):
    """An open board. Used from one thread at a time; `OSError`: it is gone."""

    @property
    def scripted(self) -> bool:
        """True where nobody else has woken the board: the handshakes are ours to say."""
        ...

    def read(self) -> Sequence[tuple[str, bytes]]:
        """Return what has come, characteristic and payload; waits a little when nothing has."""
        ...

    def write(self, payload: bytes) -> None:
        """Send an output report."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


class InputPort:
    """The input device of the Linux driver, which has calibrated the cells. It says nothing while not a single value changes."""

    scripted = False

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._control(_SET_CLOCK, struct.pack("@i", time.CLOCK_MONOTONIC) if sys.platform == "linux" else b"")
        self._cells = [self._axis(axis) for axis in _AXES]
        self._changed = False
        self._rest = b""

    def read(self) -> Sequence[tuple[str, bytes]]:
        """Return a payload for each set of values."""
        if not select.select([self._file], [], [], READ_S)[0]:
            return ()
        got = os.read(self._file, 64 * _EVENT.size)
        if not got:
            raise OSError("the input device has ended")
        data = self._rest + got
        whole = len(data) // _EVENT.size * _EVENT.size
        self._rest = data[whole:]
        sent: list[tuple[str, bytes]] = []
        for seconds, us, kind, code, value in _EVENT.iter_unpack(data[:whole]):
            if kind == _ABSOLUTE and code in _AXES:
                self._cells[_AXES.index(code)] = min(max(value, 0), 0xFFFF)
                self._changed = True
            elif kind == _SYNC and code == _DROPPED:  # the system let events go: what it holds now is true
                self._cells = [self._axis(axis) for axis in _AXES]
            elif kind == _SYNC and code == _REPORT and self._changed:
                sent.append((CELLS, stamped(struct.pack("<4H", *self._cells), 1_000_000 * seconds + us)))
                self._changed = False
        return sent

    def write(self, payload: bytes) -> None:
        """Nothing: the driver speaks with the board."""

    def close(self) -> None:
        """Let it go."""
        os.close(self._file)

    def _axis(self, axis: int) -> int:
        told = self._control(_GET_AXIS + axis, bytes(24))
        return min(max(int(struct.unpack_from("@i", told)[0]), 0), 0xFFFF) if told else 0

    def _control(self, request: int, argument: bytes) -> bytes:
        if sys.platform == "linux":
            try:
                return bytes(fcntl.ioctl(self._file, request, argument))
            except OSError:  # no input device but a file that holds what one said
                return b""
        return b""


class HidDevice(Protocol):
    """What is used of a device of ``hidapi``."""

    def open_path(self, path: bytes) -> None:
        """Open it."""
        ...

    def read(self, max_length: int, timeout_ms: int) -> Sequence[int]:
        """Return a report, or nothing."""
        ...

    def write(self, report: bytes) -> int:
        """Send a report; negative: it failed."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


class HidLibrary(Protocol):
    """What is used of ``hidapi``."""

    def enumerate(self, vendor_id: int, product_id: int) -> Sequence[dict[str, object]]:
        """Return what is there."""
        ...

    def device(self) -> HidDevice:
        """Return a device that is not open."""
        ...


class HidPort:
    """HID reports as they come, stamped with the host's monotonic clock."""

    scripted = True

    def __init__(self, library: HidLibrary, path: str, *, now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        if path not in paths_of(library):
            raise FileNotFoundError(path)
        self._device, self._now_ns = library.device(), now_ns
        self._device.open_path(path.encode())

    def read(self) -> Sequence[tuple[str, bytes]]:
        """Return one report, or nothing."""
        report = bytes(self._device.read(LONGEST, round(1000 * READ_S)))
        return ((REPORT, stamped(report, self._now_ns() // 1000)),) if report else ()

    def write(self, payload: bytes) -> None:
        """Send an output report."""
        if self._device.write(payload) < 0:
            raise OSError("the board takes no report")

    def close(self) -> None:
        """Let it go."""
        self._device.close()


def library() -> HidLibrary | None:
    """Return ``hidapi`` where it is installed."""
    return cast("HidLibrary", importlib.import_module(LIBRARY)) if importlib.util.find_spec(LIBRARY) else None


def paths_of(hid: HidLibrary) -> dict[str, str]:
    """Return the boards that ``hidapi`` sees: path and name."""
    seen: dict[str, str] = {}
    for fields in hid.enumerate(VENDOR, PRODUCT):
        path, name = fields.get("path"), str(fields.get("product_string"))
        if isinstance(path, bytes) and name in NAMES:
            seen[path.decode()] = name
    return seen


def inputs_of(folder: Path) -> dict[str, str]:
    """Return the boards among the input devices of Linux (``/sys/class/input``): path and name."""
    seen: dict[str, str] = {}
    for told in sorted(folder.glob("event*/device/name")):
        name = told.read_text(encoding="utf-8", errors="replace").strip()
        if name in NAMES:
            seen[f"/dev/input/{told.parents[1].name}"] = name
    return seen


def boards() -> dict[str, str]:
    """Return the boards of this system: path and name."""
    if sys.platform == "linux":
        return inputs_of(Path("/sys/class/input"))
    hid = library()
    return paths_of(hid) if hid else {}


def open_board(path: str) -> Port:
    """Open a board.

    Raises
    ------
    OSError
        It is not there (`FileNotFoundError`), or may not be used (`PermissionError`).
    """
    if sys.platform == "linux":
        return InputPort(path)
    hid = library()
    if hid is None:
        raise FileNotFoundError(path)
    return HidPort(hid, path)
