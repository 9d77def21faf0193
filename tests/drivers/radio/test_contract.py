"""The fake is kept honest: on it, bleak meets what it met on the real bluetoothd, but for differences that are written down."""

import tomllib
from pathlib import Path

import pytest

TOLD = tomllib.loads((Path(__file__).parent / "contract.toml").read_text(encoding="utf-8"))
DIFFERS = TOLD.pop("differs")


@pytest.mark.parametrize("scenario", TOLD)
@pytest.mark.announce_log("Failed to cancel connection")  # bleak says so whenever connecting fails and nothing was connected
def test_the_fake_gives_what_the_real_daemon_gave(contract, scenario: str) -> None:
    assert contract(scenario) == {**TOLD[scenario], **DIFFERS.get(scenario, {})}


def test_hardly_anything_differs_and_what_does_is_not_hidden() -> None:
    differing = [TOLD[scenario][what] != given for scenario, values in DIFFERS.items() for what, given in values.items()]

    assert differing == [True, True]
    assert sum(map(len, TOLD.values())) > 50
