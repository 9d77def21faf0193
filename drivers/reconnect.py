"""How long a device is waited for, and before it is tried again: policies as data, not the waiting itself."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that grow with every failure in a row.

    Parameters
    ----------
    first_s
        Pause after the first failure. A sensor that was only shaded by a leg is back within a second, so it is short.
    factor
        Each further pause is so many times longer.
    longest_s
        No pause is longer: somebody stands there with a sensor in the hand and waits.
    """

    first_s: float = 0.25
    factor: float = 2.0
    longest_s: float = 4.0

    def __post_init__(self) -> None:
        if not (0.0 < self.first_s <= self.longest_s and self.factor >= 1.0):
            raise ValueError(f"no policy of growing pauses: {self}")

    def pause_s(self, failures: int) -> float:
        """Return the pause after so many failures in a row, s; 0 when there was none."""
        if failures < 1:
            return 0.0
        # The exponent is bounded because a device may be away all day, and 2.0 ** 2000 is an OverflowError.
        return min(self.longest_s, self.first_s * self.factor ** min(failures - 1, 64))


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the air is waited for, s.

    Parameters
    ----------
    search_s
        A scan without the device, before the operator is told and the scan is begun afresh (a radio that was switched off in the
        middle of a scan only says so at the next one).
    connect_s
        A connection with its service discovery; slow phones' chips and crowded rooms need up to ten.
    step_s
        One read or write. bleak waits for ever, BlueZ answers for a silent device after 30 s.
    silence_s
        No notification while streaming, before the link counts as lost: bleak does not notice that bluetoothd has died.
    battery_s
        Between two questions for the battery of a device that does not tell it unasked.
    stop_s
        The stop script; a device that does not answer must not hold up the end of a visit.
    part_s
        Disconnecting: the real bluetoothd needs 2.0-2.2 s.
    backoff
        Pauses between attempts.
    """

    search_s: float = 8.0
    connect_s: float = 15.0
    step_s: float = 5.0
    silence_s: float = 2.0
    battery_s: float = 180.0
    stop_s: float = 0.7
    part_s: float = 2.6
    backoff: Backoff = field(default_factory=Backoff)
