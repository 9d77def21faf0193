"""What a visit writes into the store and looks up in it; a store in trouble is told of, and the visit goes on: the recording has all."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ankletest.errors import AnkletestError, StoreError
from ankletest.exams.history import Earlier
from ankletest.programme.felt import Felt, Stop
from ankletest.programme.round import Round
from ankletest.session import Finished
from ankletest.trial import Setup
from ui.beside import earlier_trials
from ui.store_port import ClientCard, StorePort, Unfinished

Asked = TypeVar("Asked")


class VisitBook:
    """The page of a visit in the store.

    Parameters
    ----------
    store
        None: nothing is stored.
    tell
        Is told of what could not be written or read.
    """

    def __init__(self, store: StorePort | None, tell: Callable[[AnkletestError], None]) -> None:
        self.store = store
        self._tell = tell
        self._visit = ""

    def leave(self) -> str:
        """End the page; return the visit's token, empty where there was none."""
        visit, self._visit = self._visit, ""
        return visit

    def enter(self, client: ClientCard | None, recording: Path | None) -> None:
        """Begin the page of a visit of a client."""
        self._visit = ""
        store = self.store
        if store is not None and client is not None and recording is not None:
            self._visit = self._try(lambda: store.open_visit(client.code, recording)) or ""

    def save(self, finished: Finished, *, counts: bool, why: str, mass_typed: bool) -> None:
        """Save a trial; a body mass that was typed for it is kept with the client."""
        self._write(lambda store, visit: store.save_trial(visit, finished, counts=counts, why=why, mass_typed=mass_typed))

    def tell_felt(self, trial: str, felt: Felt) -> None:
        """Keep how a trial felt."""
        self._write(lambda store, visit: store.tell_felt(visit, trial, felt))

    def add_stop(self, stop: Stop) -> None:
        """Keep that a set was stopped at once."""
        self._write(lambda store, visit: store.add_stop(visit, stop))

    def keep_round(self, one: Round | None) -> None:
        """Keep where the battery stands, so that it can be gone on with; None once it is done or ended."""
        self._write(lambda store, visit: store.keep_round(visit, one))

    def interrupted(self, client: ClientCard | None) -> Unfinished | None:
        """Return a client's battery that was interrupted in an earlier visit."""
        store = self.store
        return self._try(lambda: store.open_round(client.code)) if store is not None and client is not None else None

    def forget(self, found: Unfinished) -> None:
        """Do not offer an interrupted battery any more."""
        store = self.store
        if store is not None:
            self._try(lambda: store.keep_round(found.visit, None))

    def last_values(self, client: ClientCard | None, setup: Setup) -> Mapping[str, float]:
        """Return the numbers of the client's newest trial of the other leg under the same conditions."""
        store = self.store
        if store is None or client is None:
            return {}
        return self._try(lambda: store.last_values(client.code, replace(setup, side=setup.side.other))) or {}

    def earlier(self, client: ClientCard | None, but: frozenset[str]) -> list[Earlier]:
        """Return a client's stored trials but some, oldest first."""
        store = self.store
        if store is None or client is None:
            return []
        return self._try(lambda: earlier_trials(store.trials(client.code), but=but)) or []

    def _write(self, write: Callable[[StorePort, str], None]) -> None:
        store, visit = self.store, self._visit
        if store is not None and visit:
            self._try(lambda: write(store, visit))

    def _try(self, ask: Callable[[], Asked]) -> Asked | None:
        try:
            return ask()
        except StoreError as error:
            self._tell(error)
            return None
