"""The layout of a recording in MCAP (docs/recording-format.md): names, limits, schemas and guarded metadata; no files."""

import errno
import json
import zlib
from collections.abc import Mapping

from ankletest import __version__
from ankletest.device import EVENT, OPERATOR, Notification
from ankletest.errors import RecordingError

FORMAT = 1
"""Version of the layout; a reader refuses a higher one."""
PROFILE = "ankletest"
RAW_ENCODING = "x-ankletest-raw"
EVENT_TOPIC = "/event"

CHUNK_BYTES = 1 << 20
"""A chunk that grows beyond this between two flushes is closed; bounds what the reader holds."""
PAYLOAD_LIMIT = 1 << 20
"""Longest payload, bytes. The air gives 512; imported rows and headers stay far below."""
RECORD_LIMIT = 16 << 20
"""Largest record, and largest chunk once unpacked, that is read, bytes: a file cannot make the reader take more memory than this."""
TIME_LIMIT_NS = 1 << 63
"""Received times are below this (292 years)."""

META_OPEN = "ankletest.open"
META_CHANNEL = "ankletest.channel"
META_LOSS = "ankletest.loss"

RAW_SCHEMA = ("ankletest.Raw", RAW_ENCODING, b"Bytes of one notification, unchanged; see docs/recording-format.md.")
EVENT_SCHEMA = (
    "ankletest.Event",
    "jsonschema",
    json.dumps(
        {
            "title": "ankletest.Event",
            "description": "What the operator did, or the opening of the recording.",
            "type": "object",
            "required": ["event"],
            "properties": {
                "event": {"type": "string"},
                "what": {"type": "string"},
                "why": {"type": "string"},
                "format": {"type": "integer"},
            },
        }
    ).encode(),
)

_SPACE = {errno.ENOSPC, errno.EFBIG, *([errno.EDQUOT] if hasattr(errno, "EDQUOT") else [])}


def event_notification(event: Mapping[str, object], received_ns: int) -> Notification:
    """Return an operator event as the notification that is recorded; values must be plain JSON, NaN is refused."""
    text = json.dumps(dict(event), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Notification(OPERATOR, EVENT, received_ns, text.encode())


def opening(session: Mapping[str, object], opened_ns: int) -> Notification:
    """Return the open event, the first notification of every recording."""
    rest = {key: value for key, value in session.items() if key not in {"event", "format", "program"}}
    return event_notification({"event": "open", "format": FORMAT, "program": f"ankletest {__version__}", **rest}, opened_ns)


def json_object(payload: bytes) -> dict[str, object] | None:
    """Return the JSON object in a payload, or None when it holds none."""
    try:
        value: object = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return {str(key): item for key, item in value.items()} if isinstance(value, dict) else None


def topic_of(device: str, characteristic: str) -> str:
    """Return the topic of a channel; it is for viewers, the reader goes by the channel's metadata."""
    return EVENT_TOPIC if (device, characteristic) == (OPERATOR, EVENT) else f"/raw/{device}/{characteristic}"


def guarded(fields: Mapping[str, str]) -> dict[str, str]:
    """Return metadata fields with their checksum: outside chunks MCAP has none that can be checked in a cut file."""
    return {**fields, "crc32": _crc(fields)}


def unguarded(fields: Mapping[str, str]) -> dict[str, str] | None:
    """Return the fields of ``guarded``, or None when a bit of them changed."""
    rest = {key: value for key, value in fields.items() if key != "crc32"}
    return rest if fields.get("crc32") == _crc(rest) else None


def write_trouble(error: OSError, name: str) -> RecordingError:
    """Say what an error of the file system means for the recording."""
    if error.errno in _SPACE:
        return RecordingError(
            f"The storage is full: the recording {name} cannot grow.",
            hint="Free some space now; what was measured is kept in memory and written as soon as there is room.",
        )
    return RecordingError(
        f"The recording {name} cannot be written: {error.strerror or error}.",
        hint="Check that the folder exists, that you may write to it and that the drive is still connected.",
    )


def _crc(fields: Mapping[str, str]) -> str:
    return f"{zlib.crc32(json.dumps(sorted(fields.items())).encode()):08x}"
