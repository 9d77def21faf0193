"""Finds and checks the parts of a recording's file, whole or damaged, without trusting any length in it; it gives no notifications."""

import io
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

import zstandard
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Channel, Metadata
from mcap.writer import MCAP0_MAGIC

from ankletest.device import EVENT, OPERATOR, Notification
from ankletest.recording import layout

HEAD = struct.Struct("<BQ")
"""Of every record: opcode and length."""
CHUNK = struct.Struct("<QQQII")
"""Of a chunk: first and last log time, unpacked size, CRC32 of the unpacked bytes, length of the name of the compression."""
MESSAGE = struct.Struct("<BQHIQQ")
"""Of a message in a chunk, its record head included: channel, sequence, log time, publish time."""
ZSTD = b"\x04\x00\x00\x00zstd"
"""What stands in every chunk of ours at a known place, so chunks are found again behind damage."""
_TRACES = re.compile(re.escape(ZSTD) + rb"|[\x0c-\x20]\x00\x00\x00ankletest\.")


class Unsound(Exception):  # noqa: N818  not an error anybody sees: the walk goes on elsewhere
    """A part of the file that is not what it says."""


@dataclass(frozen=True, slots=True)
class ChunkAt:
    """Where a chunk's record body is, bytes."""

    offset: int
    length: int


@dataclass(slots=True)
class Survey:
    """What a walk over a file found.

    Parameters
    ----------
    chunks
        Chunks whose checksum agrees, in file order.
    opening
        The open event's copy in the metadata.
    channels
        ``id → (device, characteristic)`` by the copies in the metadata.
    losses
        Sentences the writer or the salvage left about what is missing.
    total
        Messages by the statistics at the end; None when they cannot be trusted.
    data_sound
        True when the sum over everything before the index at the end is there and agrees.
    bad
        True when anything did not agree, apart from a missing end.
    ended
        True when the seal at the end is there and agrees.
    """

    chunks: list[ChunkAt] = field(default_factory=list[ChunkAt])
    opening: Notification | None = None
    channels: dict[int, tuple[str, str]] = field(default_factory=dict[int, tuple[str, str]])
    losses: list[str] = field(default_factory=list[str])
    total: int | None = None
    data_sound: bool = False
    bad: bool = False
    ended: bool = False


def unpack(body: bytes) -> bytes:
    """Return the checked records of a chunk; raises ``Unsound``."""
    if len(body) < CHUNK.size:
        raise Unsound
    _, _, size, crc, name_length = CHUNK.unpack_from(body)
    start = CHUNK.size + name_length
    if not 0 < size <= layout.RECORD_LIMIT or name_length > len(ZSTD) or len(body) < start + 8:
        raise Unsound
    name = body[CHUNK.size : start]
    # The length that stands here is not needed: the record's is known, and the checksum tells.
    packed = body[start + 8 :]
    if name == b"zstd":
        records = _inflate(packed, size)
    elif name == b"":
        records = packed
    else:
        raise Unsound
    if len(records) != size or zlib.crc32(records) != crc:
        raise Unsound
    return records


def survey(file: BinaryIO) -> Survey:
    """Walk a file from record to record and check every sum in it."""
    found = Survey()
    magic = file.read(len(MCAP0_MAGIC))
    found.bad = magic != MCAP0_MAGIC
    crc = zlib.crc32(magic)
    summary_crc: int | None = None
    for opcode, head, body in _records(file):
        if opcode == Opcode.DATA_END:
            found.data_sound = not found.bad and crc == int.from_bytes(body[:4], "little")
            found.bad |= not found.data_sound
            summary_crc = 0
            continue
        if opcode == Opcode.FOOTER:
            same = len(body) == 20 and zlib.crc32(head + body[:16], summary_crc or 0) == int.from_bytes(body[16:], "little")
            found.ended = summary_crc is not None and same and file.read() == MCAP0_MAGIC
            found.bad |= not found.ended
            break
        if summary_crc is None:
            crc = zlib.crc32(body, zlib.crc32(head, crc))
            _take(found, opcode, body, ChunkAt(file.tell() - len(body), len(body)))
        else:
            summary_crc = zlib.crc32(body, zlib.crc32(head, summary_crc))
            if opcode == Opcode.STATISTICS and len(body) >= 8:
                found.total = int.from_bytes(body[:8], "little")
    else:
        # No footer. A record that is not one is damage only if there is something of ours behind it: ``rescue`` tells.
        found.bad |= summary_crc is not None
    if not found.ended:
        found.total = None
    return found


