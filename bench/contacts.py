"""Contacts of people and of half-sines through a slow converter, held against the truth; bench_contacts prints, a slice is a test."""

import gzip
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ankletest.samples import FloatArray, G
from ankletest.signals.contact import contacts_of
from ankletest.trial import Event, Happening

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"
CROSSING_N = 10.0
"""The reference on people: where the recorded force passes this, by a straight line between two samples."""
NEAR_S = 0.030
"""The crossing of an edge lies this near to it; a found edge so near a crossing is that one."""
AWAY_S = 0.050
"""Edges nearer than this to either end of a record are left out: a slow converter has hardly seen them."""
PHASES = 16
"""Starts of the converter's period, evenly spaced within it."""
NOISE_N = 1.0
"""On half-sines, as in the table of algorithms; people bring their own."""


@dataclass(frozen=True, slots=True)
class Record:
    """Vertical force of one foot or both, as it was recorded."""

    name: str
    rate_hz: float
    force_n: FloatArray


@dataclass(frozen=True, slots=True)
class Truth:
    """One edge: when, and whether a foot came or left."""

    t_s: float
    touch: bool


@dataclass(slots=True)
class Errors:
    """Errors of edges, ms, over all phases, and how many were not found."""

    touch_ms: list[float] = field(default_factory=list)
    off_ms: list[float] = field(default_factory=list)
    missed: int = 0

    @property
    def bias_ms(self) -> float:
        """Of a contact time whose edges are independent: most records hold one edge of a contact only."""
        return float(np.mean(self.off_ms) - np.mean(self.touch_ms))

    @property
    def sd_ms(self) -> float:
        return float(math.hypot(np.std(self.off_ms, ddof=1), np.std(self.touch_ms, ddof=1)))


def records(folder: Path) -> list[Record]:
    """Return the real jumps of the folder: each plate by itself (one foot) and the sum of two; nothing synthetic, no damaged copy."""
    found = [
        Record(f"GRFZjump{end}", 600.0, np.loadtxt(folder / "bmc_jumps" / f"GRFZjump{end}.txt", skiprows=skip, usecols=column, ndmin=1))
        for end, skip, column in (("", 0, 0), ("_m", 1, 1), ("_n", 1, 1))
    ]
    found += [Record(f"jump{i}", 450.0, np.loadtxt(folder / "bmc_jumps" / f"jump{i}.txt", skiprows=1, usecols=1)) for i in (1, 2)]
    for path in sorted((folder / "gidiel_cmj_dj_sj").glob("Dual-*.txt")):
        found += _plates(path.stem, 1000.0, np.loadtxt(path, skiprows=1))
    for path in sorted((folder / "acl_squat_jumps").glob("BFR*.csv.gz")):
        with gzip.open(path, "rt") as file:
            found += _plates(path.name.split(".")[0], 1000.0, np.loadtxt(file, delimiter=",", skiprows=1, usecols=(2, 7)))
    for path in sorted((folder / "jumpmetrics_cmj").glob("*_two_plates.txt.gz")):
        with gzip.open(path, "rt") as file:
            columns = np.loadtxt(file, delimiter=",", skiprows=1, usecols=(2, 8))
        found += _plates(path.name.split("_two")[0], 2000.0 if "2000Hz" in path.name else 1000.0, columns)
    for path in sorted((folder / "jumpmetrics_cmj").glob("*_fz_2000Hz.csv")):
        found.append(Record(path.stem, 2000.0, np.loadtxt(path, skiprows=1)))
    for path in sorted((folder / "plateforce_subject01").glob("subject01_*.force.txt")):
        found.append(Record(path.name.split(".")[0], 1200.0, np.loadtxt(path)))
    return found


def _plates(name: str, rate_hz: float, columns: FloatArray) -> list[Record]:
    one, two = columns[:, 0], columns[:, 1]
    return [Record(f"{name} 1", rate_hz, one), Record(f"{name} 2", rate_hz, two), Record(f"{name} sum", rate_hz, one + two)]


def truths(record: Record) -> list[Truth]:
    """Return the 10 N crossings that begin and end the flights of a record, less what the plate shows in the middle of that flight."""
    t = np.arange(len(record.force_n)) / record.rate_hz
    out = []
    for flight in contacts_of(t, record.force_n, rate_hz=record.rate_hz, averaging=False):
        if flight.what is not Happening.FLIGHT:
            continue
        end = flight.end_s if math.isfinite(flight.end_s) else float(t[-1])
        length = end - flight.t_s
        middle = record.force_n[(t > flight.t_s + 0.25 * length) & (t < end - 0.25 * length)]
        over = record.force_n - (float(np.median(middle)) if len(middle) else 0.0) - CROSSING_N
        for near, touch in ((flight.t_s, False), (flight.end_s, True)):
            crossing = _crossing(t, over, near, rising=touch)
            if AWAY_S < crossing < t[-1] - AWAY_S:
                out.append(Truth(crossing, touch))
    return out


def _crossing(t: FloatArray, over: FloatArray, near: float, *, rising: bool) -> float:
    """Return the crossing nearest to an edge; NaN without one."""
    low, high = (over[:-1], over[1:]) if rising else (over[1:], over[:-1])
    rows = np.flatnonzero((low < 0.0) & (high >= 0.0) & (np.abs(t[:-1] - near) < NEAR_S))
    if len(rows) == 0:
        return math.nan
    row = int(rows[np.abs(t[rows] - near).argmin()])
    return float(t[row] + (t[row + 1] - t[row]) * over[row] / (over[row] - over[row + 1]))


