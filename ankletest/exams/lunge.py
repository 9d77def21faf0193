"""Weight-bearing lunge: how far the shin inclines over a foot that stays flat, best and mean of three (metrics.md 10 LU)."""

from ankletest.exams.base import Ask
from ankletest.exams.bending import Kind, exam_of
from ankletest.metrics.lunge import LUNGE, shin_bends
from ankletest.samples import Site

KIND = Kind(
    key="lunge",
    title="Weight-bearing lunge",
    go="lunge",
    noun="lunges",
    ready="Stand with your {leg} in front and your hands on the wall.",
    still="Shin upright. Stand still.",
    instruction="Knee to the wall, heel down. Hold for two seconds, and back.",
    site=Site.SHANK,
    needs="a lunge needs a motion sensor on the shin",
    wanted=3,
    better=(Site.FOOT, "without a motion sensor on the foot nobody knows whether the heel stayed down"),
    find=shin_bends,
)
EXAM = exam_of(
    KIND,
    asks=(
        Ask("tibia_deg", "shin in stance, forward of upright", "°", -15.0, 25.0, decimals=1, condition=False),
        Ask("knee_to_wall_m", "big toe to wall", "m", 0.0, 0.30, decimals=3, condition=False),
    ),
    family=LUNGE,
)
