"""Follow-up in the store: versions beside each other, targets, decisions, the day after, who is due; and recompute from real recordings."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from ankletest import metrics
from ankletest.analysis import remade
from ankletest.errors import RecordingError, StoreError
from ankletest.metrics.base import MetricValue
from ankletest.programme.decisions import Choice, Decision, basis_of, standing
from ankletest.programme.felt import Felt, Reason, Stop
from ankletest.programme.ladder_file import shipped
from ankletest.programme.targets import Origin, Target
from ankletest.samples import Side
from ankletest.session import Finished
from ankletest.store.desk import Client, Desk
from ankletest.store.dump import dump, dump_pseudonymised
from ankletest.store.follow_up import FollowUp
from ankletest.store.recomputing import Recomputed, recompute
from ankletest.store.records import ResultRecord, VisitRecord
from ankletest.trial import Setup
from drivers.catalog import MODELS

ROOT = Path(__file__).parents[3]
RECORDING = ROOT / "fixtures" / "visit" / "visit.mcap"
DAY = datetime(2026, 8, 3, 9, tzinfo=UTC)


@pytest.fixture
def client(desk: Desk) -> Client:
    return desk.add_client("A-1", name="Anna Berg", involved=Side.LEFT)


@pytest.fixture
def follow(desk: Desk) -> FollowUp:
    return FollowUp(desk)


def dated(desk: Desk, visit: object, at: datetime) -> str:
    with desk.database.writing() as session:
        session.get_one(VisitRecord, visit).opened_at = at
    return str(visit)


# ---- what was ---------------------------------------------------------------------------------------------------------------


def test_visits_come_back_oldest_first_with_all_there_is_to_know(desk: Desk, client: Client, follow: FollowUp, done) -> None:
    late = desk.open_visit(client, desk.folder / "recordings" / "b.mcap")
    early = desk.open_visit(client, desk.folder / "recordings" / "a.mcap")
    desk.save_trial(late, done)
    desk.tell_felt(late, "t-1", Felt(pain=3, ease=6, note="tight"))
    desk.add_stop(late, Stop(Reason.PAIN, "t-1", DAY))
    dated(desk, early, DAY - timedelta(days=28))
    dated(desk, late, DAY)
    first, second = follow.visits(client)
    (trial,) = second.trials

    assert (first.trials, first.told, first.when) == ((), False, DAY - timedelta(days=28))
    assert trial.numbers["path"][0].value == 412.25
    assert trial.felt == Felt(pain=3, ease=6, note="tight")
    assert second.stops == (Stop(Reason.PAIN, "t-1", DAY),)
    assert second.id == str(late)
    assert [entry.act for entry in desk.entries(of=client.id)].count("see") == 1


def test_only_the_numbers_that_are_asked_for_are_read(desk: Desk, client: Client, follow: FollowUp, done) -> None:
    visit = desk.open_visit(client, desk.folder / "recordings" / "a.mcap")
    desk.save_trial(visit, done)
    recompute(desk, [client], lambda recording, seen: ([done_again(done, 390.0)], ""))

    found = {keys: follow.visits(client, keys)[0].trials[0].numbers for keys in (None, ("path",), ("ellipse_area", "velocity"), ())}
    assert {keys: set(numbers) for keys, numbers in found.items()} == {
        None: {"path", "ellipse_area"}, ("path",): {"path"}, ("ellipse_area", "velocity"): {"ellipse_area"}, (): set(),
    }  # fmt: skip
    assert found["path",]["path"] == found[None]["path"]
    assert len(found[None]["path"]) == 2


def test_the_pain_of_the_day_after_is_kept_and_logged(desk: Desk, client: Client, follow: FollowUp) -> None:
    visit = desk.open_visit(client, desk.folder / "recordings" / "a.mcap")
    follow.tell_pain(str(visit), 4)

    assert follow.visits(client)[0].pain_next_day == 4
    assert desk.entries(of=visit)[0].detail == "pain on the day after"
    with pytest.raises(StoreError, match="Pain is 11"):
        follow.tell_pain(str(visit), 11)
    desk.forget_visit(visit)
    with pytest.raises(StoreError, match="not there any more"):
        follow.tell_pain(str(visit), 4)


def test_targets_are_kept_and_removed(desk: Desk, client: Client, follow: FollowUp) -> None:
    setup = Setup("lunge", Side.LEFT, given={"tibia_deg": 3.0})
    target = Target("lunge_angle", 30.0, 38.0, Origin.NORM)
    kept = follow.add_target(client, target, setup, version=2, note="adults, somebody 2012")

    (found,) = follow.targets(client)
    assert (found.id, found.target, found.setup, found.version, found.note) == (kept.id, target, setup, 2, "adults, somebody 2012")
    follow.remove_target(kept.id)
    assert follow.targets(client) == []
    assert [entry.act for entry in desk.entries(of=kept.id)] == ["change", "add"]


def test_decisions_are_kept_with_their_reasons_and_logged(desk: Desk, client: Client, follow: FollowUp) -> None:
    first = Decision(DAY, 1, 0, 1, ("it held",), Choice.ACCEPTED, 1, "Strength, slow", basis="v 3 None")
    second = replace(first, at=DAY + timedelta(days=7), before=1, step=4, title="Land", choice=Choice.OTHER, why="seen on the field")
    follow.decide(client, second)
    follow.decide(client, first)

    assert follow.decisions(client) == [first, second]
    assert standing(shipped(), follow.decisions(client)) == 4
    assert any("step 2 to 5, other" in entry.detail for entry in desk.entries())
    assert not any("Anna" in entry.detail or "field" in entry.detail for entry in desk.entries())


def test_the_due_list_is_of_all_who_were_here(desk: Desk, client: Client, follow: FollowUp, done) -> None:
    other = desk.add_client("B-2", name="Bo")
    desk.add_client("C-3")  # was never here
    for k, exam in enumerate(("lunge", "stance", "hop_and_stick")):
        visit = desk.open_visit(client, desk.folder / "recordings" / f"{exam}.mcap")
        desk.save_trial(visit, replace_exam(done, exam))
        dated(desk, visit, DAY + timedelta(days=7 * k))
    visit = desk.open_visit(other, desk.folder / "recordings" / "o.mcap")
    desk.save_trial(visit, done, counts=False, why="looked away")
    dated(desk, visit, DAY - timedelta(days=3))
    one, two = follow.due_list()

    assert (one.code, one.due.last, one.due.on) == ("B-2", None, DAY.astimezone().date() + timedelta(days=25))
    assert (two.code, two.due.last, two.due.on) == ("A-1", DAY.astimezone().date(), DAY.astimezone().date() + timedelta(days=28))
    assert two.seen == DAY.astimezone().date() + timedelta(days=14)
    assert isinstance(two.seen, date)


def replace_exam(done, exam: str):
    return replace(done, trial=replace(done.trial, setup=replace(done.trial.setup, exam=exam)))


def test_what_follow_up_keeps_goes_with_an_export_and_with_the_client(desk: Desk, client: Client, follow: FollowUp, done) -> None:
    visit = desk.open_visit(client, desk.folder / "recordings" / "a.mcap")
    desk.save_trial(visit, done)
    follow.add_target(client, Target("path", 400.0, 300.0, Origin.HAND), done.trial.setup, version=2)
    follow.decide(client, Decision(DAY, 1, 0, 0, ("2026-08-03: pain",), Choice.STAYED, 0, "Range", "why not"))
    recompute(desk, [client], lambda recording, seen: ([done_again(done, 390.0)], ""))
    with desk.database.reading() as session:
        tables = {table.table: table.records() for table in dump(session, client.id)}
        shared = {table.table: table.records() for table in dump_pseudonymised(session, client.id, "P-1")}

    assert [len(tables[name]) for name in ("target", "decision", "remade")] == [1, 1, 1]
    assert shared["target"][0]["client_id"] == "P-1"
    assert "reasons" not in shared["decision"][0]
    assert "why" not in shared["decision"][0]
    assert shared["remade"][0]["trial_id"] == "trial-1"
    desk.erase(client)
    with desk.database.reading() as session:
        counts = [session.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in ("target", "decision", "remade")]  # noqa: S608  names of ours
    assert counts == [0, 0, 0]


# ---- recompute ----------------------------------------------------------------------------------------------------------------


def done_again(done, path: float):
    """Return the trial with another value of its path, by a newer version."""
    value = done.values[0]
    return replace(done, values=(replace(value, value=path, metric=replace(value.metric, version=value.metric.version + 1)),))


def real(recording: Path, seen: Callable[[float], None]) -> tuple[Sequence[Finished], str]:
    return remade(recording, MODELS, seen=seen)


def recorded(desk: Desk, client: Client, *, change: Callable[[MetricValue], MetricValue] = lambda value: value) -> None:
    """Enter the fixture's visit with the numbers that its recording makes, changed as told."""
    path = desk.folder / "recordings" / "visit.mcap"
    path.parent.mkdir(exist_ok=True)
    shutil.copy(RECORDING, path)
    visit = desk.open_visit(client, path)
    for one in remade(path, MODELS)[0]:
        desk.save_trial(visit, Finished(one.trial, tuple(change(value) for value in one.values)))
    desk.seal_visit(visit, path, "0" * 64)
    dated(desk, visit, DAY)


