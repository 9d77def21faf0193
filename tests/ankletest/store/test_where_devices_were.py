"""Published figures beside stored trials: where the devices were is stored, so those of a sensor fit too; older stores as far as known."""

import json
from dataclasses import replace
from pathlib import Path

import alembic.command
import alembic.config
import numpy as np
import pytest
from sqlalchemy import select, text, update

from ankletest import metrics
from ankletest.exams.figures import figures_for, sensors_of
from ankletest.exams.history import Before, Earlier, changes
from ankletest.exams.pairs import compare_sides
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.change import Meaning
from ankletest.metrics.published import Person, Sensor, Sex
from ankletest.programme.past import bare_trial, done_of, trial_of
from ankletest.samples import COLUMNS, Kind, Side, Site
from ankletest.store.database import Database, make_engine
from ankletest.store.desk import Client, Desk, StoredTrial
from ankletest.store.follow_up import FollowUp
from ankletest.store.keys import DataKey
from ankletest.store.migrating import MIGRATIONS
from ankletest.store.migrations.versions.s0007_where_sensors_were import placed
from ankletest.store.recomputing import recompute
from ankletest.store.records import TrialRecord
from ankletest.trial import Eyes, Outcome, Placed, Setup, Stream, Trial
from tests.ankletest.store.conftest import Done

HIM, HER = Person(25.0, Sex.MALE), Person(25.0, Sex.FEMALE)
PAD, FOOT = Placed(Kind.PAD, Site.PAD), Placed(Kind.IMU, Site.FOOT, Side.LEFT)
LUMBAR = Placed(Kind.IMU, Site.LUMBAR)
STANCE = Setup("stance", Side.LEFT, duration_s=20.0, eyes=Eyes.CLOSED, trial="st")
RAISES = Setup("heel_raise", Side.LEFT, trial="hr", given={"incline_deg": 10.0, "beats": 60.0})
WINDOW_S = (3.0, 23.0)


def stream(where: Placed) -> Stream:
    t_s = np.arange(0.0, 25.0, 0.01)
    name = where.site.value if where.side is None else f"{where.site.value}-{where.side.value}"
    lost = np.zeros(len(t_s), dtype=bool)
    return Stream(name, where.site, where.side, where.kind, t_s, np.zeros((len(t_s), len(COLUMNS[where.kind]))), lost, lost, 100.0)


def measured(setup: Setup, key: str, value: float, profile: str, *devices: Placed) -> Done:
    """Return a finished trial of one number, made with these devices."""
    trial = Trial(setup, Outcome.COMPLETED, (), (0.0, 25.0), WINDOW_S, streams=tuple(map(stream, devices)))
    trial = replace(trial, quality={one.device: {"rate_hz": 100.0} for one in trial.streams})
    return Done(trial, (MetricValue(metrics.by_key(key), value, Status.OK, (), 0.5, WINDOW_S, profile),))


@pytest.fixture
def client(desk: Desk) -> Client:
    return desk.add_client("A-1")


def saved(desk: Desk, client: Client, *done: Done) -> list[StoredTrial]:
    """Save trials of one visit and return them as they are read again, oldest first."""
    visit = desk.open_visit(client, desk.folder / "recordings" / f"{len(desk.trials(client))}.mcap")
    for one in done:
        desk.save_trial(visit, one)
    return sorted(desk.trials(client), key=lambda one: (one.opened_at, one.number))


def told(stored: StoredTrial) -> tuple[Trial, MetricValue]:
    trial = bare_trial(stored.setup, stored.outcome, stored.reasons, stored.window_s, devices=stored.devices)
    (number,) = stored.numbers
    assert number.metric is not None
    return trial, number.value_as(number.metric, stored.window_s)


def test_a_stored_trial_knows_where_its_devices_were(desk: Desk, client: Client) -> None:
    (one,) = saved(desk, client, measured(RAISES, "raises", 31.0, "P-ANG", PAD, FOOT, LUMBAR))
    (past,) = FollowUp(desk).visits(client)[0].trials

    assert one.devices == past.devices == (PAD, FOOT, LUMBAR)
    assert trial_of(past).devices == (PAD, FOOT, LUMBAR)
    assert sensors_of(trial_of(past), "P-ACC") == {Sensor.LUMBAR}  # sway is told of the first site that there is
    assert sensors_of(trial_of(past), "P-ANG") == {Sensor.FOOT, Sensor.LUMBAR}


@pytest.mark.parametrize(
    ("asked", "name", "profile", "device", "person", "norms"),
    [
        (STANCE, "velocity", "P-COP", PAD, HIM, {"rugby-2018-velocity-nd", "rugby-2018-velocity-d"}),
        (RAISES, "raises", "P-ANG", FOOT, HIM, {"hebert-losier-2017"}),
        (RAISES, "raises", "P-ANG", FOOT, HER, {"hebert-losier-2017"}),
    ],
)
def test_verified_norms_stand_beside_stored_numbers_of_pads_and_of_sensors(
    desk: Desk, client: Client, asked: Setup, name: str, profile: str, device: Placed, person: Person, norms: set[str]
) -> None:  # fmt: skip
    done = measured(asked, name, 60.0, profile, device)
    (stored,) = saved(desk, client, done)
    (past,) = FollowUp(desk).visits(client)[0].trials
    live = figures_for(done.trial, done.values[0], person)

    assert {figure.id for figure, _ in figures_for(*told(stored), person).norms} == norms
    (trial, (value,)) = done_of(past)
    assert figures_for(trial, value, person) == live


