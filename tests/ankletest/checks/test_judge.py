"""One device under check from made blocks: rate by its own clock, losses, steps, batteries; equal for any chunking."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from ankletest.checks.base import Aspect, Finding, Level
from ankletest.checks.judge import Judge, Told
from ankletest.checks.steps import Step, Subject
from ankletest.exams.base import Member
from ankletest.samples import Block, G, Kind, Side, Site

FOOT = Subject(Member("foot-left", Kind.IMU, Site.FOOT, Side.LEFT, 100.0), "the left foot sensor", tick_s=0.01)
RNG = np.random.default_rng(1)
N = 600
VALUES = np.column_stack([0.01 * RNG.standard_normal((N, 2)), G + 0.01 * RNG.standard_normal(N), 1e-3 * RNG.standard_normal((N, 3))])


def block(first: int, last: int, *, lost: int = 0, late: float = 0.0, tick: int = 0) -> Block:
    """Return rows of a sensor at 100 Hz; ``late`` stretches our clock but not its own."""
    rows = np.arange(first, last)
    t_s = rows * 0.01 * (1.0 + late)
    return Block("foot-left", Kind.IMU, t_s, VALUES[first:last], np.zeros(len(rows), np.bool_), rows.astype(np.int64) + tick, lost)


def findings(judge: Judge, told: Told = Told()) -> dict[Aspect, Finding]:  # noqa: B008  a frozen value
    return {finding.aspect: finding for finding in judge.findings(told)}


def begun(subject: Subject = FOOT) -> Judge:
    judge = Judge(subject)
    judge.begin(Step.REST, 0.0)
    return judge


def test_any_chunking_gives_the_same_findings_to_the_bit() -> None:
    whole, pieces = begun(), begun()
    whole.feed(block(0, N))
    cuts = [0, 1, 2, 9, 140, 141, 400, N]
    for first, last in pairwise(cuts):
        pieces.feed(block(first, last))

    assert whole.findings(Told(50)) == pieces.findings(Told(50))
    assert whole.still(Step.REST, 3.0)
    assert pieces.still(Step.REST, 3.0)


def test_the_rate_is_that_of_the_devices_own_clock() -> None:
    judge = begun()
    judge.feed(block(0, N, late=0.03))  # our clock is still being found

    assert findings(judge)[Aspect.RATE].value == pytest.approx(100.0, rel=1e-9)
    assert findings(judge)[Aspect.RATE].level is Level.GOOD


def test_a_device_without_a_clock_is_measured_by_ours_and_one_that_began_anew_too() -> None:
    blind = begun(replace(FOOT, tick_s=math.nan))
    blind.feed(block(0, N, late=0.03))
    assert findings(blind)[Aspect.RATE].level is Level.WARN
    anew = begun()
    anew.feed(block(0, 300))
    anew.feed(block(300, N, tick=1_000_000))

    assert findings(anew)[Aspect.RATE].value == pytest.approx(100.0, rel=1e-6)


def test_one_that_sends_when_it_likes_is_not_held_to_a_rate() -> None:
    judge = begun(replace(FOOT, steady=False, tick_s=math.nan))
    judge.feed(block(0, N, late=0.4))

    assert findings(judge)[Aspect.RATE].level is Level.NOT_TOLD


def test_losses_are_counted_from_the_second_block_on_and_are_no_slow_rate() -> None:
    judge = begun()
    judge.feed(block(0, 200, lost=50))  # lost before the check began
    judge.feed(block(206, N, lost=6))
    told = findings(judge)

    assert told[Aspect.LOSS].value == pytest.approx(100.0 * 6 / N)
    assert told[Aspect.LOSS].level is Level.WARN
    assert told[Aspect.RATE].level is Level.GOOD
    assert "70 ms in a row" in told[Aspect.LOSS].words


def test_a_pause_without_a_known_loss_is_told_too() -> None:
    judge = begun(replace(FOOT, tick_s=math.nan))
    judge.feed(block(0, 300))
    late = block(300, N)
    judge.feed(replace(late, t_s=late.t_s + 0.05 + 0.1))

    assert "nothing came for 160 ms" in findings(judge)[Aspect.LOSS].words


def test_samples_of_before_a_step_belong_to_none_but_are_in_the_ledger() -> None:
    judge = begun()
    judge.feed(block(0, 100))
    judge.begin(Step.LEFT, 1.2)
    judge.feed(block(100, 200))

    assert judge.seconds(Step.REST) == pytest.approx(0.99)
    assert judge.seconds(Step.LEFT) == pytest.approx(0.79)
    assert findings(judge)[Aspect.RATE].value == pytest.approx(100.0)


def test_before_the_first_step_nothing_counts() -> None:
    judge = Judge(FOOT)
    judge.feed(block(0, N))

    assert not judge.heard
    assert [f.words for f in judge.findings(Told())] == ["nothing came from it"]


@pytest.mark.parametrize(
    ("percent", "level", "words"),
    [(None, Level.NOT_TOLD, "does not tell"), (20, Level.GOOD, "20 %"), (19, Level.WARN, "the visit"), (4, Level.WARN, "the test")],
)
def test_a_battery_is_never_bad_and_what_is_not_told_is_not_passed(percent: int | None, level: Level, words: str) -> None:
    judge = begun()
    judge.feed(block(0, N))
    finding = findings(judge, Told(percent))[Aspect.BATTERY]

    assert finding.level is level
    assert words in finding.words
