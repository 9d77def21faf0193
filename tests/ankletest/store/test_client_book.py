"""Clients entered, changed, found, taken in as a list and taken back; consent; and the mass that a trial leaves behind."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ankletest.errors import StoreError
from ankletest.metrics.published import Sex
from ankletest.samples import Side
from ankletest.store.alike import Alike, Kind
from ankletest.store.client_book import entered
from ankletest.store.desk import Desk
from ankletest.store.people import Consent, Details, Purpose, Said, measure_key
from ankletest.store.records import ClientRecord

ANNA = Details(
    "AB-1", "Anna Müller", 62.5, Side.RIGHT, Sex.FEMALE, birth_date=date(1990, 3, 12), height_m=1.71, dominant=Side.LEFT, tested=Side.RIGHT,
    injury="lateral sprain", injured_on=date(2026, 1, 20), measures={measure_key("heel_raise", "lever_m", Side.RIGHT): 0.151},
    note="comes by bicycle", consents=(Consent(Purpose.TESTS, Said.GIVEN, date(2026, 2, 1)),),
)  # fmt: skip


def test_everything_that_is_entered_comes_back(desk: Desk) -> None:
    made = desk.book.enter(ANNA)
    found = desk.book.by_code("AB-1")

    assert found == made
    assert entered(found) == replace(ANNA, birth_year=1990)
    assert desk.book.by_code("AB-2") is None


def test_a_change_is_kept_and_the_log_names_fields_and_nothing_in_them(desk: Desk) -> None:
    made = desk.book.enter(ANNA)
    done = desk.book.change(made.id, replace(entered(made), height_m=1.73, note="comes by tram"))

    assert (done.height_m, done.note) == (1.73, "comes by tram")
    entry = desk.entries(of=made.id)[0]
    assert (entry.act, entry.detail) == ("change", "height_m, note")
    desk.book.change(made.id, entered(done))
    assert len(desk.entries(of=made.id)) == 2, "nothing was changed, so nothing is noted"


def test_an_edit_is_undone_by_what_was_there_before(desk: Desk) -> None:
    made = desk.book.enter(ANNA)
    desk.book.change(made.id, Details("AB-1"))

    assert entered(desk.book.change(made.id, entered(made))) == entered(made)


def test_a_code_changes_as_long_as_no_recording_carries_it(desk: Desk) -> None:
    made = desk.book.enter(ANNA)
    desk.book.enter(Details("CD-1"))
    assert desk.book.change(made.id, replace(ANNA, code="AB-9")).code == "AB-9"
    with pytest.raises(StoreError, match="CD-1 already"):
        desk.book.change(made.id, replace(ANNA, code="CD-1"))
    desk.open_visit(made, desk.folder / "recordings" / "v.mcap")

    assert desk.book.has_visits(made.id)
    with pytest.raises(StoreError, match="carry the code AB-9"):
        desk.book.change(made.id, replace(ANNA, code="AB-2"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (replace(ANNA, height_m=171.0), "height_m: this is not between 0.5 and 2.5"),
        (replace(ANNA, mass_kg=5.0), "mass_kg: this is not between 15 and 250"),
        (replace(ANNA, birth_date=datetime.now(UTC).date() + timedelta(days=2)), "birth_date: this day is yet to come"),
        (replace(ANNA, injured_on=date(1989, 1, 1)), "injured_on: this is before the day of birth"),
        (replace(ANNA, birth_date=None, birth_year=1066), "birth_date: this is before 1900"),
        (replace(ANNA, name="x" * 201), "name: this is too long"),
        (replace(ANNA, measures={"heel_raise.lever_m.left": 1.5}), "heel_raise.lever_m.left: this is not between 0.08 and 0.25"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_field(desk: Desk, wrong: Details, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence.replace(".", r"\.")):
        desk.book.enter(wrong)
    assert desk.book.count() == 0


def test_clients_are_found_by_names_without_accents_and_by_birth_date(desk: Desk) -> None:
    desk.book.enter(ANNA)
    desk.book.enter(Details("CD-1", "Óscar Peña", birth_year=1985))

    for search in ("müll", "mueller", "1990-03", "12.03.1990", "anna ab-1"):
        assert [c.code for c in desk.clients(search)] == ["AB-1"], search
    for search in ("oscar pena", "Peña", "1985"):
        assert [c.code for c in desk.clients(search)] == ["CD-1"], search


def test_who_could_be_the_same_is_told_but_not_the_client_itself(desk: Desk) -> None:
    desk.book.enter(ANNA)
    again = Details("", "Mueller Anna", birth_date=date(1990, 3, 12))

    assert desk.book.alike(again) == [Alike("AB-1", Kind.SWAPPED)]
    assert desk.book.alike(again, but="AB-1") == []
    assert desk.book.count() == 1


def test_the_last_word_on_consent_holds_and_a_withdrawal_bars(desk: Desk) -> None:
    given, gone = Consent(Purpose.TESTS, Said.GIVEN, date(2026, 1, 1)), Consent(Purpose.TESTS, Said.WITHDRAWN, date(2026, 3, 1))
    research = Consent(Purpose.RESEARCH, Said.REFUSED)
    client = desk.book.enter(Details("AB-1", consents=(given, research)))

    assert client.barred is None
    assert client.consent(Purpose.SHARING) is None
    assert desk.book.change(client.id, replace(entered(client), consents=(given, research, gone))).barred == gone
    assert desk.book.by_code("AB-1").consents == (given, research, gone)


def test_a_list_is_taken_in_at_once_or_not_at_all(desk: Desk) -> None:
    desk.book.enter(Details("AB-2"))
    with pytest.raises(StoreError, match="nothing was imported"):
        desk.book.take_in([Details("AB-1"), Details("AB-2"), Details("AB-3")])
    with pytest.raises(StoreError, match="height_m"):
        desk.book.take_in([Details("AB-1"), Details("AB-3", height_m=17.0)])
    assert [c.code for c in desk.clients()] == ["AB-2"]
    assert desk.book.last_taken_in() is None

    done = desk.book.take_in([Details("AB-1"), Details("AB-3")], left_out=4)
    assert (done.clients, [c.code for c in desk.clients()]) == (2, ["AB-1", "AB-2", "AB-3"])
    assert [(e.act, e.entity, e.detail) for e in desk.entries(of=done.id)] == [("add", "import", "2 clients, 4 rows left out")]


def test_an_import_is_taken_back_but_nobody_who_was_tested_or_changed(desk: Desk) -> None:
    before = desk.book.enter(Details("AA-1"))
    first = desk.book.take_in([Details("AB-0")])
    done = desk.book.take_in([Details(f"AB-{n}") for n in range(1, 5)])
    visited, changed = desk.book.by_code("AB-2"), desk.book.by_code("AB-3")
    desk.open_visit(visited, desk.folder / "recordings" / "v.mcap")
    desk.book.change(changed.id, replace(entered(changed), name="Somebody"))
    last = desk.book.last_taken_in()

    assert (last.id, last.clients, last.used) == (done.id, 4, 2)
    assert desk.book.take_back(done.id) == 2
    assert [c.code for c in desk.clients()] == [before.code, "AB-0", "AB-2", "AB-3"]
    assert desk.entries(of=done.id)[0].detail == "taken back: 2 clients"
    assert desk.book.take_back(done.id) == 0
    assert desk.book.take_back(first.id) == 1


def test_codes_are_initials_and_the_lowest_free_number(desk: Desk) -> None:
    desk.book.enter(Details("AM-1"))
    desk.book.enter(Details("am-2"))

    assert desk.book.free_code("Anna Müller") == "AM-3"
    assert desk.book.free_code("Dr. Öztürk") == "O-1"
    assert desk.book.free_code("") == "C-1"


def test_a_list_that_leaves_the_store_is_noted(desk: Desk) -> None:
    desk.book.enter(ANNA)

    assert [c.name for c in desk.book.everybody()] == ["Anna Müller"]
    assert [(e.act, e.detail) for e in desk.entries(limit=1)] == [("export", "list of 1 clients")]


def test_the_mass_of_a_trial_that_counts_becomes_the_last_one_known(desk: Desk, done: object) -> None:
    client = desk.book.enter(ANNA)
    visit = desk.open_visit(client, desk.folder / "recordings" / "v.mcap")
    heavier = replace(done, trial=replace(done.trial, setup=replace(done.trial.setup, mass_kg=66.0)))  # type: ignore[attr-defined]  # a structural stand-in for session.Finished
    desk.save_trial(visit, heavier, counts=False, why="talked")  # type: ignore[arg-type]  # a structural stand-in for session.Finished
    assert desk.book.by_code("AB-1").mass_kg == 62.5
    desk.save_trial(visit, heavier, mass_typed=False)  # type: ignore[arg-type]  # a structural stand-in for session.Finished
    assert desk.book.by_code("AB-1").mass_kg == 62.5, "it was entered ahead, before another was weighed"

    desk.save_trial(visit, heavier)  # type: ignore[arg-type]  # a structural stand-in for session.Finished
    desk.save_trial(visit, done)  # type: ignore[arg-type]  # a structural stand-in for session.Finished
    assert desk.book.by_code("AB-1").mass_kg == 66.0
    assert sorted(str(trial.setup.mass_kg) for trial in desk.trials(client)) == ["66.0", "66.0", "66.0", "None"]
    assert [e.detail for e in desk.entries(of=client.id) if e.act == "change"] == ["mass_kg"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("muller", "N-1"), ("mueller", "N-1"), ("MÜLLER", "N-1"), ("jurgen mul", "N-1"),
        ("thordar", "N-2"), ("olafur", "N-2"), ("oneill", "N-3"),
        ("o’neill", "N-3"), ("sean", "N-3"), ("zolc lukasz", "N-4"), ("n4", "N-4"), ("小龍", "N-5"),
    ],
)  # fmt: skip
def test_a_name_is_found_without_its_accents_and_marks(desk: Desk, typed: str, found: str) -> None:
    names = ("Müller, Jürgen", "Ólafur Þórðarson", "O'Neill, Seán", "Łukasz Żółć", "李小龍")
    for number, name in enumerate(names, start=1):
        desk.book.enter(Details(f"N-{number}", name=name))

    assert [client.code for client in desk.book.find(typed)] == [found]


def test_who_was_entered_before_accents_could_be_left_out_is_found_too(desk: Desk) -> None:
    made = desk.book.enter(Details("N-1", name="Müller, Jürgen"))
    with desk.database.writing() as session:
        session.get_one(ClientRecord, made.id).search_key = "n-1 müller, jürgen"  # as the version before wrote it

    assert [client.code for client in desk.book.find("muller")] == ["N-1"]
    assert desk.book.find("%") == []
    assert desk.book.find("''") == []
