"""Cut files, flipped bits, swapped parts: told, and never a wrong notification."""

import random
import re
from pathlib import Path

import pytest

from ankletest.device import EVENT, Notification
from ankletest.errors import RecordingError
from ankletest.recording import layout
from ankletest.recording.reader import Recording
from ankletest.recording.salvage import reseal, unsealed
from ankletest.recording.writer import Writer

COUNT, EVERY = 600, 25


def notifications(seed: int = 4) -> list[Notification]:
    rnd = random.Random(seed)
    return [Notification(f"foot-{i % 2}", "ffe4", 9_400_000 * i, rnd.randbytes(20)) for i in range(COUNT)]


ITEMS = notifications()


def write(path: Path, *, sealed: bool = True) -> bytes:
    writer = Writer(path, session={"session": "6b9c", "devices": []})
    for i, n in enumerate(ITEMS, start=1):
        writer.write(n)
        if not i % EVERY:
            writer.flush()
    if sealed:
        return writer.close().read_bytes()
    writer.flush()
    writer.abandon()
    return path.with_name(path.name + ".part").read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write(tmp_path_factory.mktemp("whole") / "a.mcap")


def read(path: Path, content: bytes) -> tuple[list[Notification], str] | RecordingError:
    """Return what a file gives, the open event left out, and its damage."""
    path.write_bytes(content)
    try:
        recording = Recording.open(path)
        opening, *rest = recording.notifications()
    except RecordingError as error:
        return error
    assert opening.characteristic == EVENT
    assert recording.session["session"] == "6b9c"
    assert recording.complete == (not recording.damage)
    return rest, recording.damage


def is_subsequence(some: list[Notification], of: list[Notification]) -> bool:
    rest = iter(of)
    return all(n in rest for n in some)


def test_a_file_cut_anywhere_gives_a_prefix_and_says_it_was_cut(tmp_path: Path, whole: bytes) -> None:
    rnd = random.Random(1)
    offsets = [*(rnd.randrange(len(whole)) for _ in range(40)), *range(1, 60, 7), *(len(whole) - k for k in range(1, 400, 37))]
    kept = []
    for offset in offsets:
        got = read(tmp_path / "cut.mcap", whole[:offset])
        if isinstance(got, RecordingError):
            assert offset < 600, "the open event and its copy are in the first bytes"
            assert got.hint
            continue
        rest, damage = got

        assert rest == ITEMS[: len(rest)]
        assert len(rest) % EVERY == 0
        assert damage
        kept.append((offset, len(rest)))
    assert [n for _, n in sorted(kept)] == sorted(n for _, n in kept), "a longer file never gives less"
    assert max(n for _, n in kept) == COUNT


def test_a_flipped_bit_is_always_told_and_costs_at_most_one_chunk(tmp_path: Path, whole: bytes) -> None:
    rnd = random.Random(2)
    for _ in range(60):
        bad = bytearray(whole)
        bad[rnd.randrange(len(bad))] ^= 1 << rnd.randrange(8)
        got = read(tmp_path / "flip.mcap", bytes(bad))
        assert not isinstance(got, RecordingError)
        rest, damage = got

        assert damage
        assert is_subsequence(rest, ITEMS)
        assert len(rest) >= COUNT - EVERY
        if len(rest) < COUNT:
            assert f"{COUNT - len(rest)} notifications are missing" in damage


