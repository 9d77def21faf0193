"""The ladder: each rule by its own, two visits in a row, and what asks for a step back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ankletest import metrics
from ankletest.exams.pairs import Done
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.published import Person, Sex
from ankletest.programme import ladder_file
from ankletest.programme.felt import Felt, Reason, Stop
from ankletest.programme.ladder import Form, Ladder, Move, Proposal, Rule, Rung, Seen, propose
from ankletest.programme.toml_fields import ProgrammeError
from ankletest.samples import Side
from ankletest.trial import Eyes, Outcome, Setup, Surface, Trial

DAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
FINE = (Felt(pain=1, ease=7),)


def done(exam: str, side: Side, outcome: Outcome = Outcome.COMPLETED, /, *, trial: str = "", surface: Surface = Surface.FIRM,
         u: float | None = None, **numbers: float | None) -> Done:  # fmt: skip
    window = (0.0, 30.0)
    setup = Setup(exam, side, surface=surface, trial=trial)
    values = [
        MetricValue(metrics.by_key(key), value, Status.OK if value is not None else Status.INVALID,
                    () if value is not None else ("too short",), u, window, metrics.by_key(key).part.family)
        for key, value in numbers.items()
    ]  # fmt: skip
    return Trial(setup, outcome, (), window, window), values


def both(exam: str, left: Mapping[str, float | None], right: Mapping[str, float | None], *, u: float | None = None) -> tuple[Done, Done]:
    return done(exam, Side.LEFT, u=u, **left), done(exam, Side.RIGHT, u=u, **right)


def visits(*of: tuple[Done, ...], felt: tuple[Felt, ...] = FINE) -> list[Seen]:
    return [Seen(DAY + timedelta(days=7 * k), one, felt) for k, one in enumerate(of)]


def one_rung(*forms: Form) -> Ladder:
    return Ladder((Rung("first", "", forms), Rung("second", "", forms)))


def moved(form: Form, one: tuple[Done, ...], *, involved: Side | None = Side.LEFT) -> Proposal:
    return propose(one_rung(form), 0, visits(one, one), involved=involved)


RAISES = Form("heel_raise", "raises", Rule.AT_LEAST, 20.0)


def test_the_ladder_that_ships_is_that_of_the_programme() -> None:
    found = ladder_file.shipped()

    assert [rung.title for rung in found.rungs] == [
        "Range", "Strength, slow", "Balance, firm", "Balance, unstable and pushed", "Land", "Hop in place", "Sport", "Maintain",
    ]  # fmt: skip
    assert all(rung.forms for rung in found.rungs[:-1])


def test_a_form_that_holds_in_two_visits_in_a_row_opens_the_next_step() -> None:
    good = both("heel_raise", {"raises": 20.0}, {"raises": 25.0})
    found = propose(one_rung(RAISES), 0, visits(good, good), involved=Side.LEFT)

    assert (found.move, found.step) == (Move.UP, 1)
    assert "2026-11-02: Heel raise, left: heel raises is 20, at least 20 is asked for: that is met." in found.reasons


def test_one_visit_is_not_enough_and_neither_is_a_good_one_after_a_bad_one() -> None:
    good, bad = both("heel_raise", {"raises": 20.0}, {"raises": 25.0}), both("heel_raise", {"raises": 19.0}, {"raises": 25.0})

    first = propose(one_rung(RAISES), 0, visits(good), involved=Side.LEFT)
    assert first.move is Move.STAY
    assert first.reasons[0] == "1 of 2 visits in a row with this step's tests."
    assert propose(one_rung(RAISES), 0, visits(bad, good), involved=Side.LEFT).move is Move.STAY
    assert propose(one_rung(RAISES), 0, visits(bad, good, good), involved=Side.LEFT).move is Move.UP


def test_a_visit_without_the_tests_of_the_step_is_passed_over() -> None:
    good, other = both("heel_raise", {"raises": 22.0}, {"raises": 25.0}), both("lunge", {"lunge_angle": 40.0}, {"lunge_angle": 40.0})

    assert propose(one_rung(RAISES), 0, visits(good, other, good), involved=Side.LEFT).move is Move.UP


def test_without_an_injured_leg_both_must_do_it() -> None:
    one = both("heel_raise", {"raises": 19.0}, {"raises": 25.0})

    assert moved(RAISES, one, involved=None).move is Move.STAY
    assert moved(RAISES, one, involved=Side.RIGHT).move is Move.UP


@pytest.mark.parametrize(("left", "move"), [(0.85, Move.UP), (0.84, Move.STAY)])
def test_a_share_of_the_other_side(left: float, move: Move) -> None:
    form = Form("hops", "rsi_10_5", Rule.SHARE_LEAST, 85.0)

    assert moved(form, both("hops", {"rsi_10_5": left}, {"rsi_10_5": 1.0})).move is move


@pytest.mark.parametrize(("left", "move"), [(3.3, Move.UP), (3.4, Move.STAY)])
def test_a_share_that_must_not_be_passed(left: float, move: Move) -> None:
    form = Form("hop_and_stick", "landing_peak", Rule.SHARE_MOST, 110.0)

    assert moved(form, both("hop_and_stick", {"landing_peak": left}, {"landing_peak": 3.0})).move is move


def test_like_the_other_side_is_within_error_or_better() -> None:
    form = Form("taps", "tap_recovery", Rule.LIKE_OTHER)

    within = moved(form, both("taps", {"tap_recovery": 1.02}, {"tap_recovery": 1.0}, u=0.05))
    assert within.move is Move.UP
    assert "within error" in within.reasons[0]
    assert moved(form, both("taps", {"tap_recovery": 0.5}, {"tap_recovery": 1.0})).move is Move.UP  # better is no fault
    unknown = moved(form, both("taps", {"tap_recovery": 1.5}, {"tap_recovery": 1.0}))
    assert unknown.move is Move.STAY
    assert "whether that is real is not known" in unknown.reasons[0]


def test_of_alternatives_one_is_enough() -> None:
    range_ = ladder_file.shipped().rungs[0]
    far = both("lunge", {"lunge_angle": 36.0}, {"lunge_angle": 48.0}, u=0.5)
    short = both("lunge", {"lunge_angle": 30.0}, {"lunge_angle": 48.0}, u=0.5)

    assert propose(Ladder((range_, range_)), 0, visits(far, far), involved=Side.LEFT).move is Move.UP
    assert propose(Ladder((range_, range_)), 0, visits(short, short), involved=Side.LEFT).move is Move.STAY


def test_a_number_that_was_not_told_does_not_hold() -> None:
    found = moved(RAISES, both("heel_raise", {"raises": None}, {"raises": 25.0}))

    assert found.move is Move.STAY
    assert "was not told (too short)" in " ".join(found.reasons)


def test_other_conditions_do_not_count() -> None:
    form = Form("stance", "errors", Rule.AT_MOST, 1.0, surface=Surface.FOAM)
    firm = (done("stance", Side.LEFT, errors=0.0),)
    foam = (done("stance", Side.LEFT, surface=Surface.FOAM, errors=1.0),)

    assert moved(form, firm).move is Move.STAY
    assert moved(form, foam).move is Move.UP


@pytest.mark.parametrize("felt", [(), (Felt(pain=1),), (Felt(ease=9),), (Felt(pain=1, ease=4),)])
def test_pain_and_ease_must_be_told_and_hold(felt: tuple[Felt, ...]) -> None:
    one = both("heel_raise", {"raises": 22.0}, {"raises": 25.0})

    assert propose(one_rung(RAISES), 0, visits(one, one, felt=felt), involved=Side.LEFT).move is Move.STAY


# ---- a step back ------------------------------------------------------------------------------------------------------------------


def last(seen: Seen, *before: Seen, step: int = 1, involved: Side | None = Side.LEFT) -> Proposal:
    return propose(one_rung(RAISES), step, [*before, seen], involved=involved)


GOOD = both("heel_raise", {"raises": 22.0}, {"raises": 25.0})


def test_pain_in_a_set_or_on_the_next_day_goes_one_step_back() -> None:
    in_set = last(Seen(DAY, GOOD, (Felt(pain=3, ease=8),)))
    after = last(Seen(DAY, GOOD, FINE, pain_next_day=5))

    assert (in_set.move, in_set.step, in_set.reasons) == (Move.DOWN, 0, ("Pain 3 of 10 during a set, above 2.",))
    assert (after.move, after.reasons) == (Move.DOWN, ("Pain 5 of 10 on the day after, above 2.",))


def test_on_the_first_step_there_is_no_step_back() -> None:
    found = last(Seen(DAY, GOOD, (Felt(pain=8),)), step=0)

    assert (found.move, found.step) == (Move.STAY, 0)
    assert found.reasons


def test_two_failed_trials_go_back_and_a_device_that_failed_does_not() -> None:
    tries = tuple(done("stance", Side.LEFT, Outcome.NOT_HELD, trial=name, errors=2.0) for name in ("a", "b"))

    assert last(Seen(DAY, tries, FINE)).reasons == ("Single-leg stance, left: 2 trials failed or were stopped.",)
    stopped = tuple(done("stance", Side.LEFT, Outcome.STOPPED, trial=name, errors=None) for name in ("a", "b"))
    assert last(Seen(DAY, stopped, FINE, stops=(Stop(Reason.DEVICE, "a", DAY),))).move is Move.STAY
    assert last(Seen(DAY, stopped, FINE, stops=(Stop(Reason.FATIGUE, "a", DAY),))).move is Move.DOWN
    assert last(Seen(DAY, tries[:1], FINE)).move is Move.STAY


def test_decay_within_the_set_goes_back() -> None:
    assert last(Seen(DAY, both("heel_raise", {"raise_fatigue": 15.0}, {"raise_fatigue": 30.0}), FINE)).move is Move.STAY
    assert last(Seen(DAY, both("heel_raise", {"raise_fatigue": 16.0}, {"raise_fatigue": 3.0}), FINE)).move is Move.DOWN


def test_symmetry_that_was_there_and_is_lost_goes_back_and_one_that_never_was_does_not() -> None:
    # The figure that fits: rugby players, eyes closed, 20 s, MDC 27.7 mm/s between days (metrics.md 2).
    him = Person(25.0, Sex.MALE)

    def stood(left: float) -> tuple[Done, ...]:
        return tuple(
            (replace(trial, setup=replace(trial.setup, eyes=Eyes.CLOSED, duration_s=20.0)), [replace(v, profile="P-COP") for v in values])
            for trial, values in both("stance", {"velocity": left}, {"velocity": 80.0}, u=0.5)
        )

    alike, apart = Seen(DAY, stood(85.0), FINE), Seen(DAY + timedelta(days=7), stood(120.0), FINE)
    lost = propose(one_rung(RAISES), 1, [alike, apart], involved=Side.LEFT, person=him)
    never = propose(one_rung(RAISES), 1, [replace(apart, when=DAY), apart], involved=Side.LEFT, person=him)

    assert lost.reasons == ("Single-leg stance: mean sway velocity is not like the other side any more, left is worse.",)
    assert (lost.move, lost.step) == (Move.DOWN, 0)
    assert never.move is Move.STAY
    assert propose(one_rung(RAISES), 1, [alike, apart], involved=Side.RIGHT, person=him).move is Move.STAY


def test_without_a_visit_nothing_is_proposed() -> None:
    assert propose(ladder_file.shipped(), 3, []) == Proposal(3, Move.STAY, ("No visit yet.",))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('rule = "at least"', 'rule = "about"'), "rule is about, not one of"),
        (("limit = 35.0\n", ""), "'at least' needs a limit"),
        (('metric = "lunge_angle"', 'metric = "rsi_10_5"'), "does not tell"),
        (('metric = "lunge_angle"', 'metric = "grace"'), "There is no metric 'grace'"),
        (("pain_at_most = 2", "pain_at_most = 12"), "pain_at_most is 12"),
        (
            ('metric = "lunge_angle"\nrule = "at least"', 'metric = "lunge_heel_lifts"\nrule = "at least, of the other side"'),
            "'lunge_heel_lifts' has no share",
        ),
        (("given = { legs = 1.0 }", "given = { arms = 1.0 }"), "does not ask for arms"),
        (("version = 2", "verison = 2"), "a field that nobody knows: verison"),
    ],
)
def test_a_fault_of_a_ladder_is_named(change: tuple[str, str], told: str) -> None:
    text = ladder_file.SHIPPED.read_text(encoding="utf-8").replace(*change, 1)

    with pytest.raises(ProgrammeError) as caught:
        ladder_file.read(text, name="own")
    assert told in str(caught.value)
