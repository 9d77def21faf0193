"""A key without the cost of stretching, a desk, and a finished trial."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.errors
import pytest

from ankletest.metrics.base import Better, Measured, Metric, MetricValue, Status
from ankletest.metrics.parts import COP
from ankletest.samples import Side
from ankletest.store import keys
from ankletest.store.desk import Desk
from ankletest.store.keys import DataKey
from ankletest.trial import Outcome, Setup, Trial
from tests import drawers


class DrawerKeyring(keyring.backend.KeyringBackend):
    """A keyring that lives in memory."""

    priority = 1  # type: ignore[assignment]  # keyring's own type is a property

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def system_keyring() -> Iterator[DrawerKeyring]:
    drawer = DrawerKeyring()
    with drawers.keyring_is(drawer):
        yield drawer


@pytest.fixture
def no_keyring() -> Iterator[None]:
    with drawers.no_keyring():
        yield


DEAR = (keys.MEMORY_KIB, keys.ITERATIONS)
"""What a try of a passphrase costs outside of these tests."""
CHEAP_KIB = 8


@pytest.fixture(autouse=True)
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretch keys in no time: most tests here open a store many times."""
    monkeypatch.setattr(keys, "MEMORY_KIB", CHEAP_KIB)
    monkeypatch.setattr(keys, "ITERATIONS", 1)


@pytest.fixture
def key() -> DataKey:
    return DataKey(bytes(range(32)))


@pytest.fixture
def desk(tmp_path: Path, key: DataKey) -> Iterator[Desk]:
    opened = Desk.open(tmp_path / "data", key)
    yield opened
    opened.close()


@dataclass(frozen=True)
class Done:
    trial: Trial
    values: tuple[MetricValue, ...]


def _unused(_: object) -> Measured:
    return Measured(math.nan)


METRIC = Metric("SW-05", "path", "Path length", "PATH", "mm", Better.LOW, 0, 2, "Prieto 1996", COP, _unused)
LOST = Metric("SW-07", "ellipse_area", "Ellipse", "A", "mm²", Better.LOW, 0, 1, "Schubert 2014", COP, _unused)


@pytest.fixture
def done() -> Done:
    trial = Trial(
        Setup("stance", Side.LEFT, trial="t-1"), Outcome.NOT_HELD, ("the other foot touched at 12.3 s",), (1.0, 40.0), (6.0, math.nan)
    )
    return Done(
        trial,
        (
            MetricValue(METRIC, 412.25, Status.OK, (), 3.5, (6.0, 36.0), "P-COP"),
            MetricValue(LOST, None, Status.INVALID, ("E-SHORT: 7.9 s analysed, 10 s needed",), None, (6.0, 36.0), "P-COP"),
        ),
    )
