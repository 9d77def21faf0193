"""What the command line is handed of the other rooms; the second half of ``__main__``, which stays light for the window's sake."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from ankletest import doctor, places
from ankletest.cli.main import main
from ankletest.cli.parts import Parts
from ankletest.device import Hub
from ankletest.display import has_display
from ankletest.session import Finished
from ankletest.settings import FILE, load
from calibration import desk
from drivers import visits
from drivers.catalog import MODELS


def run_command(argv: Sequence[str]) -> int:
    """Run a command and return the exit code."""
    return main(argv, Parts(MODELS, visits.make_hub, visits.simulate_visit, open_window, snapshots, write_report, has_display, desk.Desk()))


def open_window(hub: Callable[[], Hub], *, recording: Path | None, folder: Path | None) -> int:
    """Open the window."""
    settings = places.settings_file() if folder is None else folder / FILE
    _speak(settings)
    from ui.app import run_window

    return run_window(hub, recording=recording, folder=folder or doctor.data_folder(None), settings=settings)


def snapshots(hub: Hub, recording: Path, folder: Path) -> Sequence[Path]:
    """Write pictures of the screens without a display."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _speak(places.settings_file())
    from ui.snapshots import snapshot_visit

    return snapshot_visit(hub, recording, folder)


def write_report(path: Path, finished: Sequence[Finished], *, title: str, date: str) -> None:
    """Write a visit's report."""
    if not has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    _speak(places.settings_file())
    from ui.report.visit import write_visit_report

    write_visit_report(path, finished, title=title, date=date)


def _speak(settings: Path) -> None:
    """Choose the language of what is shown, before the pages are imported: some of them take words then."""
    from ui import tongue

    tongue.speak(tongue.wanted(load(settings).settings.language))
