"""Squats for the alignment of the shin: how far it inclines, and whether it leans inward on the way (metrics.md 10 SQ)."""

from ankletest.exams.base import Ask
from ankletest.exams.bending import Kind, exam_of
from ankletest.metrics.squat import SQUAT, squat_bends
from ankletest.samples import Site

KIND = Kind(
    key="squat",
    title="Squat alignment",
    go="squat",
    noun="squats",
    ready="Stand with your feet as wide as your hips.",
    still="Shins upright. Stand still.",
    instruction="Squat slowly, knees over the toes, heels down, and up.",
    site=Site.SHANK,
    needs="squat alignment needs a motion sensor on the shin",
    wanted=5,
    better=None,
    find=squat_bends,
)
EXAM = exam_of(
    KIND, asks=(Ask("tibia_deg", "shin in stance, forward of upright", "°", -15.0, 25.0, decimals=1, condition=False),), family=SQUAT
)
