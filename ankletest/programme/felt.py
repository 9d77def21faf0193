"""How a set felt to the client, and stops: the words that stand beside the numbers; no judgement of either (programme.md, "A visit")."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum

from ankletest.errors import UsageError

LEAST, MOST = 0, 10
"""Every scale is a numeric rating scale of 0 to 10; effort is Borg's CR10 (Borg 1982, Med Sci Sports Exerc 14:377)."""
AFTER = timedelta(hours=24)
"""Pain is asked for again after so long: what a tendon took badly shows on the next day (pain-monitoring model of Silbernagel et al. 2007,
Am J Sports Med 35:897)."""
ADVICE = (
    "Pause here. On sharp pain, swelling or unusual tightness, do not go on with hops and landings today, and seek medical "
    "guidance before the next session."
)
MOST_NOTE = 2000


class Reason(StrEnum):
    """Why a set was stopped at once."""

    PAIN = "pain"
    FEAR = "fear"
    FATIGUE = "fatigue"
    BALANCE = "balance"
    DEVICE = "device"


BODILY = frozenset({Reason.PAIN, Reason.FEAR, Reason.FATIGUE, Reason.BALANCE})
"""Reasons of the client's; a device that fails is never a person who fails."""
LOCKING = frozenset({Reason.PAIN, Reason.FEAR})
"""After these nothing harder is offered in the visit."""


@dataclass(frozen=True, slots=True)
class Felt:
    """What the client says of one set, each 0-10 and None where nobody asked.

    Parameters
    ----------
    soreness
        Before the set: 0 none, 10 the worst.
    pain
        During it: 0 none, 10 the worst imaginable (NPRS).
    effort
        0 nothing at all, 10 maximal (Borg CR10).
    ease
        0 could not be done, 10 done without a thought.
    apprehension
        0 none, 10 would not do it again.
    note
        Free text; it stays in the encrypted store and never goes into a recording.
    """

    soreness: int | None = None
    pain: int | None = None
    effort: int | None = None
    ease: int | None = None
    apprehension: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        for name in SCALES:
            value = getattr(self, name)
            if value is not None and not LEAST <= value <= MOST:
                raise UsageError(f"{name.capitalize()} is {value}.", f"Enter a whole number from {LEAST} to {MOST}.")
        if len(self.note) > MOST_NOTE:
            raise UsageError(f"The note has {len(self.note)} characters.", f"Shorten it to {MOST_NOTE}.")

    @property
    def told(self) -> bool:
        """True where anything was said."""
        return self != NOTHING

    def as_json(self) -> dict[str, object]:
        """Return the fields as plain JSON values."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_json(cls, record: Mapping[str, object]) -> "Felt":
        """Read the fields of ``as_json``; unknown ones are left out."""
        scales = {name: value for name in SCALES if isinstance(value := record.get(name), int)}
        return cls(**scales, note=str(record.get("note") or ""))


SCALES = ("soreness", "pain", "effort", "ease", "apprehension")
NOTHING = Felt()


@dataclass(frozen=True, slots=True)
class Stop:
    """A set that was ended at once: why, in which trial, and when."""

    reason: Reason
    trial: str
    at: datetime

    @property
    def advice(self) -> str:
        """What to say to the client; empty where there is nothing to say."""
        return ADVICE if self.reason in LOCKING else ""

    @property
    def locks(self) -> bool:
        """Whether harder steps are locked for the rest of the visit."""
        return self.reason in LOCKING

    @property
    def ask_again_at(self) -> datetime | None:
        """When to ask how it is; None where a device was the reason."""
        return self.at + AFTER if self.reason in LOCKING else None
