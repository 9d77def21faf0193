"""What the tables say reads back as what was measured, in any spreadsheet and any country."""

import csv
import math
import re
from pathlib import Path

import numpy as np
import pytest

from ankletest.errors import ExchangeError
from ankletest.exchange import mapping
from ankletest.exchange.csv_out import export_csv
from ankletest.exchange.table_in import read_table
from ankletest.metrics import METRICS
from ankletest.metrics.base import MetricValue, Status
from ankletest.samples import COLUMNS, Kind, Side, Site
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial

NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]\d+)?")
ODD = [0.1 + 0.2, 1 / 3, -1e-300, 123456.78901234567, 5e-324, -0.0]
"""Numbers that nine digits would not bring back."""


def pad(rows: int = 6) -> Stream:
    """Return a pad whose centre of pressure is not known while nobody stands on it."""
    values = np.column_stack((ODD, ODD[::-1], np.full(rows, 2.5)))
    values[2, 1:] = np.nan
    flags = np.arange(rows)
    return Stream(
        "pad", Site.PAD, None, Kind.PAD, 3600.0 + np.arange(rows) / 3000.0, values, clipped=flags == 1, lost=flags == 4, rate_hz=3000.0
    )


def worn(device: str = "foot-left") -> Stream:
    values = np.random.default_rng(2).normal(size=(50, 6))
    flags = np.zeros(50, dtype=np.bool_)
    return Stream(device, Site.FOOT, Side.LEFT, Kind.IMU, np.arange(50) / 200.0, values, clipped=flags, lost=flags, rate_hz=200.0)


def trial(*events: Event) -> Trial:
    return Trial(Setup("hops", Side.RIGHT, trial="t-1"), Outcome.COMPLETED, (), (0.0, 9.0), (1.0, 8.0), events)


def value(number: float | None, *reasons: str, uncertainty: float | None = None) -> MetricValue:
    return MetricValue(METRICS[0], number, Status.OK if number is not None else Status.INVALID, reasons, uncertainty, (1.0, 8.0), "P-COP")


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.reader(table))


def numbers(path: Path) -> np.ndarray:
    return np.array([[float(cell) if cell else math.nan for cell in row] for row in cells(path)[1:]])


def test_the_header_names_every_column_with_its_unit(tmp_path: Path) -> None:
    export_csv(tmp_path, [pad(), worn()], [])

    assert cells(tmp_path / "pad.csv")[0] == ["time_s", "force_n", "cop_x_mm", "cop_y_mm", "clipped", "lost_before"]
    assert cells(tmp_path / "foot-left.csv")[0] == ["time_s", *COLUMNS[Kind.IMU], "clipped", "lost_before"]
    assert all(name.endswith(("_s", "_n", "_mm", "_m_s2", "_rad_s")) for kind in COLUMNS.values() for name in kind)


@pytest.mark.parametrize("stream", [pad(), worn()], ids=["pad", "imu"])
def test_samples_read_back_equal_to_the_bit(tmp_path: Path, stream: Stream) -> None:
    export_csv(tmp_path, [stream], [])
    read = numbers(tmp_path / f"{stream.device}.csv")

    np.testing.assert_array_equal(read[:, 0], stream.t_s)
    np.testing.assert_array_equal(read[:, 1:-2], stream.values)
    assert np.array_equal(np.signbit(read[:, 1:-2]), np.signbit(stream.values))
    np.testing.assert_array_equal(read[:, -2:], np.column_stack((stream.clipped, stream.lost)))


def test_what_is_not_known_is_an_empty_cell_and_flags_are_0_or_1(tmp_path: Path) -> None:
    export_csv(tmp_path, [pad()], [])
    rows = cells(tmp_path / "pad.csv")[1:]

    assert rows[2][2:4] == ["", ""]
    assert [row[-2:] for row in rows] == [["0", "0"], ["1", "0"], ["0", "0"], ["0", "0"], ["0", "1"], ["0", "0"]]


def test_every_number_has_a_decimal_point_and_no_country(tmp_path: Path) -> None:
    export_csv(tmp_path, [pad(), worn()], [])

    for name in ("pad.csv", "foot-left.csv"):
        assert all(NUMBER.fullmatch(cell) for row in cells(tmp_path / name)[1:] for cell in row if cell)


def test_an_export_can_be_taken_in_again(tmp_path: Path) -> None:
    stream = worn()
    export_csv(tmp_path, [stream], [])
    table = read_table(tmp_path / "foot-left.csv", mapping.load("imu-csv"))

    np.testing.assert_array_equal(table.values, stream.values)
    np.testing.assert_array_equal(table.t_s, stream.t_s)


def test_events_and_numbers_read_back_whoever_made_them(tmp_path: Path) -> None:
    # Numbers out of arrays are numpy's own floats, whose repr names their type.
    contact = Event(Happening.CONTACT, np.float64(1.25), np.float64(0.1) + 0.2, value=math.nan, device="pad", u_s=np.float64(5e-4))
    export_csv(tmp_path, [], [(trial(contact), [value(np.float64(1 / 3), uncertainty=0.01), value(None, "no pad", "too short")])])
    header, row = cells(tmp_path / "events.csv")
    event = dict(zip(header, row, strict=True))
    names, first, second = cells(tmp_path / "metrics.csv")
    known, unknown = dict(zip(names, first, strict=True)), dict(zip(names, second, strict=True))

    assert (float(event["start_s"]), float(event["end_s"]), float(event["u_s"])) == (1.25, 0.1 + 0.2, 5e-4)
    assert (event["value"], event["valid"], event["what"], event["side"]) == ("", "1", "contact", "right")
    assert float(known["value"]) == 1 / 3
    assert (known["unit"], known["id"], known["version"]) == (METRICS[0].unit, METRICS[0].id, str(METRICS[0].version))
    assert (unknown["value"], unknown["uncertainty"], unknown["status"]) == ("", "", "INVALID")
    assert unknown["reasons"] == "no pad; too short"


@pytest.mark.parametrize("text", ["=1+1", "+49 151", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_text_never_becomes_a_formula(tmp_path: Path, text: str) -> None:
    export_csv(tmp_path, [], [(trial(Event(Happening.MARK, 1.0, note=text)), [])])
    header, row = cells(tmp_path / "events.csv")

    assert row[header.index("note")] == f"'{text}"


def test_commas_quotes_and_lines_in_text_stay_in_their_cell(tmp_path: Path) -> None:
    text = 'left, "stiff"\nand warm · größer'
    export_csv(tmp_path, [], [(trial(Event(Happening.MARK, 1.0, note=text)), [])])
    header, row = cells(tmp_path / "events.csv")

    assert row[header.index("note")] == text


def test_a_device_s_name_stays_within_the_folder(tmp_path: Path) -> None:
    written = export_csv(tmp_path / "out", [worn("../../etc/x")], [])

    assert [path.name for path in written] == ["______etc_x.csv", "events.csv", "metrics.csv"]
    assert {path.parent for path in written} == {tmp_path / "out"}


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")

    with pytest.raises(ExchangeError, match="cannot be written") as caught:
        export_csv(tmp_path / "out", [pad()], [])
    assert caught.value.hint
