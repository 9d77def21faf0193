"""Lists of clients as practices have them: columns are guessed, what is wrong is told with its line, nobody is taken twice unasked."""

import csv
from datetime import date
from pathlib import Path

import pytest

from ankletest.errors import ExchangeError
from ankletest.exchange.cells import DateOrder, Unreadable, read_birth, read_date, read_height, read_length, read_mass, read_sex
from ankletest.exchange.clients_in import FIELDS, MEASURES, guess, read_clients
from ankletest.exchange.clients_out import export_clients
from ankletest.exchange.sheet import read_sheet
from ankletest.metrics.published import Sex
from ankletest.samples import Side
from ankletest.store.alike import Alike, Face, Faces, Kind
from ankletest.store.people import Consent, Details, Purpose, Said, Wrong

TODAY = date(2026, 11, 21)
GERMAN = """Nr.;Nachname;Vorname;Geb.-Datum;Geschlecht;Größe (cm);Gewicht [kg];Seite;Diagnose;Unfalldatum;Standbein;Einwilligung;Bemerkung
17;Müller;Anna;12.03.1990;w;171;62,5;re.;OSG-Distorsion;20.1.2026;links;ja;"kommt
mit dem Rad"
18;Öztürk;Deniz;1985;d;;80 kg;beide;;;;;
;Weiß;Karl;31.02.1990;Herr;1,85 m;;links;;;;nein;
;;;;;;;;;;;;
"""
ENGLISH = """ID,First name,Last name,DOB,Sex,Height,Weight,Injured leg,Injury,Injury date,Dominant leg,Tested leg,Consent,Consent date
A-1,Anna,Berg,3/25/1990,F,1.71,62.5,right,lateral sprain,1/20/2026,left,both,yes,2/1/2026
A-2,Bo,Li,4/5/1991,male,182 cm,175 g,,,,,,,
"""


