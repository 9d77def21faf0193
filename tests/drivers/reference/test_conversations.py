"""What is really said to native devices, said to the reference peripheral: start, stop, tare, battery, refusals, a link that comes back."""

import struct

import numpy as np
import pytest
from bench_wire import CELLS, INFO_IMU, INFO_PAD, BenchWire, decoded, said

from ankletest.device import DeviceModel, Write
from ankletest.errors import DeviceError, LinkLost
from ankletest.samples import COLUMNS, G, Kind
from drivers.catalog import MODELS
from drivers.codecs import atp, native_imu, native_pad, native_text, native_text_imu, native_text_pad
from drivers.reference.lines import Lines
from drivers.reference.peripheral import Peripheral

STANDING = [151_000, 149_500, 150_000, 150_250]
"""Counts of four cells with about 150 N each."""
NEWTONS = [150.0, 151.5, 148.5, 150.0]
LYING = [0, 0, 2048, 0, 0, 0]
FORCES = [150.0, 151.0, 149.0, 150.5]
MOTION = [0.0, 0.0, 9.8066, 0.01, -0.02, 0.03]


def wire_of(model: DeviceModel) -> BenchWire:
    match model.key:
        case native_pad.KEY:
            return BenchWire(Peripheral(INFO_PAD, CELLS), STANDING)
        case native_imu.KEY:
            return BenchWire(Peripheral(INFO_IMU), LYING)
        case native_text_pad.KEY:
            return BenchWire(Lines(native_text.FORCE, 4), FORCES)
        case _:
            return BenchWire(Lines(native_text.MOTION, 6), MOTION)


def expected(model: DeviceModel) -> list[float]:
    return {native_pad.KEY: NEWTONS, native_imu.KEY: [0.0, 0.0, G, 0.0, 0.0, 0.0], native_text_pad.KEY: [600.5]}.get(model.key, MOTION)


NATIVE = [model for model in MODELS if model.key.startswith("native")]
every = pytest.mark.parametrize("model", NATIVE, ids=lambda model: model.key)


def test_these_are_all_native_models() -> None:
    assert [model.key for model in NATIVE] == [native_pad.KEY, native_imu.KEY, native_text_pad.KEY, native_text_imu.KEY]


@every
def test_a_second_is_streamed_whole_and_in_si(model: DeviceModel) -> None:
    wire = wire_of(model)
    said(wire, model.start(100.0))
    wire.convert(1.0)
    parts = decoded(model, wire.heard)
    rows = np.concatenate([reading.values for part in parts for reading in part.readings])

    assert [error for part in parts for error in part.rejected] == []
    assert sum(reading.lost_before for part in parts for reading in part.readings) == 0
    assert len(rows) in range(97, 101)  # up to three wait for their frame
    assert rows.shape[1] == len(COLUMNS[model.kinds[0]]) or model.kinds == (Kind.CELLS,)
    np.testing.assert_allclose(rows, np.tile(expected(model), (len(rows), 1)), rtol=1e-6)  # scales are 32-bit floats
    assert wire.device.rate_hz == 100


@every
def test_after_stop_nothing_comes(model: DeviceModel) -> None:
    wire = wire_of(model)
    said(wire, model.start(100.0))
    wire.convert(0.5)
    said(wire, model.stop())
    before = len(wire.heard)
    wire.convert(0.5)

    assert before > 10
    assert len(wire.heard) == before


@every
def test_the_same_device_is_started_again_after_a_lost_link(model: DeviceModel) -> None:
    wire = wire_of(model)
    said(wire, model.start(100.0))
    wire.convert(0.5)
    wire.drop()
    wire.convert(2.0)  # nobody hears it
    wire.connected = True
    said(wire, model.start(100.0))
    wire.convert(0.5)
    parts = decoded(model, wire.heard)
    readings = [reading for part in parts for reading in part.readings]
    ticks = np.concatenate([reading.ticks for reading in readings])

    assert [error for part in parts for error in part.rejected] == []
    # What was not measured while nobody listened is a gap in time and no loss: both streams are whole.
    assert sum(reading.lost_before for reading in readings) == 0
    assert np.diff(ticks).max() > 2_000_000
    assert (np.diff(ticks) > 0).all()


@every
def test_a_link_that_is_lost_in_the_middle_of_the_handshake_ends_it(model: DeviceModel) -> None:
    wire = wire_of(model)
    handshake = model.start(100.0)
    wire.drop()

    with pytest.raises(LinkLost):
        said(wire, handshake)


@pytest.mark.parametrize("model", [native_pad.MODEL, native_imu.MODEL], ids=lambda model: model.key)
def test_a_rate_that_is_refused_ends_the_handshake(model: DeviceModel) -> None:
    wire = wire_of(model)

    with pytest.raises(DeviceError, match="no answer 81 02 00"):
        said(wire, model.start(2000.0))
    assert wire.heard[-1] == (atp.CONTROL, bytes([0x81, 0x02, 0x03]))
    assert not wire.device.streaming


