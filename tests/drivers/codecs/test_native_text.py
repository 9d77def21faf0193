"""The native profile as text against the vectors of devices.md 5.7: lines cut anywhere, checksums, headers, losses by sequence."""

from itertools import pairwise

import pytest
from codec_checks import joined, lost, readings, split, ticks, told, values
from hypothesis import given, settings
from hypothesis import strategies as st

from ankletest.device import Advertisement, Decoded, Subscribe, Wait, Write
from ankletest.samples import Kind
from drivers.codecs import native_text, native_text_imu, native_text_pad
from drivers.codecs.native_text import COMMAND, LINES, checksum

PAD = b"F,17,1234567,61.305,58.112,60.044,59.870*7B\n"
IMU = b"I,18,1239567,0.012,-0.034,9.807,0.0011,-0.0023,0.0004*4A\n"
HEADER = b"#,ankletest,1,F,100,N,4*64\n"
"""Synthetic: the three lines of the specification."""
LOAD = pytest.approx(61.305 + 58.112 + 60.044 + 59.870, rel=1e-15)


def pad(*payloads: bytes) -> Decoded:
    return native_text_pad.codec().feed(LINES, payloads)


def imu(*payloads: bytes) -> Decoded:
    return native_text_imu.codec().feed(LINES, payloads)


def force(sequence: int, newtons: str = "1.0", us: int = 0) -> bytes:
    return f"F,{sequence % 65536},{us or sequence * 10_000},{newtons}\n".encode()


def test_the_lines_of_the_specification_are_read() -> None:
    loaded, moved = pad(HEADER, PAD), imu(IMU)

    assert (values(loaded), ticks(loaded), told(loaded)) == ([[LOAD]], [1_234_567], [])
    assert (values(moved), ticks(moved)) == ([[0.012, -0.034, 9.807, 0.0011, -0.0023, 0.0004]], [1_239_567])
    assert (readings(loaded)[0].kind, readings(moved)[0].kind) == (Kind.FORCE, Kind.IMU)


def test_the_header_tells_the_rate() -> None:
    codec = native_text_pad.codec()
    assert codec.rate_hz is None
    codec.feed(LINES, [HEADER[:10], HEADER[10:]])

    assert codec.rate_hz == 100.0


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 2000), max_size=20), st.integers(1, 5))
def test_lines_cut_anywhere_are_the_same_lines(places: list[int], size: int) -> None:
    stream = HEADER + b"".join(force(i) for i in range(17, 30)) + b"nonsense\n" + PAD.replace(b"*7B", b"*7C") + force(33)
    edges = [0, *sorted(place % len(stream) for place in places), len(stream)]
    parts = split(native_text_pad.codec, [(LINES, stream[a:b]) for a, b in pairwise(edges)], size)

    assert joined(*parts) == joined(pad(stream))
    assert lost(*parts) == [(13, 3)]


def test_byte_by_byte_belongs_to_the_byte_that_ends_the_line() -> None:
    decoded = pad(*(bytes([byte]) for byte in HEADER + PAD))

    assert values(decoded) == [[LOAD]]
    assert readings(decoded)[0].payloads.tolist() == [len(HEADER + PAD) - 1]


def test_the_first_line_may_have_been_cut_before_we_listened() -> None:
    for cut in range(1, len(PAD) - 1):
        decoded = pad(PAD[cut:], force(18))

        assert told(decoded) == []
        assert values(decoded) == [[1.0]]


