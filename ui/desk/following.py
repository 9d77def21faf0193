"""What the Follow-up page asks of an open store, by the client's code; no logic of its own."""

import uuid
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from ankletest.analysis import remade
from ankletest.device import DeviceModel
from ankletest.programme.decisions import Decision
from ankletest.programme.ladder_file import InForce, copy_shipped, in_force, put_away
from ankletest.programme.past import PastVisit
from ankletest.programme.targets import Target
from ankletest.session import Finished
from ankletest.store.desk import Client, Desk
from ankletest.store.follow_up import AskedClient, DueClient, FollowUp, KeptTarget
from ankletest.store.recomputing import Recomputed, recompute
from ankletest.trial import Setup
from ui.jobs import Progress

EVERYBODY = 1_000_000


class Following:
    """The follow-up of one open store; every call may raise ``StoreError``.

    Parameters
    ----------
    desk
        The store.
    client_of
        Finds a client by the code.
    """

    def __init__(self, desk: Desk, client_of: Callable[[str], Client]) -> None:
        self._desk = desk
        self._follow = FollowUp(desk)
        self._client = client_of

    @property
    def read_only(self) -> bool:
        """True in a window that only looks."""
        return self._desk.database.read_only

    def visits(self, code: str, keys: Collection[str] | None = None) -> list[PastVisit]:
        """Return a client's visits, oldest first; with ``keys`` only these numbers of their trials."""
        return self._follow.visits(self._client(code), keys)

    def tell_pain(self, visit: str, pain: int) -> None:
        """Keep how much it hurt on the day after a visit."""
        self._follow.tell_pain(visit, pain)

    def targets(self, code: str) -> list[KeptTarget]:
        """Return a client's targets, oldest first."""
        return self._follow.targets(self._client(code))

    def add_target(self, code: str, target: Target, setup: Setup, *, version: int, note: str = "") -> None:
        """Keep a target."""
        self._follow.add_target(self._client(code), target, setup, version=version, note=note)

    def remove_target(self, target: uuid.UUID) -> None:
        """Remove a target."""
        self._follow.remove_target(target)

    def decisions(self, code: str) -> list[Decision]:
        """Return what was decided on the ladder, oldest first."""
        return self._follow.decisions(self._client(code))

    def decide(self, code: str, decision: Decision) -> None:
        """Keep a decision."""
        self._follow.decide(self._client(code), decision)

    def due_list(self) -> list[DueClient]:
        """Return who is due; takes a moment in a large clinic, run it as a job."""
        return self._follow.due_list()

    def asked_list(self, now: datetime) -> list[AskedClient]:
        """Return who is to be asked about the day after a stop; ``now`` with the time zone of the place."""
        return self._follow.asked_list(now)

    def ladder(self) -> InForce:
        """Return the ladder in force."""
        return in_force(self._desk.folder)

    def copy_rules(self) -> Path:
        """Put the ladder that comes with the program into the data folder, to be edited."""
        return copy_shipped(self._desk.folder)

    def put_rules_away(self) -> Path | None:
        """Let the ladder that comes with the program hold again; return where the clinic's own is kept."""
        return put_away(self._desk.folder)

    def recompute(
        self, code: str, models: Sequence[DeviceModel], progress: Progress, cancelled: Callable[[], bool]
    ) -> Recomputed:  # fmt: skip
        """Analyse the stored trials of a client again, or of all where the code is empty; run it as a job."""
        clients = [self._client(code)] if code else self._desk.clients(limit=EVERYBODY)

        def remake(recording: Path, seen: Progress) -> tuple[list[Finished], str]:
            return remade(recording, models, seen=seen)

        return recompute(self._desk, clients, remake, progress=progress, cancelled=cancelled)
