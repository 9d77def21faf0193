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
from ui import words_store
from ui.beside import earlier_trials
from ui.store_port import ClientCard, StorePort, Unfinished

Asked = TypeVar("Asked")
Write = Callable[[StorePort, str], None]


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
        self._store = store
        self._tell = tell
        self._visit = ""
        self._page: tuple[str, Path] | None = None
        self._waiting: list[Write] = []

    @property
    def store(self) -> StorePort | None:
        """Where is written; None while it is locked."""
        return self._store

    @store.setter
    def store(self, store: StorePort | None) -> None:
        self._store = store
        if self._waiting:
            self._go_on()

    @property
    def waiting(self) -> int:
        """What could not be written yet; it is tried again with whatever is written next, and at the end of the visit."""
        return len(self._waiting)

    def leave(self) -> str:
        """End the page; return the visit's token, empty where there was none."""
        if self._waiting:
            self._go_on()
        if self._waiting:
            self._tell(StoreError(words_store.UNWRITTEN.format(count=len(self._waiting)), words_store.UNWRITTEN_HINT))
        visit, self._visit = self._visit, ""
        self._page, self._waiting = None, []
        return visit

    def enter(self, client: ClientCard | None, recording: Path | None) -> None:
        """Begin the page of a visit of a client."""
        self._visit, self._page, self._waiting = "", None, []
        if self._store is not None and client is not None and recording is not None:
            self._page = (client.code, recording)
            self._visit = self._try(lambda: self._entered(client.code, recording)) or ""

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

    def _entered(self, code: str, recording: Path) -> str:
        return self._store.open_visit(code, recording) if self._store is not None else ""

    def _write(self, write: Write) -> None:
        """Write, after whatever could not be written before: a disk that was full has room again, another program is done."""
        if self._page is None:
            return
        self._waiting.append(write)
        self._go_on()

    def _go_on(self) -> None:
        store, page = self._store, self._page
        if store is None or page is None:
            return
        if not self._visit:
            self._visit = self._try(lambda: self._entered(*page)) or ""
        if not self._visit:
            return
        left: list[Write] = []
        why: StoreError | None = None
        for write in self._waiting:
            try:
                write(store, self._visit)
            except StoreError as error:
                left.append(write)
                why = why or error
        self._waiting = left
        if why is not None:
            self._tell(why)

    def _try(self, ask: Callable[[], Asked]) -> Asked | None:
        try:
            return ask()
        except StoreError as error:
            self._tell(error)
            return None