def as_it_was(desk: Desk) -> list[tuple[object, ...]]:
    with desk.database.reading() as session:
        return [tuple(row) for row in session.query(ResultRecord.id, ResultRecord.key, ResultRecord.value, ResultRecord.version)]


def test_a_recording_that_makes_the_same_numbers_adds_nothing(desk: Desk, client: Client) -> None:
    recorded(desk, client)
    shares: list[float] = []
    found = recompute(desk, [client], real, progress=shares.append)

    assert (found.trials, found.kept, found.told, found.cancelled) == (4, 0, [], False)
    assert len(found.rows) > 100
    assert all(row.same for row in found.rows)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_numbers_of_an_older_version_get_the_new_ones_beside_them_and_stay(desk: Desk, client: Client, follow: FollowUp) -> None:
    def older(value: MetricValue) -> MetricValue:
        if value.metric.key != "contact_time" or value.value is None:
            return value
        return replace(value, value=value.value + 0.01, metric=replace(value.metric, version=value.metric.version - 1))

    recorded(desk, client, change=older)
    before = as_it_was(desk)
    found = recompute(desk, [client], real)
    changed = [row for row in found.rows if not row.same]

    assert as_it_was(desk) == before
    assert found.kept == len(changed) == 2  # hops of either leg
    for row in changed:
        assert (row.key, row.client, row.when, row.setup.exam) == ("contact_time", "A-1", DAY, "hops")
        assert row.new.version == row.old.version + 1 == metrics.by_key("contact_time").version
        # What was added above is what the recording takes off again; both are the same analysis, but for rounding.
        assert row.difference == pytest.approx(-0.01, abs=1e-12)
    numbers = [
        trial.numbers["contact_time"] for visit in follow.visits(client) for trial in visit.trials if "contact_time" in trial.numbers
    ]
    assert [[n.again for n in each] for each in numbers] == [[False, True], [False, True]]
    again = recompute(desk, [client], real)
    assert again.kept == 0  # they are kept already
    assert len([row for row in again.rows if not row.same]) == 2


