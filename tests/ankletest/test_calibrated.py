"""Which certificates count for a device follows from the recording's opening alone."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ankletest.calibrated import UNCERTIFIED, Kept, attached, choose, date_of, in_force
from ankletest.device import EVENT, OPERATOR, Notification
from ankletest.errors import RecordingError
from ankletest.session import Session
from drivers.catalog import MODELS
from drivers.codecs import native_pad
from drivers.people.body import Person
from drivers.transports.simulator import PRACTICE_CHOICES, simulate

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def certificate(
    kind: str, *, day: int = 0, passed: bool = True, days: float | None = 365.0, serial: str = "7", stage: str = "gain", gain: float = 2.0,
    offset: float = 0.0, effects: bool = True, u: float = 0.001,
) -> dict[str, object]:  # fmt: skip
    date = DAY + timedelta(days=day)
    effect = {"kind": "cells", "stage": stage, "part": "pad", "matrix": (gain * np.eye(4)).tolist(), "offset": [offset] * 4}
    expires = None if days is None else (date + timedelta(days=days)).isoformat()
    return {
        "certificate": 1, "id": f"{kind}-{day}", "kind": kind, "device": {"model": native_pad.KEY, "serial": serial},
        "date": date.isoformat(), "expires": expires, "passed": passed, "why": "" if passed else "it bends",
        "effects": [effect] if effects else [], "uncertainty": [{"key": f"u_{kind}", "unit": "", "values": [u]}],
    }  # fmt: skip


def stand(listed: Sequence[Mapping[str, object]], *, day: float | None = 10.0, serial: str = "7"):
    at = None if day is None else DAY + timedelta(days=day)
    return in_force([Kept.from_json(c) for c in listed], model=native_pad.KEY, serial=serial, at=at)


def test_the_newest_that_passed_corrects_in_the_order_of_the_stages() -> None:
    listed = [
        certificate("span", day=2, gain=3.0),
        certificate("tare", day=5, stage="zero", gain=1.0, offset=-1.0),
        certificate("span", day=1),
    ]
    corrections, standing = stand(listed)

    assert [c.certificate for c in corrections] == ["tare-5", "span-2"]
    values = np.full((1, 4), 5.0)
    for correction in corrections:
        values = correction.apply(values)
    assert values.tolist() == [[12.0] * 4]  # (5 − 1) · 3
    assert standing.lapsed == ()
    assert standing.u("u_span") == 0.001
    assert math.isnan(standing.u("u_cop"))


def test_another_device_s_certificate_is_of_no_account() -> None:
    assert stand([certificate("span", serial="8")])[0] == ()
    assert stand([certificate("span", serial="8")])[1].known == ()
    assert stand([certificate("span")])[1].known == ("span-0",)


def test_a_device_that_nobody_can_tell_from_its_like_has_no_certificate() -> None:
    assert stand([certificate("span", serial="")], serial="") == ((), UNCERTIFIED)


def test_an_expired_one_still_corrects_but_has_lapsed() -> None:
    corrections, standing = stand([certificate("span")], day=365.0)

    assert len(corrections) == 1
    assert standing.lapsed == ("E-CAL: span of 2026-03-01 expired on 2027-03-01",)
    assert stand([certificate("span")], day=364.9)[1].lapsed == ()
    assert stand([certificate("span")], day=None)[1].lapsed == ()  # nobody knows when it was used
    assert stand([certificate("span", days=None)], day=4000.0)[1].lapsed == ()


def test_a_failed_one_has_lapsed_and_the_last_good_one_corrects() -> None:
    corrections, standing = stand([certificate("span"), certificate("span", day=3, passed=False, gain=9.0)])

    assert [c.certificate for c in corrections] == ["span-0"]
    assert standing.lapsed == ("E-CAL: span of 2026-03-04 failed: it bends",)
    assert stand([certificate("span", passed=False), certificate("span", day=3)])[1].lapsed == ()


def test_a_check_that_corrects_nothing_can_lapse_too() -> None:
    assert stand([certificate("check", effects=False, passed=False)])[1].lapsed[0].startswith("E-CAL: check")
    assert stand([certificate("check", effects=False)])[1].certificates == ("check-0",)


def test_of_two_that_do_the_same_the_older_is_of_no_more_account() -> None:
    corrections, standing = stand([certificate("span", days=5.0), certificate("cop", day=2)], day=9.0)

    assert [c.certificate for c in corrections] == ["cop-2"]
    assert standing.lapsed == ()  # the span has expired, but nothing hangs on it any more
    assert math.isnan(standing.u("u_span"))


@pytest.mark.parametrize(
    "spoil", [{"device": 1}, {"effects": [{"kind": "cells"}]}, {"date": "2026-03-01"}, {"uncertainty": 5}, {"expires": "soon"}]
)
def test_a_damaged_certificate_in_a_recording_is_told(spoil: Mapping[str, object]) -> None:
    with pytest.raises(RecordingError, match="certificate cannot be read"):
        Kept.from_json({**certificate("span"), **spoil})


def test_an_odd_stage_or_shape_is_told() -> None:
    effect = {"kind": "cells", "stage": "later", "part": "pad", "matrix": [[1.0]], "offset": [0.0]}

    with pytest.raises(RecordingError, match="stage later"):
        Kept.from_json({**certificate("span"), "effects": [effect]})
    with pytest.raises(RecordingError, match="not square"):
        Kept.from_json({**certificate("span"), "effects": [{**effect, "stage": "zero", "matrix": [[1.0, 2.0]]}]})


def test_certificates_go_to_devices_of_like_model_in_place_of_those_before() -> None:
    opening = {
        "event": "open",
        "devices": [{"device": "pad", "model": native_pad.KEY, "certificates": [1]}, {"device": "foot", "model": "x"}],
    }
    made = attached(opening, [certificate("span")], date=DAY)

    assert [len(d["certificates"]) for d in made["devices"]] == [1, 0]
    assert date_of(made) == DAY
    assert date_of(opening) is None
    with pytest.raises(RecordingError, match="date of the recording"):
        date_of({"date": "2026-03-01T00:00:00"})


def test_the_device_is_known_by_what_its_handshake_tells() -> None:
    items = simulate([], [PRACTICE_CHOICES[0]], Person(), 5)[0]
    bare = Session(MODELS, keep_all=True)
    bare.feed(items)
    serial = json.loads(items[0].payload)["devices"][0]["serial"]
    assert serial == "SIM-0001"  # the label, which the handshake overrules
    labelled, true = ([choose(items[0], [certificate("span", serial=s)]), *items[1:]] for s in (serial, bare._intakes["pad"].serial))
    means = []
    for recording in (items, labelled, true):
        session = Session(MODELS, keep_all=True)
        session.feed(recording)
        means.append(session.streams()[0].values[:, 0].mean())

    assert means[1] == means[0]
    assert means[2] == pytest.approx(2.0 * means[0], rel=1e-12)


def test_only_an_opening_can_be_given_certificates() -> None:
    for payload in (b"{", b"[]"):
        with pytest.raises(RecordingError, match="does not begin with an open event"):
            choose(Notification(OPERATOR, EVENT, 0, payload), [])
