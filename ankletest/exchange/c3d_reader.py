"""The process that reads a C3D file for ``c3d``: argv is the file and the arrays to write; what goes wrong is its last line of output.

Vertical force only. FORCE_PLATFORM by the C3D manual: TYPE says what the CHANNELs of a plate are, and UNITS of ANALOG in what.
"""

import sys
import warnings
from collections.abc import Mapping
from pathlib import Path

import c3d
import numpy as np

from ankletest.samples import FloatArray, IntArray

LEAST_N = 20.0
"""A plate that never carries more than this is not the one."""
OFFSET = "time_offset_s"
"""Channel of our own files: how far a sample's own time is from that of its place, s."""
VERTICAL: Mapping[int, tuple[int, ...]] = {1: (2,), 2: (2,), 3: (4, 5, 6, 7)}
"""Channels of a plate, from 0, whose sum is its vertical force, for each type: one sum, one sum, four corners."""
NEWTONS: Mapping[str, float] = {"": 1.0, "n": 1.0, "newton": 1.0, "newtons": 1.0, "kn": 1e3}
"""Newtons in the units that a force may have; many old files name none and mean newtons."""


def read(path: Path) -> tuple[FloatArray, FloatArray, int]:
    """Return seconds (n,) and upward force N (n,) of the plate with the greatest load, and its number from 1.

    Forces of a plate are mostly what acts on it, so the vertical one is negative; then the sign is turned.
    """
    with path.open("rb") as source:
        reader = c3d.Reader(source)
        group = reader.get("FORCE_PLATFORM")
        used = 0 if group is None else int(_numbers(group, "USED")[0])
        if group is None or used < 1:
            raise ValueError("there is no force plate in it")
        types = _numbers(group, "TYPE")
        channels = _numbers(group, "CHANNEL").reshape(-1, group.get("CHANNEL").dimensions[0])
        units = _units(reader)
        try:
            frames = [analog for _, _, analog in reader.read_frames(copy=True)]
        except UserWarning as error:
            raise ValueError("it is cut off") from error
        rate = float(reader.analog_rate)
        labels = [str(label).strip() for label in reader.analog_labels]
    if not frames:
        raise ValueError("there are no samples in it")
    analog = np.concatenate(frames, axis=1)
    offset = np.nan_to_num(analog[labels.index(OFFSET)]) if OFFSET in labels else np.zeros(analog.shape[1])
    best: tuple[float, int, FloatArray] | None = None
    for number in range(min(used, len(types), len(channels))):
        force = _vertical_n(analog, units, channels[number], int(types[number]), number + 1)
        sure = np.abs(force[np.isfinite(force)])
        load = float(np.median(np.sort(sure)[-max(len(sure) // 10, 1) :])) if len(sure) else 0.0
        if best is None or load > best[0]:
            best = (load, number + 1, -force if float(np.nanmean(force)) < 0.0 else force)
    if best is None or best[0] < LEAST_N:
        raise ValueError("no force plate in it carries a load")
    t_s = np.arange(len(best[2])) / rate + offset
    there = np.isfinite(best[2])  # our own files hold NaN where no sample came; a gap in time tells so from here on
    return t_s[there], best[2][there], best[1]


def main(argv: list[str]) -> int:
    """Read, write, return the exit code."""
    warnings.simplefilter("ignore")  # the library warns of harmless oddities in makers' files, and of one that is not:
    warnings.filterwarnings("error", message="reached end of file")
    try:
        t_s, force_n, number = read(Path(argv[0]))
    except Exception as error:  # noqa: BLE001  the edge of a process: any fault of a foreign file is told and ends here
        sys.stdout.write(f"{error}\n")
        return 1
    np.savez(argv[1], t_s=t_s, force_n=force_n, number=number)
    return 0


def _vertical_n(analog: FloatArray, units: list[str], channels: IntArray, kind: int, number: int) -> FloatArray:
    if kind not in VERTICAL:
        raise ValueError(f"plate {number} is of type {kind}, not one of {', '.join(str(known) for known in VERTICAL)}")
    total = np.zeros(analog.shape[1])
    for at in VERTICAL[kind]:
        channel = int(channels[at]) if at < len(channels) else 0
        if not 1 <= channel <= len(analog):
            raise ValueError(f"plate {number} names channel {channel} of {len(analog)}")
        unit = units[channel - 1].casefold() if channel <= len(units) else ""
        if unit not in NEWTONS:
            raise ValueError(f"the force of plate {number} is in {units[channel - 1]}, not in N")
        total += analog[channel - 1] * NEWTONS[unit]
    return total


def _numbers(group: c3d.Group, name: str) -> IntArray:
    """Return the whole numbers of a parameter, (n,); some programs write them as floats."""
    parameter = group.get(name)
    if parameter is None:
        raise ValueError(f"FORCE_PLATFORM has no {name}")
    wide = parameter.bytes_per_element == np.dtype(np.float32).itemsize
    if not parameter.dimensions:
        return np.array([parameter.float_value if wide else parameter.int16_value]).astype(np.int64)
    return np.asarray(parameter.float_array if wide else parameter.int16_array).reshape(-1).astype(np.int64)


def _units(reader: c3d.Reader) -> list[str]:
    group = reader.get("ANALOG")
    parameter = None if group is None else group.get("UNITS")
    return [] if parameter is None else [str(unit).strip().strip("\x00") for unit in np.ravel(parameter.string_array)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
