"""Kills a writing visit at random moments: no accepted trial lost, the store opens, recordings readable, no name in any file."""

import shutil
import sys
import tempfile
from pathlib import Path

from bench.killed import Found, Writers

KILLS = 200


def main() -> None:
    """Print what was kept and what was lost."""
    found: list[Found] = []
    with tempfile.TemporaryDirectory() as folder, Writers(Path(folder) / "template") as writers:
        for seed in range(KILLS):
            place = Path(folder) / str(seed)
            found.append(writers.kill_and_look(place, seed))
            shutil.rmtree(place)
            if sys.stderr.isatty():
                print(f"\r{len(found)} of {KILLS}", end="", file=sys.stderr, flush=True)
    wrong = [sentence for each in found for sentence in each.wrong]
    print(f"{'kills':>8}{'entries kept':>14}{'lost':>6}{'notifications flushed':>23}{'lost':>6}{'else wrong':>12}")
    print(
        f"{len(found):8}{sum(f.trials for f in found):14}{sum(f.lost_trials for f in found):6}"
        f"{sum(f.flushed for f in found):23}{sum(f.lost_flushed for f in found):6}{len(wrong):12}"
    )
    for sentence in wrong:
        print(sentence)
    for one in found:
        if one.lost_trials or one.lost_flushed:
            print(f"seed {one.seed}: {one.lost_trials} entries and {one.lost_flushed} notifications are lost")


if __name__ == "__main__":
    main()
