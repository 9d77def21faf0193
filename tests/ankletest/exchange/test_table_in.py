import gzip
from pathlib import Path

import numpy as np
import pytest

from ankletest.errors import ExchangeError
from ankletest.exchange import mapping
from ankletest.exchange.importing import import_file
from ankletest.exchange.table_in import read_table
from ankletest.recording.reader import Recording
from ankletest.samples import Side
from ankletest.session import Session
from ankletest.trial import Setup
from drivers.catalog import MODELS

ROWS = "time_s,force_n\n0.000,1.5\n0.001,2.5\n0.002,3.5\n"
PAGE = Path(__file__).parents[3] / "docs" / "import.md"


@pytest.mark.parametrize(
    "content",
    [
        ROWS,
        ROWS.replace(",", ";"),
        ROWS.replace(",", "\t"),
        ROWS.replace(",", ";").replace(".", ","),
        ROWS.replace("\n", "\r\n"),
        "\ufeff" + ROWS,
        "Device: plate 7\nNote\n" + ROWS,
        '"Time_S","Force_N"\n0,1.5\n0.001,2.5\n0.002,3.5\n\n\n',
    ],
)
def test_a_table_reads_the_same_in_every_dress(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.csv").write_text(content, encoding="utf-8", newline="")
    table = read_table(tmp_path / "a.csv", mapping.load("force-csv"))

    assert table.t_s == pytest.approx([0.0, 0.001, 0.002], abs=1e-12)
    assert table.values[:, 0].tolist() == [1.5, 2.5, 3.5]


def test_packed_and_utf_16_tables_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(ROWS.encode()))
    (tmp_path / "b.csv").write_bytes(ROWS.encode("utf-16"))

    for name in ("a.csv.gz", "b.csv"):
        assert read_table(tmp_path / name, mapping.load("force-csv")).values[:, 0].tolist() == [1.5, 2.5, 3.5]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"time_s,force_n\n", "no rows"),
        (b"\x00\x01\x02\x00" * 50, "not a text file"),
        (b"time_s,weight\n0,1\n", "no column force_n; found: time_s, weight"),
        (b"head\ntime_s,force_n\n0,1\n0.001,x7\n", "line 4: 'x7' is not a number"),
        (b"time_s,force_n\n0,1\n0.001\n", "line 3: the row does not have all its columns"),
        (b"time_s,force_n\n0,1\n0.002,1\n0.001,1\n", "line 4: the time does not increase"),
        (b"time_s,force_n\n0,1\nnan,1\n", "line 3: the time is not a number"),
        (gzip.compress(ROWS.encode() * 1000)[:-20], "is cut off"),
    ],
)
def test_what_is_wrong_with_a_table_is_told_with_its_line(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)

    with pytest.raises(ExchangeError) as caught:
        read_table(tmp_path / "a.csv", mapping.load("force-csv"))
    assert told in caught.value.message
    assert caught.value.hint


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(ExchangeError):
            read_table(path, mapping.load("force-csv"))


def test_a_clock_that_wraps_goes_on(tmp_path: Path) -> None:
    head = "sep=,\nDeviceTag: 1\nPacketCounter,SampleTimeFine,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z\n"
    times = [4294960000, 4294960000 + 16667 - 2**32 + 0 if 4294960000 + 16667 >= 2**32 else 0, 26038]
    rows = "".join(f"{n},{t % 2**32},0,0,9.81,180,0,0\n" for n, t in enumerate(times))
    (tmp_path / "dot.csv").write_text(head + rows)
    table = read_table(tmp_path / "dot.csv", mapping.load("movella-dot-csv"))

    assert table.t_s == pytest.approx([0.0, 0.016667, 0.033334], abs=1e-9)
    assert table.values[0] == pytest.approx([0, 0, 9.81, np.pi, 0, 0])


def test_the_page_s_own_mapping_works(tmp_path: Path) -> None:
    text = PAGE.read_text("utf-8").split("```toml\n")[1].split("```")[0]
    (tmp_path / "mine.toml").write_text(text)
    (tmp_path / "plate.txt").write_text("700.5\n701.5\n702.5\n")
    table = read_table(tmp_path / "plate.txt", mapping.load(str(tmp_path / "mine.toml")))

    assert table.t_s == pytest.approx([0.0, 0.001, 0.002])
    assert table.values[:, 0].tolist() == [700.5, 701.5, 702.5]


@pytest.mark.parametrize("content", ["kind = 'force'", "nonsense", "kind='imu'\n[time]\ncolumn='t'\n[[values]]\ncolumn='a'\nunit='n'"])
def test_a_mapping_that_says_too_little_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.toml").write_text(content)

    with pytest.raises(ExchangeError, match="cannot be read"):
        mapping.load(str(tmp_path / "bad.toml"))


def test_an_import_gives_the_file_s_samples_back(tmp_path: Path) -> None:
    t = np.arange(3000) / 1000.0
    force = 700.0 + np.sin(t)
    np.savetxt(tmp_path / "f.csv", np.column_stack((t, force)), delimiter=",", header="time_s,force_n", comments="", fmt="%.17g")
    told: list[float] = []
    setup = Setup("stance", Side.LEFT, trial="1")
    target = import_file(tmp_path / "f.csv", "force-csv", tmp_path / "f.mcap", setup=setup, progress=told.append)
    session = Session(MODELS, keep_all=True)
    session.feed(list(Recording.open(target).notifications()))
    (stream,) = session.streams()

    assert stream.values[:, 0].tolist() == force.tolist()
    assert stream.t_s == pytest.approx(t, abs=1e-9)  # times are kept to a nanosecond
    assert told[-1] == 1.0
    assert not (tmp_path / "f.mcap.part").exists()


def test_a_failed_import_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("time_s,force_n\n0,1\n0,2\n")

    with pytest.raises(ExchangeError):
        import_file(tmp_path / "f.csv", "force-csv", tmp_path / "f.mcap")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["f.csv"]


@pytest.mark.shared_data
def test_a_c3d_of_a_walkway_gives_its_loaded_plate(shared_data: Path, tmp_path: Path) -> None:
    target = import_file(shared_data / "loadsol_heel_raise" / "test_poids.c3d", "c3d", tmp_path / "p.mcap")
    session = Session(MODELS, keep_all=True)
    session.feed(list(Recording.open(target).notifications()))
    (stream,) = session.streams()

    assert stream.rate_hz == pytest.approx(1000.0, rel=1e-6)
    assert 200.0 < float(np.median(stream.values[:, 0])) < 1200.0  # a person, by the insoles of the same record some 560 N and more


def test_a_c3d_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.c3d").write_bytes(b"\x02\x50" + bytes(600))

    with pytest.raises(ExchangeError, match="cannot be read as C3D"):
        import_file(tmp_path / "x.c3d", "c3d", tmp_path / "x.mcap")
