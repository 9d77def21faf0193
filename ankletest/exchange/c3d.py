"""Force plates out of C3D files, read in a process of its own so that a hostile file can at worst end that one."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ankletest.errors import ExchangeError
from ankletest.samples import FloatArray

TIMEOUT_S = 120.0
"""So long reading may take, s; a file of an hour takes a tenth of it."""


@dataclass(frozen=True, slots=True)
class Plate:
    """Seconds (n,), and upward force N (n,) of the loaded plate; number of the plate from 1."""

    t_s: FloatArray
    force_n: FloatArray
    number: int


def read_c3d(path: Path) -> Plate:
    """Return the plate of a C3D file that carries the most load.

    Raises
    ------
    ExchangeError
        When there is no plate in it, or it cannot be read.
    """
    if not path.is_file():
        raise ExchangeError(f"{path} is not a file.", "Check the name.")
    with tempfile.TemporaryDirectory(prefix="ankletest-") as folder:
        out = Path(folder) / "plate.npz"
        command = [sys.executable, "-m", "ankletest.exchange.c3d_reader", str(path.resolve()), str(out)]
        root = str(Path(__file__).parents[2])
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False, cwd=root)
        except subprocess.TimeoutExpired as error:
            raise ExchangeError(f"{path.name} could not be read within {TIMEOUT_S:.0f} s.", "Is it a C3D file?") from error
        if done.returncode != 0 or not out.is_file():
            why = done.stdout.strip().splitlines()[-1:] or ["the reader ended without a word"]
            raise ExchangeError(
                f"{path.name} cannot be read as C3D: {why[0]}.",
                "Export force plates of type 1, 2 or 3 with their analog channels in newtons.",
            )
        with np.load(out, allow_pickle=False) as arrays:
            return Plate(arrays["t_s"], arrays["force_n"], int(arrays["number"]))
