"""Encrypted recordings: whole again with the key, nothing without it, and whatever was done to the file is told."""

import errno
import io
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

from ankletest.device import Notification
from ankletest.errors import RecordingError, RecordingLocked
from ankletest.recording import frames
from ankletest.recording.frames import BLOCK_SIZE, FRAME_MARK, HEAD_SIZE, KEY_MARK, FileCipher, FrameTail, Head, KeyBlock
from ankletest.recording.keyhole import Keyhole, clinic_id
from ankletest.recording.reader import Recording, is_encrypted
from ankletest.recording.safe_tail import SafeTail
from ankletest.recording.salvage import copy_recording, reseal
from ankletest.recording.sealed import Sealed
from ankletest.recording.writer import Recorder, Writer

ROOT = Path(__file__).parents[3]
KEY = bytes(range(32))
COUNT, EVERY = 600, 25
SESSION = {"session": "6b9c", "devices": [], "client": "AB-17"}


def items() -> list[Notification]:
    rnd = random.Random(4)
    return [Notification(f"foot-{i % 2}", "ffe4", 9_400_000 * i, rnd.randbytes(20)) for i in range(COUNT)]


ITEMS = items()


def item(i: int) -> Notification:
    return Notification("pad", "ffe4", i * 1000, random.Random(i).randbytes(200))


@pytest.fixture(scope="module")
def keyhole() -> Keyhole:
    keyhole = Keyhole()
    keyhole.insert(KEY)
    return keyhole


def write(path: Path, keyhole: Keyhole, *, sealed: bool = True) -> bytes:
    writer = Writer(path, session=SESSION, sink=keyhole.sink)
    for i, n in enumerate(ITEMS, start=1):
        writer.write(n)
        if not i % EVERY:
            writer.flush()
    if sealed:
        return writer.close().read_bytes()
    writer.abandon()
    return path.with_name(path.name + ".part").read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, keyhole: Keyhole) -> bytes:
    return write(tmp_path_factory.mktemp("whole") / "a.mcap", keyhole)


def spans(content: bytes) -> list[tuple[int, int]]:
    """Return (start, end) of every frame."""
    out, at = [], 0
    while at < len(content):
        if content.startswith(KEY_MARK, at):
            at += BLOCK_SIZE
            continue
        head = Head.unpacked(content[at : at + HEAD_SIZE])
        assert head is not None
        out.append((at, at + HEAD_SIZE + head.length))
        at = out[-1][1]
    return out


def read(path: Path, content: bytes, keyhole: Keyhole) -> tuple[list[Notification], str]:
    path.write_bytes(content)
    recording = Recording.open(path, keyhole)
    assert recording.complete == (not recording.damage)
    return list(recording.notifications())[1:], recording.damage


def test_it_gives_back_everything_and_shows_nothing(tmp_path: Path, whole: bytes, keyhole: Keyhole) -> None:
    got = read(tmp_path / "a.mcap", whole, keyhole)

    assert got == (ITEMS, "")
    for secret in (b"AB-17", b"6b9c", b"foot-0", b"zstd", b"MCAP0", b"ankletest"):
        assert secret not in whole
    assert Recording.open(tmp_path / "a.mcap", keyhole).encrypted
    assert is_encrypted(tmp_path / "a.mcap")


def test_a_plain_recording_stays_readable_with_and_without_a_key(tmp_path: Path, keyhole: Keyhole) -> None:
    write(tmp_path / "plain.mcap", Keyhole())

    for hole in (keyhole, Keyhole()):
        recording = Recording.open(tmp_path / "plain.mcap", hole)
        assert not recording.encrypted
        assert list(recording.notifications())[1:] == ITEMS


def test_what_is_inside_is_the_plain_file(tmp_path: Path, whole: bytes, keyhole: Keyhole) -> None:
    plain = write(tmp_path / "plain.mcap", Keyhole())
    (tmp_path / "a.mcap").write_bytes(whole)
    with Sealed.examine(tmp_path / "a.mcap", keyhole).open() as file:
        inside = file.read()

    assert inside == plain
    # The price: a head and a tag for each flush, and two copies of the key.
    assert len(whole) - len(plain) == 2 * BLOCK_SIZE + len(spans(whole)) * (HEAD_SIZE + frames.TAG_BYTES)


