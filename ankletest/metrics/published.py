"""Published figures beside a number: whom they were measured on and how, and whether they fit; the figures are data (``norms``)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ankletest.metrics.change import mdc95_of
from ankletest.trial import Eyes, Surface

SINGLE = "single"
"""A trial of ours is one trial: a best or a mean of several is another variant."""
CLOSE = 1e-9
"""Conditions that agree so closely are the same; they are typed, not measured."""


class Sex(StrEnum):
    """Of a client, or of a population."""

    FEMALE = "female"
    MALE = "male"


class Mark(StrEnum):
    """How a figure is known (metrics.md): seen in its source, from memory, or derived here."""

    SEEN = "V"
    KNOWLEDGE = "K"
    DERIVED = "N"


class Sensor(StrEnum):
    """What a figure was measured with."""

    PAD = "pad"
    LUMBAR = "imu at lumbar"
    SHANK = "imu at shank"
    FOOT = "imu at foot"
    INCLINOMETER = "inclinometer"
    GONIOMETER = "goniometer"
    STOPWATCH = "stopwatch"
    DYNAMOMETER = "dynamometer"
    VIDEO = "video"
    TAPE = "tape"
    OBSERVER = "observer"


class Retest(StrEnum):
    """Between what a figure of reliability was found."""

    WITHIN_DAY = "within a day"
    BETWEEN_DAYS = "between days"
    BETWEEN_RATERS = "between raters"


@dataclass(frozen=True, slots=True)
class Person:
    """What a norm needs to know of a client: age in years and sex, None where it is not known."""

    age_years: float | None = None
    sex: Sex | None = None


NOBODY = Person()
Ages = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Typical:
    """What a population shows: mean ± SD, a median, or a range. ``ages`` and ``sex`` narrow those of the population."""

    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    low: float | None = None
    high: float | None = None
    ages: Ages | None = None
    sex: Sex | None = None


@dataclass(frozen=True, slots=True)
class Reliability:
    """How well it is measured again. ``sem`` is a standard or typical error in the metric's unit, ``sem_percent`` the same of the mean."""

    retest: Retest
    icc: tuple[float, ...] = ()
    sem: float | None = None
    sem_percent: float | None = None
    mdc95: float | None = None

    def mdc_at(self, value: float) -> float | None:
        """Return the 95 % minimal detectable change at a value: as printed, else ``1.96 √2 SEM`` (CH-02)."""
        if self.mdc95 is not None:
            return self.mdc95
        if self.sem is not None:
            return mdc95_of(self.sem)
        return mdc95_of(self.sem_percent / 100.0 * abs(value)) if self.sem_percent is not None else None


@dataclass(frozen=True, slots=True)
class Population:
    """Who was measured, and how many (None: not known). ``ages`` None: not known, and then nothing is shown. ``sex`` None: both."""

    who: str
    n: int | None = None
    ages: Ages | None = None
    sex: Sex | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """How the test was done; what is None or empty does not matter to the figure.

    ``trials`` is ``single``, or how several were made into one (``best of 3``). ``method`` names a way of measuring or computing that
    is not ours: a figure that has one is kept for the reader and never matches.
    """

    exam: str
    eyes: Eyes | None = None
    surface: Surface | None = None
    duration_s: float | None = None
    hops: int | None = None
    trials: str = SINGLE
    profiles: tuple[str, ...] = ()
    given: Mapping[str, float] = field(default_factory=dict[str, float], hash=False)
    method: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure, with everything that decides whom it may be shown to.

    ``key`` empty: every metric of that id in that unit. ``assumed`` names what its source did not say in what was read of it.
    """

    id: str
    metric: str
    key: str
    unit: str
    sensors: tuple[Sensor, ...]
    variant: Variant
    population: Population
    source: str
    mark: Mark
    verified: bool
    typical: tuple[Typical, ...] = ()
    reliability: Reliability | None = None
    note: str = ""
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A number of ours, as far as a published figure must fit it; ``given`` holds what was entered or assumed by the exam."""

    metric: str
    key: str
    unit: str
    profile: str
    sensors: frozenset[Sensor]
    exam: str
    eyes: Eyes
    surface: Surface
    duration_s: float
    hops: int
    given: Mapping[str, float] = field(default_factory=dict[str, float], hash=False)


@dataclass(frozen=True, slots=True)
class Fit:
    """A figure that fits, with the row of it that fits the person (None: it has figures of reliability only)."""

    figure: Figure
    typical: Typical | None


