"""One pass of samples through a stance: detectors to happenings to phases; live and for the trial alike."""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from ankletest.exams.base import Change, Member, Phase, PhaseChange
from ankletest.exams.bins import Bin, PadBins
from ankletest.exams.detectors import StanceWatch
from ankletest.exams.imu_errors import ImuErrors
from ankletest.exams.machine import Machine
from ankletest.exams.members import driver_of, silent_words
from ankletest.exams.stance_live import StanceLive
from ankletest.samples import FloatArray, Kind
from ankletest.trial import Event, Eyes, Setup, Stream, Surface

START_PAD, START_IMU = "step on", "countdown"
NOBODY_S = 60.0
"""Nobody steps on, or nobody stands still, for so long: the run is given up."""
DOWN_S = 5.0
"""Out of position for longer ends the trial (BESS)."""
LATE_S = 0.35
"""The detectors' delay: so long after the end of the hold an error within it may still turn up."""
SILENT_S = 1.0
"""Samples of the driving device missing for longer end the run; shorter gaps are the metrics' business."""
MANY = 16
"""From so many bins on it is quicker to look at them together."""
WATCHED = frozenset({"lead-in", "hold"})


class Walk:
    """A pass; any chunking of the samples gives equal changes.

    Parameters
    ----------
    setup, members, phases, table
        Of the run.
    t_s
        Session second of the begin.
    """

    def __init__(
        self, setup: Setup, members: Sequence[Member], phases: Mapping[str, Phase], table: Mapping[str, Mapping[str, str]], t_s: float
    ) -> None:
        self._setup = setup
        self._driver = driver_of(members)
        pad = self._driver.kind is Kind.PAD
        self.machine = Machine(table, phases, START_PAD if pad else START_IMU, t_s)
        first = PhaseChange(self.machine.phase, t_s, math.nan if pad else t_s + setup.countdown_s)
        self.changes: list[PhaseChange] = [first]
        self._untold: list[Change] = [first]
        self._again = False  # nobody looks at live numbers
        self.start_s = math.nan
        self.now_s = t_s
        self._last_s = math.nan
        self._bins = PadBins()
        hard = setup.eyes is Eyes.CLOSED or setup.surface is Surface.FOAM
        self._watch = StanceWatch(side=setup.side, mass_kg=setup.mass_kg, hard=hard, bin_s=self._bins.bin_s, device=self._driver.device)
        self._imus = {m.device: ImuErrors(m, setup.side) for m in members if m.kind is Kind.IMU}
        self.live = StanceLive(pad=pad)
        if pad:
            self.machine.arm(t_s + NOBODY_S, "too long", "nobody stepped on the pad")
        else:
            self.machine.arm(t_s + setup.countdown_s, "go")

    @property
    def weight_n(self) -> float:
        """Body weight, NaN until known."""
        return self._watch.weight_n

    @property
    def weight_note(self) -> str:
        """What is to be said of the body weight, if anything."""
        return self._watch.weight_note

    def errors(self) -> list[Event]:
        """Return the errors so far, with their ends where known; those of IMUs count from the start of the stance."""
        end = self.machine.since_s if self.machine.final else math.inf
        worn = [e for imu in self._imus.values() for e in imu.events if self.start_s <= e.t_s < end]
        return sorted([*self._watch.errors, *worn], key=lambda e: (e.t_s, e.what.value, e.device))

    def feed(self, device: str, t_s: FloatArray, values: FloatArray) -> list[Change]:
        """Take samples of a device; return what changed."""
        imu = self._imus.get(device)
        if device != self._driver.device:
            if imu is not None:
                imu.feed(t_s, values)  # told in the trial: between two devices' samples there is no order to keep
            return []
        out, self._untold = self._untold, []
        if imu is not None:
            self._worn(imu, t_s, values, out)
        else:
            self._stood(self._bins.feed(t_s, values), out)
        return out

    def take_all(self, streams: Sequence[Stream]) -> None:
        """Take whole streams, their last bins too: nothing comes after them."""
        self._again = True
        for stream in streams:
            self.feed(stream.device, stream.t_s, stream.values)
        self._stood(self._bins.finish(), [])

    def end(self, happening: str, t_s: float, why: str) -> list[Change]:
        """End by the operator or by a lost device."""
        out, self._untold = self._untold, []
        self._happen(happening, max(t_s, self.machine.since_s), out, why=why)
        return out

    # ---- inside ---------------------------------------------------------------------------------------------------------------

    def _happen(self, happening: str, t_s: float, out: list[Change], *, lasts_s: float = math.nan, why: str = "") -> bool:
        change = self.machine.happen(happening, t_s, lasts_s=lasts_s, why=why)
        if change is None:
            return False
        self.changes.append(change)
        out.append(change)
        name = change.phase.name
        if name == "lead-in":
            if happening == "go":
                self.start_s = t_s
            self.machine.arm(self.start_s + self._setup.lead_in_s, "over")
        elif name == "hold":
            self.machine.arm(self.start_s + self._setup.lead_in_s + self._setup.duration_s + LATE_S, "held")
        elif name == "settle":
            self.machine.arm(t_s + NOBODY_S, "too long", "nobody stood still on one leg")
        elif name == "step on":
            self.machine.arm(t_s + NOBODY_S, "too long", "nobody stepped on the pad")
        return True

    def _stood(self, bins: Sequence[Bin], out: list[Change]) -> None:
        """Take bins of the pad that drives: one by one, or many that say nothing in one go."""
        at = alone = 0
        while at < len(bins) and not self.machine.final:
            if at >= alone and len(bins) - at >= MANY:
                at += self._pass_over(bins[at:])
                alone = at + MANY
            else:
                self._step(bins[at], out)
                at += 1

    def _step(self, new: Bin, out: list[Change]) -> None:
        self._pass_time(new.start_s, new.end_s, out)
        self._watch.take(new)
        if not self.machine.final:
            self._look(new.end_s, out)
            if self.machine.phase.counted and not self._again:
                self.live.take_cop([new])

    def _pass_over(self, bins: Sequence[Bin]) -> int:
        """Take the bins at the beginning that change nothing in a hold; return how many."""
        phase = self.machine.phase
        if phase.name not in WATCHED or self.machine.knows("transferred") or bins[0].start_s - self._last_s > SILENT_S:
            return 0
        before = bisect_left(bins, self.machine.next_s, key=_end_s)
        taken = self._watch.pass_over(bins[:before])
        if taken:
            self.now_s = self._last_s = bins[taken - 1].end_s
            if phase.counted and not self._again:
                self.live.take_cop(bins[:taken])
        return taken

    def _pass_time(self, from_s: float, to_s: float, out: list[Change]) -> None:
        """Let timers ring that are over, and see whether the device was silent."""
        silent = from_s - self._last_s
        if silent > SILENT_S:
            self._happen("lost", self._last_s + SILENT_S, out, why=silent_words(self._driver, self.machine.phase.name, silent))
        self.now_s = self._last_s = to_s
        while (timer := self.machine.due(to_s)) is not None:
            at, happening, why = timer
            lasts = {"over": self._setup.duration_s, "go": self._setup.lead_in_s}.get(happening, math.nan)
            self._happen(happening, max(at, self.machine.since_s), out, lasts_s=lasts, why=why)

    def _look(self, now_s: float, out: list[Change]) -> None:
        """Ask the detectors of the phase."""
        watch, name = self._watch, self.machine.phase.name
        if name == "step on":
            if watch.loaded() and self._happen("loaded", now_s, out):
                watch.settle(now_s, again=False)
        elif name == "settle":
            if watch.gone():
                self._happen("off", now_s, out)
            elif watch.standing():
                self.start_s = watch.start()
                self._happen("standing", now_s, out, lasts_s=self.start_s + self._setup.lead_in_s - now_s)
        elif name in WATCHED:
            self._watch_errors(now_s, out)

    def _watch_errors(self, now_s: float, out: list[Change]) -> None:
        watch = self._watch
        uneventful = watch.uneventful()
        transferred = self.machine.knows("transferred") and watch.transferred()
        if uneventful and not transferred:
            return
        if transferred or (watch.heavier() and self.machine.knows("heavier")):
            self.start_s = math.nan
            watch.errors = []
            watch.settle(now_s, again=transferred)
            self._happen("transferred" if transferred else "heavier", now_s, out)
            return
        out.extend(sign.event for sign in watch.errors_now() if sign.event is not None)
        if watch.gone():
            self._happen("off", now_s, out, why="off the pad")
        elif watch.longest_open_s() > DOWN_S:
            self._happen("too long down", now_s, out, why=f"out of position for more than {DOWN_S:.0f} s")

    def _worn(self, imu: ImuErrors, t_s: FloatArray, values: FloatArray, out: list[Change]) -> None:
        """Take samples of the IMU that drives: time, and errors."""
        for span in imu.feed(t_s, values):
            if self.machine.final:
                return
            self._pass_time(span.start_s, span.end_s, out)
            if not self.machine.final and self.machine.phase.name in WATCHED:
                out.extend(e for e in span.events if e.t_s >= self.start_s)
                if self.machine.phase.counted:
                    self.live.take_motion(span)


def _end_s(one: Bin) -> float:
    return one.end_s
