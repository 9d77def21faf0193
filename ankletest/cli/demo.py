"""``ankletest demo``: the main job on a recorded visit: in the window where there is a display, else pictures, a table and a PDF."""

import argparse
from pathlib import Path

from ankletest.analysis import Wish, analyse
from ankletest.cli import comparing, options, terminal
from ankletest.cli.parts import Parts, VisitWish
from ankletest.cli.simulate import VISIT, write
from ankletest.exams.pairs import compare_sides
from ankletest.recording.reader import Recording
from ankletest.samples import Side
from ankletest.trial import Setup

SHIPPED = Path(__file__).parents[2] / "fixtures" / "visit" / "visit.mcap"
"""The recorded visit of a checkout; an installed program simulates the same one."""
SEED = 7
DURATION_S = 20.0
TITLE = "Demonstration visit, simulated person"


def add(commands: options.Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("demo", help="look at a recorded visit: a stance and a set of hops, left and right")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("out"), metavar="FOLDER", help="where pictures and the PDF go (default out)"
    )
    parser.add_argument("--off-screen", action="store_true", help="no window even where there is a display")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, parts: Parts) -> int:
    """Show the visit."""
    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    visit = SHIPPED if SHIPPED.is_file() else _simulated(folder, parts)
    if parts.has_display() and not arguments.off_screen:
        return parts.open_window(parts.hub, recording=visit, folder=folder)
    recording = Recording.open(visit)
    items = list(recording.notifications())
    with terminal.progress("Analysing", len(items)) as advance:
        finished = analyse(items, parts.models, Wish(), seen=advance)
    console = terminal.out()
    for table in terminal.trial_tables(finished, everything=False):
        console.print(table)
    comparing.say_sides(compare_sides([(f.trial, f.values) for f in finished]))
    with terminal.progress("Drawing", 1.0):
        pictures = parts.snapshots(parts.hub(), visit, folder)
    report = folder / "visit.pdf"
    parts.write_report(report, finished, title=TITLE, date="")
    for path in (*pictures, report):
        terminal.say(f"Written: {path}")
    return 0


def demo_wish() -> VisitWish:
    """Return the visit of the demonstration; the shipped recording is made from it (fixtures/visit/README.md)."""
    setups = [Setup(exam, side, duration_s=DURATION_S) for exam in VISIT for side in Side]
    numbered = tuple(Setup.from_json({**setup.as_json(), "trial": str(n)}) for n, setup in enumerate(setups, start=1))
    return VisitWish(setups=numbered, seed=SEED, pad_rate_hz=500.0, weaker=Side.RIGHT)


def _simulated(folder: Path, parts: Parts) -> Path:
    path = folder / "visit.mcap"
    if not path.exists():
        notifications, _ = parts.simulate(demo_wish())
        write(path, notifications, parts.models)
    return path
