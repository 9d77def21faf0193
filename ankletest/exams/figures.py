"""What a published figure must fit beside a number of a trial: exam, conditions, sensor; the figures are in ``metrics.published``."""

import math

from ankletest import exams
from ankletest.metrics.base import MetricValue
from ankletest.metrics.profiles import SITES
from ankletest.metrics.published import Asked, Figure, Match, Person, Sensor, Typical, match
from ankletest.metrics.published_file import Book, shipped_book
from ankletest.samples import Kind, Site
from ankletest.trial import Setup, Trial

ON_PAD = frozenset({"P-COP", "P-COP-Q21", "P-RAW", "P-FJUMP", "P-FRATE", "P-FISO"})
ON_IMU = frozenset({"P-ACC", "P-ACC-ISWAY", "P-IMUEV", "P-ANG"})
"""Profiles by the kind of samples that they are for (metrics.md 0.1)."""
LEVELLED = "P-ACC"
"""Sway is told of one sensor only: the first of ``SITES``."""
OF_SITE = {Site.LUMBAR: Sensor.LUMBAR, Site.SHANK: Sensor.SHANK, Site.FOOT: Sensor.FOOT}


def figures_for(trial: Trial, value: MetricValue, person: Person, *, book: Book | None = None) -> Match:
    """Return the published figures that fit a number of a trial and a client, or why there are none."""
    return match((book or shipped_book()).figures, asked_of(trial, value), person)


def norm_told(typical: Typical, decimals: int, factor: float = 1.0) -> str:
    """Write what a population shows: ``86.0 ± 20.0``, ``median 32``, ``12 to 20``; ``factor`` turns the metric's unit into one to read."""

    def number(value: float) -> str:
        return f"{value * factor:.{decimals}f}"

    if typical.mean is not None:
        return f"{number(typical.mean)} ± {number(typical.sd)}" if typical.sd is not None else number(typical.mean)
    if typical.median is not None:
        return f"median {number(typical.median)}"
    return f"{number(typical.low)} to {number(typical.high)}" if typical.low is not None and typical.high is not None else ""


def source_told(figure: Figure) -> str:
    """Write whom a figure is of and where it is from, with what was assumed about it."""
    people = f"{figure.population.n} {figure.population.who}" if figure.population.n is not None else figure.population.who
    note = f"; {figure.note}" if figure.note else ""
    assumed = f"; not said there: {', '.join(figure.assumed)}" if figure.assumed else ""
    return f"{people}, {figure.source}{note}{assumed}"


def norms_json(fitting: Match, value: float | None) -> dict[str, object]:
    """Return the figures that fit as JSON values, with the distance from the mean in standard deviations, or why there are none."""
    return {"figures": [_norm_json(figure, typical, value) for figure, typical in fitting.norms], "why": fitting.why}


def _norm_json(figure: Figure, typical: Typical, value: float | None) -> dict[str, object]:
    z = (value - typical.mean) / typical.sd if value is not None and typical.mean is not None and typical.sd else None
    return {
        "id": figure.id, "mean": typical.mean, "sd": typical.sd, "median": typical.median, "low": typical.low, "high": typical.high,
        "z": z, "population": figure.population.who, "n": figure.population.n, "source": figure.source, "mark": figure.mark.value,
        "note": figure.note, "assumed": list(figure.assumed),
    }  # fmt: skip


def asked_of(trial: Trial, value: MetricValue) -> Asked:
    """Return what a published figure must fit."""
    setup = trial.setup
    return Asked(
        metric=value.metric.id,
        key=value.metric.key,
        unit=value.metric.unit,
        profile=value.profile,
        sensors=sensors_of(trial, value.profile),
        exam=setup.exam,
        eyes=setup.eyes,
        surface=setup.surface,
        duration_s=setup.duration_s,
        hops=setup.hops,
        given=_given(setup),
    )


def sensors_of(trial: Trial, profile: str) -> frozenset[Sensor]:
    """Return what a number may have been measured with: by its profile, else every device of the trial."""
    devices = trial.devices
    pads = {Sensor.PAD for device in devices if device.kind is Kind.PAD}
    sites = [site for site in SITES if any(device.kind is Kind.IMU and device.site is site for device in devices)]
    worn = {OF_SITE[site] for site in (sites[:1] if profile == LEVELLED else sites)}
    if profile in ON_PAD:
        # Of a trial that was stored before its devices were, its profile still tells: these are of a pad, whatever else was there.
        return frozenset(pads if devices else {Sensor.PAD})
    return frozenset(worn if profile in ON_IMU else pads | worn)


def _given(setup: Setup) -> dict[str, float]:
    """Return what was entered, and what the exam assumes where nothing was."""
    exam = next((exam for exam in exams.EXAMS if exam.key == setup.exam), None)
    known = {ask.key: exam.given(setup, ask.key) for ask in exam.asks} if exam is not None else {}
    assumed = {key: value for key, value in known.items() if math.isfinite(value)}
    return {**assumed, **setup.given}