def test_a_rate_that_a_sketch_cannot_do_is_remarked_and_it_keeps_its_own() -> None:
    wire = wire_of(native_text_pad.MODEL)
    said(wire, native_text_pad.MODEL.start(100.0))
    said(wire, (step for step in [Write(native_text.COMMAND, b"RATE 0\n")]))

    assert b"".join(payload for _, payload in wire.heard).endswith(b"# not understood: RATE 0*55\n")
    assert wire.device.rate_hz == 100


def test_an_unknown_operation_and_an_unknown_command_are_answered() -> None:
    pad, sketch = wire_of(native_pad.MODEL), wire_of(native_text_pad.MODEL)
    said(pad, native_pad.MODEL.start(500.0))
    said(sketch, native_text_pad.MODEL.start(100.0))
    said(pad, (step for step in [Write(atp.CONTROL, b"\x55\x09")]))
    said(sketch, (step for step in [Write(native_text.COMMAND, b"DANCE\n")]))
    for wire, model in ((pad, native_pad.MODEL), (sketch, native_text_pad.MODEL)):
        wire.convert(0.2)

        assert [error for part in decoded(model, wire.heard) for error in part.rejected] == []
    assert (atp.CONTROL, b"\xd5\x09\x01") in pad.heard


def test_tare_makes_the_load_of_this_moment_zero_while_it_streams() -> None:
    model = native_pad.MODEL
    wire = wire_of(model)
    said(wire, model.start(500.0))
    wire.convert(0.5)
    said(wire, model.extras["tare"]())
    wire.convert(0.5)
    readings = [reading for part in decoded(model, wire.heard) for reading in part.readings]

    assert readings[0].values[0] == pytest.approx(NEWTONS, rel=1e-6)
    assert readings[-1].values[-1] == pytest.approx([0.0] * 4)
    assert sum(reading.lost_before for reading in readings) == 0


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize("model", [native_pad.MODEL, native_imu.MODEL], ids=lambda model: model.key)
def test_the_battery_is_told_before_and_while_it_streams(model: DeviceModel, streams: bool) -> None:
    wire = wire_of(model)
    if streams:
        said(wire, model.start(100.0))
    told = [payload for characteristic, payload in said(wire, model.extras["battery"]()) if characteristic == atp.CONTROL]

    assert struct.unpack_from("<H", told[-1], 10) == (3900,)


@pytest.mark.parametrize("model", [native_pad.MODEL, native_imu.MODEL], ids=lambda model: model.key)
def test_a_probe_reads_what_it_is(model: DeviceModel) -> None:
    ((characteristic, payload),) = said(wire_of(model), model.extras["probe"]())

    assert characteristic == atp.INFO
    assert atp.decode_info(model.key, payload).firmware == (1, 0)


@pytest.mark.parametrize("model", [native_text_pad.MODEL, native_text_imu.MODEL], ids=lambda model: model.key)
def test_a_sketch_tells_what_it_is_when_asked_and_once_a_second(model: DeviceModel) -> None:
    wire = wire_of(model)
    said(wire, model.extras["probe"]())
    alone = b"".join(payload for _, payload in wire.heard)
    said(wire, model.start(100.0))
    wire.convert(3.0)
    text = b"".join(payload for _, payload in wire.heard)

    assert alone.startswith(b"#,ankletest,1,")
    assert text.count(b"#,ankletest") == 1 + 1 + 3  # the probe, the start's INFO, each second
    assert max(len(payload) for _, payload in wire.heard) == 20  # a connection that nobody enlarged


def test_lines_that_a_sketch_let_go_are_counted() -> None:
    wire = wire_of(native_text_pad.MODEL)
    said(wire, native_text_pad.MODEL.start(100.0))
    wire.convert(0.1)
    wire.device.drop(4)
    wire.convert(0.1)
    readings = [reading for part in decoded(native_text_pad.MODEL, wire.heard) for reading in part.readings]

    assert [reading.lost_before for reading in readings if reading.lost_before] == [4]


def test_a_sketch_takes_commands_in_pieces_and_tares() -> None:
    sketch = Lines(native_text.FORCE, 4, mtu=247)
    sketch.subscribe(native_text.LINES)
    sketch.take(FORCES, 0)
    for piece in (b"TA", b"RE\nSTA", b"RT\n"):
        assert sketch.write(native_text.COMMAND, piece) == []

    assert sketch.take(FORCES, 5)[-1][1].startswith(b"F,0,5,0.0000,0.0000,0.0000,0.0000*")
