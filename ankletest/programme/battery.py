"""Batteries: which exams of a visit, in which order, on which legs, how often, with which rests; read from TOML, no progress of a visit."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from functools import cache
from pathlib import Path

from ankletest import exams
from ankletest.errors import ExamError
from ankletest.exams.conditions import LEGS
from ankletest.programme.toml_fields import HINT, Fields, ProgrammeError
from ankletest.samples import Side
from ankletest.trial import Eyes, Setup, Surface

FOLDER = Path(__file__).parent / "batteries"
MOST_STEPS, MOST_TIMES = 40, 20
MOST_REST_S = 900.0


class Level(IntEnum):
    """How hard a step is on the ankle, by the steps of the ladder (programme.md): a visit goes upwards."""

    RANGE = 1
    STRENGTH = 2
    BALANCE = 3
    UNSTABLE = 4
    LAND = 5
    HOP = 6
    SPORT = 7


LEVELS: Mapping[str, Level] = {
    "lunge": Level.RANGE, "plantarflexion": Level.RANGE, "squat": Level.RANGE,
    "heel_raise": Level.STRENGTH, "calf_strength": Level.STRENGTH,
    "stance": Level.BALANCE, "taps": Level.UNSTABLE,
    "drop_landing": Level.LAND, "hop_and_stick": Level.LAND,
    "jump": Level.HOP, "hops": Level.HOP, "side_hop": Level.HOP, "side_hop_30s": Level.HOP,
    "drop_jump": Level.SPORT, "reactive_landing": Level.SPORT,
}  # fmt: skip


class Legs(StrEnum):
    """On which legs a step is done; an exam of both legs at once is done once."""

    EACH = "each"
    INVOLVED = "involved"
    BOTH = "both at once"


@dataclass(frozen=True, slots=True)
class Step:
    """One exam of a battery.

    Parameters
    ----------
    exam
        Key of the exam.
    legs
        On which legs.
    practice
        Trials before those that count.
    times
        Trials that count, for each leg.
    rest_s
        Rest before each further trial of the step, s.
    eyes, surface, duration_s, hops
        As in ``Setup``.
    given
        As in ``Setup``, where they are the same for every client.
    """

    exam: str
    legs: Legs = Legs.EACH
    practice: int = 0
    times: int = 1
    rest_s: float = 30.0
    eyes: Eyes = Eyes.OPEN
    surface: Surface = Surface.FIRM
    duration_s: float = 30.0
    hops: int = 10
    given: Mapping[str, float] = field(default_factory=dict[str, float], hash=False)

    @property
    def level(self) -> Level:
        """How hard it is: foam counts as unstable."""
        level = LEVELS[self.exam]
        return Level.UNSTABLE if level is Level.BALANCE and self.surface is not Surface.FIRM else level

    def setup(self, side: Side) -> Setup:
        """Return what is asked of a leg."""
        return Setup(
            self.exam, side, duration_s=self.duration_s, hops=self.hops, eyes=self.eyes, surface=self.surface, given=dict(self.given)
        )


@dataclass(frozen=True, slots=True)
class Battery:
    """Steps in their order; ``minutes`` is what to plan for."""

    key: str
    title: str
    steps: tuple[Step, ...]
    minutes: int
    note: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Planned:
    """One trial to be done: of which step, on which leg, for practice or counted, after which rest."""

    step: int
    setup: Setup
    practice: bool
    rest_s: float
    level: Level


def planned(
    battery: Battery, *, involved: Side | None = None, first: Side = Side.LEFT, mass_kg: float | None = None,
    given: Mapping[str, float] | None = None,
) -> tuple[Planned, ...]:  # fmt: skip
    """Return the trials of a battery in their order.

    Parameters
    ----------
    involved
        The injured leg: the other one goes first, so that the client knows the exam and the better value stands as the yardstick.
    first
        The leg that goes first where none is injured.
    mass_kg, given
        What is known of the client; of ``given`` each exam takes what it asks for.
    """
    order = (involved.other, involved) if involved is not None else (first, first.other)
    found: list[Planned] = []
    for number, step in enumerate(battery.steps):
        sides = order if step.legs is Legs.EACH else (order[1],) if step.legs is Legs.INVOLVED else (Side.LEFT,)
        asks = {ask.key for ask in exams.by_key(step.exam).asks}
        known = {key: value for key, value in (given or {}).items() if key in asks}
        for turn in range(step.practice + step.times):
            for side in sides:
                setup = replace(step.setup(side), mass_kg=mass_kg, given={**known, **step.given})
                found.append(Planned(number, setup, turn < step.practice, step.rest_s if turn else 0.0, step.level))
    return tuple(found)


def read(text: str, *, name: str) -> Battery:
    """Read a battery from TOML.

    Raises
    ------
    ProgrammeError
        It is not whole: what is wrong with which step.
    """
    try:
        record = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProgrammeError(f"{name} is no TOML: {error}.", HINT) from error
    fields = Fields(record, name=name, known=frozenset({"key", "title", "note", "minutes", "version", "step"}))
    steps = fields.tables("step", MOST_STEPS)
    if not steps:
        raise ProgrammeError(f"{name} has no steps.", HINT)
    return Battery(
        key=fields.text("key"), title=fields.text("title"), note=fields.text("note", ""), minutes=fields.whole("minutes", 1, 240, 30),
        version=fields.whole("version", 1, 10_000, 1),
        steps=tuple(_step(step, f"{name}, step {number}") for number, step in enumerate(steps, start=1)),
    )  # fmt: skip


def write(battery: Battery) -> str:
    """Return a battery as the TOML that ``read`` takes."""
    lines = [f"key = {_quoted(battery.key)}", f"title = {_quoted(battery.title)}", f"minutes = {battery.minutes}"]
    lines += [f"version = {battery.version}", f"note = {_quoted(battery.note)}"]
    for step in battery.steps:
        lines += ["", "[[step]]", f"exam = {_quoted(step.exam)}", f"legs = {_quoted(step.legs.value)}"]
        lines += [f"practice = {step.practice}", f"times = {step.times}", f"rest_s = {step.rest_s!r}"]
        lines += [f"eyes = {_quoted(step.eyes.value)}", f"surface = {_quoted(step.surface.value)}"]
        lines += [f"duration_s = {step.duration_s!r}", f"hops = {step.hops}"]
        if step.given:
            lines.append("given = { " + ", ".join(f"{key} = {float(value)!r}" for key, value in step.given.items()) + " }")
    return "\n".join(lines) + "\n"


@cache
def shipped() -> tuple[Battery, ...]:
    """Return the batteries that come with the program, in order of their file names."""
    return tuple(read(path.read_text(encoding="utf-8"), name=path.name) for path in sorted(FOLDER.glob("*.toml")))


def out_of_order(battery: Battery) -> str:
    """Return what speaks against the order of the steps, if anything: range, strength, balance, then plyometric work."""
    for before, after in zip(battery.steps, battery.steps[1:], strict=False):
        if after.level < before.level:
            one, other = exams.by_key(after.exam).title, exams.by_key(before.exam).title
            return f"{one} comes after {other}, which is harder: the ankle is tired by then."
    return ""


# ---- inside ---------------------------------------------------------------------------------------------------------------------


def _step(record: object, name: str) -> Step:
    fields = Fields(record, name=name, known=frozenset(Step.__dataclass_fields__))
    try:
        exam = exams.by_key(fields.text("exam"))
    except ExamError as error:
        raise ProgrammeError(f"{name}: {error.message}", error.hint) from error
    legs, given = fields.choice("legs", Legs, Legs.EACH), fields.numbers("given")
    asks = {ask.key: ask for ask in exam.asks}
    for key, value in given.items():
        ask = asks.get(key)
        if ask is None:
            raise ProgrammeError(f"{name}: {exam.title} does not ask for {key}.", HINT)
        if not ask.least <= value <= ask.most:
            raise ProgrammeError(f"{name}: {key} is {value:g}, not from {ask.least:g} to {ask.most:g}.", HINT)
    if (legs is Legs.BOTH) != (given.get(LEGS) == float(len(Side))):
        raise ProgrammeError(f"{name}: 'legs' and 'given.{LEGS}' do not agree.", HINT)
    return Step(
        exam=exam.key, legs=legs, given=given,
        eyes=fields.choice("eyes", Eyes, Eyes.OPEN), surface=fields.choice("surface", Surface, Surface.FIRM),
        practice=fields.whole("practice", 0, MOST_TIMES, 0), times=fields.whole("times", 1, MOST_TIMES, 1),
        rest_s=fields.number("rest_s", 0.0, MOST_REST_S, 30.0), duration_s=fields.number("duration_s", 5.0, 120.0, 30.0),
        hops=fields.whole("hops", 3, 60, 10),
    )  # fmt: skip


def _quoted(text: str) -> str:
    """Return a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'
