"""Everything that comes out of a session, and that two of them saw the same, to the bit: what live and replay are compared by."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ankletest.device import Notification
from ankletest.exams.base import Change, PhaseChange
from ankletest.samples import Block
from ankletest.session import Finished, Session, Update
from ankletest.trial import Event
from drivers.catalog import MODELS


class Seen:
    """A session, and what came out of it."""

    def __init__(self) -> None:
        self.session = Session(MODELS)
        self.blocks: list[Block] = []
        self.changes: list[Change] = []
        self.finished: list[Finished] = []

    def feed(self, items: Sequence[Notification]) -> None:
        self.take(self.session.feed(items))

    def take(self, update: Update) -> None:
        self.blocks.extend(update.blocks)
        self.changes.extend(update.changes)
        self.finished.extend(update.finished)

    def finish(self) -> None:
        self.take(self.session.finish())

    def changes_of(self, device: str | None) -> list[Change]:
        """Return the phase changes, or the events of one device."""
        if device is None:
            return [c for c in self.changes if isinstance(c, PhaseChange)]
        return [c for c in self.changes if isinstance(c, Event) and c.device == device]

    def ledger(self) -> list[tuple[object, ...]]:
        """Return what is known of each device, but its rate, which is that of the moment at which one looks."""
        found = self.session.devices.values()
        return [(d.device, d.state, d.loss_percent, d.longest_gap_s, d.clipped, d.rejected, d.battery_percent) for d in found]

    def samples(self, device: str) -> np.ndarray:
        """Return time and values, a row a sample."""
        rows = [np.column_stack((b.t_s, b.values)) for b in self.blocks if b.device == device]
        return np.concatenate(rows) if rows else np.zeros((0, 0))


def assert_equal(one: Seen, other: Seen) -> None:
    # Phases are driven by one device, so they have one order; events of two devices have none among each other.
    assert one.ledger() == other.ledger()
    for device in (None, *one.session.devices):
        assert repr(one.changes_of(device)) == repr(other.changes_of(device))
    assert len(one.finished) == len(other.finished)
    for a, b in zip(one.finished, other.finished, strict=True):
        assert repr(a.values) == repr(b.values)
        assert repr(replace(a.trial, streams=())) == repr(replace(b.trial, streams=()))
        for s, t in zip(a.trial.streams, b.trial.streams, strict=True):
            assert s.t_s.tobytes() == t.t_s.tobytes()
            assert s.values.tobytes() == t.values.tobytes()
    for device in one.session.devices:
        assert one.samples(device).tobytes() == other.samples(device).tobytes()
