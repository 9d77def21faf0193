"""How true the contact times are: simulated hops of known instants through the whole path, by device, rate and height, over many people."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ankletest.analysis import replay
from ankletest.device import Choice
from ankletest.metrics.contacts import hops_of
from ankletest.samples import G, Side, Site
from ankletest.trial import Setup, Trial
from drivers.catalog import MODELS
from drivers.people.body import FLIGHT_S, Leg, Person
from drivers.transports.simulator import PRACTICE_CHOICES, simulate

SEEDS = range(20)
HEIGHTS_CM = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 12.0)
HOPS = 10
NEAR_S = 0.08
"""A hop found so near a true one is that one."""


@dataclass
class Tally:
    """Errors over many sets: contact and flight times in ms, reactive strength in percent."""

    true: int = 0
    counted: int = 0
    contact_ms: list[float] = field(default_factory=list)
    flight_ms: list[float] = field(default_factory=list)
    rsi_percent: list[float] = field(default_factory=list)
    extra: int = 0

    def take(self, trial: Trial, truth: Sequence[dict[str, float]]) -> None:
        """Hold a trial's hops against the truth."""
        found = hops_of(trial).hops
        self.true += len(truth)
        matched = 0
        for real in truth:
            near = [hop for hop in found if abs(hop.ic_s - real["ic_s"]) < NEAR_S]
            if not near:
                continue
            matched += 1
            hop, contact_s, flight_s = near[0], real["to_s"] - real["ic_s"], real["flight_s"]
            self.counted += 1
            self.contact_ms.append(1e3 * (hop.contact_s - contact_s))
            self.flight_ms.append(1e3 * (hop.flight_s - flight_s))
            self.rsi_percent.append(100.0 * (hop.flight_s**2 / hop.contact_s / (flight_s**2 / contact_s) - 1.0))
        self.extra += len(found) - matched

    def row(self, name: str) -> str:
        """Return the line of the table."""
        if not self.contact_ms:
            return f"{name:28} {self.counted:5}/{self.true:<5} nothing found"
        ct, ft, rsi = (np.array(v) for v in (self.contact_ms, self.flight_ms, self.rsi_percent))
        return (
            f"{name:28} {self.counted:5}/{self.true:<5} {self.extra:5} {ct.mean():8.2f} {ct.std(ddof=1):7.2f} {ft.mean():8.2f} "
            f"{ft.std(ddof=1):7.2f} {np.median(np.abs(rsi)):8.2f} {np.quantile(np.abs(rsi), 0.95):7.2f}"
        )


HEAD = f"{'':28} {'found':>11} {'extra':>5} {'CT bias':>8} {'SD, ms':>7} {'FT bias':>8} {'SD, ms':>7} {'|RSI|, %':>8} {'95 %':>7}"


def sets(choice: Choice, *, height_cm: float | None = None) -> Tally:
    """Return the tally of one device over all seeds."""
    tally = Tally()
    flight = 1.0 if height_cm is None else math.sqrt(8.0 * height_cm / 100.0 / G) / FLIGHT_S
    for seed in SEEDS:
        person = Person(mass_kg=55.0 + 2.0 * seed, left=Leg(flight=flight))
        items, truth = simulate([Setup("hops", Side.LEFT, hops=HOPS)], [choice], person, seed)
        _, finished = replay(items, MODELS)
        trials = truth["trials"]
        if finished and isinstance(trials, list):
            tally.take(finished[0].trial, trials[0]["contacts"])
    return tally


def main() -> None:
    """Print the tables."""
    pad = next(c for c in PRACTICE_CHOICES if c.site is Site.PAD)
    foot = next(c for c in PRACTICE_CHOICES if c.device == "foot-left")
    print(f"{len(SEEDS)} people, {HOPS} hops each of about {100.0 * G * FLIGHT_S**2 / 8.0:.0f} cm; contact time CT, flight time FT")
    print(HEAD)
    for rate in (1000.0, 200.0, 100.0, 80.0):
        print(sets(replace(pad, rate_hz=rate)).row(f"pad {rate:.0f} Hz"), flush=True)
    for rate in (200.0, 100.0):
        print(sets(replace(foot, rate_hz=rate)).row(f"foot sensor {rate:.0f} Hz"), flush=True)
    print("\nlow hops on a pad at 1000 Hz")
    print(HEAD)
    for height in HEIGHTS_CM:
        print(sets(pad, height_cm=height).row(f"{height:g} cm"), flush=True)


if __name__ == "__main__":
    main()
