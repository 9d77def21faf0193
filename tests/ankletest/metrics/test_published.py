"""Published figures are shown to whom they fit, and to nobody else."""

from dataclasses import replace

import pytest

from ankletest.metrics.change import mdc95_of
from ankletest.metrics.published import (
    NOBODY,
    NONE_PUBLISHED,
    Asked,
    Figure,
    Mark,
    Match,
    Person,
    Population,
    Reliability,
    Retest,
    Sensor,
    Sex,
    Typical,
    Variant,
    match,
)
from ankletest.trial import Eyes, Surface

HER, HIM = Person(30.0, Sex.FEMALE), Person(30.0, Sex.MALE)
ASKED = Asked("SW-06", "velocity", "mm/s", "P-COP", frozenset({Sensor.PAD}), "stance", Eyes.CLOSED, Surface.FIRM, 20.0, 10, {"tilt": 0.0})
FIGURE = Figure(
    "one", "SW-06", "velocity", "mm/s", (Sensor.PAD,),
    Variant("stance", eyes=Eyes.CLOSED, surface=Surface.FIRM, duration_s=20.0, profiles=("P-COP",)),
    Population("players", 24, (18, 40), Sex.MALE), "a paper", Mark.SEEN, verified=True, typical=(Typical(mean=86.0, sd=20.0),),
    reliability=Reliability(Retest.BETWEEN_DAYS, (0.67,), sem=10.0),
)  # fmt: skip


def found(figure: Figure = FIGURE, asked: Asked = ASKED, person: Person = HIM) -> Match:
    return match((figure,), asked, person)


def variant(**changed: object) -> Figure:
    return replace(FIGURE, variant=replace(FIGURE.variant, **changed))


def test_a_figure_that_fits_is_found_with_its_row_and_its_mdc() -> None:
    fitting = found()

    assert fitting.norms == ((FIGURE, FIGURE.typical[0]),)
    assert fitting.mdc95(86.0) == pytest.approx(27.7, abs=0.05)  # printed with one decimal in metrics.md 2
    assert fitting.why == ""


@pytest.mark.parametrize(("figure", "why"), [
    (replace(FIGURE, verified=False), "not checked against their source"),
    (variant(exam="hops"), "another variant (exam: hops)"),
    (variant(eyes=Eyes.OPEN), "another variant (eyes: open)"),
    (variant(surface=Surface.FOAM), "another variant (surface: foam)"),
    (variant(duration_s=30.0), "another variant (hold: 30 s)"),
    (variant(hops=5), "another variant (hops: 5)"),
    (variant(given={"tilt": 10.0}), "another variant (tilt: 10)"),
    (variant(given={"never_entered": 1.0}), "another variant (never entered: 1)"),
    (variant(profiles=("P-COP-Q21",)), "the profile P-COP-Q21"),
    (variant(trials="best of 3"), "the best of 3 trials"),
    (variant(method="by eye"), "another method (by eye)"),
    (replace(FIGURE, sensors=(Sensor.STOPWATCH, Sensor.OBSERVER)), "published for measurements by stopwatch, observer"),
    (replace(FIGURE, unit="m/s"), "published in m/s"),
    (replace(FIGURE, population=Population("players", 24)), "ages of the people"),
    (replace(FIGURE, population=Population("players", 24, (18, 29), Sex.MALE)), "other people (players)"),
    (replace(FIGURE, key="velocity_ap"), NONE_PUBLISHED),
    (replace(FIGURE, metric="SW-05", key=""), NONE_PUBLISHED),
])  # fmt: skip
def test_a_figure_that_differs_in_anything_is_not_shown_and_it_is_said_why(figure: Figure, why: str) -> None:
    fitting = found(figure)

    assert fitting.fits == ()
    assert fitting.mdc95(86.0) is None
    assert why in fitting.why


@pytest.mark.parametrize(("person", "why"), [
    (NOBODY, "enter year of birth and sex"), (Person(30.0), "enter year of birth and sex"), (Person(None, Sex.MALE), "enter year of birth"),
    (HER, "other people"), (Person(17.9, Sex.MALE), "other people"), (Person(41.0, Sex.MALE), "other people"),
])  # fmt: skip
def test_age_and_sex_have_to_fit(person: Person, why: str) -> None:
    assert why in found(person=person).why


@pytest.mark.parametrize("age", [18.0, 40.0, 40.9])
def test_both_ends_of_a_band_of_whole_years_are_in_it(age: float) -> None:
    assert found(person=Person(age, Sex.MALE)).fits


def test_a_figure_of_both_sexes_needs_the_age_only() -> None:
    both = replace(FIGURE, population=Population("people", 24, (18, 40)))

    assert found(both, person=Person(30.0)).fits
    assert found(both, person=HER).fits


def test_rows_narrow_the_band_of_the_population() -> None:
    rows = (Typical(median=37.0, ages=(20, 29), sex=Sex.MALE), Typical(median=27.0, ages=(30, 39), sex=Sex.FEMALE))
    banded = replace(FIGURE, population=Population("adults", 566), typical=rows, reliability=None)

    assert found(banded, person=HER).norms == ((banded, rows[1]),)
    assert "other people" in found(banded, person=HIM).why
    assert found(banded, person=Person(25.0, Sex.MALE)).norms == ((banded, rows[0]),)


def test_reliability_may_fit_where_no_row_does() -> None:
    banded = replace(FIGURE, typical=(Typical(median=37.0, ages=(60, 69)),))

    assert found(banded).norms == ()
    assert found(banded).mdc95(1.0) == pytest.approx(mdc95_of(10.0))


def test_an_empty_key_fits_every_number_of_the_id_in_its_unit() -> None:
    assert found(replace(FIGURE, key="")).fits
    assert not found(replace(FIGURE, key="", unit="mm")).fits


def test_the_reason_is_that_of_the_figure_that_came_nearest() -> None:
    far, near = variant(exam="hops"), replace(FIGURE, id="two", population=Population("women", 12, (18, 40), Sex.FEMALE))

    assert "women" in match((far, near), ASKED, HIM).why
    assert "women" in match((near, far), ASKED, HIM).why


def test_of_several_mdcs_the_largest_holds_for_dominance_is_not_known() -> None:
    other = replace(FIGURE, id="two", reliability=Reliability(Retest.WITHIN_DAY, sem=12.0))
    both = match((FIGURE, other), ASKED, HIM)

    assert both.mdc95(86.0) == pytest.approx(mdc95_of(12.0))
    assert both.mdc95(86.0, retest=Retest.BETWEEN_DAYS) == pytest.approx(mdc95_of(12.0))
    assert match((other,), ASKED, HIM).mdc95(86.0, retest=Retest.BETWEEN_DAYS) is None


@pytest.mark.parametrize(("reliability", "mdc"), [
    (Reliability(Retest.BETWEEN_DAYS, sem=1.4, mdc95=3.8), 3.8), (Reliability(Retest.BETWEEN_DAYS, sem=2.0), 5.543717),
    (Reliability(Retest.BETWEEN_DAYS, sem_percent=10.0), 55.43717), (Reliability(Retest.BETWEEN_DAYS, (0.9,)), None),
])  # fmt: skip
def test_an_mdc_is_the_printed_one_else_it_follows_from_the_error(reliability: Reliability, mdc: float | None) -> None:
    assert reliability.mdc_at(-200.0) == (pytest.approx(mdc, abs=1e-5) if mdc is not None else None)
