"""What a visit writes into the store and looks up in it; a store in trouble is told of, and the visit goes on: the recording has all."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ankletest.errors import AnkletestError
from ankletest.exams.history import Earlier
from ankletest.programme.felt import Felt, Stop
from ankletest.programme.round import Round
from ankletest.session import Finished
from ankletest.trial import Setup
from ui.beside import earlier_trials
from ui.store_port import ClientCard, StorePort, Unfinished

Asked = TypeVar("Asked")
Write = Callable[[StorePort], None]


class VisitBook:
    """The page of a visit in the store.

    What is to be written while the store is locked waits here, and is written as soon as a store is there again. What is said of a trial
    or of a set after the devices were let go still goes to the visit that it was in.

    Parameters
    ----------
    store
        None: nothing is stored.
    tell
        Is told of what could not be written or read.
    """

    def __init__(self, store: StorePort | None, tell: Callable[[AnkletestError], None]) -> None:
        self._store = store
        self._tell = tell
        self._visit = ""
        self._last = ""
        self._visit_of: dict[str, str] = {}
        self._round_in = ""
        self._waiting: list[Write] = []

    @property
    def store(self) -> StorePort | None:
        """Where it is written; None while it is locked, or where nothing is stored."""
        return self._store

    @store.setter
    def store(self, store: StorePort | None) -> None:
        self._store = store
        if store is not None:
            waiting, self._waiting = self._waiting, []
            for write in waiting:
                self._write(write)

    @property
    def holds(self) -> bool:
        """True where a battery that is put aside can be gone on with."""
        return bool(self._visit or self._round_in)

    def leave(self) -> str:
        """End the page; return the visit's token, empty where there was none."""
        visit, self._visit = self._visit, ""
        return visit

    def enter(self, client: ClientCard | None, recording: Path | None) -> None:
        """Begin the page of a visit of a client."""
        self._visit = self._last = ""
        store = self._store
        if store is not None and client is not None and recording is not None:
            self._visit = self._last = self._try(lambda: store.open_visit(client.code, recording)) or ""

    def save(self, finished: Finished, *, counts: bool, why: str) -> None:
        """Save a trial."""
        visit = self._visit
        if visit:
            self._visit_of[finished.trial.setup.trial] = visit
            self._write(lambda store: store.save_trial(visit, finished, counts=counts, why=why))

    def tell_felt(self, trial: str, felt: Felt) -> None:
        """Keep how a trial felt."""
        visit = self._visit_of.get(trial, self._visit)
        if visit:
            self._write(lambda store: store.tell_felt(visit, trial, felt))

    def add_stop(self, stop: Stop) -> None:
        """Keep that a set was stopped at once."""
        visit = self._visit_of.get(stop.trial) or self._visit or self._last
        if visit:
            self._write(lambda store: store.add_stop(visit, stop))

    def keep_round(self, one: Round | None) -> None:
        """Keep where the battery stands, so that it can be gone on with; None once it is done or ended.

        It stands in one visit only: in this one, else in the one it was in before.
        """
        before, place = self._round_in, self._visit or self._round_in
        if before and before != place:
            self._write(lambda store: store.keep_round(before, None))
        if place:
            self._write(lambda store: store.keep_round(place, one))
        self._round_in = place if one is not None else ""

    def take_up(self, found: Unfinished) -> None:
        """Go on with a battery of an earlier visit: it stays there until this visit holds it."""
        self._round_in = found.visit

    def put_aside(self) -> None:
        """Leave the battery where it stands."""
        self._round_in = ""

    def interrupted(self, client: ClientCard | None) -> Unfinished | None:
        """Return a client's battery that was interrupted in an earlier visit."""
        store = self._store
        return self._try(lambda: store.open_round(client.code)) if store is not None and client is not None else None

    def last_values(self, client: ClientCard | None, setup: Setup) -> Mapping[str, float]:
        """Return the numbers of the client's newest trial of the other leg under the same conditions."""
        store = self._store
        if store is None or client is None:
            return {}
        return self._try(lambda: store.last_values(client.code, replace(setup, side=setup.side.other))) or {}

    def earlier(self, client: ClientCard | None, but: frozenset[str]) -> list[Earlier]:
        """Return a client's stored trials but some, oldest first."""
        store = self._store
        if store is None or client is None:
            return []
        return self._try(lambda: earlier_trials(store.trials(client.code), but=but)) or []

    def _write(self, write: Write) -> None:
        store = self._store
        if store is None:
            self._waiting.append(write)
        else:
            self._try(lambda: write(store))

    def _try(self, ask: Callable[[], Asked]) -> Asked | None:
        try:
            return ask()
        except AnkletestError as error:
            self._tell(error)
            return None