def slowed(record: Record, rate_hz: float, phase: float) -> tuple[FloatArray, FloatArray]:
    """Return seconds and force of a converter that averages over its period, which starts ``phase`` of it into the record."""
    t = np.arange(len(record.force_n)) / record.rate_hz
    steps = 0.5 * (record.force_n[1:] + record.force_n[:-1]) / record.rate_hz
    sums = np.concatenate((np.zeros(1), np.cumsum(steps)))
    edges = np.arange(phase / rate_hz, float(t[-1]), 1.0 / rate_hz)
    return 0.5 * (edges[1:] + edges[:-1]), np.diff(np.interp(edges, t, sums)) * rate_hz


def compare(events: tuple[Event, ...], known: list[Truth], into: Errors) -> None:
    """Hold the edges of the flights found against those that are known."""
    flights = [e for e in events if e.what is Happening.FLIGHT]
    for edge in known:
        times = [e.end_s if edge.touch else e.t_s for e in flights]
        near = [1e3 * (t - edge.t_s) for t in times if abs(t - edge.t_s) < NEAR_S]
        if near:
            (into.touch_ms if edge.touch else into.off_ms).append(min(near, key=abs))
        else:
            into.missed += 1


def on_people(found: list[Record], rate_hz: float, *, phases: int = PHASES) -> Errors:
    """Return the errors on real force at a rate."""
    errors = Errors()
    for record in found:
        known = truths(record)
        for phase in range(phases):
            t, force = slowed(record, rate_hz, phase / phases)
            compare(contacts_of(t, force, rate_hz=rate_hz, averaging=True), known, errors)
    return errors


# ---- half-sines --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hopping:
    """Ten half-sine contacts of one person, a stand before and after."""

    contact_s: float
    flight_s: float
    start_s: float
    mass_kg: float
    hops: int = 10

    @property
    def edges_s(self) -> list[tuple[float, float]]:
        """Touch-down and take-off of each hop."""
        first = self.start_s + self.flight_s
        return [(at, at + self.contact_s) for at in (first + i * (self.contact_s + self.flight_s) for i in range(self.hops))]

    @property
    def rsi(self) -> float:
        return G * self.flight_s**2 / 8.0 / self.contact_s

    def force(self, rate_hz: float, rng: np.random.Generator, *, noise_n: float = NOISE_N) -> tuple[FloatArray, FloatArray]:
        """Return seconds and force of an averaging converter: the exact integral over each period, and its noise."""
        land = self.edges_s[-1][1] + self.flight_s
        bounds = np.arange(0.0, land + 1.5, 1.0 / rate_hz)
        weight = self.mass_kg * G
        peak = weight * math.pi / 2.0 * (self.flight_s / self.contact_s + 1.0)
        # The last landing is as soft as the others, and stays at body weight once it is down to it.
        stays = 1.0 - math.asin(weight / peak) / math.pi
        sums = weight * (np.minimum(bounds, self.start_s) + np.maximum(bounds - land - stays * self.contact_s, 0.0))
        for touch, most in (*((touch, 1.0) for touch, _ in self.edges_s), (land, stays)):
            share = np.clip((bounds - touch) / self.contact_s, 0.0, most)
            sums += peak * self.contact_s / math.pi * (1.0 - np.cos(math.pi * share))
        force = np.diff(sums) * rate_hz
        return 0.5 * (bounds[1:] + bounds[:-1]), force + rng.normal(0.0, noise_n, len(force))


def hoppings(height_cm: float, seeds: range) -> Iterator[tuple[Hopping, np.random.Generator]]:
    """Return people who hop so high, each with contacts and a phase of their own."""
    for seed in seeds:
        rng = np.random.default_rng(seed)
        flight_s = math.sqrt(8.0 * height_cm / 100.0 / G)
        yield Hopping(rng.uniform(0.15, 0.32), flight_s, 1.5 + rng.uniform(0.0, 0.1), rng.uniform(50.0, 100.0)), rng


@dataclass(frozen=True, slots=True)
class Smooth:
    """What came of half-sines: errors of edges, and of the mean RSI of each set in percent."""

    errors: Errors
    set_rsi_percent: list[float]


def on_half_sines(height_cm: float, rate_hz: float, seeds: range) -> Smooth:
    """Return the errors on hops so high; every hop has to be found."""
    out = Smooth(Errors(), [])
    for person, rng in hoppings(height_cm, seeds):
        t, force = person.force(rate_hz, rng)
        events = contacts_of(t, force, rate_hz=rate_hz, averaging=True, noise_n=NOISE_N)
        compare(events, [Truth(at, touch) for pair in person.edges_s for at, touch in zip(pair, (True, False), strict=True)], out.errors)
        out.set_rsi_percent.append(100.0 * (float(np.mean(_rsis(events, person))) / person.rsi - 1.0))
    return out


def _rsis(events: tuple[Event, ...], person: Hopping) -> list[float]:
    """Return the RSI of each hop; NaN where it was not found."""
    out = []
    for touch, off in person.edges_s:
        contact = next((e for e in events if e.what is Happening.CONTACT and abs(e.t_s - touch) < NEAR_S), None)
        flight = next((e for e in events if e.what is Happening.FLIGHT and abs(e.t_s - off) < NEAR_S), None)
        known = contact is not None and flight is not None
        out.append(G * (flight.end_s - flight.t_s) ** 2 / 8.0 / (contact.end_s - contact.t_s) if known else math.nan)
    return out
