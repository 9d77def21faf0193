"""Bytes of the ankletest-native profile (devices.md 5), as the fake sensors send them; written apart from the codecs, to check them."""

import binascii
import struct
import time

BASE = "746d{:04x}-6f96-4edb-b88c-679e4bf89d65"
SERVICE, INFO, CONTROL, DATA, CAL = (BASE.format(n) for n in range(1, 6))
BATTERY_SERVICE, BATTERY_LEVEL = "0000180f-0000-1000-8000-00805f9b34fb", "00002a19-0000-1000-8000-00805f9b34fb"
FORCE, IMU6 = 1, 2
HEAD = struct.Struct("<BBHIIHBB")


def sealed(value: bytes) -> bytes:
    """Append CRC-16/CCITT-FALSE."""
    return value + struct.pack("<H", binascii.crc_hqx(value, 0xFFFF))


INFO_VALUE = sealed(
    struct.pack("<BBBBIBBHHHffIH", 1, FORCE | IMU6, 4, 24, 0x00C0FFEE, 1, 0, 1, 200, 1000, 0.0047884033, 0.0010652644, 0x1234ABCD, 200)
)
CORNERS = ((-1500, 1000), (1500, 1000), (-1500, -1000), (1500, -1000))
CAL_VALUE = sealed(struct.pack("<BBHI", 1, 4, 1, 0) + b"".join(struct.pack("<fihhHH", 0.001, 0, x, y, 2000, 0) for x, y in CORNERS))


def index_of(frame: bytes) -> int:
    """Return the sample index of a frame."""
    return int(HEAD.unpack_from(frame)[3])


def now_us() -> int:
    return (time.monotonic_ns() // 1000) & 0xFFFFFFFF
