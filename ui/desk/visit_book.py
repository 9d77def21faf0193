"""What a visit writes into the store and looks up in it; a store in trouble is told of, and the visit goes on: the recording has all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from ankletest.errors import AnkletestError, StoreError
from ankletest.exams.history import Earlier
from ankletest.programme.felt import Felt, Stop
from ankletest.programme.round import Round
from ankletest.session import Finished
from ankletest.trial import Setup
from ui.beside import earlier_trials
from ui.desk.store_port import ClientCard, StorePort, Unfinished
from ui.words import store as words_store

Asked = TypeVar("Asked")
Write = Callable[[StorePort, str], None]


@dataclass(slots=True, eq=False)
class _Page:
    """The page of one visit: whose, which recording, and the visit's token once it is entered."""

    client: str
    recording: Path | None
    token: str = ""


class VisitBook:
    """The page of a visit in the store.

    What could not be written waits: a store that is locked, a disk that was full. It is tried again with whatever is written next, and
    when a store is there again. What is said of a trial or of a set after the devices were let go goes to the visit that it was in.

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
        self._page: _Page | None = None
        self._last: _Page | None = None
        self._page_of: dict[str, _Page] = {}
        self._round_in: _Page | None = None
        self._waiting: list[tuple[_Page, Write]] = []

    @property
    def store(self) -> StorePort | None:
        """Where it is written; None while it is locked, or where nothing is stored."""
        return self._store

    @store.setter
    def store(self, store: StorePort | None) -> None:
        self._store = store
        self._go_on()

    @property
    def waiting(self) -> int:
        """What could not be written yet."""
        return len(self._waiting)

    @property
    def holds(self) -> bool:
        """True where a battery that is put aside can be gone on with."""
        return self._page is not None or self._round_in is not None

    def leave(self) -> str:
        """End the page; return the visit's token, empty where there was none."""
        self._go_on()
        if self._waiting and self._store is not None:
            self._tell(StoreError(words_store.UNWRITTEN.format(count=len(self._waiting)), words_store.UNWRITTEN_HINT))
            self._waiting = []
        page, self._page = self._page, None
        return page.token if page is not None else ""

    def enter(self, client: ClientCard | None, recording: Path | None) -> None:
        """Begin the page of a visit of a client."""
        self._page = self._last = None
        if self._store is not None and client is not None and recording is not None:
            page = self._page = self._last = _Page(client.code, recording)
            self._try(lambda: self._entered(page))

    def save(self, finished: Finished, *, counts: bool, why: str, mass_typed: bool) -> None:
        """Save a trial; a body mass that was typed for it is kept with the client."""
        if self._page is not None:
            self._page_of[finished.trial.setup.trial] = self._page
        self._write(self._page, lambda store, visit: store.save_trial(visit, finished, counts=counts, why=why, mass_typed=mass_typed))

    def tell_felt(self, trial: str, felt: Felt) -> None:
        """Keep how a trial felt."""
        self._write(self._page_of.get(trial, self._page), lambda store, visit: store.tell_felt(visit, trial, felt))

    def add_stop(self, stop: Stop) -> None:
        """Keep that a set was stopped at once."""
        self._write(self._page_of.get(stop.trial, self._page or self._last), lambda store, visit: store.add_stop(visit, stop))

    def keep_round(self, one: Round | None) -> None:
        """Keep where the battery stands, so that it can be gone on with; None once it is done or ended.

        It stands in one visit only: in this one, else in the one it was in before.
        """
        before, place = self._round_in, self._page or self._round_in
        if before is not None and before is not place:
            self._write(before, lambda store, visit: store.keep_round(visit, None))
        self._write(place, lambda store, visit: store.keep_round(visit, one))
        self._round_in = place if one is not None else None

    def take_up(self, found: Unfinished) -> None:
        """Go on with a battery of an earlier visit: it stays there until this visit holds it."""
        mine = self._page is not None and self._page.token == found.visit
        self._round_in = self._page if mine else _Page("", None, found.visit)

    def put_aside(self) -> None:
        """Leave the battery where it stands."""
        self._round_in = None

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

    def _entered(self, page: _Page) -> str:
        """Return the visit's token; one that could not be entered before is entered now."""
        if not page.token and self._store is not None and page.recording is not None:
            page.token = self._store.open_visit(page.client, page.recording)
        return page.token

    def _write(self, page: _Page | None, write: Write) -> None:
        """Write, after whatever could not be written before."""
        if page is not None:
            self._waiting.append((page, write))
            self._go_on()

    def _go_on(self) -> None:
        store, waiting = self._store, self._waiting
        if store is None or not waiting:
            return
        self._waiting = []
        why: AnkletestError | None = None
        for page, write in waiting:
            try:
                write(store, self._entered(page))
            except AnkletestError as error:
                self._waiting.append((page, write))
                why = why or error
        if why is not None:
            self._tell(why)

    def _try(self, ask: Callable[[], Asked]) -> Asked | None:
        try:
            return ask()
        except AnkletestError as error:
            self._tell(error)
            return None