def test_a_line_without_a_checksum_or_with_another_end_is_read() -> None:
    assert values(pad(b"F,1,2,3.5,-1\r\n", b"\n", PAD.replace(b"\n", b"\r\n"), b"# hello\n")) == [[2.5], [LOAD]]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (PAD.replace(b"61", b"62"), "checksum 78 is not 7B"),
        (b"F,1,2,3*\xff\xff\n", "checksum 5A is not \ufffd\ufffd"),
        (b"I,1,2,3,4,5,6,7,8\n", "neither a sample, a header nor a remark"),
        (b"F,1,2\n", "neither a sample, a header nor a remark"),
        (b"F,1,2,3 4\n", "neither a sample, a header nor a remark"),
        (b"F,1,2,nan\n", "neither a sample, a header nor a remark"),
        (b"F,1,2,1_0\n", "neither a sample, a header nor a remark"),
        (b"F,1,2,3,,4\n", "a field that is no number"),
        (b"F,1,2,--3\n", "a field that is no number"),
        (b"F,65536,2,3\n", "a number beyond its bounds"),
        (b"F,1,4294967296,3\n", "a number beyond its bounds"),
        (b"F,1,2,1e999\n", "a number beyond its bounds"),
        (b"F,1,2,100001\n", "a number beyond its bounds"),
        (b"#,ankletest,1,I,100,SI,6\n", "this is the other kind of device: choose the other model"),
        (b"#,ankletest,1,F,100,kg,4\n", "force is not in N"),
    ],
)
def test_what_means_nothing_is_told(line: bytes, why: str) -> None:
    decoded = pad(b"# hello\n", line, PAD)

    assert told(decoded) == [why]
    assert values(decoded) == [[LOAD]]


def test_motion_has_six_numbers() -> None:
    assert told(imu(b"\n", b"I,1,2,3,4,5,6,7\n")) == ["5 numbers, not 6"]


def test_a_header_of_another_version_or_without_a_rate_tells_nothing() -> None:
    codec = native_text_pad.codec()

    assert codec.feed(LINES, [b"#,ankletest,2,F,100,N,4\n", b"#,ankletest,1,F,0,N,4\n"]) == Decoded()
    assert codec.rate_hz is None


def test_sequences_that_are_missing_are_lost() -> None:
    assert lost(pad(force(1), force(2), force(5))) == [(2, 2)]
    assert lost(pad(force(65_534), force(65_535), force(65_536), force(65_538))) == [(3, 1)]


def test_a_sketch_that_starts_again_loses_nothing() -> None:
    decoded = pad(force(900), force(0, us=5), force(1))

    assert lost(decoded) == []
    assert [len(reading.ticks) for reading in readings(decoded)] == [1, 2]


def test_a_stream_without_ends_of_lines_is_let_go() -> None:
    decoded = pad(b"#\n", *[b"x" * 200] * 30, b"\n", PAD)

    assert told(decoded) == ["4096 bytes without an end of line", "neither a sample, a header nor a remark"]
    assert values(decoded) == [[LOAD]]


def test_motion_at_the_edge_of_the_range_is_clipped() -> None:
    (reading,) = imu(b"I,1,2,156.2,0,0,0,0,0\n", b"I,2,2,156.0,0,0,0,0,0\n", b"I,3,2,0,0,0,0,34.8,0\n").readings

    assert reading.clipped.tolist() == [True, False, True]


@given(st.binary(max_size=300))
def test_a_checksum_is_the_xor_of_all_characters(line: bytes) -> None:
    folded = 0
    for byte in line:
        folded ^= byte

    assert checksum(line) == folded


# ---- what is said -----------------------------------------------------------------------------------------------------------


def test_it_is_stopped_asked_and_started() -> None:
    said = [Write(COMMAND, text) for text in (b"STOP\n", b"INFO\n", b"RATE 100\n", b"START\n")]

    assert list(native_text_pad.MODEL.start(100.0)) == [Subscribe(LINES), said[0], Wait(0.1), *said[1:]]
    assert list(native_text_imu.MODEL.stop()) == said[:1]
    assert list(native_text_imu.MODEL.extras["probe"]()) == [Subscribe(LINES), said[1]]
    assert Write(COMMAND, b"RATE 200\n") in list(native_text_pad.MODEL.start(1e6))


def test_it_is_known_by_its_name_and_uart_together() -> None:
    models = (native_text_pad.MODEL, native_text_imu.MODEL)
    uart = (native_text.SERVICE,)

    assert [m.match(Advertisement("1", "ANKLETEST-PAD-1234", uart)) for m in models] == [95, 0]
    assert [m.match(Advertisement("1", "ANKLETEST-IMU-1234", uart)) for m in models] == [0, 95]
    assert [m.match(Advertisement("1", "ANKLETEST-PAD-1234")) for m in models] == [0, 0]
    assert [m.match(Advertisement("1", "Lamp", uart)) for m in models] == [0, 0]
