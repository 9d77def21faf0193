"""The data files of published figures: what is shipped_book, and every way in which a file can be wrong, as a sentence."""

from pathlib import Path

import pytest

from ankletest import exams, metrics
from ankletest.metrics.published import Mark, Retest, Sensor, Sex
from ankletest.metrics.published_file import FOLDER, NormsError, load, shipped_book

WHOLE = """
schema = 1
version = "7"

[[figure]]
id = "mine"
metric = "SW-06"
key = "velocity"
unit = "mm/s"
sensors = ["pad"]
source = "Our clinic 2026"
mark = "V"
verified = true
assumed = ["sex"]
population = { who = "our clients", n = 40, ages = [18, 60], sex = "female" }
variant = { exam = "stance", eyes = "open", surface = "firm", duration_s = 30, given = { tilt = 5 } }
typical = [{ ages = [18, 39], mean = 35.0, sd = 6.0 }, { low = 20, high = 60 }]
reliability = { retest = "between days", icc = [0.8], sem = 2.0, mdc95 = 5.5 }
"""


def read(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    book = load([read(tmp_path, WHOLE)])
    (figure,) = book.figures

    assert book.version == "mine 7"
    assert (figure.metric, figure.key, figure.sensors, figure.population.n) == ("SW-06", "velocity", (Sensor.PAD,), 40)
    assert figure.population.sex is Sex.FEMALE
    assert (figure.typical[0].mean, figure.typical[0].ages, figure.typical[1].high) == (35.0, (18.0, 39.0), 60.0)
    assert figure.reliability is not None
    assert figure.reliability.retest is Retest.BETWEEN_DAYS
    assert figure.variant.given == {"tilt": 5.0}


@pytest.mark.parametrize(("was", "now", "said"), [
    ("schema = 1", "schema = 2", "schema 2 is not known"),
    ('version = "7"', "", "'version' is missing"),
    ('version = "7"', "version = 7", "'version' is 7, and has to be text"),
    ('unit = "mm/s"', 'unit = "mm/s"\ncolour = "red"', "figure mine: 'colour' is not known here"),
    ('version = "7"', 'version = "7"\nextra = 1', "'extra' is not known here"),
    ('source = "Our clinic 2026"', "", "figure mine: 'source' is missing"),
    ('source = "Our clinic 2026"', 'source = " "', "'source' is ' ', and has to be text"),
    ('id = "mine"', "", "figure 1: 'id' is missing"),
    ('mark = "V"', 'mark = "X"', "'mark' is 'X', and has to be one of V, K, N"),
    ('mark = "V"', 'mark = "K"', "marked K and 'verified' at once"),
    ("verified = true", 'verified = "yes"', "'verified' is 'yes', and has to be true or false"),
    ('sensors = ["pad"]', "sensors = []", "'sensors' is empty"),
    ('sensors = ["pad"]', 'sensors = ["plate"]', "'sensors' is 'plate', and has to be one of pad, "),
    ('sensors = ["pad"]', 'sensors = "pad"', "has to be a list of texts"),
    ('assumed = ["sex"]', 'assumed = ["mean"]', "'assumed' names 'mean'"),
    ("n = 40, ", 'n = "many", ', "population: 'n' is 'many', and has to be a number"),
    ("n = 40, ", "n = 0, ", "'n' is 0, and has to be 1 to"),
    ("ages = [18, 60]", "ages = [60, 18]", "'ages' is [60.0, 18.0]"),
    ("ages = [18, 60]", "ages = [18]", "the first and the last year"),
    ("ages = [18, 60]", "ages = [18, 999]", "'ages' is 999, and has to be 0 to 120"),
    ("ages = [18, 60]", "ages = 18", "'ages' is 18, and has to be a list of numbers"),
    ('sex = "female"', 'sex = "f"', "'sex' is 'f', and has to be one of female, male"),
    ('eyes = "open", ', "", "variant: a stance needs 'eyes' and 'surface'"),
    ('eyes = "open"', 'eyes = "half"', "'eyes' is 'half'"),
    ("tilt = 5", 'tilt = "steep"', "given: 'tilt' is 'steep', and has to be a number"),
    ("mean = 35.0, sd = 6.0", "sd = 6.0", "typical: it needs 'mean', 'median', or 'low' and 'high'"),
    ("mean = 35.0, sd = 6.0", "median = 3, sd = 6.0", "'sd' stands without 'mean'"),
    ("sd = 6.0", "sd = -6.0", "'sd' is -6, and has to be 0 to"),
    ("mean = 35.0", "mean = nan", "'mean' is nan, and has to be a number"),
    ("mean = 35.0", "mean = true", "'mean' is True, and has to be a number"),
    ("low = 20, high = 60", "low = 80, high = 60", "'low' is 80, above 'high' 60"),
    ("icc = [0.8]", "icc = [1.8]", "'icc' is 1.8, and has to be -1 to 1"),
    ("mdc95 = 5.5", "mdc95 = 9.5", "'mdc95' is 9.5, and 'sem' 2 gives 5.54"),
    (", icc = [0.8], sem = 2.0, mdc95 = 5.5", "", "it has none of 'icc', 'sem', 'sem_percent', 'mdc95'"),
    ('retest = "between days"', 'retest = "sometimes"', "'retest' is 'sometimes'"),
    ("reliability = {", "reliability = 3 #", "'reliability' is 3, and has to be a table"),
    ("typical = [{ ages", "typical = 3 #", "'typical' is 3, and has to be a list of tables"),
    ("schema = 1", "schema 1", "is not TOML"),
])  # fmt: skip
def test_what_is_wrong_is_one_sentence_that_names_file_figure_and_value(tmp_path: Path, was: str, now: str, said: str) -> None:
    assert was in WHOLE
    with pytest.raises(NormsError) as told:
        load([read(tmp_path, WHOLE.replace(was, now, 1))])

    assert "mine.toml" in told.value.message
    assert said in told.value.message
    assert told.value.hint


def test_a_figure_that_says_nothing_is_refused(tmp_path: Path) -> None:
    silent = "\n".join(line for line in WHOLE.splitlines() if not line.startswith(("typical", "reliability")))

    with pytest.raises(NormsError, match="neither 'typical' nor 'reliability'"):
        load([read(tmp_path, silent)])


def test_the_same_figure_twice_is_refused_with_both_places(tmp_path: Path) -> None:
    with pytest.raises(NormsError, match=r"b.toml: the figure 'mine' is there twice, also in a.toml"):
        load([read(tmp_path, WHOLE, "a.toml"), read(tmp_path, WHOLE, "b.toml")])


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(NormsError, match="cannot be read"):
        load([tmp_path / "none.toml"])
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NormsError, match="is not TOML"):
        load([tmp_path / "bytes.toml"])


