"""What a visit writes besides numbers: trials that do not count, how they felt, stops, and a battery that was interrupted."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from ankletest import metrics
from ankletest.errors import StoreError
from ankletest.metrics.base import MetricValue, Status
from ankletest.programme.battery import planned, shipped
from ankletest.programme.felt import Felt, Reason, Stop
from ankletest.programme.round import Round
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.store.desk import Desk
from ankletest.store.keys import DataKey
from ankletest.store.records import VisitRecord
from ankletest.trial import Outcome, Setup, Trial

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path, key: DataKey):
    it = Desk.open(tmp_path / "data", key)
    yield it
    it.close()


def done(value: float, *, trial: str) -> Finished:
    window = (0.0, 30.0)
    number = MetricValue(metrics.by_key("velocity"), value, Status.OK, (), 0.5, window, "P-COP")
    return Finished(Trial(Setup("stance", Side.LEFT, trial=trial), Outcome.COMPLETED, (), window, window), (number,))


def test_a_trial_that_does_not_count_is_stored_with_its_reason_and_is_no_ones_last_value(desk: Desk, tmp_path: Path) -> None:
    client = desk.add_client("AB-1")
    visit = desk.open_visit(client, tmp_path / "data" / "recordings" / "x.mcap")
    desk.save_trial(visit, done(30.0, trial="one"))
    desk.save_trial(visit, done(90.0, trial="two"), counts=False, why="the sensor slipped")

    stored = desk.trials(client)
    assert [(t.counts, t.why) for t in stored] == [(False, "the sensor slipped"), (True, "")]
    assert desk.last_values(client, Setup("stance", Side.LEFT)) == {"velocity": 30.0}
    assert [p.number.value for p in desk.trend(client, "velocity", exam="stance", side=Side.LEFT)] == [30.0]


def test_how_a_trial_felt_is_kept_with_it(desk: Desk, tmp_path: Path) -> None:
    client = desk.add_client("AB-1")
    visit = desk.open_visit(client, tmp_path / "x.mcap")
    desk.save_trial(visit, done(30.0, trial="one"))
    felt = Felt(soreness=2, pain=1, effort=6, ease=8, note="left calf tight")
    desk.tell_felt(visit, "one", felt)

    assert desk.trials(client)[0].felt == felt
    with pytest.raises(StoreError, match="not stored"):
        desk.tell_felt(visit, "another", felt)


def test_stops_are_kept_with_the_visit_in_their_order(desk: Desk, tmp_path: Path) -> None:
    visit = desk.open_visit(desk.add_client("AB-1"), tmp_path / "x.mcap")
    for reason in (Reason.DEVICE, Reason.PAIN):
        desk.add_stop(visit, Stop(reason, reason.value, AT))

    with desk.database.reading() as session:
        stops = session.scalars(select(VisitRecord.stops)).one()
    assert stops == [
        {"reason": "device", "trial": "device", "at": AT.isoformat()}, {"reason": "pain", "trial": "pain", "at": AT.isoformat()},
    ]  # fmt: skip


def test_a_battery_that_was_interrupted_is_found_again_where_it_stood(desk: Desk, tmp_path: Path) -> None:
    client, other = desk.add_client("AB-1"), desk.add_client("CD-2")
    visit = desk.open_visit(client, tmp_path / "x.mcap")
    battery = shipped()[0]
    one = Round.begin(battery, planned(battery)).keep("a").repeat("b", "cough")
    assert desk.open_round(client) is None
    desk.keep_round(visit, one)

    found = desk.open_round(client)
    assert found is not None
    assert (found.visit, found.round) == (visit, one)
    assert desk.open_round(other) is None
    desk.keep_round(visit, None)
    assert desk.open_round(client) is None
