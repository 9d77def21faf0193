"""Walks a table of phases by happenings and timers; knows no samples and no exam. Exams and calibration procedures share it."""

import math
from collections.abc import Mapping

from ankletest.exams.base import Phase, PhaseChange


class Machine:
    """Where a run is. A happening that is not in the row of the phase changes nothing.

    Parameters
    ----------
    table
        ``phase name → {happening → phase name}``; empty rows are final.
    phases
        Every phase by name.
    start
        Name of the first phase.
    t_s
        Session second of the begin.
    """

    def __init__(self, table: Mapping[str, Mapping[str, str]], phases: Mapping[str, Phase], start: str, t_s: float) -> None:
        self._table = table
        self._phases = phases
        self._timers: list[tuple[float, str, str]] = []
        self.phase = phases[start]
        self.since_s = t_s

    @property
    def final(self) -> bool:
        """True when nothing more can happen."""
        return not self._table[self.phase.name]

    def knows(self, happening: str) -> bool:
        """Tell whether a happening would move the phase now."""
        return happening in self._table[self.phase.name]

    def happen(self, happening: str, t_s: float, *, lasts_s: float = math.nan, why: str = "") -> PhaseChange | None:
        """Take a happening; return the change of phase, if any. Timers of the phase that is left are dropped.

        ``lasts_s`` is how long the new phase is going to be, for the countdown on screen.
        """
        following = self._table[self.phase.name].get(happening)
        if following is None:
            return None
        self.phase, self.since_s, self._timers = self._phases[following], t_s, []
        return PhaseChange(self.phase, t_s, t_s + lasts_s, why)

    def arm(self, t_s: float, happening: str, why: str = "") -> None:
        """Let something happen at a session second unless the phase is left before."""
        self._timers = sorted([*self._timers, (t_s, happening, why)])

    @property
    def next_s(self) -> float:
        """Session second at which the next timer is over; infinite without one."""
        return self._timers[0][0] if self._timers else math.inf

    def due(self, t_s: float) -> tuple[float, str, str] | None:
        """Take the next timer that is over at ``t_s``: its time, its happening, and why."""
        if not self._timers or self._timers[0][0] > t_s:
            return None
        return self._timers.pop(0)


def diagram(table: Mapping[str, Mapping[str, str]], phases: Mapping[str, Phase], start: str) -> str:
    """Return the table as a Mermaid state diagram, for the documentation."""
    ids = {name: name.replace(" ", "_").replace("-", "_") for name in phases}
    lines = ["stateDiagram-v2", f"    [*] --> {ids[start]}"]
    lines += [f'    state "{name}" as {ids[name]}' for name in phases if ids[name] != name]
    for name, row in table.items():
        lines += [f"    {ids[name]} --> {ids[following]}: {happening}" for happening, following in row.items()]
        outcome = phases[name].outcome
        if outcome is not None:
            lines.append(f"    {ids[name]} --> [*]: {outcome.value}")
    return "\n".join(lines)
