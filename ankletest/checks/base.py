"""What a check of the sensors leaves behind: findings, a lamp a device and its reason in words; not how they are come by."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast


class Level(StrEnum):
    """What a finding means. What was not done is never passed; what a device cannot tell counts neither way."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    NOT_DONE = "not done"
    NOT_TOLD = "not told"


class Aspect(StrEnum):
    """What is looked at."""

    RATE = "rate"
    LOSS = "loss"
    NOISE = "noise"
    ZERO = "zero"
    TURN = "turn at rest"
    BATTERY = "battery"
    RANGE = "range"
    SIDE = "side"


WORST: tuple[Level, ...] = (Level.BAD, Level.WARN, Level.NOT_DONE, Level.GOOD)
"""Which finding a lamp shows. A warning tells more than a gap does, and both are no pass."""
LAMP: Mapping[Level, str] = {Level.BAD: "bad", Level.WARN: "warn", Level.NOT_DONE: "off", Level.GOOD: "good", Level.NOT_TOLD: "off"}
"""Colours and shapes of a lamp as everywhere on screen."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what it means, one sentence, what can be done, and the number behind it (NaN for none)."""

    aspect: Aspect
    level: Level
    words: str
    hint: str = ""
    value: float = math.nan
    unit: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the fields as plain JSON values."""
        return {
            "aspect": self.aspect.value, "level": self.level.value, "words": self.words, "hint": self.hint,
            "value": self.value if math.isfinite(self.value) else None, "unit": self.unit,
        }  # fmt: skip

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> "Finding":
        """Read the fields of ``as_json``."""
        value = fields.get("value")
        return cls(
            aspect=Aspect(str(fields["aspect"])),
            level=Level(str(fields["level"])),
            words=str(fields["words"]),
            hint=str(fields.get("hint", "")),
            value=float(value) if isinstance(value, (int, float)) else math.nan,
            unit=str(fields.get("unit", "")),
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """All findings on one device, in the order they are told."""

    device: str
    called: str
    findings: tuple[Finding, ...]

    @property
    def level(self) -> Level:
        """The worst of it."""
        levels = {finding.level for finding in self.findings}
        return next((level for level in WORST if level in levels), Level.NOT_DONE)

    @property
    def lamp(self) -> str:
        """``good``, ``warn``, ``bad`` or ``off`` (something was not done, nothing is wrong)."""
        return LAMP[self.level]

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings that keep the lamp from being good, worst first."""
        return tuple(f for level in WORST[:-1] for f in self.findings if f.level is level)

    @property
    def words(self) -> str:
        """The reason of the lamp in one line."""
        if self.reasons:
            return "; ".join(finding.words for finding in self.reasons)
        good = [finding.aspect.value for finding in self.findings if finding.level is Level.GOOD]
        return f"good: {', '.join(good)}" if good else "nothing was checked"

    def found(self, aspect: Aspect) -> Finding | None:
        """Return the finding on one aspect."""
        return next((finding for finding in self.findings if finding.aspect is aspect), None)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """A finished check: when it began and ended (session seconds), the exam it was for (may be empty), and each device's judgement.

    ``swapped`` are pairs of device ids whose sensors are worn on each other's leg.
    """

    start_s: float
    end_s: float
    exam: str
    judgements: tuple[Judgement, ...]
    swapped: tuple[tuple[str, str], ...] = ()

    def of(self, device: str) -> Judgement | None:
        """Return the judgement of a device."""
        return next((judgement for judgement in self.judgements if judgement.device == device), None)

    @property
    def level(self) -> Level:
        """The worst of all devices."""
        levels = {judgement.level for judgement in self.judgements}
        return next((level for level in WORST if level in levels), Level.NOT_DONE)

    def as_json(self) -> dict[str, object]:
        """Return the record that is stored beside the samples."""
        return {
            "start_s": self.start_s, "end_s": self.end_s, "exam": self.exam, "swapped": [list(pair) for pair in self.swapped],
            "devices": [
                {"device": j.device, "called": j.called, "level": j.level.value, "findings": [f.as_json() for f in j.findings]}
                for j in self.judgements
            ],
        }  # fmt: skip

    @classmethod
    def from_json(cls, fields: Mapping[str, object]) -> "CheckReport":
        """Read the record of ``as_json``."""
        judgements: list[Judgement] = []
        for one in _records(fields.get("devices")):
            findings = tuple(Finding.from_json(f) for f in _records(one.get("findings")))
            judgements.append(Judgement(str(one["device"]), str(one["called"]), findings))
        listed = fields.get("swapped")
        pairs = [cast("list[object]", pair) for pair in cast("list[object]", listed)] if isinstance(listed, list) else []
        return cls(
            start_s=float(str(fields["start_s"])),
            end_s=float(str(fields["end_s"])),
            exam=str(fields.get("exam", "")),
            judgements=tuple(judgements),
            swapped=tuple((str(pair[0]), str(pair[1])) for pair in pairs),
        )


def _records(listed: object) -> list[Mapping[str, object]]:
    if not isinstance(listed, list):
        return []
    return [cast("Mapping[str, object]", one) for one in cast("list[object]", listed) if isinstance(one, dict)]
