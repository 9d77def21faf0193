"""A simulated visit without a clock: a person, the devices worn and stood on, and every notification they cause, byte for byte."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np

from ankletest.checks.steps import Step
from ankletest.device import Choice, Notification
from ankletest.samples import Side, Site
from ankletest.trial import Setup
from drivers.people.acts import Act, act_of
from drivers.people.bench import bench_act, loads_of
from drivers.people.body import Person
from drivers.people.checking import CheckAct
from drivers.people.emitter import Sent
from drivers.people.faults import Faults
from drivers.people.firmware import emitter_of
from drivers.people.handling import HANDLINGS
from drivers.people.knocking import KnockAct, knocks
from drivers.people.motion import Motion, Spot
from drivers.people.stance import standing
from drivers.people.stomping import StompAct, stomps
from drivers.people.wearing import WEARINGS, sets_of

REACTION_S = 1.0
"""From the start event to the first foot on the pad."""
HEARD_S = 0.3
"""From a step of a check to the movement."""
STOP_S = 0.8
"""From a stop event to stepping off."""
WINDOW_S = 0.5
"""World time made at once; shorter than either reaction, so what was made before an event never has to be unmade."""
IDLE_S = 30.0
"""Length of a piece of standing beside the pad."""
_LONGEST_DELAY_S = 2.0


@dataclass(frozen=True, slots=True)
class _Planned:
    """A trial and when it starts."""

    start_s: float
    act: Act

    @property
    def end_s(self) -> float:
        """When nothing is on the pad any more and the person stands beside it."""
        return self.start_s + self.act.gone_s + 0.3


class World:
    """A simulated visit; equal arguments and equal events give equal bytes, however time is cut into calls of ``advance``.

    Parameters
    ----------
    choices
        The devices; ids, models and sites as in any session.
    person
        Who.
    seed
        Of everything random.
    faults
        What goes wrong.
    base_ns
        Host time of world second 0.
    """

    def __init__(self, choices: Sequence[Choice], *, person: Person, seed: int, faults: Faults | None = None, base_ns: int = 0) -> None:
        self._base_ns = base_ns
        self._choices, self._person, self._seed = tuple(choices), person, seed
        self._faults = Faults() if faults is None else faults
        self._devices = [emitter_of(choice, self._faults, seed=(seed, 1000 + i)) for i, choice in enumerate(choices)]
        self._made_s = 0.0
        self._tested = Side.RIGHT
        self._acts = 0
        self._act: _Planned | None = None
        self._motions: list[Motion] = []
        self._sides: dict[int, Side] = {}
        self._trials: list[dict[str, object]] = []
        self._aligned: list[dict[str, object]] = []
        self._waiting: list[tuple[float, int, Sent]] = []
        for rank, device in enumerate(self._devices):
            self._queue(rank, device.hello(1e-3 * rank))

    @property
    def busy_until_s(self) -> float:
        """World second when the person will be beside the pad again; 0 before the first trial."""
        return 0.0 if self._act is None else self._act.end_s

    @property
    def truth(self) -> dict[str, object]:
        """What truly happened so far, as JSON values; world seconds."""
        devices = {device.choice.device: device.truth for device in self._devices}
        person = self._person
        return {
            "seed": self._seed,
            "mass_kg": person.mass_kg,
            "body_weight_n": person.weight_n,
            "trials": list(self._trials),
            "aligned": list(self._aligned),
            "devices": devices,
        }

    def operator(self, event: Mapping[str, object], t_s: float) -> None:
        """React to an operator event at world second ``t_s``: ``start`` and ``calibrate`` begin, ``stop`` ends, ``align`` is for knocks.

        ``check`` and ``weigh`` tell the person to step on the pad and off it.
        """
        what = event.get("event")
        if what == "start":
            setup = event.get("setup")
            if isinstance(setup, Mapping):
                self._start(Setup.from_json({str(key): value for key, value in setup.items()}), t_s)
        elif what == "calibrate":
            self._calibrate(event, t_s)
        elif what == "stop":
            self._stop(t_s)
        elif what == "check":
            self._check(Step(str(event.get("step"))), t_s)
        elif what == "weigh":
            self._check(Step.ON if event.get("step") == Step.ON else Step.STOP, t_s)
        elif what == "align":
            self._knock(t_s)

    def advance(self, to_s: float) -> list[Notification]:
        """Return every notification that arrives until world second ``to_s`` and was not returned before, in order of arrival."""
        while self._made_s < to_s:
            self._make(self._made_s, self._made_s + WINDOW_S)
        self._waiting.sort(key=itemgetter(0, 1))
        count = sum(1 for at_s, _, _ in self._waiting if at_s <= to_s)
        due, self._waiting = self._waiting[:count], self._waiting[count:]
        return [
            Notification(self._choices[rank].device, one.characteristic, self._base_ns + round(1e9 * at), one.payload)
            for at, rank, one in due
        ]

    def begin(self, base_ns: int) -> None:
        """Say which host time world second 0 has."""
        self._base_ns = base_ns

    # ---- what the person does ------------------------------------------------------------------------------------------------

    def _start(self, setup: Setup, t_s: float) -> None:
        self._begin(t_s, lambda seed: act_of(self._person, setup, self._faults, seed))

    def _calibrate(self, event: Mapping[str, object], t_s: float) -> None:
        order = event.get("order")
        fields = {str(key): value for key, value in order.items()} if isinstance(order, Mapping) else {}
        kind, device = str(fields.get("kind", "")), fields.get("device")
        side = next((c.side for c in self._choices if c.device == device and c.side is not None), Side.RIGHT)
        loads = loads_of(event.get("loads"))

        def plan(seed: tuple[int, ...]) -> Act:
            if kind in HANDLINGS:
                return HANDLINGS[kind](self._faults, np.random.default_rng((*seed, 7)))
            if kind in WEARINGS:
                return WEARINGS[kind](self._person, side, replace(self._faults, hop_sets=sets_of(fields, self._faults.hop_sets)), seed)
            return bench_act(loads, self._faults, seed)

        self._begin(t_s, plan)

    def _begin(self, t_s: float, plan: Callable[[tuple[int, ...]], Act]) -> None:
        if self._act is not None and self._act.end_s > t_s:
            self._stop(t_s)
        self._acts += 1
        start = max(t_s + REACTION_S, self._made_s, self.busy_until_s)
        self._trials.append({})
        self._perform(_Planned(start, plan((self._seed, self._acts))))

    def _check(self, step: Step, t_s: float) -> None:
        """Do as one is told in a check of the sensors."""
        planned = self._act
        if step in (Step.REST, Step.DONE, Step.STOP):
            self._stop(t_s)
        elif planned is not None and isinstance(planned.act, CheckAct) and planned.end_s > t_s:
            at_s = max(t_s + HEARD_S, self._made_s + HEARD_S) - planned.start_s
            self._put(_Planned(planned.start_s, planned.act.then(step, at_s)))
        else:
            self._acts += 1
            start = max(t_s + HEARD_S, self._made_s, self.busy_until_s)
            self._put(_Planned(start, CheckAct(self._person, (self._seed, self._acts), ((step, 0.0),))))

    def _knock(self, t_s: float) -> None:
        """Lay the sensors on the pad and knock, or stomp; nothing while somebody is tested."""
        if self.busy_until_s > t_s:
            return
        self._acts += 1
        start = max(t_s + REACTION_S, self._made_s)
        make = stomps if self._faults.stomped else knocks
        act = make(self._tested, (self._seed, self._acts), count=round(self._faults.knocks), strength=self._faults.knock)
        self._aligned.append(self._put(_Planned(start, act)))

    def _stop(self, t_s: float) -> None:
        planned = self._act
        if planned is None or planned.end_s <= t_s:
            return
        # What is made already is past: nothing before this instant may change. The free foot moves a little before it steps off.
        off_s = max(t_s + STOP_S - planned.start_s, self._made_s + 0.3 - planned.start_s, 0.0)
        put = self._put if isinstance(planned.act, KnockAct | StompAct | CheckAct) else self._perform
        put(_Planned(planned.start_s, planned.act.stopped(off_s)))

    def _perform(self, planned: _Planned) -> None:
        """Put the motion of a trial (again) on the timeline, from its start on."""
        self._trials[-1] = self._put(planned)

    def _put(self, planned: _Planned) -> dict[str, object]:
        """Put the motion of an act on the timeline from its start on; return its truth."""
        self._act = planned
        side = planned.act.tested
        spots = {spot for choice in self._choices if (spot := self._spot(choice, side)) is not None}
        motion = planned.act.motion(spots, start_s=planned.start_s)
        self._motions = [old for old in self._motions if old.start_s < planned.start_s]
        self._fill(planned.start_s)
        self._motions.append(motion)
        self._sides[id(motion)] = side
        self._tested = side
        return dict(motion.truth)

    # ---- samples to notifications ----------------------------------------------------------------------------------------------

    def _make(self, from_s: float, to_s: float) -> None:
        self._fill(to_s)
        self._motions = [motion for motion in self._motions if motion.end_s > from_s - _LONGEST_DELAY_S]
        self._sides = {id(motion): self._sides[id(motion)] for motion in self._motions}
        ahead = [motion for motion in self._motions if motion.start_s < to_s]
        for rank, device in enumerate(self._devices):
            self._queue(rank, device.advance(from_s, to_s, ahead, self._placing(device.choice)))
        self._made_s = to_s

    def _fill(self, to_s: float) -> None:
        """Let the person stand beside the pad wherever nothing else is planned before ``to_s``."""
        end = self._motions[-1].end_s if self._motions else 0.0
        while end < to_s:
            spots = {spot for choice in self._choices if (spot := self._spot(choice, self._tested)) is not None}
            piece = standing(self._person, spots, start_s=end, length_s=IDLE_S, seed=(self._seed, 500_000 + round(1e3 * end)))
            self._motions.append(piece)
            self._sides[id(piece)] = self._tested
            end = piece.end_s

    def _placing(self, choice: Choice) -> Callable[[Motion], Spot | None]:
        return lambda motion: self._spot(choice, self._sides[id(motion)])

    def _spot(self, choice: Choice, tested: Side) -> Spot | None:
        """Return where a device is truly worn; None for a pad."""
        if choice.site is Site.PAD:
            return None
        side = _worn(choice)
        return Spot.of(choice.site, side=side.other if side and self._faults.swapped else side, tested=tested)

    def _queue(self, rank: int, sent: Sequence[Sent]) -> None:
        self._waiting.extend((one.at_s, rank, one) for one in sent)


def _worn(choice: Choice) -> Side | None:
    """Return the leg that a device is worn on: the one in the address of a practice device, whatever somebody said it was."""
    if choice.side is None:
        return None
    return next((side for side in Side if choice.address.endswith(f"-{side.value}")), choice.side)