def test_every_bit_of_a_short_recording_matters(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.mcap", session={"session": "6b9c"})
    writer.write(ITEMS[0])
    content = writer.close().read_bytes()
    silent = []
    for at in range(0, len(content), 3):
        bad = bytearray(content)
        bad[at] ^= 1 << at % 8
        got = read(tmp_path / "flip.mcap", bytes(bad))
        if not isinstance(got, RecordingError) and not got[1]:
            silent.append(at)
        if not isinstance(got, RecordingError):
            assert got[0] in ([ITEMS[0]], [])

    assert silent == []


def chunks_of(content: bytes) -> list[tuple[int, int]]:
    """Return (start, end) of every chunk record."""
    spans = []
    for trace in re.finditer(rb"\x04\0\0\0zstd", content):
        start = trace.start() - 37
        if content[start] == 6:
            spans.append((start, start + 9 + int.from_bytes(content[start + 1 : start + 9], "little")))
    return spans


def test_a_lost_first_chunk_is_made_good_by_the_copies_in_the_metadata(tmp_path: Path, whole: bytes) -> None:
    (_, end), (second, _) = chunks_of(whole)[:2]
    assert end < second
    bad = bytearray(whole)
    bad[end - 3] ^= 0xFF
    got = read(tmp_path / "bad.mcap", bytes(bad))

    assert not isinstance(got, RecordingError)
    assert got[0] == ITEMS
    assert "damaged" in got[1]


def test_a_lost_chunk_that_brought_a_channel_costs_only_its_own_notifications(tmp_path: Path, whole: bytes) -> None:
    start, end = chunks_of(whole)[1]
    got = read(tmp_path / "bad.mcap", whole[: start + 60] + bytes(end - start - 60) + whole[end:])

    assert not isinstance(got, RecordingError)
    assert got[0] == ITEMS[EVERY:]
    assert got[1] == f"The recording is damaged: {EVERY} notifications are missing."


def test_a_hole_that_breaks_the_walk_from_record_to_record_is_jumped_over(tmp_path: Path, whole: bytes) -> None:
    spans = chunks_of(whole)
    cut_out = whole[: spans[5][0] + 20] + whole[spans[9][0] :]
    got = read(tmp_path / "hole.mcap", cut_out)

    assert not isinstance(got, RecordingError)
    assert got[0] == ITEMS[: 4 * EVERY] + ITEMS[8 * EVERY :]
    assert f"{4 * EVERY} notifications are missing" in got[1]


def test_a_chunk_that_stands_twice_is_read_once(tmp_path: Path, whole: bytes) -> None:
    start, end = chunks_of(whole)[3]
    (tmp_path / "twice.mcap").write_bytes(whole[:end] + whole[start:end] + whole[end:])

    with pytest.raises(RecordingError, match="another program"):
        list(Recording.open(tmp_path / "twice.mcap").notifications())


def test_two_files_joined_do_not_become_one(tmp_path: Path, whole: bytes) -> None:
    with pytest.raises(RecordingError):
        list(Recording.open(_put(tmp_path / "joined.mcap", whole + whole)).notifications())


def _put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_random_bytes_behind_the_start_never_raise_anything_else(tmp_path: Path, whole: bytes) -> None:
    rnd = random.Random(3)
    for _ in range(30):
        keep = rnd.randrange(8, len(whole))
        garbage = bytes(rnd.choice((rnd.randbytes(3000), bytes(3000), whole[: rnd.randrange(3000)])))
        got = read(tmp_path / "garbage.mcap", whole[:keep] + garbage)
        if isinstance(got, RecordingError):
            continue
        assert is_subsequence(got[0], ITEMS)
        assert got[1]


def test_a_tail_of_zeros_after_a_power_cut_is_a_cut(tmp_path: Path) -> None:
    content = write(tmp_path / "a.mcap", sealed=False)
    got = read(tmp_path / "a.mcap.part", content + bytes(4096))

    assert got == (ITEMS, "The recording was cut: what came after the last flush, at most 250 ms, is lost.")


def test_a_cut_copy_of_a_sealed_file_does_not_promise_250_ms(tmp_path: Path, whole: bytes) -> None:
    got = read(tmp_path / "copy.mcap", whole[: len(whole) // 2])

    assert not isinstance(got, RecordingError)
    assert re.fullmatch(r"The end of the recording is missing: what came after \d\.\d s is lost\.", got[1])


def test_a_file_that_shrinks_between_opening_and_reading_is_told(tmp_path: Path, whole: bytes) -> None:
    recording = Recording.open(_put(tmp_path / "a.mcap", whole))
    _put(tmp_path / "a.mcap", whole[:2000])

    with pytest.raises(RecordingError, match="changed while it was read"):
        list(recording.notifications())


# ---- salvage ------------------------------------------------------------------------------------------------------------------


def test_an_unsealed_recording_is_found_and_copied_and_kept(tmp_path: Path) -> None:
    content = write(tmp_path / "a.mcap", sealed=False)
    content = content[: chunks_of(content)[-1][1] - 5]
    part = _put(tmp_path / "a.mcap.part", content)
    assert unsealed(tmp_path) == [part]
    sealed, told = reseal(part)
    again = Recording.open(sealed)

    assert sealed == tmp_path / "a.mcap"
    assert told == (
        "576 notifications over 5.4 s were kept. The recording was cut: what came after the last flush, at most 250 ms, is lost."
    )
    assert list(again.notifications()) == list(Recording.open(part).notifications())
    assert "at most 250 ms" in again.damage
    assert part.read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mcap", "a.mcap.part"]


def test_resealing_never_takes_a_name_that_is_taken(tmp_path: Path, whole: bytes) -> None:
    part = _put(tmp_path / "a.mcap.part", whole)
    _put(tmp_path / "a.mcap", b"another one")
    _put(tmp_path / "a-2.mcap.restoring", b"left of a copy that was interrupted")

    assert reseal(part)[0] == tmp_path / "a-2.mcap"
    assert (tmp_path / "a.mcap").read_bytes() == b"another one"
    assert not (tmp_path / "a-2.mcap.restoring").exists()


def test_a_damaged_sealed_file_is_copied_beside_it(tmp_path: Path, whole: bytes) -> None:
    start, end = chunks_of(whole)[4]
    sealed, told = reseal(_put(tmp_path / "a.mcap", whole[: start + 60] + bytes(end - start - 60) + whole[end:]))
    again = Recording.open(sealed)

    assert sealed == tmp_path / "a-restored.mcap"
    assert told.startswith("576 notifications")
    assert list(again.notifications())[1:] == ITEMS[: 3 * EVERY] + ITEMS[4 * EVERY :]
    assert again.damage == f"The recording is damaged: {EVERY} notifications are missing."


def test_what_cannot_be_restored_says_so_and_leaves_nothing_behind(tmp_path: Path) -> None:
    part = _put(tmp_path / "a.mcap.part", b"\x89MCAP0\r\n" + bytes(50))

    with pytest.raises(RecordingError):
        reseal(part)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mcap.part"]


def test_a_folder_without_recordings_has_nothing_unsealed(tmp_path: Path) -> None:
    assert unsealed(tmp_path) == []
    with pytest.raises(RecordingError):
        unsealed(tmp_path / "none")


def test_losses_that_the_writer_told_are_damage(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.mcap", session={"session": "6b9c"})
    writer.tell_loss("The disk was full for a while.")
    recording = Recording.open(writer.close())

    assert recording.damage == "The disk was full for a while."
    assert not recording.complete


def test_guarded_metadata_notices_any_change() -> None:
    fields = {"device": "pad", "id": "1"}
    kept = layout.guarded(fields)

    assert layout.unguarded(kept) == fields
    assert layout.unguarded({**kept, "id": "2"}) is None
    assert layout.unguarded({**kept, "more": ""}) is None
    assert layout.unguarded(fields) is None
