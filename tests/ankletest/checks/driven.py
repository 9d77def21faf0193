"""A check of simulated devices as somebody runs it: steps begin when they are ready, every event travels like any notification."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ankletest.checks.base import CheckReport
from ankletest.checks.steps import Step
from ankletest.device import Choice, Notification
from ankletest.recording.layout import event_notification, opening
from ankletest.session import Session
from drivers.catalog import MODELS
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.people.world import World
from drivers.transports.simulator import PRACTICE_CHOICES, SETTLE_S

TICK_S = 0.1
CHOICES: Mapping[str, Choice] = {choice.device: choice for choice in PRACTICE_CHOICES}


@dataclass
class Driven:
    """A session of simulated devices with its own clock."""

    devices: Sequence[str] = ("pad", "foot-left", "foot-right")
    faults: Faults = field(default_factory=Faults)
    seed: int = 5
    deaf: frozenset[Step] = frozenset()  # steps that the person does not do

    def __post_init__(self) -> None:
        choices = [CHOICES[device] for device in self.devices]
        self.world = World(choices, person=Person(), seed=self.seed, faults=self.faults)
        listed = [
            {"device": c.device, "model": c.model, "site": c.site.value, "side": c.side.value if c.side else None, "rate_hz": c.rate_hz}
            for c in choices
        ]
        self.items: list[Notification] = [opening({"devices": listed}, 0)]
        self.session = Session(MODELS)
        self.session.feed(self.items)
        self.now_s = 0.0
        self.reports: list[CheckReport] = []

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        until = self.now_s + seconds
        while self.now_s < until - 1e-9:
            self.now_s = min(until, self.now_s + TICK_S)
            self._take(self.world.advance(self.now_s))

    def post(self, event: Mapping[str, object]) -> None:
        """Put an operator event among the notifications; the person hears of it."""
        self._take([event_notification(event, round(1e9 * self.now_s))])
        if event.get("step") not in {step.value for step in self.deaf}:
            self.world.operator(event, self.now_s)

    def check(self, exam: str = "") -> CheckReport:
        """Run a check from its first step to its last."""
        if self.now_s < SETTLE_S:
            self.go_on(SETTLE_S - self.now_s)
        self.post({"event": "check", "step": Step.REST.value, "exam": exam})
        while (going := self.session.checks.going) is not None:
            self.go_on(TICK_S)
            if going.ready(self.session.now_s):
                self.post({"event": "check", "step": going.following.value})
        return self.reports[-1]

    def _take(self, items: Sequence[Notification]) -> None:
        self.items.extend(items)
        self.reports.extend(self.session.feed(items).checked)


def told(report: CheckReport) -> str:
    """Return a report as text, for the message of a failing test."""
    return json.dumps(report.as_json(), indent=1, ensure_ascii=False)
