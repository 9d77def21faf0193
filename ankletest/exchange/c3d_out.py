"""Force and analog samples as C3D: a file for each device of each trial, with plate, units, rate and events; no numbers of trials.

C3D knows one rate and no times, so a sample stands in the place of the grid that its time is nearest to, and nothing is resampled. Places
without a sample hold NaN and 0 in the channel ``valid``; ``time_offset_s`` tells how far each sample's own time is from its place.
"""

import io
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import c3d
import numpy as np

from ankletest.exchange.open_tables import Extract, plain_name, trial_name
from ankletest.exchange.written import Batch
from ankletest.samples import COLUMNS, COP_X, COP_Y, FORCE, FloatArray, IntArray, Kind, Side
from ankletest.trial import Event, Happening, Stream, Trial

PER_FRAME = 8
"""Analog samples of a frame: with a power of two the two rates, each a float32, divide without remainder."""
NOMINAL_HALF_MM = 200.0
"""Half of the plate's edge where nothing is known of it, mm; corners are demanded by the format and only drawn."""
MOST_EVENTS = 255
"""A parameter has no more places in a dimension."""
NOT_MEASURED = "not measured by this device, written as 0"
UNITS: Mapping[str, str] = {"_m_s2": "m/s/s", "_rad_s": "rad/s", "_mm": "mm", "_n": "N", "_s": "s"}
STRIKE, OFF = "Foot Strike", "Foot Off"
"""What programs for gait call the two edges of a contact."""
PLATE_TYPE = 2
"""Three forces, three moments about the middle of the surface."""


class Group(Protocol):
    """A group of parameters, as far as it is written here."""

    def set(self, name: str, *args: object) -> None:
        """Add a parameter: description, bytes of an element (-1: text), how to pack it, bytes, dimensions."""
        ...


@dataclass(frozen=True, slots=True)
class Channel:
    """An analog channel: label, unit, what it is, and a value for each place of the grid."""

    label: str
    unit: str
    told: str
    values: FloatArray


def put_c3d(batch: Batch, whole: Extract) -> list[str]:
    """Write the devices of each trial into a batch, or of the recording where there is no trial; tell what is not in them."""
    told: list[str] = []
    for number, (trial, _) in enumerate(whole.done, start=1):
        for stream in trial.streams:
            told += _put(batch, f"{trial_name(number, trial, stream)}.c3d", stream, trial, whole.about)
    if not whole.done:
        for stream in whole.streams:
            told += _put(batch, f"{plain_name(stream.device)}.c3d", stream, None, whole.about)
    return told


def c3d_bytes(stream: Stream, trial: Trial | None, about: Mapping[str, object]) -> bytes:
    """Return a stream of at least two samples as a C3D file; times count from its first sample."""
    point_hz = np.float32(_rate_hz(stream) / PER_FRAME)
    rate_hz = float(point_hz) * PER_FRAME
    places = _places(stream.t_s, rate_hz)
    channels = _channels(stream, places, rate_hz)
    writer = c3d.Writer(point_rate=float(point_hz), analog_rate=rate_hz)
    writer.set_analog_labels([channel.label for channel in channels])
    writer.set_analog_scales([1.0] * len(channels))
    writer.set_analog_offsets([0] * len(channels))
    analog = writer.analog_group
    _texts(analog, "UNITS", [channel.unit for channel in channels])
    _texts(analog, "DESCRIPTIONS", [channel.told for channel in channels])
    _plate(writer, stream)
    _events(writer, trial, float(stream.t_s[0]))
    _origin(writer, stream, trial, about)
    frames = np.stack([channel.values for channel in channels]).reshape(len(channels), -1, PER_FRAME)
    nowhere = np.zeros((0, 5))
    writer.add_frames([(nowhere, frames[:, at, :]) for at in range(frames.shape[1])])
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="No point data found")  # there are no markers, and nobody promised any
        writer.write(out)
    return out.getvalue()


