"""What every model of the catalog has to stand, whoever made it; its own vectors are in ``tests/drivers/codecs``."""

import gc
import re
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streams import ADVERTISED, FORBIDDEN, LONGEST, PAD_OR_BODY, STREAMS, WIRED, Streamed

from ankletest.clock import Clock
from ankletest.device import (
    Advertisement,
    Codec,
    Decoded,
    DeviceModel,
    Expect,
    Notification,
    Read,
    Reading,
    Step,
    Subscribe,
    TimeQuality,
    Write,
)
from ankletest.errors import CodecError
from ankletest.recording.layout import opening
from ankletest.samples import GYRO, Kind
from ankletest.session import Session
from drivers.catalog import MODELS

FRAMES = 60
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ELSEWHERE = "00002a19-0000-1000-8000-00805f9b34fb"
"""A characteristic that no model listens to: Bluetooth's battery level, which the link records under a word of its own."""
RATES_HZ = (0.1, 1.0, 60.0, 200.0, 1000.0, 1e6)


@dataclass(frozen=True, slots=True)
class Case:
    """A model and one kind of samples that it can give."""

    model: DeviceModel
    kind: Kind

    def stream(self, frames: int = FRAMES, *, before_wrap: int = 0) -> Streamed:
        return STREAMS[self.model.key](self.model, self.kind, frames, before_wrap=before_wrap)


CASES = [Case(model, kind) for model in MODELS for kind in model.kinds]
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.model.key}-{case.kind}")


def greeted(case: Case, streamed: Streamed) -> Codec:
    """Return a codec that has been through the handshake."""
    codec = case.model.codec()
    for characteristic, payload in streamed.greeting:
        decoded = codec.feed(characteristic, [payload])
        assert (decoded.readings, decoded.rejected) == ((), ())
    return codec


def decode(case: Case, streamed: Streamed, payloads: Sequence[bytes], sizes: Sequence[int] = ()) -> list[Decoded]:
    """Feed payloads, so many a call, over and over; all at once without sizes."""
    codec, out, at, turn = greeted(case, streamed), [], 0, 0
    while at < len(payloads):
        size = sizes[turn % len(sizes)] if sizes else len(payloads)
        out.append(codec.feed(streamed.characteristic, payloads[at : at + size]))
        at, turn = at + size, turn + 1
    return out


def readings(parts: Sequence[Decoded]) -> list[Reading]:
    return [reading for part in parts for reading in part.readings]


def joined(parts: Sequence[Decoded]) -> tuple[bytes, bytes, bytes, list[tuple[int, int]], list[str]]:
    """Return values, ticks and clipping to the bit, losses as (row, samples), and rejections."""
    losses: list[tuple[int, int]] = []
    row = 0
    for reading in readings(parts):
        if reading.lost_before:
            losses.append((row, reading.lost_before))
        row += len(reading.ticks)
    columns = [
        b"".join(np.ascontiguousarray(getattr(r, name)).tobytes() for r in readings(parts)) for name in ("values", "ticks", "clipped")
    ]
    return columns[0], columns[1], columns[2], losses, [str(error) for part in parts for error in part.rejected]


def seen(model: DeviceModel) -> slice:
    """Return the columns that a device can tell; those of angular rate are NaN where a sensor has none."""
    return slice(0, 3) if ADVERTISED[model.key] is not None and Kind.IMU in model.kinds and model.gyro_range_dps == 0.0 else slice(None)


def assert_sound(reading: Reading, model: DeviceModel, calls: int) -> None:
    """Check what every consumer of a reading counts on."""
    n = len(reading.ticks)
    assert reading.kind in model.kinds
    assert n > 0
    assert reading.values.shape[0] == len(reading.clipped) == n
    assert (reading.values.dtype, reading.ticks.dtype, reading.clipped.dtype) == (np.float64, np.int64, np.bool_)
    assert np.isfinite(reading.values[:, seen(model)]).all()
    assert seen(model) == slice(None) or np.isnan(reading.values[:, GYRO]).all()
    assert len(reading.payloads) == len(reading.ends)
    assert reading.ends[-1] == n
    assert (np.diff(reading.ends, prepend=0) > 0).all()
    assert (np.diff(reading.payloads, prepend=-1) > 0).all()
    assert reading.payloads[-1] < calls
    assert reading.lost_before >= 0


