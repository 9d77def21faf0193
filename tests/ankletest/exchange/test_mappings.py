"""Every shipped mapping, and one of somebody's own, from a file to the stream an exam sees: right columns, right units."""

from pathlib import Path

import numpy as np
import pytest

from ankletest.errors import ExchangeError
from ankletest.exchange import mapping
from ankletest.exchange.importing import import_file
from ankletest.recording.reader import Recording
from ankletest.samples import COLUMNS, FORCE, N_PER_KGF, RAD_PER_DEG, FloatArray, G, Kind, Side, Site
from ankletest.session import Session
from ankletest.trial import Stream
from drivers.catalog import MODELS

N = 400
RNG = np.random.default_rng(11)
NANOSECOND = 1e-9
"""Times of imported rows are kept to a nanosecond."""


def table(path: Path, header: str, columns: FloatArray, *, before: str = "") -> Path:
    """Write columns (n, k) with all their digits."""
    lines = [",".join(repr(value) for value in row) for row in columns.tolist()]
    path.write_text(before + header + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def taken_in(source: Path, name: str, **where: object) -> Stream:
    """Import a file and return the one stream of it, by the path that every exam sees."""
    target = import_file(source, name, source.with_suffix(".mcap"), **where)
    session = Session(MODELS, keep_all=True)
    session.feed(list(Recording.open(target).notifications()))
    (stream,) = session.streams()
    return stream


def test_centre_of_pressure_stays_in_millimetres_and_has_no_force(tmp_path: Path) -> None:
    t_s, cop = np.arange(N) / 100.0, RNG.normal(0.0, 8.0, (N, 2))
    stream = taken_in(table(tmp_path / "a.csv", "time_s,cop_x_mm,cop_y_mm", np.column_stack((t_s, cop))), "cop-csv")

    assert (stream.kind, stream.site, stream.side) == (Kind.PAD, Site.PAD, None)
    np.testing.assert_array_equal(stream.values[:, 1:], cop)
    assert np.isnan(stream.values[:, FORCE]).all()
    assert stream.t_s == pytest.approx(t_s, abs=NANOSECOND)
    assert stream.rate_hz == pytest.approx(100.0, rel=1e-6)


def test_a_motion_sensor_keeps_its_order_and_units_whatever_the_order_in_the_file(tmp_path: Path) -> None:
    t_s, motion = np.arange(N) / 200.0, RNG.normal(0.0, 5.0, (N, 6))
    names = ["time_s", *COLUMNS[Kind.IMU]]
    columns, order = np.column_stack((t_s, motion)), RNG.permutation(7)
    source = table(tmp_path / "a.csv", ",".join(names[i] for i in order), columns[:, order])
    stream = taken_in(source, "imu-csv", site=Site.SHANK, side=Side.RIGHT)

    assert (stream.kind, stream.site, stream.side, stream.device) == (Kind.IMU, Site.SHANK, Side.RIGHT, "shank-right")
    np.testing.assert_array_equal(stream.values, motion)
    assert stream.t_s == pytest.approx(t_s, abs=NANOSECOND)


def test_a_movella_dot_s_degrees_become_radians_and_its_other_columns_stay_out(tmp_path: Path) -> None:
    ticks = 4_294_000_000 + 16_667 * np.arange(N)  # wraps after 58 samples
    acc, gyro = RNG.normal(0.0, 5.0, (N, 3)), RNG.normal(0.0, 200.0, (N, 3))
    angles = RNG.normal(0.0, 90.0, (N, 3))
    header = "PacketCounter,SampleTimeFine,Euler_X,Euler_Y,Euler_Z,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z"
    columns = np.column_stack((np.arange(N), ticks % 2**32, angles, acc, gyro))
    source = table(tmp_path / "a.csv", header, columns, before="sep=,\nDeviceTag:,D1\nFirmwareVersion:,2.1\n\n")
    stream = taken_in(source, "movella-dot-csv", side=Side.LEFT)

    assert (stream.site, stream.device) == (Site.FOOT, "foot-left")
    np.testing.assert_array_equal(stream.values[:, :3], acc)
    np.testing.assert_allclose(stream.values[:, 3:], gyro * np.pi / 180.0, rtol=1e-15)  # one product, rounded once
    assert stream.t_s == pytest.approx(np.arange(N) * 0.016667, abs=N * NANOSECOND)
    assert stream.rate_hz == pytest.approx(59.9988, rel=1e-4)


def test_four_cells_in_kilograms_become_newtons_and_a_centre_of_pressure(tmp_path: Path) -> None:
    kg = np.abs(RNG.normal(18.0, 2.0, (N, 4)))
    source = table(tmp_path / "a.csv", "time_s,ch1_kg,ch2_kg,ch3_kg,ch4_kg", np.column_stack((np.arange(N) / 75.0, kg)))
    stream = taken_in(source, "kinvent-cells")
    total = kg.sum(axis=1)

    assert stream.values[:, FORCE] == pytest.approx(total * N_PER_KGF, rel=1e-14)
    # The maker's own formulas, as the mapping names them; five digits of the cells' places limit the agreement.
    forward = (0.5 - (0.07659 + 0.84682 * (kg[:, 0] + kg[:, 1]) / total)) * 346.0
    right = ((0.13875 + 0.72251 * (kg[:, 1] + kg[:, 2]) / total) - 0.5) * 191.0
    assert stream.values[:, 2] == pytest.approx(forward, abs=2e-3)
    assert stream.values[:, 1] == pytest.approx(right, abs=2e-3)


OWN = """
title = "Wii board, by hand"
kind = "cells"
site = "pad"
separator = ";"
skip_lines = 2

[time]
column = "ms"
unit = "ms"

[[values]]
column = "left"
unit = "kgf"
x_mm = -200
y_mm = 0

[[values]]
column = "right"
unit = "lbf"
scale = -2.0
x_mm = 200
y_mm = 0
"""


def test_a_mapping_of_one_s_own_gives_units_signs_and_places(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    (tmp_path / "a.txt").write_text(
        "measured by hand\nleft;right;ms\nms;left;right\n0;40,5;-10\n12,5;40,5;-20\n25;40,5;-30\n", encoding="utf-8"
    )
    stream = taken_in(tmp_path / "a.txt", str(tmp_path / "own.toml"))
    left, right = 40.5 * 9.80665, np.array([20.0, 40.0, 60.0]) * 4.4482216152605

    assert stream.t_s == pytest.approx([0.0, 0.0125, 0.025], abs=NANOSECOND)
    assert stream.values[:, FORCE] == pytest.approx(left + right, rel=1e-14)
    assert stream.values[:, 1] == pytest.approx(200.0 * (right - left) / (left + right), rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "unit", "factor"),
    [
        ("force", "n", 1.0), ("force", "kn", 1000.0), ("force", "kgf", 9.80665), ("force", "g_force", 0.00980665),
        ("force", "lbf", 4.4482216152605), ("cop", "mm", 1.0), ("cop", "cm", 10.0), ("cop", "m", 1000.0), ("imu", "m_s2", 1.0),
        ("imu", "g", G), ("imu", "mg", G / 1000.0), ("imu", "rad_s", 1.0), ("imu", "deg_s", RAD_PER_DEG),
    ],
)  # fmt: skip
def test_every_unit_has_its_factor(tmp_path: Path, kind: str, unit: str, factor: float) -> None:
    columns = len(COLUMNS[Kind(kind)])
    values = "".join(f'\n[[values]]\ncolumn = "{i}"\nunit = "{unit}"\n' for i in range(columns))
    (tmp_path / "own.toml").write_text(f'kind = "{kind}"\nrate_hz = 50\nheader = false\n{values}', encoding="utf-8")

    assert [column.factor for column in mapping.load(str(tmp_path / "own.toml")).columns] == pytest.approx([factor] * columns, rel=1e-15)


def test_a_cell_that_is_no_finite_number_is_a_missing_sample(tmp_path: Path) -> None:
    force = np.full(N, 700.0)
    force[[0, 100, 101]] = np.nan, np.inf, np.nan
    source = table(tmp_path / "a.csv", "time_s,force_n", np.column_stack((np.arange(N) / 100.0, force)))
    stream = taken_in(source, "force-csv")

    assert (len(stream.t_s), stream.lost_samples) == (N - 3, 3)
    assert np.flatnonzero(stream.lost).tolist() == [0, 99]


def test_a_mapping_without_names_refuses_what_has_no_such_rows(tmp_path: Path) -> None:
    short = table(tmp_path / "a.csv", "Zeit,Kraft", np.ones((3, 2)))
    long = table(tmp_path / "b.csv", "Zeit,Kraft", np.ones((30, 2)))

    for name in NAMELESS:
        with pytest.raises(ExchangeError, match="is empty"):
            import_file(short, name, tmp_path / "a.mcap")
        with pytest.raises(ExchangeError, match="does not have all its columns"):
            import_file(long, name, tmp_path / "b.mcap")


NAMELESS = tuple(name for name in mapping.shipped() if name != mapping.C3D and not mapping.load(name).header)


@pytest.mark.parametrize("name", [name for name in mapping.shipped() if name not in (mapping.C3D, *NAMELESS)])
def test_every_shipped_mapping_refuses_a_stranger_s_file_and_says_what_it_wants(tmp_path: Path, name: str) -> None:
    source = table(tmp_path / "a.csv", "Zeit,Kraft", np.ones((3, 2)))

    with pytest.raises(ExchangeError) as caught:
        import_file(source, name, tmp_path / "a.mcap")
    assert caught.value.message.startswith("a.csv has no column ")
    assert mapping.load(name).wanted[0] in caught.value.message
    assert "found: zeit, kraft" in caught.value.message
    assert "kinvent-cells" in caught.value.hint
    assert not (tmp_path / "a.mcap").exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("kind = \"cells\"", "kind = \"torque\""), "kind 'torque' is not one of cells, force, cop, imu"),
        (("kind = \"cells\"", "kind = \"pad\""), "kind 'pad' is not one of"),
        (("kind = \"cells\"", "kind = [1]"), "kind '[1]' is not one of"),
        (("kgf", "stone"), "unit 'stone' is not one of n, kn, kgf, g_force, lbf"),
        (("x_mm = -200\n", ""), "every cell needs x_mm and y_mm"),
        (('[time]\ncolumn = "ms"\nunit = "ms"\n', ""), "either a time column or rate_hz is needed"),
        (("skip_lines = 2", "skip_lines = 2\nrate_hz = 50"), "either a time column or rate_hz is needed"),
        (('unit = "ms"', 'unit = "h"'), "time unit 'h' is not one of s, ms, us"),
        (("site = \"pad\"", "site = \"head\""), "head"),
        (("scale = -2.0", 'scale = "much"'), "much"),
        (('column = "left"\n', ""), "'column' is missing"),
        (("skip_lines = 2", "skip_lines = -1"), "skip_lines is -1, not a whole number from 0"),
        (("skip_lines = 2", "skip_lines = 2\nheader = false"), "column 'ms' is not a number from 0, and there is no header"),
        (("skip_lines = 2", "skip_lines = 2\nheader = 'no'"), "header is no, not true or false"),
        (('separator = ";"', 'separator = ""'), "separator '' is neither 'auto' nor one character"),
        (("skip_lines = 2", "skip_lines = 2\nskip_line = 2"), "'skip_line' is not one of title, kind"),
        (('[time]\ncolumn = "ms"\nunit = "ms"\n', "[time]\nrate_hz = 0\n"), "rate_hz is 0, not a number above 0"),
        (("scale = -2.0", "scale = nan"), "scale is nan, not a number"),
        (("scale = -2.0", "scale = 0"), "scale is 0"),
        (('unit = "ms"', 'unit = "ms"\nwrap_bits = 64'), "wrap_bits is 64, not a whole number from 0 to 52"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_told_in_a_sentence(tmp_path: Path, wrong: tuple[str, str], told: str) -> None:
    assert wrong[0] in OWN
    (tmp_path / "own.toml").write_text(OWN.replace(*wrong), encoding="utf-8")
    (tmp_path / "a.txt").write_text("\n\nms;left;right\n0;1;1\n1;1;1\n", encoding="utf-8")

    with pytest.raises(ExchangeError) as caught:
        import_file(tmp_path / "a.txt", str(tmp_path / "own.toml"), tmp_path / "a.mcap")
    assert caught.value.message.startswith("The mapping own.toml cannot be read: ")
    assert caught.value.message.endswith(".")
    assert told in caught.value.message
    assert "docs/import.md" in caught.value.hint


def test_the_zones_of_an_insole_are_cells_and_what_the_radio_lost_is_missing(tmp_path: Path) -> None:
    rows = ["a", "b", "c", "d"]  # four lines before the rows, none of them names
    for i in range(60):
        left = ["-1.000"] * 3 if 20 <= i < 25 else ["100.000", "40.000", "60.000"]
        acc = ["-"] * 6 if 20 <= i < 25 else ["0.100", "-0.200", "0.970", "0.010", "0.020", "0.030"]
        right = ["30.000", "20.000", "150.000", "200.000"]
        rows.append("\t".join([f"{i * 0.005:.3f}", *left, "0.000", "0.1", *acc, "0.1", *right, "0.1", *(["1.000"] * 6)]) + "\t")
    source = tmp_path / "insole.txt"
    source.write_text("\n".join(rows) + "\n", encoding="utf-8")
    left, right, moving = (taken_in(source, name) for name in ("loadsol-left", "loadsol-right", "loadsol-left-imu"))

    assert left.rate_hz == pytest.approx(200.0, rel=1e-6)
    assert np.flatnonzero(np.isnan(left.values[:, FORCE])).tolist() == list(range(20, 25)) or left.lost_samples == 5
    known = left.values[np.isfinite(left.values[:, FORCE])]
    assert known[:, FORCE] == pytest.approx(np.full(len(known), 200.0))
    assert known[:, 2] == pytest.approx(np.full(len(known), (100.0 * -90.0 + 100.0 * 60.0) / 200.0))  # half on the heel
    assert right.values[0, 2] == pytest.approx((150.0 * -90.0 + 50.0 * 60.0) / 200.0)
    assert right.values[0, 1] == pytest.approx((30.0 - 20.0) * 25.0 / 200.0)  # more on the outer side of a right foot
    assert moving.values[0] == pytest.approx([0.1 * G, -0.2 * G, 0.97 * G, 0.01, 0.02, 0.03])


def test_words_for_no_value_are_a_list(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    head = 'kind = "force"\nrate_hz = 100\nheader = false\n'
    own.write_text(head + 'missing = "x"\n[[values]]\ncolumn = "0"\nunit = "n"\n', encoding="utf-8")

    with pytest.raises(ExchangeError, match="not a list of words"):
        mapping.load(str(own))