def rescue(whole: bytes, before: Survey) -> Survey:
    """Look for chunks and metadata of ours anywhere in a file whose records cannot be walked to the end."""
    found = Survey(total=before.total, data_sound=before.data_sound, ended=before.ended)
    end = 0
    for trace in _TRACES.finditer(whole):
        chunk = trace.group() == ZSTD
        start = trace.start() - (CHUNK.size - 4 + HEAD.size if chunk else HEAD.size)
        if start < end:
            continue
        body_at = start + HEAD.size
        for length in _lengths(whole, start, chunk=chunk):
            known = len(found.chunks)
            _take(found, Opcode.CHUNK if chunk else Opcode.METADATA, whole[body_at : body_at + length], ChunkAt(body_at, length))
            if len(found.chunks) > known:
                end = body_at + length
                break
    found.bad = before.bad or found.chunks != before.chunks
    return found


def messages(records: bytes, channels: dict[int, tuple[str, str]]) -> Iterator[tuple[int, Notification]]:
    """Yield ``(sequence, notification)`` of a chunk in file order, and learn its channels on the way.

    Raises ``Unsound`` for a channel that nobody told about: the checksum agrees, so the writer was not ours.
    """
    at, end = 0, len(records)
    while at + HEAD.size <= end:
        opcode, length = HEAD.unpack_from(records, at)
        after = at + HEAD.size + length
        if after > end:
            raise Unsound
        if opcode == Opcode.MESSAGE and length >= MESSAGE.size - HEAD.size:
            _, _, channel, sequence, log_time, _ = MESSAGE.unpack_from(records, at)
            known = channels.get(channel)
            if known is None:
                raise Unsound
            yield sequence, Notification(known[0], known[1], log_time, records[at + MESSAGE.size : after])
        elif opcode == Opcode.CHANNEL:
            _learn(channels, records[at + HEAD.size : after])
        at = after


def _lengths(whole: bytes, start: int, *, chunk: bool) -> Iterator[int]:
    """Yield the lengths a record may have: the one in its head, and for a chunk the one that its packed bytes give."""
    body_at = start + HEAD.size
    room = min(layout.RECORD_LIMIT, len(whole) - body_at)
    lengths = {HEAD.unpack_from(whole, start)[1]: None}
    if chunk and room >= CHUNK.size + len(ZSTD) + 4:
        packed_at = body_at + CHUNK.size + len(ZSTD) - 4
        lengths[packed_at + 8 - body_at + int.from_bytes(whole[packed_at : packed_at + 8], "little")] = None
    for length in lengths:
        if length <= room:
            yield length


def _records(file: BinaryIO) -> Iterator[tuple[int, bytes, bytes]]:
    while len(head := file.read(HEAD.size)) == HEAD.size:
        opcode, length = HEAD.unpack(head)
        # Opcode 0 does not exist; a power cut can leave a tail of zeros.
        if not opcode or length > layout.RECORD_LIMIT or len(body := file.read(length)) < length:
            return
        yield opcode, head, body


def _take(found: Survey, opcode: int, body: bytes, at: ChunkAt) -> None:
    if opcode == Opcode.CHUNK:
        try:
            unpack(body)
        except Unsound:
            found.bad = True
        else:
            found.chunks.append(at)
    elif opcode == Opcode.METADATA:
        fields = _metadata(body)
        if fields is not None:
            _remember(found, *fields)


def _metadata(body: bytes) -> tuple[str, Mapping[str, str]] | None:
    try:
        record = Metadata.read(ReadDataStream(io.BytesIO(body)))
    except (McapError, struct.error, UnicodeDecodeError):
        return None
    fields = layout.unguarded(record.metadata)
    return None if fields is None else (record.name, fields)


def _remember(found: Survey, name: str, fields: Mapping[str, str]) -> None:
    if name == layout.META_OPEN and fields.get("received_ns", "").isdecimal():
        found.opening = Notification(OPERATOR, EVENT, int(fields["received_ns"]), fields.get("json", "").encode())
    elif name == layout.META_CHANNEL and fields.get("id", "").isdecimal():
        found.channels[int(fields["id"])] = (fields.get("device", ""), fields.get("characteristic", ""))
    elif name == layout.META_LOSS:
        found.losses.append(fields.get("what", ""))


def _learn(channels: dict[int, tuple[str, str]], body: bytes) -> None:
    try:
        channel = Channel.read(ReadDataStream(io.BytesIO(body)))
    except (McapError, struct.error, UnicodeDecodeError) as error:
        raise Unsound from error
    channels[channel.id] = (channel.metadata.get("device", ""), channel.metadata.get("characteristic", ""))


def _inflate(packed: bytes, size: int) -> bytes:
    try:
        # The size in the frame is what zstandard reserves, whatever limit it is given: compare it before.
        if zstandard.frame_content_size(packed) not in {size, -1}:
            raise Unsound
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=size)
    except zstandard.ZstdError as error:
        raise Unsound from error
