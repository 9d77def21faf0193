"""Speed of a large store: 10,000 clients, 200,000 trials: search, a client's page, trends, follow-up, the due list, and the start."""

import os
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from PySide6.QtWidgets import QApplication
from sqlalchemy import insert

from ankletest import metrics
from ankletest.programme.trend import tracks, trend_of
from ankletest.samples import Side
from ankletest.store.desk import Client, Desk
from ankletest.store.follow_up import FollowUp
from ankletest.store.keys import DataKey
from ankletest.store.people import Details
from ankletest.store.records import ClientRecord, ResultRecord, TrialRecord, VisitRecord
from ankletest.trial import Setup
from drivers.catalog import MODELS
from drivers.hub import Hub
from drivers.transports.simulator import PRACTICE, SimulatorSource
from ui.app import make_app
from ui.desk.desk_store import DeskStore
from ui.jobs import Jobs
from ui.pages.followup import FollowUpPage
from ui.visit import Visit

CLIENTS, VISITS, TRIALS = 10_000, 5, 4
"""Clients, visits of each, trials of each visit."""
NUMBERS = 12
"""Numbers of a trial: what a stance has in its clinical set."""
FULL = 60
"""Numbers of a trial of the clients that are looked at: with the research tier, as they are stored."""
LOOKED_AT = 50
ASKED = 200
STANCE = sorted((metric for metric in metrics.METRICS if metric.part.family == "stance"), key=lambda metric: not metric.clinical)
"""Whose keys the numbers have, the clinical ones first: follow-up passes over numbers that no metric makes."""
VELOCITY = metrics.by_key("velocity")
BATCH = 20_000
BOUND_MS = 50.0
SYLLABLES = ("an", "ber", "cor", "da", "el", "fin", "ga", "hol", "in", "jo", "ka", "lun", "mei", "nor", "os", "pe", "ri", "sö", "ta", "ul")


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        key = DataKey(bytes(range(32)))
        empty, opened_empty = opened(Path(folder) / "empty", key)
        empty.close()
        big, _ = opened(Path(folder) / "big", key)
        began = time.perf_counter()
        looked_at = fill(big)
        filled_s = time.perf_counter() - began
        big.close()
        empty, opened_empty = opened(Path(folder) / "empty", key)
        empty.close()
        big, opened_big = opened(Path(folder) / "big", key)
        size = big.database.path.stat().st_size / 1e6
        print(
            f"{CLIENTS} clients, {CLIENTS * VISITS} visits, {CLIENTS * VISITS * TRIALS} trials: {size:.0f} MB, filled in {filled_s:.0f} s"
        )
        print(f"open: {opened_big * 1e3:.0f} ms, the empty store {opened_empty * 1e3:.0f} ms")
        print(f"{'':34}{'median':>9}{'95 %':>8}  ms, bound {BOUND_MS:.0f} ms at the median")
        for title, times in measure(big, looked_at):
            times.sort()
            print(f"{title:34}{statistics.median(times):9.1f}{times[int(0.95 * len(times))]:8.1f}")
        big.close()


def opened(folder: Path, key: DataKey) -> tuple[Desk, float]:
    """Open a store and search once, as a start does; return how long that took, s."""
    began = time.perf_counter()
    desk = Desk.open(folder, key)
    desk.clients()
    return desk, time.perf_counter() - began


