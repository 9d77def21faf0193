"""Range of plantarflexion, sitting, without load: how far the foot points (metrics.md 10 PF)."""

from ankletest.exams.bending import Kind, exam_of
from ankletest.metrics.plantarflexion import PLANTARFLEXION, foot_bends
from ankletest.samples import Site

KIND = Kind(
    key="plantarflexion",
    title="Plantarflexion range",
    go="point",
    noun="movements",
    ready="Sit with the {leg} held, the foot free at a right angle to the shin.",
    still="Keep the foot still.",
    instruction="Point the foot as far as you can. Hold, and back.",
    site=Site.FOOT,
    needs="plantarflexion needs a motion sensor on the foot",
    wanted=3,
    better=(Site.SHANK, "without a motion sensor on the shin it has to be held still"),
    find=foot_bends,
)
EXAM = exam_of(KIND, asks=(), family=PLANTARFLEXION)
