"""One pass of samples through a set of hops: contacts to happenings to phases; live and for the trial alike."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ankletest.exams.base import Change, LiveNumber, Member, Phase, PhaseChange
from ankletest.exams.detectors import HEAVIER, LOADED_N, LOADED_SHARE, MASS_SHARE, STILL_N, STILL_N_S, STILL_S, STILL_SHARE
from ankletest.exams.machine import Machine
from ankletest.exams.members import driver_of, silent_words
from ankletest.exams.slices import SLICE_S, Slices
from ankletest.samples import FORCE, FloatArray, G, Kind, Site
from ankletest.signals.contact import LOST, ForceContacts
from ankletest.signals.foot_contact import FootContacts
from ankletest.signals.trunk_contact import TrunkContacts
from ankletest.trial import Event, Happening, Setup

START_PAD, START_IMU = "step on", "countdown"
TOO_LONG_S = 60.0
"""Nobody steps on, or nobody hops, for so long: the run is given up, s."""
RESTLESS_S = 8.0
"""After so long without a still second the client hops all the same, s."""
DOWN_S = 3.0
"""On the ground for longer ends the set, s."""
AWAY_S = 2.5
"""Off the pad for longer is no flight, s."""
FLIGHT_MOST_S = 1.5
"""Nobody flies for longer (2.7 m): that was a step off and on."""
SILENT_S = 1.0
KEEP_S = 4.0
"""How much force is kept, s: the longest flight and the push-off before it."""
PUSH_S = 0.6
"""A push-off lasts at most so long, s."""
PUSH_SHARE = 0.4
"""A flight of T needs a push-off of BW T/2 (half of the momentum turns at the top); with less than this share somebody stepped."""
STEPPED = "stepped off or on: no push-off before this flight"


class HopWalk:
    """A pass; any chunking of the samples gives equal changes."""

    def __init__(
        self, setup: Setup, members: Sequence[Member], phases: Mapping[str, Phase], table: Mapping[str, Mapping[str, str]], t_s: float,
        *, drivers: Sequence[Site] = (),
    ) -> None:  # fmt: skip
        self._setup = setup
        self._driver = driver_of(members, drivers)
        pad = self._pad = self._driver.kind is Kind.PAD
        self.machine = Machine(table, phases, START_PAD if pad else START_IMU, t_s)
        first = PhaseChange(self.machine.phase, t_s, math.nan if pad else t_s + setup.countdown_s)
        self.changes: list[PhaseChange] = [first]
        self._untold: list[Change] = [first]
        self._slices = Slices()
        self._eye = eye_of(self._driver)
        self._t: FloatArray = np.empty(0)
        self._f: FloatArray = np.empty(0)
        self._last_s = math.nan
        self.now_s = t_s
        self.weight_n = self._quiet_n = math.nan
        self.take_off_s = math.nan
        """Of the entry jump."""
        self.landings: list[Event] = []
        """Flights with their landings, the entry jump's first."""
        self.contacts: list[Event] = []
        """Contacts between flights."""
        self.holes = 0
        """Hops broken off by missing samples."""
        if pad:
            self.machine.arm(t_s + TOO_LONG_S, "too long", "nobody stepped on the pad")
        else:
            self.machine.arm(t_s + setup.countdown_s, "go")

    @property
    def hops(self) -> int:
        """Contacts that were followed by a landing."""
        return max(len(self.landings) - 1, 0)

    def feed(self, device: str, t_s: FloatArray, values: FloatArray) -> list[Change]:
        """Take samples of a device; return what changed."""
        if device != self._driver.device:
            return []  # told in the trial: between two devices' samples there is no order to keep
        out, self._untold = self._untold, []
        for end, times, rows in self._slices.feed(t_s, values):
            if self.machine.final:
                break
            self._pass_time(float(times[0]), end, out)
            if not self.machine.final:
                self._look(times, rows, end, out)
        return out

    def end(self, happening: str, t_s: float, why: str) -> list[Change]:
        """End by the operator or by a lost device."""
        out, self._untold = self._untold, []
        self._happen(happening, max(t_s, self.machine.since_s), out, why=why)
        return out

    def numbers(self) -> Sequence[LiveNumber]:
        """Return numbers for the screen: the last hop, and the mean RSI."""
        flights, contacts = self.landings, self.contacts
        flight = flights[-1].end_s - flights[-1].t_s if flights else None
        contact = contacts[-1].end_s - contacts[-1].t_s if contacts else None
        height = G * flight * flight / 8.0 if flight else None
        rsi = [
            G * (f.end_s - f.t_s) ** 2 / 8.0 / (c.end_s - c.t_s)
            for c in contacts
            for f in flights
            if abs(f.t_s - c.end_s) < SLICE_S and c.end_s > c.t_s
        ]
        return (
            LiveNumber("rsi", "RSI", "m/s", rsi[-1] if rsi else None, 2),
            LiveNumber("contact_time", "contact", "ms", 1e3 * contact if contact else None, 0),
            LiveNumber("flight_time", "flight", "ms", 1e3 * flight if flight else None, 0),
            LiveNumber("jump_height", "height", "cm", 1e2 * height if height else None, 1),
            LiveNumber("hops", "hops", "", float(self.hops), 0),
            LiveNumber("rsi_mean", "mean RSI", "m/s", sum(rsi) / len(rsi) if rsi else None, 2),
        )

    # ---- inside ---------------------------------------------------------------------------------------------------------------

    def _happen(self, happening: str, t_s: float, out: list[Change], *, why: str = "") -> bool:
        change = self.machine.happen(happening, t_s, why=why)
        if change is None:
            return False
        self.changes.append(change)
        out.append(change)
        if change.phase.name == "still":
            self.machine.arm(t_s + RESTLESS_S, "restless")
        elif change.phase.name == "step on":
            self.machine.arm(t_s + TOO_LONG_S, "too long", "nobody stepped on the pad")
        elif change.phase.name == "hop":
            self.machine.arm(t_s + TOO_LONG_S, "no hops")
        return True

    def _pass_time(self, from_s: float, to_s: float, out: list[Change]) -> None:
        silent = from_s - self._last_s
        if silent > SILENT_S:
            self._happen("lost", self._last_s + SILENT_S, out, why=silent_words(self._driver, self.machine.phase.name, silent))
        self._last_s = self.now_s = to_s
        while (timer := self.machine.due(to_s)) is not None:
            at, happening, why = timer
            if happening == "no hops" and self.landings:
                happening, why = "too long", f"{self.hops} of {self._setup.hops} hops in {TOO_LONG_S:.0f} s"
            elif happening == "no hops":
                why = f"nobody hopped within {TOO_LONG_S:.0f} s"
            self._happen(happening, max(at, self.machine.since_s), out, why=why)

    def _look(self, t_s: FloatArray, values: FloatArray, end_s: float, out: list[Change]) -> None:
        events = self._eye.feed(t_s, _seen(self._eye, values))
        if self._pad:
            first = int(self._t.searchsorted(end_s - KEEP_S))
            good = np.isfinite(values[:, FORCE])
            self._t = np.concatenate((self._t[first:], t_s[good]))
            self._f = np.concatenate((self._f[first:], values[good, FORCE]))
        name = self.machine.phase.name
        if name == "step on":
            self._wait(end_s, out)
        elif name in {"still", "hop"} and self._pad and math.isnan(self.take_off_s):
            self._weigh(end_s, out)
        for event in events:
            self._take(event, end_s, out)
        if self.machine.final:
            return
        down = end_s - self._eye.since_s
        if self.machine.phase.name == "still" and not self._eye.on and down > 1.0:
            self._happen("off", end_s, out)
        elif self.machine.phase.name == "hop" and math.isfinite(self.take_off_s):
            happening, why, so_far = "", "", f"{self.hops} of {self._setup.hops} hops"
            if self._eye.on and down > DOWN_S:
                happening, why = "stayed down", f"{so_far}, then more than {DOWN_S:.0f} s down"
            elif not self._eye.on and down > AWAY_S:
                happening, why = "off", f"left the pad after {so_far}"
            if happening and self.hops + self.holes >= self._setup.hops:
                # A hop that the radio swallowed is not one that the client owes.
                happening, why = "all hops", f"{so_far} could be timed: samples of the others are missing"
            if happening:
                self._happen(happening, end_s, out, why=why)

    def _wait(self, end_s: float, out: list[Change]) -> None:
        mass = self._setup.mass_kg
        least = max(LOADED_N, LOADED_SHARE * mass * G) if mass else LOADED_N
        recent = self._f[int(self._t.searchsorted(end_s - 0.25)) :]
        if len(recent) and self._eye.on and float(np.min(recent)) >= least:
            self._happen("loaded", end_s, out)

    def _weigh(self, end_s: float, out: list[Change]) -> None:
        """Take the body weight from the stillest second before the entry jump."""
        first = int(self._t.searchsorted(end_s - STILL_S))
        at, force = self._t[first:], self._f[first:]
        if len(at) < 10 or at[-1] - at[0] < 0.9 * STILL_S:
            return
        mean = float(np.add.reduce(force)) / len(force)
        apart_n = force - mean
        sd = math.sqrt(float(np.add.reduce(apart_n * apart_n)) / (len(force) - 1))
        mass = self._setup.mass_kg
        if mean < LOADED_N or (mass and abs(mean / (mass * G) - 1.0) > MASS_SHARE):
            return
        apart = at - np.mean(at)
        slope = float(np.sum(apart * force) / np.sum(apart * apart))
        if sd <= max(STILL_SHARE * mean, STILL_N) and abs(slope) <= STILL_N_S:
            # The stillest second counts; a heavier one shows that the other foot stood beside the pad before.
            if math.isnan(self.weight_n) or sd < self._quiet_n or mean > HEAVIER * self.weight_n:
                self.weight_n, self._quiet_n = mean, sd
            self._happen("weighed", end_s, out)

    def _take(self, event: Event, end_s: float, out: list[Change]) -> None:
        """Take a contact or flight of the driving device."""
        name = self.machine.phase.name
        if name not in {"still", "hop"}:
            return
        if event.what is Happening.FLIGHT and math.isfinite(event.end_s):
            event = stepped(event, self._t, self._f, self.weight_n)
        out.append(event)
        if not math.isfinite(event.end_s):
            self.holes += event.note == LOST
            return
        if event.what is Happening.FLIGHT and event.end_s - event.t_s > FLIGHT_MOST_S:
            return
        if event.what is Happening.CONTACT:
            if self.landings:
                self.contacts.append(event)
            return
        if event.note == STEPPED:
            return
        if math.isnan(self.take_off_s):
            self.take_off_s = event.t_s
            self._happen("took off", end_s, out)
        self.landings.append(event)
        if self.hops >= self._setup.hops:
            self._happen("all hops", end_s, out)