def measure(desk: Desk, looked_at: list[Client]) -> Iterator[tuple[str, list[float]]]:
    """Yield what was asked and how long each took, ms."""
    rnd = random.Random(1)
    page = Page(desk)
    words = [client.name for client in desk.clients(limit=2000)]
    asked: list[tuple[str, Callable[[], object]]] = [
        ("search: two letters", lambda: desk.clients(rnd.choice(words)[:2])),
        ("search: a name", lambda: desk.clients(rnd.choice(words))),
        ("search: two words", lambda: desk.clients(f"{rnd.choice(words)[:3]} c-{rnd.randrange(100)}")),
        ("search: nobody", lambda: desk.clients("xyzzy")),
        ("who could be the same", lambda: desk.book.alike(Details("", rnd.choice(words)))),
        (f"a client's trials, {NUMBERS} numbers each", lambda: desk.trials(_any(desk, rnd))),
        (f"a client's trials, {FULL} numbers each", lambda: desk.trials(rnd.choice(looked_at))),
        ("trend of one number", lambda: desk.trend(rnd.choice(looked_at), VELOCITY.key, exam="stance", side=Side.LEFT)),
        ("follow-up: a client's trend", lambda: _trend(desk, rnd.choice(looked_at))),
        ("follow-up: the page, painted", lambda: page.show(rnd.choice(looked_at))),
        ("follow-up: who is due (a job)", FollowUp(desk).due_list),
        ("last numbers of a leg", lambda: desk.last_values(rnd.choice(looked_at), Setup("stance", Side.LEFT))),
    ]
    for title, ask in asked:
        ask()
        times = []
        for _ in range(ASKED if "job" not in title else ASKED // 20):
            began = time.perf_counter()
            ask()
            times.append(1e3 * (time.perf_counter() - began))
        yield title, times


class Page:
    """The page of follow-up off screen, at the size of a small screen."""

    def __init__(self, desk: Desk) -> None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        self._app = make_app()
        self._store = DeskStore(desk)
        self._jobs = Jobs()
        hub = Hub(MODELS, recorder=_nothing, read=_nothing, simulate=_nothing, practice=PRACTICE)
        self._visit = Visit(hub, store=self._store, recordings=None, jobs=self._jobs)
        self._page = FollowUpPage(self._visit, self._jobs)
        self._page.resize(1196, 800)

    def show(self, client: Client) -> None:
        """Take a client and wait until the page is painted."""
        self._visit.client = self._store.clients(client.code)[0]
        if self._page.isVisible():
            self._page.refresh()
        else:
            self._page.show()
        QApplication.processEvents()


def _nothing(*_: object) -> SimulatorSource:
    raise NotImplementedError


def _trend(desk: Desk, client: Client) -> object:
    (track,) = tracks(FollowUp(desk).visits(client, {VELOCITY.key}))
    return trend_of(track, VELOCITY)


def _any(desk: Desk, rnd: random.Random) -> Client:
    return desk.clients(f"c-{rnd.randrange(CLIENTS):05}", limit=1)[0]


def fill(desk: Desk) -> list[Client]:
    """Fill a store; return clients whose trials have all their numbers."""
    rnd = random.Random(7)
    now = datetime(2026, 1, 5, tzinfo=UTC)
    clients = [_client(rnd, number, now) for number in range(CLIENTS)]
    visits = [
        {"id": uuid.UUID(int=rnd.getrandbits(128)), "client_id": client["id"],
         "opened_at": now - timedelta(days=30 * n, minutes=rnd.randrange(600)), "program": "0.1.0",
         "recording": f"recordings/{i}-{n}.mcap", "sha256": "0" * 64}
        for i, client in enumerate(clients) for n in range(VISITS)
    ]  # fmt: skip
    trials = [_trial(rnd, visit["id"], number) for visit in visits for number in range(TRIALS)]
    full = {visit["id"] for visit in visits[: LOOKED_AT * VISITS]}
    results = (
        {"trial_id": trial["id"], "metric_id": metric.id, "key": metric.key, "value": rnd.random() * 100.0, "unit": metric.unit,
         "status": "OK", "reasons": [], "uncertainty": 0.5, "profile": "P-COP", "version": metric.version}
        for trial in trials for metric in (STANCE[:FULL] if trial["visit_id"] in full else STANCE[:NUMBERS])
    )  # fmt: skip
    for table, rows in ((ClientRecord, iter(clients)), (VisitRecord, iter(visits)), (TrialRecord, iter(trials)), (ResultRecord, results)):
        while batch := list(islice(rows, BATCH)):
            with desk.database.writing() as session:
                session.execute(insert(table), batch)
    known = {client.id: client for client in desk.clients(limit=CLIENTS)}
    return [known[client["id"]] for client in clients[:LOOKED_AT]]


def _client(rnd: random.Random, number: int, now: datetime) -> dict[str, object]:
    name = " ".join("".join(rnd.choices(SYLLABLES, k=rnd.randrange(2, 4))).title() for _ in range(2))
    code = f"C-{number:05}"
    return {"id": uuid.UUID(int=rnd.getrandbits(128)), "code": code, "name": name, "search_key": f"{code} {name}".casefold(), "note": "",
            "created_at": now, "changed": 1, "mass_kg": 70.0, "involved_side": None, "sex": None, "birth_year": 1980}  # fmt: skip


def _trial(rnd: random.Random, visit: object, number: int) -> dict[str, object]:
    side = Side.LEFT if number % 2 else Side.RIGHT
    return {"id": uuid.UUID(int=rnd.getrandbits(128)), "visit_id": visit, "number": number + 1, "exam": "stance", "side": side.value,
            "setup": Setup("stance", side).as_json(), "outcome": "completed", "reasons": [], "start_s": 0.0, "end_s": 30.0,
            "window_start_s": 0.0, "window_end_s": 30.0, "quality": {}}  # fmt: skip


if __name__ == "__main__":
    main()
