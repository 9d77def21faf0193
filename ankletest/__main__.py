"""The only place where rooms meet: hands the devices to the command line and to the window.

Everything is imported when it is needed: the window has to paint before numpy is there, and a terminal needs no Qt.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


def main() -> int:
    """Run ankletest and return the exit code: the window where nothing else is asked for."""
    argv = sys.argv[1:]
    if not argv or (len(argv) == 2 and argv[0] == "--data"):
        return open_window(make_hub, folder=Path(argv[1]) if argv else None)
    from ankletest.cli.main import main as command_line
    from ankletest.cli.parts import Parts
    from drivers.catalog import MODELS

    parts = Parts(MODELS, make_hub, simulate, open_window, snapshots, write_report, has_display)
    return command_line(argv, parts)


def open_window(hub: Callable[[], object], *, recording: Path | None = None, folder: Path | None = None) -> int:
    """Open the window; where there is no display, say so."""
    if not has_display():
        sys.stderr.write("There is no display here. Try 'ankletest demo', or 'ankletest --help' for what works in a terminal.\n")
        return 2
    import platformdirs

    from ui.app import run_window

    place = folder or Path(platformdirs.user_data_dir("ankletest", appauthor=False))
    return run_window(hub, recording=recording, folder=place, argv=sys.argv[:1])


def has_display() -> bool:
    """Tell whether a window can be shown."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def make_hub() -> object:
    """Return the devices of this machine."""
    from drivers import visits

    return visits.make_hub()


def simulate(wish: object) -> tuple[Sequence[object], Mapping[str, object]]:
    """Simulate a visit."""
    from drivers import visits

    return visits.simulate_visit(wish)


def snapshots(hub: object, recording: Path, folder: Path) -> Sequence[Path]:
    """Write pictures of the screens without a display."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from ui.snapshots import snapshot_visit

    return snapshot_visit(hub, recording, folder)


def write_report(path: Path, finished: Sequence[object], *, title: str, date: str) -> None:
    """Write a visit's report."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui.report.visit import write_visit_report

    write_visit_report(path, finished, title=title, date=date)


if __name__ == "__main__":
    sys.exit(main())
