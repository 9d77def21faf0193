"""Weighs a client on the pad that is connected: empty pad, still second, mass with its uncertainty; it keeps nothing and shows nothing.

The pad's force is divided by the gravity of the place: a pad feels the weight that there is, whichever way its maker set it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from PySide6.QtCore import QObject, Signal

from ankletest.checks.steps import Step
from ankletest.exams.detectors import UNLOADED_N
from ankletest.exams.weighing import Weighing
from ankletest.samples import FORCE, Block, FloatArray, Kind, Site
from ankletest.store.people import LEAST_MASS_KG, MOST_MASS_KG
from ui.visit import Visit

EMPTY_S = 0.5
"""So long nobody is on the pad before its zero is taken."""
LEAST_EMPTY = 5
"""Samples that make a zero."""


class Stage(StrEnum):
    """How far a weighing is."""

    IDLE = "idle"
    EMPTY = "empty"
    STAND = "stand"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A body mass and its standard uncertainty (k = 1), kg; ``certified`` tells whether the error of the pad's scale is in it."""

    mass_kg: float
    u_kg: float
    certified: bool


class PadScale(QObject):
    """The pad as a scale, from ``begin`` until a second was still or ``stop``; ``changed`` tells of another stage."""

    changed = Signal()

    def __init__(self, visit: Visit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self.stage = Stage.IDLE
        self.result: Weighed | None = None
        self._pads: dict[str, _Pad] = {}
        visit.closing.connect(self.stop)
        visit.started.connect(self.stop)

    @property
    def able(self) -> bool:
        """True while a pad is connected and no run goes on."""
        return bool(self._connected()) and not self._visit.running

    def begin(self) -> None:
        """Begin, with the pad empty."""
        self.stop()
        if not self.able:
            return
        self._pads = {device: _Pad() for device in self._connected()}
        self._visit.blocks.connect(self._take)
        self._turn(Stage.EMPTY)

    def stop(self) -> None:
        """Weigh no more; what was found is forgotten."""
        self._leave()
        self.result = None
        self._turn(Stage.IDLE)

    def _connected(self) -> list[str]:
        session = self._visit.session
        return [key for key, status in session.devices.items() if status.site is Site.PAD] if session is not None else []

    def _take(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            self._take_one(block)

    def _take_one(self, block: Block) -> None:
        pad = self._pads.get(block.device)
        if pad is None or block.kind is not Kind.PAD or len(block) == 0:
            return
        pad.take(block.t_s, block.values[:, FORCE])
        if self.stage is Stage.EMPTY and all(one.zeroed for one in self._pads.values()):
            self._turn(Stage.STAND)
        elif self.stage is Stage.STAND:
            if not all(one is pad or one.scale.empty for one in self._pads.values()):
                pad.scale.forget()  # a foot is on another pad
            elif pad.scale.weigh():
                self._finish(block.device, pad)

    def _finish(self, device: str, pad: "_Pad") -> None:
        """Take the still second, where the mass is one that a client can have: else somebody leans on something."""
        session = self._visit.session
        mass = pad.scale.weight_n / self._visit.gravity_m_s2
        if session is None or not LEAST_MASS_KG <= mass <= MOST_MASS_KG:
            return
        share = session.devices[device].u_force_share
        certified = math.isfinite(share)
        u = math.hypot(pad.scale.sd_n / self._visit.gravity_m_s2, mass * share if certified else 0.0)
        self._leave()
        self.result = Weighed(mass, u, certified)
        self._turn(Stage.DONE)

    def _leave(self) -> None:
        if self._pads:
            self._pads = {}
            self._visit.blocks.disconnect(self._take)

    def _turn(self, stage: Stage) -> None:
        if stage is self.stage:
            return
        asked = {Stage.STAND: Step.ON}.get(stage) or (Step.STOP if self.stage is Stage.STAND else None)
        if asked is not None:
            self._visit.post({"event": "weigh", "step": asked.value})
        self.stage = stage
        self.changed.emit()


class _Pad:
    """One pad: its zero while it is empty, and what is on it beyond that."""

    def __init__(self) -> None:
        self.scale = Weighing()
        self.zeroed = False
        self._zero_n = 0.0
        self._t: FloatArray = np.empty(0)
        self._f: FloatArray = np.empty(0)

    def take(self, t_s: FloatArray, force_n: FloatArray) -> None:
        """Take samples; the first empty stretch gives the zero."""
        if self.zeroed:
            self.scale.take(t_s, force_n - self._zero_n)
            return
        good = np.isfinite(force_n)
        loaded = np.flatnonzero(good & (np.abs(force_n) >= UNLOADED_N))
        first = int(loaded[-1]) + 1 if len(loaded) else 0
        kept_t, kept_f = (self._t, self._f) if not len(loaded) else (np.empty(0), np.empty(0))
        self._t, self._f = np.concatenate((kept_t, t_s[first:][good[first:]])), np.concatenate((kept_f, force_n[first:][good[first:]]))
        if len(self._t) >= LEAST_EMPTY and self._t[-1] - self._t[0] >= EMPTY_S:
            self._zero_n, self.zeroed = float(np.mean(self._f)), True
