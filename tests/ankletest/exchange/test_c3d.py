"""Force plates out of C3D files that another library wrote."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ankletest.errors import ExchangeError
from ankletest.exchange.c3d import read_c3d
from ankletest.exchange.importing import import_file
from ankletest.recording.reader import Recording
from ankletest.samples import FORCE, FloatArray, Site
from ankletest.session import Session
from drivers.catalog import MODELS

ezc3d = pytest.importorskip("ezc3d", reason="ezc3d, which writes the files, has no wheel for this machine")

RATE_HZ = 1000.0
T_S = np.arange(2000) / RATE_HZ
FORCE_N: FloatArray = 700.0 + 50.0 * np.sin(4.0 * np.pi * T_S)
SINGLE = 750.0 * 2.0**-23
"""C3D keeps single precision: half a step at 750 N, doubled for what the two libraries scale."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """A plate as it is written: type, channels (n, k), and which channels (from 1) the file's plate has."""

    kind: int
    analog: FloatArray
    channels: tuple[int, ...]
    units: str = "N"


def upright(force_n: FloatArray) -> Wrote:
    """Return a plate of type 2: three forces on the plate, three moments."""
    columns = np.zeros((len(force_n), 6))
    columns[:, 2] = -force_n
    return Wrote(2, columns, (1, 2, 3, 4, 5, 6))


def write(path: Path, *plates: Wrote, floats: bool = False, used: int | None = None) -> Path:
    """Write plates side by side; with ``floats`` whole numbers are written as some programs do."""
    file = ezc3d.c3d()
    analog = np.concatenate([plate.analog for plate in plates], axis=1)
    widest = max(len(plate.channels) for plate in plates)
    table, before = np.zeros((widest, len(plates))), 0
    for number, plate in enumerate(plates):
        table[: len(plate.channels), number] = [before + channel for channel in plate.channels]
        before += plate.analog.shape[1]
    file["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    file["data"]["points"] = np.ones((4, 1, len(analog) // 10))
    file["parameters"]["POINT"]["LABELS"]["value"] = ("toe",)
    file["parameters"]["ANALOG"]["RATE"]["value"] = [RATE_HZ]
    file["parameters"]["ANALOG"]["LABELS"]["value"] = tuple(f"c{i}" for i in range(analog.shape[1]))
    file["parameters"]["ANALOG"]["UNITS"]["value"] = tuple(p.units for p in plates for _ in range(p.analog.shape[1]))
    file["data"]["analogs"] = analog.T[np.newaxis]
    for name, value in (("USED", [used or len(plates)]), ("TYPE", [p.kind for p in plates]), ("CHANNEL", table)):
        file.add_parameter("FORCE_PLATFORM", name, value)
        if not floats:
            file["parameters"]["FORCE_PLATFORM"][name]["type"] = 2
    file.write(str(path))
    return path


@pytest.mark.parametrize("floats", [False, True], ids=["whole numbers", "floats"])
def test_a_plate_gives_back_its_force(tmp_path: Path, floats: bool) -> None:
    plate = read_c3d(write(tmp_path / "a.c3d", upright(FORCE_N), floats=floats))

    assert plate.number == 1
    assert plate.force_n == pytest.approx(FORCE_N, abs=SINGLE)
    assert plate.t_s == pytest.approx(T_S, abs=1e-12)


def test_the_import_takes_newtons_and_seconds_all_the_way(tmp_path: Path) -> None:
    target = import_file(write(tmp_path / "a.c3d", upright(FORCE_N)), "c3d", tmp_path / "a.mcap")
    session = Session(MODELS, keep_all=True)
    session.feed(list(Recording.open(target).notifications()))
    (stream,) = session.streams()

    assert (stream.site, stream.device) == (Site.PAD, "pad")
    assert stream.rate_hz == pytest.approx(RATE_HZ, rel=1e-9)
    assert stream.values[:, FORCE] == pytest.approx(FORCE_N, abs=SINGLE)
    assert np.isnan(stream.values[:, 1:]).all()
    assert stream.lost_samples == 0


def test_the_plate_with_the_load_is_taken_whichever_way_is_up(tmp_path: Path) -> None:
    empty, positive = upright(np.zeros(2000)), upright(-FORCE_N)
    plate = read_c3d(write(tmp_path / "a.c3d", empty, upright(0.1 * FORCE_N), positive, empty))

    assert plate.number == 3
    assert plate.force_n == pytest.approx(FORCE_N, abs=SINGLE)


def test_a_plate_with_a_force_in_each_corner_gives_their_sum(tmp_path: Path) -> None:
    corners = np.column_stack([np.zeros((2000, 4)), *(-share * FORCE_N for share in (0.1, 0.2, 0.3, 0.4))])
    plate = read_c3d(write(tmp_path / "a.c3d", Wrote(3, corners, (1, 2, 3, 4, 5, 6, 7, 8))))

    assert plate.force_n == pytest.approx(FORCE_N, abs=2 * SINGLE)  # four roundings instead of one


def test_kilonewtons_are_newtons(tmp_path: Path) -> None:
    told = upright(FORCE_N / 1e3)
    plate = read_c3d(write(tmp_path / "a.c3d", Wrote(told.kind, told.analog, told.channels, "kN")))

    assert plate.force_n == pytest.approx(FORCE_N, abs=2 * SINGLE)


@pytest.mark.parametrize(
    ("plate", "told"),
    [
        (Wrote(4, upright(FORCE_N).analog, (1, 2, 3, 4, 5, 6)), "plate 1 is of type 4, not one of 1, 2, 3"),
        (Wrote(2, upright(FORCE_N).analog, (1, 2, 3, 4, 5, 6), "V"), "the force of plate 1 is in V, not in N"),
        (Wrote(2, upright(FORCE_N).analog, (1, 2, 30, 4, 5, 6)), "plate 1 names channel 30 of 6"),
        (Wrote(2, upright(FORCE_N).analog, (1, 2)), "plate 1 names channel 0 of 6"),
        (upright(np.zeros(2000)), "no force plate in it carries a load"),
    ],
)
def test_a_plate_that_cannot_be_believed_is_told(tmp_path: Path, plate: Wrote, told: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        read_c3d(write(tmp_path / "a.c3d", plate))
    assert told in caught.value.message
    assert "newtons" in caught.value.hint


def test_a_file_without_plates_is_told(tmp_path: Path) -> None:
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    file["parameters"]["POINT"]["LABELS"]["value"] = ("toe",)
    file["data"]["points"] = np.ones((4, 1, 20))
    file.write(str(tmp_path / "a.c3d"))

    with pytest.raises(ExchangeError, match="there is no force plate in it"):
        read_c3d(tmp_path / "a.c3d")


def test_a_cut_file_never_gives_more_than_it_holds(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.c3d", upright(FORCE_N)).read_bytes()
    cut = tmp_path / "cut.c3d"
    for share in (0.02, 0.5, 0.9):
        cut.write_bytes(whole[: int(share * len(whole))])

        with pytest.raises(ExchangeError, match=r"cut\.c3d cannot be read as C3D"):
            read_c3d(cut)
