"""The inclination of a sensor through a trial, its gaps and caveats (profile P-ANG); which segment it is on is the caller's business."""

import math
from dataclasses import dataclass, replace

import numpy as np
from vqf import VQF

from ankletest.metrics.base import Profile
from ankletest.samples import ACC, GYRO, BoolArray, FloatArray
from ankletest.signals.angles import BRIDGE_S, CUT_HZ, Quiet, quiet_of, up_of
from ankletest.signals.filters import Filled, evened, fill, lowpass
from ankletest.signals.orientation import TAU_STANCE_S, gravity_follows
from ankletest.trial import Event, Happening, Stream, Trial

P_ANG = Profile("P-ANG", "angles: VQF 6D at the native rate, functional alignment, 6 Hz zero-phase", math.nan, CUT_HZ)
TAU_S = TAU_STANCE_S
"""Time constant of the accelerometer's say: with an accelerometer 20 mg off, raises of 2, 4 and 15 s were at most 0.7 mm wrong in height
(20 simulated people, lever 160 mm); with 2 s 1.1 mm. With 8 s slow raises of a real record lost a quarter of their 12°."""
RATE_HZ = 50.0
"""Least native rate: eight times the cut-off."""
RATE_OFF = 0.02
GAP_LONGEST_S = 0.100
"""E-GAP: numbers of what happens across a longer gap are left out."""
SETTLE_S = 1.0
"""After a gap longer than ``BRIDGE_S`` the orientation starts anew, and is not told for so long."""
STRETCH_S = 1.5
"""Where nothing says when somebody stood still, a record is searched in steps of this length: the first quiet second counts."""
BIAS_U_RAD_S = math.radians(0.2)
"""Standard uncertainty of a bias taken from a second of quiet stance: people sway."""
MOVES_RAD_S, TOGETHER = math.radians(0.5), 0.5
"""Of real feet that raise their heel gravity follows by 0.86 to 0.99, at 0.6 to 2.3 °/s; of swapped axes by 0 or −1."""
SWAPPED = "E-CAL: gravity does not turn as the gyroscope says: the sensor's axes are swapped or mirrored"
STILL_S = (3.0, 1.0)
"""Length of the quiet stance that angles are counted from: three seconds, because people sway, else one (algorithms.md 4)."""