# ---- the catalog ------------------------------------------------------------------------------------------------------------


def test_every_model_is_known_to_these_checks() -> None:
    keys = [model.key for model in MODELS]

    assert len(set(keys)) == len(keys)
    assert set(STREAMS) == set(ADVERTISED) == set(FORBIDDEN) == set(keys)


@every_model
def test_a_model_says_what_it_is(model: DeviceModel) -> None:
    assert re.fullmatch(r"[a-z0-9-]+", model.key)
    assert model.title
    assert model.sites
    assert model.kinds
    assert set(model.sites) <= set().union(*(PAD_OR_BODY[kind] for kind in model.kinds))
    assert 1.0 <= model.default_rate_hz <= 10_000.0
    assert model.tick.seconds > 0.0
    assert 0.0 <= model.group_delay_s < 0.1
    if ADVERTISED[model.key] is not None and Kind.IMU in model.kinds:
        assert model.acc_range_g > 0.0
        assert model.gyro_range_dps >= 0.0


@every_model
def test_a_model_knows_its_own_and_no_stranger(model: DeviceModel) -> None:
    own = ADVERTISED[model.key]
    others = [said for key, said in ADVERTISED.items() if key != model.key and said is not None]
    strangers = [Advertisement("9", ""), Advertisement("9", "Kitchen lamp", ("0000180f-0000-1000-8000-00805f9b34fb",), {76: b"\x02\x15"})]

    assert all(model.match(said) == 0 for said in strangers)
    if own is not None:
        assert 0 < model.match(own) <= 100
        assert all(model.match(own) > other.match(own) for other in MODELS if other is not model)
    else:
        assert all(model.match(said) == 0 for said in others)


# ---- what comes from it -----------------------------------------------------------------------------------------------------


@every_case
def test_what_went_in_comes_out(case: Case) -> None:
    streamed = case.stream()
    parts = decode(case, streamed, streamed.payloads)

    assert joined(parts)[3:] == ([], [])
    for reading in readings(parts):
        assert_sound(reading, case.model, len(streamed.payloads))
        assert reading.kind is case.kind
    values = np.concatenate([reading.values for reading in readings(parts)])
    # Half a step of the converter; scales travel as 32-bit floats, good to 6e-8.
    off = np.abs(values - streamed.values) - 0.5 * streamed.step - 1e-7 * np.abs(streamed.values) * (streamed.step > 0.0)
    assert (off[:, seen(case.model)] <= 0.0).all()


@every_case
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_chunking_gives_the_same_to_the_bit(case: Case, data: st.DataObject) -> None:
    streamed = case.stream(30, before_wrap=40)
    lost = data.draw(st.sets(st.integers(0, 29), max_size=6))
    damaged = data.draw(st.sets(st.integers(0, 29), max_size=3))
    sizes = data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=6))
    air = [bytes(255 - b for b in p) if i in damaged else p for i, p in enumerate(streamed.payloads) if i not in lost]

    assert joined(decode(case, streamed, air, sizes)) == joined(decode(case, streamed, air))


@every_case
def test_one_dropped_notification_is_counted_where_a_counter_can_tell(case: Case) -> None:
    streamed = case.stream()
    unit = FRAMES // 2
    for at in range(unit * streamed.together, (unit + 1) * streamed.together):
        parts = decode(case, streamed, [*streamed.payloads[:at], *streamed.payloads[at + 1 :]])
        told = [] if case.model.tick.quality is TimeQuality.ARRIVAL else [(unit * streamed.rows_each, streamed.rows_each)]

        assert joined(parts)[3] == told
        assert sum(len(reading.ticks) for reading in readings(parts)) == (FRAMES - 1) * streamed.rows_each


