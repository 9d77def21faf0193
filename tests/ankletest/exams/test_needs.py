"""The capability gate of every exam: what it names is what its rule holds devices to, and what slips through is marked in the numbers."""

from dataclasses import replace

import pytest

from ankletest import exams
from ankletest.analysis import replay
from ankletest.cli.parts import VisitWish
from ankletest.exams.base import Exam, Fitness, Member, Need, Verdict
from ankletest.exams.needs import LEAST_TURN_DPS, need_of, ranges
from ankletest.metrics.base import Status
from ankletest.samples import Kind, Side, Site
from ankletest.session import Finished
from ankletest.trial import Setup
from drivers.catalog import MODELS
from drivers.visits import simulate_visit

EACH = [(exam, need) for exam in exams.EXAMS for need in exam.needs]
NAMES = [f"{exam.key}-{need.kind.value}" for exam, need in EACH]


def member(need: Need, rate_hz: float) -> Member:
    """Return a device that is just good enough but for its rate."""
    if need.kind is Kind.PAD:
        return Member("pad", Kind.PAD, Site.PAD, None, rate_hz)
    site = need.site or Site.FOOT
    return Member(f"{site.value}-left", Kind.IMU, site, Side.LEFT, rate_hz, acc_range_g=16.0, gyro_range_dps=2000.0)


def fit(exam: Exam, device: Member) -> Verdict:
    return exam.fit([device], Setup(exam.key, Side.LEFT))


@pytest.mark.parametrize("exam", exams.EXAMS, ids=lambda exam: exam.key)
def test_every_exam_names_rate_and_loss_and_whatever_drives_it(exam: Exam) -> None:
    assert exam.needs
    for need in exam.needs:
        assert 50.0 <= need.rate_hz <= need.good_hz or need.good_hz != need.good_hz
        assert 0.0 < need.loss_percent <= 2.0
        assert 0.0 < need.gap_s <= 0.1
        assert bool(need.why_gyro) is (need.gyro_dps > 0.0)
    for site in exam.drivers:
        kind = Kind.PAD if site is Site.PAD else Kind.IMU
        assert any(need.kind is kind and need.site in (None, site) for need in exam.needs)


@pytest.mark.parametrize(("exam", "need"), EACH, ids=NAMES)
def test_the_rate_that_is_named_is_the_rate_that_is_held(exam: Exam, need: Need) -> None:
    enough, slow = fit(exam, member(need, need.rate_hz)), fit(exam, member(need, 0.9 * need.rate_hz))

    assert enough.fitness is not Fitness.REFUSED, enough.reasons
    assert slow.fitness is Fitness.REFUSED
    assert f"{0.9 * need.rate_hz:g} Hz" in " ".join(slow.reasons)
    assert f"{need.rate_hz:g} Hz" in " ".join(slow.reasons)


@pytest.mark.parametrize(("exam", "need"), [pair for pair in EACH if pair[1].good_hz > 0.0], ids=lambda v: getattr(v, "key", ""))
def test_below_the_good_rate_a_device_is_used_with_a_remark(exam: Exam, need: Need) -> None:
    assert fit(exam, member(need, 0.9 * need.good_hz)).fitness is Fitness.LIMITED


@pytest.mark.parametrize(("exam", "need"), [pair for pair in EACH if pair[1].gyro_dps > 0.0], ids=lambda v: getattr(v, "key", ""))
def test_a_gyroscope_that_clips_or_is_not_there_is_refused_with_what_would_be_wrong(exam: Exam, need: Need) -> None:
    device = member(need, 200.0)
    none = fit(exam, replace(device, gyro_range_dps=0.0))
    assert none.fitness is Fitness.REFUSED
    assert any(words in " ".join(none.reasons) for words in ("without angular rate", "no turning rate"))
    if need.gyro_dps > LEAST_TURN_DPS:
        clips = fit(exam, replace(device, gyro_range_dps=need.gyro_dps / 2.0))
        assert clips == Verdict(Fitness.REFUSED, ("gyro clips at 500 deg/s: contact time invalid",))
        unknown = fit(exam, replace(device, gyro_range_dps=float("nan")))
        assert unknown.fitness is Fitness.LIMITED
        assert "not known" in " ".join(unknown.reasons)


@pytest.mark.parametrize(("exam", "need"), [pair for pair in EACH if pair[1].acc_g > 0.0], ids=lambda v: getattr(v, "key", ""))
def test_an_accelerometer_that_clips_is_refused_or_marked(exam: Exam, need: Need) -> None:
    device = member(need, 200.0)
    marked = fit(exam, replace(device, acc_range_g=0.5 * need.acc_good_g))
    assert marked.fitness is Fitness.LIMITED
    assert "clips" in " ".join(marked.reasons)
    refused = ranges(exam.needs, replace(device, acc_range_g=2.0))
    assert refused.fitness is Fitness.REFUSED
    assert "accelerometer clips at 2 g" in refused.reasons[0]


def test_an_exam_has_no_need_of_a_device_that_it_does_not_use() -> None:
    lumbar = Member("lumbar", Kind.IMU, Site.LUMBAR, None, 200.0)

    assert need_of(exams.by_key("side_hop"), lumbar) is None
    assert ranges(exams.by_key("side_hop").needs, lumbar) == Verdict(Fitness.GOOD)


# ---- simulated devices with faults, through the whole path -----------------------------------------------------------------------


def recorded(key: str, *, pad: bool = False, loss: float = 0.0, **faults: float) -> tuple[Verdict, Finished]:
    """Return the gate's verdict on a simulated visit, and what came of the test that was recorded all the same."""
    setup = Setup(key, Side.LEFT, duration_s=10.0, mass_kg=70.0)
    items, _ = simulate_visit(VisitWish((setup,), seed=1, pad=pad, feet=not pad, loss=loss, faults=faults))
    session, finished = replay(items, MODELS)
    return exams.by_key(key).fit(session.members(Side.LEFT), setup), finished[0]


@pytest.mark.parametrize("key", ["hops", "jump", "drop_jump"])
def test_what_clips_is_refused_before_and_invalid_after(key: str) -> None:
    verdict, finished = recorded(key, gyro_range_dps=500.0)
    clinical = [value for value in finished.values if value.metric.clinical]

    assert verdict == Verdict(Fitness.REFUSED, ("gyro clips at 500 deg/s: contact time invalid",))
    assert clinical
    for value in clinical:
        assert value.status is Status.INVALID
        assert "gyro clips at 500 deg/s: contact time invalid" in " ".join(value.reasons)


def test_hops_that_an_accelerometer_cannot_show_are_refused_and_never_a_bad_score() -> None:
    verdict, finished = recorded("hops", acc_range_g=2.0)

    assert verdict.fitness is Fitness.REFUSED
    assert all(value.value is None for value in finished.values if value.metric.clinical)


def test_a_landing_whose_shock_clips_is_marked() -> None:
    verdict, _ = recorded("drop_landing", acc_range_g=8.0)

    assert verdict.fitness is Fitness.LIMITED
    assert "±8 g clips at a landing" in " ".join(verdict.reasons)


def test_a_stance_with_lost_samples_is_invalid_by_its_measurement_and_not_by_the_person() -> None:
    _, finished = recorded("stance", pad=True, loss=0.2)

    told = {value.status for value in finished.values if value.metric.key == "path"}
    assert told == {Status.INVALID}
    assert finished.trial.outcome.value != "not held"
