"""Change over months: against the first and the last visit of the same leg and conditions, real only beyond the MDC between days."""

import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from ankletest import metrics
from ankletest.exams.figures import asked_of, figures_for, sensors_of
from ankletest.exams.history import Change, Earlier, change_json, changes, earlier_of
from ankletest.exams.pairs import compare_sides
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.change import Meaning
from ankletest.metrics.published import Person, Sensor, Sex
from ankletest.metrics.published_file import load
from ankletest.samples import COLUMNS, Kind, Side, Site
from ankletest.trial import Eyes, Outcome, Setup, Stream, Trial

HIM = Person(25.0, Sex.MALE)
VELOCITY, PATH, FREQUENCY = (metrics.by_key(key) for key in ("velocity", "path", "mean_frequency"))
JANUARY, MARCH, JUNE = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3, 6))


def stream(kind: Kind, site: Site) -> Stream:
    t_s = np.arange(0.0, 1.0, 0.01)
    none = np.zeros(len(t_s), dtype=np.bool_)
    return Stream(f"{site}", site, None, kind, t_s, np.zeros((len(t_s), len(COLUMNS[kind]))), none, none, 100.0)


PAD = stream(Kind.PAD, Site.PAD)


def stance(velocity: float | None, *, seconds: float = 20.0, outcome: Outcome = Outcome.COMPLETED, **asked: object) -> Trial:
    setup = replace(Setup("stance", Side.LEFT, duration_s=20.0, eyes=Eyes.CLOSED), **asked)
    return Trial(setup, outcome, (), (0.0, 30.0), (3.0, 3.0 + seconds), streams=(PAD,), families=("stance",))


def values(trial: Trial, velocity: float | None, u: float | None = 0.5) -> list[MetricValue]:
    def of(metric: metrics.Metric, value: float | None) -> MetricValue:
        return MetricValue(metric, value, Status.OK if value is not None else Status.INVALID, (), u, trial.window_s, "P-COP")

    return [of(VELOCITY, velocity), of(PATH, None if velocity is None else velocity * 20.0), of(FREQUENCY, 0.5)]


def visit(when: datetime, velocity: float | None, *, version: int = 1, **asked: object) -> Earlier:
    trial = stance(velocity, **asked)
    earlier = earlier_of(trial, values(trial, velocity), when=when)
    return replace(earlier, numbers={key: replace(before, version=version) for key, before in earlier.numbers.items()})


def told(velocity: float | None, *earlier: Earlier, person: Person = HIM, **asked: object) -> list[Change]:
    trial = stance(velocity, **asked)
    return [change for change in changes(trial, values(trial, velocity), earlier, person=person) if change.key == "velocity"]


def test_a_change_is_told_since_the_first_and_since_the_last_visit() -> None:
    first, last = told(60.0, visit(JANUARY, 100.0), visit(MARCH, 75.0))

    assert (first.since.when, first.difference, first.better, first.finding.meaning) == (JANUARY, -40.0, True, Meaning.REAL)
    assert (last.since.when, last.difference, last.better, last.finding.meaning) == (MARCH, -15.0, True, Meaning.WITHIN)
    assert first.finding.bound == pytest.approx(27.7, abs=0.05)  # printed with one decimal in metrics.md 2


def test_one_earlier_visit_is_told_once() -> None:
    (change,) = told(60.0, visit(JANUARY, 55.0))

    assert change.better is False
    assert change.finding.meaning is Meaning.WITHIN


@pytest.mark.parametrize("other", [
    {"side": Side.RIGHT}, {"eyes": Eyes.OPEN}, {"duration_s": 10.0}, {"given": {"tilt": 3.0}}, {"outcome": Outcome.INVALID}, {"version": 2},
])  # fmt: skip
def test_what_was_measured_otherwise_is_passed_over(other: dict[str, object]) -> None:
    assert told(60.0, visit(MARCH, 90.0, **other)) == []


def test_of_both_legs_at_once_the_side_does_not_matter() -> None:
    both = {"given": {"legs": 2.0}}

    assert told(60.0, visit(MARCH, 90.0, side=Side.RIGHT, **both), **both)


def test_numbers_that_are_missing_are_passed_over() -> None:
    assert told(None, visit(JANUARY, 50.0)) == []
    (change,) = told(60.0, visit(JANUARY, 50.0), visit(MARCH, None))
    assert change.since.when == JANUARY