def read(folder: Path, text: str, *, encoding: str = "utf-8", known: tuple[Face, ...] = (), codes: frozenset[str] = frozenset()):
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    sheet = read_sheet(path)
    return read_clients(sheet, guess(sheet), Faces(known), codes, TODAY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_german_list_is_read_whatever_its_letters(tmp_path: Path, encoding: str) -> None:
    german = GERMAN if encoding != "cp1252" else GERMAN.replace("Öztürk", "Oeztürk")
    anna, deniz, karl = read(tmp_path, german, encoding=encoding)

    assert anna.wrong == ()
    assert anna.details == Details(
        "17", "Anna Müller", 62.5, Side.RIGHT, Sex.FEMALE, 1990, date(1990, 3, 12), 1.71, dominant=Side.RIGHT, injury="OSG-Distorsion",
        injured_on=date(2026, 1, 20), note="kommt\nmit dem Rad", consents=(Consent(Purpose.TESTS, Said.GIVEN),),
    )  # fmt: skip
    assert [(f.field, f.wrong, f.written) for f in deniz.wrong] == [("involved", Wrong.NO_SIDE, "beide")]
    assert (deniz.details.birth_year, deniz.details.birth_date, deniz.details.mass_kg) == (1985, None, 80.0)
    assert [(f.field, f.wrong, f.written) for f in karl.wrong] == [("birth_date", Wrong.NO_DATE, "31.02.1990")]
    assert (karl.details.height_m, karl.details.sex) == (1.85, Sex.MALE)
    assert [anna.line, deniz.line, karl.line] == [2, 4, 5], "a cell of two lines does not shift the lines that are told"


def test_an_english_list_is_read_and_its_dates_tell_their_order(tmp_path: Path) -> None:
    anna, bo = read(tmp_path, ENGLISH)

    assert anna.wrong == ()
    assert anna.details == Details(
        "A-1", "Anna Berg", 62.5, Side.RIGHT, Sex.FEMALE, 1990, date(1990, 3, 25), 1.71, dominant=Side.LEFT, injury="lateral sprain",
        injured_on=date(2026, 1, 20), consents=(Consent(Purpose.TESTS, Said.GIVEN, date(2026, 2, 1)),),
    )  # fmt: skip
    assert bo.details.birth_date == date(1991, 4, 5)
    assert [(f.field, f.wrong) for f in bo.wrong] == [("mass_kg", Wrong.OTHER_UNIT)]


def test_dates_that_could_be_either_are_wrong_until_somebody_tells(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name,dob\nAnna Berg,4/5/1991\nBo Lind,7/7/1991\n")
    sheet = read_sheet(path)
    plan = guess(sheet)
    one, two = read_clients(sheet, plan, Faces(), frozenset(), TODAY)

    assert plan.order is None
    assert [fault.wrong for fault in one.wrong] == [Wrong.EITHER_ORDER]
    assert two.details.birth_date == date(1991, 7, 7), "both ways it is the same day"


def test_duplicates_in_the_store_and_in_the_file_are_told_and_codes_are_made(tmp_path: Path) -> None:
    known = (Face("AB-1", "Anna Berg", date(1990, 3, 12)),)
    text = (
        "name,dob,code\nBerg Anna,1990-03-12,\nCarl Dorn,1980-01-01,\ncarl dorn,1980-01-01,\nEva Fink,,AB-1\nGil Hof,,X-1\nIda Jung,,x-1\n"
    )
    berg, carl, again, eva, gil, ida = read(tmp_path, text, known=known, codes=frozenset({"AB-1"}))

    assert berg.alike == (Alike("AB-1", Kind.SWAPPED),)
    assert (carl.good, carl.details.code) == (True, "CD-1")
    assert again.alike == (Alike("line 3", Kind.SAME),)
    assert again.details.code == "CD-2", "it may be ticked all the same"
    assert eva.alike == (Alike("AB-1", Kind.CODE),)
    assert gil.good
    assert [fault.wrong for fault in ida.wrong] == [Wrong.CODE_TWICE]


def test_a_made_code_is_none_that_the_file_uses_further_down(tmp_path: Path) -> None:
    first, second = read(tmp_path, "name,code\nAnna Berg,\nBo Lind,AB-1\n")

    assert (first.details.code, second.details.code, second.good) == ("AB-2", "AB-1", True)


def test_what_cannot_be_is_told_with_its_bounds(tmp_path: Path) -> None:
    text = "name,height,mass,dob,code,foot length left (mm)\nA B,1.71,700,1990-01-01,a,255\nA C,17,70,2030-01-01,b,25.5\n,,,,,900\n"
    one, two, three = read(tmp_path, text)

    assert [str(f) for f in one.wrong] == ["mass_kg: this is not between 15 and 250 (700)"]
    assert one.details.measures == {"stance.foot_length_m.left": 0.255}
    assert {f.field for f in two.wrong} == {"birth_date", "height_m", "stance.foot_length_m.left"}
    assert Wrong.NOBODY in {f.wrong for f in three.wrong}


def test_a_plan_has_no_field_twice(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("one,name,name\nx,y,z\n")
    plan = guess(read_sheet(path))
    assert dict(plan.columns) == {1: "name"}

    assert dict(plan.put(0, "name").columns) == {0: "name"}
    assert dict(plan.put(0, "code").put(1, "").columns) == {0: "code"}


def test_the_list_that_goes_out_comes_in_again_as_it_was(tmp_path: Path) -> None:
    everything = Details(
        "=A-1", "Anna Müller", 62.5, Side.RIGHT, Sex.FEMALE, 1990, date(1990, 3, 12), 1.713, Side.LEFT, Side.RIGHT, "sprain, 2nd",
        date(2026, 1, 20), {key: 0.15 if "width" not in key else 0.1 for key in MEASURES}, "two\nlines",
        tuple(Consent(purpose, Said.WITHDRAWN, date(2026, 2, 1)) for purpose in Purpose),
    )  # fmt: skip
    clients = [everything, Details("B-2", "Bo", birth_year=1985), Details("C-3")]
    path = export_clients(tmp_path / "out.csv", clients)
    sheet = read_sheet(path)
    plan = guess(sheet)
    rows = read_clients(sheet, plan, Faces(), frozenset(), TODAY)

    assert set(plan.columns.values()) == set(FIELDS) - {"first_name", "last_name"}
    assert [row.details for row in rows] == clients
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1][0] == "'=A-1", "no spreadsheet runs a client's code"
    with pytest.raises(ExchangeError, match="there already"):
        export_clients(path, clients)
    with pytest.raises(ExchangeError, match="cannot be written"):
        export_clients(tmp_path / "nowhere" / "out.csv", clients)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no row below"),
        (b"name,dob\n\n\n", "no row below"),
        (b"PK\x03\x04rest", "is a workbook"),
        (b"name\n\x00\x01\x02", "is no text"),
        (b'name,dob\n"Anna,1990\nx', "line 2 cannot be read"),
        (b"name\n" + b"x\n" * 50_001, "at most 50000"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_with_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(ExchangeError, match=sentence):
        read_sheet(path)


def test_a_file_that_is_not_there_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match="cannot be read"):
        read_sheet(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("1990-03-12", None, date(1990, 3, 12)), ("12.3.1990", DateOrder.MDY, date(1990, 3, 12)),
        ("25/3/1990", None, date(1990, 3, 25)),
        ("3/25/1990", None, date(1990, 3, 25)), ("3/4/1990", DateOrder.DMY, date(1990, 4, 3)),
        ("3-4-1990", DateOrder.MDY, date(1990, 3, 4)),
        ("1990-03-12 00:00:00", None, date(1990, 3, 12)), ("1990/3/2", None, date(1990, 3, 2)),
    ],
)  # fmt: skip
def test_a_day_is_read_as_it_is_written(text: str, order: DateOrder | None, day: date) -> None:
    assert read_date(text, order) == day


@pytest.mark.parametrize(
    "text", ["12.03.90", "0000-01-01", "12.13.1990", "yesterday", "1990", "12.3-1990", "1990-03", "25/25/1990", "٣.٣.1990x"]
)
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="no date"):
        read_date(text)


