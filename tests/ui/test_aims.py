"""Targets as the numbers of a visit's trials tell them: of the leg, the conditions and the version, and the store is asked once for all."""

from types import SimpleNamespace

from ankletest import metrics
from ankletest.errors import StoreError
from ankletest.samples import Side
from ankletest.trial import Eyes, Setup
from ui.aims import targets_of

LEFT = Setup("stance", Side.LEFT)
VELOCITY = next(metric for metric in metrics.METRICS if metric.id == "SW-06")


class Store:
    """A store that counts how often it is asked, or has gone."""

    def __init__(self, *kept, gone: bool = False) -> None:
        self.kept, self.gone, self.asked = kept, gone, 0
        self.following = self

    def targets(self, code: str):
        self.asked += 1
        if self.gone:
            raise StoreError("It is gone.", "")
        return list(self.kept)


def kept(value: float, setup: Setup = LEFT, version: int = VELOCITY.version):
    return SimpleNamespace(target=SimpleNamespace(metric=VELOCITY.key, value=value), setup=setup, version=version)


def told(store: Store | None):
    return targets_of(SimpleNamespace(store=store, client=SimpleNamespace(code="AB-1")))


def test_the_newest_of_the_same_leg_conditions_and_version_is_told_and_the_store_asked_once() -> None:
    other = (kept(9.0, Setup("stance", Side.RIGHT)), kept(8.0, Setup("stance", Side.LEFT, eyes=Eyes.CLOSED)), kept(7.0, version=0))
    store = Store(kept(30.0), kept(25.0), *other)
    target = told(store)

    assert [target(LEFT, VELOCITY) for _ in range(20)] == [f"{25.0:.{VELOCITY.decimals}f}"] * 20
    assert target(Setup("stance", Side.LEFT, eyes=Eyes.CLOSED), VELOCITY) == f"{8.0:.{VELOCITY.decimals}f}"
    assert target(LEFT, next(metric for metric in metrics.METRICS if metric is not VELOCITY)) == ""
    assert store.asked == 1


def test_a_store_that_is_locked_or_gone_tells_no_target() -> None:
    assert told(None)(LEFT, VELOCITY) == ""
    assert told(Store(gone=True))(LEFT, VELOCITY) == ""
