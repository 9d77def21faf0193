"""Every script of every model has somebody who says it."""

from pathlib import Path

import pytest

from ankletest.device import DeviceModel
from drivers.catalog import MODELS
from drivers.transports import ble

SAID = {"probe", "battery", "battery-first"}
"""By a link when it is connected, besides start and stop; that they are said: `tests/drivers/radio/test_streaming.py`."""
UNSAID = {"tare"}
"""The zero of a session is taken by the host, in the recording and with a certificate; docs/radio.md tells why."""


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
def test_every_script_has_somebody_who_says_it_or_a_reason(model: DeviceModel) -> None:
    assert set(model.extras) <= SAID | UNSAID


def test_the_link_knows_these_scripts_and_no_other() -> None:
    radio = Path(ble.__file__).read_text(encoding="utf-8")

    assert {name for name in SAID | UNSAID if f'extras.get("{name}")' in radio} == SAID
    assert radio.count("extras.get(") == len(SAID)