def test_a_birth_may_be_a_year() -> None:
    assert read_birth("1990") == (None, 1990)
    assert read_birth("12.3.1990") == (date(1990, 3, 12), 1990)


@pytest.mark.parametrize(
    ("text", "unit", "metres"),
    [("171", "", 1.71), ("1,71", "", 1.71), ("1.71 m", "", 1.71), ("171 cm", "m", 1.71), ("1 m 71", "", 1.71), ("1710", "mm", 1.71)],
)
def test_a_height_is_read_in_metres(text: str, unit: str, metres: float) -> None:
    assert read_height(text, unit) == pytest.approx(metres, abs=1e-9)  # rounded to a tenth of a millimetre


@pytest.mark.parametrize(("text", "unit", "metres"), [("0.255", "", 0.255), ("25,5", "", 0.255), ("255", "", 0.255), ("25.5", "cm", 0.255)])
def test_a_length_of_a_foot_is_read_in_metres(text: str, unit: str, metres: float) -> None:
    assert read_length(text, unit) == pytest.approx(metres, abs=1e-9)  # rounded to a hundredth of a millimetre


@pytest.mark.parametrize(("text", "why"), [("five", Wrong.NO_NUMBER), ("150 g", Wrong.OTHER_UNIT), ("1.234,5", Wrong.NO_NUMBER)])
def test_a_mass_that_cannot_be_read_is_told(text: str, why: Wrong) -> None:
    with pytest.raises(Unreadable) as caught:
        read_mass(text)
    assert caught.value.wrong is why


def test_who_is_neither_female_nor_male_is_no_error() -> None:
    assert read_sex("divers") is None
    with pytest.raises(Unreadable):
        read_sex("1")


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("5'7", 1.7018),
        ("5 ft 7 in", 1.7018),
        ("5\u2032 7.5\u2033", 1.7145),
        ("67 in", 1.7018),
        ("6 ft", 1.8288),
        ("5\u20197\u201d", 1.7018),
    ],
)
def test_heights_in_feet_and_inches_are_read(text: str, metres: float) -> None:
    assert read_height(text) == pytest.approx(metres, abs=5e-5)  # to a tenth of a millimetre


@pytest.mark.parametrize(("text", "kilograms"), [("150 lbs", 68.039), ("150 lb", 68.039), ("11 st", 69.853)])
def test_masses_in_pounds_and_stones_are_read(text: str, kilograms: float) -> None:
    assert read_mass(text) == pytest.approx(kilograms, abs=5e-4)  # to a gram