def test_sway_that_grows_with_time_is_not_held_against_a_shorter_hold() -> None:
    trial = stance(60.0, seconds=12.0)
    found = changes(trial, values(trial, 60.0), [visit(JANUARY, 50.0)])

    assert [change.key for change in found] == ["velocity", "mean_frequency"]
    assert found[1].better is None


def test_without_age_and_sex_no_change_is_called_real() -> None:
    (change,) = told(10.0, visit(JANUARY, 100.0), person=Person())

    assert change.finding.meaning is Meaning.UNKNOWN
    assert "enter year of birth and sex" in change.finding.why


def test_an_mdc_within_a_day_does_not_fit_months(tmp_path: Path) -> None:
    path = tmp_path / "day.toml"
    path.write_text(
        'schema = 1\nversion = "1"\n[[figure]]\nid = "a"\nmetric = "SW-06"\nkey = "velocity"\nunit = "mm/s"\nsensors = ["pad"]\n'
        'source = "s"\n'
        'mark = "V"\nverified = true\npopulation = { who = "p", ages = [18, 60] }\n'
        'variant = { exam = "stance", eyes = "closed", surface = "firm" }\nreliability = { retest = "within a day", sem = 1.0 }\n',
        encoding="utf-8",
    )
    trial = stance(60.0)
    change = changes(trial, values(trial, 60.0, None), [visit(JANUARY, 100.0)], person=HIM, book=load([path]))[0]

    assert change.finding.meaning is Meaning.UNKNOWN
    assert change.finding.why == "no MDC between days is published for it"


def test_the_json_of_a_change_says_since_when_and_what_it_means() -> None:
    trial = stance(60.0)
    (change,) = told(60.0, visit(JANUARY, 100.0))
    record = change_json(change, trial)

    assert (record["since"], record["difference"], record["better"]) == ("2026-01-01T00:00:00+00:00", -40.0, True)
    assert record["SY-06"] == {"verdict": "real", "bound": pytest.approx(27.7, abs=0.05), "why": "held against the MDC"}


def test_left_against_right_takes_the_mdc_that_fits_the_client() -> None:
    def side_of(side: Side, velocity: float) -> tuple[Trial, list[MetricValue]]:
        trial = stance(velocity, side=side)
        return trial, values(trial, velocity)

    done = [side_of(Side.LEFT, 80.0), side_of(Side.RIGHT, 120.0)]
    (his,) = compare_sides(done, person=HIM).pairs
    (hers,) = compare_sides(done, person=Person(25.0, Sex.FEMALE)).pairs

    assert his.finding.meaning is Meaning.REAL
    assert his.sources == ("J Sports Sci Med 17:174 (2018), table 4", "J Sports Sci Med 17:174 (2018), table 2")
    assert hers.finding.meaning is Meaning.UNKNOWN
    assert "professional rugby union players" in hers.finding.why


@pytest.mark.parametrize(("profile", "sensors"), [
    ("P-COP", {Sensor.PAD}), ("P-ACC", {Sensor.LUMBAR}), ("P-ANG", {Sensor.LUMBAR, Sensor.FOOT}),
    ("P-OTHER", {Sensor.PAD, Sensor.LUMBAR, Sensor.FOOT}),
])  # fmt: skip
def test_a_number_is_of_the_sensors_that_its_profile_is_for(profile: str, sensors: set[Sensor]) -> None:
    trial = replace(stance(60.0), streams=(PAD, stream(Kind.IMU, Site.FOOT), stream(Kind.IMU, Site.LUMBAR)))

    assert sensors_of(trial, profile) == sensors


def test_what_the_exam_assumes_counts_as_given() -> None:
    trial = stance(60.0, given={"tilt": 3.0})
    jump = replace(trial, setup=Setup("jump", Side.LEFT))

    assert asked_of(jump, values(jump, 60.0)[0]).given["legs"] == 1.0
    assert asked_of(trial, values(trial, 60.0)[0]).given["tilt"] == 3.0


def test_a_norm_from_memory_is_shown_to_nobody() -> None:
    # The specification marks the sway of young adults with open eyes as not re-read.
    trial = stance(40.0, eyes=Eyes.OPEN, duration_s=30.0)
    fitting = figures_for(trial, values(trial, 40.0)[0], Person(25.0, Sex.FEMALE))

    assert fitting.norms == ()
    assert math.isnan(fitting.mdc95(40.0) or math.nan)
