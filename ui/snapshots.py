"""Pictures of the window's screens on a recorded visit, without a screen: the same pages, played to the end of each trial."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication, QWidget

from ankletest.device import Hub
from ankletest.session import Finished
from ui import theme
from ui.app import make_app
from ui.furnish import Furniture
from ui.pages.replay import ReplayPage
from ui.shell import SIZE, Shell
from ui.survey import Survey, survey

SCHEMES = (theme.Scheme.LIGHT, theme.Scheme.DARK)
BEFORE_END_S = 4.0
"""A picture of a test going on is taken this long before its end: the path is long and the countdown still runs."""
HOPS_BEFORE_END_S = 0.8
"""Hops end with the last landing; this long before it most of them are on the timeline."""
MOST_TURNS = 4000
"""Turns of the event loop before a picture is given up; a turn feeds the session for 11 ms."""


def snapshot_visit(hub: Hub, recording: Path, folder: Path, *, size: QSize = SIZE, schemes: Sequence[theme.Scheme] = SCHEMES) -> list[Path]:
    """Write pictures of a recorded visit and return where they are.

    Of each exam and leg: going on, and at the end; then the results. In each of the colour schemes.

    Raises
    ------
    AnkletestError
        The recording cannot be read.
    """
    app = make_app()
    before = theme.chosen()
    found = survey(hub, recording, _nothing)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        for scheme in schemes:
            theme.apply(app, scheme)
            written.extend(_pictures(hub, found, folder, size, scheme.value))
    finally:
        theme.apply(app, before)
    return written


def _pictures(hub: Hub, found: Survey, folder: Path, size: QSize, suffix: str) -> Iterator[Path]:
    shell = Shell()
    furniture = Furniture(shell, hub)
    shell.resize(size)
    shell.show()
    replay = furniture.replay
    replay.show_survey(found)
    shell.show_page("replay")
    try:
        for name, finished in _named(found.finished):
            trial = finished.trial
            end_s = trial.span_s[1]
            before_s = HOPS_BEFORE_END_S if trial.setup.exam == "hops" else BEFORE_END_S
            for when, t_s in (("live", max(trial.span_s[0], end_s - before_s)), ("done", end_s + 1.5)):
                _settle(replay, t_s)
                yield _save(shell, folder / f"{name}-{when}-{suffix}.png")
        shell.show_page("results")
        yield _save(shell, folder / f"results-{suffix}.png")
    finally:
        shell.close()
        shell.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _named(finished: Sequence[Finished]) -> Iterator[tuple[str, Finished]]:
    """Yield the last trial of each exam and leg with a name for its files."""
    last: dict[str, Finished] = {f"{f.trial.setup.exam}-{f.trial.setup.side.value}": f for f in finished}
    yield from last.items()


def _settle(replay: ReplayPage, t_s: float) -> None:
    """Go to a second and turn the loop until everything before it has been fed and painted."""
    replay.seek(t_s)
    playing = replay.playing
    if playing is None:
        return
    for _ in range(MOST_TURNS):
        playing.pump.tick()
        if not playing.catching_up:
            break
    for _ in range(8):  # numbers change with every sixth tick
        playing.pump.tick()
    playing.pump.status.emit()
    QApplication.processEvents()


def _save(window: QWidget, path: Path) -> Path:
    QApplication.processEvents()
    window.grab().save(str(path))
    return path


def _nothing(_: float) -> None:
    """Tell nobody."""
