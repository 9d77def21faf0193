"""docs/native-profile.md: every byte on the page through the codec, the real handshake and the reference peripheral."""

import re
from pathlib import Path

import numpy as np
import pytest
from bench_wire import CALIBRATED_S, CELLS, INFO_IMU, INFO_PAD, BenchWire, decoded, said

from ankletest.device import Decoded, Expect, Handshake, Read, Subscribe, Write
from ankletest.samples import COP_X, COP_Y, FORCE, Kind
from ankletest.signals.cop import pad_of
from drivers.codecs import atp, native_imu, native_pad, native_text, native_text_imu, native_text_pad
from drivers.reference.frames import NOTIFY_BYTES, rows_of
from drivers.reference.lines import Lines
from drivers.reference.peripheral import LENGTHS, Peripheral, Status

PAGE = (Path(__file__).parents[3] / "docs" / "native-profile.md").read_text(encoding="utf-8")
NAMES = {atp.INFO: "INFO", atp.CONTROL: "CONTROL", atp.DATA: "DATA", atp.CAL: "CAL"}
SMALL_MTU = 45
"""Two samples of four cells fit."""
ROW = [250_000, 249_000, 251_000, 250_500]


def block(name: str) -> list[str]:
    """Return the lines of a fenced block."""
    (found,) = re.findall(rf"^```{name}\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
    return found.splitlines()


def bytes_of(name: str) -> bytes:
    """Return the left column of an annotated block, joined."""
    return b"".join(bytes.fromhex(re.split(r" {2,}", line)[0]) for line in block(name))


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the first table under a heading, without its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.strip().split("\n\n")[0].splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines[2:]]


def pad() -> Peripheral:
    return Peripheral(INFO_PAD, CELLS, calibrated_s=CALIBRATED_S, mtu=SMALL_MTU)


def pad_codec() -> atp.AtpCodec:
    codec = native_pad.codec()
    assert codec.feed(atp.INFO, [bytes_of("info")]) == codec.feed(atp.CAL, [bytes_of("cal")]) == Decoded()
    return codec


def frames() -> list[bytes]:
    return [bytes.fromhex(row[0]) for row in rows("What is lost")]


def also(what: str) -> list[bytes]:
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| {what}")]
    return [bytes.fromhex(text) for text in re.findall(r"`([0-9a-f]+)`", line)]


# ---- tables -----------------------------------------------------------------------------------------------------------------


def test_the_checksum_is_the_one_that_is_named() -> None:
    assert atp.crc(b"123456789") == 0x29B1


def test_the_characteristics_are_those_of_the_codec() -> None:
    told = {name: f"{uuid}-6f96-4edb-b88c-679e4bf89d65" for name, uuid in re.findall(r"^\| (\w+) \| `(746d000\d)` \|", PAGE, re.MULTILINE)}

    assert told == {name: uuid for uuid, name in NAMES.items()}
    assert f"`{atp.SERVICE}`" in PAGE
    assert f"`{native_text.SERVICE}`" in PAGE


def test_the_operations_and_statuses_are_those_of_the_reference() -> None:
    told = [int(code, 16) for code in re.findall(r"^\| ([0-9A-F]{2}) [A-Z_]+ \|", PAGE, flags=re.MULTILINE)]

    assert told == list(LENGTHS)
    assert all(f"{status.value} " in PAGE.split("| status |")[1].split("\n\n")[0] for status in Status)


def test_a_frame_is_as_long_as_the_page_says() -> None:
    assert rows_of(atp.FORCE_STREAM, 4, rate_hz=500.0) == 18
    for stream, channels, size in ((atp.FORCE_STREAM, 4, 3), (atp.IMU_STREAM, 6, 2)):
        made = atp.encode_data(stream, seq=0, index=0, t0_us=0, period_us=1000, samples=np.zeros((5, channels), dtype=np.int32))
        assert len(made) == 18 + size * 5 * channels
    assert rows_of(atp.FORCE_STREAM, 4, rate_hz=500.0, mtu=SMALL_MTU) == (SMALL_MTU - NOTIFY_BYTES - 18) // 12


# ---- values -----------------------------------------------------------------------------------------------------------------


def test_the_frame_that_is_taken_apart_is_the_first_of_the_table() -> None:
    assert bytes_of("frame") == frames()[0]
    assert [int(n) for line in block("frame")[8:10] for n in line[29:].split()] == [*ROW, 250_010, -1, 8_388_607, -8_388_608]


def test_info_and_cal_are_what_the_reference_reads() -> None:
    device = pad()

    assert device.read(atp.INFO) == bytes_of("info")
    assert device.read(atp.CAL) == bytes_of("cal")
    for line, cell in zip(block("cal")[1:5], CELLS, strict=True):
        told = f"{cell.n_per_count:.3g} N, zero {cell.zero}, ({cell.x_mm:g}, {cell.y_mm:g}) mm, {cell.capacity_n} N"
        assert line.endswith(told)


@pytest.mark.parametrize("line", block("control"), ids=lambda line: line.split("  ")[0])
def test_a_request_is_answered_as_on_the_page(line: str) -> None:
    request, answer, _ = re.split(r" {2,}", line)
    device = pad()
    device.subscribe(atp.CONTROL)

    assert device.write(atp.CONTROL, bytes.fromhex(request), us=1_500_000) == [(atp.CONTROL, bytes.fromhex(answer))]


