"""ST-03: what closing the eyes or standing on foam does to a leg."""

from dataclasses import replace

import pytest

from ankletest.exams.ratios import condition_ratios
from ankletest.metrics import by_key
from ankletest.metrics.base import MetricValue, Status
from ankletest.samples import Side
from ankletest.trial import Eyes, Outcome, Setup, Surface, Trial


def value(key: str, number: float | None, *, length_s: float = 30.0, u: float | None = None, **more: object) -> MetricValue:
    usual = {"status": Status.OK if number is not None else Status.INVALID, "reasons": () if number is not None else ("E-GAP: lost",)}
    return MetricValue(by_key(key), number, uncertainty=u, window_s=(5.0, 5.0 + length_s), profile="P-COP", **(usual | more))  # type: ignore[arg-type]  # a test's shorthand


def stance(*values: MetricValue, side: Side = Side.LEFT, eyes: Eyes = Eyes.OPEN, surface: Surface = Surface.FIRM, **more: object):
    setup = Setup("stance", side, eyes=eyes, surface=surface)
    usual = {"outcome": Outcome.COMPLETED, "families": ("stance",)}
    return Trial(setup, reasons=(), span_s=(0.0, 40.0), window_s=(5.0, 35.0), **(usual | more)), values  # type: ignore[arg-type]  # a test's shorthand


def test_sixty_over_forty_is_one_and_a_half() -> None:
    (found,) = condition_ratios([stance(value("velocity", 40.0)), stance(value("velocity", 60.0), eyes=Eyes.CLOSED)])

    assert found.value == pytest.approx(1.5)  # metrics.md ST-03
    assert found.status is Status.OK
    assert found.uncertainty is None
    assert (found.kind.id, found.kind.key, found.side, found.metric) == ("ST-03", "ratio_eyes", Side.LEFT, "velocity")
    assert found.as_json()["value"] == found.value


def test_foam_is_held_against_firm_ground_under_the_same_eyes() -> None:
    done = [
        stance(value("velocity", 40.0)), stance(value("velocity", 50.0), surface=Surface.FOAM),
        stance(value("velocity", 90.0), surface=Surface.FOAM, eyes=Eyes.CLOSED),
    ]  # fmt: skip
    found = {ratio.kind.key: ratio.value for ratio in condition_ratios(done)}

    # Eyes on foam, and foam with open eyes; firm ground with closed eyes was not done.
    assert found == {"ratio_surface": pytest.approx(1.25), "ratio_eyes": pytest.approx(1.8)}


def test_relative_uncertainties_add_in_squares() -> None:
    (found,) = condition_ratios([stance(value("velocity", 40.0, u=4.0)), stance(value("velocity", 60.0, u=6.0), eyes=Eyes.CLOSED)])

    assert found.uncertainty == pytest.approx(1.5 * 0.1 * 2.0**0.5)


def test_legs_are_not_mixed_and_of_several_trials_the_newest_usable_counts() -> None:
    done = [
        stance(value("velocity", 10.0)), stance(value("velocity", 40.0)), stance(value("velocity", 99.0), outcome=Outcome.INVALID),
        stance(value("velocity", 80.0), eyes=Eyes.CLOSED), stance(value("velocity", 60.0), eyes=Eyes.CLOSED, side=Side.RIGHT),
    ]  # fmt: skip
    (found,) = condition_ratios(done)

    assert found.side is Side.LEFT
    assert found.value == pytest.approx(2.0)


def test_without_a_pad_the_acceleration_is_compared() -> None:
    (found,) = condition_ratios([stance(value("acc_rms", 0.1)), stance(value("acc_rms", 0.3), eyes=Eyes.CLOSED)])
    mixed = condition_ratios([stance(value("acc_rms", 0.1)), stance(value("velocity", 30.0), eyes=Eyes.CLOSED)])

    assert (found.metric, found.value) == ("acc_rms", pytest.approx(3.0))
    assert mixed == ()


@pytest.mark.parametrize(
    ("easy", "hard", "why"),
    [
        ((value("velocity", None),), (value("velocity", 60.0),), "E-GAP: lost"),
        ((value("velocity", 40.0),), (value("velocity", 60.0, length_s=20.0),), "the windows are 20.0 s and 30.0 s"),
        ((value("velocity", 5.0), value("noise_velocity", 5.4)), (value("velocity", 60.0),), "SW-21: noise alone would show 5.40 mm/s"),
        ((value("velocity", 0.0),), (value("velocity", 60.0),), "SW-21: noise alone would show 0.00 mm/s"),
    ],
)
def test_what_cannot_be_compared_has_a_reason_and_no_value(easy, hard, why: str) -> None:
    (found,) = condition_ratios([stance(*easy), stance(*hard, eyes=Eyes.CLOSED)])

    assert found.value is None
    assert found.status is Status.INVALID
    assert found.reasons[0].startswith(why)


def test_profiles_are_not_mixed() -> None:
    (found,) = condition_ratios([
        stance(value("velocity", 40.0)), stance(replace(value("velocity", 60.0), profile="P-RAW"), eyes=Eyes.CLOSED)
    ])  # fmt: skip

    assert found.reasons == ("one was made by P-RAW and the other by P-COP",)


def test_a_caveat_of_either_is_one_of_the_ratio() -> None:
    warned = value("velocity", 60.0, status=Status.WARN, reasons=("E-GAP: 4 samples missing",))
    (found,) = condition_ratios([stance(value("velocity", 40.0)), stance(warned, eyes=Eyes.CLOSED)])

    assert found.status is Status.WARN
    assert found.reasons == ("E-GAP: 4 samples missing",)
