"""What lapsed marks every absolute value and leaves shares and symmetry on one device alone; a known scale error is in the ±."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ankletest import metrics
from ankletest.calibrated import Standing
from ankletest.exams.pairs import compare_sides, pair_json
from ankletest.metrics.base import MetricValue, Status
from ankletest.metrics.certified import RELATIVE, lapsed_apart, standing_words
from ankletest.samples import Kind, Side, Site
from ankletest.session import Finished, Session
from ankletest.trial import Setup, Trial
from drivers.catalog import MODELS
from drivers.people.body import Leg, Person
from drivers.transports.simulator import PRACTICE_CHOICES, simulate

CHOICES = [
    replace(c, rate_hz=200.0) if c.site is Site.PAD else c for c in PRACTICE_CHOICES if c.device in {"pad", "foot-left", "foot-right"}
]
LAPSED = Standing(("pad_cop-1",), ("E-CAL: pad_cop of 2026-01-01 expired on 2027-01-01",))
KNOWN = Standing(("pad_cop-1",), (), (("u_cop_share", 0.01), ("u_force_share", 0.002)))


@pytest.fixture(scope="module")
def stances() -> tuple[Trial, Trial]:
    script = [Setup("stance", side, duration_s=10.0) for side in Side]
    session = Session(MODELS)
    done: list[Finished] = list(session.feed(simulate(script, CHOICES, Person(right=Leg(sway=1.4)), 3)[0]).finished)
    return done[0].trial, done[1].trial


def under(trial: Trial, standing: Standing, kind: Kind = Kind.PAD, **changes: object) -> dict[str, MetricValue]:
    streams = tuple(replace(s, standing=standing) if s.kind is kind else s for s in trial.streams)
    return {v.metric.key: v for v in metrics.evaluate(replace(trial, streams=streams, **changes))}


def test_every_absolute_value_of_the_device_is_marked_and_no_other(stances: tuple[Trial, Trial]) -> None:
    before, after = under(stances[0], Standing()), under(stances[0], LAPSED)
    marked = {key for key, value in after.items() if LAPSED.lapsed[0] in value.reasons}
    told = {key for key, value in after.items() if value.value is not None}

    assert marked == {key for key in told if after[key].metric.unit not in RELATIVE and after[key].profile not in {"P-ACC", "P-IMUEV"}}
    assert {"velocity", "ellipse_area", "path"} <= marked
    assert "errors" not in marked
    assert not {key for key in marked if key.startswith("acc_")}
    assert all(after[key].status is Status.WARN for key in marked)
    assert {key: value.value for key, value in after.items()} == {key: value.value for key, value in before.items()}


def test_a_motion_sensor_that_lapsed_marks_what_it_tells(stances: tuple[Trial, Trial]) -> None:
    after = under(stances[0], replace(LAPSED, lapsed=("E-CAL: acc_poses failed",)), Kind.IMU)

    assert "E-CAL: acc_poses failed" in after["acc_rms"].reasons
    assert "E-CAL: acc_poses failed" not in after["velocity"].reasons


def test_symmetry_on_one_device_is_left_alone_and_on_two_is_marked(stances: tuple[Trial, Trial]) -> None:
    left, right = (
        replace(trial, streams=tuple(replace(s, standing=LAPSED) if s.kind is Kind.PAD else s for s in trial.streams)) for trial in stances
    )
    sides = compare_sides([(t, metrics.evaluate(t)) for t in (left, right)])
    plain = compare_sides([(t, metrics.evaluate(t)) for t in stances])

    assert sides.pairs
    assert [pair.comparison for pair in sides.pairs] == [pair.comparison for pair in plain.pairs]
    assert all(pair.marks == () for pair in sides.pairs)
    foot = tuple(replace(s, standing=LAPSED) if s.kind is Kind.IMU else s for s in left.streams)
    assert lapsed_apart(left, right) == ()
    assert lapsed_apart(replace(left, streams=foot), right) == (f"foot-left: {LAPSED.lapsed[0]}",)
    mixed = compare_sides([(replace(left, streams=foot), metrics.evaluate(replace(left, streams=foot))), (right, metrics.evaluate(right))])
    assert any(pair_json(pair)["marks"] for pair in mixed.pairs if pair.comparison.metric.unit not in RELATIVE)


def test_the_error_of_the_scale_is_in_the_uncertainty(stances: tuple[Trial, Trial]) -> None:
    before, after = under(stances[0], Standing()), under(stances[0], KNOWN)

    for key, power in (("velocity", 1.0), ("path", 1.0), ("ellipse_area", 2.0)):
        own, value = before[key].uncertainty, before[key].value
        assert own is not None
        assert value is not None
        assert after[key].uncertainty == pytest.approx(math.hypot(own, power * 0.01 * value), rel=1e-12)
    assert after["errors"].uncertainty == before["errors"].uncertainty
    assert after["acc_rms"].uncertainty == before["acc_rms"].uncertainty


def test_force_takes_the_force_s_scale_and_per_mass_only_where_mass_was_not_weighed() -> None:
    session = Session(MODELS)
    (done,) = session.feed(simulate([Setup("jump", Side.LEFT)], CHOICES[:1], Person(), 4)[0]).finished
    weighed = under(done.trial, KNOWN)
    entered = under(done.trial, KNOWN, setup=replace(done.trial.setup, mass_kg=70.0))
    plain = under(done.trial, Standing())

    peak = plain["propulsion_peak"]
    assert peak.value is not None
    assert weighed["propulsion_peak"].uncertainty == pytest.approx(math.hypot(peak.uncertainty or 0.0, 0.002 * peak.value), rel=1e-12)
    assert weighed["propulsion_peak_rel"].uncertainty == plain["propulsion_peak_rel"].uncertainty
    assert (entered["propulsion_peak_rel"].uncertainty or 0.0) >= 0.002 * (entered["propulsion_peak_rel"].value or np.nan)


def test_what_is_known_of_a_device_is_said_in_a_line(stances: tuple[Trial, Trial]) -> None:
    pad = next(s for s in stances[0].streams if s.kind is Kind.PAD)

    assert standing_words(pad) == "pad: no certificate; ± is without the error of its scale"
    assert standing_words(replace(pad, standing=KNOWN)) == "pad: certified by pad_cop-1"
    assert standing_words(replace(pad, standing=LAPSED)).startswith("pad: E-CAL")
