import json
import math

import pytest

from ankletest.errors import ExamError, UsageError
from ankletest.metrics import METRICS, by_key, evaluate
from ankletest.metrics.base import Status
from ankletest.metrics.parts import COP
from ankletest.metrics.profiles import PROFILES
from ankletest.samples import Side
from ankletest.trial import Event, Happening, Outcome, Setup, Trial

CLINICAL = {
    "stance": {"hold_time", "errors", "velocity", "ellipse_area", "acc_rms", "gyro_rms"},
    "taps": {"tap_recovery"},
    # the last two where there was a metronome: adherence is this program's own
    "hops": {"rsi_10_5", "contact_time", "jump_height", "stiffness", "hop_asynchrony", "hop_on_beat"},
    # without a pad the flight time is all there is, or what a sensor on the trunk makes of both
    "jumps": {"cmj_height", "mrsi", "time_to_take_off", "flight_height", "trunk_height", "trunk_flight_height"},
    "drop jumps": {"drop_rsi", "drop_contact", "drop_height"},
    "landing": {"landing_peak", "stuck"},
    "drop": {"tts_5"},
    "stick": {"stick_tts_5", "stick_tts_trunk", "sticks"},
    "reaction": {"reaction_time", "cue_to_landing"},
    "side hops": {"side_hop_time", "side_hop_count", "side_hop_direction_ratio"},
    "heel_raise": {"raises", "raise_height_peak", "raise_work", "raise_fatigue"},
    "lunge": {"lunge_angle", "lunge_heel_lifts"},
    "plantarflexion": {"plantarflexion_range"},
    "squat": {"squat_depth", "squat_medial"},
    "strength": {"calf_force_bw", "calf_rfd_100", "calf_rfd_200"},
}
"""metrics.md 15, by family."""
ASKED = {
    f"{family}-{number:02}"
    for family, numbers in {
        "ST": (1, 2),
        "SW": (*range(2, 20), 21),
        "IM": range(1, 10),
        "PT": range(1, 5),
        "HP": range(1, 19),
        "CJ": range(1, 16),
        "DL": range(1, 15),
        "HS": range(1, 7),
        "RL": range(1, 5),
        "SH": range(1, 7),
        "HR": range(1, 12),
        "LU": range(1, 5),
        "PF": (1,),
        "SQ": (1, 2, 3, 5, 6),  # SQ-04, left against right, is what symmetry makes of the others
        "SG": range(1, 10),
        "SM": (1, 2),
    }.items()
    for number in numbers
}


def test_every_metric_that_is_asked_for_is_in_the_catalog() -> None:
    assert {metric.id for metric in METRICS} >= ASKED


def test_keys_are_unique_and_every_entry_is_whole() -> None:
    assert len({metric.key for metric in METRICS}) == len(METRICS)
    assert len({metric.title + metric.unit for metric in METRICS}) == len(METRICS)
    for metric in METRICS:
        assert metric.key.isidentifier()
        assert metric.title
        assert metric.symbol
        assert metric.source
        assert metric.version >= 1
        assert 0 <= metric.decimals <= 3
        assert by_key(metric.key) is metric


def test_the_clinical_set_is_that_of_the_specification() -> None:
    found: dict[str, set[str]] = {}
    for metric in METRICS:
        if metric.clinical:
            found.setdefault(metric.part.family, set()).add(metric.key)

    assert {family: keys for family, keys in found.items() if family in CLINICAL} == CLINICAL


def test_an_unknown_key_or_profile_is_told_with_what_there_is(make, circle) -> None:
    trial = make.stance(make.pad(circle.t, circle.x, circle.y))

    with pytest.raises(UsageError, match="no metric 'swagger'") as key:
        by_key("swagger")
    with pytest.raises(ExamError, match="no profile 'P-XYZ'") as profile:
        evaluate(trial, profile="P-XYZ")
    assert "velocity" in key.value.hint
    assert "P-RAW" in profile.value.hint


def test_profiles_have_unique_ids_and_titles() -> None:
    assert len({profile.id for profile in PROFILES}) == len(PROFILES)
    assert all(profile.title for profile in PROFILES)


@pytest.mark.parametrize("exam", ["stance", "hops"])
def test_an_empty_trial_gives_no_number_and_a_reason_for_each(exam: str) -> None:
    empty = Trial(Setup(exam, Side.LEFT), Outcome.COMPLETED, (), (0.0, 0.0), (0.0, 0.0), families=(exam,))
    found = evaluate(empty)

    assert found
    for value in found:
        assert value.value is None
        assert value.status is Status.INVALID
        assert value.reasons


def test_a_stance_lists_no_hops_and_hops_list_no_sway(make, circle) -> None:
    stance = {value.metric.id[:2] for value in evaluate(make.stance(make.pad(circle.t, circle.x, circle.y)))}
    hops = {value.metric.id[:2] for value in evaluate(make.hops([0.2] * 5, [0.4] * 5))}

    assert stance == {"ST", "SW"}
    assert hops == {"HP"}


def test_every_value_is_plain_json_without_nan(make, circle) -> None:
    trials = (make.stance(make.pad(circle.t, circle.x, circle.y)), make.hops([0.2] * 4, [0.4] * 4))
    for trial in trials:
        for value in evaluate(trial):
            text = json.dumps(value.as_json(), allow_nan=False)

            assert json.loads(text)["key"] == value.metric.key


def test_the_same_trial_gives_the_same_bits(make, circle) -> None:
    trial = make.stance(make.pad(circle.t, circle.x, circle.y, noise_cell_n=0.3, half_span_mm=200.0))

    assert [value.as_json() for value in evaluate(trial)] == [value.as_json() for value in evaluate(trial)]


def test_no_value_is_a_silent_zero_or_nan(make, circle) -> None:
    broken = make.stance(make.pad(circle.t, circle.x * math.nan, circle.y), events=(Event(Happening.TOUCH_DOWN, 3.0),))

    for value in evaluate(broken):
        assert value.value is None or (math.isfinite(value.value) and value.metric.part is not COP)
