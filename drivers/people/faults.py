"""What may go wrong in a simulated session: radio, sensors, and the person's own errors; all off by default but a usual radio."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from ankletest.errors import UsageError
from ankletest.samples import Side


@dataclass(frozen=True, slots=True)
class Errors:
    """Scripted errors, seconds after the start of single-leg stance; NaN for none."""

    touch_down_s: float = math.nan
    touch_on_pad: bool = False
    hop_s: float = math.nan
    step_off_s: float = math.nan


@dataclass(frozen=True, slots=True)
class Vanish:
    """A device that nobody hears from ``from_s`` to ``to_s`` (world seconds); ``to_s`` may be infinite."""

    device: str
    from_s: float
    to_s: float = math.inf


YES_OR_NO = frozenset({"touch_on_pad", "calibrated", "swapped", "turned", "pad_rocks", "trembles", "never_over", "stomped"})


@dataclass(frozen=True, slots=True)
class Late:
    """A device whose firmware holds every notification back for so long."""

    device: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong, and how badly.

    Parameters
    ----------
    loss, burst
        Share of notifications that never arrive, and how many are lost in a row on average (Gilbert–Elliott).
    interval_s, retry
        Connection interval, and share of packets that need another one (algorithms.md 3).
    jitter_s, hiccup
        Mean of the exponential delay of the operating system, and share of notifications that wait up to 50 ms more.
    gyro_range_dps, acc_range_g
        Ranges of the IMUs, where their model leaves a choice.
    calibrated
        The IMUs are as good as after a calibration: a tenth of the usual scale and bias errors.
    drift_n_s
        Drift of the pad's unloaded force, N/s.
    ppm
        Deviation of every device clock; None draws ±60 for each.
    touch_down_s, touch_on_pad, hop_off_s, step_off_s
        The person's errors, seconds after the start of single-leg stance; None for none.
    second_contact
        Which landing of side hops, from 1 after the start hop, touches the ground twice; None for none.
    swapped, turned
        The worn sensors are on each other's leg; the pad lies the wrong way round.
    zero_n, noise, gyro_bias_dps
        What the empty pad shows besides its usual offset; factor on every sensor's noise; what the gyroscopes show at rest besides it.
    pace
        True over promised rate of every device.
    battery_percent
        What every device tells of its battery; None: nothing, as their firmware does.
    leg
        The leg whose stances and side hops have the errors; None for both.
    vanish
        Devices that vanish.
    pad_gain, pad_place_mm, pad_bent, pad_lag, pad_noise, pad_rocks
        What is wrong with the pad; see ``sensor.PadErrors``.
    lay_mm
        SD of where a weight is laid, in a calibration.
    wrong_load, wrong_share
        That weight, counted from 1 in the order in which they are put on, is so much of what it is said to be, as often as it is put on.
    moved_load, moved_mm
        That load, counted from 1, lies so far to the right of its place; 0: none.
    mount_deg, latency_s
        How far motion sensors are mounted askew (SD), and how late they stamp their samples.
    hand_deg, trembles
        In the calibration of a motion sensor: how far from where it should a hand puts it down (SD); it never lets go.
    poses, never_over, jolt, jolt_mg
        Of its accelerometer: it is left lying after so many poses; no side is ever put down that was up; in that pose, counted from 1,
        gravity is felt so much too strong.
    turns, close_deg
        Of its gyro's scale: so many turns, and how exactly a hand closes them (SD).
    floor_deg, base_deg, elsewhere_deg
        Of the level: slope of the floor, of the sensor's base, and of the other place on which it is laid for the last reading.
    slip_deg
        Of the mounting: so far it slips on its strap.
    hop_sets
        Of the timing of a foot: so many sets of ten hops; what the calibration asks for counts before it.
    late_s, late
        How long the firmware of every motion sensor holds its samples back, and that of single devices.
    knocks, knock
        How often somebody knocks who is asked to align the sensors, and how hard (1 is usual).
    stomped
        The sensors are worn, and it is stomps of the tested leg.
    """

    loss: float = 0.0
    burst: float = 3.0
    interval_s: float = 0.015
    retry: float = 0.05
    jitter_s: float = 0.002
    hiccup: float = 0.005
    gyro_range_dps: float = 2000.0
    acc_range_g: float = 16.0
    calibrated: bool = False
    drift_n_s: float = 0.0
    ppm: float | None = None
    touch_down_s: float | None = None
    touch_on_pad: bool = False
    hop_off_s: float | None = None
    step_off_s: float | None = None
    second_contact: float | None = None
    swapped: bool = False
    turned: bool = False
    zero_n: float = 0.0
    noise: float = 1.0
    gyro_bias_dps: float = 0.0
    pace: float = 1.0
    battery_percent: float | None = None
    leg: Side | None = None
    vanish: tuple[Vanish, ...] = ()
    pad_gain: float = math.nan
    pad_place_mm: float = 0.0
    pad_bent: float = 0.0
    pad_lag: float = 0.0
    pad_noise: float = 1.0
    pad_rocks: bool = False
    lay_mm: float = 0.0
    wrong_load: float = 0.0
    wrong_share: float = 1.0
    moved_load: float = 0.0
    moved_mm: float = 0.0
    mount_deg: float = 3.0
    latency_s: float = 0.0
    hand_deg: float = 5.0
    trembles: bool = False
    poses: float = math.inf
    never_over: bool = False
    jolt: float = 0.0
    jolt_mg: float = 0.0
    turns: float = 3.0
    close_deg: float = 1.0
    floor_deg: float = 0.0
    base_deg: float = 1.5
    elsewhere_deg: float = 0.0
    slip_deg: float = 0.0
    hop_sets: float = 2.0
    late_s: float = 0.0
    late: tuple[Late, ...] = ()
    knocks: float = 3.0
    knock: float = 1.0
    stomped: bool = False

    def __post_init__(self) -> None:
        if not (0.0 <= self.loss < 0.9 and self.burst >= 1.0 and 0.0 <= self.retry < 0.9 and self.interval_s > 0.0):
            raise ValueError(f"no radio is like this: loss {self.loss}, burst {self.burst}, retry {self.retry}, interval {self.interval_s}")

    def errors(self, side: Side) -> Errors:
        """Return the errors of a stance on ``side``."""
        if self.leg is not None and side is not self.leg:
            return Errors()
        touch, hop, off = (math.nan if when is None else when for when in (self.touch_down_s, self.hop_off_s, self.step_off_s))
        return Errors(touch_down_s=touch, touch_on_pad=self.touch_on_pad, hop_s=hop, step_off_s=off)

    def twice(self, side: Side) -> int:
        """Return which landing of side hops on ``side`` touches twice; 0 for none."""
        return 0 if self.second_contact is None or (self.leg is not None and side is not self.leg) else round(self.second_contact)

    def lateness_s(self, device: str, *, worn: bool) -> float:
        """Return how long a device holds its samples back."""
        return sum((one.seconds for one in self.late if one.device == device), self.late_s if worn else 0.0)

    def away(self, device: str) -> tuple[tuple[float, float], ...]:
        """Return when a device is not heard."""
        return tuple((gone.from_s, gone.to_s) for gone in self.vanish if gone.device == device)


def faults_of(numbers: Mapping[str, float]) -> Faults:
    """Return faults from numbers by name, for those that are a number or yes and no (1, 0).

    Raises
    ------
    UsageError
        There is no such fault, or no radio is like this.
    """
    known = [field.name for field in fields(Faults) if field.name not in {"leg", "vanish", "late"}]
    for name in numbers:
        if name not in known:
            raise UsageError(f"The simulator knows no fault '{name}'.", f"It knows {', '.join(known)}.")
    try:
        made = {name: bool(value) if name in YES_OR_NO else value for name, value in numbers.items()}
        return replace(Faults(), **made)  # type: ignore[arg-type]  # names are checked above
    except ValueError as error:
        raise UsageError(f"{error}.", "A loss is a share from 0 to 0.9, a burst is at least 1.") from error
