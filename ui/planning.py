"""Plans a battery for a client: which leg first, the body mass, the lengths that are kept; it runs nothing."""

from collections.abc import Mapping
from dataclasses import replace

from ankletest.programme.battery import Battery, Level, Planned, planned
from ankletest.programme.round import Round
from ui.desk.store_port import ClientCard


def round_of(battery: Battery, client: ClientCard | None, *, given: Mapping[str, float] | None, ceiling: Level | None) -> Round:
    """Return a battery about to begin; ``ceiling`` is what a stop earlier in the visit has locked."""
    trials = planned(
        battery, involved=client.involved if client else None, mass_kg=client.mass_kg if client else None, given=given
    )  # fmt: skip
    return Round.begin(battery, tuple(_with_kept(one, client) for one in trials), ceiling=ceiling)


def _with_kept(one: Planned, client: ClientCard | None) -> Planned:
    """Return a trial with what is kept of the client's leg entered; what the battery asks for goes before."""
    if client is None:
        return one
    setup = one.setup
    return replace(one, setup=replace(setup, given={**client.given(setup.exam, setup.side), **setup.given}))