def test_locked_it_says_so_and_another_clinic_s_key_is_named(tmp_path: Path, whole: bytes) -> None:
    (tmp_path / "a.mcap").write_bytes(whole)
    with pytest.raises(RecordingLocked, match="store is locked") as locked:
        Recording.open(tmp_path / "a.mcap", Keyhole())
    other = Keyhole()
    other.insert(bytes(32))
    with pytest.raises(RecordingError, match="another data folder") as copied:
        Recording.open(tmp_path / "a.mcap", other)

    assert "passphrase" in locked.value.hint
    assert clinic_id(KEY).hex()[:8] in copied.value.message


def test_locking_closes_what_was_open_and_a_recorder_goes_on(tmp_path: Path) -> None:
    keyhole = Keyhole()
    keyhole.insert(KEY)
    kept = keyhole._key
    write(tmp_path / "a.mcap", keyhole)
    recording = Recording.open(tmp_path / "a.mcap", keyhole)
    recorder = Recorder(tmp_path / "b.mcap", session=SESSION, opened_ns=0, warn_below=0, stop_below=0, sink=keyhole.sink)
    keyhole.clear()
    recorder.put(item(1))
    recorder.close()

    assert kept == bytearray(32), "the key is overwritten, not only let go"
    assert not keyhole.open
    with pytest.raises(RecordingLocked):
        list(recording.notifications())
    keyhole.insert(KEY)
    assert list(Recording.open(tmp_path / "b.mcap", keyhole).notifications())[1:] == [item(1)]


def test_two_files_never_share_a_key_or_a_byte(tmp_path: Path, keyhole: Keyhole) -> None:
    one, two = write(tmp_path / "a.mcap", keyhole), write(tmp_path / "b.mcap", keyhole)
    same = sum(a == b for a, b in zip(one, two, strict=True))

    assert KeyBlock.unpacked(one) != KeyBlock.unpacked(two)
    # Marks, heads and clinic are alike; of the rest one byte in 256 by chance.
    assert same < len(one) / 256 * 1.5 + len(spans(one)) * HEAD_SIZE + 2 * BLOCK_SIZE


# ---- what was done to a file ----------------------------------------------------------------------------------------------------


def test_a_flipped_byte_anywhere_is_told_and_costs_at_most_one_flush(tmp_path: Path, whole: bytes, keyhole: Keyhole) -> None:
    rnd = random.Random(2)
    places = [*range(0, 2 * BLOCK_SIZE + HEAD_SIZE, 3), *(rnd.randrange(len(whole)) for _ in range(80)), len(whole) - 1]
    for at in places:
        bad = bytearray(whole)
        bad[at] ^= 1 << rnd.randrange(8)
        got, damage = read(tmp_path / "flip.mcap", bytes(bad), keyhole)

        assert damage, f"byte {at}"
        assert [n for n in ITEMS if n in got] == got
        assert len(got) >= COUNT - EVERY


