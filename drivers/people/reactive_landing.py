"""A person who stands on one leg, hops when the cue comes, lands on the same leg and holds; plan, force and truth.

The cues are those of the exam: both know them from the set-up. One begins so long before the act as a person takes to react to a start.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from ankletest.exams.reactive_landing import EXAM, HOLD_S, cue_s
from ankletest.samples import FloatArray, G, Side, Site
from ankletest.trial import Eyes, Setup
from drivers.people.body import Person
from drivers.people.contact import Impact, Landing, PushOff
from drivers.people.faults import Faults
from drivers.people.footing import Footing
from drivers.people.motion import Motion, Spot, bump, ease, second_order
from drivers.people.pose import Pose, felt, knock, leaning, pose
from drivers.people.stance import BOTH_SHARE, OPEN_MM_S, SITE_HEIGHT_M, SITE_LEAN, breath, steps, sway_on

GRID_HZ = 2000.0
LEAD_S = 1.0
"""The act begins so long after the run: the reaction of the simulated person to the start."""
STILL_S = 2.0
REACT_S, REACT_SD_S = 0.24, 0.03
"""Reaction of a healthy adult to a sound with the whole body; a leg that hops lower is as much slower."""
FLIGHT_S = 0.26
LAND_S, REACH_S = 0.45, 1.6
"""A landing takes so long; who leaves stays on the pad so long after the last hold began."""
DIP_S, PUSH_S = 0.22, 0.26
"""A quick hop: down, and up."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One answer to a cue, seconds of the act."""

    cue_s: float
    move_s: float
    push: PushOff
    landing: Landing

    @property
    def off_s(self) -> float:
        """Take-off."""
        return self.move_s + self.push.length_s

    @property
    def land_s(self) -> float:
        """Landing: up and down as fast as it left."""
        return self.off_s + 2.0 * self.push.up_m_s / G

    @property
    def still_s(self) -> float:
        """When it has come to rest."""
        return self.land_s + self.landing.length_s


@dataclass(frozen=True, slots=True)
class CueAct:
    """Hopping on cues."""

    person: Person
    seed: tuple[int, ...]
    setup: Setup
    footing: Footing
    hops: tuple[Hop, ...]

    @property
    def tested(self) -> Side:
        """The leg that hops and lands."""
        return self.footing.tested

    @property
    def gone_s(self) -> float:
        """When the pad is empty."""
        return self.footing.gone_s

    def stopped(self, off_s: float) -> "CueAct":
        """Step off earlier; a hop that has begun is landed first, and no further one begins."""
        begun = tuple(hop for hop in self.hops if hop.move_s < off_s)
        least = max([off_s, *(hop.still_s for hop in begun)])
        return replace(self, footing=self.footing.leaving(least), hops=begun)

    def motion(self, spots: Collection[Spot], *, start_s: float) -> Motion:
        """Make the samples."""
        footing, person = self.footing, self.person
        t = np.arange(round((footing.gone_s + 0.3) * GRID_HZ)) / GRID_HZ
        jump = np.full(len(t), person.weight_n)
        quiet = np.ones(len(t))
        for hop in self.hops:
            a, off, land, end = (int(row) for row in t.searchsorted((hop.move_s, hop.off_s, hop.land_s, hop.still_s)))
            jump[a:off] = hop.push.force(t[a:off] - hop.move_s)
            jump[off:land] = 0.0
            jump[land:end] = hop.landing.force(t[land:end] - hop.land_s)
            quiet *= 1.0 - ease(t, hop.move_s - 0.02, hop.move_s) + ease(t, hop.still_s, hop.still_s + 0.3)
        envelope = (BOTH_SHARE + (1.0 - BOTH_SHARE) * ease(t, footing.shift_s, footing.single_s)) * quiet
        speed = OPEN_MM_S * person.leg(self.setup.side).sway
        right, forward, sway_mm = sway_on(person, t, envelope, speed, seed=self.seed, eyes=Eyes.OPEN)
        tested, other = footing.shares(t)
        force = jump * np.maximum(tested + other, 0.0) * (1.0 + breath(t, self.seed) * quiet)
        body = jump / person.mass_kg - G
        worn: dict[Spot, FloatArray] = {}
        for spot in spots:
            here = leaning(right, forward, height_m=SITE_HEIGHT_M[spot.site], share=SITE_LEAN[spot.site]) + steps(t, footing, spot)
            worn[spot] = felt(here + self._hopping(t, spot, body), GRID_HZ)
        return Motion(start_s, GRID_HZ, force, footing.point_mm(t) + sway_mm, worn, self._truth(start_s))

    def _hopping(self, t_s: FloatArray, spot: Spot, body_m_s2: FloatArray) -> Pose:
        """Return what the hops add at a spot: the trunk follows the body, a foot tips up, leaves the floor and knocks on it."""
        n = len(t_s)
        if spot.site is Site.LUMBAR or not spot.tested:
            return pose(n, up=second_order(body_m_s2[:, None], rate_hz=GRID_HZ, natural_hz=18.0, damping=0.5)[:, 0])
        tip = 0.5 if spot.site is Site.FOOT else 0.15
        moved = pose(n)
        for hop in self.hops:
            moved = moved + pose(
                n,
                up=knock(t_s, hop.land_s, peak_m_s2=60.0) - G * bump(t_s, hop.off_s, hop.land_s),
                pitch=tip * bump(t_s, hop.off_s - 0.12, hop.land_s + 0.02),
            )
        return moved

    def _truth(self, start_s: float) -> dict[str, object]:
        hops = [
            {
                "cue_s": start_s + hop.cue_s,
                "move_s": start_s + hop.move_s,
                "take_off_s": start_s + hop.off_s,
                "land_s": start_s + hop.land_s,
            }
            for hop in self.hops
        ]
        return {
            "exam": self.setup.exam, "side": self.setup.side.value, "trial": self.setup.trial, "body_weight_n": self.person.weight_n,
            "on_pad_s": start_s, "hops": hops, "off_pad_s": start_s + self.footing.gone_s,
        }  # fmt: skip


def act(person: Person, setup: Setup, _faults: Faults, seed: tuple[int, ...]) -> CueAct:
    """Return the hops of a client who answers every cue."""
    rng = np.random.default_rng((*seed, 0))
    leg = person.leg(setup.side)
    hops: list[Hop] = []
    for number in range(round(EXAM.given(setup, "landings"))):
        cue = cue_s(setup, number) - LEAD_S
        move = cue + float(np.clip(REACT_S / leg.flight + REACT_SD_S * rng.standard_normal(), 0.15, 0.6))
        up = 0.5 * G * FLIGHT_S * leg.flight * float(np.clip(1.0 + 0.04 * rng.standard_normal(), 0.85, 1.15))
        push = PushOff(person.mass_kg, up, dip_s=DIP_S, push_s=PUSH_S, dip_share=0.4)
        impact = Impact(float(rng.uniform(0.014, 0.020)), float(rng.uniform(0.4, 0.8)))
        hops.append(Hop(cue, move, push, Landing(person.mass_kg, up, LAND_S, impact)))
    footing = Footing(setup.side, shift_s=0.9 + STILL_S, off_s=hops[-1].land_s + HOLD_S + REACH_S)
    return CueAct(person, seed, setup, footing, tuple(hops))
