"""``ankletest analyse``: the numbers of recordings, as tables or JSON."""

import argparse
import tempfile
from pathlib import Path

from ankletest.analysis import TRIAL, WHOLE, Wish, analyse
from ankletest.cli import options, terminal
from ankletest.cli.parts import Parts
from ankletest.exams.pairs import compare_sides, pair_json
from ankletest.exams.ratios import condition_ratios
from ankletest.exchange.importing import import_file
from ankletest.recording.reader import Recording
from ankletest.samples import Side, Site
from ankletest.session import Finished
from ankletest.trial import Event, Setup


def add(commands: options.Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("analyse", help="make the numbers of recordings again and print them")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="recordings, or files of other makers with --as")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--research", "--all", action="store_true", help="print the research tier too, not the clinical set only")
    parser.add_argument("--profile", help="pre-processing profile, for example P-RAW (default: each metric's own)")
    parser.add_argument("--window", choices=[TRIAL, WHOLE], default=TRIAL, help="the exam's window, or every sample")
    options.add_mapping(parser)
    options.add_exam(parser)
    options.add_person(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, parts: Parts) -> int:
    """Analyse each file and print."""
    finished: list[Finished] = []
    for path in arguments.files:
        finished.extend(_one(path, arguments, parts))
    done = [(f.trial, f.values) for f in finished]
    involved = Side(arguments.involved) if arguments.involved else None
    sides, ratios = compare_sides(done, involved=involved, everything=arguments.research or arguments.json), condition_ratios(done)
    if arguments.json:
        trials, pairs = [as_json(f) for f in finished], [pair_json(pair) for pair in sides.pairs]
        told = {"trials": trials, "symmetry": pairs, "not compared": list(sides.refused), "conditions": [r.as_json() for r in ratios]}
        terminal.say_json(terminal.plain(told))
        return 0
    console = terminal.out()
    for table in terminal.trial_tables(finished, everything=arguments.research):
        console.print(table)
    terminal.say_sides(sides)
    if arguments.research and ratios:
        console.print(terminal.ratio_table(ratios))
    return 0


def _one(path: Path, arguments: argparse.Namespace, parts: Parts) -> list[Finished]:
    wish = Wish(
        exam=arguments.exam,
        side=Side(arguments.side) if arguments.side else None,
        profile=arguments.profile,
        window=arguments.window,
        mass_kg=arguments.mass,
    )
    if not arguments.mapping:
        return _recorded(path, wish, parts)
    with tempfile.TemporaryDirectory(prefix="ankletest-") as folder:
        setup = Setup(arguments.exam or "stance", Side(arguments.side or Side.LEFT), mass_kg=arguments.mass)
        target = Path(folder) / "imported.mcap"
        import_file(path, arguments.mapping, target, setup=setup, site=Site(arguments.site) if arguments.site else None, side=None)
        return _recorded(target, wish, parts)


def _recorded(path: Path, wish: Wish, parts: Parts) -> list[Finished]:
    recording = Recording.open(path)
    if recording.damage:
        terminal.warn(recording.damage)
    items = list(recording.notifications())
    with terminal.progress(f"Analysing {path.name}", len(items)) as advance:
        return analyse(items, parts.models, wish, seen=advance)


def as_json(finished: Finished) -> dict[str, object]:
    """Return the record of a trial."""
    trial = finished.trial
    return {
        "exam": trial.setup.exam,
        "side": trial.setup.side.value,
        "trial": trial.setup.trial,
        "setup": trial.setup.as_json(),
        "outcome": trial.outcome.value,
        "reasons": list(trial.reasons),
        "span": list(trial.span_s),
        "window": list(trial.window_s),
        "events": [_event(event) for event in trial.events],
        "metrics": [value.as_json() for value in finished.values],
        "quality": dict(trial.quality),
    }


def _event(event: Event) -> dict[str, object]:
    return {
        "what": event.what.value,
        "t_s": event.t_s,
        "end_s": event.end_s,
        "value": event.value,
        "device": event.device,
        "valid": event.valid,
        "note": event.note,
        "u_s": event.u_s,
    }
