"""What holds for every device model in the catalog, whatever its bytes are; the values of a model are in the test of its codec."""

import random
from collections.abc import Sequence
from itertools import islice

import numpy as np
import pytest

from ankletest.device import Decoded, DeviceModel, Expect, Read, Step, Subscribe
from ankletest.samples import COLUMNS, Kind, Site
from drivers.catalog import MODELS

ALL = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
STEPS = 64
"""No handshake is longer."""


def said(model: DeviceModel) -> list[Step]:
    """Return what is said to a device that answers as it is expected to, and what is said to end."""
    started = model.start(model.default_rate_hz)
    steps: list[Step] = []
    answer: bytes | None = None
    while len(steps) < STEPS:
        try:
            step = started.send(answer)
        except StopIteration:
            break
        steps.append(step)
        answer = step.prefix + bytes(20) if isinstance(step, Expect) else bytes(64) if isinstance(step, Read) else None
    return [*steps, *islice(model.stop(), STEPS)]


def characteristics(model: DeviceModel) -> list[str]:
    heard = [step.characteristic for step in said(model) if isinstance(step, (Subscribe, Read, Expect))]
    return [*dict.fromkeys(heard), "rows", "header", "unknown"]


def garbage(seed: int) -> list[bytes]:
    rng = random.Random(seed)
    lengths = [0, 1, 2, *(rng.randrange(3, 260) for _ in range(60))]
    return [rng.randbytes(length) for length in lengths]


def joined(parts: Sequence[Decoded]) -> tuple[list[str], list[list[float]], int]:
    """Return the rejections, the samples, and how many are known to be lost."""
    readings = [reading for part in parts for reading in part.readings]
    rows = [row for reading in readings for row in np.column_stack((reading.ticks, reading.clipped, reading.values)).tolist()]
    return [str(error) for part in parts for error in part.rejected], rows, sum(reading.lost_before for reading in readings)


def test_keys_and_titles_are_used_once() -> None:
    assert len({model.key for model in MODELS}) == len({model.title for model in MODELS}) == len(MODELS)


@ALL
def test_an_entry_is_whole(model: DeviceModel) -> None:
    assert model.key == model.key.lower()
    assert model.title
    assert model.kinds
    assert Kind.PAD not in model.kinds  # what the session makes of the others
    assert model.sites
    assert Site.PAD in model.sites or model.kinds == (Kind.IMU,)
    assert model.tick.seconds > 0.0
    assert model.default_rate_hz > 0.0
    assert len(said(model)) < STEPS


@ALL
def test_a_fresh_codec_is_fresh(model: DeviceModel) -> None:
    assert model.codec() is not model.codec()


@ALL
@pytest.mark.parametrize("seed", range(4))
def test_bytes_of_another_device_raise_nothing_and_any_split_gives_the_same(model: DeviceModel, seed: int) -> None:
    payloads = garbage(seed)
    for characteristic in characteristics(model):
        whole, single = model.codec(), model.codec()
        at_once = whole.feed(characteristic, payloads)
        one_by_one = [single.feed(characteristic, [payload]) for payload in payloads]

        assert repr(joined([at_once])) == repr(joined(one_by_one))
        assert model.codec().feed(characteristic, []) == Decoded()
        for reading in at_once.readings:
            assert reading.kind in model.kinds
            assert len(reading.ticks) == len(reading.values) == len(reading.clipped) == reading.ends[-1]
            assert reading.kind is Kind.CELLS or reading.values.shape[1] == len(COLUMNS[reading.kind])