def test_a_norm_of_a_sensor_is_not_shown_where_nobody_knows_where_it_was(desk: Desk, client: Client) -> None:
    (stored,) = saved(desk, client, measured(RAISES, "raises", 31.0, "P-ANG"))

    assert stored.devices == ()
    match = figures_for(*told(stored), HIM)
    assert match.norms == ()
    assert match.why.startswith("published for measurements by")


def test_the_mdc_of_a_sensor_judges_stored_trials_left_to_right_and_over_months(desk: Desk, client: Client) -> None:
    right = replace(FOOT, side=Side.RIGHT)
    left = measured(RAISES, "raises", 20.0, "P-ANG", FOOT)
    stored = saved(desk, client, left, measured(replace(RAISES, side=Side.RIGHT), "raises", 31.0, "P-ANG", right))
    done = [(trial, [value]) for trial, value in map(told, stored)]
    (pair,) = compare_sides(done, person=HER).pairs
    assert (pair.finding.meaning, pair.finding.bound) == (Meaning.REAL, 6.35)

    value = done[0][1][0]
    before = Before(14.0, "", value.profile, value.metric.version, None)
    (change,) = changes(done[0][0], [value], [Earlier(None, RAISES, "completed", 20.0, {"raises": before})], person=HER)
    assert (change.finding.meaning, change.finding.bound) == (Meaning.WITHIN, 6.35)


def test_what_is_made_again_fills_in_where_devices_were_and_overwrites_nothing(desk: Desk, client: Client) -> None:
    done = measured(RAISES, "raises", 31.0, "P-ANG", FOOT)
    other = measured(replace(RAISES, trial="two"), "raises", 31.0, "P-ANG", LUMBAR)
    saved(desk, client, done, other)
    with desk.database.writing() as session:
        session.execute(update(TrialRecord).where(TrialRecord.number == 1).values(devices=None))
    made = [done, measured(replace(RAISES, trial="two"), "raises", 31.0, "P-ANG", FOOT)]
    recompute(desk, [client], lambda recording, seen: (made, ""))

    assert [one.devices for one in sorted(desk.trials(client), key=lambda one: one.number)] == [(FOOT,), (LUMBAR,)]
    assert desk.entries()[0].detail == "where the devices of 1 trials were"


@pytest.mark.parametrize(
    ("exam", "names", "found"),
    [
        ("stance", ("pad", "lumbar", "foot-left"), (("pad", "pad", None), ("imu", "lumbar", None), ("imu", "foot", "left"))),
        ("stance", ("pad", "my sensor"), ()),  # it may have been on the lower back, whose sway goes before all others
        ("lunge", (), (("imu", "shank", "right"),)),
        ("plantarflexion", ("a", "b"), (("imu", "foot", "right"),)),
        ("heel_raise", (), ()),
        ("stance", ("foot", "lumbar-left-2", "hand-left"), ()),
        ("stance", ("foot",), ()),  # of which leg nobody knows
    ],
)
def test_older_trials_are_told_by_the_names_of_their_devices_or_by_their_exam(exam: str, names: tuple[str, ...], found: object) -> None:
    assert placed(exam, "right", names) == found


def test_a_store_of_schema_6_learns_where_devices_were_after_a_copy(tmp_path: Path, key: DataKey) -> None:
    path, config = tmp_path / "a.db", alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = make_engine(path, key)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "0006")
        connection.execute(
            text(
                "INSERT INTO client (id, code, name, search_key, note, created_at, changed, injury) "
                "VALUES (:id, 'A-1', '', 'a-1', '', :at, 1, '')"
            ),
            {"id": "a" * 32, "at": "2026-01-05 10:00:00"},
        )
        connection.execute(
            text(
                "INSERT INTO visit (id, client_id, opened_at, program, recording, sha256) VALUES (:id, :client, :at, '0.1', 'a.mcap', '')"
            ),
            {"id": "b" * 32, "client": "a" * 32, "at": "2026-01-05 10:00:00"},
        )
        for number, (exam, quality) in enumerate((("heel_raise", {"foot-left": {}}), ("heel_raise", {}), ("lunge", {})), start=1):
            connection.execute(
                text(
                    "INSERT INTO trial (id, visit_id, number, exam, side, setup, outcome, reasons, quality, counts, why, felt_note) "
                    "VALUES (:id, :visit, :number, :exam, 'left', '{}', 'completed', '[]', :quality, 1, '', '')"
                ),
                {"id": str(number) * 32, "visit": "b" * 32, "number": number, "exam": exam, "quality": json.dumps(quality)},
            )
        connection.commit()
    engine.dispose()
    database = Database.open(path, key)
    with database.reading() as session:
        found = session.scalars(select(TrialRecord.devices).order_by(TrialRecord.number)).all()
    database.close()

    assert found == [[FOOT.as_json()], None, [Placed(Kind.IMU, Site.SHANK, Side.LEFT).as_json()]]
    assert (tmp_path / "a-before-0007.db").exists()
    engine = make_engine(path, key)
    with engine.connect() as connection:  # and back
        config.attributes["connection"] = connection
        alembic.command.downgrade(config, "0006")
        assert "devices" not in [row[1] for row in connection.execute(text("PRAGMA table_info(trial)"))]
    engine.dispose()
