"""The gate before a run: what is seen of devices now, and what the last check found, on top of each exam's own rule."""

import math
from dataclasses import replace

import pytest

from ankletest import exams
from ankletest.checks.base import Aspect, CheckReport, Finding, Judgement, Level
from ankletest.checks.gate import Seen, gate
from ankletest.exams.base import Fitness, Member
from ankletest.samples import Kind, Side, Site
from ankletest.trial import Setup

PAD = Member("pad", Kind.PAD, Site.PAD, None, 1000.0)
FOOT = Member("foot-left", Kind.IMU, Site.FOOT, Side.LEFT, 200.0, acc_range_g=16.0, gyro_range_dps=2000.0)
HOPS, STANCE = exams.by_key("hops"), exams.by_key("stance")
LEFT = Setup("hops", Side.LEFT)


def report(device: str, level: Level, aspect: Aspect = Aspect.SIDE) -> CheckReport:
    return CheckReport(1.0, 2.0, "", (Judgement(device, f"the {device}", (Finding(aspect, level, "it is odd", "Look at it."),)),))


@pytest.mark.parametrize(
    ("seen", "fitness", "words"),
    [
        (Seen(199.0), Fitness.GOOD, ""),
        (Seen(), Fitness.GOOD, ""),  # nothing is known yet
        (Seen(199.0, 1.5), Fitness.LIMITED, "1.5 % of the samples of the left foot sensor are lost, at most 1 %"),
        (Seen(190.0, 6.0), Fitness.REFUSED, "6.0 % of the samples of the left foot sensor are lost: move it closer"),
        (Seen(70.0), Fitness.REFUSED, "the left foot sensor runs at 70 Hz, 100 Hz needed"),
        (Seen(98.5), Fitness.GOOD, ""),  # within the 2 % of E-RATE
        (Seen(96.0, 4.0), Fitness.LIMITED, "4.0 %"),  # 100 Hz of which some are lost is no slow device
        (Seen(199.0, 0.0, "no data"), Fitness.REFUSED, "the left foot sensor is lost (no data)"),
    ],
)
def test_what_is_seen_now_refuses_or_is_marked(seen: Seen, fitness: Fitness, words: str) -> None:
    verdict = gate(HOPS, LEFT, [FOOT], {"foot-left": seen}, None)

    assert verdict.fitness is fitness
    assert words in " ".join(verdict.reasons)


def test_each_exam_has_its_own_measure_of_loss() -> None:
    lossy = {"foot-left": Seen(199.0, 1.5)}

    assert gate(HOPS, LEFT, [FOOT], lossy, None).fitness is Fitness.LIMITED
    assert "lost" not in " ".join(gate(STANCE, Setup("stance", Side.LEFT), [FOOT], lossy, None).reasons)


def test_a_device_that_does_not_drive_the_exam_only_marks_it() -> None:
    verdict = gate(HOPS, LEFT, [PAD, FOOT], {"pad": Seen(999.0), "foot-left": Seen(199.0, 0.0, "no data")}, None)

    assert verdict.fitness is Fitness.LIMITED
    assert verdict.reasons == ("the left foot sensor is lost (no data)",)


def test_what_the_check_found_bad_refuses_and_says_what_to_do() -> None:
    verdict = gate(HOPS, LEFT, [FOOT], {}, report("foot-left", Level.BAD))

    assert verdict.fitness is Fitness.REFUSED
    assert verdict.reasons == ("check of the foot-left: it is odd. Look at it.",)
    assert gate(HOPS, LEFT, [PAD, FOOT], {}, report("foot-left", Level.BAD)).fitness is Fitness.LIMITED


@pytest.mark.parametrize(
    ("level", "aspect", "fitness"),
    [
        (Level.WARN, Aspect.ZERO, Fitness.LIMITED),
        (Level.WARN, Aspect.BATTERY, Fitness.GOOD),  # no number is wrong for it
        (Level.WARN, Aspect.LOSS, Fitness.GOOD),  # seen as it is now
        (Level.NOT_DONE, Aspect.SIDE, Fitness.GOOD),  # told in the results, stands in nobody's way
    ],
)
def test_doubts_of_the_check_are_marked_where_they_still_hold(level: Level, aspect: Aspect, fitness: Fitness) -> None:
    assert gate(HOPS, LEFT, [FOOT], {}, report("foot-left", level, aspect)).fitness is fitness


def test_the_exams_own_rule_comes_first() -> None:
    slow = replace(FOOT, nominal_hz=60.0)
    verdict = gate(HOPS, LEFT, [slow], {"foot-left": Seen(60.0, 50.0)}, report("foot-left", Level.BAD))

    assert verdict == HOPS.fit([slow], LEFT)
    assert gate(HOPS, LEFT, [], {}, None).fitness is Fitness.REFUSED


def test_an_unknown_rate_is_not_held_against_a_device() -> None:
    assert gate(HOPS, LEFT, [FOOT], {"foot-left": Seen(math.nan, 0.0)}, None).fitness is Fitness.GOOD