@dataclass(frozen=True, slots=True)
class Match:
    """Figures that fit a number and a person, and why there are none, as a clause."""

    fits: tuple[Fit, ...]
    why: str = ""

    @property
    def norms(self) -> tuple[tuple[Figure, Typical], ...]:
        """What people like this one show."""
        return tuple((fit.figure, fit.typical) for fit in self.fits if fit.typical is not None)

    def mdc95(self, value: float, *, retest: Retest | None = None) -> float | None:
        """Return the largest minimal detectable change of those that fit: dominance and the like are not known of our trials.

        With ``retest`` there must be one found that way.
        """
        known = [fit.figure.reliability for fit in self.fits if fit.figure.reliability is not None]
        if retest is not None and not any(r.retest is retest and r.mdc_at(value) is not None for r in known):
            return None
        return max((mdc for r in known if (mdc := r.mdc_at(value)) is not None), default=None)


NONE_PUBLISHED = "no figure is published for it"


def match(figures: tuple[Figure, ...], asked: Asked, person: Person) -> Match:
    """Return the figures that fit: verified, and equal in exam variant, profile, sensor, unit, and band of age and sex.

    Parameters
    ----------
    figures
        Published ones.
    asked
        The number.
    person
        The client; where age or sex is not known, only figures that do not depend on it fit.
    """
    fits: list[Fit] = []
    nearest, why = -1, NONE_PUBLISHED
    for figure in figures:
        if figure.metric != asked.metric or (figure.key and figure.key != asked.key):
            continue
        passed, against = _judged(figure, asked, person)
        if not against:
            fits.append(Fit(figure, _row(figure, person)))
        elif passed > nearest:
            nearest, why = passed, against
    return Match(tuple(fits), "" if fits else why)


def _judged(figure: Figure, asked: Asked, person: Person) -> tuple[int, str]:
    """Return how many checks a figure passes, and the first one it fails, as a clause; empty where it fits."""
    checks = (
        "" if figure.verified else "its published figures were not checked against their source",
        _unlike(figure.variant, asked),
        "" if asked.sensors & set(figure.sensors) else f"published for measurements by {', '.join(figure.sensors)}",
        "" if figure.unit == asked.unit else f"published in {figure.unit or 'a number without unit'}",
        "" if figure.population.ages is not None or _own_ages(figure) else "the ages of the people it was measured on are not known",
        _stranger(figure, person),
    )
    return next(((passed, against) for passed, against in enumerate(checks) if against), (len(checks), ""))


def _unlike(variant: Variant, asked: Asked) -> str:
    """Return what of the variant differs, as a clause."""
    wanted: list[tuple[str, str, bool]] = [("exam", variant.exam, variant.exam == asked.exam)]
    if variant.eyes is not None:
        wanted.append(("eyes", variant.eyes.value, variant.eyes is asked.eyes))
    if variant.surface is not None:
        wanted.append(("surface", variant.surface.value, variant.surface is asked.surface))
    if variant.duration_s is not None:
        wanted.append(("hold", f"{variant.duration_s:g} s", abs(variant.duration_s - asked.duration_s) <= CLOSE))
    if variant.hops is not None:
        wanted.append(("hops", str(variant.hops), variant.hops == asked.hops))
    for key, value in variant.given.items():
        wanted.append((key.replace("_", " "), f"{value:g}", abs(value - asked.given.get(key, math.nan)) <= CLOSE))
    for name, theirs, fits in wanted:
        if not fits:
            return f"published for another variant ({name}: {theirs})"
    if variant.profiles and asked.profile not in variant.profiles:
        return f"published for the profile {', '.join(variant.profiles)}"
    if variant.trials != SINGLE:
        return f"published for the {variant.trials} trials"
    return f"published by another method ({variant.method})" if variant.method else ""


def _stranger(figure: Figure, person: Person) -> str:
    """Return why a figure does not fit a person, as a clause."""
    ages, sex = figure.population.ages, figure.population.sex
    if (figure.typical and _row(figure, person) is not None) or (figure.reliability is not None and _fits(ages, sex, person)):
        return ""
    rows = figure.typical or (Typical(),)
    if person.age_years is None or (person.sex is None and any(row.sex or sex for row in rows)):
        return "published by age and sex: enter year of birth and sex"
    return f"published for other people ({figure.population.who})"


def _row(figure: Figure, person: Person) -> Typical | None:
    """Return the row of a figure that fits a person."""
    ages, sex = figure.population.ages, figure.population.sex
    return next((row for row in figure.typical if _fits(row.ages or ages, row.sex or sex, person)), None)


def _own_ages(figure: Figure) -> bool:
    return any(row.ages is not None for row in figure.typical)


def _fits(ages: Ages | None, sex: Sex | None, person: Person) -> bool:
    """Tell whether a person is in a band; ages are whole years, both ends in it."""
    if ages is None or person.age_years is None or (sex is not None and sex is not person.sex):
        return False
    return ages[0] <= math.floor(person.age_years) <= ages[1]
