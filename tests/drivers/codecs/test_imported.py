"""The codec of imported rows: split, cut, wrong and missing rows."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ankletest.device import Decoded, TimeQuality
from ankletest.exchange.rows import Header, LayoutError, decode_header, decode_rows, encode_header, encode_rows
from ankletest.samples import G, Kind
from drivers.codecs.imported import MODEL, Codec

CORNERS = np.array([[-1.0, -2.0], [1.0, -2.0], [1.0, 2.0], [-1.0, 2.0]])
# u64 5, u32 2, u16 1, then (0.5 s, 1.0), (0.75 s, -2.0): written by hand
TWO_ROWS = bytes.fromhex("0500000000000000 02000000 0100 000000000000e03f 000000000000f03f 000000000000e83f 00000000000000c0")


def force_codec() -> Codec:
    codec = Codec()
    assert codec.feed("header", [encode_header(Header(Kind.FORCE, rate_hz=100.0))]) == Decoded()
    return codec


def joined(decoded: list[Decoded]) -> tuple[list[int], list[tuple[float, ...]], list[tuple[int, int]], int]:
    """Return ticks, values, losses as (row index, count) and the number of rejections of several calls."""
    ticks: list[int] = []
    values: list[tuple[float, ...]] = []
    losses: list[tuple[int, int]] = []
    for one in decoded:
        for reading in one.readings:
            if reading.lost_before:
                losses.append((len(ticks), reading.lost_before))
            ticks += reading.ticks.tolist()
            values += [tuple(row) for row in reading.values.tolist()]
    return ticks, values, losses, sum(len(one.rejected) for one in decoded)


def test_rows_written_by_hand() -> None:
    (reading,) = force_codec().feed("rows", [TWO_ROWS]).readings

    assert reading.kind is Kind.FORCE
    assert reading.ticks.tolist() == [500_000_000, 750_000_000]
    assert reading.ticks.dtype == np.int64
    assert reading.values.tolist() == [[1.0], [-2.0]]
    assert reading.payloads.tolist() == [0]
    assert reading.ends.tolist() == [2]
    assert reading.lost_before == 5
    assert not reading.clipped.any()


def test_a_header_tells_rate_and_places_of_cells() -> None:
    codec = Codec()
    assert codec.corners_mm is None
    assert codec.rate_hz is None
    codec.feed("header", [encode_header(Header(Kind.CELLS, rate_hz=250.0, corners_mm=CORNERS))])

    assert codec.rate_hz == 250.0
    np.testing.assert_array_equal(codec.corners_mm, CORNERS)


@pytest.mark.parametrize(
    "header",
    [
        Header(Kind.IMU, rate_hz=None, acc_range_m_s2=16 * G, gyro_range_rad_s=34.9, source="a logger"),
        Header(Kind.CELLS, rate_hz=1.0, corners_mm=CORNERS),
        Header(Kind.COP),
    ],
)
def test_headers_come_back(header: Header) -> None:
    again = decode_header(encode_header(header))

    assert (again.kind, again.rate_hz, again.columns, again.source) == (header.kind, header.rate_hz, header.columns, header.source)
    np.testing.assert_equal(again.acc_range_m_s2, header.acc_range_m_s2)
    np.testing.assert_equal(again.gyro_range_rad_s, header.gyro_range_rad_s)
    np.testing.assert_array_equal(np.asarray(again.corners_mm), np.asarray(header.corners_mm))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"\xff",
        b"{}",
        b"[" * 100_000,
        b'{"layout":2,"kind":"force","columns":1}',
        b'{"layout":1,"kind":"pad","columns":3}',
        b'{"layout":1,"kind":"force","columns":2}',
        b'{"layout":1,"kind":"cells","columns":4}',
        b'{"layout":1,"kind":"cells","columns":2,"corners_mm":[[1,2,3],[1,2,3]]}',
        b'{"layout":1,"kind":"cells","columns":1,"corners_mm":[["a","b"]]}',
        b'{"layout":1,"kind":"force","columns":1,"rate_hz":-1}',
        b'{"layout":1,"kind":"force","columns":1,"rate_hz":[]}',
    ],
)
def test_a_wrong_header_is_rejected_and_what_follows_too(payload: bytes) -> None:
    codec = Codec()

    (error,) = codec.feed("header", [payload]).rejected
    assert error.model == "imported"
    assert error.payload == payload
    assert len(codec.feed("rows", [TWO_ROWS]).rejected) == 1


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        TWO_ROWS[:13],
        TWO_ROWS[:-1],
        TWO_ROWS + b"\0",
        struct.pack("<QIH", 2**63, 0, 1),
        struct.pack("<QIH", 9, 2**32 - 1, 1),
        encode_rows(9, np.array([1.0]), np.ones((1, 2))),
        encode_rows(9, np.array([2.0, 1.0]), np.ones((2, 1))),
        encode_rows(9, np.array([0.75]), np.ones((1, 1))),
        encode_rows(9, np.array([np.nan]), np.ones((1, 1))),
        encode_rows(9, np.array([1e12]), np.ones((1, 1))),
        encode_rows(6, np.array([3.0]), np.ones((1, 1))),
    ],
)
def test_wrong_rows_are_rejected_and_the_next_ones_taken(payload: bytes) -> None:
    codec = force_codec()
    codec.feed("rows", [TWO_ROWS])
    decoded = codec.feed("rows", [payload, encode_rows(8, np.array([4.0]), np.array([[5.0]]))])

    assert [error.payload for error in decoded.rejected] == [payload]
    (reading,) = decoded.readings
    assert reading.values.tolist() == [[5.0]]
    assert reading.payloads.tolist() == [1]
    assert reading.lost_before == 1


def test_missing_samples_split_readings_and_are_counted_once() -> None:
    nan, inf = np.nan, np.inf
    first = encode_rows(0, np.arange(4.0), np.array([[1.0], [nan], [inf], [4.0]]))
    second = encode_rows(7, np.arange(7.0, 9.0), np.array([[nan], [9.0]]))
    a, b, c = force_codec().feed("rows", [first, second]).readings

    assert [reading.values.tolist() for reading in (a, b, c)] == [[[1.0]], [[4.0]], [[9.0]]]
    assert [reading.lost_before for reading in (a, b, c)] == [0, 2, 4]
    assert [reading.payloads.tolist() for reading in (a, b, c)] == [[0], [0], [1]]
    assert [reading.ends.tolist() for reading in (a, b, c)] == [[1], [1], [1]]


def test_other_characteristics_say_nothing() -> None:
    assert force_codec().feed("link", [b'{"state":"lost"}']) == Decoded()


def test_clipping_is_known_where_the_range_is() -> None:
    values = np.zeros((3, 6))
    values[1, 2] = -0.996 * 16 * G
    values[2, 5] = 30.0
    payload = encode_rows(0, np.arange(3.0), values)
    for header, expected in (
        (Header(Kind.IMU, acc_range_m_s2=16 * G, gyro_range_rad_s=30.0), [False, True, True]),
        (Header(Kind.IMU, gyro_range_rad_s=34.9), [False, False, False]),
        (Header(Kind.IMU), [False, False, False]),
    ):
        codec = Codec()
        codec.feed("header", [encode_header(header)])

        assert codec.feed("rows", [payload]).readings[0].clipped.tolist() == expected


rows = st.tuples(
    st.integers(0, 3),  # rows left out before
    st.lists(st.sampled_from([0.0, 1.5, -2.0, float("nan"), float("inf")]), max_size=5),
    st.booleans(),  # cut off the last byte
)


@settings(max_examples=150, deadline=None)
@given(st.lists(rows, max_size=12), st.data())
def test_any_split_over_calls_gives_the_same(parts: list[tuple[int, list[float], bool]], data: st.DataObject) -> None:
    payloads, at = [], 0
    for skipped, values, cut in parts:
        at += skipped
        payload = encode_rows(at, np.arange(at, at + len(values)) / 100.0, np.array(values).reshape(-1, 1))
        payloads.append(payload[:-1] if cut else payload)
        at += len(values)
    whole = joined([force_codec().feed("rows", payloads)])
    codec, calls, rest = force_codec(), [], payloads
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        calls.append(codec.feed("rows", rest[:size]))
        rest = rest[size:]

    assert joined(calls) == whole


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**40), st.integers(1, 6), st.data())
def test_rows_come_back_to_the_bit(first: int, k: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, 8))
    numbers = st.floats(width=64)
    time_s = np.array(data.draw(st.lists(numbers, min_size=n, max_size=n)), dtype=np.float64)
    values = np.array(data.draw(st.lists(numbers, min_size=n * k, max_size=n * k)), dtype=np.float64).reshape(n, k)
    again = decode_rows(encode_rows(first, time_s, values), k)

    assert again.first == first
    assert again.time_s.tobytes() == time_s.tobytes()
    assert again.values.tobytes() == values.tobytes()


def test_a_header_for_what_codecs_do_not_give_cannot_be_made() -> None:
    with pytest.raises(LayoutError):
        Header(Kind.PAD)
    with pytest.raises(LayoutError):
        Header(Kind.FORCE, corners_mm=CORNERS)


def test_the_model_is_never_found_on_the_air_and_says_nothing_to_a_device() -> None:
    assert MODEL.key == "imported"
    assert MODEL.tick.quality is TimeQuality.EXACT
    assert list(MODEL.start(100.0)) == []
    assert list(MODEL.stop()) == []
