"""A store in trouble while a visit is written: it is told, and what could not be written is, as soon as that is possible."""

from pathlib import Path

import pytest

from ankletest.errors import AnkletestError, StoreError
from ankletest.programme.felt import Felt
from ankletest.samples import Side
from ankletest.store.desk import RECORDINGS, Desk
from ankletest.store.keys import DataKey
from ankletest.trial import Setup
from tests.ui.followed import measured
from ui.desk.desk_store import DeskStore
from ui.desk.store_port import ClientCard
from ui.desk.visit_book import VisitBook
from ui.words import store as words_store

FULL = StoreError("The disk is full; nothing was saved.", "Free some space and save again.")


class Balky(DeskStore):
    """A store whose disk is full while ``full`` is set."""

    full = False

    def _demand(self) -> None:
        if self.full:
            raise FULL

    def open_visit(self, client, recording):
        self._demand()
        return super().open_visit(client, recording)

    def save_trial(self, visit, finished, *, counts=True, why="", mass_typed=True):
        self._demand()
        super().save_trial(visit, finished, counts=counts, why=why, mass_typed=mass_typed)

    def tell_felt(self, visit, trial, felt):
        self._demand()
        super().tell_felt(visit, trial, felt)


@pytest.fixture
def store(tmp_path: Path):
    opened = Balky(Desk.open(tmp_path / "data", DataKey(bytes(range(32)))))
    opened.add_client("A-1")
    yield opened
    opened.close()


@pytest.fixture
def told() -> list[AnkletestError]:
    return []


@pytest.fixture
def book(store: Balky, told: list[AnkletestError]) -> VisitBook:
    return VisitBook(store, told.append)


def entered(book: VisitBook, store: Balky) -> None:
    book.enter(card(store), store._desk.folder / RECORDINGS / "a.mcap")


def card(store: Balky) -> ClientCard:
    return store.clients("A-1")[0]


def trial(token: str):
    return measured(Setup("stance", Side.LEFT, trial=token), {"velocity": 60.0})


def test_what_a_full_disk_did_not_take_is_written_with_the_next_trial_in_its_order(book, store, told) -> None:
    entered(book, store)
    store.full = True
    book.save(trial("one"), counts=True, why="", mass_typed=False)
    book.tell_felt("one", Felt(pain=2))
    assert told[0] is FULL
    assert book.waiting == 2
    store.full = False
    book.save(trial("two"), counts=False, why="a phone rang", mass_typed=False)

    assert book.waiting == 0
    kept = {t.setup.trial: t for t in store.trials("A-1")}
    assert (kept["one"].number, kept["one"].counts, kept["one"].felt) == (1, True, Felt(pain=2))
    assert (kept["two"].number, kept["two"].counts, kept["two"].why) == (2, False, "a phone rang")
    assert book.leave()


def test_a_visit_that_could_not_be_entered_is_entered_with_its_first_trial_that_can_be(book, store, told) -> None:
    store.full = True
    entered(book, store)
    book.save(trial("one"), counts=True, why="", mass_typed=False)
    store.full = False
    book.save(trial("two"), counts=True, why="", mass_typed=False)

    assert [t.setup.trial for t in store.trials("A-1")] == ["two", "one"], "newest first"
    assert told


def test_what_waits_is_written_when_the_visit_ends_or_the_store_is_unlocked(book, store, told) -> None:
    entered(book, store)
    store.full = True
    book.save(trial("one"), counts=True, why="", mass_typed=False)
    store.full = False
    book.store = None
    book.tell_felt("one", Felt(pain=4))
    book.store = store
    assert [(t.setup.trial, t.felt.pain) for t in store.trials("A-1")] == [("one", 4)]
    store.full = True
    book.save(trial("two"), counts=True, why="", mass_typed=False)
    store.full = False
    book.leave()

    assert len(store.trials("A-1")) == 2


def test_what_can_never_be_written_is_told_when_the_visit_ends(book, store, told) -> None:
    entered(book, store)
    store.full = True
    book.save(trial("one"), counts=True, why="", mass_typed=False)
    book.leave()

    assert told[-1].message == words_store.UNWRITTEN.format(count=1)
    assert told[-1].hint
    store.full = False
    entered(book, store)
    assert book.waiting == 0


def test_without_a_client_or_a_store_nothing_waits(store, told) -> None:
    for book, client in ((VisitBook(None, told.append), card(store)), (VisitBook(store, told.append), None)):
        book.enter(client, Path("a.mcap"))
        book.save(trial("one"), counts=True, why="", mass_typed=False)
        assert book.waiting == 0
        assert book.leave() == ""
    assert told == []
