"""A check of the sensors going on: the steps, the judges of all devices, and what comes of it; who says when the next step is, is outside.

The operator (or whoever posts for them) begins each step with an event, so the recording has the steps among the samples and a replay
gives the same result; ``ready`` only tells when a step has shown what it can.
"""

import math
from collections.abc import Mapping, Sequence

from ankletest import exams
from ankletest.checks import limits
from ankletest.checks.base import Aspect, CheckReport, Finding, Judgement, Level
from ankletest.checks.judge import Judge, Told
from ankletest.checks.sides import Lifted, sides_of
from ankletest.checks.steps import LIFTS, Step, Subject, instruction_of, steps_of
from ankletest.exams.base import Fitness
from ankletest.exams.needs import ranges
from ankletest.samples import Block, Side

NOTHING = Told()


class Check:
    """Follows all devices through the steps.

    Parameters
    ----------
    subjects
        The devices.
    exam
        Key of the exam that the devices are wanted for; empty: none in particular.
    t_s
        Session second of the begin.
    """

    def __init__(self, subjects: Sequence[Subject], *, exam: str = "", t_s: float = 0.0) -> None:
        self.subjects = tuple(subjects)
        self.exam = exam
        self.steps = steps_of(subjects)
        self.step = Step.REST
        self.start_s = self.since_s = t_s
        self._judges = {subject.member.device: Judge(subject) for subject in subjects}
        self._done: list[Step] = []
        self._moved_s = math.nan
        self._seen = False  # whether any foot was seen to be lifted
        self.begin(Step.REST, t_s)

    # ---- while it goes on ------------------------------------------------------------------------------------------------------

    @property
    def instruction(self) -> str:
        """What is said to the client now."""
        return instruction_of(self.step, self.subjects)

    @property
    def following(self) -> Step:
        """The step after this one."""
        at = self.steps.index(self.step) + 1 if self.step in self.steps else len(self.steps)
        return self.steps[at] if at < len(self.steps) else Step.DONE

    def begin(self, step: Step, t_s: float) -> None:
        """Begin a step at session second ``t_s``."""
        self.step, self.since_s, self._moved_s = step, t_s, math.nan
        if step not in self._done:
            self._done.append(step)
        for judge in self._judges.values():
            judge.begin(step, t_s)

    def feed(self, block: Block) -> None:
        """Take samples."""
        judge = self._judges.get(block.device)
        if judge is not None:
            judge.feed(block)

    def ready(self, now_s: float) -> bool:
        """Tell whether the next step may begin: this one has shown what it can, or nobody does it.

        It is for whoever posts the steps; results never hang on it, so it may be asked as often as one likes.
        """
        if now_s - self.since_s >= limits.LATEST_S:
            return True
        judges = self._judges.values()
        match self.step:
            case Step.REST:
                return all(judge.still(Step.REST, limits.REST_S) for judge in judges)
            case Step.ON:
                return all(judge.still(Step.ON, limits.STANDS_S) for judge in judges if judge.subject.stood_on)
            case Step.DOWN:
                # A foot held in the air is as still as one on the floor: it has to come down first, where it was seen to go up.
                if not (self._put_down() or (not self._seen and now_s - self.since_s >= limits.UNSEEN_S)):
                    return False
                worn = [judge for judge in judges if not judge.subject.is_pad]
                stood = [judge for judge in judges if judge.subject.stood_on]
                return all(judge.still(Step.DOWN, limits.DOWN_S) for judge in (*worn, *stood))
            case _:
                if math.isnan(self._moved_s) and self._lifted_now():
                    self._moved_s, self._seen = now_s, True
                if not self._watched() and now_s - self.since_s >= limits.UNSEEN_S:
                    return True
                return now_s - self._moved_s >= limits.SETTLED_S

    def done_share(self, now_s: float) -> float:
        """Return how much of the step is over, 0 to 1, for the screen."""
        whole = {Step.REST: limits.REST_S, Step.ON: limits.STANDS_S, Step.DOWN: limits.DOWN_S}.get(self.step, limits.SETTLED_S)
        since = self._moved_s if self.step in LIFTS.values() else self.since_s
        return 0.0 if math.isnan(since) else min(1.0, max(0.0, (now_s - since) / whole))

    # ---- what comes of it ------------------------------------------------------------------------------------------------------

    def report(self, told: Mapping[str, Told], t_s: float) -> CheckReport:
        """Return the result at session second ``t_s``.

        Parameters
        ----------
        told
            Battery and link by device.
        t_s
            The end.
        """
        sides, swapped = sides_of(self.subjects, {device: self._shown(judge) for device, judge in self._judges.items()})
        judgements: list[Judgement] = []
        for device, judge in self._judges.items():
            known = told.get(device, NOTHING)
            found = list(judge.findings(known))
            if judge.heard and not known.lost:
                found.extend(self._ranges(judge.subject))
                found.extend([sides[device]] if device in sides else [])
            judgements.append(Judgement(device, judge.subject.called, tuple(found)))
        return CheckReport(self.start_s, t_s, self.exam, tuple(judgements), swapped)

    def _ranges(self, subject: Subject) -> tuple[Finding, ...]:
        """Hold the ranges against what the exam needs."""
        if subject.is_pad or not self.exam:
            return ()
        member = subject.member
        verdict = ranges(exams.by_key(self.exam).needs, member)
        if verdict.reasons:
            level = Level.BAD if verdict.fitness is Fitness.REFUSED else Level.WARN
            return tuple(Finding(Aspect.RANGE, level, words, "Set a greater range, or use another sensor.") for words in verdict.reasons)
        words = f"±{member.acc_range_g:g} g, ±{member.gyro_range_dps:g} °/s"
        return (Finding(Aspect.RANGE, Level.GOOD, words),) if math.isfinite(member.acc_range_g) else ()

    def _shown(self, judge: Judge) -> Lifted:
        loads = {side: judge.load(step) for side, step in LIFTS.items() if step in self._done}
        before = judge.load(Step.ON)
        return Lifted(
            turned_rad={side: judge.turned(step) for side, step in LIFTS.items() if step in self._done},
            load_n={side: load for side, (load, _) in loads.items()},
            right_mm={side: right for side, (_, right) in loads.items()},
            both_n=before[0],
            both_right_mm=before[1],
        )

    def _watched(self) -> bool:
        """Tell whether a sensor of the lifted foot, or a pad, could see it being lifted."""
        return any(s.stood_on or (s.sided and LIFTS.get(s.member.side or Side.LEFT) is self.step) for s in self.subjects)

    def _put_down(self) -> bool:
        """Tell whether a foot has come down in this step: a sensor turned back, or the load is back where it was on both feet."""
        worn = [judge for judge in self._judges.values() if judge.subject.sided and not judge.subject.is_pad]
        stood = [judge for judge in self._judges.values() if judge.subject.stood_on]
        return any(judge.turned(Step.DOWN) >= limits.MOVED_RAD for judge in worn) or (bool(stood) and all(map(self._back, stood)))

    def _back(self, judge: Judge) -> bool:
        """Tell whether a pad is loaded as it was on both feet."""
        before, now = judge.load(Step.ON), judge.load(Step.DOWN)
        if judge.subject.member.side is not None:
            return now[0] >= 0.5 * before[0]
        return abs(now[1] - before[1]) < limits.SHIFTED_MM

    def _lifted_now(self) -> bool:
        """Tell whether something shows that a foot has been lifted in this step; which foot, nobody asks yet."""
        for judge in self._judges.values():
            if judge.subject.is_pad and judge.subject.stood_on:
                before, now = judge.load(Step.ON), judge.load(self.step)
                unloaded = judge.subject.member.side is not None and now[0] < limits.UNLOADED_SHARE * before[0]
                if unloaded or abs(now[1] - before[1]) >= limits.SHIFTED_MM:
                    return True
            elif judge.turned(self.step) >= limits.MOVED_RAD:
                return True
        return False
