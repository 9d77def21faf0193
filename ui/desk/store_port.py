"""What the window asks of a store: clients, visits, trials; the store itself is in the core and is handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ankletest.metrics.published import Person, Sex
from ankletest.programme.felt import Felt, Stop
from ankletest.programme.round import Round
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.store.client_book import ClientBook
from ankletest.store.people import Details
from ankletest.store.stored import StoredTrial
from ankletest.trial import Setup
from ui.desk.following import Following


@dataclass(frozen=True, slots=True)
class ClientCard(Details):
    """A person who is tested, as the window knows them; ``code`` is what recordings carry."""

    def person(self, year: int) -> Person:
        """Return what norms need to know, in a calendar year; the age is that of the birthday in it."""
        return Person(float(year - self.birth_year) if self.birth_year is not None else None, self.sex)

    @classmethod
    def of(cls, details: Details) -> "ClientCard":
        """Return the card of what is entered of a client."""
        return cls(**{one.name: getattr(details, one.name) for one in fields(Details)})


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A battery that was interrupted: the visit's token, when that began, and where it stands."""

    visit: str
    opened_at: datetime
    round: Round


class StorePort(Protocol):
    """A store of clients and trials; every call may raise ``StoreError``. Clients are named by their code, visits by a token."""

    following: Following

    @property
    def book(self) -> ClientBook:
        """The list of clients: everything that is entered of them, who could be the same, whole lists in and out."""
        ...

    def close(self) -> None:
        """Close it; nothing may be asked of it after that."""
        ...

    def clients(self, search: str = "") -> Sequence[ClientCard]:
        """Return clients whose code or name holds the words."""
        ...

    def add_client(
        self,
        code: str,
        *,
        name: str = "",
        mass_kg: float | None = None,
        involved: Side | None = None,
        sex: Sex | None = None,
        birth_year: int | None = None,
    ) -> ClientCard:
        """Enter a client; the code must be new."""
        ...

    def open_visit(self, client: str, recording: Path) -> str:
        """Enter a visit with the recording it is written to; return its token."""
        ...

    def save_trial(self, visit: str, finished: Finished, *, counts: bool = True, why: str = "", mass_typed: bool = True) -> None:
        """Save a trial with all its numbers; one that does not count too, with the reason."""
        ...

    def tell_felt(self, visit: str, trial: str, felt: Felt) -> None:
        """Keep how a stored trial felt."""
        ...

    def add_stop(self, visit: str, stop: Stop) -> None:
        """Keep that a set was stopped at once."""
        ...

    def keep_round(self, visit: str, one: Round | None) -> None:
        """Keep where the battery of a visit stands; None once it is done or ended."""
        ...

    def open_round(self, client: str) -> Unfinished | None:
        """Return the newest battery of a client that was interrupted."""
        ...

    def seal_visit(self, visit: str, recording: Path) -> None:
        """Note that the recording is complete."""
        ...

    def trials(self, client: str) -> Sequence[StoredTrial]:
        """Return a client's trials, newest visit first."""
        ...

    def last_values(self, client: str, setup: Setup) -> Mapping[str, float]:
        """Return the numbers of the newest trial of that exam and leg under the same conditions, by metric key."""
        ...
