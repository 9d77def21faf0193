"""What watches heel raises while they go on: stillness, each raise, and when the set is over; live only, no number that is kept."""

import math
from collections.abc import Sequence

import numpy as np

from ankletest.exams.base import LiveNumber, Member, Progress
from ankletest.exams.members import driver_of
from ankletest.exams.walker import Seen
from ankletest.exams.weighing import Weighing
from ankletest.metrics.heel_raise import counted, off_beat
from ankletest.metrics.inclines import TAU_S
from ankletest.metrics.raises import AWAY, LOADED_SHARE, LOWERS, rules_of
from ankletest.samples import ACC, COP_Y, FORCE, GYRO, RAD_PER_DEG, FloatArray, Kind, Site
from ankletest.signals.angles import LiveUp, total_tilt_rad
from ankletest.signals.repetitions import PARTIAL, Repetition, Repetitions
from ankletest.signals.rest import stands_still
from ankletest.trial import Event, Happening, Setup

NO_CUE = math.inf
"""Beat of nobody's metronome, s."""
STILL_S = 1.0
GOAL = 20
"""Raises that the ring fills up to where no number was asked for (programme.md: the next step opens at 20)."""
REST_S = 4.0
"""After so long without a raise the set is over, or after two missed raises on a slow metronome."""
FIRST_S, OWN_FIRST_S = 15.0, 60.0
"""Nobody raises the heel for so long after being asked, on the metronome and in their own tempo: that client cannot."""
LONG_S = 300.0
AGAIN_S = 5.0
"""A foot that was carried is waited for this long to stand still; then the old flat stance has to do."""
SETTLE_S = 1.0
"""After the last raise asked for the run goes on for so long, so that the end of it is in the samples."""
KNOWN = 4
"""So many raises tell what a whole one is, and a habit with the metronome."""
IN_A_ROW = 2