def _put(batch: Batch, name: str, stream: Stream, trial: Trial | None, about: Mapping[str, object]) -> list[str]:
    if len(stream.t_s) < 2:
        return [f"{name}: {stream.device} has fewer than two samples, so there is no file of it."]
    batch.make(name).write_bytes(c3d_bytes(stream, trial, about))
    left = len(_edges(trial)) - MOST_EVENTS
    return [f"{name}: the last {left} events are left out, C3D has room for {MOST_EVENTS}."] if left > 0 else []


# ---- samples --------------------------------------------------------------------------------------------------------------------


def _rate_hz(stream: Stream) -> float:
    return stream.rate_hz if math.isfinite(stream.rate_hz) and stream.rate_hz > 0.0 else float(1.0 / np.median(np.diff(stream.t_s)))


def _places(t_s: FloatArray, rate_hz: float) -> IntArray:
    """Return the place of each sample on the grid, (n,): the nearest to its time, and never one that is taken."""
    nearest = np.rint((t_s - t_s[0]) * rate_hz).astype(np.int64)
    order = np.arange(len(t_s))
    return np.maximum.accumulate(nearest - order) + order


def _channels(stream: Stream, places: IntArray, rate_hz: float) -> list[Channel]:
    length = -(-int(places[-1] + 1) // PER_FRAME) * PER_FRAME

    def spread(values: FloatArray, empty: float = math.nan) -> FloatArray:
        out = np.full(length, empty)
        out[places] = values
        return out

    columns = [Channel(name, _unit(name), "", spread(stream.values[:, k])) for k, name in enumerate(COLUMNS[stream.kind])]
    offset = stream.t_s - stream.t_s[0] - places / rate_hz
    marks = [
        Channel("valid", "", "1: a sample came, 0: none did", spread(np.ones(len(places)), 0.0)),
        Channel("clipped", "", "1: at the end of its range", spread(stream.clipped.astype(np.float64))),
        Channel("lost_before", "", "1: samples are missing before", spread(stream.lost.astype(np.float64))),
        Channel("time_offset_s", "s", "its own time less that of its place", spread(offset)),
    ]
    if stream.kind is not Kind.PAD:
        return [*columns, *marks]
    force, x_mm, y_mm = stream.values[:, FORCE], stream.values[:, COP_X], stream.values[:, COP_Y]
    nothing = spread(np.zeros(len(places)))
    # What acts on the plate, z up: a foot presses downwards, so Fz is negative; moments are about the middle of the surface.
    plate = [
        Channel("Fx1", "N", NOT_MEASURED, nothing),
        Channel("Fy1", "N", NOT_MEASURED, nothing),
        Channel("Fz1", "N", "on the plate, upwards is positive", spread(-force)),
        Channel("Mx1", "Nmm", "NaN where the place of the force is not known", spread(-force * y_mm)),
        Channel("My1", "Nmm", "NaN where the place of the force is not known", spread(force * x_mm)),
        Channel("Mz1", "Nmm", NOT_MEASURED, nothing),
    ]
    return [*plate, *columns, *marks]


def _unit(name: str) -> str:
    return next((unit for ending, unit in UNITS.items() if name.endswith(ending)), "")


# ---- parameters -----------------------------------------------------------------------------------------------------------------


def _plate(writer: c3d.Writer, stream: Stream) -> None:
    group = writer.get_create("FORCE_PLATFORM")
    used = int(stream.kind is Kind.PAD)
    group.add("USED", "Force plates", 2, "<h", used)
    if not used:
        return
    half = stream.half_span_mm if math.isfinite(stream.half_span_mm) else NOMINAL_HALF_MM
    corners = np.array([(half, half, 0.0), (-half, half, 0.0), (-half, -half, 0.0), (half, -half, 0.0)], dtype="<f4")
    group.add("TYPE", "Three forces, three moments", 2, "", np.array([PLATE_TYPE], dtype="<i2").tobytes(), 1)
    group.add("ZERO", "The force was tared by the program", 2, "", np.array([0, 0], dtype="<i2").tobytes(), 2)
    group.add("CHANNEL", "Analog channels", 2, "", np.arange(1, 7, dtype="<i2").tobytes(), 6, 1)
    group.add("CORNERS", "Corners, mm: x to the right, y forward, z up", 4, "", corners.tobytes(), 3, 4, 1)
    group.add("ORIGIN", "Middle of the surface", 4, "", np.zeros(3, dtype="<f4").tobytes(), 3, 1)


def _edges(trial: Trial | None) -> list[tuple[float, str, Event]]:
    """Return both ends of every event, in order of time."""
    found: list[tuple[float, str, Event]] = []
    for event in trial.events if trial is not None else ():
        contact = event.what is Happening.CONTACT
        found.append((event.t_s, STRIKE if contact else event.what.value, event))
        if math.isfinite(event.end_s):
            found.append((event.end_s, OFF if contact else f"{event.what.value} end", event))
    return sorted((edge for edge in found if math.isfinite(edge[0])), key=lambda edge: edge[0])


def _events(writer: c3d.Writer, trial: Trial | None, start_s: float) -> None:
    group = writer.get_create("EVENT")
    edges = _edges(trial)
    if len(edges) > MOST_EVENTS:
        edges = [edge for edge in edges if edge[2].what is not Happening.BEAT][:MOST_EVENTS]
    group.add("USED", "Events", 2, "<h", len(edges))
    if not edges or trial is None:
        return
    context = "Left" if trial.setup.side is Side.LEFT else "Right"
    seconds = np.array([t_s - start_s for t_s, _, _ in edges])
    # Whole minutes and the rest, as the manual has it; what is before the first sample has no whole minute.
    minutes = np.maximum(np.floor(seconds / 60.0), 0.0)
    _texts(group, "CONTEXTS", [context] * len(edges))
    _texts(group, "LABELS", [label for _, label, _ in edges])
    _texts(group, "DESCRIPTIONS", [event.note if event.valid else f"left out: {event.note}" for _, _, event in edges])
    times = np.column_stack((minutes, seconds - 60.0 * minutes)).astype("<f4")
    group.add("TIMES", "Minutes and seconds from the first sample", 4, "", times.tobytes(), 2, len(edges))


def _origin(writer: c3d.Writer, stream: Stream, trial: Trial | None, about: Mapping[str, object]) -> None:
    """Tell where the samples are from; numbers as text, for a float32 has not enough digits of a session's second."""
    maker = writer.get_create("MANUFACTURER")
    _text(maker, "SOFTWARE", str(about.get("program", "ankletest")))
    group = writer.get_create("ANKLETEST")
    facts: dict[str, object] = {
        "RECORDING_SHA256": about.get("sha256", ""), "DEVICE": stream.device, "SITE": stream.site.value,
        "SIDE": stream.side.value if stream.side else "", "START_S": repr(float(stream.t_s[0])), "RATE_HZ": repr(float(stream.rate_hz)),
        "TIMING": stream.timing, "LOST_SAMPLES": stream.lost_samples, "LOST_TOLD_BY": stream.loss_by, "CERTIFICATE": stream.certificate,
        "CORNERS": "measured" if math.isfinite(stream.half_span_mm) else "nominal: the size of the plate is not known",
    }  # fmt: skip
    if trial is not None:
        facts |= {
            "EXAM": trial.setup.exam, "LEG": trial.setup.side.value, "TRIAL": trial.setup.trial, "OUTCOME": trial.outcome.value,
            "REASONS": "; ".join(trial.reasons), "WINDOW_S": f"{trial.window_s[0]!r} {trial.window_s[1]!r}",
            "BODY_WEIGHT_N": repr(float(trial.body_weight_n)),
        }  # fmt: skip
    for name, fact in facts.items():
        _text(group, name, str(fact))


def _text(group: Group, name: str, text: str) -> None:
    said = _ascii(text) or " "
    group.set(name, "", -1, "", said.encode(), len(said))


def _texts(group: Group, name: str, texts: Sequence[str]) -> None:
    said = [_ascii(text) for text in texts]
    wide = max(1, *(len(text) for text in said))
    group.set(name, "", -1, "", "".join(text.ljust(wide) for text in said).encode(), wide, len(said))


def _ascii(text: str) -> str:
    """Return what C3D can hold of a text: ASCII, 127 characters."""
    return text.replace("\n", " ").encode("ascii", "replace").decode()[:127]
