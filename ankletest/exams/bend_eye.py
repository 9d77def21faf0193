"""What watches lunges, squats and pointed feet while they go on: stillness, each bend, and when it was enough; live only."""

import math
from collections.abc import Sequence

import numpy as np

from ankletest.exams.base import LiveNumber, Member, Progress
from ankletest.exams.members import driver_of
from ankletest.exams.walker import Seen
from ankletest.metrics.bends import RULES
from ankletest.metrics.inclines import TAU_S
from ankletest.samples import GYRO, RAD_PER_DEG, FloatArray, Site
from ankletest.signals.angles import LiveUp, total_tilt_rad
from ankletest.signals.repetitions import Repetition, Repetitions
from ankletest.signals.rest import stands_still
from ankletest.trial import Event, Happening

STILL_S = 1.0
FIRST_S = 30.0
"""Nobody moves for so long after being asked: that client cannot, or will not."""
REST_S = 10.0
"""After so long without another bend it is over."""
SETTLE_S = 1.0
"""After the last one asked for the run goes on for so long, so that its end is in the samples."""
LONG_S = 180.0


class BendEye:
    """Looks at one motion sensor.

    Parameters
    ----------
    members, drivers
        Of the run and of the exam.
    go
        The phase in which the movement is asked for.
    wanted
        How many.
    noun
        What one is called, ``lunges``.
    """

    def __init__(self, members: Sequence[Member], drivers: Sequence[Site], *, go: str, wanted: int, noun: str) -> None:
        driver = driver_of(members, drivers) if members else None
        self._device = driver.device if driver is not None else ""
        self._rate_hz = driver.nominal_hz if driver is not None else 100.0
        self._go, self._wanted, self._noun = go, wanted, noun
        self._machine = Repetitions(RULES)
        self._up: LiveUp | None = None
        self._flat: FloatArray = np.array((0.0, 0.0, 1.0))
        self._t: FloatArray = np.zeros(0)
        self._kept: FloatArray = np.zeros((0, 6))
        self._reps: list[Repetition] = []
        self._began_s = self._last_s = math.nan
        self._now_rad = math.nan

    def enter(self, phase: str, t_s: float) -> None:
        """Take note of a new phase."""
        if phase == self._go and self._up is None:
            self._began_s = self._last_s = t_s
            # Begun in stance: what the sensor felt before, while it was put on, is not remembered.
            self._up = LiveUp(rate_hz=self._rate_hz, tau_s=TAU_S)
            mean = np.nanmean(self._up.feed(self._t, self._kept), axis=0)
            self._flat = np.asarray(mean / np.linalg.norm(mean), dtype=np.float64)

    def look(self, phase: str, t_s: FloatArray, values: FloatArray, end_s: float) -> Sequence[Seen | Event]:
        """Take the next slice."""
        self._keep(t_s, values)
        if phase == "still":
            return [Seen("quiet", end_s)] if self._still() else []
        if self._up is None:
            return []
        tilt = total_tilt_rad(self._up.feed(t_s, values), self._flat)
        known = tilt[np.isfinite(tilt)]
        self._now_rad = float(known[-1]) if len(known) else self._now_rad
        found = [rep for rep in self._machine.feed(t_s, tilt) if not rep.why]
        self._reps += found
        if found:
            self._last_s = found[-1].end_s
        elif self._machine.up:
            self._last_s = end_s
        told: list[Seen | Event] = [
            Event(Happening.REPETITION, rep.onset_s, rep.end_s, rep.top / RAD_PER_DEG, device=self._device) for rep in found
        ]
        over = self._over(end_s)
        return [*told, over] if over is not None else told

    def numbers(self) -> Sequence[LiveNumber]:
        """Return numbers for the screen."""
        best = max((rep.top for rep in self._reps), default=math.nan) / RAD_PER_DEG
        now = self._now_rad / RAD_PER_DEG
        return (
            LiveNumber("tilt", "inclination now", "°", now if math.isfinite(now) else None, 0),
            LiveNumber("tilt_best", "furthest", "°", best if math.isfinite(best) else None, 0),
        )

    def progress(self, now_s: float) -> Progress:  # noqa: ARG002  it counts bends, not seconds
        """Return how many there were."""
        return Progress(float(min(len(self._reps), self._wanted)), float(self._wanted), self._noun)

    # ---- inside -------------------------------------------------------------------------------------------------------------------------

    def _keep(self, t_s: FloatArray, values: FloatArray) -> None:
        """Keep the last second."""
        t = np.concatenate((self._t, t_s))
        first = int(t.searchsorted(t[-1] - STILL_S)) if len(t) else 0
        self._t, self._kept = t[first:], np.concatenate((self._kept, values))[first:]

    def _still(self) -> bool:
        """Tell whether the last second was still."""
        full = len(self._t) >= 10 and self._t[-1] - self._t[0] >= 0.9 * STILL_S
        return bool(full and np.isfinite(self._kept).all() and stands_still(self._kept[:, : GYRO.stop], one_leg=True))

    def _over(self, now_s: float) -> Seen | None:
        """Tell whether it is over, and why."""
        if now_s - self._began_s > LONG_S:
            return Seen("rest" if self._reps else "none", now_s, f"ended after {LONG_S / 60.0:.0f} minutes")
        if self._machine.up:
            return None
        if not self._reps:
            return Seen("none", now_s, f"no movement within {FIRST_S:.0f} s") if now_s - self._began_s > FIRST_S else None
        if len(self._reps) >= self._wanted:
            return Seen("all", now_s) if now_s - self._last_s >= SETTLE_S else None
        return Seen("rest", now_s, f"no further one for {REST_S:.0f} s") if now_s - self._last_s >= REST_S else None
