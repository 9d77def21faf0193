"""Sets of simulated hops under one condition of the matrix, held against their truth; the table is bench_matrix, a slice is a test."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np

from ankletest.analysis import replay
from ankletest.device import Choice
from ankletest.metrics.base import Hop
from ankletest.metrics.contacts import hops_of
from ankletest.samples import Side, Site
from ankletest.trial import Setup
from drivers.catalog import MODELS
from drivers.people.body import Person
from drivers.people.faults import Faults
from drivers.transports.simulator import PRACTICE_CHOICES, simulate

HOPS = 10
NEAR_S = 0.08
"""A hop found so near a true one is that one."""
WRONG_S = 0.030
"""A contact time further off than this that is called valid is a wrong number and not an inexact one."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One cell of the matrix (algorithms.md 10.4): where, how fast, how the sensor and the radio are."""

    site: Site
    rate_hz: float
    faults: Faults = field(default_factory=Faults)
    name: str = ""

    @property
    def choice(self) -> Choice:
        """The practice device that is meant."""
        wanted = self.site.value if self.site in {Site.PAD, Site.LUMBAR} else f"{self.site.value}-left"
        return replace(next(c for c in PRACTICE_CHOICES if c.device == wanted), rate_hz=self.rate_hz)


@dataclass(slots=True)
class Outcome:
    """What came of sets of hops: how many there were, were told, were told wrongly; errors of contact time, ms."""

    true: int = 0
    told: int = 0
    left_out: int = 0
    extra: int = 0
    wrong: int = 0
    contact_ms: list[float] = field(default_factory=list[float])

    @property
    def recall_percent(self) -> float:
        """Share of hops with a valid contact time."""
        return 100.0 * self.told / self.true if self.true else float("nan")

    @property
    def bias_ms(self) -> float:
        """Mean error of a contact time."""
        return float(np.mean(self.contact_ms)) if self.contact_ms else float("nan")

    @property
    def sd_ms(self) -> float:
        """Spread of the error."""
        return float(np.std(self.contact_ms, ddof=1)) if len(self.contact_ms) > 1 else float("nan")

    def take(self, found: Sequence[Hop], truth: Sequence[Mapping[str, float]]) -> None:
        """Hold the hops of a set against the truth."""
        self.true += len(truth)
        matched = 0
        for real in truth:
            near = [hop for hop in found if abs(hop.ic_s - real["ic_s"]) < NEAR_S]
            matched += bool(near)
            if not near or not near[0].valid:
                self.left_out += 1
                continue
            error_s = near[0].contact_s - (real["to_s"] - real["ic_s"])
            self.told += 1
            self.wrong += abs(error_s) > WRONG_S
            self.contact_ms.append(1e3 * error_s)
        self.extra += sum(hop.valid for hop in found) - sum(
            any(abs(hop.ic_s - real["ic_s"]) < NEAR_S for real in truth) for hop in found if hop.valid
        )


def run(condition: Condition, seeds: Iterable[int]) -> Outcome:
    """Simulate a set for each seed, through codec, clock and exam, and hold what was found against the truth."""
    out = Outcome()
    for seed in seeds:
        person = Person(mass_kg=55.0 + 2.0 * (seed % 20))
        items, truth = simulate([Setup("hops", Side.LEFT, hops=HOPS)], [condition.choice], person, seed, condition.faults)
        _, finished = replay(items, MODELS)
        (trial,) = cast("list[dict[str, list[dict[str, float]]]]", truth["trials"])
        out.take(hops_of(finished[0].trial).hops if finished else (), trial["contacts"])
    return out


def conditions() -> list[Condition]:
    """Return the rows: every site and rate alone, then each other factor alone, then the worst of all together."""
    plain = [Condition(Site.PAD, rate) for rate in (1000.0, 400.0, 200.0, 100.0, 80.0)]
    plain += [Condition(Site.FOOT, rate) for rate in (400.0, 200.0, 100.0)]
    plain += [Condition(Site.LUMBAR, rate) for rate in (400.0, 200.0, 100.0)]
    factors = {
        "±8 g, ±500 °/s": Faults(acc_range_g=8.0, gyro_range_dps=500.0),
        "±8 g": Faults(acc_range_g=8.0),
        "1 % lost in bursts": Faults(loss=0.01),
        "5 % lost in bursts": Faults(loss=0.05),
        "interval 7.5 ms": Faults(interval_s=0.0075),
        "interval 48.75 ms": Faults(interval_s=0.04875),
        "clock −60 ppm": Faults(ppm=-60.0),
        "clock +60 ppm": Faults(ppm=60.0),
        "host delays 10 ms, 5 % hiccups": Faults(jitter_s=0.010, hiccup=0.05),
        "all of these": Faults(loss=0.05, interval_s=0.04875, ppm=60.0, jitter_s=0.010, hiccup=0.05, acc_range_g=8.0),
    }
    rows = [replace(row, name="good radio") for row in plain]
    for name, faults in factors.items():
        sites = (Site.FOOT,) if name.startswith("±") else (Site.PAD, Site.FOOT, Site.LUMBAR)
        rows += [Condition(site, 200.0, faults, name) for site in sites]
    return rows
