"""What support asks first: versions, import roots, the data folder, system libraries, Bluetooth; it looks and changes nothing."""

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ankletest
from ankletest import places
from ankletest.device import DeviceModel

ROOMS = ("ankletest", "drivers", "calibration", "ui")
LIBRARIES = (
    "numpy",
    "scipy",
    "vqf",
    "bleak",
    "PySide6_Essentials",
    "pyqtgraph",
    "mcap",
    "zstandard",
    "cryptography",
    "SQLAlchemy",
    "sqlcipher3",
)
LOW_DISK_GB = 1.0
BYTES_PER_GB = 1e9
SYSTEM_BUS = Path("/run/dbus/system_bus_socket")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    what: str
    told: str
    good: bool = True

    @property
    def mark(self) -> str:
        """A sign that reads without colour."""
        return "ok  " if self.good else "LOOK"


def data_folder(chosen: Path | None) -> Path:
    """Return the data folder: the chosen one, or that of the settings."""
    return chosen or places.data_folder()


def examine(models: Sequence[DeviceModel], *, folder: Path | None) -> list[Finding]:
    """Look at everything."""
    return [
        Finding("ankletest", f"{ankletest.__version__}, Python {platform.python_version()} on {platform.platform()}"),
        *[_library(name) for name in LIBRARIES],
        _none_bug(),
        *[_root(room) for room in ROOMS],
        Finding("devices", ", ".join(model.title for model in models)),
        _folder(data_folder(folder)),
        _bluetooth(),
        _display(),
    ]


def _library(name: str) -> Finding:
    try:
        return Finding(name, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, "not installed", good=False)


def _none_bug() -> Finding:
    """PySide6 6.12 on Python below 3.12 aborts after some thousand calls."""
    try:
        major, minor = (int(part) for part in importlib.metadata.version("PySide6_Essentials").split(".")[:2])
    except importlib.metadata.PackageNotFoundError:
        return Finding("Qt and Python", "Qt is not installed", good=False)
    clash = (major, minor) >= (6, 12) and sys.version_info < (3, 12)
    return Finding(
        "Qt and Python", "these two abort after a while; install PySide6-Essentials below 6.12" if clash else "fit", good=not clash
    )


def _root(room: str) -> Finding:
    spec = importlib.util.find_spec(room)
    if spec is None or not spec.submodule_search_locations:
        return Finding(f"room {room}", "missing", good=False)
    place = Path(next(iter(spec.submodule_search_locations)))
    ours = Path(ankletest.__file__).parent.parent
    return Finding(f"room {room}", str(place), good=place.parent == ours)


def _folder(folder: Path) -> Finding:
    near = next(p for p in (folder, *folder.parents) if p.exists())
    if not os.access(near, os.W_OK):
        return Finding("data folder", f"{folder} cannot be written", good=False)
    free = shutil.disk_usage(near).free / BYTES_PER_GB
    return Finding("data folder", f"{folder}, {free:.1f} GB free", good=free > LOW_DISK_GB)


def _bluetooth() -> Finding:
    if not sys.platform.startswith("linux"):
        return Finding("Bluetooth", "asked for by 'ankletest scan'")
    if not SYSTEM_BUS.exists():
        return Finding("Bluetooth", "no system D-Bus, so no radio; recordings and simulated devices work", good=False)
    radios = sorted(p.name for p in Path("/sys/class/bluetooth").glob("hci*"))
    return Finding("Bluetooth", ", ".join(radios) if radios else "no adapter found", good=bool(radios))


def _display() -> Finding:
    if not sys.platform.startswith("linux"):
        return Finding("display", "the system's own")
    name = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or ""
    return Finding("display", name or "none: the demo draws off screen", good=True)
