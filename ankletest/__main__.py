"""The only place where rooms meet: the window where nothing is asked for, else the command line; ``wiring`` holds what that needs.

Everything is imported when it is needed: the window has to paint before numpy is there, and a terminal needs no Qt.
"""

import sys
from pathlib import Path

from ankletest.display import has_display


def main() -> int:
    """Run ankletest and return the exit code."""
    argv = sys.argv[1:]
    if argv and not (len(argv) == 2 and argv[0] == "--data"):
        from ankletest.wiring import run_command

        return run_command(argv)
    if not has_display():
        sys.stderr.write("There is no display here. Try 'ankletest demo', or 'ankletest --help' for what works in a terminal.\n")
        return 2
    from ankletest.places import data_folder, settings_file
    from ankletest.settings import FILE, load
    from ui import tongue

    settings = Path(argv[1]) / FILE if argv else settings_file()
    tongue.speak(tongue.wanted(load(settings).settings.language))  # before the pages are imported: some of them take words then
    from ui.app import run_window

    return run_window(_hub, folder=Path(argv[1]) if argv else data_folder(), settings=settings, argv=sys.argv[:1])


def _hub() -> object:
    """Return the devices of this machine; called after the first paint."""
    from drivers.visits import make_hub

    return make_hub()


if __name__ == "__main__":
    sys.exit(main())
