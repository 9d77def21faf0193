"""How much faster than real time a visit is simulated, and how long the link thread is held up when a trial begins."""

import time
from collections.abc import Callable

from ankletest.samples import Side
from ankletest.trial import Setup
from drivers.people.body import Person
from drivers.people.world import World
from drivers.transports.simulator import PRACTICE_CHOICES, simulate

GOAL = 50.0
"""Times real time asked of one pad at 1000 Hz and two motion sensors at 200 Hz."""
SCRIPT = (Setup("stance", Side.LEFT), Setup("hops", Side.LEFT), Setup("stance", Side.RIGHT), Setup("hops", Side.RIGHT))


def main() -> None:
    print(f"{'devices':40}{'simulated s':>12}{'host s':>9}{'x real time':>13}{'goal':>7}")
    for title, count in (("pad 1000 Hz", 1), ("pad 1000 Hz + 2 sensors 200 Hz", 3), ("all practice devices", len(PRACTICE_CHOICES))):
        seconds, spent = _best(lambda count=count: simulate(SCRIPT, PRACTICE_CHOICES[:count], Person(), 1)[0][-1].received_ns * 1e-9)
        print(f"{title:40}{seconds:12.1f}{spent:9.3f}{seconds / spent:13.0f}{GOAL:7.0f}")
    print(f"\n{'live, pad + 2 sensors':40}{'ms':>12}")
    for exam in ("stance", "hops"):
        start, wake = _held_up(exam)
        print(f"{exam + ': start event':40}{start * 1e3:12.1f}")
        print(f"{exam + ': longest wake after it':40}{wake * 1e3:12.1f}")


def _best(run: Callable[[], float], tries: int = 3) -> tuple[float, float]:
    spent: list[float] = []
    seconds = 0.0
    for _ in range(tries):
        begin = time.perf_counter()
        seconds = run()
        spent.append(time.perf_counter() - begin)
    return seconds, min(spent)


def _held_up(exam: str) -> tuple[float, float]:
    """Return how long a start event takes, and the longest wake of the 20 s after it, at the source's pace."""
    world = World(PRACTICE_CHOICES[:3], person=Person(), seed=1)
    world.advance(3.0)
    begin = time.perf_counter()
    world.operator({"event": "start", "setup": Setup(exam, Side.LEFT).as_json()}, 3.0)
    start = time.perf_counter() - begin
    longest = 0.0
    for k in range(2000):
        begin = time.perf_counter()
        world.advance(3.0 + 0.01 * (k + 1))
        longest = max(longest, time.perf_counter() - begin)
    return start, longest


if __name__ == "__main__":
    main()