def test_another_number_by_the_same_version_is_kept_and_shown_and_the_newest_comes_first(desk, client, follow, done) -> None:
    visit = desk.open_visit(client, desk.folder / "recordings" / "a.mcap")
    desk.save_trial(visit, done)
    other = replace(done, values=(replace(done.values[0], value=400.0),))
    third = replace(done, values=(replace(done.values[0], value=390.0),))
    for made in (other, third):
        recompute(desk, [client], lambda recording, seen, made=made: ([made], ""))

    assert [n.value for n in follow.visits(client)[0].trials[0].numbers["path"]] == [412.25, 390.0, 400.0]


def test_a_number_that_was_not_told_before_is_kept_and_one_that_cannot_be_told_is_not(desk, client, follow, done) -> None:
    visit = desk.open_visit(client, desk.folder / "recordings" / "a.mcap")
    desk.save_trial(visit, replace(done, values=()))
    found = recompute(desk, [client], lambda recording, seen: ([done], ""))

    assert (found.kept, [(row.key, row.old, row.difference) for row in found.rows]) == (
        1,
        [("path", None, None), ("ellipse_area", None, None)],
    )
    assert set(follow.visits(client)[0].trials[0].numbers) == {"path"}


def test_missing_and_unreadable_recordings_get_a_sentence_each_and_do_not_stop_the_others(desk: Desk, client: Client, done) -> None:
    recorded(desk, client)
    for k, name in enumerate(("gone", "broken"), start=1):
        visit = desk.open_visit(client, desk.folder / "recordings" / f"{name}.mcap")
        desk.save_trial(visit, done)
        dated(desk, visit, DAY + timedelta(days=k))
    (desk.folder / "recordings" / "broken.mcap").write_bytes(b"no recording at all")
    found = recompute(desk, [client], real)

    assert found.trials == 4
    assert len(found.told) == 2
    assert found.told[0].startswith(
        f"A-1, visit of {(DAY + timedelta(days=1)).astimezone():%Y-%m-%d %H:%M}: The recording gone.mcap is not there."
    )
    assert "broken.mcap" in found.told[1]
    with pytest.raises(RecordingError):
        remade(desk.folder / "recordings" / "broken.mcap", MODELS)


