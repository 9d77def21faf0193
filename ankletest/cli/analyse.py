"""``ankletest analyse``: the numbers of recordings, as tables or JSON."""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from ankletest.analysis import TRIAL, WHOLE, Wish, analyse
from ankletest.calibrated import choose
from ankletest.checks.trace import trace_words
from ankletest.cli import comparing, options, terminal
from ankletest.cli.known import Known, add_known, known_of
from ankletest.cli.parts import Parts
from ankletest.cli.unlocking import open_recording
from ankletest.errors import UsageError
from ankletest.exams.figures import figures_for, norms_json
from ankletest.exams.history import Change, Earlier, change_json, changes, earlier_of
from ankletest.exams.pairs import compare_sides, pair_json
from ankletest.exams.ratios import condition_ratios
from ankletest.exchange.importing import import_file
from ankletest.metrics.certified import standing_words
from ankletest.recording.reader import Recording
from ankletest.samples import Side, Site
from ankletest.session import Finished
from ankletest.trial import Event, Setup

Certificates = Sequence[Mapping[str, object]]


def add(commands: options.Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("analyse", help="make the numbers of recordings again and print them")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="recordings, or files of other makers with --as")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--research", "--all", action="store_true", help="print the research tier too, not the clinical set only")
    parser.add_argument("--profile", help="pre-processing profile, for example P-RAW (default: each metric's own)")
    parser.add_argument("--window", choices=[TRIAL, WHOLE], default=TRIAL, help="the exam's window, or every sample")
    parser.add_argument(
        "--certificate", type=Path, action="append", default=[], metavar="FILE", help="calibrations to use in place of those in force then"
    )
    options.add_mapping(parser)
    options.add_exam(parser)
    add_known(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, parts: Parts) -> int:
    """Analyse each file and print."""
    known = known_of(arguments)
    chosen = [parts.calibrations.load(path) for path in arguments.certificate]
    finished: list[Finished] = []
    earlier: list[Earlier] = []
    changed: list[tuple[Finished, tuple[Change, ...]]] = []
    for path in arguments.files:
        these = _one(path, arguments, parts, chosen)
        changed.extend((f, changes(f.trial, f.values, earlier, person=known.person, book=known.book)) for f in these)
        earlier.extend(earlier_of(f.trial, f.values, name=path.name) for f in these)
        finished.extend(these)
    done = [(f.trial, f.values) for f in finished]
    everything = arguments.research
    sides = compare_sides(done, involved=known.involved, everything=everything or arguments.json, person=known.person, book=known.book)
    ratios = condition_ratios(done)
    if arguments.json:
        record = {
            "trials": [as_json(f, known) for f in finished],
            "symmetry": [pair_json(pair) for pair in sides.pairs],
            "not compared": list(sides.refused),
            "conditions": [ratio.as_json() for ratio in ratios],
            "changes": [change_json(change, f.trial) for f, found in changed for change in found],
            "published": known.book.version,
        }
        terminal.say_json(terminal.plain(record))
        return 0
    console = terminal.out()
    for table in terminal.trial_tables(finished, everything=everything):
        console.print(table)
    for words in dict.fromkeys(standing_words(stream) for f in finished for stream in f.trial.streams):
        terminal.say(words)
    for words in dict.fromkeys(words for f in finished for stream in f.trial.streams for words in trace_words(stream)):
        terminal.say(words)
    comparing.say_sides(sides)
    if everything and ratios:
        console.print(comparing.ratio_table(ratios))
    comparing.say_changes(changed, everything=everything)
    comparing.say_norms(finished, known.person, known.book, everything=everything)
    return 0


def _one(path: Path, arguments: argparse.Namespace, parts: Parts, chosen: Certificates) -> list[Finished]:
    wish = Wish(
        exam=arguments.exam,
        side=Side(arguments.side) if arguments.side else None,
        profile=arguments.profile,
        window=arguments.window,
        mass_kg=arguments.mass,
    )
    if not arguments.mapping:
        return _recorded(open_recording(path, arguments), wish, parts, chosen)
    with tempfile.TemporaryDirectory(prefix="ankletest-") as folder:
        setup = Setup(arguments.exam or "stance", Side(arguments.side or Side.LEFT), mass_kg=arguments.mass)
        target = Path(folder) / "imported.mcap"
        import_file(path, arguments.mapping, target, setup=setup, site=Site(arguments.site) if arguments.site else None, side=None)
        return _recorded(Recording.open(target), wish, parts, chosen)


def _recorded(recording: Recording, wish: Wish, parts: Parts, chosen: Certificates) -> list[Finished]:
    if recording.damage:
        terminal.warn(recording.damage)
    items = list(recording.notifications())
    if chosen and items:
        items[0] = choose(items[0], chosen)
    with terminal.progress(f"Analysing {recording.path.name}", len(items)) as advance:
        finished = analyse(items, parts.models, wish, seen=advance)
    known = {name for f in finished for stream in f.trial.streams for name in stream.standing.known}
    for name in (str(certificate["id"]) for certificate in chosen):
        if finished and name not in known:
            raise UsageError(
                f"The certificate {name} is of none of the devices in {recording.path.name}.", "Look whose it is: 'ankletest certificates'."
            )
    return finished


def as_json(finished: Finished, known: Known) -> dict[str, object]:
    """Return the record of a trial."""
    trial = finished.trial
    fitting = [(v, figures_for(trial, v, known.person, book=known.book)) for v in finished.values]
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
        "metrics": [{**value.as_json(), "published": norms_json(found, value.value)} for value, found in fitting],
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