def test_the_conversation_is_the_real_one() -> None:
    wire = BenchWire(pad(), ROW)
    spoken: list[str] = []

    def overheard(handshake: Handshake) -> Handshake:
        answer: bytes | None = None
        while True:
            try:
                step = handshake.send(answer)
            except StopIteration:
                return
            before = len(wire.heard)
            answer = yield step
            match step:
                case Subscribe(characteristic):
                    spoken.append(f"+ {NAMES[characteristic]}")
                case Write(characteristic, payload):
                    spoken.append(f"> {NAMES[characteristic]} {payload.hex()}")
                    spoken.extend(f"< {NAMES[c]} {p.hex()}" for c, p in wire.heard[before:])
                case Read(characteristic):
                    spoken.append(f"= {NAMES[characteristic]} {(answer or b'').hex()}")
                case step:
                    assert isinstance(step, Expect)

    said(wire, overheard(native_pad.MODEL.start(500.0)))
    first = len(wire.heard)
    wire.convert(0.004)
    spoken += [f"< {NAMES[c]} {p.hex()}" for c, p in wire.heard[first:]]
    told = block("conversation")
    cut = told.index("…")

    assert spoken[:cut] == told[:cut]
    assert spoken[cut - len(told) + 1 :] == told[cut + 1 :]
    assert len([line for line in spoken if line.startswith("> CONTROL 06")]) == atp.PINGS == 8
    assert [error for part in decoded(native_pad.MODEL, wire.heard) for error in part.rejected] == []


# ---- losses -----------------------------------------------------------------------------------------------------------------


def test_each_frame_of_the_table_says_what_stands_beside_it() -> None:
    codec = pad_codec()
    for frame, (_, sequence, index, us, lost, newtons) in zip(frames(), rows("What is lost"), strict=True):
        (reading,) = codec.feed(atp.DATA, [frame]).readings

        assert atp.HEAD.unpack_from(frame)[2:5] == (int(sequence), int(index), int(us))
        assert (reading.ticks[0], reading.lost_before) == (int(us), int(lost))
        # The page prints three decimals.
        assert reading.values[0] == pytest.approx([float(n) for n in newtons.split(", ")], abs=6e-4)
    assert codec.lost_frames == 1


def test_the_sum_and_the_centre_of_pressure_are_those_of_the_page() -> None:
    codec = pad_codec()
    (reading,) = codec.feed(atp.DATA, frames()[:1]).readings
    row = pad_of(reading.values, codec.corners_mm)[0]
    told = re.search(r": ([\d.]+) N in the first row, and the centre of pressure is at \(([\d.]+), ([\d.]+)\) mm", PAGE)

    assert [f"{row[FORCE]:.3f}", f"{row[COP_X]:.4f}", f"{row[COP_Y]:.4f}"] == list(told.groups())


def test_wraps_lose_nothing() -> None:
    readings = pad_codec().feed(atp.DATA, also("the wraps")).readings
    ticks = np.concatenate([reading.ticks for reading in readings])

    assert [reading.lost_before for reading in readings] == [0, 0]
    assert (np.diff(ticks) % 2**32).tolist() == [2000, 2000]
    assert np.diff(ticks).min() < 0


def test_motion_is_read_with_the_scales_of_info() -> None:
    codec = native_imu.codec()
    codec.feed(atp.INFO, [atp.encode_info(INFO_IMU)])
    (reading,) = codec.feed(atp.DATA, also("motion at 200 Hz")).readings
    scale = np.repeat([INFO_IMU.acc_m_s2, INFO_IMU.gyro_rad_s], 3)

    assert reading.kind is Kind.IMU
    np.testing.assert_allclose(reading.values, np.array([[0, 0, 2048, 164, -164, 0], [-1024, 512, 2048, 0, 0, 1638]]) * scale, rtol=1e-6)
    assert np.diff(reading.ticks).tolist() == [5000]


def test_a_wrong_bit_is_refused() -> None:
    made = pad_codec().feed(atp.DATA, also("one bit wrong"))

    assert made.readings == ()
    assert [error.why for error in made.rejected] == ["wrong checksum"]


# ---- text -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "letter"), [(native_text_pad, "F"), (native_text_imu, "I")], ids=["pad", "motion"])
def test_the_lines_of_the_page_are_read(model, letter: str) -> None:
    lines = [line for line in block("lines") if line[0] in f"{letter}#" and (line[0] != "#" or letter == "F")]
    codec = model.codec()
    made = codec.feed(native_text.LINES, [f"{line}\n".encode() for line in lines])
    numbers = [float(n) for n in lines[-1].split("*")[0].split(",")[3:]]

    assert made.rejected == ()
    assert made.readings[0].values[0] == pytest.approx([sum(numbers)] if letter == "F" else numbers)
    assert codec.rate_hz == (100.0 if letter == "F" else None)


def test_what_is_said_to_a_sketch_is_what_the_page_says() -> None:
    steps = native_text_pad.MODEL.start(100.0)
    told = "".join(f"{line}\n" for line in block("said"))

    assert b"".join(step.payload for step in steps if isinstance(step, Write)).decode() == told


def test_the_header_of_the_page_is_what_the_reference_sends() -> None:
    sketch = Lines(native_text.FORCE, 4, mtu=247)
    sketch.subscribe(native_text.LINES)

    assert sketch.write(native_text.COMMAND, b"INFO\n") == [(native_text.LINES, block("lines")[0].encode() + b"\n")]