@pytest.mark.parametrize("case", [case for case in CASES if case.model.tick.bits], ids=lambda case: case.model.key)
def test_a_counter_that_wraps_goes_on(case: Case) -> None:
    streamed = case.stream(before_wrap=FRAMES // 2 * STREAMS[case.model.key](case.model, case.kind, 1, before_wrap=0).rows_each)
    parts = decode(case, streamed, streamed.payloads)
    clock = Clock(case.model.tick, nominal_hz=streamed.rate_hz)
    stamps, ticks = [], []
    for reading in readings(parts):
        arrived_s = 0.02 + (reading.payloads + 1) * streamed.rows_each / streamed.rate_hz
        t_s, unwrapped = clock.stamp(reading.ticks, reading.ends, arrived_s)
        stamps.append(t_s)
        ticks.append(unwrapped)
    raw = np.concatenate([reading.ticks for reading in readings(parts)])

    assert joined(parts)[3:] == ([], [])
    assert (np.diff(raw) < 0).sum() == 1  # it did wrap
    # Device time is told in whole ticks.
    assert np.diff(np.concatenate(ticks)) * case.model.tick.seconds == pytest.approx(1.0 / streamed.rate_hz, abs=case.model.tick.seconds)
    assert (np.diff(np.concatenate(stamps)) > 0.0).all()


@every_case
def test_the_rate_and_the_cells_are_known_after_the_handshake(case: Case) -> None:
    streamed = case.stream()
    codec = greeted(case, streamed)

    assert codec.rate_hz is None or codec.rate_hz == pytest.approx(streamed.rate_hz)
    if case.kind is Kind.CELLS:
        assert codec.corners_mm is not None
        assert codec.corners_mm.shape == (streamed.values.shape[1], 2)
    else:
        assert codec.corners_mm is None


# ---- what must not hurt it --------------------------------------------------------------------------------------------------


def mutated(rng: np.random.Generator, payload: bytes, streamed: Streamed) -> bytes:
    """Return a payload with bytes changed, cut off, put on, or nothing of it left; now and then with a checksum that agrees."""
    out = bytearray(payload)
    match int(rng.integers(5)):
        case 0:
            out = out[: int(rng.integers(len(out) + 1))]
        case 1:
            out += rng.bytes(int(rng.integers(1, 40)))
        case 2:
            out = bytearray(rng.bytes(int(rng.integers(0, 245))))
        case _:
            for _ in range(int(rng.integers(1, 5))):
                out[int(rng.integers(len(out)))] = int(rng.integers(256))
    return streamed.seal(bytes(out)) if rng.random() < 0.5 else bytes(out)


@pytest.mark.parametrize("case", [case for case in CASES if case.stream(1).seal is not bytes], ids=lambda case: case.model.key)
def test_no_flipped_bit_gets_past_a_checksum(case: Case) -> None:
    streamed = case.stream(2)
    payload, after = streamed.payloads
    flipped = [bytes(b ^ (1 << bit % 8) * (i == bit // 8) for i, b in enumerate(payload)) for bit in range(8 * len(payload))]
    decoded = greeted(case, streamed).feed(streamed.characteristic, [*flipped, after])

    assert len(decoded.rejected) == len(flipped)
    assert sum(len(reading.ticks) for reading in decoded.readings) == streamed.rows_each  # of the sound one


@every_case
def test_samples_come_from_no_other_characteristic(case: Case) -> None:
    streamed = case.stream()
    decoded = greeted(case, streamed).feed(ELSEWHERE, streamed.payloads)

    assert decoded.readings == ()


@every_case
def test_ten_thousand_damaged_notifications_are_told_never_raised(case: Case) -> None:
    rng = np.random.default_rng(1)
    streamed = case.stream()
    air = [*streamed.greeting, *((streamed.characteristic, payload) for payload in streamed.payloads)]
    codec = greeted(case, streamed)
    told = 0
    for _ in range(1000):
        characteristic, payload = air[int(rng.integers(len(air)))]
        if rng.random() < 0.05:
            characteristic = ELSEWHERE
        batch = [mutated(rng, payload, streamed) for _ in range(10)]
        decoded = codec.feed(characteristic, batch)
        for reading in decoded.readings:
            assert_sound(reading, case.model, len(batch))
        for error in decoded.rejected:
            assert type(error) is CodecError
            assert error.model == case.model.key
            assert error.message.endswith(".")
        told += len(decoded.rejected)
    for characteristic, payload in streamed.greeting:
        codec.feed(characteristic, [payload])
    after = [codec.feed(streamed.characteristic, [payload]) for payload in streamed.payloads]

    assert told > 500
    # Whatever came before, a sound stream is read again: two notifications may go into finding the way back.
    assert sum(len(reading.ticks) for reading in readings(after)) >= (FRAMES - 2) * streamed.rows_each


@every_case
def test_a_session_stands_ten_thousand_damaged_notifications(case: Case) -> None:
    rng = np.random.default_rng(2)
    streamed = case.stream()
    site = next(site for site in case.model.sites if site in PAD_OR_BODY[case.kind])
    fields = {"device": "one", "model": case.model.key, "site": site.value, "rate_hz": streamed.rate_hz}
    session = Session(MODELS, keep_all=True)
    session.feed([opening({"session": "s", "devices": [fields]}, 0)])
    session.feed([Notification("one", characteristic, 0, payload) for characteristic, payload in streamed.greeting])
    for turn in range(100):
        payloads = [streamed.payloads[int(rng.integers(FRAMES))] for _ in range(100)]
        now_ns = turn * 1_000_000_000
        session.feed(
            [
                Notification("one", streamed.characteristic, now_ns + i * 10_000_000, mutated(rng, payload, streamed))
                for i, payload in enumerate(payloads)
            ]
        )
    (status,) = session.devices.values()

    assert status.rejected > 500
    for stream in session.streams():
        assert (np.diff(stream.t_s) > 0.0).all()


@every_case
def test_a_codec_that_heard_no_handshake_tells_or_decodes_but_does_not_raise(case: Case) -> None:
    streamed = case.stream()
    decoded = case.model.codec().feed(streamed.characteristic, streamed.payloads)

    assert len(decoded.rejected) == (len(streamed.payloads) if streamed.greeting and not decoded.readings else 0)


@every_case
def test_a_codec_of_hours_stays_small(case: Case) -> None:
    streamed = case.stream()
    codec = greeted(case, streamed)
    sizes: list[int] = []
    tracemalloc.start()
    try:
        for _ in range(5):
            for _ in range(25):
                for characteristic, payload in streamed.greeting:
                    codec.feed(characteristic, [payload])
                codec.feed(streamed.characteristic, streamed.payloads)
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()

    # One notification kept of each call would be 75 x 200 bytes more; numpy's caches fill in the first rounds.
    assert sizes[-1] - sizes[1] < 10_000, sizes


# ---- what is said to it -----------------------------------------------------------------------------------------------------


def script(model: DeviceModel) -> list[Step]:
    extras = [step for extra in model.extras.values() for step in extra()]
    return [step for rate in RATES_HZ for step in model.start(rate)] + list(model.stop()) + extras


@every_model
def test_a_model_on_the_air_listens_first_and_can_be_stopped(model: DeviceModel) -> None:
    on_air = ADVERTISED[model.key] is not None
    for rate in RATES_HZ:
        steps = list(model.start(rate))

        assert bool(steps) == on_air
        assert not steps or isinstance(steps[0], Subscribe)
    stops = list(model.stop())

    assert any(isinstance(step, Write) for step in stops) == on_air
    # A device that goes away must not hold up the end: nothing is waited for that it would have to answer.
    assert not any(isinstance(step, Expect | Read | Subscribe) for step in stops)


@every_model
def test_scripts_name_whole_characteristics_and_wait_in_bounds(model: DeviceModel) -> None:
    for step in script(model):
        characteristic = getattr(step, "characteristic", None)
        assert characteristic is None or model.key in WIRED or UUID.fullmatch(characteristic)
        assert 0.0 < getattr(step, "seconds", 1.0) <= 10.0
        assert 0.0 < getattr(step, "timeout_s", 1.0) <= 10.0
        most = LONGEST.get(model.key, 20) if getattr(step, "response", False) else 20  # fits a connection whose MTU was never raised
        assert model.key in WIRED or len(getattr(step, "payload", b"")) <= most


@every_model
def test_extras_are_the_known_ones(model: DeviceModel) -> None:
    assert set(model.extras) <= {"probe", "battery", "battery-first", "tare"}
    assert all(list(extra()) for extra in model.extras.values())


@every_model
def test_no_script_says_what_must_never_be_said(model: DeviceModel) -> None:
    why, example = FORBIDDEN[model.key]

    assert not [step for step in script(model) if isinstance(step, Write) and why(step)]
    assert example is None or why(example)
