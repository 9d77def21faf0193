"""What a C3D file says is what was measured: read back by another library, and by our own import down to the numbers."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ankletest.analysis import Wish, analyse, extract_of
from ankletest.exchange.c3d import read_c3d
from ankletest.exchange.c3d_out import MOST_EVENTS, NOMINAL_HALF_MM, c3d_bytes, put_c3d
from ankletest.exchange.csv_out import export_csv
from ankletest.exchange.importing import import_file
from ankletest.exchange.open_tables import Extract
from ankletest.exchange.written import together
from ankletest.recording.reader import Recording
from ankletest.samples import COP_X, COP_Y, FORCE, FloatArray, Kind, Side, Site
from ankletest.trial import Event, Happening, Outcome, Setup, Stream, Trial
from drivers.catalog import MODELS

ezc3d = pytest.importorskip("ezc3d", reason="ezc3d, which reads the files, has no wheel for this machine")

VISIT = Path(__file__).parents[3] / "fixtures" / "visit" / "visit.mcap"
RATE_HZ = 500.0
SINGLE = 2.0**-23
"""Relative step of the float32 that C3D keeps."""
ABOUT = {"program": "ankletest 1", "sha256": "ab" * 32}


def pad(rows: int = 999, *, missing: slice = slice(0, 0), start_s: float = 3600.0) -> Stream:
    """Return a pad that somebody stands on, with the samples of ``missing`` gone, and unloaded at its end."""
    t_s = start_s + np.arange(rows) / RATE_HZ
    force = 700.0 + 50.0 * np.sin(4.0 * np.pi * t_s)
    x_mm, y_mm = 10.0 * np.cos(t_s), -20.0 * np.sin(t_s)
    force[-20:], x_mm[-20:], y_mm[-20:] = 1.5, math.nan, math.nan
    there = np.ones(rows, dtype=np.bool_)
    there[missing] = False
    lost = np.zeros(rows, dtype=np.bool_)
    if missing.stop:
        lost[missing.stop] = True
    flags = np.zeros(rows, dtype=np.bool_)
    return Stream(
        "pad", Site.PAD, None, Kind.PAD, t_s[there], np.column_stack((force, x_mm, y_mm))[there], clipped=flags[there], lost=lost[there],
        rate_hz=RATE_HZ, half_span_mm=150.0,
    )  # fmt: skip


def worn() -> Stream:
    rows = 400
    flags = np.arange(rows) == 7
    values = np.random.default_rng(3).normal(size=(rows, 6))
    return Stream(
        "foot-left", Site.FOOT, Side.LEFT, Kind.IMU, np.arange(rows) / 200.0, values, clipped=flags, lost=~flags & flags, rate_hz=200.0
    )


def trial(*events: Event, streams: tuple[Stream, ...] = ()) -> Trial:
    return Trial(Setup("hops", Side.RIGHT, trial="t-1"), Outcome.COMPLETED, (), (3600.0, 3602.0), (3600.5, 3601.5), events, streams)


def written(tmp_path: Path, stream: Stream, one: Trial | None = None) -> object:
    path = tmp_path / "a.c3d"
    path.write_bytes(c3d_bytes(stream, one, ABOUT))
    return ezc3d.c3d(str(path), extract_forceplat_data=True)


def channel(file: object, label: str) -> FloatArray:
    labels = file["parameters"]["ANALOG"]["LABELS"]["value"]
    return file["data"]["analogs"][0, labels.index(label)]


def test_force_and_centre_of_pressure_are_those_that_were_measured(tmp_path: Path) -> None:
    stream = pad()
    file = written(tmp_path, stream)
    n = len(stream.t_s)

    # The tolerance is that of float32 at the largest value.
    np.testing.assert_allclose(channel(file, "force_n")[:n], stream.values[:, FORCE], rtol=SINGLE)
    np.testing.assert_allclose(channel(file, "cop_x_mm")[:n], stream.values[:, COP_X], rtol=SINGLE)
    assert channel(file, "Fz1")[:n] == pytest.approx(-stream.values[:, FORCE], rel=SINGLE)
    assert file["parameters"]["ANALOG"]["RATE"]["value"][0] == RATE_HZ


def test_another_library_finds_the_plate_and_the_place_of_the_force(tmp_path: Path) -> None:
    stream = pad()
    (plate,) = written(tmp_path, stream)["data"]["platform"]
    loaded = slice(0, len(stream.t_s) - 20)

    assert plate["unit_force"] == "N"
    assert plate["unit_moment"] == "Nmm"
    assert np.abs(plate["corners"]).max() == 150.0
    assert plate["force"][2, loaded] == pytest.approx(-stream.values[loaded, FORCE], rel=SINGLE)
    # A moment is rounded once and divided by a force that is rounded once.
    assert plate["center_of_pressure"][0, loaded] == pytest.approx(stream.values[loaded, COP_X], rel=4 * SINGLE)
    assert plate["center_of_pressure"][1, loaded] == pytest.approx(stream.values[loaded, COP_Y], rel=4 * SINGLE)


def test_units_stand_with_every_channel_and_what_is_not_measured_says_so(tmp_path: Path) -> None:
    analog = written(tmp_path, pad())["parameters"]["ANALOG"]
    units = dict(zip(analog["LABELS"]["value"], analog["UNITS"]["value"], strict=True))
    told = dict(zip(analog["LABELS"]["value"], analog["DESCRIPTIONS"]["value"], strict=True))

    assert (units["Fz1"], units["Mx1"], units["force_n"], units["cop_y_mm"], units["time_offset_s"]) == ("N", "Nmm", "N", "mm", "s")
    assert "not measured" in told["Fx1"]


def test_a_motion_sensor_has_no_plate_and_si_units(tmp_path: Path) -> None:
    stream = worn()
    file = written(tmp_path, stream)
    analog = file["parameters"]["ANALOG"]
    units = dict(zip(analog["LABELS"]["value"], analog["UNITS"]["value"], strict=True))

    assert file["parameters"]["FORCE_PLATFORM"]["USED"]["value"][0] == 0
    assert (units["ax_m_s2"], units["gz_rad_s"]) == ("m/s/s", "rad/s")
    for k, name in enumerate(("ax_m_s2", "ay_m_s2", "az_m_s2", "gx_rad_s", "gy_rad_s", "gz_rad_s")):
        np.testing.assert_allclose(channel(file, name), stream.values[:, k], rtol=SINGLE)
    assert np.flatnonzero(channel(file, "clipped")).tolist() == [7]


def test_missing_samples_keep_their_place_and_are_told(tmp_path: Path) -> None:
    stream = pad(missing=slice(200, 260))
    file = written(tmp_path, stream)
    valid, force = channel(file, "valid"), channel(file, "force_n")

    assert np.flatnonzero(valid[:999] == 0.0).tolist() == list(range(200, 260))
    assert np.isnan(force[valid == 0.0]).all()
    assert np.flatnonzero(channel(file, "lost_before") == 1.0).tolist() == [260]
    assert force[260] == pytest.approx(stream.values[200, FORCE], rel=SINGLE)


def test_our_import_sees_the_hole_and_the_same_force(tmp_path: Path) -> None:
    stream = pad(missing=slice(200, 260))
    written(tmp_path, stream)
    plate = read_c3d(tmp_path / "a.c3d")

    # The grid is of the file's own float32 rate, and the offset channel brings each time back to what it was.
    np.testing.assert_allclose(plate.t_s, stream.t_s - stream.t_s[0], atol=1e-9)
    np.testing.assert_allclose(plate.force_n, stream.values[:, FORCE], rtol=SINGLE)


def test_unsteady_times_come_back(tmp_path: Path) -> None:
    steady = pad()
    t_s = steady.t_s + np.random.default_rng(5).uniform(-0.0009, 0.0009, len(steady.t_s))
    written(tmp_path, replace(steady, t_s=t_s))
    plate = read_c3d(tmp_path / "a.c3d")

    # An offset of up to a millisecond is kept to 2**-24 of it.
    np.testing.assert_allclose(plate.t_s, t_s - t_s[0], atol=1e-9)


def test_events_stand_where_programs_for_gait_look_for_them(tmp_path: Path) -> None:
    contact = Event(Happening.CONTACT, 3600.25, 3600.75, 900.0, device="pad")
    late = Event(Happening.MARK, 3665.5, note="pain")
    events = written(tmp_path, pad(), trial(late, contact))["parameters"]["EVENT"]

    assert events["LABELS"]["value"] == ["Foot Strike", "Foot Off", "mark"]
    assert events["CONTEXTS"]["value"] == ["Right"] * 3
    assert events["DESCRIPTIONS"]["value"][2] == "pain"
    assert events["TIMES"]["value"][:, 0] == pytest.approx([0.0, 0.25])
    assert events["TIMES"]["value"][:, 2] == pytest.approx([1.0, 5.5], rel=SINGLE)


def test_where_it_is_from_stands_in_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, pad(), trial())
    origin = file["parameters"]["ANKLETEST"]

    assert origin["START_S"]["value"] == ["3600.0"]
    assert origin["RECORDING_SHA256"]["value"] == ["ab" * 32]
    assert origin["EXAM"]["value"] == ["hops"]
    assert file["parameters"]["MANUFACTURER"]["SOFTWARE"]["value"] == ["ankletest 1"]


def test_a_plate_of_unknown_size_says_that_its_corners_are_nominal(tmp_path: Path) -> None:
    file = written(tmp_path, replace(pad(), half_span_mm=math.nan))

    assert np.abs(file["parameters"]["FORCE_PLATFORM"]["CORNERS"]["value"]).max() == NOMINAL_HALF_MM
    assert "nominal" in file["parameters"]["ANKLETEST"]["CORNERS"]["value"][0]


def test_too_many_events_and_too_few_samples_are_told(tmp_path: Path) -> None:
    many = tuple(Event(Happening.MARK, 3600.0 + 0.001 * k) for k in range(MOST_EVENTS + 3))
    short = replace(worn(), t_s=np.zeros(1), values=np.zeros((1, 6)))
    one = trial(*many, streams=(pad(), short))
    with together(tmp_path / "out") as batch:
        told = put_c3d(batch, Extract((), ((one, ()),), ABOUT))

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["001_hops_right_pad.c3d"]
    assert "the last 3 events are left out" in told[0]
    assert "foot-left has fewer than two samples" in told[1]


def test_the_numbers_of_a_set_of_hops_come_out_of_its_c3d_as_out_of_its_csv(tmp_path: Path) -> None:
    # Against the CSV, which holds every bit: neither file tells how the device filters, which the recording knows.
    whole = extract_of(Recording.open(VISIT), MODELS)
    one, _ = whole.done[2]
    stream = next(stream for stream in one.streams if stream.kind is Kind.PAD)
    (tmp_path / "hops.c3d").write_bytes(c3d_bytes(stream, one, whole.about))
    (csv,) = (path for path in export_csv(tmp_path, [stream], []) if path.name == "pad.csv")
    made = []
    for path, how in ((tmp_path / "hops.c3d", "c3d"), (csv, "force-csv")):
        recording = import_file(path, how, path.with_suffix(".mcap"), setup=one.setup)
        (again,) = analyse(Recording.open(recording).notifications(), MODELS, Wish())
        made.append({v.metric.key: v.value for v in again.values if v.value is not None})
    single, double = made

    assert single.keys() == double.keys()
    assert {"contact_time", "flight_time"} <= single.keys()
    for key, value in double.items():
        # Forces are rounded to float32 (6e-8); an edge moves by that of a body weight over a slope of 20 N/ms, 1e-6 of a contact.
        assert single[key] == pytest.approx(value, rel=1e-5, abs=1e-5), key
