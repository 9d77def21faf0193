"""Every error that a person can act on; anything else that escapes is a bug.

::

    AnkletestError(message, hint)
     ├─ DeviceError          a device, or the way to it
     │   ├─ CodecError       bytes that its model never sends
     │   └─ LinkLost         the radio link ended
     ├─ RecordingError       a recording that cannot be written or read
 │   └─ RecordingLocked  an encrypted one whose store is locked
     ├─ ExchangeError        a file of another maker that cannot be taken in or written
     ├─ StoreError           the database
     ├─ ExamError            an exam that cannot be run or analysed like this
     ├─ SettingsError        a setting out of its bounds, or settings that cannot be written
     └─ UsageError           a command line that asks for something that is not there
"""


class AnkletestError(Exception):
    """Something a person can act on.

    Parameters
    ----------
    message
        What happened, with the value seen, as one sentence.
    hint
        What can be done now, as one sentence; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self._message = message
        self.hint = hint

    @property
    def message(self) -> str:
        """What happened."""
        return self._message

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class DeviceError(AnkletestError):
    """A device, or the way to it, does not do what it should."""


class CodecError(DeviceError):
    """Bytes that a device of this model never sends.

    Parameters
    ----------
    model
        Key of the device model.
    payload
        The bytes.
    why
        What is wrong with them.
    """

    def __init__(self, model: str, payload: bytes, why: str) -> None:
        super().__init__("")
        self.model = model
        self.payload = payload
        self.why = why

    @property
    def message(self) -> str:
        """What is wrong; put in words when somebody asks, because a noisy link makes errors faster than anybody reads them."""
        head = self.payload[:12].hex(" ")
        return f"{self.model}: {self.why} ({len(self.payload)} bytes: {head}{' …' if len(self.payload) > 12 else ''})."


class LinkLost(DeviceError):  # noqa: N818  the name of the glossary; an end of a link is not always an error
    """The link to a device ended."""


class RecordingError(AnkletestError):
    """A recording that cannot be written or read."""


class RecordingLocked(RecordingError):  # noqa: N818  the recording is whole; somebody has to unlock the store
    """An encrypted recording, and the store with its key is locked."""


class ExchangeError(AnkletestError):
    """A file of another maker that cannot be read or written."""


class StoreError(AnkletestError):
    """The database cannot be opened, read or written."""


class ExamError(AnkletestError):
    """An exam that cannot be run or analysed like this."""


class SettingsError(AnkletestError):
    """A setting out of its bounds, or settings that cannot be written."""


class UsageError(AnkletestError):
    """A command line that asks for something that is not there."""