def test_a_file_cut_anywhere_gives_a_beginning_and_says_it_was_cut(tmp_path: Path, whole: bytes, keyhole: Keyhole) -> None:
    rnd = random.Random(1)
    first_end = spans(whole)[0][1]
    cuts = [*(rnd.randrange(first_end, len(whole)) for _ in range(40)), *(end for _, end in spans(whole)[:-1])]
    for cut in cuts:
        got, damage = read(tmp_path / "cut.mcap", whole[:cut], keyhole)

        assert got == ITEMS[: len(got)]
        assert re.search("missing|cut off", damage), cut
    assert "cut: what came after the last flush" in read(tmp_path / "cut.mcap.part", whole[: len(whole) // 2], keyhole)[1]


@pytest.mark.parametrize("at", [1, 2, 7, 20])
def test_a_frame_that_was_taken_out_is_missed(tmp_path: Path, whole: bytes, keyhole: Keyhole, at: int) -> None:
    start, end = spans(whole)[at]
    got, damage = read(tmp_path / "gap.mcap", whole[:start] + whole[end:], keyhole)

    assert got == ITEMS[: (at - 1) * EVERY] + ITEMS[at * EVERY :]
    assert f"{EVERY} notifications are missing" in damage
    assert "1 part of the encrypted file is missing or changed" in damage


def test_frames_in_another_order_are_read_in_theirs_and_told(tmp_path: Path, whole: bytes, keyhole: Keyhole) -> None:
    (a, b), (c, d) = spans(whole)[5], spans(whole)[9]
    got, damage = read(tmp_path / "swap.mcap", whole[:a] + whole[c:d] + whole[b:c] + whole[a:b] + whole[d:], keyhole)

    assert got == ITEMS
    assert damage == "The parts of the encrypted file are not in their order; they were read in the right one."


def test_a_frame_that_stands_twice_is_read_once_and_told(tmp_path: Path, whole: bytes, keyhole: Keyhole) -> None:
    start, end = spans(whole)[5]
    got, damage = read(tmp_path / "twice.mcap", whole[:end] + whole[start:end] + whole[end:], keyhole)

    assert got == ITEMS
    assert damage == "1 part of the encrypted file stands twice."


def test_frames_of_another_recording_do_not_get_in(tmp_path: Path, whole: bytes, keyhole: Keyhole) -> None:
    other = write(tmp_path / "b.mcap", keyhole)
    (start, end), (theirs, theirs_end) = spans(whole)[5], spans(other)[5]
    got, damage = read(tmp_path / "mixed.mcap", whole[:start] + other[theirs:theirs_end] + whole[end:], keyhole)
    appended = read(tmp_path / "mixed.mcap", whole + other, keyhole)

    assert got == ITEMS[: 4 * EVERY] + ITEMS[5 * EVERY :]
    assert "missing" in damage
    assert appended[0] == ITEMS
    assert "does not belong to it" in appended[1]


def test_every_head_is_sealed_with_its_frame(tmp_path: Path, whole: bytes, keyhole: Keyhole) -> None:
    start, end = spans(whole)[-1]
    head = Head.unpacked(whole[start:])
    assert head is not None
    assert head.last
    for changed in (Head(head.length, head.number, head.offset, last=False), Head(head.length, head.number + 1, head.offset, last=True),
                    Head(head.length, head.number, head.offset + 1, last=True)):  # fmt: skip
        got, damage = read(tmp_path / "head.mcap", whole[:start] + changed.packed() + whole[start + HEAD_SIZE : end], keyhole)
        assert damage
        assert got == ITEMS


def test_without_any_copy_of_its_key_it_is_told_as_such(tmp_path: Path, whole: bytes, keyhole: Keyhole) -> None:
    bad = bytearray(whole)
    for at in [hit.start() for hit in re.finditer(re.escape(KEY_MARK), whole)]:
        bad[at + 30] ^= 1

    with pytest.raises(RecordingError, match="every copy of its key is damaged"):
        read(tmp_path / "keyless.mcap", bytes(bad), keyhole)


def test_a_newer_version_is_refused_with_both(tmp_path: Path, whole: bytes, keyhole: Keyhole, monkeypatch: pytest.MonkeyPatch) -> None:
    block = KeyBlock.unpacked(whole)
    assert block is not None
    monkeypatch.setattr(frames, "VERSION", 7)
    newer = block[0].packed()

    with pytest.raises(RecordingError, match=r"version 7.*version 1"):
        read(tmp_path / "new.mcap", newer + whole[BLOCK_SIZE:], keyhole)


def test_with_nothing_but_its_start_it_is_no_recording(tmp_path: Path, whole: bytes, keyhole: Keyhole) -> None:
    for end in (len(KEY_MARK), BLOCK_SIZE, BLOCK_SIZE + 20, spans(whole)[0][1] - 1):
        with pytest.raises(RecordingError) as caught:
            read(tmp_path / "start.mcap", whole[:end], keyhole)
        assert caught.value.hint


def test_random_bytes_never_raise_anything_else(tmp_path: Path, whole: bytes, keyhole: Keyhole) -> None:
    rnd = random.Random(3)
    for _ in range(30):
        keep = rnd.randrange(BLOCK_SIZE, len(whole))
        garbage = rnd.choice((rnd.randbytes(3000), bytes(3000), whole[: rnd.randrange(3000)], FRAME_MARK * 700, KEY_MARK * 50))
        if keep < spans(whole)[0][1]:
            keep = spans(whole)[0][1]  # without the first flush there is no recording; that has its own test
        got, damage = read(tmp_path / "garbage.mcap", whole[:keep] + garbage, keyhole)

        assert got == ITEMS[: len(got)]
        assert damage


# ---- while it is written ----------------------------------------------------------------------------------------------------------


class FullDisk(io.FileIO):
    """A file on a disk of ``room`` bytes, which writes a part of what does not fit, as a real one does."""

    room = 20_000

    def write(self, piece: memoryview) -> int:
        fits = self.room - self.tell()
        if fits <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(piece[:fits])


class Counting(FileCipher):
    """Remembers every number it sealed."""

    def __init__(self, block: KeyBlock) -> None:
        super().__init__(block, aes_key_unwrap(KEY, block.wrapped))
        self.numbers: list[int] = []

    def seal(self, head: Head, plain: bytes) -> bytes:
        self.numbers.append(head.number)
        return super().seal(head, plain)


def test_a_full_disk_tears_nothing_and_seals_nothing_twice(tmp_path: Path, keyhole: Keyhole, whole: bytes) -> None:
    block = KeyBlock.unpacked(whole)
    assert block is not None
    cipher = Counting(block[0])
    disks: list[FullDisk] = []

    def sink(path: Path) -> FrameTail:
        disks.append(FullDisk(path, "x"))
        return FrameTail(SafeTail(disks[0]), cipher)

    writer = Writer(tmp_path / "a.mcap", session={}, sink=sink)
    refused: list[str] = []
    for i in range(400):
        writer.write(item(i))
        if i == 300:
            disks[0].room = 10_000_000
        if i % 10 == 9:
            try:
                writer.flush()
            except RecordingError as error:
                refused.append(error.message)
    recording = Recording.open(writer.close(), keyhole)

    assert len(refused) > 10
    assert all("storage is full" in message for message in refused)
    assert list(recording.notifications())[1:] == [item(i) for i in range(400)]
    assert recording.complete
    assert cipher.numbers == sorted(set(cipher.numbers)), "a number is a nonce"


def test_a_flush_larger_than_a_frame_is_cut_into_several(tmp_path: Path, keyhole: Keyhole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "FRAME_BYTES", 1000)
    content = write(tmp_path / "a.mcap", keyhole)

    assert max(end - start for start, end in spans(content)) <= 1000 + HEAD_SIZE + frames.TAG_BYTES
    assert read(tmp_path / "b.mcap", content, keyhole) == (ITEMS, "")
    start, end = spans(content)[40]
    got, damage = read(tmp_path / "b.mcap", content[:start] + content[end:], keyhole)
    assert damage
    assert COUNT - 3 * EVERY <= len(got) < COUNT


def test_an_unsealed_one_is_copied_encrypted_and_can_be_written_plain(tmp_path: Path, keyhole: Keyhole) -> None:
    write(tmp_path / "a.mcap", keyhole, sealed=False)
    sealed, told = reseal(tmp_path / "a.mcap.part", keyhole)
    copied = Recording.open(sealed, keyhole)
    assert copy_recording(copied, tmp_path / "plain.mcap", sealed=False, keyhole=keyhole) == COUNT + 1
    plain = Recording.open(tmp_path / "plain.mcap", Keyhole())

    assert is_encrypted(sealed)
    assert told.startswith(f"{COUNT + 1} notifications")
    assert "AB-17" not in sealed.read_bytes().decode("latin-1")
    assert list(plain.notifications())[1:] == ITEMS
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.mcap", "a.mcap.part", "plain.mcap"]


CHILD = """
import sys, time
from pathlib import Path
from ankletest.device import Notification
from ankletest.recording.keyhole import KEYHOLE
from ankletest.recording.writer import Recorder

KEYHOLE.insert(bytes(range(32)))
recorder = Recorder(Path(sys.argv[1]), session={"session": "6b9c"}, opened_ns=time.monotonic_ns(), warn_below=0, stop_below=0)
for i in range(1_000_000):
    recorder.put(Notification("pad", "ffe4", time.monotonic_ns(), i.to_bytes(4, "little") * 5))
    print(recorder.flushed, flush=True)
    time.sleep(0.002)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL on this system")
def test_killed_at_random_moments_everything_flushed_is_there(tmp_path: Path, keyhole: Keyhole) -> None:
    rnd = random.Random(5)
    runs = [
        subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path / f"{number}.mcap")], cwd=ROOT, stdout=subprocess.PIPE)
        for number in range(6)
    ]
    for child in runs:
        assert child.stdout is not None
        child.stdout.readline()  # it runs
    for child in runs:
        time.sleep(rnd.uniform(0.02, 0.3))
        child.kill()
    for number, child in enumerate(runs):
        lines = child.communicate()[0].decode().splitlines(keepends=True)
        flushed = int(next(line for line in reversed(lines) if line.endswith("\n")))
        recording = Recording.open(tmp_path / f"{number}.mcap.part", keyhole)
        got = list(recording.notifications())

        assert recording.encrypted
        assert len(got) >= flushed
        assert [n.payload for n in got[1:]] == [i.to_bytes(4, "little") * 5 for i in range(len(got) - 1)]
        assert "at most 250 ms" in recording.damage
