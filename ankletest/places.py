"""Where this system keeps settings and data, where the settings say that the data are, and how names there survive; makes no folder."""

import os
from pathlib import Path

import platformdirs

from ankletest.settings import FILE, load

NAME = "ankletest"


def settings_file() -> Path:
    """Return the file of the settings of whoever is logged in."""
    return Path(platformdirs.user_config_dir(NAME, appauthor=False)) / FILE


def data_folder() -> Path:
    """Return the data folder: where the settings say that it was moved to, else the system's place for it."""
    moved = load(settings_file()).settings.data_folder
    return Path(moved) if moved else Path(platformdirs.user_data_dir(NAME, appauthor=False))


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the system can (Windows cannot open a folder); raises ``OSError``."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