@dataclass(frozen=True, slots=True)
class Incline:
    """A sensor's inclination.

    Parameters
    ----------
    device
        Whose.
    t_s : (n,)
        Uniform session seconds.
    imu : (n, 6)
        Samples, gaps closed.
    quat : (n, 4)
        Turns sensor vectors into a room with z up, w first; NaN where the orientation is not known.
    up : (n, 3)
        Direction of up in the sensor; NaN likewise.
    rate_hz
        Their rate.
    holes
        Gaps longer than 0.1 s, ``(start, end)``.
    quiet
        The second of quiet stance that angles are counted from; None without one.
    reasons
        E-codes and remarks.
    """

    device: str
    t_s: FloatArray
    imu: FloatArray
    quat: FloatArray
    up: FloatArray
    rate_hz: float
    holes: tuple[tuple[float, float], ...]
    quiet: Quiet | None
    reasons: tuple[str, ...]

    @property
    def shove_m_s2(self) -> FloatArray:
        """Size of the horizontal acceleration below 6 Hz, (n,); NaN where the orientation is not known."""
        acc = self.imu[:, ACC]
        level = acc - (acc * self.up).sum(axis=1)[:, None] * self.up
        known = np.isfinite(level[:, 0])
        if int(known.sum()) < 2:
            return np.full(len(level), np.nan)
        smooth = lowpass(np.where(known[:, None], level, 0.0), rate_hz=self.rate_hz, cut_hz=CUT_HZ)
        return np.where(known, np.linalg.norm(smooth, axis=1), np.nan)

    def swapped(self, rows: slice) -> bool:
        """Tell whether gravity does not turn as the gyroscope says in a stretch in which the segment moves (``gravity_follows``)."""
        known = np.isfinite(self.up[rows, 0])
        imu = self.imu[rows][known]
        follows, turning = gravity_follows(imu[:, ACC], imu[:, GYRO], rate_hz=self.rate_hz)
        return turning > MOVES_RAD_S and follows < TOGETHER

    def rows(self, start_s: float, end_s: float) -> slice:
        """Return the rows of ``[start_s, end_s)``."""
        first, last = self.t_s.searchsorted((start_s, end_s))
        return slice(int(first), int(last))

    def broken(self, start_s: float, end_s: float) -> bool:
        """Tell whether too many samples are missing somewhere in a time."""
        return any(hole[0] < end_s and hole[1] > start_s for hole in self.holes)

    def mean_up(self, quiet: Quiet) -> FloatArray:
        """Return the direction of up in the sensor in a quiet second, (3,)."""
        mean = self.up[quiet.first : quiet.last].mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float64)

    def quiet_in(self, first: int, last: int) -> Quiet | None:
        """Return the first quiet second of rows ``[first, last)``; None without one."""
        length = round(2.0 * STRETCH_S * self.rate_hz)
        for row in range(first, last, max(length // 2, 1)):
            end = min(row + length, last)
            near = np.where(np.isfinite(self.up[row:end, :1]), self.imu[row:end], np.nan)
            found = quiet_of(self.t_s[row:end], near, length_s=STILL_S[-1], one_leg=True)
            if found is not None:
                return replace(found, first=found.first + row, last=found.last + row)
        return None

    def begun(self, quiet: Quiet, *, last: int | None = None, tau_s: float = TAU_S) -> "Incline":
        """Return the same with the orientation begun anew in a quiet second, as far as it is known (or to row ``last``).

        Whatever a foot did before, steps and knocks, is forgotten: the filter would take ten seconds to get over it.
        """
        known = np.flatnonzero(~np.isfinite(self.up[quiet.first :, 0]))
        end = quiet.first + int(known[0]) if len(known) else len(self.up)
        rows = slice(quiet.first, end if last is None else min(end, last))
        quat = self.quat.copy()
        quat[rows] = _turned(self.imu[rows], rate_hz=self.rate_hz, tau_s=tau_s, bias=(quiet.bias_rad_s, BIAS_U_RAD_S))[0]
        return replace(self, quat=quat, up=up_of(quat))

    def smoothed(self, angle: FloatArray) -> FloatArray:
        """Return an angle (n,) below 6 Hz; NaN where the orientation is not known."""
        known = np.isfinite(angle)
        out = np.full(len(angle), np.nan)
        for first, last in runs(known):
            out[first:last] = lowpass(angle[first:last], rate_hz=self.rate_hz, cut_hz=CUT_HZ)
        return out


def incline_of(stream: Stream, still_s: tuple[tuple[float, float], ...], *, tau_s: float = TAU_S) -> Incline | None:
    """Return the inclination of an IMU, all of it; None where there are hardly any samples.

    Parameters
    ----------
    stream
        Of an IMU.
    still_s
        Where quiet stance is looked for, one stretch ``[start, end)`` after the other until there is a quiet second.
    tau_s
        Time constant of the accelerometer's say.
    """
    # No accelerometer is at exactly 0 along all axes: that is a radio that filled up.
    silent = (stream.values[:, ACC] == 0.0).all(axis=1)
    filled = fill(stream.t_s[~silent], stream.values[~silent], near_hz=stream.rate_hz)
    rate = filled.rate_hz
    if len(filled.t_s) < 3 or not rate > 0.0:
        return None
    t, imu = evened(filled)
    holes = tuple((gap.after_s, gap.after_s + gap.length_s + 1.0 / rate) for gap in filled.gaps if gap.length_s > GAP_LONGEST_S + 1e-9)
    holes = tuple(hole for hole in holes if math.isfinite(hole[0]))
    lost = [hole for hole in holes if hole[1] - hole[0] > BRIDGE_S]
    quiet = next((found for part in still_s if (found := _quiet(t, imu, lost, part)) is not None), None)
    bias = (quiet.bias_rad_s, BIAS_U_RAD_S) if quiet is not None else None
    quat = _quat(t, imu, lost, rate_hz=rate, tau_s=tau_s, bias=bias)
    made = Incline(stream.device, t, imu, quat, up_of(quat), rate, holes, quiet, _caveats(stream, filled))
    return made if quiet is None else made.begun(quiet, tau_s=tau_s)


def worn(trial: Trial, site: str) -> Stream | None:
    """Return the IMU on a site of the tested leg, else one whose side nobody told."""
    found = [s for s in trial.streams if s.kind.value == "imu" and s.site.value == site and s.side in {None, trial.setup.side}]
    return found[0] if found else None


def phase_start(events: tuple[Event, ...], names: frozenset[str], *, last: bool = False) -> float:
    """Return when one of some phases was entered first (or last); NaN if never."""
    at = [event.t_s for event in events if event.what is Happening.PHASE and event.note in names]
    return (max(at) if last else min(at)) if at else math.nan


def runs(known: BoolArray) -> list[tuple[int, int]]:
    """Return first and last row (exclusive) of each stretch of true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


# ---- helpers -----------------------------------------------------------------------------------------------------------------------


def _quiet(t_s: FloatArray, imu: FloatArray, lost: list[tuple[float, float]], part: tuple[float, float]) -> Quiet | None:
    """Return the seconds in a stretch that turn least, with rows of the whole; not across samples that were made up."""
    first, last = (int(row) for row in t_s.searchsorted(part))
    near = imu[first:last].copy()
    for start, end in lost:
        near[slice(*t_s[first:last].searchsorted((start, end)))] = np.nan
    for length_s in STILL_S:
        found = quiet_of(t_s[first:last], near, length_s=length_s, one_leg=True)
        if found is not None:
            return replace(found, first=found.first + first, last=found.last + first)
    return None


def _quat(
    t_s: FloatArray,
    imu: FloatArray,
    lost: list[tuple[float, float]],
    *,
    rate_hz: float,
    tau_s: float,
    bias: tuple[FloatArray, float] | None,
) -> FloatArray:
    """Return orientations, (n, 4), piece by piece between lost stretches; the gyro's bias is carried over.

    The filter starts with the bias of quiet stance and may not take rest for granted: its own test of rest looks at changes of the rate,
    so a slow raise at 2 °/s would become bias and 11° of it read as 3° (a real record).
    """
    known = np.ones(len(t_s), np.bool_)
    for start, end in lost:
        known[slice(*t_s.searchsorted((start + 0.5 / rate_hz, end - 0.5 / rate_hz)))] = False
    out = np.full((len(t_s), 4), np.nan)
    for number, (first, last) in enumerate(runs(known)):
        settled = first + math.ceil(SETTLE_S * rate_hz) if number else first
        quat, bias = _turned(imu[first:last], rate_hz=rate_hz, tau_s=tau_s, bias=bias)
        out[settled:last] = quat[settled - first :]
    return out


def _turned(
    imu: FloatArray, *, rate_hz: float, tau_s: float, bias: tuple[FloatArray, float] | None
) -> tuple[FloatArray, tuple[FloatArray, float]]:
    """Return orientations, (n, 4), of samples without a hole by a new filter, and the bias it ends with."""
    gyro = imu[:, GYRO]
    # The filter turns by ω dt up to each sample: the mean of both ends is right to second order, the end alone half a sample late.
    mean = np.concatenate((gyro[:1], 0.5 * (gyro[1:] + gyro[:-1])))
    vqf = VQF(1.0 / rate_hz, tauAcc=tau_s, restBiasEstEnabled=False)
    if bias is not None:
        vqf.setBiasEstimate(*bias)
    quat = vqf.updateBatch(np.ascontiguousarray(mean), np.ascontiguousarray(imu[:, ACC]))["quat6D"]
    told = vqf.getBiasEstimate()
    return np.asarray(quat, dtype=np.float64), (np.asarray(told[0], dtype=np.float64), float(told[1]))


def _caveats(stream: Stream, filled: Filled) -> tuple[str, ...]:
    said: list[str] = []
    rate = filled.rate_hz
    if rate < RATE_HZ * (1.0 - RATE_OFF):
        said.append(f"E-RATE: {rate:.1f} Hz, {RATE_HZ:.0f} Hz needed")
    elif stream.nominal_hz > 0.0 and abs(rate / stream.nominal_hz - 1.0) > RATE_OFF:
        said.append(f"E-RATE: {rate:.1f} Hz measured, {stream.nominal_hz:.0f} Hz announced")
    if bool(stream.clipped.any()):
        said.append(f"E-SAT: {int(stream.clipped.sum())} samples at the end of the range")
    if filled.longest_s > 0.020 + 1e-9:
        missing, longest = sum(gap.samples for gap in filled.gaps), 1000.0 * filled.longest_s
        said.append(f"E-GAP: {missing} samples missing, longest gap {longest:.0f} ms, closed up to {1000 * BRIDGE_S:.0f} ms")
    if stream.timing == "estimated":
        said.append("timing: estimated from the arrival of notifications")
    return tuple(said)
