"""What can go wrong on the air, in words for the operator; which exception means which fault is the transport's affair."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What a person would do differently about."""

    OFF = "off"
    DENIED = "denied"
    NO_ADAPTER = "no adapter"
    NO_BLUETOOTH = "no Bluetooth"
    BUSY = "busy"
    NOT_SEEN = "not seen"
    TAKEN = "taken"
    REFUSED = "refused"
    NO_ANSWER = "no answer"
    PAIRING = "pairing"
    FOREIGN = "foreign"
    SILENT = "silent"
    GONE = "gone"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, with ``{device}`` where the device is named, and what can be done now."""

    message: str
    hint: str


_OWN_RADIO = frozenset({Fault.OFF, Fault.DENIED, Fault.NO_ADAPTER, Fault.NO_BLUETOOTH, Fault.BUSY})

WORDS: dict[Fault, Words] = {
    Fault.OFF: Words("Bluetooth is switched off.", "Switch Bluetooth on; the search goes on by itself."),
    Fault.DENIED: Words("This program may not use Bluetooth.", "Allow it in the privacy settings of the system, then start it again."),
    Fault.NO_ADAPTER: Words("This computer has no Bluetooth adapter.", "Plug one in, or use a practice device or a recording."),
    Fault.NO_BLUETOOTH: Words(
        "The system's Bluetooth service is not running.", "Start it (on Linux: the package and the service “bluetooth”)."
    ),
    Fault.BUSY: Words("Bluetooth is busy with another search.", "Close other programs that search for devices."),
    Fault.NOT_SEEN: Words(
        "{device} has not been seen yet.", "Switch it on and hold it close; it may be asleep, empty, or connected to another program."
    ),
    Fault.TAKEN: Words(
        "{device} is used by another program.", "Close what else talks to it, also on phones nearby; it is then connected by itself."
    ),
    Fault.REFUSED: Words(
        "{device} did not accept the connection.",
        "Close other programs and phones that may hold it, then switch it off and on.",
    ),
    Fault.NO_ANSWER: Words("{device} does not answer.", "Move closer, or switch it off and on."),
    Fault.PAIRING: Words("{device} wants to be paired first.", "Pair it in the Bluetooth settings of the system, then come back."),
    Fault.FOREIGN: Words("{device} does not speak like its model.", "Check that the right model was chosen, and its firmware."),
    Fault.SILENT: Words("{device} has stopped sending.", "It is being connected again; if this repeats, switch it off and on."),
    Fault.GONE: Words("The link to {device} was lost.", "It is being searched for; move closer and check its battery."),
    Fault.OTHER: Words("{device} cannot be reached.", "It is tried again; if this repeats, switch it and Bluetooth off and on."),
}


def words(fault: Fault, device: str, detail: str = "") -> Words:
    """Return the sentences for a fault of ``device``; ``detail`` is what the system said, if that helps support."""
    told = WORDS[fault]
    message = told.message.format(device=device)
    if detail:
        message = f"{message.removesuffix('.')} ({detail})."
    return Words(message, told.hint)


def own_radio(fault: Fault) -> bool:
    """Tell whether the fault is this computer's, so that it is the same for every device."""
    return fault in _OWN_RADIO
