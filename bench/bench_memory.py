"""Memory: a session of half an hour, tested all the time or not at all, and what `analyse` needs for its recording."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
MINUTES = 30.0
IMPORTED = "import ankletest.__main__, ankletest.session, drivers.catalog"
"""The baseline: everything is loaded, nothing is done."""


def peak_mb(*argv: str) -> tuple[float, str]:
    """Run Python in a process of its own; return its peak resident memory in MB and what it printed."""
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen([sys.executable, *argv], stdout=told, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{argv} ended with {process.returncode}")
        told.seek(0)
        # Linux counts in kB, macOS in bytes.
        return usage.ru_maxrss * (1.0 if sys.platform == "darwin" else 1024.0) / 1e6, told.read()


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.mcap"
        worker = ("-m", "bench.long_session")
        peak_mb(*worker, "make", str(path), f"{MINUTES:g}")
        loaded, _ = peak_mb("-c", IMPORTED)
        rows = [("loaded, nothing done (baseline)", loaded, "")]
        for title, what in (("session: tested all the time", "live"), ("session: nobody is tested", "idle")):
            peak, told = peak_mb(*worker, what, str(path), f"{MINUTES:g}")
            rows.append((title, peak, told.strip()))
        peak, told = peak_mb("-m", "ankletest", "analyse", str(path), "--json")
        rows.append((f"analyse, {told.count(chr(34) + 'outcome' + chr(34))} trials", peak, ""))
        size = path.stat().st_size / 1e6
    print(f"pad 1000 Hz, two sensors 200 Hz, {MINUTES:g} minutes, a recording of {size:.0f} MB")
    print(f"{'':36}{'peak MB':>9}{'x baseline':>12}   MB at the start and each fifth")
    for title, peak, told in rows:
        print(f"{title:36}{peak:9.0f}{peak / loaded:12.2f}   {told}")


if __name__ == "__main__":
    main()
