"""Where a visit stands in its battery: what comes next, what was kept, repeated, rejected, skipped or locked; no clocks, no devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import cast

from ankletest.errors import UsageError
from ankletest.programme.battery import Battery, Level, Planned, read, write
from ankletest.programme.felt import Reason, Stop
from ankletest.trial import Setup


class State(StrEnum):
    """What became of a planned trial."""

    OPEN = "open"
    KEPT = "kept"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Item:
    """A planned trial and what became of it; ``trials`` are the ids of all runs made for it, the last one the one that counts if kept."""

    planned: Planned
    state: State = State.OPEN
    trials: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """A battery on its way; each call returns the round that follows and leaves this one as it was.

    Parameters
    ----------
    battery
        What is done.
    items
        Its trials, in order.
    ceiling
        Steps of this level and above are locked since a stop; None: nothing is.
    """

    battery: Battery
    items: tuple[Item, ...]
    ceiling: Level | None = None
    stops: tuple[Stop, ...] = field(default=())

    @classmethod
    def begin(cls, battery: Battery, planned: Sequence[Planned], *, ceiling: Level | None = None) -> "Round":
        """Begin with what ``battery.planned`` returned; ``ceiling`` is what a stop earlier in the visit has locked."""
        whole = cls(battery, tuple(Item(one) for one in planned))
        return whole if ceiling is None else whole.lock(ceiling)

    @property
    def at(self) -> int | None:
        """Place of the trial that comes next; None when all is done."""
        return next((k for k, item in enumerate(self.items) if item.state is State.OPEN), None)

    @property
    def item(self) -> Item | None:
        """The trial that comes next."""
        return self.items[self.at] if self.at is not None else None

    @property
    def over(self) -> bool:
        """True when nothing is left to be done."""
        return self.at is None

    @property
    def done(self) -> int:
        """Trials about which something was decided: not those that are open, nor those that a stop has locked."""
        return sum(item.state not in {State.OPEN, State.LOCKED} for item in self.items)

    @property
    def locked(self) -> int:
        """Trials that a stop has locked."""
        return sum(item.state is State.LOCKED for item in self.items)

    def keep(self, trial: str) -> "Round":
        """Count a finished run for the trial that was next."""
        return self._now(state=State.KEPT, trials=(*self._next().trials, trial))

    def repeat(self, trial: str, why: str) -> "Round":
        """Do the same again; the run stays, with the reason why it does not count."""
        return self._now(trials=(*self._next().trials, trial), why=_reason(why))

    def reject(self, trial: str, why: str) -> "Round":
        """Go on without a kept run; it stays, with the reason."""
        return self._now(state=State.REJECTED, trials=(*self._next().trials, trial), why=_reason(why))

    def skip(self, why: str) -> "Round":
        """Go on without a run."""
        return self._now(state=State.SKIPPED, why=_reason(why))

    def stop(self, stop: Stop) -> "Round":
        """Take a set that was ended at once: its run is kept as rejected, and after pain or fear all that is as hard or harder is locked.

        The same level is locked too: what hurt is not done again in the visit.
        """
        item = self._next()
        state = State.OPEN if stop.reason is Reason.DEVICE else State.REJECTED
        stopped = replace(item, state=state, trials=(*item.trials, stop.trial), why=f"stopped: {stop.reason.value}")
        level, items = item.planned.level, (stopped if one is item else one for one in self.items)
        taken = replace(self, items=tuple(items), stops=(*self.stops, stop))
        return taken.lock(level) if stop.locks else taken

    def pause(self, stop: Stop) -> "Round":
        """Take a stop between two sets: what was done stays; after pain or fear what is as hard as the set before, or harder, is locked."""
        before = next((one for one in self.items if stop.trial in one.trials), self.item)
        taken = replace(self, stops=(*self.stops, stop))
        return taken.lock(before.planned.level) if stop.locks and before is not None else taken

    def lock(self, level: Level) -> "Round":
        """Lock what is still to be done and as hard as that, or harder; what a stop has locked before stays so."""
        ceiling = level if self.ceiling is None else min(level, self.ceiling)
        items = (replace(i, state=State.LOCKED, why="locked after a stop") if _as_hard(i, ceiling) else i for i in self.items)
        return replace(self, items=tuple(items), ceiling=ceiling)

    def unlock(self, why: str) -> "Round":
        """Open locked steps again: the physio decides, and says why."""
        said = _reason(why)
        items = (replace(i, state=State.OPEN, why=f"unlocked: {said}") if i.state is State.LOCKED else i for i in self.items)
        return replace(self, items=tuple(items), ceiling=None)

    def can_reopen(self, place: int) -> bool:
        """Tell whether a trial was left out, and no stop has locked what is as hard as it."""
        item = self.items[place]
        return item.state in {State.SKIPPED, State.REJECTED} and (self.ceiling is None or item.planned.level < self.ceiling)

    def reopen(self, place: int) -> "Round":
        """Do a skipped or rejected trial after all; one that a stop keeps locked has to be unlocked first."""
        if not self.can_reopen(place):
            raise UsageError("This trial is not one that was left out.", "Choose a skipped or rejected one.")
        items = (replace(i, state=State.OPEN) if k == place else i for k, i in enumerate(self.items))
        return replace(self, items=tuple(items))

    # ---- put down and taken up again --------------------------------------------------------------------------------------------

    def as_json(self) -> dict[str, object]:
        """Return the round as plain JSON values."""
        return {
            "battery": write(self.battery),
            "ceiling": self.ceiling.value if self.ceiling is not None else None,
            "items": [_item_json(item) for item in self.items],
            "stops": [{"reason": s.reason.value, "trial": s.trial, "at": s.at.isoformat()} for s in self.stops],
        }

    @classmethod
    def from_json(cls, record: Mapping[str, object]) -> "Round":
        """Read the fields of ``as_json``."""
        ceiling = record.get("ceiling")
        stops = cast("Sequence[Mapping[str, str]]", record.get("stops") or ())
        return cls(
            read(str(record["battery"]), name="the visit's battery"),
            tuple(_item(one) for one in cast("Sequence[Mapping[str, object]]", record["items"])),
            Level(cast("int", ceiling)) if ceiling is not None else None,
            tuple(Stop(Reason(s["reason"]), s["trial"], datetime.fromisoformat(s["at"])) for s in stops),
        )

    # ---- inside -----------------------------------------------------------------------------------------------------------------

    def _next(self) -> Item:
        item = self.item
        if item is None:
            raise UsageError("The battery is done.", "Choose an exam by hand, or begin another battery.")
        return item

    def _now(self, *, state: State = State.OPEN, trials: tuple[str, ...] | None = None, why: str = "") -> "Round":
        item, place = self._next(), self.at
        new = replace(item, state=state, trials=item.trials if trials is None else trials, why=why or item.why)
        return replace(self, items=tuple(new if k == place else other for k, other in enumerate(self.items)))


def _as_hard(item: Item, level: Level) -> bool:
    return item.state is State.OPEN and item.planned.level >= level


def _reason(why: str) -> str:
    if not why.strip():
        raise UsageError("No reason was given.", "Say in a few words why; a trial is never left out silently.")
    return why.strip()


def _item_json(item: Item) -> dict[str, object]:
    planned = item.planned
    return {
        "step": planned.step, "setup": planned.setup.as_json(), "practice": planned.practice, "rest_s": planned.rest_s,
        "level": planned.level.value, "state": item.state.value, "trials": list(item.trials), "why": item.why,
    }  # fmt: skip


def _item(record: Mapping[str, object]) -> Item:
    planned = Planned(
        cast("int", record["step"]), Setup.from_json(cast("Mapping[str, object]", record["setup"])), bool(record["practice"]),
        float(cast("float", record["rest_s"])), Level(cast("int", record["level"])),
    )  # fmt: skip
    trials = tuple(str(trial) for trial in cast("Sequence[object]", record["trials"]))
    return Item(planned, State(str(record["state"])), trials, str(record["why"]))