class RaiseEye:
    """Looks at a foot sensor, or at the centre of pressure of a pad."""

    def __init__(self, setup: Setup, members: Sequence[Member], drivers: Sequence[Site], beat_s: float) -> None:
        driver = driver_of(members, drivers) if members else None
        self._setup = setup
        self._device = driver.device if driver is not None else ""
        self._pad = driver is not None and driver.kind is Kind.PAD
        self._beat_s = beat_s
        self._period_s = beat_s * (1.0 + setup.given.get(LOWERS, 1.0))
        self._wanted = round(setup.given.get("reps", 0.0))
        self._rate_hz = driver.nominal_hz if driver is not None else 100.0
        self._up = LiveUp(rate_hz=self._rate_hz, tau_s=TAU_S)
        self._weighing = Weighing()
        self._machine = Repetitions(rules_of(setup, own=False, cop=self._pad))
        self._t: FloatArray = np.zeros(0)
        self._kept: FloatArray = np.zeros((0, 9))
        self._flat: FloatArray | None = None
        self._flat_mm = math.nan
        self._reps: list[Repetition] = []
        self._cues: list[float] = []
        self._began_s = self._last_s = math.nan
        self._top = math.nan
        self._low = 0
        self._carried_s = -math.inf

    def enter(self, phase: str, t_s: float) -> None:
        """Take note of a new phase."""
        if phase in {"raise", "up"} and math.isnan(self._began_s):
            self._began_s = self._last_s = t_s
            self._flatten()
        if phase == "down":
            self._cues.append(t_s)

    def look(self, phase: str, t_s: FloatArray, values: FloatArray, end_s: float) -> Sequence[Seen | Event]:
        """Take the next slice."""
        signal, shove = self._signal(t_s, values)
        if phase == "still":
            return [Seen("quiet" if math.isfinite(self._beat_s) else "quiet, own tempo", end_s)] if self._still() else []
        if math.isnan(self._began_s):
            return []
        closed = self._machine.feed(t_s, signal, shove)
        found = [rep for rep in closed if not rep.why]
        self._note(closed)
        if found:
            self._last_s, self._top = found[-1].end_s, found[-1].top
        elif self._machine.up:
            self._last_s = end_s
        told: list[Seen | Event] = [
            Event(Happening.REPETITION, rep.onset_s, rep.end_s, rep.top / self._unit, device=self._device) for rep in found
        ]
        over = self._over(end_s)
        return [*told, over] if over is not None else told

    def numbers(self) -> Sequence[LiveNumber]:
        """Return numbers for the screen."""
        top = self._top / self._unit
        return (
            LiveNumber("raises", "heel raises", "", float(len(self._reps)), 0),
            LiveNumber("raise_top", "last raise", "mm" if self._pad else "°", top if math.isfinite(top) else None, 0),
        )

    def progress(self, now_s: float) -> Progress:  # noqa: ARG002  it counts raises, not seconds
        """Return how many raises there were."""
        return Progress(float(len(self._reps)), float(self._wanted or GOAL), "raises")

    # ---- inside -----------------------------------------------------------------------------------------------------------------------

    @property
    def _unit(self) -> float:
        return 1.0 if self._pad else RAD_PER_DEG

    def _signal(self, t_s: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what repetitions are made of, (n,), NaN before the foot was flat once, and what tells a foot that is carried."""
        if self._pad:
            self._weighing.take(t_s, values[:, FORCE])
            self._keep(t_s, values)
            lifted = np.where(values[:, FORCE] < LOADED_SHARE * self._weighing.weight_n, AWAY, 0.0)
            return np.where(np.isfinite(values[:, COP_Y]), values[:, COP_Y] - self._flat_mm, 0.0), lifted
        up = self._up.feed(t_s, values)
        self._keep(t_s, np.concatenate((values, up), axis=1))
        if self._flat is None:
            return np.full(len(t_s), np.nan), np.zeros(len(t_s))
        acc = values[:, ACC]
        level = acc - (acc * up).sum(axis=1)[:, None] * up
        # A knock lasts some milliseconds; a foot that is carried goes on through the slice of 50 ms.
        good = np.isfinite(level[:, 0])
        shove = float(np.linalg.norm(level[good].mean(axis=0))) if bool(good.any()) else 0.0
        if shove > self._machine.rules.shove_m_s2:
            self._carried_s = float(t_s[-1])
        if self._elsewhere(float(t_s[-1])):
            return np.full(len(t_s), np.nan), np.zeros(len(t_s))
        return total_tilt_rad(up, self._flat), np.full(len(t_s), shove)

    def _elsewhere(self, now_s: float) -> bool:
        """Tell whether the foot was carried and has not stood still since; once it has, that is flat stance.

        On a metronome nobody stands still for a second, and steps are rare: there the first stance holds.
        """
        if math.isfinite(self._beat_s) or not now_s - self._carried_s < AGAIN_S:
            return False
        if self._t[0] > self._carried_s and self._still():
            self._carried_s = -math.inf
            self._flatten()
            return False
        return True

    def _keep(self, t_s: FloatArray, rows: FloatArray) -> None:
        """Keep the last second."""
        t = np.concatenate((self._t, t_s))
        first = int(t.searchsorted(t[-1] - STILL_S)) if len(t) else 0
        old = self._kept if self._kept.shape[1] == rows.shape[1] else np.zeros((0, rows.shape[1]))
        self._t, self._kept = t[first:], np.concatenate((old, rows))[first:]

    def _still(self) -> bool:
        """Tell whether the last second was still."""
        if len(self._t) < 10 or self._t[-1] - self._t[0] < 0.9 * STILL_S:
            return False
        if self._pad:
            return self._weighing.loaded and self._weighing.weigh()
        return bool(np.isfinite(self._kept).all()) and stands_still(self._kept[:, : GYRO.stop], one_leg=True)

    def _flatten(self) -> None:
        """Take the last second for flat stance."""
        if self._pad:
            cop = self._kept[:, COP_Y]
            self._flat_mm = float(np.median(cop[np.isfinite(cop)])) if bool(np.isfinite(cop).any()) else math.nan
        else:
            # Begun anew in stance: whatever the foot did before, the orientation would take seconds to get over it.
            self._up = LiveUp(rate_hz=self._rate_hz, tau_s=TAU_S)
            mean = np.nanmean(self._up.feed(self._t, self._kept[:, : GYRO.stop]), axis=0)
            self._flat = np.asarray(mean / np.linalg.norm(mean), dtype=np.float64)

    def _note(self, closed: Sequence[Repetition]) -> None:
        """Take raises that ended; low ones in a row are counted."""
        for rep in closed:
            if not rep.why:
                self._reps.append(rep)
            tops = np.array([one.top for one in self._reps])
            if rep.why == PARTIAL or (not rep.why and len(tops) >= KNOWN and not bool(counted(tops)[-1])):
                self._low += 1
            elif not rep.why:
                self._low = 0

    def _over(self, now_s: float) -> Seen | None:
        """Tell whether the set is over, and why."""
        if not self._reps:
            wait_s = FIRST_S if math.isfinite(self._beat_s) else OWN_FIRST_S
            idle = now_s - self._began_s > wait_s and not self._machine.up
            return Seen("none", now_s, f"no heel raise within {wait_s:.0f} s") if idle else None
        if self._wanted and len(self._reps) >= self._wanted and now_s - self._last_s >= SETTLE_S:
            return Seen("all", now_s)
        if len(self._reps) >= KNOWN:
            if self._low >= IN_A_ROW and not self._pad:
                return Seen("partial", now_s, f"{IN_A_ROW} raises in a row were less than half as high")
            at = np.array([rep.top_s for rep in self._reps])
            if math.isfinite(self._beat_s) and off_beat(at, np.array(self._cues), self._period_s)[-IN_A_ROW:].all():
                return Seen("missed", now_s, f"{IN_A_ROW} raises in a row were off the beat")
        idle_s = max(REST_S, 2.0 * self._period_s) if math.isfinite(self._beat_s) else REST_S
        if now_s - self._last_s >= idle_s and not self._machine.up:
            return Seen("rest", now_s, f"no further raise for {idle_s:.0f} s")
        return Seen("long", now_s, f"ended after {LONG_S / 60.0:.0f} minutes") if now_s - self._began_s > LONG_S else None