def test_what_is_shipped_can_be_read_and_no_figure_from_memory_is_verified() -> None:
    figures = shipped_book().figures

    assert len(figures) == len({figure.id for figure in figures}) > 60
    assert {path.stem for path in FOLDER.glob("*.toml")} == {word.split()[0] for word in shipped_book().version.split(", ")}
    assert all(figure.verified is (figure.mark is not Mark.KNOWLEDGE) for figure in figures)
    assert sum(figure.mark is Mark.KNOWLEDGE for figure in figures) > 10


def test_what_is_shipped_names_numbers_that_exist() -> None:
    known = {metric.key: metric for metric in metrics.METRICS}
    ids = {metric.id for metric in metrics.METRICS}
    here = [
        figure for figure in shipped_book().figures if figure.metric in ids and figure.variant.exam in {exam.key for exam in exams.EXAMS}
    ]

    assert here
    for figure in here:
        if figure.key and figure.verified:
            assert figure.key in known, figure.id
            assert (known[figure.key].id, known[figure.key].unit) == (figure.metric, figure.unit), figure.id


def test_the_mdcs_of_sway_are_those_of_the_specification() -> None:
    # metrics.md 2: 27.7 and 22.2 mm/s, non-dominant and dominant.
    by_id = {figure.id: figure for figure in shipped_book().figures}
    sides = [by_id[f"rugby-2018-velocity-{leg}"].reliability for leg in ("nd", "d")]

    assert [round(side.mdc_at(90.0) or 0.0, 1) for side in sides if side] == [27.7, 22.2]