def test_a_trial_that_is_not_in_its_recording_is_told(desk: Desk, client: Client, done) -> None:
    visit = desk.open_visit(client, desk.folder / "recordings" / "a.mcap")
    desk.save_trial(visit, done)
    found = recompute(desk, [client], lambda recording, seen: ([], "The end is cut off."))

    assert found.trials == 0
    assert [sentence.split(": ", 1)[1] for sentence in found.told] == [
        "The end is cut off.", "it is not in the recording. Its stored numbers stay as they are.",
    ]  # fmt: skip


def test_it_can_be_cancelled_inside_a_recording_and_what_was_done_is_kept(desk: Desk, client: Client, follow: FollowUp, done) -> None:
    for k in range(3):
        visit = desk.open_visit(client, desk.folder / "recordings" / f"{k}.mcap")
        desk.save_trial(visit, done)
        dated(desk, visit, DAY + timedelta(days=k))
    opened: list[str] = []

    def slow(recording: Path, seen: Callable[[float], None]):
        opened.append(recording.name)
        seen(0.5)
        return [done_again(done, 390.0)], ""

    found: Recomputed = recompute(desk, [client], slow, cancelled=lambda: len(opened) == 2)

    assert (found.cancelled, found.trials, found.kept, opened) == (True, 1, 1, ["0.mcap", "1.mcap"])
    assert [len(visit.trials[0].numbers["path"]) for visit in follow.visits(client)] == [2, 1, 1]


def test_what_a_proposal_was_made_of_changes_with_every_trial_and_answer(desk: Desk, client: Client, follow: FollowUp, done) -> None:
    seen = {basis_of(follow.visits(client))}
    visit = desk.open_visit(client, desk.folder / "recordings" / "a.mcap")
    seen.add(basis_of(follow.visits(client)))  # a visit in which nothing happened yet
    assert seen == {""}
    desk.save_trial(visit, done)
    seen.add(basis_of(follow.visits(client)))
    desk.save_trial(visit, done)
    seen.add(basis_of(follow.visits(client)))
    follow.tell_pain(str(visit), 0)
    seen.add(basis_of(follow.visits(client)))

    assert len(seen) == 4