Eye = ForceContacts | FootContacts | TrunkContacts


def eye_of(member: Member) -> Eye:
    """Return the detector of a device."""
    if member.kind is Kind.PAD:
        return ForceContacts(rate_hz=member.nominal_hz, averaging=member.averaging, device=member.device)
    if member.site is Site.LUMBAR:
        return TrunkContacts(rate_hz=member.nominal_hz, device=member.device)
    return FootContacts(rate_hz=member.nominal_hz, gyro_range_dps=member.gyro_range_dps, device=member.device)


def _seen(eye: Eye, values: FloatArray) -> FloatArray:
    return values[:, FORCE] if isinstance(eye, ForceContacts) else values


def stepped(flight: Event, t_s: FloatArray, force_n: FloatArray, weight_n: float) -> Event:
    """Return the flight, marked when there was no push-off before it; unknown without a body weight.

    Parameters
    ----------
    t_s, force_n : (n,)
        At least the 0.6 s before the take-off.
    """
    if not weight_n > 0.0:
        return flight
    first, last = t_s.searchsorted((flight.t_s - PUSH_S, flight.t_s)).tolist()
    if last - first < 3:
        return flight
    excess = (force_n[first:last] - weight_n)[::-1]
    push = float(np.max(np.cumsum(0.5 * (excess[1:] + excess[:-1]) * -np.diff(t_s[first:last][::-1])), initial=0.0))
    if push >= PUSH_SHARE * weight_n * 0.5 * (flight.end_s - flight.t_s):
        return flight
    return replace(flight, valid=False, note=STEPPED)
