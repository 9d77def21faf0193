"""A device of the native profile's text form, without a UART, a clock or a converter: commands and samples go in, lines come out."""

from collections.abc import Sequence

from drivers.codecs import native_text
from drivers.reference.peripheral import WRITE_NOT_PERMITTED, AttError, Sent

MTU = 23
"""Where nobody asked for more: lines are cut across notifications."""
HEADER_US = 1_000_000
"""A header is sent every second."""
UNITS = {native_text.FORCE: "N", native_text.MOTION: "SI"}
RATES_HZ = range(1, native_text.RATE_MAX_HZ + 1)


class Lines:
    """A pad or a motion sensor as a sketch.

    Parameters
    ----------
    letter
        ``native_text.FORCE`` or ``native_text.MOTION``.
    channels
        Numbers in a line.
    rate_hz
        What it wakes up with.
    mtu
        Of the connection.
    """

    def __init__(self, letter: bytes, channels: int, *, rate_hz: int = 100, mtu: int = MTU) -> None:
        self.rate_hz = rate_hz
        self.streaming = False
        self.zero = [0.0] * channels
        self._letter, self._size = letter, mtu - 3
        self._rest = b""
        self._listened = False
        self._sequence = 0
        self._last = [0.0] * channels
        self._told_us: int | None = None

    def subscribe(self, characteristic: str) -> None:
        """Notify from now on."""
        self._listened |= characteristic == native_text.LINES

    def write(self, characteristic: str, payload: bytes) -> list[Sent]:
        """Take a piece of a command; do as it says when its end of line has come."""
        if characteristic != native_text.COMMAND:
            raise AttError(WRITE_NOT_PERMITTED, f"{characteristic} is not written")
        *commands, self._rest = (self._rest + payload).split(b"\n")
        return [sent for command in commands for sent in self._done(command.strip().decode("ascii", "replace"))]

    def take(self, values: Sequence[float], us: int) -> list[Sent]:
        """Take a sample, in N or in m/s² and rad/s, of device time ``us``."""
        self._last = list(values)
        if not self.streaming:
            return []
        sent: list[Sent] = []
        if self._told_us is None or us - self._told_us >= HEADER_US:
            self._told_us = us
            sent = self._sent(self._header())
        numbers = ",".join(f"{value - zero:.4f}" for value, zero in zip(values, self.zero, strict=True))
        sent += self._sent(f"{self._letter.decode()},{self._sequence},{us & 0xFFFFFFFF},{numbers}")
        self._sequence = (self._sequence + 1) % (1 << native_text.SEQUENCE_BITS)
        return sent

    def drop(self, samples: int) -> None:
        """Let go of samples that were taken: their numbers are not used again."""
        self._sequence = (self._sequence + samples) % (1 << native_text.SEQUENCE_BITS)

    def link_lost(self) -> None:
        """Stop, and forget who listens and what was half said."""
        self.streaming = self._listened = False
        self._rest = b""

    def _done(self, command: str) -> list[Sent]:
        match command.split():
            case ["START"]:
                self.streaming, self._sequence, self._told_us = True, 0, None
                return []
            case ["STOP"]:
                self.streaming = False
                return []
            case ["TARE"]:
                self.zero = self._last
                return []
            case ["INFO"]:
                return self._sent(self._header())
            case ["RATE", rate] if rate.isdigit() and int(rate) in RATES_HZ:
                self.rate_hz = int(rate)
                return []
            case _:
                return self._sent(f"# not understood: {command}")

    def _header(self) -> str:
        return f"#,ankletest,1,{self._letter.decode()},{self.rate_hz},{UNITS[self._letter]},{len(self.zero)}"

    def _sent(self, line: str) -> list[Sent]:
        text = line.encode("ascii", "replace")
        whole = text + b"*%02X\n" % native_text.checksum(text)
        pieces = [whole[i : i + self._size] for i in range(0, len(whole), self._size)]
        return [(native_text.LINES, piece) for piece in pieces] if self._listened else []
