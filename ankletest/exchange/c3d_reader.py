"""The process that reads a C3D file for ``c3d``: argv is the file and the arrays to write; what goes wrong is its last line of output."""

import sys
import warnings
from pathlib import Path

import c3d
import numpy as np

from ankletest.samples import FloatArray

LEAST_N = 20.0
"""A plate that never carries more than this is not the one."""
N_MM_PER_N_M = 1e3
CHANNELS = 6


def read(path: Path) -> tuple[FloatArray, FloatArray, int]:
    """Return seconds, force and CoP of the plate with the greatest load, and its number.

    Forces of a plate are what acts on it, so the vertical one is negative; the sign is turned. CoP for type 2 plates (three forces, three
    moments): x = -My/Fz, y = Mx/Fz about the plate's own origin (C3D manual, FORCE_PLATFORM).
    """
    with path.open("rb") as source:
        reader = c3d.Reader(source)
        group = reader.get("FORCE_PLATFORM")
        if group is None or not group.get("USED") or group.get_int16("USED") < 1:
            raise ValueError("there is no force plate in it")
        channels = np.asarray(group.get("CHANNEL").int16_array).reshape(-1, CHANNELS)
        frames = [analog for _, _, analog in reader.read_frames(copy=True)]
        rate = float(reader.analog_rate)
    analog = np.concatenate(frames, axis=1)
    best: tuple[float, int, FloatArray] | None = None
    for number, row in enumerate(channels):
        if row.min() < 1 or row.max() > len(analog):
            continue
        fx, fy, fz, mx, my, _ = (analog[int(c) - 1].astype(np.float64) for c in row)
        del fx, fy
        load = float(np.median(np.sort(np.abs(fz))[-max(len(fz) // 10, 1) :]))
        if best is None or load > best[0]:
            sign = -1.0 if float(fz.mean()) < 0.0 else 1.0
            force = sign * fz
            loaded = force > LEAST_N
            x, y = np.full(len(fz), np.nan), np.full(len(fz), np.nan)
            x[loaded], y[loaded] = -my[loaded] / fz[loaded], mx[loaded] / fz[loaded]
            best = (load, number + 1, np.column_stack((force, x, y)))
    if best is None or best[0] < LEAST_N:
        raise ValueError("no force plate in it carries a load")
    return np.arange(len(best[2])) / rate, best[2], best[1]


def main(argv: list[str]) -> int:
    """Read, write, return the exit code."""
    warnings.simplefilter("ignore")  # the library warns of harmless oddities in makers' files
    try:
        t_s, values, number = read(Path(argv[0]))
    except Exception as error:  # noqa: BLE001  the edge of a process: any fault of a foreign file is told and ends here
        sys.stdout.write(f"{error}\n")
        return 1
    np.savez(argv[1], t_s=t_s, values=values, number=number)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
